//! Objects and unions, and whether a value is within the bounds of its type.
//!
//! An object has every required member; the outermost one, and one without required members, the optional members that an example shows;
//! and as many others as the minimum requires. A union has a variant whose value cannot be taken for another one.

use std::collections::{HashMap, HashSet};

use sdkwright_contract::ir::{self, Presence, Shape, TypeId};

use super::{SampleForm, SampleSpec, SampleValue, Sampler, scalar};
use crate::limits;

impl Sampler<'_> {
    /// `full`: with optional members too, if no other member identifies the object.
    pub(super) fn object(
        &self,
        ty: &ir::Type,
        shape: &ir::ObjectShape,
        wish: SampleSpec<'_>,
        full: bool,
    ) -> SampleValue {
        let mut made = Vec::new();
        let sent = || shape.members.iter().filter(|member| is_sent(member, ty.directions));
        let is_required = |member: &ir::Member| {
            matches!(member.presence, Presence::Required | Presence::RequiredNullable) || shape.requires_sent(member)
        };
        // Without them, such an object would be empty.
        let shows_optional = wish.depth == 0 || !sent().any(is_required);
        for member in sent() {
            let required = is_required(member);
            let given = wish.given.and_then(|given| given.get(&member.name));
            let shown = shows_optional
                && given.is_some_and(|given| {
                    *given != SampleValue::Null && self.fits(member.ty, given) && self.is_there(given)
                });
            if !required && !shown && !full {
                continue;
            }
            let default = match given {
                None if required => member.default.as_deref().and_then(SampleValue::parse),
                _ => None,
            };
            let given = given.or(default.as_ref());
            let may_be_null = required
                && self.notation == SampleForm::Json
                && matches!(member.presence, Presence::RequiredNullable | Presence::OptionalNullable);
            let value = match (&member.constant, given) {
                (Some(constant), _) => SampleValue::new(constant),
                (None, None | Some(SampleValue::Null)) if may_be_null => SampleValue::Null,
                (None, Some(SampleValue::Null)) => self.make(member.ty, wish.inside(None)),
                (None, given) => self.make(member.ty, wish.inside(given)),
            };
            made.push((member.name.clone(), value));
        }
        if made.is_empty() && self.notation == SampleForm::Text {
            let plain = sent().find(|member| self.is_plain(member.ty));
            made.extend(plain.map(|member| (member.name.clone(), self.make(member.ty, wish.inside(None)))));
        }
        self.fill(ty, shape, wish, &mut made);
        self.meet(ty, shape, wish, &mut made);
        SampleValue::Object(made)
    }

    /// Adds the members that conditions require. A member may be the reason for another one.
    fn meet(
        &self,
        ty: &ir::Type,
        shape: &ir::ObjectShape,
        wish: SampleSpec<'_>,
        made: &mut Vec<(String, SampleValue)>,
    ) {
        let member = |name: &String| {
            let mut members = shape.members.iter();
            members.find(|member| member.name == *name && is_sent(member, ty.directions))
        };
        for _ in 0..shape.conditions.len() {
            let missed = shape.conditions.iter().find(|condition| !is_met(condition, made));
            let sets = missed.into_iter().flat_map(|condition| &condition.one_of);
            let sets = sets.filter(|names| names.iter().all(|name| member(name).is_some()));
            // Members that are objects could be of this type again.
            let is_plain = |name: &String| member(name).is_some_and(|member| self.is_plain(member.ty));
            let Some(names) = sets.min_by_key(|names| !names.iter().all(is_plain)) else {
                return;
            };
            for member in names.iter().filter_map(member) {
                if made.iter().all(|(name, _)| *name != member.name) {
                    let given = wish.given.and_then(|given| given.get(&member.name));
                    let value = match &member.constant {
                        Some(constant) => SampleValue::new(constant),
                        None => self.make(member.ty, wish.inside(given)),
                    };
                    made.push((member.name.clone(), value));
                }
            }
        }
    }

    /// Adds optional members up to the minimum, plain ones first.
    fn fill(
        &self,
        ty: &ir::Type,
        shape: &ir::ObjectShape,
        wish: SampleSpec<'_>,
        made: &mut Vec<(String, SampleValue)>,
    ) {
        let least = shape.size[0].unwrap_or(0);
        // Members that are objects could be of this type again.
        if made.len() as u64 >= least || wish.depth > limits::SAMPLE_FILL_DEPTH {
            return;
        }
        let mut others: Vec<&ir::Member> = shape.members.iter().collect();
        others.retain(|member| is_sent(member, ty.directions) && made.iter().all(|(name, _)| *name != member.name));
        others.sort_by_key(|member| !self.is_plain(member.ty));
        for member in others {
            if (made.len() as u64) < least {
                made.push((member.name.clone(), self.make(member.ty, wish.inside(None))));
            }
        }
    }

    fn is_there(&self, value: &SampleValue) -> bool {
        self.notation == SampleForm::Json || !matches!(value, SampleValue::Text(text) if text.is_empty())
    }
}

