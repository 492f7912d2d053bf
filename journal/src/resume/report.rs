//! The report of `resume`: the states of rows come in, lists of keys and records go out.

use bytes::Bytes;
use sdkwright_runtime::client::Core;
use sdkwright_runtime::clock::Moment;
use sdkwright_runtime::journal::Sender;
use sdkwright_runtime::{Error, Response};

use crate::entry::Entry;
use crate::error::StoreError;
use crate::journal::Record;
use crate::stored;

/// The results of the intents that were open.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Resumed {
    /// Keys of those that happened.
    pub done: Vec<Record>,
    /// Keys of those that did not happen and will not.
    pub refused: Vec<Record>,
    /// All those whose outcome has to be read from the server, whenever they came to that. They are never sent again.
    pub reconcile: Vec<Reconcile>,
    /// Intents that stay open, with the reason: the next call of `resume` tries them again.
    pub open: Vec<(String, Error)>,
    /// Intents that another call is sending, with the end of its lease in seconds since 1970. The end is in the past, or 0,
    /// if another transaction held the row, or the intent was recorded meanwhile: try again soon.
    pub leased: Vec<(String, i64)>,
    /// Intents whose row cannot be read, or whose result cannot be written or read, with the reason: they stay open until the
    /// row is repaired, and do not block others.
    pub broken: Vec<(String, StoreError)>,
    /// Keys of those that were not sent, as their server could not be reached: they stay open, and the next call tries them.
    pub not_tried: Vec<String>,
    /// Open ones of another base URL or client id, with their keys, which this client must not send.
    pub of_others: Vec<(Sender, String)>,
    /// The error that stopped the run, if any: all further intents are unchanged, and may be missing here.
    pub failed: Option<StoreError>,
}

impl Resumed {
    /// Returns `true` if nothing is open, for this client or another one that shares the journal, and nothing of this client
    /// must be looked up.
    pub fn is_finished(&self) -> bool {
        let is_settled = self.reconcile.is_empty() && self.broken.is_empty() && self.failed.is_none();
        let is_sent = self.open.is_empty() && self.leased.is_empty() && self.not_tried.is_empty();
        is_settled && is_sent && self.of_others.is_empty()
    }

    pub(super) fn add(&mut self, told: RowResult) {
        match told {
            RowResult::Done(record) => self.done.push(record),
            RowResult::Refused(record) => self.refused.push(record),
            RowResult::Reconcile(reconcile) => self.reconcile.push(reconcile),
            RowResult::Open(key, error) => self.open.push((key, error)),
            RowResult::Leased(key, until) => self.leased.push((key, until)),
            RowResult::Broken(key, why) => self.broken.push((key, why)),
            RowResult::NotTried(key) => self.not_tried.push(key),
        }
    }
}

/// An action whose outcome has to be read from the server.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reconcile {
    /// The record; `find` is the target of a call that finds the action.
    pub record: Record,
    /// Arguments of the call's path, by name.
    pub arguments: Vec<(String, String)>,
}

impl Reconcile {
    pub(super) fn of(entry: &Entry, now: Moment) -> Self {
        let intent = stored::read(entry, now).ok();
        Self {
            record: Record::of(entry, now),
            arguments: intent.map(|intent| intent.arguments).unwrap_or_default(),
        }
    }

    /// Asks the server: the answer of the call that finds the action. Nothing where the contract names none.
    pub async fn read(&self, client: &impl AsRef<Core>) -> Option<Result<Response<Bytes>, Error>> {
        let target = self.record.find.clone()?;
        Some(client.as_ref().raw(sdkwright_runtime::http::Method::GET, target).await)
    }
}

/// The result for one row.
pub(super) enum RowResult {
    Done(Record),
    Refused(Record),
    Reconcile(Reconcile),
    Open(String, Error),
    Leased(String, i64),
    Broken(String, StoreError),
    NotTried(String),
}
