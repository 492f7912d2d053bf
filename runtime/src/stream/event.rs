//! Events: the fields of one event come in, a typed item in the contract's form goes out. Pure.

use std::time::Duration;

use super::fields::Block;
use super::whole::{DataForm, whole};
use crate::json::{self, DecodeError, Json, Limits};

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

/// The whole event as an object of its fields, whose type says of its data that it is JSON or text, for instance by the variant
/// that the event's name selects.
#[derive(Debug, Clone, Copy)]
pub struct EventObjectMixed;

impl<T: Json> EventForm<T> for EventData {
    const TAKES_NOTHING: bool = false;

    fn read(fields: Fields<'_>) -> Result<T, DecodeError> {
        json::from_copy(&fields.0.data, fields.1, 1)
    }
}

impl EventForm<String> for EventText {
    const TAKES_NOTHING: bool = true;

    fn read(fields: Fields<'_>) -> Result<String, DecodeError> {
        Ok(String::from_utf8_lossy(&fields.0.data).into_owned())
    }
}

impl<T: Json> EventForm<T> for EventObject {
    const TAKES_NOTHING: bool = true;

    fn read(fields: Fields<'_>) -> Result<T, DecodeError> {
        whole(fields.0, fields.1, DataForm::Text)
    }
}

impl<T: Json> EventForm<T> for EventObjectJson {
    const TAKES_NOTHING: bool = true;

    fn read(fields: Fields<'_>) -> Result<T, DecodeError> {
        whole(fields.0, fields.1, DataForm::Json)
    }
}

impl<T: Json> EventForm<T> for EventObjectMixed {
    const TAKES_NOTHING: bool = true;

    fn read(fields: Fields<'_>) -> Result<T, DecodeError> {
        whole(fields.0, fields.1, DataForm::Mixed)
    }
}
