//! A resource with a state (`x-lifecycle`): what a call that reads it can be waited for.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::context::{Context, ident};
use super::super::members::fields;
use super::super::place::walk;
use super::answer::output;
use crate::ir;

/// `impl glue::Watched`, if the operation only reads and its answer has a state.
pub(super) fn watched(context: &Context<'_>, id: ir::OperationId, operation: &ir::Operation) -> Option<TokenStream> {
    if operation.method != ir::Method::Get {
        return None;
    }
    let model = output(context, id, operation).model?;
    let status = status(context, model)?;
    let place = walk(context, model, quote!(output), std::slice::from_ref(&status))?;
    let marker = ident(&context.names.operation(id).marker);
    let expression = &place.expression;
    let state = if place.optional {
        quote! {
            #expression.map_or(glue::State::default(), |status| glue::State {
                terminal: status.is_terminal(),
                needs_partner: status.needs_partner(),
            })
        }
    } else {
        quote! {
            glue::State { terminal: #expression.is_terminal(), needs_partner: #expression.needs_partner() }
        }
    };
    Some(quote! {
        impl glue::Watched for #marker {
            fn state(output: &Self::Output) -> glue::State { #state }
        }
    })
}

/// Can any operation be waited for?
pub(crate) fn is_any(context: &Context<'_>) -> bool {
    let mut operations = context.api.operations();
    operations.any(|(id, operation)| watched(context, id, operation).is_some())
}

/// The member that is the state: the only one with a lifecycle.
fn status(context: &Context<'_>, model: ir::TypeId) -> Option<String> {
    let id = context.resolve(model);
    let ir::Shape::Object(object) = context.shape(id) else {
        return None;
    };
    let has_lifecycle = |ty: ir::TypeId| match context.shape(context.resolve(ty)) {
        ir::Shape::Enum(shape) => shape.lifecycle.is_some(),
        _ => false,
    };
    let fields = fields(context, id, object);
    let mut found = fields.iter().filter(|field| has_lifecycle(field.member.ty));
    match (found.next(), found.next()) {
        (Some(field), None) => Some(field.member.name.clone()),
        _ => None,
    }
}
