//! Implementations of `Debug`, serde and the runtime's JSON for a generated type, one line each; and a value as text: in a target, a
//! header, a form or a part.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use sdkwright_contract::ir::{self, ParameterLocation, ParameterStyle};
use sdkwright_contract::source::escape;

use super::context::Context;
use super::tokens::{ident, variant};

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

// Values as text: in a target, a header, a form or a part.

/// Emits a structured value as parts of a parameter.
pub(crate) fn param(context: &Context<'_>, id: ir::TypeId, value: &TokenStream) -> TokenStream {
    match context.shape(id) {
        ir::Shape::Array(array) if is_scalar(context, array.items) => quote!(glue::Param::list(#value)),
        ir::Shape::Nullable(inner) if is_scalar(context, *inner) => {
            quote!(#value.as_ref().map_or_else(|| glue::Param::one(""), glue::Param::one))
        }
        ir::Shape::Map(values, _) if is_scalar(context, *values) => quote!(glue::Param::object(#value.iter())),
        ir::Shape::Array(_) => quote!(glue::Param::from_model(&#value.to_vec())),
        _ => quote!(glue::Param::from_model(#value)),
    }
}

/// Returns true if its value is a single text.
pub(crate) fn is_scalar(context: &Context<'_>, id: ir::TypeId) -> bool {
    match context.shape(id) {
        ir::Shape::Scalar(..) | ir::Shape::Newtype(..) => true,
        ir::Shape::Enum(shape) => shape.is_open(),
        _ => false,
    }
}

/// Emits the serialization style of a structured value.
pub(crate) fn style(style: ParameterStyle) -> TokenStream {
    variant("Style", style)
}

/// Returns the place of a parameter, as `in` names it.
pub(crate) fn place(parameter: &ir::Parameter) -> &'static str {
    match parameter.location {
        ParameterLocation::Path => "path",
        ParameterLocation::Query | ParameterLocation::Querystring => "query",
        ParameterLocation::Header => "header",
        ParameterLocation::Cookie => "cookie",
    }
}
