//! Constants: required members with one possible value, from one-valued enumerations, and discriminators of types that
//! have a single tag.

use std::collections::HashMap;

use super::edges;
use crate::{
    diag::Report,
    ir::{self, EnumValue, Member, Presence, Scalar, ScalarFormat, Shape, Type, TypeId, UnsealedApi},
};

pub(super) fn run(api: &mut UnsealedApi, _report: &mut Report) {
    let told = told(&api.types);
    let mut found: Vec<(usize, usize, Scalar)> = Vec::new();
    for id in edges::ids(api) {
        let Shape::Object(object) = &api.types[id.0 as usize].shape else {
            continue;
        };
        for (index, member) in object.members.iter().enumerate() {
            if member.presence != Presence::Required && !object.requires_sent(member) {
                continue;
            }
            let constant = match edges::shape(&api.types, member.ty) {
                Shape::Enum(values) if values.values.len() == 1 && !values.allows_others => {
                    values.values.first().map(|one| one.value.clone())
                }
                _ => told.get(&(id, index)).map(|tag| Scalar::String((*tag).to_owned())),
            };
            found.extend(constant.map(|constant| (id.0 as usize, index, constant)));
        }
    }
    for (ty, index, constant) in found {
        if let Shape::Object(object) = &mut api.types[ty].shape {
            object.members[index].constant = Some(constant);
        }
    }
}

/// Returns the tag of each required discriminator member whose type has only this tag, if the member itself allows it
/// and others.
pub(super) fn told(types: &[Type]) -> HashMap<(TypeId, usize), &str> {
    // Type and member to its only tag; `None` for several.
    let mut tags: HashMap<(TypeId, usize), Option<&str>> = HashMap::new();
    for ty in types {
        let Shape::Union(union) = &ty.shape else { continue };
        let Some(discriminator) = &union.discriminator else {
            continue;
        };
        for variant in &union.variants {
            let Some(id) = ir::behind(types, variant.ty) else {
                continue;
            };
            let Shape::Object(object) = &types[id.0 as usize].shape else {
                continue;
            };
            let is_told =
                |member: &Member| member.presence == Presence::Required && member.name == discriminator.member;
            let Some(index) = object.members.iter().position(is_told) else {
                continue;
            };
            let tag = match variant.tags.as_slice() {
                [one] if !variant.is_default => {
                    Some(one.as_str()).filter(|tag| is_open_to(types, object.members[index].ty, tag))
                }
                _ => None,
            };
            let known = tags.entry((id, index)).or_insert(tag);
            if *known != tag {
                *known = None;
            }
        }
    }
    { tags.into_iter() }
        .filter_map(|(place, tag)| Some((place, tag?)))
        .collect()
}

/// Returns true if a type has that text among several values.
fn is_open_to(types: &[Type], id: TypeId, tag: &str) -> bool {
    match edges::shape(types, id) {
        Shape::Enum(shape) => {
            let is_tag = |value: &EnumValue| matches!(&value.value, Scalar::String(text) if text == tag);
            shape.values.len() > 1 && shape.values.iter().any(is_tag)
        }
        Shape::Scalar(ScalarFormat::Text, _) => true,
        _ => false,
    }
}
