//! Benchmarks. `cargo bench -p sdkwright-benches` prints each figure beside the one it is to be compared with.
//!
//! Here is what the programs share: an account and answers, a scripted server, the client that one would write by hand, and
//! one request and one delivery to be signed and verified.

#[path = "runtime/deliveries.rs"]
pub mod deliveries;
#[path = "runtime/fixture.rs"]
pub mod fixture;
#[path = "runtime/handwritten.rs"]
pub mod handwritten;
#[path = "runtime/server.rs"]
pub mod server;
#[path = "runtime/signatures.rs"]
pub mod signatures;
