//! Schemas of Swagger 2.0: references to `definitions`, a discriminator that is a text, `x-nullable`, and files.

use super::member::{kept, named};
use super::parts::{Part, PartKind};
use crate::source::{Graft, Node, NodeId, Tree};

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
pub(super) fn changes<'t>(parts: &[Part<'t>], moved: &Moved<'_, 't>) -> Vec<Change> {
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
