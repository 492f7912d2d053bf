//! Validates schemas and examples of a document, which the later stages use unchanged.
//!
//! In: a document. Out: reports of invalid patterns, values that an `enum` lists twice, `allOf` that contains itself, examples
//! and defaults that contradict their schema, and a contract without operations. Changes nothing.

mod examples;
mod schemas;
mod valid;

use crate::diag::{Code, Diagnostic, Report};
use crate::document::Document;

/// Validates all schemas and examples, and that there are operations.
pub(crate) fn validate(document: &Document, report: &mut Report) {
    schemas::schemas(document, report);
    examples::examples(document, report);
    operations(document, report);
}

// A contract, or a selected part of one, without operations: its crate calls nothing.

/// Reports that there is no operation and no webhook. In a contract with errors this may follow from them.
fn operations(document: &Document, report: &mut Report) {
    let mut items = document.paths.iter().chain(&document.webhooks);
    if report.has_errors() || items.any(|item| !item.operations.is_empty()) {
        return;
    }
    let (message, help) = match document.chosen.as_ref().filter(|chosen| chosen.all > 0) {
        Some(chosen) => (
            format!(
                "the filter `only` selects none of the {} operations, so the crate has no methods",
                chosen.all
            ),
            "select at least one tag, path or operation id of the contract",
        ),
        None => (
            "the contract has no operations, so the crate has no methods, only models".to_owned(),
            "add operations under `paths`, such as `/orders: { get: { .. } }`, or pass the complete contract",
        ),
    };
    let root = document.tree.root();
    let paths = root.and_then(|root| root.get("paths").or_else(|| root.get("openapi")));
    let mut missing = Diagnostic::new(Code::NoOperations, message).help(help);
    if let Some(node) = paths {
        missing = missing.at(node.name_span());
    }
    report.push(missing);
}
