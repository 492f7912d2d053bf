//! Arguments of the command line; their doc comments are the text of `--help`. `{program}` in them is
//! the name of the command.

use std::path::PathBuf;

use anstyle::Style;
use clap::CommandFactory as _;
use clap::builder::{Resettable, StyledStr};
use clap_cargo::style::{CLAP_STYLING, HEADER};
use sdkwright_codegen::package::Runtime;

pub(crate) use start::{CargoSource, Completions, Explain, Init, NewOverlay, Runner};

mod start;

/// Generates Rust SDKs from OpenAPI contracts.
#[derive(Debug, clap::Parser)]
#[command(version, arg_required_else_help = true, styles = CLAP_STYLING)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

/// Returns the command line of a program of this name.
pub(crate) fn command(program: &'static str) -> clap::Command {
    // `bin_name` names subcommands as well; `name` is what `--version` prints.
    named(Arguments::command(), program).name(program).bin_name(program)
}

/// Writes the name of the program into the help of a command and of all its subcommands, and styles the headings at its end.
fn named(command: clap::Command, program: &str) -> clap::Command {
    let filled = |text: &StyledStr| text.to_string().replace("{program}", program);
    let fill = |text: Option<&StyledStr>| Resettable::from(text.map(|text| StyledStr::from(filled(text))));
    let [about, long] = [command.get_about(), command.get_long_about()].map(fill);
    let headed = |line: &str| {
        let is_heading = line.ends_with(':') && !line.starts_with(' ');
        let style = if is_heading { HEADER } else { Style::new() };
        format!("{style}{line}{style:#}\n")
    };
    let after = command
        .get_after_help()
        .map(|text| filled(text).lines().map(headed).collect::<String>());
    let after = Resettable::from(after.map(StyledStr::from));
    let command = command.about(about).long_about(long).after_help(after);
    let command = command.mut_args(|argument| {
        let (help, long) = (fill(argument.get_help()), fill(argument.get_long_help()));
        argument.help(help).long_help(long)
    });
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
    Overlay(OverlayCommand),
    NewOverlay(NewOverlay),
    Init(Init),
    Explain(Explain),
    Completions(Completions),
}

/// Apply overlays to a contract, or move the sdkwright extensions of a contract into an overlay (`{program} explain
/// overlays`).
#[derive(Debug, clap::Subcommand)]
pub(crate) enum OverlayCommand {
    /// Write a contract without the sdkwright extensions, and an overlay that adds them again.
    ///
    /// Comments and anchors are lost. Either both files are written or neither of them. An existing file with different
    /// content is not overwritten.
    Split(SplitArguments),
    /// Write the contract with the overlays applied, in YAML.
    ///
    /// Comments and anchors are lost. The file of `--out` is overwritten, unless the contract or an overlay is refused.
    Apply(Apply),
    /// List the overlays that this command contains, for the contracts of well-known APIs.
    List,
    /// Print an overlay that this command contains.
    Show(Show),
}

/// Print an overlay that this command contains.
#[derive(Debug, clap::Args)]
#[command(after_help = ENDS)]
pub(crate) struct Show {
    /// Name of the overlay, as `overlay list` prints it.
    pub(crate) name: String,
}

/// Write a contract without the sdkwright extensions, and an overlay that adds them again.
#[derive(Debug, clap::Args)]
#[command(after_help = ENDS)]
pub(crate) struct SplitArguments {
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
#[derive(Debug, Default, clap::Args)]
#[command(after_help = AFTER)]
#[allow(clippy::struct_excessive_bools, reason = "switches of a command line")]
pub(crate) struct Generate {
    /// Write nothing. Show what would change as a unified diff, and why. Exit with 1 if anything would change.
    #[arg(long)]
    pub(crate) check: bool,
    /// Form of the report: text on stderr, or JSON lines on stdout.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Generate also if inputs, files and program are those of the last run here.
    #[arg(long)]
    pub(crate) full: bool,
    /// Generate again after each change of a file that was read, until Ctrl-C.
    #[arg(long, conflicts_with = "check")]
    pub(crate) watch: bool,

