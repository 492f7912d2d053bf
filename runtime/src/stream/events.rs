//! Server-sent events: an arriving body comes in, typed items go out. A stream that broke off must never look complete.

use std::marker::PhantomData;
use std::time::Duration;

use bytes::Bytes;

use super::essence;
use super::event::{self, Event, EventData, EventForm, EventText};
use super::fields::{Block, Fields, Step};
use crate::answer::Answer;
use crate::answer::{Arriving, Received};
use crate::error::Error;
use crate::json::{self, DecodeError};

/// The events of a stream (`text/event-stream`), read as they arrive.
///
/// `M` is the form in which the contract describes an event: its data, or the whole event. Where the data is JSON, an event
/// without data is skipped, as is a comment: both are keep-alives. Data that is a word in brackets and not JSON, such as
/// `[DONE]`, ends the stream, and [`mark`](Self::mark) returns it. The client's `response_limit` applies to each event.
///
/// The stream never reconnects by itself: [`last_id`](Self::last_id) returns the value of the header `Last-Event-ID` for
/// another call.
#[must_use = "no event is read until `try_next`"]
pub struct Events<T, M = EventData> {
    arriving: Arriving,
    fields: Option<Fields>,
    number: usize,
    mark: Option<String>,
    item: PhantomData<fn() -> (T, M)>,
}

impl<T, M> std::fmt::Debug for Events<T, M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Events")
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}

impl<T, M: EventForm<T>> Events<T, M> {
    fn new(arriving: Arriving) -> Self {
        Self {
            fields: Some(Fields::new(arriving.limit())),
            arriving,
            number: 0,
            mark: None,
            item: PhantomData,
        }
    }

    /// Returns the next event; `None` at the end of the stream or at a mark that ends it.
    ///
    /// An event that does not match the contract is an error with its data as `body()`; the next call continues after it. So
    /// does a call after a mark. A stream that broke off stays an error.
    pub async fn try_next(&mut self) -> Result<Option<Event<T>>, Error> {
        self.mark = None;
        loop {
            match self.fields.as_mut().map_or(Step::More, Fields::step) {
                Step::Block(block) if !M::TAKES_NOTHING && block.data.trim_ascii().is_empty() => {}
                Step::Block(block) => return self.item(block),
                Step::TooLarge(raw) => {
                    self.fields = None;
                    return Err(self.arriving.too_large(raw));
                }
                Step::More => {
                    let fields = &mut self.fields;
                    let rest = || fields.as_mut().map(Fields::rest).unwrap_or_default();
                    match self.arriving.next(rest).await? {
                        Some(bytes) => {
                            if let Some(fields) = &mut self.fields {
                                fields.push(&bytes);
                            }
                        }
                        None => return self.end(),
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

    /// Sets the longest wait for bytes of the stream; the default is no limit.
    pub fn idle_timeout(mut self, limit: Duration) -> Self {
        self.arriving.idle(limit);
        self
    }

    /// Returns the remaining events as text, without decoding their data.
    pub fn into_text(self) -> Events<String, EventText> {
        Events {
            arriving: self.arriving,
            fields: self.fields,
            number: self.number,
            mark: None,
            item: PhantomData,
        }
    }

    fn item(&mut self, block: Block) -> Result<Option<Event<T>>, Error> {
        self.number += 1;
        match M::read(event::Fields(&block, &self.arriving.reply().limits)) {
            Ok(data) => Ok(Some(Event::of(block, self.last_id(), data))),
            Err(error) => match mark(&block.data) {
                Some(mark) => {
                    self.mark = Some(mark);
                    Ok(None)
                }
                None => Err(self.arriving.unreadable(self.number, error, block.data)),
            },
        }
    }

    /// Handles the end of the stream. By the format, an unfinished block is not an event: unless it is empty or a mark, the
    /// stream was cut off.
    fn end(&mut self) -> Result<Option<Event<T>>, Error> {
        let Some(fields) = &mut self.fields else {
            return Ok(None);
        };
        let left = fields.finish();
        // A stream can be empty, but text of another format is no empty stream.
        let strange = fields.strange().filter(|_| self.number == 0 && left.is_none()).cloned();
        if let Some(strange) = strange {
            self.fields = None;
            let error = DecodeError::unexpected("an event stream", "lines of another format");
            return Err(self.arriving.unreadable(0, error, strange));
        }
        let left = left.filter(|block| !block.data.trim_ascii().is_empty());
        match left.map(|block| (mark(&block.data), block.data)) {
            None => Ok(None),
            Some((Some(mark), _)) => {
                self.mark = Some(mark);
                Ok(None)
            }
            Some((None, raw)) => Err(self.arriving.cut_off("the stream ended inside an event".into(), raw)),
        }
    }
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

impl<T: Send + 'static, M: EventForm<T>> Answer for Events<T, M> {
    fn streams(_: u16, content_type: &str) -> bool {
        matches!(&*essence(content_type), "" | "text/event-stream")
    }

    fn read(answer: &mut Received<'_>) -> Result<Self, DecodeError> {
        if !Self::streams(answer.status(), answer.content_type()) {
            return Err(DecodeError::unexpected("an event stream", "another media type"));
        }
        Ok(Self::new(answer.arrive()))
    }
}
