//! Tree to [`Document`]. `walk` checks the keywords first; the parser then skips silently whatever `walk` reported, so
//! that each error is reported once.

mod operation;
mod parameter;
mod parser;
mod paths;
mod schema;
mod security;

use std::collections::{HashMap, HashSet, VecDeque};

use super::ledger::{self, ObjectKind};
use super::model::{Components, Dialect, Document, Operation, Tag};
use super::references::{Others, References, gather};
use super::schema::{Schema, SchemaId};
use super::select::{self, Only};
use super::walk::KeywordWalk;
use super::{dialects, gate};
use crate::diag::{Code, Diagnostic, Report};
use crate::ir::{Info, essence};
use crate::limits;
use crate::source::{Node, Span, Tree};
use crate::text::FileId;
use parser::Parser;

pub(crate) use parser::said;

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
    let overlays = overlay_files(tree.root()?, report);
    report.hold_places(ledger::overlaid(tree.root()?, &overlays));
    let index = gather(&mut tree, others, inside, report);
    let held = ledger::extension_use(&tree, &overlays);
    let by_contract = held.as_ref().is_some_and(|held| held.by_contract);
    if let Some(held) = held {
        report.hold_to(held.places);
    }
    tree.index_wide_maps();
    let chosen = select::select(&mut tree, &index, only, report);
    tree.index_wide_maps();
    let root = tree.root()?;
    let mut walk = KeywordWalk::new(dialect, dialects::is_32(root), report.is_strict(), tree.len(), overlays);
    walk.by_contract = by_contract;
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
        left_out: Vec::new(),
        schemes: HashMap::new(),
    };
    let document = parser.document(root);
    parser.walk.unread(root, parser.report);
    untold(root, &document, parser.report);
    check_cutoff(root, &parser.references, parser.report);
    // In a contract with errors, another reader's losses mostly follow from them. One in Swagger 2.0 is not for a reader of 3.0.
    let version = root.get("openapi").map(Node::name_span).unwrap_or_default();
    let states_30 = dialect == Dialect::V30 && parser.report.sources.text(version).contains("openapi");
    if states_30 && parser.report.is_strict() && !parser.report.has_errors() {
        gate::check(root, parser.report);
    }
    if !conjunctions_are_bounded(&document, report) {
        return None;
    }
    let event_contents = event_contents(&document);
    Some(Document {
        tree,
        chosen,
        event_contents,
        ..document
    })
}

/// Returns the files of overlays, before the files of references are there.
fn overlay_files(root: Node<'_>, report: &Report) -> Vec<FileId> {
    let files = (0u16..).zip(report.sources.files()).map(|(id, _)| FileId(id));
    let is_layered = root.tree().is_layered();
    files.filter(|file| is_layered && *file != root.span().file).collect()
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
    report.fault(Code::UntoldOperations, first.method_span, message, help);
}

impl<'t> Parser<'t, '_> {
    fn document(&mut self, root: Node<'t>) -> Document {
        let components = self.components(root);
        let servers = security::servers(root, self.is_32()).unwrap_or_default();
        let security = self.requirements(root);
        let paths = self.paths(root);
        let mut webhooks = self.webhooks(root.get("webhooks"));
        webhooks.extend(self.webhooks(self.ours(root, "x-webhooks").and_then(|ours| ours.get("events"))));
        let callbacks = self.callbacks(&paths);
        self.read_schemas();
        self.break_reference_cycles();
        Document {
            tree: Tree::default(),
            chosen: None,
            dialect: self.dialect,
            info: root.get("info").map(info).unwrap_or_default(),
            servers,
            security,
            tags: self.tags(root),
            paths,
            webhooks,
            callbacks,
            components,
            schemas: std::mem::take(&mut self.schemas),
            event_contents: HashMap::new(),
            extensions: self.extensions(root),
        }
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

    fn tags(&mut self, root: Node<'t>) -> Vec<Tag> {
        let is_32 = self.is_32();
        let tag = |tag: Node<'_>| {
            let newer = |key: &str| parser::text(tag, key).filter(|_| is_32);
            Some(Tag {
                name: parser::text(tag, "name")?,
                summary: newer("summary"),
                parent: newer("parent"),
                kind: newer("kind"),
                description: parser::prose(tag, "description"),
                node: tag.id(),
            })
        };
        let mut tags: Vec<Tag> = parser::items(root, "tags").filter_map(tag).collect();
        let parents: HashMap<String, Option<String>> =
            tags.iter().map(|tag| (tag.name.clone(), tag.parent.clone())).collect();
        for tag in &mut tags {
            let mut above = std::iter::successors(tag.parent.as_ref(), |name| parents.get(*name)?.as_ref());
            let leads_back = above.nth(parents.len()).is_some();
            let is_known = tag.parent.as_ref().is_none_or(|parent| parents.contains_key(parent));
            if leads_back || !is_known {
                let span = self.tree.node(tag.node).get("parent").map(Node::span);
                let name = tag.parent.take().unwrap_or_default();
                let message = if is_known {
                    format!("the parents of `{}` lead back to one of them", tag.name)
                } else {
                    format!("there is no tag `{name}`")
                };
                let span = span.unwrap_or_default();
                self.report.fault(
                    Code::WrongValue,
                    span,
                    message,
                    "write the name of another tag, or remove `parent`",
                );
            }
        }
        tags
    }
}

