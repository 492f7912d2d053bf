//! Arguments of `lint`; their doc comments are the text of `--help`.

use std::path::PathBuf;

use super::{Format, Generate};

/// Check a contract for valid constructs that cost the users of a payment API money, time or data.
///
/// Without a contract, every contract of contracts.yaml is checked, with its settings. `codes` sets the level of each
/// lint, and `allow` leaves out single findings, each with a reason. `{program} explain lints` lists the lints;
/// `{program} explain CODE` prints the page of one.
#[derive(Debug, clap::Args)]
#[command(after_help = LINT)]
pub(crate) struct Lint {
    /// The contract: an OpenAPI 3.0, 3.1 or 3.2 file.
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
            contracts: self.contracts.clone(),
            contract: self.contract.clone(),
            overlay: self.overlay.clone(),
            out: self.contract.as_ref().map(|_| PathBuf::new()),
            root: self.root.clone(),
            package: None,
            all_schemas: false,
            config: self.config.clone(),
            only: Vec::new(),
            runtime: None,
            strict: self.strict,
            lenient: self.lenient,
            timings: false,
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
