//! Paths, webhooks and callbacks: templates, what of them can be sent, and the check that no two of them match the same requests.

use std::collections::HashMap;
use std::fmt::Write as _;

use indexmap::IndexMap;

use super::parser::{self, Parser};
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

/// A path template that can be sent: a key of `paths`.
///
/// OpenAPI allows only a path there, with a name in each pair of braces. A query or fragment is understood where it can be
/// sent: a fixed query stays in the path, a template variable in the query becomes a query parameter, a fragment is never
/// sent. More than a name in braces is understood as frameworks and RFC 6570 write it: `{id:[0-9]+}`, `{id?}`, `{+path}`,
/// `{a,b}`, `{?a,b}`. A value that spans segments, as `{+path}`, `{path:.*}` and `{name=shelves/*}` say, keeps its slashes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Template<'a> {
    /// The path, and after a `?` the fixed part of the query.
    pub(super) sent: String,
    /// Names of the path parameters, in order.
    pub(super) names: Vec<&'a str>,
    /// Contents of braces that are more than a name, each with the name.
    pub(super) written: Vec<(&'a str, &'a str)>,
    /// Names of the path parameters whose values keep reserved characters (RFC 6570, section 3.2.3).
    pub(super) reserved: Vec<&'a str>,
    /// Query pairs (`name=value`) whose value is fixed.
    pub(super) fixed: Vec<&'a str>,
    /// Query pairs (`name`, parameter) whose value is a parameter (`limit={pageSize}`).
    pub(super) open: Vec<(&'a str, &'a str)>,
    has_fragment: bool,
}

impl<'a> Template<'a> {
    /// Parses a key. Returns the template, or `None` if no part of it can be sent; and the violation of OpenAPI, if
    /// any.
    fn from_key(key: &'a str) -> (Option<Self>, Option<&'static str>) {
        if key.chars().any(char::is_control) {
            return (None, Some("has a control character"));
        }
        let (rest, fragment) = cut(key, '#');
        let (path, query) = cut(rest, '?');
        let mut template = Self {
            has_fragment: fragment.is_some(),
            ..Self::default()
        };
        if let Err(why) = template.path(path) {
            return (None, Some(why));
        }
        let has_more = template.sent != path || !template.written.is_empty();
        let mut fault = has_more.then_some("has more than a name between `{` and `}`");
        if query.is_some() || fragment.is_some() {
            fault = Some("has a query or a fragment");
        }
        if !template.sent.starts_with('/') {
            fault = Some("does not begin with `/`");
            template.sent.insert(0, '/');
        }
        for pair in query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            if let Some(parameter) = value.strip_prefix('{').and_then(|value| value.strip_suffix('}')) {
                template.open.push((name, parameter));
            } else if pair.contains(['{', '}']) {
                return (None, Some("has a parameter inside a part of its query"));
            } else {
                template.sent.push(if template.fixed.is_empty() { '?' } else { '&' });
                template.sent.push_str(pair);
                template.fixed.push(name);
            }
        }
        (Some(template), fault)
    }

    /// Reads the part before a query.
    fn path(&mut self, path: &'a str) -> Result<(), &'static str> {
        let mut rest = path;
        while let Some(open) = rest.find(['{', '}']) {
            let inside = rest[open..].strip_prefix('{').ok_or("has a `}` without a `{`")?;
            let close = closing(inside).ok_or("has a `{` without a `}`")?;
            self.sent.push_str(&rest[..open]);
            self.expression(&inside[..close])?;
            rest = &inside[close + 1..];
        }
        self.sent.push_str(rest);
        Ok(())
    }

    /// Reads what stands in braces: an operator of RFC 6570, and names that a comma separates.
    fn expression(&mut self, text: &'a str) -> Result<(), &'static str> {
        let (operator, list) = match text.chars().next() {
            Some(operator) if "+#./;?&".contains(operator) => (operator, &text[1..]),
            _ => (' ', text),
        };
        // A pattern may have a comma.
        let is_list = !list.contains(':');
        for (at, one) in list.split(|c| c == ',' && is_list).enumerate() {
            let mark = one.find([':', '=']).unwrap_or(one.len());
            let (name, pattern) = one.split_at(mark);
            let name = name.trim_end_matches(['*', '?']).trim();
            if name.is_empty() || name.contains('{') {
                return Err("has a parameter without a name");
            }
            if matches!(operator, '?' | '&') {
                self.open.push((name, name));
                continue;
            }
            match operator {
                '.' | '/' => self.sent.push(operator),
                ';' => {
                    let _ = write!(self.sent, ";{name}=");
                }
                _ if at > 0 => self.sent.push(','),
                _ => {}
            }
            let _ = write!(self.sent, "{{{name}}}");
            self.names.push(name);
            if operator == '+' || spans_segments(pattern) {
                self.reserved.push(name);
            }
            if name != text {
                self.written.push((text, name));
            }
        }
        Ok(())
    }

    /// Returns the form that tells requests apart: names of parameters do not.
    fn shape(&self) -> String {
        let path = self.names.iter().fold(self.sent.clone(), |path, name| {
            path.replace(&format!("{{{name}}}"), "{}")
        });
        let open = self.open.iter().map(|(name, _)| format!("&{name}"));
        std::iter::once(path).chain(open).collect()
    }

    /// Returns what to write in place of the key, for a message.
    fn correction(&self) -> &'static str {
        if self.written.is_empty() {
            "write it like `/orders/{orderId}`, and a query as parameters with `in: query`"
        } else {
            "write it like `/orders/{orderId}`, and a pattern or a default in the schema of the parameter"
        }
    }

    /// Returns what is sent in place of the key, for a message.
    fn difference(&self) -> String {
        let mut text = format!("in lenient mode it is sent as `{}`", self.sent);
        for name in &self.reserved {
            let _ = write!(
                text,
                "; the value of `{name}` keeps its slashes and other reserved characters"
            );
        }
        for (name, _) in &self.open {
            let _ = write!(text, "; `{name}` is a query parameter");
        }
        if self.has_fragment {
            text.push_str("; the fragment is not sent");
        }
        text
    }
}

