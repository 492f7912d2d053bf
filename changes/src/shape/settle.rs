//! Keywords that depend on others, brought into one form: equal for schemas that accept the same values. And what bounds, formats and
//! values say together: the whole numbers that fit.

use std::cmp::Ordering;

use sdkwright_contract::source::{Node, number};

use super::{Additional, BoundWord, Form, Kinds, Limit, Value};

/// Brings what depends on several keywords into one form.
pub(super) fn settle(shape: &mut Form<'_>) {
    if let Some(values) = &shape.values {
        let is_fraction = |value: &Value<'_>| {
            value
                .node
                .as_number()
                .is_some_and(|number| number::whole(&number).is_none())
        };
        if !values.iter().any(is_fraction) && shape.kinds.has(Kinds::NUMBER) {
            shape.kinds = shape.kinds.without(Kinds::NUMBER).or(Kinds::INTEGER);
        }
    }
    // A multiple of a whole number is whole.
    let multiple = shape.bounds.get(&BoundWord::MultipleOf);
    if multiple.is_some_and(|multiple| number::whole(&multiple.number).is_some()) && shape.kinds.has(Kinds::NUMBER) {
        shape.kinds = shape.kinds.without(Kinds::NUMBER).or(Kinds::INTEGER);
    }
    if shape.kinds.is_whole() {
        for bound in [BoundWord::Minimum, BoundWord::Maximum] {
            if let Some(limit) = shape.bounds.get_mut(&bound) {
                let whole = if bound == BoundWord::Minimum {
                    number::least(&limit.number, limit.excluded)
                } else {
                    number::most(&limit.number, limit.excluded)
                };
                if let Some(whole) = whole {
                    limit.number = whole.to_string();
                    limit.excluded = false;
                }
            }
        }
    }
    // Null is a kind: what is nothing else is limited to no values.
    if shape.kinds == Kinds::NULL && shape.values.as_ref().is_some_and(Vec::is_empty) {
        shape.values = None;
    }
    let is_each = |values: &Vec<Value<'_>>| {
        ["true", "false"]
            .iter()
            .all(|text| values.iter().any(|value| value.text == *text))
    };
    if shape.kinds.without(Kinds::NULL) == Kinds::BOOLEAN && shape.values.as_ref().is_some_and(is_each) {
        shape.values = None;
    }
    lonely(shape);
    idle(shape);
    every_name(shape);
    let nothing = |bound: BoundWord, limit: &Limit<'_>| {
        let is = |number: &str| number::compare(&limit.number, number) == Some(Ordering::Equal);
        match bound {
            BoundWord::MinLength | BoundWord::MinItems | BoundWord::MinProperties => is("0"),
            BoundWord::MinContains => is("1"),
            BoundWord::MultipleOf => shape.kinds.is_whole() && number::is_multiple("1", &limit.number) == Some(true),
            _ => false,
        }
    };
    let empty: Vec<BoundWord> = shape
        .bounds
        .iter()
        .filter(|(bound, limit)| nothing(**bound, limit))
        .map(|(bound, _)| *bound)
        .collect();
    for bound in empty {
        shape.bounds.remove(&bound);
    }
    if let Some(patterns) = shape.texts.get_mut("pattern") {
        patterns.retain(|pattern| !is_everything(text_of(*pattern)));
    }
    shape.texts.retain(|_, texts| !texts.is_empty());
}

/// Removes what says nothing without another keyword.
fn lonely(shape: &mut Form<'_>) {
    // The counts of several are compared with each of them.
    if shape.conditions.iter().filter(|one| one.word == "contains").count() != 1 {
        shape.bounds.remove(&BoundWord::MinContains);
        shape.bounds.remove(&BoundWord::MaxContains);
    }
}

/// Takes a pattern of all names for what it is: the schema of the members without a name.
fn every_name(shape: &mut Form<'_>) {
    let patterns: Vec<_> = shape
        .below
        .keys()
        .filter(|key| key.0 == "patternProperties")
        .copied()
        .collect();
    let [key] = patterns[..] else { return };
    if !shape.members.is_empty() || !is_everything(key.1) || shape.below.contains_key(&("unevaluatedProperties", "")) {
        return;
    }
    // `additionalProperties` is left no member.
    if let Some(schemas) = shape.below.remove(&key) {
        let refusing = schemas.iter().find(|schema| schema.as_bool() == Some(false));
        shape.additional = refusing.map_or(Additional::Of(schemas.clone()), |schema| Additional::None(*schema));
    }
}

/// Removes what is about other kinds of values than those that fit. If none fits, it may be misread, and all stays; one that
/// describes members is an object with a wrong type.
fn idle(shape: &mut Form<'_>) {
    let kinds = shape.kinds;
    if kinds == Kinds::NONE {
        return;
    }
    if !kinds.touches(Kinds::OBJECT) && shape.members.is_empty() {
        shape.required.clear();
        shape.dependent.clear();
        shape.additional = Additional::Any;
        shape.below.retain(|(word, _), _| !OF_OBJECTS.contains(word));
    }
    if !kinds.touches(Kinds::ARRAY) {
        shape.prefix.clear();
        shape.unique = None;
        shape.below.retain(|(word, _), _| !OF_ARRAYS.contains(word));
        shape.conditions.retain(|one| one.word != "contains");
    }
}

