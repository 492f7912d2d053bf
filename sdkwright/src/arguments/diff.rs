//! Arguments of `diff`.

use std::path::PathBuf;

/// Compare two versions of a contract: show each change and the clients that it breaks.
///
/// Each side is a file, or `REVISION:PATH` for a file of git, as in `git show`. Without sides, the committed (HEAD)
/// version of every contract of contracts.yaml is compared with the one in the working tree. `{program} explain
/// changes` describes how each change is judged.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER)]
pub(crate) struct Diff {
    /// The version that clients use today.
    #[arg(requires = "revision")]
    pub(crate) base: Option<String>,
    /// The new version.
    pub(crate) revision: Option<String>,
    /// Apply this overlay to both sides; repeatable, applied in the given order.
    #[arg(long, value_name = "FILE", requires = "base")]
    pub(crate) overlay: Vec<String>,
    /// Apply this overlay to the base only, after those of both sides; repeatable.
    #[arg(long, value_name = "FILE", requires = "base")]
    pub(crate) base_overlay: Vec<String>,
    /// Apply this overlay to the revision only, after those of both sides; repeatable.
    #[arg(long, value_name = "FILE", requires = "base")]
    pub(crate) revision_overlay: Vec<String>,
    /// Compare the released version VERSION of each contract of contracts.yaml with the one in the working tree.
    #[arg(long, value_name = "VERSION", conflicts_with = "base")]
    pub(crate) since: Option<String>,
    /// The list of contracts (default: as for generate).
    #[arg(long, value_name = "FILE", conflicts_with = "base")]
    pub(crate) contracts: Option<PathBuf>,
    /// Form of the report, on stdout.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Form::Text)]
    pub(crate) format: Form,
    /// Exit with 1 if a change that is not accepted breaks this, or if it could not be compared.
    #[arg(long, value_name = "WHAT", value_enum)]
    pub(crate) fail_on: Option<Break>,
    /// File of accepted changes, each with its reason (YAML; `{program} explain changes`).
    #[arg(long, value_name = "FILE")]
    pub(crate) accepted: Option<PathBuf>,
}

/// Audience of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Form {
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

const AFTER: &str = "\
Examples:
  {program} diff
      Compare the contracts of contracts.yaml as committed with those in the working tree.
  {program} diff main:openapi/api.yaml openapi/api.yaml --format markdown
      Write Markdown for a review comment.
  {program} diff v1.yaml v2.yaml --fail-on wire --accepted accepted.yaml
      Fail if a change that is not accepted breaks a client on the wire.

Exit codes:
  0  compared; nothing that --fail-on checks
  1  --fail-on: something breaks, is removed before its sunset, or could not be compared because a side was
     refused; or an entry of --accepted matches no change
  2  the command line, the file of --accepted or contracts.yaml is wrong, or there is none
  3  a side is not a readable OpenAPI contract; the reasons are on stderr
  4  a file could not be read

Colours appear only on a terminal; NO_COLOR=1 switches them off.";
