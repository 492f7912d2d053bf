//! The repository's commands: those of `sdkwright`, such as `cargo xtask generate`, and `cargo xtask test`.

mod suite;

use std::ffi::OsString;
use std::process::ExitCode;

/// Syntax trees are millions of small allocations: with the system's allocator they would take a third of a run.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    match arguments.first().and_then(|verb| verb.to_str()) {
        Some("test") => suite::test(arguments),
        Some(suite::RECORD) => suite::record(&arguments),
        _ => sdkwright::Program::new("cargo xtask")
            .folder(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
            .also("Tests of this repository: cargo xtask test --help")
            .run(arguments),
    }
}
