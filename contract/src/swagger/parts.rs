//! The parts of a contract in Swagger 2.0 in all of its files: each is known by the place that it or a reference to it has. Conversion of
//! schemas (references to `definitions`, a discriminator that is a text, `x-nullable`, files), and of parameters, fields and headers.

use std::collections::HashSet;

use crate::document::References;
use crate::source::{Graft, Member, Node, NodeId, Span, Tree};

pub(super) const METHODS: [&str; 7] = ["get", "put", "post", "delete", "options", "head", "patch"];

/// The kind of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PartKind {
    /// A path with its operations.
    Item,
    /// A parameter, a field or a header.
    Parameter,
    Response,
    Schema,
}

/// A part, which may be a reference to another one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part<'t> {
    pub(super) node: Node<'t>,
    pub(super) kind: PartKind,
}

impl Part<'_> {
    /// Returns true for a part of a map that moves with the root.
    pub(super) fn moves(&self, root: Node<'_>) -> bool {
        let maps = ["paths", "parameters", "responses"].map(|word| root.get(word).map(Node::id));
        let mut above = std::iter::successors(self.node.parent(), |node| node.parent());
        above.any(|node| maps.contains(&Some(node.id())))
    }
}

/// Returns every part that is reached from the root, each once.
pub(super) fn parts<'t>(root: Node<'t>, references: &References<'t>) -> Vec<Part<'t>> {
    let places = [
        ("definitions", PartKind::Schema),
        ("parameters", PartKind::Parameter),
        ("responses", PartKind::Response),
        ("paths", PartKind::Item),
    ];
    let places = places.into_iter();
    let mut open: Vec<Part<'t>> = places.flat_map(|(word, kind)| values(root, word, kind)).collect();
    let (mut found, mut known) = (Vec::new(), HashSet::new());
    while let Some(part) = open.pop() {
        if !known.insert(part.node.id()) {
            continue;
        }
        found.push(part);
        let target = part.node.get("$ref").and_then(|reference| references.look(reference));
        open.extend(target.map(|node| Part { node, ..part }));
        below(part, &mut open);
    }
    found
}

/// Returns the members of a mapping, or the items of a list, that a node has under a keyword.
fn values<'t>(node: Node<'t>, word: &str, kind: PartKind) -> impl Iterator<Item = Part<'t>> {
    let holder = node.get(word).into_iter();
    let values = holder.flat_map(|holder| holder.items().chain(holder.members().map(|member| member.value)));
    values.map(move |node| Part { node, kind })
}

/// Adds the parts directly below one.
fn below<'t>(part: Part<'t>, open: &mut Vec<Part<'t>>) {
    let schema = |node| Part {
        node,
        kind: PartKind::Schema,
    };
    let node = part.node;
    match part.kind {
        PartKind::Item => {
            let operations = METHODS.into_iter().filter_map(|method| node.get(method));
            for holder in operations.chain([node]) {
                open.extend(values(holder, "parameters", PartKind::Parameter));
                open.extend(values(holder, "responses", PartKind::Response));
            }
        }
        PartKind::Parameter => open.extend(
            ["schema", "items"]
                .into_iter()
                .filter_map(|word| node.get(word))
                .map(schema),
        ),
        PartKind::Response => {
            open.extend(node.get("schema").map(schema));
            open.extend(values(node, "headers", PartKind::Parameter));
        }
        PartKind::Schema => open.extend(schemas_below(node).map(schema)),
    }
}

/// Returns the schemas directly below one. What 3.0 does not have can refer to definitions, too.
fn schemas_below(schema: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let maps = ["properties", "patternProperties"].into_iter();
    let maps = maps.filter_map(move |word| schema.get(word)).flat_map(Node::members);
    let words = [
        "items",
        "additionalItems",
        "additionalProperties",
        "not",
        "allOf",
        "anyOf",
        "oneOf",
    ];
    let holders = words.into_iter().filter_map(move |word| schema.get(word));
    let schemas = holders.flat_map(|holder| holder.items().chain(holder.is_map().then_some(holder)));
    maps.map(|member| member.value).chain(schemas)
}

/// A change of a schema at its place.
pub(super) enum Change {
    Reference(NodeId, String),
    Discriminator(NodeId, Graft),
    Nullable(NodeId, NodeId),
}

/// Returns the new text of a reference that leads to another place.
type Moved<'f, 't> = dyn Fn(Node<'t>) -> Option<String> + 'f;

/// Returns the changes of every schema, and of every parameter, which has the keywords of a schema itself.
/// `moved` returns the new text of a reference.
pub(super) fn schema_changes<'t>(parts: &[Part<'t>], moved: &Moved<'_, 't>) -> Vec<Change> {
    let mut changes = Vec::new();
    for Part { node, kind } in parts {
        if matches!(kind, PartKind::Schema | PartKind::Parameter) {
            look(*node, moved, &mut changes);
        }
    }
    changes
}

pub(super) fn apply(changes: Vec<Change>, tree: &mut Tree) {
    for change in changes {
        match change {
            Change::Reference(scalar, text) => tree.set_text(scalar, &text),
            Change::Discriminator(schema, object) => tree.set_member(schema, "discriminator", "discriminator", object),
            Change::Nullable(schema, value) => tree.set_member(schema, "x-nullable", "nullable", Graft::Node(value)),
        }
    }
}

