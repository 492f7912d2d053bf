//! The crate of one version, and changes that only the crates show.

use std::collections::BTreeMap;

use sdkwright_changes::{Change, Conduct, ConductRisk, Place, Rust, RustKind, Verdicts, Wire, WireBreak};
use sdkwright_codegen::emit::ItemOrigin;
use sdkwright_codegen::output;
use sdkwright_contract::source::{Node, Origin};
use sdkwright_contract::text::SourceMap;

use crate::named_version::NamedVersion;
use crate::surface::{Item, ItemChange, Surface};

/// The crate of one version.
pub(super) struct Side<'v> {
    pub(super) surface: Surface,
    /// Node of each item.
    pub(super) origins: BTreeMap<String, Origin>,
    sources: &'v SourceMap,
}

impl<'v> Side<'v> {
    /// Makes the crate of a version, as far as its items need it. Errors: the reason.
    pub(super) fn new(side: &'v NamedVersion) -> Result<Self, String> {
        let Some(named) = side.named() else {
            return Err(format!("no crate can be made: {}", side.refused().unwrap_or_default()));
        };
        let mut code = output::code(named.api, named.names)?;
        let rows = std::mem::take(&mut code.origins).into_iter();
        // The whole contract is no node: what stands in an item with one goes with that item. Another file can be one schema.
        let contract = side.version.contract.tree().root().map(Node::document);
        let rows = rows.filter(|one| !one.origin.pointer.is_empty() || Some(one.origin.span.file) != contract);
        let origins = rows.map(|one: ItemOrigin| (one.item, one.origin)).collect();
        Ok(Self {
            surface: Surface::of(code),
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
    fn group(&self, path: &str, item: &Item) -> Option<String> {
        let is_model = path.starts_with("models::") || !path.contains([':', ' ']);
        if is_model {
            return None;
        }
        let name = match path.strip_prefix("feature ") {
            Some(name) => name.to_owned(),
            None => item.features.first()?.clone(),
        };
        let is_of = |(_, item): &(&str, &Item)| item.features.len() == 1 && item.features.contains(&name);
        let mut all = self.surface.items().filter(is_of).map(|(path, _)| path);
        all.find(|path| self.origins.contains_key(*path)).map(str::to_owned)
    }

    pub(super) fn place(&self, origin: &Origin) -> Option<Place> {
        let at = self.sources.line_column(origin.span)?;
        Some(Place {
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

/// Returns a change without any verdict.
pub(super) fn blank(id: &'static str) -> Change {
    Change {
        id,
        base: None,
        revision: None,
        operations: Vec::new(),
        old: None,
        new: None,
        text: String::new(),
        verdicts: Verdicts {
            wire: Wire {
                breaks: WireBreak::Nobody,
                reason: String::new(),
            },
            rust: Rust {
                kind: RustKind::Same,
                items: Vec::new(),
            },
            conduct: Conduct {
                risk: ConductRisk::Same,
                sentence: String::new(),
            },
        },
        advice: String::new(),
    }
}
