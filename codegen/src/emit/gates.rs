//! Feature gates of models: a model that only one group of operations uses belongs to that group's Cargo feature.
//!
//! A model that several groups share, that no operation reaches or that a webhook or problem carries has no gate.

use std::collections::{BTreeMap, HashSet};

use crate::naming::Names;
use sdkwright_contract::ir;

/// The gate of each file of models.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gates {
    /// Feature by file; files without a gate are not in it.
    files: BTreeMap<String, String>,
}

/// Groups that reach a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Users {
    None,
    One(usize),
    Several,
}

impl Users {
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::None, users) | (users, Self::None) => users,
            (one, other) if one == other => one,
            _ => Self::Several,
        }
    }
}

impl Gates {
    pub(crate) fn new(api: &ir::Api, names: &Names) -> Self {
        let users = users(api, names);
        let mut always = vec![false; users.len()];
        let unused = api
            .types()
            .map(|(id, _)| id)
            .filter(|id| users[id.0 as usize] == Users::None);
        widen(api, shared_roots(api).into_iter().chain(unused).collect(), &mut always);
        // A file has the widest gate of its types, and so has everything that it needs.
        loop {
            let mut files: BTreeMap<&str, Users> = BTreeMap::new();
            for (id, _) in api.types() {
                let Some(file) = names.file(id) else { continue };
                let index = id.0 as usize;
                let of_type = if always[index] { Users::Several } else { users[index] };
                let of_file = files.entry(file).or_insert(Users::None);
                *of_file = of_file.and(of_type);
            }
            let is_open = |file: &str| !matches!(files.get(file), Some(Users::One(_)));
            let inside = api.types().map(|(id, _)| id);
            let inside = inside.filter(|id| !always[id.0 as usize] && names.file(*id).is_some_and(is_open));
            let wider: Vec<ir::TypeId> = inside.collect();
            if wider.is_empty() {
                let feature = |users: Users| match users {
                    Users::One(group) => names.groups().get(group).map(|known| known.feature.clone()),
                    _ => None,
                };
                let gated = files.into_iter();
                return Self {
                    files: gated
                        .filter_map(|(file, users)| Some((file.to_owned(), feature(users)?)))
                        .collect(),
                };
            }
            widen(api, wider, &mut always);
        }
    }

    /// Returns the feature that a file of models needs; `None` without a gate.
    pub(crate) fn of_file(&self, file: &str) -> Option<&str> {
        self.files.get(file).map(String::as_str)
    }
}

/// Returns the types that an operation refers to directly.
fn roots(operation: &ir::Operation) -> Vec<ir::TypeId> {
    let parameters = operation.parameters.iter().map(|parameter| parameter.ty);
    let contents = operation.contents().flat_map(ir::PartContent::types);
    let headers = operation.headers().map(|header| header.ty);
    parameters.chain(contents).chain(headers).collect()
}

/// Returns the types that belong to the API as a whole.
fn shared_roots(api: &ir::Api) -> Vec<ir::TypeId> {
    let mut roots: Vec<ir::TypeId> = api.problem_codes.into_iter().collect();
    let headers = api.operations.iter().flat_map(ir::Operation::headers);
    roots.extend(headers.map(|header| header.ty));
    roots.extend(api.settings.problem.iter().filter_map(|problem| problem.schema));
    roots.extend(api.deliveries.iter().map(|event| event.ty));
    if let Some(webhooks) = &api.webhooks {
        roots.push(webhooks.envelope.schema);
        roots.extend(webhooks.resources.iter().map(|(_, ty)| *ty));
        roots.extend(webhooks.events.iter().map(|event| event.ty));
    }
    roots
}

/// Returns the groups that reach each type. Visits every type at most twice, however many groups there are.
pub(super) fn users(api: &ir::Api, names: &Names) -> Vec<Users> {
    let mut users = vec![Users::None; api.types().count()];
    for (id, operation) in api.operations() {
        let group = Users::One(names.operation(id).group);
        let linked = api.links.iter().filter(|link| link.source == id);
        let mut open = roots(operation);
        open.extend(linked.flat_map(|link| roots(api.operation(link.target))));
        while let Some(id) = open.pop() {
            let known = &mut users[id.0 as usize];
            let more = known.and(group);
            if more != *known {
                *known = more;
                api.ty(id).shape.visit(&mut |id| open.push(id));
            }
        }
    }
    users
}

/// Returns everything that these types contain, themselves included.
pub(crate) fn closure(api: &ir::Api, roots: Vec<ir::TypeId>) -> HashSet<ir::TypeId> {
    let mut marked = vec![false; api.types().count()];
    widen(api, roots, &mut marked);
    api.types()
        .map(|(id, _)| id)
        .filter(|id| marked[id.0 as usize])
        .collect()
}

/// Marks everything that these types contain, themselves included.
fn widen(api: &ir::Api, mut open: Vec<ir::TypeId>, marked: &mut [bool]) {
    while let Some(id) = open.pop() {
        if !std::mem::replace(&mut marked[id.0 as usize], true) {
            api.ty(id).shape.visit(&mut |id| open.push(id));
        }
    }
}
