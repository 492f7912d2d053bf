//! Paths and webhooks: templates, and that no two of them match the same requests.

use super::{Parser, read};
use crate::contract::PathItem;
use crate::contract::ledger::Place;
use crate::diag::{Code, Diagnostic};
use crate::source::{Member, Node, Span};
use std::collections::HashMap;

impl<'t> Parser<'t, '_> {
    pub(super) fn paths(&mut self, root: Node<'t>) -> Vec<PathItem> {
        let mut out = Vec::new();
        let mut shapes: HashMap<String, Span> = HashMap::new();
        let paths = root.get("paths").into_iter().flat_map(Node::members);
        for member in paths.filter(|member| !member.key.starts_with("x-")) {
            let names = match template(member.key) {
                Ok(names) => names,
                Err(why) => {
                    let bad = Diagnostic::new(Code::BadPath, format!("`{}` {why}", member.key));
                    self.report
                        .push(bad.at(member.key_span).help("write it like `/orders/{orderId}`"));
                    continue;
                }
            };
            let shape = names.iter().fold(member.key.to_owned(), |path, name| {
                path.replace(&format!("{{{name}}}"), "{}")
            });
            if let Some(first) = shapes.get(&shape).copied() {
                let twice = Diagnostic::new(
                    Code::EquivalentPaths,
                    "this path matches the same requests as another one",
                )
                .at(member.key_span)
                .also(first, "the other one")
                .help("write both as one path, with the parameters called alike");
                self.report.push(twice);
            }
            shapes.entry(shape).or_insert(member.key_span);
            out.extend(self.path_item(member, Some(&names)));
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

    fn path_item(&mut self, member: Member<'t>, names: Option<&[&str]>) -> Option<PathItem> {
        // Members beside a `$ref` of a path item count in 3.1 and are undefined in 3.0: those of the item itself win.
        let node = self.follow(member.value, Place::PathItem)?;
        let beside = Some(member.value).filter(|value| value.id() != node.id());
        let objects: Vec<Node<'t>> = beside.into_iter().chain([node]).collect();
        let text = |key: &str| objects.iter().find_map(|object| read::text(*object, key));
        let (summary, description) = (text("summary"), text("description"));
        let shared = self.parameters(&objects);
        let mut operations = Vec::new();
        for (at, object) in objects.iter().enumerate() {
            for operation in object.members() {
                let Some(method) = super::operation::method(operation.key) else {
                    continue;
                };
                if objects[..at].iter().any(|earlier| earlier.get(operation.key).is_some()) {
                    continue;
                }
                if operation.value.is_map() {
                    operations.push(self.operation(method, operation, &shared, names.map(|names| (names, member))));
                }
            }
        }
        Some(PathItem {
            path: member.key.to_owned(),
            path_span: member.key_span,
            node: node.id(),
            summary,
            description,
            operations,
            servers: objects.iter().find_map(|object| super::security::servers(*object)),
            extensions: self.extensions(node),
        })
    }

    fn report_duplicate_ids(&mut self, paths: &[PathItem]) {
        let mut seen: HashMap<&str, Span> = HashMap::new();
        for operation in paths.iter().flat_map(|path| &path.operations) {
            let Some(id) = operation.id.as_deref() else { continue };
            if let Some(first) = seen.get(id).copied() {
                let twice = Diagnostic::new(Code::DuplicateOperationId, format!("two operations are called `{id}`"))
                    .at(operation.id_span)
                    .label("the second one")
                    .also(first, "the first one");
                self.report.push(twice);
            }
            seen.entry(id).or_insert(operation.id_span);
        }
    }
}

/// The names in a path template, in order.
fn template(path: &str) -> Result<Vec<&str>, &'static str> {
    let Some(mut rest) = path.strip_prefix('/') else {
        return Err("does not begin with `/`");
    };
    let mut names = Vec::new();
    while let Some(open) = rest.find(['{', '}']) {
        let inside = rest[open..]
            .strip_prefix('{')
            .ok_or("closes a brace that is not open")?;
        let close = inside.find('}').ok_or("does not close a brace")?;
        let name = &inside[..close];
        if name.is_empty() || name.contains('{') {
            return Err("has a parameter without a name");
        }
        names.push(name);
        rest = &inside[close + 1..];
    }
    if path.chars().any(char::is_control) {
        return Err("has a control character");
    }
    if path.contains(['?', '#']) {
        return Err("has a query or a fragment");
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::template;

    #[test]
    fn a_template_has_closed_braces_around_names() {
        assert_eq!(template("/a/{b}/c{d}.{e}"), Ok(vec!["b", "d", "e"]));
        assert_eq!(template("/"), Ok(vec![]));
        for bad in ["a", "", "/{", "/}", "/{}", "/{a", "/{a{b}}", "/a}b{", "/a?b=c", "/a#b"] {
            assert!(template(bad).is_err(), "{bad}");
        }
    }
}
