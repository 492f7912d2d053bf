//! Mutations without an idempotency key.

use std::collections::BTreeMap;

use super::context::{Context, Field, call, has, last, listed, words};
use super::finding::LintFinding;
use crate::diag::Code;
use crate::ir::{EffectKind, Method, Operation, Requirement, ScalarFormat, SecurityKind, Shape};
use crate::recognise::keys::NAMES;

const REASON: &str = "after a lost response it is unknown whether it was executed, and a retry may execute it twice";
const FIX: &str =
    "add an idempotency key (`x-idempotency`, or a header), or write `x-effect: none` if it changes nothing";

/// Words of operations that read by a `POST`, or that issue what may be issued twice.
#[rustfmt::skip]
const READS: &[&str] = &[
    "search", "query", "find", "list", "lookup", "get", "fetch", "validate", "verify", "check", "preview", "calculate", "estimate",
    "quote", "simulate", "count", "filter", "login", "logout", "token", "tokens", "oauth", "auth", "authenticate", "refresh",
    "introspect", "export", "render", "compare", "evaluate", "test", "ping",
];

/// Reports mutations without a key; one finding for all if the contract has no key at all.
pub(super) fn missing(context: &Context<'_>) -> Vec<LintFinding> {
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
            REASON,
            FIX,
        );
        for operation in without.iter().take(crate::limits::SHOWN) {
            finding = finding.also(&operation.origin, &call(operation));
        }
        return vec![finding];
    }
    let of = |operation: &&Operation| {
        let message = format!("`{}` has no idempotency key", call(operation));
        LintFinding::new(Code::MutationWithoutKey, &operation.origin, message, REASON, FIX)
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
pub(super) fn plain(context: &Context<'_>) -> Vec<LintFinding> {
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
pub(super) fn actions(context: &Context<'_>) -> Vec<LintFinding> {
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
