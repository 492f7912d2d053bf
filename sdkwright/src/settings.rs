//! Settings of one contract: the vocabulary of `contracts.yaml` and `--config FILE`.
//!
//! In: YAML. Out: validated settings. Reads no contract.

use std::collections::BTreeMap;
use std::path::{Component, Path};

use anyhow::ensure;
use sdkwright_codegen::naming::Overrides;
use sdkwright_codegen::package::{ManifestFields, Runtime};
use sdkwright_codegen::pages;
use sdkwright_contract::diag::{self, Code, Levels};
use sdkwright_contract::document::Only;
use sdkwright_contract::lint::Allowed;
use serde::de::Deserializer;

use crate::checked::{
    self, Author, CargoSource, Category, Checked, Codes, Few, Kept, Keyword, License, Lint, Pointer, PublishTo, Reason,
    RustVersion, TextReader, Url, Version,
};
use crate::input::ContractInput;

/// The settings of one contract. Defaults depend on the file they are in.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ContractSettings {
    /// The contract's file, relative to the folder of the list; only in `contracts.yaml`.
    pub(crate) file: Option<String>,
    /// The folder of its crate, relative to the repository; only in `contracts.yaml`.
    #[serde(default, deserialize_with = "out")]
    pub(crate) out: Option<String>,
    /// The crate's name.
    #[serde(default, deserialize_with = "package")]
    pub(crate) package: Option<String>,
    /// The crate's version.
    pub(crate) version: Option<Checked<Version>>,
    /// The crate's licence, as SPDX expression.
    pub(crate) license: Option<Checked<License>>,
    /// Its authors.
    #[serde(default)]
    pub(crate) authors: Vec<Checked<Author>>,
    /// URL of its source code.
    pub(crate) repository: Option<Checked<Url>>,
    /// URL of the project.
    pub(crate) homepage: Option<Checked<Url>>,
    /// URL of its documentation.
    pub(crate) documentation: Option<Checked<Url>>,
    /// Words by which a registry finds it.
    #[serde(default)]
    pub(crate) keywords: Few<Keyword>,
    /// Categories of crates.io.
    #[serde(default)]
    pub(crate) categories: Few<Category>,
    /// Registries that may have it (default: none).
    #[serde(default)]
    pub(crate) publish: PublishTo,
    /// The lowest version of Rust (default: that of the runtime).
    #[serde(rename = "rust-version")]
    pub(crate) rust_version: Option<Checked<RustVersion>>,
    /// Place of the runtime (default: vendored).
    pub(crate) runtime: Option<Checked<CargoSource>>,
    /// Adds the server's side of the contract, behind the feature `server` (default: false).
    #[serde(default)]
    pub(crate) server: bool,
    /// Treatment of constructs that are not understood: refused, or left out with a warning.
    pub(crate) level: Option<Strictness>,
    /// Levels of single diagnostic codes.
    #[serde(default)]
    pub(crate) codes: Codes,
    /// Findings of lints that may stay, with reasons.
    #[serde(default)]
    pub(crate) allow: Vec<Allow>,
    /// Names that override the derived ones: JSON Pointer to name.
    #[serde(default)]
    pub(crate) names: BTreeMap<String, String>,
    /// Filters of operations; empty: all.
    #[serde(default)]
    pub(crate) only: Filters,
    /// Selection of schemas.
    pub(crate) schemas: Option<SchemaSelection>,
    /// Folder whose files the contract may refer to, seen from the contract's folder; without it, that folder.
    pub(crate) root: Option<String>,
    /// Overlays in the order of their application, relative to the folder of the file that names them.
    #[serde(default)]
    pub(crate) overlays: Vec<String>,
    /// Files and folders of one's own below `src`, besides the module `custom`.
    #[serde(default)]
    pub(crate) keep: Vec<Checked<Kept>>,
}

/// Selection of schemas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SchemaSelection {
    /// Every component.
    All,
    /// Schemas that an operation or a webhook needs.
    Used,
}

/// Strictness of a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Strictness {
    Strict,
    Lenient,
}

/// Filters of operations.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Filters {
    #[serde(default)]
    pub(crate) tags: Vec<String>,
    #[serde(default)]
    pub(crate) paths: Vec<String>,
    #[serde(default)]
    pub(crate) operations: Vec<String>,
}

impl ContractSettings {
    /// Reads the file of `--config`.
    pub(crate) fn parse(text: &str) -> anyhow::Result<Self> {
        let settings: Self = if text.trim().is_empty() {
            Self::default()
        } else {
            serde_yaml::from_str(text).map_err(with_suggestion)?
        };
        ensure!(
            settings.file.is_none() && settings.out.is_none(),
            "`file` and `out` are not allowed in a file of --config; pass them with --contract and --out"
        );
        Ok(settings)
    }

    /// Returns what the manifest states.
    pub(crate) fn facts(&self) -> ManifestFields {
        let url = |url: &Option<Checked<Url>>| url.as_ref().map(Checked::text);
        let default = ManifestFields::default();
        ManifestFields {
            version: self.version.as_ref().map_or(default.version, Checked::text),
            license: self.license.as_ref().map(Checked::text),
            authors: self.authors.iter().map(Checked::text).collect(),
            repository: url(&self.repository),
            homepage: url(&self.homepage),
            documentation: url(&self.documentation),
            keywords: self.keywords.texts(),
            categories: self.categories.texts(),
            publish: self.publish.0.clone(),
            rust_version: self.rust_version.as_ref().map_or(default.rust_version, Checked::text),
        }
    }

    /// Returns the place of the runtime.
    pub(crate) fn place_of_runtime(&self) -> anyhow::Result<Runtime> {
        let text = self
            .runtime
            .as_ref()
            .map_or_else(|| "vendored".to_owned(), Checked::text);
        checked::runtime_source(&text).map_err(anyhow::Error::msg)
    }

