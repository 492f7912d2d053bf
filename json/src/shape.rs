//! Choice of a union's variant by its shape: JSON kinds, required members, constants, kinds of members.
//!
//! A value and the contract's list of shapes go in, the index of the first matching shape comes out. It looks only at the value
//! itself and its members, never at formats, and must never read a variant to see whether that works.

use super::read::Value;
use super::tape::Token;
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
    fn bits(self) -> u8 {
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

/// The visible properties of a variant, by the contract.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// Accepted JSON kinds, as bits.
    pub kinds: u8,
    /// Required members, for objects.
    pub required: &'static [&'static str],
    /// Members with fixed values, if they are there: the text of a string, or the JSON text of another scalar.
    pub constants: &'static [(&'static str, &'static [&'static str])],
    /// Members with fixed kinds, as bits, if they are there.
    pub members: &'static [(&'static str, u8)],
}

impl Value<'_> {
    /// Returns the index of the first shape that this value matches.
    pub fn choose(self, shapes: &'static [Shape]) -> Option<usize> {
        let kind = self.kind().bits();
        shapes.iter().position(|shape| {
            shape.kinds & kind != 0
                && (kind != OBJECT
                    || (shape.required.iter().all(|member| self.peek(member).is_some())
                        && shape
                            .constants
                            .iter()
                            .all(|(member, texts)| self.has_constant(member, texts))
                        && shape
                            .members
                            .iter()
                            .all(|(member, kinds)| self.has_kind(member, *kinds))))
        })
    }

    fn has_kind(self, member: &str, kinds: u8) -> bool {
        self.peek(member).is_none_or(|value| value.kind().bits() & kinds != 0)
    }

    fn has_constant(self, member: &str, texts: &[&str]) -> bool {
        let Some(value) = self.peek(member) else {
            return true;
        };
        match value.token() {
            Some(Token::Object | Token::Array) | None => false,
            Some(_) => texts.contains(&value.tape.text(value.node)),
        }
    }
}
