//! Document to [`ir::Draft`]: what the contract means.
//!
//! In: a typed document. Out: a draft in our own words, complete but not yet sealed, and a report of everything that
//! could not be said in them, each with its place. Makes no Rust name and prints nothing; what a construct becomes where
//! it cannot be generated is the smallest `Any`, never silence.

mod bench;
mod body;
mod effect;
mod enumeration;
mod extension;
mod items;
mod merge;
mod nulls;
mod object;
mod operation;
mod places;
mod provenance;
mod readings;
mod rules;
mod scalar;
mod schema;
mod security;
mod shown;
mod union;
mod written;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use crate::{
    contract::{self, Document},
    diag::Report,
    ir::{self, NameHint, Shape},
    source::NodeId,
};

/// Says the whole contract in the words of `ir`.
pub fn lower(document: &Document, report: &mut Report) -> ir::Draft {
    let mut bench = bench::Bench::new(document, report, operation_ids(document));
    reserve_components(&mut bench);
    bench.multipart = body::multipart_objects(&bench);
    fill_components(&mut bench);

    let extensions = &document.extensions;
    let security = bench.security_schemes();
    let settings = bench.settings(extensions);
    let idempotency = bench.idempotency(extensions);
    let operations = bench.operations();
    let servers = security::servers_of_all(&bench.places, document, &operations);
    let webhooks = bench.webhooks(extensions);
    let deliveries = if webhooks.is_none() {
        bench.deliveries(extensions)
    } else {
        Vec::new()
    };
    bench.newtypes_of_two_types();
    bench.problem_codes = bench.find_registry();
    bench.words_without_effect();

    let mut draft = ir::Draft {
        info: info(&document.info),
        servers,
        types: std::mem::take(&mut bench.types),
        operations,
        security,
        groups: groups(document, &bench),
        settings,
        idempotency,
        problem_codes: bench.problem_codes,
        webhooks,
        deliveries,
        fallbacks: std::mem::take(&mut bench.fallbacks),
        readings: readings::readings(document, bench.marks, &bench.places),
        schemas: bench.schema_types(),
    };
    rules::check(document, &mut draft, report);
    draft
}

/// The id of every operation by its node: as stated, or made from method and path.
fn operation_ids(document: &Document) -> HashMap<NodeId, String> {
    let mut ids = HashMap::new();
    for item in &document.paths {
        for operation in &item.operations {
            ids.insert(operation.node, operation::id(item, operation));
        }
    }
    ids
}

/// Gives every component schema its type before any of them is looked at.
fn reserve_components(bench: &mut bench::Bench<'_, '_>) {
    let document = bench.document;
    for (name, id) in &document.components.schemas {
        let origin = bench.places.origin(document.schema(*id).node);
        let slot = bench.add(ir::Type {
            name: NameHint::Given(name.clone()),
            shape: Shape::Any,
            text: ir::Text::default(),
            sensitive: false,
            examples: Vec::new(),
            reach: ir::Reach::default(),
            origin,
        });
        bench.slots.entry(*id).or_insert(slot);
    }
}

fn fill_components(bench: &mut bench::Bench<'_, '_>) {
    let document = bench.document;
    // A component that is a newtype is that newtype, wherever else the name stands.
    for (_, id) in &document.components.schemas {
        let word = document
            .schema(*id)
            .extensions
            .get("x-newtype")
            .and_then(|node| document.node(node).as_str());
        if let (Some(word), Some(slot)) = (word, bench.slots.get(id).copied()) {
            bench.newtypes.entry(word.to_owned()).or_insert(slot);
        }
    }
    for (_, id) in &document.components.schemas {
        let Some(slot) = bench.slots.get(id).copied() else {
            continue;
        };
        let node = document.node(document.schema(*id).node);
        bench.types[slot.0 as usize].text.provenance = bench.marks.of_top(node);
        bench.component(*id, slot);
    }
}

fn info(info: &contract::Info) -> ir::Info {
    ir::Info {
        title: info.title.clone(),
        version: info.version.clone(),
        description: info.description.clone().or_else(|| info.summary.clone()),
        license: info.license.clone(),
    }
}

fn groups(document: &Document, bench: &bench::Bench<'_, '_>) -> Vec<ir::Group> {
    document
        .tags
        .iter()
        .map(|tag| ir::Group {
            name: tag.name.clone(),
            text: ir::Text {
                description: tag.description.clone(),
                provenance: bench.marks.of_top(document.node(tag.node)),
                ..ir::Text::default()
            },
        })
        .collect()
}
