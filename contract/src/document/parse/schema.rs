//! Schemas, read one at a time from a queue, so that neither nesting nor references can exhaust the stack.

use super::parser;
use super::parser::Parser;
use crate::diag::{Code, Diagnostic};
use crate::document::dialects;
use crate::document::ledger::ObjectKind;
use crate::document::model::Dialect;
use crate::document::schema::{
    Constraints, Discriminator, JsonType, Literal, Mapping, Property, Rare, Reference, Schema, SchemaId, Types,
};
use crate::ir::Scalar;
use crate::source::{Node, NodeKind};

impl<'t> Parser<'t, '_> {
    /// Returns the id of a schema and queues it for reading.
    pub(super) fn schema(&mut self, node: Node<'t>) -> SchemaId {
        if let Some(id) = self.ids[node.id().0 as usize] {
            return id;
        }
        let id = SchemaId(u32::try_from(self.schemas.len()).unwrap_or(u32::MAX));
        self.schemas.push(Schema::empty(node.id(), node.span()));
        self.ids[node.id().0 as usize] = Some(id);
        self.queue.push_back((id, node));
        id
    }

    pub(super) fn read_schemas(&mut self) {
        while let Some((id, node)) = self.queue.pop_front() {
            let schema = self.read_schema(node);
            self.schemas[id.0 as usize] = schema;
        }
    }

    fn read_schema(&mut self, node: Node<'t>) -> Schema {
        let mut schema = Schema::empty(node.id(), node.span());
        schema.boolean = node.as_bool();
        let reference = node.get("$ref").filter(|reference| reference.text().is_some());
        if let Some(reference) = reference {
            schema.reference = self.reference(reference);
        }
        let only_beside = reference.is_some() && self.dialect == Dialect::V30;
        for member in node.members() {
            if !only_beside || dialects::BESIDE.contains(&member.key) {
                self.keyword(&mut schema, member.key, member.value);
            }
        }
        schema.extensions = self.extensions(node);
        dialects::lift_nullable(&mut schema);
        if let Some(limits) = schema.limits.as_deref_mut() {
            dialects::lift_exclusive(limits, node);
        }
        // Literals are read by the declared types, which may stand after them.
        schema.enumeration = node
            .get("enum")
            .filter(|values| values.is_seq() && !only_beside)
            .map(|values| values.items().map(|value| self.literal(value, schema.types)).collect());
        schema.constant = node
            .get("const")
            .filter(|_| !only_beside)
            .map(|value| Box::new(self.literal(value, schema.types)));
        if let Some(default) = node
            .get("default")
            .filter(|value| value.kind() == NodeKind::Scalar && !only_beside)
        {
            // Kept as nodes; `lower` interprets them.
            self.literal(default, schema.types);
        }
        schema
    }

    fn keyword(&mut self, schema: &mut Schema, key: &str, value: Node<'t>) {
        match key {
            "type" => schema.types = types(value),
            "nullable" => schema.nullable = value.as_bool() == Some(true),
            "readOnly" => schema.read_only = value.as_bool() == Some(true),
            "writeOnly" => schema.write_only = value.as_bool() == Some(true),
            "deprecated" => schema.deprecated = value.as_bool() == Some(true),
            "format" => schema.format = parser::boxed(value),
            "title" => schema.title = parser::said(value).map(Into::into),
            "description" => schema.description = parser::said(value).map(Into::into),
            "default" => schema.default = Some(value.id()),
            "example" => schema.examples.insert(0, value.id()),
            "examples" => schema.examples.extend(value.items().map(Node::id)),
            "properties" => schema.properties = self.properties(value),
            "required" => {
                let names = value
                    .items()
                    .filter_map(|name| Some((name.as_str()?.to_owned(), name.span())));
                schema.required = names.collect();
            }
            "additionalProperties" => schema.additional = self.subschema(value),
            "items" if value.is_seq() => rare(schema).prefix_items = self.subschemas(value),
            "items" => schema.items = self.subschema(value),
            "allOf" => schema.all_of = self.subschemas(value),
            "anyOf" => schema.any_of = self.subschemas(value),
            "oneOf" => schema.one_of = self.subschemas(value),
            "discriminator" => schema.discriminator = self.discriminator(value).map(Box::new),
            _ => {
                if !limit(schema, key, value) {
                    self.rare_keyword(schema, key, value);
                }
            }
        }
    }

    fn rare_keyword(&mut self, schema: &mut Schema, key: &str, value: Node<'t>) {
        match key {
            "prefixItems" => rare(schema).prefix_items = self.subschemas(value),
            "patternProperties" => rare(schema).pattern_properties = self.properties(value),
            "propertyNames" => rare(schema).property_names = self.subschema(value),
            "unevaluatedProperties" => rare(schema).unevaluated_properties = self.subschema(value),
            "unevaluatedItems" => rare(schema).unevaluated_items = self.subschema(value),
            "contains" => rare(schema).contains = self.subschema(value),
            "minContains" => rare(schema).min_contains = value.as_u64(),
            "maxContains" => rare(schema).max_contains = value.as_u64(),
            "not" => rare(schema).not = self.subschema(value),
            "if" => rare(schema).if_ = self.subschema(value),
            "then" => rare(schema).then = self.subschema(value),
            "else" => rare(schema).else_ = self.subschema(value),
            "dependentSchemas" => rare(schema).dependent_schemas = self.properties(value),
            "dependentRequired" => {
                let texts = |node: Node<'_>| node.items().filter_map(Node::as_str).map(str::to_owned).collect();
                rare(schema).dependent_required = value
                    .members()
                    .map(|member| (member.key.to_owned(), texts(member.value)))
                    .collect();
            }
            "contentEncoding" => rare(schema).content_encoding = value.as_str().map(str::to_owned),
            "contentMediaType" => rare(schema).content_media_type = value.as_str().map(str::to_owned),
            "contentSchema" => rare(schema).content_schema = self.subschema(value),
            _ => {}
        }
    }

    /// Returns a schema or a boolean schema; `None` for other values, which `walk` reports.
    fn subschema(&mut self, node: Node<'t>) -> Option<SchemaId> {
        (node.is_map() || node.as_bool().is_some()).then(|| self.schema(node))
    }

    fn subschemas(&mut self, node: Node<'t>) -> Vec<SchemaId> {
        node.items().filter_map(|item| self.subschema(item)).collect()
    }

    fn properties(&mut self, node: Node<'t>) -> Vec<Property> {
        let property = |member: crate::source::Member<'t>| {
            let schema = self.subschema(member.value)?;
            Some(Property {
                name: member.key.to_owned(),
                name_span: member.key_span,
                schema,
            })
        };
        node.members().filter_map(property).collect()
    }

    fn reference(&mut self, reference: Node<'t>) -> Option<Reference> {
        let target = self.references.resolve(reference, self.report)?;
        if !target.is_map() && target.as_bool().is_none() {
            let wrong = Diagnostic::new(Code::WrongTarget, "there is no such schema").at(reference.span());
            let wrong = wrong.also(target.span(), "this is the target");
            self.report.push(wrong.help(super::parser::WRONG_TARGET));
            return None;
        }
        if !self.is_a(target, ObjectKind::Schema, reference) {
            return None;
        }
        if target.is_map() {
            self.walk.run(target, ObjectKind::Schema, self.report);
        }
        Some(Reference {
            target: self.schema(target),
            span: reference.span(),
        })
    }

    fn discriminator(&mut self, node: Node<'t>) -> Option<Discriminator> {
        let property = parser::text(node, "propertyName")?;
        let rows: Vec<_> = node.get("mapping").into_iter().flat_map(Node::members).collect();
        let mapping = rows.into_iter().map(|row| Mapping {
            tag: row.key.to_owned(),
            target: self.mapped(row.value),
            span: row.value.span(),
        });
        let mapping = mapping.collect();
        let default = node.get("defaultMapping").filter(|_| self.is_32());
        Some(Discriminator {
            property,
            mapping,
            default: default.and_then(|target| self.mapped(target)),
            span: node.span(),
        })
    }

    /// Resolves an entry of a discriminator mapping: a component name or a reference.
    fn mapped(&mut self, value: Node<'t>) -> Option<SchemaId> {
        let text = value.as_str()?;
        let schemas = self.tree.root()?.at("/components/schemas");
        let target = match schemas.and_then(|schemas| schemas.get(text)) {
            Some(named) => named,
            None if text.contains(['#', '/', '.']) => self.references.resolve(value, self.report)?,
            None => {
                let names: Vec<&str> = schemas
                    .into_iter()
                    .flat_map(Node::members)
                    .map(|member| member.key)
                    .collect();
                let dangling = Diagnostic::new(Code::DanglingReference, format!("there is no schema `{text}`"))
                    .at(value.span())
                    .did_you_mean(text, names);
                self.report.push(dangling.help("correct the name, or add the schema"));
                return None;
            }
        };
        self.subschema(target)
    }

    fn literal(&mut self, node: Node<'t>, types: Types) -> Literal {
        let written = node.scalar();
        let text = node.text().unwrap_or_default();
        let wanted = match (&written, types.only()) {
            (Some(Scalar::Number(_) | Scalar::Bool(_)), Some(JsonType::String)) => {
                Some(Scalar::String(text.to_owned()))
            }
            (Some(Scalar::String(text)), Some(JsonType::Integer | JsonType::Number)) => number(text),
            (Some(Scalar::String(text)), Some(JsonType::Boolean)) => text.parse().ok().map(Scalar::Bool),
            _ => None,
        };
        let word = types.only().map_or("", JsonType::word);
        if wanted.is_none() && !fits(written.as_ref(), types) {
            let message = format!("`{text}` is not of the type `{word}`");
            let help = if word == "array" {
                "if it describes an item, move it into `items`"
            } else {
                "correct the value, or `type`"
            };
            let fault = Diagnostic::new(Code::LiteralKind, message).at(node.span()).help(help);
            self.report.push(fault.note(format!(
                "in lenient mode the value is ignored: any {word} can be sent and received"
            )));
        }
        if wanted.is_some() {
            let message = format!("`{text}` is not written as a value of its type `{word}`; the type is used");
            let help = if word == "string" {
                "put it in quotes"
            } else {
                "write it without quotes"
            };
            self.report.fault(Code::LiteralKind, node.span(), message, help);
        }
        Literal {
            scalar: wanted.or(written),
            node: node.id(),
            span: node.span(),
        }
    }

    /// Makes a schema that consists only of references to itself accept any value, and reports it.
    pub(super) fn break_reference_cycles(&mut self) {
        let mut settled = vec![false; self.schemas.len()];
        for start in 0..self.schemas.len() {
            let mut chain = Vec::new();
            let mut at = start;
            while !settled[at]
                && let Some(reference) = self.schemas[at].reference
            {
                if chain.contains(&at) {
                    let cycle = Diagnostic::new(Code::ReferenceCycle, "these references refer only to each other");
                    self.report.push(cycle.at(reference.span));
                    self.schemas[at].reference = None;
                    break;
                }
                chain.push(at);
                at = reference.target.0 as usize;
            }
            for at in chain {
                settled[at] = true;
            }
        }
    }
}

