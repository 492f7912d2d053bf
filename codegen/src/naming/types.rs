//! Names of types, of their files, of members and variants.
//!
//! In: the types of a sealed API. Out: their part of the [`Names`].

use std::collections::{HashMap, HashSet};

use sdkwright_contract::ir;
use sdkwright_contract::ir::{NameHint, Shape, TypeId};
use sdkwright_contract::source::escape;
use sdkwright_contract::text::FileId;
use sdkwright_contract::words::{Case, Words};

use super::anonymous::kind;
use super::names::{Names, TypeNames};
use super::scope::{NameClaim, Resolver, Strength};
use super::{anonymous, idents, reserved};
use crate::limits;

pub(super) fn name(api: &ir::Api, resolver: &mut Resolver<'_>, names: &mut Names) {
    names.types = api.types().map(|_| TypeNames::default()).collect();
    idents::name(api, resolver, names);
    files(api, resolver, names);
    for (id, ty) in api.types() {
        let parts = match &ty.shape {
            Shape::Object(object) => members(object, ty, resolver),
            Shape::Enum(shape) => values(shape, ty, resolver),
            Shape::Union(union) => possibilities(api, union, ty, names, resolver),
            _ => Vec::new(),
        };
        names.types[id.0 as usize].parts = parts;
    }
}

/// Names the files: one per top-level schema; an inline type belongs to the file of the schema or operation that its
/// path begins with.
fn files(api: &ir::Api, resolver: &mut Resolver<'_>, names: &mut Names) {
    let mut roots: Vec<NameClaim> = Vec::new();
    let mut index: HashMap<String, usize> = HashMap::new();
    let mut placed: Vec<(TypeId, usize)> = Vec::new();
    let idents: HashSet<String> = names.types.iter().filter_map(|names| names.ident.clone()).collect();
    let given: HashMap<(FileId, &str), TypeId> = api
        .types()
        .filter_map(|(id, ty)| match &ty.name {
            NameHint::Given(name) | NameHint::Elsewhere { name, .. } => {
                Some(((ty.origin.span.file, name.as_str()), id))
            }
            _ => None,
        })
        .collect();
    for (id, ty) in api.types() {
        let (key, text, strength) = match &ty.name {
            NameHint::Anonymous => continue,
            NameHint::Given(_) | NameHint::Pinned(_) | NameHint::Elsewhere { .. } => {
                (key_of(ty), ident(names, id), Strength::Given)
            }
            NameHint::Derived(path) => {
                let Some(first) = path.first() else { continue };
                // The root is the component of that name only if the type is inside of it.
                match given
                    .get(&(ty.origin.span.file, first.as_str()))
                    .filter(|root| ty.origin.pointer.starts_with(&within(&api.ty(**root).origin.pointer)))
                {
                    Some(root) => (key_of(api.ty(*root)), ident(names, *root), Strength::Given),
                    None => (format!("file of {first}"), first.clone(), Strength::Derived),
                }
            }
        };
        let at = *index.entry(key.clone()).or_insert_with(|| {
            let mut words = Words::new(&text);
            // Without case a module would have the name of a type.
            if idents.contains(words.render(Case::Snake).as_str()) {
                words = words.and_word("schema");
            }
            let wishes = match strength {
                Strength::Derived => vec![words.clone(), words.and_word("types")],
                _ => vec![words],
            };
            roots.push(NameClaim::words(
                format!("{key}/file"),
                ty.origin.clone(),
                &text,
                strength,
                wishes,
            ));
            roots.len() - 1
        });
        placed.push((id, at));
    }
    // Users do not write file names, so their collisions are not reported.
    let before = resolver.findings.collisions.len();
    let files = resolver.settle(&reserved::FILE, roots);
    resolver.findings.collisions.truncate(before);
    for (id, at) in placed {
        names.types[id.0 as usize].file = files.get(at).cloned();
    }
}

