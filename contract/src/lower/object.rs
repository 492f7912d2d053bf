//! Objects: members and additional members; maps and free-form objects.

use super::{
    context::Context,
    merge::{Merged, SchemaPart},
    schema::Naming,
};
use crate::{
    diag::{Code, Diagnostic},
    document::{JsonType, Schema, SchemaId, conditions},
    ir::{self, Additional, Condition, Presence, Shape},
};

impl<'d> Context<'d, '_> {
    pub(super) fn object(&mut self, merged: &Merged<'d>, named: &Naming<'_>) -> Shape {
        if merged.properties.is_empty() {
            return match self.additional(merged, named, false) {
                Additional::Typed(values) => Shape::Map(values, self.limits_of_map(merged)),
                Additional::Open => Shape::Map(self.any(), self.limits_of_map(merged)),
                Additional::Closed => Shape::Object(ir::ObjectShape {
                    members: Vec::new(),
                    additional: Additional::Closed,
                    size: merged.sizes_of(JsonType::Object),
                    conditions: Vec::new(),
                }),
            };
        }
        for (name, span) in &merged.required {
            if !merged.properties.contains_key(name) && named.parts.len() == 1 {
                let message = format!("`{name}` is required, but there is no property of that name");
                let diagnostic = Diagnostic::new(Code::UnknownRequired, message).at(*span);
                let known = merged.properties.keys().copied();
                self.report.push(
                    diagnostic
                        .did_you_mean(name, known)
                        .help("declare the property, or remove it from `required`"),
                );
            }
        }
        let file = matches!(named.parts, [part] if self.multipart.contains(&part.id));
        let mut members = Vec::with_capacity(merged.properties.len());
        for (name, entry) in &merged.properties {
            if !entry.iter().any(|id| self.document.schema(*id).boolean == Some(false)) {
                members.push(self.member(name, entry, merged.required.contains_key(name), named, file));
            }
        }
        let additional = self.additional(merged, named, file);
        Shape::Object(ir::ObjectShape {
            members,
            additional,
            size: merged.sizes_of(JsonType::Object),
            conditions: self.conditions(merged),
        })
    }

    /// Returns the bounds of a map: no member is declared, and some may be required.
    fn limits_of_map(&self, merged: &Merged<'d>) -> ir::Constraints {
        let required: Vec<String> = merged.required.keys().map(|name| (*name).to_owned()).collect();
        let always = Condition {
            when: Vec::new(),
            one_of: vec![required],
        };
        ir::Constraints {
            conditions: (!merged.required.is_empty())
                .then_some(always)
                .into_iter()
                .chain(self.stated_conditions(merged))
                .collect(),
            ..merged.limits_of(JsonType::Object)
        }
    }

    /// Returns the conditions of all parts.
    fn stated_conditions(&self, merged: &Merged<'d>) -> impl Iterator<Item = Condition> {
        let nodes = merged.said.iter().map(|node| self.document.node(*node));
        nodes.flat_map(|node| conditions(node, self.document.dialect))
    }

    /// Returns the conditions of all parts, limited to declared members.
    fn conditions(&self, merged: &Merged<'d>) -> Vec<Condition> {
        let is_there = |name: &String| merged.properties.contains_key(name.as_str());
        let is_whole = |condition: &Condition| {
            let when = condition.when.iter().map(|(name, _)| name);
            when.chain(condition.one_of.iter().flatten()).all(is_there)
        };
        self.stated_conditions(merged).filter(is_whole).collect()
    }

    fn additional(&mut self, merged: &Merged<'d>, named: &Naming<'_>, file: bool) -> Additional {
        let ids = self.additional_schemas(merged);
        if ids.is_empty() {
            let is_closed = merged.patterns.is_empty() && self.is_closed(merged);
            return if is_closed {
                Additional::Closed
            } else {
                Additional::Open
            };
        }
        let file = if file { self.file(&ids) } else { None };
        Additional::Typed(file.unwrap_or_else(|| self.all_of(&ids, named, "value")))
    }

    fn is_closed(&self, merged: &Merged<'d>) -> bool {
        let has = |word: &str| merged.said.iter().any(|id| self.document.node(*id).get(word).is_some());
        // Beside `unevaluatedProperties`, each of these may declare further members.
        let is_open = !has("additionalProperties") && ["anyOf", "if", "dependentSchemas"].into_iter().any(has);
        let first = merged.additional.first().filter(|_| !is_open);
        first.is_some_and(|id| self.document.schema(*id).boolean == Some(false))
    }

    /// Returns the schemas that all members which are not declared by name have; empty if they have different ones, or any.
    pub(super) fn additional_schemas(&self, merged: &Merged<'d>) -> Vec<SchemaId> {
        let is_stated = |id: &SchemaId| self.document.schema(*id).boolean != Some(false);
        let mut stated = merged.additional.clone();
        stated.retain(|id| !self.is_closed(merged) && is_stated(id));
        match (stated.is_empty(), merged.patterns.as_slice()) {
            // Besides members by pattern, others of any type are allowed, unless the schema is closed.
            (true, [one]) if !merged.additional.is_empty() || merged.properties.is_empty() => vec![*one],
            (false, []) => {
                stated.retain(|id| self.resolve(*id).is_some());
                stated
            }
            _ => Vec::new(),
        }
    }

    fn member(&mut self, name: &str, ids: &[SchemaId], required: bool, named: &Naming<'_>, file: bool) -> ir::Member {
        let document = self.document;
        let parts: Vec<SchemaPart> = ids.iter().map(|id| SchemaPart::new(*id)).collect();
        let nullable = self.are_nullable(ids);
        let ty = if file && let Some(file) = self.file(ids) {
            file
        } else {
            let mut words = Vec::new();
            if parts.len() > 1 {
                words = self.words(named);
                words.push(name.to_owned());
            }
            self.conjunction(&parts, words)
        };
        // Only the schemas of this place: those behind a reference have their own docs. Of several declarations the
        // last is the nearest.
        let merged = Merged::new(document, &parts);
        let mut here: Vec<&Schema> = merged.here.clone();
        here.reverse();
        if parts.len() == 1 {
            here.reverse();
        }
        let mut text = self.text(&here);
        let rules = merged
            .here
            .iter()
            .filter_map(|schema| self.rules_in_words(&schema.extensions));
        let rules = rules.collect::<Vec<_>>().join(" ");
        if !rules.is_empty() {
            text.add(&rules);
        }
        // A union with null says it in its only other alternative.
        let only = (!merged.groups.is_empty()).then(|| self.part_schema(ids));
        let is = |word: fn(&Merged<'_>) -> bool| word(&merged) || only.as_ref().is_some_and(word);
        let node = ids.last().map(|id| document.schema(*id).node);
        if let Some(node) = node {
            text.provenance = self.marks.of_member(document.node(node));
        }
        let word = |name: &str| merged.extension(name);
        let (payload_hash, bound) = (word("x-payload-hash"), word("x-bound"));
        self.taken.borrow_mut().extend(payload_hash.into_iter().chain(bound));
        let payload_hash = payload_hash.and_then(|node| self.payload_hash(node));
        let bound = bound.and_then(|node| self.bound(node));
        let sensitive = self.is_sensitive(&merged);
        ir::Member {
            name: name.to_owned(),
            documented: node.is_some_and(|node| self.marks.is_marked(document.node(node))),
            ty,
            presence: presence(required, nullable),
            constant: None,
            read_only: is(|schema| schema.read_only),
            write_only: is(|schema| schema.write_only),
            sensitive,
            bound,
            is_key: false,
            payload_hash,
            default: here
                .iter()
                .find_map(|schema| schema.default)
                .map(|node| self.json(node)),
            boxed: false,
            text,
            origin: node.map(|node| self.places.origin(node)).unwrap_or_default(),
        }
    }

    /// Returns the type of a member that is one or several files of a form; `None` if it is not.
    fn file(&mut self, ids: &[SchemaId]) -> Option<ir::TypeId> {
        let merged = self.part_schema(ids);
        if is_binary(&merged) {
            return Some(self.plain(ir::ScalarFormat::Binary));
        }
        let is_parts = |id: &SchemaId| self.resolve(*id).is_some_and(|id| self.multipart.contains(&id));
        // A list that is sent as parts within a part is no JSON.
        if !merged.prefix.is_empty() && ids.iter().any(is_parts) {
            return Some(self.any());
        }
        let [items] = merged.items.as_slice() else { return None };
        if merged.kinds().only() != Some(JsonType::Array) || !is_binary(&self.part_schema(&[*items])) {
            return None;
        }
        let items = self.plain(ir::ScalarFormat::Binary);
        let span = self.arena.types[items.0 as usize].origin.span;
        let limits = merged.limits_of(JsonType::Array);
        Some(self.anonymous(Shape::Array(ir::ArrayShape { items, limits }), span))
    }
}

/// Returns true for raw bytes, which only some places allow.
pub(super) fn is_binary(merged: &Merged<'_>) -> bool {
    let text = merged.types.only().is_none_or(|kind| kind == JsonType::String);
    let raw = merged
        .here
        .iter()
        .any(|schema| schema.rare().content_media_type.is_some());
    // RFC 2045: `binary` means that the bytes are not encoded at all.
    let is_said = match merged.encoding {
        None => raw || merged.format == Some("binary"),
        Some(encoding) => encoding.eq_ignore_ascii_case("binary"),
    };
    text && is_said && merged.literals.is_none()
}

fn presence(required: bool, nullable: bool) -> Presence {
    match (required, nullable) {
        (true, false) => Presence::Required,
        (true, true) => Presence::RequiredNullable,
        (false, false) => Presence::Optional,
        (false, true) => Presence::OptionalNullable,
    }
}
