//! A value as text: in a target, a header, a form or a part.

use proc_macro2::TokenStream;
use quote::quote;

use super::context::Context;
use super::tokens::variant;
use sdkwright_contract::ir::{self, ParameterLocation, ParameterStyle};

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
