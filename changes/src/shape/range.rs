//! The whole numbers that fit a schema: by its bounds, its formats, and its values.

use std::cmp::Ordering;

use sdkwright_contract::source::{Node, number};

use super::{BoundWord, Form, Kinds};

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
