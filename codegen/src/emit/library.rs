//! `lib.rs`: what the crate is, its modules, what its users name from the runtime, and its Cargo features.
//!
//! Everyday names of the runtime are at the root, all of them in modules by subject. A crate exports only names that something in it
//! takes or gives. An everyday name that a model has is in its module alone.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use sdkwright_contract::ir::{self, PartContent, ScalarFormat, Shape};
use serde::Serialize;

use super::context::Context;
use super::imports::RustFile;
use super::operation::answer;
use super::tokens::ident;
use super::{docs, paths, rules};
use crate::limits;
use crate::runtime::words;

pub(super) fn emit(context: &Context<'_>, foreign: bool, mut docs: Vec<String>) -> RustFile {
    let (everyday, groups, modules) = (
        everyday_exports(context),
        group_exports(context),
        module_exports(context),
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
    let deprecated = super::sentences::has_deprecated(context.api).then(|| quote!(#![allow(deprecated)]));
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

// Names of the runtime that the crate exports.

/// Names that most programs write; they also stand at the crate's root.
const EVERYDAY: &[&str] = words![Decimal Error IdempotencyKey Outcome RefreshKey Timestamp];

/// A module of exported names.
struct ExportModule {
    module: &'static str,
    about: &'static str,
    /// Words for its documentation, each with the name that it is about.
    parts: &'static [(&'static str, &'static str)],
    names: &'static [&'static str],
    /// Names that need a feature of the crate, with the feature.
    optional: &'static [(&'static str, &'static str)],
}

const GROUPS: &[ExportModule] = &[
    ExportModule {
        module: "calls",
        about: "Types of calls",
        parts: &[
            ("idempotency keys", "IdempotencyKey"),
            ("intents", "Intent"),
            ("drafts", "Draft"),
            ("polls", "Poll"),
            ("pages", "Pages"),
            ("event streams", "Events"),
            ("responses with their headers", "Response"),
            ("raw calls", "Raw"),
        ],
        names: words![
            Approval Authorized Download Draft Endpoint EventObject EventObjectJson EventObjectMixed EventText Events Execution
            IdempotencyKey Intent Items JournalUndecided LeftOut Lines NotReached Pages Part PartPlain Parts PayloadInputs Poll PollEnd PollPolicy PollResult
            Raw RefreshKey Resend Response
        ],
        optional: &[],
    },
    ExportModule {
        module: "errors",
        about: "Errors",
        parts: &[
            ("failed calls", "Error"),
            ("outcomes", "Outcome"),
            ("problems", "Problem"),
            ("the table of problem codes", "ProblemRow"),
            ("invalid settings", "ConfigError"),
            ("invalid values", "ValueError"),
        ],
        names: words![
            ConfigError DecodeError DecodeErrorKind DraftError EncodeError Error ErrorKind IntentError KeyError MoneyError
            NonceError Outcome Problem ProblemCode ProblemRow Refusal RetryClass RowOutcome SignatureReport ValueError
            Violation Violations
        ],
        optional: &[],
    },
    ExportModule {
        module: "settings",
        about: "Settings of a client",
        parts: &[
            ("secrets", "Secret"),
            ("retry policy", "Policy"),
            ("clock", "Clock"),
            ("random bytes", "NonceSource"),
        ],
        names: words![Budget Builder Clock ClockSkew NonceSource Policy Secret],
        optional: &[],
    },
    ExportModule {
        module: "transport",
        about: "The transport that sends requests",
        parts: &[("the trait to implement", "Transport"), ("its types", "Body")],
        names: words![Body Cause Incoming SendError SendFuture SleepFuture Transport],
        optional: &[("ReqwestTransport", "reqwest")],
    },
    ExportModule {
        module: "values",
        about: "Types of values",
        parts: &[
            ("numbers", "Number"),
            ("instants and dates", "Timestamp"),
            ("free-form JSON", "JsonValue"),
            ("files", "Upload"),
        ],
        names: words![
            Base64 Binary Date Decimal DecimalForm Extra Float Integer JsonValue Map Maybe Money Multipart Number
            Object Text Timestamp Upload
        ],
        optional: &[],
    },
];

/// Returns the exports at the crate's root.
fn everyday_exports(context: &Context<'_>) -> Vec<TokenStream> {
    let names = EVERYDAY.iter().copied();
    paths::exports(names.filter(|name| !context.is_model(name) && is_of_use(context, name)))
}

/// Returns the modules of exports.
fn group_exports(context: &Context<'_>) -> Vec<TokenStream> {
    let module = |group: &ExportModule| {
        let parts = group.parts.iter().filter(|(_, name)| is_of_use(context, name));
        let parts = docs::listed(parts.map(|(part, _)| *part));
        let (name, doc) = (ident(group.module), format!(" {}: {parts}.", group.about));
        let exports = paths::exports(group.names.iter().copied().filter(|name| is_of_use(context, name)));
        let is_there = |name: &str| group.names.contains(&name) && is_of_use(context, name);
        let optional = group
            .optional
            .iter()
            .filter(|(name, _)| !is_there(name))
            .map(|(name, feature)| {
                let export = paths::exports([*name]);
                quote!(#[cfg(feature = #feature)] #(#[doc(inline)] #export)*)
            });
        quote! {
            #[doc = #doc]
            pub mod #name {
                #(#[doc(inline)] #exports)*
                #(#optional)*
            }
        }
    };
    GROUPS.iter().map(module).collect()
}

/// Returns the exports of whole modules of the runtime.
fn module_exports(context: &Context<'_>) -> Vec<TokenStream> {
    let [blocking, reqwest] = ["blocking", "reqwest"].map(|name| paths::exports([name]));
    let has_signatures = super::signing::scheme(context).is_some() || context.api.webhooks.is_some();
    let has_key_pairs = has_key_pairs(context);
    let names = ["http", "metrics", "secret", "signing", "testing"].into_iter();
    let mut modules = paths::exports(names.filter(|name| match *name {
        "secret" => has_signatures,
        "signing" => has_key_pairs,
        _ => true,
    }));
    modules.push(quote!(#[cfg(feature = "blocking")] #(#blocking)*));
    modules.push(quote!(#[cfg(feature = "reqwest")] #(#reqwest)*));
    modules
}

/// Returns the path of an exported name as users write it, below the crate; `None` for other names.
pub(super) fn export_path(context: &Context<'_>, name: &str) -> Option<TokenStream> {
    let word = ident(name);
    if EVERYDAY.contains(&name) && !context.is_model(name) {
        return Some(quote!(crate::#word));
    }
    let group = GROUPS.iter().find(|group| group.names.contains(&name))?;
    let module = ident(group.module);
    Some(quote!(crate::#module::#word))
}

/// Returns `false` for a name of the runtime that nothing in this crate takes or gives.
fn is_of_use(context: &Context<'_>, name: &str) -> bool {
    let api = context.api;
    let carries = |is: fn(&ir::PartContent) -> bool| api.operations.iter().any(|one| one.contents().any(is));
    match name {
        "Approval" | "Authorized" | "Draft" | "DraftError" | "PayloadInputs" => has_drafts(context),
        "ClockSkew" | "SignatureReport" => super::signing::scheme(context).is_some(),
        "Items" | "LeftOut" | "Pages" => has_pages(context),
        "Execution" | "IdempotencyKey" | "Intent" | "IntentError" | "JournalUndecided" | "KeyError" | "RefreshKey" => {
            api.idempotency.is_some()
        }
        "Money" | "MoneyError" => api.types().any(|(_, ty)| {
            matches!(
                ty.shape,
                Shape::Scalar(ScalarFormat::Decimal, _) | Shape::Newtype(ScalarFormat::Decimal, _)
            )
        }),
        "Events" | "EventText" | "EventObject" | "EventObjectJson" | "EventObjectMixed" | "Lines" => {
            carries(|content| matches!(content, ir::PartContent::Items(..)))
        }
        "Part" | "PartPlain" | "Parts" => {
            carries(|content| matches!(content, ir::PartContent::Items(ir::Framing::Parts(_), _)))
        }
        "Multipart" | "Upload" => {
            carries(|content| matches!(content, ir::PartContent::Binary | ir::PartContent::Multipart(..)))
        }
        "NotReached" | "PollEnd" | "PollPolicy" | "Poll" | "PollResult" => {
            has_pages(context) || super::operation::recorded::has_polling(context)
        }
        "ProblemCode" | "ProblemRow" | "RetryClass" | "RowOutcome" => api.problem_codes.is_some(),
        "VerifierError" | "VerifyError" => api.webhooks.is_some(),
        _ => true,
    }
}

/// The parts of the runtime that a contract uses.
#[derive(Debug, Clone, Copy, Serialize)]
#[allow(clippy::struct_excessive_bools, reason = "each is a part of its own")]
pub struct Features {
    /// Signatures by key pairs, a feature of the runtime.
    pub asymmetric: bool,
    /// Bodies that carry an approval.
    pub drafts: bool,
    /// Constraints on requests.
    pub validation: bool,
    /// Signed deliveries.
    pub webhooks: bool,
}

/// Returns true if key pairs sign requests, assertions or deliveries.
fn has_key_pairs(context: &Context<'_>) -> bool {
    let webhooks = context.api.webhooks.as_ref();
    let mut endpoints = context.api.security.iter().filter_map(|scheme| scheme.tokens.as_ref());
    endpoints.any(|endpoint| endpoint.assertion.is_some())
        || super::signing::scheme(context).is_some_and(|signing| signing.rules.key_pair.is_some())
        || webhooks.is_some_and(|webhooks| webhooks.signing.rules.key_pair.is_some())
}

/// Returns the parts of the runtime that the contract uses.
pub(super) fn used_features(context: &Context<'_>) -> Features {
    Features {
        asymmetric: has_key_pairs(context),
        drafts: has_drafts(context),
        validation: rules::RuleTexts::are_some(context),
        webhooks: context.api.webhooks.is_some(),
    }
}

/// Returns the Cargo features of the crate, each with whether it is on by default.
pub(super) fn cargo_features(context: &Context<'_>) -> Vec<(String, bool)> {
    let used = used_features(context);
    let fixed = [
        ("reqwest", true, true),
        ("tls-aws-lc", true, true),
        ("tls-none", false, true),
        ("gzip", false, true),
        ("brotli", false, true),
        ("zstd", false, true),
        ("http2", false, true),
        ("chrono", false, true),
        ("jiff", false, true),
        ("rust-decimal", false, true),
        ("blocking", false, true),
        ("axum", false, used.webhooks),
        ("server", false, context.about.server),
    ];
    let fixed = fixed.into_iter().filter(|(_, _, is_there)| *is_there);
    let groups = context.names.groups().iter().map(|group| (group.feature.clone(), true));
    fixed
        .map(|(name, is_on, _)| (name.to_owned(), is_on))
        .chain(groups)
        .collect()
}

/// Returns true if a list has pages.
pub(super) fn has_pages(context: &Context<'_>) -> bool {
    context.api.operations.iter().any(|one| one.pagination.is_some())
}

/// Returns true if the body of an operation carries an approval.
fn has_drafts(context: &Context<'_>) -> bool {
    let api = context.api;
    api.operations.iter().any(|operation| api.approval(operation).is_some())
}

/// Returns true if an answer is a stream, a file, or available in several media types, of which `download` reads all.
pub(super) fn has_streams(context: &Context<'_>) -> bool {
    let is_read_whole = |body: &ir::ResponseBody| {
        !matches!(
            body.content,
            PartContent::Binary | PartContent::Multipart(..) | PartContent::Items(..)
        )
    };
    let needs = |answer: &&ir::Response| answer.bodies.len() > 1 || !answer.bodies.iter().all(is_read_whole);
    context
        .api
        .operations
        .iter()
        .any(|operation| answer::good(operation).iter().any(needs))
}
