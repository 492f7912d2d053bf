//! Polling of a resource with a state (`x-lifecycle`).

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::quote;
use sdkwright_contract::ir;

use super::super::context::Context;
use super::super::members::fields;
use super::super::tokens::ident;
use super::answer::output;
use super::paging::walk;

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
    let (argument, state) = match state(context, model) {
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
fn state(context: &Context<'_>, model: ir::TypeId) -> Option<TokenStream> {
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
pub(crate) fn is_any(context: &Context<'_>) -> bool {
    let mut operations = context.api.operations();
    operations.any(|(id, operation)| watched(context, id, operation).is_some())
}

/// The status member of an object, the only one with a lifecycle.
pub(super) struct Status<'c> {
    pub(super) name: &'c str,
    pub(super) shape: &'c ir::EnumShape,
    pub(super) lifecycle: &'c ir::Lifecycle,
}

/// Returns the status member of an object.
pub(super) fn status<'c>(context: &'c Context<'_>, model: ir::TypeId) -> Option<Status<'c>> {
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
