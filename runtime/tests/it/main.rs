//! Integration tests of the runtime over its HTTP client, one module per topic. `memory` is a program apart for its allocator.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue fails")]

mod oauth;
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    unused_imports,
    clippy::must_use_candidate,
    clippy::return_self_not_must_use,
    clippy::struct_field_names,
    clippy::wildcard_imports,
    reason = "a generated crate is public; this one is a test"
)]
mod sample;
mod security;
mod signing_secret;
