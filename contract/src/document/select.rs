//! Selection of a part of a contract: operations by tag, path or id, and the components they need.
//!
//! In: the tree with every file of the contract, before the walk. Out: the same tree with unwanted parts hidden: they
//! cause no diagnostics and no output, and a reference may still lead there. A filter that selects nothing is an error.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::references::{ReferenceIndex, References};
use crate::diag::{Code, Diagnostic, Report};
use crate::ir::Method;
use crate::source::{FileId, Member, Node, NodeId, Tree};

/// Filters of operations; an operation is selected if one of them matches. Empty: everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Only {
    /// Selects operations with one of these tags.
    pub tags: Vec<String>,
    /// Selects operations of these paths or below: `/orders` also selects `/orders/{orderId}`.
    pub paths: Vec<String>,
    /// Selects operations with these ids.
    pub operations: Vec<String>,
    /// Keeps all operations, and leaves out schemas that none of them needs.
    pub used_schemas: bool,
}

impl Only {
    /// Returns true if nothing is filtered.
    pub fn is_everything(&self) -> bool {
        self.tags.is_empty() && self.paths.is_empty() && self.operations.is_empty()
    }
}

/// Result of a selection.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chosen {
    /// Number of selected operations.
    pub kept: usize,
    /// Number of operations of the contract.
    pub all: usize,
    /// Ids of the operations that are not selected; the contract may refer to them.
    pub others: BTreeSet<String>,
}

/// An operation and its location.
struct FoundOperation<'t> {
    /// The key of `paths`; `None` for a webhook.
    path: Option<&'t str>,
    /// The map of `paths` or `webhooks`, and the value in it.
    list: Node<'t>,
    entry: Node<'t>,
    /// The path item that holds it, and the operation.
    holder: Node<'t>,
    operation: Node<'t>,
}

/// Hides everything that is not selected. `None`: everything is selected.
pub(super) fn select(tree: &mut Tree, index: &ReferenceIndex, only: &Only, report: &mut Report) -> Option<Chosen> {
    if only.is_everything() {
        if only.used_schemas {
            for (map, values) in unused(&References::new(tree, index), report) {
                tree.hide(map, &values);
            }
        }
        return None;
    }
    let (hidden, chosen) = plan(&References::new(tree, index), only, report)?;
    for (map, values) in &hidden {
        tree.hide(*map, values);
    }
    Some(chosen)
}

/// Returns the schemas that no operation and no webhook needs. Empty for a contract without either: it exists for its
/// schemas.
fn unused(references: &References<'_>, report: &mut Report) -> Hidden {
    let Some(root) = references
        .root()
        .filter(|root| !operations(*root, references).is_empty())
    else {
        return Hidden::new();
    };
    let Some(schemas) = root.get("components").and_then(|components| components.get("schemas")) else {
        return Hidden::new();
    };
    // Without `events` the word of a contract is an extension of another vendor, which is not read.
    let foreign = root
        .get("x-webhooks")
        .filter(|webhooks| webhooks.get("events").is_none() && webhooks.span().file == root.span().file);
    let unread = foreign.map(|webhooks| (root.id(), HashSet::from([webhooks.id()])));
    let reached = reach(root, &unread.into_iter().collect(), references);
    let of_schemas = reached
        .unneeded
        .into_iter()
        .filter(|(section, _)| *section == schemas.id());
    let unneeded: HashSet<NodeId> = of_schemas.map(|(_, schema)| schema).collect();
    if unneeded.is_empty() {
        return Hidden::new();
    }
    let message = format!(
        "{} of {} schemas are not used by any operation and are left out",
        unneeded.len(),
        schemas.members().count()
    );
    let first = schemas.members().find(|member| unneeded.contains(&member.value.id()));
    let place = first.map_or_else(|| schemas.span(), |member| member.key_span);
    let diagnostic = Diagnostic::new(Code::UnusedSchemas, message).at(place);
    report.push(diagnostic.help("to generate them too, pass `--all-schemas` or set `schemas: all`"));
    Hidden::from([(schemas.id(), unneeded)])
}

