//! The verdict on conduct: what a running program does differently after a change of our words.
//!
//! In: two sealed APIs, and their contracts for the words that the server alone follows. Out: a finding for each word with another value: its place in both, old and new value, the risk,
//! and one sentence for an engineer on call. Every word of an extension is compared: a new field of one does not compile
//! until it is named here.

mod api;
mod book;
mod idempotency;
mod join;
mod lifecycle;
mod members;
mod operation;
mod pages;
mod problems;
mod rules;
mod settings;
mod signing;
mod steps;
mod webhooks;

use sdkwright_contract::ir::Api;

use crate::contract::Contract;
use book::{Book, Found};
pub(crate) use join::join;

/// Compares the words of two APIs. The findings stand in the order of the contract's sections, the dangerous ones first.
pub(crate) fn conduct(base: &Api, revision: &Api, contracts: [&Contract<'_>; 2]) -> Vec<Found> {
    let mut book = Book::new(base, revision);
    signing::compare(&mut book, contracts);
    idempotency::compare(&mut book);
    operation::compare(&mut book);
    problems::compare(&mut book);
    lifecycle::compare(&mut book);
    steps::compare(&mut book, contracts);
    members::compare(&mut book);
    webhooks::compare(&mut book);
    settings::compare(&mut book, contracts);
    rules::compare(&mut book, contracts);
    book.found()
}
