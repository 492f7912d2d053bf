//! In: what calls made. Out: what this server remembers, in memory, and when time moves it next. Never: a decision about a call.

use crate::clock::{Instant, Lives, ServerClock};
use crate::encode::{self, is_uuid};
use crate::guard::FreshNonces;
use crate::history::{BothClocks, Bounded, ChangeHistory, ChangeReason, Ledger, Posting};
use crate::idempotency::{Effect, KeyStore};
use crate::outbox::{Outbox, ResourceChange};
use crate::records::Records;
use crate::request::Request;
use crate::requested_faults::RequestedFaults;
use crate::store::{self, Rows, StoredRow, Unwritten};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::sync::Arc;

/// Everything that is remembered.
#[derive(Debug, Default)]
pub(crate) struct SandboxState {
    pub(crate) records: Records,
    /// The next steps of resources that time moves.
    pub(crate) timers: Timers,
    /// Places of the resources that record others: by the number of the other one, their own schema and the number of the row.
    pub(crate) recording: HashMap<(u64, String, usize), usize>,
    /// Changes of resources in the call or step that is carried out.
    pub(crate) happened: Vec<ResourceChange>,
    /// Events that are not delivered yet.
    pub(crate) outbox: Outbox,
    /// Postings of transitions.
    pub(crate) ledger: Ledger,
    /// What happened to resources.
    pub(crate) history: ChangeHistory,
    pub(crate) keys: KeyStore,
    pub(crate) nonces: FreshNonces,
    /// The continuation of each cursor that was given out.
    /// Numbers of records by cursors and lists.
    cursors: HashMap<String, u64>,
    /// Lists that follow from something else, by operation and resources of the path, each with the numbers of the changes that it is of.
    pub(crate) derived: HashMap<(String, Vec<usize>), (Vec<u64>, Value)>,
    /// Lists that were filled with examples.
    seeded: HashSet<String>,
    pub(crate) faults: VecDeque<RequestedFaults>,
    /// The newest effects.
    pub(crate) effects: Bounded<Effect, EFFECTS>,
    /// Operations and subjects of all effects.
    acted: HashSet<(String, Vec<String>)>,
    /// Number of occurrences of each call while there are faults, for their schedule.
    pub(crate) came: HashMap<String, u64>,
    /// Number of requests.
    pub(crate) requests: u64,
    /// Copies of requests that are still to come, each with the number of the request before which it comes.
    pub(crate) late: Vec<(u64, Arc<Request>)>,
    counter: u64,
    /// Milliseconds that the life of resources was ahead when a store was told.
    ahead: i64,
    /// Number of the last posting that a store has.
    written_postings: u64,
    unwritten: Unwritten,
    /// Bodies of actions that another server executed.
    pub(crate) forwarded: Vec<Value>,
}

/// Most effects that are listed.
const EFFECTS: usize = 100_000;

impl SandboxState {
    /// Remembers nothing yet; `keeps_all` lifts the limits of effects, postings and changes.
    pub(crate) fn new(keeps_all: bool) -> Self {
        let mut state = Self::default();
        if keeps_all {
            state.effects.keep_all();
            state.ledger.postings.keep_all();
            state.history.entries.keep_all();
        }
        state
    }

    /// Begins with the rows of a store, and the moment of its life (`Clock::lives`); `None` where one of them is not as it was written.
    pub(crate) fn restored(mut rows: Rows, keeps_all: bool) -> Option<(Self, Option<Lives>)> {
        let mut state = Self {
            records: Records::restored(&mut rows)?,
            keys: KeyStore::restored(&mut rows)?,
            outbox: Outbox::restored(&mut rows)?,
            nonces: FreshNonces::restored(&mut rows)?,
            ..Self::new(keeps_all)
        };
        let numbered = state.records.iter().enumerate();
        let recording = numbered.filter_map(|(at, record)| {
            let (of, part) = record.of.zip(record.part)?;
            Some(((of, record.schema.clone(), part), at))
        });
        state.recording = recording.collect();
        for value in in_order(&mut rows, "posting") {
            state.ledger.post(Posting::of_json(&value)?);
        }
        state.history = ChangeHistory::behind(state.outbox.last(), state.ledger.postings.last());
        for value in in_order(&mut rows, "effect") {
            state.carried(store::from_content(value)?);
        }
        let numbers = state.records.iter().map(|record| record.number);
        state.counter = numbers.max().unwrap_or_default();
        for (cursor, number) in rows.remove("cursor").unwrap_or_default() {
            state.cursors.insert(cursor, number.as_u64()?);
        }
        state.seeded = rows.remove("list").unwrap_or_default().into_keys().collect();
        state.written_postings = state.ledger.postings.last();
        state.unwritten = Unwritten::with_store();
        let lives = rows.remove("clock").and_then(|mut clock| clock.remove("lives"));
        Some((state, lives.and_then(store::from_content)))
    }

