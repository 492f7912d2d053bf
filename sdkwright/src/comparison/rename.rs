//! Types that have another name and nothing else: found by their items, told with the override that keeps the name.

use std::collections::{BTreeMap, HashMap};

use sdkwright_changes::Change;

use super::keep::keep;
use crate::named_version::{VersionCrate, add};
use crate::surface::{ItemChange, ItemKind, ItemStep, Surface, replace_paths};

/// Takes the items of renamed types out of the list, and returns a change for each.
pub(super) fn find(sides: [&VersionCrate<'_>; 2], items: &mut Vec<ItemChange>) -> Vec<Change> {
    let pairs = pairs(sides, items);
    let mut number: HashMap<&str, usize> = HashMap::new();
    for (at, (old, new)) in pairs.iter().enumerate() {
        for path in [old, new] {
            number.insert(path, at);
            number.insert(path.trim_start_matches("models::"), at);
        }
    }
    let names = pairs.iter().cloned().collect();
    let [base, revision] = sides.map(|side| side.surface);
    let mut found: Vec<Change> = pairs.iter().map(|(old, new)| change(sides, old, new)).collect();
    items.retain(|item| {
        let own = [Some(item.path.as_str()), item.parent.as_deref()];
        let about = own.into_iter().flatten().find_map(|path| number.get(path).copied());
        let about = about.or_else(|| {
            // An item that only mentions a renamed type is renamed with it.
            let (old, new) = (base.item(&item.path)?, revision.item(&item.path)?);
            let mut first = None;
            let renamed = renamed(&old.signature, &names, &mut |path| {
                first = first.or(number.get(path).copied());
            });
            let is_same = renamed == new.signature && old.features.is_superset(&new.features);
            first.filter(|_| is_same)
        });
        if let Some(change) = about.and_then(|at| found.get_mut(at)) {
            add(change, item);
        }
        about.is_none()
    });
    found
}

/// Returns the old and the new path of each renamed type.
fn pairs(sides: [&VersionCrate<'_>; 2], items: &[ItemChange]) -> Vec<(String, String)> {
    let is_type = |surface: &Surface, path: &str| {
        let kinds = [ItemKind::Struct, ItemKind::Enum, ItemKind::Alias];
        path.starts_with("models::") && surface.item(path).is_some_and(|item| kinds.contains(&item.kind))
    };
    let of = |step: ItemStep, side: &VersionCrate<'_>| -> Vec<String> {
        let all = items
            .iter()
            .filter(|item| item.step == step && is_type(side.surface, &item.path));
        all.map(|item| item.path.clone()).collect()
    };
    let (mut gone, mut new) = (of(ItemStep::Removed, sides[0]), of(ItemStep::Added, sides[1]));
    let mut pairs: BTreeMap<String, String> = BTreeMap::new();
    // A type that contains a renamed one is recognised after it.
    loop {
        let old = shapes(sides[0].surface, &gone, &pairs);
        let now = shapes(sides[1].surface, &new, &BTreeMap::new());
        // Two types of one shape do not tell which is which.
        let alone = old
            .iter()
            .filter_map(|(shape, paths)| match (paths.as_slice(), now.get(shape)?.as_slice()) {
                ([old], [new]) => Some((old.clone(), new.clone())),
                _ => None,
            });
        let found: Vec<(String, String)> = alone.collect();
        if found.is_empty() {
            return pairs.into_iter().collect();
        }
        gone.retain(|path| !found.iter().any(|(old, _)| old == path));
        new.retain(|path| !found.iter().any(|(_, new)| new == path));
        pairs.extend(found);
    }
}

/// Returns the types of each shape: the items of a type, with its own name left out and others renamed.
fn shapes(
    surface: &Surface,
    types: &[String],
    names: &BTreeMap<String, String>,
) -> BTreeMap<Vec<(String, String)>, Vec<String>> {
    let mut parts: BTreeMap<&str, Vec<(String, String)>> =
        types.iter().map(|path| (path.as_str(), Vec::new())).collect();
    for (at, item) in surface.items() {
        let of = item.parent.as_deref().filter(|parent| parts.contains_key(parent));
        let Some(path) = of.or_else(|| parts.contains_key(at).then_some(at)) else {
            continue;
        };
        let own = BTreeMap::from([(path.to_owned(), "Self".to_owned())]);
        let short = |text: &str| renamed(text, &own, &mut |_| ());
        let part = (short(at), renamed(&short(&item.signature), names, &mut |_| ()));
        parts.entry(path).or_default().push(part);
    }
    let mut shapes: BTreeMap<Vec<(String, String)>, Vec<String>> = BTreeMap::new();
    for (path, parts) in parts {
        shapes.entry(parts).or_default().push(path.to_owned());
    }
    shapes
}

/// Replaces paths of types in a text by their new ones, and gives each that was found.
fn renamed(text: &str, names: &BTreeMap<String, String>, give: &mut dyn FnMut(&str)) -> String {
    replace_paths(text, |word| {
        // The path itself, or of something in it.
        let ends = [word.len()].into_iter();
        let mut ends = ends.chain(word.rmatch_indices("::").map(|(at, _)| at));
        let known = ends.find_map(|end| Some((end, names.get(&word[..end])?)));
        known.map_or_else(
            || word.to_owned(),
            |(end, new)| {
                give(&word[..end]);
                format!("{new}{}", &word[end..])
            },
        )
    })
}

fn change(sides: [&VersionCrate<'_>; 2], old: &str, new: &str) -> Change {
    let nodes = [sides[0].origins.get(old), sides[1].origins.get(new)];
    let name = |path: &str| path.rsplit("::").next().unwrap_or_default().to_owned();
    let mut change = Change {
        id: "type-renamed",
        ..Change::default()
    };
    change.base = nodes[0].and_then(|origin| sides[0].place(origin));
    change.revision = nodes[1].and_then(|origin| sides[1].place(origin));
    change.old = Some(name(old));
    change.new = Some(name(new));
    change.text = format!("`{}` is now `{}` and the same otherwise", name(old), name(new));
    let pointer = nodes[1].map(|origin| origin.pointer.as_str()).unwrap_or_default();
    // A file that is one schema has no pointer under which `names` could have it.
    if !pointer.is_empty() {
        change.advice = keep(pointer, &name(old));
    }
    change
}
