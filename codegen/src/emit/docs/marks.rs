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
