//! Compares two versions of an OpenAPI contract and judges each change: on the wire, in the generated crate, and in
//! what a running program does.
//!
//! In: two contracts that codegen has read. Out: a [`Comparison`]. Pure: no file, clock, environment or process.

mod comparison;
pub mod surface;
mod verdict;

pub use comparison::{Change, Comparison, Place};
pub use verdict::{Conduct, ConductRisk, Rust, RustKind, Verdicts, Wire, WireBreak};
