//! What became of an intent: the rows about it come in, the rows to write go out. Pure.
//!
//! What happened is never taken back: a late word of a call whose lease ran out can say that it happened, and nothing else.

use sdk_runtime::journal::{Sent, Settlement};

use crate::entry::{Entry, Found, State};

/// Who says what about which intent.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    pub(crate) key: String,
    /// The lease under which it was sent.
    pub(crate) lease: String,
    pub(crate) settlement: Settlement,
    /// When it was sent.
    pub(crate) sent: Sent,
}

/// The row to write where the clock was corrected before it is sent again; nothing if the key is not known.
pub(crate) fn follow(found: &Found, key: &str, lease: &str, sent: Sent) -> Option<Vec<Entry>> {
    let mut entry = found.take(key)?;
    if entry.leased_by != lease {
        return Some(Vec::new());
    }
    times(&mut entry, sent);
    Some(vec![entry])
}

fn times(entry: &mut Entry, sent: Sent) {
    entry.head.first_sent = sent.first.or(entry.head.first_sent);
    entry.head.last_sent = sent.last.or(entry.head.last_sent);
}

/// The rows to write; nothing if the key is not known.
pub(crate) fn settle(found: &Found, said: &Said) -> Option<Vec<Entry>> {
    let mut entry = found.take(&said.key)?;
    let holds = entry.leased_by == said.lease;
    if holds {
        times(&mut entry, said.sent);
    }
    match &said.settlement {
        Settlement::Executed { status, ids } => {
            executed(&mut entry, *status, ids);
            let mut changed: Vec<Entry> = found
                .others(&said.key)
                .filter_map(|other| used(other, &entry))
                .collect();
            changed.push(entry);
            return Some(changed);
        }
        _ if entry.state == State::Executed => {
            if !holds {
                return Some(Vec::new());
            }
        }
        Settlement::CutOff { status } => {
            // Where another call said that it did not happen, its request went: there is nothing to ask again with.
            let is_gone = entry.request.is_none();
            entry.state = if is_gone { State::Reconcile } else { State::CutOff };
            entry.head.status = *status;
            entry.head.code = None;
        }
        _ if !holds => return Some(Vec::new()),
        Settlement::NotExecuted { code, spent } if entry.state == State::Open => {
            entry.state = State::Refused;
            entry.subject = None;
            entry.head.code.clone_from(code);
            entry.head.spent = *spent;
            entry.request = None;
            entry.evidence = None;
        }
        // What was cut off may have been a page of something in between: nobody knows whether it happened.
        Settlement::Unknown { refused: Some(code) } => {
            entry.state = State::Reconcile;
            entry.head.code = Some(code.clone());
        }
        Settlement::Forgotten => {
            entry.state = State::Reconcile;
            entry.head.code = None;
        }
        Settlement::NotExecuted { .. } | Settlement::Unknown { .. } => {}
    }
    if holds {
        entry.release();
    }
    Some(vec![entry])
}

/// It happened, and the server does not say so under its key: sent again, it might happen again.
pub(crate) fn untold(entry: &mut Entry, status: u16, ids: &[(String, String)]) {
    executed(entry, status, ids);
    entry.head.spent = true;
}

pub(crate) fn executed(entry: &mut Entry, status: u16, ids: &[(String, String)]) {
    entry.state = State::Executed;
    entry.head.code = None;
    entry.head.spent = false;
    if status != 0 {
        entry.head.status = status;
    }
    if !ids.is_empty() {
        entry.head.ids = ids.to_vec();
    }
    entry.request = None;
    if entry.head.later.is_empty() {
        entry.evidence = None;
    }
    entry.release();
}

/// An earlier row whose approval this operation was waited for: the last one that needs it lets it go.
pub(crate) fn used(other: &Entry, by: &Entry) -> Option<Entry> {
    let waits = other.sender == by.sender && other.head.later.contains(&by.head.operation);
    if !waits || other.state != State::Executed {
        return None;
    }
    let mut other = other.clone();
    other.head.later.retain(|operation| *operation != by.head.operation);
    if other.head.later.is_empty() {
        other.evidence = None;
    }
    Some(other)
}

#[cfg(test)]
mod tests;
