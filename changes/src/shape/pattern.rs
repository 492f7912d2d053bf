//! Patterns as text that is equal for patterns that differ only in how they write a set of characters; and the texts that patterns
//! accept, compared by automata within bounds.

use std::collections::{BTreeMap, HashSet};
use std::iter::Peekable;
use std::str::Chars;

use regex_automata::dfa::{Automaton as _, StartKind, dense};
use regex_automata::nfa::thompson::{Compiler, Config, WhichCaptures};
use regex_automata::util::primitives::StateID;
use regex_automata::util::start;
use regex_automata::{Anchored, MatchKind};
use regex_syntax::ParserBuilder;
use sdkwright_contract::pattern::translate;

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

/// Most bytes of one automaton.
const BYTES: usize = 1 << 20;
/// Most pairs of states that are visited.
const PAIRS: usize = 1 << 16;
/// Most groups inside of each other.
const NESTED: u32 = 64;

/// The texts of one pattern in relation to those of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PatternChange {
    /// True if the new pattern refuses a text of the old one.
    pub(crate) narrows: bool,
    /// True if the new pattern accepts a text that the old one refused.
    pub(crate) widens: bool,
}

/// Compares the texts that two patterns accept, each at any place of a text (JSON Schema, section 6.3.3). `None`: they use what
/// automata cannot decide, or are too large.
pub(crate) fn pattern_change(old: &str, new: &str) -> Option<PatternChange> {
    let (old, new) = (automaton(old)?, automaton(new)?);
    let (one, other) = (old.byte_classes(), new.byte_classes());
    let bytes: BTreeMap<(u8, u8), u8> = (0..=u8::MAX)
        .map(|byte| ((one.get(byte), other.get(byte)), byte))
        .collect();
    let first: (StateID, StateID) = (begin(&old)?, begin(&new)?);
    let mut found = PatternChange {
        narrows: false,
        widens: false,
    };
    let mut seen = HashSet::from([first]);
    let mut open = vec![first];
    while let Some((one, other)) = open.pop() {
        let accepts = |dfa: &dense::DFA<Vec<u32>>, state| dfa.is_match_state(dfa.next_eoi_state(state));
        match (accepts(&old, one), accepts(&new, other)) {
            (true, false) => found.narrows = true,
            (false, true) => found.widens = true,
            _ => {}
        }
        for byte in bytes.values() {
            let next = (old.next_state(one, *byte), new.next_state(other, *byte));
            let is_dead = old.is_dead_state(next.0) && new.is_dead_state(next.1);
            if !is_dead && seen.insert(next) {
                open.push(next);
            }
        }
        if found.narrows && found.widens {
            break;
        }
        if seen.len() > PAIRS {
            return None;
        }
    }
    Some(found)
}

/// Returns true if a pattern accepts every text.
pub(crate) fn accepts_all(pattern: &str) -> bool {
    pattern_change("", pattern).is_some_and(|pattern_change| !pattern_change.narrows)
}

/// Returns true if a pattern accepts a text. `None`: an automaton cannot decide it.
pub(crate) fn accepts(pattern: &str, text: &str) -> Option<bool> {
    let dfa = automaton(pattern)?;
    let last = text
        .bytes()
        .fold(begin(&dfa)?, |state, byte| dfa.next_state(state, byte));
    Some(dfa.is_match_state(dfa.next_eoi_state(last)))
}

fn begin(dfa: &dense::DFA<Vec<u32>>) -> Option<StateID> {
    let anchored = start::Config::new().anchored(Anchored::Yes);
    dfa.start_state(&anchored).ok()
}

