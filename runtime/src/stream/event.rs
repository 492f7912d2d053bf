//! One event, and what of it a contract describes.

use std::time::Duration;

use super::fields::Block;
use crate::json::{self, DecodeError, Json, JsonValue, Object};
use crate::value::Number;

/// An event of a stream.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Event<T> {
    /// Its name; without one it is a `message`.
    pub event: Option<String>,
    /// The id of the last event so far: what `Last-Event-ID` takes.
    pub id: Option<String>,
    /// How long to wait before connecting again, if this event says it.
    pub retry: Option<Duration>,
    /// What it carries.
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

/// What of an event a contract describes.
pub trait Form<T>: 'static {
    /// Is an event without data an item?
    const TAKES_NOTHING: bool;
    /// Reads an item.
    #[doc(hidden)]
    fn read(block: Fields<'_>) -> Result<T, DecodeError>;
}

/// The fields of an event, for [`Form`] alone.
#[derive(Debug)]
pub struct Fields<'b>(pub(super) &'b Block);

/// The data, which is JSON.
#[derive(Debug, Clone, Copy)]
pub struct Data;

/// The data, which is text.
#[derive(Debug, Clone, Copy)]
pub struct Plain;

/// The whole event as an object of its fields; its data is text.
#[derive(Debug, Clone, Copy)]
pub struct Whole;

/// The whole event as an object of its fields; its data is JSON, or text where it is not.
#[derive(Debug, Clone, Copy)]
pub struct WholeJson;

impl<T: Json> Form<T> for Data {
    const TAKES_NOTHING: bool = false;

    fn read(fields: Fields<'_>) -> Result<T, DecodeError> {
        json::from_slice(&fields.0.data)
    }
}

impl Form<String> for Plain {
    const TAKES_NOTHING: bool = true;

    fn read(fields: Fields<'_>) -> Result<String, DecodeError> {
        Ok(text(fields.0))
    }
}

impl<T: Json> Form<T> for Whole {
    const TAKES_NOTHING: bool = true;

    fn read(fields: Fields<'_>) -> Result<T, DecodeError> {
        whole(fields.0, JsonValue::String(text(fields.0)))
    }
}

impl<T: Json> Form<T> for WholeJson {
    const TAKES_NOTHING: bool = true;

    fn read(fields: Fields<'_>) -> Result<T, DecodeError> {
        let data = json::from_slice(&fields.0.data).unwrap_or_else(|_| JsonValue::String(text(fields.0)));
        whole(fields.0, data)
    }
}

fn text(block: &Block) -> String {
    String::from_utf8_lossy(&block.data).into_owned()
}

fn whole<T: Json>(block: &Block, data: JsonValue) -> Result<T, DecodeError> {
    let mut object = Object::new();
    let said = |text: &Option<String>| text.clone().map(JsonValue::String);
    let members = [
        ("event", said(&block.event)),
        ("id", said(&block.id)),
        ("retry", block.retry.map(|retry| JsonValue::Number(Number::from(retry)))),
        ("data", Some(data)),
    ];
    for (name, value) in members {
        if let Some(value) = value {
            object.insert(name.to_owned(), value);
        }
    }
    JsonValue::Object(object).to()
}
