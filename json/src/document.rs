//! Free-form JSON values, which keep everything of a document but white space and the escapes of strings, and their canonical form.
//!
//! Numbers keep their text, objects their order. `Debug` must show kinds alone, because free-form values may contain personal
//! data.

use std::fmt::{self, Write as _};
use std::str::FromStr;

use crate::codec::{Json, from_slice, to_request, to_vec};
use crate::error::{DecodeError, EncodeError};
use crate::map::Map;
use crate::read::{Kind, Value};
use crate::value::{Decimal, DecimalForm, Integer, Number};
use crate::write::Writer;

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

/// A number whose canonical text would differ from its own text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the number at `{pointer}` would be written in another way in canonical JSON (RFC 8785): send it as a string, or in its shortest form"
)]
pub struct NotCanonical {
    /// JSON Pointer (RFC 6901).
    pub pointer: String,
}

/// Returns the canonical text of a value (RFC 8785).
///
/// Members are sorted by UTF-16 code units. A number whose text the canonical form would change must be refused with its place:
/// otherwise nobody could tell later which number was approved.
pub fn canonical(value: &JsonValue) -> Result<String, NotCanonical> {
    let mut text = String::new();
    write_canonical(value, &mut text, &mut String::new())?;
    Ok(text)
}

fn write_canonical(value: &JsonValue, out: &mut String, pointer: &mut String) -> Result<(), NotCanonical> {
    match value {
        JsonValue::Null => out.push_str("null"),
        JsonValue::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        JsonValue::Number(number) => {
            if shortest(number.as_str()).as_deref() != Some(number.as_str()) {
                return Err(NotCanonical {
                    pointer: pointer.clone(),
                });
            }
            out.push_str(number.as_str());
        }
        JsonValue::String(text) => write_canonical_string(text, out),
        JsonValue::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                below(pointer, &index.to_string(), |pointer| {
                    write_canonical(item, out, pointer)
                })?;
            }
            out.push(']');
        }
        JsonValue::Object(object) => {
            let mut members: Vec<(&str, &JsonValue)> = object.iter().collect();
            members.sort_by(|(one, _), (other, _)| one.encode_utf16().cmp(other.encode_utf16()));
            out.push('{');
            for (index, (name, member)) in members.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_canonical_string(name, out);
                out.push(':');
                below(pointer, name, |pointer| write_canonical(member, out, pointer))?;
            }
            out.push('}');
        }
    }
    Ok(())
}

fn below<T>(pointer: &mut String, token: &str, inner: impl FnOnce(&mut String) -> T) -> T {
    let length = pointer.len();
    pointer.push('/');
    pointer.push_str(&token.replace('~', "~0").replace('/', "~1"));
    let result = inner(pointer);
    pointer.truncate(length);
    result
}

