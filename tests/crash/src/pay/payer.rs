//! One payment, from wherever it stands: the journal says what happened, the calls do what did not. Never: a second draft
//! where one was made, or a guess about an answer that was lost.

use super::Settings;
use super::calls::Calls;
use super::order::{Action, actions, key};
use crate::chance::Chance;
use crate::ledger::{Ledger, is_booked};
use crate::marks::{Marks, Place};
use oceafin_partner::{Client, FiatWithdrawalId, IdempotencyKey, PartnerProblemCode};
use sdk_journal::{Journal, Record, Resumed, State, Store};

/// Is an action given up once the server refuses it? The same for each program and each run of it: none may give up what
/// another goes on with.
const fn is_given_up(number: u64) -> bool {
    number % 4 == 1
}

pub(super) struct Payer<S, L> {
    settings: Settings,
    calls: Calls,
    journal: Journal<S>,
    ledger: L,
    marks: Marks,
}

impl<S: Store, L: Ledger<S>> Payer<S, L> {
    pub(super) fn new(settings: &Settings, client: Client, journal: Journal<S>, ledger: L, marks: Marks) -> Self {
        Self {
            settings: settings.clone(),
            calls: Calls::of(settings, client),
            journal,
            ledger,
            marks,
        }
    }

    /// The payments, in an order of this instance's own.
    pub(super) fn numbers(&self) -> Vec<u64> {
        let mut numbers: Vec<u64> = (self.settings.from..self.settings.to).collect();
        let mut chance = Chance::new(self.settings.instance.len() as u64, self.settings.from);
        for at in (1..numbers.len()).rev() {
            let other = usize::try_from(chance.below(at as u64 + 1)).unwrap_or(at);
            numbers.swap(at, other);
        }
        numbers
    }

    /// Is an intent of the payment open, as `resume` tells?
    pub(super) fn is_asked(&self, number: u64, resumed: &Resumed) -> bool {
        let keys = actions(number)
            .iter()
            .filter_map(|action| key(&self.settings.customer, *action, number).ok());
        let open = resumed.open.iter().map(|(key, _)| key);
        let told: Vec<&String> = open.chain(resumed.leased.iter().map(|(key, _)| key)).collect();
        keys.into_iter()
            .any(|key| told.iter().any(|told| *told == key.as_str()))
    }

    /// Goes on with a payment as far as it comes. True: nothing is left to do by this program.
    pub(super) async fn has_ended(&mut self, number: u64) -> anyhow::Result<bool> {
        let [create, submissions @ ..] = actions(number) else {
            return Ok(true);
        };
        let Some(created) = self.settle(*create, number, None).await? else {
            return Ok(false);
        };
        if submissions.is_empty() || created.state != State::Executed {
            return Ok(true);
        }
        let known = created.id("FiatWithdrawalId").map(FiatWithdrawalId::from);
        let id = match known {
            Some(id) => Some(id),
            // It happened, and its answer could not be read: the reference finds it.
            None => self.calls.find(number).await,
        };
        let Some(id) = id else { return Ok(false) };
        let submission = Action::SubmitWithdrawal;
        let submitted = self.settle(submission, number, Some((&id, &created.key))).await?;
        Ok(submitted.is_some())
    }

    /// Makes the call of an action unless it happened or hangs; its record, once that is settled.
    async fn settle(
        &mut self,
        action: Action,
        number: u64,
        draft: Option<(&FiatWithdrawalId, &str)>,
    ) -> anyhow::Result<Option<Record>> {
        let key = key(&self.settings.customer, action, number)?;
        let name = key.as_str().to_owned();
        // A refusal that the server keeps stands for ever: the key is spent.
        let is_refused = |record: &Record| {
            let code = PartnerProblemCode::RequestInvalid;
            record.state == State::Refused && record.code.as_deref() == Some(code.as_str()) && !is_given_up(number)
        };
        let known = self.journal.show(&name).await?;
        if known.is_none_or(|record| is_refused(&record)) {
            let evidence = match draft {
                Some((_, created)) => self.journal.evidence(created).await?,
                None => None,
            };
            // What became of it stands in the journal.
            let _ = match (action, draft, evidence) {
                (Action::CreateWithdrawal, ..) => self.withdraw(key, number).await,
                (Action::CreateConversion, ..) => self.convert(key, number).await,
                (Action::CreateCheckout, ..) => self.check_out(key, number).await,
                (Action::SubmitWithdrawal, Some((id, _)), Some(evidence)) => self.submit(key, id, &evidence).await,
                // Another instance was faster.
                (Action::SubmitWithdrawal, ..) => Ok(()),
            };
        }
        let record = self.journal.show(&name).await?;
        Ok(record.filter(|record| !record.state.is_pending() && !is_refused(record)))
    }

    async fn withdraw(&mut self, key: IdempotencyKey, number: u64) -> anyhow::Result<()> {
        let call = self.calls.withdrawal(key, number).await?;
        if !is_booked(number) {
            call.await?;
            return Ok(());
        }
        let intent = call.intent().await?;
        self.marks.set(Place::Writing);
        let booked = self.ledger.book(&self.journal, number, intent).await;
        self.marks.set(Place::Before);
        booked
    }

    async fn convert(&self, key: IdempotencyKey, number: u64) -> anyhow::Result<()> {
        self.calls.conversion(key, number).await?.await?;
        Ok(())
    }

    async fn check_out(&self, key: IdempotencyKey, number: u64) -> anyhow::Result<()> {
        self.calls.checkout(key, number)?.await?;
        Ok(())
    }

    async fn submit(&self, key: IdempotencyKey, id: &FiatWithdrawalId, evidence: &[u8]) -> anyhow::Result<()> {
        self.calls.submission(key, id, evidence)?.await?;
        Ok(())
    }
}
