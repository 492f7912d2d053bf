//! Document to [`ir::UnsealedApi`]: the meaning of the contract.
//!
//! In: a typed document. Out: a complete API that is not yet sealed, and a report of every construct that has no form
//! in `ir`, each with its place. Such a construct becomes the smallest possible `Any`, never nothing. Never makes a Rust
//! name and never prints.
//!
//! # Control flow
//!
//! [`lower`] runs these steps in order. They share one `Context`: the document, the report, the types made so far, caches.
//!
//! 1. `reserve_components` gives every component schema an empty type, so that a reference always has an id to point to,
//!    also in a cycle. `body::multipart_objects` then marks the objects that are sent as parts: their binary members are
//!    files.
//! 2. `name_newtypes` gives components their nominal names; `fill_components` fills the reserved types, by the schema loop below.
//! 3. `security_schemes`, `settings` and `idempotency` read the parts that hold for the whole API. They come before the
//!    operations, which refer to the schemes.
//! 4. `operations` reads each operation: its parameters (`operation`), bodies and answers (`body`, `parts`), and the words of our
//!    vocabulary (`extension`). Every schema in it enters the schema loop.
//! 5. `webhooks`; then `deliveries` reads callbacks and, without `x-webhooks`, the events of `webhooks` of OpenAPI.
//! 6. Checks that need all types: `newtypes_of_two_types`, `find_registry`, `words_without_effect`. Then `rules::check`
//!    compares the words of our vocabulary in the finished API with each other and with the types. Last, `links` reads links.
//!
//! The schema loop turns schemas into the id of a type:
//!
//! - `Context::value` lowers one schema. It calls `core`, and adds `null` (`nulls`) and the mark `x-sensitive`.
//! - `core` is `conjunction` of one schema. `conjunction` lowers schemas that hold together (the declarations of one
//!   member, for instance). It follows references (`merge::Essences`) and returns the component's type, or the type of
//!   the same schemas if they were lowered before. Else it reserves a type, remembers it, and calls `fill`: a schema that
//!   contains itself finds the reserved type, so that recursion ends.
//! - `fill` (`schema`) joins the keywords of the schemas and of their `allOf` (`merge::Merged`), calls `shape`, and stores
//!   the result with its name and text.
//! - `shape` tries in this order: `enumeration` (`enum`, `const`), `possibilities` in `union` (`oneOf`, `anyOf`,
//!   discriminators), then the JSON kind: `object`, `array`, or a scalar (`scalar`); several kinds become a union.
//!   `object`, `array` and `union` lower what they contain by `value`, `core` or `conjunction`; below a limit of depth
//!   the result is `Any`, and is reported.

mod assumptions;
mod body;
mod client_headers;
mod context;
mod controllers;
mod example_kinds;
mod extension;
mod family;
mod items;
mod links;
mod merge;
mod object;
mod operation;
mod parts;
mod places;
mod possibility;
mod provenance;
mod rules;
mod scalar;
mod schema;
mod security;
mod union;

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

use crate::diag::Report;
use crate::document::{Document, PathItem};
use crate::ir::{NameHint, Shape};
use crate::recognise::keys;
use crate::source::NodeId;
use crate::{document, ir};

/// Lowers the whole contract.
pub(crate) fn lower(document: &Document, report: &mut Report) -> ir::UnsealedApi {
    let mut context = context::Context::new(document, report, operation_names(document));
    reserve_components(&mut context);
    context.multipart = body::multipart_objects(&context);
    name_newtypes(&mut context);
    fill_components(&mut context);

    let extensions = &document.extensions;
    let security = context.security_schemes();
    let settings = context.settings(extensions);
    let (stated, key_scope) = context.idempotency(extensions).unzip();
    let key_scope = key_scope.unwrap_or_default();
    let retry = context.retry(extensions);
    context.has_key_header = stated.as_ref().is_some_and(|keys| keys.header.is_some());
    context.keyed_methods.clone_from(&key_scope.on);
    let operations = context.operations();
    let servers = security::servers_of_all(&context.places, document, &operations);
    let webhooks = context.webhooks(extensions);
    let deliveries = context.deliveries(extensions, webhooks.as_ref());
    context.newtypes_of_two_types();
    context.problem_codes = context.find_registry();
    context.words_without_effect();

    let mut api = ir::UnsealedApi {
        info: document.info.clone(),
        servers,
        types: std::mem::take(&mut context.arena.types),
        operations,
        security,
        tags: tags(document, &context),
        settings,
        retry,
        idempotency: stated,
        key_scope,
        problem_codes: context.problem_codes,
        webhooks,
        deliveries,
        links: Vec::new(),
        fallbacks: std::mem::take(&mut context.fallbacks),
        assumptions: assumptions::assumptions(document, context.marks, &context.places),
        schemas: context.schema_types(),
        shared: std::collections::BTreeMap::new(),
    };
    if !context.has_key_header {
        keys::add_members(&mut api);
        keys::note_plain(&api, context.report);
    }
    let declares = api.operations.iter().any(|operation| operation.declared_key.is_some());
    if declares {
        api.idempotency.get_or_insert(ir::Idempotency::NONE);
    }
    rules::check(document, &mut api, context.report);
    links::links(document, &mut api, &context.places, context.report);
    api
}

