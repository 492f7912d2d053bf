//! Schemas of Swagger 2.0: references to `definitions`, a discriminator that is a text, `x-nullable`, and files.

use super::member::{kept, named};
use crate::source::{Graft, Node, NodeId, Tree};

/// A change of a schema.
enum Change {
    Reference(NodeId, String),
    Discriminator(NodeId, Graft),
    Nullable(NodeId, NodeId),
}

/// Converts every schema of a contract at its place.
pub(super) fn convert(tree: &mut Tree) {
    let mut changes = Vec::new();
    if let Some(root) = tree.root() {
        let definitions = root.get("definitions").into_iter().flat_map(Node::members);
        let mut open: Vec<Node<'_>> = definitions.map(|member| member.value).collect();
        let mut parts = Vec::new();
        for word in ["parameters", "responses"] {
            parts.extend(
                root.get(word)
                    .into_iter()
                    .flat_map(Node::members)
                    .map(|member| member.value),
            );
        }
        for item in root.get("paths").into_iter().flat_map(Node::members) {
            let operations = item.value.members().map(|member| member.value);
            for holder in operations.chain([item.value]) {
                parts.extend(holder.get("parameters").into_iter().flat_map(Node::items));
                parts.extend(
                    holder
                        .get("responses")
                        .into_iter()
                        .flat_map(Node::members)
                        .map(|member| member.value),
                );
            }
        }
        open.extend(parts.iter().filter_map(|part| part.get("schema")));
        open.extend(parts.iter().filter_map(|part| part.get("items")));
        // A parameter has the keywords of a schema itself.
        open.extend(
            parts
                .iter()
                .filter(|part| part.get("in").is_some() && part.get("schema").is_none())
                .copied(),
        );
        while let Some(schema) = open.pop() {
            look(schema, &mut changes);
            open.extend(below(schema));
        }
    }
    for change in changes {
        match change {
            Change::Reference(scalar, text) => tree.set_text(scalar, &text),
            Change::Discriminator(schema, object) => tree.set_member(schema, "discriminator", "discriminator", object),
            Change::Nullable(schema, value) => tree.set_member(schema, "x-nullable", "nullable", Graft::Node(value)),
        }
    }
}

fn look(schema: Node<'_>, changes: &mut Vec<Change>) {
    if let Some(reference) = schema.get("$ref")
        && let Some(name) = reference.as_str().and_then(|text| text.strip_prefix("#/definitions/"))
    {
        changes.push(Change::Reference(
            reference.id(),
            format!("#/components/schemas/{name}"),
        ));
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

/// Returns the schemas directly below one.
fn below(schema: Node<'_>) -> Vec<Node<'_>> {
    let properties = schema
        .get("properties")
        .into_iter()
        .flat_map(Node::members)
        .map(|member| member.value);
    let single = ["items", "additionalProperties", "not"]
        .into_iter()
        .filter_map(|word| schema.get(word));
    let lists = ["allOf", "anyOf", "oneOf"]
        .into_iter()
        .filter_map(|word| schema.get(word));
    properties
        .chain(single.filter(|one| one.is_map()))
        .chain(lists.flat_map(Node::items))
        .collect()
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
