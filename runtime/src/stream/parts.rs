//! Streams of parts (RFC 2046, section 5.1): an arriving multipart body comes in, typed items go out, one per part. A body
//! without its end must never look complete, and no bytes may make the reader hold more than one part.
//!
//! Text before the first part and after the end is skipped, as the format demands. A line that only begins like a boundary is
//! content.

use crate::answer::{Answer, Arriving, Binary, Received, Remains, Text};
use crate::error::Error;
use crate::header::{media_parameter, quoted};
use crate::json::{self, DecodeError, Json, Limits};
use crate::stream::essence;
use bytes::{Buf as _, Bytes, BytesMut};
use futures_core::Stream;
use http::header::CONTENT_DISPOSITION;
use http::{HeaderMap, HeaderName, HeaderValue};
use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// The items of a multipart response (`multipart/mixed`, `multipart/byteranges` and the like), read as they arrive.
///
/// The client's `response_limit` applies to each part.
///
/// It is a [`Stream`]: after the error of an item it continues, after any other error it returns errors, and after the end `None`.
#[must_use = "no item is read until `try_next`"]
pub struct Parts<T, F = PartJson> {
    arriving: Arriving,
    splitter: PartSplitter,
    number: usize,
    item: PhantomData<fn() -> (T, F)>,
}

/// A part of a response. `Debug` shows its value alone.
#[derive(Clone)]
#[non_exhaustive]
pub struct Part<T> {
    /// Its headers, such as `Content-Range`.
    pub headers: HeaderMap,
    /// Its content.
    pub value: T,
}

impl<T: std::fmt::Debug> std::fmt::Debug for Part<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Part")
            .field("value", &self.value)
            .finish_non_exhaustive()
    }
}

/// The form in which a contract describes a part.
pub trait PartForm<T>: 'static {
    /// Decodes the content of a part.
    #[doc(hidden)]
    fn parse(content: PartBytes<'_>) -> Result<T, DecodeError>;
}

/// The content of a part, for [`PartForm`] alone.
#[derive(Debug)]
pub struct PartBytes<'b>(&'b Bytes, &'b Limits);

/// JSON.
#[derive(Debug, Clone, Copy)]
pub struct PartJson;

/// Bytes, or text in UTF-8.
#[derive(Debug, Clone, Copy)]
pub struct PartPlain;

impl<T: Json> PartForm<T> for PartJson {
    fn parse(PartBytes(content, limits): PartBytes<'_>) -> Result<T, DecodeError> {
        json::from_slice_within(content, limits)
    }
}

impl PartForm<Binary> for PartPlain {
    fn parse(PartBytes(content, _): PartBytes<'_>) -> Result<Binary, DecodeError> {
        Ok(Binary(content.clone()))
    }
}

impl PartForm<Text> for PartPlain {
    fn parse(PartBytes(content, _): PartBytes<'_>) -> Result<Text, DecodeError> {
        match std::str::from_utf8(content) {
            Ok(text) => Ok(Text(text.to_owned())),
            Err(_) => Err(DecodeError::unexpected("text in UTF-8", "other bytes")),
        }
    }
}

impl<T, F> std::fmt::Debug for Parts<T, F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Parts")
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}

impl<T, F: PartForm<T>> Parts<T, F> {
    /// Returns the next part; `None` at the end of the body.
    ///
    /// A part that does not match the contract is an error with its content as `body()`; the next call continues after it. A
    /// body without its end stays an error.
    pub async fn try_next(&mut self) -> Result<Option<Part<T>>, Error> {
        poll_fn(|context| self.poll_part(context)).await.transpose()
    }

    fn poll_part(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Part<T>, Error>>> {
        loop {
            match self.splitter.step() {
                Step::Part(headers, body) => return Poll::Ready(Some(self.part(headers, &body))),
                Step::End => return Poll::Ready(None),
                Step::TooLarge(raw) => {
                    self.splitter = PartSplitter::new("", 0);
                    return Poll::Ready(Some(Err(self.arriving.too_large(raw))));
                }
                Step::Malformed(why) => {
                    self.splitter = PartSplitter::new("", 0);
                    return Poll::Ready(Some(Err(self.arriving.cut_off(why.into(), Bytes::new()))));
                }
                Step::More => {
                    let splitter = &mut self.splitter;
                    let remains = || Remains {
                        raw: splitter.rest(),
                        place: None,
                    };
                    match ready!(self.arriving.poll_next(context, remains)) {
                        Some(Ok(bytes)) => self.splitter.push(&bytes),
                        Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                        None if !self.splitter.is_whole => self.splitter.is_whole = true,
                        None => {
                            let rest = self.splitter.rest();
                            let why = "the body ended without its last boundary";
                            return Poll::Ready(Some(Err(self.arriving.cut_off(why.into(), rest))));
                        }
                    }
                }
            }
        }
    }

    fn part(&mut self, headers: HeaderMap, content: &Bytes) -> Result<Part<T>, Error> {
        self.number += 1;
        match F::parse(PartBytes(content, &self.arriving.reply().limits)) {
            Ok(value) => Ok(Part { headers, value }),
            Err(error) => Err(self.arriving.unreadable(self.number, error, content.clone())),
        }
    }

    /// Collects all remaining parts.
    pub async fn try_collect(mut self) -> Result<Vec<Part<T>>, Error> {
        let mut parts = Vec::new();
        while let Some(part) = self.try_next().await? {
            parts.push(part);
        }
        Ok(parts)
    }

    /// Sets the longest wait for bytes of the body; the default is no limit.
    pub fn idle_timeout(mut self, limit: Duration) -> Self {
        self.arriving.idle(limit);
        self
    }
}

impl<T, F: PartForm<T>> Stream for Parts<T, F> {
    type Item = Result<Part<T>, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_part(context)
    }
}

