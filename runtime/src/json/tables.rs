//! Open enums by table: text or number in, variant out, and back.
//!
//! A value that is not in the table becomes the unknown variant and is written as it came.

use super::{Json, Value, Writer};
use std::mem::discriminant;

/// An open enum of strings.
pub trait Enum: Sized + Clone + PartialEq + 'static {
    /// Every known value and its variant, in contract order.
    const TABLE: &'static [(&'static str, Self)];
    /// The variant that holds a value which is not in the table.
    const UNKNOWN: fn(String) -> Self;
    /// The name of the type, if `Debug` must not show its values.
    const SECRET: Option<&'static str> = None;
    /// The text in the unknown variant.
    fn unknown_text(&self) -> Option<&str>;
}

impl<E: Enum> Json for E {
    #[inline]
    fn read(value: Value<'_>) -> Self {
        enum_from(value.string())
    }

    #[inline]
    fn write(&self, w: &mut Writer) {
        match E::SECRET {
            None => w.string(enum_text(self)),
            Some(name) => w.secret(name, enum_text(self)),
        }
    }
}

/// An open enum of integers.
pub trait IntEnum: Sized + Clone + PartialEq + 'static {
    /// Every known value and its variant, in contract order.
    const TABLE: &'static [(i64, Self)];
    /// The variant that holds a value which is not in the table.
    const UNKNOWN: fn(i64) -> Self;
    /// The number in the unknown variant.
    fn unknown_value(&self) -> Option<i64>;
}

/// The variant of a text.
pub fn enum_from<E: Enum>(text: &str) -> E {
    match E::TABLE.iter().find(|(known, _)| *known == text) {
        Some((_, variant)) => variant.clone(),
        None => (E::UNKNOWN)(text.to_owned()),
    }
}

/// The text of a variant. (A variant that is neither unknown nor in the table has none: its table is wrong.)
pub fn enum_text<E: Enum>(value: &E) -> &str {
    match value.unknown_text() {
        Some(text) => text,
        None => E::TABLE
            .iter()
            .find(|(_, variant)| discriminant(variant) == discriminant(value))
            .map_or("", |(text, _)| text),
    }
}

/// The number of a variant.
pub fn enum_int<E: IntEnum>(value: &E) -> i64 {
    match value.unknown_value() {
        Some(number) => number,
        None => E::TABLE
            .iter()
            .find(|(_, variant)| discriminant(variant) == discriminant(value))
            .map_or(0, |(number, _)| *number),
    }
}

/// Reads an open enum of integers.
pub fn read_int_enum<E: IntEnum>(value: Value<'_>) -> E {
    let number = i64::read(value);
    match E::TABLE.iter().find(|(known, _)| *known == number) {
        Some((_, variant)) => variant.clone(),
        None => (E::UNKNOWN)(number),
    }
}

/// Writes an open enum of integers.
#[inline]
pub fn write_int_enum<E: IntEnum>(value: &E, w: &mut Writer) {
    enum_int(value).write(w);
}
