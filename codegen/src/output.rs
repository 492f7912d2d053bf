//! Items and text to a tree of files, and its difference from the files on a disk.
//!
//! In: Rust files as items, pages as text. Out: an [`OutputTree`] (path to bytes) and a [`OutputPlan`]. Nothing here touches
//! a file; the caller applies the plan.

mod code;
mod manifest;
mod plan;
mod print;
mod tree;

use std::collections::{BTreeMap, BTreeSet};

use sdkwright_contract::source::part_of;
use sdkwright_contract::text::{SourceMap, Span};
use sdkwright_contract::{ContractPart, ir};

use crate::emit::RustFiles;

pub use code::{CrateCode, code};
pub use manifest::{MANIFEST, MadeFrom, Manifest};
pub use plan::{BESIDE, CUSTOM, HEAD, OutputPlan, header, is_ours, is_refused, is_temporary, plan};
pub use print::{KeptText, PrintFacts, Printed, print};
pub use tree::{OutputTree, PathRefused};

// The part of the contract from which each file and item was made, for reports on changes.

/// Sources of a crate.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// Place of each part of the contract, by its JSON Pointer, and of each other file, by its path: file and line.
    pub places: BTreeMap<String, (String, usize)>,
    /// Source of each item.
    pub items: Vec<ItemSource>,
    /// Parts from which each file was made. A file that is not listed is made of the whole contract.
    pub files: BTreeMap<String, BTreeSet<String>>,
    /// Parts to which each part refers.
    pub refers: BTreeMap<String, BTreeSet<String>>,
}

/// Source of an item.
#[derive(Debug, Clone)]
pub struct ItemSource {
    /// Path of the item below the crate, such as `models::Order::amount`.
    pub item: String,
    /// Part of the contract in which its node is.
    pub part: String,
    /// File and line of its node.
    pub place: (String, usize),
}

/// Collects the sources of the files of an API.
pub(crate) fn sources(api: &ir::Api, files: &RustFiles<'_>, parts: &[ContractPart], map: &SourceMap) -> Sources {
    let file = |span: Span| {
        map.file(span.file)
            .map(|file| file.name.to_string())
            .unwrap_or_default()
    };
    let place = |span: Span| (file(span), map.line_column(span).map_or(1, |place| place.line));
    let places: BTreeMap<String, (String, usize)> =
        parts.iter().map(|part| (part.name.clone(), place(part.span))).collect();
    // Pointers into another file say nothing about the contract.
    let part = |origin: &ir::Origin| {
        let other = file(origin.span);
        if places.contains_key(&other) {
            other
        } else {
            part_of(&origin.pointer).to_owned()
        }
    };
    let mut refers: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut refer = |from: &ir::Origin, to: &ir::Origin| {
        refers.entry(part(from)).or_default().insert(part(to));
    };
    for (_, ty) in api.types() {
        ty.shape.visit(&mut |id| refer(&ty.origin, &api.ty(id).origin));
    }
    for operation in &api.operations {
        let parameters = operation
            .parameters
            .iter()
            .map(|parameter| (&parameter.origin, parameter.ty));
        for (origin, ty) in parameters.chain(operation.headers().map(|header| (&header.origin, header.ty))) {
            refer(&operation.origin, origin);
            refer(origin, &api.ty(ty).origin);
        }
        for ty in operation.contents().flat_map(ir::PartContent::types) {
            refer(&operation.origin, &api.ty(ty).origin);
        }
    }
    let items = files.origins();
    let mut made: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for item in &items {
        made.entry(item.file.clone()).or_default().insert(part(&item.origin));
    }
    Sources {
        items: items
            .into_iter()
            .map(|item| ItemSource {
                part: part(&item.origin),
                place: place(item.origin.span),
                item: item.item,
            })
            .collect(),
        places,
        files: made,
        refers,
    }
}
