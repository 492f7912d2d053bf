//! Arguments of `release`; their doc comments are the text of `--help`.

use std::path::PathBuf;

/// Raise the version of each crate according to the changes of its contract since the last release, and write the
/// changelog.
///
/// The contracts of releases are in the folder `history` next to contracts.yaml, with their overlays applied. `release`
/// writes the version in contracts.yaml, an entry at the top of CHANGELOG.md in the folder of the crate, and the
/// contract of the release. Run `generate` after it. `{program} explain changes` describes how the step is chosen.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER)]
pub(crate) struct Release {
    /// The package (default: all of contracts.yaml).
    pub(crate) package: Option<String>,
    /// Write nothing. Show the step, the version and the changelog entry.
    #[arg(long, conflicts_with = "check")]
    pub(crate) plan: bool,
    /// Write nothing. Exit with 1 if a contract changed more than its version allows (for CI).
    #[arg(long)]
    pub(crate) check: bool,
    /// File of accepted removals before their sunset, each with its reason (as for `diff --accepted`).
    #[arg(long, value_name = "FILE")]
    pub(crate) accepted: Option<PathBuf>,
    /// The list of contracts (default: as of `generate`).
    #[arg(long, value_name = "FILE")]
    pub(crate) contracts: Option<PathBuf>,
}

const AFTER: &str = "\
Examples:
  {program} release --plan
  {program} release --check
  {program} release petstore

Exit codes:
  0  done, or the versions are high enough
  1  --check: a version was not raised as far as its contract changed; or something is removed before its sunset
     (`x-sunset`), and nothing was written
  2  the command line or contracts.yaml is wrong, there is none, or a version is lower than the last release
  3  a contract was refused; the reasons are on stderr, and nothing was written
  4  a file could not be read or written";
