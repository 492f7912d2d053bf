//! Actions that are not signed, where the contract signs requests.

use super::{
    context::{Context, call},
    finding::Finding,
};
use crate::{
    diag::Code,
    ir::{Effect, Operation, Requirement, SecurityKind},
};

const REASON: &str =
    "an attacker who can send or change a request can then call this operation, but not the signed ones";

/// Reports operations with a key, or that can move money, that can be called without the signature.
pub(super) fn actions(context: &Context<'_>) -> Vec<Finding> {
    let mut schemes = context.api.security.iter().enumerate();
    let Some((signing, scheme)) = schemes.find(|(_, scheme)| matches!(scheme.kind, SecurityKind::Signing(_))) else {
        return Vec::new();
    };
    let is_action = |operation: &Operation| {
        operation.intent.is_some() || operation.effect.is_some_and(|effect| effect > Effect::Records)
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
        Finding::new(Code::UnsignedAction, &operation.origin, message, REASON, &fix)
    };
    unsigned.map(of).collect()
}
