//! Structure of Markdown in a contract's text: code spans, fences, list items, headings, quotations (`> text`) and sentences.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::limits;

/// The code spans of a text: each row of backticks by its length, so that the end of a span is found without a search.
pub(super) struct CodeSpans(HashMap<usize, Vec<usize>>);

impl CodeSpans {
    pub(super) fn new(text: &str) -> Self {
        let mut rows: HashMap<usize, Vec<usize>> = HashMap::new();
        let mut at = 0;
        while let Some(found) = text[at..].find('`') {
            at += found;
            let length = ticks(&text[at..]);
            rows.entry(length).or_default().push(at);
            at += length;
        }
        Self(rows)
    }

    /// Returns the end of the code span that starts at a backtick of the text; `None`: these backticks are text.
    pub(super) fn end(&self, text: &str, at: usize) -> Option<usize> {
        let length = ticks(&text[at..]);
        let starts = self.0.get(&length)?;
        let next = starts.get(starts.partition_point(|start| *start < at + length))?;
        Some(next + length)
    }
}

/// Returns the number of backticks at the start of a text.
pub(super) fn ticks(text: &str) -> usize {
    text.bytes().take_while(|byte| *byte == b'`').count()
}

/// Returns the length of the longest row of backticks.
pub(super) fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// Returns the sign and length of a fence that opens on this line.
pub(crate) fn fence(text: &str) -> Option<(char, usize)> {
    let sign = text.chars().next().filter(|sign| matches!(sign, '`' | '~'))?;
    let length = text.chars().take_while(|c| *c == sign).count();
    let info = &text[length..];
    (length >= 3 && !(sign == '`' && info.contains('`'))).then_some((sign, length))
}

/// Returns true if a line closes the fence of this sign and length.
pub(super) fn closes(line: &str, sign: char, length: usize) -> bool {
    let text = line.trim();
    text.chars().count() >= length && text.chars().all(|c| c == sign)
}

/// Returns a text as a code span.
pub(super) fn span(text: &str) -> String {
    let ticks = "`".repeat(longest_run(text) + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') {
        " "
    } else {
        ""
    };
    format!("{ticks}{pad}{text}{pad}{ticks}")
}

/// Returns the marker of a list item and its text.
pub(crate) fn list_item(text: &str) -> Option<(&str, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let marker = match text.as_bytes().get(digits) {
        Some(b'-' | b'*' | b'+') if digits == 0 => 1,
        Some(b'.' | b')') if (1..=9).contains(&digits) => digits + 1,
        _ => return None,
    };
    let rest = &text[marker..];
    rest.starts_with(' ').then(|| (&text[..marker], rest.trim_start()))
}

// Headings of the contract on a page of the generator: they stand below the heading that their text stands under.

/// Lowers headings by some levels, to at most the sixth, outside of fences. Underlined ones get the form with `#`.
pub(in crate::emit) fn lowered(lines: &[String], levels: usize) -> Vec<String> {
    let mut out: Vec<String> = Vec::with_capacity(lines.len());
    let mut fence = 0;
    for line in lines {
        let text = line.trim_start();
        let ticks = text.bytes().take_while(|byte| *byte == b'`').count();
        if fence > 0 {
            if ticks >= fence && ticks == text.len() {
                fence = 0;
            }
        } else if ticks >= 3 {
            fence = ticks;
        } else if let Some((level, title)) = heading(line) {
            out.push(marked(level + levels, title));
            continue;
        } else if let Some(level) = underline(line) {
            let start = out.iter().rposition(|line| !is_prose(line)).map_or(0, |last| last + 1);
            if start < out.len() {
                let title = out.drain(start..).collect::<Vec<_>>().join(" ");
                out.push(marked(level + levels, &title));
                continue;
            }
        }
        out.push(line.clone());
    }
    out
}

fn marked(level: usize, title: &str) -> String {
    format!("{} {title}", "#".repeat(level.min(6)))
}

/// Returns level and title of a heading with `#`.
fn heading(line: &str) -> Option<(usize, &str)> {
    let title = line.trim_start_matches('#');
    let level = line.len() - title.len();
    let title = title.strip_prefix(' ')?;
    (1..=6).contains(&level).then_some((level, title.trim_start()))
}

/// Returns the level that a line of `=` or `-` gives the paragraph above it.
fn underline(line: &str) -> Option<usize> {
    let is_of = |sign: char| line.starts_with(sign) && line.chars().all(|c| c == sign);
    if is_of('=') {
        return Some(1);
    }
    is_of('-').then_some(2)
}

/// Returns `true` for a line of a paragraph, which is no list item, table row, heading or fence.
fn is_prose(line: &str) -> bool {
    let is_other = line.starts_with([' ', '#', '|', '`', '>']) || list_item(line).is_some();
    !line.is_empty() && !is_other
}

// Quotations.

/// An open quotation: its column, and its lines without their marks.
pub(super) struct Quotation {
    pub(super) indent: usize,
    lines: Vec<String>,
    has_fence: bool,
}

impl Quotation {
    pub(super) fn new(indent: usize, inner: &str) -> Self {
        let mut quotation = Self {
            indent,
            lines: Vec::new(),
            has_fence: false,
        };
        // Documentation does not show the mark of a note as a title.
        quotation.add(&note(inner).unwrap_or_else(|| inner.to_owned()));
        quotation
    }

