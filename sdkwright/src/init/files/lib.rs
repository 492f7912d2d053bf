//! The SDK: all of it is in `generated/`, which the build script writes.

#[path = "../generated/src/lib.rs"]
#[allow(clippy::all, clippy::pedantic)]
mod generated;

pub use generated::*;
