//! Choosing the variant of a union by its shape: JSON kinds, required members, constants, kinds of members.
//!
//! A value and the contract's list of shapes go in, the place of the first that fits comes out. It looks only at the value
//! itself and its members, never at formats, and never reads a variant to see whether it works.

use super::read::Value;
use super::tape::Token;
use std::fmt;

/// What JSON calls a value.
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
    /// The bits that this kind has.
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

/// What the contract says of a variant that can be seen without reading it.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// The JSON kinds it may have, as bits.
    pub kinds: u8,
    /// Members that must be there if it is an object.
    pub required: &'static [&'static str],
    /// Members that, if they are there, have one of these values: the text of a string, or the JSON text of another scalar.
    pub constants: &'static [(&'static str, &'static [&'static str])],
    /// Members that, if they are there, have one of these kinds, as bits.
    pub members: &'static [(&'static str, u8)],
}

impl Value<'_> {
    /// The place of the first shape that fits this value.
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
