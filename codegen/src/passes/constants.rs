//! Which required members have one possible value? Those of a one-valued enumeration, and the discriminator of a type that
//! only one value means.

use std::collections::HashMap;

use super::edges;
use crate::{
    diag::Report,
    ir::{self, Draft, Presence, Scalar, ScalarFormat, Shape, TypeId},
};

pub(super) fn run(draft: &mut Draft, _report: &mut Report) {
    // Type and member to the one tag that means it; nothing where there are several.
    let mut tags: HashMap<(TypeId, &str), Option<&str>> = HashMap::new();
    for ty in &draft.types {
        let Shape::Union(union) = &ty.shape else { continue };
        let Some(discriminator) = &union.discriminator else {
            continue;
        };
        for variant in &union.variants {
            let Some(id) = ir::behind(&draft.types, variant.ty) else {
                continue;
            };
            let tag = match variant.tags.as_slice() {
                [one] => Some(one.as_str()),
                _ => None,
            };
            let known = tags.entry((id, discriminator.member.as_str())).or_insert(tag);
            if *known != tag {
                *known = None;
            }
        }
    }
    let mut found: Vec<(usize, usize, Scalar)> = Vec::new();
    for id in edges::ids(draft) {
        let Shape::Object(object) = &draft.types[id.0 as usize].shape else {
            continue;
        };
        for (index, member) in object.members.iter().enumerate() {
            if member.presence != Presence::Required {
                continue;
            }
            let tag = tags.get(&(id, member.name.as_str())).copied().flatten();
            let constant = match edges::shape(&draft.types, member.ty) {
                Shape::Enum(values) => match values.values.as_slice() {
                    [one] => Some(one.value.clone()),
                    several => tag
                        .map(|tag| Scalar::String(tag.to_owned()))
                        .filter(|tag| several.iter().any(|value| value.value == *tag)),
                },
                Shape::Scalar(ScalarFormat::Text, _) => tag.map(|tag| Scalar::String(tag.to_owned())),
                _ => None,
            };
            found.extend(constant.map(|constant| (id.0 as usize, index, constant)));
        }
    }
    for (ty, index, constant) in found {
        if let Shape::Object(object) = &mut draft.types[ty].shape {
            object.members[index].constant = Some(constant);
        }
    }
}
