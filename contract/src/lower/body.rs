//! Request and response bodies: the content of each media type.

use std::collections::HashSet;

use super::context::Context;
use super::merge::{Merged, SchemaPart};
use super::object::is_binary;
use crate::diag::{Code, Diagnostic};
use crate::document::{Encoding, Encodings, JsonType, MediaType, Parameter, SchemaId};
use crate::ir::{self, ParameterStyle, PartContent, Shape, TypeId};
use crate::limits;
use crate::source::{NodeId, Span};

/// Rule of a media type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MediaKind {
    Json,
    Form,
    Multipart,
    Text,
    Binary,
    Events,
    Lines,
}

pub(super) fn kind(media_type: &str) -> MediaKind {
    let essence = ir::essence(media_type).to_ascii_lowercase();
    let (ty, subtype) = essence.split_once('/').unwrap_or((essence.as_str(), ""));
    match (ty, subtype) {
        ("application", "x-www-form-urlencoded") => MediaKind::Form,
        ("multipart", "form-data") => MediaKind::Multipart,
        ("text", "event-stream") => MediaKind::Events,
        _ if is_lines(subtype) => MediaKind::Lines,
        (_, "json") | ("*" | "application", "*") => MediaKind::Json,
        _ if subtype.ends_with("+json") => MediaKind::Json,
        ("text", _) | ("application", "xml" | "yaml" | "x-yaml" | "javascript" | "graphql" | "sql" | "jwt") => {
            MediaKind::Text
        }
        _ if subtype.ends_with("+xml") || subtype.ends_with("+yaml") => MediaKind::Text,
        _ => MediaKind::Binary,
    }
}

/// Returns true for a body of parts, of any kind.
pub(super) fn is_multipart(media_type: &str) -> bool {
    let start = ir::essence(media_type).get(..10);
    start.is_some_and(|start| start.eq_ignore_ascii_case("multipart/"))
}

/// Returns true for subtypes that hold a sequence of JSON values: one per line, or after record separators.
fn is_lines(subtype: &str) -> bool {
    #[rustfmt::skip]
    const KNOWN: &[&str] = &[
        "jsonl", "jsonlines", "json-lines", "ndjson", "json-seq", "stream+json", "json+stream", "x-json-stream",
    ];
    let subtype = subtype.strip_prefix("x-").unwrap_or(subtype);
    KNOWN.contains(&subtype)
        || ["+json-seq", "+jsonl", "+ndjson", "+jsonlines"]
            .iter()
            .any(|end| subtype.ends_with(end))
}

/// Returns the fields with a stated encoding. A stated style wins over a content type (OpenAPI 3.1.1, Encoding Object).
pub(super) fn fields(encoding: &[Encoding]) -> Vec<ir::FieldEncoding> {
    let one = |encoding: &Encoding| {
        let json = encoding
            .content_type
            .as_deref()
            .is_some_and(|media| kind(media) == MediaKind::Json);
        let (style, explode) = match stated(encoding) {
            Some(stated) => stated,
            None if json => (ParameterStyle::Json, false),
            None => return None,
        };
        Some(ir::FieldEncoding {
            name: encoding.property.clone(),
            style,
            explode,
            allow_reserved: encoding.allow_reserved,
        })
    };
    encoding.iter().filter_map(one).collect()
}

/// Returns style and explode of a field, if it states one of them.
pub(super) fn stated(encoding: &Encoding) -> Option<(ParameterStyle, bool)> {
    if encoding.style.is_none() && encoding.explode.is_none() && !encoding.allow_reserved {
        return None;
    }
    let style = encoding.style.unwrap_or(ParameterStyle::Form);
    Some((style, encoding.explode.unwrap_or(style == ParameterStyle::Form)))
}

/// Returns the objects that some request sends as multipart: their binary members are files, not text.
pub(super) fn multipart_objects(context: &Context<'_, '_>) -> HashSet<SchemaId> {
    let operations = context.document.paths.iter().flat_map(|item| &item.operations);
    let forms = operations
        .filter_map(|operation| operation.body.as_ref())
        .flat_map(|body| &body.content)
        .filter(|form| is_multipart(&form.name));
    let mut open: Vec<PartsPlace<'_>> = forms.map(PartsPlace::from_form).collect();
    let (mut found, mut seen) = (HashSet::new(), HashSet::new());
    while let Some(place) = open.pop() {
        found.extend(place.schema.and_then(|schema| context.resolve(schema)));
        let within = context.encoded(&place).into_iter();
        let within = within
            .filter(|(schema, encoding)| seen.len() <= limits::PARTS_WITHIN && seen.insert((*schema, encoding.node)));
        open.extend(within.filter_map(|(schema, encoding)| context.place_within(schema, encoding)));
    }
    found
}

