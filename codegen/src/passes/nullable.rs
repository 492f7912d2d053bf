//! Where can `null` stand? Once: `null` around `null`, around any JSON value or in a member is said by what it is around.

use super::edges;
use crate::{
    diag::Report,
    ir::{Draft, NameHint, Presence, Shape, TypeId},
};

pub(super) fn run(draft: &mut Draft, _report: &mut Report) {
    for id in edges::ids(draft) {
        let index = id.0 as usize;
        let Shape::Nullable(inner) = draft.types[index].shape else {
            continue;
        };
        let flat = match edges::shape(&draft.types, inner) {
            Shape::Any => Some(Shape::Any),
            Shape::Null => Some(Shape::Null),
            Shape::Nullable(deeper) => Some(Shape::Nullable(*deeper)),
            _ => None,
        };
        if let Some(flat) = flat {
            draft.types[index].shape = flat;
        }
    }
    let inner: Vec<Option<TypeId>> = draft
        .types
        .iter()
        .map(|ty| match ty.shape {
            Shape::Nullable(inner) if ty.name == NameHint::Anonymous => Some(inner),
            _ => None,
        })
        .collect();
    for ty in &mut draft.types {
        let Shape::Object(object) = &mut ty.shape else { continue };
        for member in &mut object.members {
            let Some(inner) = inner.get(member.ty.0 as usize).copied().flatten() else {
                continue;
            };
            member.ty = inner;
            member.presence = match member.presence {
                Presence::Required | Presence::RequiredNullable => Presence::RequiredNullable,
                Presence::Optional | Presence::OptionalNullable => Presence::OptionalNullable,
            };
        }
    }
}
