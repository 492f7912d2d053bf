//! One version of a contract with the names of its crate, as a comparison needs it.

use sdkwright_changes::Version;
use sdkwright_codegen::naming::{self, Names, Overrides};
use sdkwright_contract::diag::{Level, Report};
use sdkwright_contract::ir::Api;
use sdkwright_contract::{Contract, Inputs};

use crate::report;

/// One version of a contract with the names of its crate.
#[derive(Debug)]
pub struct NamedVersion {
    /// The contract.
    pub version: Version,
    /// Number of errors for which no crate can be generated.
    pub errors: usize,
    refused: Option<String>,
    names: Option<Names>,
}

/// A sealed API with its names.
#[derive(Debug, Clone, Copy)]
pub struct Named<'v> {
    /// The API.
    pub api: &'v Api,
    /// Rust names of everything in it.
    pub names: &'v Names,
}

impl NamedVersion {
    /// Reads a version. A contract with errors has no verdicts on Rust and conduct. `Err`: the file is not a contract of a
    /// version that can be read.
    pub fn read(inputs: &Inputs<'_>, overrides: &Overrides) -> Result<Self, Box<Report>> {
        let mut version = Version::read(inputs)?;
        let mut report = Report::new(inputs.levels.clone());
        let contract = Contract::read(inputs, &|_| {}, &mut report);
        let api = contract.and_then(|contract| contract.meaning(&|_| {}, &mut report));
        let names = api.as_ref().map(|api| naming::assign(api, overrides, &mut report));
        let is_whole = names.is_some() && !report.has_errors();
        version.api = api.filter(|_| is_whole);
        Ok(Self {
            version,
            errors: report.errors(),
            refused: (!is_whole).then(|| refusal(&report)),
            names: names.filter(|_| is_whole),
        })
    }

    /// Returns the first error for which no crate can be generated with its place, and the number of the others, without a
    /// full stop.
    pub fn refused(&self) -> Option<&str> {
        self.refused.as_deref()
    }

    /// Returns the API with its names; `None` if the contract has errors.
    pub fn named(&self) -> Option<Named<'_>> {
        let (api, names) = (self.version.api.as_ref()?, self.names.as_ref()?);
        Some(Named { api, names })
    }
}

/// Returns the first error of a contract with its place, and the number of the others.
fn refusal(report: &Report) -> String {
    let all = report.diagnostics();
    let first = all.into_iter().find(|one| one.level == Level::Error);
    let said = first.map_or_else(
        || "`generate` shows the reasons".to_owned(),
        |one| {
            let file = report.sources.file(one.primary.span.file);
            let at = file.zip(report.sources.line_column(one.primary.span));
            let at = at.map_or_else(String::new, |(file, at)| {
                format!("{}:{}:{}: ", file.name, at.line, at.column)
            });
            format!("{at}{}", one.message)
        },
    );
    match report.errors().saturating_sub(1) {
        0 => said,
        more => format!("{said}; {} more", report::plural(more, "error")),
    }
}