/// Returns true if a condition does not apply to these members, or one of its sets is there.
fn is_met(condition: &ir::Condition, made: &[(String, SampleValue)]) -> bool {
    let value = |name: &String| made.iter().find(|(known, _)| known == name).map(|(_, value)| value);
    let applies = condition.when.iter().all(|(name, texts)| {
        value(name).is_some_and(|value| {
            texts.is_empty() || value.text().is_some_and(|text| texts.iter().any(|one| one == text))
        })
    });
    !applies
        || condition
            .one_of
            .iter()
            .any(|names| names.iter().all(|name| value(name).is_some()))
}

/// Returns true if the caller sends the member: false for response-only ones and for those that the client fills in.
fn is_sent(member: &ir::Member, directions: ir::Directions) -> bool {
    !(member.read_only && directions.request) && member.bound.is_none()
}

impl Sampler<'_> {
    pub(super) fn union(&self, shape: &ir::UnionShape, wish: SampleSpec<'_>) -> SampleValue {
        if let Some((given, index)) = wish.given.and_then(|given| Some((given, self.variant(shape, given)?))) {
            return self.of_variant(shape, index, wish.inside_same(Some(given)), false);
        }
        if wish.depth > limits::SAMPLE_DEPTH {
            return SampleValue::Null;
        }
        let mut first = None;
        for full in [false, true] {
            for index in 0..shape.variants.len() {
                let made = self.of_variant(shape, index, wish.inside_same(None), full);
                let takers = shape
                    .variants
                    .iter()
                    .filter(|variant| self.fits(variant.ty, &made))
                    .count();
                let told = shape
                    .discriminator
                    .as_ref()
                    .is_some_and(|tag| made.get(&tag.member).is_some());
                if takers == 1 || told {
                    return made;
                }
                first.get_or_insert(made);
            }
        }
        first.unwrap_or(SampleValue::Null)
    }

    /// Returns the variant of a value: by its tag, else the first whose bounds it fits.
    pub(crate) fn variant(&self, shape: &ir::UnionShape, value: &SampleValue) -> Option<usize> {
        let tag = shape
            .discriminator
            .as_ref()
            .and_then(|tag| value.get(&tag.member)?.text());
        let tagged = tag.and_then(|tag| {
            let is = |variant: &ir::Variant| variant.tags.iter().any(|known| known == tag);
            shape.variants.iter().position(is)
        });
        let tagged = tagged.or_else(|| shape.variants.iter().position(|variant| variant.is_default));
        let ordered = || shape.order.iter().copied().chain(0..shape.variants.len());
        tagged.or_else(|| {
            ordered().find(|index| {
                shape
                    .variants
                    .get(*index)
                    .is_some_and(|variant| self.fits(variant.ty, value))
            })
        })
    }

    fn of_variant(&self, shape: &ir::UnionShape, index: usize, wish: SampleSpec<'_>, full: bool) -> SampleValue {
        let Some(variant) = shape.variants.get(index) else {
            return SampleValue::Null;
        };
        let ty = self.behind(variant.ty);
        let mut made = match &ty.shape {
            Shape::Object(object) if full => self.object(ty, object, wish, true),
            _ => self.make(variant.ty, wish),
        };
        if let (Some(tag), Some(word), SampleValue::Object(members)) =
            (&shape.discriminator, variant.tags.first(), &mut made)
            && let Some((_, value)) = members.iter_mut().find(|(name, _)| *name == tag.member)
            && !value
                .text()
                .is_some_and(|known| variant.tags.iter().any(|tag| tag == known))
        {
            *value = SampleValue::Text(word.clone());
        }
        made
    }
}

impl<'j> SampleSpec<'j> {
    /// Enters a variant: a union adds no level on the wire, but the depth must grow so that recursion ends.
    fn inside_same(self, given: Option<&'j SampleValue>) -> Self {
        Self {
            depth: if given.is_some() { self.depth } else { self.depth + 1 },
            given,
            ..self
        }
    }
}

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
                scalar::holds(*format, limits, value)
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
                None => !required || !is_sent(member, ty.directions),
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
