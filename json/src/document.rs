//! Free-form JSON values, which keep everything of a document but white space and the escapes of strings.
//!
//! Numbers keep their text, objects their order. `Debug` must show kinds alone, because free-form values may contain personal
//! data.

use crate::codec::{Json, from_slice, to_request, to_vec};
use crate::error::{DecodeError, EncodeError};
use crate::map::Map;
use crate::read::{Kind, Value};
use crate::value::{Decimal, DecimalForm, Integer, Number};
use crate::write::Writer;
use std::fmt;
use std::str::FromStr;

/// A free-form object.
pub type Object = Map<JsonValue>;

/// A free-form JSON value.
#[derive(Clone, PartialEq, Eq, Default)]
pub enum JsonValue {
    /// `null`
    #[default]
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as text.
    Number(Number),
    /// A string.
    String(String),
    /// An array.
    Array(Vec<JsonValue>),
    /// An object, in order.
    Object(Object),
}

impl JsonValue {
    /// Returns the JSON kind of this value.
    pub fn kind(&self) -> Kind {
        match self {
            JsonValue::Null => Kind::Null,
            JsonValue::Bool(_) => Kind::Bool,
            JsonValue::Number(number) if number.is_integer() => Kind::Integer,
            JsonValue::Number(_) => Kind::Number,
            JsonValue::String(_) => Kind::String,
            JsonValue::Array(_) => Kind::Array,
            JsonValue::Object(_) => Kind::Object,
        }
    }

    /// Returns the member of an object.
    pub fn get(&self, member: &str) -> Option<&JsonValue> {
        self.as_object()?.get(member)
    }

    /// Returns the value at a JSON Pointer (RFC 6901), such as `/items/0/id`; the empty pointer is this value.
    pub fn pointer(&self, pointer: &str) -> Option<&JsonValue> {
        if pointer.is_empty() {
            return Some(self);
        }
        pointer
            .strip_prefix('/')?
            .split('/')
            .try_fold(self, |value, token| match value {
                JsonValue::Object(object) => object.get(&token.replace("~1", "/").replace("~0", "~")),
                JsonValue::Array(list) if token == "0" || !token.starts_with(['0', '+']) => {
                    list.get(token.parse::<usize>().ok()?)
                }
                _ => None,
            })
    }

    /// Returns `true` for `null`.
    pub fn is_null(&self) -> bool {
        matches!(self, JsonValue::Null)
    }

    /// Returns the boolean, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        let JsonValue::Bool(value) = self else { return None };
        Some(*value)
    }

    /// Returns the number, if it is one.
    pub fn as_number(&self) -> Option<&Number> {
        let JsonValue::Number(number) = self else { return None };
        Some(number)
    }

    /// Returns the text of a string, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        let JsonValue::String(text) = self else { return None };
        Some(text)
    }

    /// Returns the elements of an array, if it is one.
    pub fn as_array(&self) -> Option<&[JsonValue]> {
        let JsonValue::Array(list) = self else { return None };
        Some(list)
    }

    /// Returns the members of an object, if it is one.
    pub fn as_object(&self) -> Option<&Object> {
        let JsonValue::Object(object) = self else { return None };
        Some(object)
    }

    /// Converts a value of a model to free-form JSON.
    pub fn from_model<T: Json>(value: &T) -> Result<JsonValue, EncodeError> {
        Self::from_bytes(&to_vec(value)?)
    }

    /// Converts a value of a model to free-form JSON for a request: without the members that only responses have.
    pub fn from_request_model<T: Json>(value: &T) -> Result<JsonValue, EncodeError> {
        Self::from_bytes(&to_request(value)?)
    }

    fn from_bytes(bytes: &[u8]) -> Result<JsonValue, EncodeError> {
        from_slice(bytes).map_err(|_| EncodeError {
            what: "a name twice or so many levels",
            pointer: String::new(),
        })
    }

    /// Reads this value as a model.
    pub fn to<T: Json>(&self) -> Result<T, DecodeError> {
        from_slice(self.to_string().as_bytes())
    }
}

