//! Response headers that the contract names, as functions for reading them.

use proc_macro2::TokenStream;
use quote::quote;
use sdkwright_contract::ir;

use super::context::Context;
use super::docs;
use super::imports::RustFile;
use super::paths::exports;
use super::tokens::{RustType, ident};

/// Returns true if a response has a header that the contract names.
pub(super) fn is_needed(context: &Context<'_>) -> bool {
    let mut operations = context.api.operations.iter();
    operations.any(|operation| operation.headers().next().is_some())
}

/// Emits `headers.rs`.
pub(super) fn emit(context: &Context<'_>) -> RustFile {
    let all = context.api.headers();
    let functions = all.iter().map(|(name, headers)| function(context, name, headers));
    let docs = vec![
        format!("Headers in the responses of {}.", docs::inline(&context.api.info.title)),
        String::new(),
        "Read one from the result of `with_response` with `response.header(headers::..())?`, or from an error with"
            .to_owned(),
        "`error.header(headers::..())?`.".to_owned(),
    ];
    let mut items = exports(["Header"]);
    items.extend(super::imports::shorten(context, functions.collect()));
    RustFile {
        path: "src/headers.rs".into(),
        docs,
        items,
    }
}

fn function(context: &Context<'_>, name: &str, headers: &[&ir::Header]) -> TokenStream {
    let Some(first) = headers.first() else {
        return TokenStream::new();
    };
    let described = headers.iter().find(|header| header.text.description.is_some());
    let mut docs = context.docs_of(
        ir::AssumptionKind::Parameter,
        &described.unwrap_or(first).text,
        "",
        || format!("The header {}.", docs::code(&first.name)),
    );
    docs.paragraph(
        headers
            .iter()
            .all(|header| header.required)
            .then(|| "Always present.".to_owned()),
    );
    let read_as = |header: &ir::Header| (context.ty(header.ty), HeaderForm::of(context, header));
    let (ty, form) = if headers.iter().all(|header| read_as(header) == read_as(first)) {
        read_as(first)
    } else {
        docs.paragraph(["The contract declares several types for it: the value is its text.".to_owned()]);
        (RustType::std("String"), HeaderForm::Text)
    };
    let form = form.tokens();
    // A header that only some operations deprecate is no mistake in the others.
    let docs = if headers.iter().all(|header| header.text.deprecated) {
        docs.tokens()
    } else {
        docs.comment()
    };
    let function = ident(context.names.header(name));
    quote! {
        #docs
        pub fn #function() -> Header<#ty> { Header::new(#name) #form }
    }
}

/// Form of the text of a header.
#[derive(PartialEq, Eq)]
enum HeaderForm {
    Text,
    Json,
    List,
    Object { explode: bool },
}

impl HeaderForm {
    fn of(context: &Context<'_>, header: &ir::Header) -> Self {
        match context.shape(header.ty) {
            _ if header.json => Self::Json,
            ir::Shape::Array(_) | ir::Shape::Tuple(_) => Self::List,
            ir::Shape::Object(_) | ir::Shape::Map(..) => Self::Object {
                explode: header.explode,
            },
            _ => Self::Text,
        }
    }

    fn tokens(&self) -> TokenStream {
        match self {
            Self::Text => TokenStream::new(),
            Self::Json => quote!(.json()),
            Self::List => quote!(.list()),
            Self::Object { explode } => quote!(.object(#explode)),
        }
    }
}

/// Returns the response headers of an operation, for its documentation.
pub(super) fn of_operation(context: &Context<'_>, operation: &ir::Operation) -> Option<String> {
    let mut names: Vec<String> = operation
        .headers()
        .map(|header| context.names.header(&header.name.to_ascii_lowercase()).to_owned())
        .collect();
    names.sort();
    names.dedup();
    let one = |name: &String| format!("[`{}`](crate::headers::{name})", name.trim_start_matches("r#"));
    (!names.is_empty()).then(|| format!("Response headers: {}.", docs::listed(names.iter().map(one))))
}
