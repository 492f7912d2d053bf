//! Integration tests of the codec, one module per topic.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot continue fails")]

mod amounts;
mod canonical;
mod canonical_suite;
mod document;
mod errors;
mod laws;
mod models;
mod serde;
mod suite;
mod unions;
mod value_texts;
