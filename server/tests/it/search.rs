//! Searches the payout of the guide as `world/tests/it/search.rs`, with the bank in place of the simulated server: `one`, `flow` or `versions`.

#![allow(
    clippy::print_stderr,
    clippy::unwrap_used,
    dead_code,
    reason = "it is a command, and other tests use the rest of these modules"
)]

#[path = "../../../examples/bank/bank.rs"]
mod bank;
#[path = "../../../examples/bank/operations.rs"]
mod operations;
#[path = "../../../world/tests/it/search.rs"]
mod payout;
mod served;
#[path = "../../../examples/bank/steps.rs"]
mod steps;

fn main() -> std::process::ExitCode {
    payout::run(&payout::payer::check().server(served::bank))
}
