//! Lists without paging.

use super::{
    context::{Context, call, has, words},
    finding::Finding,
};
use crate::{
    diag::Code,
    ir::{Method, Operation, ParameterLocation, PartContent, Shape, TypeId},
};

/// Words of parameters that choose a part of a list.
const PAGES: &[&str] = &[
    "page",
    "paging",
    "pagination",
    "cursor",
    "offset",
    "limit",
    "after",
    "before",
    "since",
    "until",
    "start",
    "skip",
    "top",
    "continue",
    "marker",
    "token",
    "size",
    "count",
    "take",
    "from",
    "to",
    "per",
    "first",
    "next",
    "max",
    "range",
    "date",
];
/// Names of the list in an answer that is one.
const ITEMS: &[&str] = &[
    "items", "data", "results", "result", "entries", "records", "list", "elements", "values", "content", "rows",
];

/// Reports operations that answer with a whole list.
pub(super) fn unpaged(context: &Context<'_>) -> Vec<Finding> {
    let operations = context.api.operations().map(|(_, operation)| operation);
    operations
        .filter(|operation| operation.method == Method::Get && operation.pagination.is_none())
        .filter(|operation| answers_a_list(context, operation) && !has_part(operation))
        .map(|operation| {
            Finding::new(
                Code::UnpagedList,
                &operation.origin,
                format!("`{}` returns a list of any length in one response", call(operation)),
                "the response grows with the data until it times out, and adding paging later breaks clients",
                "add a cursor (`x-pagination`), or limit the list with `maxItems` if it cannot grow",
            )
        })
        .collect()
}

fn answers_a_list(context: &Context<'_>, operation: &Operation) -> bool {
    let of_one = operation.path.trim_end_matches('/').ends_with('}');
    let bodies = operation
        .responses
        .iter()
        .filter(|response| response.status.is_success())
        .flat_map(|response| &response.bodies);
    bodies.into_iter().any(|body| match body.content {
        PartContent::Json(id) => {
            let end = operation.path.rsplit('/').next().unwrap_or_default();
            let is_items = |name: &str| ITEMS.contains(&name.to_ascii_lowercase().as_str()) || same(name, end);
            let next = context
                .members(id)
                .iter()
                .any(|member| has(&words(&member.name), &["next", "cursor", "continue"]));
            is_long(context, id)
                || !of_one
                    && !next
                    && context
                        .members(id)
                        .iter()
                        .any(|member| is_items(&member.name) && is_long(context, member.ty))
        }
        _ => false,
    })
}

/// Returns true for a list of objects without a bound.
fn is_long(context: &Context<'_>, id: TypeId) -> bool {
    match context.shape(id) {
        Shape::Array(array) => {
            array.limits.max_size.is_none() && matches!(context.shape(array.items), Shape::Object(_) | Shape::Union(_))
        }
        _ => false,
    }
}

fn has_part(operation: &Operation) -> bool {
    let query = operation
        .parameters
        .iter()
        .filter(|parameter| matches!(parameter.location, ParameterLocation::Query | ParameterLocation::Header));
    let paged = operation.headers().any(|header| {
        let name = header.name.to_ascii_lowercase();
        name == "link" || name.contains("next") || name.contains("page")
    });
    paged || query.into_iter().any(|parameter| has(&words(&parameter.name), PAGES))
}

fn same(name: &str, segment: &str) -> bool {
    words(name) == words(segment)
}
