//! Validates schemas and examples of a document, which the later stages use unchanged.
//!
//! In: a document. Out: reports of invalid patterns, values that an `enum` lists twice, `allOf` that contains itself, examples
//! and defaults that contradict their schema, and a contract without operations. Changes nothing.

mod fit;
mod values;

use std::collections::{HashMap, HashSet};

use crate::diag::{Code, Diagnostic, Levels, Report};
use crate::document::{Document, JsonType, Literal, MediaType, Schema, SchemaId, ShownBy};
use crate::ir::ParameterStyle;
use crate::limits;
use crate::pattern::{self, Untranslated};
use crate::source::{self, Node, Scalar, Span, Tree, number};
use fit::{FitJudge, Misfit, keyword};
use values::is_same;

/// Validates all schemas and examples, and that there are operations.
pub(crate) fn validate(document: &Document, report: &mut Report) {
    schemas(document, report);
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

/// Validates each schema of the document.
fn schemas(document: &Document, report: &mut Report) {
    let mut patterns = HashMap::new();
    for schema in &document.schemas {
        invalid_pattern(document, schema, &mut patterns, report);
        if let Some(values) = &schema.enumeration {
            let is_text = schema.types.only() == Some(JsonType::String);
            repeated_values(document, values, is_text, report);
        }
    }
    circles(document, report);
}

fn invalid_pattern<'d>(
    document: &Document,
    schema: &'d Schema,
    known: &mut HashMap<&'d str, Result<(), Untranslated>>,
    report: &mut Report,
) {
    let Some(pattern) = schema.limits().pattern.as_deref() else {
        return;
    };
    let translated = known
        .entry(pattern)
        .or_insert_with(|| pattern::translate(pattern).map(drop));
    if let Err(Untranslated::Invalid(why)) = translated {
        let message = format!("`{pattern}` is not a valid regular expression: {why}");
        report.push(
            Diagnostic::new(Code::BadPattern, message)
                .at(keyword(document, schema, "pattern"))
                .help("correct it (ECMA-262, as in JavaScript), or remove it")
                .note("in lenient mode values are not checked against it"),
        );
    }
}

/// Reports values that occur twice. If they are texts, a number without quotes is one, too: `1.1` is not `1.10`.
fn repeated_values(document: &Document, values: &[Literal], are_texts: bool, report: &mut Report) {
    let mut first: HashMap<String, Vec<&Literal>> = HashMap::new();
    for value in values {
        let node = document.node(value.node);
        let text = |literal: &Literal| match &literal.scalar {
            Some(Scalar::String(text)) if are_texts => Some(text.clone()),
            _ => None,
        };
        let alike = first.entry(text(value).unwrap_or_else(|| key(node))).or_default();
        let is_before = |known: &&&Literal| match (text(known), text(value)) {
            (None, None) => is_same(document.node(known.node), node),
            (known, own) => known == own,
        };
        let before = alike.iter().find(is_before);
        let Some(before) = before else {
            alike.push(value);
            continue;
        };
        let shown: String = node
            .text()
            .unwrap_or("the value")
            .chars()
            .take(limits::WORD_CHARACTERS)
            .collect();
        report.push(
            Diagnostic::new(Code::RepeatedValue, format!("`{shown}` is listed twice in this `enum`"))
                .at(value.span)
                .also(before.span, "the first one")
                .help("remove one of them, or correct it if another value was meant"),
        );
    }
}

/// Returns a text that equal values share.
fn key(node: Node<'_>) -> String {
    let number = node.as_number().and_then(|number| number::normalized(&number));
    number.unwrap_or_else(|| node.text().unwrap_or_default().to_owned())
}

/// Reports each circle of `allOf` and `$ref` once: no value can be checked against a schema that is a part of itself.
fn circles(document: &Document, report: &mut Report) {
    let mut done = vec![false; document.schemas.len()];
    let mut above: Vec<Option<usize>> = vec![None; document.schemas.len()];
    for start in 0..document.schemas.len() {
        // The path from `start` down: a schema with its parts that are still to be visited.
        let mut path: Vec<(usize, Vec<SchemaId>)> = Vec::new();
        let mut next = Some(start);
        loop {
            if let Some(id) = next.take().filter(|id| !done[*id]) {
                above[id] = Some(path.len());
                path.push((id, parts(&document.schemas[id])));
            }
            let Some((id, open)) = path.last_mut() else { break };
            let Some(part) = open.pop() else {
                done[*id] = true;
                above[*id] = None;
                path.pop();
                continue;
            };
            let part = part.0 as usize;
            match above.get(part).copied().flatten() {
                Some(from) => circle(document, path[from..].iter().map(|(id, _)| *id), report),
                None => next = Some(part),
            }
        }
    }
}

/// Returns the schemas that a value of this schema has to match as well.
fn parts(schema: &Schema) -> Vec<SchemaId> {
    let target = schema.reference.map(|reference| reference.target);
    schema.all_of.iter().copied().chain(target).collect()
}

fn circle(document: &Document, schemas: impl Iterator<Item = usize>, report: &mut Report) {
    let names: Vec<String> = schemas
        .filter_map(|id| document.component_name(SchemaId(u32::try_from(id).ok()?)))
        .map(|name| format!("`{name}`"))
        .collect();
    let Some(least) = names
        .iter()
        .min()
        .and_then(|least| names.iter().position(|name| name == least))
    else {
        return;
    };
    let steps: Vec<&str> = (0..=names.len())
        .map(|at| names[(least + at) % names.len()].as_str())
        .collect();
    let known = document
        .components
        .schemas
        .iter()
        .find(|(name, _)| format!("`{name}`") == names[least]);
    let schema = known.map(|(_, id)| document.schema(*id));
    report.push(
        Diagnostic::new(
            Code::AllOfCycle,
            format!("`allOf` contains itself: {}", steps.join(" contains ")),
        )
        .at(schema.map_or_else(Span::default, |schema| keyword(document, schema, "allOf")))
        .help("remove one of these references")
        .note("in lenient mode the last reference of the cycle is ignored"),
    );
}
