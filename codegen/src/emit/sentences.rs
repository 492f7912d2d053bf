//! Sentences of the contract on a line of the generator: their ends, titles, common problem codes and deprecations.
//!
//! Full stops are where sentences meet, and none before other marks. A title is in the third person if it begins with a known verb. The
//! attribute `#[deprecated]` of an item, which the compiler repeats wherever a program uses the item, has the contract's words and the
//! day until which the item works.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::quote;
use sdkwright_contract::ir;

use super::docs::marks::{self, QuotedLine, fence, list_item};
use super::docs::{self, inline, readable};
use crate::limits;
use crate::runtime::words;

/// Escapes contract text for a line that goes on with another sentence. A list and a block of code are left as they end.
pub(crate) fn followed(text: &str) -> String {
    let line = inline(text);
    if ends_in_block(text) { line } else { ended(line) }
}

/// Ends a sentence with a full stop, unless it ends with a mark of its own.
pub(crate) fn ended(mut line: String) -> String {
    if is_open(&line) {
        line.push('.');
    }
    line
}

/// Escapes contract text for a line that goes on with a mark, such as `:` or `)`.
pub(crate) fn unended(text: &str) -> String {
    inline(text).trim_end_matches('.').to_owned()
}

/// Returns true if two texts are one sentence, with or without its full stop.
pub(crate) fn is_same(text: &str, other: &str) -> bool {
    let [text, other] = [text, other].map(|text| text.trim().trim_end_matches('.'));
    text.eq_ignore_ascii_case(other)
}

/// Returns true if a sentence ends without a mark: in a letter or a digit, also inside of brackets, quotes and emphasis.
fn is_open(line: &str) -> bool {
    let mut plain = unmarked(line);
    // Of whole sentences in brackets, the text before them decides.
    while let Some(before) = before_sentence_in_brackets(plain) {
        plain = unmarked(before);
        if before.is_empty() {
            return false;
        }
    }
    match plain.chars().next_back() {
        Some(')') => true,
        Some('"' | '\'' | '”' | '’' | '»') => {
            let inside = plain.trim_end_matches(['"', '\'', '”', '’', '»']);
            !inside.ends_with(['.', '!', '?', '…'])
        }
        Some(last) => last.is_alphanumeric() || matches!(last, ']' | '}' | '>' | '`' | '%'),
        None => false,
    }
}

fn unmarked(line: &str) -> &str {
    line.trim_end().trim_end_matches(['*', '_'])
}

/// Returns the text before the brackets at its end, if they hold a whole sentence: `See below. (Or above.)`, not `(ids, names etc.)`.
fn before_sentence_in_brackets(text: &str) -> Option<&str> {
    let inside = text.ends_with(')') && text.trim_end_matches(')').ends_with(['.', '!', '?']);
    let open = text.rfind('(').filter(|_| inside)?;
    Some(text[..open].trim_end())
}

/// Returns true if the last paragraph of a text has a list, a table or a block of code.
fn ends_in_block(text: &str) -> bool {
    let text = readable(text);
    let lines = text.trim_end().lines().rev().map(str::trim_start);
    let mut last = lines.take_while(|line| !line.is_empty());
    last.any(|line| fence(line).is_some() || list_item(line).is_some() || line.starts_with('|'))
}

// Titles of operations as the first line of their documentation.

/// Verbs with which titles begin.
const VERBS: &[&str] = words![
    accept activate add approve archive cancel close confirm create deactivate delete disable download enable fetch
    find get link list read reject remove replace retrieve send start submit sync update upload
];

/// Words after which a verb at the beginning was a noun: `List of books`.
const PREPOSITIONS: [&str; 8] = ["by", "for", "from", "in", "of", "on", "to", "with"];

/// Returns a title as a sentence: one safe line that ends with a full stop.
pub(super) fn title_sentence(title: &str) -> String {
    ended(docs::inline(&third_person(title)))
}