/// Returns the number text of a quoted number.
fn number(text: &str) -> Option<Scalar> {
    let number = text.parse::<f64>().is_ok()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    number.then(|| Scalar::Number(text.trim_start_matches('+').to_owned()))
}

fn types(node: Node<'_>) -> Types {
    let mut types = Types::default();
    for word in std::iter::once(node).chain(node.items()).filter_map(Node::text) {
        if let Some(ty) = JsonType::ALL.into_iter().find(|ty| ty.word() == word) {
            types.insert(ty);
        }
    }
    types
}

fn rare(schema: &mut Schema) -> &mut Rare {
    schema.rare.get_or_insert_default()
}

/// Reads a bound; false if the keyword is none.
fn limit(schema: &mut Schema, key: &str, value: Node<'_>) -> bool {
    let number = |field: fn(&mut Constraints) -> &mut Option<String>, schema: &mut Schema| {
        if let Some(number) = value.as_number() {
            *field(schema.limits.get_or_insert_default()) = Some(number);
        }
    };
    let whole = |field: fn(&mut Constraints) -> &mut Option<u64>, schema: &mut Schema| {
        if let Some(whole) = value.as_u64() {
            *field(schema.limits.get_or_insert_default()) = Some(whole);
        }
    };
    match key {
        "minLength" => whole(|limits| &mut limits.min_length, schema),
        "maxLength" => whole(|limits| &mut limits.max_length, schema),
        "minItems" => whole(|limits| &mut limits.min_items, schema),
        "maxItems" => whole(|limits| &mut limits.max_items, schema),
        "minProperties" => whole(|limits| &mut limits.min_properties, schema),
        "maxProperties" => whole(|limits| &mut limits.max_properties, schema),
        "minimum" => number(|limits| &mut limits.minimum, schema),
        "maximum" => number(|limits| &mut limits.maximum, schema),
        "exclusiveMinimum" => number(|limits| &mut limits.exclusive_minimum, schema),
        "exclusiveMaximum" => number(|limits| &mut limits.exclusive_maximum, schema),
        "multipleOf" => number(|limits| &mut limits.multiple_of, schema),
        "uniqueItems" if value.as_bool() == Some(true) => schema.limits.get_or_insert_default().unique_items = true,
        "uniqueItems" => {}
        "pattern" => {
            if let Some(pattern) = value.as_str() {
                schema.limits.get_or_insert_default().pattern = Some(pattern.to_owned());
            }
        }
        _ => return false,
    }
    true
}

/// Returns true if a scalar is valid for these types. Arrays and objects always pass; they are checked elsewhere.
fn fits(scalar: Option<&Scalar>, types: Types) -> bool {
    match (scalar, types.only()) {
        (None | Some(Scalar::Null), _) | (_, None) => true,
        (Some(Scalar::Bool(_)), Some(kind)) => kind == JsonType::Boolean,
        (Some(Scalar::Number(_)), Some(kind)) => matches!(kind, JsonType::Integer | JsonType::Number),
        (Some(Scalar::String(_)), Some(kind)) => kind == JsonType::String,
    }
}
