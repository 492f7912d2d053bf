//! Arguments of the command line; their doc comments are the text of `--help`. `{program}` stands for the name of the
//! program in it.

use std::path::PathBuf;

use sdkwright_codegen::package::Runtime;

use clap::CommandFactory as _;

mod diff;
mod lint;
mod release;
mod start;

pub(crate) use diff::{Break, Diff, Form};
pub(crate) use lint::Lint;
pub(crate) use release::Release;
pub(crate) use start::{Completions, Explain, Init, NewOverlay, Source, Way};

/// Makes Rust SDKs from OpenAPI contracts.
#[derive(Debug, clap::Parser)]
#[command(version, arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

/// Returns the command line of a program of this name.
pub(crate) fn command(program: &'static str) -> clap::Command {
    // `bin_name` names subcommands as well; `name` is what `--version` prints.
    named(Arguments::command(), program).name(program).bin_name(program)
}

/// Writes the name of the program into the examples of a command and of all below it.
fn named(command: clap::Command, program: &str) -> clap::Command {
    let after = command.get_after_help().map(ToString::to_string);
    let command = match after {
        Some(text) => command.after_help(text.replace("{program}", program)),
        None => command,
    };
    let below: Vec<String> = command
        .get_subcommands()
        .map(|below| below.get_name().to_owned())
        .collect();
    below.into_iter().fold(command, |command, name| {
        command.mut_subcommand(name, |below| named(below, program))
    })
}

/// The action.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Verb {
    /// Generate crates from contracts.
    Generate(Generate),
    /// Compare two versions of a contract: what changed, and whom it breaks.
    Diff(Diff),
    /// Find what is legal in a contract and costs the users of a payment API money, time or data.
    Lint(Lint),
    /// Raise the version of each crate by what changed in its contract, and write the changelog.
    Release(Release),
    /// Apply overlays to a contract, or move our extensions of a contract into an overlay.
    #[command(subcommand)]
    Overlay(Overlay),
    /// Write an overlay with an action for each operation of a contract, to be filled in.
    NewOverlay(NewOverlay),
    /// Set a repository up: contracts.yaml, a way to run the command, and a CI step.
    Init(Init),
    /// Print the page about a diagnostic, such as C0302.
    Explain(Explain),
    /// Print the completions of a shell.
    Completions(Completions),
}

/// Apply overlays to a contract, or move our extensions of a contract into an overlay. See docs/generate/overlays.md.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Overlay {
    /// Write a contract without our extensions (docs/generate/extensions), and an overlay that adds them again.
    ///
    /// Comments and anchors are not kept. Either both files are written or none. An existing file with other
    /// content is not overwritten.
    Split(Split),
    /// Write the contract with the overlays applied, in YAML.
    ///
    /// Comments and anchors are not kept. The file of `--out` is overwritten, unless the contract or an overlay is refused.
    Apply(Apply),
}

/// Write a contract without our extensions (docs/generate/extensions), and an overlay that adds them again.
#[derive(Debug, clap::Args)]
#[command(after_help = ENDS)]
pub(crate) struct Split {
    /// The contract.
    pub(crate) contract: PathBuf,
    /// Output file of the contract without our extensions.
    #[arg(long, value_name = "FILE")]
    pub(crate) plain: PathBuf,
    /// Output file of the overlay.
    #[arg(long, value_name = "FILE")]
    pub(crate) overlay: PathBuf,
}

/// Write the contract with the overlays applied, in YAML.
#[derive(Debug, clap::Args)]
#[command(after_help = ENDS)]
pub(crate) struct Apply {
    /// The contract.
    pub(crate) contract: PathBuf,
    /// An overlay; repeatable, in order.
    #[arg(long, value_name = "FILE", required = true)]
    pub(crate) overlay: Vec<PathBuf>,
    /// Output file (default: standard output).
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Treat a target that selects nothing as an error, as the strict mode does; without it, that is a warning.
    #[arg(long)]
    pub(crate) strict: bool,
}

const ENDS: &str = "\
Exit codes:
  0  done
  2  the command line is wrong, or there is nothing to split
  3  the contract or an overlay was refused; the reasons are on stderr, and nothing was written
  4  a file could not be read or written, or exists with other content; nothing was written";

/// Generate crates from contracts.
///
/// Without `--contract`, every contract of contracts.yaml is generated into its folder. docs/generate/command.md has the
/// options with examples, the vocabulary of `--config` and what `--format json` writes.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER)]
#[allow(clippy::struct_excessive_bools, reason = "switches of a command line")]
pub(crate) struct Generate {
    /// Write nothing; show what would change as a unified diff, and why; exit 1 if anything would.
    #[arg(long)]
    pub(crate) check: bool,
    /// Form of the report: text on stderr, or JSON lines on stdout.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,

