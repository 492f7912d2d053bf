//! The JSON kind of a value, and sets of kinds as bits.

use std::fmt;

/// The JSON kind of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `null`
    Null,
    /// `true` or `false`
    Bool,
    /// A number without fraction; `1.0` and `1e2` are integers.
    Integer,
    /// A number with a fraction.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl Kind {
    /// Returns the bits of this kind.
    pub(crate) fn bits(self) -> u8 {
        match self {
            Kind::Null => NULL,
            Kind::Bool => BOOL,
            Kind::Integer => INTEGER | NUMBER,
            Kind::Number => NUMBER,
            Kind::String => STRING,
            Kind::Array => ARRAY,
            Kind::Object => OBJECT,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Null => "null",
            Kind::Bool => "boolean",
            Kind::Integer => "integer",
            Kind::Number => "number",
            Kind::String => "string",
            Kind::Array => "array",
            Kind::Object => "object",
        })
    }
}

/// The kind bit of `null`.
pub const NULL: u8 = 1;
/// The kind bit of a boolean.
pub const BOOL: u8 = 2;
/// The kind bit of an integer.
pub const INTEGER: u8 = 4;
/// The kind bit of any number, integers included.
pub const NUMBER: u8 = 8;
/// The kind bit of a string.
pub const STRING: u8 = 16;
/// The kind bit of an array.
pub const ARRAY: u8 = 32;
/// The kind bit of an object.
pub const OBJECT: u8 = 64;
