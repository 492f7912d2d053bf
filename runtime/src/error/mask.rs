//! Masking: values that were sent and a text of the server come in, the text without these values goes out. A value must not be
//! recognizable in any spelling: other case, blanks or punctuation, in parts, escaped, in hexadecimal or base64.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

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
pub(super) struct MaskedValues {
    /// Their letters and digits, in lower case.
    whole: BTreeSet<String>,
    /// The values, and their parts with a digit. The mask covers them everywhere.
    words: BTreeSet<String>,
    /// Their parts of letters alone. The mask covers them only as a whole word, because names and sentences may contain them.
    names: BTreeSet<String>,
    short: BTreeSet<String>,
}

impl MaskedValues {
    /// Adds a value whose parts are not values, such as an id.
    pub(super) fn add_whole(&mut self, value: &str) {
        let whole = letters(value.chars());
        if whole.len() >= LEAST {
            self.words.insert(whole.clone());
        } else if whole.len() > 1 {
            self.short.insert(whole.clone());
        }
        self.whole.insert(whole);
    }

    /// Adds a value.
    pub(super) fn add(&mut self, value: &str) {
        self.add_whole(value);
        let words = value.split(|c: char| !c.is_alphanumeric());
        // A server may write letters beyond ASCII in another way.
        let plain = value.split(|c: char| !c.is_ascii_alphanumeric());
        for word in words.chain(plain).map(|word| letters(word.chars())) {
            match word.len() {
                0 | 1 => false,
                length if length < LEAST => self.short.insert(word),
                _ if word.chars().any(char::is_numeric) => self.words.insert(word),
                _ => self.names.insert(word),
            };
        }
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
        let mut seen = Glyph::all(text);
        for _ in 0..=DEPTH {
            self.mark_letters(&seen, marks);
            self.mark_names(&seen, marks);
            let next = decoded(&seen);
            if next.len() == seen.len() {
                break;
            }
            seen = next;
        }
    }

