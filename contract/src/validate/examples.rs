//! Finds every example and default of the contract, and reports those that contradict their schema.

use std::collections::HashSet;

use super::schemas::keyword;
use super::valid::Validator;
use crate::diag::{Code, Diagnostic, Report};
use crate::document::{Document, JsonType, Schema, SchemaId, ShownBy};
use crate::ir::ParameterStyle;
use crate::limits;
use crate::source::{Node, NodeId, Scalar, Span, number};

/// Validates all examples and defaults.
pub(super) fn examples(document: &Document, report: &mut Report) {
    let mut search = Search {
        validator: Validator::new(document),
        report,
        told: HashSet::new(),
    };
    for example in document.examples() {
        let value = document.node(example.value);
        let is_validated = match example.shown_by {
            ShownBy::Schema => true,
            ShownBy::Parameter(style) => style == ParameterStyle::Json || !may_be_text(document, example.schema, value),
            ShownBy::Body(form) => form.name.to_ascii_lowercase().contains("json") && form.item_schema.is_none(),
        };
        if is_validated {
            search.value(example.schema, value);
        }
    }
    for (id, schema) in (0u32..).map(SchemaId).zip(&document.schemas) {
        let default = schema.default.map(|node| document.node(node));
        // `default: null` is a way to say that there is none.
        if let Some(default) = default.filter(|node| !node.is_null()) {
            search.default(id, default);
        }
    }
}

/// Returns true if the example of a parameter can be its text on the wire: `1` for a string, `"1"` for a number,
/// `"1,2"` for an array.
fn may_be_text(document: &Document, schema: SchemaId, value: Node<'_>) -> bool {
    let schema = document.schema(schema);
    let schema = schema
        .reference
        .map_or(schema, |reference| document.schema(reference.target));
    match (schema.types.only(), value.scalar()) {
        (Some(JsonType::String), Some(Scalar::Number(_) | Scalar::Bool(_)))
        | (Some(JsonType::Array | JsonType::Object), Some(_)) => true,
        (Some(JsonType::Integer | JsonType::Number), Some(Scalar::String(text))) => number::normalized(&text).is_some(),
        (Some(JsonType::Boolean), Some(Scalar::String(text))) => text.parse::<bool>().is_ok(),
        _ => false,
    }
}

struct Search<'d, 'r> {
    validator: Validator<'d>,
    report: &'r mut Report,
    /// Places that are reported.
    told: HashSet<(Span, String)>,
}

impl<'d> Search<'d, '_> {
    fn value(&mut self, schema: SchemaId, value: Node<'d>) {
        for finding in self.findings(schema, value) {
            self.tell(&finding, "the example");
        }
    }

    /// A scalar default of another type is reported where schemas are parsed.
    fn default(&mut self, schema: SchemaId, value: Node<'d>) {
        let is_told = |finding: &Finding| finding.word == "type" && finding.value == value.span();
        for finding in self.findings(schema, value) {
            if !is_told(&finding) {
                self.tell(&finding, "the default");
            }
        }
    }

    fn findings(&mut self, schema: SchemaId, value: Node<'d>) -> Vec<Finding> {
        if self.validator.is_valid(schema, value) {
            return Vec::new();
        }
        explain(&mut self.validator, schema, value)
    }

    fn tell(&mut self, finding: &Finding, word: &str) {
        if !self.told.insert((finding.value, finding.message.clone())) {
            return;
        }
        let message = format!("{word} contradicts its schema: {}", finding.message);
        self.report.push(
            Diagnostic::new(Code::ExampleContradicts, message)
                .at(finding.value)
                .also(finding.keyword, format!("`{}` of its schema", finding.word))
                .help(format!("correct {word}, or the schema")),
        );
    }
}

// Explains why a value does not match a schema: the places in the value, each with the violated keyword.

/// A violated keyword.
#[derive(Debug)]
pub(super) struct Finding {
    /// Location of the value.
    pub(super) value: Span,
    pub(super) message: String,
    /// The violated keyword.
    pub(super) word: &'static str,
    /// Location of the keyword.
    pub(super) keyword: Span,
}

/// Collects the findings of a pair.
pub(super) fn explain<'d>(validator: &mut Validator<'d>, id: SchemaId, value: Node<'d>) -> Vec<Finding> {
    let mut seen: HashSet<(SchemaId, NodeId)> = HashSet::new();
    let mut found = Vec::new();
    let mut open = vec![(id, value)];
    while let Some((id, value)) = open.pop() {
        if validator.is_valid(id, value) || !seen.insert((id, value.id())) {
            continue;
        }
        let document = validator.document;
        let schema = document.schema(id);
        for violated in validator.violated(schema, value) {
            found.push(Finding {
                value: shown(value, violated.keyword),
                message: violated.message,
                word: violated.keyword,
                keyword: keyword(document, schema, violated.keyword),
            });
        }
        open.extend(validator.inside(schema, value));
        for (word, branches) in [("anyOf", &schema.any_of), ("oneOf", &schema.one_of)] {
            if branches.is_empty() || branches.iter().any(|id| validator.is_valid(*id, value)) {
                continue;
            }
            match meant(validator, schema, branches, value) {
                Some(branch) => open.push((branch, value)),
                None => found.push(Finding {
                    value: value.name_span(),
                    message: format!("it matches none of the {} alternatives", branches.len()),
                    word,
                    keyword: keyword(document, schema, word),
                }),
            }
        }
    }
    found.sort_by_key(|finding| finding.value);
    found
}

/// Returns the location of a value: of its name, where something is missing in it.
fn shown(value: Node<'_>, keyword: &str) -> Span {
    match keyword {
        "required" | "dependentRequired" | "minProperties" | "additionalProperties" => value.name_span(),
        _ => value.span(),
    }
}

/// Returns the only alternative that the value can mean: the one that the discriminator names, or the only one that
/// accepts the type of the value.
fn meant<'d>(
    validator: &mut Validator<'d>,
    schema: &'d Schema,
    branches: &[SchemaId],
    value: Node<'d>,
) -> Option<SchemaId> {
    let document = validator.document;
    if let Some(by) = &schema.discriminator {
        let tag = value.get(&by.property).and_then(Node::text)?;
        let mapped = by
            .mapping
            .iter()
            .find(|mapping| mapping.tag == tag)
            .and_then(|mapping| mapping.target);
        let is_named = |id: &&SchemaId| {
            let target = document
                .schema(**id)
                .reference
                .map_or(**id, |reference| reference.target);
            mapped.map_or_else(
                || document.component_name(target) == Some(tag),
                |mapped| mapped == target,
            )
        };
        return branches.iter().find(is_named).copied();
    }
    let mut accepts = branches.iter().copied().filter(|id| accepts_type(document, *id, value));
    accepts.next().filter(|_| accepts.next().is_none())
}

/// Returns true if neither the schema nor its references state another type.
fn accepts_type(document: &Document, id: SchemaId, value: Node<'_>) -> bool {
    let mut next = Some(id);
    let mut steps = 0;
    while let Some(schema) = next
        .take()
        .map(|id| document.schema(id))
        .filter(|_| steps < limits::EXAMPLE_REFERENCES)
    {
        steps += 1;
        if !schema.types.is_empty() && !super::valid::has_type(schema, value) {
            return false;
        }
        next = schema.reference.map(|reference| reference.target);
    }
    true
}
