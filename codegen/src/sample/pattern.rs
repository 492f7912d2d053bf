//! Texts that match a `pattern` (ECMA 262), and the matching itself.
//!
//! `regex-syntax` parses the expression. Lookaround, which it does not support, is dropped: the rest is less strict, so
//! that a generated text may still be refused, but no permitted text is.

use crate::limits;

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind, Look, Repetition};

/// Preferred characters: the first that fits is taken.
const PLAIN: &str = "aA1bB2cC3dD4eE5fF6gG7hH8iI9jJ0kKlLmMnNoOpPqQrRsStTuUvVwWxXyYzZ-_.";

/// A parsed pattern.
pub(super) struct SamplePattern {
    hir: Hir,
}

impl SamplePattern {
    /// Parses an expression; `None` if it is not supported.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let parse = |text: &str| {
            let mut parser = ParserBuilder::new().nest_limit(50).build();
            parser.parse(text).ok()
        };
        let hir = parse(text).or_else(|| parse(&without_looking_around(text)?))?;
        Some(Self { hir })
    }

    /// Returns true if the pattern matches somewhere in the text.
    pub(super) fn matches(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().collect();
        let mut left = limits::PATTERN_STEPS;
        (0..=text.len()).any(|start| walk(&[&self.hir], &text, start, &mut left))
    }

    /// Returns the shortest matching text that is wanted; other characters for each `nth`.
    pub(super) fn make(&self, nth: usize, wanted: impl Fn(&str) -> bool) -> Option<String> {
        let tries = (0..limits::PATTERN_GROWTH).flat_map(|more| (0..4).map(move |turn| (more, nth + turn)));
        // With enough growth every repetition has its maximum length: the text does not change any more.
        let mut last = String::new();
        let mut mismatches = 0;
        for (more, turn) in tries {
            let mut made = String::new();
            if write(&self.hir, more, turn, &mut made).is_none() {
                continue;
            }
            if wanted(&made) {
                if self.matches(&made) {
                    return Some(made);
                }
                mismatches += 1;
                if mismatches == limits::PATTERN_MISMATCHES {
                    return None;
                }
            }
            if turn == nth {
                if more > 0 && made == last {
                    return None;
                }
                last = made;
            }
        }
        None
    }
}

/// Removes lookahead and lookbehind groups.
fn without_looking_around(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    loop {
        let starts = ["(?!", "(?=", "(?<!", "(?<="].iter().filter_map(|mark| rest.find(mark));
        let Some(start) = starts.min() else {
            out.push_str(rest);
            return (out != text).then_some(out);
        };
        out.push_str(rest.get(..start)?);
        let (mut depth, mut escaped, mut class) = (0usize, false, false);
        let end = rest.get(start..)?.char_indices().find_map(|(at, c)| {
            match c {
                _ if escaped => {
                    escaped = false;
                    return None;
                }
                '\\' => escaped = true,
                '[' => class = true,
                ']' => class = false,
                '(' if !class => depth += 1,
                ')' if !class => depth -= 1,
                _ => {}
            }
            (depth == 0).then_some(start + at + c.len_utf8())
        })?;
        rest = rest.get(end..)?;
    }
}

/// Writes a text for the expression: repetitions run `more` times beyond their minimum.
fn write(hir: &Hir, more: u32, turn: usize, out: &mut String) -> Option<()> {
    if out.len() > limits::SAMPLE_TEXT {
        return None;
    }
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Some(()),
        HirKind::Literal(literal) => {
            out.push_str(std::str::from_utf8(&literal.0).ok()?);
            Some(())
        }
        HirKind::Class(class) => push(&Letters::of(class), turn, out),
        HirKind::Repetition(repetition) => {
            let most = repetition.max.unwrap_or(u32::MAX);
            let mut rounds = 0..repetition.min.saturating_add(more).min(most);
            if let HirKind::Class(class) = repetition.sub.kind() {
                // The letters of a class are found once for all rounds.
                let letters = Letters::of(class);
                return rounds.try_for_each(|_| push(&letters, turn, out));
            }
            rounds.try_for_each(|_| write(&repetition.sub, more, turn, out))
        }
        HirKind::Capture(capture) => write(&capture.sub, more, turn, out),
        HirKind::Concat(parts) => parts.iter().try_for_each(|part| write(part, more, turn, out)),
        HirKind::Alternation(parts) => write(parts.get(turn % parts.len().max(1))?, more, turn, out),
    }
}

/// Writes a letter.
fn push(letters: &Letters<'_>, turn: usize, out: &mut String) -> Option<()> {
    if out.len() > limits::SAMPLE_TEXT {
        return None;
    }
    out.push(letters.choose(turn + out.len())?);
    Some(())
}

/// The letters of a class from which a text is made.
struct Letters<'h> {
    class: &'h Class,
    /// Letters of [`PLAIN`].
    plain: Vec<char>,
}

impl<'h> Letters<'h> {
    fn of(class: &'h Class) -> Self {
        let plain = PLAIN.chars().filter(|c| holds(class, *c)).collect();
        Self { class, plain }
    }

