//! What the rules look up in the types of a draft: what an id stands for, its members, where a pointer leads.

use crate::ir::{self, Shape, TypeId};

/// The type that an id stands for in the end.
pub(super) fn settled(draft: &ir::Draft, id: TypeId) -> TypeId {
    let mut at = id;
    for _ in 0..64 {
        match &draft.types[at.0 as usize].shape {
            Shape::Alias(next) | Shape::Nullable(next) => at = *next,
            _ => break,
        }
    }
    at
}

pub(super) fn object(draft: &ir::Draft, id: TypeId) -> Option<&ir::ObjectShape> {
    match &draft.types[settled(draft, id).0 as usize].shape {
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

/// The member a pointer leads to, or the first name that leads nowhere.
pub(super) fn follow<'a>(draft: &ir::Draft, from: TypeId, pointer: &'a [String]) -> Result<TypeId, &'a str> {
    let mut at = settled(draft, from);
    for name in pointer {
        at = match &draft.types[at.0 as usize].shape {
            Shape::Object(object) => match object.members.iter().find(|member| member.name == *name) {
                Some(member) => settled(draft, member.ty),
                None => return Err(name),
            },
            Shape::Map(values, _) => settled(draft, *values),
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

/// Is a value of the type one text?
pub(super) fn is_scalar(draft: &ir::Draft, id: TypeId) -> bool {
    let shape = &draft.types[settled(draft, id).0 as usize].shape;
    matches!(
        shape,
        Shape::Scalar(..) | Shape::Newtype(..) | Shape::Enum(_) | Shape::Any
    )
}
