//! The files of this repository: modules and their layers, manifests, sizes, and the pages that people read.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a failed test may panic and print"
)]

mod crates;
mod guides;
mod layers;
mod manifests;
mod readme;
mod size;
