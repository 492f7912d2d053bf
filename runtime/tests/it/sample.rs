//! A generated crate in miniature, written by hand: what generated code looks like, and that it works over a socket.

mod api;
mod client;
mod models;
mod operations;
mod server;
mod webhooks;

mod approvals;
mod connections;
mod failures;
mod foreign;
mod lists;
mod reconnects;
mod requests;
mod retries;
mod settings;
mod shapes;
mod streams;
mod validation;