/// Returns true for what follows a name where several segments of the path are its value: a pattern of anything
/// (`:.*`, `:path`), or one of segments (`=shelves/*`, `=**`).
fn spans_segments(pattern: &str) -> bool {
    matches!(pattern, ":.*" | ":.+" | ":path" | "=**") || (pattern.starts_with('=') && pattern.contains('/'))
}

/// Divides a text at a character that stands outside of braces.
fn cut(text: &str, at: char) -> (&str, Option<&str>) {
    let mut depth = 0_usize;
    for (place, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            c if c == at && depth == 0 => return (&text[..place], Some(&text[place + c.len_utf8()..])),
            _ => {}
        }
    }
    (text, None)
}

/// Returns the place of the brace that closes the one before the text.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (place, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => return Some(place),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::Template;

    fn read(key: &str) -> (Option<(String, String)>, Option<&'static str>) {
        let (template, fault) = Template::from_key(key);
        (template.map(|it| (it.sent.clone(), it.names.join(" "))), fault)
    }

    #[test]
    fn a_template_has_closed_braces_around_names() {
        let good = |sent: &str, names: &str| (Some((sent.to_owned(), names.to_owned())), None);
        assert_eq!(read("/a/{b}/c{d}.{e}"), good("/a/{b}/c{d}.{e}", "b d e"));
        assert_eq!(read("/"), good("/", ""));
        for bad in ["/{", "/}", "/{}", "/{a", "/{a{b}}", "/a}b{", "/a\n", "/a?b=x{c}"] {
            let (template, fault) = Template::from_key(bad);
            assert!(template.is_none() && fault.is_some(), "{bad}");
        }
    }

    #[test]
    fn what_can_be_sent_of_a_wrong_key_is_kept() {
        for (key, sent, names, why) in [
            ("a/{b}", "/a/{b}", "b", "does not begin with `/`"),
            ("", "/", "", "does not begin with `/`"),
            ("/a?b=c", "/a?b=c", "", "has a query or a fragment"),
            ("/{a}?b&c=d&", "/{a}?b&c=d", "a", "has a query or a fragment"),
            ("/a#b{c", "/a", "", "has a query or a fragment"),
            ("/a?b={c}&d=e#f?g", "/a?d=e", "", "has a query or a fragment"),
        ] {
            assert_eq!(
                read(key),
                (Some((sent.to_owned(), names.to_owned())), Some(why)),
                "{key}"
            );
        }
        let said = |key: &str| Template::from_key(key).0.unwrap().difference();
        assert_eq!(said("a"), "in lenient mode it is sent as `/a`");
        assert_eq!(
            said("/a?b={c}&d=e#f"),
            "in lenient mode it is sent as `/a?d=e`; `b` is a query parameter; the fragment is not sent"
        );
        let shape = |key: &str| Template::from_key(key).0.unwrap().shape();
        assert_eq!(shape("/a/{b}#c"), shape("/a/{d}"));
        assert_ne!(shape("/a?b={c}"), shape("/a?d={c}"));
        assert_ne!(shape("/a?b=c"), shape("/a?b=d"));
        let template = Template::from_key("/a?b={c}&d=e").0.unwrap();
        assert_eq!((template.fixed, template.open), (vec!["d"], vec![("b", "c")]));
    }

    #[test]
    fn more_than_a_name_in_braces_is_read_as_frameworks_and_rfc_6570_write_it() {
        for (key, sent, names) in [
            ("/a/{id:[0-9]+}", "/a/{id}", "id"),
            ("/a/{id:[0-9]{2,3}}/b", "/a/{id}/b", "id"),
            ("/a/{id:int?}", "/a/{id}", "id"),
            ("/a/{id?}", "/a/{id}", "id"),
            ("/a/{id=5}", "/a/{id}", "id"),
            ("/v1/{name=projects/*}", "/v1/{name}", "name"),
            ("/a/{+path}", "/a/{path}", "path"),
            ("/a/{path*}", "/a/{path}", "path"),
            ("/a/{b,c}", "/a/{b},{c}", "b c"),
            ("/a{/b,c}", "/a/{b}/{c}", "b c"),
            ("/a{.form}", "/a.{form}", "form"),
            ("/a{;b}", "/a;b={b}", "b"),
        ] {
            let why = "has more than a name between `{` and `}`";
            assert_eq!(
                read(key),
                (Some((sent.to_owned(), names.to_owned())), Some(why)),
                "{key}"
            );
        }
        let template = Template::from_key("/a{?b,c*}{&d}").0.unwrap();
        assert_eq!((template.sent.as_str(), template.names.len()), ("/a", 0));
        assert_eq!(template.open, [("b", "b"), ("c", "c"), ("d", "d")]);
        for (key, reserved) in [
            ("/a/{+path}/{b}", "path"),
            ("/a/{+b,c}", "b c"),
            ("/a/{path:.*}", "path"),
            ("/a/{path:path}", "path"),
            ("/v1/{name=shelves/*/books/*}:read", "name"),
            ("/v1/{name=**}", "name"),
            ("/a/{path*}/{id:[0-9]+}/{b=5}", ""),
        ] {
            let template = Template::from_key(key).0.unwrap();
            assert_eq!(template.reserved.join(" "), reserved, "{key}");
        }
        assert_eq!(
            Template::from_key("/a/{+path}").0.unwrap().difference(),
            "in lenient mode it is sent as `/a/{path}`; the value of `path` keeps its slashes and other reserved characters"
        );
        for bad in ["/{?}", "/{:x}", "/{a,}", "/{{a}}"] {
            assert_eq!(read(bad), (None, Some("has a parameter without a name")), "{bad}");
        }
    }
}
