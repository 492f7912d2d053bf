//! Generates the smallest JSON value that a type allows, for examples in the documentation.
//!
//! In: the sealed API, a type, and optionally an example of the contract. Out: a value with every required member,
//! within the bounds; the contract's examples and defaults are preferred if they are within the bounds too. Constraints
//! that the IR does not carry (`not`, `if`) are ignored. Deterministic.

mod composite;
mod json;
mod pattern;
mod scalar;

#[cfg(test)]
mod tests;

pub(crate) use json::SampleValue;
pub(crate) use scalar::is_number;

use std::cell::Cell;

use crate::limits;
use sdkwright_contract::ir::{self, ScalarFormat, Shape, TypeId};

/// Notation of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SampleForm {
    /// In JSON.
    Json,
    /// In a URL, a header or a form: an empty text or list would not be sent at all.
    Text,
}

/// Values that one example may still have, those included that are only tried. Required members and variants multiply with each
/// level of types, so that an example could be larger than any page.
pub(crate) struct SampleBudget(Cell<usize>);

impl SampleBudget {
    pub(crate) fn new() -> Self {
        Self(Cell::new(limits::SAMPLE_VALUES))
    }

    /// Counts one value at that depth; false if there are too many, or if it is too deep: a list that is never empty may contain
    /// itself.
    fn takes_one(&self, depth: usize) -> bool {
        let left = if depth > limits::SAMPLE_NESTING {
            0
        } else {
            self.0.get()
        };
        self.0.set(left.saturating_sub(1));
        !self.is_spent()
    }

    /// Returns true if the example is too large: its values are incomplete.
    pub(crate) fn is_spent(&self) -> bool {
        self.0.get() == 0
    }
}

/// Generates values.
#[derive(Clone, Copy)]
pub(crate) struct Sampler<'a> {
    api: &'a ir::Api,
    notation: SampleForm,
    budget: &'a SampleBudget,
}

/// Requirements of one value.
#[derive(Debug, Clone, Copy, Default)]
struct SampleSpec<'j> {
    /// An example or default of the contract.
    given: Option<&'j SampleValue>,
    /// Nesting depth.
    depth: usize,
    /// Index among siblings that must differ.
    nth: usize,
}

impl<'j> SampleSpec<'j> {
    fn inside(self, given: Option<&'j SampleValue>) -> Self {
        Self {
            given,
            depth: self.depth + 1,
            ..self
        }
    }
}

impl<'a> Sampler<'a> {
    pub(crate) fn new(api: &'a ir::Api, notation: SampleForm, budget: &'a SampleBudget) -> Self {
        Self { api, notation, budget }
    }

    /// Returns a value of that type, based on the example as far as it is valid; incomplete if the budget is spent.
    pub(crate) fn value(&self, id: TypeId, given: Option<&SampleValue>) -> SampleValue {
        let wish = SampleSpec {
            given,
            ..SampleSpec::default()
        };
        self.make(id, wish)
    }

