//! A contract in Swagger 2.0 to the form of OpenAPI 3.0, node by node: each keeps its location in the file.
//!
//! In: the tree of a contract. Out: the same tree, with bodies, media types, servers and components at their places of 3.0. Other parts
//! are converted where a reference finds them, also in other files. Never drops a keyword silently: one that 3.0 does not have keeps its
//! place, and one that a new member replaces is reported.

mod parts;

use crate::diag::{Code, Diagnostic, Report};
use crate::document::{Others, References, gather};
use crate::limits;
use crate::source::{Graft, Node, Span, Tree};
use parts::{
    METHODS, NewMember, PartKind, Place, beside, encoding, kept, named, of_parameter, of_property, own_schema, parts,
    place,
};

/// Keywords of the root that have another form or place in 3.0.
#[rustfmt::skip]
const MOVED: [&str; 10] = [
    "swagger", "host", "basePath", "schemes", "consumes", "produces", "definitions", "parameters", "responses", "securityDefinitions",
];
const MULTIPART: &str = "multipart/form-data";
const URL_ENCODED: &str = "application/x-www-form-urlencoded";

/// Converts a contract in Swagger 2.0 and the files that it refers to; leaves another one as it is. `None`: a file cannot be read, or it would
/// be too large, which is reported.
pub(crate) fn convert(tree: &mut Tree, others: &Others<'_>, inside: &str, report: &mut Report) -> Option<()> {
    let is_read = |root: Node<'_>| root.get("swagger").and_then(Node::as_str) == Some("2.0");
    if !tree.root().is_some_and(is_read) {
        return Some(());
    }
    let index = gather(tree, others, inside, report);
    if report.has_errors() {
        return None;
    }
    tree.index_wide_maps();
    let root = tree.root()?;
    let conversion = Conversion {
        root,
        references: References::new(tree, &index),
    };
    let parts = parts(root, &conversion.references);
    let changes = parts::schema_changes(&parts, &|reference| {
        conversion.moved(reference, "definitions", "schemas")
    });
    let elsewhere = parts.iter().filter(|part| !part.moves(root));
    let elsewhere = elsewhere.filter_map(|part| Some((part.node.id(), conversion.part(part.node, part.kind)?)));
    let mut grafts: Vec<_> = elsewhere.collect();
    grafts.push((root.id(), conversion.root()));
    let at = root.name_span();
    parts::apply(changes, tree);
    // A body has its schema once for each of its media types.
    let mut left = tree.len() + limits::OVERLAY_COPIES;
    if grafts.iter().any(|(_, graft)| is_larger(tree, graft, &mut left)) {
        let message = "media types and schemas come to too many combinations";
        report.push(Diagnostic::new(Code::TooLarge, message).at(at));
        return None;
    }
    let mut dropped = Vec::new();
    for (node, graft) in grafts {
        tree.put(node, graft, &mut dropped);
    }
    tree.compact();
    for key in dropped {
        let message = "Swagger 2.0 does not have this keyword here, so it is left out";
        report.push(Diagnostic::new(Code::UnknownKeyword, message).at(key));
    }
    Some(())
}

/// Returns true if a graft has more nodes than are left.
fn is_larger(tree: &Tree, graft: &Graft, left: &mut usize) -> bool {
    match graft {
        Graft::Node(node) => {
            let mut open = vec![tree.node(*node)];
            while let Some(node) = open.pop() {
                if *left == 0 {
                    return true;
                }
                *left -= 1;
                open.extend(node.items().chain(node.members().map(|member| member.value)));
            }
            false
        }
        Graft::Map(members, _) => members.iter().any(|(_, _, value)| is_larger(tree, value, left)),
        Graft::Seq(items, _) => items.iter().any(|item| is_larger(tree, item, left)),
        Graft::Text(..) | Graft::Plain(..) => false,
    }
}

/// Returns the members of a mapping but those with these keys.
fn others<'t>(node: Node<'t>, but: &'t [&str]) -> impl Iterator<Item = NewMember> + 't {
    node.members().filter(|member| !but.contains(&member.key)).map(kept)
}

/// Converts each value of a mapping.
fn each<'t>(map: Node<'t>, convert: impl Fn(Node<'t>) -> Graft) -> Graft {
    let members = map.members();
    let members = members.map(|member| (member.key.to_owned(), member.key_span, convert(member.value)));
    Graft::Map(members.collect(), map.span())
}

