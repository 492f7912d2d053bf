//! The keyword ledger: every keyword, the objects and OpenAPI versions that allow it, and its treatment.
//!
//! One table. `Read` affects the output; `Noted` is legal and deliberately without effect; `Refused` would produce
//! wrong code. A keyword without a row is reported. Each row names the case in `tests/cases` that covers it.

mod extensions;
mod openapi;
mod row;
mod schema;

pub use row::{KeyForm, Keyword, ObjectKind, Required, Rule, ValueKind};

use row::read;
use std::collections::BTreeSet;
use std::sync::OnceLock;

/// Keywords that any object allows.
pub const EVERYWHERE: &[Keyword] = &[read(
    "x-documented",
    ValueKind::Either(
        &ValueKind::Bool,
        &ValueKind::Either(&ValueKind::Words(&["name"]), &ValueKind::List(&ValueKind::Text)),
    ),
    "documented",
)];

impl ObjectKind {
    /// Returns true for an object of an `x-` extension of the generator, which allows no keywords of others.
    pub fn is_ours(self) -> bool {
        self >= Self::SdkRoot && self <= Self::Cause
    }

    /// Returns the keywords of a kind of object, without [`EVERYWHERE`].
    pub fn rows(self) -> &'static [Keyword] {
        // `Paths`, `Responses` and `Callback` have names that the contract defines, then [`EVERYWHERE`].
        let all = [openapi::rows(self), schema::rows(self), extensions::rows(self)];
        all.into_iter().find(|rows| !rows.is_empty()).unwrap_or_default()
    }

    /// Returns the row of a keyword.
    pub fn row(self, keyword: &str) -> Option<&'static Keyword> {
        self.rows().iter().chain(EVERYWHERE).find(|row| row.keyword == keyword)
    }
}

/// Returns all rows of the table.
pub fn all() -> impl Iterator<Item = (Option<ObjectKind>, &'static Keyword)> {
    let placed = ObjectKind::ALL
        .iter()
        .flat_map(|place| place.rows().iter().map(|row| (Some(*place), row)));
    placed.chain(EVERYWHERE.iter().map(|row| (None, row)))
}

/// Returns the keywords that OpenAPI 3.2 added and that the generator refuses, or reads without effect, each once.
pub fn unread_of_32() -> Vec<&'static str> {
    let mut words: Vec<&str> = Vec::new();
    for (_, row) in all().filter(|(_, row)| row.newer && row.rule != Rule::Read) {
        if !words.contains(&row.keyword) {
            words.push(row.keyword);
        }
    }
    words
}

/// Returns the keywords of the extensions (`docs/generate/extensions`), each once.
pub fn ours() -> &'static [&'static str] {
    static OURS: OnceLock<Vec<&'static str>> = OnceLock::new();
    OURS.get_or_init(|| {
        let words = all().map(|(_, row)| row.keyword).filter(|word| word.starts_with("x-"));
        words.collect::<BTreeSet<_>>().into_iter().collect()
    })
}

/// Returns true for a keyword of the extensions, in any object.
pub fn is_ours(keyword: &str) -> bool {
    keyword.starts_with("x-") && ours().binary_search(&keyword).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_stands_once_in_a_place() {
        for place in ObjectKind::ALL {
            let words: Vec<&str> = place.rows().iter().chain(EVERYWHERE).map(|row| row.keyword).collect();
            assert_eq!(words.len(), words.iter().collect::<BTreeSet<_>>().len(), "{place:?}");
        }
    }

    #[test]
    fn every_place_is_in_the_table() {
        assert_eq!(
            ObjectKind::ALL.len(),
            ObjectKind::ALL.iter().collect::<BTreeSet<_>>().len()
        );
        assert_eq!(ObjectKind::ALL.len(), ObjectKind::Reference as usize + 1);
        assert!(
            ObjectKind::ALL
                .iter()
                .enumerate()
                .all(|(at, place)| *place as usize == at),
            "`walk` counts on the order"
        );
    }

    #[test]
    fn an_object_of_ours_has_words_of_the_vocabulary_alone() {
        let mut reached = BTreeSet::new();
        let mut open: Vec<&ValueKind> = all()
            .filter(|(_, row)| row.keyword.starts_with("x-"))
            .map(|(_, row)| &row.value)
            .collect();
        while let Some(value) = open.pop() {
            match value {
                ValueKind::Object(place) if reached.insert(*place) => {
                    open.extend(place.rows().iter().map(|row| &row.value));
                }
                ValueKind::List(item) | ValueKind::Map(item) => open.push(item),
                ValueKind::Either(one, other) => open.extend([*one, *other]),
                _ => {}
            }
        }
        let ours: BTreeSet<ObjectKind> = ObjectKind::ALL
            .iter()
            .copied()
            .filter(|place| place.is_ours())
            .collect();
        assert_eq!(reached, ours);
    }
}