fn plan(references: &References<'_>, only: &Only, report: &mut Report) -> Option<(Hidden, Chosen)> {
    let root = references.root()?;
    let found = operations(root, references);
    report_idle(only, &found, root, report);
    let mut only = only.clone();
    loop {
        let wanted: Vec<bool> = found.iter().map(|one| is_wanted(one, &only)).collect();
        let (mut hidden, chosen) = hide(root, &found, &wanted);
        let reached = reach(root, &hidden, references);
        // A selected operation may need another one, whose approval it repeats.
        let before = only.operations.len();
        let others = reached.operations.into_iter().filter(|id| chosen.others.contains(*id));
        only.operations.extend(others.map(str::to_owned));
        if only.operations.len() == before {
            let idle = idle_schemes(root, references);
            for (section, value) in reached.unneeded {
                if !idle.contains(&value) {
                    hidden.entry(section).or_default().insert(value);
                }
            }
            return Some((hidden, chosen));
        }
    }
}

/// Returns the security schemes that no operation of the whole contract requires: a selection must not hide that.
fn idle_schemes(root: Node<'_>, references: &References<'_>) -> HashSet<NodeId> {
    let schemes = root
        .get("components")
        .and_then(|components| components.get("securitySchemes"));
    let schemes: HashSet<NodeId> = schemes
        .into_iter()
        .flat_map(Node::members)
        .map(|scheme| scheme.value.id())
        .collect();
    if schemes.is_empty() {
        return schemes;
    }
    let of_all = reach(root, &Hidden::new(), references);
    let unneeded = of_all.unneeded.into_iter().map(|(_, value)| value);
    unneeded.filter(|value| schemes.contains(value)).collect()
}

/// Returns the operations to hide, before components are considered.
fn hide(root: Node<'_>, found: &[FoundOperation<'_>], wanted: &[bool]) -> (Hidden, Chosen) {
    let mut hidden = Hidden::new();
    let with = |is: bool| {
        found
            .iter()
            .zip(wanted)
            .filter(move |(_, wanted)| **wanted == is)
            .map(|(one, _)| one)
    };
    let kept: HashSet<NodeId> = with(true).map(|one| one.operation.id()).collect();
    let entries: HashSet<NodeId> = with(true).map(|one| one.entry.id()).collect();
    for one in with(false) {
        if !entries.contains(&one.entry.id()) {
            hidden.entry(one.list.id()).or_default().insert(one.entry.id());
        } else if !kept.contains(&one.operation.id()) {
            hidden.entry(one.holder.id()).or_default().insert(one.operation.id());
        }
    }
    let ids: HashSet<&str> = with(true).filter_map(|one| id(one.operation)).collect();
    let others = with(false)
        .filter_map(|one| id(one.operation))
        .filter(|id| !ids.contains(id));
    let chosen = Chosen {
        kept: with(true).count(),
        all: found.len(),
        others: others.map(str::to_owned).collect(),
    };
    if let Some(webhooks) = root.get("webhooks") {
        let values = hidden.get(&webhooks.id());
        let mut members = webhooks.members();
        // An empty list of webhooks would be an error.
        if members.all(|member| values.is_some_and(|values| values.contains(&member.value.id()))) {
            hidden.entry(root.id()).or_default().insert(webhooks.id());
        }
    }
    // Without `events` the word of a contract is an extension of another vendor, in another shape. Ours describes a signature, which no
    // operation decides about.
    let foreign = root
        .get("x-webhooks")
        .filter(|webhooks| webhooks.get("events").is_none() && webhooks.span().file == root.span().file);
    if let Some(webhooks) = foreign {
        hidden.entry(root.id()).or_default().insert(webhooks.id());
    }
    (hidden, chosen)
}

/// Returns every operation of the paths and the webhooks.
fn operations<'t>(root: Node<'t>, references: &References<'t>) -> Vec<FoundOperation<'t>> {
    let webhooks = root.get("webhooks");
    let ours = root.get("x-webhooks").and_then(|webhooks| webhooks.get("events"));
    let mut found = Vec::new();
    for (list, of_paths) in [(root.get("paths"), true), (webhooks, false), (ours, false)] {
        let Some(list) = list else { continue };
        let items: Vec<Member<'t>> = list.members().filter(|member| !member.key.starts_with("x-")).collect();
        for item in items {
            for holder in references.chain(item.value) {
                let operations = Method::operations(holder).map(|(_, member)| member.value);
                found.extend(operations.filter(|node| node.is_map()).map(|operation| FoundOperation {
                    path: of_paths.then_some(item.key),
                    list,
                    entry: item.value,
                    holder: operation.parent().unwrap_or(holder),
                    operation,
                }));
            }
        }
    }
    found
}

