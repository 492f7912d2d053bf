//! Shared types: every place of equal inline types refers to one type, which knows its places.
//!
//! In: the first of the equal types for each type. A place keeps a name of its own only where an operation carries it as
//! a whole: there people look for the name of the operation. Texts of the type are those on which all places agree.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::edges;
use crate::ir::{self, InlinePlace, NameHint, PartContent, Shape, TypeId, UnsealedApi};

pub(super) fn unite(api: &mut UnsealedApi, firsts: &[TypeId]) {
    // A type with a name in the contract stays, and so does what has no name at all.
    let target: Vec<TypeId> = (edges::ids(api).zip(firsts))
        .map(|(id, first)| match api.types[id.0 as usize].name {
            NameHint::Derived(_) | NameHint::Elsewhere { .. } => *first,
            _ => id,
        })
        .collect();
    let to = |id: TypeId| target.get(id.0 as usize).copied().unwrap_or(id);
    let places = places(api, &to);
    let mut roots = bodies(api);
    for (first, all) in &places {
        agree(api, *first, all);
        let described = all.iter().filter_map(|id| place(api, *id)).collect();
        api.shared.insert(*first, described);
    }
    name_variants(api, &to);
    for id in edges::ids(api) {
        edges::map_shape(&mut api.types[id.0 as usize].shape, &mut |inner| to(inner));
        if to(id) != id {
            let ty = &mut api.types[id.0 as usize];
            ty.shape = Shape::Alias(to(id));
            if !roots.contains(&id) {
                ty.name = NameHint::Anonymous;
            }
        }
    }
    // The place of the definition gets an alias like the others.
    let mut own: HashMap<TypeId, TypeId> = HashMap::new();
    for first in places.keys().filter(|first| roots.contains(first)) {
        let mut alias = api.types[first.0 as usize].clone();
        alias.shape = Shape::Alias(*first);
        own.extend(u32::try_from(api.types.len()).map(|next| (*first, TypeId(next))));
        api.types.push(alias);
    }
    roots.retain(|id| !own.contains_key(id));
    edges::map_roots(api, &mut |id| match own.get(&id) {
        Some(alias) => *alias,
        None if roots.contains(&id) => id,
        None => to(id),
    });
}

/// Returns the words of an inline type's place.
fn path(api: &UnsealedApi, id: TypeId) -> Option<&Vec<String>> {
    match &api.types[id.0 as usize].name {
        NameHint::Derived(path) => Some(path),
        _ => None,
    }
}

fn place(api: &UnsealedApi, id: TypeId) -> Option<InlinePlace> {
    let ty = &api.types[id.0 as usize];
    Some(InlinePlace {
        path: path(api, id)?.clone(),
        title: ty.text.title.clone(),
        pointer: ty.origin.pointer.clone(),
    })
}

/// Returns the places of each inline type that has several. What is only inside of another place of a shared type has no place of
/// its own: a shared type is walked once.
fn places(api: &UnsealedApi, to: &dyn Fn(TypeId) -> TypeId) -> BTreeMap<TypeId, Vec<TypeId>> {
    let mut seen = vec![false; api.types.len()];
    let mut places: BTreeMap<TypeId, Vec<TypeId>> = BTreeMap::new();
    let (mut open, received) = edges::roots(api);
    open.extend(received);
    let is_named = |id: &TypeId| !matches!(api.types[id.0 as usize].name, NameHint::Derived(_));
    open.extend(
        edges::ids(api)
            .filter(is_named)
            .filter(|id| api.types[id.0 as usize].name != NameHint::Anonymous),
    );
    let mut known = HashSet::new();
    while let Some(id) = open.pop() {
        let first = to(id);
        if path(api, first).is_some() && known.insert(id) {
            places.entry(first).or_default().push(id);
        }
        if !std::mem::replace(&mut seen[first.0 as usize], true) {
            api.types[first.0 as usize].shape.visit(&mut |inner| open.push(inner));
        }
    }
    places.retain(|_, all| all.len() > 1);
    for all in places.values_mut() {
        all.sort_unstable();
    }
    places
}

/// Returns the inline types that operations and deliveries carry as a whole.
fn bodies(api: &UnsealedApi) -> HashSet<TypeId> {
    let sent = api.operations.iter().flat_map(ir::Operation::forms);
    let answers = api.operations.iter().flat_map(|operation| &operation.responses);
    let received = answers.flat_map(|answer| &answer.bodies).map(|body| &body.content);
    let carried = sent.map(|form| &form.content).chain(received);
    let carried = carried.filter_map(|content| match content {
        PartContent::Json(id) | PartContent::Form(id) | PartContent::Items(_, id) | PartContent::Multipart(id, _) => {
            Some(*id)
        }
        PartContent::Binary | PartContent::Text => None,
    });
    let events = api.webhooks.iter().flat_map(|webhooks| &webhooks.events);
    let told = events.chain(&api.deliveries).map(|event| event.ty);
    carried.chain(told).filter(|id| path(api, *id).is_some()).collect()
}

/// Removes the texts of a type on which its places do not agree. Its examples are those of the first place with any.
fn agree(api: &mut UnsealedApi, first: TypeId, all: &[TypeId]) {
    let texts: Vec<_> = all.iter().map(|id| api.types[id.0 as usize].text.clone()).collect();
    let text = &mut api.types[first.0 as usize].text;
    if texts.iter().any(|other| other.title != text.title) {
        text.title = None;
    }
    if texts.iter().any(|other| other.description != text.description) {
        text.description = None;
    }
    text.deprecated = texts.iter().all(|other| other.deprecated);
    if texts.iter().any(|other| other.sunset != text.sunset) {
        text.sunset = None;
    }
    let example = all
        .iter()
        .map(|id| &api.types[id.0 as usize].examples)
        .find(|examples| !examples.is_empty());
    if let Some(examples) = example.cloned() {
        api.types[first.0 as usize].examples = examples;
    }
}

/// Keeps the names of variants, which are the last words of their places.
fn name_variants(api: &mut UnsealedApi, to: &dyn Fn(TypeId) -> TypeId) {
    for index in 0..api.types.len() {
        let Shape::Union(union) = &api.types[index].shape else {
            continue;
        };
        let words = union.variants.iter().map(|variant| {
            let path = path(api, variant.ty).filter(|path| path.len() > 1 && to(variant.ty) != variant.ty);
            path.and_then(|path| path.last()).cloned()
        });
        let words: Vec<Option<String>> = words.collect();
        if let Shape::Union(union) = &mut api.types[index].shape {
            for (variant, word) in union.variants.iter_mut().zip(words) {
                variant.name = variant.name.take().or(word);
            }
        }
    }
}
