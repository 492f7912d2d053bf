//! Tags of variants that the contract does not require: a value that was sent without its tag could not be read.
//!
//! In: the sealed API. Out: for each such member of a type that is a variant of unions, the only tag that it has in them.

use std::collections::HashMap;

use sdkwright_contract::ir::{self, Presence, Scalar, Shape, TypeId};

/// The optional tag members by type and index, with the tag that constructors fill in.
pub(crate) type Tags = HashMap<(TypeId, usize), Scalar>;

/// Returns the optional members that hold the one tag of their type.
pub(crate) fn optional_tags(api: &ir::Api) -> Tags {
    let mut found: HashMap<(TypeId, usize), Option<&str>> = HashMap::new();
    for (_, ty) in api.types() {
        let Shape::Union(ir::UnionShape {
            variants,
            discriminator: Some(discriminator),
            ..
        }) = &ty.shape
        else {
            continue;
        };
        for variant in variants {
            let id = api.behind(variant.ty);
            let Shape::Object(object) = &api.ty(id).shape else {
                continue;
            };
            let is_tag = |member: &ir::Member| {
                member.name == discriminator.member
                    && !member.read_only
                    && matches!(member.presence, Presence::Optional | Presence::OptionalNullable)
            };
            let Some(index) = object.members.iter().position(is_tag) else {
                continue;
            };
            let tag = match variant.tags.as_slice() {
                [one] if !variant.is_default => Some(one.as_str()),
                _ => None,
            };
            let known = found.entry((id, index)).or_insert(tag);
            if *known != tag {
                *known = None;
            }
        }
    }
    let tags = found.into_iter();
    tags.filter_map(|(place, tag)| Some((place, Scalar::String(tag?.to_owned()))))
        .collect()
}
