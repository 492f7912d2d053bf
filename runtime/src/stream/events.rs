//! Server-sent events: an arriving body comes in, typed items go out. A stream that broke off must never look complete.

use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use http::HeaderValue;

use super::essence;
use super::event::{self, Block, BlockReader, Event, EventData, EventForm, EventText, Step};
use crate::answer::Answer;
use crate::answer::{Arriving, Received, Remains, ResumePoint};
use crate::error::Error;
use crate::json::{self, DecodeError};

/// The events of a stream (`text/event-stream`), read as they arrive.
///
/// `M` is the form in which the contract describes an event: its data, or the whole event. Where the data is JSON, an event
/// without data is skipped, as is a comment: both are keep-alives. Data that is a word in brackets and not JSON, such as
/// `[DONE]`, ends the stream, and [`mark`](Self::mark) returns it. The client's `response_limit` applies to each event.
///
/// If a call that only reads (GET) breaks off, the client repeats it with the header `Last-Event-ID`, and the stream continues:
///
/// - The server decides which events follow that id. The client does not compare them with earlier ones, so one can come twice.
/// - Without an id, the stream could lose or repeat events. Then it only connects again if no event came yet.
/// - The wait is at least [`retry`](Self::retry), if the server set it. The retry policy and the deadline of the call decide on
///   wait and number of attempts, which count again from one after each event. `retries(0)` and
///   [`without_reconnect`](Self::without_reconnect) turn it off.
/// - A complete response, a mark and the status 204 end the stream. Unlike a browser, the client sends nothing after these.
/// - The client never repeats a call that could act (POST). [`last_id`](Self::last_id) is the value of the header for another call.
///
/// It is a [`Stream`]: after the error of an event it continues, after any other error it returns errors, and after the end `None`.
/// Only after a mark may further events follow.
#[must_use = "no event is read until `try_next`"]
pub struct Events<T, M = EventData> {
    arriving: Arriving,
    fields: Option<BlockReader>,
    count: Count,
    mark: Option<String>,
    item: PhantomData<fn() -> (T, M)>,
}

/// The events so far.
#[derive(Debug, Clone, Copy)]
struct Count {
    events: usize,
    /// Number of events at the last time when a connection broke off.
    before: usize,
    /// Another connection may continue the stream.
    reconnects: bool,
}

impl<T, M> std::fmt::Debug for Events<T, M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Events")
            .field("number", &self.count.events)
            .finish_non_exhaustive()
    }
}