/// One contract.
struct Conversion<'t> {
    root: Node<'t>,
    references: References<'t>,
}

/// Parameters that are one body in 3.0.
#[derive(Default)]
struct BodyParts<'t> {
    body: Option<Node<'t>>,
    fields: Vec<Node<'t>>,
}

impl<'t> Conversion<'t> {
    fn root(&self) -> Graft {
        let mut members = Vec::new();
        for member in self.root.members() {
            if member.key == "swagger" {
                let version = Graft::Text("3.0.3".to_owned(), member.value.span());
                members.push(("openapi".to_owned(), member.key_span, version));
            } else if member.key == "paths" {
                members.push(named("paths", member.value, each(member.value, |item| self.item(item))));
            } else if !MOVED.contains(&member.key) {
                members.push(kept(member));
            }
        }
        members.extend(self.servers(self.root));
        members.push(("components".to_owned(), self.root.span(), self.components()));
        Graft::Map(members, self.root.span())
    }

    /// The server of `schemes`, `host` and `basePath`: with HTTPS, if that is one of them.
    fn servers(&self, of: Node<'t>) -> Option<NewMember> {
        let text = |name: &str| self.root.get(name).and_then(Node::as_str).unwrap_or_default();
        let (host, base) = (text("host"), text("basePath").trim_end_matches('/'));
        let at = ["schemes", "host", "basePath"]
            .into_iter()
            .find_map(|name| of.get(name).or(self.root.get(name)))?;
        let listed = of
            .get("schemes")
            .into_iter()
            .flat_map(Node::items)
            .filter_map(Node::as_str);
        let schemes: Vec<&str> = listed.map(|scheme| scheme.trim_end_matches(':')).collect();
        let is_plain = schemes.contains(&"http") && !schemes.contains(&"https");
        let scheme = if is_plain { "http" } else { "https" };
        let url = match (host, base) {
            ("", "") => "/".to_owned(),
            ("", base) => base.to_owned(),
            _ => format!("{scheme}://{host}{base}"),
        };
        let server = Graft::Map(vec![named("url", at, Graft::Text(url, at.span()))], at.span());
        Some(named("servers", at, Graft::Seq(vec![server], at.span())))
    }

    fn components(&self) -> Graft {
        let parts = [
            ("definitions", "schemas"),
            ("parameters", "parameters"),
            ("responses", "responses"),
            ("securityDefinitions", "securitySchemes"),
        ];
        let parts = parts
            .into_iter()
            .filter_map(|(of_2, of_3)| Some((self.root.get(of_2)?, of_3)));
        let members = parts.map(|(map, name)| {
            let converted = match name {
                "schemas" => Graft::Node(map.id()),
                "parameters" => {
                    // Bodies and fields stand where they are used.
                    let own = map.members().filter(|member| place(member.value) == Place::Parameter);
                    let own = own.map(|member| (member.key.to_owned(), member.key_span, of_parameter(member.value)));
                    Graft::Map(own.collect(), map.span())
                }
                "responses" => each(map, |response| {
                    let same = self.reference(response, "responses");
                    same.unwrap_or_else(|| self.response(response, self.root))
                }),
                _ => each(map, scheme),
            };
            named(name, map, converted)
        });
        Graft::Map(members.collect(), self.root.span())
    }

    fn item(&self, item: Node<'t>) -> Graft {
        let shared = Self::parameters(item);
        let mut parts = BodyParts::default();
        let own = self.sorted(&shared, &mut parts);
        let mut members = Vec::new();
        for member in item.members() {
            if METHODS.contains(&member.key) && member.value.is_map() {
                let operation = self.operation(member.value, &parts);
                members.push((member.key.to_owned(), member.key_span, operation));
            } else if member.key == "parameters" {
                members.extend(self.parameter_list(member.value, &own));
            } else {
                members.push(kept(member));
            }
        }
        Graft::Map(members, item.span())
    }

