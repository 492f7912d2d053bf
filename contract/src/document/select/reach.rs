//! Reachability from the selected operations: every component that is referred to, directly or not.
//!
//! In: the root, the hidden nodes, and the references. Out: the components that are not needed, with their section, and
//! the further operations that are needed. A text that looks like a reference counts as one: too much is kept rather
//! than too little.

use crate::document::references::References;
use crate::source::{FileId, Member, Node, NodeId};
use std::collections::{HashMap, HashSet};

/// Hidden values by the map that holds them.
pub(super) type Hidden = HashMap<NodeId, HashSet<NodeId>>;

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
pub(super) struct Reachable<'t> {
    /// Components that are not needed: the map of their section, and the component.
    pub(super) unneeded: Vec<(NodeId, NodeId)>,
    /// Ids of operations that the kept ones require.
    pub(super) operations: Vec<&'t str>,
}

/// Walks everything that is not hidden.
pub(super) fn reach<'t>(root: Node<'t>, hidden: &Hidden, references: &References<'t>) -> Reachable<'t> {
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
