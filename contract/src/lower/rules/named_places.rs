//! Places that extensions name: those of `x-pagination`, `x-repeats` and `x-sdk.support` exist and have a fitting type.

use std::collections::{BTreeMap, HashSet};

use super::types::{behind_null, follow, is_number, is_scalar, is_text, members, no_target, place};
use crate::diag::{Code, Diagnostic, Report};
use crate::document::{self, Document};
use crate::ir::{self, Comparison, PageInput, PageSource, PartContent, ScalarFormat, Shape, TypeId};
use crate::lower::operation::extension_span;
use crate::source::escape;

/// Checks `x-pagination` of all operations, and removes it where it is invalid.
pub(super) fn pagination(
    document: &Document,
    api: &mut ir::UnsealedApi,
    written: &[&document::Operation],
    report: &mut Report,
) {
    for index in 0..api.operations.len() {
        let operation = &api.operations[index];
        let Some(paging) = &operation.pagination else { continue };
        let span = written
            .get(index)
            .and_then(|source| extension_span(document, &source.extensions, "x-pagination"))
            .unwrap_or_default();
        let mut faults = Vec::new();
        for input in paging.cursor.iter().chain(&paging.limit) {
            faults.extend(match input {
                PageInput::Query(name) => page_parameter(api, operation, name),
                PageInput::Body(pointer) => page_member(api, operation, pointer),
            });
        }
        page_response(api, operation, paging, &mut faults);
        for fault in &faults {
            let diagnostic = Diagnostic::new(Code::UnknownPlace, format!("`x-pagination`: {fault}")).at(span);
            report.push(diagnostic.help("correct `x-pagination` here or on the root"));
        }
        let acts = operation.intent == Some(ir::KeyIntent::Effect);
        if acts {
            let message = format!(
                "`{}` has an effect, and fetching each page would repeat it",
                operation.id
            );
            let diagnostic = Diagnostic::new(Code::PagedEffect, message).at(span);
            report.push(diagnostic.help("remove `x-pagination`, or write `intent: refresh` if it has no effect"));
        }
        if acts || !faults.is_empty() {
            api.operations[index].pagination = None;
        }
    }
}

/// Returns what is wrong with a query parameter of this name.
fn page_parameter(api: &ir::UnsealedApi, operation: &ir::Operation, name: &str) -> Option<String> {
    let is_it = |known: &&ir::Parameter| known.location == ir::ParameterLocation::Query && known.name == name;
    let Some(parameter) = operation.parameters.iter().find(is_it) else {
        return Some(format!("`{}` has no query parameter `{name}`", operation.id));
    };
    let is_plain = parameter.style != ir::ParameterStyle::Json && is_scalar(api, parameter.ty);
    (!is_plain).then(|| format!("the parameter `{name}` of `{}` is not a plain string", operation.id))
}

/// Returns what is wrong with a member of the body at this place.
fn page_member(api: &ir::UnsealedApi, operation: &ir::Operation, pointer: &[String]) -> Option<String> {
    let mut forms = operation.forms().map(|form| &form.content);
    let (Some(PartContent::Json(body)), None) = (forms.next(), forms.next()) else {
        return Some(format!("the body of `{}` is not JSON alone", operation.id));
    };
    match follow(api, *body, pointer) {
        Err(name) => Some(format!("the body of `{}` has no member `{name}`", operation.id)),
        Ok(ty) if !is_scalar(api, ty) => Some(format!(
            "`/{}` in the body of `{}` is not a plain value",
            pointer.join("/"),
            operation.id
        )),
        Ok(_) => None,
    }
}

/// Collects what is wrong with the places in the response.
fn page_response(api: &ir::UnsealedApi, operation: &ir::Operation, paging: &ir::Pagination, faults: &mut Vec<String>) {
    let success = operation.responses.iter().filter(|answer| answer.status.is_success());
    let page = success
        .flat_map(|answer| &answer.bodies)
        .find_map(|body| match body.content {
            PartContent::Json(id) => Some(id),
            _ => None,
        });
    let Some(page) = page else {
        faults.push(format!("`{}` has no JSON response", operation.id));
        return;
    };
    let mut places = Places { api, operation, faults };
    let items = places.at(page, &paging.items, "an array", |shape| {
        matches!(shape, Shape::Array(_))
    });
    match &paging.next {
        PageSource::Value(pointer) | PageSource::Url(pointer) => {
            places.at(page, pointer, "a plain value", |_| true);
        }
        PageSource::Last(pointer) => {
            if let Some(Shape::Array(array)) = items {
                places.at(array.items, pointer, "a plain value", is_value);
            }
        }
        PageSource::Offset { total: count, .. } | PageSource::Page { pages: count, .. } => {
            if let Some(pointer) = count {
                places.at(page, pointer, "a whole number", is_whole);
            }
        }
        PageSource::Header(_) | PageSource::Link(_) => {}
    }
    if let Some(more) = &paging.more {
        let is_flag = |shape: &Shape| matches!(shape, Shape::Scalar(ScalarFormat::Bool, _));
        places.at(page, &more.at, "a boolean", is_flag);
    }
}