impl<T: 'static, F: PartForm<T>> Answer for Parts<T, F> {
    fn streams(_: u16, content_type: &str) -> bool {
        essence(content_type).starts_with("multipart/")
    }

    fn from_received(answer: &mut Received<'_>) -> Result<Self, DecodeError> {
        let content_type = answer.content_type();
        let expected = "parts with a boundary of 1 to 70 characters";
        let boundary = boundary(content_type).ok_or_else(|| DecodeError::unexpected(expected, "another media type"));
        let boundary = boundary?.to_owned();
        let arriving = answer.arrive();
        Ok(Self {
            splitter: PartSplitter::new(&boundary, arriving.limit()),
            arriving,
            number: 0,
            item: PhantomData,
        })
    }
}

/// Returns the contents of all parts of a whole body that have this name, encoded as the client writes it (RFC 7578, section 4.2);
/// `None` for a body without parts.
pub fn named_parts(content_type: &str, body: &[u8], name: &str) -> Option<Vec<Bytes>> {
    let mut splitter = PartSplitter::new(boundary(content_type)?, body.len());
    splitter.push(body);
    splitter.is_whole = true;
    let mut found = Vec::new();
    loop {
        match splitter.step() {
            Step::Part(headers, content) => {
                let disposition = headers.get(CONTENT_DISPOSITION).map(HeaderValue::as_bytes);
                let disposition = std::str::from_utf8(disposition.unwrap_or_default()).ok()?;
                if media_parameter(disposition, "name") == Some(&*quoted(name)) {
                    found.push(content);
                }
            }
            Step::End => return Some(found),
            Step::More | Step::TooLarge(_) | Step::Malformed(_) => return None,
        }
    }
}

/// Returns the boundary of a media type; `None` if it has no parts.
fn boundary(content_type: &str) -> Option<&str> {
    let boundary = media_parameter(content_type, "boundary").filter(|own| (1..=BOUNDARY).contains(&own.len()));
    boundary.filter(|_| essence(content_type).starts_with("multipart/"))
}

/// Largest length of a boundary (RFC 2046, section 5.1.1).
const BOUNDARY: usize = 70;
/// Largest size of the headers of a part, and of the spaces after a boundary.
const HEAD: usize = 16 * 1024;

/// The next step of the parser.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A part with its headers.
    Part(HeaderMap, Bytes),
    /// More bytes are needed.
    More,
    /// A part beyond the size limit; its first bytes.
    TooLarge(Bytes),
    /// The headers of a part are none.
    Malformed(&'static str),
    /// The last boundary.
    End,
}

/// The place of the parser.
#[derive(Debug)]
enum PartState {
    /// Before the first boundary.
    Preamble,
    Head,
    Content(HeaderMap),
    /// After the last boundary.
    Ended,
}

/// The bytes after a delimiter.
enum Delimited {
    /// A part follows after so many bytes.
    Part(usize),
    End,
    /// The line is longer than a delimiter, and is content.
    Content,
    More,
}

/// Splits bytes into parts.
#[derive(Debug)]
pub(super) struct PartSplitter {
    limit: usize,
    /// The line break before a boundary, and its line.
    delimiter: Vec<u8>,
    unread: BytesMut,
    scanned: usize,
    state: PartState,
    /// No more bytes follow.
    pub(super) is_whole: bool,
}

impl PartSplitter {
    pub(super) fn new(boundary: &str, limit: usize) -> Self {
        Self {
            limit,
            delimiter: format!("\r\n--{boundary}").into_bytes(),
            // The first boundary needs no line break.
            unread: BytesMut::from(&b"\r\n"[..]),
            scanned: 0,
            state: PartState::Preamble,
            is_whole: false,
        }
    }

