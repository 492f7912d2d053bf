//! Events: arriving bytes come in, the fields of one event are read, a typed item in the contract's form goes out. Pure.
//!
//! If the contract describes the whole event as an object, every field is text, and the type of the event decides what
//! it is: text if the type takes text, else the number, the boolean or the other JSON value that the text is. So an
//! event is read in all ways that its fields allow. The first of those whose value its type describes best is taken. It
//! must never be decided by the text alone.

use std::time::Duration;

use bytes::{Buf as _, Bytes, BytesMut};

use crate::json::{self, DecodeError, DecodeErrorKind, Json, JsonValue, Kind, Limits};

/// An event of a stream.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Event<T> {
    /// Event name; without one it is a `message`.
    pub event: Option<String>,
    /// Id of the last event so far, for the header `Last-Event-ID`.
    pub id: Option<String>,
    /// Wait before the next connection, if this event sets it.
    pub retry: Option<Duration>,
    /// The decoded data.
    pub data: T,
}

impl<T> Event<T> {
    pub(super) fn from_block(block: Block, last_id: Option<&str>, data: T) -> Self {
        Self {
            event: block.event.filter(|name| !name.is_empty()),
            id: last_id.map(str::to_owned),
            retry: block.retry.map(Duration::from_millis),
            data,
        }
    }
}

/// The form in which a contract describes an event.
pub trait EventForm<T>: 'static {
    /// `true` if an event without data is an item.
    const TAKES_NOTHING: bool;
    /// Decodes an item.
    #[doc(hidden)]
    fn parse(block: Fields<'_>) -> Result<T, DecodeError>;
}

/// The fields of an event, for [`EventForm`] alone.
#[derive(Debug)]
pub struct Fields<'b>(pub(super) &'b Block, pub(super) &'b Limits);

/// The data, as JSON.
#[derive(Debug, Clone, Copy)]
pub struct EventData;

/// The data, as text.
#[derive(Debug, Clone, Copy)]
pub struct EventText;

/// The whole event as an object of its fields, with its data as text.
#[derive(Debug, Clone, Copy)]
pub struct EventObject;

/// The whole event as an object of its fields, with its data as JSON, or as text if it is not JSON.
#[derive(Debug, Clone, Copy)]
pub struct EventObjectJson;

/// The whole event as an object of its fields, whose type says of its data that it is JSON or text, for instance by the variant
/// that the event's name selects.
#[derive(Debug, Clone, Copy)]
pub struct EventObjectMixed;

impl<T: Json> EventForm<T> for EventData {
    const TAKES_NOTHING: bool = false;

    fn parse(fields: Fields<'_>) -> Result<T, DecodeError> {
        json::from_copy(&fields.0.data, fields.1, 1)
    }
}

impl EventForm<String> for EventText {
    const TAKES_NOTHING: bool = true;

    fn parse(fields: Fields<'_>) -> Result<String, DecodeError> {
        Ok(String::from_utf8_lossy(&fields.0.data).into_owned())
    }
}

impl<T: Json> EventForm<T> for EventObject {
    const TAKES_NOTHING: bool = true;

    fn parse(fields: Fields<'_>) -> Result<T, DecodeError> {
        whole(fields.0, fields.1, DataForm::Text)
    }
}

impl<T: Json> EventForm<T> for EventObjectJson {
    const TAKES_NOTHING: bool = true;

    fn parse(fields: Fields<'_>) -> Result<T, DecodeError> {
        whole(fields.0, fields.1, DataForm::Json)
    }
}

impl<T: Json> EventForm<T> for EventObjectMixed {
    const TAKES_NOTHING: bool = true;

    fn parse(fields: Fields<'_>) -> Result<T, DecodeError> {
        whole(fields.0, fields.1, DataForm::Mixed)
    }
}

