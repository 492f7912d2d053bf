//! Choice of a union's variant by its shape: JSON kinds, required members, constants, kinds of members.
//!
//! A value and the contract's list of shapes go in, the index of the first matching shape comes out. It looks only at the value
//! itself and its members, never at formats, and must never read a variant to see whether that works.

use crate::kind::OBJECT;
use crate::read::Value;
use crate::tape::Token;

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
