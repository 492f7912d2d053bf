//! Lookups in the types of an API: aliases, members, pointers.

use crate::document::Document;
use crate::ir;
use crate::ir::{ScalarFormat, Shape, TypeId};
use crate::source::{Node, Span};

/// Returns the type behind aliases and `null`.
pub(super) fn behind_null(api: &ir::UnsealedApi, id: TypeId) -> TypeId {
    ir::behind_null(&api.types, id)
}

pub(super) fn object(api: &ir::UnsealedApi, id: TypeId) -> Option<&ir::ObjectShape> {
    match &api.types[behind_null(api, id).0 as usize].shape {
        Shape::Object(object) => Some(object),
        _ => None,
    }
}

pub(super) fn members(shape: &Shape) -> &[ir::Member] {
    match shape {
        Shape::Object(object) => &object.members,
        _ => &[],
    }
}

/// Returns the member at a pointer, or the first segment that does not exist.
pub(super) fn follow<'a>(api: &ir::UnsealedApi, from: TypeId, pointer: &'a [String]) -> Result<TypeId, &'a str> {
    let mut at = behind_null(api, from);
    for name in pointer {
        at = match &api.types[at.0 as usize].shape {
            Shape::Object(object) => match object.members.iter().find(|member| member.name == *name) {
                Some(member) => behind_null(api, member.ty),
                None => return Err(name),
            },
            Shape::Map(values, _) => behind_null(api, *values),
            Shape::Any => return Ok(at),
            _ => return Err(name),
        };
    }
    Ok(at)
}

/// Returns why a pointer has no target, if `name` is its first segment that does not exist: only members have names, and items of a
/// list have none.
pub(super) fn no_target(api: &ir::UnsealedApi, from: TypeId, pointer: &[String], name: &str) -> String {
    let is_list = |id: TypeId| matches!(api.types[behind_null(api, id).0 as usize].shape, Shape::Array(_));
    let list = (0..pointer.len()).find(|end| follow(api, from, &pointer[..*end]).is_ok_and(is_list));
    match list {
        Some(0) => "it is a list, and the pointer cannot name one of its items".to_owned(),
        Some(end) => {
            let place = crate::source::pointer(&pointer[..end]);
            format!("`{place}` is a list, and the pointer cannot name one of its items")
        }
        None => format!("there is no member `{name}`"),
    }
}

/// Returns true if a value of the type is a single text.
pub(super) fn is_scalar(api: &ir::UnsealedApi, id: TypeId) -> bool {
    let shape = &api.types[behind_null(api, id).0 as usize].shape;
    matches!(
        shape,
        Shape::Scalar(..) | Shape::Newtype(..) | Shape::Enum(_) | Shape::Any
    )
}

/// Returns true if a value of the type is a JSON text. Alternatives are scalars, such as a list of values and any text.
pub(super) fn is_text(api: &ir::UnsealedApi, id: TypeId) -> bool {
    let shape = |id| &api.types[behind_null(api, id).0 as usize].shape;
    match shape(id) {
        Shape::Union(union) => union.variants.iter().all(|variant| is_scalar_text(shape(variant.ty))),
        shape => is_scalar_text(shape),
    }
}

fn is_scalar_text(shape: &Shape) -> bool {
    use ScalarFormat::{Bool, Float, I32, I64, Integer, Number, U64};
    match shape {
        Shape::Scalar(format, _) | Shape::Newtype(format, _) => {
            !matches!(format, Bool | Float | I32 | I64 | Integer | Number | U64)
        }
        Shape::Enum(shape) => shape.values.iter().all(|value| value.value.string().is_some()),
        _ => false,
    }
}

/// Returns true if a value of the type is a JSON number.
pub(super) fn is_number(api: &ir::UnsealedApi, id: TypeId) -> bool {
    use ScalarFormat::{Float, I32, I64, Integer, Number, U64};
    match &api.types[behind_null(api, id).0 as usize].shape {
        Shape::Scalar(format, _) | Shape::Newtype(format, _) => {
            matches!(format, Float | I32 | I64 | Integer | Number | U64)
        }
        _ => false,
    }
}

// Locations of words that only the rules can check, so that an error is shown where it was written.

/// Returns the span of the value below a node at a JSON Pointer.
pub(super) fn place(document: &Document, origin: &ir::Origin, pointer: &str) -> Span {
    let part = node(document, origin).and_then(|node| node.at(pointer));
    part.map_or(origin.span, Node::span)
}

/// Returns the span of `by` of a transition.
pub(super) fn transition(document: &Document, origin: &ir::Origin, step: &ir::Transition) -> Span {
    let rows = node(document, origin).and_then(|node| node.at("/x-lifecycle/transitions"));
    let says = |row: &Node<'_>, name: &str, value: &str| row.get(name).and_then(Node::text) == Some(value);
    let row = rows
        .into_iter()
        .flat_map(Node::items)
        .find(|row| says(row, "from", &step.from) && says(row, "to", &step.to) && says(row, "by", &step.by));
    row.and_then(|row| row.get("by")).map_or(origin.span, Node::span)
}

/// Returns the span of a value of an enum.
pub(super) fn value(document: &Document, origin: &ir::Origin, value: &str) -> Span {
    let values = node(document, origin).and_then(|node| node.get("enum"));
    let is_it = |item: &Node<'_>| item.text() == Some(value);
    let item = values.into_iter().flat_map(Node::items).find(is_it);
    item.map_or(origin.span, Node::span)
}

/// Returns the node of an origin; nodes of overlays belong to the first file.
fn node<'d>(document: &'d Document, origin: &ir::Origin) -> Option<Node<'d>> {
    let tree = &document.tree;
    let root = tree.root_of(origin.span.file).or_else(|| tree.root())?;
    root.at(&origin.pointer)
}