impl<'d> Context<'d, '_> {
    /// Lowers the forms of a request body. A media type that only encodes the same value again, as frameworks declare it next to
    /// `application/json` with the same schema, is left out. If `x-sdk` names its method, it is the last form.
    pub(super) fn body_forms(&mut self, method: ir::Method, content: &'d [MediaType]) -> Vec<ir::BodyForm> {
        let is_plain = |form: &&MediaType| ir::essence(&form.name) == "application/json";
        let plain = content
            .iter()
            .find(|form| form.name.eq_ignore_ascii_case("application/json"));
        let plain = plain.or_else(|| content.iter().find(is_plain));
        let mut is_after = false;
        let (again, mut forms): (Vec<_>, Vec<_>) = content.iter().partition(|form| {
            is_after |= is_plain(form);
            // The author prefers a form that comes first. A patch is another change than its value, and has no members (RFC 6902).
            let is_preferred = !is_after && matches!(kind(&form.name), MediaKind::Form | MediaKind::Multipart);
            let is_patch = method == ir::Method::Patch && form.name.contains("json-patch");
            let is_patch = is_patch && !self.has_members(form);
            !is_preferred && !is_patch && plain.is_some_and(|plain| self.is_again(plain, form))
        });
        // JSON is typed, and comes before a text or bytes.
        let is_untyped = |form: &MediaType| matches!(kind(&form.name), MediaKind::Text | MediaKind::Binary);
        if content.first().is_some_and(is_untyped) {
            forms.sort_by_key(|form| kind(&form.name) != MediaKind::Json);
        }
        for form in again {
            let message = format!("the value is sent as JSON, and not as `{}`", form.name);
            match form.extensions.get("x-sdk") {
                None => {
                    let help = "for a method that sends this media type, name it with `x-sdk.method`";
                    self.fault(Code::NotedKeyword, form.node, message, help);
                }
                Some(node) if form.name.contains('*') => {
                    let help = "remove `x-sdk`, or replace the range by the media type that the method sends";
                    self.fault(Code::BadExtension, node, message, help);
                }
                Some(_) => forms.push(form),
            }
        }
        forms.into_iter().map(|form| self.body_form(form)).collect()
    }

    /// Returns `true` if the values of a form are objects with members other than those of an operation of JSON Patch.
    fn has_members(&self, form: &MediaType) -> bool {
        let merged = form
            .schema
            .map(|schema| Merged::new(self.document, &[SchemaPart::new(schema)]));
        let is_patch = |name: &&str| ["op", "operations"].contains(name);
        merged.is_some_and(|merged| !merged.properties.is_empty() && !merged.properties.keys().any(is_patch))
    }

    /// Returns `true` for a schema with a value at any depth that is, or may be, a file.
    fn may_have_files(&self, schema: SchemaId) -> bool {
        let (mut open, mut seen) = (vec![vec![schema]], HashSet::new());
        while let Some(ids) = open.pop() {
            if seen.len() > limits::PARTS_WITHIN {
                return true;
            }
            let merged = self.part_schema(&ids);
            let kinds = merged.kinds();
            let is_free = kinds.contains(JsonType::Object) && merged.properties.is_empty()
                || kinds.contains(JsonType::Array) && merged.items.is_empty();
            let is_open = kinds.is_empty() || !merged.groups.is_empty() || !merged.prefix.is_empty();
            if is_open || is_free || is_binary(&merged) || merged.format == Some("file") {
                return true;
            }
            let within = [merged.items, merged.additional, merged.patterns].into_iter();
            let within = within
                .chain(merged.properties.into_values())
                .filter(|ids| !ids.is_empty());
            open.extend(within.filter(|ids| seen.insert(ids.clone())));
        }
        false
    }

    /// Returns `true` for a media type that encodes the same value as JSON.
    fn is_again(&self, plain: &MediaType, form: &MediaType) -> bool {
        let is_only = |known: &[JsonType]| {
            let part = plain.schema.map(SchemaPart::new);
            let kinds = part.map_or_else(Default::default, |part| Merged::new(self.document, &[part]).kinds());
            !kinds.is_empty() && kinds.iter().all(|kind| known.contains(&kind))
        };
        let essence = ir::essence(&form.name).to_ascii_lowercase();
        let charsets = usize::from(ir::charset(&form.name).is_some());
        let is_only_utf8 = ir::is_utf8(&form.name) && form.name.matches(';').count() == charsets;
        let is_encoding = match &*essence {
            "application/json" => form.node != plain.node && is_only_utf8,
            "multipart/form-data" => {
                is_only(&[JsonType::Object]) && !form.schema.is_none_or(|id| self.may_have_files(id))
            }
            "text/json" | "*/*" | "application/*" | "application/*+json" => true,
            "application/octet-stream" => is_only(&[JsonType::Object]),
            "application/json-patch+json"
            | "application/x-www-form-urlencoded"
            | "text/html"
            | "text/plain"
            | "application/xml"
            | "application/*+xml"
            | "text/xml"
            | "application/yaml"
            | "application/x-yaml"
            | "text/yaml"
            | "text/x-yaml" => is_only(&[JsonType::Object, JsonType::Array]),
            _ => false,
        };
        let value = |form: &MediaType| {
            let node = self.document.schema(form.schema?).node;
            Some((self.document.node(node).span().file, self.json(node)))
        };
        is_encoding && form.encodings.named.is_empty() && value(plain) == value(form)
    }

    /// Lowers one form of a request body.
    fn body_form(&mut self, form: &'d MediaType) -> ir::BodyForm {
        self.text_is_not_checked(form, "is not checked before sending");
        let content = match kind(&form.name) {
            MediaKind::Form => self.form(form),
            MediaKind::Multipart => self.multipart(&PartsPlace::from_form(form)),
            _ if is_multipart(&form.name) => self.parts_or_bytes(form),
            // Requests do not contain server-sent events.
            MediaKind::Events => PartContent::Text,
            MediaKind::Lines => self.items_in_lines(form),
            // The caller gives text in another charset as bytes.
            MediaKind::Text if !ir::is_utf8(&form.name) => PartContent::Binary,
            other => self.plain_content(other, form.schema),
        };
        let text = form.schema.filter(|_| matches!(content, PartContent::Text));
        ir::BodyForm {
            media_type: form.name.clone(),
            name: self.form_method(&form.extensions),
            text: text.and_then(|schema| self.plain_text(schema)),
            content,
            fields: fields(&form.encodings.named),
            examples: self.media_examples(form),
            origin: self.places.origin(form.node),
        }
    }

    /// Returns the scalar or the enum that a text is. The types that are made for it are not used.
    fn plain_text(&mut self, schema: SchemaId) -> Option<Shape> {
        let merged = Merged::new(self.document, &[SchemaPart::new(schema)]);
        let is_scalar = |kind| !matches!(kind, JsonType::Object | JsonType::Array);
        let kinds = merged.kinds();
        if merged.literals.is_none() && (kinds.is_empty() || !kinds.iter().all(is_scalar)) {
            return None;
        }
        let ty = self.core(schema);
        let ty = ir::behind(&self.arena.types, ty)?;
        let shape = &self.arena.types[ty.0 as usize].shape;
        match shape {
            Shape::Scalar(ir::ScalarFormat::Text, limits) if *limits == ir::Constraints::default() => None,
            Shape::Scalar(..) | Shape::Newtype(..) | Shape::Enum(_) => Some(shape.clone()),
            _ => None,
        }
    }

    /// Lowers one form of a response body: an unsupported media type arrives as bytes.
    pub(super) fn answer_body(&mut self, form: &'d MediaType) -> ir::ResponseBody {
        self.text_is_not_checked(form, "is not checked on arrival");
        let content = match kind(&form.name) {
            MediaKind::Events => self.items_of_events(form),
            MediaKind::Lines => self.items_in_lines(form),
            other if is_multipart(&form.name) => {
                let parts = self.items_of_parts(&PartsPlace::from_form(form));
                parts.unwrap_or_else(|| self.plain_content(other, form.schema))
            }
            other => self.plain_content(other, form.schema),
        };
        ir::ResponseBody {
            media_type: form.name.clone(),
            content,
            examples: self.media_examples(form),
        }
    }

    /// Lowers `multipart/mixed` and others: parts if they are described, else the bytes of the whole.
    fn parts_or_bytes(&mut self, form: &'d MediaType) -> PartContent {
        let place = PartsPlace::from_form(form);
        if let Some(parts) = self.by_position(&place) {
            return parts;
        }
        let merged = form.schema.map(|schema| self.part_schema(&[schema]));
        match merged {
            Some(merged) if !merged.properties.is_empty() => self.multipart(&place),
            Some(merged) if merged.kinds().iter().all(|kind| kind == JsonType::String) => PartContent::Binary,
            None => PartContent::Binary,
            Some(_) => {
                let help = "describe the body as an object with one property per part; until then the caller writes the body, and sets its boundary with `Upload::content_type`";
                self.unsupported(
                    form.name_span,
                    "a multipart body without a description of its parts",
                    "",
                    help,
                );
                PartContent::Binary
            }
        }
    }

    fn plain_content(&mut self, kind: MediaKind, schema: Option<SchemaId>) -> PartContent {
        match (kind, schema) {
            (MediaKind::Text, _) => PartContent::Text,
            (MediaKind::Json, Some(schema)) if self.is_binary(schema) => PartContent::Binary,
            (MediaKind::Json, Some(schema)) => PartContent::Json(self.value(schema)),
            (MediaKind::Json, None) => PartContent::Json(self.any()),
            _ => PartContent::Binary,
        }
    }

    /// Reports that a text body is any text, if its schema allows only some texts.
    fn text_is_not_checked(&mut self, form: &MediaType, end: &str) {
        let Some(schema) = form.schema.filter(|_| kind(&form.name) == MediaKind::Text) else {
            return;
        };
        let merged = Merged::new(self.document, &[SchemaPart::new(schema)]);
        let [least, most] = merged.sizes_of(JsonType::String);
        let limits = &merged.limits;
        let words = [
            ("enum", merged.literals.is_some()),
            ("minLength", least.is_some_and(|least| least > 0)),
            ("maxLength", most.is_some()),
            ("pattern", limits.pattern.is_some()),
            ("minimum", limits.minimum.is_some()),
            ("maximum", limits.maximum.is_some()),
            ("multipleOf", limits.multiple_of.is_some()),
        ];
        let words: Vec<String> = words
            .iter()
            .filter(|word| word.1)
            .map(|(word, _)| format!("`{word}`"))
            .collect();
        if !words.is_empty() {
            let message = format!("a text body {end}: {}", words.join(", "));
            let span = self.document.schema(schema).span;
            let note = "a body that is not JSON is a plain string in the generated code";
            self.report
                .push(Diagnostic::new(Code::RuleNotChecked, message).at(span).note(note));
        }
    }

    fn is_binary(&self, schema: SchemaId) -> bool {
        is_binary(&Merged::new(self.document, &[SchemaPart::new(schema)]))
    }

    fn media_examples(&self, form: &MediaType) -> Vec<String> {
        form.examples
            .iter()
            .filter_map(|example| match (example.value, example.serialized) {
                (Some(value), _) => Some(self.json(value)),
                (None, Some(text)) if matches!(kind(&form.name), MediaKind::Json) => {
                    self.document.node(text).as_str().map(str::to_owned)
                }
                _ => None,
            })
            .collect()
    }

    fn form(&mut self, form: &MediaType) -> PartContent {
        if form.schema.is_some_and(|schema| self.is_binary(schema)) {
            return PartContent::Binary;
        }
        let Some(ty) = form
            .schema
            .map(|schema| self.core(schema))
            .filter(|ty| self.is_members(*ty, 0))
        else {
            let help = "describe the form as an object with one property per field";
            self.unsupported(form.name_span, "a form without a description of its fields", "", help);
            return PartContent::Binary;
        };
        PartContent::Form(ty)
    }

    /// Reports a form that is the whole query and has no description of its members.
    pub(super) fn check_whole_query(&mut self, parameter: &Parameter, ty: TypeId) {
        let is_whole = parameter.location == ir::ParameterLocation::Querystring;
        if is_whole && parameter.style == ParameterStyle::Form && !self.is_members(ty, 0) {
            let span = self.document.node(parameter.node).span();
            let help = "describe the query as an object with one property per parameter";
            self.unsupported(span, "a query without a description of its members", "", help);
        }
    }

    /// Returns true for an object, a map or a union of these, as far as is known before all types are filled.
    fn is_members(&self, ty: TypeId, depth: usize) -> bool {
        let deeper = |ty: TypeId| depth < limits::FORM_DEPTH && self.is_members(ty, depth + 1);
        match &self.arena.types[ty.0 as usize].shape {
            Shape::Alias(next) | Shape::Nullable(next) => deeper(*next),
            Shape::Union(union) => union.variants.iter().all(|one| deeper(one.ty)),
            Shape::Object(_) | Shape::Map(..) => true,
            _ => false,
        }
    }
}

/// A body of parts, or a part that consists of parts.
pub(super) struct PartsPlace<'d> {
    /// The media type or the encoding.
    pub(super) node: NodeId,
    pub(super) span: Span,
    pub(super) schema: Option<SchemaId>,
    pub(super) item_schema: Option<SchemaId>,
    pub(super) encodings: &'d Encodings,
}

impl<'d> PartsPlace<'d> {
    fn from_form(form: &'d MediaType) -> Self {
        Self {
            node: form.node,
            span: form.name_span,
            schema: form.schema,
            item_schema: form.item_schema,
            encodings: &form.encodings,
        }
    }
}
