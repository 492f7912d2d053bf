//! Implementations of `Debug`, serde and the runtime's JSON for a generated type, one line each.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use sdkwright_contract::ir;
use sdkwright_contract::source::escape;

use super::context::Context;
use super::tokens::ident;

/// The form in which `Debug` of a plain struct shows a field.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum DebugForm {
    /// As its own `Debug` does.
    Whole,
    /// As a map, for a `Map` of values that are not JSON.
    Pairs,
    /// Not at all.
    Redacted,
}

/// Emits `Debug` of a plain struct that redacts sensitive fields: what to derive, and what to write.
pub(crate) fn redacting_debug(name: &str, fields: &[(&Ident, DebugForm)]) -> (TokenStream, TokenStream) {
    if fields.iter().all(|(_, shown)| *shown == DebugForm::Whole) {
        return (quote!(Debug,), TokenStream::new());
    }
    let shown = fields.iter().map(|(field, shown)| {
        let label = field.to_string();
        match shown {
            DebugForm::Redacted => quote!(.field(#label, &"[redacted]")),
            DebugForm::Pairs => {
                quote!(.field(#label, &self.#field.iter().collect::<std::collections::BTreeMap<_, _>>()))
            }
            DebugForm::Whole => quote!(.field(#label, &self.#field)),
        }
    });
    let ty = ident(name);
    let written = quote! {
        impl std::fmt::Debug for #ty {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(#name) #(#shown)* .finish()
            }
        }
    };
    (TokenStream::new(), written)
}

/// Emits the implementations of a model by the runtime's macros, one line each: `Debug`, serde, and boxed reading and writing.
///
/// An inline type inside of another goes through serde as part of that; the runtime's `to_string` and `from_str` handle
/// it alone.
pub(crate) fn bridges(context: &Context<'_>, id: ir::TypeId, name: &str, with_debug: bool) -> TokenStream {
    let ty = ident(name);
    let debug = with_debug.then(|| quote!(glue::debug!(#ty);));
    let shown = match (context.is_entry(id), context.is_sealed(id)) {
        (true, false) if with_debug => quote!(glue::model!(#ty);),
        (true, false) => quote!(glue::serde!(#ty);),
        (true, true) => quote!(#debug glue::serialize!(#ty);),
        (false, _) => quote!(#debug),
    };
    let boxed = context.is_boxed(id).then(|| quote!(glue::boxed!(#ty);));
    quote!(#shown #boxed)
}

/// Emits the implementations of an event, which is only made from a verified delivery.
pub(crate) fn event_bridges(name: &str) -> TokenStream {
    let ty = ident(name);
    quote!(glue::debug!(#ty); glue::serialize!(#ty);)
}

// Single values of the contract as constants of the runtime.

/// Emits how a type reads itself from `v` and writes itself to `w`.
pub(crate) fn json(ty: &Ident, read: &TokenStream, write: &TokenStream) -> TokenStream {
    quote! {
        impl glue::Json for #ty {
            #[inline]
            fn read(v: glue::Value) -> Self { #read }

            #[inline]
            fn write(&self, w: &mut glue::Writer) { #write }
        }
    }
}

/// Emits the text of a type as a parameter.
pub(crate) fn to_param(ty: &Ident, text: &TokenStream) -> TokenStream {
    quote! {
        impl glue::ToParam for #ty {
            #[inline]
            fn param(&self) -> std::borrow::Cow<'_, str> { #text }
        }
    }
}

/// Writes a JSON Pointer as text.
pub(super) fn pointer(pointer: &ir::Pointer) -> String {
    pointer
        .iter()
        .fold(String::new(), |text, name| text + "/" + &escape(name))
}
