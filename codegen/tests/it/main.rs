//! Integration tests of the stages up to the names, one module per topic.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that cannot continue fails, and the public suites print their totals"
)]

mod deliveries;
mod multiplied;
mod partner_api;