    fn mark_letters(&self, seen: &[Glyph], marks: &mut [bool]) {
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
            // Parts of letters alone are parts of one word: others are also in sentences.
            let with_digits = self.whole.iter().flat_map(|value| value.as_bytes().windows(size));
            let with_digits = with_digits.filter(|part| part.iter().any(u8::is_ascii_digit));
            for part in with_digits.chain(self.names.iter().flat_map(|word| word.as_bytes().windows(size))) {
                let places = parts.remove(part);
                places.into_iter().flatten().for_each(|at| mark(at, size));
            }
        }
    }

    /// Marks parts of values in the text, only as a whole word. A hyphen or an underscore joins parts to a name, such as that of a
    /// header.
    fn mark_names(&self, seen: &[Glyph], marks: &mut [bool]) {
        let is_in_name = |one: &Glyph| {
            let is_joint = matches!(
                one.character,
                '-' | '_' | '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{feff}'
            );
            is_joint || one.character.is_alphanumeric()
        };
        for name in seen.split(|one| !is_in_name(one)) {
            if let (Some(first), Some(last)) = (name.first(), name.last()) {
                if self.names.contains(&letters(name.iter().map(|one| one.character))) {
                    marks[first.start..last.end].fill(true);
                }
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

/// A character and the bytes of the text that it was read from.
#[derive(Clone, Copy)]
struct Glyph {
    character: char,
    start: usize,
    end: usize,
}

impl Glyph {
    /// Returns the characters of a text as they are.
    fn all(text: &str) -> Vec<Self> {
        let characters = text.char_indices();
        let seen = characters.map(|(start, character)| Self {
            character,
            start,
            end: start + character.len_utf8(),
        });
        seen.collect()
    }
}

/// Decodes one layer of percent-encoding, of the escapes of JSON and programs, and of the numeric ones of HTML.
fn decoded(seen: &[Glyph]) -> Vec<Glyph> {
    let mut out = Vec::with_capacity(seen.len());
    let mut at = 0;
    while let Some(one) = seen.get(at) {
        let found = percent(&seen[at..]).or_else(|| escape(&seen[at..]));
        let Some((length, characters)) = found else {
            out.push(*one);
            at += 1;
            continue;
        };
        let end = seen[at + length - 1].end;
        out.extend(characters.chars().map(|character| Glyph { character, end, ..*one }));
        at += length;
    }
    out
}

/// Returns the number of characters, and the decoded text.
type Escape = (usize, String);

fn percent(seen: &[Glyph]) -> Option<Escape> {
    let mut bytes = Vec::new();
    while let [percent, high, low, ..] = &seen[bytes.len() * 3..] {
        let digits = [high, low].map(|digit| digit.character.to_digit(16));
        let ('%', [Some(high), Some(low)]) = (percent.character, digits) else {
            break;
        };
        bytes.extend(u8::try_from(high * 16 + low));
    }
    let text = String::from_utf8_lossy(&bytes).into_owned();
    (!bytes.is_empty()).then_some((bytes.len() * 3, text))
}

fn escape(seen: &[Glyph]) -> Option<Escape> {
    let character = |at: usize| seen.get(at).map(|one| one.character);
    let (start, radix, most, end) = match (character(0)?, character(1)?, character(2)?) {
        ('\\', 'u' | 'U', '{') => (3, 16, 6, Some('}')),
        ('\\', 'u', _) => (2, 16, 4, None),
        ('\\', 'x', _) => (2, 16, 2, None),
        ('&', '#', 'x' | 'X') => (3, 16, 6, Some(';')),
        ('&', '#', _) => (2, 10, 7, Some(';')),
        _ => return None,
    };
    let digits = seen[start..].iter().map_while(|one| one.character.to_digit(radix));
    let digits: Vec<u32> = digits.take(most).collect();
    let number = digits.iter().fold(0, |number, digit| number * radix + digit);
    let stop = start + digits.len();
    let is_whole = end.map_or(digits.len() == most, |end| character(stop) == Some(end));
    let length = stop + usize::from(end.is_some());
    (is_whole && !digits.is_empty()).then_some((length, char::from_u32(number)?.to_string()))
}

/// Returns the runs that may be hexadecimal or base64, with the text in them.
fn encoded(text: &str) -> Vec<(Range<usize>, String)> {
    const SHORTEST: usize = 6;
    let mut found = Vec::new();
    for range in runs(text, |c| {
        c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '-' | '_')
    }) {
        let run = &text[range.clone()];
        // Characters before it may belong to the run, and shift the groups of four.
        for shift in (0..4).filter(|shift| run.len() >= SHORTEST + shift) {
            found.push((range.clone(), base64(&run[shift..])));
        }
    }
    for range in hexadecimal(text) {
        let digits: Vec<u32> = text[range.clone()].chars().filter_map(|c| c.to_digit(16)).collect();
        for digits in [digits.get(..), digits.get(1..)].into_iter().flatten() {
            let bytes = digits
                .chunks_exact(2)
                .filter_map(|pair| u8::try_from(pair[0] * 16 + pair[1]).ok());
            let bytes: Vec<u8> = bytes.collect();
            found.push((range.clone(), String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
    found
}

/// Returns the runs of hexadecimal digits; pairs with a separator between them are one run.
fn hexadecimal(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut was_pair = false;
    for run in runs(text, |c| c.is_ascii_hexdigit()) {
        let is_pair = run.len() == 2;
        match found.last_mut() {
            Some(last) if is_pair && was_pair && run.start - last.end <= 2 => last.end = run.end,
            _ => found.push(run),
        }
        was_pair = is_pair;
    }
    found
}

/// Returns the runs with digits that are too long for a word or an id: keys, tokens, signatures, digests.
fn opaque(text: &str) -> impl Iterator<Item = Range<usize>> {
    const SHORTEST: usize = 33;
    let runs = runs(text, |c| c.is_ascii_alphanumeric() || matches!(c, '+' | '='));
    runs.into_iter()
        .filter(|range| range.len() >= SHORTEST && text[range.clone()].bytes().any(|byte| byte.is_ascii_digit()))
}

fn runs(text: &str, is_part: impl Fn(char) -> bool) -> Vec<Range<usize>> {
    let mut runs = Vec::new();
    let mut start = None;
    for (at, character) in text.char_indices().chain([(text.len(), '\n')]) {
        match (is_part(character), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                runs.push(from..at);
                start = None;
            }
            _ => {}
        }
    }
    runs
}

/// Decodes base64 in both alphabets.
fn base64(run: &str) -> String {
    let (mut bits, mut count, mut bytes) = (0_u32, 0, Vec::new());
    for byte in run.bytes() {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            _ => 63,
        };
        bits = (bits << 6 | u32::from(six)) & 0xffff;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.extend(u8::try_from(bits >> count & 0xff));
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests;
