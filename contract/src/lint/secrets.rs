//! Secrets that no mark hides.

use std::collections::BTreeSet;

use super::{
    context::{Context, Field},
    finding::LintFinding,
};
use crate::{
    diag::Code,
    ir::{ScalarFormat, Shape},
};

/// Ends of the names of secrets and of numbers that identify a person or an account.
const ENDS: &[&[&str]] = &[
    &["password"],
    &["passphrase"],
    &["passcode"],
    &["secret"],
    &["cvv"],
    &["cvc"],
    &["ssn"],
    &["iban"],
    &["access", "token"],
    &["refresh", "token"],
    &["api", "key"],
    &["private", "key"],
    &["card", "number"],
];

/// Reports texts with the name of a secret that are not sensitive.
pub(super) fn unmarked(context: &Context<'_>) -> Vec<LintFinding> {
    let is_secret = |field: &&Field<'_>| {
        let words: Vec<&str> = field.words.iter().map(String::as_str).collect();
        let shape = context.shape(field.ty);
        let is_text = matches!(
            shape,
            Shape::Scalar(ScalarFormat::Text, _) | Shape::Newtype(ScalarFormat::Text, _)
        );
        is_text && !field.sensitive && ENDS.iter().any(|end| words.ends_with(end))
    };
    let mut seen = BTreeSet::new();
    let found = context.fields.iter().filter(is_secret);
    let found = found.filter(|field| seen.insert(field.origin.span));
    found
        .map(|field| {
            let message = format!("`{}` is not `x-sensitive`", field.name);
            let reason = "`Debug`, logs and the journal show its value";
            let fix = "add `x-sensitive: true`, or `format: password`";
            LintFinding::new(Code::UnmarkedSecret, field.origin, message, reason, fix)
        })
        .collect()
}
