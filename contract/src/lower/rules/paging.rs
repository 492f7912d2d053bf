//! Checks that the places of `x-pagination` exist, in the request and in the response.

use super::super::operation::extension_span;
use super::types::{behind_null, follow, is_scalar, no_target};
use crate::diag::{Code, Diagnostic, Report};
use crate::document::{self, Document};
use crate::ir::{self, PageInput, PageSource, PartContent, ScalarFormat, Shape, TypeId};

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
                PageInput::Query(name) => parameter(api, operation, name),
                PageInput::Body(pointer) => member(api, operation, pointer),
            });
        }
        response(api, operation, paging, &mut faults);
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
fn parameter(api: &ir::UnsealedApi, operation: &ir::Operation, name: &str) -> Option<String> {
    let is_it = |known: &&ir::Parameter| known.location == ir::ParameterLocation::Query && known.name == name;
    let Some(parameter) = operation.parameters.iter().find(is_it) else {
        return Some(format!("`{}` has no query parameter `{name}`", operation.id));
    };
    let is_plain = parameter.style != ir::ParameterStyle::Json && is_scalar(api, parameter.ty);
    (!is_plain).then(|| format!("the parameter `{name}` of `{}` is not a plain string", operation.id))
}

/// Returns what is wrong with a member of the body at this place.
fn member(api: &ir::UnsealedApi, operation: &ir::Operation, pointer: &[String]) -> Option<String> {
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
fn response(api: &ir::UnsealedApi, operation: &ir::Operation, paging: &ir::Pagination, faults: &mut Vec<String>) {
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
