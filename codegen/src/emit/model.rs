//! Types of the API to Rust definitions: one file per top-level schema with its inline types.

mod enumeration;
mod object;
pub(super) mod problems;
mod union;

use std::collections::{BTreeMap, HashSet};

use proc_macro2::TokenStream;
use quote::quote;
use sdkwright_contract::ir;

use super::bridges::{bridges, json, to_param};
use super::context::{Context, file_attribute, file_stem, scalar};
use super::imports::{Exports, RustFile};
use super::members::bounds;
use super::tokens::{RustType, ident};
use super::{docs, multipart};

/// Returns the files of models with their types, sorted by name.
pub(crate) fn files<'a>(context: &Context<'a>) -> BTreeMap<&'a str, Vec<ir::TypeId>> {
    let mut files: BTreeMap<&str, Vec<ir::TypeId>> = BTreeMap::new();
    for (id, _) in context.api.types() {
        if let (Some(_), Some(file)) = (context.names.ty(id), context.names.file(id)) {
            files.entry(file).or_default().push(id);
        }
    }
    files
}

/// Emits one file of models.
pub(crate) fn emit(context: &Context<'_>, file: &str, ids: &[ir::TypeId]) -> RustFile {
    let items: Vec<TokenStream> = ids.iter().flat_map(|id| definition(context, *id)).collect();
    let here: HashSet<&str> = ids.iter().filter_map(|id| context.names.ty(*id)).collect();
    RustFile {
        path: path_of(file),
        docs: vec![about(context, ids)],
        items: super::imports::shorten_beside(context, items, &|name| here.contains(name)),
    }
}

/// Emits the module that re-exports the files of models.
pub(crate) fn emit_list<'a>(
    context: &Context<'_>,
    files: impl Iterator<Item = &'a str>,
    exports: &Exports,
    docs: Vec<String>,
) -> RustFile {
    let (mut mods, mut uses) = (Vec::new(), Vec::new());
    for file in files {
        let gate = context.gates.of_file(file);
        let gate = gate.map(|feature| quote!(#[cfg(feature = #feature)]));
        let (path, module) = (file_attribute("models", file), ident(file));
        mods.push(quote!(#gate #path mod #module;));
        let exports = exports.get(&path_of(file)).map(Vec::as_slice).unwrap_or_default();
        let names: Vec<_> = exports.iter().map(|name| ident(name)).collect();
        uses.push(match names.as_slice() {
            [] => continue,
            [name] => quote!(#gate pub use #module::#name;),
            names => quote!(#gate pub use #module::{#(#names),*};),
        });
    }
    RustFile {
        path: "src/models.rs".into(),
        docs,
        items: mods.into_iter().chain(uses).collect(),
    }
}

fn path_of(file: &str) -> String {
    format!("src/models/{}.rs", file_stem(file))
}

fn about(context: &Context<'_>, ids: &[ir::TypeId]) -> String {
    let given = ids
        .iter()
        .find(|id| !matches!(context.api.ty(**id).name, ir::NameHint::Derived(_)));
    let name = given
        .or(ids.first())
        .and_then(|id| context.names.ty(*id))
        .unwrap_or_default();
    let rest = if ids.len() > 1 { " and the types inside it" } else { "" };
    format!("The schema {}{rest}.", docs::code(name))
}

/// Emits the definition of one named type.
fn definition(context: &Context<'_>, id: ir::TypeId) -> Vec<TokenStream> {
    let Some(name) = context.names.ty(id) else {
        return Vec::new();
    };
    match &context.api.ty(id).shape {
        ir::Shape::Object(_) if context.is_form_only(id) => multipart::definition(context, id, name),
        ir::Shape::Object(shape) => {
            let mut items = object::definition(context, id, name, shape);
            items.extend(
                super::operation::paging::iteration(context, id, name)
                    .into_iter()
                    .flatten(),
            );
            let parts = multipart::name(context, id);
            items.extend(
                parts
                    .into_iter()
                    .flat_map(|name| multipart::definition(context, id, &name)),
            );
            items
        }
        ir::Shape::Enum(shape) => enumeration::definition(context, id, name, shape),
        ir::Shape::Union(shape) => union::definition(context, id, name, shape),
        ir::Shape::Newtype(format, limits) => newtype(context, id, name, *format, limits),
        _ => vec![alias(context, id, name)],
    }
}

/// Emits an alias of a structure.
fn alias(context: &Context<'_>, id: ir::TypeId, name: &str) -> TokenStream {
    let docs = context.docs_of_type(id).tokens();
    let (name, structure) = (
        ident(name),
        if returns_to_itself(context, id) {
            RustType::runtime("JsonValue")
        } else {
            context.structure(id)
        },
    );
    quote! {
        #docs
        pub type #name = #structure;
    }
}

/// Returns true if this alias would expand without end (a list of itself: kept as plain JSON).
fn returns_to_itself(context: &Context<'_>, start: ir::TypeId) -> bool {
    let next = |id: ir::TypeId| match &context.api.ty(id).shape {
        ir::Shape::Array(array) => Some(array.items),
        ir::Shape::Map(inner, _) | ir::Shape::Nullable(inner) | ir::Shape::Alias(inner) => Some(*inner),
        _ => None,
    };
    let mut at = next(start);
    for _ in context.api.types() {
        match at {
            Some(id) if id == start => return true,
            Some(id) => at = next(id),
            None => return false,
        }
    }
    false
}

fn newtype(
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
        text_newtype(context, id, name, &docs)
    } else {
        other_newtype(context, id, name, &docs, format)
    }
}

fn text_newtype(context: &Context<'_>, id: ir::TypeId, name: &str, docs: &TokenStream) -> Vec<TokenStream> {
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

fn other_newtype(
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
