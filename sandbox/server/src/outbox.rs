//! In: events that happened. Out: those that are not delivered yet, after the process was killed, too. Never: an attempt to deliver one.

use crate::row::{Rows, Unwritten};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A change of a resource, of which events can tell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ResourceChange {
    /// The number of the resource.
    pub(crate) number: u64,
    /// `true` if it came into being.
    pub(crate) is_new: bool,
    /// The state before; `None` for a new one and for one that kept its state.
    pub(crate) from: Option<String>,
    /// The state that it came into; `None` for one that kept its state.
    pub(crate) to: Option<String>,
}

/// The place of an event in the history, and the resource that it tells of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct EventOrigin {
    pub(crate) place: u64,
    pub(crate) resource: Option<u64>,
}

/// An event that is to be delivered.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Mail {
    /// Its number in the outbox; `None` for one that is not kept, such as an example.
    pub(crate) number: Option<u64>,
    pub(crate) event: String,
    pub(crate) body: Value,
    pub(crate) origin: EventOrigin,
}

/// Events that happened and are not settled: neither accepted by the receiver nor given up.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    waiting: BTreeMap<u64, Mail>,
    /// Numbers of those that nobody carries yet.
    fresh: Vec<u64>,
    pub(crate) unwritten: Unwritten,
    last: u64,
}

impl Outbox {
    /// Begins with the events of a store, which are to be carried again.
    pub(crate) fn restored(rows: &mut Rows) -> Option<Self> {
        let mut outbox = Self::default();
        for (number, value) in rows.remove("mail").unwrap_or_default() {
            let number: u64 = number.parse().ok()?;
            let mail = Mail {
                number: Some(number),
                event: value.get("event")?.as_str()?.to_owned(),
                body: value.get("body")?.clone(),
                origin: EventOrigin {
                    place: number,
                    resource: None,
                },
            };
            outbox.waiting.insert(number, mail);
        }
        outbox.unwritten = Unwritten::with_store();
        outbox.fresh = outbox.waiting.keys().copied().collect();
        outbox.last = outbox.fresh.last().copied().unwrap_or_default();
        Some(outbox)
    }

    /// The number of the newest event.
    pub(crate) fn last(&self) -> u64 {
        self.last
    }

    pub(crate) fn add(&mut self, event: String, body: Value, origin: EventOrigin) {
        self.last += 1;
        let row = json!({ "event": event, "body": body });
        self.unwritten.put("mail", &self.last, Some(row));
        let mail = Mail {
            number: Some(self.last),
            event,
            body,
            origin,
        };
        self.waiting.insert(self.last, mail);
        self.fresh.push(self.last);
    }

    /// Forgets an event that was accepted or given up.
    pub(crate) fn settle(&mut self, number: u64) {
        if self.waiting.remove(&number).is_some() {
            self.unwritten.put("mail", &number, None::<Value>);
        }
    }

    /// Takes the events that nobody carries yet.
    pub(crate) fn take(&mut self) -> Vec<Mail> {
        let fresh = std::mem::take(&mut self.fresh).into_iter();
        fresh.filter_map(|number| self.waiting.get(&number).cloned()).collect()
    }

    /// Takes events back that could not be kept, and may be carried only when they are.
    pub(crate) fn take_back(&mut self, mails: &[Mail]) {
        self.fresh.extend(mails.iter().filter_map(|mail| mail.number));
        self.fresh.sort_unstable();
    }
}
