//! State of the parser: schema ids, reference resolution, and the filter of `x-` words.

use std::collections::{HashMap, HashSet, VecDeque};

use crate::diag::{Code, Diagnostic, Report};
use crate::document::dialects;
use crate::document::ledger::ObjectKind;
use crate::document::model::Dialect;
use crate::document::references::References;
use crate::document::schema::{Extension, Extensions, Schema, SchemaId};
use crate::document::walk::KeywordWalk;
use crate::source::{Node, NodeId, Tree};

/// The end of a chain of references.
#[derive(Debug, Clone, Copy)]
pub(super) enum ChainEnd {
    Object(NodeId),
    /// A reference names no such object, which is reported.
    Nothing,
    Cycle,
}

/// Advice about a reference to the wrong kind of object.
pub(super) const WRONG_TARGET: &str = "refer to an object of that kind; in lenient mode the reference is left out";

/// State of the parser.
pub(super) struct Parser<'t, 'r> {
    pub(super) tree: &'t Tree,
    pub(super) dialect: Dialect,
    pub(super) report: &'r mut Report,
    pub(super) references: References<'t>,
    pub(super) walk: KeywordWalk<'t>,
    pub(super) schemas: Vec<Schema>,
    /// Schema id of each node.
    pub(super) ids: Vec<Option<SchemaId>>,
    /// Schemas that have an id but are not read yet.
    pub(super) queue: VecDeque<(SchemaId, Node<'t>)>,
    /// The end of each chain of references that was followed.
    pub(super) ends: HashMap<(NodeId, ObjectKind), ChainEnd>,
    /// Names of the parameters of the path that are reported as invalid.
    pub(super) refused_parameters: HashSet<&'t str>,
    /// Sentences about required parameters that no request has, of the present path or operation.
    pub(super) left_out: Vec<String>,
    /// Security schemes by name; true if the scheme could be read.
    pub(super) schemes: HashMap<&'t str, bool>,
}

impl<'t> Parser<'t, '_> {
    /// Returns true if the contract is OpenAPI 3.2.
    pub(super) fn is_32(&self) -> bool {
        self.tree.root().is_some_and(dialects::is_32)
    }

