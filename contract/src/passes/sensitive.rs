//! Sensitivity: passes the mark on to anonymous types inside of a sensitive place. A named type decides for itself,
//! except problem documents: their sentence, field details and URIs may repeat what was sent.

use super::edges;
use crate::{
    diag::Report,
    ir::{self, Member, NameHint, PartContent, Pointer, Shape, TypeId, UnsealedApi},
};

pub(super) fn run(api: &mut UnsealedApi, _report: &mut Report) {
    mark_problems(api);
    let mut inside: Vec<TypeId> = edges::ids(api)
        .filter(|id| api.types[id.0 as usize].sensitive)
        .collect();
    let mut seen = vec![false; api.types.len()];
    while let Some(id) = inside.pop() {
        if std::mem::replace(&mut seen[id.0 as usize], true) {
            continue;
        }
        let mut next = Vec::new();
        api.types[id.0 as usize].shape.visit(&mut |id| next.push(id));
        for id in next {
            let ty = &mut api.types[id.0 as usize];
            match ty.name {
                NameHint::Given(_) | NameHint::Pinned(_) => {}
                NameHint::Derived(_) | NameHint::Elsewhere { .. } => {
                    ty.sensitive = true;
                    inside.push(id);
                }
                // A plain type is shared by all places; its content may belong to this place alone.
                NameHint::Anonymous => inside.push(id),
            }
        }
    }
}

/// Marks the sentence, the details per field and the URIs (RFC 9457) of problem documents.
fn mark_problems(api: &mut UnsealedApi) {
    let problem = api.settings.problem.clone();
    let rfc_9457 = || vec!["detail".to_owned()];
    // Code and title are shown, wherever they are.
    let shown: Vec<Pointer> = problem
        .iter()
        .flat_map(|places| std::iter::once(&places.code).chain(&places.title))
        .cloned()
        .collect();
    let (schema, detail, errors) = problem.map_or_else(
        || (None, Some(rfc_9457()), None),
        |places| (places.schema, places.detail, places.errors),
    );
    let answers = api.operations.iter().flat_map(|operation| &operation.responses);
    let failures = answers.filter(|answer| !answer.status.is_success());
    let carried = failures
        .flat_map(|answer| &answer.bodies)
        .filter_map(|body| match body.content {
            PartContent::Json(id) => Some(id),
            _ => None,
        });
    let mut carried: Vec<TypeId> = carried.chain(schema).collect();
    for id in carried.clone() {
        if let Shape::Union(union) = &api.types[ir::behind_null(&api.types, id).0 as usize].shape {
            carried.extend(union.variants.iter().map(|variant| variant.ty));
        }
    }
    for id in carried {
        for uri in URIS {
            mark_text(api, id, uri, &shown);
        }
        if let Some(detail) = &detail {
            mark(api, id, detail);
        }
        let Some(list) = errors.as_ref().and_then(|errors| mark(api, id, errors)) else {
            continue;
        };
        if let Shape::Array(array) = &api.types[ir::behind_null(&api.types, list).0 as usize].shape {
            let item = ir::behind_null(&api.types, array.items);
            let ty = &mut api.types[item.0 as usize];
            ty.sensitive |= matches!(ty.shape, Shape::Object(_));
        }
    }
}

/// URI members of a problem document (RFC 9457, sections 3.1.1 and 3.1.5): specific to an occurrence, or with arguments
/// in them.
const URIS: [&str; 2] = ["type", "instance"];

/// Marks a member of an object that may hold any text, unless it is one of `shown`.
fn mark_text(api: &mut UnsealedApi, from: TypeId, name: &str, shown: &[Pointer]) {
    let place = vec![name.to_owned()];
    if shown.contains(&place) {
        return;
    }
    let Shape::Object(object) = &api.types[ir::behind_null(&api.types, from).0 as usize].shape else {
        return;
    };
    let is_text = |member: &Member| {
        matches!(
            api.types[ir::behind_null(&api.types, member.ty).0 as usize].shape,
            Shape::Scalar(..)
        )
    };
    let mut members = object.members.iter();
    if members.any(|member| member.name == name && is_text(member)) {
        mark(api, from, &place);
    }
}

/// Marks the member at a pointer, and returns its type.
fn mark(api: &mut UnsealedApi, from: TypeId, place: &Pointer) -> Option<TypeId> {
    let (last, before) = place.split_last()?;
    let mut at = ir::behind_null(&api.types, from);
    for name in before {
        let Shape::Object(object) = &api.types[at.0 as usize].shape else {
            return None;
        };
        let member = object.members.iter().find(|member| member.name == *name)?;
        at = ir::behind_null(&api.types, member.ty);
    }
    let Shape::Object(object) = &mut api.types[at.0 as usize].shape else {
        return None;
    };
    let member = object.members.iter_mut().find(|member| member.name == *last)?;
    member.sensitive = true;
    Some(member.ty)
}
