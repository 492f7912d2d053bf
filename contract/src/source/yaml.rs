//! YAML 1.2 to a tree, over the events of `granit-parser`. Constructs on which readers disagree are refused (tags
//! beyond the core schema, several documents, keys that are not scalars), or reported and read as most readers do (merge keys).

use std::collections::HashMap;

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError};

use super::build::{Reported, TreeBuilder};
use super::literal::{self, Scalar};
use super::tree::{NodeId, Notation, TextAt};
use crate::diag::{Code, Diagnostic};
use crate::limits;
use crate::text::Span;

struct YamlReader<'s, 'b, 'r> {
    text: &'s str,
    start: usize,
    builder: &'b mut TreeBuilder<'r>,
    anchors: HashMap<usize, NodeId>,
    documents: usize,
}

pub(super) fn read_yaml(text: &str, start: usize, builder: &mut TreeBuilder<'_>) -> Result<(), Reported> {
    let body = &text[start..];
    let mut reader = YamlReader {
        text,
        start,
        builder,
        anchors: HashMap::new(),
        documents: 0,
    };
    let mut parser = Parser::new_from_str(body);
    while let Some(event) = parser.next_event() {
        match event {
            Ok((event, span)) => reader.event(event, span)?,
            Err(error) => {
                let at = reader.byte(*error.marker());
                let span = reader.builder.span(at, at);
                // The scanner has a limit of its own, which it reaches before its events arrive here.
                let code = if matches!(error.kind(), ErrorKind::RecursionLimitExceeded) {
                    Code::TooDeep
                } else {
                    Code::Syntax
                };
                if is_hidden(text, at) && reader.builder.refuses(Code::HiddenCharacter) {
                    return Err(Reported);
                }
                let (message, help) = explain(&error, text, at);
                return Err(reader.builder.fail(Diagnostic::new(code, message).at(span).help(help)));
            }
        }
    }
    if reader.documents == 0 {
        let span = reader.builder.span(start, start);
        return Err(reader
            .builder
            .fail(Diagnostic::new(Code::EmptyFile, "the file is empty").at(span)));
    }
    Ok(())
}

/// A tag of the core schema of YAML 1.2 (section 10.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CoreTag {
    Str,
    Number,
    Bool,
    Null,
    Map,
    Seq,
}

/// Returns the tag that a text such as `!!float` is.
fn core_tag(text: &str) -> Option<CoreTag> {
    let full = text
        .strip_prefix("!<tag:yaml.org,2002:")
        .and_then(|rest| rest.strip_suffix('>'));
    Some(match text.strip_prefix("!!").or(full)? {
        "str" => CoreTag::Str,
        "int" | "float" => CoreTag::Number,
        "bool" => CoreTag::Bool,
        "null" => CoreTag::Null,
        "map" => CoreTag::Map,
        "seq" => CoreTag::Seq,
        _ => return None,
    })
}

impl CoreTag {
    /// Returns true if the value has the kind of the tag without it, or is a text.
    fn is_of(self, event: &Event<'_>) -> bool {
        match event {
            Event::MappingStart(..) => self == Self::Map,
            Event::SequenceStart(..) => self == Self::Seq,
            Event::Scalar(text, ..) => match literal::resolve(text) {
                _ if self == Self::Str => true,
                Scalar::Number(_) => self == Self::Number,
                Scalar::Bool(_) => self == Self::Bool,
                Scalar::Null => self == Self::Null,
                Scalar::String(_) => false,
            },
            _ => false,
        }
    }
}

