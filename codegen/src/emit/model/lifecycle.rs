//! States of a resource (`x-lifecycle`) to predicates on them.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::context::Context;
use super::super::tokens::ident;
use sdkwright_contract::ir;

pub(super) fn methods(
    context: &Context<'_>,
    id: ir::TypeId,
    name: &str,
    shape: &ir::EnumShape,
    lifecycle: &ir::Lifecycle,
) -> TokenStream {
    let ty = ident(name);
    let question = |states: &[String]| {
        let variants = shape
            .values
            .iter()
            .enumerate()
            .filter(|(_, value)| states.iter().any(|state| state == value.value.text()));
        let variants: Vec<_> = variants
            .map(|(index, _)| ident(context.names.variant(id, index)))
            .collect();
        if variants.is_empty() {
            quote!(false)
        } else {
            quote!(matches!(self, #(Self::#variants)|*))
        }
    };
    let (done, terminal) = (question(&lifecycle.done), question(&lifecycle.terminal));
    let needs_action = question(&lifecycle.needs_action);
    quote! {
        impl #ty {
            /// Returns `true` once the request has completed. The status may still change.
            pub fn is_done(&self) -> bool { #done }

            /// Returns `true` for a final status.
            pub fn is_terminal(&self) -> bool { #terminal }

            /// Returns `true` while the caller must act.
            pub fn needs_action(&self) -> bool { #needs_action }
        }
    }
}
