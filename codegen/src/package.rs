//! The package to make: its name, the facts of its manifest, and where its runtime comes from.
//!
//! Plain data that the caller chooses. Nothing here reads a file, and nothing depends on the contract.

use serde::Serialize;
use std::borrow::Cow;

/// The package to make.
#[derive(Debug, Clone, Default)]
pub struct PackageChoice {
    /// The package's name; from the contract's title if left out.
    pub name: Option<String>,
    /// Its folder as the manifest of an application names it; from the name if left out.
    pub folder: Option<String>,
    /// Entries of its manifest.
    pub facts: ManifestFields,
    /// Place of its runtime.
    pub runtime: Runtime,
    /// The crate is a workspace of its own.
    pub standalone: bool,
    /// The output folder has a module `custom` of its user, which the crate includes.
    pub custom: bool,
    /// The crate has the server's side of the contract, behind the feature `server`.
    pub server: bool,
}

/// Entries of the manifest that say nothing about the contract.
#[derive(Debug, Clone, Serialize)]
pub struct ManifestFields {
    /// The package's version.
    pub version: String,
    /// SPDX expression.
    pub license: Option<String>,
    /// Its authors.
    pub authors: Vec<String>,
    /// URL of the source code.
    pub repository: Option<String>,
    /// URL of the project.
    pub homepage: Option<String>,
    /// URL of the documentation.
    pub documentation: Option<String>,
    /// Words by which a registry finds it.
    pub keywords: Vec<String>,
    /// Categories of the registry.
    pub categories: Vec<String>,
    /// Registries that may have it.
    pub publish: Publish,
    /// The lowest version of Rust that compiles it.
    pub rust_version: String,
}

impl Default for ManifestFields {
    fn default() -> Self {
        Self {
            version: "0.1.0".to_owned(),
            license: None,
            authors: Vec::new(),
            repository: None,
            homepage: None,
            documentation: None,
            keywords: Vec::new(),
            categories: Vec::new(),
            publish: Publish::default(),
            rust_version: RUST_VERSION.to_owned(),
        }
    }
}

/// The lowest version of Rust that compiles the runtime and generated code.
pub const RUST_VERSION: &str = "1.85";

/// The version of the runtime that generated code fits.
pub const RUNTIME_VERSION: &str = "0.1.0";

/// Registries that a package may be published to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Publish {
    /// None.
    #[default]
    Never,
    /// Any.
    Anywhere,
    /// The named ones.
    Registries(Vec<String>),
}

/// Place of the runtime.
#[derive(Debug, Clone)]
pub enum Runtime {
    /// The folder [`VENDORED`] of the package, with these files: path below it, and text.
    Vendored(&'static [(&'static str, &'static str)]),
    /// The default registry of cargo, in this version.
    Registry(String),
    /// A git repository.
    Git {
        /// Its URL.
        url: String,
        /// The revision: a commit, or a tag or branch by its full name.
        revision: String,
    },
    /// A folder, absolute or from the folder of the package.
    Path(String),
}

impl Default for Runtime {
    /// Returns the folder `runtime` beside the package.
    fn default() -> Self {
        Self::Path("../runtime".to_owned())
    }
}

/// The folder of a vendored runtime, below that of the package.
pub const VENDORED: &str = "runtime";

impl Runtime {
    /// Returns the files that come with the package: path below its folder, and text. Their versions name the package as build metadata:
    /// Cargo refuses a lock file in which two folders have a package of one name and version.
    pub(crate) fn files(&self, package: &str) -> impl Iterator<Item = (String, Cow<'static, str>)> {
        let files = if let Self::Vendored(files) = self { *files } else { &[] };
        let version = format!("\nversion = \"{RUNTIME_VERSION}");
        let own = format!("{version}+{}", package.replace('_', "-"));
        files.iter().map(move |(path, text)| {
            let is_manifest = path.ends_with("Cargo.toml");
            let text = if is_manifest {
                text.replacen(&version, &own, 1).into()
            } else {
                Cow::Borrowed(*text)
            };
            (format!("{VENDORED}/{path}"), text)
        })
    }

