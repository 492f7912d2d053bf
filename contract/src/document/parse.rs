//! Tree to [`Document`]. `walk` checks the keywords first; the parser then skips silently whatever `walk` reported, so
//! that each error is reported once.

mod body;
mod conjunctions;
mod operation;
mod parameter;
mod parser;
mod paths;
mod read;
mod schema;
mod security;
mod template;

pub(crate) use read::said;

use super::cutoff;
use super::dialects;
use super::document::{Components, Dialect, Document, Info, Operation, Tag};
use super::gate;
use super::ledger::{self, ObjectKind};
use super::references::{Others, References, gather};
use super::select::{self, Only};
use super::vocabulary;
use super::walk::Walk;
use crate::diag::{Code, Diagnostic, Report};
use crate::limits;
use crate::source::{Node, Tree};
use parser::Parser;
use std::collections::{HashMap, HashSet, VecDeque};

/// Parses a contract. `others` reads files below the contract's folder by their path. `None`: the contract cannot be
/// read at all, and the report has the reason; with other errors the document holds everything that could be read.
pub fn parse(tree: Tree, others: &Others<'_>, report: &mut Report) -> Option<Document> {
    parse_only(tree, others, "", &Only::default(), report)
}

/// Parses the selected part of a contract. `others` reads files by their path below the folder that may be read, and
/// `inside` is the path of the contract's folder below it.
pub fn parse_only(
    mut tree: Tree,
    others: &Others<'_>,
    inside: &str,
    only: &Only,
    report: &mut Report,
) -> Option<Document> {
    let dialect = dialects::detect(tree.root()?, report)?;
    let index = gather(&mut tree, others, inside, report);
    if let Some(words) = vocabulary::of(&tree) {
        report.hold_to(words);
    }
    tree.index_wide_maps();
    let chosen = select::select(&mut tree, &index, only, report);
    tree.index_wide_maps();
    let root = tree.root()?;
    let mut walk = Walk::new((dialect, dialects::is_32(root)), report.is_strict(), tree.len());
    walk.run(root, ObjectKind::Root, report);
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
        ends: HashMap::new(),
        refused_parameters: HashSet::new(),
        schemes: HashMap::new(),
    };
    let document = parser.document(root);
    parser.walk.unread(root, parser.report);
    untold(root, &document, parser.report);
    cutoff::check(root, &parser.references, parser.report);
    // In a contract with errors, another reader's losses mostly follow from them.
    if dialect == Dialect::V30 && parser.report.is_strict() && !parser.report.has_errors() {
        gate::check(root, parser.report);
    }
    if !conjunctions::are_bounded(&document, report) {
        return None;
    }
    Some(Document {
        tree,
        chosen,
        ..document
    })
}

/// Reports the operations that got no words of our vocabulary, in a contract that gets them from overlays: they may be
/// new.
fn untold(root: Node<'_>, document: &Document, report: &mut Report) {
    if !root.tree().is_layered() || !report.is_held_to_vocabulary() {
        return;
    }
    let operations = document.paths.iter().flat_map(|item| &item.operations);
    let has_word = |operation: &Operation| operation.extensions.0.iter().any(|word| ledger::is_ours(&word.name));
    let untold: Vec<&Operation> = operations.filter(|operation| !has_word(operation)).collect();
    let Some(first) = untold.first() else { return };
    let name = |operation: &&Operation| match &operation.id {
        Some(id) => format!("`{id}`"),
        None => format!("a {} without an id", operation.method.token()),
    };
    let names: Vec<String> = untold.iter().take(limits::OPERATIONS_SHOWN).map(name).collect();
    let more = if untold.len() > limits::OPERATIONS_SHOWN {
        " and more"
    } else {
        ""
    };
    let message = match untold.len() {
        1 => format!("1 operation gets no extensions from an overlay: {}", names.join("")),
        count => format!(
            "{count} operations get no extensions from an overlay: {}{more}",
            names.join(", ")
        ),
    };
    let help = "the operations may be new: add an overlay action for each, with `x-sdk` for its name, `x-idempotency` and `x-problems`";
    report.push(
        Diagnostic::new(Code::UntoldOperations, message)
            .at(first.method_span)
            .help(help),
    );
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
            summary: read::prose(info, "summary"),
            description: read::prose(info, "description"),
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
                description: read::prose(tag, "description"),
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
}