    /// Appends received bytes.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.unread.extend_from_slice(bytes);
    }

    /// Returns the next part.
    pub(super) fn step(&mut self) -> Step {
        loop {
            match self.state {
                PartState::Ended => {
                    self.unread.clear();
                    return Step::End;
                }
                PartState::Head => match self.head() {
                    None => return Step::More,
                    Some(Ok(headers)) => self.state = PartState::Content(headers),
                    Some(Err(why)) => return Step::Malformed(why),
                },
                PartState::Preamble | PartState::Content(_) => {
                    let Some(at) = self.delimiter_at() else {
                        return self.unfinished();
                    };
                    let next = match self.delimited(at + self.delimiter.len()) {
                        Delimited::More => return self.unfinished(),
                        Delimited::Content => {
                            self.scanned = at + 1;
                            continue;
                        }
                        Delimited::Part(length) => (PartState::Head, length),
                        Delimited::End => (PartState::Ended, 0),
                    };
                    let mut content = self.unread.split_to(at).freeze();
                    self.unread.advance(self.delimiter.len() + next.1);
                    self.scanned = 0;
                    if let PartState::Content(headers) = std::mem::replace(&mut self.state, next.0) {
                        // Without content, the line break after the headers is the one before the boundary.
                        content.advance(content.len().min(2));
                        if content.len() > self.limit {
                            return Step::TooLarge(content.slice(..self.limit));
                        }
                        return Step::Part(headers, content);
                    }
                }
            }
        }
    }

    /// Returns the place of the next delimiter, and remembers what was searched.
    fn delimiter_at(&mut self) -> Option<usize> {
        let rest = &self.unread[self.scanned..];
        let mut breaks = rest.iter().enumerate().filter(|(_, byte)| **byte == b'\r');
        let at = breaks.find(|(at, _)| {
            let tail = &rest[*at..];
            tail.starts_with(&self.delimiter) || self.delimiter.starts_with(tail)
        });
        let at = at.map(|(at, _)| self.scanned + at);
        self.scanned = at.unwrap_or(self.unread.len());
        at.filter(|at| self.unread.len() - at >= self.delimiter.len())
    }

    /// Reads the rest of the line of a delimiter.
    fn delimited(&self, from: usize) -> Delimited {
        let rest = &self.unread[from..];
        let (next, rest) = match rest.strip_prefix(b"--") {
            Some(rest) => (Delimited::End, rest),
            None => (Delimited::Part(0), rest),
        };
        let spaces = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        match (&rest[spaces..], next) {
            _ if spaces > HEAD => Delimited::Content,
            ([b'\r', b'\n', ..], Delimited::End) => Delimited::End,
            ([b'\r', b'\n', ..], _) => Delimited::Part(spaces + 2),
            ([], Delimited::End) if self.is_whole => Delimited::End,
            ([] | [b'\r'], _) => Delimited::More,
            ([b'-'], Delimited::Part(_)) if spaces == 0 => Delimited::More,
            _ => Delimited::Content,
        }
    }

    /// Returns the step of a part whose end is not there. Text before the first part is dropped.
    fn unfinished(&mut self) -> Step {
        if matches!(self.state, PartState::Preamble) {
            self.unread.advance(self.scanned);
            self.scanned = 0;
        }
        if self.scanned > self.limit.saturating_add(2) {
            return Step::TooLarge(self.rest());
        }
        Step::More
    }

    /// Reads the headers of a part; `None` until all are there.
    fn head(&mut self) -> Option<Result<HeaderMap, &'static str>> {
        if self.unread.starts_with(b"\r\n") {
            self.scanned = 0;
            return Some(Ok(HeaderMap::new()));
        }
        let from = self.scanned.saturating_sub(3);
        let end = self.unread[from..].windows(4).position(|four| four == b"\r\n\r\n");
        self.scanned = self.unread.len();
        if end.map_or(self.scanned, |end| from + end) > HEAD {
            return Some(Err("the headers of a part are too long"));
        }
        let end = from + end?;
        self.scanned = 0;
        let head = self.unread.split_to(end);
        self.unread.advance(2);
        Some(headers(&head).ok_or("the headers of a part are malformed"))
    }

    /// Returns all bytes that were not parsed yet.
    pub(super) fn rest(&mut self) -> Bytes {
        self.scanned = 0;
        let mut rest = self.unread.split();
        if matches!(self.state, PartState::Content(_)) {
            rest.advance(rest.len().min(2));
        }
        rest.truncate(self.limit);
        rest.freeze()
    }
}

/// Reads lines of headers; a line that begins with a space continues the one before it.
fn headers(head: &[u8]) -> Option<HeaderMap> {
    let text = std::str::from_utf8(head)
        .ok()?
        .replace("\r\n ", " ")
        .replace("\r\n\t", " ");
    let mut headers = HeaderMap::new();
    for line in text.split("\r\n") {
        let (name, value) = line.split_once(':')?;
        let name = HeaderName::from_bytes(name.trim_end().as_bytes()).ok()?;
        let value = HeaderValue::from_bytes(value.trim().as_bytes()).ok()?;
        headers.try_append(name, value).ok()?;
    }
    Some(headers)
}
