//! Admission and settlement of an intent: the rows about it come in, the rows to write and the decision go out. Pure.
//!
//! What happened is never taken back: a late word of a call whose lease ran out can say that it happened, and when its last copy
//! was sent, and nothing else. Nothing is said about another request than the one that was sent.

use std::path::PathBuf;

use sdkwright_runtime::clock::Moment;
use sdkwright_runtime::journal::{Intent, JournalRefusal, SendTimes, SentMember, Settlement};

use crate::entry::{ActionHead, Entry, FoundRows, Holder, VERSION, run_of};
use crate::keys::{hex, request};
use crate::store::State;

/// Largest number of request ids of the caller in one row.
const MOST_IDS: usize = 8;

/// The decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Begun {
    /// Sends the intent for the first time, or again after attempts that certainly had no effect: the code of their refusal.
    Send(Option<String>),
    /// Sends the intent again; it was first sent at this instant.
    Again(Moment),
    Refused(JournalRefusal),
}

/// An intent with its request written out.
#[derive(Debug, Clone)]
pub(crate) struct WrittenIntent {
    pub(crate) intent: Intent,
    pub(crate) request: Vec<u8>,
    /// Files that were made for it.
    pub(crate) files: Vec<PathBuf>,
}

impl WrittenIntent {
    /// A new row, not sent yet.
    pub(crate) fn entry(&self) -> Entry {
        let intent = &self.intent;
        Entry {
            key: intent.key.clone(),
            sender: intent.sender.clone(),
            subject: intent.subject.clone(),
            state: State::Open,
            recorded: intent.at,
            leased_until: 0,
            leased_by: String::new(),
            head: ActionHead {
                version: VERSION,
                operation: intent.operation.clone(),
                sha256: hex(&intent.sha256),
                recorded_offset: intent.offset,
                first_sent: intent.first,
                retention: intent.retention.map(|retention| retention.as_secs()),
                freshness: intent.freshness.map(|freshness| freshness.as_secs()),
                later: intent.later.clone(),
                ..ActionHead::default()
            },
            request: Some(self.request.clone()),
            evidence: intent.evidence.as_ref().map(|bytes| bytes.to_vec()),
            is_gone: false,
        }
    }

    /// Notes the caller's request id, and what the creation of the resource sent, in the row of the intent among those to write.
    pub(crate) fn note(&self, found: &FoundRows, changed: &mut [Entry]) {
        let Some(own) = changed.iter_mut().find(|entry| entry.key == self.intent.key) else {
            return;
        };
        let id = self.intent.request_id.as_deref().map(request);
        let is_new = |id: &String| own.head.request_ids.len() < MOST_IDS && !own.head.request_ids.contains(id);
        if let Some(id) = id.filter(is_new) {
            own.head.request_ids.push(id);
        }
        let Some(resource) = &self.intent.resource else { return };
        let mut others = found.others(&self.intent.key);
        if let Some(creation) = others.find(|other| other.head.created.as_ref() == Some(&resource.id)) {
            own.head.members = resource.members_of(&creation.head.members);
        }
    }

    /// Returns `true` if one of these rows belongs to a resource that the intent names.
    pub(crate) fn is_in(&self, changed: &[Entry]) -> bool {
        let request = Some(&self.request);
        changed.iter().any(|entry| entry.request.as_ref() == request)
    }

    fn now(&self) -> Moment {
        Moment {
            at: self.intent.at,
            offset: self.intent.offset,
        }
    }

    fn is(&self, entry: &Entry) -> bool {
        entry.head.operation == self.intent.operation && entry.head.sha256 == hex(&self.intent.sha256)
    }
}

/// Decides whether an intent may be sent now, and takes a lease for it.
pub(crate) fn begin(found: &FoundRows, draft: &WrittenIntent, holder: &Holder) -> (Vec<Entry>, Begun) {
    let now = draft.now();
    let first = draft.intent.first.filter(|first| first.at < now.at).unwrap_or(now);
    let lease = |mut entry: Entry| {
        let seconds = i64::try_from(draft.intent.lease.as_secs()).unwrap_or(i64::MAX);
        entry.head.last_sent = Some(now);
        entry.head.sent_by.clone_from(&holder.run);
        entry.head.lease = draft.intent.lease.as_secs();
        entry.leased_until = now.at.saturating_add(seconds.max(1));
        entry.leased_by.clone_from(&holder.text);
        entry
    };
    match known(found, draft, holder) {
        KnownAction::Refused(changed, refused) => (changed.into_iter().collect(), Begun::Refused(refused)),
        KnownAction::New(refused) => {
            let mut entry = draft.entry();
            entry.head.first_sent = Some(first);
            // Kept for the case that the server does not examine this attempt: the key stays spent.
            entry.head.spent = refused.is_some();
            entry.head.code.clone_from(&refused);
            (vec![lease(entry)], Begun::Send(refused))
        }
        KnownAction::Recorded(mut entry) => {
            entry.head.first_sent = Some(first);
            (vec![lease(entry)], Begun::Send(None))
        }
        KnownAction::Sent(entry, first_sent) => (vec![lease(entry)], Begun::Again(first_sent)),
    }
}