/// Returns the key of the file of a type with a name: its place, which another file may have, too.
fn key_of(ty: &ir::Type) -> String {
    match ty.name {
        NameHint::Elsewhere { .. } => format!("{} {}", ty.origin.span.file.0, ty.origin.pointer),
        _ => ty.origin.pointer.clone(),
    }
}

fn ident(names: &Names, id: TypeId) -> String {
    names.ty(id).unwrap_or_default().to_owned()
}

fn within(pointer: &str) -> String {
    format!("{pointer}/")
}

fn members(object: &ir::ObjectShape, ty: &ir::Type, resolver: &mut Resolver<'_>) -> Vec<String> {
    let named = object.members.iter().map(|member| {
        let key = format!("{}/properties/{}", ty.origin.pointer, escape(&member.name));
        NameClaim::spelled(key, member.origin.clone(), &member.name, Strength::Given)
    });
    let beside = matches!(object.additional, ir::Additional::Typed(_)).then(|| {
        let key = format!("{}/additionalProperties", ty.origin.pointer);
        let words = ["additional", "additional members"].map(Words::new).to_vec();
        NameClaim::words(key, ty.origin.clone(), "additional", Strength::Derived, words)
    });
    let claims = named.chain(beside).collect();
    resolver.settle(&reserved::MEMBER, claims)
}

fn values(shape: &ir::EnumShape, ty: &ir::Type, resolver: &mut Resolver<'_>) -> Vec<String> {
    let prefix = shape.variant_prefix.as_deref().map(Words::new);
    let claims = shape
        .values
        .iter()
        .map(|value| {
            let literal = value.value.text();
            let text = value.name.as_deref().unwrap_or(literal);
            let key = value_key(ty, literal);
            let mut claim = NameClaim::spelled(key, ty.origin.clone(), text, Strength::Given);
            if value.name.is_some() {
                claim.wishes.push(super::scope::Wish::Words(Words::new(literal)));
            }
            if let Some(stripped) = prefix.as_ref().and_then(|prefix| Words::new(text).after(prefix)) {
                claim.wishes.insert(0, super::scope::Wish::Words(stripped));
            }
            claim
        })
        .collect();
    let rules = if shape.allows_others {
        &reserved::VARIANT_BESIDE_OTHERS
    } else {
        &reserved::VARIANT
    };
    resolver.settle(rules, claims)
}

/// Returns the place under which users name a value of an enum.
pub fn value_key(ty: &ir::Type, literal: &str) -> String {
    format!("{}/enum/{}", ty.origin.pointer, escape(literal))
}

fn possibilities(
    api: &ir::Api,
    union: &ir::UnionShape,
    ty: &ir::Type,
    names: &Names,
    resolver: &mut Resolver<'_>,
) -> Vec<String> {
    let texts: Vec<String> = union
        .variants
        .iter()
        .map(|variant| {
            variant
                .name
                .clone()
                .unwrap_or_else(|| kind(api, variant.ty, names, limits::KIND_DEPTH))
        })
        .collect();
    let claims = union
        .variants
        .iter()
        .zip(anonymous::distinctions(api, union, &texts))
        .zip(&texts)
        .map(|((variant, apart), text)| {
            let place = &api.ty(variant.ty).origin.pointer;
            let key = format!(
                "{}/variant/{}",
                ty.origin.pointer,
                variant.tags.first().unwrap_or(place)
            );
            let words = Words::new(text);
            let tagged = variant.tags.first().map(|tag| words.clone().and(Words::new(tag)));
            let is_told = apart.is_some();
            let told = apart.map(|apart| apart.after(&Words::default(), text));
            let around = match &api.ty(variant.ty).name {
                NameHint::Derived(path) => path
                    .len()
                    .checked_sub(2)
                    .map(|at| Words::new(&path[at]).and(words.clone())),
                _ => None,
            };
            let wishes = std::iter::once(words).chain(told).chain(tagged).chain(around).collect();
            let claim = NameClaim::words(key, ty.origin.clone(), text, Strength::Given, wishes);
            if is_told { claim.shy() } else { claim }
        })
        .collect();
    resolver.settle(&reserved::VARIANT, claims)
}
