//! Arguments of the commands that begin something or explain something; their doc comments are the text of `--help`.

use std::path::PathBuf;
use std::str::FromStr;

/// Write an overlay with one action per operation of a contract, for you to complete.
///
/// One action is active, and it changes nothing: it repeats the contract's title. The others are comments with the
/// effect of each operation (`x-effect`). Correct the effect and remove the `#`. An existing file is not overwritten.
/// `{program} explain overlays` and `{program} explain x-effect` describe both.
#[derive(Debug, clap::Args)]
#[command(after_help = NEW_OVERLAY)]
pub(crate) struct NewOverlay {
    /// The contract.
    pub(crate) contract: PathBuf,
    /// Output file (default: standard output).
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

const NEW_OVERLAY: &str = "\
Examples:
  {program} new-overlay petstore.yaml --out extensions.yaml
  {program} generate --contract petstore.yaml --overlay extensions.yaml --out petstore-sdk

Exit codes:
  0  done
  2  the command line is wrong
  3  the contract was refused; the reasons are on stderr, and nothing was written
  4  a file could not be read or written, or exists with different content; nothing was written";

/// Set up a repository: contracts.yaml, a way to run the command, and a CI step.
///
/// Writes only files that do not exist. Prints what to add to existing files, and the next steps.
#[derive(Debug, clap::Args)]
#[command(after_help = INIT)]
pub(crate) struct Init {
    /// The contract: a Swagger 2.0 or OpenAPI 3.0, 3.1 or 3.2 file in this repository.
    #[arg(long, value_name = "FILE")]
    pub(crate) contract: PathBuf,
    /// Folder of the crate.
    #[arg(long, value_name = "DIR", default_value = "sdk")]
    pub(crate) out: String,
    /// The name of the crate (default: from the contract's title).
    #[arg(long, value_name = "NAME")]
    pub(crate) package: Option<String>,
    /// The way this repository runs sdkwright.
    #[arg(long, value_name = "WAY", value_enum, default_value_t = Runner::Command)]
    pub(crate) way: Runner,
    /// Source from which cargo gets sdkwright: git:URL, git:URL#REVISION, registry:VERSION or path:DIR (default: the
    /// source of this installation, else the registry's release of its version).
    #[arg(long, value_name = "SOURCE")]
    pub(crate) from: Option<CargoSource>,
    /// Do not write a GitHub workflow.
    #[arg(long)]
    pub(crate) no_ci: bool,
    /// Folder of the repository.
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(crate) repository: PathBuf,
}

/// The way a repository runs sdkwright.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Runner {
    /// The installed command `sdkwright generate`; nothing to compile, CI installs it.
    Command,
    /// A package xtask with `cargo xtask generate`; its version is in Cargo.lock, and you can add your commands.
    Xtask,
    /// A build script: the code is generated when the crate is built; no command to run.
    Build,
}

const INIT: &str = "\
Three ways to run sdkwright:
  command  Each developer installs `sdkwright` (`cargo install`). The smallest setup; versions can differ between
           machines.
  xtask    The repository has a small package `xtask`, and each developer runs `cargo xtask generate`. One version for all,
           pinned in Cargo.lock; it is compiled once on each machine.
  build    The crate's `build.rs` writes the code whenever the contract changes. Each user of the crate compiles
           sdkwright; choose it for crates of one repository only.
In each way the generated code is committed, and CI checks that it matches the contract.

Examples:
  {program} init --contract openapi/petstore.yaml
  {program} init --contract openapi/petstore.yaml --from git:https://example.com/sdkwright.git#v1
  {program} init --contract petstore.yaml --way xtask --from path:../sdkwright

Exit codes:
  0  done; the next steps are on stderr
  2  the command line is wrong
  3  the contract was refused; the reasons are on stderr, and nothing was written
  4  a file could not be read or written";

/// Place from which cargo gets sdkwright.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CargoSource {
    Git { url: String, revision: Option<String> },
    Registry(String),
    Path(String),
}

