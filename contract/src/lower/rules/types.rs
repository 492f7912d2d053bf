//! Lookups in the types of an API: aliases, members, pointers.

use crate::ir::{self, ScalarFormat, Shape, TypeId};

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

pub(super) fn text(value: &ir::Scalar) -> Option<&str> {
    match value {
        ir::Scalar::String(text) => Some(text),
        _ => None,
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

/// Returns true if a value of the type is a JSON text.
pub(super) fn is_text(api: &ir::UnsealedApi, id: TypeId) -> bool {
    use ScalarFormat::{Bool, Float, I32, I64, Integer, Number, U64};
    match &api.types[behind_null(api, id).0 as usize].shape {
        Shape::Scalar(format, _) | Shape::Newtype(format, _) => {
            !matches!(format, Bool | Float | I32 | I64 | Integer | Number | U64)
        }
        Shape::Enum(shape) => shape.values.iter().all(|value| text(&value.value).is_some()),
        _ => false,
    }
}
