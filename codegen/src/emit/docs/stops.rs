//! Finds the ends of sentences in text of the contract.

/// Abbreviations that end no sentence, without their last full stop.
const SHORT: [&str; 6] = ["e.g", "i.e", "eg", "ie", "cf", "vs"];

/// Full stops, exclamation marks and question marks of scripts without spaces.
const WIDE: [char; 3] = ['。', '！', '？'];

/// Returns the places after `.`, `!` and `?` where another sentence begins, outside of code.
pub(in crate::emit) fn ends(text: &str) -> impl Iterator<Item = usize> {
    let (mut in_code, mut past) = (false, 0);
    text.char_indices().filter_map(move |(at, c)| {
        in_code ^= c == '`';
        if in_code || at < past {
            return None;
        }
        if WIDE.contains(&c) {
            past = at + c.len_utf8();
            return Some(past);
        }
        if !matches!(c, '.' | '!' | '?') || is_short(&text[..at]) {
            return None;
        }
        let rest = text[at + 1..].trim_start_matches(['.', '!', '?', ')', '"', '\'', '*', '_']);
        past = text.len() - rest.len();
        let next = rest.strip_prefix([' ', '\n'])?.trim_start().chars().next()?;
        (!next.is_lowercase() && !next.is_ascii_digit()).then_some(past)
    })
}

/// Returns `true` if a text ends in an abbreviation.
fn is_short(text: &str) -> bool {
    SHORT.iter().any(|short| {
        let split = text.len().checked_sub(short.len());
        let parts = split.and_then(|at| text.split_at_checked(at));
        let is_word = |before: &str| before.is_empty() || before.ends_with(|c: char| c.is_whitespace() || c == '(');
        parts.is_some_and(|(before, word)| word.eq_ignore_ascii_case(short) && is_word(before))
    })
}
