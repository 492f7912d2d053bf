//! Commands of this repository: `cargo xtask generate` writes the SDK, `cargo xtask generate --check` compares it with
//! its contract, `cargo xtask --help` has the rest.

use std::ffi::OsString;
use std::process::ExitCode;

/// The repository: the folder above this package.
const REPOSITORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    match arguments.first().and_then(|word| word.to_str()) {
        // Commands of your own come first.
        Some("greet") => greet(),
        // All others are those of sdkwright.
        _ => sdkwright::Program::new("cargo xtask")
            .folder(REPOSITORY)
            .run(arguments),
    }
}

/// Shows the form of a command of your own: `cargo xtask greet`.
fn greet() -> ExitCode {
    println!("hello from {REPOSITORY}");
    ExitCode::SUCCESS
}
