//! Both generated crates over real HTTP: every operation, signature, problem code and outcome, and no secret in any output.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a failed test may panic and print"
)]

mod blocking;
mod bytes;
mod contract;
mod leaks;
mod operations;
mod outcomes;
mod parcels;
mod partner;
mod raw;
mod second_operations;
mod suite;
mod vectors;