impl<T: Send + 'static, M: EventForm<T>> Events<T, M> {
    fn new(arriving: Arriving) -> Self {
        Self {
            fields: Some(BlockReader::new(arriving.limit())),
            arriving,
            count: Count {
                events: 0,
                before: 0,
                reconnects: true,
            },
            mark: None,
            item: PhantomData,
        }
    }

    /// Returns the next event; `None` at the end of the stream or at a mark that ends it.
    ///
    /// An event that does not match the contract is an error with its data as `body()`; the next call continues after it. So
    /// does a call after a mark. A stream that broke off for good stays an error. A future that drops, as in
    /// `select!`, loses nothing.
    pub async fn try_next(&mut self) -> Result<Option<Event<T>>, Error> {
        poll_fn(|context| self.poll_event(context)).await.transpose()
    }

    fn poll_event(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Event<T>, Error>>> {
        self.mark = None;
        loop {
            match self.fields.as_mut().map_or(Step::More, BlockReader::step) {
                Step::Block(block) if !M::TAKES_NOTHING && block.data.trim_ascii().is_empty() => {}
                Step::Block(block) => return Poll::Ready(self.item(block).transpose()),
                Step::TooLarge(raw) => {
                    self.fields = None;
                    return Poll::Ready(Some(Err(self.arriving.too_large(raw))));
                }
                Step::More => {
                    let (fields, count) = (&mut self.fields, &mut self.count);
                    let remains = || {
                        let place = place::<T, M>(fields.as_ref(), count);
                        let raw = fields.as_mut().map(BlockReader::interrupt).unwrap_or_default();
                        Remains { raw, place }
                    };
                    match ready!(self.arriving.poll_next(context, remains)) {
                        Some(Ok(bytes)) => {
                            if let Some(fields) = &mut self.fields {
                                fields.push(&bytes);
                            }
                        }
                        Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                        None => match self.end() {
                            Ok(true) => return Poll::Ready(None),
                            Ok(false) => {}
                            Err(error) => return Poll::Ready(Some(Err(error))),
                        },
                    }
                }
            }
        }
    }

    /// Collects all remaining events.
    pub async fn try_collect(mut self) -> Result<Vec<Event<T>>, Error> {
        let mut events = Vec::new();
        while let Some(event) = self.try_next().await? {
            events.push(event);
        }
        Ok(events)
    }

    /// Returns the mark at which the last call of [`try_next`](Self::try_next) ended.
    pub fn mark(&self) -> Option<&str> {
        self.mark.as_deref()
    }

    /// Returns the id of the last event, including those without data.
    pub fn last_id(&self) -> Option<&str> {
        self.fields.as_ref()?.last_id()
    }

    /// Returns the wait before the next connection, as set by the server.
    pub fn retry(&self) -> Option<Duration> {
        self.fields.as_ref()?.last_retry().map(Duration::from_millis)
    }

    /// Sets the longest wait for bytes of the stream (default: no limit). A stream without bytes for longer has broken off.
    pub fn idle_timeout(mut self, limit: Duration) -> Self {
        self.arriving.idle(limit);
        self
    }

    /// Returns an error where the stream breaks off, and does not connect again.
    pub fn without_reconnect(mut self) -> Self {
        self.count.reconnects = false;
        self
    }

    /// Returns the remaining events as text, without decoding their data.
    pub fn into_text(self) -> Events<String, EventText> {
        Events {
            arriving: self.arriving,
            fields: self.fields,
            count: self.count,
            mark: None,
            item: PhantomData,
        }
    }

    fn item(&mut self, block: Block) -> Result<Option<Event<T>>, Error> {
        self.count.events += 1;
        match M::parse(event::Fields(&block, &self.arriving.reply().limits)) {
            Ok(data) => Ok(Some(Event::from_block(block, self.last_id(), data))),
            Err(error) => match mark(&block.data) {
                Some(mark) => {
                    self.ended_by(mark);
                    Ok(None)
                }
                None => Err(self.arriving.unreadable(self.count.events, error, block.data)),
            },
        }
    }

    /// Records the mark that ends the stream: a connection that breaks off after it has nothing to continue.
    fn ended_by(&mut self, mark: String) {
        self.mark = Some(mark);
        self.count.reconnects = false;
    }

    /// Handles the end of the stream, and returns `false` if another connection continues it. By the format, an unfinished block is
    /// not an event: unless it is empty or a mark, the stream broke off.
    fn end(&mut self) -> Result<bool, Error> {
        let Some(fields) = &mut self.fields else {
            return Ok(true);
        };
        let left = fields.finish();
        // A stream can be empty, but text of another format is no empty stream.
        let is_strange = self.count.events == 0 && left.is_none();
        if let Some(strange) = fields.strange().filter(|_| is_strange).cloned() {
            self.fields = None;
            let error = DecodeError::unexpected("an event stream", "lines of another format");
            return Err(self.arriving.unreadable(0, error, strange));
        }
        let left = left.filter(|block| !block.data.trim_ascii().is_empty());
        match left.map(|block| (mark(&block.data), block.data)) {
            None => Ok(true),
            Some((Some(mark), _)) => {
                self.ended_by(mark);
                Ok(true)
            }
            Some((None, raw)) => {
                let place = place::<T, M>(self.fields.as_ref(), &mut self.count);
                self.fields.as_mut().map(BlockReader::interrupt);
                let cause = "the stream ended inside an event".into();
                self.arriving.break_off(cause, Remains { raw, place }).map(|()| false)
            }
        }
    }
}

/// Returns the place from which another connection continues. Without an id it would lose or repeat events, unless none came.
fn place<T: Send + 'static, M: EventForm<T>>(fields: Option<&BlockReader>, count: &mut Count) -> Option<ResumePoint> {
    let fields = fields.filter(|_| count.reconnects)?;
    let last_id = match fields.last_id() {
        Some(id) if !id.is_empty() => Some(HeaderValue::from_bytes(id.as_bytes()).ok()?),
        _ if count.events == 0 => None,
        _ => return None,
    };
    let has_progress = count.events > count.before;
    count.before = count.events;
    Some(ResumePoint {
        last_id,
        wait: fields.last_retry().map(Duration::from_millis),
        has_progress,
        streams: <Events<T, M> as Answer>::streams,
    })
}

/// Returns a word in brackets that is not JSON, such as `[DONE]`.
fn mark(data: &Bytes) -> Option<String> {
    let text = std::str::from_utf8(data).ok()?.trim();
    let word = text.strip_prefix('[')?.strip_suffix(']')?;
    let is_word = (1..=64).contains(&word.len())
        && word
            .chars()
            .all(|character| character.is_alphanumeric() || matches!(character, '_' | '-' | ' '));
    (is_word && json::from_slice::<()>(data).is_err()).then(|| text.to_owned())
}

impl<T: Send + 'static, M: EventForm<T>> Stream for Events<T, M> {
    type Item = Result<Event<T>, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_event(context)
    }
}

impl<T: Send + 'static, M: EventForm<T>> Answer for Events<T, M> {
    fn streams(_: u16, content_type: &str) -> bool {
        matches!(&*essence(content_type), "" | "text/event-stream")
    }

    fn from_received(answer: &mut Received<'_>) -> Result<Self, DecodeError> {
        if !Self::streams(answer.status(), answer.content_type()) {
            return Err(DecodeError::unexpected("an event stream", "another media type"));
        }
        Ok(Self::new(answer.arrive()))
    }
}