    fn choose(&self, turn: usize) -> Option<char> {
        let plain = turn.checked_rem(self.plain.len()).and_then(|at| self.plain.get(at));
        plain.copied().or_else(|| other(self.class, turn))
    }
}

/// Returns a letter of a class that has none of [`PLAIN`].
fn other(class: &Class, turn: usize) -> Option<char> {
    let (start, end) = match class {
        Class::Unicode(class) => class.ranges().first().map(|range| (range.start(), range.end()))?,
        Class::Bytes(class) => class
            .ranges()
            .first()
            .map(|range| (range.start().into(), range.end().into()))?,
    };
    // A visible character, if there is one.
    (' '..='~')
        .find(|c| holds(class, *c))
        .or_else(|| (start..=end).nth(turn % 2).or(Some(start)))
}

fn holds(class: &Class, c: char) -> bool {
    match class {
        Class::Unicode(class) => class
            .ranges()
            .iter()
            .any(|range| (range.start()..=range.end()).contains(&c)),
        Class::Bytes(class) => u8::try_from(u32::from(c)).is_ok_and(|c| {
            class
                .ranges()
                .iter()
                .any(|range| (range.start()..=range.end()).contains(&c))
        }),
    }
}

/// Returns true if the expressions match from here on, one after the other. Tries longer repetitions first, within the
/// step limit.
fn walk(todo: &[&Hir], text: &[char], at: usize, left: &mut usize) -> bool {
    let Some((first, rest)) = todo.split_first() else {
        return true;
    };
    if *left == 0 {
        return false;
    }
    *left -= 1;
    let with = |more: &[&Hir], at: usize, left: &mut usize| {
        let todo: Vec<&Hir> = more.iter().chain(rest).copied().collect();
        walk(&todo, text, at, left)
    };
    match first.kind() {
        HirKind::Empty => walk(rest, text, at, left),
        HirKind::Look(look) => looks(*look, text, at) && walk(rest, text, at, left),
        HirKind::Literal(literal) => {
            let Ok(literal) = std::str::from_utf8(&literal.0) else {
                return false;
            };
            let end = at + literal.chars().count();
            text.get(at..end)
                .is_some_and(|found| found.iter().copied().eq(literal.chars()))
                && walk(rest, text, end, left)
        }
        HirKind::Class(class) => text.get(at).is_some_and(|c| holds(class, *c)) && walk(rest, text, at + 1, left),
        HirKind::Capture(capture) => with(&[&capture.sub], at, left),
        HirKind::Concat(parts) => with(&parts.iter().collect::<Vec<_>>(), at, left),
        HirKind::Alternation(parts) => parts.iter().any(|part| with(&[part], at, left)),
        HirKind::Repetition(repetition) => rounds(repetition, text, at, left, rest),
    }
}

/// Matches a repetition round by round; a round that consumes nothing is the last.
fn rounds(repetition: &Repetition, text: &[char], at: usize, left: &mut usize, rest: &[&Hir]) -> bool {
    let Repetition { min, max, sub, .. } = repetition;
    let mut reached = vec![at];
    let mut done = 0;
    loop {
        if done >= *min && reached.iter().any(|at| walk(rest, text, *at, left)) {
            return true;
        }
        if max.is_some_and(|max| done >= max) || *left == 0 {
            return false;
        }
        let mut next = Vec::new();
        for from in &reached {
            // A class takes one letter.
            if let HirKind::Class(class) = sub.kind() {
                next.extend(text.get(*from).filter(|c| holds(class, **c)).map(|_| from + 1));
                continue;
            }
            next.extend(
                (*from..=text.len()).filter(|to| (to > from || done < *min) && spans(sub, text, *from, *to, left)),
            );
        }
        next.sort_unstable();
        next.dedup();
        if next.is_empty() {
            return false;
        }
        reached = next;
        done += 1;
    }
}

/// Returns true if the expression matches exactly this range.
fn spans(hir: &Hir, text: &[char], from: usize, to: usize, left: &mut usize) -> bool {
    let length = to - from;
    let (least, most) = (hir.properties().minimum_len(), hir.properties().maximum_len());
    // Lengths are in bytes: a character has at most four.
    if least.is_some_and(|least| least > length * 4) || most.is_some_and(|most| most < length) {
        return false;
    }
    let end = Hir::look(Look::End);
    let Some(text) = text.get(..to) else { return false };
    walk(&[hir, &end], text, from, left)
}

fn looks(look: Look, text: &[char], at: usize) -> bool {
    let word = |c: Option<&char>| c.is_some_and(|c| c.is_alphanumeric() || *c == '_');
    let edge = word(at.checked_sub(1).and_then(|before| text.get(before))) != word(text.get(at));
    match look {
        Look::Start | Look::StartLF | Look::StartCRLF => at == 0,
        Look::End | Look::EndLF | Look::EndCRLF => at == text.len(),
        Look::WordAscii | Look::WordUnicode => edge,
        Look::WordAsciiNegate | Look::WordUnicodeNegate => !edge,
        _ => true,
    }
}
