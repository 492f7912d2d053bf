//! A journal in memory: for tests, and for programs that may forget everything when they end.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::{Arc, Mutex, PoisonError};

use sdkwright_runtime::journal::Sender;

use crate::error::StoreError;
use crate::keys::random;
use crate::store::{Row, RowChange, RowFilter, RowPosition, Select, State, Store, parts};

/// Keeps rows in memory. Clones share them.
#[derive(Debug, Clone)]
pub struct Memory {
    rows: Arc<Mutex<Rows>>,
    name: Option<Arc<str>>,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            rows: Arc::default(),
            name: random().ok().map(Arc::from),
        }
    }
}

impl Memory {
    /// Nothing is in it.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Store for Memory {
    async fn change<T, D>(&self, select: Select, decide: D) -> Result<T, StoreError>
    where
        T: Send + 'static,
        D: Fn(&[Row]) -> (Vec<RowChange>, T) + Send + 'static,
    {
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        let (changed, decided) = decide(&rows.find(&select));
        for change in changed {
            match change {
                RowChange::Write(row) => rows.write(row),
                RowChange::Remove(row) => rows.remove(&row),
            }
        }
        Ok(decided)
    }

    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }
}

/// Base URL, client id and key.
type Name = [String; 3];

fn name(sender: &Sender, key: &str) -> Name {
    let [base_url, client_id] = parts(sender);
    [base_url, client_id, key].map(str::to_owned)
}

/// Returns a search text of rows of a sender, before the keys that it finds.
fn text(sender: &Sender, kind: &str, text: &str, key: &str) -> [String; 4] {
    let [base_url, client_id] = parts(sender);
    [base_url, client_id, &format!("{kind} {text}"), key].map(str::to_owned)
}

/// Returns all search texts of a row.
fn texts(row: &Row) -> impl Iterator<Item = [String; 4]> {
    let subject = row
        .subject
        .iter()
        .map(|subject| text(&row.sender, SUBJECT, subject, &row.key));
    let made = row.made.iter().map(|made| text(&row.sender, MADE, made, &row.key));
    subject.chain(made)
}

const SUBJECT: &str = "subject";
const MADE: &str = "made";

/// Rows with what finds them.
#[derive(Debug, Default)]
struct Rows {
    names: BTreeMap<Name, Row>,
    /// The places of rows, by state.
    states: BTreeMap<String, BTreeSet<RowPosition>>,
    texts: BTreeSet<[String; 4]>,
}

impl Rows {
    fn write(&mut self, row: Row) {
        self.remove(&row);
        self.states.entry(row.state.clone()).or_default().insert(row.position());
        self.texts.extend(texts(&row));
        self.names.insert(name(&row.sender, &row.key), row);
    }

    fn remove(&mut self, row: &Row) {
        let Some(known) = self.names.remove(&name(&row.sender, &row.key)) else {
            return;
        };
        if let Some(places) = self.states.get_mut(&known.state) {
            places.remove(&known.position());
        }
        for text in texts(&known) {
            self.texts.remove(&text);
        }
    }

    fn find(&self, select: &Select) -> Vec<Row> {
        let known = |state: &str| State::from_word(state);
        match select {
            Select::About {
                sender,
                key,
                subject,
                made,
            } => {
                let subject = subject.iter().map(|subject| text(sender, SUBJECT, subject, ""));
                let made = made.iter().map(|made| text(sender, MADE, made, ""));
                let mut keys = BTreeSet::from([key]);
                for first in subject.chain(made) {
                    let found = self.texts.range(first.clone()..);
                    let found = found.take_while(|found| found[..3] == first[..3]);
                    keys.extend(found.map(|[.., key]| key));
                }
                let rows = keys.into_iter().filter_map(|key| self.names.get(&name(sender, key)));
                rows.cloned().collect()
            }
            Select::Due { sender, after } => self.page(
                |state| known(state).is_some_and(State::is_pending),
                |row| row.sender == *sender,
                after,
                1,
            ),
            Select::Page { filter, after, limit } => self.page(
                |word| !matches!(filter, RowFilter::InState(state) if known(word) != *state),
                |row| match filter {
                    RowFilter::InState(_) => true,
                    RowFilter::WithRequest => row.request.is_some(),
                    RowFilter::SealedBy { sender, name } => row.sender == *sender && row.sealed_by == *name,
                    RowFilter::RecordedBefore { sender, before } => row.sender == *sender && row.recorded < *before,
                },
                after,
                *limit,
            ),
        }
    }

    /// Returns the next rows after a place that have a chosen state and pass a filter.
    fn page(
        &self,
        has_state: impl Fn(&str) -> bool,
        keeps: impl Fn(&Row) -> bool,
        after: &RowPosition,
        limit: u32,
    ) -> Vec<Row> {
        let limit = limit as usize;
        let mut found: Vec<(&RowPosition, &Row)> = Vec::new();
        for (_, places) in self.states.iter().filter(|(state, _)| has_state(state)) {
            let behind = places.range((Bound::Excluded(after), Bound::Unbounded));
            let rows = behind.filter_map(|place| Some((place, self.names.get(&name(&place.sender(), &place.key))?)));
            found.extend(rows.filter(|(_, row)| keeps(row)).take(limit));
        }
        found.sort_unstable_by_key(|(place, _)| *place);
        found.into_iter().take(limit).map(|(_, row)| row.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::intent;
    use crate::journal::Journal;
    use sdkwright_runtime::journal::{Journal as _, Settlement, Verdict};
    use std::time::{Duration, Instant};

    /// The least time of ten actions, so that other work of the machine counts less.
    async fn least(journal: &Journal<Memory>, keys: std::ops::Range<u32>) -> Duration {
        let mut least = Duration::MAX;
        let keys: Vec<String> = keys.map(|number| format!("k-{number}")).collect();
        for keys in keys.chunks(10) {
            let began = Instant::now();
            for key in keys {
                let Ok(Verdict::Send(claim)) = journal.begin(intent(key, key, 1_782_604_800)).await else {
                    unreachable!("it is new")
                };
                let ids = vec![("ThingId".to_owned(), key.clone())];
                let (status, ids) = (201, ids);
                journal
                    .settle(claim, Settlement::Executed { status, ids })
                    .await
                    .unwrap();
            }
            least = least.min(began.elapsed());
        }
        least
    }

    #[tokio::test]
    async fn an_action_takes_as_long_among_many_rows_as_among_few() {
        let journal = Journal::new(Memory::new()).unwrap();
        let few = least(&journal, 0..200).await;
        least(&journal, 200..10_000).await;
        let many = least(&journal, 10_000..10_200).await;
        assert!(many < few * 4, "{few:?} {many:?}");
    }
}
