//! The bank of the examples, paid by the generated client over a socket, and requests that no client sends.

#![allow(
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test that cannot continue fails, and the bank prints its faults"
)]

#[path = "../../../examples/bank/bank.rs"]
mod bank;
mod client;
mod deliveries;
mod fakes;
mod faults;
mod foreign;
mod keys;
mod layers;
#[path = "../../../examples/bank/operations.rs"]
mod operations;
mod parameters;
#[path = "../../../world/tests/it/payer.rs"]
#[allow(dead_code, reason = "the tests of the world use the rest")]
mod payer;
mod requests;
mod sent;
mod served;
mod signatures;
#[path = "../../../examples/bank/steps.rs"]
mod steps;
mod transactions;
mod work;
mod world;
mod written;

/// The client of the tests.
const CLIENT: &str = "test-client";
/// Its secret.
const SECRET: &str = "sentinel9f2-secret-of-the-bank";
