//! Compatibility of generated nonces with the pattern of the contract.
//!
//! In: a pattern, and the lengths of nonces. Out: the fault and what to do, or the characters that it accepts.

use super::ambiguity::{HEADER, Set};

/// Characters of generated nonces.
const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Returns the error of a pattern, and the help.
pub(super) fn nonce_fault(pattern: &str, least: u32, most: u32) -> Option<(&'static str, &'static str)> {
    let like = "write it like `^[A-Za-z0-9_-]+$`";
    let Some((class, (fewest, greatest))) = read(pattern) else {
        return Some(("this pattern does not determine the characters of a nonce", like));
    };
    if !ALPHABET.chars().all(|c| class.holds(c)) {
        let message = "nonces consist of letters, digits, `-` and `_`, but this pattern does not match all of them";
        return Some((message, like));
    }
    (fewest > least || greatest < most).then_some((
        "this pattern contradicts `minLength` and `maxLength`",
        "write the length with `minLength` and `maxLength`, and end the pattern with `+$`",
    ))
}

/// Returns the characters of the nonces that a pattern accepts; `None` for an unknown pattern.
pub(super) fn accepted_characters(pattern: &str) -> Option<Set> {
    let (class, _) = read(pattern)?;
    let taken = (0..128_u8).filter(|byte| class.holds(char::from(*byte)));
    Some(taken.fold(0, |set, byte| set | 1 << byte) & HEADER)
}

/// A character class, possibly negated.
#[derive(Default)]
struct CharacterClass {
    ranges: Vec<(char, char)>,
    negated: bool,
}

impl CharacterClass {
    fn holds(&self, c: char) -> bool {
        self.ranges.iter().any(|(first, last)| (*first..=*last).contains(&c)) != self.negated
    }
}

/// Parses `^`, a class, a quantity, `$`.
fn read(pattern: &str) -> Option<(CharacterClass, (u32, u32))> {
    let inner = pattern.strip_prefix('^')?.strip_suffix('$')?;
    let (class, count) = if let Some(rest) = inner.strip_prefix('[') {
        // A bracket closes the class unless it is escaped.
        let mut before = None;
        let end = rest.char_indices().find(|(_, c)| {
            let closes = *c == ']' && before != Some('\\');
            before = Some(if before == Some('\\') { ' ' } else { *c });
            closes
        });
        let (inside, count) = rest.split_at(end?.0);
        (class(inside)?, &count[1..])
    } else if let Some(count) = inner.strip_prefix('.') {
        (negated(), count)
    } else {
        let (word, count) = inner.split_at_checked(2)?;
        (class(word).filter(|_| word.starts_with('\\'))?, count)
    };
    Some((class, quantity(count)?))
}

fn negated() -> CharacterClass {
    CharacterClass {
        negated: true,
        ..CharacterClass::default()
    }
}

/// Parses the text between the brackets.
fn class(text: &str) -> Option<CharacterClass> {
    let (text, mut class) = match text.strip_prefix('^') {
        Some(rest) => (rest, negated()),
        None => (text, CharacterClass::default()),
    };
    let mut rest: Vec<char> = text.chars().rev().collect();
    while let Some(first) = rest.pop() {
        let first = match first {
            '\\' => match rest.pop()? {
                'w' => {
                    class.ranges.extend([('A', 'Z'), ('a', 'z'), ('0', '9'), ('_', '_')]);
                    continue;
                }
                'd' => {
                    class.ranges.push(('0', '9'));
                    continue;
                }
                escaped if escaped.is_ascii_punctuation() => escaped,
                _ => return None,
            },
            '[' => return None,
            plain => plain,
        };
        // A hyphen at the end is literal.
        let last = match rest.as_slice() {
            [last, '-'] | [.., last, '-'] if !matches!(last, '\\' | '[') => *last,
            _ => {
                class.ranges.push((first, first));
                continue;
            }
        };
        rest.truncate(rest.len() - 2);
        if last < first {
            return None;
        }
        class.ranges.push((first, last));
    }
    (!class.ranges.is_empty()).then_some(class)
}

/// Parses `+`, `*`, `{n}`, `{n,}` or `{n,m}`.
fn quantity(text: &str) -> Option<(u32, u32)> {
    match text {
        "+" => return Some((1, u32::MAX)),
        "*" => return Some((0, u32::MAX)),
        _ => {}
    }
    let inside = text.strip_prefix('{')?.strip_suffix('}')?;
    let (fewest, greatest) = match inside.split_once(',') {
        None => (inside.parse().ok()?, inside.parse().ok()?),
        Some((fewest, "")) => (fewest.parse().ok()?, u32::MAX),
        Some((fewest, greatest)) => (fewest.parse().ok()?, greatest.parse().ok()?),
    };
    (fewest <= greatest).then_some((fewest, greatest))
}

#[cfg(test)]
mod tests {
    use super::{HEADER, accepted_characters, nonce_fault};

    #[test]
    fn a_pattern_takes_every_nonce_or_is_told() {
        for good in [
            "^[A-Za-z0-9_-]+$",
            "^[\\w-]+$",
            "^[-\\w]{16,128}$",
            "^[a-zA-Z0-9\\-_.~]{1,}$",
            "^[^ ]+$",
            "^.+$",
            "^[!-~]*$",
            "^[\\]A-Za-z0-9_-]+$",
            "^[\\w\\-\\\\]+$",
            "^[a-\\w]+$",
            "^[a-a\\w-]+$",
        ] {
            assert_eq!(nonce_fault(good, 16, 128), None, "{good}");
        }
        for (bad, why) in [
            ("(", "does not determine"),
            ("", "does not determine"),
            ("[A-Za-z0-9_-]+", "does not determine"),
            ("^[A-Za-z0-9_-$", "does not determine"),
            ("^[z-a]+$", "does not determine"),
            ("^[]+$", "does not determine"),
            ("^(a|b)+$", "does not determine"),
            ("^[a]{2,1}$", "does not determine"),
            ("^[A-Za-z0-9_-]$", "does not determine"),
            ("^ä$", "does not determine"),
            ("^[a-z]+$", "not match all"),
            ("^\\w+$", "not match all"),
            ("^[^a]+$", "not match all"),
            ("^[A-Za-z0-9_-]{32}$", "contradicts"),
            ("^[A-Za-z0-9_-]{20,128}$", "contradicts"),
            ("^[A-Za-z0-9_-]{16,64}$", "contradicts"),
            ("^ab+$", "does not determine"),
            ("^[\\q]+$", "does not determine"),
            ("^[[]+$", "does not determine"),
            ("^[!-[]+$", "does not determine"),
            ("^\\d+$", "not match all"),
            ("^[]A-Za-z0-9_-]+$", "does not determine"),
        ] {
            let said = nonce_fault(bad, 16, 128).map_or("nothing", |(message, _)| message);
            assert!(said.contains(why), "{bad}: {said}");
        }
        assert_eq!(nonce_fault("^[A-Za-z0-9_-]{32}$", 32, 32), None);
    }

    #[test]
    fn the_characters_of_a_pattern_are_those_that_a_header_has() {
        assert_eq!(accepted_characters("^[a-b]+$"), Some(0b11 << 0x61));
        assert_eq!(accepted_characters("^\\d+$"), Some(0x3ff << 0x30));
        assert_eq!(accepted_characters("^.+$"), Some(HEADER));
        assert_eq!(accepted_characters("("), None);
    }
}
