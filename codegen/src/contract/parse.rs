//! Tree to [`Document`]. Walks the words first (`walk`), then reads what is there; a fault that `walk` has reported is
//! read past in silence, so that one fault is said once.

mod body;
mod operation;
mod parameter;
mod paths;
mod read;
mod schema;
mod security;
mod template;

pub(super) use operation::method;
pub(super) use schema::BESIDE;

use super::cutoff;
use super::dialects;
use super::ledger::Place;
use super::references::{Others, References, gather};
use super::schema::{Schema, SchemaId};
use super::select::{self, Only};
use super::walk::Walk;
use super::{Components, Dialect, Document, Info, Tag, gate};
use crate::diag::{Code, Diagnostic, Report};
use crate::source::{Node, Tree};
use std::collections::{HashMap, VecDeque};

/// What is needed while reading.
pub(super) struct Parser<'t, 'r> {
    tree: &'t Tree,
    dialect: Dialect,
    report: &'r mut Report,
    references: References<'t>,
    walk: Walk<'t>,
    schemas: Vec<Schema>,
    /// Schema of a node, by node.
    ids: Vec<Option<SchemaId>>,
    /// Schemas that are named but not read yet.
    queue: VecDeque<(SchemaId, Node<'t>)>,
    /// Names of the security schemes, and whether they could be read.
    schemes: HashMap<&'t str, bool>,
}

/// What a contract says. `others` reads files below the contract's folder by their path. `None`: nothing can be read
/// of it, and the report says why; with other errors there is a document of what could be read.
pub fn parse(tree: Tree, others: &Others<'_>, report: &mut Report) -> Option<Document> {
    parse_only(tree, others, &Only::default(), report)
}

/// What the wanted part of a contract says.
pub fn parse_only(mut tree: Tree, others: &Others<'_>, only: &Only, report: &mut Report) -> Option<Document> {
    let dialect = dialects::detect(tree.root()?, report)?;
    let index = gather(&mut tree, others, report);
    let chosen = select::select(&mut tree, &index, only, report);
    let root = tree.root()?;
    let mut walk = Walk::new(dialect, report.is_strict(), tree.len());
    walk.run(root, Place::Root, report);
    if dialect == Dialect::V30 && report.is_strict() && !report.has_errors() {
        gate::check(root, report);
    }
    let references = References::new(&tree, &index);
    let mut parser = Parser {
        tree: &tree,
        dialect,
        report,
        references,
        walk,
        schemas: Vec::new(),
        ids: vec![None; tree.len()],
        queue: VecDeque::new(),
        schemes: HashMap::new(),
    };
    let document = parser.document(root);
    cutoff::check(root, &parser.references, parser.report);
    Some(Document {
        tree,
        chosen,
        ..document
    })
}

impl<'t> Parser<'t, '_> {
    fn document(&mut self, root: Node<'t>) -> Document {
        let components = self.components(root);
        let servers = security::servers(root).unwrap_or_default();
        let security = self.requirements(root);
        let paths = self.paths(root);
        let mut webhooks = self.webhooks(root.get("webhooks"));
        webhooks.extend(self.webhooks(self.ours(root, "x-webhooks").and_then(|ours| ours.get("events"))));
        self.read_schemas();
        self.break_reference_cycles();
        Document {
            tree: Tree::default(),
            chosen: None,
            dialect: self.dialect,
            info: self.info(root),
            servers,
            security,
            tags: self.tags(root),
            paths,
            webhooks,
            components,
            schemas: std::mem::take(&mut self.schemas),
            extensions: self.extensions(root),
        }
    }

    fn info(&mut self, root: Node<'t>) -> Info {
        let Some(info) = root.get("info") else {
            return Info::default();
        };
        Info {
            title: read::text(info, "title").unwrap_or_default(),
            version: read::text(info, "version").unwrap_or_default(),
            summary: read::text(info, "summary"),
            description: read::text(info, "description"),
            license: info.get("license").and_then(|license| read::text(license, "name")),
            span: info.span(),
            extensions: self.extensions(info),
        }
    }

    fn tags(&mut self, root: Node<'t>) -> Vec<Tag> {
        let nodes = read::items(root, "tags").filter_map(|tag| Some((tag, read::text(tag, "name")?)));
        let tags: Vec<_> = nodes.collect();
        tags.into_iter()
            .map(|(tag, name)| Tag {
                name,
                description: read::text(tag, "description"),
                node: tag.id(),
                extensions: self.extensions(tag),
            })
            .collect()
    }

    fn components(&mut self, root: Node<'t>) -> Components {
        let components = root.get("components");
        let named = components.and_then(|components| components.get("schemas"));
        let named = named.into_iter().flat_map(Node::members);
        let schemas = named
            .map(|member| (member.key.to_owned(), self.schema(member.value)))
            .collect();
        let security = components.and_then(|components| components.get("securitySchemes"));
        let security_schemes = self.security_schemes(security);
        Components {
            schemas,
            security_schemes,
        }
    }

    /// The node itself, or what its chain of references names. `None`: nothing, which is reported.
    fn follow(&mut self, node: Node<'t>, place: Place) -> Option<Node<'t>> {
        let mut at = node;
        let mut seen = Vec::new();
        while let Some(reference) = at.get("$ref").filter(|reference| reference.text().is_some()) {
            if seen.contains(&at.id()) {
                let cycle = Diagnostic::new(Code::ReferenceCycle, "these references only lead back to themselves");
                self.report.push(cycle.at(reference.span()));
                return None;
            }
            seen.push(at.id());
            at = self.references.resolve(reference, self.report)?;
            if !self.is_a(at, place, reference) {
                return None;
            }
            if !at.is_map() {
                let wrong = Diagnostic::new(Code::WrongTarget, format!("this names no {}", bare(place)));
                self.report
                    .push(wrong.at(reference.span()).also(at.span(), "this is what it names"));
                return None;
            }
            // A target outside of the known places (another file, a folder of its own) has not been walked yet.
            self.walk.run(at, place, self.report);
        }
        at.is_map().then_some(at)
    }

    /// Is the target of a reference what belongs there, as far as its own place tells? If not, that is reported.
    fn is_a(&mut self, target: Node<'t>, place: Place, reference: Node<'t>) -> bool {
        match self.walk.place_of(target.id()) {
            Some(found) if found != place => {
                let message = format!("this names {}, not {}", found.name(), place.name());
                let wrong = Diagnostic::new(Code::WrongTarget, message).at(reference.span());
                self.report.push(wrong.also(target.span(), "this is what it names"));
                false
            }
            _ => true,
        }
    }
}

fn bare(place: Place) -> &'static str {
    let name = place.name();
    name.strip_prefix("an ")
        .or_else(|| name.strip_prefix("a "))
        .unwrap_or(name)
}
