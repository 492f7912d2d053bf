//! Checks the operation that returns a public key of deliveries (`x-webhooks.signing.keys`).

use super::types::{follow, is_scalar, members};
use crate::diag::{Code, Report};
use crate::document::Document;
use crate::ir::{self, DeliveryKeyInput, DeliveryKeyOperation, DeliveryKeySource, PartContent, Presence};
use crate::source::Node;

/// Checks that the operation exists, and that its request needs the id of the key alone.
pub(super) fn fetched_keys(document: &Document, api: &ir::UnsealedApi, report: &mut Report) {
    let signing = api.webhooks.as_ref().map(|webhooks| &webhooks.signing);
    let Some(DeliveryKeySource::Operation(source)) = signing.and_then(|signing| signing.key_source.as_ref()) else {
        return;
    };
    let node = document.extensions.get("x-webhooks").map(|node| document.node(node));
    let span = node.and_then(|node| node.at("/signing/keys/operation")).map(Node::span);
    let Some(fault) = fault(api, source) else { return };
    let message = format!("`x-webhooks.signing.keys`: {fault}");
    let help = "write the `operationId` of the operation that returns a JSON Web Key, and the places of its values";
    report.fault(Code::UnknownPlace, span.unwrap_or_default(), message, help);
}

fn fault(api: &ir::UnsealedApi, source: &DeliveryKeyOperation) -> Option<String> {
    let name = &source.operation;
    let Some(operation) = api.operations.iter().find(|operation| operation.id == *name) else {
        return Some(format!("there is no operation `{name}`, or it is not selected"));
    };
    if operation.intent.is_some() {
        return Some(format!("`{name}` takes an idempotency key"));
    }
    let is_id = |parameter: &ir::Parameter| source.id == DeliveryKeyInput::Parameter(parameter.name.clone());
    if let Some(other) = operation.parameters.iter().find(|one| one.required && !is_id(one)) {
        return Some(format!(
            "`{name}` needs another value than the id of a key, `{}`",
            other.name
        ));
    }
    let json = |content: &PartContent| match content {
        PartContent::Json(id) => Some(*id),
        _ => None,
    };
    let body = operation.forms().find_map(|form| json(&form.content));
    match &source.id {
        DeliveryKeyInput::Parameter(id) => {
            use ir::ParameterLocation::{Path, Query};
            let mut plain = operation
                .parameters
                .iter()
                .filter(|one| is_id(one) && is_scalar(api, one.ty));
            if !plain.any(|one| matches!(one.location, Path | Query)) {
                return Some(format!("`{name}` has no plain parameter `{id}` in its path or query"));
            }
            if operation.body.as_ref().is_some_and(|body| body.required) {
                return Some(format!("`{name}` needs a body"));
            }
        }
        DeliveryKeyInput::Body(pointer) => {
            let Some(body) = body else {
                return Some(format!("the body of `{name}` is not JSON"));
            };
            if let Err(member) = follow(api, body, pointer) {
                return Some(format!("the body of `{name}` has no member `{member}`"));
            }
            let shape = &api.types[ir::behind_null(&api.types, body).0 as usize].shape;
            let is_other = |one: &&ir::Member| {
                matches!(one.presence, Presence::Required | Presence::RequiredNullable)
                    && pointer.first() != Some(&one.name)
            };
            if let Some(other) = members(shape).iter().find(is_other) {
                return Some(format!("the body of `{name}` needs another member, `{}`", other.name));
            }
        }
    }
    let success = operation
        .responses
        .iter()
        .filter(|response| response.status.is_success());
    let Some(response) = success
        .flat_map(|response| &response.bodies)
        .find_map(|body| json(&body.content))
    else {
        return Some(format!("`{name}` has no JSON response"));
    };
    let mut places = [Some(&source.key), source.revoked.as_ref()].into_iter().flatten();
    let missing = places.find_map(|place| follow(api, response, place).err())?;
    Some(format!("the response of `{name}` has no member `{missing}`"))
}