fn is_value(shape: &Shape) -> bool {
    matches!(shape, Shape::Scalar(..) | Shape::Newtype(..) | Shape::Enum(_))
}

fn is_whole(shape: &Shape) -> bool {
    use ScalarFormat::{I32, I64, Integer, U64};
    matches!(shape, Shape::Scalar(I32 | I64 | U64 | Integer, _))
}

/// The response of an operation, and what is wrong with it.
struct Places<'a, 'f> {
    api: &'a ir::UnsealedApi,
    operation: &'a ir::Operation,
    faults: &'f mut Vec<String>,
}

impl<'a> Places<'a, '_> {
    /// Returns the shape of a place that has to be of a kind.
    fn at(&mut self, from: TypeId, pointer: &[String], kind: &str, is_it: fn(&Shape) -> bool) -> Option<&'a Shape> {
        let id = &self.operation.id;
        match follow(self.api, from, pointer) {
            Err(name) => {
                let why = no_target(self.api, from, pointer, name);
                self.faults.push(format!(
                    "`{}` has no target in the response of `{id}`: {why}",
                    crate::source::pointer(pointer)
                ));
            }
            Ok(ty) => {
                let shape = &self.api.types[behind_null(self.api, ty).0 as usize].shape;
                if is_it(shape) {
                    return Some(shape);
                }
                self.faults.push(if pointer.is_empty() {
                    format!("the response of `{id}` is not {kind}")
                } else {
                    let place = crate::source::pointer(pointer);
                    format!("`{place}` in the response of `{id}` is not {kind}")
                });
            }
        }
        None
    }
}

const SENT: &str = "write the JSON Pointer of a string that each JSON form of the body has, such as `/iban`";
const RECEIVED: &str = "write the JSON Pointer of a string of a JSON success response, such as `/iban`";

/// Checks that both members of each row of `x-repeats` are texts, or numbers with the comparison of numbers. A response in a form
/// without the member is not compared.
pub(super) fn repeats(document: &Document, api: &ir::UnsealedApi, report: &mut Report) {
    for operation in &api.operations {
        let id = &operation.id;
        let forms: Vec<(&str, TypeId)> = operation
            .forms()
            .filter_map(|form| json(&form.media_type, &form.content))
            .collect();
        let successes = operation
            .responses
            .iter()
            .filter(|response| response.status.is_success());
        let bodies = successes.flat_map(|response| &response.bodies);
        let responses: Vec<TypeId> = bodies
            .filter_map(|body| json(&body.media_type, &body.content))
            .map(|(_, id)| id)
            .collect();
        for repeat in &operation.repeats {
            let mut fault = |member: &str, message: String, help: &str| {
                let span = place(document, &repeat.origin, member);
                let message = format!("`x-repeats`: {message}");
                report.fault(Code::BadExtension, span, message, help);
            };
            let at = pointer(&repeat.sent);
            if forms.is_empty() {
                let message = format!("`{id}` has no JSON body with a member `{at}`");
                fault("/sent", message, "remove `x-repeats`, or declare the JSON body");
            }
            for (media, form) in &forms {
                if let Some(why) = is_missed(api, *form, &repeat.sent, repeat.comparison) {
                    fault("/sent", format!("{why} in the `{media}` body of `{id}`"), SENT);
                }
            }
            let at = pointer(&repeat.received);
            let misses: Vec<Option<String>> = responses
                .iter()
                .map(|ty| is_missed(api, *ty, &repeat.received, repeat.comparison))
                .collect();
            if misses.is_empty() {
                let message = format!("`{id}` has no JSON success response with a member `{at}`");
                fault("/received", message, "remove `x-repeats`, or declare the JSON response");
            } else if let Some(Some(why)) = misses.iter().min_by_key(|why| why.is_some()) {
                fault("/received", format!("{why} in a success response of `{id}`"), RECEIVED);
            }
        }
    }
}

fn json<'a>(media_type: &'a str, content: &PartContent) -> Option<(&'a str, TypeId)> {
    match content {
        PartContent::Json(id) => Some((media_type, *id)),
        _ => None,
    }
}

/// Returns the reason that a value of the type lacks the text, if it does.
fn is_missed(api: &ir::UnsealedApi, from: TypeId, path: &[String], comparison: Comparison) -> Option<String> {
    let at = pointer(path);
    match follow(api, from, path) {
        Err(_) => Some(format!("there is no member `{at}`")),
        Ok(id) if comparison == Comparison::Decimal && is_number(api, id) => None,
        Ok(id) if !is_text(api, id) => Some(format!("`{at}` is not a string")),
        Ok(_) => None,
    }
}