    /// Adds a further line; returns `false` if the quotation has ended. A line without a mark goes on with a paragraph.
    pub(super) fn takes(&mut self, text: &str) -> bool {
        let is_rule = |line: &str| line.chars().all(|c| "-=*_ ".contains(c));
        let is_prose = |line: &str| !is_rule(line) && !line.starts_with(['#', '|']) && fence(line).is_none();
        let last = self.lines.last().map_or("", |line| line.trim());
        let goes_on = !self.has_fence && is_prose(last) && is_prose(text) && list_item(text).is_none();
        let inner = next_quoted(text).or_else(|| goes_on.then_some(text));
        if let Some(inner) = inner {
            self.add(inner);
        }
        inner.is_some()
    }

    fn add(&mut self, inner: &str) {
        self.has_fence |= fence(inner.trim_start()).is_some();
        self.lines.push(inner.to_owned());
    }

    /// Returns the lines without their marks.
    pub(super) fn into_lines(self) -> Vec<String> {
        self.lines
    }
}

/// Returns the text of a line that begins a quotation. A comparison (`> 0`, `>= 5`) is text.
pub(super) fn begun_quotation(line: &str) -> Option<&str> {
    let inner = next_quoted(line)?;
    let word = inner.split_whitespace().next()?;
    let is_number = word.chars().all(|c| c.is_ascii_digit() || ".,%-".contains(c));
    (!is_number && !word.starts_with('=')).then_some(inner)
}

/// Returns the text of a further line of a quotation.
fn next_quoted(line: &str) -> Option<&str> {
    let inner = line.strip_prefix('>')?;
    Some(inner.strip_prefix(' ').unwrap_or(inner))
}

/// A line of contract text without the marks of the quotations around it.
pub(in crate::emit) enum QuotedLine<'t> {
    Text(&'t str),
    /// The words for the mark that begins a note, such as `[!NOTE]`.
    Note(String),
}

/// Returns the lines of a text without the marks of quotations. Fenced code is not a quotation.
pub(in crate::emit) fn quoted_lines(text: &str) -> impl Iterator<Item = QuotedLine<'_>> {
    let (mut is_open, mut open_fence) = (false, None);
    text.lines().map(move |line| {
        let text = line.trim_start();
        let inner = match open_fence {
            Some(_) if !is_open => None,
            _ if is_open => next_quoted(text),
            _ => begun_quotation(text),
        };
        let is_first = inner.is_some() && !is_open;
        if is_open != inner.is_some() {
            open_fence = None;
        }
        is_open = inner.is_some();
        let mut inner = inner.unwrap_or(line);
        open_fence = match open_fence {
            Some((sign, length)) if closes(inner, sign, length) => None,
            None => fence(inner.trim_start()),
            open => open,
        };
        if is_open && open_fence.is_none() {
            let deeper = std::iter::successors(begun_quotation(inner), |inner| begun_quotation(inner));
            inner = deeper.take(limits::QUOTATION_DEPTH).last().unwrap_or(inner);
        }
        match note(inner) {
            Some(words) if is_first => QuotedLine::Note(words),
            _ => QuotedLine::Text(inner),
        }
    })
}

/// Returns contract text without the marks of its quotations, for a single line.
pub(super) fn without_quotation_marks(text: &str) -> Cow<'_, str> {
    if !text.contains('>') {
        return Cow::Borrowed(text);
    }
    let words = quoted_lines(text).map(|line| match line {
        QuotedLine::Text(text) => Cow::Borrowed(text),
        QuotedLine::Note(words) => Cow::Owned(words),
    });
    Cow::Owned(words.collect::<Vec<_>>().join("\n"))
}

/// Returns `true` for a paragraph that is a quotation.
pub(super) fn is_quotation(paragraph: &str) -> bool {
    begun_quotation(paragraph.trim_start()).is_some()
}

/// Returns the words for `[!NOTE]` and its kind.
fn note(line: &str) -> Option<String> {
    let kind = line.trim().strip_prefix("[!")?.strip_suffix(']')?;
    let known = ["note", "tip", "important", "warning", "caution"];
    let known = known.iter().find(|known| kind.eq_ignore_ascii_case(known))?;
    Some(format!("**{}{}:**", known[..1].to_uppercase(), &known[1..]))
}

// Ends of sentences.

/// Abbreviations that end no sentence, without their last full stop.
const SHORT: [&str; 6] = ["e.g", "i.e", "eg", "ie", "cf", "vs"];

/// Full stops, exclamation marks and question marks of scripts without spaces.
const WIDE: [char; 3] = ['。', '！', '？'];

/// Returns the places after `.`, `!` and `?` where another sentence begins, outside of code.
pub(in crate::emit) fn sentence_ends(text: &str) -> impl Iterator<Item = usize> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> String {
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lowered(&lines, 3).join("\n")
    }

    #[test]
    fn headings_of_both_forms_are_lowered_and_no_other_line() {
        for (text, wanted) in [
            ("# Limits\n\nTen.", "#### Limits\n\nTen."),
            ("#### Limits", "###### Limits"),
            ("Limits\n===\nTen.", "#### Limits\nTen."),
            ("Limits\nof calls\n------\n\nTen.", "##### Limits of calls\n\nTen."),
            ("#1 of all", "#1 of all"),
            ("####### seven", "####### seven"),
            ("Ten.\n\n---\n\nMore.", "Ten.\n\n---\n\nMore."),
            ("- Ten\n---", "- Ten\n---"),
            ("a | b\n--- | ---", "a | b\n--- | ---"),
            (
                "```text\n# not\nthis\n===\n```\n# but",
                "```text\n# not\nthis\n===\n```\n#### but",
            ),
        ] {
            assert_eq!(of(text), wanted, "{text}");
        }
    }
}
