//! Patterns as text that is equal for patterns that differ only in how they write a set of characters.

use std::iter::Peekable;
use std::str::Chars;

/// Characters from the first to the last, both included.
type Range = (char, char);

/// Returns a pattern with the characters of each set in order: `[A-Za-z]` and `[a-zA-Z]` are the same. A set that uses more than
/// characters, ranges and `\d` or `\w` stays as it is written.
pub(crate) fn pattern(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '\\' => 1 + rest.chars().nth(1).map_or(0, char::len_utf8),
            '[' => set_end(rest),
            _ => first.len_utf8(),
        };
        let (piece, behind) = rest.split_at(end);
        match piece.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')) {
            Some(inner) => out.push_str(&set(inner).unwrap_or_else(|| piece.to_owned())),
            None => out.push_str(piece),
        }
        rest = behind;
    }
    out
}

/// Returns true if a text fits a pattern of plain letters, alone or at the beginning of the text; false for other patterns.
pub(crate) fn surely_fits(pattern: &str, text: &str) -> bool {
    let is_plain = |letters: &str| {
        letters
            .chars()
            .all(|letter| letter.is_alphanumeric() || "-_".contains(letter))
    };
    match pattern.strip_prefix('^') {
        Some(start) => is_plain(start) && text.starts_with(start),
        None => is_plain(pattern) && text.contains(pattern),
    }
}

/// Returns where the set ends with which a text begins; the whole text if it does not end.
fn set_end(text: &str) -> usize {
    let mut is_escaped = false;
    for (at, letter) in text.char_indices() {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            ']' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Returns a set in order. `None`: it uses more than is read here.
fn set(inner: &str) -> Option<String> {
    let (not, inner) = inner.strip_prefix('^').map_or(("", inner), |inner| ("^", inner));
    let mut letters = inner.chars().peekable();
    let mut ranges: Vec<Range> = Vec::new();
    while letters.peek().is_some() {
        let found = one(&mut letters)?;
        let is_range = letters.peek() == Some(&'-') && letters.clone().nth(1).is_some();
        match found[..] {
            [(first, last)] if is_range && first == last => {
                letters.next();
                match one(&mut letters)?[..] {
                    [(end, same)] if end == same && first <= end => ranges.push((first, end)),
                    _ => return None,
                }
            }
            _ if is_range => return None,
            _ => ranges.extend(found),
        }
    }
    ranges.sort_unstable();
    let mut merged: Vec<Range> = Vec::new();
    for (first, last) in ranges {
        match merged.last_mut() {
            Some(known) if u32::from(first) <= u32::from(known.1) + 1 => known.1 = known.1.max(last),
            _ => merged.push((first, last)),
        }
    }
    let shown: Vec<String> = merged
        .into_iter()
        .map(|(first, last)| format!("{}-{}", first.escape_unicode(), last.escape_unicode()))
        .collect();
    Some(format!("[{not}{}]", shown.concat()))
}

/// Reads one character of a set, or a class of them.
fn one(letters: &mut Peekable<Chars<'_>>) -> Option<Vec<Range>> {
    let same = |letter| Some(vec![(letter, letter)]);
    match letters.next()? {
        // Other flavours read sets in sets, and operators between them.
        '[' | '&' => None,
        '\\' => match letters.next()? {
            'd' => Some(vec![('0', '9')]),
            'w' => Some(vec![('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')]),
            letter if letter.is_ascii_punctuation() => same(letter),
            _ => None,
        },
        letter => same(letter),
    }
}

#[cfg(test)]
mod tests {
    use super::{pattern, surely_fits};

    #[test]
    fn names_fit_patterns_of_plain_letters() {
        for (pattern, name) in [("^x-", "x-rate"), ("rate", "x-rate"), ("", "a"), ("^", "a")] {
            assert!(surely_fits(pattern, name), "{name} and {pattern}");
        }
        for (pattern, name) in [("^x-", "ax-"), ("^a.*", "ab"), ("a$", "a"), ("[a]", "a"), ("b", "a")] {
            assert!(!surely_fits(pattern, name), "{name} and {pattern}");
        }
    }

    #[test]
    fn sets_of_the_same_characters_are_the_same() {
        for (one, other) in [
            ("^[A-Za-z0-9_-]+$", "^[a-zA-Z0-9_-]+$"),
            ("^[A-Za-z0-9_-]+$", r"^[\-\w]+$"),
            ("[abc]", "[a-c]"),
            ("[^ba]x", "[^ab]x"),
            ("[a-cb-f]", "[a-f]"),
            (r"[\]a]", r"[a\]]"),
        ] {
            assert_eq!(pattern(one), pattern(other), "{one} and {other}");
        }
    }

    #[test]
    fn other_characters_and_what_is_not_read_stay_different() {
        for (one, other) in [
            ("[a-z]", "[a-y]"),
            ("[ab]", "[^ab]"),
            ("[ab]", "ab"),
            (r"\[ab]", r"\[ba]"),
            (r"[\s_]", r"[_\s]"),
            ("[z-a]", "[a-z]"),
            ("[a-z]{2}", "[a-z]{3}"),
            ("[ab", "[ba"),
            ("[a-\\d]", "[\\d-a]"),
            ("[a]", "[a-]"),
        ] {
            assert_ne!(pattern(one), pattern(other), "{one} and {other}");
        }
    }
}
