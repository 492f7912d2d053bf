//! Lists without paging.

use super::context::{Context, call, has, words};
use super::finding::LintFinding;
use crate::diag::Code;
use crate::ir::{Constraints, Member, Method, Operation, ParameterLocation, PartContent, ScalarFormat, Shape, TypeId};

/// Words of parameters that choose a part of a list.
#[rustfmt::skip]
const PAGES: &[&str] = &[
    "page", "paging", "pagination", "cursor", "offset", "limit", "after", "before", "since", "until", "start", "skip", "top", "continue",
    "marker", "token", "size", "count", "take", "from", "to", "per", "first", "next", "max", "range", "date",
];
/// Names of the list in an answer that is one.
const ITEMS: &[&str] = &[
    "items", "data", "results", "result", "entries", "records", "list", "elements", "values", "content", "rows",
];

/// Reports operations that answer with a whole list.
pub(super) fn unpaged(context: &Context<'_>) -> Vec<LintFinding> {
    let operations = context.api.operations().map(|(_, operation)| operation);
    operations
        .filter(|operation| operation.method == Method::Get && operation.pagination.is_none())
        .filter(|operation| answers_a_list(context, operation) && !has_part(operation))
        .map(|operation| {
            LintFinding::new(
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
    let query = operation.parameters.iter().filter(|parameter| {
        matches!(
            parameter.location,
            ParameterLocation::Query | ParameterLocation::Querystring | ParameterLocation::Header
        )
    });
    let paged = operation.headers().any(|header| {
        let name = header.name.to_ascii_lowercase();
        name == "link" || name.contains("next") || name.contains("page")
    });
    paged || query.into_iter().any(|parameter| has(&words(&parameter.name), PAGES))
}

fn same(name: &str, segment: &str) -> bool {
    words(name) == words(segment)
}

// Texts and lists without a bound in bodies that are sent.

const REASON: &str = "without a limit, a client learns it only from a rejected request";
const FIX: &str = "write the `maxLength` of texts and the `maxItems` of lists that the server enforces";

/// Reports objects that are sent and have texts or lists without a bound; one finding for all if nothing is bounded.
pub(super) fn unbounded(context: &Context<'_>) -> Vec<LintFinding> {
    let (mut objects, mut bounded, mut all) = (Vec::new(), 0, 0);
    for (_, ty) in context.api.types() {
        let Shape::Object(object) = &ty.shape else { continue };
        if !ty.directions.request {
            continue;
        }
        let open: Vec<&Member> = object
            .members
            .iter()
            .filter(|member| !member.read_only && is_unbounded(context, member))
            .collect();
        let is_bounded = |member: &&Member| limits(context, member).is_some_and(|limits| !is_open(limits));
        bounded += object.members.iter().filter(is_bounded).count();
        all += open.len();
        if !open.is_empty() {
            objects.push((ty, open));
        }
    }
    if bounded == 0 && objects.len() > 1 {
        let message = format!("none of the {all} texts and lists in requests has a maximum length");
        return vec![LintFinding::new(
            Code::UnboundedSent,
            &context.section("/paths"),
            message,
            REASON,
            FIX,
        )];
    }
    objects
        .iter()
        .map(|(ty, open)| {
            let name = ty.name.name();
            let name = name.map_or_else(|| "an object of a request".to_owned(), |name| format!("`{name}`"));
            let names: Vec<String> = open.iter().map(|member| format!("`{}`", member.name)).collect();
            let message = format!("{name} has no maximum length for {}", names.join(", "));
            LintFinding::new(Code::UnboundedSent, &ty.origin, message, REASON, FIX)
        })
        .collect()
}

fn is_unbounded(context: &Context<'_>, member: &Member) -> bool {
    member.constant.is_none() && limits(context, member).is_some_and(is_open)
}

/// Returns the bounds of a text or a list; of another type, none.
fn limits<'a>(context: &Context<'a>, member: &Member) -> Option<&'a Constraints> {
    match context.shape(member.ty) {
        Shape::Scalar(ScalarFormat::Text | ScalarFormat::Base64, limits)
        | Shape::Newtype(ScalarFormat::Text | ScalarFormat::Base64, limits) => Some(limits),
        Shape::Array(array) => Some(&array.limits),
        _ => None,
    }
}

fn is_open(limits: &Constraints) -> bool {
    limits.max_size.is_none() && limits.pattern.is_none() && limits.format.is_none() && limits.others.is_empty()
}
