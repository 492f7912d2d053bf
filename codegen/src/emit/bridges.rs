//! Implementations of `Debug`, serde and the runtime's JSON for a generated type, one line each.

use proc_macro2::TokenStream;
use quote::quote;

use super::context::Context;
use super::tokens::ident;
use crate::ir;

/// Emits `Debug` of a plain struct that redacts sensitive fields: what to derive, and what to write.
pub(crate) fn redacting_debug(
    name: &str,
    generics: Option<&TokenStream>,
    fields: &[(&proc_macro2::Ident, bool)],
) -> (TokenStream, TokenStream) {
    if fields.iter().all(|(_, sensitive)| !sensitive) {
        return (quote!(Debug,), TokenStream::new());
    }
    let shown = fields.iter().map(|(field, sensitive)| {
        let label = field.to_string();
        if *sensitive {
            quote!(.field(#label, &"[redacted]"))
        } else {
            quote!(.field(#label, &self.#field))
        }
    });
    let ty = ident(name);
    let written = quote! {
        impl std::fmt::Debug for #ty #generics {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(#name) #(#shown)* .finish()
            }
        }
    };
    (TokenStream::new(), written)
}

/// Emits the implementations of a model, one line each: `Debug`, serde, and boxed reading and writing.
///
/// An inline type inside of another goes through serde as part of that; the runtime's `to_string` and `from_str` handle
/// it alone.
pub(crate) fn bridges(context: &Context<'_>, id: ir::TypeId, name: &str, with_debug: bool) -> TokenStream {
    let ty = ident(name);
    let debug = with_debug.then(|| debug_bridge(&ty));
    let serde = context.is_entry(id).then(|| {
        let deserialize = (!context.is_sealed(id)).then(|| {
            quote! {
                impl<'de> glue::Deserialize<'de> for #ty {
                    fn deserialize<D: glue::Deserializer<'de>>(d: D) -> Result<Self, D::Error> { glue::deserialize(d) }
                }
            }
        });
        let serialize = serialize_bridge(&ty);
        quote!(#serialize #deserialize)
    });
    let boxed = context.is_boxed(id).then(|| {
        quote! {
            impl glue::Json for Box<#ty> {
                #[inline]
                fn read(v: glue::Value) -> Self { v.boxed() }

                #[inline]
                fn write(&self, w: &mut glue::Writer) { w.value(&**self); }
            }
        }
    });
    quote!(#debug #serde #boxed)
}

/// Emits the implementations of an event, which is only made from a verified delivery.
pub(crate) fn event_bridges(name: &str) -> TokenStream {
    let ty = ident(name);
    let (debug, serialize) = (debug_bridge(&ty), serialize_bridge(&ty));
    quote!(#debug #serialize)
}

fn debug_bridge(ty: &proc_macro2::Ident) -> TokenStream {
    quote! {
        impl std::fmt::Debug for #ty {
            #[inline]
            fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result { glue::debug(self, f) }
        }
    }
}

fn serialize_bridge(ty: &proc_macro2::Ident) -> TokenStream {
    quote! {
        impl glue::Serialize for #ty {
            fn serialize<S: glue::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> { glue::serialize(self, s) }
        }
    }
}
