//! Streams of JSON: an arriving body comes in, typed items go out, one per line or from a JSON text sequence. A stream that
//! broke off must never look complete.

use std::marker::PhantomData;
use std::time::Duration;

use super::essence;
use super::records::{Records, Step};
use crate::answer::Answer;
use crate::answer::{Arriving, Received};
use crate::error::Error;
use crate::json::{self, DecodeError, Json};

/// The items of a stream of JSON (`application/jsonl`, `application/x-ndjson`, `application/json-seq` and the like), read as
/// they arrive.
///
/// The client's `response_limit` applies to each item.
#[must_use = "no item is read until `try_next`"]
pub struct Lines<T> {
    arriving: Arriving,
    records: Records,
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
            records: Records::new(arriving.limit()),
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
        loop {
            match self.records.step() {
                Step::Record(record) => return self.item(&record).map(Some),
                Step::TooLarge(raw) => {
                    self.records = Records::new(0);
                    return Err(self.arriving.too_large(raw));
                }
                Step::More => {
                    let records = &mut self.records;
                    if let Some(bytes) = self.arriving.next(|| records.rest()).await? {
                        self.records.push(&bytes);
                        continue;
                    }
                    return match self.records.finish() {
                        None => Ok(None),
                        Some((raw, true)) => Err(self.arriving.cut_off("the stream ended inside an item".into(), raw)),
                        Some((record, false)) => self.item(&record).map(Some),
                    };
                }
            }
        }
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

impl<T: Json + Send + 'static> Answer for Lines<T> {
    /// Many servers send `application/json`, some no type at all. A body that is not JSON is an error of the first item.
    fn streams(_: u16, content_type: &str) -> bool {
        let essence = essence(content_type);
        essence.contains("json") || matches!(&*essence, "" | "text/plain" | "application/octet-stream")
    }

    fn read(answer: &mut Received<'_>) -> Result<Self, DecodeError> {
        if !Self::streams(answer.status(), answer.content_type()) {
            return Err(DecodeError::unexpected("lines of JSON", "another media type"));
        }
        Ok(Self::new(answer.arrive()))
    }
}
