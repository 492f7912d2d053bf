//! Lints: what is legal in a contract and costs the users of a payment API money, time or data.
//!
//! In: a document and its sealed API. Out: a report of findings, each with its place, the reason and the correction. A
//! rule that nothing in a contract follows is one finding, not one for each place. Findings that the owner of the contract
//! allows, with a reason, are left out; an allowance that meets no finding is reported. Changes nothing.

mod codes;
mod context;
mod examples;
mod operations;
mod sensitive_text;
mod values;

use crate::diag::Report;
use crate::document::Document;
use crate::ir::Api;
use context::{Context, LintFinding};

pub use context::Allowed;

/// All rules, in the order of their codes.
const RULES: &[fn(&Context<'_>) -> Vec<LintFinding>] = &[
    values::amounts_as_numbers,
    values::without_currency,
    values::plain_ids,
    operations::without_key,
    codes::without_rows,
    operations::unpaged_lists,
    codes::closed,
    sensitive_text::shown,
    examples::disagreeing,
    values::without_zone,
    values::without_limits,
    operations::unsigned_actions,
    sensitive_text::unmarked_secrets,
];

/// Runs all rules. The report of the reading gives the levels, the files and the examples that contradict their schema.
pub(crate) fn lint(document: &Document, api: &Api, allowed: &[Allowed], reading: &Report) -> Report {
    let context = Context::new(document, api);
    let found = RULES.iter().flat_map(|rule| rule(&context));
    let found = found.chain(examples::contradicting(document, reading)).collect();
    context::report(found, allowed, reading)
}
