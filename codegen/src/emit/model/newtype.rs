//! A scalar with a type of its own.

use proc_macro2::TokenStream;
use quote::quote;
use sdkwright_contract::ir;

use super::super::bridges::{bridges, json, to_param};
use super::super::context::{Context, scalar};
use super::super::tokens::ident;
use crate::emit::members::bounds;

pub(super) fn definition(
    context: &Context<'_>,
    id: ir::TypeId,
    name: &str,
    format: ir::ScalarFormat,
    limits: &ir::Constraints,
) -> Vec<TokenStream> {
    let mut docs = context.docs_of_type(id);
    docs.paragraph(bounds(limits, false));
    let docs = docs.tokens();
    if format == ir::ScalarFormat::Text {
        text(context, id, name, &docs)
    } else {
        other(context, id, name, &docs, format)
    }
}

fn text(context: &Context<'_>, id: ir::TypeId, name: &str, docs: &TokenStream) -> Vec<TokenStream> {
    let sensitive = context.api.ty(id).sensitive;
    let ty = ident(name);
    let written = if sensitive {
        quote!(w.secret(#name, &self.0))
    } else {
        quote!(w.newtype(#name, &self.0))
    };
    let display = (!sensitive).then(|| {
        quote! {
            impl std::fmt::Display for #ty {
                #[inline]
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(&self.0) }
            }
        }
    });
    let bridges = bridges(context, id, name, true);
    vec![
        quote! {
            #docs
            #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
            pub struct #ty(String);
        },
        quote! {
            impl #ty {
                /// Returns the text.
                pub fn as_str(&self) -> &str { &self.0 }
            }
        },
        quote!(impl From<&str> for #ty { fn from(text: &str) -> Self { Self(text.to_owned()) } }),
        quote!(impl From<String> for #ty { fn from(text: String) -> Self { Self(text) } }),
        quote!(impl From<&#ty> for #ty { fn from(other: &#ty) -> Self { other.clone() } }),
        quote!(glue::is_text!(#ty);),
        quote!(#display),
        to_param(&ty, &quote!(std::borrow::Cow::Borrowed(&self.0))),
        json(&ty, &quote!(Self(v.decode())), &quote!(#written;)),
        bridges,
    ]
}

fn other(
    context: &Context<'_>,
    id: ir::TypeId,
    name: &str,
    docs: &TokenStream,
    format: ir::ScalarFormat,
) -> Vec<TokenStream> {
    let sensitive = context.api.ty(id).sensitive;
    let (ty, inner) = (ident(name), scalar(format));
    let whole = matches!(
        format,
        ir::ScalarFormat::I32 | ir::ScalarFormat::I64 | ir::ScalarFormat::U64 | ir::ScalarFormat::Bool
    );
    let derives = if whole {
        quote!(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)
    } else {
        quote!(Clone, PartialEq)
    };
    let (shown, written) = if sensitive {
        (quote!(f.write_str("[redacted]")), quote!(w.hidden(&self.0)))
    } else {
        (
            quote!(std::fmt::Debug::fmt(&self.0, f)),
            quote!(glue::Json::write(&self.0, w)),
        )
    };
    let bridges = bridges(context, id, name, false);
    vec![
        quote! {
            #docs
            #[derive(#derives)]
            pub struct #ty(#inner);
        },
        quote! {
            impl #ty {
                /// Returns the value.
                pub fn get(&self) -> &#inner { &self.0 }
            }
        },
        to_param(&ty, &quote!(glue::ToParam::param(&self.0))),
        quote!(impl From<#inner> for #ty { fn from(value: #inner) -> Self { Self(value) } }),
        quote!(impl From<&#ty> for #ty { fn from(other: &#ty) -> Self { other.clone() } }),
        quote! {
            impl std::fmt::Debug for #ty {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { #shown }
            }
        },
        json(&ty, &quote!(Self(v.decode())), &quote!(#written;)),
        bridges,
    ]
}