/// Returns the automaton of all texts in which a pattern matches.
fn automaton(pattern: &str) -> Option<dense::DFA<Vec<u32>>> {
    let translated = ascii(&translate(pattern).ok()?);
    let whole = format!(r"\A(?s:.)*(?:{translated})(?s:.)*\z");
    // A dot stands for no end of a line.
    let mut parser = ParserBuilder::new().crlf(true).nest_limit(NESTED).build();
    let parsed = parser.parse(&whole).ok()?;
    let limits = Config::new()
        .nfa_size_limit(Some(BYTES))
        .which_captures(WhichCaptures::None);
    let nfa = Compiler::new().configure(limits).build_from_hir(&parsed).ok()?;
    let limits = dense::Config::new()
        .start_kind(StartKind::Anchored)
        .match_kind(MatchKind::All)
        .dfa_size_limit(Some(BYTES))
        .determinize_size_limit(Some(BYTES));
    dense::Builder::new().configure(limits).build_from_nfa(&nfa).ok()
}

/// Returns a translated pattern with its classes written out: those of ECMA-262 are ASCII, and the automaton's are Unicode.
fn ascii(translated: &str) -> String {
    let mut out = String::with_capacity(translated.len());
    let mut letters = translated.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            out.push(letter);
            continue;
        }
        match letters.next() {
            Some('d') => out.push_str("[0-9]"),
            Some('D') => out.push_str("[^0-9]"),
            Some('w') => out.push_str("[0-9A-Za-z_]"),
            Some('W') => out.push_str("[^0-9A-Za-z_]"),
            Some('s') => out.push_str(r"[\t\n\x0b\x0c\r\x20]"),
            Some('b') => out.push_str(r"(?-u:\b)"),
            Some('B') => out.push_str(r"(?-u:\B)"),
            Some(other) => out.extend(['\\', other]),
            None => out.push('\\'),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{PatternChange, accepts, accepts_all, pattern, pattern_change, surely_fits};

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

    fn told(old: &str, new: &str) -> Option<(bool, bool)> {
        pattern_change(old, new).map(|PatternChange { narrows, widens }| (narrows, widens))
    }

    #[test]
    fn patterns_of_the_same_texts_are_the_same() {
        for (one, other) in [
            (r"^\d{3}$", "^[0-9]{3}$"),
            ("^(a|b)$", "^[ab]$"),
            ("^a+$", "^aa*$"),
            ("a", ".*a.*"),
            ("^(?:ab){2}$", "^abab$"),
            (r"^\w+$", "^[A-Za-z0-9_]+$"),
            (r"^\u0041$", "^A$"),
            ("^(?<x>a)$", "^a$"),
            (r"\bA\b", r"\b(A)\b"),
            ("[^ba]x", "[^ab]x"),
        ] {
            assert_eq!(told(one, other), Some((false, false)), "{one} and {other}");
        }
    }

    #[test]
    fn what_one_pattern_accepts_beside_the_other_decides() {
        for (old, new, wanted) in [
            ("^a$", "^ab?$", (false, true)),
            ("^[a-z]+$", "^[a-z]{2,}$", (true, false)),
            ("^a", "^b", (true, true)),
            ("a", "^a", (true, false)),
            (r"^\d$", r"^[0-9\u0660]$", (false, true)),
            ("^é$", "^[é-ê]$", (false, true)),
            (".", r"[\d\D]", (false, true)),
            (r"^\s$", "^ $", (true, false)),
            (r"^\S$", r"^[^ ]$", (false, true)),
        ] {
            assert_eq!(told(old, new), Some(wanted), "{old} and {new}");
            assert_eq!(told(new, old), Some((wanted.1, wanted.0)), "{new} and {old}");
        }
    }

    #[test]
    fn what_automata_do_not_decide_stays_open() {
        for other in [
            "^(?=a)",
            r"(a)\1",
            "(",
            "^[a-z]{0,900}[0-9]{0,900}x{1,900}$",
            "(a|b)*a(a|b){18}$",
        ] {
            assert_eq!(told("^a$", other), None, "{other}");
        }
    }

    #[test]
    fn a_text_fits_by_its_parts() {
        assert!(accepts_all(r"^[\d\D]*$") && !accepts_all("^.*$") && !accepts_all("a"));
        assert_eq!(accepts("^x-", "x-rate"), Some(true));
        assert_eq!(accepts("^x-", "rate"), Some(false));
        assert_eq!(accepts("(?!a)", "a"), None);
    }
}
