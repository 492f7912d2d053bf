//! One intent as it is kept: rows of a store come in and go out.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use sdkwright_runtime::clock::{Moment, copy_lifetime};
use sdkwright_runtime::journal::{Sender, SentMember};
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::keys::{created, short};
use crate::sealed::RowOwner;
use crate::store::{Row, RowPosition, State};

/// An intent as it is understood: what a store has to find rows by is a field, the rest is in `head`.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) sender: Sender,
    pub(crate) subject: Option<String>,
    pub(crate) state: State,
    pub(crate) recorded: i64,
    pub(crate) leased_until: i64,
    pub(crate) leased_by: String,
    pub(crate) head: ActionHead,
    pub(crate) request: Option<Vec<u8>>,
    pub(crate) evidence: Option<Vec<u8>>,
    /// The store removes the row instead of writing it: it would protect nothing.
    pub(crate) is_gone: bool,
}

/// Version of what a row consists of: head and request. Raised with each change that an earlier release cannot read, or whose lack
/// a later one must not guess.
pub(crate) const VERSION: u16 = 1;

/// The part of an intent that stays after it is settled.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct ActionHead {
    /// Version of the row; 0 before rows had one.
    #[serde(default)]
    pub(crate) version: u16,
    /// `operationId`; empty for a raw call.
    pub(crate) operation: String,
    /// Digest of the request, in hexadecimal.
    pub(crate) sha256: String,
    /// The offset of the clock by which it was written down; nothing where no answer had confirmed it.
    pub(crate) recorded_offset: Option<i64>,
    /// Instant of the first sending; `None` if it was never sent.
    pub(crate) first_sent: Option<Moment>,
    /// Latest instant at which a copy was sent or may have been, as far as a call knew; `None` if it was never sent.
    pub(crate) last_sent: Option<Moment>,
    /// The run of the program whose clock showed `last_sent`.
    #[serde(default)]
    pub(crate) sent_by: String,
    /// For how many seconds the call that sent it last may go on.
    #[serde(default)]
    pub(crate) lease: u64,
    /// The waits for copies of runs whose clock cannot be compared with that of the last sending.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) waits: Vec<Wait>,
    /// For how many seconds a signature is good, before and after its instant.
    pub(crate) freshness: Option<u64>,
    /// For how many seconds the server remembers the key.
    pub(crate) retention: Option<u64>,
    /// Status of the answer; 0 without one.
    pub(crate) status: u16,
    /// Problem code, or status, of a refusal.
    pub(crate) code: Option<String>,
    /// The server keeps a refusal under the key, or no answer: it never tells there that it happened.
    pub(crate) spent: bool,
    /// Ids in the answer.
    pub(crate) ids: Vec<(String, String)>,
    /// Operations that still need the approval.
    pub(crate) later: Vec<String>,
    /// The id of the resource that it created.
    #[serde(default)]
    pub(crate) created: Option<String>,
    /// The caller recorded it before its call, perhaps in a transaction: its row stays next to what the caller wrote there.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) recorded_first: bool,
    /// Request ids that the caller gave, in the form of [`keys::request`](crate::keys::request).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) request_ids: Vec<String>,
    /// Members that the creation of the resource sent, as digests: of this row's own resource after its execution, before that of
    /// the resource that it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) members: Vec<SentMember>,
    /// The person who recorded the finding of a lookup.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reconciled: Option<RecordedFinding>,
}

const MOST_WAITS: usize = 16;

/// A wait that a run of a program measures by its own clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Wait {
    pub(crate) run: String,
    pub(crate) from: Moment,
    /// The last sending of which the run knew: a later one needs another wait.
    pub(crate) last_sent: Moment,
}

/// Who recorded the finding of a lookup, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RecordedFinding {
    pub(crate) by: String,
    /// Seconds since 1970.
    pub(crate) at: i64,
}

impl Entry {
    /// Reads a row, without verifying it.
    pub(crate) fn from_row(row: &Row) -> Result<Self, String> {
        let broken = |what: &str| format!("`{}`: {what}", row.key);
        Ok(Self {
            key: row.key.clone(),
            sender: row.sender.clone(),
            subject: row.subject.clone(),
            state: State::from_word(&row.state).ok_or_else(|| broken("its state"))?,
            recorded: row.recorded,
            leased_until: row.leased_until,
            leased_by: row.leased_by.clone(),
            head: serde_json::from_str(&row.head).map_err(|_| broken("its head"))?,
            request: row.request.clone(),
            evidence: row.evidence.clone(),
            is_gone: false,
        })
    }

    pub(crate) fn to_place(&self) -> RowPosition {
        RowPosition {
            recorded: self.recorded,
            base_url: self.sender.base_url.clone(),
            client_id: self.sender.client_id.clone().unwrap_or_default(),
            key: self.key.clone(),
        }
    }

