//! The repository's commands: those of `sdkwright`, such as `cargo xtask generate`.

use std::process::ExitCode;

/// Syntax trees are millions of small allocations: with the system's allocator they would take a third of a run.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    sdkwright::Program::new("cargo xtask")
        .folder(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .run(std::env::args_os().skip(1))
}
