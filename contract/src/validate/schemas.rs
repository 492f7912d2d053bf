//! Faults of single schemas: patterns that are no regular expressions, values that an `enum` has twice, `allOf` that
//! contains itself.

use std::collections::HashMap;

use super::values::is_same;
use crate::{
    diag::{Code, Diagnostic, Report},
    document::{Document, JsonType, Literal, Schema, SchemaId},
    limits,
    pattern::{self, Untranslated},
    source::{Node, Scalar, Span, number},
};

/// Validates each schema of the document.
pub(super) fn schemas(document: &Document, report: &mut Report) {
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

/// Returns the location of a keyword's value, or that of the schema.
pub(super) fn keyword(document: &Document, schema: &Schema, word: &str) -> Span {
    document.node(schema.node).get(word).map_or(schema.span, Node::span)
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
