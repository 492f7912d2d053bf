//! Echoes: a value that was sent comes in, and whether a value of the response repeats it goes out. Pure.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::success::Text;
use crate::description::Comparison;

/// A value that the response repeats. A response with another value belongs to another call. It never prints.
#[derive(Clone, PartialEq, Eq)]
pub struct Echo {
    at: Text,
    /// The value that was sent, reduced to what is compared.
    value: String,
    comparison: Comparison,
}

impl Echo {
    /// Creates the echo of a value, at a JSON Pointer of the response.
    pub(crate) fn new(at: &'static str, value: &str, comparison: Comparison) -> Self {
        Self {
            at: at.into(),
            value: reduced(value, comparison).into_owned(),
            comparison,
        }
    }

    /// The JSON Pointer of the member.
    pub(crate) fn at(&self) -> &str {
        &self.at
    }

    /// Returns `true` if the bytes of a JSON text repeat the value as it was sent.
    pub(crate) fn is_plainly(&self, text: Option<&[u8]>) -> bool {
        text == Some(self.value.as_bytes())
    }

    /// Returns `true` if a value of the response repeats it.
    pub(crate) fn is(&self, value: &str) -> bool {
        reduced(value, self.comparison) == self.value
    }
}

/// Returns the part of a value that is compared.
fn reduced(value: &str, comparison: Comparison) -> Cow<'_, str> {
    let folded = || {
        let kept = value.chars().filter(|letter| !letter.is_whitespace());
        kept.flat_map(char::to_lowercase).collect::<String>()
    };
    match comparison {
        Comparison::Exact => value.into(),
        Comparison::Folded => folded().into(),
        Comparison::Last(count) => {
            let folded = folded();
            let start = folded.char_indices().rev().nth(usize::from(count.max(1)) - 1);
            folded[start.map_or(0, |(at, _)| at)..].to_owned().into()
        }
    }
}

/// The serialized form: pointer, value, and the number of compared characters: `null` for all, 0 for all without regard to
/// case and blanks.
type Written<'e> = (Cow<'e, str>, Cow<'e, str>, Option<u8>);

impl Serialize for Echo {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let compared = match self.comparison {
            Comparison::Exact => None,
            Comparison::Folded => Some(0),
            Comparison::Last(count) => Some(count),
        };
        let written: Written<'_> = (self.at.as_ref().into(), self.value.as_str().into(), compared);
        written.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Echo {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (at, value, compared): Written<'de> = Deserialize::deserialize(deserializer)?;
        Ok(Self {
            at: at.into_owned().into(),
            value: value.into_owned(),
            comparison: match compared {
                None => Comparison::Exact,
                Some(0) => Comparison::Folded,
                Some(count) => Comparison::Last(count),
            },
        })
    }
}

impl std::fmt::Debug for Echo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Echo({})", self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_repeated_exactly_folded_or_by_its_last_characters() {
        use Comparison::{Exact, Folded, Last};
        const IBAN: &str = "DE02 1203 0000 0000 2020 51";
        for (comparison, sent, came, wanted) in [
            (Exact, "EUR", "EUR", true),
            (Exact, "EUR", "eur", false),
            (Folded, "Order 7 ", " ORDER7", true),
            (Folded, "Stra\u{df}e", "stra\u{df}e", true),
            (Folded, "order-7", "order-8", false),
            (Last(4), IBAN, "DE**************2051", true),
            (Last(4), IBAN, "DE02120300000000202052", false),
            (Last(4), IBAN, "51", false),
            (Last(4), "51", "51", true),
            (Last(4), "\u{e9}\u{e9}", "\u{c9}\u{e9}", true),
        ] {
            let echo = Echo::new("/at", sent, comparison);
            assert_eq!(echo.is(came), wanted, "{comparison:?} {sent} {came}");
            let written = serde_json::to_string(&echo).unwrap();
            assert_eq!(serde_json::from_str::<Echo>(&written).unwrap(), echo);
            assert!(!format!("{echo:?}").contains(sent));
        }
    }
}