/// Form of the data, by the contract.
#[derive(Debug, Clone, Copy)]
pub(super) enum DataForm {
    /// Text.
    Text,
    /// JSON, and text where it is not JSON.
    Json,
    /// JSON or text, by the type of the event.
    Mixed,
}

/// Form of a field as a member of the object.
#[derive(Debug, Clone, Copy)]
enum Reading<'t> {
    /// JSON, unchanged.
    Json(&'t str),
    /// The content of a string.
    Text(&'t str),
}

/// A field and the ways to read it, the preferred one first; none if the event does not have it.
type Field<'t> = (&'static str, Vec<Reading<'t>>);

/// Decodes an object of the fields of an event.
pub(super) fn whole<T: Json>(block: &Block, limits: &Limits, form: DataForm) -> Result<T, DecodeError> {
    let retry = block.retry.map(|retry| retry.to_string());
    let data = String::from_utf8_lossy(&block.data);
    let is_json = !matches!(form, DataForm::Text) && is_json(&block.data, limits);
    let retry = retry
        .as_deref()
        .map(|text| vec![Reading::Json(text), Reading::Text(text)]);
    let fields = [
        ("event", scalar(block.event.as_deref(), limits)),
        ("id", scalar(block.id.as_deref(), limits)),
        ("retry", retry.unwrap_or_default()),
        ("data", data_readings(&data, form, is_json)),
    ];
    best(&fields, limits)
}

/// Returns the readings of a name or an id: text, and the number or boolean that it is.
fn scalar<'t>(text: Option<&'t str>, limits: &Limits) -> Vec<Reading<'t>> {
    let Some(text) = text else {
        return Vec::new();
    };
    let is_scalar = |kind| matches!(kind, Kind::Bool | Kind::Integer | Kind::Number);
    match json::inspect(text.as_bytes(), limits, 1, |value| is_scalar(value.kind())) {
        Some(true) => vec![Reading::Text(text), Reading::Json(text)],
        _ => vec![Reading::Text(text)],
    }
}

/// Returns the readings of the data. A type that takes a number or an object and also text means the former; one that takes
/// text takes a JSON string as the text that it is written as.
fn data_readings(data: &str, form: DataForm, is_json: bool) -> Vec<Reading<'_>> {
    match form {
        DataForm::Json if is_json => vec![Reading::Json(data)],
        DataForm::Mixed if is_json && data.trim_start().starts_with('"') => {
            vec![Reading::Text(data), Reading::Json(data)]
        }
        DataForm::Mixed if is_json => vec![Reading::Json(data), Reading::Text(data)],
        _ => vec![Reading::Text(data)],
    }
}

/// Returns `true` for JSON, also beyond the limits: such data is an error, not text.
fn is_json(data: &[u8], limits: &Limits) -> bool {
    match json::from_copy::<()>(data, limits, 1) {
        Ok(()) => true,
        Err(error) => error.kind() == DecodeErrorKind::Limit,
    }
}

