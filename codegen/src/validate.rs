//! Validates schemas and examples of a document, which the later stages read as they stand.
//!
//! In: a document. Out: reports of patterns that are no regular expressions, values that an `enum` has twice, `allOf`
//! that contains itself, and examples and defaults that contradict their schema. Changes nothing.

mod examples;
mod explain;
mod schemas;
mod valid;

use crate::{contract::Document, diag::Report};

/// Validates all schemas and examples.
pub(crate) fn validate(document: &Document, report: &mut Report) {
    schemas::schemas(document, report);
    examples::examples(document, report);
}
