//! What shows that a response belongs to its request: values that it repeats, the id of a created resource, and members that stay.
//!
//! Only certain ones; each function says which.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::quote;
use sdkwright_contract::ir::{self, Method, ParameterLocation, PartContent, PathPiece, ScalarFormat, Shape, TypeId};
use sdkwright_contract::source::escape;

use super::super::bridges;
use super::super::constant::constant;
use super::super::context::Context;
use super::super::tokens::{array, given, number};
use super::answer::{good, makes_new};
use crate::limits;

/// Emits `.echoes(..)`, so that a response to another call is detected; nothing if the response repeats nothing for certain.
///
/// Certain are an argument of the path whose name and own type a member of the response has, and a text of the body that
/// `x-idempotency.subject` names and the response has at the same pointer.
pub(super) fn echoes(context: &Context<'_>, operation: &ir::Operation) -> Option<TokenStream> {
    let arguments = repeated_arguments(context, operation)
        .into_iter()
        .map(|(name, pointer)| quote!((glue::Subject::Path(#name), #pointer)));
    let texts = repeated_texts(context, operation)
        .map(bridges::pointer)
        .map(|pointer| quote!((glue::Subject::Body(#pointer), #pointer)));
    given("echoes", arguments.chain(texts))
}

/// Returns the arguments of the path that the response repeats, and their pointers.
fn repeated_arguments<'o>(context: &Context<'_>, operation: &'o ir::Operation) -> Vec<(&'o str, String)> {
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
fn repeated_texts<'o>(context: &Context<'_>, operation: &'o ir::Operation) -> impl Iterator<Item = &'o ir::Pointer> {
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
fn member(context: &Context<'_>, id: ir::TypeId, path: &[String]) -> Option<ir::TypeId> {
    path.iter().try_fold(id, |id, name| {
        let Shape::Object(object) = context.shape(id) else {
            return None;
        };
        let member = object.members.iter().find(|member| member.name == *name)?;
        Some(member.ty)
    })
}

/// Returns the name of a nominal text type.
fn own<'c>(context: &'c Context<'_>, id: ir::TypeId) -> Option<&'c str> {
    let id = context.resolve(id);
    context.shape(id).is_id().then(|| context.names.ty(id)).flatten()
}

/// An id in a response.
#[derive(Clone)]
pub(super) struct ResponseId {
    /// Name of its type.
    pub(super) name: String,
    pub(super) pointer: String,
}

pub(super) fn ids(context: &Context<'_>, id: ir::TypeId) -> Vec<ResponseId> {
    let mut found = Vec::new();
    collect_ids(context, id, "", limits::ID_DEPTH, &mut found);
    found
}

/// Collects ids: nominal opaque texts that are not sensitive. Ids in lists are skipped; they do not identify the
/// action.
fn collect_ids(context: &Context<'_>, id: ir::TypeId, at: &str, depth: usize, found: &mut Vec<ResponseId>) {
    let ir::Shape::Object(object) = context.shape(context.resolve(id)) else {
        return;
    };
    for member in &object.members {
        let pointer = format!("{at}/{}", escape(&member.name));
        let ty = context.resolve(member.ty);
        match context.shape(ty) {
            shape @ ir::Shape::Newtype(_, limits)
                if shape.is_id()
                    && limits.pattern.is_none()
                    && !member.sensitive
                    && !context.is_sensitive(member.ty) =>
            {
                let Some(name) = context.names.ty(ty) else { continue };
                found.push(ResponseId {
                    name: name.to_owned(),
                    pointer,
                });
            }
            ir::Shape::Object(_) if depth > 0 => {
                collect_ids(context, ty, &pointer, depth - 1, found);
            }
            _ => {}
        }
    }
}

/// Returns the type of the argument that ends a path.
pub(super) fn last_argument<'a>(context: &Context<'a>, read: &ir::Operation) -> Option<&'a str> {
    let PathPiece::Parameter(name) = read.pieces.last()? else {
        return None;
    };
    let argument = in_path(read).find(|known| known.name == *name)?;
    context.names.ty(context.resolve(argument.ty))
}

pub(super) fn in_path(read: &ir::Operation) -> impl Iterator<Item = &ir::Parameter> {
    let parameters = read.parameters.iter();
    parameters.filter(|known| known.location == ir::ParameterLocation::Path)
}

/// Emits `.creates(..)` with the statuses of `x-idempotency.existing`.
pub(super) fn creates(context: &Context<'_>, operation: &ir::Operation) -> Option<TokenStream> {
    let ResponseId { pointer, .. } = created(context, operation)?;
    let existing = array(operation.existing.iter().map(|status| number(*status)));
    Some(quote!(.creates(#pointer, #existing)))
}

/// Returns the id of the resource that an operation creates: a journal binds it to one key, and a refusal tells whether it was created.
/// Never an id that a request can contain, nor one of several that a response has for the first time.
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

/// Emits `.stays(..)`: members that repeat what the creation of the resource sent, which reveal the response about another resource.
/// Nothing if the path names no resource, or nothing of it stays for certain: both operations return the same type, the creation's
/// response repeats the member, and no operation on the resource sends it.
pub(super) fn stays(context: &Context<'_>, operation: &ir::Operation) -> Option<TokenStream> {
    if operation.intent != Some(ir::KeyIntent::Effect) {
        return None;
    }
    let answers: Vec<TypeId> = models(operation).map(|id| context.resolve(id)).collect();
    let returns_same = |other: &ir::Operation| models(other).any(|id| answers.contains(&context.resolve(id)));
    resources(context, operation).find_map(|(argument, name)| {
        let mut creations = context.api.operations().map(|(_, other)| other).filter(|other| {
            let is_other = other.id != operation.id && other.intent == Some(ir::KeyIntent::Effect);
            is_other && returns_same(other) && created(context, other).is_some_and(|id| id.name == name)
        });
        let creation = creations.next()?;
        // Of two operations that create such a resource, the response does not show which one did.
        if creations.next().is_some() {
            return None;
        }
        let pairs = repeated_texts(context, creation)
            .map(|path| (path, path))
            .chain(creation.repeats.iter().map(|repeat| (&repeat.sent, &repeat.received)));
        let is_in_both = |received: &[String]| answers.iter().any(|id| member(context, *id, received).is_some());
        let pointers: Vec<String> = pairs
            .filter(|(sent, received)| is_in_both(received) && !is_changed(context, name, sent, received))
            .map(|(_, received)| bridges::pointer(received))
            .collect();
        (!pointers.is_empty()).then(|| quote!(.stays(#argument, &[#(#pointers),*])))
    })
}

/// Returns the arguments of the path that have a nominal type, with its name.
fn resources<'o>(context: &'o Context<'_>, operation: &'o ir::Operation) -> impl Iterator<Item = (&'o str, &'o str)> {
    let in_path = |parameter: &&ir::Parameter| parameter.location == ParameterLocation::Path;
    let parameters = operation.parameters.iter().filter(in_path);
    parameters.filter_map(|parameter| Some((parameter.name.as_str(), own(context, parameter.ty)?)))
}

/// Returns true if an operation on the resource sends the member, and so may change it.
fn is_changed(context: &Context<'_>, name: &str, sent: &[String], received: &[String]) -> bool {
    let mut others = context
        .api
        .operations()
        .filter(|(_, other)| !other.method.is_safe() && resources(context, other).any(|(_, known)| known == name));
    others.any(|(_, other)| {
        let mut forms = other.forms().filter_map(|form| match form.content {
            PartContent::Json(id) => Some(id),
            _ => None,
        });
        forms.any(|id| {
            [sent, received]
                .iter()
                .any(|path| member(context, context.resolve(id), path).is_some())
        })
    })
}
