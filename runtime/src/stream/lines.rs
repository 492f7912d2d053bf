//! Streams of JSON: an arriving body comes in, typed items go out, one per line or from a JSON text sequence. A stream that
//! broke off must never look complete.
//!
//! A stream that starts with RS is a JSON text sequence (RFC 7464): each record starts with RS and may span several
//! lines. All others have one record per line (LF or CRLF). Empty records are skipped.

use crate::answer::{Answer, Arriving, Received, Remains};
use crate::error::Error;
use crate::json::{self, DecodeError, Json};
use crate::stream::essence;
use bytes::{Buf as _, Bytes, BytesMut};
use futures_core::Stream;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// The items of a stream of JSON (`application/jsonl`, `application/x-ndjson`, `application/json-seq` and the like), read as
/// they arrive.
///
/// The client's `response_limit` applies to each item.
///
/// It is a [`Stream`]: after the error of an item it continues, after any other error it returns errors, and after the end `None`.
#[must_use = "no item is read until `try_next`"]
pub struct Lines<T> {
    arriving: Arriving,
    records: RecordSplitter,
    number: usize,
    item: PhantomData<fn() -> T>,
}

impl<T> std::fmt::Debug for Lines<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lines")
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}

impl<T: Json> Lines<T> {
    fn new(arriving: Arriving) -> Self {
        Self {
            records: RecordSplitter::new(arriving.limit()),
            arriving,
            number: 0,
            item: PhantomData,
        }
    }

    /// Returns the next item; `None` at the end of the stream.
    ///
    /// An item that does not match the contract is an error with its text as `body()`; the next call continues after it. A
    /// stream that broke off stays an error.
    pub async fn try_next(&mut self) -> Result<Option<T>, Error> {
        poll_fn(|context| self.poll_item(context)).await.transpose()
    }

    fn poll_item(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<T, Error>>> {
        loop {
            match self.records.step() {
                Step::Record(record) => return Poll::Ready(Some(self.item(&record))),
                Step::TooLarge(raw) => {
                    self.records = RecordSplitter::new(0);
                    return Poll::Ready(Some(Err(self.arriving.too_large(raw))));
                }
                Step::More => {
                    let records = &mut self.records;
                    let remains = || Remains {
                        raw: records.rest(),
                        place: None,
                    };
                    match ready!(self.arriving.poll_next(context, remains)) {
                        Some(Ok(bytes)) => self.records.push(&bytes),
                        Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                        None => return Poll::Ready(self.end()),
                    }
                }
            }
        }
    }

    /// Handles the end of the stream: its last item may lack its end.
    fn end(&mut self) -> Option<Result<T, Error>> {
        let (record, is_cut) = self.records.finish()?;
        if is_cut {
            return Some(Err(self
                .arriving
                .cut_off("the stream ended inside an item".into(), record)));
        }
        Some(self.item(&record))
    }

    /// Collects all remaining items.
    pub async fn try_collect(mut self) -> Result<Vec<T>, Error> {
        let mut items = Vec::new();
        while let Some(item) = self.try_next().await? {
            items.push(item);
        }
        Ok(items)
    }

    /// Sets the longest wait for bytes of the stream; the default is no limit.
    pub fn idle_timeout(mut self, limit: Duration) -> Self {
        self.arriving.idle(limit);
        self
    }

    fn item(&mut self, record: &bytes::Bytes) -> Result<T, Error> {
        self.number += 1;
        let read = json::from_slice_within(record, &self.arriving.reply().limits);
        read.map_err(|error| self.arriving.unreadable(self.number, error, record.clone()))
    }
}

impl<T: Json> Stream for Lines<T> {
    type Item = Result<T, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_item(context)
    }
}

impl<T: Json + Send + 'static> Answer for Lines<T> {
    /// Many servers send `application/json`, some no type at all. A body that is not JSON is an error of the first item.
    fn streams(_: u16, content_type: &str) -> bool {
        let essence = essence(content_type);
        essence.contains("json") || matches!(&*essence, "" | "text/plain" | "application/octet-stream")
    }

    fn from_received(answer: &mut Received<'_>) -> Result<Self, DecodeError> {
        if !Self::streams(answer.status(), answer.content_type()) {
            return Err(DecodeError::unexpected("lines of JSON", "another media type"));
        }
        Ok(Self::new(answer.arrive()))
    }
}

const RS: u8 = 0x1e;

/// The next step of the parser.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The text of a record, without its separator.
    Record(Bytes),
    /// More bytes are needed.
    More,
    /// A record beyond the size limit; its first bytes.
    TooLarge(Bytes),
}

/// Splits bytes into records.
#[derive(Debug)]
pub(super) struct RecordSplitter {
    limit: usize,
    unread: BytesMut,
    scanned: usize,
    /// The separator of records; unknown before the first byte.
    separator: Option<u8>,
}

impl RecordSplitter {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            limit,
            unread: BytesMut::new(),
            scanned: 0,
            separator: None,
        }
    }

    /// Appends received bytes.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.unread.extend_from_slice(bytes);
    }

    /// Returns the next record.
    pub(super) fn step(&mut self) -> Step {
        loop {
            let Some(first) = self.unread.first() else {
                return Step::More;
            };
            let separator = *self.separator.get_or_insert(if *first == RS { RS } else { b'\n' });
            let end = self.unread[self.scanned..].iter().position(|byte| *byte == separator);
            let Some(end) = end.map(|end| self.scanned + end) else {
                self.scanned = self.unread.len();
                return if self.scanned > self.limit {
                    Step::TooLarge(self.rest())
                } else {
                    Step::More
                };
            };
            let record = self.unread.split_to(end).freeze();
            self.unread.advance(1);
            self.scanned = 0;
            if record.len() > self.limit {
                return Step::TooLarge(record.slice(..self.limit));
            }
            if let Some(record) = trimmed(&record) {
                return Step::Record(record);
            }
        }
    }

    /// Returns the last record at the end of the stream, and `true` if it may have been cut off: in a sequence, a record whose
    /// end is not visible (RFC 7464, section 2.4).
    pub(super) fn finish(&mut self) -> Option<(Bytes, bool)> {
        self.scanned = 0;
        let all = self.unread.split().freeze();
        let record = trimmed(&all)?;
        let shows_its_end = matches!(record.last(), Some(b'}' | b']' | b'"')) || all.last() == Some(&b'\n');
        Some((record, self.separator == Some(RS) && !shows_its_end))
    }

    /// Returns all bytes that were not parsed yet.
    pub(super) fn rest(&mut self) -> Bytes {
        self.scanned = 0;
        let mut rest = self.unread.split();
        rest.truncate(self.limit);
        rest.freeze()
    }
}

fn trimmed(record: &Bytes) -> Option<Bytes> {
    let text = record.trim_ascii();
    (!text.is_empty()).then(|| record.slice_ref(text))
}
