//! Spellings: a text comes in, its characters with their places, its escapes decoded, and the runs that may be hexadecimal,
//! base64 or a secret go out. Pure.

use std::ops::Range;

/// A character and the bytes of the text that it was read from.
#[derive(Clone, Copy)]
pub(super) struct Seen {
    pub(super) character: char,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Seen {
    /// Returns the characters of a text as they are.
    pub(super) fn all(text: &str) -> Vec<Self> {
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
pub(super) fn decoded(seen: &[Seen]) -> Vec<Seen> {
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
        out.extend(characters.chars().map(|character| Seen { character, end, ..*one }));
        at += length;
    }
    out
}

/// Returns the number of characters, and the decoded text.
type Escape = (usize, String);

fn percent(seen: &[Seen]) -> Option<Escape> {
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

fn escape(seen: &[Seen]) -> Option<Escape> {
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
pub(super) fn encoded(text: &str) -> Vec<(Range<usize>, String)> {
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
pub(super) fn opaque(text: &str) -> impl Iterator<Item = Range<usize>> {
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
