//! `contracts.yaml`: the contracts and the folders of their crates.

use std::path::{Component, Path};

use anyhow::{Context as _, ensure};

use crate::checked::Checked;
use crate::settings::{Level, Settings};

/// Content of the file.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Contracts {
    contracts: Vec<Settings>,
}

/// One contract.
#[derive(Debug)]
pub(crate) struct Contract {
    /// Its file, relative to the folder of the list.
    pub(crate) file: String,
    /// The folder of its crate, relative to the repository.
    pub(crate) out: String,
    /// Its settings.
    pub(crate) settings: Settings,
}

/// Parses the file's text.
pub(crate) fn read(text: &str) -> anyhow::Result<Vec<Contract>> {
    let listed: Contracts = serde_yaml::from_str(text)?;
    let mut contracts: Vec<Contract> = Vec::new();
    for (at, settings) in listed.contracts.into_iter().enumerate() {
        let contract = one(settings).with_context(|| format!("contract {}", at + 1))?;
        let out = Path::new(&contract.out);
        // Two contracts with one folder would remove each other's files.
        let mut before = contracts.iter().map(|other| Path::new(&other.out));
        if let Some(other) = before.find(|other| out.starts_with(other) || other.starts_with(out)) {
            anyhow::bail!("`out: {}` is shared with `out: {}`", contract.out, other.display());
        }
        contracts.push(contract);
    }
    Ok(contracts)
}

fn one(settings: Settings) -> anyhow::Result<Contract> {
    let needed = |word: &str, value: &Option<String>| value.clone().with_context(|| format!("`{word}` is missing"));
    let (file, out) = (needed("file", &settings.file)?, needed("out", &settings.out)?);
    needed("package", &settings.package)?;
    needed("version", &settings.version.as_ref().map(Checked::text))?;
    settings.check()?;
    check_out(&out)?;
    Ok(Contract { file, out, settings })
}

/// Validates the folder of a crate: below the repository.
pub(crate) fn check_out(out: &str) -> anyhow::Result<()> {
    let normal = |part: Component<'_>| matches!(part, Component::Normal(_));
    let below = !out.is_empty() && Path::new(out).components().all(normal);
    ensure!(below, "`out: {out}` is no folder below the repository");
    Ok(())
}

/// Default level of contracts in the list.
pub(crate) const LEVEL: Level = Level::Strict;
