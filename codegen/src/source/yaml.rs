//! YAML 1.2 to a tree, over the events of `saphyr-parser`. Constructs on which readers disagree are refused (tags,
//! several documents, keys that are not scalars), or reported and read as most readers do (merge keys).

use super::build::{Reported, TreeBuilder};
use super::offsets::Offsets;
use super::tree::{NodeId, Style, TextAt};
use super::yaml_syntax as syntax;
use crate::diag::{Code, Diagnostic};
use crate::text::Span;
use saphyr_parser::{Event, Parser, ScalarStyle};
use std::collections::HashMap;

struct Reader<'s, 'b, 'r> {
    text: &'s str,
    start: usize,
    offsets: Offsets<'s>,
    builder: &'b mut TreeBuilder<'r>,
    anchors: HashMap<usize, NodeId>,
    documents: usize,
}

pub(super) fn read(text: &str, start: usize, builder: &mut TreeBuilder<'_>) -> Result<(), Reported> {
    let body = &text[start..];
    let offsets = Offsets::new(body);
    let mut reader = Reader {
        text,
        start,
        offsets,
        builder,
        anchors: HashMap::new(),
        documents: 0,
    };
    let mut parser = Parser::new_from_str(body);
    while let Some(event) = parser.next_event() {
        match event {
            Ok((event, span)) => reader.event(event, span)?,
            Err(error) => {
                let at = reader.byte(error.marker().index());
                let span = reader.builder.span(at, at);
                // The scanner has a limit of its own, which it reaches before its events arrive here.
                let code = if error.info().contains("recursion limit") {
                    Code::TooDeep
                } else {
                    Code::Syntax
                };
                if syntax::is_hidden(text, at) && reader.builder.refuses(Code::HiddenCharacter) {
                    return Err(Reported);
                }
                let (message, help) = syntax::explain(error.info(), text, at);
                return Err(reader.builder.fail(Diagnostic::new(code, message).at(span).help(help)));
            }
        }
    }
    if reader.documents == 0 {
        let span = reader.builder.span(start, start);
        return Err(reader
            .builder
            .fail(Diagnostic::new(Code::EmptyFile, "there is nothing in the file").at(span)));
    }
    Ok(())
}

impl<'s> Reader<'s, '_, '_> {
    fn event(&mut self, event: Event<'s>, span: saphyr_parser::Span) -> Result<(), Reported> {
        let span = self.span(span);
        match event {
            Event::DocumentStart(_) => {
                self.documents += 1;
                if self.documents > 1 {
                    let several = Diagnostic::new(Code::SeveralDocuments, "a second YAML document begins here")
                        .at(span)
                        .help(
                            "one contract is one document: remove what follows `---`, or put it in a file of its own",
                        );
                    return Err(self.builder.fail(several));
                }
            }
            Event::Alias(anchor) => self.alias(anchor, span)?,
            Event::Scalar(text, style, anchor, tag) => {
                self.refuse_tag(tag.is_some(), span)?;
                let plain = style == ScalarStyle::Plain;
                let at = self.text(&text, span);
                if self.builder.wants_key() {
                    if plain && text == "<<" {
                        return self.merge_key(at, span);
                    }
                    self.builder.key(at, span);
                    return Ok(());
                }
                let style = match style {
                    ScalarStyle::Plain => Style::Plain,
                    ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Style::Quoted,
                    ScalarStyle::Literal | ScalarStyle::Folded => Style::Block,
                };
                let node = self.builder.scalar(at, style, span)?;
                self.anchor(anchor, node);
            }
            Event::SequenceStart(anchor, tag) => self.open(false, anchor, tag.is_some(), span)?,
            Event::MappingStart(anchor, tag) => self.open(true, anchor, tag.is_some(), span)?,
            Event::SequenceEnd | Event::MappingEnd => {
                // A flow collection ends with its bracket; the end of a block is only known at the next token.
                let bracket = self.text.get(span.start as usize..span.end as usize);
                let end = bracket
                    .filter(|text| matches!(*text, "]" | "}"))
                    .map(|_| span.end as usize);
                self.builder.close(end)?;
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
        Ok(())
    }

    fn open(&mut self, map: bool, anchor: usize, tagged: bool, span: Span) -> Result<(), Reported> {
        self.refuse_tag(tagged, span)?;
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
                .fail(Diagnostic::new(Code::Syntax, "an alias without an anchor").at(span)));
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

    fn refuse_tag(&mut self, tagged: bool, span: Span) -> Result<(), Reported> {
        if !tagged {
            return Ok(());
        }
        let tag = Diagnostic::new(Code::Tagged, "this value has a YAML tag")
            .at(span)
            .help("remove the tag; put text in quotes");
        Err(self.builder.fail(tag))
    }

    fn merge_key(&mut self, at: TextAt, span: Span) -> Result<(), Reported> {
        let merge = Diagnostic::new(
            Code::MergeKey,
            "`<<` merges mappings in some readers and is a plain key in others",
        )
        .at(span)
        .help("write the members out, or use `$ref` or `allOf`")
        .note("YAML 1.2 has no merge keys; where this is no error, the members are taken over as YAML 1.1 says");
        self.builder.tolerate(merge)?;
        self.builder.merge_key(at, span);
        Ok(())
    }

    fn key_not_text(&mut self, span: Span) -> Reported {
        self.builder
            .fail(Diagnostic::new(Code::KeyNotText, "a key must be a scalar").at(span))
    }

    fn byte(&self, character: usize) -> usize {
        self.start + self.offsets.byte(character)
    }

    fn span(&self, span: saphyr_parser::Span) -> Span {
        self.builder
            .span(self.byte(span.start.index()), self.byte(span.end.index()))
    }
}
