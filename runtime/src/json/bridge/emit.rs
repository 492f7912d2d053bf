//! From the tape into a serde serializer.
//!
//! A number goes out as the serde type that holds it exactly; if none does, it is an error.

use crate::json::Value;
use crate::json::tape::Token;
use crate::value::digits;
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
        // The shortest text that reads as this float has the same digits: nothing was rounded away.
        Ok(float) if float.is_finite() && digits::equal(&format!("{float:e}"), text) => serializer.serialize_f64(float),
        _ => Err(S::Error::custom("a number that no serde type holds exactly")),
    }
}
