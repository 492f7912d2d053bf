//! Streams of items (the schema of one item, and the part of an event that the contract describes), and lists whose items are sent as
//! one part each, in order (OpenAPI 3.2).

use std::collections::HashSet;

use super::body::{PartsPlace, is_multipart};
use super::context::Context;
use super::merge::{Merged, SchemaPart};
use super::object::is_binary;
use crate::document::{Encoding, JsonType, Literal, MediaType, SchemaId};
use crate::ir::{
    self, Additional, EventContent, Framing, NameHint, PartContent, PartItem, Presence, Scalar, Shape, TypeId,
};
use crate::limits;

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

/// Name of the member for the further positions.
const REST: &str = "items";

/// The schemas of a list that is sent as parts.
struct PartSchemas {
    prefix: Vec<Option<SchemaId>>,
    has_rest: bool,
    /// Schema of the further positions; `None`: any value.
    rest: Option<SchemaId>,
    sizes: [Option<u64>; 2],
}

impl<'d> Context<'d, '_> {
    /// Lowers parts by position; `None` if the body is not a list that describes its items. The list becomes an object with a member for
    /// each position of `prefixItems`, and `items` for the further ones. Its members are named after the titles or components of their
    /// schemas, else `part1`, `part2` and so on.
    pub(super) fn by_position(&mut self, place: &PartsPlace<'d>) -> Option<PartContent> {
        let positions = self.positions(place)?;
        if let Some(first) = place.encodings.named.first() {
            let span = self.document.node(first.node).span();
            let help = "write `prefixEncoding` and `itemEncoding`, or describe the body as an object";
            self.unsupported(span, "an encoding by name for parts by position", &first.property, help);
        }
        let count = positions.prefix.len();
        let [least, most] = positions.sizes;
        // Without `minItems`, the positions that the contract lists are all there.
        let least = least.and_then(|least| usize::try_from(least).ok()).unwrap_or(count);
        let (mut members, mut parts) = (Vec::with_capacity(count + 1), Vec::with_capacity(count + 1));
        for (at, schema) in positions.prefix.into_iter().enumerate() {
            let name = self.position_name(schema, at, &members);
            let encoding = place.encodings.prefix.get(at).or(place.encodings.item.as_deref());
            let part = self.position(schema, encoding, at);
            self.check_headers(&part, encoding);
            let required = at < least;
            let ty = part.ty;
            parts.push(ir::Part {
                name: name.clone(),
                required,
                ..part
            });
            members.push(self.position_member(name, ty, required, schema, place));
        }
        if positions.has_rest {
            let schema = positions.rest;
            let encoding = place.encodings.item.as_deref();
            let part = self.position(schema, encoding, count);
            self.check_headers(&part, encoding);
            let rest = |size: Option<u64>| size.map(|size| size.saturating_sub(count as u64));
            let limits = ir::Constraints {
                min_size: rest(positions.sizes[0]).filter(|size| *size > 0),
                max_size: rest(most),
                ..ir::Constraints::default()
            };
            let required = limits.min_size.is_some();
            let list = Shape::Array(ir::ArrayShape { items: part.ty, limits });
            let list = self.anonymous(list, place.span);
            members.push(self.position_member(REST.to_owned(), list, required, schema, place));
            parts.push(ir::Part {
                name: REST.to_owned(),
                required,
                repeated: true,
                ..part
            });
        }
        let shape = Shape::Object(ir::ObjectShape {
            members,
            additional: Additional::Closed,
            size: [None, None],
            conditions: Vec::new(),
        });
        let name = NameHint::Derived(self.places.words(place.node));
        let mut ty = ir::Type::new(name, shape, self.places.origin(place.node));
        if let Some(schema) = place.schema {
            ty.text = self.text(&[self.document.schema(schema)]);
            ty.sensitive = self.is_sensitive_here(&[schema]);
        }
        Some(PartContent::Multipart(self.add(ty), parts))
    }

    /// Lowers the parts of a response, which are read one by one. Parts of several kinds are bytes. `None`: the response is not a
    /// list that describes its items.
    pub(super) fn items_of_parts(&mut self, place: &PartsPlace<'d>) -> Option<PartContent> {
        let positions = self.positions(place)?;
        let encodings = place.encodings;
        let prefix = positions.prefix.into_iter().enumerate();
        let prefix = prefix.map(|(at, schema)| (schema, encodings.prefix.get(at).or(encodings.item.as_deref())));
        let rest = positions
            .has_rest
            .then_some((positions.rest, encodings.item.as_deref()));
        let mut found: Vec<(PartItem, TypeId)> = Vec::new();
        for (schema, encoding) in prefix.chain(rest) {
            let media = encoding.and_then(|encoding| encoding.content_type.as_deref());
            let content = match media {
                Some(media) if is_multipart(media) => PartContent::Binary,
                _ => self.position(schema, encoding, 0).content,
            };
            let item = match (content, schema) {
                (PartContent::Json(_), Some(schema)) => (PartItem::Json, self.value(schema)),
                (PartContent::Json(ty), None) => (PartItem::Json, ty),
                (PartContent::Text, _) => (PartItem::Text, self.plain(ir::ScalarFormat::Text)),
                _ => (PartItem::Bytes, self.plain(ir::ScalarFormat::Binary)),
            };
            if !found.contains(&item) {
                found.push(item);
            }
        }
        let (item, ty) = match found.as_slice() {
            [one] => *one,
            all if all.iter().all(|(item, _)| *item == PartItem::Json) => (PartItem::Json, self.any()),
            _ => {
                let reason = "parts of several kinds in a response, which stay bytes".to_owned();
                *self.fallbacks.entry(reason).or_default() += 1;
                (PartItem::Bytes, self.plain(ir::ScalarFormat::Binary))
            }
        };
        Some(PartContent::Items(Framing::Parts(item), ty))
    }

    /// Returns the schemas of the parts with their encodings, by name or by position.
    pub(super) fn encoded(&self, place: &PartsPlace<'d>) -> Vec<(SchemaId, &'d Encoding)> {
        let encodings = place.encodings;
        if let Some(positions) = self.positions(place) {
            let prefix = positions.prefix.into_iter().enumerate();
            let prefix = prefix.map(|(at, id)| (id, encodings.prefix.get(at).or(encodings.item.as_deref())));
            let all = prefix.chain(
                positions
                    .has_rest
                    .then_some((positions.rest, encodings.item.as_deref())),
            );
            return all.filter_map(|(id, encoding)| Some((id?, encoding?))).collect();
        }
        let Some(schema) = place.schema else { return Vec::new() };
        let merged = self.part_schema(&[schema]);
        let named = encodings.named.iter();
        let schema = |encoding: &Encoding| merged.properties.get(encoding.property.as_str())?.last().copied();
        named
            .filter_map(|encoding| Some((schema(encoding)?, encoding)))
            .collect()
    }

    fn positions(&self, place: &PartsPlace<'d>) -> Option<PartSchemas> {
        let encoded = place.encodings.prefix.len();
        if let Some(item) = place.item_schema {
            return Some(PartSchemas {
                prefix: vec![Some(item); encoded],
                has_rest: true,
                rest: Some(item),
                sizes: [Some(0), None],
            });
        }
        let merged = self.part_schema(&[place.schema?]);
        if merged.kinds().only() != Some(JsonType::Array) {
            return None;
        }
        let is_never = |id: &SchemaId| self.document.schema(*id).boolean == Some(false);
        let items = merged.items.first().copied();
        let has_rest = match items {
            Some(items) => !is_never(&items),
            None => place.encodings.item.is_some(),
        };
        let mut prefix: Vec<Option<SchemaId>> = merged.prefix.iter().copied().map(Some).collect();
        if items.is_none_or(|items| !is_never(&items)) && encoded > prefix.len() {
            prefix.resize(encoded, items);
        }
        let is_described = !prefix.is_empty() || has_rest;
        is_described.then(|| PartSchemas {
            prefix,
            has_rest,
            rest: items,
            sizes: merged.sizes_of(JsonType::Array),
        })
    }

    fn position(&mut self, schema: Option<SchemaId>, encoding: Option<&'d Encoding>, at: usize) -> ir::Part {
        let ids: Vec<SchemaId> = schema.into_iter().collect();
        let part = self.part(None, &ids, encoding);
        let own = self.part_schema(&ids);
        ir::Part {
            position: Some(at),
            sensitive: part.sensitive || self.is_sensitive(&own),
            ..part
        }
    }

    /// Returns the name of a position: the title or the component of its schema, if no other position has it.
    fn position_name(&self, schema: Option<SchemaId>, at: usize, others: &[ir::Member]) -> String {
        let schema = schema.map(|id| self.document.schema(id));
        let title = schema.and_then(|schema| schema.title.as_deref());
        let component = schema.and_then(|schema| schema.reference.as_ref());
        let component = component.and_then(|reference| self.index.names.get(&reference.target));
        let name = title
            .filter(|title| ir::EnumValue::is_name(title))
            .or(component.copied());
        let is_free = |name: &&str| *name != REST && !others.iter().any(|other| other.name.eq_ignore_ascii_case(name));
        name.filter(is_free)
            .map_or_else(|| format!("part{}", at + 1), str::to_owned)
    }

    fn position_member(
        &self,
        name: String,
        ty: TypeId,
        required: bool,
        schema: Option<SchemaId>,
        place: &PartsPlace<'d>,
    ) -> ir::Member {
        let schema = schema.map(|id| self.document.schema(id));
        ir::Member {
            name,
            documented: false,
            ty,
            presence: if required {
                Presence::Required
            } else {
                Presence::Optional
            },
            constant: None,
            read_only: false,
            write_only: false,
            sensitive: false,
            bound: None,
            is_key: false,
            payload_hash: None,
            default: None,
            boxed: false,
            text: schema.map(|schema| self.text(&[schema])).unwrap_or_default(),
            origin: self.places.origin(schema.map_or(place.node, |schema| schema.node)),
        }
    }
}
