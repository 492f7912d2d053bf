//! The constant description of an operation, from which the runtime builds requests.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::auth;
use super::super::context::Context;
use sdkwright_contract::ir;

/// Emits `glue::Description::new(..)` and its modifiers.
pub(super) fn description(context: &Context<'_>, operation: &ir::Operation, accept: &str) -> TokenStream {
    let (id, method, path) = (&operation.key, operation.method.token(), &operation.path);
    let own = operation.security != context.security;
    let security = own.then(|| auth::alternatives(context, &operation.security));
    let security = security.map(|alternatives| quote!(.security(#alternatives)));
    let intent = operation.intent.map(intent).map(|intent| quote!(.intent(#intent)));
    let bound = &operation.bound;
    let accept = (accept != "application/json").then(|| quote!(.accept(#accept)));
    let bound = (!bound.is_empty()).then(|| quote!(.bound(&[#((#bound, glue::Bound::ClientId)),*])));
    let recorded = super::recorded::recorded(context, operation);
    let echoes = super::echoes::echoes(context, operation);
    let creates = super::created::creates(context, operation);
    let repeats = super::echoes::repeats(operation);
    quote!(glue::Description::new(#id, #method, #path) #security #intent #accept #bound #echoes #repeats #recorded #creates)
}

fn intent(intent: ir::KeyIntent) -> TokenStream {
    match intent {
        ir::KeyIntent::Effect => quote!(glue::KeyIntent::Effect),
        ir::KeyIntent::Refresh => quote!(glue::KeyIntent::Refresh),
    }
}
