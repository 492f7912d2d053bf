//! The files that `init` writes, and the steps that it leaves to people.
//!
//! In: the choices. Out: paths and texts. Touches no disk.

use crate::arguments::{CargoSource, Runner};

/// The choices of a set-up. Paths are relative to the repository and have `/` between their parts.
pub(super) struct Setup<'a> {
    pub(super) contract: &'a str,
    /// Folder of the crate.
    pub(super) out: &'a str,
    pub(super) package: &'a str,
    pub(super) way: Runner,
    pub(super) from: &'a CargoSource,
    /// The repository has a Cargo workspace, to which a new package must be added.
    pub(super) is_workspace: bool,
    /// The source is a folder of this machine.
    pub(super) is_local: bool,
    pub(super) ci: bool,
}

/// One file.
pub(super) struct InitFile {
    pub(super) path: String,
    pub(super) text: String,
    /// Part to add where the file is there already, if that is not all of it.
    pub(super) to_add: Option<String>,
}

/// Returns the manifest of a workspace with the crate: cargo publishes its vendored runtime only as a member.
pub(super) fn root_manifest(out: &str) -> String {
    format!("[workspace]\nresolver = \"3\"\nmembers = [\"{out}\"]\n")
}

/// Path of the workflow.
const WORKFLOW: &str = ".github/workflows/sdk.yml";

