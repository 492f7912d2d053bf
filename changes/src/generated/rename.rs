//! Types that have another name and nothing else: found by their items, told with the override that keeps the name.

use std::collections::BTreeMap;

use crate::comparison::Change;
use crate::surface::{ItemChange, ItemKind, ItemStep, Surface};

use super::{Side, add, blank};

/// Takes the items of renamed types out of the list, and returns a change for each.
pub(super) fn find(sides: [&Side<'_>; 2], items: &mut Vec<ItemChange>) -> Vec<Change> {
    let pairs = pairs(sides, items);
    let renamed = |text: &str| {
        let mut text = text.to_owned();
        for (old, new) in &pairs {
            text = replaced(&text, old, new);
        }
        text
    };
    let [base, revision] = sides.map(|side| &side.surface);
    let mut found: Vec<Change> = pairs.iter().map(|(old, new)| change(sides, old, new)).collect();
    items.retain(|item| {
        let about = pairs
            .iter()
            .position(|(old, new)| is_about(item, old) || is_about(item, new))
            .or_else(|| {
                // What only mentions a renamed type goes with its name.
                let (old, new) = (base.item(&item.path)?, revision.item(&item.path)?);
                let is_same = renamed(&old.signature) == new.signature && old.features.is_superset(&new.features);
                is_same.then(|| {
                    pairs
                        .iter()
                        .position(|(name, _)| replaced(&old.signature, name, "") != old.signature)
                })?
            });
        if let Some(change) = about.and_then(|at| found.get_mut(at)) {
            add(change, item);
        }
        about.is_none()
    });
    found
}

/// Adds to renamed members and operations how they keep their names in Rust.
pub(super) fn advise(sides: [&Side<'_>; 2], changes: &mut [Change]) {
    for change in changes {
        let kind = match change.id {
            "property-renamed" => ItemKind::Field,
            "operation-id-changed" | "operation-id-removed" | "operation-id-added" => ItemKind::Struct,
            _ => continue,
        };
        let (Some(base), Some(revision)) = (&change.base, &change.revision) else {
            continue;
        };
        let node = |pointer: &str| pointer.trim_end_matches("/operationId").to_owned();
        let (old, new) = (node(&base.pointer), node(&revision.pointer));
        let is_of = |side: &Side<'_>, path: &str, pointer: &str| {
            let origin = side.origins.get(path);
            origin.is_some_and(|origin| origin.pointer == pointer)
        };
        let named = sides[0]
            .surface
            .items()
            .find(|(path, item)| item.kind == kind && is_of(sides[0], path, &old));
        let Some((path, _)) = named else { continue };
        let is_kept = |path: &str| sides[1].surface.item(path).is_some_and(|_| is_of(sides[1], path, &new));
        let last = |path: &str| path.rsplit("::").next().unwrap_or_default().to_owned();
        let mut advice = Vec::new();
        if !is_kept(path) {
            advice.push(keep(&new, &last(path)));
        }
        let method = sides[0]
            .surface
            .items()
            .find(|(path, item)| item.kind == ItemKind::Function && is_of(sides[0], path, &old));
        if let Some((path, _)) = method.filter(|(path, _)| kind == ItemKind::Struct && !is_kept(path)) {
            advice.push(format!(
                "to keep the method, write `x-sdk: {{ method: {} }}` at the operation",
                last(path)
            ));
        }
        for sentence in advice {
            if !change.advice.is_empty() {
                change.advice.push_str("; ");
            }
            change.advice.push_str(&sentence);
        }
    }
}

/// Returns how a node of the contract keeps a name in Rust.
fn keep(pointer: &str, name: &str) -> String {
    format!("to keep the Rust name, write `\"{pointer}\": {name}` under `names`")
}

/// Returns the old and the new path of each renamed type.
fn pairs(sides: [&Side<'_>; 2], items: &[ItemChange]) -> Vec<(String, String)> {
    let is_type = |surface: &Surface, path: &str| {
        let kinds = [ItemKind::Struct, ItemKind::Enum, ItemKind::Alias];
        path.starts_with("models::") && surface.item(path).is_some_and(|item| kinds.contains(&item.kind))
    };
    let of = |step: ItemStep, side: &Side<'_>| -> Vec<String> {
        let all = items
            .iter()
            .filter(|item| item.step == step && is_type(&side.surface, &item.path));
        all.map(|item| item.path.clone()).collect()
    };
    let (gone, new) = (of(ItemStep::Removed, sides[0]), of(ItemStep::Added, sides[1]));
    let mut pairs = Vec::new();
    for old in &gone {
        let shape = parts(&sides[0].surface, old);
        let same: Vec<&String> = new
            .iter()
            .filter(|path| parts(&sides[1].surface, path) == shape)
            .collect();
        // Two types of one shape do not tell which is which.
        let alone = gone
            .iter()
            .filter(|path| parts(&sides[0].surface, path) == shape)
            .count()
            == 1;
        if let ([path], true) = (same.as_slice(), alone) {
            pairs.push((old.clone(), (*path).clone()));
        }
    }
    pairs
}

/// Returns the items of a type, with the type's own name left out.
fn parts(surface: &Surface, path: &str) -> BTreeMap<String, String> {
    let own = surface
        .items()
        .filter(|(at, item)| *at == path || item.parent.as_deref() == Some(path));
    own.map(|(at, item)| (replaced(at, path, "Self"), replaced(&item.signature, path, "Self")))
        .collect()
}

fn is_about(item: &ItemChange, path: &str) -> bool {
    let name = path.trim_start_matches("models::");
    item.path == path || item.path == name || item.parent.as_deref() == Some(path)
}

/// Replaces a path in a text where it stands as a whole word.
fn replaced(text: &str, path: &str, by: &str) -> String {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '#');
    let (mut out, mut rest) = (String::new(), text);
    while let Some(at) = rest.find(path) {
        let after = &rest[at + path.len()..];
        let is_whole = !rest[..at].ends_with(is_word) && !after.starts_with(is_word);
        out.push_str(&rest[..at]);
        out.push_str(if is_whole { by } else { path });
        rest = after;
    }
    out + rest
}

fn change(sides: [&Side<'_>; 2], old: &str, new: &str) -> Change {
    let nodes = [sides[0].origins.get(old), sides[1].origins.get(new)];
    let name = |path: &str| path.rsplit("::").next().unwrap_or_default().to_owned();
    let mut change = blank("type-renamed");
    change.base = nodes[0].and_then(|origin| sides[0].place(origin));
    change.revision = nodes[1].and_then(|origin| sides[1].place(origin));
    change.old = Some(name(old));
    change.new = Some(name(new));
    change.text = format!("`{}` is now `{}` and the same otherwise", name(old), name(new));
    let pointer = nodes[1].map(|origin| origin.pointer.as_str()).unwrap_or_default();
    change.advice = keep(pointer, &name(old));
    change
}
