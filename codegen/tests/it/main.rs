//! Integration tests of the generator's reader and of its stages up to the names, one module per topic.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that cannot continue fails, and the public suites print their totals"
)]

mod corpus;
mod jsonpath_suite;
mod multiplied;
mod partner_api;
