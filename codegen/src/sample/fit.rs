//! Validation of a value against the bounds of its type, as far as the IR carries them.

use std::collections::{HashMap, HashSet};

use super::{SampleValue, Sampler, bounds, object};
use crate::limits;
use sdkwright_contract::ir::{self, Presence, Shape, TypeId};

/// Results for alternatives and the values that they were compared with: several alternatives lead to the same type.
type FitResults = HashMap<(TypeId, *const SampleValue), bool>;

impl<'a> Sampler<'a> {
    pub(crate) fn fits(&self, id: TypeId, value: &SampleValue) -> bool {
        self.fits_at(id, value, 0, &mut FitResults::new())
    }

    fn fits_at(&self, id: TypeId, value: &SampleValue, depth: usize, known: &mut FitResults) -> bool {
        if depth > limits::SAMPLE_FIT_DEPTH {
            return false;
        }
        let ty = self.behind(id);
        if !matches!(ty.shape, Shape::Nullable(_) | Shape::Union(_)) {
            return self.fits_shape(ty, value, depth, known);
        }
        let place = (self.api.behind(id), std::ptr::from_ref(value));
        if let Some(found) = known.get(&place) {
            return *found;
        }
        let alternatives = self.alternatives(id, value);
        let found = alternatives
            .into_iter()
            .any(|ty| self.fits_shape(ty, value, depth, known));
        known.insert(place, found);
        found
    }

    /// Returns the types behind unions and nullable types that the value may be of. A union may contain itself: each is entered
    /// once.
    fn alternatives(&self, id: TypeId, value: &SampleValue) -> Vec<&'a ir::Type> {
        let (mut open, mut entered, mut found) = (vec![id], HashSet::new(), Vec::new());
        while let Some(id) = open.pop() {
            let ty = self.behind(id);
            match &ty.shape {
                Shape::Nullable(_) | Shape::Union(_) if !entered.insert(self.api.behind(id)) => {}
                Shape::Nullable(inner) => {
                    found.push(ty);
                    open.push(*inner);
                }
                Shape::Union(shape) => {
                    let tag = shape
                        .discriminator
                        .as_ref()
                        .and_then(|tag| value.get(&tag.member)?.text());
                    let has =
                        |variant: &ir::Variant| tag.is_some_and(|tag| variant.tags.iter().any(|known| known == tag));
                    let is_known = shape.variants.iter().any(has);
                    let has_default = shape.variants.iter().any(|one| one.is_default);
                    let is_meant = |one: &&ir::Variant| match (is_known, has_default) {
                        (true, _) => has(one),
                        (false, true) => one.is_default,
                        (false, false) => tag.is_none(),
                    };
                    open.extend(shape.variants.iter().rev().filter(is_meant).map(|variant| variant.ty));
                }
                _ => found.push(ty),
            }
        }
        found
    }

    /// Returns true if the value fits a type that is no union.
    fn fits_shape(&self, ty: &ir::Type, value: &SampleValue, depth: usize, known: &mut FitResults) -> bool {
        match (&ty.shape, value) {
            (Shape::Any, _) | (Shape::Null | Shape::Nullable(_), SampleValue::Null) => true,
            (Shape::Scalar(format, limits) | Shape::Newtype(format, limits), _) => {
                bounds::holds(*format, limits, value)
            }
            (Shape::Enum(shape), _) => shape.values.iter().any(|it| SampleValue::new(&it.value) == *value),
            (Shape::Object(shape), SampleValue::Object(_)) => self.fits_object(ty, shape, value, depth, known),
            (Shape::Array(array), SampleValue::List(items)) => {
                let limits = &array.limits;
                is_within(limits.sizes(), items.len())
                    && !(limits.unique && (1..items.len()).any(|at| items[..at].contains(&items[at])))
                    && items
                        .iter()
                        .all(|item| self.fits_at(array.items, item, depth + 1, known))
            }
            (Shape::Tuple(positions), SampleValue::List(items)) => {
                let mut pairs = positions.iter().zip(items);
                positions.len() == items.len() && pairs.all(|(id, item)| self.fits_at(*id, item, depth + 1, known))
            }
            (Shape::Map(values, limits), SampleValue::Object(members)) => {
                is_within(limits.sizes(), members.len())
                    && members
                        .iter()
                        .all(|(_, value)| self.fits_at(*values, value, depth + 1, known))
            }
            _ => false,
        }
    }

    fn fits_object(
        &self,
        ty: &ir::Type,
        shape: &ir::ObjectShape,
        value: &SampleValue,
        depth: usize,
        known: &mut FitResults,
    ) -> bool {
        let named = shape.members.iter().all(|member| {
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
                        .is_none_or(|constant| SampleValue::new(constant) == *value)
                        && self.fits_at(member.ty, value, depth + 1, known)
                }
            }
        });
        let is_named = |name: &str| shape.members.iter().any(|member| member.name == name);
        named
            && is_within(shape.size, value.members().count())
            && match shape.additional {
                ir::Additional::Open => true,
                ir::Additional::Closed => value.members().all(|(name, _)| is_named(name)),
                ir::Additional::Typed(id) => value
                    .members()
                    .filter(|(name, _)| !is_named(name))
                    .all(|(_, value)| self.fits_at(id, value, depth + 1, known)),
            }
    }
}

/// Returns true if the count is within the bounds.
fn is_within([least, most]: [Option<u64>; 2], count: usize) -> bool {
    let count = count as u64;
    least.is_none_or(|least| count >= least) && most.is_none_or(|most| count <= most)
}
