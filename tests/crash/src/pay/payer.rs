//! One payment, from wherever it stands: the journal says what happened, the calls do what did not. Never: a second draft
//! where one was made, or a guess about an answer that was lost.

use super::Settings;
use super::calls::Calls;
use super::order::{Action, actions, key};
use crate::chance::Chance;
use crate::ledger::{Ledger, is_booked};
use crate::marks::{Marks, Place};
use crate::plan::Store;
use oceafin_partner::{Client, FiatWithdrawalId, IdempotencyKey};
use sdk_journal::{Journal, Record, State};
use std::collections::HashMap;

/// How often an action is tried that the server refuses; some are given up at once. Of two programs, each has to give up what
/// the other does, and neither what the other goes on with.
fn tries(number: u64, store: Store) -> u32 {
    match (number % 4, store) {
        (1, Store::Postgres) => 0,
        (1, _) => 1,
        (_, Store::Postgres) => u32::MAX,
        _ => 3,
    }
}

pub(super) struct Payer<S, L> {
    settings: Settings,
    calls: Calls,
    journal: Journal<S>,
    ledger: L,
    marks: Marks,
    tries: HashMap<String, u32>,
}

impl<S: sdk_journal::Store, L: Ledger<S>> Payer<S, L> {
    pub(super) fn new(settings: &Settings, client: Client, journal: Journal<S>, ledger: L, marks: Marks) -> Self {
        Self {
            settings: settings.clone(),
            calls: Calls::of(settings, client),
            journal,
            ledger,
            marks,
            tries: HashMap::new(),
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
        let made = self.tries.entry(name.clone()).or_default();
        let store = self.settings.store;
        let is_over = |record: &Record, made: u32| record.state == State::Refused && made >= tries(number, store);
        let known = self.journal.show(&name).await?;
        if known.is_none_or(|record| record.state == State::Refused && !is_over(&record, *made)) {
            *made += 1;
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
        let made = self.tries.get(&name).copied().unwrap_or_default();
        let record = self.journal.show(&name).await?;
        Ok(record
            .filter(|record| !record.state.is_pending() && (record.state != State::Refused || is_over(record, made))))
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
