//! The texts that patterns accept, compared by automata within bounds.

use std::collections::{BTreeMap, HashSet};

use regex_automata::dfa::{Automaton as _, StartKind, dense};
use regex_automata::nfa::thompson::{Compiler, Config, WhichCaptures};
use regex_automata::util::primitives::StateID;
use regex_automata::util::start;
use regex_automata::{Anchored, MatchKind};
use regex_syntax::ParserBuilder;
use sdkwright_contract::pattern::translate;

/// Most bytes of one automaton.
const BYTES: usize = 1 << 20;
/// Most pairs of states that are visited.
const PAIRS: usize = 1 << 16;
/// Most groups inside of each other.
const NESTED: u32 = 64;

/// The texts of one pattern in pattern_change to those of another.
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
    use super::{PatternChange, accepts, accepts_all, pattern_change};

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
