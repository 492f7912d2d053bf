//! Paths, webhooks and callbacks: templates, and the check that no two of them match the same requests.

use std::collections::HashMap;

use indexmap::IndexMap;

use super::parser;
use super::parser::Parser;
use super::template::Template;
use crate::diag::{Code, Diagnostic};
use crate::document::ledger::ObjectKind;
use crate::document::model::{Callback, PathItem};
use crate::ir::Method;
use crate::source::{Member, Node, NodeId, Span};

/// Builds the diagnostic of a path that matches the same requests as an earlier one.
fn equivalent(earlier: &[(&str, Span)], methods: &[(&str, Span)], member: Member<'_>) -> Diagnostic {
    let twice = |(method, _): &&(&str, Span)| earlier.iter().any(|(other, _)| other == method);
    let help = "write both as one path, with the same parameter names";
    match methods.iter().find(twice) {
        None => {
            let message = "this path matches the same requests as another path";
            let other = earlier.first().map_or(member.key_span, |(_, span)| *span);
            Diagnostic::new(Code::EquivalentPaths, message)
                .at(member.key_span)
                .also(other, "the other one")
                .help(help)
                .note("they have no method in common, so they are handled as one path")
        }
        Some((method, _)) => {
            let other = earlier.iter().find(|(other, _)| other == method);
            let message = format!("`{method}` of this path matches the same requests as that of another path");
            Diagnostic::new(Code::SameRequest, message)
                .at(member.key_span)
                .also(other.map_or(member.key_span, |(_, span)| *span), "the other one")
                .help("remove one of the operations, or change a path so that they differ")
                .note("both are generated; the server decides which of them is called")
        }
    }
}

