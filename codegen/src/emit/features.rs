//! Features of the runtime: the parts of it that a contract uses, which its crate turns on, and no more.

use serde::Serialize;

use super::context::Context;
use super::operation::answer;
use super::{auth, rules};
use sdkwright_contract::ir::{self, PartContent};

/// The features that a contract uses.
#[derive(Debug, Clone, Copy, Serialize)]
#[allow(clippy::struct_excessive_bools, reason = "each is a feature of its own")]
pub struct Features {
    /// Security schemes with a credential that the caller passes.
    pub credentials: bool,
    /// Bodies that carry an approval.
    pub drafts: bool,
    /// Answers that are read as they arrive.
    pub streams: bool,
    /// Constraints on requests.
    pub validation: bool,
    /// Signed deliveries.
    pub webhooks: bool,
}

impl Features {
    /// Returns the features without which the generated code does not compile.
    pub(crate) fn needed(self) -> Vec<&'static str> {
        let all = [
            ("credentials", self.credentials),
            ("drafts", self.drafts),
            ("streams", self.streams),
        ];
        all.into_iter()
            .filter_map(|(name, is_used)| is_used.then_some(name))
            .collect()
    }
}

/// Returns the features that the contract uses.
pub(super) fn used(context: &Context<'_>) -> Features {
    Features {
        credentials: auth::is_needed(context),
        drafts: has_drafts(context),
        streams: has_streams(context),
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
        ("validation", true, used.validation),
        ("streams", false, !used.streams),
        ("chrono", false, true),
        ("jiff", false, true),
        ("rust-decimal", false, true),
        ("blocking", false, true),
        ("axum", false, used.webhooks),
    ];
    let fixed = fixed.into_iter().filter(|(_, _, is_there)| *is_there);
    let groups = context.names.groups().iter().map(|group| (group.feature.clone(), true));
    fixed
        .map(|(name, is_on, _)| (name.to_owned(), is_on))
        .chain(groups)
        .collect()
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
