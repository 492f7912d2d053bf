//! Lookups in the types of a draft: aliases, members, pointers.

use crate::ir::{self, Shape, TypeId};

/// Returns the type behind aliases and `null`.
pub(super) fn behind_null(draft: &ir::Draft, id: TypeId) -> TypeId {
    ir::behind_null(&draft.types, id)
}

pub(super) fn object(draft: &ir::Draft, id: TypeId) -> Option<&ir::ObjectShape> {
    match &draft.types[behind_null(draft, id).0 as usize].shape {
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
pub(super) fn follow<'a>(draft: &ir::Draft, from: TypeId, pointer: &'a [String]) -> Result<TypeId, &'a str> {
    let mut at = behind_null(draft, from);
    for name in pointer {
        at = match &draft.types[at.0 as usize].shape {
            Shape::Object(object) => match object.members.iter().find(|member| member.name == *name) {
                Some(member) => behind_null(draft, member.ty),
                None => return Err(name),
            },
            Shape::Map(values, _) => behind_null(draft, *values),
            Shape::Any => return Ok(at),
            _ => return Err(name),
        };
    }
    Ok(at)
}

pub(super) fn text(value: &ir::Scalar) -> Option<&str> {
    match value {
        ir::Scalar::String(text) => Some(text),
        _ => None,
    }
}

/// Returns true if a value of the type is a single text.
pub(super) fn is_scalar(draft: &ir::Draft, id: TypeId) -> bool {
    let shape = &draft.types[behind_null(draft, id).0 as usize].shape;
    matches!(
        shape,
        Shape::Scalar(..) | Shape::Newtype(..) | Shape::Enum(_) | Shape::Any
    )
}
