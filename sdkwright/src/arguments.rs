//! Arguments of the command line; their doc comments are the text of `--help`. `{program}` in them is
//! the name of the command.

use std::path::PathBuf;

use sdkwright_codegen::package::Runtime;

use clap::CommandFactory as _;
use clap::builder::StyledStr;

mod diff;
mod lint;
mod release;
mod start;

pub(crate) use diff::{Break, Diff, Form};
pub(crate) use lint::Lint;
pub(crate) use release::Release;
pub(crate) use start::{Completions, Explain, Init, NewOverlay, Source, Way};

/// Generates Rust SDKs from OpenAPI contracts.
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

/// Writes the name of the program into the help of a command and of all its subcommands.
fn named(command: clap::Command, program: &str) -> clap::Command {
    let fill = |text: Option<&StyledStr>| text.map(|text| text.to_string().replace("{program}", program));
    let after = fill(command.get_after_help());
    let about = fill(command.get_about());
    let long = fill(command.get_long_about());
    let command = command.mut_args(|argument| {
        let (help, long) = (fill(argument.get_help()), fill(argument.get_long_help()));
        let argument = match help {
            Some(text) => argument.help(text),
            None => argument,
        };
        match long {
            Some(text) => argument.long_help(text),
            None => argument,
        }
    });
    let command = match after {
        Some(text) => command.after_help(text),
        None => command,
    };
    let command = match about {
        Some(text) => command.about(text),
        None => command,
    };
    let command = match long {
        Some(text) => command.long_about(text),
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

/// The action; the doc comments of its arguments are the text of `--help`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Verb {
    Generate(Generate),
    Diff(Diff),
    Lint(Lint),
    Release(Release),
    #[command(subcommand)]
    Overlay(Overlay),
    NewOverlay(NewOverlay),
    Init(Init),
    Explain(Explain),
    Completions(Completions),
}

/// Apply overlays to a contract, or move the sdkwright extensions of a contract into an overlay (`{program} explain
/// overlays`).
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Overlay {
    /// Write a contract without the sdkwright extensions, and an overlay that adds them again.
    ///
    /// Comments and anchors are lost. Either both files are written or neither of them. An existing file with different
    /// content is not overwritten.
    Split(Split),
    /// Write the contract with the overlays applied, in YAML.
    ///
    /// Comments and anchors are lost. The file of `--out` is overwritten, unless the contract or an overlay is refused.
    Apply(Apply),
}

/// Write a contract without the sdkwright extensions, and an overlay that adds them again.
#[derive(Debug, clap::Args)]
#[command(after_help = ENDS)]
pub(crate) struct Split {
    /// The contract.
    pub(crate) contract: PathBuf,
    /// Output file of the contract without the sdkwright extensions.
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
    /// An overlay to apply; repeatable, applied in the given order.
    #[arg(long, value_name = "FILE", required = true)]
    pub(crate) overlay: Vec<PathBuf>,
    /// Output file (default: standard output).
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Report a target that selects nothing as an error, not as a warning.
    #[arg(long)]
    pub(crate) strict: bool,
}

const ENDS: &str = "\
Exit codes:
  0  done
  2  the command line is wrong, or the contract has no sdkwright extensions
  3  the contract or an overlay was refused; the reasons are on stderr, and nothing was written
  4  a file could not be read or written, or exists with different content; nothing was written";

/// Generate crates from contracts.
///
/// Without `--contract`, every contract of contracts.yaml is generated into its folder. `{program} explain generate`
/// shows the options with examples, the keys of `--config` and the output of `--format json`.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER)]
#[allow(clippy::struct_excessive_bools, reason = "switches of a command line")]
pub(crate) struct Generate {
    /// Write nothing. Show what would change as a unified diff, and why. Exit with 1 if anything would change.
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
    /// Apply this overlay (Overlay Specification 1.0 or 1.1) to the contract first; repeatable, applied in the given
    /// order.
    #[arg(long, value_name = "FILE", requires = "contract", help_heading = ONE)]
    pub(crate) overlay: Vec<PathBuf>,
    /// Folder of that crate; created if it does not exist.
    #[arg(long, value_name = "DIR", requires = "contract", help_heading = ONE)]
    pub(crate) out: Option<PathBuf>,
    /// Folder with the files that the contract may refer to: its own folder or one above it (default: its own).
    #[arg(long, value_name = "DIR", requires = "contract", help_heading = ONE)]
    pub(crate) root: Option<PathBuf>,
    /// The name of that crate (default: from the contract's title).
    #[arg(long, value_name = "NAME", requires = "contract", help_heading = ONE)]
    pub(crate) package: Option<String>,
    /// Also generate the schemas that no operation uses.
    #[arg(long, requires = "contract", help_heading = ONE)]
    pub(crate) all_schemas: bool,
    /// Settings in YAML: the package and its manifest, runtime, keep, level, codes, names, only, schemas, overlays.
    /// Options of the
    /// command line override it.
    #[arg(long, value_name = "FILE", requires = "contract", help_heading = ONE)]
    pub(crate) config: Option<PathBuf>,
    /// Generate only these operations and the types that they use: tag=NAME, path=/PATH (and below) or operation=ID;
    /// repeatable.
    #[arg(long, value_name = "KIND=VALUE", requires = "contract", help_heading = ONE)]
    pub(crate) only: Vec<String>,
    /// Source of its runtime: vendored (a copy in the crate), registry:VERSION, git:URL#REVISION, or path:FOLDER
    /// (relative to the folder of the crate, or absolute).
    #[arg(long, value_name = "PLACE", requires = "contract", value_parser = crate::source::runtime, help_heading = ONE)]
    pub(crate) runtime: Option<Runtime>,

    /// Report what is not supported as an error (default for the contracts of contracts.yaml).
    #[arg(long, conflicts_with = "lenient", help_heading = LEVEL)]
    pub(crate) strict: bool,
    /// Report what is not supported as a warning, and generate untyped JSON for the smallest part around it (default
    /// with --contract).
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
    /// Text.
    Text,
    /// One JSON object per line.
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
      Generate a crate for a part of the contract, with the types that it uses.
  {program} generate --contract petstore.yaml --out ../petstore-sdk --strict --format json
      Report everything that is not supported as an error, in JSON.

Exit codes:
  0  done, or nothing is out of date
  1  --check: something is out of date
  2  the command line, a file of --config or contracts.yaml is wrong, or there is none
  3  a contract was refused; the reasons are on stderr (with --format json on stdout)
  4  a file could not be read or written, or src/ or the place of a generated file contains a file of another origin

Colours appear only on a terminal; NO_COLOR=1 switches them off. A run of more than one second shows its stage on stderr.";