    /// Returns where cargo finds the server's side of the runtime, as entries of an inline table; `None` for a place that does not
    /// have it. It is in the repository of the runtime, and in no registry.
    pub fn server_place(&self) -> Option<Vec<(&'static str, String)>> {
        let mut place = match self {
            Self::Vendored(_) | Self::Registry(_) => return None,
            Self::Path(_) | Self::Git { .. } => self.place(),
        };
        if let Some((_, path)) = place.iter_mut().find(|(key, _)| *key == "path") {
            let own = path.trim_end_matches('/');
            *path = match own.rsplit_once('/').unwrap_or(("", own)) {
                (_, "." | "..") => format!("{own}/../server"),
                ("", _) if !own.starts_with('/') => "server".to_owned(),
                (folder, _) => format!("{folder}/server"),
            };
        }
        Some(place)
    }

    /// Returns where cargo finds it, as entries of an inline table. A place without a version of its own gets that of
    /// the runtime that the generated code fits.
    pub(crate) fn place(&self) -> Vec<(&'static str, String)> {
        let at = |key, value: &str| vec![(key, value.to_owned()), ("version", RUNTIME_VERSION.to_owned())];
        match self {
            Self::Vendored(_) => at("path", VENDORED),
            Self::Path(path) => at("path", path),
            Self::Registry(version) => vec![("version", version.clone())],
            Self::Git { url, revision } => {
                let mut place = at("git", url);
                place.insert(1, ("rev", revision.clone()));
                place
            }
        }
    }
}

/// Reads the table of features in a manifest that was just generated: each stands on a line, the default ones below it.
pub fn features(manifest: &str) -> Vec<(String, bool)> {
    let lines = manifest.lines().skip_while(|line| *line != "[features]").skip(1);
    let lines: Vec<&str> = lines.take_while(|line| !line.starts_with('[')).collect();
    let is_default = |name: &str| lines.iter().any(|line| *line == format!("    \"{name}\","));
    let names = lines.iter().filter_map(|line| line.split_once(" = ["));
    names
        .map(|(name, _)| name.trim_matches('"'))
        .filter(|name| *name != "default" && !name.starts_with('#'))
        .map(|name| (name.to_owned(), is_default(name)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{RUNTIME_VERSION, RUST_VERSION, Runtime, features};

    #[test]
    fn the_server_is_next_to_a_runtime_in_a_folder_and_not_in_a_registry() {
        for (runtime, server) in [
            ("../runtime", "../server"),
            ("/a/runtime/", "/a/server"),
            ("/runtime", "/server"),
            ("runtime", "server"),
            ("a/..", "a/../../server"),
        ] {
            let place = Runtime::Path(runtime.to_owned()).server_place();
            assert_eq!(place.unwrap()[0], ("path", server.to_owned()), "{runtime}");
        }
        assert_eq!(Runtime::Registry("1".to_owned()).server_place(), None);
        assert_eq!(Runtime::Vendored(&[]).server_place(), None);
    }

    #[test]
    fn the_versions_are_those_of_the_runtime() {
        let manifest = include_str!("../../runtime/Cargo.toml");
        for line in [
            format!("version = {RUNTIME_VERSION:?}"),
            format!("rust-version = {RUST_VERSION:?}"),
        ] {
            assert!(manifest.lines().any(|one| one == line), "{line}");
        }
    }

    #[test]
    fn the_features_of_a_manifest_are_read_with_those_that_are_on() {
        let manifest = "[package]\nname = \"a\"\n\n# Notes.\n[features]\ndefault = [\n    \"reqwest\",\n    \"pets\",\n]\n\
                        reqwest = [\"x/reqwest\"]\n# Off.\ngzip = [\"x/gzip\"]\n\"pets\" = []\n\n[dependencies]\nb = []\n";
        let wanted = [("reqwest", true), ("gzip", false), ("pets", true)];
        assert_eq!(features(manifest), wanted.map(|(name, is_on)| (name.to_owned(), is_on)));
    }
}
