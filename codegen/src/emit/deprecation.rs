//! Deprecated items: their attribute, with the contract's words and the day until which they work.
//!
//! In: the text of a node. Out: `#[deprecated]`, which the compiler repeats wherever a program uses the item.

use proc_macro2::TokenStream;
use quote::quote;
use sdkwright_contract::ir;

use super::docs::marks::{self, QuotedLine};
use super::{docs, ends};
use crate::limits;

/// Words of sentences that tell of an end or a replacement.
#[rustfmt::skip]
const TELLING: [&str; 17] = [
    "deprecat", "closing down", "sunset", "supersed", "replaced by", "replaced with", "obsolete", "discontinu", "removed", "no longer",
    "in favor of", "in favour of", "instead", "not use", "don't use", "phased out", "migrat",
];

/// Returns the attribute of an item; nothing, if the contract does not deprecate it.
pub(super) fn attribute(text: &ir::Documentation) -> TokenStream {
    if !text.deprecated {
        return TokenStream::new();
    }
    let said = [text.description.as_deref(), text.title.as_deref()];
    let told = said.into_iter().flatten().find_map(words);
    let end = text.sunset.map(|day| format!("It works until {day}."));
    let note: Vec<String> = told.into_iter().chain(end).collect();
    if note.is_empty() {
        return quote!(#[deprecated]);
    }
    let note = note.join(" ");
    quote!(#[deprecated = #note])
}

/// Returns the line of the documentation.
pub(super) fn line(text: &ir::Documentation) -> Option<String> {
    text.deprecated.then(|| match text.sunset {
        Some(day) => format!("Deprecated: it works until {day}."),
        None => "Deprecated.".to_owned(),
    })
}

/// Returns true if the contract deprecates something that has an item.
pub(super) fn is_needed(api: &ir::Api) -> bool {
    let operations = api.operations.iter();
    let mut parameters = operations.clone().flat_map(|operation| &operation.parameters);
    let mut headers = operations.clone().flat_map(ir::Operation::headers);
    let of_type = |ty: &ir::Type| {
        ty.text.deprecated
            || match &ty.shape {
                ir::Shape::Object(shape) => shape.members.iter().any(|member| member.text.deprecated),
                ir::Shape::Enum(shape) => shape.values.iter().any(|value| value.text.deprecated),
                _ => false,
            }
    };
    let mut events = api.webhooks.iter().flat_map(|webhooks| &webhooks.events);
    operations.clone().any(|operation| operation.text.deprecated)
        || parameters.any(|parameter| parameter.text.deprecated)
        || events.any(|event| event.text.deprecated)
        || headers.any(|header| header.text.deprecated)
        || api.types().any(|(_, ty)| of_type(ty))
}

/// Returns the sentences of a text that tell of an end or a replacement.
fn words(text: &str) -> Option<String> {
    let mut told = String::new();
    let sentences = sentences(text);
    let telling = sentences.iter().filter(|sentence| {
        let lower = sentence.to_lowercase();
        let says_more = lower.trim_matches(|c: char| !c.is_alphanumeric()) != "deprecated";
        says_more && TELLING.iter().any(|word| lower.contains(word))
    });
    for sentence in telling.take(limits::NOTE_SENTENCES) {
        if !told.is_empty() && told.chars().count() + sentence.chars().count() > limits::NOTE_CHARACTERS {
            break;
        }
        if !told.is_empty() {
            told = ends::ended(told);
            told.push(' ');
        }
        told.push_str(sentence);
    }
    if told.is_empty() {
        return None;
    }
    if let Some((end, _)) = told.char_indices().nth(limits::NOTE_CHARACTERS) {
        told.truncate(end);
        told.truncate(told.rfind(' ').unwrap_or(end));
        told.push_str(" ...");
    } else if !told.ends_with(['.', '!', '?', ':', ')']) {
        told.push('.');
    }
    Some(told)
}

// Markdown of the contract to plain sentences, for places that show no Markdown.

/// Returns the sentences of a text without marks of emphasis, targets of links and fenced code. Code keeps its marks.
pub(super) fn sentences(text: &str) -> Vec<String> {
    let text = docs::readable(text);
    let (mut paragraphs, mut fenced) = (vec![String::new()], false);
    for line in marks::quoted_lines(&text) {
        let QuotedLine::Text(line) = line else {
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
    let ends: Vec<usize> = marks::sentence_ends(paragraph).chain([paragraph.len()]).collect();
    let starts = [0].into_iter().chain(ends.iter().copied());
    let all = starts
        .zip(&ends)
        .map(|(start, end)| paragraph[start..*end].trim().to_owned());
    all.filter(|sentence| !sentence.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn a_note_repeats_the_sentences_that_tell_of_the_end() {
        for (text, note) in [
            (
                "Use `GET /v1/disks/{disk}` instead",
                Some("Use `GET /v1/disks/{disk}` instead."),
            ),
            (
                "Deprecated: Use redirect_uris instead.\n",
                Some("Deprecated: Use redirect_uris instead."),
            ),
            ("Deprecated. The status of the file, such as `a. b`.", None),
            ("Deletes an assistant.", None),
            (
                "The number of [tokens](/tokenizer).\n\nThis value is now deprecated in favor of `max`, and is\nnot compatible.\n",
                Some("This value is now deprecated in favor of `max`, and is not compatible."),
            ),
            (
                "Starts an import.\n\n> [!WARNING]\n> **Closing down notice:** It is closing down on e.g. 2024-04-12. For details, see [the log](https://a.b/c). Use B instead.",
                Some("Closing down notice: It is closing down on e.g. 2024-04-12. Use B instead."),
            ),
            ("<p>It is <b>obsolete</b>.</p><p>Other</p>", Some("It is obsolete.")),
            ("```\nuse b instead\n```\nReturns it.", None),
            (
                "Zeile eins.\r\n* Please do not use it\u{202e}.",
                Some("Please do not use it."),
            ),
        ] {
            assert_eq!(words(text).as_deref(), note, "{text}");
        }
    }

    #[test]
    fn a_long_note_ends_at_a_word() {
        let note = words(&format!("Deprecated {}", "word ".repeat(200))).unwrap_or_default();
        assert!(note.ends_with("word ...") && note.len() < 400, "{note}");
    }
}
