//! Operations and what they send: actions without an idempotency key or a signature, lists without paging, ids that are plain texts, and
//! texts and lists without a limit.

use std::collections::BTreeMap;

use super::context::{Context, Field, LintFinding, call, has, last, listed, words};
use crate::diag::Code;
use crate::ir::{
    Constraints, EffectKind, Member, Method, Operation, ParameterLocation, PartContent, Requirement, ScalarFormat,
    SecurityKind, Shape, TypeId,
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

// Ids without a type of their own.

const PLAIN_ID: &str = "the compiler does not notice if two ids of type `String` are swapped";
const ID_TYPE: &str = "add `x-newtype` to the schema, in the contract or in an overlay, such as `x-newtype: OrderId`";

/// Reports ids that are plain text: each name once; one finding for all if the contract has no type of an id.
pub(super) fn plain_ids(context: &Context<'_>) -> Vec<LintFinding> {
    let mut first: BTreeMap<&str, &Field<'_>> = BTreeMap::new();
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for field in &context.fields {
        // `id` alone names many things, and `requestId` none.
        let is_id =
            last(&field.words) == "id" && field.words.len() > 1 && field.words.first().is_some_and(|w| w != "request");
        let is_plain = matches!(context.shape(field.ty), Shape::Scalar(ScalarFormat::Text, _));
        if is_id && is_plain {
            *count.entry(field.name).or_default() += 1;
            let known = first.entry(field.name).or_insert(field);
            if field.origin.span < known.origin.span {
                *known = field;
            }
        }
    }
    let is_newtype = |shape: &Shape| matches!(shape, Shape::Newtype(..));
    if !context.api.types().any(|(_, ty)| is_newtype(&ty.shape)) {
        if count.is_empty() {
            return Vec::new();
        }
        let message = format!("no id has its own type: {}", listed(&count));
        return vec![LintFinding::new(
            Code::PlainId,
            &context.section("/paths"),
            message,
            PLAIN_ID,
            ID_TYPE,
        )];
    }
    first
        .iter()
        .map(|(name, field)| {
            let places = match count.get(name) {
                None | Some(1) => String::new(),
                Some(count) => format!(", in {count} places"),
            };
            let message = format!("the id `{name}` is a plain string{places}");
            LintFinding::new(Code::PlainId, field.origin, message, PLAIN_ID, ID_TYPE)
        })
        .collect()
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

// Texts and lists without a bound in bodies that are sent.

const NO_LIMIT: &str = "without a limit, a client learns it only from a rejected request";
const LIMIT_FIX: &str = "write the `maxLength` of texts and the `maxItems` of lists that the server enforces";

/// Reports objects that are sent and have texts or lists without a bound; one finding for all if nothing is bounded.
pub(super) fn without_limits(context: &Context<'_>) -> Vec<LintFinding> {
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
            NO_LIMIT,
            LIMIT_FIX,
        )];
    }
    objects
        .iter()
        .map(|(ty, open)| {
            let name = ty.name.name();
            let name = name.map_or_else(|| "an object of a request".to_owned(), |name| format!("`{name}`"));
            let names: Vec<String> = open.iter().map(|member| format!("`{}`", member.name)).collect();
            let message = format!("{name} has no maximum length for {}", names.join(", "));
            LintFinding::new(Code::UnboundedSent, &ty.origin, message, NO_LIMIT, LIMIT_FIX)
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
