//! Validates schemas and examples of a document, which the later stages use unchanged.
//!
//! In: a document. Out: reports of invalid patterns, values that an `enum` lists twice, `allOf` that contains itself, examples
//! and defaults that contradict their schema, and a contract without operations. Changes nothing.

mod fit;
mod schemas;
mod values;

use std::collections::HashSet;

use crate::diag::{Code, Diagnostic, Levels, Report};
use crate::document::{Document, JsonType, MediaType, SchemaId, ShownBy};
use crate::ir::ParameterStyle;
use crate::source::{self, Node, Scalar, Span, Tree, number};
use fit::{FitJudge, Misfit};

/// Validates all schemas and examples, and that there are operations.
pub(crate) fn validate(document: &Document, report: &mut Report) {
    schemas::schemas(document, report);
    examples(document, report);
    operations(document, report);
}

// A contract, or a selected part of one, without operations: its crate calls nothing.

/// Reports that there is no operation and no webhook. In a contract with errors this may follow from them.
fn operations(document: &Document, report: &mut Report) {
    let mut items = document.paths.iter().chain(&document.webhooks);
    if report.has_errors() || items.any(|item| !item.operations.is_empty()) {
        return;
    }
    let declared = document.tree.root().and_then(|root| root.get("paths"));
    if let Some(paths) =
        declared.filter(|paths| document.chosen.is_none() && report.count(Code::MissingFile) > 0 && !paths.is_empty())
    {
        let message = "no operation could be read: the paths refer to files that cannot be read";
        let missing = Diagnostic::new(Code::NoOperations, message).at(paths.name_span());
        report.insist(missing.help("put these files next to the contract, or bundle the contract first, for example with `npx @redocly/cli bundle`"));
        return;
    }
    let (message, help) = match document.chosen.as_ref().filter(|chosen| chosen.all > 0) {
        Some(chosen) => (
            format!(
                "the filter `only` selects none of the {} operations, so the crate has no methods",
                chosen.all
            ),
            "select at least one tag, path or operation id of the contract",
        ),
        None => (
            "the contract has no operations, so the crate has no methods, only models".to_owned(),
            "add operations under `paths`, such as `/orders: { get: { .. } }`, or pass the complete contract",
        ),
    };
    let root = document.tree.root();
    let paths = root.and_then(|root| root.get("paths").or_else(|| root.get("openapi")));
    let mut missing = Diagnostic::new(Code::NoOperations, message).help(help);
    if let Some(node) = paths {
        missing = missing.at(node.name_span());
    }
    report.push(missing);
}

// Every example and default of the contract, and those that contradict their schema.

/// Validates all examples and defaults.
fn examples(document: &Document, report: &mut Report) {
    let mut search = ExampleSearch {
        judge: FitJudge::new(document),
        report,
        told: HashSet::new(),
    };
    for example in document.examples() {
        let value = document.node(example.value);
        let is_validated = match example.shown_by {
            ShownBy::Schema => true,
            ShownBy::Parameter(style) => style == ParameterStyle::Json || !may_be_text(document, example.schema, value),
            ShownBy::Body(form) => is_json(form),
        };
        if is_validated {
            search.value(example.schema, value);
        }
    }
    for example in document.serialized_examples() {
        if matches!(example.shown_by, ShownBy::Body(form) if is_json(form)) {
            search.serialized(document, example.schema, document.node(example.value));
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

/// Returns true for a body that is one JSON text.
fn is_json(form: &MediaType) -> bool {
    form.name.to_ascii_lowercase().contains("json") && form.item_schema.is_none()
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

struct ExampleSearch<'d, 'r> {
    judge: FitJudge<'d>,
    report: &'r mut Report,
    /// Places that are reported.
    told: HashSet<(Span, String)>,
}

impl<'d> ExampleSearch<'d, '_> {
    fn value(&mut self, schema: SchemaId, value: Node<'d>) {
        for misfit in self.judge.misfits(schema, value) {
            self.tell(&misfit, "the example");
        }
    }

    /// Validates the JSON text of an example.
    fn serialized(&mut self, document: &Document, schema: SchemaId, text: Node<'d>) {
        let mut syntax = Report::new(Levels::lenient());
        let tree = source::load(
            "example.json",
            text.as_str().unwrap_or_default().as_bytes(),
            &mut syntax,
        );
        let Some(root) = tree.as_ref().filter(|_| !syntax.has_errors()).and_then(Tree::root) else {
            self.tell_at(text.span(), "`serializedValue` is not JSON", None);
            return;
        };
        for misfit in FitJudge::new(document).misfits(schema, root) {
            let keyword = (misfit.keyword, format!("`{}` of its schema", misfit.word));
            self.tell_at(text.span(), &misfit.message, Some(keyword));
        }
        let data = text.parent().and_then(|example| example.get("dataValue"));
        if data.is_some_and(|data| !values::is_same(data, root)) {
            self.tell_at(text.span(), "`dataValue` is another value", None);
        }
    }

    /// Reports an example in the form of the wire.
    fn tell_at(&mut self, span: Span, message: &str, keyword: Option<(Span, String)>) {
        if !self.told.insert((span, message.to_owned())) {
            return;
        }
        let message = format!("the serialized example is wrong: {message}");
        let mut wrong = Diagnostic::new(Code::ExampleContradicts, message).at(span);
        if let Some((span, label)) = keyword {
            wrong = wrong.also(span, label);
        }
        self.report.push(wrong.help("correct the example, or the schema"));
    }

    /// A scalar default of another type is reported where schemas are parsed.
    fn default(&mut self, schema: SchemaId, value: Node<'d>) {
        for misfit in self.judge.misfits(schema, value) {
            if misfit.word != "type" || misfit.value != value.span() {
                self.tell(&misfit, "the default");
            }
        }
    }

    fn tell(&mut self, misfit: &Misfit, word: &str) {
        if !self.told.insert((misfit.value, misfit.message.clone())) {
            return;
        }
        let message = format!("{word} contradicts its schema: {}", misfit.message);
        self.report.push(
            Diagnostic::new(Code::ExampleContradicts, message)
                .at(misfit.value)
                .also(misfit.keyword, format!("`{}` of its schema", misfit.word))
                .help(format!("correct {word}, or the schema")),
        );
    }
}