impl<'t> Parser<'t, '_> {
    pub(super) fn paths(&mut self, root: Node<'t>) -> Vec<PathItem> {
        let mut out = Vec::new();
        // Methods and location of a path, by the form that it matches.
        let mut shapes: HashMap<String, Vec<(&'static str, Span)>> = HashMap::new();
        let paths = root.get("paths").into_iter().flat_map(Node::members);
        for member in paths.filter(|member| !member.key.starts_with("x-")) {
            let (template, fault) = Template::from_key(member.key);
            if let Some(why) = fault {
                let message = format!("`{}` {why}", member.key);
                let bad = match &template {
                    None => Diagnostic::new(Code::BadPath, message)
                        .note("in lenient mode its operations are left out")
                        .help("write the path like `/orders/{orderId}`"),
                    Some(template) => Diagnostic::new(Code::RewrittenPath, message)
                        .note(template.difference())
                        .help(template.correction()),
                };
                self.report.push(bad.at(member.key_span));
            }
            let Some(template) = template else { continue };
            let shape = template.shape();
            let item = self.path_item(member, Some(&template));
            let methods = item
                .iter()
                .flat_map(|item| &item.operations)
                .map(|one| one.method.token());
            let methods: Vec<_> = methods.map(|method| (method, member.key_span)).collect();
            let seen = shapes.entry(shape).or_default();
            if !seen.is_empty() {
                self.report.push(equivalent(seen, &methods, member));
            }
            seen.extend(methods);
            out.extend(item);
        }
        self.report_duplicate_ids(&out);
        out
    }

    pub(super) fn webhooks(&mut self, webhooks: Option<Node<'t>>) -> Vec<PathItem> {
        let members: Vec<_> = webhooks.into_iter().flat_map(Node::members).collect();
        members
            .into_iter()
            .filter_map(|member| self.path_item(member, None))
            .collect()
    }

    /// Parses the callbacks of these paths. A callback that several operations have is parsed once. Those of a request that is
    /// received are not read: its receiver would send them.
    pub(super) fn callbacks(&mut self, paths: &[PathItem]) -> Vec<Callback> {
        let mut all: IndexMap<NodeId, Callback> = IndexMap::new();
        for operation in paths.iter().flat_map(|item| &item.operations) {
            let callbacks = self.tree.node(operation.node).get("callbacks");
            for member in callbacks.into_iter().flat_map(Node::members) {
                if member.key.starts_with("x-") {
                    continue;
                }
                let Some(node) = self.follow(member.value, ObjectKind::Callback) else {
                    continue;
                };
                let known = all.entry(node.id()).or_insert_with(|| Callback {
                    name: member.key.to_owned(),
                    operations: Vec::new(),
                    items: Vec::new(),
                });
                // The order of the operations of a path means nothing.
                if member.key < known.name.as_str() {
                    member.key.clone_into(&mut known.name);
                }
                known.operations.push(operation.node);
            }
        }
        let mut all: Vec<(NodeId, Callback)> = all.into_iter().collect();
        for (node, callback) in &mut all {
            let members = self.tree.node(*node).members();
            let urls: Vec<Member<'t>> = members.filter(|member| !member.key.starts_with("x-")).collect();
            callback.items = urls.into_iter().filter_map(|url| self.path_item(url, None)).collect();
        }
        all.into_iter().map(|(_, callback)| callback).collect()
    }

    fn path_item(&mut self, member: Member<'t>, template: Option<&Template<'_>>) -> Option<PathItem> {
        // In 3.1, siblings of the `$ref` of a path item count; in 3.0 they are undefined: those of the item itself win.
        let node = self.follow(member.value, ObjectKind::PathItem)?;
        let beside = Some(member.value).filter(|value| value.id() != node.id());
        let objects: Vec<Node<'t>> = beside.into_iter().chain([node]).collect();
        let text = |key: &str| objects.iter().find_map(|object| parser::prose(*object, key));
        let (summary, description) = (text("summary"), text("description"));
        self.refused_parameters.clear();
        self.left_out.clear();
        let shared = self.parameters(&objects);
        let left_out = std::mem::take(&mut self.left_out);
        let mut operations = Vec::new();
        for (at, object) in objects.iter().enumerate() {
            self.check_methods(*object);
            for (method, operation) in Method::operations(*object) {
                let is_same = |(other, _): (Method, Member<'_>)| other == method;
                if objects[..at]
                    .iter()
                    .any(|earlier| Method::operations(*earlier).any(is_same))
                {
                    continue;
                }
                if operation.value.is_map() {
                    self.left_out.clone_from(&left_out);
                    operations.push(self.operation(
                        method,
                        operation,
                        &shared,
                        template.map(|template| (template, member)),
                    ));
                }
            }
        }
        Some(PathItem {
            path: template.map_or_else(|| member.key.to_owned(), |template| template.sent.clone()),
            path_span: member.key_span,
            node: node.id(),
            summary,
            description,
            operations,
            servers: objects
                .iter()
                .find_map(|object| super::security::servers(*object, self.is_32())),
        })
    }

    /// Reports keys of `additionalOperations` that cannot be there. The operation is left out.
    fn check_methods(&mut self, item: Node<'t>) {
        let others = item.get("additionalOperations").into_iter().flat_map(Node::members);
        for member in others {
            if let Err(why) = Method::of_token(member.key) {
                let message = format!("`{}` {why}", member.key);
                let help = match Method::of_key(&member.key.to_ascii_lowercase()) {
                    Some(_) => format!("move it to `{}` of the path item", member.key.to_ascii_lowercase()),
                    None => "write the method as it is sent, such as `COPY`".to_owned(),
                };
                self.report.fault(Code::WrongValue, member.key_span, message, help);
            }
        }
    }

    fn report_duplicate_ids(&mut self, paths: &[PathItem]) {
        let mut seen: HashMap<&str, Span> = HashMap::new();
        for operation in paths.iter().flat_map(|path| &path.operations) {
            let Some(id) = operation.id.as_deref() else { continue };
            if let Some(first) = seen.get(id).copied() {
                let twice = Diagnostic::new(Code::DuplicateOperationId, format!("two operations have the id `{id}`"))
                    .at(operation.id_span)
                    .label("the second one")
                    .also(first, "the first one")
                    .help("give each operation a different `operationId`")
                    .note("in lenient mode each of them gets a different name; the pages in `docs/` list the names");
                self.report.push(twice);
            }
            seen.entry(id).or_insert(operation.id_span);
        }
    }
}
