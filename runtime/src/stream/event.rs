//! Events: the fields of one event come in, a typed item in the contract's form goes out. Pure.
//!
//! If the contract describes the whole event as an object, every field is text, and the type of the event decides what
//! it is: text if the type takes text, else the number, the boolean or the other JSON value that the text is. So an
//! event is read in all ways that its fields allow. The first of those whose value its type describes best is taken. It
//! must never be decided by the text alone.

use crate::json::{self, DecodeError, DecodeErrorKind, Json, JsonValue, Kind, Limits};
use crate::stream::fields::Block;
use std::time::Duration;

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
