//! Streams: answers that are read as they arrive, as events, lines of JSON or bytes.
//!
//! A response whose head has arrived comes in, typed items or blocks of bytes go out, one per `try_next`. An item that cannot
//! be decoded is an error with its place and text; later items can still be read. A stream that broke off stays an error and
//! must never look complete. Nothing is requested again here.

mod event;
mod events;
mod parts;

pub use event::{Event, EventData, EventForm, EventObject, EventObjectJson, EventObjectMixed, EventText};
pub use events::Events;
pub use parts::{Part, PartForm, PartJson, PartPlain, Parts, named_parts};

use std::fs::File;
use std::future::poll_fn;
use std::io::Write as _;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf as _, Bytes, BytesMut};
use futures_core::Stream;
use http::header::CONTENT_LENGTH;

use crate::answer::{Answer, Arriving, Received, Remains};
use crate::description::Description;
use crate::error::Error;
use crate::json::{self, DecodeError, Json};
use crate::offload::offload;
use crate::operation::Operation;
use crate::transport::BLOCK;

/// Returns the media type without its parameters, in lower case.
fn essence(content_type: &str) -> String {
    let (essence, _) = content_type.split_once(';').unwrap_or((content_type, ""));
    essence.trim().to_ascii_lowercase()
}

/// An operation whose answer is available as a stream.
#[diagnostic::on_unimplemented(
    message = "the response of `{Self}` is not a stream",
    note = "its call returns one value: `.await` it"
)]
pub trait Streams: Operation {
    /// Type of the stream.
    type Stream: Answer;
    /// Media type of the stream.
    const ACCEPT: &'static str;
}

/// The operation `O` with a stream of items as its answer.
#[derive(Debug)]
pub struct Streamed<O>(PhantomData<fn() -> O>);

impl<O: Streams> Operation for Streamed<O> {
    type Output = O::Stream;
    const DESCRIPTION: &'static Description = O::DESCRIPTION;
    const SERVER: Option<&'static str> = O::SERVER;
    const ANSWERS: &'static [u16] = O::ANSWERS;
}

/// The operation `O` with a stream of bytes as its answer.
#[derive(Debug)]
pub struct Downloaded<O>(PhantomData<fn() -> O>);

impl<O: Operation> Operation for Downloaded<O> {
    type Output = Download;
    const DESCRIPTION: &'static Description = O::DESCRIPTION;
    const SERVER: Option<&'static str> = O::SERVER;
    const ANSWERS: &'static [u16] = O::ANSWERS;
}

/// A body of any size, read as it arrives; its size is not limited.
///
/// It is a [`Stream`] of blocks: after an error it returns errors, and after the end `None`.
#[must_use = "no byte is read until `try_next`"]
pub struct Download {
    arriving: Arriving,
}

impl std::fmt::Debug for Download {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Download")
            .field("content_type", &self.content_type())
            .finish_non_exhaustive()
    }
}

impl Download {
    /// Returns the next bytes; `None` at the end. A body that broke off stays an error.
    pub async fn try_next(&mut self) -> Result<Option<Bytes>, Error> {
        poll_fn(|context| self.poll_bytes(context)).await.transpose()
    }

    fn poll_bytes(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        self.arriving.poll_next(context, Remains::default)
    }

    /// Returns the length that the server announced, in bytes.
    pub fn length(&self) -> Option<u64> {
        self.arriving.reply().header(CONTENT_LENGTH.as_str())?.parse().ok()
    }

    /// Returns the media type; empty without a `Content-Type`.
    pub fn content_type(&self) -> &str {
        self.arriving.reply().content_type()
    }

    /// Returns all remaining bytes, up to `limit`; more are an error.
    pub async fn bytes(mut self, limit: usize) -> Result<Bytes, Error> {
        let mut all = BytesMut::new();
        while let Some(bytes) = self.try_next().await? {
            let room = limit.saturating_sub(all.len());
            all.extend_from_slice(&bytes[..bytes.len().min(room)]);
            if bytes.len() > room {
                return Err(self.arriving.larger_than(limit, all.freeze()));
            }
        }
        Ok(all.freeze())
    }

    /// Writes all remaining bytes to a file and returns their number. Until the body is complete, they are kept in a file
    /// beside it whose name ends with `.part`, and which is deleted if the body breaks off.
    pub async fn save(mut self, path: impl AsRef<Path>) -> Result<u64, Error> {
        let mut partial = Partial::of(path.as_ref());
        let failed = |arriving: &mut Arriving, error: std::io::Error| arriving.cut_off(error.into(), Bytes::new());
        let (mut waiting, mut size) = (BytesMut::new(), 0);
        loop {
            let next = self.try_next().await?;
            let ended = next.is_none();
            if let Some(bytes) = next {
                waiting.extend_from_slice(&bytes);
                size += bytes.len() as u64;
            }
            if !ended && waiting.len() < BLOCK {
                continue;
            }
            let bytes = waiting.split();
            // A slow disk must not block other calls.
            let work = offload(move || {
                let written = partial.write(&bytes, ended);
                (partial, written)
            });
            let (back, written) = work.await.map_err(|error| failed(&mut self.arriving, error))?;
            partial = back;
            written.map_err(|error| failed(&mut self.arriving, error))?;
            if ended {
                return Ok(size);
            }
        }
    }