    fn parameters(of: Node<'t>) -> Vec<Node<'t>> {
        of.get("parameters").into_iter().flat_map(Node::items).collect()
    }

    /// Returns the parameters that are not part of a body, and adds the others to these parts.
    fn sorted(&self, parameters: &[Node<'t>], parts: &mut BodyParts<'t>) -> Vec<Node<'t>> {
        let mut own = Vec::new();
        for parameter in parameters {
            let meant = self.meant(*parameter);
            match place(meant) {
                Place::Body => parts.body = Some(meant),
                Place::Field => parts.fields.push(meant),
                Place::Parameter => own.push(*parameter),
            }
        }
        own
    }

    /// Returns what a reference leads to in the end, or else the node itself.
    fn meant(&self, node: Node<'t>) -> Node<'t> {
        self.references.chain(node).pop().unwrap_or(node)
    }

    /// Converts a part at its place; `None` if it is the same in 3.0, or is converted where it is used.
    fn part(&self, node: Node<'t>, kind: PartKind) -> Option<Graft> {
        match kind {
            PartKind::Item => Some(self.item(node)),
            _ if node.get("$ref").is_some() => None,
            PartKind::Parameter => (place(node) == Place::Parameter).then(|| of_parameter(node)),
            PartKind::Response => Some(self.response(node, self.root)),
            PartKind::Schema => None,
        }
    }

    /// Returns the new text of a reference to a part of the root, which moves to the components.
    fn moved(&self, reference: Node<'t>, part: &str, component: &str) -> Option<String> {
        let (address, pointer) = reference.as_str()?.split_once('#')?;
        let name = pointer.strip_prefix('/')?.strip_prefix(part)?.strip_prefix('/')?;
        let file = match self.references.look(reference) {
            Some(target) => target.document(),
            None if address.is_empty() => reference.document(),
            None => return None,
        };
        (file == self.root.document()).then(|| format!("{address}#/components/{component}/{name}"))
    }

    /// Converts a node that is a reference.
    fn reference(&self, node: Node<'t>, part: &str) -> Option<Graft> {
        let target = node.get("$ref")?;
        let Some(text) = self.moved(target, part, part) else {
            return Some(Graft::Node(node.id()));
        };
        let text = Graft::Text(text, target.span());
        Some(Graft::Map(vec![named("$ref", target, text)], node.span()))
    }

    /// Returns the list of parameters that are not part of a body, if it has any.
    fn parameter_list(&self, list: Node<'t>, own: &[Node<'t>]) -> Option<NewMember> {
        let own: Vec<Graft> = own
            .iter()
            .map(|one| self.reference(*one, "parameters").unwrap_or_else(|| of_parameter(*one)))
            .collect();
        (!own.is_empty()).then(|| named("parameters", list, Graft::Seq(own, list.span())))
    }

    fn operation(&self, operation: Node<'t>, shared: &BodyParts<'t>) -> Graft {
        let mut parts = BodyParts::default();
        let own = self.sorted(&Self::parameters(operation), &mut parts);
        parts.body = parts.body.or(shared.body);
        let name = |field: &Node<'t>| field.get("name").and_then(Node::as_str);
        let more = shared
            .fields
            .iter()
            .filter(|one| parts.fields.iter().all(|own| name(own) != name(one)));
        parts.fields.extend(more.copied().collect::<Vec<_>>());
        let mut members = Vec::new();
        for member in operation.members() {
            match member.key {
                "consumes" | "produces" | "schemes" => {}
                "parameters" => members.extend(self.parameter_list(member.value, &own)),
                "responses" => {
                    let convert = |response: Node<'t>| {
                        self.reference(response, "responses")
                            .unwrap_or_else(|| self.response(response, operation))
                    };
                    members.push(named("responses", member.value, each(member.value, convert)));
                }
                _ => members.push(kept(member)),
            }
        }
        members.extend(self.body(operation, &parts));
        // Other schemes than those of the root are another server.
        let known = self
            .root
            .get("schemes")
            .map(|schemes| schemes.items().filter_map(Node::as_str).collect::<Vec<_>>());
        let mut own = operation
            .get("schemes")
            .into_iter()
            .flat_map(Node::items)
            .filter_map(Node::as_str);
        if own.any(|scheme| known.as_ref().is_some_and(|known| !known.contains(&scheme))) {
            members.extend(self.servers(operation));
        }
        Graft::Map(members, operation.span())
    }