/// Writes an intent down without sending it.
pub(crate) fn record(
    found: &FoundRows,
    draft: &WrittenIntent,
    holder: &Holder,
) -> (Vec<Entry>, Result<(), JournalRefusal>) {
    match known(found, draft, holder) {
        KnownAction::New(_) => {
            let mut entry = draft.entry();
            entry.head.recorded_first = true;
            (vec![entry], Ok(()))
        }
        KnownAction::Recorded(_) | KnownAction::Sent(..) => (Vec::new(), Ok(())),
        KnownAction::Refused(changed, refused) => (changed.into_iter().collect(), Err(refused)),
    }
}

enum KnownAction {
    /// Nothing prevents it. Only the code of an earlier refusal is left of it.
    New(Option<String>),
    /// The intent is recorded and was never sent.
    Recorded(Entry),
    /// The intent may have been sent at this instant.
    Sent(Entry, Moment),
    Refused(Option<Entry>, JournalRefusal),
}

fn known(found: &FoundRows, draft: &WrittenIntent, holder: &Holder) -> KnownAction {
    let refused = |refused| KnownAction::Refused(None, refused);
    let (intent, now) = (&draft.intent, draft.now());
    if let Some(key) = found.unread(&intent.key, intent.subject.as_deref()) {
        return refused(JournalRefusal::Broken { key });
    }
    let entry = found.take(&intent.key);
    let Some(mut entry) = entry.filter(|entry| entry.state != State::Refused || entry.head.spent) else {
        // After a refusal that the server does not keep, the key may be used for any request.
        return match another(found, draft) {
            Some(key) => refused(JournalRefusal::AnotherKey { key }),
            None => KnownAction::New(None),
        };
    };
    if !draft.is(&entry) {
        return refused(JournalRefusal::AnotherRequest {
            operation: entry.head.operation,
        });
    }
    if entry.is_leased(now, holder) {
        return refused(JournalRefusal::Leased {
            until: entry.leased_until,
        });
    }
    match (entry.state, entry.head.first_sent) {
        (State::Refused, _) => match another(found, draft) {
            Some(key) => refused(JournalRefusal::AnotherKey { key }),
            None => KnownAction::New(entry.head.code),
        },
        (State::Reconcile, _) => refused(
            entry
                .head
                .code
                .map_or(JournalRefusal::Retention, |code| JournalRefusal::Reconcile { code }),
        ),
        // Known ids need no lookup, and sending again is a risk: a server that forgot the key, or an action that was found by
        // another way than its key, would be executed a second time.
        (State::Executed, _) if !entry.head.ids.is_empty() || entry.head.spent || entry.is_forgotten(now) => {
            refused(JournalRefusal::Executed { ids: entry.head.ids })
        }
        (_, _) if entry.is_forgotten(now) => {
            entry.reconcile(now, &holder.run);
            KnownAction::Refused(Some(entry), JournalRefusal::Retention)
        }
        (_, Some(first_sent)) => KnownAction::Sent(entry, first_sent),
        (_, None) => KnownAction::Recorded(entry),
    }
}

/// The key of another action on the same subject.
fn another(found: &FoundRows, draft: &WrittenIntent) -> Option<String> {
    let subject = draft.intent.subject.as_deref()?;
    let mut others = found.others(&draft.intent.key);
    others
        .find(|other| other.subject.as_deref() == Some(subject))
        .map(|other| other.key.clone())
}

/// A settlement with its caller and its intent.
#[derive(Debug, Clone)]
pub(crate) struct SettledIntent {
    pub(crate) key: String,
    /// The lease under which it was sent.
    pub(crate) lease: String,
    /// The digest of the request that was sent, in hexadecimal.
    pub(crate) sha256: String,
    pub(crate) settlement: Settlement,
    /// The id of the resource that it created.
    pub(crate) created: Option<String>,
    /// Members that it sent and that the response repeats, if it created a resource.
    pub(crate) members: Vec<SentMember>,
    /// Request ids of the last response that the client did not send, in the form that finds rows.
    pub(crate) request_ids: Vec<String>,
    /// Instants of sending.
    pub(crate) sent: SendTimes,
}

/// The part of a settlement that is written.
#[derive(Debug)]
pub(crate) struct StoredSettlement {
    pub(crate) changed: Vec<Entry>,
    /// The key stands for another request since, whose row this word does not change.
    pub(crate) is_of_another: bool,
    /// The other key that created the resource which the answer names.
    pub(crate) bound_to: Option<String>,
}

/// The row to write where the clock was corrected before it is sent again; nothing if the key is not known.
pub(crate) fn follow(found: &FoundRows, key: &str, lease: &str, sent: SendTimes) -> Option<Vec<Entry>> {
    let mut entry = found.take(key)?;
    if entry.leased_by != lease {
        return Some(copied(&mut entry, lease, sent).into_iter().collect());
    }
    times(&mut entry, sent);
    Some(vec![entry])
}

