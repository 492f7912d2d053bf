//! Facts about the result of an operation: pointers to ids in its response, its subjects, the operations that use its approval, and the
//! call that finds its result, all for a journal; and the state of its resource for polling (`x-lifecycle`).

use std::collections::{BTreeSet, HashSet};

use proc_macro2::TokenStream;
use quote::quote;
use sdkwright_contract::ir::{self, PartContent, PathPiece, StatusRange};
use sdkwright_contract::source::escape;

use super::super::bridges::{self, is_scalar};
use super::super::context::Context;
use super::super::members::fields;
use super::super::tokens::{array, given, ident, number};
use super::answer::{good, output};
use super::body::{Promised, ResponseContent, chosen, promised};
use super::identity::{created, ids, in_path, last_argument, models};
use super::paging::walk;

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
    let state = state_rule(context, operation);
    quote!(#ids #state #successes #subject #later #find #read)
}

/// Emits the state in the response, with the states that prove the operation.
fn state_rule(context: &Context<'_>, operation: &ir::Operation) -> Option<TokenStream> {
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

// Polling of a resource with a state.

/// Emits `impl glue::Pollable` of an operation that only reads, or `glue::PollableLookup` of one with a lookup method: the
/// access to the state of the response. A response that only contains such resources has no single state. A wait for a
/// list with pages reads its items, because one page is not the list.
pub(super) fn watched(context: &Context<'_>, id: ir::OperationId, operation: &ir::Operation) -> Option<TokenStream> {
    if !context.has_lifecycles || operation.pagination.is_some() {
        return None;
    }
    let reads = operation.method == ir::Method::Get;
    if !reads && !is_looked_up(context, id, operation) {
        return None;
    }
    let model = output(context, id, operation).model?;
    let marker = ident(&context.names.operation(id).marker);
    if !holds_state(context, model) {
        return None;
    }
    let (argument, state) = match polled_state(context, model) {
        Some(state) => (quote!(output), state),
        None => (quote!(_output), quote!(glue::State::default())),
    };
    let name = if reads {
        quote!(Pollable)
    } else {
        quote!(PollableLookup)
    };
    Some(quote! {
        impl glue::#name for #marker {
            fn state(#argument: &Self::Output) -> glue::State<'_> { #state }
        }
    })
}

/// Returns true for a lookup method of an operation with effects.
pub(super) fn is_lookup(operation: &ir::Operation, alias: &ir::Alias) -> bool {
    operation.intent == Some(ir::KeyIntent::Effect) && alias.intent == Some(ir::KeyIntent::Refresh)
}

/// Returns true for an operation with effects that has a lookup method, and whose response has one state.
pub(super) fn is_looked_up(context: &Context<'_>, id: ir::OperationId, operation: &ir::Operation) -> bool {
    let model = output(context, id, operation).model;
    operation.aliases.iter().any(|alias| is_lookup(operation, alias))
        && model.is_some_and(|model| status(context, model).is_some())
}

/// Emits the state of a response, from its status member.
fn polled_state(context: &Context<'_>, model: ir::TypeId) -> Option<TokenStream> {
    let status = status(context, model)?;
    let place = walk(context, model, quote!(output), &[status.name.to_owned()])?;
    let expression = &place.expression;
    Some(if place.optional {
        quote! {
            #expression.map_or(glue::State::default(), |status| glue::State {
                name: Some(status.as_str()),
                terminal: status.is_terminal(),
                needs_action: status.needs_action(),
            })
        }
    } else {
        quote! {
            glue::State {
                name: Some(#expression.as_str()),
                terminal: #expression.is_terminal(),
                needs_action: #expression.needs_action(),
            }
        }
    })
}

/// Returns true for a type that contains a status with a lifecycle at any depth.
fn holds_state(context: &Context<'_>, model: ir::TypeId) -> bool {
    let mut seen = HashSet::new();
    let mut left = vec![model];
    while let Some(id) = left.pop() {
        if !seen.insert(id) {
            continue;
        }
        match context.shape(id) {
            ir::Shape::Enum(shape) if shape.lifecycle.is_some() => return true,
            shape => shape.visit(&mut |inner| left.push(inner)),
        }
    }
    false
}

/// Returns true if some operation can be polled.
pub(crate) fn has_polling(context: &Context<'_>) -> bool {
    let mut operations = context.api.operations();
    operations.any(|(id, operation)| watched(context, id, operation).is_some())
}

/// The status member of an object, the only one with a lifecycle.
struct Status<'c> {
    name: &'c str,
    shape: &'c ir::EnumShape,
    lifecycle: &'c ir::Lifecycle,
}

/// Returns the status member of an object.
fn status<'c>(context: &'c Context<'_>, model: ir::TypeId) -> Option<Status<'c>> {
    let id = context.resolve(model);
    let ir::Shape::Object(object) = context.shape(id) else {
        return None;
    };
    let fields = fields(context, id, object);
    let mut found = fields.iter().filter_map(|field| {
        let ir::Shape::Enum(shape) = context.shape(field.member.ty) else {
            return None;
        };
        let (name, lifecycle) = (field.member.name.as_str(), shape.lifecycle.as_ref()?);
        Some(Status { name, shape, lifecycle })
    });
    match (found.next(), found.next()) {
        (Some(found), None) => Some(found),
        _ => None,
    }
}
