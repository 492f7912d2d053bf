//! `x-sdk.support`: a value in a support report is a parameter or a member of a body, can be read there, and is not
//! sensitive.

use std::collections::{BTreeMap, HashSet};

use super::types::{behind_null, members};
use crate::{
    diag::{Code, Diagnostic, Report},
    document::Document,
    ir::{self, PartContent, Shape, TypeId},
    lower::operation::extension_span,
};

/// Checks that every name belongs to an operation and is readable wherever it does. (In a selected part of a contract
/// the first cannot be checked: the rest may have the name.)
pub(super) fn support(document: &Document, api: &ir::UnsealedApi, report: &mut Report) {
    if api.settings.support.is_empty() {
        return;
    }
    // Reason that a value of the name is not in the report.
    let mut known: BTreeMap<&str, Option<String>> = BTreeMap::new();
    for operation in &api.operations {
        for (name, why) in values(api, operation) {
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
fn values<'a>(api: &'a ir::UnsealedApi, operation: &'a ir::Operation) -> Vec<(&'a str, Option<&'static str>)> {
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
