//! Shapes of a union's variants: JSON kinds, required members, constants.
//!
//! A value and the contract's list of shapes go in, the next variant that the value may be comes out. It looks only at the value
//! itself and its members, never at formats, and reads no variant.

use crate::kind::OBJECT;
use crate::read::Value;

/// The visible properties of a variant, by the contract.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// Accepted JSON kinds, as bits.
    pub kinds: u8,
    /// Required members, for objects.
    pub required: &'static [&'static str],
    /// Members with fixed values, if they are there: the text of a string, or the JSON text of another scalar.
    /// Numbers are compared by value.
    pub constants: &'static [(&'static str, &'static [&'static str])],
}

impl Value<'_> {
    /// Returns the place of the first variant, at `from` or later, with a shape that this value matches.
    pub(super) fn fitting(self, variants: &[&[Shape]], from: usize) -> Option<usize> {
        let kind = self.kind().bits();
        let fits = |shapes: &&[Shape]| shapes.iter().any(|shape| self.fits(kind, shape));
        let found = variants.get(from..)?.iter().position(fits)?;
        Some(from + found)
    }

    fn fits(self, kind: u8, shape: &Shape) -> bool {
        shape.kinds & kind != 0
            && (kind != OBJECT
                || (shape.required.iter().all(|member| self.peek(member).is_some())
                    && shape
                        .constants
                        .iter()
                        .all(|(member, texts)| self.has_constant(member, texts))))
    }

    fn has_constant(self, member: &str, texts: &[&str]) -> bool {
        self.peek(member)
            .is_none_or(|value| texts.iter().any(|text| value.is_scalar(text)))
    }
}
