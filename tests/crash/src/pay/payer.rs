//! One payment, from wherever it stands: the journal says what happened, the calls do what did not. Never: a second draft
//! where one was made, or a guess about an answer that was lost.

use super::Settings;
use super::calls::Calls;
use super::order::{Action, actions, key};
use crate::chance::Chance;
use crate::ledger::{Ledger, is_booked};
use crate::marks::{Marks, Place};
use crate::plan;
use oceafin_partner::{Client, Error, FiatWithdrawalId, IdempotencyKey, PartnerProblemCode};
use sdkwright_journal::{Actions, Journal, Record, State, Store};

/// `true` if a refused action is given up. The same for each program and each run of it: none may give up what another continues.
const fn is_given_up(number: u64) -> bool {
    number % 4 == 1
}

/// Did the server call the request itself wrong? That is made again under its key, which is spent only if the server keeps the
/// refusal.
fn is_invalid(record: &Record) -> bool {
    let code = PartnerProblemCode::RequestInvalid;
    record.state == State::Refused && record.code.as_deref() == Some(code.as_str())
}

/// Returns `true` if the action is called in this round.
fn is_to_be_made(action: Action, number: u64, known: Option<&Record>) -> bool {
    match known {
        None => true,
        // A checkout is the same request each time, so that calling it again under its key returns the stored answer.
        Some(record) if record.state == State::Executed => action == Action::CreateCheckout,
        Some(record) => is_invalid(record) && !is_given_up(number),
    }
}

pub(super) struct Payer<S, L> {
    settings: Settings,
    calls: Calls,
    client: Client,
    journal: Journal<S>,
    ledger: L,
    marks: Marks,
}

impl<S: Store, L: Ledger<S>> Payer<S, L> {
    pub(super) fn new(settings: &Settings, client: Client, journal: Journal<S>, ledger: L, marks: Marks) -> Self {
        Self {
            settings: settings.clone(),
            calls: Calls::new(settings, client.clone()),
            client,
            journal,
            ledger,
            marks,
        }
    }

    /// The journal's records of this program's keys.
    fn known(&self) -> Actions<S> {
        self.journal.actions(&self.client)
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

    /// Continues a payment as far as possible; `true` once nothing is left to do.
    pub(super) async fn go_on(&mut self, number: u64) -> anyhow::Result<bool> {
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
            // The action was executed, and its answer could not be read: it is found by its reference.
            None => self.calls.find(number).await,
        };
        let Some(id) = id else { return Ok(false) };
        let submission = Action::SubmitWithdrawal;
        let submitted = self.settle(submission, number, Some((&id, &created.key))).await?;
        Ok(submitted.is_some())
    }

    /// Makes the call of an action unless it happened or hangs; its record, once nothing is left to do.
    async fn settle(
        &mut self,
        action: Action,
        number: u64,
        draft: Option<(&FiatWithdrawalId, &str)>,
    ) -> anyhow::Result<Option<Record>> {
        let key = key(&self.settings.customer, action, number)?;
        let name = key.as_str().to_owned();
        let known = self.known().show(&name).await?;
        if is_to_be_made(action, number, known.as_ref()) {
            self.make(key, action, number, draft).await?;
        }
        let record = self.known().show(&name).await?;
        Ok(record.filter(|record| match record.state {
            State::Open | State::CutOff => false,
            State::Refused => !is_invalid(record) || is_given_up(number),
            State::Executed | State::Reconcile | State::Flow | State::Finished => true,
        }))
    }

    /// Reads the result from the journal.
    async fn make(
        &mut self,
        key: IdempotencyKey,
        action: Action,
        number: u64,
        draft: Option<(&FiatWithdrawalId, &str)>,
    ) -> anyhow::Result<()> {
        let evidence = match draft {
            Some((_, created)) => self.known().evidence(created).await?,
            None => None,
        };
        let made = match (action, draft, evidence) {
            (Action::CreateWithdrawal, ..) => self.withdraw(key, number).await,
            (Action::CreateConversion, ..) => self.convert(key, number).await,
            (Action::CreateCheckout, ..) => self.check_out(key, number).await,
            (Action::SubmitWithdrawal, Some((id, _)), Some(evidence)) => self.submit(key, id, &evidence).await,
            // Another instance has already submitted it and used the evidence.
            (Action::SubmitWithdrawal, ..) => Ok(()),
        };
        // The failure of a call is in the journal. Alone with its file, the program stops if the disk fails.
        let is_of_disk = |error: &anyhow::Error| self.settings.store == plan::Store::Sqlite && !error.is::<Error>();
        made.or_else(|error| if is_of_disk(&error) { Err(error) } else { Ok(()) })
    }

    async fn withdraw(&mut self, key: IdempotencyKey, number: u64) -> anyhow::Result<()> {
        let call = self.calls.withdrawal(key, number).await?;
        if !is_booked(number) {
            call.await?;
            return Ok(());
        }
        let intent = call.intent().await?.into();
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
