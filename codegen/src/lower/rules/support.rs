//! `x-sdk.support`: what a support report repeats is a parameter or a member of a body.

use std::collections::BTreeSet;

use super::types::object;
use crate::{
    contract::Document,
    diag::{Code, Diagnostic, Report},
    ir::{self, PartContent},
    lower::operation::extension_span,
};

/// Every name is one of an operation. (Of a part of a contract nothing can be said: the rest may have the name.)
pub(super) fn support(document: &Document, draft: &ir::Draft, report: &mut Report) {
    if document.chosen.is_some() {
        return;
    }
    let mut known: BTreeSet<&str> = BTreeSet::new();
    for operation in &draft.operations {
        known.extend(operation.parameters.iter().map(|parameter| parameter.name.as_str()));
        for form in operation.body.iter().flat_map(|body| &body.forms) {
            if let PartContent::Json(id) = form.content
                && let Some(body) = object(draft, id)
            {
                known.extend(body.members.iter().map(|member| member.name.as_str()));
            }
        }
    }
    for name in draft
        .settings
        .support
        .iter()
        .filter(|name| !known.contains(name.as_str()))
    {
        let message = format!("`x-sdk.support`: no operation has a parameter or a member of its body `{name}`");
        let span = extension_span(document, &document.extensions, "x-sdk").unwrap_or_default();
        report.push(
            Diagnostic::new(Code::UnknownPlace, message)
                .at(span)
                .did_you_mean(name, known.iter().copied())
                .help("name a parameter, or a member of a JSON body"),
        );
    }
}
