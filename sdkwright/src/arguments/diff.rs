//! Arguments of `diff`.

use std::path::PathBuf;

/// Compare two versions of a contract: what changed, and whom it breaks.
///
/// Each side is a file, or `REVISION:PATH` for a file of git, as `git show` takes it. Without sides, every contract of
/// contracts.yaml as it is committed (HEAD) is compared with the one in the working tree. docs/generate/changes.md tells what is
/// compared and how each change is judged.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER)]
pub(crate) struct Diff {
    /// The version that clients use today.
    #[arg(requires = "revision")]
    pub(crate) base: Option<String>,
    /// The version to come.
    pub(crate) revision: Option<String>,
    /// Lay this overlay over both sides; repeatable, in order.
    #[arg(long, value_name = "FILE", requires = "base")]
    pub(crate) overlay: Vec<String>,
    /// Lay this overlay over the base alone, after those of both; repeatable, in order.
    #[arg(long, value_name = "FILE", requires = "base")]
    pub(crate) base_overlay: Vec<String>,
    /// Lay this overlay over the revision alone, after those of both; repeatable, in order.
    #[arg(long, value_name = "FILE", requires = "base")]
    pub(crate) revision_overlay: Vec<String>,
    /// Compare each contract of contracts.yaml as it was released with this version with the one in the working tree.
    #[arg(long, value_name = "VERSION", conflicts_with = "base")]
    pub(crate) since: Option<String>,
    /// The list of contracts (default: as for generate).
    #[arg(long, value_name = "FILE", conflicts_with = "base")]
    pub(crate) contracts: Option<PathBuf>,
    /// Form of the report, on stdout.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Form::Text)]
    pub(crate) format: Form,
    /// Exit with 1 if a change breaks that is not accepted: on the wire, in Rust, in what a program does, or any of these;
    /// or if that could not be compared.
    #[arg(long, value_name = "WHAT", value_enum)]
    pub(crate) fail_on: Option<Break>,
    /// Changes that stand, each with its reason (YAML; docs/generate/changes.md).
    #[arg(long, value_name = "FILE")]
    pub(crate) accepted: Option<PathBuf>,
}

/// Audience of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Form {
    /// Text for people.
    Text,
    /// Markdown, for a comment in a review.
    Markdown,
    /// One JSON document, for programs.
    Json,
}

/// Verdicts that can end a run with 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Break {
    /// Requests or answers that no longer fit.
    Wire,
    /// The public API of the generated crate.
    Rust,
    /// The effect on a running program, where it can cost money or lock partners out.
    Conduct,
    /// Any of them.
    Any,
}

const AFTER: &str = "\
Examples:
  {program} diff
      Compare the contracts of contracts.yaml as committed with those in the working tree.
  {program} diff main:openapi/api.yaml openapi/api.yaml --format markdown
      Write a comment for a review.
  {program} diff v1.yaml v2.yaml --fail-on wire --accepted accepted.yaml
      Fail if a client breaks on the wire by a change that nobody accepted.

Exit codes:
  0  compared; nothing that --fail-on names
  1  --fail-on: something breaks, is removed before its sunset, or could not be compared since the generator refuses a
     side; or an entry of --accepted matches no change
  2  the command line, the file of --accepted or contracts.yaml is wrong, or there is none
  3  a side is no OpenAPI contract that can be read; the reasons are on stderr
  4  a file could not be read

Colours appear only on a terminal; NO_COLOR=1 switches them off.";