fn is_wanted(one: &FoundOperation<'_>, only: &Only) -> bool {
    tags(one.operation).any(|tag| only.tags.iter().any(|wanted| wanted == tag))
        || id(one.operation).is_some_and(|id| only.operations.iter().any(|wanted| wanted == id))
        || one
            .path
            .is_some_and(|path| only.paths.iter().any(|wanted| is_below(path, wanted)))
}

/// Returns true if a path is the wanted one or below it.
fn is_below(path: &str, wanted: &str) -> bool {
    let wanted = wanted.trim_end_matches('*').trim_end_matches('/');
    path.strip_prefix(wanted)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
}

fn tags(operation: Node<'_>) -> impl Iterator<Item = &str> {
    let tags = operation.get("tags").into_iter().flat_map(Node::items);
    tags.filter_map(Node::as_str)
}

fn id(operation: Node<'_>) -> Option<&str> {
    operation.get("operationId").and_then(Node::as_str)
}

fn report_idle(only: &Only, found: &[FoundOperation<'_>], root: Node<'_>, report: &mut Report) {
    let mut idle = |what: &str, wanted: &str, known: BTreeSet<&str>| {
        let message = format!("the filter `only` has the {what} `{wanted}`, which no operation has");
        let span = root.get("paths").map_or(root.span(), Node::name_span);
        report.push(
            Diagnostic::new(Code::IdleFilter, message)
                .at(span)
                .did_you_mean(wanted, known)
                .help("write tags, paths and operation ids exactly as in the contract"),
        );
    };
    for wanted in &only.tags {
        let known: BTreeSet<&str> = found.iter().flat_map(|one| tags(one.operation)).collect();
        if !known.contains(wanted.as_str()) {
            idle("tag", wanted, known);
        }
    }
    for wanted in &only.paths {
        let known: BTreeSet<&str> = found.iter().filter_map(|one| one.path).collect();
        if !known.iter().any(|path| is_below(path, wanted)) {
            idle("path", wanted, known);
        }
    }
    for wanted in &only.operations {
        let known: BTreeSet<&str> = found.iter().filter_map(|one| id(one.operation)).collect();
        if !known.contains(wanted.as_str()) {
            idle("operation", wanted, known);
        }
    }
}

/// Hidden values by the map that holds them.
type Hidden = HashMap<NodeId, HashSet<NodeId>>;

/// State of the walk over the kept nodes.
struct Traversal<'a, 't> {
    hidden: &'a Hidden,
    references: &'a References<'t>,
    /// Components by node.
    components: HashMap<NodeId, Node<'t>>,
    /// Components by section and name.
    names: HashMap<(&'t str, &'t str), Node<'t>>,
    /// True for a visited node, by its number.
    seen: Vec<bool>,
    /// References already followed: file and text.
    followed: HashSet<(FileId, &'t str)>,
    open: Vec<Node<'t>>,
    operations: Vec<&'t str>,
}

/// Result of the walk.
struct Reachable<'t> {
    /// Components that are not needed: the map of their section, and the component.
    unneeded: Vec<(NodeId, NodeId)>,
    /// Ids of operations that the kept ones require.
    operations: Vec<&'t str>,
}

/// Walks everything that is not hidden. A text that looks like a reference counts as one: too much is kept rather than too little.
fn reach<'t>(root: Node<'t>, hidden: &Hidden, references: &References<'t>) -> Reachable<'t> {
    let components = root.get("components");
    let members = components.into_iter().flat_map(Node::members);
    let sections: Vec<Member<'t>> = members.filter(|section| section.value.is_map()).collect();
    let all = || {
        sections
            .iter()
            .flat_map(|section| section.value.members().map(move |one| (section, one)))
    };
    let mut reach = Traversal {
        hidden,
        references,
        components: all().map(|(_, one)| (one.value.id(), one.value)).collect(),
        names: all()
            .map(|(section, one)| ((section.key, one.key), one.value))
            .collect(),
        seen: vec![false; root.tree().len()],
        followed: HashSet::new(),
        open: vec![root],
        operations: Vec::new(),
    };
    if let Some(components) = components {
        reach.visit(components);
    }
    // Every refusal may carry a code of the problem registry.
    let registries = all().filter(|(_, one)| one.value.get("x-problem-registry").is_some());
    reach.open.extend(registries.map(|(_, one)| one.value));
    reach.run();
    while reach.heirs(&sections) {
        reach.run();
    }
    let unneeded = all()
        .filter(|(section, one)| !section.key.starts_with("x-") && !reach.is_seen(one.value))
        .map(|(section, one)| (section.value.id(), one.value.id()))
        .collect();
    Reachable {
        unneeded,
        operations: reach.operations,
    }
}

impl<'t> Traversal<'_, 't> {
    /// Marks a node as visited; false if it was before.
    fn visit(&mut self, node: Node<'t>) -> bool {
        let seen = self.seen.get_mut(node.id().0 as usize);
        seen.is_some_and(|seen| !std::mem::replace(seen, true))
    }

    fn is_seen(&self, node: Node<'t>) -> bool {
        self.seen.get(node.id().0 as usize) == Some(&true)
    }

    fn run(&mut self) {
        while let Some(node) = self.open.pop() {
            if !self.visit(node) {
                continue;
            }
            if let Some(text) = node.as_str().filter(|_| node.text().is_some()) {
                self.text(node, text);
            }
            self.open.extend(node.items());
            let hidden = self.hidden.get(&node.id());
            for member in node.members() {
                if hidden.is_some_and(|values| values.contains(&member.value.id())) {
                    continue;
                }
                match member.key {
                    "$ref" => self.reference(member.value),
                    "security" => self.schemes(member.value),
                    "x-payload-hash" => self.operations.extend(member.value.get("of").and_then(Node::as_str)),
                    "mapping" => self.mapping(member.value),
                    "defaultMapping" => self.mapped(member.value),
                    _ => {}
                }
                self.open.push(member.value);
            }
        }
    }

    fn reference(&mut self, reference: Node<'t>) {
        let place = reference.as_str().map(|text| (reference.document(), text));
        // Below an `$id`, the same reference text may lead to another node.
        let place = place.filter(|_| !self.references.has_resources());
        if place.is_some_and(|place| !self.followed.insert(place)) {
            return;
        }
        let Some(node) = self.references.look(reference) else {
            return;
        };
        // A reference into a component may be relative to the whole component.
        let mut above = node.parent();
        while let Some(parent) = above {
            self.open.extend(self.components.get(&parent.id()));
            above = parent.parent();
        }
        self.open.push(node);
    }

    /// Handles a text that names a place of the contract, under another keyword than `$ref`.
    fn text(&mut self, node: Node<'t>, text: &'t str) {
        if text.starts_with("#/") {
            self.reference(node);
        }
    }

    fn schemes(&mut self, security: Node<'t>) {
        for scheme in security.items().flat_map(Node::members) {
            self.open.extend(self.names.get(&("securitySchemes", scheme.key)));
        }
    }

    /// Handles the values of a discriminator's mapping: references, or names of schemas.
    fn mapping(&mut self, mapping: Node<'t>) {
        for member in mapping.members() {
            self.mapped(member.value);
        }
    }

    fn mapped(&mut self, target: Node<'t>) {
        match target.as_str().map(|text| self.names.get(&("schemas", text))) {
            Some(Some(schema)) => self.open.push(*schema),
            Some(None) => self.reference(target),
            None => {}
        }
    }

    /// Adds schemas that extend a needed one with a discriminator: its variants. Returns true if some were new.
    fn heirs(&mut self, sections: &[Member<'t>]) -> bool {
        let schemas = sections.iter().filter(|section| section.key == "schemas");
        let mut new = Vec::new();
        for schema in schemas.flat_map(|section| section.value.members()) {
            if self.is_seen(schema.value) {
                continue;
            }
            let parts = schema.value.get("allOf").into_iter().flat_map(Node::items);
            let mut bases = parts.filter_map(|part| part.get("$ref"));
            let is_base = |base: Node<'t>| self.is_seen(base) && base.get("discriminator").is_some();
            if bases.any(|base| self.references.look(base).is_some_and(is_base)) {
                new.push(schema.value);
            }
        }
        let found = !new.is_empty();
        self.open.extend(new);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::is_below;

    #[test]
    fn a_path_stands_for_itself_and_for_what_is_below_it() {
        for (path, wanted, is) in [
            ("/orders", "/orders", true),
            ("/orders/{orderId}", "/orders", true),
            ("/orders/{orderId}", "/orders/", true),
            ("/orders/{orderId}", "/orders/*", true),
            ("/ordersOfOthers", "/orders", false),
            ("/orders", "/orders/{orderId}", false),
            ("/orders", "/", true),
        ] {
            assert_eq!(is_below(path, wanted), is, "{path} {wanted}");
        }
    }
}
