//! The repository's command: `cargo xtask generate`.
//!
//! The only part of the toolchain with input and output: reads contracts and templates, calls `sdkwright-codegen`, and
//! writes its output or prints the differences. Decides nothing about the output.

mod apply;
mod arguments;
mod check;
mod contracts;
mod disk;
mod generate;
mod jobs;
mod overlay;
mod progress;
mod report;
mod settings;
mod terminal;
mod timings;

use std::process::ExitCode;

/// Syntax trees are millions of small allocations: with the system's allocator they would take a third of a run.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// End of a run; each has its own exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    Done = 0,
    OutOfDate = 1,
    Usage = 2,
    Refused = 3,
    FileSystem = 4,
}

/// Error of a run, and its exit code.
#[derive(Debug)]
struct Fault(Ended, anyhow::Error);

fn main() -> ExitCode {
    let arguments = match <arguments::Arguments as clap::Parser>::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // `--help` and `--version` come this way too; clap chooses stream and exit code.
            let _ = error.print();
            return if error.use_stderr() {
                code(Ended::Usage)
            } else {
                code(Ended::Done)
            };
        }
    };
    code(match arguments.verb {
        arguments::Verb::Generate(generate) => generate::run(&generate),
        arguments::Verb::Overlay(overlay) => overlay::run(&overlay),
    })
}

fn code(ended: Ended) -> ExitCode {
    ExitCode::from(ended as u8)
}