/// Decodes the way of reading that its type describes best, the first among equals. If all fail, the error is the one that stands
/// deepest: a field of another kind than its type fails at the field itself.
fn best<T: Json>(fields: &[Field<'_>], limits: &Limits) -> Result<T, DecodeError> {
    let read = |way| json::from_copy_with_cost::<T>(object(fields, way).as_bytes(), limits, 2);
    let ways: usize = fields.iter().map(|(_, readings)| readings.len().max(1)).product();
    let (mut best, mut least) = (None, 0);
    let mut failure: Option<DecodeError> = None;
    for way in 0..ways {
        match read(way) {
            Ok((value, cost)) if cost == 0 || ways == 1 => return Ok(value),
            // Only one value at a time is in memory: the best is read again.
            Ok((_, cost)) if best.is_none() || cost < least => (best, least) = (Some(way), cost),
            Ok(_) => {}
            Err(error) => {
                if failure.as_ref().is_none_or(|before| weight(before) < weight(&error)) {
                    failure = Some(error);
                }
            }
        }
    }
    match (best, failure) {
        (None, Some(error)) => Err(error),
        (_, Some(error)) if error.kind() == DecodeErrorKind::Limit => Err(error),
        (best, _) => read(best.unwrap_or_default()).map(|(value, _)| value),
    }
}

/// Returns the depth of the place of an error; data beyond the limits weighs most.
fn weight(error: &DecodeError) -> usize {
    match error.kind() {
        DecodeErrorKind::Limit => usize::MAX,
        _ => error.pointer().matches('/').count(),
    }
}

/// Writes the object of the fields in one of the ways to read them, counted from 0 with the first field changing fastest.
fn object(fields: &[Field<'_>], mut way: usize) -> String {
    let mut text = String::from("{");
    for (name, readings) in fields {
        let Some(reading) = readings.get(way % readings.len().max(1)) else {
            continue;
        };
        way /= readings.len();
        if text.len() > 1 {
            text.push(',');
        }
        text.extend(["\"", name, "\":"]);
        match reading {
            Reading::Json(json) => text.push_str(json),
            Reading::Text(content) => text.push_str(&JsonValue::from(*content).to_string()),
        }
    }
    text.push('}');
    text
}

/// The fields of one block.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Block {
    /// `event`, the last one.
    pub(super) event: Option<String>,
    /// `id`, the last one, if the block has one.
    pub(super) id: Option<String>,
    /// `retry` in milliseconds, the last one that is a number.
    pub(super) retry: Option<u64>,
    /// The lines of `data`, joined by LF.
    pub(super) data: Bytes,
}

/// The next step of the parser.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A block that has data.
    Block(Block),
    /// More bytes are needed.
    More,
    /// A block beyond the size limit; its first bytes.
    TooLarge(Bytes),
}

/// Parses lines into blocks (WHATWG HTML, section 9.2.6).
///
/// Lines end with CR, LF or both; one byte order mark at the start is not part of the text; comments and unknown fields
/// are skipped, as the format demands. It must not hold more than `limit` bytes.
#[derive(Debug)]
pub(super) struct BlockReader {
    limit: usize,
    unread: BytesMut,
    /// Number of bytes of `unread` without a line end.
    scanned: usize,
    begun: bool,
    /// The first line, if it is neither a comment nor a field of the format.
    strange: Option<Bytes>,
    is_known: bool,
    /// The last line ended with CR: an LF after it belongs to it.
    after_cr: bool,
    block: Block,
    data: Option<BytesMut>,
    /// Id of the last event, which stays until another one is set.
    last_id: Option<String>,
    last_retry: Option<u64>,
}