    /// The changes since this was asked for before; none without a store.
    pub(crate) fn changes(&mut self, clock: &ServerClock) -> Vec<StoredRow> {
        if !self.unwritten.has_store() {
            return Vec::new();
        }
        for number in self.written_postings + 1..=self.ledger.postings.last() {
            let posting = self.ledger.postings.get(number);
            self.unwritten
                .put("posting", &number, posting.map(|posting| posting.to_json()));
        }
        self.written_postings = self.ledger.postings.last();
        self.records.changes(&mut self.unwritten);
        let mut rows = self.unwritten.take();
        for other in [
            &mut self.keys.unwritten,
            &mut self.outbox.unwritten,
            &mut self.nonces.unwritten,
        ] {
            rows.append(&mut other.take());
        }
        // The life of resources goes on with what it brought about, or where it was stepped to.
        let ahead = clock.ahead();
        if let Some(lives) = clock.lives().filter(|_| !rows.is_empty() || ahead != self.ahead) {
            self.ahead = ahead;
            self.unwritten.put("clock", "lives", Some([lives.life, lives.system]));
            rows.append(&mut self.unwritten.take());
        }
        rows
    }

    /// Returns `true` the first time that a list is asked for.
    pub(crate) fn is_first_list(&mut self, name: &str) -> bool {
        let is_first = self.seeded.insert(name.to_owned());
        if is_first {
            self.unwritten.put("list", name, Some(true));
        }
        is_first
    }

    /// The last number that was given out.
    pub(crate) fn last(&self) -> u64 {
        self.counter
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }

    /// Notes a change of a resource. One that changes several times without another one between them changes once.
    pub(crate) fn happens(&mut self, next: ResourceChange) {
        match self.happened.last_mut() {
            Some(last) if last.number == next.number && next.to.is_none() => last.is_new |= next.is_new,
            Some(last) if last.number == next.number && last.to.is_none() && !last.is_new => *last = next,
            _ => self.happened.push(next),
        }
    }

    /// Notes that an operation was carried out for a subject.
    pub(crate) fn acted(&mut self, operation: &str, subject: Vec<String>) {
        self.acted.insert((operation.to_owned(), subject));
    }

    /// Moves what happened to the history, and returns it.
    pub(crate) fn note(&mut self, at: BothClocks, cause: ChangeReason) -> Vec<ResourceChange> {
        let happened = std::mem::take(&mut self.happened);
        self.history.note(&happened, &self.ledger, at, cause);
        happened
    }

    /// Keeps what was carried out.
    pub(crate) fn carried(&mut self, effect: Effect) {
        self.acted(&effect.operation, effect.subject.clone());
        self.unwritten.put("effect", &(self.effects.last() + 1), Some(&effect));
        self.effects.push(effect, 0);
    }

    /// Returns `true` if an operation was carried out for a subject.
    pub(crate) fn has_acted(&self, operation: &str, subject: Vec<String>) -> bool {
        self.acted.contains(&(operation.to_owned(), subject))
    }

    /// A request comes: the copies that come before it.
    pub(crate) fn come(&mut self) -> Vec<Arc<Request>> {
        self.requests += 1;
        let requests = self.requests;
        let due = self.late.extract_if(.., |(at, _)| *at <= requests);
        due.map(|(_, copy)| copy).collect()
    }

    /// Keeps the copy of a request that comes so many requests later.
    pub(crate) fn keep(&mut self, later: u64, copy: Arc<Request>) {
        self.late.push((self.requests + later, copy));
    }

    /// The place of the resource with this id.
    pub(crate) fn find(&self, kind: &str, id: &str) -> Option<usize> {
        self.records.find(kind, id)
    }

    /// An id like the example, and like no other.
    pub(crate) fn fresh_id(&mut self, example: &str) -> String {
        for _ in 0..32 {
            let id = alike(example);
            if self.records.with_id(&id).is_empty() {
                return id;
            }
        }
        // The form has too few texts: digits behind it make more.
        format!("{}{}", alike(example), self.next())
    }

    /// A whole number that is not an id yet, and not below another one.
    pub(crate) fn fresh_number(&mut self, least: i64) -> String {
        loop {
            let next = i64::try_from(self.next()).unwrap_or(i64::MAX);
            let id = least.max(1).saturating_sub(1).saturating_add(next).to_string();
            if self.records.with_id(&id).is_empty() {
                return id;
            }
        }
    }

    /// An opaque cursor that goes on in a list behind the record with this number.
    pub(crate) fn cursor(&mut self, number: u64, list: &str) -> String {
        let cursor = format!("{}{:x}", encode::hex(&encode::random::<12>()), self.next());
        let place = format!("{cursor} {list}");
        self.unwritten.put("cursor", &&place, Some(number));
        self.cursors.insert(place, number);
        cursor
    }

    /// The number of the record behind which a cursor goes on; `None` for one that was not given out for this list.
    pub(crate) fn behind(&self, cursor: &str, list: &str) -> Option<u64> {
        self.cursors.get(&format!("{cursor} {list}")).copied()
    }
}