impl Json for JsonValue {
    fn read(value: Value<'_>) -> Self {
        if let Some(text) = value.number_text() {
            return JsonValue::Number(Number::checked(text));
        }
        match value.kind() {
            Kind::Null | Kind::Integer | Kind::Number => JsonValue::Null,
            Kind::Bool => JsonValue::Bool(value.as_bool().unwrap_or_default()),
            Kind::String => JsonValue::String(value.string().to_owned()),
            Kind::Array => {
                value.is_free();
                JsonValue::Array(Vec::read(value))
            }
            Kind::Object => JsonValue::Object(Map::read(value)),
        }
    }

    #[inline]
    fn read_optional(object: Value<'_>, name: &'static str) -> Option<Self> {
        object.take(name).map(Self::read)
    }

    fn write(&self, w: &mut Writer) {
        if w.is_debug() {
            let size = match self {
                JsonValue::Array(list) => list.len(),
                JsonValue::Object(object) => object.len(),
                _ => return w.shown(&self.kind()),
            };
            return w.shown(&format_args!("{}({size})", self.kind()));
        }
        match self {
            JsonValue::Null => w.null(),
            JsonValue::Bool(value) => w.bool(*value),
            JsonValue::Number(number) => number.write(w),
            JsonValue::String(text) => w.string(text),
            JsonValue::Array(list) => list.write(w),
            JsonValue::Object(object) => object.write(w),
        }
    }
}

impl Writer {
    /// Writes a union's value that the contract does not declare. `Debug` shows its tag (the member with that name, if it is a
    /// string) or its kind.
    pub fn unknown(&mut self, tag: Option<&'static str>, value: &JsonValue) {
        if !self.is_debug() {
            return value.write(self);
        }
        let tag = tag.and_then(|tag| value.get(tag)).and_then(JsonValue::as_str);
        match tag {
            Some(tag) => self.shown(&format_args!("Unknown({tag:?})")),
            None => self.shown(&format_args!("Unknown({})", value.kind())),
        }
    }
}

/// JSON text without white space.
impl fmt::Display for JsonValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = to_vec(self).map_err(|_| fmt::Error)?;
        f.write_str(std::str::from_utf8(&bytes).map_err(|_| fmt::Error)?)
    }
}

impl FromStr for JsonValue {
    type Err = DecodeError;

    fn from_str(text: &str) -> Result<Self, DecodeError> {
        from_slice(text.as_bytes())
    }
}

macro_rules! from {
    ($($source:ty => |$value:ident| $target:expr;)*) => {$(
        impl From<$source> for JsonValue {
            fn from($value: $source) -> Self {
                $target
            }
        }
    )*};
}

from! {
    () => |_nothing| JsonValue::Null;
    bool => |value| JsonValue::Bool(value);
    i32 => |value| JsonValue::Number(value.into());
    i64 => |value| JsonValue::Number(value.into());
    u32 => |value| JsonValue::Number(value.into());
    u64 => |value| JsonValue::Number(value.into());
    Number => |value| JsonValue::Number(value);
    Integer => |value| JsonValue::Number(value.into());
    Decimal => |value| match value.form() {
        DecimalForm::Number => JsonValue::Number(Number::checked(value.as_str())),
        DecimalForm::String => JsonValue::String(value.as_str().to_owned()),
    };
    &str => |value| JsonValue::String(value.to_owned());
    String => |value| JsonValue::String(value);
    Object => |value| JsonValue::Object(value);
}

impl<T: Into<JsonValue>> From<Vec<T>> for JsonValue {
    fn from(list: Vec<T>) -> Self {
        JsonValue::Array(list.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<JsonValue>> From<Option<T>> for JsonValue {
    fn from(value: Option<T>) -> Self {
        value.map_or(JsonValue::Null, Into::into)
    }
}

crate::model!(JsonValue);
