//! Document to [`ir::Draft`]: what the contract means.
//!
//! In: a typed document. Out: a draft in our own words, complete but not yet sealed, and a report of everything that
//! could not be said in them, each with its place. Makes no Rust name and prints nothing; what a construct becomes where
//! it cannot be generated is the smallest `Any`, never silence.

mod body;
mod client_headers;
mod context;
mod effect;
mod enumeration;
mod example_kinds;
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
mod union;

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
    let mut context = context::Context::new(document, report, operation_ids(document));
    reserve_components(&mut context);
    context.multipart = body::multipart_objects(&context);
    fill_components(&mut context);

    let extensions = &document.extensions;
    let security = context.security_schemes();
    let settings = context.settings(extensions);
    let idempotency = context.idempotency(extensions);
    let operations = context.operations();
    let servers = security::servers_of_all(&context.places, document, &operations);
    let webhooks = context.webhooks(extensions);
    let deliveries = if webhooks.is_none() {
        context.deliveries(extensions)
    } else {
        Vec::new()
    };
    context.newtypes_of_two_types();
    context.problem_codes = context.find_registry();
    context.words_without_effect();

    let mut draft = ir::Draft {
        info: info(&document.info),
        servers,
        types: std::mem::take(&mut context.types),
        operations,
        security,
        groups: groups(document, &context),
        settings,
        idempotency,
        problem_codes: context.problem_codes,
        webhooks,
        deliveries,
        fallbacks: std::mem::take(&mut context.fallbacks),
        readings: readings::readings(document, context.marks, &context.places),
        schemas: context.schema_types(),
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
fn reserve_components(context: &mut context::Context<'_, '_>) {
    let document = context.document;
    for (name, id) in &document.components.schemas {
        let origin = context.places.origin(document.schema(*id).node);
        let slot = context.add(ir::Type {
            name: NameHint::Given(name.clone()),
            shape: Shape::Any,
            text: ir::Text::default(),
            sensitive: false,
            examples: Vec::new(),
            reach: ir::Reach::default(),
            origin,
        });
        context.slots.entry(*id).or_insert(slot);
    }
}

fn fill_components(context: &mut context::Context<'_, '_>) {
    let document = context.document;
    // A component that is a newtype is that newtype, wherever else the name stands.
    for (_, id) in &document.components.schemas {
        let word = document
            .schema(*id)
            .extensions
            .get("x-newtype")
            .and_then(|node| document.node(node).as_str());
        if let (Some(word), Some(slot)) = (word, context.slots.get(id).copied()) {
            context.newtypes.entry(word.to_owned()).or_insert(slot);
        }
    }
    for (_, id) in &document.components.schemas {
        let Some(slot) = context.slots.get(id).copied() else {
            continue;
        };
        let node = document.node(document.schema(*id).node);
        context.types[slot.0 as usize].text.provenance = context.marks.of_top(node);
        context.component(*id, slot);
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

fn groups(document: &Document, context: &context::Context<'_, '_>) -> Vec<ir::Group> {
    document
        .tags
        .iter()
        .map(|tag| ir::Group {
            name: tag.name.clone(),
            text: ir::Text {
                description: tag.description.clone(),
                provenance: context.marks.of_top(document.node(tag.node)),
                ..ir::Text::default()
            },
        })
        .collect()
}