fn look<'t>(schema: Node<'t>, moved: &Moved<'_, 't>, changes: &mut Vec<Change>) {
    if let Some(reference) = schema.get("$ref")
        && let Some(text) = moved(reference)
    {
        changes.push(Change::Reference(reference.id(), text));
    }
    if let Some(discriminator) = schema.get("discriminator").filter(|one| one.as_str().is_some()) {
        let name = named("propertyName", discriminator, Graft::Node(discriminator.id()));
        let object = Graft::Map(vec![name], discriminator.span());
        changes.push(Change::Discriminator(schema.id(), object));
    }
    if let Some(nullable) = schema.get("x-nullable").filter(|one| one.as_bool().is_some()) {
        changes.push(Change::Nullable(schema.id(), nullable.id()));
    }
}

/// Returns the schema of a file, with its title and description if they are the schema's.
pub(super) fn binary(file: Node<'_>, is_schema: bool) -> Graft {
    let at = file.get("type").unwrap_or(file);
    let text = |text: &str| Graft::Text(text.to_owned(), at.span());
    let mut members = vec![named("type", at, text("string")), named("format", at, text("binary"))];
    let about = file
        .members()
        .filter(|member| is_schema && matches!(member.key, "title" | "description"));
    members.extend(about.map(kept));
    Graft::Map(members, file.span())
}

/// Keywords of a parameter that are those of its schema in 3.0.
#[rustfmt::skip]
const OF_SCHEMA: [&str; 20] = [
    "type", "format", "items", "default", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum", "maxLength", "minLength",
    "pattern", "maxItems", "minItems", "uniqueItems", "enum", "multipleOf", "x-enum-varnames", "x-enumNames", "x-ms-enum", "nullable",
];

/// The place of a parameter in 3.0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Parameter,
    /// It is the body.
    Body,
    /// It is a member of a form.
    Field,
}

pub(super) fn place(parameter: Node<'_>) -> Place {
    match parameter.get("in").and_then(Node::as_str) {
        Some("body") => Place::Body,
        Some("formData") => Place::Field,
        _ => Place::Parameter,
    }
}

/// Returns the schema of a parameter, a field or a header.
pub(super) fn own_schema(node: Node<'_>) -> Graft {
    if node.get("type").and_then(Node::as_str) == Some("file") {
        return binary(node, false);
    }
    let members = node
        .members()
        .filter(|member| OF_SCHEMA.contains(&member.key))
        .map(kept);
    Graft::Map(members.collect(), node.span())
}

/// Returns the members that do not belong to the schema.
pub(super) fn beside<'t>(node: Node<'t>, but: &'t [&str]) -> Vec<NewMember> {
    let own = node
        .members()
        .filter(|member| !OF_SCHEMA.contains(&member.key) && !but.contains(&member.key));
    own.map(kept).collect()
}

/// Converts a parameter that is not part of a body, or a header.
pub(super) fn of_parameter(node: Node<'_>) -> Graft {
    let mut members = beside(node, &["collectionFormat"]);
    members.push(named("schema", node, own_schema(node)));
    members.extend(collection_style(node));
    Graft::Map(members, node.span())
}

/// Converts a field of a form to a property.
pub(super) fn of_property(node: Node<'_>) -> Graft {
    let Graft::Map(mut members, span) = own_schema(node) else {
        return own_schema(node);
    };
    members.extend(beside(
        node,
        &["name", "in", "required", "collectionFormat", "allowEmptyValue"],
    ));
    Graft::Map(members, span)
}

/// Returns the encoding of a field that is a list.
pub(super) fn encoding(node: Node<'_>) -> Option<Graft> {
    let members = collection_style(node);
    (!members.is_empty()).then(|| Graft::Map(members, node.span()))
}

/// Returns `style` and `explode` of a list. A format that 3.0 does not have is its own style, which is reported.
fn collection_style(node: Node<'_>) -> Vec<NewMember> {
    if node.get("type").and_then(Node::as_str) != Some("array") {
        return Vec::new();
    }
    let format = node.get("collectionFormat");
    let at = format.unwrap_or(node);
    let text = format.and_then(Node::as_str).unwrap_or("csv");
    let is_form = matches!(node.get("in").and_then(Node::as_str), Some("query" | "formData"));
    let (style, explode) = match (text, is_form) {
        ("csv", true) => ("form", "false"),
        ("multi", true) => ("form", "true"),
        ("ssv", true) => ("spaceDelimited", "false"),
        ("pipes", true) => ("pipeDelimited", "false"),
        ("csv", false) => return Vec::new(),
        (other, _) => (other, "false"),
    };
    vec![
        named("style", at, Graft::Text(style.to_owned(), at.span())),
        named("explode", at, Graft::Plain(explode, at.span())),
    ]
}

/// A member to make.
pub(super) type NewMember = (String, Span, Graft);

pub(super) fn named(key: &str, at: Node<'_>, value: Graft) -> NewMember {
    (key.to_owned(), at.name_span(), value)
}

pub(super) fn kept(member: Member<'_>) -> NewMember {
    (member.key.to_owned(), member.key_span, Graft::Node(member.value.id()))
}
