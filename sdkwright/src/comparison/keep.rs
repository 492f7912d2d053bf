//! Overrides that keep names in Rust: of members, operations, parameters, values and security schemes that have another name in the contract.

use std::collections::{BTreeMap, BTreeSet};

use sdkwright_changes::{Change, unnamed};
use sdkwright_codegen::naming::{parameter_key, value_key};
use sdkwright_contract::ir::{Shape, Type, TypeId};
use sdkwright_contract::source::part_of;

use crate::named_version::{NamedApi, VersionCrate};
use crate::surface::ItemKind;

/// Adds to what was renamed how it keeps its name in Rust.
pub(super) fn advise(sides: [&VersionCrate<'_>; 2], known: [NamedApi<'_>; 2], changes: &mut [Change]) {
    values(known, changes);
    types(sides, changes);
    for change in changes {
        if change.id == "parameter-renamed" {
            for sentence in parameters(known, change) {
                tell(change, &sentence);
            }
            continue;
        }
        if change.id == "security-scheme-renamed" {
            if let Some(sentence) = scheme(known, change) {
                tell(change, &sentence);
            }
            continue;
        }
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
        let is_of = |side: &VersionCrate<'_>, path: &str, pointer: &str| {
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
            tell(change, &sentence);
        }
    }
}

/// Adds to the first renamed member of a component with another name how the component keeps its own.
fn types(sides: [&VersionCrate<'_>; 2], changes: &mut [Change]) {
    let named = |side: &VersionCrate<'_>, pointer: &str| {
        let mut items = side.surface.items();
        let found = items.find(|(path, item)| {
            let is_type = [ItemKind::Struct, ItemKind::Enum, ItemKind::Alias].contains(&item.kind);
            is_type && path.starts_with("models::") && side.origins.get(*path).is_some_and(|at| at.pointer == pointer)
        });
        found.map(|(path, _)| path.to_owned())
    };
    let mut told: BTreeSet<String> = BTreeSet::new();
    for change in changes.iter_mut().filter(|change| change.id == "property-renamed") {
        let (Some(base), Some(revision)) = (&change.base, &change.revision) else {
            continue;
        };
        let (old, new) = (part_of(&base.pointer).to_owned(), part_of(&revision.pointer).to_owned());
        let (Some(before), Some(after)) = (named(sides[0], &old), named(sides[1], &new)) else {
            continue;
        };
        let is_other = sides[1].surface.item(&before).is_none() && sides[0].surface.item(&after).is_none();
        if is_other && told.insert(new.clone()) {
            tell(change, &keep(&new, before.rsplit("::").next().unwrap_or_default()));
        }
    }
}

/// Adds a sentence to the advice of a change.
fn tell(change: &mut Change, sentence: &str) {
    if !change.advice.is_empty() {
        change.advice.push_str("; ");
    }
    change.advice.push_str(sentence);
}

/// Returns how a renamed security scheme keeps its name.
fn scheme([base, revision]: [NamedApi<'_>; 2], change: &Change) -> Option<String> {
    let (old, new) = (change.base.as_ref()?, change.revision.as_ref()?);
    let name = |side: NamedApi<'_>, pointer: &str| -> Option<String> {
        let mut schemes = side.api.security.iter();
        let at = schemes.position(|scheme| scheme.origin.pointer == pointer)?;
        Some(side.names.scheme(at).to_owned())
    };
    let before = name(base, &old.pointer)?;
    (before != name(revision, &new.pointer)?).then(|| keep(&new.pointer, &before))
}

/// Returns how a renamed parameter keeps its name in each operation that has it.
fn parameters([base, revision]: [NamedApi<'_>; 2], change: &Change) -> Vec<String> {
    let (Some(old), Some(new)) = (&change.base, &change.revision) else {
        return Vec::new();
    };
    let mut advice = Vec::new();
    for (id, operation) in revision.api.operations() {
        let Some(at) = operation
            .parameters
            .iter()
            .position(|one| one.origin.pointer == new.pointer)
        else {
            continue;
        };
        let call = |method: &str, path: &str| (method.to_owned(), unnamed(path));
        let wanted = call(operation.method.token(), &operation.path);
        let before = base.api.operations().find_map(|(id, other)| {
            let is_same = call(other.method.token(), &other.path) == wanted;
            let at = other
                .parameters
                .iter()
                .position(|one| one.origin.pointer == old.pointer)?;
            is_same.then(|| base.names.parameter(id, at))
        });
        if let Some(name) = before.filter(|name| *name != revision.names.parameter(id, at)) {
            advice.push(keep(&parameter_key(operation, &operation.parameters[at]), name));
        }
    }
    advice
}

/// Adds to a value that goes where one other comes how the new one keeps the name.
fn values([base, revision]: [NamedApi<'_>; 2], changes: &mut [Change]) {
    let list = |pointer: &str| pointer.rsplit_once('/').map(|(list, _)| list.to_owned());
    let mut lists: BTreeMap<String, [Vec<usize>; 2]> = BTreeMap::new();
    for (at, change) in changes.iter().enumerate() {
        let (side, place) = match change.id {
            "enum-value-removed" => (0, &change.base),
            "enum-value-added" => (1, &change.revision),
            _ => continue,
        };
        if let Some(list) = place.as_ref().and_then(|place| list(&place.pointer)) {
            lists.entry(list).or_default()[side].push(at);
        }
    }
    for (list, [gone, come]) in lists {
        let ([gone], [come]) = (&gone[..], &come[..]) else {
            continue;
        };
        let plain = |text: &Option<String>| text.as_deref().map(|text| text.trim_matches('`').to_owned());
        let (Some(old), Some(new)) = (plain(&changes[*gone].old), plain(&changes[*come].new)) else {
            continue;
        };
        let (before, after) = (value(base, &list, &old), value(revision, &list, &new));
        if let (Some((_, name)), Some((key, now))) = (before, after)
            && name != now
        {
            let sentence = format!("if `{new}` is its new name: {}", keep(&key, &name));
            tell(&mut changes[*gone], &sentence);
        }
    }
}

/// Returns the place for a value's override, and its name.
fn value(side: NamedApi<'_>, list: &str, literal: &str) -> Option<(String, String)> {
    let is_of = |(_, ty): &(TypeId, &Type)| {
        list.strip_prefix(&ty.origin.pointer)
            .is_some_and(|rest| rest == "/enum")
    };
    let (id, ty) = side.api.types().find(is_of)?;
    let Shape::Enum(shape) = &ty.shape else { return None };
    let at = shape.values.iter().position(|value| value.value.text() == literal)?;
    Some((value_key(ty, literal), side.names.variant(id, at).to_owned()))
}

/// Returns how a node of the contract keeps a name in Rust.
pub(super) fn keep(pointer: &str, name: &str) -> String {
    format!("to keep the Rust name, write `\"{pointer}\": {name}` under `names`")
}
