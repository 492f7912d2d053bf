//! The data of events with alternatives (`oneOf`, `anyOf`): text with JSON that has its schema (`contentSchema`).

use std::collections::{HashMap, HashSet};

use super::model::Document;
use super::schema::SchemaId;
use crate::ir::essence;

/// Returns the schema of the JSON in the data of events, by the schema of the data. A schema that is used outside of events describes
/// text there, so its data stays text.
pub(super) fn contents(document: &Document) -> HashMap<SchemaId, SchemaId> {
    let operations = document.paths.iter().flat_map(|item| &item.operations);
    let forms = operations.flat_map(|one| &one.responses).flat_map(|one| &one.content);
    let streams = forms.filter(|form| essence(&form.name).eq_ignore_ascii_case("text/event-stream"));
    let (mut events, mut found) = (HashSet::new(), HashMap::new());
    for item in streams.filter_map(|form| form.item_schema) {
        let around = reached(document, item);
        let has_alternatives = |id: &SchemaId| {
            let schema = document.schema(*id);
            !schema.one_of.is_empty() || !schema.any_of.is_empty()
        };
        if around.iter().any(has_alternatives) {
            events.extend(around);
        }
    }
    let references = document
        .schemas
        .iter()
        .zip(0..)
        .filter(|(_, id)| !events.contains(&SchemaId(*id)));
    let elsewhere: HashSet<SchemaId> = references
        .filter_map(|(schema, _)| schema.reference.map(|reference| reference.target))
        .collect();
    for id in events.iter().filter(|id| !elsewhere.contains(id)) {
        let data = document
            .schema(*id)
            .properties
            .iter()
            .find(|member| member.name == "data");
        let content = data.and_then(|data| document.schema(data.schema).rare().content_schema);
        found.extend(data.zip(content).map(|(data, content)| (data.schema, content)));
    }
    found
}

/// Returns a schema with its references, alternatives and parts.
fn reached(document: &Document, start: SchemaId) -> HashSet<SchemaId> {
    let (mut found, mut open) = (HashSet::new(), vec![start]);
    while let Some(id) = open.pop() {
        if found.insert(id) {
            let schema = document.schema(id);
            open.extend(schema.reference.map(|reference| reference.target));
            open.extend([&schema.one_of, &schema.any_of, &schema.all_of].into_iter().flatten());
        }
    }
    found
}