    fn body(&self, operation: Node<'t>, parts: &BodyParts<'t>) -> Option<NewMember> {
        if let Some(body) = parts.body {
            let mut members = beside(body, &["in", "name", "schema"]);
            let form = |(media, at): (String, Span)| {
                let schema = body
                    .get("schema")
                    .map_or_else(|| own_schema(body), |schema| Graft::Node(schema.id()));
                (media, at, Graft::Map(vec![named("schema", body, schema)], body.span()))
            };
            let forms = self.media(operation, "consumes").into_iter().map(form);
            members.push(named("content", body, Graft::Map(forms.collect(), body.span())));
            return Some(named("requestBody", body, Graft::Map(members, body.span())));
        }
        let first = *parts.fields.first()?;
        let at = first.span();
        let has_files = parts
            .fields
            .iter()
            .any(|field| field.get("type").and_then(Node::as_str) == Some("file"));
        let mut media: Vec<(String, Span)> = self.media(operation, "consumes");
        media.retain(|(name, _)| name == MULTIPART || (name == URL_ENCODED && !has_files));
        if media.is_empty() {
            let usual = if has_files { MULTIPART } else { URL_ENCODED };
            media.push((usual.to_owned(), at));
        }
        let is_required = |field: &&Node<'t>| field.get("required").and_then(Node::as_bool) == Some(true);
        let name = |field: &Node<'t>| field.get("name").and_then(Node::as_str).map(str::to_owned);
        let forms = media.iter().map(|(media, media_at)| {
            let properties = parts
                .fields
                .iter()
                .filter_map(|field| Some((name(field)?, field.name_span(), of_property(*field))));
            let mut schema = vec![
                ("type".to_owned(), at, Graft::Text("object".to_owned(), at)),
                ("properties".to_owned(), at, Graft::Map(properties.collect(), at)),
            ];
            let required = parts.fields.iter().filter(is_required);
            let required: Vec<Graft> = required
                .filter_map(|field| Some(Graft::Text(name(field)?, field.span())))
                .collect();
            if !required.is_empty() {
                schema.push(("required".to_owned(), at, Graft::Seq(required, at)));
            }
            let mut form = vec![("schema".to_owned(), at, Graft::Map(schema, at))];
            let encodings = parts
                .fields
                .iter()
                .filter_map(|field| Some((name(field)?, field.name_span(), encoding(*field)?)));
            let encodings: Vec<NewMember> = encodings.collect();
            if !encodings.is_empty() {
                form.push(("encoding".to_owned(), at, Graft::Map(encodings, at)));
            }
            (media.clone(), *media_at, Graft::Map(form, at))
        });
        let mut members = vec![("content".to_owned(), at, Graft::Map(forms.collect(), at))];
        if let Some(required) = parts.fields.iter().find(is_required) {
            members.push(("required".to_owned(), at, Graft::Plain("true", required.span())));
        }
        Some(named("requestBody", first, Graft::Map(members, at)))
    }

    /// Returns the media types of an operation, or else those of the root, or else JSON. JSON comes first, and each one once.
    fn media(&self, operation: Node<'t>, word: &str) -> Vec<(String, Span)> {
        let listed = operation
            .get(word)
            .or_else(|| self.root.get(word))
            .into_iter()
            .flat_map(Node::items);
        let mut media: Vec<(String, Span)> = Vec::new();
        for node in listed {
            let name = node.as_str().unwrap_or_default().to_owned();
            if !media.iter().any(|(known, _)| *known == name) {
                media.push((name, node.span()));
            }
        }
        media.sort_by_key(|(name, _)| !name.contains("json"));
        if media.is_empty() {
            media.push(("application/json".to_owned(), operation.span()));
        }
        media
    }

