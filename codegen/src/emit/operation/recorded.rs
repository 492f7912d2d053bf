//! Facts that a journal needs about an operation with effects: pointers to ids in its response, its subjects, the
//! operations that use its approval, and the call that finds its result.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;
use sdkwright_contract::ir;
use sdkwright_contract::ir::{PartContent, PathPiece, StatusRange};
use sdkwright_contract::source::escape;

use super::super::context::Context;
use super::super::param::is_scalar;
use super::super::tokens::{array, given, number};
use super::answer::good;
use super::body::{ResponseContent, chosen};
use super::identity::{created, ids, in_path, last_argument, models};
use super::poll::status;
use crate::emit::bridges;
use crate::emit::promised::{Promised, promised};

/// Emits `.ids(..)` and the other modifiers; for an operation without effects, at most its success responses.
pub(super) fn recorded(context: &Context<'_>, operation: &ir::Operation) -> TokenStream {
    if operation.intent != Some(ir::KeyIntent::Effect) {
        return held(context, operation);
    }
    let mut found = Vec::new();
    for id in models(operation).flat_map(|model| ids(context, model)) {
        let known = (id.name, id.pointer);
        if !found.contains(&known) {
            found.push(known);
        }
    }
    let successes = given("successes", successes(context, operation));
    let ids = given("ids", found.iter().map(|(name, pointer)| quote!((#name, #pointer))));
    let subject = operation.subject.iter().map(|part| match part {
        ir::Subject::Path(name) => quote!(glue::Subject::Path(#name)),
        ir::Subject::Body(pointer) => {
            let pointer = bridges::pointer(pointer);
            quote!(glue::Subject::Body(#pointer))
        }
    });
    let subject = given("subject", subject);
    let later = given("later", later(context, operation));
    let find = find(context, operation);
    let read = read(context, operation, &found);
    let state = state(context, operation);
    quote!(#ids #state #successes #subject #later #find #read)
}

/// Emits the state in the response, with the states that prove the operation.
fn state(context: &Context<'_>, operation: &ir::Operation) -> Option<TokenStream> {
    let status = models(operation).find_map(|model| status(context, model))?;
    let pointer = format!("/{}", escape(status.name));
    let proof = array(proof(status.lifecycle, &operation.id));
    let known = array(status.shape.values.iter().filter_map(|value| value.value.string()));
    Some(quote!(.state(glue::StateRule { at: #pointer, proof: #proof, known: #known })))
}

/// Returns the states that a resource reaches only through an operation: the targets of its transitions, and the states after
/// them that no other way from its starts leads to. Empty for an operation without transitions, such as a creation.
fn proof<'l>(lifecycle: &'l ir::Lifecycle, operation: &str) -> BTreeSet<&'l str> {
    let own = || lifecycle.transitions.iter().filter(|step| step.by == operation);
    let targets: BTreeSet<&str> = own().map(|step| step.to.as_str()).collect();
    let starts = own().map(|step| step.from.as_str()).collect();
    let without = reached(lifecycle, starts, |step| step.by != operation);
    let after = reached(lifecycle, targets.clone(), |_| true);
    let only_after = after.difference(&without).copied();
    targets.iter().copied().chain(only_after).collect()
}

/// Returns the states to which steps lead, those of the beginning included.
fn reached<'l>(
    lifecycle: &'l ir::Lifecycle,
    mut states: BTreeSet<&'l str>,
    is_taken: impl Fn(&ir::Transition) -> bool,
) -> BTreeSet<&'l str> {
    let mut open: Vec<&str> = states.iter().copied().collect();
    while let Some(state) = open.pop() {
        let steps = lifecycle
            .transitions
            .iter()
            .filter(|step| step.from == state && is_taken(step));
        open.extend(steps.map(|step| step.to.as_str()).filter(|to| states.insert(to)));
    }
    states
}

/// Emits the success responses of an operation without effects, if decoding would accept a foreign one: a value of text or
/// bytes, and that of a change without a value. Statuses that have no body, and redirections, cannot bring a page.
fn held(context: &Context<'_>, operation: &ir::Operation) -> TokenStream {
    let has_body = |status: StatusRange| !matches!(status, StatusRange::Exactly(204 | 205 | 300..=399));
    let is_accepted = |content: ResponseContent| match content {
        ResponseContent::Text | ResponseContent::Bytes => true,
        ResponseContent::Nothing => !operation.method.is_safe(),
        ResponseContent::Json(_) | ResponseContent::Items(..) => false,
    };
    let is_silent = |answer: &&ir::Response| has_body(answer.status) && is_accepted(chosen(answer).0);
    // Only where the contract declares one, a problem document can be a success.
    let is_problem = |answer: &&ir::Response| {
        let mut bodies = answer.bodies.iter();
        bodies.any(|body| ir::essence(&body.media_type).ends_with("/problem+json"))
    };
    let is_held = |answer: &&ir::Response| is_silent(answer) || is_problem(answer);
    if operation.method == ir::Method::Head || !good(operation).iter().any(is_held) {
        return TokenStream::new();
    }
    let successes = array(successes(context, operation));
    quote!(.successes(#successes))
}

/// Emits the success responses: statuses, media types, and guaranteed JSON members.
fn successes(context: &Context<'_>, operation: &ir::Operation) -> Vec<TokenStream> {
    let is_recorded = operation.intent == Some(ir::KeyIntent::Effect);
    let mut all = Vec::new();
    for answer in good(operation) {
        let (first, last) = match answer.status {
            StatusRange::Exactly(code) => (code, code),
            StatusRange::Class(class) => (u16::from(class) * 100, u16::from(class) * 100 + 99),
            StatusRange::Default => (200, 299),
        };
        let (first, last) = (number(first), number(last));
        if answer.bodies.is_empty() {
            all.push(quote!(glue::Success::nothing(#first, #last)));
        }
        for body in &answer.bodies {
            let media = ir::essence(&body.media_type);
            all.push(match body.content {
                PartContent::Json(id) => {
                    let members = is_recorded.then(|| promised_of(context, operation, id));
                    let members = members.iter().flatten().map(Promised::tokens);
                    quote!(glue::Success::json(#first, #last, #media, &[#(#members),*]))
                }
                // The stream tells its own media types from others.
                PartContent::Items(..) if !is_recorded => quote!(glue::Success::other(#first, #last, "*/*")),
                _ => quote!(glue::Success::other(#first, #last, #media)),
            });
        }
    }
    all
}

/// Returns the members that a response always has, with the id of the resource that the operation creates.
fn promised_of(context: &Context<'_>, operation: &ir::Operation, id: ir::TypeId) -> Vec<Promised> {
    let mut all = promised(context, id);
    let has_id = |at: &String| ids(context, id).iter().any(|id| id.pointer == *at);
    let created = created(context, operation).map(|id| id.pointer).filter(has_id);
    if let Some(at) = created.filter(|at| all.iter().all(|member| member.at != *at)) {
        all.push(Promised::id(at));
    }
    all
}

/// Returns the operations whose bodies repeat the approval of this one.
fn later<'a>(context: &Context<'a>, operation: &ir::Operation) -> Vec<&'a str> {
    let repeats = |form: &ir::BodyForm| {
        let PartContent::Json(id) = form.content else {
            return false;
        };
        let ir::Shape::Object(object) = context.shape(id) else {
            return false;
        };
        let of = |member: &ir::Member| matches!(&member.payload_hash, Some(ir::PayloadHash::Of(other)) if *other == operation.id);
        object.members.iter().any(of)
    };
    let later = context.api.operations().map(|(_, later)| later);
    later
        .filter(|later| later.forms().any(repeats))
        .map(|later| later.key.as_str())
        .collect()
}

/// Emits the call that finds a result: a list beside a creation that takes its reference; else the resource that the
/// path acts on.
fn find(context: &Context<'_>, operation: &ir::Operation) -> Option<TokenStream> {
    let mut reads = context
        .api
        .operations()
        .map(|(_, other)| other)
        .filter(|other| other.method == ir::Method::Get && is_plain(context, other));
    let references: Vec<&Vec<String>> = operation
        .subject
        .iter()
        .filter_map(|part| match part {
            ir::Subject::Body(pointer) => Some(pointer),
            ir::Subject::Path(_) => None,
        })
        .collect();
    if !references.is_empty() {
        let list = reads.find(|other| other.path == operation.path)?;
        let queries = list.parameters.iter().filter(|known| is_plain_query(context, known));
        let names: Vec<&str> = queries.map(|known| known.name.as_str()).collect();
        let mut pairs = Vec::new();
        for pointer in references {
            let name = pointer.last().filter(|name| names.contains(&name.as_str()))?;
            let pointer = bridges::pointer(pointer);
            pairs.push(quote!((#name, #pointer)));
        }
        let path = &list.path;
        return Some(quote!(.find(#path, &[#(#pairs),*])));
    }
    let last = operation
        .pieces
        .iter()
        .rposition(|piece| matches!(piece, PathPiece::Parameter(_)))?;
    let resource = &operation.pieces[..=last];
    let path = &reads.find(|other| other.pieces == resource)?.path;
    Some(quote!(.find(#path, &[])))
}

/// Returns the call that reads the result, as a program writes it, by an id of the response: the resource below the
/// creation's path, or else the one whose path ends with the first id of the response.
fn read(context: &Context<'_>, operation: &ir::Operation, ids: &[(String, String)]) -> Option<TokenStream> {
    // Operations whose path ends with an argument, by the name of its type.
    let reads: Vec<_> = context
        .api
        .operations()
        .filter(|(_, other)| other.method == ir::Method::Get)
        .filter_map(|(id, other)| Some((id, other, last_argument(context, other)?)))
        .collect();
    let is_below = |other: &ir::Operation| {
        let rest = other.path.strip_prefix(&operation.path);
        rest.is_some_and(|rest| rest.starts_with("/{") && rest.ends_with('}'))
    };
    let is_there = |name: &str| ids.iter().any(|(known, _)| known == name);
    let below = reads.iter().find(|(_, other, name)| is_below(other) && is_there(name));
    let of_first = || {
        reads
            .iter()
            .find(|(.., name)| ids.first().is_some_and(|(first, _)| first == name))
    };
    let (id, _, name) = below.or_else(of_first)?;
    let method = context.names.operation(*id).method(0);
    let group = context.names.group_of(*id)?;
    let call = format!("client.{}().{method}(..)", group.snake);
    Some(quote!(.read_with(#call, #name)))
}

/// Returns true if every argument of its path is a single text, written as the journal writes it.
fn is_plain(context: &Context<'_>, read: &ir::Operation) -> bool {
    in_path(read).all(|known| known.style == ir::ParameterStyle::Simple && is_scalar(context, known.ty))
}

/// Returns true for a query argument that is a single text, written as the journal writes it.
fn is_plain_query(context: &Context<'_>, known: &ir::Parameter) -> bool {
    known.location == ir::ParameterLocation::Query
        && known.style != ir::ParameterStyle::Json
        && is_scalar(context, known.ty)
}