fn info(info: Node<'_>) -> Info {
    Info {
        title: parser::text(info, "title").unwrap_or_default(),
        version: parser::text(info, "version").unwrap_or_default(),
        description: parser::prose(info, "description").or_else(|| parser::prose(info, "summary")),
        license: info.get("license").and_then(|license| parser::text(license, "name")),
    }
}

// Detects truncated contract files.

/// Codes that a truncation inside a key or a value causes.
const AT_THE_CUT: &[Code] = &[
    Code::MissingField,
    Code::WrongKind,
    Code::WrongValue,
    Code::UnknownKeyword,
];

/// Reports a file that seems to be truncated.
fn check_cutoff(root: Node<'_>, references: &References<'_>, report: &mut Report) {
    let Some(file) = report.sources.file(root.span().file) else {
        return;
    };
    // Truncated JSON is not well-formed.
    if file.text.trim_start().starts_with('{') {
        return;
    }
    let chain = chain(root);
    let open = !file.text.ends_with('\n') || chain.last().is_some_and(|last| last.is_null());
    let end = u32::try_from(file.text.trim_end().len()).unwrap_or(u32::MAX);
    let why = if most_are_missing(references) {
        "most of its references have no target"
    } else if open && is_told(&chain, report) {
        "it ends without a line break or after a key without a value, inside an unfinished part"
    } else if open && ends_in_what_is_missing(&chain, references, report) {
        "it ends without a line break or after a key without a value, in a section with many missing parts"
    } else {
        return;
    };
    let cut = Diagnostic::new(Code::CutOff, format!("the file seems to be cut off: {why}"))
        .at(Span::new(root.span().file, end, end))
        .label("it ends here")
        .help(
            "download the file again; if it is complete, end it with a line break, or set `codes: { C0115: warning }`",
        );
    report.push(cut);
}