impl Setup<'_> {
    /// Returns the files of this way.
    pub(super) fn files(&self) -> Vec<InitFile> {
        let mut files = match self.way {
            Runner::Command => vec![self.list()],
            Runner::Xtask => {
                let mut files = vec![
                    self.list(),
                    file("xtask/Cargo.toml", self.fill(include_str!("files/xtask.Cargo.toml"), 1)),
                    file("xtask/src/main.rs", include_str!("files/xtask.rs").to_owned()),
                ];
                let text = format!("[alias]\nxtask = \"{}\"\n", self.alias());
                let to_add = Some(text.replace("[alias]\n", "").trim_end().to_owned());
                files.push(InitFile {
                    path: ".cargo/config.toml".to_owned(),
                    text,
                    to_add,
                });
                files
            }
            Runner::Build => {
                let depth = self.out.split('/').count();
                let texts = [
                    ("Cargo.toml", include_str!("files/build.Cargo.toml")),
                    ("build.rs", include_str!("files/build.rs")),
                    ("src/lib.rs", include_str!("files/lib.rs")),
                ];
                let texts = texts.into_iter();
                texts
                    .map(|(name, text)| file(&format!("{}/{name}", self.out), self.fill(text, depth)))
                    .collect()
            }
        };
        if self.way != Runner::Build && !self.is_workspace {
            let text = root_manifest(self.out);
            files.push(InitFile {
                path: "Cargo.toml".to_owned(),
                to_add: Some(text.clone()),
                text,
            });
        }
        if self.ci {
            let text = include_str!("files/workflow.yml").replace("{steps}", &self.steps());
            files.push(file(WORKFLOW, text));
        }
        files
    }

    /// Returns what people have to do now.
    pub(super) fn next(&self) -> Vec<String> {
        let mut steps = Vec::new();
        if self.way == Runner::Command {
            steps.push(format!("run `{}` on each machine", self.install()));
        }
        let member = |package: &str| format!("add \"{package}\" to `members` of `[workspace]` in Cargo.toml");
        if self.is_workspace && self.way != Runner::Command {
            steps.push(member(if self.way == Runner::Xtask { "xtask" } else { self.out }));
        }
        steps.push(match self.way {
            Runner::Command => format!("run `sdkwright generate`; it writes {}/", self.out),
            Runner::Xtask => format!("run `cargo xtask generate`; it writes {}/", self.out),
            Runner::Build => format!("run `cargo build` in {}; it writes {}/generated/", self.out, self.out),
        });
        if self.way != Runner::Build {
            // Cargo refuses a member that does not exist yet.
            if self.is_workspace {
                steps.push(member(self.out));
            }
            steps.push(format!(
                "run `{} release`; it records the contract as version 0.1.0, with which later releases are compared",
                self.program()
            ));
            steps.push(format!(
                "use the crate: `{} = {{ path = \"{}\" }}` under `[dependencies]`; {}/README.md shows the first call",
                self.package, self.out, self.out
            ));
        }
        if self.is_local && self.ci {
            steps.push(format!(
                "other machines do not have this folder: pass `--from git:URL` or `--from registry:VERSION`, or correct {WORKFLOW}"
            ));
        }
        steps.push("commit all files; the workflow compares the code with the contract".to_owned());
        if !self.ci {
            steps.pop();
            steps.push(format!("commit all files, and run `{}` in your CI", self.check()));
        }
        steps
    }

    /// Returns the list of contracts, beside a contract in `openapi/` or at the top of the repository.
    fn list(&self) -> InitFile {
        let (folder, contract) = match self.contract.strip_prefix("openapi/") {
            Some(contract) => ("openapi/", contract),
            None => ("", self.contract),
        };
        let entry = format!(
            "  - file: {}\n    out: {}\n    package: {}\n    version: 0.1.0\n    level: lenient     # `strict` reports \
             what is not supported as an error\n",
            yaml(contract),
            yaml(self.out),
            self.package
        );
        let text = format!(
            "# The contracts of this repository and the folders of their crates: `file` is relative to this file, `out` to\n\
             # the root of the repository. `sdkwright explain generate` describes the settings.\n\
             contracts:\n{entry}"
        );
        InitFile {
            path: format!("{folder}contracts.yaml"),
            text,
            to_add: Some(entry),
        }
    }

    /// Returns the command of the alias `cargo xtask`.
    fn alias(&self) -> &'static str {
        if self.is_workspace {
            "run --package xtask --"
        } else {
            "run --manifest-path xtask/Cargo.toml --"
        }
    }

    fn steps(&self) -> String {
        let run = |command: &str| format!("      - run: {command}\n");
        match self.way {
            Runner::Command => {
                let cache = include_str!("files/cache-command.yml").replace("{key}", &self.version());
                cache + &run(&self.install()) + &self.checks()
            }
            Runner::Xtask => include_str!("files/cache.yml").to_owned() + &self.checks(),
            Runner::Build => include_str!("files/cache.yml").to_owned() + &run(&self.check()),
        }
    }

    /// Returns the steps that show what changed in the contract, and compare it with the code and the version.
    fn checks(&self) -> String {
        let changes = include_str!("files/changes.yml").replace("{program}", self.program());
        let release = format!("{} release --check", self.program());
        let run = |command: &str| format!("      - run: {command}\n");
        changes + &run(&self.check()) + &run(&release)
    }

    /// Returns the command that runs sdkwright.
    fn program(&self) -> &'static str {
        match self.way {
            Runner::Xtask => "cargo xtask",
            Runner::Command | Runner::Build => "sdkwright",
        }
    }

    /// Returns a text that differs between installed versions.
    fn version(&self) -> String {
        let text = match self.from {
            CargoSource::Git { revision, url } => revision.as_ref().unwrap_or(url),
            CargoSource::Registry(text) | CargoSource::Path(text) => text,
        };
        text.chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
            .collect()
    }

    /// Returns the command that compares the code with the contract.
    fn check(&self) -> String {
        match self.way {
            Runner::Command => "sdkwright generate --check".to_owned(),
            Runner::Xtask => "cargo xtask generate --check".to_owned(),
            Runner::Build => format!("SDKWRIGHT_CHECK=1 cargo build --manifest-path {}/Cargo.toml", self.out),
        }
    }

    /// Returns the command that installs the program.
    fn install(&self) -> String {
        let place = match self.from {
            CargoSource::Git { url, revision: None } => format!("--git {url} sdkwright"),
            CargoSource::Git {
                url,
                revision: Some(revision),
            } => format!("--git {url} --rev {revision} sdkwright"),
            CargoSource::Registry(version) => format!("sdkwright --version {version}"),
            CargoSource::Path(folder) => format!("--path {folder}"),
        };
        format!("cargo install --locked {place}")
    }

    /// Fills a text in that stands so many folders below the repository.
    fn fill(&self, text: &str, depth: usize) -> String {
        let workspace = if self.is_workspace { "" } else { "\n[workspace]\n" };
        let up = "../".repeat(depth);
        let place = match self.from {
            CargoSource::Git { url, revision: None } => format!("git = \"{url}\""),
            CargoSource::Git {
                url,
                revision: Some(revision),
            } => format!("git = \"{url}\", rev = \"{revision}\""),
            CargoSource::Registry(version) => format!("version = \"{version}\""),
            CargoSource::Path(folder) if folder.starts_with(['/', '~']) => format!("path = \"{folder}\""),
            CargoSource::Path(folder) => format!("path = \"{up}{folder}\""),
        };
        let runtime = match self.from {
            CargoSource::Path(_) => place.trim_end_matches(['"', '/']).to_owned() + "/../runtime\"",
            _ => place.clone(),
        };
        text.replace("{sdkwright}", &place)
            .replace("{runtime}", &runtime)
            .replace("{package}", self.package)
            .replace("{contract}", &format!("{up}{}", self.contract))
            .replace("{workspace}", workspace)
    }
}

fn file(path: &str, text: String) -> InitFile {
    InitFile {
        path: path.to_owned(),
        text,
        to_add: None,
    }
}

/// Returns a YAML scalar, in quotes where that is safer.
fn yaml(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    if text.chars().all(plain) && text.starts_with(|c: char| c.is_ascii_alphabetic()) {
        text.to_owned()
    } else {
        serde_json::Value::from(text).to_string()
    }
}
