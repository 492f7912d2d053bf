//! The command that makes Rust SDKs from OpenAPI contracts, as a library: for the program `sdkwright`, for an `xtask`
//! and for build scripts.
//!
//! In: the arguments of a command line, and files. Out: files or differences, and an exit code. The only part of the
//! toolchain with input and output: it calls `sdkwright-codegen`, and decides nothing about the output.
//!
//! ```no_run
//! fn main() -> std::process::ExitCode {
//!     sdkwright::Program::new("cargo xtask").run(std::env::args_os().skip(1))
//! }
//! ```

mod arguments;
mod checked;
pub mod comparison;
mod diff;
mod disk;
mod drift;
mod explain;
mod folder;
mod generate;
mod git;
mod init;
mod input;
mod jobs;
mod kept;
mod lint;
pub mod named_version;
mod new_overlay;
mod overlay;
mod place;
mod program;
mod release;
mod report;
mod settings;
pub mod surface;
mod terminal;

pub use program::{Program, build};
