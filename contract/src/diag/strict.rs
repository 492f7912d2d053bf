//! Locations where every loss is an error, whatever level is set.
//!
//! In: the spans of the words of our vocabulary, in a contract that uses it. Out: true for a span inside of one.

use crate::text::{FileId, Span};
use std::collections::BTreeMap;

/// Non-nested ranges of files.
#[derive(Debug, Clone, Default)]
pub(super) struct StrictRanges(BTreeMap<(FileId, u32), u32>);

impl StrictRanges {
    pub(super) fn insert(&mut self, span: Span) {
        if self.contains(span) {
            return;
        }
        let inside = self.0.range((span.file, span.start)..(span.file, span.end));
        let inside: Vec<(FileId, u32)> = inside
            .filter(|(_, end)| **end <= span.end)
            .map(|(place, _)| *place)
            .collect();
        for place in inside {
            self.0.remove(&place);
        }
        self.0.insert((span.file, span.start), span.end);
    }

    /// Returns true if the span is inside of an inserted one.
    pub(super) fn contains(&self, span: Span) -> bool {
        let before = self.0.range(..=(span.file, span.start)).next_back();
        before.is_some_and(|((file, _), end)| *file == span.file && span.start < *end && span.end <= *end)
    }
}

#[cfg(test)]
mod tests {
    use super::StrictRanges;
    use crate::text::{SourceMap, Span};

    #[test]
    fn a_place_inside_of_one_that_is_held_is_held() {
        let mut sources = SourceMap::default();
        let file = sources.add("a", " ".repeat(100).into()).unwrap();
        let other = sources.add("b", " ".repeat(100).into()).unwrap();
        let mut strict = StrictRanges::default();
        for (start, end) in [(20, 25), (10, 40), (30, 35), (60, 70)] {
            strict.insert(Span::new(file, start, end));
        }
        for (start, end, is) in [
            (10, 40, true),
            (36, 38, true),
            (21, 24, true),
            (60, 61, true),
            (9, 12, false),
            (38, 41, false),
            (40, 41, false),
            (50, 55, false),
        ] {
            assert_eq!(strict.contains(Span::new(file, start, end)), is, "{start} {end}");
        }
        assert!(!strict.contains(Span::new(other, 12, 13)));
        assert!(!strict.contains(Span::NOWHERE));
    }
}
