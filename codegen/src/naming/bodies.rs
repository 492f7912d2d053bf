//! Bodies that the method of an operation depends on.
//!
//! In: an operation. Out: whether its response is a list or one of its items, and whether its request is a patch.

use sdkwright_contract::ir::{self, Method};
use sdkwright_contract::recognise::success_json;

use super::steps::{Segment, each, is_place, singular};

/// Returns true for a `PATCH` whose body is a patch, as JSON Patch is.
pub(super) fn takes_patch(operation: &ir::Operation) -> bool {
    let forms = operation.body.as_ref().map_or(&[][..], |body| &body.forms);
    operation.method == Method::Patch
        && !forms.is_empty()
        && forms.iter().all(|form| form.media_type.contains("patch+"))
}

pub(super) fn is_array(api: &ir::Api, id: ir::TypeId) -> bool {
    matches!(api.ty(api.behind_null(id)).shape, ir::Shape::Array(_))
}

/// Returns true for an object with an array.
pub(super) fn has_array(api: &ir::Api, id: ir::TypeId) -> bool {
    match &api.ty(api.behind_null(id)).shape {
        ir::Shape::Object(object) => object.members.iter().any(|member| is_array(api, member.ty)),
        _ => false,
    }
}

/// Returns true for a plural whose response is described as one of its items: `GET /categories` with a `Category`.
pub(super) fn has_item(api: &ir::Api, operation: &ir::Operation, steps: &[Segment]) -> bool {
    let plural = steps.last().and_then(Segment::literal).unwrap_or_default();
    let item = singular(plural);
    // `RepoTag` of `/repository/tags`
    let is_item = |id: ir::TypeId| match &api.ty(api.behind_null(id)).name {
        ir::NameHint::Given(name) => {
            let name = each(name);
            name == item || is_place(operation) && name.ends_with(&item) && name.len() < item.len() + 3
        }
        _ => false,
    };
    item != plural && success_json(operation).is_some_and(is_item)
}
