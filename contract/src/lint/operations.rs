//! Operations: actions without an idempotency key or a signature, and lists without paging.

use super::context::{Context, LintFinding, call, has, words};
use crate::diag::Code;
use crate::ir::{
    EffectKind, Method, Operation, ParameterLocation, PartContent, Requirement, SecurityKind, Shape, TypeId,
};
use crate::recognise::keys::NAMES;

const NO_KEY: &str = "after a lost response it is unknown whether it was executed, and a retry may execute it twice";
const KEY_FIX: &str =
    "add an idempotency key (`x-idempotency`, or a header), or write `x-effect: none` if it changes nothing";

/// Words of operations that read by a `POST`, or that issue what may be issued twice.
#[rustfmt::skip]
const READS: &[&str] = &[
    "search", "query", "find", "list", "lookup", "get", "fetch", "validate", "verify", "check", "preview", "calculate", "estimate",
    "quote", "simulate", "count", "filter", "login", "logout", "token", "tokens", "oauth", "auth", "authenticate", "refresh",
    "introspect", "export", "render", "compare", "evaluate", "test", "ping",
];

/// Reports mutations without a key; one finding for all if the contract has no key at all.
pub(super) fn without_key(context: &Context<'_>) -> Vec<LintFinding> {
    let operations = || context.api.operations().map(|(_, operation)| operation);
    let without: Vec<&Operation> = operations()
        .filter(|operation| is_mutation(operation) && !takes_key(context, operation))
        .collect();
    let any = operations().any(|operation| takes_key(context, operation));
    if !any && without.len() > 1 {
        let message = format!("none of the {} mutations has an idempotency key", without.len());
        let mut finding = LintFinding::new(
            Code::MutationWithoutKey,
            &context.section("/paths"),
            message,
            NO_KEY,
            KEY_FIX,
        );
        for operation in without.iter().take(crate::limits::SHOWN) {
            finding = finding.also(&operation.origin, &call(operation));
        }
        return vec![finding];
    }
    let of = |operation: &&Operation| {
        let message = format!("`{}` has no idempotency key", call(operation));
        LintFinding::new(Code::MutationWithoutKey, &operation.origin, message, NO_KEY, KEY_FIX)
    };
    without.iter().map(of).collect()
}

/// Returns true for an operation that executes again what is sent again: `PUT` and `DELETE` do not (RFC 9110, 9.2.2).
fn is_mutation(operation: &Operation) -> bool {
    match (operation.effect, operation.method) {
        (Some(EffectKind::None), _) => false,
        (Some(EffectKind::CanMoveMoney | EffectKind::MovesMoney), method) => !method.is_safe(),
        (_, Method::Post | Method::Other(_)) => {
            let end = operation
                .path
                .rsplit('/')
                .find(|part| !part.starts_with('{'))
                .unwrap_or_default();
            !has(&words(&operation.called), READS) && !has(&words(end), READS)
        }
        _ => false,
    }
}

fn takes_key(context: &Context<'_>, operation: &Operation) -> bool {
    let is_key = |name: &str| {
        let name = name.to_ascii_lowercase();
        NAMES.iter().any(|text| name.contains(text))
    };
    operation.intent.is_some()
        || operation.parameters.iter().any(|parameter| is_key(&parameter.name))
        || operation
            .forms()
            .flat_map(|form| form.content.types())
            .any(|id| context.members(id).iter().any(|member| is_key(&member.name)))
}

// Actions that are not signed, where the contract signs requests.

const UNSIGNED: &str =
    "an attacker who can send or change a request can then call this operation, but not the signed ones";

/// Reports operations with a key, or that can move money, that can be called without the signature.
pub(super) fn unsigned_actions(context: &Context<'_>) -> Vec<LintFinding> {
    let mut schemes = context.api.security.iter().enumerate();
    let Some((signing, scheme)) = schemes.find(|(_, scheme)| matches!(scheme.kind, SecurityKind::Signing(_))) else {
        return Vec::new();
    };
    let is_action = |operation: &Operation| {
        operation.intent.is_some() || operation.effect.is_some_and(|effect| effect > EffectKind::Records)
    };
    let has_signature = |schemes: &Requirement| schemes.iter().any(|(known, _)| *known == signing);
    // A client takes the first alternative that its settings meet.
    let is_signed =
        |operation: &Operation| !operation.security.is_empty() && operation.security.iter().all(has_signature);
    let operations = context.api.operations().map(|(_, operation)| operation);
    let unsigned = operations.filter(|operation| is_action(operation) && !is_signed(operation));
    let fix = format!(
        "add `{}` to its `security`; if it is public on purpose, allow this finding",
        scheme.name
    );
    let of = |operation: &Operation| {
        let can_be = operation.security.iter().any(has_signature);
        let how = if can_be {
            "can be sent without its signature"
        } else {
            "is not signed"
        };
        let message = format!("`{}` {how}", call(operation));
        LintFinding::new(Code::UnsignedAction, &operation.origin, message, UNSIGNED, &fix)
    };
    unsigned.map(of).collect()
}

// Lists without paging.

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
pub(super) fn unpaged_lists(context: &Context<'_>) -> Vec<LintFinding> {
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