    fn response(&self, response: Node<'t>, operation: Node<'t>) -> Graft {
        let mut members: Vec<NewMember> = others(response, &["schema", "headers", "examples"]).collect();
        if let Some(headers) = response.get("headers") {
            members.push(named("headers", headers, each(headers, of_parameter)));
        }
        let (schema, examples) = (response.get("schema"), response.get("examples"));
        let mut media = schema.map(|_| self.media(operation, "produces")).unwrap_or_default();
        let is_file = schema.and_then(|schema| schema.get("type")).and_then(Node::as_str) == Some("file");
        if is_file
            && operation
                .get("produces")
                .or_else(|| self.root.get("produces"))
                .is_none()
        {
            media = vec![("application/octet-stream".to_owned(), response.span())];
        }
        if is_file {
            // JSON is for the failures of an operation that returns a file.
            media.sort_by_key(|(name, _)| name.contains("json"));
        }
        let given = examples.into_iter().flat_map(Node::members);
        let more = given.filter(|example| !media.iter().any(|(known, _)| known == example.key));
        let more: Vec<_> = more.map(|example| (example.key.to_owned(), example.key_span)).collect();
        media.extend(more);
        let content = media.into_iter().map(|(name, at)| {
            let mut form = Vec::new();
            if let Some(schema) = schema {
                let schema_of_3 = if is_file {
                    parts::binary(schema, true)
                } else {
                    Graft::Node(schema.id())
                };
                form.push(named("schema", schema, schema_of_3));
            }
            if let Some(example) = examples.and_then(|examples| examples.get(&name)) {
                form.push(("example".to_owned(), example.name_span(), Graft::Node(example.id())));
            }
            (name, at, Graft::Map(form, response.span()))
        });
        let content: Vec<NewMember> = content.collect();
        if !content.is_empty() {
            members.push((
                "content".to_owned(),
                response.span(),
                Graft::Map(content, response.span()),
            ));
        }
        Graft::Map(members, response.span())
    }
}

/// Converts a scheme of security.
fn scheme(scheme: Node<'_>) -> Graft {
    let kind = scheme.get("type");
    let text = |text: &str, at: Node<'_>| Graft::Text(text.to_owned(), at.span());
    let flow = scheme.get("flow");
    match (kind.and_then(Node::as_str), kind, flow) {
        (Some("basic"), Some(kind), _) => {
            let mut members: Vec<NewMember> = others(scheme, &["type"]).collect();
            members.push(named("type", kind, text("http", kind)));
            members.push(named("scheme", kind, text("basic", kind)));
            Graft::Map(members, scheme.span())
        }
        (Some("oauth2"), _, Some(flow)) => {
            let of_flow = ["authorizationUrl", "tokenUrl", "scopes"];
            let mut members: Vec<NewMember> = others(scheme, &["flow"]).collect();
            members.retain(|(key, ..)| !of_flow.contains(&key.as_str()));
            let name = match flow.as_str().unwrap_or_default() {
                "application" => "clientCredentials",
                "accessCode" => "authorizationCode",
                same => same,
            };
            let mut own: Vec<NewMember> = scheme
                .members()
                .filter(|member| of_flow.contains(&member.key))
                .map(kept)
                .collect();
            if scheme.get("scopes").is_none() {
                own.push(named("scopes", flow, Graft::Map(Vec::new(), flow.span())));
            }
            let flows = Graft::Map(vec![named(name, flow, Graft::Map(own, flow.span()))], flow.span());
            members.push(named("flows", flow, flows));
            Graft::Map(members, scheme.span())
        }
        _ => Graft::Node(scheme.id()),
    }
}

#[cfg(test)]
mod tests {
    use crate::diag::{Code, Levels, Report};
    use crate::document::Unread;
    use crate::source::load;
    use std::fmt::Write as _;

    /// A contract whose body has so many media types, and 1,000 members.
    fn with_media_types(number: usize) -> String {
        let mut text = "swagger: '2.0'\nconsumes:\n".to_owned();
        for at in 0..number {
            let _ = writeln!(text, "  - application/x{at}");
        }
        text +=
            "paths:\n  /a:\n    post:\n      parameters:\n      - in: body\n        schema:\n          properties:\n";
        for at in 0..1000 {
            let _ = writeln!(text, "            m{at}: {{ type: string }}");
        }
        text
    }

    #[test]
    fn combinations_of_media_types_and_schemas_have_a_limit() {
        for (number, is_read) in [(2, true), (600, false)] {
            let mut report = Report::new(Levels::lenient());
            let mut tree = load("a.yaml", with_media_types(number).as_bytes(), &mut report).expect("YAML");
            assert_eq!(
                super::convert(&mut tree, &|_| Err(Unread::default()), "", &mut report).is_some(),
                is_read
            );
            assert_eq!(report.summary().iter().any(|one| one.code == Code::TooLarge), !is_read);
        }
    }
}
