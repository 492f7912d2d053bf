//! Server-sent events as typed items.

use std::marker::PhantomData;
use std::time::Duration;

use bytes::Bytes;

use super::essence;
use super::event::{self, Data, Event, Form, Plain};
use super::fields::{Block, Fields, Step};
use crate::answer::Answer;
use crate::answer::{Arriving, Received};
use crate::error::Error;
use crate::json::{self, DecodeError};

/// The events of a stream (`text/event-stream`), as they come.
///
/// `M` says what of an event the contract describes: its data, or the whole of it. An event without data is none where
/// its data is JSON, as is a comment: both are signs of life. Data that is a word in brackets and no JSON, such as
/// `[DONE]`, ends the stream, and [`mark`](Self::mark) says it. The client's `response_limit` holds for each event.
///
/// Nothing is connected again by itself: [`last_id`](Self::last_id) is what the header `Last-Event-ID` of another call takes.
#[must_use = "no event is read until `try_next`"]
pub struct Events<T, M = Data> {
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

impl<T, M: Form<T>> Events<T, M> {
    fn new(arriving: Arriving) -> Self {
        Self {
            fields: Some(Fields::new(arriving.limit())),
            arriving,
            number: 0,
            mark: None,
            item: PhantomData,
        }
    }

    /// The next event; nothing at the end of the stream or at a mark that ends it.
    ///
    /// An event that is not what the contract says is an error that holds its data as `body()`; the next call goes on
    /// behind it. So does a call after a mark. A stream that broke off stays an error.
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

    /// All further events.
    pub async fn try_collect(mut self) -> Result<Vec<Event<T>>, Error> {
        let mut events = Vec::new();
        while let Some(event) = self.try_next().await? {
            events.push(event);
        }
        Ok(events)
    }

    /// The mark at which the last call of [`try_next`](Self::try_next) ended.
    pub fn mark(&self) -> Option<&str> {
        self.mark.as_deref()
    }

    /// The id of the last event, those without data included.
    pub fn last_id(&self) -> Option<&str> {
        self.fields.as_ref()?.last_id()
    }

    /// How long the server wants a client to wait before it connects again.
    pub fn retry(&self) -> Option<Duration> {
        self.fields.as_ref()?.last_retry().map(Duration::from_millis)
    }

    /// No wait for bytes of the stream may take longer; without it there is no limit.
    pub fn idle_timeout(mut self, limit: Duration) -> Self {
        self.arriving.idle(limit);
        self
    }

    /// The events that are still to come, as text: their data is not read as the contract says.
    pub fn into_text(self) -> Events<String, Plain> {
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

    /// The format says that a block which was not closed is no event. Unless it is empty or a mark, something is missing.
    fn end(&mut self) -> Result<Option<Event<T>>, Error> {
        let Some(fields) = &mut self.fields else {
            return Ok(None);
        };
        let left = fields.finish();
        let left = left.filter(|block| !block.data.trim_ascii().is_empty());
        match left.map(|block| (mark(&block.data), block.data)) {
            None => Ok(None),
            Some((Some(mark), _)) => {
                self.mark = Some(mark);
                Ok(None)
            }
            Some((None, raw)) => Err(self.arriving.cut_off("the stream ended inside of an event".into(), raw)),
        }
    }
}

/// A word in brackets that is no JSON: `[DONE]`.
fn mark(data: &Bytes) -> Option<String> {
    let text = std::str::from_utf8(data).ok()?.trim();
    let word = text.strip_prefix('[')?.strip_suffix(']')?;
    let is_word = (1..=64).contains(&word.len())
        && word
            .chars()
            .all(|character| character.is_alphanumeric() || matches!(character, '_' | '-' | ' '));
    (is_word && json::from_slice::<()>(data).is_err()).then(|| text.to_owned())
}

impl<T: Send + 'static, M: Form<T>> Answer for Events<T, M> {
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
