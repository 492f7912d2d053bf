//! Unions: chooses a variant whose value cannot be taken for another one.

use super::{SampleSpec, SampleValue, Sampler};
use crate::limits;
use sdkwright_contract::ir::{self, Shape};

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
