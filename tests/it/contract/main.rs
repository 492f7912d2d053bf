//! The contract of the Partner API: documented facts, wording, lifecycles, and the calls that it makes possible.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::too_many_lines,
    reason = "a failed test may panic and print, and a test is a list of steps"
)]

mod conditions;
mod examples;
mod facts;
mod fits;
mod lifecycles;
mod reads;
mod references;
mod scenarios;
mod story;
mod voice;
