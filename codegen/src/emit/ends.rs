//! Ends of contract text that a line of the generator goes on from: full stops where sentences meet, none before other marks.
//!
//! In: contract text. Out: safe text on one line.

use super::docs::{
    inline,
    marks::{fence, list_item},
    readable,
};

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

#[cfg(test)]
mod tests {
    use super::{followed, is_same, unended};

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
}