/// Keywords with schemas that are about objects.
const OF_OBJECTS: [&str; 4] = [
    "propertyNames",
    "unevaluatedProperties",
    "patternProperties",
    "dependentSchemas",
];

/// Keywords with schemas that are about lists.
const OF_ARRAYS: [&str; 2] = ["items", "unevaluatedItems"];

pub(super) fn text_of(node: Node<'_>) -> &str {
    node.as_str().unwrap_or_default()
}

/// Returns true for a pattern that every text fits.
fn is_everything(pattern: &str) -> bool {
    ["", ".*", "^.*$", "^.*", ".*$", "(.*)", "^(.*)$"].contains(&pattern)
}

/// Least and greatest number of the formats of whole numbers (format registry of the OpenAPI Initiative).
const FORMATS: [(&str, &str, &str); 9] = [
    ("int8", "-128", "127"),
    ("uint8", "0", "255"),
    ("int16", "-32768", "32767"),
    ("uint16", "0", "65535"),
    ("int32", "-2147483648", "2147483647"),
    ("uint32", "0", "4294967295"),
    ("int64", "-9223372036854775808", "9223372036854775807"),
    ("uint64", "0", "18446744073709551615"),
    ("double-int", "-9007199254740991", "9007199254740991"),
];

/// A range of whole numbers; a side without a number has no end.
pub(crate) struct Range {
    least: Option<String>,
    greatest: Option<String>,
}

impl Range {
    /// Returns true if another range has all of its numbers.
    pub(crate) fn is_within(&self, other: Option<Self>) -> bool {
        let ends = |own: &Option<String>, of: Option<String>, beyond: Ordering| match (own, of) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(own), Some(of)) => number::compare(own, &of).is_some_and(|order| order != beyond),
        };
        other.is_some_and(|other| {
            ends(&self.least, other.least, Ordering::Less) && ends(&self.greatest, other.greatest, Ordering::Greater)
        })
    }
}

impl Form<'_> {
    /// Returns the least and the greatest number of its formats of whole numbers.
    pub(crate) fn format_ranges(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.formats().filter_map(|format| {
            let (_, least, greatest) = FORMATS.iter().find(|(name, ..)| *name == format)?;
            Some((*least, *greatest))
        })
    }

    fn formats(&self) -> impl Iterator<Item = &str> {
        self.texts
            .get("format")
            .into_iter()
            .flatten()
            .filter_map(|node| node.text())
    }

    /// Returns true if no value of these kinds fits both schemas, by their bounds.
    pub(crate) fn is_bounded_apart(&self, other: &Self, kinds: Kinds) -> bool {
        let bounds = match kinds {
            Kinds::INTEGER | Kinds::NUMBER => [BoundWord::Minimum, BoundWord::Maximum],
            Kinds::STRING => [BoundWord::MinLength, BoundWord::MaxLength],
            Kinds::ARRAY => [BoundWord::MinItems, BoundWord::MaxItems],
            Kinds::OBJECT => [BoundWord::MinProperties, BoundWord::MaxProperties],
            _ => return false,
        };
        let is_below = |one: &Self, other: &Self| {
            let ends = one.bounds.get(&bounds[1]).zip(other.bounds.get(&bounds[0]));
            ends.is_some_and(|(most, least)| match number::compare(&most.number, &least.number) {
                Some(Ordering::Equal) => most.excluded || least.excluded,
                order => order == Some(Ordering::Less),
            })
        };
        is_below(self, other) || is_below(other, self)
    }

    /// Returns the range of its numbers. `None`: others than whole numbers fit, or a format restricts them further.
    pub(crate) fn range(&self) -> Option<Range> {
        let formats: Vec<_> = self.format_ranges().collect();
        let is_whole = self.kinds.is_whole() || !formats.is_empty();
        if !is_whole || formats.len() != self.formats().count() {
            return None;
        }
        let bound = |bound: BoundWord| {
            let limit = self.bounds.get(&bound)?;
            let whole = if bound == BoundWord::Minimum {
                number::least(&limit.number, limit.excluded)
            } else {
                number::most(&limit.number, limit.excluded)
            };
            whole.map(|whole| whole.to_string())
        };
        let values = self.values.iter().flatten().map(|value| value.node);
        let mut values: Vec<String> = values.filter_map(Node::as_number).collect();
        let order = |one: &String, other: &String| number::compare(one, other).unwrap_or(Ordering::Equal);
        values.sort_by(order);
        let least = formats.iter().map(|(least, _)| (*least).to_owned());
        let greatest = formats.iter().map(|(_, greatest)| (*greatest).to_owned());
        Some(Range {
            least: least
                .chain(bound(BoundWord::Minimum))
                .chain(values.first().cloned())
                .max_by(order),
            greatest: greatest
                .chain(bound(BoundWord::Maximum))
                .chain(values.last().cloned())
                .min_by(order),
        })
    }
}
