//! Admission of an intent: the rows about it come in, the row to write and the decision go out. Pure.

use std::path::PathBuf;

use sdkwright_runtime::clock::Moment;
use sdkwright_runtime::journal::{Intent, JournalRefusal};

use crate::entry::{ActionHead, Entry, FoundRows, Holder, VERSION};
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