/// Returns a title in the third person: `List books` is `Lists books`, and `Get or create it` is `Gets or creates it`.
pub(super) fn third_person(title: &str) -> String {
    let mut words: Vec<String> = title.split_whitespace().map(str::to_owned).collect();
    let is_noun = |next: Option<&String>| next.is_none_or(|next| PREPOSITIONS.contains(&next.as_str()));
    let Some(first) = words
        .first()
        .and_then(|word| verb(word))
        .filter(|_| !is_noun(words.get(1)))
    else {
        return title.to_owned();
    };
    // A second verb of the same sentence must change too, which only `Get or create` shows for sure.
    let is_joined = matches!(words.get(1).map(String::as_str), Some("or" | "and"));
    let second = words.get(2).filter(|_| is_joined).and_then(|word| verb(word));
    let from = if is_joined { 3 } else { 1 };
    let joins = |pair: &[String]| matches!(pair[0].as_str(), "or" | "and") && verb(&pair[1]).is_some();
    if is_joined && second.is_none() || words.get(from..).is_some_and(|rest| rest.windows(2).any(joins)) {
        return title.to_owned();
    }
    words[0] = first;
    if let (Some(second), Some(word)) = (second, words.get_mut(2)) {
        *word = second;
    }
    words.join(" ")
}

/// Returns the third person of a known verb, with its first letter as written.
fn verb(word: &str) -> Option<String> {
    let verb = VERBS.iter().find(|verb| verb.eq_ignore_ascii_case(word))?;
    let ending = if verb.ends_with("ch") { "es" } else { "s" };
    Some(format!("{}{}{ending}", &word[..1], &verb[1..]))
}

// Problem codes that operations have in common, which the documentation lists once.

/// Problem codes in contract order.
#[derive(Debug, Default)]
pub(crate) struct CommonProblems<'a> {
    /// Codes of every operation that declares codes.
    pub(crate) all: Vec<&'a str>,
    /// Further codes of every operation with an idempotency key.
    pub(crate) keyed: Vec<&'a str>,
}

impl<'a> CommonProblems<'a> {
    /// Returns the common codes of an API.
    pub(crate) fn new(api: &'a ir::Api) -> Self {
        let all = shared_codes(api.operations.iter());
        let mut keyed = shared_codes(api.operations.iter().filter(|operation| operation.intent.is_some()));
        keyed.retain(|code| !all.contains(code));
        Self { all, keyed }
    }

    /// Returns true if there are no common codes.
    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_empty() && self.keyed.is_empty()
    }

    /// Returns true if the operation has the code in common with others.
    pub(crate) fn has(&self, operation: &ir::Operation, code: &str) -> bool {
        self.all.contains(&code) || operation.intent.is_some() && self.keyed.contains(&code)
    }
}

/// Returns the codes that all operations with codes declare; none of a single operation.
fn shared_codes<'a>(operations: impl Iterator<Item = &'a ir::Operation>) -> Vec<&'a str> {
    let mut rest = operations.filter(|operation| !operation.problems.is_empty()).peekable();
    let Some(first) = rest.next().filter(|_| rest.peek().is_some()) else {
        return Vec::new();
    };
    let mut common: Vec<&str> = first.problems.iter().map(String::as_str).collect();
    for operation in rest {
        let codes: HashSet<&str> = operation.problems.iter().map(String::as_str).collect();
        common.retain(|code| codes.contains(code));
    }
    common
}

// Deprecated items.

/// Words of sentences that tell of an end or a replacement.
#[rustfmt::skip]
const TELLING: [&str; 17] = [
    "deprecat", "closing down", "sunset", "supersed", "replaced by", "replaced with", "obsolete", "discontinu", "removed", "no longer",
    "in favor of", "in favour of", "instead", "not use", "don't use", "phased out", "migrat",
];

