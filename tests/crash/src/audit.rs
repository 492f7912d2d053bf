//! Reads in the end what the journal says of each intent, what the partner booked, and what the server did. Never: the word of
//! the program that was killed.

use crate::ledger::{self, Ledger, is_booked};
use crate::pay::{Action, actions, key, reference};
use crate::plan::Store;
use crate::verdict::Intent;
use oceafin_partner::Client;
use sdkwright_journal::{Journal, Postgres, Sqlite, State};
use sdkwright_sandbox_server::{Call, Running};

pub(crate) struct Audit<'a> {
    pub(crate) server: &'a Running,
    /// A client that meets no faults.
    pub(crate) client: Client,
    pub(crate) customer: &'a str,
    /// The payment behind the last one.
    pub(crate) to: u64,
}

impl Audit<'_> {
    /// All intents of the payments, as they stand.
    pub(crate) async fn intents(&self, store: Store, place: &str) -> anyhow::Result<Vec<Intent>> {
        match store {
            Store::Sqlite => {
                let ledger = ledger::in_file(place)?;
                self.read(&Journal::new(Sqlite::open(place)?)?, ledger).await
            }
            Store::Postgres => {
                let ledger = ledger::in_database(place).await?;
                self.read(&Journal::new(Postgres::connect(place).await?)?, ledger).await
            }
            Store::Nothing => Ok(Vec::new()),
        }
    }

    /// Describes the open intents. Waits for none of them.
    pub(crate) async fn open(&self, store: Store, place: &str) -> anyhow::Result<Vec<String>> {
        let listed = match store {
            Store::Sqlite => {
                let journal = Journal::new(Sqlite::open(place)?)?;
                journal.actions(&self.client).pending().await?
            }
            Store::Postgres => {
                let journal = Journal::new(Postgres::connect(place).await?)?;
                journal.actions(&self.client).pending().await?
            }
            Store::Nothing => return Ok(Vec::new()),
        };
        let records = listed.records.iter();
        let open = records.map(|record| format!("{}: {}", record.key, record.state.as_str()));
        Ok(open
            .chain(listed.broken.iter().map(|(key, why)| format!("{key}: {why}")))
            .collect())
    }

    async fn read<S: sdkwright_journal::Store>(
        &self,
        journal: &Journal<S>,
        mut ledger: impl Ledger<S>,
    ) -> anyhow::Result<Vec<Intent>> {
        let (effects, booked) = (self.server.effects(), ledger.booked().await?);
        let mut intents = Vec::new();
        for number in 0..self.to {
            let draft = vec![self.customer.to_owned(), reference(number)];
            let made = effects.iter().filter(|effect| effect.subject == draft);
            let made: Vec<Vec<String>> = made.filter_map(|effect| Some(vec![effect.resource.clone()?])).collect();
            for &action in actions(number) {
                let key = key(self.customer, action, number)?;
                let known = journal.actions(&self.client);
                let record = known.show(key.as_str()).await?;
                if record.is_some() {
                    // The action is not resumed any more, so its approval is removed.
                    known.finish(key.as_str()).await?;
                }
                let is_submission = action == Action::SubmitWithdrawal;
                intents.push(Intent {
                    name: format!("{} {}", action.name(), reference(number)),
                    state: record.as_ref().map(|record| record.state),
                    subjects: if is_submission {
                        made.clone()
                    } else {
                        vec![draft.clone()]
                    },
                    order: (action == Action::CreateWithdrawal && is_booked(number)).then(|| booked.contains(&number)),
                });
                // Without a created draft there is no submission.
                if record.is_none_or(|record| record.state != State::Executed) {
                    break;
                }
            }
        }
        Ok(intents)
    }

    /// The calls under the keys of payments that are spoken of, as far as the server remembers them.
    pub(crate) fn trail(&self, wrong: &[String]) -> Vec<String> {
        let spoken_of = |reference: &str| {
            wrong
                .iter()
                .any(|line| line.split([' ', ':']).any(|word| word == reference))
        };
        let keys = (0..self.to)
            .filter(|number| spoken_of(&reference(*number)))
            .flat_map(|number| {
                let actions = actions(number).iter();
                actions.filter_map(move |action| key(self.customer, *action, number).ok())
            });
        let keys: Vec<_> = keys.collect();
        let is_theirs = |call: &Call| {
            let own = call.headers.iter().map(|(_, value)| value);
            own.into_iter()
                .any(|value| keys.iter().any(|key| key.as_str() == value))
        };
        let calls = self.server.calls().into_iter().filter(is_theirs);
        calls
            .map(|call| format!("{}     carried out by this call: {}", call.lines(), call.executed))
            .collect()
    }
}