impl FromStr for CargoSource {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let source = match text.split_once(':') {
            Some(("git", rest)) => {
                let (url, revision) = match rest.split_once('#') {
                    Some((url, revision)) => (url, Some(revision.to_owned())),
                    None => (rest, None),
                };
                Self::Git {
                    url: url.to_owned(),
                    revision,
                }
            }
            Some(("registry", version)) => Self::Registry(version.to_owned()),
            Some(("path", folder)) => Self::Path(folder.to_owned()),
            _ => return Err("write git:URL, git:URL#REVISION, registry:VERSION or path:DIR".to_owned()),
        };
        // These values are written into TOML and into a shell command.
        let parts = match &source {
            Self::Git { url, revision } => vec![url, revision.as_ref().unwrap_or(url)],
            Self::Registry(part) | Self::Path(part) => vec![part],
        };
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+~".contains(c);
        if parts.iter().any(|part| part.is_empty() || !part.chars().all(plain)) {
            return Err("only letters, digits and -_./:@%+~ are allowed".to_owned());
        }
        Ok(source)
    }
}

/// Print the page about a diagnostic code (C0302), an extension (x-signing) or a topic (overlays).
///
/// A topic is one of codes, extensions, generate, overlays, changes and lints. Any other word lists the diagnostics
/// with that word in their title.
#[derive(Debug, clap::Args)]
#[command(after_help = EXPLAIN)]
pub(crate) struct Explain {
    /// A code (C0302 or 302), an extension (x-signing), a topic (overlays), or a word of a title (reference).
    #[arg(required_unless_present = "schema")]
    pub(crate) code: Option<String>,
    /// Print the JSON Schema of contracts with extensions, of overlays and of contracts.yaml, for an editor.
    #[arg(long, conflicts_with = "code")]
    pub(crate) schema: bool,
}

const EXPLAIN: &str = "\
Examples:
  {program} explain C0302
  {program} explain x-signing
  {program} explain overlays
  {program} explain reference
  {program} explain --schema > vocabulary.json

Exit codes:
  0  done
  2  there is no such page; similar codes are on stderr";

/// Print the completions of a shell.
#[derive(Debug, clap::Args)]
#[command(after_help = COMPLETIONS)]
pub(crate) struct Completions {
    /// The shell.
    pub(crate) shell: clap_complete::Shell,
}

const COMPLETIONS: &str = "\
Examples:
  {program} completions bash > ~/.local/share/bash-completion/completions/sdkwright
  {program} completions zsh > ~/.zfunc/_sdkwright        (with `fpath+=~/.zfunc` before `compinit` in ~/.zshrc)
  {program} completions fish > ~/.config/fish/completions/sdkwright.fish
  {program} completions powershell >> $PROFILE

Exit codes:
  0  done
  2  the command line is wrong, or the command is run as `cargo xtask`, which shells cannot complete";

#[cfg(test)]
mod tests {
    use super::CargoSource;

    #[test]
    fn a_source_has_its_kind_and_nothing_that_a_shell_or_toml_would_read() {
        let git = |url: &str, revision: Option<&str>| CargoSource::Git {
            url: url.to_owned(),
            revision: revision.map(str::to_owned),
        };
        for (text, wanted) in [
            ("git:https://example.com/a.git", git("https://example.com/a.git", None)),
            (
                "git:ssh://git@example.com/a#v1",
                git("ssh://git@example.com/a", Some("v1")),
            ),
            ("registry:0.1.0", CargoSource::Registry("0.1.0".to_owned())),
            ("path:../sdkwright", CargoSource::Path("../sdkwright".to_owned())),
        ] {
            assert_eq!(text.parse(), Ok(wanted));
        }
        for text in [
            "",
            "sdkwright",
            "http://example.com",
            "git:",
            "git:a#",
            "path:a b",
            "path:\"a",
            "path:a;b",
        ] {
            assert!(text.parse::<CargoSource>().is_err(), "{text}");
        }
    }
}