/// Returns the attribute `#[deprecated]` of an item; nothing, if the contract does not deprecate it.
pub(super) fn deprecated_attribute(text: &ir::Documentation) -> TokenStream {
    if !text.deprecated {
        return TokenStream::new();
    }
    let said = [text.description.as_deref(), text.title.as_deref()];
    let told = said.into_iter().flatten().find_map(deprecation_note);
    let end = text.sunset.map(|day| format!("It works until {day}."));
    let note: Vec<String> = told.into_iter().chain(end).collect();
    if note.is_empty() {
        return quote!(#[deprecated]);
    }
    let note = note.join(" ");
    quote!(#[deprecated = #note])
}

/// Returns the line of the documentation that says that an item is deprecated.
pub(super) fn deprecated_line(text: &ir::Documentation) -> Option<String> {
    text.deprecated.then(|| match text.sunset {
        Some(day) => format!("Deprecated: it works until {day}."),
        None => "Deprecated.".to_owned(),
    })
}

/// Returns true if the contract deprecates something that has an item.
pub(super) fn has_deprecated(api: &ir::Api) -> bool {
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
fn deprecation_note(text: &str) -> Option<String> {
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
            told = ended(told);
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
fn sentences(text: &str) -> Vec<String> {
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
    use super::{deprecation_note, followed, is_same, third_person, unended};

    #[test]
    fn a_text_is_ended_where_it_ends_in_a_word() {
        for (text, line) in [
            ("Number of records", "Number of records."),
            ("At most 50\n", "At most 50."),
            ("From 0 to 100%", "From 0 to 100%."),
            ("The **name**", "The **name**."),
            ("One of `a`", "One of `a`."),
            ("Ends in `a.`", "Ends in `a.`."),
            ("An id (text)", "An id (text)."),
            ("Ids (names etc.)", "Ids (names etc.)."),
            ("The \"name\"", "The \"name\"."),
            ("See https://a.example/b", "See <https://a.example/b>."),
        ] {
            assert_eq!(followed(text), line);
        }
    }

    #[test]
    fn a_text_with_a_mark_a_list_or_code_at_its_end_stays() {
        for text in [
            "",
            "Number of records.",
            "**Number.**",
            "Really?",
            "Now!",
            "One of:",
            "One; two;",
            "More ...",
            "Number. (Of records.)",
            "Number. (Of records.) (Of all.)",
            "It says \"no.\"",
        ] {
            assert_eq!(followed(text), text);
        }
        for text in [
            "One of:\n- a\n- b",
            "So:\n\n1. a\n   b",
            "So:\n```\na\n```",
            "| a |\n|---|\n| b |",
        ] {
            assert!(!followed(text).ends_with('.'), "{text}");
        }
        assert_eq!(followed("- a\n\nLast"), "- a Last.");
    }

    #[test]
    fn any_number_of_brackets_is_read_without_recursion() {
        assert!(followed(&format!("Number {}", "(a.)".repeat(200_000))).ends_with("(a.)."));
    }

    #[test]
    fn a_text_before_another_mark_has_no_full_stop() {
        assert_eq!(unended("Lists the providers.\n"), "Lists the providers");
        assert_eq!(unended("<p>Lists them.</p>"), "Lists them");
        assert!(is_same("List books", "List books.\n") && !is_same("List books", "List all books"));
    }

    #[test]
    fn a_title_with_a_known_verb_is_in_the_third_person() {
        for (title, third) in [
            ("List partner fiat withdrawals", "Lists partner fiat withdrawals"),
            ("Upload or link a file", "Uploads or links a file"),
            ("get and update a book", "gets and updates a book"),
            ("Create a book and its pages", "Creates a book and its pages"),
        ] {
            assert_eq!(third_person(title), third);
        }
    }

    #[test]
    fn any_other_title_stays() {
        for title in [
            "",
            "List",
            "List of books",
            "Books",
            "Borrow a book",
            "Get or borrow a book",
            "Lists books",
            "Find a book and delete it",
        ] {
            assert_eq!(third_person(title), title);
        }
    }

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
            assert_eq!(deprecation_note(text).as_deref(), note, "{text}");
        }
    }

    #[test]
    fn a_long_note_ends_at_a_word() {
        let note = deprecation_note(&format!("Deprecated {}", "word ".repeat(200))).unwrap_or_default();
        assert!(note.ends_with("word ...") && note.len() < 400, "{note}");
    }
}