/// Returns the JSON Pointer (RFC 6901) as text.
fn pointer(path: &[String]) -> String {
    path.iter().fold(String::new(), |text, name| text + "/" + &escape(name))
}

// Values of a support report (`x-sdk.support`).

/// Checks that every name of `x-sdk.support` belongs to an operation, is not sensitive, and is readable wherever it does. (In a
/// selected part of a contract the first cannot be checked: the rest may have the name.)
pub(super) fn support(document: &Document, api: &ir::UnsealedApi, report: &mut Report) {
    if api.settings.support.is_empty() {
        return;
    }
    // Reason that a value of the name is not in the report.
    let mut known: BTreeMap<&str, Option<String>> = BTreeMap::new();
    for operation in &api.operations {
        for (name, why) in support_values(api, operation) {
            let place = known.entry(name).or_default();
            if place.is_none() {
                *place = why.map(|why| format!("`{name}` of `{}` {why}", operation.id));
            }
        }
    }
    let span = extension_span(document, &document.extensions, "x-sdk").unwrap_or_default();
    for name in &api.settings.support {
        let said = match known.get(name.as_str()) {
            Some(None) => continue,
            None if document.chosen.is_some() => continue,
            Some(Some(why)) => Diagnostic::new(Code::BadExtension, format!("`x-sdk.support`: {why}"))
                .at(span)
                .help("list only plain strings and numbers, or lists of them"),
            None => {
                let message =
                    format!("`x-sdk.support` lists `{name}`, which is neither a parameter nor a member of a body");
                Diagnostic::new(Code::UnknownPlace, message)
                    .at(span)
                    .did_you_mean(name, known.keys().copied())
                    .help("write the name of a parameter, or of a member of a body")
            }
        };
        report.push(said);
    }
}

/// Returns the parameters and members of an operation's body, each with the reason that it is not in the report.
fn support_values<'a>(api: &'a ir::UnsealedApi, operation: &'a ir::Operation) -> Vec<(&'a str, Option<&'static str>)> {
    let mut all: Vec<(&str, Option<&str>)> = Vec::new();
    for parameter in &operation.parameters {
        all.push((&parameter.name, unfit(api, parameter.ty, parameter.sensitive)));
    }
    for form in operation.forms() {
        let (id, is_read) = match &form.content {
            PartContent::Json(id) | PartContent::Form(id) => (*id, true),
            PartContent::Multipart(_, parts) => {
                for part in parts.iter().filter(|part| !part.further) {
                    let is_file = matches!(part.content, PartContent::Binary);
                    let why = is_file.then_some("is a file");
                    all.push((&part.name, why.or(unfit(api, part.ty, part.sensitive))));
                }
                continue;
            }
            PartContent::Items(_, id) => (*id, false),
            PartContent::Binary | PartContent::Text => continue,
        };
        for (name, why) in of_body(api, id) {
            all.push((
                name,
                if is_read {
                    why
                } else {
                    Some("is in a body of many items")
                },
            ));
        }
    }
    all
}

/// Returns the members of a body in any variant.
fn of_body(api: &ir::UnsealedApi, id: TypeId) -> Vec<(&str, Option<&'static str>)> {
    let (mut open, mut seen, mut all) = (vec![id], HashSet::new(), Vec::new());
    while let Some(id) = open.pop() {
        let id = behind_null(api, id);
        if !seen.insert(id) {
            continue;
        }
        let ty = &api.types[id.0 as usize];
        for member in members(&ty.shape) {
            let why = unfit(api, member.ty, member.sensitive || ty.sensitive);
            all.push((member.name.as_str(), why));
        }
        if let Shape::Union(union) = &ty.shape {
            open.extend(union.variants.iter().map(|variant| variant.ty));
        }
    }
    all
}

/// Returns the reason that a value of the type is not in the report, if there is one.
fn unfit(api: &ir::UnsealedApi, id: TypeId, sensitive: bool) -> Option<&'static str> {
    let end = behind_null(api, id);
    let ty = &api.types[end.0 as usize];
    if sensitive || ty.sensitive || api.types[id.0 as usize].sensitive {
        return Some("is sensitive");
    }
    match &ty.shape {
        Shape::Scalar(..) | Shape::Newtype(..) | Shape::Enum(_) | Shape::Null => None,
        Shape::Array(array)
            if !matches!(
                api.types[behind_null(api, array.items).0 as usize].shape,
                Shape::Array(_)
            ) =>
        {
            unfit(api, array.items, false)
        }
        _ => Some("is not a plain value"),
    }
}