    /// The row to be written.
    pub(crate) fn to_row(&self) -> Result<Row, StoreError> {
        let ids = self.head.ids.iter().filter(|_| self.evidence.is_some());
        let made = ids.map(|(_, id)| short(id).into_owned());
        let made = made.chain(self.head.created.as_deref().map(created));
        let made: BTreeSet<String> = made.chain(self.head.request_ids.iter().cloned()).collect();
        Ok(Row {
            key: self.key.clone(),
            sender: self.sender.clone(),
            subject: self.subject.clone(),
            state: self.state.as_str().to_owned(),
            recorded: self.recorded,
            leased_until: self.leased_until,
            leased_by: self.leased_by.clone(),
            head: serde_json::to_string(&self.head).map_err(|error| StoreError::Broken(error.to_string()))?,
            request: self.request.clone(),
            evidence: self.evidence.clone(),
            sealed_by: String::new(),
            seal: Vec::new(),
            made: made.into_iter().collect(),
        })
    }

    /// Returns `true` if the server may have forgotten the key, or if a clock is too uncertain to tell.
    ///
    /// A day of retention is used up to its last hour. A row of what was never sent is as old as itself: it may have been put back
    /// as it was before the sending.
    pub(crate) fn is_forgotten(&self, now: Moment) -> bool {
        let recorded = Moment {
            at: self.recorded,
            offset: self.head.recorded_offset,
        };
        let first = self.head.first_sent.unwrap_or(recorded);
        self.head
            .retention
            .is_some_and(|retention| now.is_past(first, retention))
    }

    /// Returns the last instant at which a copy of the request that is still on its way can act, in seconds since 1970; `None` if
    /// nothing was sent.
    ///
    /// That is [`copy_lifetime`], plus the change of the clock's offset since then; where no answer has confirmed the clock yet, plus
    /// the time by which it was ahead.
    pub(crate) fn acts_until(&self, now: Moment) -> Option<i64> {
        let last = self.head.last_sent?;
        let ahead = last.offset.filter(|_| now.offset.is_none()).unwrap_or(0).min(0);
        let unsure = now.uncertainty(last).saturating_add(ahead.unsigned_abs());
        Some(after(last.at, self.copy_lifetime().saturating_add(unsure)))
    }

    fn copy_lifetime(&self) -> u64 {
        copy_lifetime(self.head.freshness, self.head.retention)
    }

    /// Returns the instant after which a run may believe that nothing happened, in seconds since 1970.
    ///
    /// The clock of one run shows one time, and so do two clocks that answers of the server confirmed. Any other two may differ by
    /// hours, and the call that sent the intent last may still go on. Then a run waits by its own clock for its end and its copies.
    pub(crate) fn absent_after(&mut self, now: Moment, is_confirmed: bool, run: &str) -> Option<i64> {
        let last_sent = self.head.last_sent?;
        if self.head.sent_by == run || (is_confirmed && last_sent.offset.is_some()) {
            return self.acts_until(now);
        }
        let waits = &mut self.head.waits;
        waits.retain(|wait| wait.last_sent == last_sent);
        let known = waits.iter().find(|wait| wait.run == run).map(|wait| wait.from);
        let from = known.unwrap_or_else(|| {
            // Runs that died leave theirs.
            waits.truncate(MOST_WAITS - 1);
            let run = run.to_owned();
            waits.insert(
                0,
                Wait {
                    run,
                    from: now,
                    last_sent,
                },
            );
            now
        });
        let from = now.offset.map_or(from, |offset| from.corrected(offset));
        Some(after(from.at, self.copy_lifetime().saturating_add(self.head.lease)))
    }

    /// Marks the intent to be looked up at the server; it is not sent any more. The holder of the lease may have sent it until the
    /// lease ended. A row that says it was never sent may have been restored just now, so that it counts as sent now.
    pub(crate) fn reconcile(&mut self, now: Moment, run: &str) {
        let Some(last) = self.head.last_sent else {
            self.head.last_sent = Some(now);
            run.clone_into(&mut self.head.sent_by);
            self.state = State::Reconcile;
            return self.release();
        };
        let is_one_clock = self.head.sent_by == run || (last.offset.is_some() && now.offset.is_some());
        let until = if is_one_clock {
            self.leased_until.min(now.at)
        } else {
            self.leased_until
        };
        self.head.last_sent = Some(Moment {
            at: last.at.max(until),
            ..last
        });
        self.state = State::Reconcile;
        self.release();
    }

    /// Returns `true` if another call is sending it.
    ///
    /// A lease ends with the retention at the latest, however long it was taken for and by whatever clock: nothing is sent then.
    pub(crate) fn is_leased(&self, now: Moment, holder: &Holder) -> bool {
        self.leased_until > now.at && !self.is_forgotten(now) && !holder.may_take(&self.leased_by)
    }

