//! Values of a request that its response repeats, so that a response to another call is detected.
//!
//! Only certain ones: an argument of the path whose name and own type a member of the response has, a text of the
//! body that `x-idempotency.subject` names and the response has at the same pointer, and the members of `x-repeats`.

use proc_macro2::TokenStream;
use quote::quote;
use sdkwright_contract::ir;
use sdkwright_contract::ir::{Method, PartContent, PathPiece, ScalarFormat, Shape};
use sdkwright_contract::source::escape;

use super::super::constant::constant;
use super::super::context::Context;
use super::super::tokens::given;
use super::answer::{good, makes_new};
use crate::emit::bridges;

/// Emits `.echoes(..)`; nothing if the response repeats nothing for certain.
pub(super) fn echoes(context: &Context<'_>, operation: &ir::Operation) -> Option<TokenStream> {
    let arguments = arguments(context, operation)
        .into_iter()
        .map(|(name, pointer)| quote!((glue::Subject::Path(#name), #pointer)));
    let texts = texts(context, operation)
        .map(bridges::pointer)
        .map(|pointer| quote!((glue::Subject::Body(#pointer), #pointer)));
    given("echoes", arguments.chain(texts))
}

/// Returns the arguments of the path that the response repeats, and their pointers.
fn arguments<'o>(context: &Context<'_>, operation: &'o ir::Operation) -> Vec<(&'o str, String)> {
    let answers: Vec<ir::TypeId> = models(operation).map(|id| context.resolve(id)).collect();
    let mut found = Vec::new();
    for parameter in &operation.parameters {
        let (name, pointer) = (&parameter.name, format!("/{}", escape(&parameter.name)));
        let is_repeated = |answer: &ir::TypeId| {
            let member = member(context, *answer, std::slice::from_ref(name));
            member.is_some_and(|ty| own(context, ty).is_some() && own(context, ty) == own(context, parameter.ty))
        };
        if parameter.location == ir::ParameterLocation::Path
            && answers.iter().any(is_repeated)
            && !makes_another(context, operation, name, &answers)
        {
            found.push((name.as_str(), pointer));
        }
    }
    found
}

/// Returns the texts of the body that `x-idempotency.subject` names and the response repeats at the same place.
pub(super) fn texts<'o>(context: &Context<'_>, operation: &'o ir::Operation) -> impl Iterator<Item = &'o ir::Pointer> {
    let repeated = operation.subject.iter().filter_map(|part| {
        let ir::Subject::Body(path) = part else { return None };
        let sent = operation.forms().find_map(|form| match form.content {
            PartContent::Json(id) => member(context, id, path),
            _ => None,
        });
        let is_text = |ty: ir::TypeId| matches!(context.shape(ty), Shape::Scalar(ScalarFormat::Text, _));
        let is_same = |sent: ir::TypeId, came: ir::TypeId| match (own(context, sent), own(context, came)) {
            (None, None) => is_text(sent) && is_text(came),
            (sent, came) => sent == came,
        };
        let mut came = models(operation).filter_map(|answer| member(context, context.resolve(answer), path));
        let is_repeated = sent.is_some_and(|sent| came.any(|came| is_same(sent, came)));
        is_repeated.then_some(path)
    });
    repeated.collect::<Vec<_>>().into_iter()
}

/// Emits `.repeats(..)`: the members that `x-repeats` names.
pub(super) fn repeats(operation: &ir::Operation) -> Option<TokenStream> {
    let rows = operation.repeats.iter().map(|repeat| {
        let (sent, received) = (bridges::pointer(&repeat.sent), bridges::pointer(&repeat.received));
        let comparison = constant(&repeat.comparison);
        quote!((#sent, #received, #comparison))
    });
    given("repeats", rows)
}

/// Returns the types of JSON success responses.
pub(super) fn models(operation: &ir::Operation) -> impl Iterator<Item = ir::TypeId> {
    let bodies = good(operation).into_iter().flat_map(|answer| &answer.bodies);
    bodies.filter_map(|body| match body.content {
        PartContent::Json(id) => Some(id),
        _ => None,
    })
}

/// Returns true for a call that answers 201 with the type that reading the path's resource returns: the response is a
/// new resource with its own id.
fn makes_another(context: &Context<'_>, operation: &ir::Operation, name: &str, answers: &[ir::TypeId]) -> bool {
    if !makes_new(operation) {
        return false;
    }
    let mut reads = context.api.operations().map(|(_, read)| read).filter(|read| {
        read.method == Method::Get && matches!(read.pieces.last(), Some(PathPiece::Parameter(last)) if last == name)
    });
    reads.any(|read| models(read).any(|id| answers.contains(&context.resolve(id))))
}

/// Returns the type of a nested member, by names.
pub(super) fn member(context: &Context<'_>, id: ir::TypeId, path: &[String]) -> Option<ir::TypeId> {
    path.iter().try_fold(id, |id, name| {
        let Shape::Object(object) = context.shape(id) else {
            return None;
        };
        let member = object.members.iter().find(|member| member.name == *name)?;
        Some(member.ty)
    })
}

/// Returns the name of a nominal text type.
pub(super) fn own<'c>(context: &'c Context<'_>, id: ir::TypeId) -> Option<&'c str> {
    let id = context.resolve(id);
    context.shape(id).is_id().then(|| context.names.ty(id)).flatten()
}
