//! Parts of a multipart body: what each member of the object is sent as, by its schema and its encoding.
//!
//! The Encoding Object gives each kind of value a default: bytes are files, strings, numbers and booleans are text, objects
//! are JSON, and a list is one part for each of its items. A stated style, or a stated content type, changes that.

use super::body::{MediaKind, PartsPlace, is_multipart, kind, stated};
use super::context::Context;
use super::merge::{Merged, SchemaPart};
use super::object::is_binary;
use crate::{
    document::{Dialect, Encoding, Extensions, JsonType, SchemaId},
    ir::{self, ParameterStyle, PartContent, Shape},
    limits,
};

impl<'d> Context<'d, '_> {
    /// Returns the place of a part that consists of parts.
    pub(super) fn place_within(&self, schema: SchemaId, encoding: &'d Encoding) -> Option<PartsPlace<'d>> {
        is_multipart(encoding.content_type.as_deref()?).then(|| PartsPlace {
            node: encoding.node,
            span: self.document.node(encoding.node).span(),
            schema: Some(schema),
            item_schema: None,
            encodings: &encoding.within,
        })
    }

    /// Lowers a part that consists of parts; `None` if the contract does not describe these.
    fn parts_within(&mut self, ids: &[SchemaId], encoding: Option<&'d Encoding>) -> Option<PartContent> {
        let (id, encoding) = (*ids.last()?, encoding?);
        let place = self.place_within(id, encoding)?;
        if self.parts_within > limits::PARTS_WITHIN {
            return None;
        }
        let content = if let Some(known) = self.within.get(&(id, encoding.node)) {
            known.clone()
        } else {
            let by_position = self.by_position(&place);
            let is_object = || !self.part_schema(ids).properties.is_empty();
            match by_position {
                None if is_object() => self.multipart(&place),
                content => content?,
            }
        };
        if matches!(&content, PartContent::Multipart(_, parts) if parts.is_empty()) {
            return None;
        }
        let parts = content.with_inner().into_iter().map(|content| match content {
            PartContent::Multipart(_, parts) => parts.len(),
            _ => 0,
        });
        self.parts_within += parts.sum::<usize>();
        if self.parts_within > limits::PARTS_WITHIN {
            let help = "describe fewer parts within parts; until then the caller writes the part, and sets its boundary with `Upload::content_type`";
            self.unsupported(place.span, "too many parts within parts", "", help);
            return None;
        }
        self.within.insert((id, encoding.node), content.clone());
        Some(content)
    }

    /// Lowers a multipart body with parts by name.
    pub(super) fn multipart(&mut self, form: &PartsPlace<'d>) -> PartContent {
        let schema = form.schema.and_then(|schema| self.resolve(schema));
        let ty = match schema {
            Some(schema) => self.core(schema),
            None => self.any(),
        };
        let (Some(schema), Shape::Object(object)) = (schema, self.arena.types[ty.0 as usize].shape.clone()) else {
            self.unsupported(
                form.span,
                "a multipart body without a description of its parts",
                "",
                "describe the form as an object with one property per part; until then the caller adds each part by its name",
            );
            return PartContent::Multipart(ty, Vec::new());
        };
        let merged = Merged::new(self.document, &[SchemaPart::new(schema)]);
        let mut parts = Vec::with_capacity(object.members.len() + 1);
        // Requests have no `readOnly` member.
        for member in object.members.iter().filter(|member| !member.read_only) {
            let entry = merged.properties.get(member.name.as_str());
            let ids: Vec<SchemaId> = entry.cloned().unwrap_or_default();
            let encoding = form
                .encodings
                .named
                .iter()
                .find(|encoding| encoding.property == member.name);
            let part = self.part(Some(member.ty), &ids, encoding);
            let within = match part.content {
                PartContent::Multipart(id, _) => Some(id),
                _ => None,
            };
            if *self.nested.entry((ty, member.name.clone())).or_insert(within) != within {
                let help =
                    "describe each body by a schema of its own; until then the caller adds each part by its name";
                let reason = "a part with parts within it in one body, and with others in another";
                self.unsupported(form.span, reason, "", help);
                return PartContent::Multipart(self.any(), Vec::new());
            }
            self.check_headers(&part, encoding);
            parts.push(ir::Part {
                name: member.name.clone(),
                required: member.presence == ir::Presence::Required
                    || member.presence == ir::Presence::RequiredNullable,
                sensitive: part.sensitive || member.sensitive,
                ..part
            });
        }
        if let ir::Additional::Typed(values) = object.additional {
            let ids = self.additional_schemas(&merged);
            let schema = self.part_schema(&ids);
            parts.push(ir::Part {
                further: true,
                sensitive: self.is_sensitive(&schema),
                ..self.part(Some(values), &ids, None)
            });
        }
        PartContent::Multipart(ty, parts)
    }

    /// Returns a part without a name. `member` is the type of the member with its name: a list there is one part for each of its
    /// items. A list at a position is one part.
    pub(super) fn part(
        &mut self,
        member: Option<ir::TypeId>,
        ids: &[SchemaId],
        encoding: Option<&'d Encoding>,
    ) -> ir::Part {
        let within = self.parts_within(ids, encoding);
        let merged = self.part_schema(ids);
        let whole = merged.kinds().only();
        let ty = match (&within, member, ids) {
            (Some(PartContent::Multipart(ty, _)), ..) => *ty,
            (_, Some(member), _) => member,
            _ if is_binary(&merged) => self.plain(ir::ScalarFormat::Binary),
            (.., [id, ..]) => self.core(*id),
            _ => self.any(),
        };
        let items = match &self.arena.types[ty.0 as usize].shape {
            Shape::Array(array) if whole == Some(JsonType::Array) && member.is_some() => Some(array.items),
            _ => None,
        };
        let item = items.map(|_| self.part_schema(&merged.items));
        // As for a list without a style: one part for each item. Files have no style.
        let is_default =
            |stated: (ParameterStyle, bool)| stated == (ParameterStyle::Form, true) && whole != Some(JsonType::Object);
        let is_file = self.is_file(item.as_ref().unwrap_or(&merged), 0);
        let style = encoding
            .and_then(stated)
            .filter(|stated| member.is_some() && !is_file && !is_default(*stated));
        let media = encoding.and_then(|encoding| encoding.content_type.clone());
        // A list that is stated to be JSON is one part.
        let is_json = !is_file && media.as_deref().and_then(common_kind) == Some(MediaKind::Json);
        let (items, one) = match (items, &item, style) {
            (Some(items), Some(item), None) if !is_json => (Some(items), item),
            _ => (None, &merged),
        };
        let mut ty = items.unwrap_or(ty);
        let content = match media.as_deref().and_then(common_kind) {
            _ if let Some(within) = within => within,
            Some(MediaKind::Json) if !is_binary(one) => PartContent::Json(ty),
            _ if self.is_file(one, 0) => PartContent::Binary,
            None if is_unknown(one) && self.document.dialect == Dialect::V31 => PartContent::Binary,
            Some(MediaKind::Binary) if may_be_bytes(one) => PartContent::Binary,
            _ if self.is_text(one, 0) => PartContent::Text,
            // XML, for example: the caller makes the text. Plain text says nothing about the form of an object.
            Some(MediaKind::Text) if !is_plain_text(media.as_deref()) => {
                ty = self.plain(ir::ScalarFormat::Text);
                PartContent::Text
            }
            _ => PartContent::Json(ty),
        };
        let headers: Vec<String> = encoding
            .into_iter()
            .flat_map(|encoding| &encoding.headers)
            .filter(|header| !header.name.eq_ignore_ascii_case("content-disposition"))
            .map(|header| header.name.clone())
            .collect();
        let mark = encoding
            .map(|encoding| &encoding.extensions)
            .and_then(|words: &Extensions| words.get("x-sensitive"));
        ir::Part {
            name: String::new(),
            position: None,
            further: false,
            required: false,
            repeated: items.is_some(),
            content,
            ty,
            content_type: media,
            style,
            headers,
            sensitive: self.flag(mark),
            limits: merged.limits_of(whole.unwrap_or(JsonType::String)),
        }
    }

    /// Reports headers of a part of a request that is not a file.
    pub(super) fn check_headers(&mut self, part: &ir::Part, encoding: Option<&Encoding>) {
        let is_fine = part.headers.is_empty() || part.content == PartContent::Binary;
        if let (false, Some(encoding)) = (is_fine, encoding) {
            let span = self.document.node(encoding.node).span();
            let help =
                "only files can have headers: describe the part as `type: string, format: binary`, or remove `headers`";
            self.unsupported(
                span,
                "headers of a part that is not a file",
                &part.headers.join(", "),
                help,
            );
        }
    }

    /// Merges the schemas of a part. Where a union has one alternative besides `null`, it is that alternative.
    pub(super) fn part_schema(&self, ids: &[SchemaId]) -> Merged<'d> {
        let mut parts: Vec<SchemaPart> = ids.iter().map(|id| SchemaPart::new(*id)).collect();
        let mut merged = Merged::new(self.document, &parts);
        for _ in 0..limits::FORM_DEPTH {
            let [group] = merged.groups.as_slice() else { break };
            let mut others = group.alternatives.iter().filter(|id| !self.is_null(**id));
            let (Some(only), None) = (others.next(), others.next()) else {
                break;
            };
            for part in &mut parts {
                part.bare = true;
            }
            parts.push(SchemaPart::new(*only));
            merged = Merged::new(self.document, &parts);
        }
        merged
    }

    /// Returns true for bytes, and for a union of bytes and text, which are bytes too.
    fn is_file(&self, merged: &Merged<'d>, depth: usize) -> bool {
        let is_text = |merged: &Merged<'d>| merged.kinds().only() == Some(JsonType::String);
        let Some(group) = only_group(merged, depth) else {
            return is_binary(merged);
        };
        let alternatives: Vec<_> = { group.iter() }
            .filter(|id| !self.is_null(**id))
            .map(|id| self.part_schema(&[*id]))
            .collect();
        let is_file = |one: &Merged<'d>| self.is_file(one, depth + 1);
        alternatives.iter().any(is_file) && alternatives.iter().all(|one| is_file(one) || is_text(one))
    }

    /// Returns true for strings, numbers and booleans, and for a union of them.
    fn is_text(&self, merged: &Merged<'d>, depth: usize) -> bool {
        if let Some(group) = only_group(merged, depth) {
            let mut alternatives = group.iter().filter(|id| !self.is_null(**id));
            return alternatives.all(|id| self.is_text(&self.part_schema(&[*id]), depth + 1));
        }
        let kinds = merged.kinds();
        let is_scalar = |literal: &&crate::document::Literal| literal.scalar.is_some();
        match &merged.literals {
            Some(literals) if kinds.is_empty() => literals.iter().all(is_scalar),
            _ => {
                !kinds.is_empty()
                    && kinds
                        .iter()
                        .all(|kind| !matches!(kind, JsonType::Object | JsonType::Array))
            }
        }
    }
}

