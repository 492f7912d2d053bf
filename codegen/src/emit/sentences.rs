//! Markdown of the contract to plain sentences, for places that show no Markdown.

use super::docs::quotes::{self, Line};
use super::docs::{self, stops};

/// Returns the sentences of a text without marks of emphasis, targets of links and fenced code. Code keeps its marks.
pub(super) fn sentences(text: &str) -> Vec<String> {
    let text = docs::readable(text);
    let (mut paragraphs, mut fenced) = (vec![String::new()], false);
    for line in quotes::lines(&text) {
        let Line::Text(line) = line else {
            paragraphs.push(String::new());
            continue;
        };
        let line = line.trim_start();
        if line.starts_with("```") || line.starts_with("~~~") {
            fenced = !fenced;
            continue;
        }
        let item = ["- ", "* ", "+ "].iter().find_map(|mark| line.strip_prefix(mark));
        let is_heading = line.starts_with('#');
        if item.is_some() || is_heading || line.is_empty() {
            paragraphs.push(String::new());
        }
        if fenced {
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
    // No further than the next bracket: many that are open must cost little.
    let inner = text.strip_prefix('[')?;
    let (shown, after) = inner.split_at(inner.find(['[', ']'])?);
    let after = after.strip_prefix("](")?;
    let end = after.find([')', '['])?;
    Some((shown, after[end..].strip_prefix(')')?))
}

/// Splits a paragraph into its sentences.
fn split(paragraph: &str) -> Vec<String> {
    let ends: Vec<usize> = stops::ends(paragraph).chain([paragraph.len()]).collect();
    let starts = [0].into_iter().chain(ends.iter().copied());
    let all = starts
        .zip(&ends)
        .map(|(start, end)| paragraph[start..*end].trim().to_owned());
    all.filter(|sentence| !sentence.is_empty()).collect()
}
