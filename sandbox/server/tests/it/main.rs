//! Integration tests of the local sandbox, one module per topic.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test that cannot continue fails, or prints why it did not run"
)]

mod admission;
mod balances;
mod behaviour;
mod by_hand;
mod console;
mod declared_keys;
mod events;
mod hostile;
mod identity;
mod independence;
mod intermediaries;
mod mistakes;
mod models;
mod money;
mod named_by_paths;
mod overlays;
mod own;
mod parameters;
mod payments;
mod plain;
mod responses;
mod scenarios;
mod schema_rules;
#[path = "../support/mod.rs"]
mod support;
mod time;
mod truth;
mod webhooks;