    /// The list of contracts (default: openapi/contracts.yaml or contracts.yaml, in this folder or the nearest above).
    #[arg(long, value_name = "FILE")]
    pub(crate) contracts: Option<PathBuf>,

    /// Generate a stand-alone crate from this Swagger 2.0 or OpenAPI 3.0, 3.1 or 3.2 file (YAML or JSON).
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
    #[arg(long, value_name = "PLACE", requires = "contract", value_parser = crate::checked::runtime_source, help_heading = ONE)]
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
            contracts,
            ..Self::default()
        }
    }
}

/// Audience of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum Format {
    /// Text.
    #[default]
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

Colours and a bar with progress appear only on a terminal. NO_COLOR=1 switches colours off, CLICOLOR_FORCE=1 switches them on.";

// Arguments of `lint`; their doc comments are the text of `--help`.

/// Check a contract for valid constructs that cost the users of a payment API money, time or data.
///
/// Without a contract, every contract of contracts.yaml is checked, with its settings. `codes` sets the level of each
/// lint, and `allow` leaves out single findings, each with a reason. `{program} explain lints` lists the lints;
/// `{program} explain CODE` prints the page of one.
#[derive(Debug, clap::Args)]
#[command(after_help = LINT)]
pub(crate) struct Lint {
    /// The contract: a Swagger 2.0 or OpenAPI 3.0, 3.1 or 3.2 file.
    pub(crate) contract: Option<PathBuf>,
    /// Apply this overlay to the contract first; repeatable, applied in the given order.
    #[arg(long, value_name = "FILE", requires = "contract")]
    pub(crate) overlay: Vec<PathBuf>,
    /// Settings in YAML, as of `generate`: level, codes, allow, only, overlays.
    #[arg(long, value_name = "FILE", requires = "contract")]
    pub(crate) config: Option<PathBuf>,
    /// Folder with the files that the contract may refer to: its own folder or one above it (default: its own).
    #[arg(long, value_name = "DIR", requires = "contract")]
    pub(crate) root: Option<PathBuf>,
    /// The list of contracts (default: as of `generate`).
    #[arg(long, value_name = "FILE", conflicts_with = "contract")]
    pub(crate) contracts: Option<PathBuf>,
    /// Form of the findings: text, or JSON lines; both on stdout.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Use the levels of the strict mode (default for the contracts of contracts.yaml).
    #[arg(long, conflicts_with = "lenient")]
    pub(crate) strict: bool,
    /// Use the levels of the lenient mode (default for a contract on the command line).
    #[arg(long)]
    pub(crate) lenient: bool,
}

impl Lint {
    /// Returns the arguments of `generate` with the same contracts and settings. No file of that crate is touched.
    pub(crate) fn as_generate(&self) -> Generate {
        Generate {
            check: true,
            format: self.format,
            contract: self.contract.clone(),
            overlay: self.overlay.clone(),
            out: self.contract.as_ref().map(|_| PathBuf::new()),
            root: self.root.clone(),
            config: self.config.clone(),
            strict: self.strict,
            lenient: self.lenient,
            ..Generate::listed(self.contracts.clone())
        }
    }
}

const LINT: &str = "\
Examples:
  {program} lint
  {program} lint petstore.yaml
  {program} lint petstore.yaml --strict --format json

Exit codes:
  0  no finding, or notes only
  1  a finding that is a warning or an error
  2  the command line, a file of --config or contracts.yaml is wrong, or there is none
  3  a contract was refused; the reasons are on stdout
  4  a file could not be read";

// Arguments of `release`; their doc comments are the text of `--help`.

/// Raise the version of each crate according to the changes of its contract since the last release, and write the
/// changelog.
///
/// The contracts of releases are in the folder `history` next to contracts.yaml, with their overlays applied. `release`
/// writes the version in contracts.yaml, an entry at the top of CHANGELOG.md in the folder of the crate, and the
/// contract of the release. Run `generate` after it. `{program} explain changes` describes how the step is chosen.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_RELEASE)]
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

