//! Integration tests of the journal, one module per topic.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test that cannot continue fails, and a receiver prints what it accepts"
)]

mod calls;
mod changed;
mod command;
mod flows;
mod inbox;
mod intents;
#[cfg(unix)]
mod postgres;
mod resent;
mod sqlite;
mod stores;
