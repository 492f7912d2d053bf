//! Reads in the end what the journal says of each intent, what the partner booked, and what the server did. Never: the word of
//! the program that was killed.

use crate::ledger::{self, Ledger, is_booked};
use crate::pay::{ATTEMPTS, Action, actions, key, reference};
use crate::plan::Store;
use crate::verdict::Intent;
use oceafin_partner::{Client, IdempotencyKey, http::Method};
use sdkwright_journal::{Journal, Postgres, Record, Sqlite, State};
use sdkwright_sandbox_server::{Call, Running};
use std::time::{SystemTime, UNIX_EPOCH};

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

    /// Describes the open intents, one per line: state, lease and the server's last answer. Waits for none of them.
    pub(crate) async fn open(&self, store: Store, place: &str, ahead: i64) -> anyhow::Result<Vec<String>> {
        let pending = pending(store, place, &self.client).await?;
        let now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())? + ahead;
        let calls = self.server.calls();
        Ok(pending.iter().map(|record| line(record, &calls, now)).collect())
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
                let (mut record, mut earlier) = (None, Vec::new());
                for key in self.keys(action, number) {
                    let known = journal.actions(&self.client);
                    let Some(next) = known.show(key.as_str()).await? else {
                        break;
                    };
                    // The action is not resumed any more, so its approval is removed.
                    known.finish(key.as_str()).await?;
                    earlier.extend(record.replace(next).map(|before: Record| before.key));
                }
                let is_submission = action == Action::SubmitWithdrawal;
                intents.push(Intent {
                    name: format!("{} {}", action.name(), reference(number)),
                    state: record.as_ref().map(|record| record.state),
                    earlier,
                    subjects: if is_submission {
                        made.clone()
                    } else {
                        vec![draft.clone()]
                    },
                    order: (action == Action::CreateWithdrawal && is_booked(number)).then(|| booked.contains(&number)),
                    found: match &record {
                        Some(record) if !is_submission => self.is_found(record, &reference(number)).await?,
                        _ => None,
                    },
                });
                // Without a created draft there is no submission.
                if record.is_none_or(|record| record.state != State::Executed) {
                    break;
                }
            }
        }
        Ok(intents)
    }

    /// One more request, which asks for nothing.
    pub(crate) async fn ask(&self) {
        let core: &sdkwright_runtime::client::Core = self.client.as_ref();
        // A path that the contract does not have, so the request has no effect.
        let _ = core.raw(Method::GET, "/").await;
    }

    /// The keys under which an action may have been tried, in order.
    fn keys(&self, action: Action, number: u64) -> Vec<IdempotencyKey> {
        let keys = (0..ATTEMPTS).map(|attempt| key(self.customer, action, number, attempt));
        keys.flatten().collect()
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
                actions.flat_map(move |action| self.keys(*action, number))
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

    /// Returns `true` if the call that the journal names finds the action.
    async fn is_found(&self, record: &Record, reference: &str) -> anyhow::Result<Option<bool>> {
        let Some(find) = record.find.as_ref().filter(|_| record.state == State::Reconcile) else {
            return Ok(None);
        };
        let core: &sdkwright_runtime::client::Core = self.client.as_ref();
        let answer = core.raw(Method::GET, find).await?;
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        Ok(Some(text.contains(&format!("\"{reference}\""))))
    }
}

/// Describes the intents that the journal lists as open.
pub(crate) async fn pending(store: Store, place: &str, client: &Client) -> anyhow::Result<Vec<Record>> {
    let listed = match store {
        Store::Sqlite => Journal::new(Sqlite::open(place)?)?.actions(client).pending().await?,
        Store::Postgres => {
            let journal = Journal::new(Postgres::connect(place).await?)?;
            journal.actions(client).pending().await?
        }
        Store::Nothing => return Ok(Vec::new()),
    };
    match listed.broken.into_iter().next() {
        Some((_, why)) => Err(why.into()),
        None => Ok(listed.records),
    }
}

/// An open intent in words.
fn line(record: &Record, calls: &[Call], now: i64) -> String {
    let lease = match record.leased_until {
        0 => "nobody holds it".to_owned(),
        until if until > now => format!("held for another {} s", until - now),
        until => format!("its lease ran out {} s ago", now - until),
    };
    let is_its = |call: &&Call| call.headers.iter().any(|(_, value)| *value == record.key);
    let answer = match calls
        .iter()
        .rfind(is_its)
        .map(|call| (call.status, call.code.as_deref()))
    {
        None => "the server remembers no call".to_owned(),
        Some((None, _)) => "its last call has no answer".to_owned(),
        Some((Some(status), code)) => format!("its last answer was {status} {}", code.unwrap_or_default()),
    };
    let state = record.state.as_str();
    format!("{}: {state}, {lease}, {answer}", record.key)
        .trim_end()
        .to_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use super::*;
    use sdkwright_journal::Memory;
    use sdkwright_journal::conformance::{client, intent};
    use sdkwright_runtime::journal::{Journal as _, Settlement, Verdict};

    const NOW: i64 = 1_782_604_800;

    #[allow(clippy::field_reassign_with_default, reason = "the type has private fields")]
    fn call(key: &str, status: Option<u16>, code: Option<&str>) -> Call {
        let mut call = Call::default();
        call.method = "POST".to_owned();
        call.target = "/things".to_owned();
        call.headers = vec![("idempotency-key".to_owned(), key.to_owned())];
        call.status = status;
        call.code = code.map(str::to_owned);
        call
    }

    #[tokio::test]
    async fn an_open_intent_is_told_with_its_lease_and_its_last_answer() {
        sdkwright_watch::listen();
        let journal = Journal::new(Memory::new()).unwrap();
        let mut held = Vec::new();
        for key in ["a", "b", "c"] {
            match journal.begin(intent(key, key, NOW)).await.unwrap() {
                Verdict::Send(claim) => held.push(claim),
                other => panic!("{other:?}"),
            }
        }
        let unknown = Settlement::Unknown { refused: None };
        journal.settle(held.remove(2), unknown).await.unwrap();
        let calls = [
            call("a", Some(201), None),
            call("a", Some(409), Some("CONFLICT")),
            call("b", None, None),
        ];
        let lines = |now| {
            let (journal, calls) = (journal.clone(), calls.clone());
            async move {
                let pending = journal.actions(&client(NOW).unwrap()).pending().await.unwrap();
                pending
                    .records
                    .iter()
                    .map(|record| line(record, &calls, now))
                    .collect::<Vec<_>>()
            }
        };
        assert_eq!(
            lines(NOW + 50).await,
            [
                "a: open, held for another 10 s, its last answer was 409 CONFLICT",
                "b: open, held for another 10 s, its last call has no answer",
                "c: open, nobody holds it, the server remembers no call",
            ]
        );
        assert!(lines(NOW + 65).await[0].contains("its lease ran out 5 s ago"));
    }
}
