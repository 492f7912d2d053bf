//! Parameters, fields and headers of Swagger 2.0, whose schemas are their own members.

use super::member::{NewMember, kept, named};
use super::schema;
use crate::source::{Graft, Node};

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
        return schema::binary(node, false);
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
    members.extend(style(node));
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
    let members = style(node);
    (!members.is_empty()).then(|| Graft::Map(members, node.span()))
}

/// Returns `style` and `explode` of a list. A format that 3.0 does not have is its own style, which is reported.
fn style(node: Node<'_>) -> Vec<NewMember> {
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
