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
            "an invisible control character is here, which YAML does not allow".to_owned(),
            "remove it".to_owned(),
        );
    }
    let found = found(text, at);
    if let Some(explained) = brackets(error.kind(), &found).or_else(|| values(error.kind(), &found)) {
        return explained;
    }
    if parser.contains("tab") {
        let blank = &line.1[..line.1.len() - line.1.trim_start().len()];
        let (place, start) = if blank.contains('\t') {
            ("in the indentation", "each tab at the start of")
        } else {
            ("between two parts of a line", "the tab in")
        };
        return (
            format!("there is a tab {place}; YAML allows only spaces there"),
            format!("replace {start} line {number} with spaces"),
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
                    "indent it by {} spaces like line {up}, or move the value of `{key}` to the next line",
                    indent(above)
                ),
            );
        }
        return (
            "this line has a second `:`, which would start a mapping in the middle of a value".to_owned(),
            "write a text that contains `: ` in quotes, or start a new line".to_owned(),
        );
    }
    if parser.contains("did not find expected key")
        || parser.contains("block mapping")
        || parser.contains("invalid indentation")
    {
        let fits = "indent it exactly like the other lines of its mapping or list; if it is right, look for a missing quote or bracket above";
        return (
            format!("the indentation of line {number} matches none of the lines above it"),
            fits.to_owned(),
        );
    }
    let help = format!("look at line {number} and at the line above it: indentation, quotes, brackets and `:`");
    (parser, help)
}

/// Returns the first word at a place, as messages show it.
fn found(text: &str, at: usize) -> String {
    let rest = text.get(at..).unwrap_or_default();
    let found = rest.split_whitespace().next().unwrap_or_default();
    let found: String = found.chars().take(limits::WORD_CHARACTERS).collect();
    match found.as_str() {
        "" => "the end".to_owned(),
        found => format!("`{found}`"),
    }
}

/// Explains texts, aliases, tags and comments that YAML does not allow in this form.
fn values(fault: &ErrorKind, found: &str) -> Option<(String, String)> {
    let (message, help) = match fault {
        ErrorKind::InvalidTrailingSingleQuotedScalar => (
            format!("{found} follows the closing quote of a text"),
            "write a `'` in a text as `''`, or use double quotes; put a comment after a space and `#`".to_owned(),
        ),
        ErrorKind::InvalidTrailingDoubleQuotedScalar => (
            format!("{found} follows the closing quote of a text"),
            "write a `\"` in a text as `\\\"`, or use single quotes; put a comment after a space and `#`".to_owned(),
        ),
        ErrorKind::UnknownQuotedScalarEscape | ErrorKind::InvalidQuotedScalarHexEscape => (
            "YAML does not have this escape".to_owned(),
            "write a backslash as `\\\\`, or use single quotes, in which it has no meaning".to_owned(),
        ),
        ErrorKind::UndeclaredTagHandle | ErrorKind::ExpectedTagBang => (
            format!("{found} begins with `!`, which starts a YAML tag"),
            "write the text in quotes".to_owned(),
        ),
        ErrorKind::UnexpectedEof
        | ErrorKind::UnexpectedEofFlowSequence
        | ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::UnexpectedEofImplicitFlowMapping
        | ErrorKind::UnexpectedEofBlockSequence
        | ErrorKind::UnexpectedEofBlockMapping => (
            "the file ends in the middle of a value".to_owned(),
            "add the missing end; if the file was downloaded, download it again".to_owned(),
        ),
        ErrorKind::MissingAnchorOrAliasName => (
            format!("{found} starts a YAML alias or anchor, but has no name"),
            "write a text that begins with `*` or `&` in quotes".to_owned(),
        ),
        ErrorKind::ExpectedNodeContent | ErrorKind::BlockSequenceEntryNotAllowed => (
            format!("a value cannot begin with {found} here"),
            "write a list on the lines after its key, or a text in quotes".to_owned(),
        ),
        ErrorKind::InvalidBlockScalarHeader | ErrorKind::ZeroBlockScalarIndent => (
            format!("{found} is not allowed after `|` or `>`"),
            "begin the text on the next line, indented".to_owned(),
        ),
        ErrorKind::InvalidQuotedScalarIndent | ErrorKind::InvalidFlowScalarIndent => (
            "this line continues a value, but is not indented".to_owned(),
            "indent the lines of a value further than its key".to_owned(),
        ),
        ErrorKind::CommentNotSeparated => (
            "a `#` follows a value without a space".to_owned(),
            "write a space before a comment, or the text in quotes".to_owned(),
        ),
        ErrorKind::UnknownAnchor => (
            format!("the alias {found} refers to an anchor that is not defined before it"),
            "define the anchor with `&` before its first alias, or write a text that begins with `*` in quotes"
                .to_owned(),
        ),
        _ => return None,
    };
    Some((message, help))
}

/// Explains brackets and quotes without a partner, and characters that start nothing.
fn brackets(fault: &ErrorKind, found: &str) -> Option<(String, String)> {
    let (message, help) = match fault {
        ErrorKind::UnclosedFlowCollection { open } => (
            format!("this `{open}` is not closed"),
            format!("add `{}` after its last member or item", closing(*open)),
        ),
        ErrorKind::MismatchedFlowCollectionEnd { open, close } => (
            format!("`{close}` closes what `{open}` opened"),
            format!("write `{}` here, or look for a missing bracket above", closing(*open)),
        ),
        ErrorKind::ExpectedFlowMappingSeparator => (
            format!("expected `,` or `}}` because of the `{{` before, found {found}"),
            "add the missing character, or write a text that contains a bracket, `,` or `:` in quotes".to_owned(),
        ),
        ErrorKind::ExpectedFlowSequenceSeparator => (
            format!("expected `,` or `]` because of the `[` before, found {found}"),
            "add the missing character, or write a text that contains a bracket, `,` or `:` in quotes".to_owned(),
        ),
        ErrorKind::MisplacedFlowCollectionEnd => (
            format!("{found} closes nothing"),
            "remove it, or write a text that contains it in quotes".to_owned(),
        ),
        ErrorKind::InvalidColonPlacement => (
            "this `:` is inside a `[` or `{` that was not closed".to_owned(),
            "close the bracket, or write a text that contains `:` in quotes".to_owned(),
        ),
        ErrorKind::UnclosedQuotedScalar => (
            "this quote is not closed".to_owned(),
            "add the same quote at the end of the text".to_owned(),
        ),
        ErrorKind::UnexpectedCharacter { character } => (
            format!("a value cannot start with `{character}`"),
            "write the text in quotes".to_owned(),
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