    /// Returns the `x-` words of an object. Excludes words of our vocabulary in another shape, which `walk` reports as
    /// foreign.
    pub(super) fn extensions(&self, node: Node<'t>) -> Extensions {
        let all = node.members().filter(|member| member.key.starts_with("x-"));
        let ours = all.filter(|member| !self.walk.is_foreign(member.value.id()));
        let extension = |member: crate::source::Member<'_>| Extension {
            name: member.key.to_owned(),
            name_span: member.key_span,
            node: member.value.id(),
        };
        Extensions(ours.map(extension).collect())
    }

    /// Returns the value of a word of our vocabulary, if it has the expected shape.
    pub(super) fn ours(&self, node: Node<'t>, name: &str) -> Option<Node<'t>> {
        node.get(name).filter(|value| !self.walk.is_foreign(value.id()))
    }

    /// Returns the node itself, or the end of its chain of references. `None`: names nothing, which is reported. A part of a chain
    /// is followed once, from wherever it is referred to.
    pub(super) fn follow(&mut self, node: Node<'t>, place: ObjectKind) -> Option<Node<'t>> {
        let mut at = node;
        let mut seen = HashSet::new();
        let end = loop {
            let Some(reference) = at.get("$ref").filter(|reference| reference.text().is_some()) else {
                let end = at.is_map().then(|| at.id());
                break end.map_or(ChainEnd::Nothing, ChainEnd::Object);
            };
            let known = self.ends.get(&(at.id(), place)).copied();
            let known = known.or_else(|| (!seen.insert(at.id())).then_some(ChainEnd::Cycle));
            if let Some(end) = known {
                if matches!(end, ChainEnd::Cycle) {
                    let cycle = Diagnostic::new(Code::ReferenceCycle, "these references refer only to each other");
                    self.report.push(cycle.at(reference.span()));
                }
                break end;
            }
            match self.step(reference, place) {
                Some(next) => at = next,
                None => break ChainEnd::Nothing,
            }
        };
        self.ends.extend(seen.into_iter().map(|id| ((id, place), end)));
        match end {
            ChainEnd::Object(id) => Some(self.tree.node(id)),
            ChainEnd::Nothing | ChainEnd::Cycle => None,
        }
    }

    /// Returns the object that a reference names. `None`: no such object, which is reported.
    fn step(&mut self, reference: Node<'t>, place: ObjectKind) -> Option<Node<'t>> {
        let target = self.references.resolve(reference, self.report)?;
        if !self.is_a(target, place, reference) {
            return None;
        }
        if !target.is_map() {
            let wrong = Diagnostic::new(
                Code::WrongTarget,
                format!("the target of this reference is not {}", bare(place)),
            );
            let wrong = wrong.at(reference.span()).also(target.span(), "this is the target");
            self.report.push(wrong.help(WRONG_TARGET));
            return None;
        }
        // A target outside of the known sections (another file, a section of its own) has not been walked yet.
        self.walk.run(target, place, self.report);
        Some(target)
    }

    /// Returns true if the target of a reference is of the expected kind, as far as its own position tells; reports it
    /// if not.
    pub(super) fn is_a(&mut self, target: Node<'t>, place: ObjectKind, reference: Node<'t>) -> bool {
        match self.walk.place_of(target.id()) {
            Some(found) if found != place => {
                let message = format!("the target of this reference is {}, not {}", found.name(), place.name());
                let wrong = Diagnostic::new(Code::WrongTarget, message).at(reference.span());
                let wrong = wrong.also(target.span(), "this is the target");
                self.report.push(wrong.help(WRONG_TARGET));
                false
            }
            _ => true,
        }
    }
}

fn bare(place: ObjectKind) -> &'static str {
    let name = place.name();
    name.strip_prefix("an ")
        .or_else(|| name.strip_prefix("a "))
        .unwrap_or(name)
}

// Readers of scalars and lists. A value of the wrong kind reads as absent; `walk` has reported it.

pub(super) fn text(node: Node<'_>, key: &str) -> Option<String> {
    node.get(key).and_then(Node::as_str).map(str::to_owned)
}

/// Reads a text for people. One that shows nothing or marks alone, such as a lone dot, is none: some tools write one where
/// nobody wrote any.
pub(super) fn prose(node: Node<'_>, key: &str) -> Option<String> {
    node.get(key).and_then(said).map(str::to_owned)
}

/// Returns the text for people that a node is.
pub(crate) fn said(node: Node<'_>) -> Option<&str> {
    node.as_str().filter(|text| shows(text))
}

/// Returns true for a text in which more than marks and empty elements of HTML are seen.
fn shows(text: &str) -> bool {
    let is_mark = |c: char| c.is_whitespace() || ".,:;-–—_…\u{200b}\u{feff}".contains(c);
    let mut rest = text.trim_start_matches(is_mark);
    while !rest.is_empty() {
        let element = || rest.strip_prefix('<')?.split_once('>');
        let after = match element() {
            Some((tag, after)) if matches!(tag.trim_matches(['/', ' ']), "p" | "br" | "div" | "span") => Some(after),
            _ => rest.strip_prefix("&nbsp;"),
        };
        let Some(after) = after else { return true };
        rest = after.trim_start_matches(is_mark);
    }
    false
}

pub(super) fn boxed(node: Node<'_>) -> Option<Box<str>> {
    node.as_str().map(Into::into)
}

pub(super) fn flag(node: Node<'_>, key: &str) -> bool {
    node.get(key).and_then(Node::as_bool).unwrap_or(false)
}

pub(super) fn items<'t>(node: Node<'t>, key: &str) -> impl Iterator<Item = Node<'t>> + use<'t> {
    node.get(key).into_iter().flat_map(Node::items)
}

pub(super) fn texts(node: Node<'_>, key: &str) -> Vec<String> {
    items(node, key).filter_map(Node::as_str).map(str::to_owned).collect()
}
