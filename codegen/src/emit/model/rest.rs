//! Additional members of an object: a typed map if the contract gives them a type, else their raw JSON. None is ever
//! dropped.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::super::context::Context;
use super::super::rust_type::RustType;
use super::super::tokens::{ident, prefixed};
use sdkwright_contract::ir;

/// The field for additional members.
pub(super) struct Rest<'a> {
    name: Ident,
    /// Type of the values, and whether they are sensitive.
    typed: Option<(RustType, bool)>,
    /// Names of the declared members.
    known: Vec<&'a str>,
    /// True if some names must never be sent.
    warned: bool,
}

impl<'a> Rest<'a> {
    pub(super) fn of(context: &Context<'_>, id: ir::TypeId, shape: &'a ir::ObjectShape) -> Self {
        let known = shape.members.iter().map(|member| member.name.as_str()).collect();
        if let ir::Additional::Typed(values) = shape.additional {
            return Self {
                name: ident(context.names.additional(id, shape)),
                typed: Some((
                    context.ty(values),
                    context.api.ty(id).sensitive || context.is_sensitive(values),
                )),
                known,
                warned: false,
            };
        }
        // No member has this name (`naming::reserved`).
        Self {
            name: ident("extra"),
            typed: None,
            known,
            warned: !context.api.settings.never_sent.is_empty(),
        }
    }

    /// Returns true if it holds JSON of any kind.
    pub(super) fn is_plain(&self) -> bool {
        self.typed.is_none()
    }

    /// Emits the field.
    pub(super) fn field(&self) -> TokenStream {
        let name = &self.name;
        let Some((ty, _)) = &self.typed else {
            return quote!(#name: runtime::Extra);
        };
        quote! {
            /// Members that the contract does not declare by name, of the type that it declares for them.
            pub #name: runtime::Map<#ty>
        }
    }

    /// Emits an empty value.
    pub(super) fn empty(&self) -> TokenStream {
        let name = &self.name;
        if self.typed.is_some() {
            quote!(#name: runtime::Map::new())
        } else {
            quote!(#name: runtime::Extra::default())
        }
    }

    /// Emits the getter and, if the type is sent, the methods that add to it.
    pub(super) fn methods(&self, sent: bool) -> Vec<TokenStream> {
        let name = &self.name;
        let with = prefixed("with_", &name.to_string());
        if let Some((ty, _)) = &self.typed {
            let with = sent.then(|| {
                quote! {
                    /// Sets the members that the contract does not declare. A name that the type declares makes the request fail before it is sent.
                    pub fn #with(mut self, #name: runtime::Map<#ty>) -> Self { self.#name = #name; self }
                }
            });
            return with.into_iter().collect();
        }
        let look = quote! {
            /// Members that the contract does not declare, as received.
            #[inline]
            pub fn #name(&self) -> &runtime::Extra { &self.#name }
        };
        let (warned, warns) = if self.warned {
            (
                Some(quote!(glue::warn_forbidden_member(name, crate::api::NEVER_SENT);)),
                Some(quote!(#[doc = " Logs a warning for a name in [`NEVER_SENT`](crate::api::NEVER_SENT)."])),
            )
        } else {
            (None, None)
        };
        let add = quote! {
            /// Adds a member that the contract does not declare. A name that the type declares makes the request fail before it is sent.
            #warns
            pub fn #with(mut self, name: &str, value: impl Into<runtime::JsonValue>) -> Self {
                #warned
                self.#name.insert(name, value);
                self
            }
        };
        std::iter::once(look).chain(sent.then_some(add)).collect()
    }

    /// Emits the reading of the field, after all others.
    pub(super) fn read(&self) -> TokenStream {
        let name = &self.name;
        if self.typed.is_some() {
            quote!(#name: v.rest_as())
        } else {
            quote!(#name: v.rest())
        }
    }

    /// Emits the call that writes it, after all others, and ends the object.
    pub(super) fn write(&self) -> TokenStream {
        let (name, known) = (&self.name, &self.known);
        match &self.typed {
            Some((_, true)) => quote!(.sensitive_rest_as(&[#(#known),*], &self.#name)),
            Some((_, false)) => quote!(.rest_as(&[#(#known),*], &self.#name)),
            None => quote!(.rest(&self.#name)),
        }
    }
}