impl<'s> YamlReader<'s, '_, '_> {
    fn event(&mut self, event: Event<'s>, span: granit_parser::Span) -> Result<(), Reported> {
        let tag_at = span.tag_span().map(|tag| self.span(tag));
        let span = self.span(span);
        let tag = tag_at.and_then(|at| core_tag(self.text.get(at.start as usize..at.end as usize)?));
        if let Some(tag_at) = tag_at.filter(|_| !tag.is_some_and(|tag| tag.is_of(&event))) {
            let tag = Diagnostic::new(
                Code::Tagged,
                "this value has a YAML tag that does not fit it, or that only some tools know",
            )
            .at(tag_at)
            .help("remove the tag; write a text in quotes");
            return Err(self.builder.fail(tag));
        }
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 {
                    let several = Diagnostic::new(Code::SeveralDocuments, "a second YAML document begins here")
                        .at(span)
                        .help("a contract is one document: remove the part after `---`, or move it to a separate file");
                    return Err(self.builder.fail(several));
                }
            }
            Event::Alias(anchor) => self.alias(anchor, span)?,
            Event::Scalar(text, style, anchor, _) => {
                let plain = style == ScalarStyle::Plain;
                // What is not written has the text `~`.
                let text = if plain && span.start == span.end { "" } else { &*text };
                let at = self.text(text, span);
                if self.builder.wants_key() {
                    if plain && text == "<<" {
                        return self.merge_key(at, span);
                    }
                    self.builder.key(at, span);
                    return Ok(());
                }
                let style = match style {
                    _ if tag == Some(CoreTag::Str) => Notation::Quoted,
                    _ if tag.is_some() => Notation::Plain,
                    ScalarStyle::Plain => Notation::Plain,
                    ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Notation::Quoted,
                    ScalarStyle::Literal | ScalarStyle::Folded => Notation::Block,
                };
                let node = self.builder.scalar(at, style, span)?;
                self.anchor(anchor, node);
            }
            Event::SequenceStart(_, anchor, _) => self.open(false, anchor, span)?,
            Event::MappingStart(_, anchor, _) => self.open(true, anchor, span)?,
            Event::SequenceEnd | Event::MappingEnd => {
                // A flow collection ends with its bracket; the end of a block is only known at the next token.
                let bracket = self.text.get(span.start as usize..span.end as usize);
                let end = bracket
                    .filter(|text| matches!(*text, "]" | "}"))
                    .map(|_| span.end as usize);
                self.builder.close(end)?;
            }
            // Start and end of streams and documents; others come with options that are off.
            _ => {}
        }
        Ok(())
    }

    fn open(&mut self, map: bool, anchor: usize, span: Span) -> Result<(), Reported> {
        if self.builder.wants_key() {
            return Err(self.key_not_text(span));
        }
        let node = self.builder.open(map, span)?;
        self.anchor(anchor, node);
        Ok(())
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Result<(), Reported> {
        let Some(node) = self.anchors.get(&anchor).copied() else {
            return Err(self
                .builder
                .fail(Diagnostic::new(Code::Syntax, "this alias has no anchor in the file").at(span)));
        };
        if !self.builder.wants_key() {
            return self.builder.copy(node, span);
        }
        match self.builder.is_scalar(node) {
            Some(text) => self.builder.key(text, span),
            None => return Err(self.key_not_text(span)),
        }
        Ok(())
    }

    fn anchor(&mut self, anchor: usize, node: NodeId) {
        if anchor > 0 {
            self.anchors.insert(anchor, node);
        }
    }

    /// Returns the storage of a text: the file, if it is verbatim there.
    fn text(&mut self, text: &str, span: Span) -> TextAt {
        let start = span.start as usize;
        for start in [start, start + 1] {
            if self.text.get(start..start + text.len()) == Some(text) {
                return TreeBuilder::written(start, text.len());
            }
        }
        self.builder.decoded(text)
    }

    fn merge_key(&mut self, at: TextAt, span: Span) -> Result<(), Reported> {
        let merge = Diagnostic::new(
            Code::MergeKey,
            "`<<` merges mappings in some parsers and is an ordinary key in others",
        )
        .at(span)
        .help("write the members in full, or use `$ref` or `allOf`")
        .note("YAML 1.2 has no merge keys; in lenient mode the members are merged as in YAML 1.1");
        self.builder.tolerate(merge)?;
        self.builder.merge_key(at, span);
        Ok(())
    }

    fn key_not_text(&mut self, span: Span) -> Reported {
        self.builder
            .fail(Diagnostic::new(Code::KeyNotText, "a key must be a scalar").at(span))
    }

    /// Returns the byte of a place in the file; the end for a place without one.
    fn byte(&self, at: granit_parser::Marker) -> usize {
        at.byte_offset().map_or(self.text.len(), |byte| self.start + byte)
    }

    fn span(&self, span: granit_parser::Span) -> Span {
        self.builder.span(self.byte(span.start), self.byte(span.end))
    }
}

/// Returns message and help of a syntax error.
fn explain(error: &ScanError, text: &str, at: usize) -> (String, String) {
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
    if let Some(explained) = explain_bracket(error.kind(), &found).or_else(|| explain_value(error.kind(), &found)) {
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
fn explain_value(fault: &ErrorKind, found: &str) -> Option<(String, String)> {
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
fn explain_bracket(fault: &ErrorKind, found: &str) -> Option<(String, String)> {
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
fn is_hidden(text: &str, at: usize) -> bool {
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
