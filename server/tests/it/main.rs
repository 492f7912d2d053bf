//! The bank of the examples, paid by the generated client over a socket, and requests that no client sends.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue fails")]

#[path = "../../../examples/bank/bank.rs"]
mod bank;
mod client;
mod keys;
mod requests;
mod sent;
mod transactions;

/// The client of the tests.
const CLIENT: &str = "test-client";
/// Its secret.
const SECRET: &str = "sentinel9f2-secret-of-the-bank";
