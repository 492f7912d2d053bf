//! Finds every example and default of the contract, and reports those that contradict their schema.

use std::collections::HashSet;

use super::{
    explain::{Finding, explain},
    valid::Validator,
};
use crate::{
    diag::{Code, Diagnostic, Report},
    document::{Document, JsonType, SchemaId, ShownBy},
    ir::ParameterStyle,
    source::{Node, Scalar, Span, number},
};

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
