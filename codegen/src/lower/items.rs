//! Streams of items: the schema of one item, and the part of an event that the contract describes.

use super::{
    context::Context,
    merge::{Merged, SchemaPart},
};
use crate::limits;
use crate::{
    contract::{JsonType, MediaType, SchemaId},
    ir::{self, EventForm, Framing, PartContent},
};

/// Fields of a server-sent event.
const FIELDS: [&str; 4] = ["data", "event", "id", "retry"];

impl Context<'_, '_> {
    /// Lowers items in lines: `itemSchema`, else `schema`, where a list stands for its items.
    pub(super) fn items_in_lines(&mut self, form: &MediaType) -> PartContent {
        let ty = match self.item_schema(form) {
            Some(schema) => self.value(schema),
            None => self.any(),
        };
        PartContent::Items(Framing::Lines, ty)
    }

    /// Lowers server-sent events.
    pub(super) fn items_of_events(&mut self, form: &MediaType) -> PartContent {
        let Some(schema) = self.item_schema(form) else {
            let ty = self.plain(ir::ScalarFormat::Text);
            return PartContent::Items(Framing::Events(EventForm::Plain), ty);
        };
        let stated = form.item_schema.is_some();
        if let Some(content) = self.content_of_data(schema) {
            let ty = self.value(content);
            return PartContent::Items(Framing::Events(EventForm::Data), ty);
        }
        let (form, ty) = match self.event_form(schema, stated, 0) {
            EventForm::Plain => (EventForm::Plain, self.plain(ir::ScalarFormat::Text)),
            form => (form, self.value(schema)),
        };
        PartContent::Items(Framing::Events(form), ty)
    }

    fn item_schema(&self, form: &MediaType) -> Option<SchemaId> {
        if form.item_schema.is_some() {
            return form.item_schema;
        }
        let schema = form.schema?;
        let merged = Merged::of(self.document, &[SchemaPart::of(schema)]);
        match merged.items.first() {
            Some(items) if merged.kinds().only() == Some(JsonType::Array) => Some(*items),
            _ => Some(schema),
        }
    }

    /// Returns the schema of the data of an event that is described as an object of its fields, if it states one (3.2).
    fn content_of_data(&self, schema: SchemaId) -> Option<SchemaId> {
        let merged = Merged::of(self.document, &[SchemaPart::of(schema)]);
        let data = merged.properties.get("data").filter(|_| merged.groups.is_empty())?;
        let fields = merged.properties.keys().all(|name| FIELDS.contains(name));
        let mut schemas = data.parts.iter().map(|id| self.document.schema(*id));
        schemas
            .find_map(|schema| schema.rare().content_schema)
            .filter(|_| fields)
    }

    /// Distinguishes an item that is the data of an event from one that is the whole event. An object of its fields is
    /// the whole: in 3.2 if it has `data`, before only if it also has `event`, because payloads have members called
    /// `id` and `data` too.
    fn event_form(&self, schema: SchemaId, stated: bool, depth: u32) -> EventForm {
        let merged = Merged::of(self.document, &[SchemaPart::of(schema)]);
        let kind = merged.kinds().only();
        if kind == Some(JsonType::String) && depth == 0 {
            return EventForm::Plain;
        }
        let alternatives: Vec<SchemaId> = merged
            .groups
            .iter()
            .flat_map(|group| group.alternatives.iter().copied())
            .collect();
        let own = self.fields_form(&merged, stated);
        if alternatives.is_empty() || depth > limits::EVENT_DEPTH {
            return own.unwrap_or(EventForm::Data);
        }
        let forms: Vec<EventForm> = alternatives
            .into_iter()
            .map(|id| match self.event_form(id, stated, depth + 1) {
                // An alternative may state only the fields that differ.
                EventForm::Data => own.unwrap_or(EventForm::Data),
                form => form,
            })
            .collect();
        match forms.as_slice() {
            all if all.contains(&EventForm::Data) => EventForm::Data,
            all if all.contains(&EventForm::WholeJson) => EventForm::WholeJson,
            _ => EventForm::Whole,
        }
    }

    fn fields_form(&self, merged: &Merged<'_>, stated: bool) -> Option<EventForm> {
        let data = merged.properties.get("data")?;
        let fields = merged.properties.keys().all(|name| FIELDS.contains(name));
        if !fields || !(stated || merged.properties.contains_key("event")) {
            return None;
        }
        let parts: Vec<SchemaPart> = data.parts.iter().map(|id| SchemaPart::of(*id)).collect();
        let text = Merged::of(self.document, &parts).kinds().only() == Some(JsonType::String);
        Some(if text { EventForm::Whole } else { EventForm::WholeJson })
    }
}
