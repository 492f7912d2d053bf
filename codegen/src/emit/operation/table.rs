//! The operations of a group to a table: its methods, each a link, with request, title (or the first
//! sentence of the description) and effect.
//!
//! In: operations of one group. Out: lines of the module's documentation, which stands beside the handle.

use super::super::context::Context;
use super::super::{deprecation, docs, ends, method_links, titles};
use super::method_docs::effect_of;
use crate::naming::GroupName;
use sdkwright_contract::ir;

/// Returns the rows, with a head.
pub(super) fn table(context: &Context<'_>, group: &GroupName, ids: &[ir::OperationId]) -> Vec<String> {
    let head = ["| call | request | |".to_owned(), "|---|---|---|".to_owned()];
    let rows = ids.iter().map(|id| row(context, group, *id));
    head.into_iter().chain(rows).collect()
}

fn row(context: &Context<'_>, group: &GroupName, id: ir::OperationId) -> String {
    let (names, operation) = (context.names.operation(id), context.api.operation(id));
    // The forms of an optional body are set by methods of the call.
    let is_optional = operation.body.as_ref().is_some_and(|body| !body.required);
    let forms = if is_optional { 1 } else { names.methods.len() };
    let all = names
        .draft
        .iter()
        .chain(names.methods.iter().take(forms))
        .chain(&names.aliases);
    let (module, handle) = (&group.module, &group.pascal);
    let links: Vec<String> = all
        .map(|name| {
            format!(
                "[`{}`](crate::operations::{module}::{handle}::{name})",
                name.trim_start_matches("r#")
            )
        })
        .collect();
    let title = operation.text.title.as_deref().map(titles::sentence);
    let sentence =
        |text: &str| docs::linked_sentence(text, &|target| method_links::item(context.api, context.names, target));
    let described = || operation.text.description.as_deref().map(sentence);
    let title = title.filter(|title| !title.is_empty()).or_else(described);
    let effect = operation.effect.map(|effect| effect_of(context, effect).to_owned());
    let deprecated = deprecation::line(&operation.text);
    let said: Vec<String> = [title, effect, deprecated]
        .into_iter()
        .flatten()
        .filter(|text| !text.is_empty())
        .map(ends::ended)
        .collect();
    let cell = |text: &str| text.replace('|', "\\|");
    let (method, path) = (operation.method.token(), cell(&docs::code(&operation.path)));
    format!("| {} | {method} {path} | {} |", links.join(", "), cell(&said.join(" ")))
}