    /// The list of contracts (default: openapi/contracts.yaml or contracts.yaml, in this folder or the nearest above).
    #[arg(long, value_name = "FILE")]
    pub(crate) contracts: Option<PathBuf>,

    /// Generate a stand-alone crate from this OpenAPI 3.0, 3.1 or 3.2 file (YAML or JSON).
    #[arg(long, value_name = "FILE", requires = "out", help_heading = ONE)]
    pub(crate) contract: Option<PathBuf>,
    /// Lay this overlay (Overlay Specification 1.0 or 1.1) over the contract before it is read; repeatable, in order.
    #[arg(long, value_name = "FILE", requires = "contract", help_heading = ONE)]
    pub(crate) overlay: Vec<PathBuf>,
    /// Folder of that crate; created if it does not exist.
    #[arg(long, value_name = "DIR", requires = "contract", help_heading = ONE)]
    pub(crate) out: Option<PathBuf>,
    /// Folder whose files the contract may refer to, at or above its own (default: its own).
    #[arg(long, value_name = "DIR", requires = "contract", help_heading = ONE)]
    pub(crate) root: Option<PathBuf>,
    /// The name of that crate (default: from the contract's title).
    #[arg(long, value_name = "NAME", requires = "contract", help_heading = ONE)]
    pub(crate) package: Option<String>,
    /// Also generate the schemas that no operation needs.
    #[arg(long, requires = "contract", help_heading = ONE)]
    pub(crate) all_schemas: bool,
    /// Settings in YAML: the package and its manifest, runtime, keep, level, codes, names, only, schemas, overlays. Options of the
    /// command line override it.
    #[arg(long, value_name = "FILE", requires = "contract", help_heading = ONE)]
    pub(crate) config: Option<PathBuf>,
    /// Generate only these operations and what they need: tag=NAME, path=/PATH (and below) or operation=ID; repeatable.
    #[arg(long, value_name = "KIND=VALUE", requires = "contract", help_heading = ONE)]
    pub(crate) only: Vec<String>,
    /// Place of its runtime: vendored (a copy in the crate), registry:VERSION, git:URL#REVISION, or
    /// path:FOLDER (as in Cargo.toml: from the folder of the crate, or absolute).
    #[arg(long, value_name = "PLACE", requires = "contract", value_parser = crate::source::runtime, help_heading = ONE)]
    pub(crate) runtime: Option<Runtime>,

    /// Report what is not supported as an error (default for the contracts of contracts.yaml).
    #[arg(long, conflicts_with = "lenient", help_heading = LEVEL)]
    pub(crate) strict: bool,
    /// Report what is not supported as a warning; the smallest part around it becomes JSON (default with --contract).
    #[arg(long, help_heading = LEVEL)]
    pub(crate) lenient: bool,

    /// Print the duration of each stage on stderr.
    #[arg(long)]
    pub(crate) timings: bool,
}

impl Generate {
    /// Returns the arguments that take the contracts of a list as they are.
    pub(crate) fn listed(contracts: Option<PathBuf>) -> Self {
        Self {
            check: false,
            format: Format::Text,
            contracts,
            contract: None,
            overlay: Vec::new(),
            out: None,
            root: None,
            package: None,
            all_schemas: false,
            config: None,
            only: Vec::new(),
            runtime: None,
            strict: false,
            lenient: false,
            timings: false,
        }
    }
}

/// Audience of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// Text for people.
    Text,
    /// One JSON object per line, for programs.
    Json,
}

const ONE: &str = "For one contract";
const LEVEL: &str = "Strictness";

const AFTER: &str = "\
Examples:
  {program} generate
      Write the crate of every contract in contracts.yaml.
  {program} generate --check
      Show what is out of date, write nothing (for CI).
  {program} generate --contract petstore.yaml --out ../petstore-sdk --package petstore
      Generate a stand-alone crate.
  {program} generate --contract petstore.yaml --out ../petstore-sdk --only tag=pets --only path=/stores
      Generate a crate for a part of the contract, with the types that it needs.
  {program} generate --contract petstore.yaml --out ../petstore-sdk --strict --format json
      Report everything that is not supported as an error, in JSON.

Exit codes:
  0  done, or nothing is out of date
  1  --check: something is out of date
  2  the command line, a file of --config or contracts.yaml is wrong, or there is none
  3  a contract was refused; the reasons are on stderr (with --format json on stdout)
  4  a file could not be read or written, or one in the place of a generated file or in src/ was not created by this command

Colours appear only on a terminal; NO_COLOR=1 switches them off. A run of more than a second tells its stage on stderr.";
