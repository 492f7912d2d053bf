//! `lib.rs`: what the crate is, its modules, and what its users name from the runtime.

use proc_macro2::TokenStream;
use quote::quote;

use super::context::Context;
use super::docs::{self, Docs};
use super::file::RustFile;
use super::paths::exports;
use super::tokens::ident;
use crate::ir::{self, ScalarFormat, Shape};

/// Names of the runtime that the crate exports beside its own types.
const REEXPORTED: &[&str] = &[
    "Authorized",
    "Base64",
    "Binary",
    "Body",
    "Budget",
    "Builder",
    "Cause",
    "Clock",
    "ClockSkew",
    "ConfigError",
    "Date",
    "Decimal",
    "DecimalForm",
    "DecodeError",
    "DecodeErrorKind",
    "Download",
    "Draft",
    "DraftError",
    "EncodeError",
    "Endpoint",
    "Error",
    "ErrorKind",
    "EventObject",
    "EventObjectJson",
    "EventText",
    "Events",
    "Extra",
    "Float",
    "IdempotencyKey",
    "Incoming",
    "Integer",
    "Items",
    "JournalUndecided",
    "JsonValue",
    "KeyError",
    "Lines",
    "Map",
    "Maybe",
    "Money",
    "MoneyError",
    "Multipart",
    "NonceError",
    "NonceSource",
    "Number",
    "Object",
    "Outcome",
    "Pages",
    "PayloadInputs",
    "Policy",
    "Poll",
    "PollPolicy",
    "PollResult",
    "Problem",
    "ProblemCode",
    "ProblemRow",
    "Raw",
    "RefreshKey",
    "Refusal",
    "Resend",
    "Response",
    "RetryClass",
    "RowOutcome",
    "Secret",
    "SendError",
    "SendFuture",
    "SignatureReport",
    "SleepFuture",
    "Text",
    "Timestamp",
    "Transport",
    "Upload",
    "ValueError",
    "VerifierError",
    "VerifyError",
    "Violation",
    "Violations",
    "http",
    "metrics",
    "secret",
    "testing",
];

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
    let of_use = |name: &&str| !context.is_model(name) && is_of_use(context, name);
    let runtime = exports(REEXPORTED.iter().copied().filter(of_use));
    let (transport, blocking) = (exports(["ReqwestTransport"]), exports(["blocking"]));
    let named = || {
        context
            .api
            .types()
            .map(|(id, _)| id)
            .filter(|id| context.names.ty(*id).is_some())
    };
    // Where every model belongs to a group, there may be none.
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
    let envelope = context.api.webhooks.as_ref().map(|webhooks| &webhooks.envelope);
    let names_resources = envelope.is_some_and(|envelope| envelope.resource.is_some());
    let deliveries = super::webhooks::NAMES
        .iter()
        .filter(|name| !context.is_model(name))
        .filter(|name| **name != "ResourceRef" || names_resources)
        .map(|name| ident(name));
    let of_webhooks = context
        .api
        .webhooks
        .is_some()
        .then(|| quote!(pub use webhooks::{#(#deliveries),*};));
    let items = vec![
        foreign.then(of_foreign_names).unwrap_or_default(),
        quote!(
            pub mod api;
        ),
        quote!(#auth),
        quote!(
            pub mod client;
        ),
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
        quote!(#of_webhooks),
        quote!(#(#runtime)*),
        quote!(
            #[cfg(feature = "reqwest")]
            #(#transport)*
        ),
        quote!(
            #[cfg(feature = "blocking")]
            #(#blocking)*
        ),
    ];
    RustFile {
        path: "src/lib.rs".into(),
        docs: docs.lines().to_vec(),
        items,
    }
}

/// Returns `false` for a name of the runtime that nothing in this crate takes or gives.
fn is_of_use(context: &Context<'_>, name: &str) -> bool {
    let api = context.api;
    let carries = |is: fn(&ir::PartContent) -> bool| api.operations.iter().any(|one| one.contents().any(is));
    match name {
        "Authorized" | "Draft" | "DraftError" | "PayloadInputs" => {
            api.operations.iter().any(|operation| api.approval(operation).is_some())
        }
        "ClockSkew" | "SignatureReport" => super::api::scheme(context).is_some(),
        "IdempotencyKey" | "KeyError" | "RefreshKey" => api.idempotency.is_some(),
        "Money" | "MoneyError" => api.types().any(|(_, ty)| {
            matches!(
                ty.shape,
                Shape::Scalar(ScalarFormat::Decimal, _) | Shape::Newtype(ScalarFormat::Decimal, _)
            )
        }),
        "Events" | "EventText" | "EventObject" | "EventObjectJson" | "Lines" => {
            carries(|content| matches!(content, ir::PartContent::Items(..)))
        }
        "Multipart" | "Upload" => {
            carries(|content| matches!(content, ir::PartContent::Binary | ir::PartContent::Multipart(..)))
        }
        "PollPolicy" | "Poll" | "PollResult" => super::operation::poll::is_any(context),
        "ProblemCode" | "ProblemRow" | "RetryClass" | "RowOutcome" => api.problem_codes.is_some(),
        "VerifierError" | "VerifyError" => api.webhooks.is_some(),
        _ => true,
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
