//! Open enums by table: text or number in, variant out, and back.
//!
//! A value that is not in the table becomes the unknown variant and is written unchanged; `Debug` says that it is unknown. The
//! loops are plain on purpose: they are compiled once for every enum, as would be the functions of an iterator.

use crate::codec::Json;
use crate::read::Value;
use crate::write::Writer;
use std::mem::discriminant;

/// An open enum of strings.
pub trait Enum: Sized + Clone + PartialEq + 'static {
    /// Every known value and its variant, in contract order.
    const TABLE: &'static [(&'static str, Self)];
    /// The variant that holds a value which is not in the table.
    const UNKNOWN: fn(String) -> Self;
    /// True if the contract allows any other text, so that it is not unknown.
    const ALLOWS_OTHERS: bool = false;
    /// The name of the type, if `Debug` must not show its values.
    const SECRET: Option<&'static str> = None;
    /// Returns the text in the unknown variant.
    fn unknown_text(&self) -> Option<&str>;
}

impl<E: Enum> Json for E {
    #[inline]
    fn read(value: Value<'_>) -> Self {
        let read = enum_from(value.string());
        if !E::ALLOWS_OTHERS && E::unknown_text(&read).is_some() {
            value.is_unknown();
        }
        read
    }

    #[inline]
    fn write(&self, w: &mut Writer) {
        match E::SECRET {
            None => w.choice(enum_text(self), !E::ALLOWS_OTHERS && self.unknown_text().is_some()),
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
    /// True if the contract allows any other number, so that it is not unknown.
    const ALLOWS_OTHERS: bool = false;
    /// Returns the number in the unknown variant.
    fn unknown_value(&self) -> Option<i64>;
}

/// Returns the variant of a text.
pub fn enum_from<E: Enum>(text: &str) -> E {
    for (known, variant) in E::TABLE {
        if *known == text {
            return variant.clone();
        }
    }
    (E::UNKNOWN)(text.to_owned())
}

/// Implements for a type with `as_str` what every text can do: it compares with text, and is given where text is wanted.
#[doc(hidden)]
#[macro_export]
macro_rules! is_text {
    ($type:ident) => {
        impl ::std::cmp::PartialEq<str> for $type {
            #[inline]
            fn eq(&self, text: &str) -> bool {
                self.as_str() == text
            }
        }

        impl ::std::cmp::PartialEq<&str> for $type {
            #[inline]
            fn eq(&self, text: &&str) -> bool {
                self.as_str() == *text
            }
        }

        impl ::std::convert::AsRef<str> for $type {
            #[inline]
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }
    };
}

/// Returns the text of a variant. (A variant that is neither unknown nor in the table has none: its table is wrong.)
pub fn enum_text<E: Enum>(value: &E) -> &str {
    if let Some(text) = value.unknown_text() {
        return text;
    }
    for (text, variant) in E::TABLE {
        if discriminant(variant) == discriminant(value) {
            return text;
        }
    }
    ""
}

/// Returns the number of a variant.
pub fn enum_int<E: IntEnum>(value: &E) -> i64 {
    if let Some(number) = value.unknown_value() {
        return number;
    }
    for (number, variant) in E::TABLE {
        if discriminant(variant) == discriminant(value) {
            return *number;
        }
    }
    0
}

/// Reads an open enum of integers.
pub fn read_int_enum<E: IntEnum>(value: Value<'_>) -> E {
    let number = i64::read(value);
    for (known, variant) in E::TABLE {
        if *known == number {
            return variant.clone();
        }
    }
    if !E::ALLOWS_OTHERS {
        value.is_unknown();
    }
    (E::UNKNOWN)(number)
}

/// Writes an open enum of integers.
#[inline]
pub fn write_int_enum<E: IntEnum>(value: &E, w: &mut Writer) {
    match value.unknown_value() {
        Some(number) if !E::ALLOWS_OTHERS && w.is_debug() => w.shown(&format_args!("Unknown({number})")),
        _ => enum_int(value).write(w),
    }
}
