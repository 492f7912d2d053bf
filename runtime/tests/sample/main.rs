//! A generated crate in miniature, written by hand: what generated code looks like, and that it works over a socket.

#![allow(
    missing_docs,
    unreachable_pub,
    clippy::must_use_candidate,
    clippy::return_self_not_must_use
)]
#![allow(clippy::struct_field_names, clippy::wildcard_imports)]
#![allow(clippy::unwrap_used)] // the functions that tests share
#![allow(dead_code, unused_imports)] // a generated crate is public; this one is a test

mod api;
mod client;
mod models;
mod operations;
mod server;
mod webhooks;

mod approvals;
mod failures;
mod foreign;
mod requests;
mod retries;
mod settings;
mod shapes;
mod streams;
