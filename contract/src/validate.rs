//! Validates schemas and examples of a document, which the later stages use unchanged.
//!
//! In: a document. Out: reports of invalid patterns, values that an `enum` lists twice, `allOf` that contains itself, examples
//! and defaults that contradict their schema, and a contract without operations. Changes nothing.

mod examples;
mod explain;
mod operations;
mod schemas;
mod valid;

use crate::{diag::Report, document::Document};

/// Validates all schemas and examples, and that there are operations.
pub(crate) fn validate(document: &Document, report: &mut Report) {
    schemas::schemas(document, report);
    examples::examples(document, report);
    operations::operations(document, report);
}