/// Returns true if it says nothing about the value.
fn is_unknown(merged: &Merged<'_>) -> bool {
    merged.types.is_empty() && merged.is_kind_alone()
}

/// Returns true if the contract says no more than that it is a string, or nothing that fits bytes.
fn may_be_bytes(merged: &Merged<'_>) -> bool {
    let kinds = merged.kinds();
    let is_number = |kind| matches!(kind, JsonType::Integer | JsonType::Number | JsonType::Boolean);
    merged.literals.is_none() && merged.format.is_none() && !kinds.iter().any(is_number)
}

/// Returns the alternatives of a union, if it is nested less deep than the limit.
fn only_group<'d>(merged: &Merged<'d>, depth: usize) -> Option<&'d [SchemaId]> {
    match merged.groups.as_slice() {
        [group] if depth < limits::PART_DEPTH => Some(group.alternatives),
        _ => None,
    }
}

/// Returns the kind of the media types of a part, which are separated by commas, if all are of one kind.
fn common_kind(media: &str) -> Option<MediaKind> {
    let mut kinds = media.split(',').map(|one| kind(one.trim()));
    let first = kinds.next()?;
    kinds.all(|kind| kind == first).then_some(first)
}

/// Returns true if plain text is one of the media types.
fn is_plain_text(media: Option<&str>) -> bool {
    let mut all = media.into_iter().flat_map(|media| media.split(','));
    all.any(|one| ir::essence(one.trim()).eq_ignore_ascii_case("text/plain"))
}
