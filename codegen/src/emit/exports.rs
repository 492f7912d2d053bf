//! Names of the runtime that a crate exports: everyday names at the root, all of them in modules by subject.
//!
//! A crate exports only names that something in it takes or gives. An everyday name that a model has stands in its module alone.

use proc_macro2::TokenStream;
use quote::quote;
use sdkwright_contract::ir;
use sdkwright_contract::ir::{PartContent, ScalarFormat, Shape};
use serde::Serialize;

use super::context::Context;
use super::operation::answer;
use super::tokens::ident;
use super::{docs, paths, rules};
use crate::runtime::words;

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
pub(super) fn everyday(context: &Context<'_>) -> Vec<TokenStream> {
    let names = EVERYDAY.iter().copied();
    paths::exports(names.filter(|name| !context.is_model(name) && is_of_use(context, name)))
}

/// Returns the modules of exports.
pub(super) fn groups(context: &Context<'_>) -> Vec<TokenStream> {
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
pub(super) fn modules(context: &Context<'_>) -> Vec<TokenStream> {
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
pub(super) fn path(context: &Context<'_>, name: &str) -> Option<TokenStream> {
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
            has_pages(context) || super::operation::poll::is_any(context)
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

/// Returns the parts that the contract uses.
pub(super) fn used(context: &Context<'_>) -> Features {
    Features {
        asymmetric: has_key_pairs(context),
        drafts: has_drafts(context),
        validation: rules::RuleTexts::are_some(context),
        webhooks: context.api.webhooks.is_some(),
    }
}

/// Returns the Cargo features of the crate, each with whether it is on by default.
pub(super) fn of_crate(context: &Context<'_>) -> Vec<(String, bool)> {
    let used = used(context);
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
pub(super) fn has_drafts(context: &Context<'_>) -> bool {
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
