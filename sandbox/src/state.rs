//! In: what calls made. Out: what this server remembers, in memory. Never: a decision about a call.

use crate::agenda::Agenda;
use crate::effect::Effect;
use crate::encode;
use crate::forced::Forced;
use crate::idempotency::Keys;
use crate::ledger::Ledger;
use crate::nonces::Nonces;
use crate::records::Records;
use crate::request::Request;
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

/// Everything that is remembered.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) records: Records,
    /// The next steps of resources that time moves.
    pub(crate) agenda: Agenda,
    /// Postings of transitions.
    pub(crate) ledger: Ledger,
    pub(crate) keys: Keys,
    pub(crate) nonces: Nonces,
    /// The continuation of each cursor that was given out.
    pub(crate) cursors: HashMap<String, u64>,
    /// Lists that were filled with examples.
    pub(crate) seeded: HashSet<String>,
    pub(crate) forced: VecDeque<Forced>,
    /// Everything that was carried out and acts, oldest first.
    pub(crate) effects: Vec<Effect>,
    /// Operations and subjects of the effects.
    acted: HashSet<(String, Vec<String>)>,
    /// Number of occurrences of each call while there are faults, for their schedule.
    pub(crate) came: HashMap<String, u64>,
    /// Number of requests.
    pub(crate) requests: u64,
    /// Copies of requests that are still to come, each with the number of the request before which it comes.
    pub(crate) late: Vec<(u64, Arc<Request>)>,
    counter: u64,
}

impl State {
    /// The last number that was given out.
    pub(crate) fn last(&self) -> u64 {
        self.counter
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }

    /// Keeps what was carried out.
    pub(crate) fn carried(&mut self, effect: Effect) {
        self.acted.insert((effect.operation.clone(), effect.subject.clone()));
        self.effects.push(effect);
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
        format!("{example}{}", self.next())
    }

    /// An opaque cursor that goes on behind the record with this number.
    pub(crate) fn cursor(&mut self, number: u64) -> String {
        let cursor = format!("{}{:x}", encode::hex(&encode::random::<12>()), self.next());
        self.cursors.insert(cursor.clone(), number);
        cursor
    }
}

/// A random text of the example's form: a UUID for a UUID, else new letters and digits behind the last separator.
pub(crate) fn alike(example: &str) -> String {
    if is_uuid(example) {
        return uuid();
    }
    let tail = example.rfind(['_', '-', ':']).map_or(0, |at| at + 1);
    let tail = if example.len() - tail < 6 { 0 } else { tail };
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

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// A random UUID (RFC 9562, version 4).
pub(crate) fn uuid() -> String {
    let mut bytes = encode::random::<16>();
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let text = encode::hex(&bytes);
    format!(
        "{}-{}-{}-{}-{}",
        &text[..8],
        &text[8..12],
        &text[12..16],
        &text[16..20],
        &text[20..]
    )
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
