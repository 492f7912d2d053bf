//! The repository's command: `cargo xtask generate`.
//!
//! The only part of the toolchain with hands: it reads contracts and templates, calls `sdkwright-codegen`, and writes what
//! comes out or shows how it differs. It decides nothing about what the output looks like.

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

/// Syntax is small pieces by the million: the system's allocator would take a third of a run.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How a run ended; each has an exit code of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    Done = 0,
    OutOfDate = 1,
    Usage = 2,
    Refused = 3,
    FileSystem = 4,
}

/// Why a run ended before its end, and how.
#[derive(Debug)]
struct Fault(Ended, anyhow::Error);

fn main() -> ExitCode {
    let arguments = match <arguments::Arguments as clap::Parser>::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // `--help` and `--version` come this way too; clap knows which stream and which code.
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
