//! Events: the fields of one event come in, a typed item in the contract's form goes out. Pure.

use std::time::Duration;

use super::fields::Block;
use crate::json::{self, DecodeError, DecodeErrorKind, Json, JsonValue, Limits};

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
    pub(super) fn of(block: Block, last_id: Option<&str>, data: T) -> Self {
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
    fn read(block: Fields<'_>) -> Result<T, DecodeError>;
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

impl<T: Json> EventForm<T> for EventData {
    const TAKES_NOTHING: bool = false;

    fn read(fields: Fields<'_>) -> Result<T, DecodeError> {
        json::from_copy(&fields.0.data, fields.1, 1)
    }
}

impl EventForm<String> for EventText {
    const TAKES_NOTHING: bool = true;

    fn read(fields: Fields<'_>) -> Result<String, DecodeError> {
        Ok(text(fields.0))
    }
}

impl<T: Json> EventForm<T> for EventObject {
    const TAKES_NOTHING: bool = true;

    fn read(fields: Fields<'_>) -> Result<T, DecodeError> {
        whole(&fields, None)
    }
}

impl<T: Json> EventForm<T> for EventObjectJson {
    const TAKES_NOTHING: bool = true;

    fn read(fields: Fields<'_>) -> Result<T, DecodeError> {
        let data = std::str::from_utf8(&fields.0.data).ok();
        let is_read = |data: &&str| match json::from_copy::<()>(data.as_bytes(), fields.1, 1) {
            Ok(()) => true,
            // Data beyond the limits is an error, not text.
            Err(error) => error.kind() == DecodeErrorKind::Limit,
        };
        whole(&fields, data.filter(is_read))
    }
}

fn text(block: &Block) -> String {
    String::from_utf8_lossy(&block.data).into_owned()
}

/// Decodes an object of the fields, with this JSON as data, or with text.
fn whole<T: Json>(fields: &Fields<'_>, data: Option<&str>) -> Result<T, DecodeError> {
    let Fields(block, limits) = *fields;
    let quoted = |text: &String| JsonValue::from(text.as_str()).to_string();
    let members = [
        ("event", block.event.as_ref().map(quoted)),
        ("id", block.id.as_ref().map(quoted)),
        ("retry", block.retry.map(|retry| retry.to_string())),
    ];
    let said = members.iter().filter_map(|(name, value)| Some((name, value.as_ref()?)));
    let said: Vec<String> = said.map(|(name, value)| format!("\"{name}\":{value},")).collect();
    let text = match data {
        Some(data) => format!("{{{}\"data\":{data}}}", said.concat()),
        None => format!("{{{}\"data\":{}}}", said.concat(), quoted(&text(block))),
    };
    json::from_copy(text.as_bytes(), limits, 2)
}
