//! The files of this repository: modules and their layers, manifests, sizes, and the pages that people read.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::too_many_lines,
    reason = "a failed test may panic and print, and a test is a list of steps"
)]

mod crates;
mod guides;
mod layers;
mod manifests;
mod readme;
mod signatures;
mod size;
