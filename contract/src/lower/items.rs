//! Streams of items: the schema of one item, and the part of an event that the contract describes.

use std::collections::HashSet;

use super::{
    context::Context,
    merge::{Merged, SchemaPart},
    object::is_binary,
};
use crate::limits;
use crate::{
    document::{JsonType, Literal, MediaType, SchemaId},
    ir::{self, EventContent, Framing, PartContent, Scalar},
};

/// Fields of a server-sent event.
const FIELDS: [&str; 4] = ["data", "event", "id", "retry"];

/// Returns true if an object has no members but fields of an event.
fn has_only_fields(object: &Merged<'_>) -> bool {
    object.properties.keys().all(|name| FIELDS.contains(name))
}

impl Context<'_, '_> {
    /// Lowers items in lines: `itemSchema`, else `schema`, where a list stands for its items. A `schema` that is any text or bytes
    /// describes the whole body, and says nothing about the JSON values in its lines.
    pub(super) fn items_in_lines(&mut self, form: &MediaType) -> PartContent {
        let is_body = |schema| form.item_schema.is_none() && form.schema == Some(schema) && self.is_any_text(schema);
        let ty = match self.item_schema(form).filter(|schema| !is_body(*schema)) {
            Some(schema) => self.value(schema),
            None => self.any(),
        };
        PartContent::Items(Framing::Lines, ty)
    }

    /// Returns true for bytes, or a string without `format` and listed values.
    fn is_any_text(&self, schema: SchemaId) -> bool {
        let merged = Merged::new(self.document, &[SchemaPart::new(schema)]);
        let is_text = merged.kinds().only() == Some(JsonType::String);
        is_binary(&merged) || (is_text && merged.literals.is_none() && merged.format.is_none())
    }

    /// Lowers server-sent events.
    pub(super) fn items_of_events(&mut self, form: &MediaType) -> PartContent {
        let Some(schema) = self.item_schema(form) else {
            let ty = self.plain(ir::ScalarFormat::Text);
            return PartContent::Items(Framing::Events(EventContent::Plain), ty);
        };
        let is_item_schema = form.item_schema.is_some();
        if let Some(content) = self.content_of_data(schema) {
            let ty = self.value(content);
            return PartContent::Items(Framing::Events(EventContent::Data), ty);
        }
        if self.has_content(schema, 0) {
            let reason =
                "JSON in the data of an event with alternatives, which stays text (`contentSchema`)".to_owned();
            *self.fallbacks.entry(reason).or_default() += 1;
        }
        let (form, ty) = match self.event_form(schema, &[], is_item_schema, 0) {
            EventContent::Plain => (EventContent::Plain, self.plain(ir::ScalarFormat::Text)),
            form => (form, self.value(schema)),
        };
        PartContent::Items(Framing::Events(form), ty)
    }

    /// Returns the schema of one item: `itemSchema`, else the items of a `schema` that is only a list, else `schema` itself.
    fn item_schema(&self, form: &MediaType) -> Option<SchemaId> {
        if form.item_schema.is_some() {
            return form.item_schema;
        }
        let schema = form.schema?;
        let merged = Merged::new(self.document, &[SchemaPart::new(schema)]);
        match merged.items.first() {
            Some(items) if merged.kinds().only() == Some(JsonType::Array) => Some(*items),
            _ => Some(schema),
        }
    }

    /// Returns the schema of the data of an event that is described as an object of its fields, if it states one (3.2).
    fn content_of_data(&self, schema: SchemaId) -> Option<SchemaId> {
        let merged = Merged::new(self.document, &[SchemaPart::new(schema)]);
        if !merged.groups.is_empty() || !has_only_fields(&merged) {
            return None;
        }
        let data = merged.properties.get("data")?;
        data.iter()
            .find_map(|id| self.document.schema(*id).rare().content_schema)
    }

    /// Returns true if an alternative of an event states the schema of its data.
    fn has_content(&self, schema: SchemaId, depth: u32) -> bool {
        let merged = Merged::new(self.document, &[SchemaPart::new(schema)]);
        let data = merged.properties.get("data").into_iter().flatten();
        let is_stated = |id: &SchemaId| self.document.schema(*id).rare().content_schema.is_some();
        let mut alternatives = merged.groups.iter().flat_map(|group| group.alternatives.iter());
        depth <= limits::EVENT_DEPTH
            && (data.into_iter().any(is_stated) || alternatives.any(|id| self.has_content(*id, depth + 1)))
    }

