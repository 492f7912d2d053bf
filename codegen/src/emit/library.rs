//! `lib.rs`: what the crate is, its modules, and what its users name from the runtime.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use sdkwright_contract::ir;

use super::context::Context;
use super::exports;
use super::imports::RustFile;
use super::tokens::ident;
use crate::limits;

pub(super) fn emit(context: &Context<'_>, foreign: bool, mut docs: Vec<String>) -> RustFile {
    let (everyday, groups, modules) = (
        exports::everyday(context),
        exports::groups(context),
        exports::modules(context),
    );
    let types = || context.api.types().map(|(id, _)| id);
    let named = || types().filter(|id| context.names.ty(*id).is_some());
    // If every model belongs to a group, the export may be empty.
    let unused = (!named().any(|id| context.is_always_there(id))).then(|| quote!(#[allow(unused_imports)]));
    let models = named().next().map(|_| quote!(#unused pub use models::*;));
    let module = |name: &str, is_there: bool| {
        let name = ident(name);
        let module = is_there.then(|| quote!(pub mod #name;));
        quote!(#module)
    };
    // The list is a page of Markdown, which the documentation of the crate shows as it is: rustdoc reads it, not this program.
    let include = ident("include_str");
    let assumptions = (!context.api.assumptions.is_empty()).then(|| {
        quote!(
            /// Assumptions: statements of the contract that the documentation of the API's owner does not confirm.
            #[cfg(doc)]
            #[doc = #include!("../ASSUMPTIONS.md")]
            pub mod assumptions {}
        )
    });
    let recursion_limit = recursion_limit(levels(context.api)).map(|limit| {
        docs.extend(of_programs(limit));
        let limit = Literal::string(&limit.to_string());
        quote!(#![recursion_limit = #limit])
    });
    // The crate uses its deprecated items where it reads, writes and exports them.
    let deprecated = super::deprecation::is_needed(context.api).then(|| quote!(#![allow(deprecated)]));
    let server = context.about.server.then(|| {
        quote!(
            #[cfg(feature = "server")]
            pub mod server;
        )
    });
    let mut items = vec![
        quote!(#recursion_limit),
        quote!(#deprecated),
        foreign.then(of_foreign_names).unwrap_or_default(),
        // On docs.rs, an item of a feature names the feature.
        quote!(#![cfg_attr(docsrs, feature(doc_cfg))]),
        module("api", true),
        module("auth", super::auth::is_needed(context)),
        module("client", true),
        module("custom", context.about.custom),
        quote!(
            #[cfg(doc)]
            pub mod guide;
        ),
        module("headers", super::headers::is_needed(context)),
        module("models", true),
        module("operations", true),
        quote!(#assumptions),
        quote!(#server),
        module("servers", super::servers::is_needed(context)),
        module("webhooks", context.api.webhooks.is_some()),
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

/// Returns rustc's limit for types that contain others in many levels: it follows them, with up to six steps for each level, and gives
/// up after 128.
fn recursion_limit(levels: usize) -> Option<usize> {
    (levels > limits::PLAIN_LEVELS).then(|| (levels * 16).next_power_of_two())
}

/// Returns the documentation of the limit for applications, which need it as well.
fn of_programs(limit: usize) -> [String; 5] {
    [
        String::new(),
        "# Types in many levels".to_owned(),
        String::new(),
        "Types of this contract contain others in many levels. rustc follows them up to a limit. If it stops with `overflow`,".to_owned(),
        format!("add `#![recursion_limit = \"{limit}\"]` at the top of the `main.rs` or `lib.rs` of your application."),
    ]
}

/// Returns the number of types of the longest way from a type to a type in it. A type on the way is not entered again.
fn levels(api: &ir::Api) -> usize {
    let mut known: HashMap<ir::TypeId, usize> = HashMap::new();
    for (root, _) in api.types() {
        let mut open = vec![(root, false)];
        while let Some((id, is_left)) = open.pop() {
            let mut inner = Vec::new();
            api.ty(id).shape.visit(&mut |id| inner.push(id));
            if is_left {
                let most = inner.iter().filter_map(|id| known.get(id)).max();
                let levels = most.map_or(1, |most| most + 1);
                known.insert(id, levels);
            } else if let Entry::Vacant(entry) = known.entry(id) {
                entry.insert(0);
                open.push((id, true));
                open.extend(inner.into_iter().map(|id| (id, false)));
            }
        }
    }
    known.into_values().max().unwrap_or_default()
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
