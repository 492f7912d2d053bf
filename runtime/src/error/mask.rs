//! Masking: values that were sent and a text of the server come in, the text without these values goes out. A value must not be
//! recognizable in any spelling: other case, blanks or punctuation, in parts, escaped, in hexadecimal or base64.

mod spelling;

use std::collections::{BTreeSet, HashMap};

use spelling::{Seen, decoded, encoded, opaque};

/// Bytes of the shortest value that is masked everywhere. Shorter ones, such as a country, are masked only next to another.
const LEAST: usize = 4;

/// Bytes of the shortest part of a value that is masked: of parts with a digit, and of others.
const PARTS: [usize; 2] = [6, 8];

/// Number of escapes inside of escapes that are decoded.
const DEPTH: usize = 3;

/// Longest text that is searched, in characters.
const LONGEST: usize = 2000;

/// Values that must not be shown.
#[derive(Default)]
pub(super) struct Values {
    /// Their letters and digits, in lower case.
    whole: BTreeSet<String>,
    /// The values and their words.
    words: BTreeSet<String>,
    short: BTreeSet<String>,
}

impl Values {
    /// Adds a value.
    pub(super) fn add(&mut self, value: &str) {
        let whole = letters(value.chars());
        let words = value.split(|c: char| !c.is_alphanumeric());
        // A server may write letters beyond ASCII in another way.
        let plain = value.split(|c: char| !c.is_ascii_alphanumeric());
        for word in words
            .chain(plain)
            .map(|word| letters(word.chars()))
            .chain([whole.clone()])
        {
            match word.len() {
                0 | 1 => false,
                length if length < LEAST => self.short.insert(word),
                _ => self.words.insert(word),
            };
        }
        self.whole.insert(whole);
    }

    /// Returns the text with `[redacted]` in place of the values.
    pub(super) fn mask(&self, text: &str) -> String {
        let end = text.char_indices().nth(LONGEST).map_or(text.len(), |(at, _)| at);
        let text = &text[..end];
        let mut marks = vec![false; text.len()];
        self.mark(text, &mut marks);
        for (range, decoded) in encoded(text) {
            if self.has(&decoded) {
                marks[range].fill(true);
            }
        }
        for range in opaque(text) {
            marks[range].fill(true);
        }
        self.mark_neighbours(text, &mut marks);
        redacted(text, &marks)
    }

    fn has(&self, text: &str) -> bool {
        let mut marks = vec![false; text.len()];
        self.mark(text, &mut marks);
        marks.contains(&true)
    }

    /// Marks the bytes of the values in the text, and in its decoded escapes.
    fn mark(&self, text: &str, marks: &mut [bool]) {
        let mut seen = Seen::all(text);
        for _ in 0..=DEPTH {
            self.mark_letters(&seen, marks);
            let next = decoded(&seen);
            if next.len() == seen.len() {
                break;
            }
            seen = next;
        }
    }

    fn mark_letters(&self, seen: &[Seen], marks: &mut [bool]) {
        let mut text = String::new();
        // The character of the text for each byte of the letters.
        let mut origins = Vec::new();
        for (index, one) in seen.iter().enumerate() {
            text.push_str(&letters([one.character]));
            origins.resize(text.len(), index);
        }
        let mut mark = |at: usize, length: usize| {
            let (first, last) = (seen[origins[at]], seen[origins[at + length - 1]]);
            marks[first.start..last.end].fill(true);
        };
        for word in &self.words {
            text.match_indices(word.as_str())
                .for_each(|(at, _)| mark(at, word.len()));
        }
        for size in PARTS {
            let mut parts: HashMap<&[u8], Vec<usize>> = HashMap::new();
            for (at, part) in text.as_bytes().windows(size).enumerate() {
                if size > PARTS[0] || part.iter().any(u8::is_ascii_digit) {
                    parts.entry(part).or_default().push(at);
                }
            }
            for part in self.whole.iter().flat_map(|value| value.as_bytes().windows(size)) {
                let places = parts.remove(part);
                places.into_iter().flatten().for_each(|at| mark(at, size));
            }
        }
    }

    /// Marks short values next to marked text: a first name of two letters before a last name, for example.
    fn mark_neighbours(&self, text: &str, marks: &mut [bool]) {
        let mut tokens: Vec<(usize, &str)> = Vec::new();
        for token in text
            .split(|c: char| !c.is_alphanumeric())
            .filter(|token| !token.is_empty())
        {
            tokens.push((token.as_ptr() as usize - text.as_ptr() as usize, token));
        }
        let mut spread = |tokens: &mut dyn Iterator<Item = &(usize, &str)>| {
            let mut is_next = false;
            for (at, token) in tokens {
                let range = *at..at + token.len();
                if is_next && self.short.contains(&letters(token.chars())) {
                    marks[range.clone()].fill(true);
                }
                is_next = marks[range].contains(&true);
            }
        };
        spread(&mut tokens.iter());
        spread(&mut tokens.iter().rev());
    }
}

/// Returns the letters and digits, in lower case.
fn letters(text: impl IntoIterator<Item = char>) -> String {
    let lower = text.into_iter().flat_map(char::to_lowercase);
    lower.filter(|c| c.is_alphanumeric()).collect()
}

/// Replaces the marked bytes, and what separates two of them.
fn redacted(text: &str, marks: &[bool]) -> String {
    const INSTEAD: &str = "[redacted]";
    let mut out = String::with_capacity(text.len());
    let mut between = String::new();
    let mut was_marked = false;
    for (at, character) in text.char_indices() {
        if marks[at] {
            if !was_marked {
                out.push_str(&between);
                out.push_str(INSTEAD);
            }
            between.clear();
            was_marked = true;
        } else {
            between.push(character);
            if character.is_alphanumeric() {
                out.push_str(&between);
                between.clear();
                was_marked = false;
            }
        }
    }
    out + &between
}

#[cfg(test)]
mod tests;
