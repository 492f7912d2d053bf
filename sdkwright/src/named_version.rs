//! One version of a contract with the names of its crate, as a comparison needs it.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use sdkwright_changes::{Change, ContractPlace, RustKind, Version};
use sdkwright_codegen::emit::ItemOrigin;
use sdkwright_codegen::naming::{Names, Overrides};
use sdkwright_codegen::{naming, output};
use sdkwright_contract::diag::{Level, Report};
use sdkwright_contract::ir::Api;
use sdkwright_contract::source::{Node, Origin};
use sdkwright_contract::text::SourceMap;
use sdkwright_contract::{Contract, Inputs};

use crate::report;
use crate::surface::{ItemChange, PublicItem, Surface};

/// One version of a contract with the names of its crate.
#[derive(Debug)]
pub struct NamedVersion {
    /// The contract.
    pub version: Version,
    /// Number of errors for which no crate can be generated.
    pub errors: usize,
    refused: Option<String>,
    names: Option<Names>,
    /// Made when it is needed first.
    items: OnceLock<Result<CrateItems, String>>,
}

/// A sealed API with its names.
#[derive(Debug, Clone, Copy)]
pub struct NamedApi<'v> {
    /// The API.
    pub api: &'v Api,
    /// Rust names of everything in it.
    pub names: &'v Names,
}

impl NamedVersion {
    /// Reads a version. A contract with errors has no verdicts on Rust and conduct. `Err`: the file is not a contract of a
    /// version that can be read.
    pub fn from_inputs(inputs: &Inputs<'_>, overrides: &Overrides) -> Result<Self, Box<Report>> {
        let mut version = Version::from_inputs(inputs)?;
        let mut report = Report::new(inputs.levels.clone());
        let contract = Contract::from_inputs(inputs, &|_| {}, &mut report);
        let api = contract.and_then(|contract| contract.meaning(&|_| {}, &mut report));
        let names = api.as_ref().map(|api| naming::assign(api, overrides, 1, &mut report));
        let is_whole = names.is_some() && !report.has_errors();
        version.api = api.filter(|_| is_whole);
        Ok(Self {
            version,
            errors: report.errors(),
            refused: (!is_whole).then(|| refusal(&report)),
            names: names.filter(|_| is_whole),
            items: OnceLock::new(),
        })
    }

    /// Returns the first error for which no crate can be generated with its place, and the number of the others, without a
    /// full stop.
    pub fn refused(&self) -> Option<&str> {
        self.refused.as_deref()
    }

    /// Returns the API with its names; `None` if the contract has errors.
    pub fn named(&self) -> Option<NamedApi<'_>> {
        let (api, names) = (self.version.api.as_ref()?, self.names.as_ref()?);
        Some(NamedApi { api, names })
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

// The crate of one version, and changes that only the crates show.

/// The items of a version's crate.
#[derive(Debug)]
struct CrateItems {
    surface: Surface,
    origins: BTreeMap<String, Origin>,
}

impl CrateItems {
    /// Makes the crate of a version, as far as its items need it. Errors: the reason.
    fn new(side: &NamedVersion) -> Result<Self, String> {
        let Some(named) = side.named() else {
            return Err(format!("no crate can be made: {}", side.refused().unwrap_or_default()));
        };
        let mut code = output::code(named.api, named.names)?;
        let rows = std::mem::take(&mut code.origins).into_iter();
        // The whole contract is no node: what stands in an item with one goes with that item. Another file can be one schema.
        let contract = side.version.contract.tree().root().map(Node::document);
        let rows = rows.filter(|one| !one.origin.pointer.is_empty() || Some(one.origin.span.file) != contract);
        Ok(Self {
            origins: rows.map(|one: ItemOrigin| (one.item, one.origin)).collect(),
            surface: Surface::from_code(code),
        })
    }
}

/// The crate of one version.
pub(super) struct VersionCrate<'v> {
    pub(super) surface: &'v Surface,
    /// Node of each item.
    pub(super) origins: &'v BTreeMap<String, Origin>,
    sources: &'v SourceMap,
}

impl<'v> VersionCrate<'v> {
    /// Returns the crate of a version. Errors: the reason that there is none.
    pub(super) fn new(side: &'v NamedVersion) -> Result<Self, String> {
        let items = side.items.get_or_init(|| CrateItems::new(side));
        let CrateItems { surface, origins } = items.as_ref().map_err(Clone::clone)?;
        Ok(Self {
            surface,
            origins,
            sources: &side.version.sources,
        })
    }

    /// Returns the node of an item: its own, or that of the item to which it belongs, or of its group.
    pub(super) fn node(&self, path: &str) -> Option<&Origin> {
        let mut at = Some(path.to_owned());
        while let Some(path) = at {
            if let Some(origin) = self.origins.get(&path) {
                return Some(origin);
            }
            at = self.surface.item(&path).and_then(|item| item.parent.clone());
        }
        let group = self.group(path, self.surface.item(path)?)?;
        self.origins.get(&group)
    }

    /// Returns an item of the contract in the group of an item, such as the accessor, the feature or the module of the group.
    fn group(&self, path: &str, item: &PublicItem) -> Option<String> {
        let is_model = path.starts_with("models::") || !path.contains([':', ' ']);
        if is_model {
            return None;
        }
        let name = match path.strip_prefix("feature ") {
            Some(name) => name.to_owned(),
            None => item.features.first()?.clone(),
        };
        let is_of = |(_, item): &(&str, &PublicItem)| item.features.len() == 1 && item.features.contains(&name);
        let mut all = self.surface.items().filter(is_of).map(|(path, _)| path);
        all.find(|path| self.origins.contains_key(*path)).map(str::to_owned)
    }

    pub(super) fn place(&self, origin: &Origin) -> Option<ContractPlace> {
        let at = self.sources.line_column(origin.span)?;
        Some(ContractPlace {
            pointer: origin.pointer.clone(),
            file: self.sources.file(origin.span.file)?.name.to_string(),
            line: at.line,
            column: at.column,
        })
    }
}

/// Adds an item to the verdict of a change.
pub(super) fn add(change: &mut Change, item: &ItemChange) {
    let rust = &mut change.verdicts.rust;
    let kind = if item.breaks {
        RustKind::Breaking
    } else {
        RustKind::Added
    };
    rust.kind = rust.kind.max(kind);
    rust.items.push(item.text.clone());
}
