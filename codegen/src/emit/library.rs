//! `lib.rs`: what the crate is, its modules, and what its users name from the runtime.

use proc_macro2::TokenStream;
use quote::quote;

use super::context::Context;
use super::exports;
use super::file::RustFile;
use super::tokens::ident;

pub(super) fn emit(context: &Context<'_>, foreign: bool, docs: Vec<String>) -> RustFile {
    let (everyday, groups, modules) = (
        exports::everyday(context),
        exports::groups(context),
        exports::modules(context),
    );
    let named = || {
        context
            .api
            .types()
            .map(|(id, _)| id)
            .filter(|id| context.names.ty(*id).is_some())
    };
    // If every model belongs to a group, the export may be empty.
    let unused = (!named().any(|id| context.is_always_there(id))).then(|| quote!(#[allow(unused_imports)]));
    let models = named().next().map(|_| quote!(#unused pub use models::*;));
    let webhooks = context.api.webhooks.is_some().then(|| {
        quote!(
            pub mod webhooks;
        )
    });
    let auth = super::auth::is_needed(context).then(|| {
        quote!(
            pub mod auth;
        )
    });
    let servers = super::servers::is_needed(context).then(|| {
        quote!(
            pub mod servers;
        )
    });
    let headers = super::headers::is_needed(context).then(|| {
        quote!(
            pub mod headers;
        )
    });
    let custom = context.about.custom.then(|| {
        quote!(
            pub mod custom;
        )
    });
    // The list is a page of Markdown, which the documentation of the crate shows as it is: rustdoc reads it, not this program.
    let include = ident("include_str");
    let readings = (!context.api.readings.is_empty()).then(|| {
        quote!(
            /// Statements of the contract that its API's owner does not document.
            #[cfg(doc)]
            #[doc = #include!("../READINGS.md")]
            pub mod readings {}
        )
    });
    let mut items = vec![
        foreign.then(of_foreign_names).unwrap_or_default(),
        quote!(
            pub mod api;
        ),
        quote!(#auth),
        quote!(
            pub mod client;
        ),
        quote!(#custom),
        quote!(
            #[cfg(doc)]
            pub mod guide;
        ),
        quote!(#headers),
        quote!(
            pub mod models;
        ),
        quote!(
            pub mod operations;
        ),
        quote!(#readings),
        quote!(#servers),
        quote!(#webhooks),
        quote!(
            pub use client::{Call, Client};
        ),
        quote!(#models),
        quote!(#(#everyday)*),
        quote!(#(#modules)*),
    ];
    items.extend(groups);
    RustFile {
        path: "src/lib.rs".into(),
        docs,
        items,
    }
}

/// Makes the module of the guide: lines of documentation, and no item.
pub(super) fn guide(docs: Vec<String>) -> RustFile {
    RustFile {
        path: "src/guide.rs".into(),
        docs,
        items: Vec::new(),
    }
}

/// Names are the contract's: letters that look alike, are rare or have no case are no fault of the code.
fn of_foreign_names() -> TokenStream {
    quote! {
        #![allow(
            confusable_idents,
            mixed_script_confusables,
            non_camel_case_types,
            non_snake_case,
            uncommon_codepoints
        )]
    }
}
