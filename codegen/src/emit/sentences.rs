//! Markdown of the contract to plain sentences, for places that show no Markdown.

use super::docs;

/// Returns the sentences of a text without marks of emphasis, targets of links and fenced code. Code keeps its marks.
pub(super) fn sentences(text: &str) -> Vec<String> {
    let text = docs::readable(text);
    let (mut paragraphs, mut fenced) = (vec![String::new()], false);
    for line in text.lines() {
        let line = line.trim_start_matches(|c: char| c.is_whitespace() || c == '>');
        if line.starts_with("```") || line.starts_with("~~~") {
            fenced = !fenced;
            continue;
        }
        let item = ["- ", "* ", "+ "].iter().find_map(|mark| line.strip_prefix(mark));
        let is_heading = line.starts_with('#');
        if item.is_some() || is_heading || line.is_empty() || line.starts_with("[!") {
            paragraphs.push(String::new());
        }
        if fenced || line.starts_with("[!") {
            continue;
        }
        if let Some(paragraph) = paragraphs.last_mut() {
            paragraph.push_str(item.unwrap_or(line).trim_start_matches('#').trim());
            paragraph.push(' ');
        }
        if is_heading {
            paragraphs.push(String::new());
        }
    }
    let plain = paragraphs
        .iter()
        .map(|paragraph| without_marks(&docs::one_line(paragraph)));
    plain.flat_map(|paragraph| split(&paragraph)).collect()
}

/// Removes emphasis and the targets of links.
fn without_marks(text: &str) -> String {
    let (mut out, mut in_code) = (String::new(), false);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        in_code ^= c == '`';
        if !in_code {
            if let Some(after) = rest.strip_prefix("**").or_else(|| rest.strip_prefix("__")) {
                rest = after;
                continue;
            }
            if let Some((shown, after)) = link(rest) {
                out.push_str(&without_marks(shown));
                rest = after;
                continue;
            }
        }
        out.push(c);
        rest = &rest[c.len_utf8()..];
    }
    out
}

/// Returns the text of a link at the start of a text, and what follows the link.
fn link(text: &str) -> Option<(&str, &str)> {
    let (shown, after) = text.strip_prefix('[')?.split_once("](")?;
    let (_, after) = after.split_once(')')?;
    (!shown.contains(['[', ']'])).then_some((shown, after))
}

/// Splits a paragraph behind `.`, `!` and `?` where another sentence begins.
fn split(paragraph: &str) -> Vec<String> {
    let (mut all, mut start, mut in_code) = (Vec::new(), 0, false);
    for (at, c) in paragraph.char_indices() {
        in_code ^= c == '`';
        if in_code || !matches!(c, '.' | '!' | '?') {
            continue;
        }
        let rest = &paragraph[at + 1..];
        let rest = rest.trim_start_matches(['.', '!', '?', ')', '"', '\'', '*', '_']);
        let next = rest.strip_prefix(' ').and_then(|rest| rest.chars().next());
        let end = paragraph.len() - rest.len();
        if end > start && next.is_some_and(|next| !next.is_lowercase() && !next.is_ascii_digit()) {
            all.push(paragraph[start..end].trim().to_owned());
            start = end;
        }
    }
    all.push(paragraph[start..].trim().to_owned());
    all.retain(|sentence| !sentence.is_empty());
    all
}
