//! Signature reports: a failed call comes in, the explanation of its last signed attempt goes out. It must never contain a
//! secret or an argument.

use super::Failure;
use crate::problem::Problem;
use crate::signing::{self, SignatureContext, SignatureReport};

/// Explains the last signed attempt.
pub(super) fn explain(failure: &Failure) -> Option<SignatureReport> {
    let carried = failure.carried.as_ref()?;
    let prepared = &carried.prepared;
    let reply = failure.reply.as_ref();
    let facts = SignatureContext {
        method: prepared.endpoint.method().as_str(),
        template: prepared.endpoint.template(),
        target: &prepared.target,
        sha256: &prepared.payload.sha256,
        length: prepared.payload.source.length(),
        idempotency_key: prepared.key.as_ref().map(crate::idempotency::IdempotencyKey::as_str),
        client_id: carried.account.client_id(),
        code: failure.problem.as_ref().and_then(Problem::code),
        via: reply.is_some_and(|reply| reply.headers.contains_key(http::header::VIA)),
    };
    Some(signing::explain(carried.trail.signed.as_ref()?, &facts))
}
