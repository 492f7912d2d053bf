//! In: a regular expression. Out: whether it matches a text, or a short text that it matches. Never: a text that was not checked against it.

use crate::encode;
use regex_lite::Regex;
use regex_syntax::hir::{Class, Hir, HirKind};
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

/// The most repetitions beyond those that a pattern requires.
const GROWTH: usize = 200;
/// The most parts that are written for one text.
const STEPS: u32 = 5_000;

/// Returns true for a text with a part that a pattern describes; `None` for a pattern that cannot be read.
pub(crate) fn matches(pattern: &str, text: &str) -> Option<bool> {
    /// Patterns of contracts, each compiled once; `None` for one that cannot be read.
    static COMPILED: RwLock<BTreeMap<String, Option<Arc<Regex>>>> = RwLock::new(BTreeMap::new());
    let known = {
        let compiled = COMPILED.read().unwrap_or_else(PoisonError::into_inner);
        compiled.get(pattern).cloned()
    };
    let regex = known.unwrap_or_else(|| {
        let regex = Regex::new(pattern).ok().map(Arc::new);
        let mut compiled = COMPILED.write().unwrap_or_else(PoisonError::into_inner);
        compiled.insert(pattern.to_owned(), regex.clone());
        regex
    });
    Some(regex?.is_match(text))
}

/// A text of so many characters that a pattern matches; `None` where none is found.
pub(crate) fn text(pattern: &str, least: usize, most: usize) -> Option<String> {
    let hir = regex_syntax::parse(pattern).ok()?;
    // Repetitions without an end grow until the text is long enough.
    (0..=least.min(GROWTH)).find_map(|more| {
        let text = PatternWriter::new(u32::try_from(more).ok()?, None).text(&hir)?;
        let is_long = (least..=most).contains(&text.chars().count());
        (is_long && matches(pattern, &text) == Some(true)).then_some(text)
    })
}

/// A random text for a pattern, with so many repetitions beyond those that it requires. It may not match.
pub(crate) fn random(pattern: &str, more: u32) -> Option<String> {
    let hir = regex_syntax::parse(pattern).ok()?;
    PatternWriter::new(more, Some(encode::random())).text(&hir)
}

struct PatternWriter {
    more: u32,
    text: String,
    left: u32,
    /// Choices of letters, used in turn; without them a letter is always the same.
    random: Option<[u8; 64]>,
}

impl PatternWriter {
    fn new(more: u32, random: Option<[u8; 64]>) -> Self {
        Self {
            more,
            text: String::new(),
            left: STEPS,
            random,
        }
    }

    fn text(mut self, hir: &Hir) -> Option<String> {
        self.write(hir)?;
        Some(self.text)
    }

    fn write(&mut self, hir: &Hir) -> Option<()> {
        self.left = self.left.checked_sub(1)?;
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => Some(()),
            HirKind::Literal(literal) => {
                self.text.push_str(std::str::from_utf8(&literal.0).ok()?);
                Some(())
            }
            HirKind::Class(class) => {
                let letter = self.letter(class)?;
                self.text.push(letter);
                Some(())
            }
            HirKind::Repetition(repeated) => {
                let times = repeated.max.unwrap_or(u32::MAX);
                for _ in 0..times.min(repeated.min.saturating_add(self.more)) {
                    self.write(&repeated.sub)?;
                }
                Some(())
            }
            HirKind::Capture(group) => self.write(&group.sub),
            HirKind::Concat(parts) => parts.iter().try_for_each(|part| self.write(part)),
            HirKind::Alternation(parts) => self.write(parts.first()?),
        }
    }

    /// A letter or a digit of a class, or else its first character.
    fn letter(&self, class: &Class) -> Option<char> {
        let Class::Unicode(class) = class else { return None };
        let ranges = || class.ranges().iter();
        let has = |letter: &char| ranges().any(|range| range.start() <= *letter && *letter <= range.end());
        if let Some(random) = &self.random {
            let known: Vec<char> = ('a'..='z').chain('0'..='9').chain('A'..='Z').filter(has).collect();
            let choice = usize::from(random[self.text.len() % random.len()]);
            if !known.is_empty() {
                return known.get(choice % known.len()).copied();
            }
        }
        let mut common = ['a', 'A', '0', 'x', 'X', '1', '_', '-', ' '].into_iter();
        common
            .find(has)
            .or_else(|| ranges().map(regex_syntax::hir::ClassUnicodeRange::start).next())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_made_for_a_pattern_and_not_for_one_that_takes_for_ever() {
        for (pattern, least, wanted) in [
            ("^[A-Z]{3}-\\d{2}(x|y)+$", 9, "AAA-00xxx"),
            ("^(pay|ref)_[0-9a-f]{8}$", 0, "pay_aaaaaaaa"),
            ("^[^a-z]*!$", 3, "AA!"),
        ] {
            assert_eq!(text(pattern, least, 20).as_deref(), Some(wanted), "{pattern}");
        }
        for pattern in ["(", "^a{3}$", "((a{90}){90}){90}", "(?:(?:){999}){999}", "^a(?=b)"] {
            assert_eq!(text(pattern, 5, 20), None, "{pattern}");
        }
    }
}
