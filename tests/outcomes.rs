//! Outcome and retry of a failure: the whole product of histories and last attempts as a
//! table over pure functions, the same over real HTTP, and what further attempts look like on the wire.

#![allow(missing_docs, unreachable_pub, missing_debug_implementations)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

#[path = "wire/attempts.rs"]
mod attempts;
#[path = "wire/contract.rs"]
mod contract;
#[path = "wire/expected.rs"]
mod expected;
#[path = "wire/failures.rs"]
mod failures;
#[path = "wire/raw.rs"]
mod raw;
#[path = "wire/table.rs"]
mod table;
