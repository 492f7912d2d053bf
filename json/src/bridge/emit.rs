//! Emits a tape into a serde serializer.
//!
//! A number becomes the serde type that holds it exactly; without one it is an error. No number may be rounded.

use crate::digits;
use crate::read::Value;
use crate::tape::Token;
use serde::ser::{Error as _, Serialize, Serializer};

pub(super) struct Emit<'t>(pub(super) Value<'t>);

impl Serialize for Emit<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value = self.0;
        match value.token() {
            None | Some(Token::Null) => serializer.serialize_unit(),
            Some(Token::False) => serializer.serialize_bool(false),
            Some(Token::True) => serializer.serialize_bool(true),
            Some(Token::String) => serializer.serialize_str(value.as_str().unwrap_or_default()),
            Some(Token::Array) => serializer.collect_seq(value.items().map(Emit)),
            Some(Token::Object) => serializer.collect_map(value.entries().map(|(name, value)| (name, Emit(value)))),
            Some(Token::Integer | Token::Number) => number(value.number_text().unwrap_or_default(), serializer),
        }
    }
}

fn number<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    if let Ok(integer) = text.parse::<i64>() {
        return serializer.serialize_i64(integer);
    }
    if let Ok(integer) = text.parse::<u64>() {
        return serializer.serialize_u64(integer);
    }
    if let Ok(integer) = text.parse::<i128>() {
        return serializer.serialize_i128(integer);
    }
    match text.parse::<f64>() {
        Ok(float) if float.is_finite() && is_held(float, text) => serializer.serialize_f64(float),
        _ => Err(S::Error::custom("a number that no serde type represents exactly")),
    }
}

/// Number of digits that every decimal keeps as a float.
const SAFE: usize = f64::DIGITS as usize;

/// Returns `true` if the shortest text of the float has the same digits as `text`, so that nothing was rounded away.
///
/// Of two equally short texts that are equally near, some writers choose the lower and others the higher.
fn is_held(float: f64, text: &str) -> bool {
    let shortest = format!("{float:e}");
    let count = shortest
        .bytes()
        .take_while(|&byte| byte != b'e')
        .filter(u8::is_ascii_digit)
        .count();
    digits::equal(&shortest, text) && (count <= SAFE || !is_between_two(float, count))
}

/// Returns `true` for a float exactly in the middle between two texts of `count` digits.
fn is_between_two(float: f64, count: usize) -> bool {
    let more = format!("{float:.precision$e}", precision = count + 40);
    let digits = more.bytes().take_while(|&byte| byte != b'e').filter(u8::is_ascii_digit);
    let mut behind = digits.skip(count);
    behind.next() == Some(b'5') && behind.all(|byte| byte == b'0')
}