    /// Sets the longest wait for bytes; the default is no limit.
    pub fn idle_timeout(mut self, limit: Duration) -> Self {
        self.arriving.idle(limit);
        self
    }
}

impl Stream for Download {
    type Item = Result<Bytes, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_bytes(context)
    }
}

/// A partial file, deleted on drop. It must never get its final name.
struct Partial {
    path: PathBuf,
    beside: PathBuf,
    file: Option<File>,
}

impl Partial {
    fn of(path: &Path) -> Self {
        let mut beside = path.as_os_str().to_owned();
        beside.push(".part");
        Self {
            path: path.to_owned(),
            beside: beside.into(),
            file: None,
        }
    }

    /// Appends bytes; at the end, renames the file.
    fn write(&mut self, bytes: &[u8], ended: bool) -> std::io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(File::create(&self.beside)?),
        };
        file.write_all(bytes)?;
        if ended {
            file.sync_all()?;
            std::fs::rename(&self.beside, &self.path)?;
            self.file = None;
        }
        Ok(())
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if self.file.is_some() {
            // No caller is left to receive an error.
            let _ = std::fs::remove_file(&self.beside);
        }
    }
}

impl Answer for Download {
    fn streams(_: u16, _: &str) -> bool {
        true
    }

    fn from_received(answer: &mut Received<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            arriving: answer.arrive(),
        })
    }
}

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
                RecordStep::Record(record) => return Poll::Ready(Some(self.item(&record))),
                RecordStep::TooLarge(raw) => {
                    self.records = RecordSplitter::new(0);
                    return Poll::Ready(Some(Err(self.arriving.too_large(raw))));
                }
                RecordStep::More => {
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
enum RecordStep {
    /// The text of a record, without its separator.
    Record(Bytes),
    /// More bytes are needed.
    More,
    /// A record beyond the size limit; its first bytes.
    TooLarge(Bytes),
}

/// Splits bytes into records.
///
/// A stream that starts with RS is a JSON text sequence (RFC 7464): each record starts with RS and may span several
/// lines. All others have one record per line (LF or CRLF). Empty records are skipped.
#[derive(Debug)]
struct RecordSplitter {
    limit: usize,
    unread: BytesMut,
    scanned: usize,
    /// The separator of records; unknown before the first byte.
    separator: Option<u8>,
}

impl RecordSplitter {
    fn new(limit: usize) -> Self {
        Self {
            limit,
            unread: BytesMut::new(),
            scanned: 0,
            separator: None,
        }
    }

    /// Appends received bytes.
    fn push(&mut self, bytes: &[u8]) {
        self.unread.extend_from_slice(bytes);
    }

    /// Returns the next record.
    fn step(&mut self) -> RecordStep {
        loop {
            let Some(first) = self.unread.first() else {
                return RecordStep::More;
            };
            let separator = *self.separator.get_or_insert(if *first == RS { RS } else { b'\n' });
            let end = self.unread[self.scanned..].iter().position(|byte| *byte == separator);
            let Some(end) = end.map(|end| self.scanned + end) else {
                self.scanned = self.unread.len();
                return if self.scanned > self.limit {
                    RecordStep::TooLarge(self.rest())
                } else {
                    RecordStep::More
                };
            };
            let record = self.unread.split_to(end).freeze();
            self.unread.advance(1);
            self.scanned = 0;
            if record.len() > self.limit {
                return RecordStep::TooLarge(record.slice(..self.limit));
            }
            if let Some(record) = trimmed(&record) {
                return RecordStep::Record(record);
            }
        }
    }

    /// Returns the last record at the end of the stream, and `true` if it may have been cut off: in a sequence, a record whose
    /// end is not visible (RFC 7464, section 2.4).
    fn finish(&mut self) -> Option<(Bytes, bool)> {
        self.scanned = 0;
        let all = self.unread.split().freeze();
        let record = trimmed(&all)?;
        let shows_its_end = matches!(record.last(), Some(b'}' | b']' | b'"')) || all.last() == Some(&b'\n');
        Some((record, self.separator == Some(RS) && !shows_its_end))
    }

    /// Returns all bytes that were not parsed yet.
    fn rest(&mut self) -> Bytes {
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

#[cfg(test)]
mod tests;