const AFTER_RELEASE: &str = "\
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

// Arguments of `diff`.

/// Compare two versions of a contract: show each change and the clients that it breaks.
///
/// Each side is a file, or `REVISION:PATH` for a file of git, as in `git show`. Without sides, every contract of
/// contracts.yaml is compared with its committed version (HEAD), or that of --base. Overlays, names and filters are
/// those that contracts.yaml of the same revision lists. `{program} explain changes` describes how each change is
/// judged.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_DIFF)]
pub(crate) struct Diff {
    /// The version that clients use today; with --base, the file or the package of one contract.
    pub(crate) base: Option<String>,
    /// The new version.
    #[arg(conflicts_with = "from")]
    pub(crate) revision: Option<String>,
    /// Compare the contracts of contracts.yaml, or one of them, with their versions of this revision of git.
    #[arg(id = "from", long = "base", value_name = "REVISION", conflicts_with_all = ["since", "overlay", "base_overlay", "revision_overlay"])]
    pub(crate) from: Option<String>,
    /// Apply this overlay to both sides; repeatable, applied in the given order.
    #[arg(long, value_name = "FILE", requires = "revision")]
    pub(crate) overlay: Vec<String>,
    /// Apply this overlay to the base only, after those of both sides; repeatable.
    #[arg(long, value_name = "FILE", requires = "revision")]
    pub(crate) base_overlay: Vec<String>,
    /// Apply this overlay to the revision only, after those of both sides; repeatable.
    #[arg(long, value_name = "FILE", requires = "revision")]
    pub(crate) revision_overlay: Vec<String>,
    /// Compare the released version VERSION of each contract of contracts.yaml with the one in the working tree.
    #[arg(long, value_name = "VERSION", conflicts_with = "base")]
    pub(crate) since: Option<String>,
    /// The list of contracts (default: as for generate).
    #[arg(long, value_name = "FILE", conflicts_with = "revision")]
    pub(crate) contracts: Option<PathBuf>,
    /// Form of the report, on stdout.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = ReportFormat::Text)]
    pub(crate) format: ReportFormat,
    /// Exit with 1 if a change that is not accepted breaks this, or if it could not be compared.
    #[arg(long, value_name = "WHAT", value_enum)]
    pub(crate) fail_on: Option<Break>,
    /// File of accepted changes, each with its reason (YAML; `{program} explain changes`).
    #[arg(long, value_name = "FILE")]
    pub(crate) accepted: Option<PathBuf>,
}

/// Audience of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum ReportFormat {
    /// Text.
    Text,
    /// Markdown, for a comment in a review.
    Markdown,
    /// One JSON document.
    Json,
}

/// Verdicts that can end a run with 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Break {
    /// Requests or responses that no longer match.
    Wire,
    /// The public API of the generated crate.
    Rust,
    /// Behaviour of a running application, if the change can cost money or lock partners out.
    Conduct,
    /// Any of them.
    Any,
}

const AFTER_DIFF: &str = "\
Examples:
  {program} diff
      Compare the contracts of contracts.yaml as committed with those in the working tree.
  {program} diff --base origin/main --format markdown
      Compare them with those of origin/main, as Markdown for a review comment.
  {program} diff --base v1.4.0 openapi/api.yaml
      Compare one of them with its version at a tag.
  {program} diff v1.yaml v2.yaml --fail-on wire --accepted accepted.yaml
      Fail if a change that is not accepted breaks a client on the wire.

Exit codes:
  0  compared; nothing that --fail-on checks
  1  --fail-on: something breaks, is removed before its sunset, or could not be compared because a side was
     refused; or an entry of --accepted matches no change
  2  the command line, the file of --accepted or contracts.yaml is wrong, or there is none
  3  a side is not a readable OpenAPI contract; the reasons are on stderr
  4  a file could not be read

Colours and a bar with progress appear only on a terminal. NO_COLOR=1 switches colours off, CLICOLOR_FORCE=1 switches them on.";