/// Writes a string (RFC 8785, section 3.2.2.2).
fn write_canonical_string(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            control if control < ' ' => {
                out.push_str("\\u00");
                let _ = write!(out, "{:02x}", control as u8);
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

/// Returns the text that ECMAScript gives a number (ECMA-262, Number::toString); `None` if no double holds it.
fn shortest(text: &str) -> Option<String> {
    let value: f64 = text.parse().ok()?;
    if !value.is_finite() {
        return None;
    }
    if value == 0.0 {
        return Some("0".to_owned());
    }
    // Rust's `{:e}` gives the shortest digits that read back as the same double, as ECMAScript does.
    let written = format!("{:e}", value.abs());
    let (mantissa, exponent) = written.split_once('e')?;
    let exponent: i32 = exponent.parse().ok()?;
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let digits = even_of_two(value, digits);
    let count = i32::try_from(digits.len()).ok()?;
    let sign = if value < 0.0 { "-" } else { "" };
    let point = exponent + 1;
    let zeros = |many: i32| "0".repeat(usize::try_from(many).unwrap_or(0));
    let split = |at: i32| digits.split_at(usize::try_from(at).unwrap_or(0).min(digits.len()));
    Some(if count <= point && point <= 21 {
        format!("{sign}{digits}{}", zeros(point - count))
    } else if 0 < point && point <= 21 {
        let (whole, fraction) = split(point);
        format!("{sign}{whole}.{fraction}")
    } else if -6 < point && point <= 0 {
        format!("{sign}0.{}{digits}", zeros(-point))
    } else {
        let (first, rest) = split(1);
        let dot = if rest.is_empty() { "" } else { "." };
        let plus = if exponent < 0 { "-" } else { "+" };
        format!("{sign}{first}{dot}{rest}e{plus}{}", exponent.abs())
    })
}

/// Chooses the even one of two shortest texts that are equally near, as ECMAScript does.
fn even_of_two(value: f64, mut digits: String) -> String {
    // A double has at most 767 significant digits, so that this text is exact.
    let exact = format!("{:.770e}", value.abs());
    let exact: String = exact
        .split('e')
        .take(1)
        .flat_map(str::chars)
        .filter(char::is_ascii_digit)
        .collect();
    let Some(lower) = exact.trim_end_matches('0').strip_suffix('5') else {
        return digits;
    };
    let last = digits
        .chars()
        .last()
        .and_then(|digit| digit.to_digit(10))
        .unwrap_or_default();
    if lower.len() == digits.len() && last % 2 == 1 && last < 9 {
        let even = if digits == lower { last + 1 } else { last - 1 };
        digits.pop();
        digits.extend(char::from_digit(even, 10));
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(json: &str) -> Result<String, NotCanonical> {
        canonical(&json.parse().unwrap())
    }

    #[test]
    fn of_two_shortest_numbers_the_even_one_is_canonical() {
        for (even, odd) in [
            ("1083919220303714.2", "1083919220303714.3"),
            ("-1083919220303714.2", "-1083919220303714.3"),
            ("1083919220303714.8", "1083919220303714.7"),
        ] {
            assert_eq!(text(even).as_deref(), Ok(even));
            assert!(text(odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn members_are_sorted_by_utf_16_code_units() {
        // RFC 8785, section 3.2.3.
        let json = "{\"\\u20ac\":\"Euro Sign\",\"\\r\":\"Carriage Return\",\"\\ufb33\":\"Hebrew Letter Dalet With Dagesh\",\
                    \"1\":\"One\",\"\\ud83d\\ude00\":\"Emoji: Grinning Face\",\"\\u0080\":\"Control\",\
                    \"\\u00f6\":\"Latin Small Letter O With Diaeresis\"}";
        let canonical = text(json).unwrap();
        let order = ["Carriage", "One", "Control", "Latin", "Euro", "Emoji", "Hebrew"];
        let places: Vec<_> = order.iter().map(|word| canonical.find(word).unwrap()).collect();
        assert!(places.is_sorted(), "{canonical}");
    }

    #[test]
    fn strings_are_escaped_as_the_rfc_says() {
        assert_eq!(
            text("{\"s\":\"\\u20ac$\\u000f\\nA'\\u0042\\u0022\\u005c\\\\\\\"\\/\"}").unwrap(),
            "{\"s\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}"
        );
        assert_eq!(
            text("\"\\b\\f\\t\\r\\u0001\\u007f\"").unwrap(),
            "\"\\b\\f\\t\\r\\u0001\u{7f}\""
        );
    }

    #[test]
    fn white_space_goes_and_values_stay() {
        assert_eq!(
            text(" { \"b\" : [ 1 , null ] , \"a\" : true } ").unwrap(),
            "{\"a\":true,\"b\":[1,null]}"
        );
    }

    #[test]
    fn a_number_in_its_canonical_form_passes() {
        for number in [
            "0",
            "1",
            "-1",
            "1.5",
            "333333333.3333333",
            "1e+30",
            "4.5",
            "0.002",
            "1e-27",
            "100000000000000000000",
            "1e+21",
            "0.000001",
            "1e-7",
            "9007199254740992",
        ] {
            assert_eq!(text(number).as_deref(), Ok(number));
        }
    }

    #[test]
    fn a_number_that_would_change_is_refused_with_its_place() {
        for number in [
            "1.0",
            "1E30",
            "4.50",
            "2e-3",
            "-0",
            "1e0",
            "10e-1",
            "0.0000001",
            "9007199254740993",
            "1e400",
            "1.10000000000000000001",
            "333333333.33333329",
        ] {
            let error = text(&format!("{{\"a/b\":[0,{{\"~\":{number}}}]}}")).unwrap_err();
            assert_eq!(error.pointer, "/a~1b/1/~0", "{number}");
        }
    }
}
