//! `openapi/contracts.yaml`: which contracts exist and where their crates go.

use std::collections::BTreeMap;
use std::path::{Component, Path};

use anyhow::Context as _;

/// The file.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Contracts {
    pub(crate) contracts: Vec<Contract>,
}

/// One contract.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Contract {
    /// Its file, seen from `openapi/`.
    pub(crate) file: String,
    /// The folder of its crate, below the repository.
    pub(crate) out: String,
    /// The crate's name.
    pub(crate) package: String,
    /// The crate's version.
    pub(crate) version: String,
    /// What is not understood: refused (ours) or left out with a warning (foreign).
    pub(crate) level: Level,
    /// Names that override the derived ones: JSON Pointer to name.
    #[serde(default)]
    pub(crate) names: BTreeMap<String, String>,
}

/// How much of a contract must be understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    Strict,
    Lenient,
}

/// Reads the file.
pub(crate) fn read(path: &Path) -> anyhow::Result<Contracts> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let listed: Contracts = serde_yaml::from_str(&text).with_context(|| path.display().to_string())?;
    for (at, contract) in listed.contracts.iter().enumerate() {
        let out = Path::new(&contract.out);
        let below = !contract.out.is_empty() && out.components().all(|part| matches!(part, Component::Normal(_)));
        anyhow::ensure!(
            below,
            "{}: `out: {}` is no folder below the repository",
            path.display(),
            contract.out
        );
        // Each would remove the other's files: they are ours, and its tree does not have them.
        let mut before = listed.contracts.iter().take(at).map(|other| Path::new(&other.out));
        if let Some(other) = before.find(|other| out.starts_with(other) || other.starts_with(out)) {
            anyhow::bail!(
                "{}: `out: {}` is shared with `out: {}`",
                path.display(),
                contract.out,
                other.display()
            );
        }
    }
    Ok(listed)
}
