//! The id of the resource that an operation creates: a journal binds it to one key, and a refusal tells whether it was created.
//!
//! Only a certain one: never an id that a request can contain, nor one of several that a response has for the first time.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::quote;

use super::super::context::Context;
use super::super::tokens::{array, number};
use super::answer::makes_new;
use super::echoes::models;
use super::ids::{ResponseId, ids, last_argument};
use sdkwright_contract::ir::{self, Method, PartContent, TypeId};

/// Emits `.creates(..)` with the statuses of `x-idempotency.existing`.
pub(super) fn creates(context: &Context<'_>, operation: &ir::Operation) -> Option<TokenStream> {
    let ResponseId { pointer, .. } = created(context, operation)?;
    let existing = array(operation.existing.iter().map(|status| number(*status)));
    Some(quote!(.creates(#pointer, #existing)))
}

/// Returns the id of the resource that an operation creates.
pub(super) fn created(context: &Context<'_>, operation: &ir::Operation) -> Option<ResponseId> {
    operation.intent?;
    let mut known: Vec<ResponseId> = Vec::new();
    for id in models(operation).flat_map(|model| ids(context, model)) {
        let is_known = known
            .iter()
            .any(|other| other.name == id.name && other.pointer == id.pointer);
        if is_top_level(&id) && !is_known {
            known.push(id);
        }
    }
    let first = known.first()?.pointer.clone();
    let sent = sent(context, operation);
    known.retain(|id| !sent.contains(id.name.as_str()));
    let reads: Vec<(&ir::Operation, &str)> = context
        .api
        .operations()
        .filter(|(_, read)| read.method == Method::Get)
        .filter_map(|(_, read)| Some((read, last_argument(context, read)?)))
        .collect();
    let is_new = makes_new(operation);
    let is_read = |id: &ResponseId| reads.iter().any(|(_, name)| *name == id.name);
    let is_below = |id: &ResponseId| {
        let mut of_type = reads.iter().filter(|(_, name)| *name == id.name);
        of_type.any(|(read, _)| is_directly_below(&read.path, &operation.path))
    };
    let all = |of: &dyn Fn(&ResponseId) -> bool| known.iter().filter(|id| of(id)).cloned().collect::<Vec<_>>();
    // Of a resource that only a list returns, the first id of a 201 is its own, unless the request has it.
    let is_first = |id: &ResponseId| is_new && id.pointer == first;
    let by_strength = [all(&is_below), all(&|id| is_new && is_read(id)), all(&is_first)];
    let strongest = by_strength.into_iter().find(|found| !found.is_empty())?;
    <[ResponseId; 1]>::try_from(strongest).ok().map(|[id]| id)
}

/// Returns true for an operation that a new user can start with: it creates a resource, moves no money, and needs no id
/// of another resource.
pub(in crate::emit) fn is_start(context: &Context<'_>, operation: &ir::Operation) -> bool {
    let is_argument = operation.parameters.iter().any(|parameter| parameter.required);
    if operation.effect != Some(ir::EffectKind::Records) || is_argument || operation.path.contains('{') {
        return false;
    }
    let in_path = |parameter: &&ir::Parameter| parameter.location == ir::ParameterLocation::Path;
    let all = context.api.operations.iter().flat_map(|one| &one.parameters);
    let ids: HashSet<&str> = all
        .filter(in_path)
        .filter_map(|parameter| context.names.ty(context.resolve(parameter.ty)))
        .collect();
    sent(context, operation).is_disjoint(&ids) && created(context, operation).is_some()
}

fn is_top_level(id: &ResponseId) -> bool {
    id.pointer.matches('/').count() == 1
}

/// Returns true for a path with one more segment, which is an argument.
fn is_directly_below(read: &str, path: &str) -> bool {
    let rest = read.strip_prefix(path.trim_end_matches('/'));
    let argument = rest.and_then(|rest| rest.strip_prefix("/{")?.strip_suffix('}'));
    argument.is_some_and(|name| !name.contains(['/', '{', '}']))
}

/// Returns the names of the types that a request can contain: of parameters, and of all members of a JSON body.
fn sent<'a>(context: &Context<'a>, operation: &ir::Operation) -> HashSet<&'a str> {
    let bodies = operation.forms().filter_map(|form| match form.content {
        PartContent::Json(id) => Some(id),
        _ => None,
    });
    let parameters = operation.parameters.iter().map(|parameter| parameter.ty);
    let mut open: Vec<TypeId> = bodies.chain(parameters).collect();
    let (mut seen, mut names) = (HashSet::new(), HashSet::new());
    while let Some(id) = open.pop() {
        if seen.insert(id) {
            names.extend(context.names.ty(context.resolve(id)));
            context.api.ty(id).shape.visit(&mut |inner| open.push(inner));
        }
    }
    names
}
