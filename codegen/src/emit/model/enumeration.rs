//! An enumeration of literals to an open enum: a table, and a variant for values that the contract does not name.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::bridges::bridges;
use super::super::context::Context;
use super::super::docs;
use super::super::tokens::ident;
use super::{lifecycle, problems, states};
use sdkwright_contract::ir::{self, Literals};

pub(super) fn definition(context: &Context<'_>, id: ir::TypeId, name: &str, shape: &ir::EnumShape) -> Vec<TokenStream> {
    let mut docs = context.docs_of_type(id);
    // If the whole enumeration is unconfirmed, its documentation says so.
    let is_documented = context.api.ty(id).text.provenance == ir::Provenance::Silent;
    if is_documented
        && shape
            .lifecycle
            .as_ref()
            .is_some_and(|lifecycle| lifecycle.is_unconfirmed)
    {
        docs.paragraph([format!(
            "The states are confirmed. How one follows another is {}.",
            context.badge(ir::AssumptionKind::Schema)
        )]);
    }
    if let Some(lifecycle) = shape.lifecycle.as_ref().filter(|_| context.about.documented) {
        states::explain(context, shape, lifecycle, &mut docs);
    }
    problems::common(context, id, &mut docs);
    let docs = docs.tokens();
    let ty = ident(name);
    let literals = shape.literals();
    if matches!(literals, Literals::Mixed | Literals::Truth) {
        let values = shape
            .values
            .iter()
            .map(|value| docs::code(value.value.text()))
            .collect::<Vec<_>>()
            .join(", ");
        let values = format!(" One of {values}.");
        let plain = if literals == Literals::Truth {
            quote!(bool)
        } else {
            quote!(runtime::JsonValue)
        };
        return vec![quote! { #docs #[doc = ""] #[doc = #values] pub type #ty = #plain; }];
    }
    let variants: Vec<_> = (0..shape.values.len())
        .map(|index| ident(context.names.variant(id, index)))
        .collect();
    let members = shape.values.iter().zip(&variants).map(|(value, variant)| {
        let literal = docs::code(value.value.text());
        let mut docs = context.docs(&value.text, String::new);
        docs.lead(&literal);
        problems::explain(context, shape, value, &mut docs);
        let docs = docs.tokens();
        quote!(#docs #variant,)
    });
    let held = if literals == Literals::Text {
        quote!(String)
    } else {
        quote!(i64)
    };
    let other = other(shape);
    let other_docs = if shape.allows_others {
        quote!(/** Any other value, which the contract allows. */)
    } else {
        quote!(/** A value that this version of the contract does not declare. */)
    };
    let mut items = vec![quote! {
        #docs
        #[derive(Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum #ty {
            #(#members)*
            #other_docs
            #other(#held),
        }
    }];
    items.extend(if literals == Literals::Text {
        of_text(context, id, name, shape, &variants)
    } else {
        of_numbers(context, id, name, shape, &variants)
    });
    items.extend(
        shape
            .lifecycle
            .as_ref()
            .map(|lifecycle| lifecycle::methods(context, id, name, shape, lifecycle)),
    );
    items.extend(shape.problems.as_ref().map(|_| problems::methods(name)));
    items.push(bridges(context, id, name, true));
    items
}

/// Returns the name of the variant for values that are not listed.
fn other(shape: &ir::EnumShape) -> proc_macro2::Ident {
    ident(if shape.allows_others { "Other" } else { "Unknown" })
}

/// Emits the constant by which a variant for other values is no unknown one.
fn others(shape: &ir::EnumShape) -> Option<TokenStream> {
    shape.allows_others.then(|| {
        quote!(
            const ALLOWS_OTHERS: bool = true;
        )
    })
}

fn of_text(
    context: &Context<'_>,
    id: ir::TypeId,
    name: &str,
    shape: &ir::EnumShape,
    variants: &[proc_macro2::Ident],
) -> Vec<TokenStream> {
    let (ty, other, others) = (ident(name), other(shape), others(shape));
    let rows = shape.values.iter().zip(variants).map(|(value, variant)| {
        let text = value.value.text();
        quote!((#text, Self::#variant))
    });
    let secret = context
        .api
        .ty(id)
        .sensitive
        .then(|| quote!(const SECRET: Option<&'static str> = Some(#name);));
    let mut items = vec![
        quote! {
            impl #ty {
                /// Returns the value as in the contract.
                #[inline]
                pub fn as_str(&self) -> &str { glue::enum_text(self) }
            }
        },
        quote!(glue::is_text!(#ty);),
        quote! {
            impl glue::Enum for #ty {
                const TABLE: &'static [(&'static str, Self)] = &[#(#rows),*];
                const UNKNOWN: fn(String) -> Self = Self::#other;
                #others
                #secret
                #[inline]
                fn unknown_text(&self) -> Option<&str> {
                    if let Self::#other(text) = self { Some(text) } else { None }
                }
            }
        },
    ];
    if context.api.ty(id).directions.request || shape.problems.is_some() {
        items.push(quote! {
            impl From<&str> for #ty {
                #[inline]
                fn from(text: &str) -> Self { glue::enum_from(text) }
            }
        });
    }
    // A name from the contract is part of the API and printed.
    if context.api.ty(id).name.name().is_some() && !context.api.ty(id).sensitive {
        items.push(quote! {
            impl std::fmt::Display for #ty {
                #[inline]
                fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result { f.write_str(self.as_str()) }
            }
        });
    }
    if context.is_parameter(id) {
        items.push(quote! {
            impl glue::ToParam for #ty {
                #[inline]
                fn param(&self) -> std::borrow::Cow<'_, str> { std::borrow::Cow::Borrowed(self.as_str()) }
            }
        });
    }
    items
}

fn of_numbers(
    context: &Context<'_>,
    id: ir::TypeId,
    name: &str,
    shape: &ir::EnumShape,
    variants: &[proc_macro2::Ident],
) -> Vec<TokenStream> {
    let (ty, other, others) = (ident(name), other(shape), others(shape));
    let rows = shape.values.iter().zip(variants).map(|(value, variant)| {
        let number = proc_macro2::Literal::i64_unsuffixed(value.value.text().parse().unwrap_or_default());
        quote!((#number, Self::#variant))
    });
    let written = if context.api.ty(id).sensitive {
        quote!(w.hidden(&self.value()))
    } else {
        quote!(glue::write_int_enum(self, w))
    };
    let param = context.is_parameter(id).then(|| {
        quote! {
            impl glue::ToParam for #ty {
                #[inline]
                fn param(&self) -> std::borrow::Cow<'_, str> { std::borrow::Cow::Owned(self.value().to_string()) }
            }
        }
    });
    vec![
        quote! {
            impl #ty {
                /// Returns the value as in the contract.
                pub fn value(&self) -> i64 { glue::enum_int(self) }
            }
        },
        quote! {
            impl glue::IntEnum for #ty {
                const TABLE: &'static [(i64, Self)] = &[#(#rows),*];
                const UNKNOWN: fn(i64) -> Self = Self::#other;
                #others

                #[inline]
                fn unknown_value(&self) -> Option<i64> {
                    if let Self::#other(value) = self { Some(*value) } else { None }
                }
            }
        },
        quote!(#param),
        quote! {
            impl glue::Json for #ty {
                #[inline]
                fn read(v: glue::Value) -> Self { glue::read_int_enum(v) }

                #[inline]
                fn write(&self, w: &mut glue::Writer) { #written; }
            }
        },
    ]
}