/// A lease is as long as before by a clock that was corrected.
fn times(entry: &mut Entry, sent: SendTimes) {
    let offset = |sent: Option<Moment>| sent.and_then(|sent| sent.offset).unwrap_or(0);
    if sent.last.is_some() {
        let shift = offset(sent.last).saturating_sub(offset(entry.head.last_sent));
        entry.leased_until = entry.leased_until.saturating_add(shift);
    }
    entry.head.first_sent = sent.first.or(entry.head.first_sent);
    entry.head.last_sent = sent.last.or(entry.head.last_sent);
}

/// A copy that was sent after the lease was lost can act like any other: the row where it was the last one.
fn copied(entry: &mut Entry, lease: &str, sent: SendTimes) -> Option<Entry> {
    let at = |sent: Option<Moment>| sent.map(|sent| sent.at);
    if at(sent.last) <= at(entry.head.last_sent) {
        return None;
    }
    entry.head.last_sent = sent.last;
    run_of(lease).clone_into(&mut entry.head.sent_by);
    Some(entry.clone())
}

/// Returns the rows to write; `None` if the key is unknown.
pub(crate) fn settle(found: &FoundRows, said: &SettledIntent) -> Option<StoredSettlement> {
    let entry = found.take(&said.key)?;
    let is_of_another = entry.head.sha256 != said.sha256;
    let bound_to = bound_to(found, &entry, said).filter(|_| !is_of_another);
    let unknown = Settlement::Unknown { refused: None };
    let settlement = bound_to.as_ref().map_or(&said.settlement, |_| &unknown);
    let changed = if is_of_another {
        Vec::new()
    } else {
        settled(found, entry, said, settlement)
    };
    Some(StoredSettlement {
        changed,
        is_of_another,
        bound_to,
    })
}

/// Returns the other key that sent a request id of the response, or that created the resource which it names, unless both act
/// on one subject.
fn bound_to(found: &FoundRows, entry: &Entry, said: &SettledIntent) -> Option<String> {
    let has = |row: &Entry| said.request_ids.iter().any(|id| row.head.request_ids.contains(id));
    if let Some(other) = found.others(&said.key).find(|other| has(other) && !has(entry)) {
        return Some(other.key.clone());
    }
    let created = said.created.as_ref()?;
    let is_same = |other: &Entry| entry.subject.is_some() && entry.subject == other.subject;
    let mut others = found.others(&said.key);
    others
        .find(|other| other.head.created.as_ref() == Some(created) && !is_same(other))
        .map(|other| other.key.clone())
}

/// The rows to write about a request, this one first or none.
fn settled(found: &FoundRows, mut entry: Entry, said: &SettledIntent, settlement: &Settlement) -> Vec<Entry> {
    let holds = entry.leased_by == said.lease;
    let later = if holds {
        times(&mut entry, said.sent);
        None
    } else {
        copied(&mut entry, &said.lease, said.sent)
    };
    match settlement {
        Settlement::Executed { status, ids } => {
            executed(&mut entry, *status, ids);
            entry.head.created.clone_from(&said.created);
            entry.head.members.clone_from(&said.members);
            let mut changed: Vec<Entry> = found
                .others(&said.key)
                .filter_map(|other| used(other, &entry))
                .collect();
            changed.push(entry);
            return changed;
        }
        _ if entry.state == State::Executed => {
            if !holds {
                return later.into_iter().collect();
            }
        }
        Settlement::CutOff { status } => {
            // If another call settled it as refused, its request was removed: there are no bytes to send again.
            let is_gone = entry.request.is_none();
            entry.state = if is_gone { State::Reconcile } else { State::CutOff };
            entry.head.status = *status;
            entry.head.code = None;
        }
        _ if !holds => return later.into_iter().collect(),
        Settlement::NotExecuted { code, spent } if entry.state == State::Open => {
            refused(&mut entry, code.clone(), *spent);
        }
        Settlement::NotExamined if entry.state == State::Open && (entry.head.spent || entry.head.recorded_first) => {
            let (code, spent) = (entry.head.code.clone(), entry.head.spent);
            refused(&mut entry, code, spent);
        }
        // The secret that signed the row may be wrong: after its correction nobody could read the row.
        Settlement::NotExamined if entry.state == State::Open => {
            entry.is_gone = true;
            entry.request = None;
        }
        // The cut-off answer may have come from an intermediary, so the outcome is unknown.
        Settlement::Unknown { refused: Some(code) } => {
            entry.state = State::Reconcile;
            entry.head.code = Some(code.clone());
        }
        Settlement::Forgotten => {
            entry.state = State::Reconcile;
            entry.head.code = None;
        }
        Settlement::NotExecuted { .. } | Settlement::NotExamined | Settlement::Unknown { .. } => {}
    }
    if holds {
        entry.release();
    }
    vec![entry]
}

fn refused(entry: &mut Entry, code: Option<String>, spent: bool) {
    entry.state = State::Refused;
    entry.subject = None;
    entry.head.code = code;
    entry.head.spent = spent;
    entry.request = None;
    entry.evidence = None;
}

/// Settles an action that was executed, but not found under its key: sent again, it could be executed again.
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
