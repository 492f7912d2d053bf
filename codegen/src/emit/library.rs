//! `lib.rs`: what the crate is, its modules, and what its users name from the runtime.

use proc_macro2::TokenStream;
use quote::quote;

use super::context::Context;
use super::docs::{self, Docs};
use super::exports;
use super::file::RustFile;

pub(super) fn emit(context: &Context<'_>, foreign: bool) -> RustFile {
    let info = &context.api.info;
    let mut docs = Docs::ours(format!(
        "Client of {}, version {} of its contract.",
        docs::inline(&info.title),
        docs::inline(&info.version)
    ));
    if let Some(description) = &info.description {
        docs.markdown(description);
    }
    effects(context, &mut docs);
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
        quote!(#headers),
        quote!(
            pub mod models;
        ),
        quote!(
            pub mod operations;
        ),
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
        docs: docs.lines().to_vec(),
        items,
    }
}

/// The table of what calls do, from the most to the least.
fn effects(context: &Context<'_>, docs: &mut Docs) {
    let effects = super::reference::effects(context);
    if effects.is_empty() {
        return;
    }
    let rows = effects
        .iter()
        .map(|(what, calls)| format!("| {what} | {} |", calls.join(", ")));
    docs.paragraph(["# Effects of calls".to_owned()]);
    docs.paragraph(
        ["| | calls |".to_owned(), "|---|---|".to_owned()]
            .into_iter()
            .chain(rows),
    );
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
