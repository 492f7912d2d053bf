//! Mutations without an idempotency key.

use super::{
    context::{Context, call, has, words},
    finding::Finding,
};
use crate::{
    diag::Code,
    ir::{Effect, Method, Operation},
};

const REASON: &str = "after a lost response it is unknown whether it was executed, and a retry may execute it twice";
const FIX: &str =
    "add an idempotency key (`x-idempotency`, or a header), or write `x-effect: none` if it changes nothing";

/// Words of operations that read by a `POST`, or that issue what may be issued twice.
const READS: &[&str] = &[
    "search",
    "query",
    "find",
    "list",
    "lookup",
    "get",
    "fetch",
    "validate",
    "verify",
    "check",
    "preview",
    "calculate",
    "estimate",
    "quote",
    "simulate",
    "count",
    "filter",
    "login",
    "logout",
    "token",
    "tokens",
    "oauth",
    "auth",
    "authenticate",
    "refresh",
    "introspect",
    "export",
    "render",
    "compare",
    "evaluate",
    "test",
    "ping",
];

/// Reports mutations without a key; one finding for all if the contract has no key at all.
pub(super) fn missing(context: &Context<'_>) -> Vec<Finding> {
    let operations = || context.api.operations().map(|(_, operation)| operation);
    let without: Vec<&Operation> = operations()
        .filter(|operation| is_mutation(operation) && !takes_key(context, operation))
        .collect();
    let any = operations().any(|operation| takes_key(context, operation));
    if !any && without.len() > 1 {
        let message = format!("none of the {} mutations has an idempotency key", without.len());
        let mut finding = Finding::new(
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
        Finding::new(Code::MutationWithoutKey, &operation.origin, message, REASON, FIX)
    };
    without.iter().map(of).collect()
}

/// Returns true for an operation that executes again what is sent again: `PUT` and `DELETE` do not (RFC 9110, 9.2.2).
fn is_mutation(operation: &Operation) -> bool {
    match (operation.effect, operation.method) {
        (Some(Effect::None), _) => false,
        (Some(Effect::CanMoveMoney | Effect::MovesMoney), method) => !method.is_safe(),
        (_, Method::Post) => {
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
        [
            "idempoten",
            "clienttoken",
            "client_token",
            "client-token",
            "clientrequestid",
            "client_request_id",
            "dedup",
        ]
        .iter()
        .any(|word| name.contains(word))
    };
    operation.intent.is_some()
        || operation.parameters.iter().any(|parameter| is_key(&parameter.name))
        || operation
            .forms()
            .flat_map(|form| form.content.types())
            .any(|id| context.members(id).iter().any(|member| is_key(&member.name)))
}