/// Counts types of success responses that are not read: a list, or an operation with `x-repeats`, reads one type of JSON for
/// each status.
pub(crate) fn count_unread(api: &mut ir::UnsealedApi) {
    let operations = api.operations.iter();
    let single = operations.filter(|operation| operation.pagination.is_some() || !operation.repeats.is_empty());
    let answers = single.flat_map(|operation| &operation.responses);
    let unread = answers.filter(|answer| answer.status.is_success()).map(|answer| {
        let json = answer.bodies.iter().filter_map(|body| match body.content {
            ir::PartContent::Json(id) => Some(ir::behind_null(&api.types, id)),
            _ => None,
        });
        json.collect::<HashSet<_>>().len().saturating_sub(1)
    });
    let unread: usize = unread.sum();
    if unread > 0 {
        let reason = "another JSON type of a response that the client reads as one type".to_owned();
        *api.fallbacks.entry(reason).or_default() += unread;
    }
}

/// Returns the id of every operation by its node: as stated, or derived from method and path. What a framework appended
/// is left out, unless two operations then have one id.
fn operation_names(document: &Document) -> HashMap<NodeId, String> {
    let all = || {
        document
            .paths
            .iter()
            .flat_map(|item| item.operations.iter().map(move |one| (item, one)))
    };
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for (item, one) in all() {
        for name in one.id.as_deref().into_iter().chain(operation::own_part(item, one)) {
            *counts.entry(name).or_default() += 1;
        }
    }
    let files = all().filter_map(|(item, one)| operation::without_extension(item, one));
    let mut short: HashMap<String, usize> = HashMap::new();
    for id in files.chain(all().map(|(item, one)| operation::id(item, one))) {
        *short.entry(id).or_default() += 1;
    }
    let name = |(item, one): (&PathItem, &document::Operation)| {
        let own = operation::own_part(item, one).filter(|own| counts.get(own) == Some(&1));
        let own = own.map(str::to_owned);
        let file = || operation::without_extension(item, one).filter(|id| short.get(id) == Some(&1));
        own.or_else(file).unwrap_or_else(|| operation::id(item, one))
    };
    let whole: Vec<String> = all().map(name).collect();
    let short = all().zip(&whole).map(|((item, one), whole)| {
        let parts = one.id.as_ref().and_then(|_| controllers::parts(whole, &item.path));
        parts.map(controllers::ControllerId::short).unwrap_or_default()
    });
    let short: Vec<Vec<String>> = short.collect();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for name in whole.iter().chain(short.iter().flatten()) {
        *counts.entry(name).or_default() += 1;
    }
    let name = |(whole, short): (&String, &Vec<String>)| {
        let alone = short.iter().find(|name| counts.get(name.as_str()) == Some(&1));
        alone.unwrap_or(whole).clone()
    };
    let names = whole.iter().zip(&short).map(name);
    all().map(|(_, one)| one.node).zip(names).collect()
}

/// Reserves a type for every component schema before any of them is filled.
fn reserve_components(context: &mut context::Context<'_, '_>) {
    let document = context.document;
    for (name, id) in &document.components.schemas {
        let origin = context.places.origin(document.schema(*id).node);
        let slot = context.add(ir::Type::new(NameHint::Given(name.clone()), Shape::Any, origin));
        context.arena.slots.entry(*id).or_insert(slot);
    }
    // A component that only refers to the schema of its name in another file is that schema.
    for (name, id) in &document.components.schemas {
        let target = context
            .resolve(*id)
            .filter(|target| !context.arena.slots.contains_key(target));
        let (Some(target), Some(slot)) = (target, context.arena.slots.get(id).copied()) else {
            continue;
        };
        let elsewhere = context.places.name_elsewhere(document.schema(target).node);
        if matches!(elsewhere, Some(NameHint::Elsewhere { name: own, .. }) if own == *name) {
            context.arena.slots.insert(target, slot);
        }
    }
}

/// Gives the names of `x-newtype` to components that have one. `lower/schema.rs` gives the other names, to the first place.
fn name_newtypes(context: &mut context::Context<'_, '_>) {
    let document = context.document;
    // A component with `x-newtype` is the type of that name, wherever else the name occurs.
    for (_, id) in &document.components.schemas {
        let word = document
            .schema(*id)
            .extensions
            .get("x-newtype")
            .and_then(|node| document.node(node).as_str());
        if let (Some(word), Some(slot)) = (word, context.arena.slots.get(id).copied()) {
            context.arena.newtypes.entry(word.to_owned()).or_insert(slot);
        }
    }
}

fn fill_components(context: &mut context::Context<'_, '_>) {
    let document = context.document;
    for (_, id) in &document.components.schemas {
        let Some(slot) = context.arena.slots.get(id).copied() else {
            continue;
        };
        let node = document.node(document.schema(*id).node);
        context.arena.types[slot.0 as usize].text.provenance = context.marks.of_top(node);
        context.component(*id, slot);
    }
}

fn tags(document: &Document, context: &context::Context<'_, '_>) -> Vec<ir::Tag> {
    let named = |name: &String| {
        let parent = document.tags.iter().find(|tag| tag.name == *name)?;
        Some(parent.summary.as_ref().unwrap_or(name).clone())
    };
    document
        .tags
        .iter()
        .map(|tag| ir::Tag {
            name: tag.name.clone(),
            parent: tag.parent.as_ref().and_then(named),
            text: ir::Documentation {
                title: tag.summary.clone(),
                description: tag.description.clone(),
                provenance: context.marks.of_top(document.node(tag.node)),
                ..ir::Documentation::default()
            },
        })
        .collect()
}