impl BlockReader {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            limit,
            unread: BytesMut::new(),
            scanned: 0,
            begun: false,
            strange: None,
            is_known: false,
            after_cr: false,
            block: Block::default(),
            data: None,
            last_id: None,
            last_retry: None,
        }
    }

    /// Appends received bytes.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.unread.extend_from_slice(bytes);
    }

    /// Returns the id of the last event, including those without data.
    pub(super) fn last_id(&self) -> Option<&str> {
        self.last_id.as_deref()
    }

    /// Returns the server's wait before the next connection, in milliseconds.
    pub(super) fn last_retry(&self) -> Option<u64> {
        self.last_retry
    }

    /// Returns the first line of a body whose beginning is not in the format.
    pub(super) fn strange(&self) -> Option<&Bytes> {
        self.strange.as_ref()
    }

    /// Returns the next step.
    pub(super) fn step(&mut self) -> Step {
        if !self.begun && !self.begin() {
            return Step::More;
        }
        loop {
            if self.after_cr && !self.unread.is_empty() {
                self.after_cr = false;
                if self.unread[0] == b'\n' {
                    self.unread.advance(1);
                }
            }
            let end = self.unread[self.scanned..]
                .iter()
                .position(|byte| matches!(byte, b'\r' | b'\n'));
            let Some(end) = end.map(|end| self.scanned + end) else {
                self.scanned = self.unread.len();
                return if self.scanned + self.held() > self.limit {
                    Step::TooLarge(self.rest())
                } else {
                    Step::More
                };
            };
            self.after_cr = self.unread[end] == b'\r';
            let line = self.unread.split_to(end).freeze();
            self.unread.advance(1);
            self.scanned = 0;
            if line.is_empty() {
                if let Some(block) = self.dispatch() {
                    return Step::Block(block);
                }
                continue;
            }
            self.line(&line);
            if self.held() > self.limit {
                return Step::TooLarge(self.rest());
            }
        }
    }

    /// Returns the unfinished block at the end of the stream, which by the format is not an event. Its id does not count.
    pub(super) fn finish(&mut self) -> Option<Block> {
        self.scanned = 0;
        let line = self.unread.split().freeze();
        if !line.is_empty() {
            self.line(&line);
        }
        let last_id = self.last_id.clone();
        let block = self.dispatch();
        self.last_id = last_id;
        block
    }

    /// Drops the unfinished block of a connection that broke off, and returns its bytes. The last id and wait stay.
    pub(super) fn interrupt(&mut self) -> Bytes {
        let rest = self.rest();
        *self = Self {
            last_id: self.last_id.take(),
            last_retry: self.last_retry,
            ..Self::new(self.limit)
        };
        rest
    }

    /// Returns all bytes that were not parsed yet.
    pub(super) fn rest(&mut self) -> Bytes {
        self.scanned = 0;
        let mut rest = self.data.take().unwrap_or_default();
        if !rest.is_empty() && !self.unread.is_empty() {
            rest.extend_from_slice(b"\n");
        }
        rest.extend_from_slice(&self.unread.split());
        rest.truncate(self.limit);
        rest.freeze()
    }

    fn held(&self) -> usize {
        self.data.as_ref().map_or(0, BytesMut::len)
    }

    /// Skips a byte order mark; `false` until enough bytes are there to decide.
    fn begin(&mut self) -> bool {
        const MARK: &[u8] = b"\xef\xbb\xbf";
        if self.unread.len() < MARK.len() && MARK.starts_with(&self.unread) {
            return false;
        }
        if self.unread.starts_with(MARK) {
            self.unread.advance(MARK.len());
        }
        self.begun = true;
        true
    }

    fn line(&mut self, line: &[u8]) {
        let is_first = !self.is_known && self.strange.is_none();
        self.is_known |= is_first;
        let (name, value) = match line.iter().position(|byte| *byte == b':') {
            Some(0) => return,
            Some(colon) => (&line[..colon], &line[colon + 1..]),
            None => (line, &line[line.len()..]),
        };
        let value = value.strip_prefix(b" ").unwrap_or(value);
        let text = || String::from_utf8_lossy(value).into_owned();
        match name {
            b"data" => {
                if let Some(data) = &mut self.data {
                    data.extend_from_slice(b"\n");
                }
                self.data.get_or_insert_default().extend_from_slice(value);
            }
            b"event" => self.block.event = Some(text()),
            b"id" if !value.contains(&0) => self.block.id = Some(text()),
            b"retry" if !value.is_empty() && value.iter().all(u8::is_ascii_digit) => {
                self.block.retry = text().parse().ok();
            }
            b"id" | b"retry" => {}
            _ if is_first => {
                self.is_known = false;
                self.strange = Some(Bytes::copy_from_slice(line));
            }
            _ => {}
        }
    }

    fn dispatch(&mut self) -> Option<Block> {
        let mut block = std::mem::take(&mut self.block);
        if block.id.is_some() {
            self.last_id.clone_from(&block.id);
        }
        self.last_retry = block.retry.or(self.last_retry);
        block.data = self.data.take()?.freeze();
        Some(block)
    }
}
