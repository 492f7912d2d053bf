//! Both generated crates over real HTTP: every operation, signature, problem code and outcome, and no secret in any output.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::too_many_lines,
    reason = "a failed test may panic and print, and a test is a list of steps"
)]

mod agreement;
#[path = "../../../examples/bank/bank.rs"]
mod bank;
#[path = "../../../examples/bank/operations.rs"]
mod bank_operations;
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
mod served;
#[path = "../../../examples/bank/steps.rs"]
mod steps;
mod strays;
mod suite;
mod vectors;
