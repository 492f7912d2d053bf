//! What can be said on the command line.

use std::path::PathBuf;

/// Commands of this repository.
#[derive(Debug, clap::Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

/// What to do.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Verb {
    /// Turn contracts into crates.
    Generate(Generate),
}

/// Turn contracts into crates.
///
/// Without `--contract`, every contract of openapi/contracts.yaml is generated into its folder.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER)]
pub(crate) struct Generate {
    /// Write nothing; show what would change as a unified diff and exit 1 if anything would.
    #[arg(long)]
    pub(crate) check: bool,
    /// Generate a crate of its own from this OpenAPI 3.0 or 3.1 file (YAML or JSON).
    #[arg(long, value_name = "FILE", requires = "out")]
    pub(crate) contract: Option<PathBuf>,
    /// The folder of that crate; made if it does not exist.
    #[arg(long, value_name = "DIR", requires = "contract")]
    pub(crate) out: Option<PathBuf>,
    /// The name of that crate (default: from the contract's title).
    #[arg(long, value_name = "NAME", requires = "contract")]
    pub(crate) package: Option<String>,
    /// Where that crate finds sdk-runtime (default: this repository's).
    #[arg(long, value_name = "PATH", requires = "contract")]
    pub(crate) runtime: Option<PathBuf>,
    /// The folder with openapi/ and templates/ (default: this repository).
    #[arg(long, value_name = "DIR", hide = true)]
    pub(crate) root: Option<PathBuf>,
}

const AFTER: &str = "\
Examples:
  cargo xtask generate
      Write the crate of every contract in openapi/contracts.yaml.
  cargo xtask generate --check
      Show what is out of date, write nothing (for CI).
  cargo xtask generate --contract petstore.yaml --out ../petstore-sdk --package petstore
      Make a crate that stands alone.

Exit codes:
  0  done, or nothing is out of date
  1  --check: something is out of date
  2  the command line is wrong
  3  a contract was refused; the reasons are on stderr
  4  a file could not be read or written, or a file in the way is not ours

NO_COLOR=1 switches colours off; they are used on a terminal only.";
