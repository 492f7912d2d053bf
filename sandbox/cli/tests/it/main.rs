//! Tests of the command as users run it, and of the applications that it certifies. `kills` is a program apart.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue fails")]

mod certify;
mod command;
#[path = "../../../server/tests/support/mod.rs"]
#[allow(dead_code, reason = "the tests of the server use the other parts")]
mod support;
