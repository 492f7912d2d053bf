//! The command line of `cargo xtask test`; its doc comments are the text of `--help`.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

/// Runs the tests of this repository: what `cargo test --workspace` runs, with the programs side by side.
///
/// The output of each program is kept in target/debug/suite/output; that of a program that fails is printed.
#[derive(Debug, clap::Parser)]
#[command(name = "test", bin_name = "cargo xtask test", after_help = AFTER)]
pub(super) struct Arguments {
    /// Only these programs: by target, such as `wire`, or by package and target, such as `sdkwright-sandbox/store`.
    pub(super) names: Vec<String>,
    /// Only what one needs while writing: unit tests, rejections, walls between rooms, facts, the wire, the journal.
    #[arg(long)]
    pub(super) quick: bool,
    /// Only programs that took less than this the last time.
    #[arg(long, value_name = "SECONDS")]
    pub(super) under: Option<f64>,
    /// The number of programs at the same time (default: the number of cores).
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// The number of tests at the same time in each program (default: the number of cores).
    #[arg(long, value_name = "N")]
    pub(super) threads: Option<NonZeroUsize>,
    /// Runs each program so many times.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(super) times: usize,
    /// Ends a program that runs for longer, and counts it as failed.
    #[arg(long, value_name = "SECONDS", default_value_t = 1200)]
    limit: u64,
    /// The workspace, by its `Cargo.toml` (default: this repository).
    #[arg(long, value_name = "FILE", default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"), hide_default_value = true)]
    pub(super) manifest_path: PathBuf,
    /// Arguments of each program: words that names of tests contain, or options such as `--nocapture`.
    #[arg(last = true)]
    pub(super) rest: Vec<String>,
}

impl Arguments {
    /// Returns the number of programs at the same time.
    pub(super) fn jobs(&self) -> usize {
        let cores = || std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        self.jobs.map_or_else(cores, NonZeroUsize::get)
    }

    /// Returns the longest time that a program may take.
    pub(super) fn limit(&self) -> Duration {
        Duration::from_secs(self.limit)
    }

    /// Returns `true` if a program was asked for, given its name and the seconds it took the last time.
    pub(super) fn takes(&self, name: &str, seconds: Option<f64>) -> bool {
        let is_named = |wanted: &String| wanted == name || name.rsplit('/').next() == Some(wanted);
        let is_short = |under| seconds.is_some_and(|seconds| seconds < under);
        (self.names.is_empty() || self.names.iter().any(is_named)) && self.under.is_none_or(is_short)
    }
}

const AFTER: &str = "\
Examples:
  cargo xtask test
      Everything.
  cargo xtask test --quick
      What one needs while writing (also: cargo quick).
  cargo xtask test store wire -- reads
      The tests of two programs whose names contain `reads`.
  cargo xtask test --times 10 --threads 16 --under 3
      The short programs ten times, to find tests that depend on what runs beside them.

Exit codes:
  0  every test passed
  1  a test or a program failed, or nothing could be run
  2  the command line is wrong
  as cargo's  it does not compile";
