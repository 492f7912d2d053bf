//! Which models belong to one group of operations alone, and so to its Cargo feature.
//!
//! A model that several groups share, that no operation reaches or that a webhook or problem carries is always there.

use std::collections::{BTreeMap, BTreeSet};

use crate::ir;
use crate::naming::Names;

/// The gate of each file of models.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gates {
    /// File to feature; files that are always there are not in it.
    files: BTreeMap<String, String>,
}

impl Gates {
    pub(crate) fn new(api: &ir::Api, names: &Names) -> Self {
        let mut groups: BTreeMap<ir::TypeId, BTreeSet<usize>> = BTreeMap::new();
        for (id, operation) in api.operations() {
            let group = names.operation(id).group;
            for ty in closure(api, roots(operation)) {
                groups.entry(ty).or_default().insert(group);
            }
        }
        let mut always: BTreeSet<ir::TypeId> = closure(api, shared_roots(api));
        always.extend(closure(
            api,
            api.types()
                .map(|(id, _)| id)
                .filter(|id| !groups.contains_key(id))
                .collect(),
        ));
        // A file is as widely there as its widest type, and what it needs is there with it.
        loop {
            let mut files: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
            let mut open: BTreeSet<&str> = BTreeSet::new();
            for (id, _) in api.types() {
                let Some(file) = names.file(id) else { continue };
                if always.contains(&id) {
                    open.insert(file);
                }
                let of_type = groups.get(&id).into_iter().flatten().copied();
                files.entry(file).or_default().extend(of_type);
            }
            open.extend(
                files
                    .iter()
                    .filter(|(_, groups)| groups.len() != 1)
                    .map(|(file, _)| *file),
            );
            let inside = api
                .types()
                .map(|(id, _)| id)
                .filter(|id| names.file(*id).is_some_and(|file| open.contains(file)));
            let wider = closure(api, inside.chain(always.iter().copied()).collect());
            if wider == always {
                let gated = files.into_iter().filter(|(file, _)| !open.contains(file));
                let feature = |group: &usize| names.groups().get(*group).map(|known| known.feature.clone());
                let gate = |groups: BTreeSet<usize>| groups.first().and_then(feature);
                return Self {
                    files: gated
                        .filter_map(|(file, groups)| Some((file.to_owned(), gate(groups)?)))
                        .collect(),
                };
            }
            always = wider;
        }
    }

    /// The feature that a file of models needs, if it is not always there.
    pub(crate) fn of_file(&self, file: &str) -> Option<&str> {
        self.files.get(file).map(String::as_str)
    }
}

/// What an operation names directly.
fn roots(operation: &ir::Operation) -> Vec<ir::TypeId> {
    let mut roots: Vec<ir::TypeId> = operation.parameters.iter().map(|parameter| parameter.ty).collect();
    let contents = operation
        .body
        .iter()
        .flat_map(|body| &body.forms)
        .map(|form| &form.content);
    let answers = operation
        .answers
        .iter()
        .flat_map(|answer| &answer.bodies)
        .map(|body| &body.content);
    for content in contents.chain(answers) {
        roots.extend(of_content(content));
    }
    roots.extend(
        operation
            .answers
            .iter()
            .flat_map(|answer| &answer.headers)
            .map(|header| header.ty),
    );
    roots
}

/// The types of a body.
pub(crate) fn of_content(content: &ir::PartContent) -> Vec<ir::TypeId> {
    match content {
        ir::PartContent::Json(ty) | ir::PartContent::Form(ty) | ir::PartContent::Items(_, ty) => vec![*ty],
        ir::PartContent::Multipart(ty, parts) => {
            let inner = parts
                .iter()
                .flat_map(|part| of_content(&part.content).into_iter().chain([part.ty]));
            inner.chain([*ty]).collect()
        }
        ir::PartContent::Binary | ir::PartContent::Text => Vec::new(),
    }
}

/// What belongs to the API as a whole.
fn shared_roots(api: &ir::Api) -> Vec<ir::TypeId> {
    let mut roots: Vec<ir::TypeId> = api.problem_codes.into_iter().collect();
    let answers = api.operations.iter().flat_map(|operation| &operation.answers);
    roots.extend(answers.flat_map(|answer| &answer.headers).map(|header| header.ty));
    roots.extend(api.settings.problem.iter().filter_map(|problem| problem.schema));
    if let Some(webhooks) = &api.webhooks {
        roots.push(webhooks.envelope.schema);
        roots.extend(webhooks.resources.iter().map(|(_, ty)| *ty));
        roots.extend(webhooks.events.iter().map(|event| event.ty));
    }
    roots
}

/// Everything that these types are made of, themselves included.
pub(crate) fn closure(api: &ir::Api, roots: Vec<ir::TypeId>) -> BTreeSet<ir::TypeId> {
    let (mut seen, mut open) = (BTreeSet::new(), roots);
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        match &api.ty(id).shape {
            ir::Shape::Object(object) => {
                open.extend(object.members.iter().map(|member| member.ty));
                if let ir::Additional::Typed(ty) = object.additional {
                    open.push(ty);
                }
            }
            ir::Shape::Array(array) => open.push(array.items),
            ir::Shape::Tuple(places) => open.extend(places),
            ir::Shape::Map(ty) | ir::Shape::Nullable(ty) | ir::Shape::Alias(ty) => open.push(*ty),
            ir::Shape::Union(union) => open.extend(union.variants.iter().map(|variant| variant.ty)),
            ir::Shape::Any | ir::Shape::Null | ir::Shape::Scalar(..) | ir::Shape::Newtype(..) | ir::Shape::Enum(_) => {}
        }
    }
    seen
}
