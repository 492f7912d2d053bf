//! Explains errors of the YAML parser: the cause in the words of the file, and the correction.
//!
//! In: the parser's error, the text and the place. Out: a message and a help.

use crate::limits;
use granit_parser::{ErrorKind, ScanError};

/// Returns message and help of a syntax error.
pub(super) fn explain(error: &ScanError, text: &str, at: usize) -> (String, String) {
    let parser = error.info();
    let line = line_at(text, at);
    let number = text[..line.0].matches('\n').count() + 1;
    if is_hidden(text, at) {
        return (
            "a character that cannot be seen stands where YAML allows none".to_owned(),
            "remove it".to_owned(),
        );
    }
    if let Some(explained) = brackets(error.kind(), text, at) {
        return explained;
    }
    if parser.contains("tab") {
        let blank = &line.1[..line.1.len() - line.1.trim_start().len()];
        let (place, start) = if blank.contains('\t') {
            ("in the indentation", "each tab at the start of")
        } else {
            ("in a place", "the tab in")
        };
        return (
            format!("a tab is {place}, where YAML allows only spaces"),
            format!("replace {start} line {number} by spaces"),
        );
    }
    let above = above(text, line.0);
    let is_deeper = above.is_some_and(|(_, above)| indent(line.1) > indent(above));
    if parser.contains("mapping values are not allowed") {
        if let Some((up, above)) = above.filter(|(_, above)| is_deeper && has_value(above)) {
            let key = above
                .trim()
                .split(':')
                .next()
                .unwrap_or_default()
                .trim_start_matches("- ");
            return (
                format!(
                    "line {number} is indented as if it belonged to `{key}` of line {up}, which already has a value"
                ),
                format!(
                    "indent it by {} spaces like line {up}, or move the value of `{key}` to a line of its own",
                    indent(above)
                ),
            );
        }
        return (
            "a second `:` in this line starts a mapping where none is allowed".to_owned(),
            "put a text that contains `: ` in quotes, or begin a new line".to_owned(),
        );
    }
    if parser.contains("did not find expected key")
        || parser.contains("block mapping")
        || parser.contains("invalid indentation")
    {
        let fits = "indent it exactly like the lines that it belongs to; look for a missing quote or bracket above";
        return (
            format!("line {number} continues none of the lines above it: {parser}"),
            fits.to_owned(),
        );
    }
    let help = format!("look at line {number} and at the line above it: indentation, quotes, brackets and `:`");
    (parser, help)
}

/// Explains brackets and quotes without a partner, and characters that start nothing.
fn brackets(fault: &ErrorKind, text: &str, at: usize) -> Option<(String, String)> {
    let rest = text.get(at..).unwrap_or_default();
    let found = rest.split_whitespace().next().unwrap_or_default();
    let found: String = found.chars().take(limits::WORD_CHARACTERS).collect();
    let found = match found.as_str() {
        "" => "the end".to_owned(),
        found => format!("`{found}`"),
    };
    let (message, help) = match fault {
        ErrorKind::UnclosedFlowCollection { open } => (
            format!("this `{open}` is never closed"),
            format!("add `{}` after its last member or item", closing(*open)),
        ),
        ErrorKind::MismatchedFlowCollectionEnd { open, close } => (
            format!("`{close}` closes what `{open}` opened"),
            format!("write `{}` here, or look for a missing bracket above", closing(*open)),
        ),
        ErrorKind::ExpectedFlowMappingSeparator => (
            format!("{found} is where the `{{` above needs `,` or `}}`"),
            "add what is missing, or put a text that contains a bracket, `,` or `:` in quotes".to_owned(),
        ),
        ErrorKind::ExpectedFlowSequenceSeparator => (
            format!("{found} is where the `[` above needs `,` or `]`"),
            "add what is missing, or put a text that contains a bracket, `,` or `:` in quotes".to_owned(),
        ),
        ErrorKind::MisplacedFlowCollectionEnd => (
            format!("{found} closes nothing"),
            "remove it, or put a text that contains it in quotes".to_owned(),
        ),
        ErrorKind::InvalidColonPlacement => (
            "this `:` is inside of a `[` or `{` that is not closed above".to_owned(),
            "close the bracket, or put a text that contains `:` in quotes".to_owned(),
        ),
        ErrorKind::UnclosedQuotedScalar => (
            "this quote is never closed".to_owned(),
            "add the same quote at the end of the text".to_owned(),
        ),
        ErrorKind::UnexpectedCharacter { character } => (
            format!("a value cannot start with `{character}`"),
            "put the text in quotes".to_owned(),
        ),
        _ => return None,
    };
    Some((message, help))
}

fn closing(open: char) -> char {
    if open == '[' { ']' } else { '}' }
}

/// Returns true for a control character, which is reported as such.
pub(super) fn is_hidden(text: &str, at: usize) -> bool {
    let byte = text.as_bytes().get(at);
    byte.is_some_and(|byte| byte.is_ascii_control() && !b"\t\n\r".contains(byte))
}

/// Returns the start and the text of the line of a place.
fn line_at(text: &str, at: usize) -> (usize, &str) {
    let at = (0..=at.min(text.len()))
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0);
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    (start, text[start..].lines().next().unwrap_or_default())
}

/// Returns number and text of the nearest line above that is neither empty nor a comment.
fn above(text: &str, start: usize) -> Option<(usize, &str)> {
    let lines = text[..start].lines().enumerate();
    lines
        .filter(|(_, line)| !line.trim().is_empty() && !line.trim_start().starts_with('#'))
        .last()
        .map(|(at, line)| (at + 1, line))
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// Returns true if the line has a key and a value.
fn has_value(line: &str) -> bool {
    line.split_once(": ").is_some_and(|(_, value)| !value.trim().is_empty())
}