/// The rows of a kind whose names are numbers, in the order of the numbers.
fn in_order(rows: &mut Rows, kind: &str) -> Vec<Value> {
    let rows = rows.remove(kind).unwrap_or_default().into_iter();
    let mut numbered: Vec<(u64, Value)> = rows
        .map(|(name, value)| (name.parse().unwrap_or_default(), value))
        .collect();
    numbered.sort_by_key(|(number, _)| *number);
    numbered.into_iter().map(|(_, value)| value).collect()
}

/// Letters and digits by which a random text differs from all others.
const TELLING: usize = 12;

/// A random text of the example's form: a UUID for a UUID, else new letters and digits behind a prefix of letters, such as `inv_`.
pub fn alike(example: &str) -> String {
    if is_uuid(example) {
        return uuid();
    }
    let tail = tail(example);
    let random = encode::random::<64>();
    let fresh = example[tail..]
        .chars()
        .zip(random.iter().cycle())
        .map(|(letter, &byte)| {
            let letters: &[u8] = match letter {
                '0'..='9' => b"0123456789",
                'a'..='z' => b"abcdefghijklmnopqrstuvwxyz",
                'A'..='Z' => b"ABCDEFGHIJKLMNOPQRSTUVWXYZ",
                _ => return letter,
            };
            char::from(letters[usize::from(byte) % letters.len()])
        });
    example[..tail].chars().chain(fresh).collect()
}

/// The place behind the prefix of an id.
fn tail(example: &str) -> usize {
    let is_prefix = |text: &str| !text.contains(|letter: char| letter.is_ascii_digit());
    let tail = example.rfind(['_', '-', ':']).map_or(0, |at| at + 1);
    let is_kept = tail < example.len() && (example.len() - tail >= 6 || is_prefix(&example[..tail]));
    if is_kept { tail } else { 0 }
}

/// A random text of the example's form that nobody has to compare with others: a form with few texts gets digits behind it.
pub(crate) fn unique(example: &str) -> String {
    let varied = example[tail(example)..].chars().filter(char::is_ascii_alphanumeric);
    let missing = TELLING.saturating_sub(varied.count());
    let digits = encode::random::<TELLING>().into_iter().take(missing);
    let digits = digits.map(|byte| char::from(b'0' + byte % 10));
    alike(example).chars().chain(digits).collect()
}

/// A random UUID (RFC 9562, version 4).
pub(crate) fn uuid() -> String {
    encode::uuid(encode::random::<16>(), 4)
}

/// The next step of each resource that time moves.
#[derive(Debug, Default)]
pub(crate) struct Timers {
    /// Milliseconds since 1970, and the number of the resource.
    entries: BTreeSet<(i64, u64)>,
    by_number: HashMap<u64, i64>,
}

impl Timers {
    /// Sets the time of a resource's next step, or that it has none.
    pub(crate) fn set(&mut self, number: u64, due: Option<Instant>) {
        if let Some(old) = self.by_number.remove(&number) {
            self.entries.remove(&(old, number));
        }
        if let Some(due) = due.map(Instant::millis) {
            self.entries.insert((due, number));
            self.by_number.insert(number, due);
        }
    }

    /// Returns `true` if something is due.
    pub(crate) fn is_due(&self, now: Instant) -> bool {
        self.entries.first().is_some_and(|(due, _)| *due <= now.millis())
    }

    /// Takes out the earliest entry that is due.
    pub(crate) fn take(&mut self, now: Instant) -> Option<(Instant, u64)> {
        let &(due, number) = self.entries.first().filter(|(due, _)| *due <= now.millis())?;
        self.set(number, None);
        Some((Instant::of_millis(due), number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_a_form_with_few_texts_differ_all_the_same() {
        let ids: std::collections::BTreeSet<String> = (0..1000).map(|_| unique("evt_1")).collect();
        assert_eq!(ids.len(), 1000);
        assert!(ids.iter().all(|id| id.starts_with("evt_") && id.len() == 16));
        assert_eq!(unique("evt_9x8v7u6t5s4r").len(), 16);
    }

    #[test]
    fn a_fresh_id_looks_like_the_example_and_is_another() {
        let id = alike("shp_9x8v7u6t5s");
        assert!(
            id.starts_with("shp_") && id.len() == 14 && id != "shp_9x8v7u6t5s",
            "{id}"
        );
        let id = alike("00000000-0000-4000-8000-000000000001");
        assert!(is_uuid(&id) && &id[14..15] == "4", "{id}");
    }

    #[test]
    fn entries_come_in_the_order_of_their_times_and_one_for_each_resource() {
        let at = Instant::of_millis;
        let mut timers = Timers::default();
        timers.set(1, Some(at(500)));
        timers.set(2, Some(at(300)));
        timers.set(1, Some(at(200)));
        timers.set(3, Some(at(100)));
        timers.set(3, None);
        assert_eq!(timers.take(at(199)), None);
        assert_eq!(timers.take(at(400)), Some((at(200), 1)));
        assert_eq!(timers.take(at(400)), Some((at(300), 2)));
        assert_eq!(timers.take(at(900)), None);
    }
}