    /// Returns a contract as these settings have it read. The defaults are those of a list: strict, with all schemas.
    pub(crate) fn apply_to(&self, input: ContractInput) -> ContractInput {
        let mut levels = match self.level {
            Some(Strictness::Lenient) => Levels::lenient(),
            Some(Strictness::Strict) | None => Levels::strict(),
        };
        levels.overrides.extend(&self.codes.0);
        ContractInput {
            overrides: Overrides::new(self.names.clone()),
            only: Only {
                tags: self.only.tags.clone(),
                paths: self.only.paths.clone(),
                operations: self.only.operations.clone(),
                used_schemas: self.schemas == Some(SchemaSelection::Used),
            },
            levels,
            ..input
        }
    }
}

/// Returns an error of the reader with the nearest allowed word, in place of all of them, if one is near.
pub(crate) fn with_suggestion(error: serde_yaml::Error) -> anyhow::Error {
    let text = error.to_string();
    let suggested = || {
        let (before, after) = text.split_once(", expected ")?;
        let (_, wrong) = before.rsplit_once(" `")?;
        let words = after.split('`').skip(1).step_by(2);
        let near = diag::nearest(wrong.trim_end_matches('`'), words)?;
        let place = after.rfind(" at line ").map_or("", |at| &after[at..]);
        before
            .contains("unknown ")
            .then(|| format!("{before}{place}; did you mean `{near}`?"))
    };
    match suggested() {
        Some(text) => anyhow::anyhow!(text),
        None => error.into(),
    }
}

fn package<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let check = |text: &str| check_package(text).map(|()| Some(text.to_owned()));
    deserializer.deserialize_str(TextReader::new("a text", check))
}

fn out<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let check = |text: &str| check_out(text).map(|()| Some(text.to_owned()));
    deserializer.deserialize_str(TextReader::new("a text", check))
}

/// Validates the folder of a crate: below the repository.
pub(crate) fn check_out(out: &str) -> anyhow::Result<()> {
    let normal = |part: Component<'_>| matches!(part, Component::Normal(_));
    let below = !out.is_empty() && Path::new(out).components().all(normal);
    ensure!(below, "`out: {out}` is not a folder below the repository");
    Ok(())
}

/// Validates the name of a package.
pub(crate) fn check_package(name: &str) -> anyhow::Result<()> {
    match pages::package_name_fault(name) {
        Some(why) => anyhow::bail!("`{name}` cannot be the name of a package: {why}"),
        None => Ok(()),
    }
}

impl Filters {
    /// Adds a filter of the command line, such as `tag=pets`.
    pub(crate) fn add(&mut self, text: &str) -> anyhow::Result<()> {
        let list = match text.split_once('=') {
            Some(("tag", _)) => &mut self.tags,
            Some(("path", _)) => &mut self.paths,
            Some(("operation", _)) => &mut self.operations,
            _ => anyhow::bail!("`--only {text}` is not a filter; write tag=NAME, path=/PATH or operation=ID"),
        };
        list.extend(text.split_once('=').map(|(_, value)| value.to_owned()));
        Ok(())
    }
}

// The setting `allow`: findings of lints that the owner of a contract allows, each with a reason. An error has the line
// and column of the text that is wrong.

/// An entry of the list.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Allow {
    code: Checked<Lint>,
    at: Checked<Pointer>,
    reason: Checked<Reason>,
}

impl Allow {
    /// Returns the allowance; `None` never follows a code that was read.
    pub(crate) fn allowed(&self) -> Option<Allowed> {
        Some(Allowed {
            code: Code::from_number(&self.code.text())?,
            at: self.at.text(),
            reason: self.reason.text(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{ContractSettings, Filters};

    fn refused(text: &str) -> String {
        format!("{:#}", ContractSettings::parse(text).unwrap_err())
    }

    #[test]
    fn every_word_that_cannot_be_followed_is_refused_with_what_may_stand_there() {
        for (text, why) in [
            ("out: a\n", "--out"),
            (
                "license: MIT\npakage: a\n",
                "unknown field `pakage` at line 2 column 1; did you mean `package`?",
            ),
            ("level: strikt\n", "did you mean `strict`?"),
            ("wholly: other\n", "expected one of `file`"),
            ("package: tokio\n", "every generated crate depends on"),
            ("version: '1'\n", "`0.1.0`"),
            ("level: loose\n", "unknown variant `loose`"),
            ("level: linient\n", "did you mean `lenient`?"),
            ("codes: { C9999: note }\n", "explain codes"),
            ("codes: { C0205: fatal }\n", "`warning`"),
            ("codes: { C0102: warning }\n", "is not possible"),
            ("only: { tag: [a] }\n", "did you mean `tags`?"),
            ("keep: [README.md]\n", "`src/helpers`"),
            ("keep: [src/../x]\n", "`src/helpers`"),
            ("keep: [src]\n", "`src/helpers`"),
            ("- package: a\n", "invalid type"),
        ] {
            let said = refused(text);
            assert!(said.contains(why), "{text}: {said}");
        }
        assert!(ContractSettings::parse("").is_ok() && ContractSettings::parse("# nothing\n{}\n").is_ok());
    }

    #[test]
    fn a_filter_of_the_command_line_has_its_kind() {
        let mut filters = Filters::default();
        for text in ["tag=a", "path=/a=b", "operation=c"] {
            filters.add(text).unwrap();
        }
        assert_eq!(
            (filters.tags, filters.paths, filters.operations),
            (vec!["a".to_owned()], vec!["/a=b".to_owned()], vec!["c".to_owned()])
        );
        assert!(Filters::default().add("pets").is_err());
    }
}