    /// Distinguishes an item that is the data of an event from one that is the whole event. An object of its fields is
    /// the whole: with `itemSchema` (3.2) if it has `data`, else only if it also has `event`, because payloads have
    /// members called `id` and `data` too. `outer_data` are the schemas that a schema around this one gives the data.
    fn event_form(&self, schema: SchemaId, outer_data: &[SchemaId], is_item_schema: bool, depth: u32) -> EventContent {
        let merged = Merged::new(self.document, &[SchemaPart::new(schema)]);
        // An item that is always a string is plain text. A string as one of several alternatives is JSON.
        if depth == 0 && merged.kinds().only() == Some(JsonType::String) {
            return EventContent::Plain;
        }
        let alternatives: Vec<SchemaId> = merged
            .groups
            .iter()
            .flat_map(|group| group.alternatives.iter().copied())
            .collect();
        let own = self.fields_form(&merged, outer_data, is_item_schema);
        if alternatives.is_empty() || depth > limits::EVENT_DEPTH {
            return own.unwrap_or(EventContent::Data);
        }
        let own_data = merged.properties.get("data").map_or(&[][..], Vec::as_slice);
        let known_data = [outer_data, own_data].concat();
        let forms: Vec<EventContent> = alternatives
            .into_iter()
            .map(|id| match self.event_form(id, &known_data, is_item_schema, depth + 1) {
                // An alternative may state only the fields that differ, so the fields around it decide.
                EventContent::Data => own.unwrap_or(EventContent::Data),
                form => form,
            })
            .collect();
        match forms.as_slice() {
            all if all.contains(&EventContent::Data) => EventContent::Data,
            [first, others @ ..] if others.iter().all(|other| other == first) => *first,
            _ => EventContent::WholeMixed,
        }
    }

    /// Returns the form of an object of fields by all schemas of its data; `None` if the object is itself the data.
    fn fields_form(&self, merged: &Merged<'_>, outer_data: &[SchemaId], is_item_schema: bool) -> Option<EventContent> {
        let own_data = merged.properties.get("data")?;
        if !has_only_fields(merged) || !(is_item_schema || merged.properties.contains_key("event")) {
            return None;
        }
        let is_content = |id: &&SchemaId| self.document.event_contents.values().any(|content| content == *id);
        let all = || outer_data.iter().chain(own_data);
        // JSON in the data replaces the text that the fields around it are.
        Some(if all().any(|id| is_content(&id)) {
            self.data_form(all().filter(is_content))
        } else {
            self.data_form(all())
        })
    }

    /// Returns the form of an event whose data has these schemas. Data of any type is JSON.
    fn data_form<'s>(&self, schemas: impl Iterator<Item = &'s SchemaId>) -> EventContent {
        let mut open: Vec<Vec<SchemaPart>> = vec![schemas.map(|id| SchemaPart::new(*id)).collect()];
        let mut seen = HashSet::new();
        let (mut is_text, mut is_json) = (false, false);
        while let Some(parts) = open.pop() {
            let merged = Merged::new(self.document, &parts);
            let kinds = merged.kinds();
            if let Some(literals) = &merged.literals {
                let is_string = |literal: &&Literal| matches!(literal.scalar, Some(Scalar::String(_)));
                is_text |= literals.iter().any(is_string);
                is_json |= literals
                    .iter()
                    .any(|literal| !is_string(literal) && literal.scalar != Some(Scalar::Null));
            } else if !kinds.is_empty() {
                is_text |= kinds.contains(JsonType::String);
                is_json |= kinds.only() != Some(JsonType::String);
            } else if merged.groups.is_empty() {
                is_json = true;
            } else {
                let alternatives = merged.groups.iter().flat_map(|group| group.alternatives);
                let others = alternatives.filter(|id| !self.is_null(**id) && seen.insert(**id));
                open.extend(others.map(|id| vec![SchemaPart::new(*id)]));
            }
        }
        match (is_text, is_json) {
            (true, true) => EventContent::WholeMixed,
            (true, false) => EventContent::Whole,
            (false, _) => EventContent::WholeJson,
        }
    }
}