/// Returns the last member of the last member, and so on, from the root to the end of the file. Skips nodes that
/// overlays added, which stand in another file.
fn chain(root: Node<'_>) -> Vec<Node<'_>> {
    let mut chain = vec![root];
    let mut at = root;
    let is_here = |node: &Node<'_>| node.span().file == root.span().file;
    while let Some(last) = at
        .members()
        .map(|member| member.value)
        .filter(is_here)
        .last()
        .or_else(|| at.items().filter(is_here).last())
    {
        chain.push(last);
        at = last;
    }
    chain
}

/// Returns true if a diagnostic points at the nodes at the very end. (Diagnostics elsewhere do not count.)
fn is_told(chain: &[Node<'_>], report: &Report) -> bool {
    let places: Vec<Span> = chain
        .iter()
        .skip(1)
        .flat_map(|node| [node.span(), node.name_span()])
        .collect();
    let about_the_end =
        |diagnostic: &&Diagnostic| AT_THE_CUT.contains(&diagnostic.code) && places.contains(&diagnostic.primary.span);
    report.diagnostics().iter().any(about_the_end)
}

/// Returns true if at least three references, and more than half of all, name nothing.
fn most_are_missing(references: &References<'_>) -> bool {
    let missing = references.followed().filter(|(_, found)| !found).count();
    missing >= 3 && missing * 2 > references.followed().count()
}

/// Returns true if the file ends in a section of the components of which a fifth of the referenced names are missing,
/// or ends in or before the security schemes while one of them is missing.
fn ends_in_what_is_missing(chain: &[Node<'_>], references: &References<'_>, report: &Report) -> bool {
    let Some(root) = chain.first() else { return false };
    let section = chain.get(2).map(|node| node.pointer()).unwrap_or_default();
    let section = section.strip_prefix("/components/");
    let schemes = root.at("/components/securitySchemes");
    if report.count(Code::UnknownSecurity) > 0 && (section == Some("securitySchemes") || schemes.is_none()) {
        return true;
    }
    let Some(section) = section else { return false };
    let prefix = format!("#/components/{section}/");
    let within = || references.followed().filter(|(text, _)| text.starts_with(&prefix));
    let missing = within().filter(|(_, found)| !found).count();
    missing > 0 && missing * 5 >= within().count()
}

// Bounds what schemas get from each other by `$ref` and `allOf`: each type has the members of all schemas that it combines, so
// that a chain of a thousand schemas makes half a million members.

/// Returns false for schemas that combine too much, which is reported at the one that combines most. Takes no more steps than the
/// limit has.
fn conjunctions_are_bounded(document: &Document, report: &mut Report) -> bool {
    let schemas = &document.schemas;
    let limit = limits::COMBINED + limits::COMBINED_EACH * schemas.len();
    let mut seen = vec![usize::MAX; schemas.len()];
    let (mut all, mut most, mut largest) = (0, 0, 0);
    // A component that only refers to another one gets nothing from it: its type is an alias.
    let named: HashSet<usize> = document
        .components
        .schemas
        .iter()
        .map(|(_, id)| id.0 as usize)
        .collect();
    let combines = |at: &usize| {
        let schema = &schemas[*at];
        !schema.all_of.is_empty() || (schema.reference.is_some() && !named.contains(at))
    };
    for start in (0..schemas.len()).filter(combines) {
        let before = all;
        let mut open = vec![start];
        while let Some(at) = open.pop() {
            if std::mem::replace(&mut seen[at], start) == start {
                continue;
            }
            all += 1 + schemas[at].properties.len();
            open.extend(conjunction_parts(&schemas[at]).map(|id| id.0 as usize));
            if all > limit {
                break;
            }
        }
        if all - before > most {
            (most, largest) = (all - before, start);
        }
        if all > limit {
            let message =
                format!("schemas inherit more than {limit} parts and members from each other by `$ref` and `allOf`");
            let place = Diagnostic::new(Code::TooLarge, message).at(schemas[largest].span);
            let place = place.label(format!("this one inherits {most} of them"));
            report
                .push(place.help("refer to the last schema of a chain directly, and combine fewer schemas by `allOf`"));
            return false;
        }
    }
    true
}

/// Returns the schemas that hold for the same value.
fn conjunction_parts(schema: &Schema) -> impl Iterator<Item = SchemaId> {
    let target = schema.reference.map(|reference| reference.target);
    schema.all_of.iter().copied().chain(target)
}

// Data of events.

/// Returns the schema (`contentSchema`) of the JSON in the data of events with alternatives (`oneOf`, `anyOf`), by the schema of the
/// data. A schema that is used outside of events describes text there, so its data stays text.
fn event_contents(document: &Document) -> HashMap<SchemaId, SchemaId> {
    let operations = document.paths.iter().flat_map(|item| &item.operations);
    let forms = operations.flat_map(|one| &one.responses).flat_map(|one| &one.content);
    let streams = forms.filter(|form| essence(&form.name).eq_ignore_ascii_case("text/event-stream"));
    let (mut events, mut found) = (HashSet::new(), HashMap::new());
    for item in streams.filter_map(|form| form.item_schema) {
        let around = reached(document, item);
        let has_alternatives = |id: &SchemaId| {
            let schema = document.schema(*id);
            !schema.one_of.is_empty() || !schema.any_of.is_empty()
        };
        if around.iter().any(has_alternatives) {
            events.extend(around);
        }
    }
    let references = document
        .schemas
        .iter()
        .zip(0..)
        .filter(|(_, id)| !events.contains(&SchemaId(*id)));
    let elsewhere: HashSet<SchemaId> = references
        .filter_map(|(schema, _)| schema.reference.map(|reference| reference.target))
        .collect();
    for id in events.iter().filter(|id| !elsewhere.contains(id)) {
        let data = document
            .schema(*id)
            .properties
            .iter()
            .find(|member| member.name == "data");
        let content = data.and_then(|data| document.schema(data.schema).rare().content_schema);
        found.extend(data.zip(content).map(|(data, content)| (data.schema, content)));
    }
    found
}

/// Returns a schema with its references, alternatives and parts.
fn reached(document: &Document, start: SchemaId) -> HashSet<SchemaId> {
    let (mut found, mut open) = (HashSet::new(), vec![start]);
    while let Some(id) = open.pop() {
        if found.insert(id) {
            let schema = document.schema(id);
            open.extend(schema.reference.map(|reference| reference.target));
            open.extend([&schema.one_of, &schema.any_of, &schema.all_of].into_iter().flatten());
        }
    }
    found
}
