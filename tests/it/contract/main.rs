//! The contract of the Partner API: documented facts, wording, lifecycles, and the calls that it makes possible.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a failed test may panic and print"
)]

mod conditions;
mod examples;
mod facts;
mod lifecycles;
mod reads;
mod references;
mod scenarios;
mod story;
mod voice;
