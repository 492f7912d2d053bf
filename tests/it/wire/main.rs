//! Both generated crates over real HTTP: every operation, signature, problem code and outcome, and no secret in any output.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::too_many_lines,
    reason = "a failed test may panic and print, and a test is a list of steps"
)]

mod agreement;
mod blocking;
mod bytes;
mod contract;
mod leaks;
mod operations;
mod outcomes;
mod parcels;
mod partner;
mod processes;
mod raw;
mod reference;
mod second_operations;
mod strays;
mod suite;
mod vectors;
