//! The same thing in two APIs: types by their names, operations by their ids, and the operations that reach a type.

use std::collections::{BTreeMap, HashMap, HashSet};

use sdkwright_contract::ir::{Api, NameHint, Operation, PartContent, Type, TypeId};

/// Returns the key of a type: its name, or its place if it has none of its own.
pub(super) fn key(ty: &Type) -> &str {
    match &ty.name {
        NameHint::Pinned(name) | NameHint::Given(name) | NameHint::Elsewhere { name, .. } => name,
        NameHint::Derived(_) | NameHint::Anonymous => &ty.origin.pointer,
    }
}

/// A type with its id.
pub(super) type Known<'a> = (TypeId, &'a Type);

/// Returns the types that are in both APIs, in the order of the first.
pub(super) fn types<'a>(base: &'a Api, revision: &'a Api) -> Vec<(Known<'a>, Known<'a>)> {
    let mut known: HashMap<&str, Known<'_>> = HashMap::new();
    for (id, ty) in revision.types() {
        known.entry(key(ty)).or_insert((id, ty));
    }
    let mut seen = HashSet::new();
    base.types()
        .filter(|(_, ty)| seen.insert(key(ty)))
        .filter_map(|(id, ty)| Some(((id, ty), *known.get(key(ty))?)))
        .collect()
}

/// Returns the operations that are in both APIs, by id, else by method and path.
pub(super) fn operations<'a>(base: &'a Api, revision: &'a Api) -> Vec<(&'a Operation, &'a Operation)> {
    let by_key: HashMap<&str, &Operation> = revision.operations().map(|(_, one)| (one.key.as_str(), one)).collect();
    let by_call: HashMap<(&str, &str), &Operation> = revision
        .operations()
        .map(|(_, one)| ((one.method.token(), one.path.as_str()), one))
        .collect();
    base.operations()
        .filter_map(|(_, one)| {
            let same = by_key.get(one.key.as_str());
            let other = same.or_else(|| by_call.get(&(one.method.token(), one.path.as_str())))?;
            Some((one, *other))
        })
        .collect()
}

/// Returns method and path of an operation.
pub(super) fn call(operation: &Operation) -> String {
    format!("{} {}", operation.method.token(), operation.path)
}

/// Operations by the types that they reach, in the order of the contract.
pub(super) struct Reach(BTreeMap<TypeId, Vec<String>>);

impl Reach {
    pub(super) fn of(api: &Api) -> Self {
        let mut reach: BTreeMap<TypeId, Vec<String>> = BTreeMap::new();
        for (_, operation) in api.operations() {
            let contents = operation.contents().flat_map(PartContent::types);
            let parameters = operation.parameters.iter().map(|parameter| parameter.ty);
            let headers = operation.headers().map(|header| header.ty);
            let mut open: Vec<TypeId> = contents.chain(parameters).chain(headers).collect();
            let mut seen: HashSet<TypeId> = HashSet::new();
            while let Some(id) = open.pop() {
                if seen.insert(id) {
                    reach.entry(id).or_default().push(call(operation));
                    api.ty(id).shape.visit(&mut |below| open.push(below));
                }
            }
        }
        Self(reach)
    }

    pub(super) fn operations(&self, id: TypeId) -> Vec<String> {
        self.0.get(&id).cloned().unwrap_or_default()
    }
}
