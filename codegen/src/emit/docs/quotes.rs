//! Quotations of the contract (`> text`): which lines they have, and the note that begins one.

use std::borrow::Cow;

use super::marks::{closes, fence, list_item};
use crate::limits;

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
        let inner = next(text).or_else(|| goes_on.then_some(text));
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
pub(super) fn begun(line: &str) -> Option<&str> {
    let inner = next(line)?;
    let word = inner.split_whitespace().next()?;
    let is_number = word.chars().all(|c| c.is_ascii_digit() || ".,%-".contains(c));
    (!is_number && !word.starts_with('=')).then_some(inner)
}

/// Returns the text of a further line of a quotation.
fn next(line: &str) -> Option<&str> {
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
pub(in crate::emit) fn lines(text: &str) -> impl Iterator<Item = QuotedLine<'_>> {
    let (mut is_open, mut open_fence) = (false, None);
    text.lines().map(move |line| {
        let text = line.trim_start();
        let inner = match open_fence {
            Some(_) if !is_open => None,
            _ if is_open => next(text),
            _ => begun(text),
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
            let deeper = std::iter::successors(begun(inner), |inner| begun(inner));
            inner = deeper.take(limits::QUOTATION_DEPTH).last().unwrap_or(inner);
        }
        match note(inner) {
            Some(words) if is_first => QuotedLine::Note(words),
            _ => QuotedLine::Text(inner),
        }
    })
}

/// Returns contract text without the marks of its quotations, for a single line.
pub(super) fn unmarked(text: &str) -> Cow<'_, str> {
    if !text.contains('>') {
        return Cow::Borrowed(text);
    }
    let words = lines(text).map(|line| match line {
        QuotedLine::Text(text) => Cow::Borrowed(text),
        QuotedLine::Note(words) => Cow::Owned(words),
    });
    Cow::Owned(words.collect::<Vec<_>>().join("\n"))
}

/// Returns `true` for a paragraph that is a quotation.
pub(super) fn is_quotation(paragraph: &str) -> bool {
    begun(paragraph.trim_start()).is_some()
}

/// Returns the words for `[!NOTE]` and its kind.
fn note(line: &str) -> Option<String> {
    let kind = line.trim().strip_prefix("[!")?.strip_suffix(']')?;
    let known = ["note", "tip", "important", "warning", "caution"];
    let known = known.iter().find(|known| kind.eq_ignore_ascii_case(known))?;
    Some(format!("**{}{}:**", known[..1].to_uppercase(), &known[1..]))
}