    pub(crate) fn release(&mut self) {
        self.leased_until = 0;
        self.leased_by.clear();
    }
}

fn after(at: i64, seconds: u64) -> i64 {
    at.saturating_add(i64::try_from(seconds).unwrap_or(i64::MAX))
}

/// Request and approval never print.
impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Entry")
            .field("key", &self.key)
            .field("state", &self.state)
            .field("head", &self.head)
            .finish_non_exhaustive()
    }
}

/// The rows that were found.
#[derive(Debug, Clone, Default)]
pub(crate) struct FoundRows {
    pub(crate) entries: Vec<Entry>,
    /// Rows that cannot be read, or fail verification.
    pub(crate) broken: Vec<BrokenRow>,
    /// Positions of rows of other senders, which are not read.
    pub(crate) others: Vec<RowPosition>,
}

/// A row that cannot be read or trusted.
#[derive(Debug, Clone)]
pub(crate) struct BrokenRow {
    pub(crate) place: RowPosition,
    subject: Option<String>,
    why: Why,
}

#[derive(Debug, Clone)]
enum Why {
    Unread(String),
    Unverified,
}

impl BrokenRow {
    pub(crate) fn told(&self) -> (String, StoreError) {
        (self.place.key.clone(), self.error())
    }

    pub(crate) fn error(&self) -> StoreError {
        match &self.why {
            Why::Unread(what) => StoreError::Broken(what.clone()),
            Why::Unverified => StoreError::Unverified(self.place.key.clone()),
        }
    }
}

impl FoundRows {
    /// Reads the rows that a store found.
    pub(crate) fn new(rows: &[Row], owner: &RowOwner) -> Self {
        let mut found = Self::default();
        for row in rows {
            if row.sender != owner.sender {
                found.others.push(row.position());
                continue;
            }
            let read = if owner.verifies(row) {
                Entry::from_row(row).map_err(Why::Unread)
            } else {
                Err(Why::Unverified)
            };
            match read {
                Ok(entry) => found.entries.push(entry),
                Err(why) => found.broken.push(BrokenRow {
                    place: row.position(),
                    subject: row.subject.clone(),
                    why,
                }),
            }
        }
        found
    }

    /// The row of a key.
    pub(crate) fn take(&self, key: &str) -> Option<Entry> {
        self.entries.iter().find(|entry| entry.key == key).cloned()
    }

    /// The same, where a row that cannot be read is none that is not there.
    pub(crate) fn entry(&self, key: &str) -> Result<Option<Entry>, StoreError> {
        match self.broken.iter().find(|broken| broken.place.key == key) {
            Some(broken) => Err(broken.error()),
            None => Ok(self.take(key)),
        }
    }

    /// The key of a row that cannot be read and that stands for this key or this subject.
    pub(crate) fn unread(&self, key: &str, subject: Option<&str>) -> Option<String> {
        let stands = |broken: &&BrokenRow| {
            broken.place.key == key || (subject.is_some() && broken.subject.as_deref() == subject)
        };
        self.broken.iter().find(stands).map(|broken| broken.place.key.clone())
    }

    pub(crate) fn others<'f>(&'f self, key: &'f str) -> impl Iterator<Item = &'f Entry> {
        self.entries.iter().filter(move |entry| entry.key != key)
    }
}

/// Returns the run in the text of a lease.
pub(crate) fn run_of(lease: &str) -> &str {
    lease.rsplit('/').nth(1).unwrap_or_default()
}

/// The calls of this run that are still going on.
pub(crate) type Live = Arc<Mutex<Vec<String>>>;

/// The caller that asks for a lease.
#[derive(Debug, Clone)]
pub(crate) struct Holder {
    /// Text of the lease: instance, run of the program, and call.
    pub(crate) text: String,
    /// The instance, if it has a name: only one program runs under it at a time.
    pub(crate) instance: Option<String>,
    /// The run of the program.
    pub(crate) run: String,
    /// Calls of this run that are still going on, at the moment of the decision: a call enters before its row is written, so a
    /// row of this run whose call is not here has lost it.
    pub(crate) live: Live,
}

impl Holder {
    /// A lease is void if its call is known to have ended: it was dropped in this run, or belongs to an earlier run of the same
    /// instance.
    fn may_take(&self, leased_by: &str) -> bool {
        let mut parts = leased_by.rsplitn(3, '/');
        let (Some(_call), Some(run), Some(instance)) = (parts.next(), parts.next(), parts.next()) else {
            return false;
        };
        if run == self.run {
            let live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
            return !live.iter().any(|call| call == leased_by);
        }
        self.instance.as_deref().is_some_and(|own| own == instance)
    }
}

#[cfg(test)]
pub(crate) mod tests;