    /// Returns the type behind aliases.
    fn behind(&self, id: TypeId) -> &'a ir::Type {
        self.api.ty(self.api.behind(id))
    }

    fn make(&self, id: TypeId, wish: SampleSpec<'_>) -> SampleValue {
        if !self.budget.takes_one(wish.depth) {
            return SampleValue::Null;
        }
        let ty = self.behind(id);
        let own = wish.given.is_none().then(|| self.example(id, ty)).flatten();
        let wish = SampleSpec {
            given: wish.given.or(own.as_ref()),
            ..wish
        };
        match &ty.shape {
            Shape::Any if self.notation == SampleForm::Text => { wish.given.filter(|given| self.is_sendable(given)) }
                .cloned()
                .unwrap_or_else(|| SampleValue::Text("text".to_owned())),
            Shape::Any => wish.given.cloned().unwrap_or_else(|| SampleValue::Object(Vec::new())),
            Shape::Scalar(format, limits) | Shape::Newtype(format, limits) => self.scalar(*format, limits, wish),
            Shape::Enum(shape) => self.enumerated(shape, wish),
            Shape::Object(shape) => self.object(ty, shape, wish, false),
            Shape::Array(array) => self.list(array, wish),
            Shape::Tuple(positions) => {
                let item =
                    |(at, id): (usize, &TypeId)| self.make(*id, wish.inside(wish.given.and_then(|list| list.item(at))));
                SampleValue::List(positions.iter().enumerate().map(item).collect())
            }
            Shape::Map(values, limits) => self.map(*values, limits, wish),
            Shape::Union(shape) => self.union(shape, wish),
            Shape::Nullable(inner) => match wish.given {
                // A null cannot be written there.
                Some(SampleValue::Null) | None
                    if self.notation == SampleForm::Text && wish.depth <= limits::SAMPLE_DEPTH =>
                {
                    self.make(*inner, SampleSpec { given: None, ..wish })
                }
                Some(SampleValue::Null) => SampleValue::Null,
                // A whole body shows more than an empty one.
                None if wish.depth > 0 => SampleValue::Null,
                _ => self.make(*inner, wish),
            },
            // `behind` has resolved every alias.
            Shape::Null | Shape::Alias(_) => SampleValue::Null,
        }
    }

    /// Returns true if values of the type are a single text.
    fn is_plain(&self, id: TypeId) -> bool {
        match self.behind(id).shape {
            Shape::Scalar(..) | Shape::Newtype(..) | Shape::Enum(_) => true,
            Shape::Any => self.notation == SampleForm::Text,
            _ => false,
        }
    }

    /// Returns false for a value that is not there in a URL, a header or a form, or that a path cannot have.
    fn is_sendable(&self, value: &SampleValue) -> bool {
        match value {
            _ if self.notation == SampleForm::Json => true,
            SampleValue::Text(text) => !matches!(text.as_str(), "" | "." | ".."),
            SampleValue::Bool(_) | SampleValue::Number(_) => true,
            SampleValue::Null => false,
            SampleValue::List(items) => !items.is_empty(),
            SampleValue::Object(members) => !members.is_empty(),
        }
    }

    /// Returns the text of a body that is plain text of this scalar or enum; `None` for another shape.
    pub(crate) fn plain(&self, shape: &Shape, given: Option<&SampleValue>) -> Option<String> {
        let wish = SampleSpec {
            given,
            ..SampleSpec::default()
        };
        let value = match shape {
            Shape::Scalar(format, limits) | Shape::Newtype(format, limits) => self.scalar(*format, limits, wish),
            Shape::Enum(shape) => self.enumerated(shape, wish),
            _ => return None,
        };
        Some(match value {
            SampleValue::Bool(value) => value.to_string(),
            value => value.text()?.to_owned(),
        })
    }

    /// Returns an example that the contract gives for the type itself: the first within the bounds, else the first.
    fn example(&self, id: TypeId, ty: &ir::Type) -> Option<SampleValue> {
        let texts = self.api.ty(id).examples.iter().chain(&ty.examples);
        let mut examples = texts.filter_map(|text| SampleValue::parse(text));
        let first = examples.next()?;
        if self.fits(id, &first) {
            return Some(first);
        }
        Some(examples.find(|example| self.fits(id, example)).unwrap_or(first))
    }

    /// Returns a scalar within all bounds: the first that is made for one of them and fits the others, too.
    fn scalar(&self, format: ScalarFormat, limits: &ir::Constraints, wish: SampleSpec<'_>) -> SampleValue {
        let first = self.scalar_of(format, limits.either.first().unwrap_or(limits), wish);
        if scalar::holds(format, limits, &first) {
            return first;
        }
        let each = limits.either.iter().chain(&limits.others);
        let each = each.chain(limits.others.iter().flat_map(|other| &other.either));
        let mut made = each.map(|limits| self.scalar_of(format, limits, wish));
        made.find(|value| scalar::holds(format, limits, value)).unwrap_or(first)
    }

    fn scalar_of(&self, format: ScalarFormat, limits: &ir::Constraints, wish: SampleSpec<'_>) -> SampleValue {
        let given = wish.given.filter(|_| wish.nth == 0);
        match format {
            ScalarFormat::Bool => SampleValue::Bool(given.and_then(SampleValue::as_bool).unwrap_or(true)),
            _ if is_number(format) => SampleValue::Number(
                given
                    .and_then(SampleValue::text)
                    .filter(|text| scalar::fits_number(format, limits, text))
                    .map_or_else(|| scalar::make_number(format, limits, wish.nth), str::to_owned),
            ),
            _ => {
                let usable = |text: &&str| {
                    scalar::fits_text(format, limits, text) && self.is_sendable(&SampleValue::Text((*text).to_owned()))
                };
                let made = given.and_then(SampleValue::text).filter(usable);
                SampleValue::Text(made.map_or_else(|| scalar::make_text(format, limits, wish.nth), str::to_owned))
            }
        }
    }

    fn enumerated(&self, shape: &ir::EnumShape, wish: SampleSpec<'_>) -> SampleValue {
        let mut known: Vec<SampleValue> = shape.values.iter().map(|it| SampleValue::new(&it.value)).collect();
        if known.iter().any(|value| self.is_sendable(value)) {
            known.retain(|value| self.is_sendable(value));
        }
        if let Some(given) = wish.given.filter(|given| wish.nth == 0 && known.contains(given)) {
            return given.clone();
        }
        known.retain(|value| *value != SampleValue::Null);
        let at = wish.nth % known.len().max(1);
        known.get(at).cloned().unwrap_or(SampleValue::Null)
    }

    fn list(&self, array: &ir::ArrayShape, wish: SampleSpec<'_>) -> SampleValue {
        let least = usize::try_from(array.limits.min_size.unwrap_or(0))
            .unwrap_or(0)
            .min(limits::SAMPLE_ITEMS);
        let least = least.max(usize::from(self.notation == SampleForm::Text));
        let most = array
            .limits
            .max_size
            .map_or(usize::MAX, |most| usize::try_from(most).unwrap_or(usize::MAX));
        let shown = if wish.depth < limits::SAMPLE_DEPTH {
            limits::SAMPLE_SHOWN
        } else {
            0
        };
        let mut items: Vec<SampleValue> = Vec::new();
        let add = |items: &mut Vec<SampleValue>, item: SampleValue| {
            if !(array.limits.unique && items.contains(&item)) {
                items.push(item);
            }
        };
        for item in wish
            .given
            .into_iter()
            .flat_map(SampleValue::items)
            .take(shown.max(least).min(most))
        {
            add(&mut items, self.make(array.items, wish.inside(Some(item))));
        }
        // Takes a few more than needed: values of a small set repeat.
        for nth in 0..least * 4 {
            if items.len() >= least {
                break;
            }
            let nth = if array.limits.unique { nth } else { 0 };
            let wish = SampleSpec {
                nth,
                ..wish.inside(None)
            };
            add(&mut items, self.make(array.items, wish));
        }
        SampleValue::List(items)
    }

    fn map(&self, values: TypeId, limits: &ir::Constraints, wish: SampleSpec<'_>) -> SampleValue {
        let always = limits.conditions.iter().filter(|condition| condition.when.is_empty());
        let required = always.filter_map(|condition| condition.one_of.first()).flatten();
        let entries = wish
            .given
            .filter(|_| wish.depth < crate::limits::SAMPLE_DEPTH)
            .into_iter()
            .flat_map(SampleValue::members);
        let mut made: Vec<(String, SampleValue)> = entries
            .take(crate::limits::SAMPLE_SHOWN)
            .map(|(key, value)| (key.to_owned(), self.make(values, wish.inside(Some(value)))))
            .collect();
        for name in required {
            if !made.iter().any(|(known, _)| known == name) {
                made.push((name.clone(), self.make(values, wish.inside(None))));
            }
        }
        if made.is_empty() && self.notation == SampleForm::Text && self.is_plain(values) {
            made.push(("name".to_owned(), self.make(values, wish.inside(None))));
        }
        SampleValue::Object(made)
    }
}
