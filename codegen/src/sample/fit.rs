//! Validation of a value against the bounds of its type, as far as the IR carries them.

use super::{SampleValue, Sampler, number, object, text};
use crate::ir::{self, Presence, ScalarFormat, Shape, TypeId};
use crate::limits;

impl Sampler<'_> {
    pub(crate) fn fits(&self, id: TypeId, value: &SampleValue) -> bool {
        self.fits_at(id, value, 0)
    }

    fn fits_at(&self, id: TypeId, value: &SampleValue, depth: usize) -> bool {
        if depth > limits::SAMPLE_FIT_DEPTH {
            return false;
        }
        let ty = self.behind(id);
        match (&ty.shape, value) {
            (Shape::Any, _) | (Shape::Null | Shape::Nullable(_), SampleValue::Null) => true,
            (Shape::Nullable(inner), _) => self.fits_at(*inner, value, depth + 1),
            (Shape::Scalar(format, limits) | Shape::Newtype(format, limits), _) => scalar(*format, limits, value),
            (Shape::Enum(shape), _) => shape.values.iter().any(|known| SampleValue::of(&known.value) == *value),
            (Shape::Object(shape), SampleValue::Object(_)) => self.fits_object(ty, shape, value, depth),
            (Shape::Array(array), SampleValue::List(items)) => {
                let limits = &array.limits;
                is_within(limits.sizes(), items.len())
                    && !(limits.unique && (1..items.len()).any(|at| items[..at].contains(&items[at])))
                    && items.iter().all(|item| self.fits_at(array.items, item, depth + 1))
            }
            (Shape::Tuple(positions), SampleValue::List(items)) => {
                let pairs = positions.iter().zip(items);
                positions.len() == items.len() && pairs.clone().all(|(id, item)| self.fits_at(*id, item, depth + 1))
            }
            (Shape::Map(values, limits), SampleValue::Object(members)) => {
                is_within(limits.sizes(), members.len())
                    && members.iter().all(|(_, value)| self.fits_at(*values, value, depth + 1))
            }
            (Shape::Union(shape), _) => {
                let tag = shape
                    .discriminator
                    .as_ref()
                    .and_then(|tag| value.get(&tag.member)?.text());
                let mut variants = shape.variants.iter();
                match tag {
                    Some(tag) => variants.any(|variant| {
                        variant.tags.iter().any(|known| known == tag) && self.fits_at(variant.ty, value, depth + 1)
                    }),
                    None => variants.any(|variant| self.fits_at(variant.ty, value, depth + 1)),
                }
            }
            _ => false,
        }
    }

    fn fits_object(&self, ty: &ir::Type, shape: &ir::ObjectShape, value: &SampleValue, depth: usize) -> bool {
        let known = shape.members.iter().all(|member| {
            let required = matches!(member.presence, Presence::Required | Presence::RequiredNullable);
            match value.get(&member.name) {
                None => !required || !object::is_sent(member, ty.directions),
                Some(SampleValue::Null) => {
                    matches!(member.presence, Presence::RequiredNullable | Presence::OptionalNullable)
                }
                Some(value) => {
                    member
                        .constant
                        .as_ref()
                        .is_none_or(|constant| SampleValue::of(constant) == *value)
                        && self.fits_at(member.ty, value, depth + 1)
                }
            }
        });
        let is_named = |name: &str| shape.members.iter().any(|member| member.name == name);
        known
            && is_within(shape.size, value.members().count())
            && match shape.additional {
                ir::Additional::Open => true,
                ir::Additional::Closed => value.members().all(|(name, _)| is_named(name)),
                ir::Additional::Typed(id) => value
                    .members()
                    .filter(|(name, _)| !is_named(name))
                    .all(|(_, value)| self.fits_at(id, value, depth + 1)),
            }
    }
}

/// Returns true if the count is within the bounds.
fn is_within([least, most]: [Option<u64>; 2], count: usize) -> bool {
    let count = count as u64;
    least.is_none_or(|least| count >= least) && most.is_none_or(|most| count <= most)
}

fn scalar(format: ScalarFormat, limits: &ir::Constraints, value: &SampleValue) -> bool {
    limits.others.iter().all(|others| scalar(format, others, value)) && fits(format, limits, value)
}

fn fits(format: ScalarFormat, limits: &ir::Constraints, value: &SampleValue) -> bool {
    match (format, value) {
        (ScalarFormat::Bool, SampleValue::Bool(_)) => true,
        (
            ScalarFormat::I32
            | ScalarFormat::I64
            | ScalarFormat::U64
            | ScalarFormat::Integer
            | ScalarFormat::Float
            | ScalarFormat::Number,
            SampleValue::Number(text),
        ) => number::fits(format, limits, text),
        (
            ScalarFormat::Text
            | ScalarFormat::Decimal
            | ScalarFormat::Timestamp
            | ScalarFormat::Date
            | ScalarFormat::Base64
            | ScalarFormat::Binary,
            SampleValue::Text(text),
        ) => text::fits(format, limits, text),
        _ => false,
    }
}
