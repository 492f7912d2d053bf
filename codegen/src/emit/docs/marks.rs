//! Marks of Markdown: code spans, fences and list items.

use std::collections::HashMap;

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
