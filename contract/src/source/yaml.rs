//! YAML 1.2 to a tree, over the events of `granit-parser`. Constructs on which readers disagree are refused (tags
//! beyond the core schema, several documents, keys that are not scalars), or reported and read as most readers do (merge keys).

use super::build::{Reported, TreeBuilder};
use super::literal::Scalar;
use super::scalar;
use super::tree::{NodeId, Notation, TextAt};
use super::yaml_syntax as syntax;
use crate::diag::{Code, Diagnostic};
use crate::text::Span;
use granit_parser::{ErrorKind, Event, Parser, ScalarStyle};
use std::collections::HashMap;

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
                if syntax::is_hidden(text, at) && reader.builder.refuses(Code::HiddenCharacter) {
                    return Err(Reported);
                }
                let (message, help) = syntax::explain(&error, text, at);
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
            Event::Scalar(text, ..) => match scalar::resolve(text) {
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
