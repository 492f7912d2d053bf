//! Rules between the root, the operations and the types, which no single node can check.
//!
//! In: the whole unsealed API. Out: reports; the API only loses statements that a rule has found to be invalid.

mod filled_members;
mod keys;
mod named_places;
mod types;

use std::collections::HashSet;

use crate::diag::{Code, Diagnostic, Report};
use crate::document::{self, Document};
use crate::ir::{
    self, DeliveryKeyInput, DeliveryKeyOperation, DeliveryKeySource, PartContent, PayloadHash, Presence, Shape, TypeId,
};
use crate::source::{Node, Span};
use types::{behind_null, follow, is_scalar, members, no_target};

/// Checks all rules.
pub(super) fn check(document: &Document, api: &mut ir::UnsealedApi, report: &mut Report) {
    let written: Vec<&document::Operation> = document.paths.iter().flat_map(|item| &item.operations).collect();
    keys::intents(document, api, &written, report);
    keys::effects(document, api, &written, report);
    keys::subjects(document, api, &written, report);
    named_places::repeats(document, api, report);
    named_places::support(document, api, report);
    filled_members::bound(document, api, report);
    keys::headers(document, api, report);
    keys::schemes(document, api, report);
    problems(document, api, &written, report);
    lifecycles(document, api, report);
    actors(document, api, report);
    discriminators(document, api, report);
    filled_members::payload_hashes(document, api, report);
    named_places::pagination(document, api, &written, report);
    problem_places(api, report);
    envelope(api, report);
    fetched_keys(document, api, report);
}

/// Checks that codes in operations, signing and idempotency are rows of the registry.
fn problems(document: &Document, api: &ir::UnsealedApi, written: &[&document::Operation], report: &mut Report) {
    // Compares with the values, not the rows: a value without a valid row was reported already.
    let rows: Vec<&str> = match api.problem_codes.map(|id| &api.types[id.0 as usize].shape) {
        Some(Shape::Enum(codes)) => ir::EnumValue::codes(&codes.values).collect(),
        _ => Vec::new(),
    };
    let mut check = |code: &str, span: Span, place: &str| {
        if !rows.contains(&code) {
            let diagnostic = Diagnostic::new(
                Code::UnknownProblem,
                format!("{place} lists `{code}`, which is not in the problem registry"),
            );
            report.push(
                diagnostic
                    .at(span)
                    .did_you_mean(code, rows.iter().copied())
                    .help("add a row to `x-problem-registry`, or correct the code"),
            );
        }
    };
    for (operation, source) in api.operations.iter().zip(written) {
        for code in &operation.problems {
            let node = source.extensions.get("x-problems").map(|node| document.node(node));
            let span = node
                .and_then(|list| list.items().find(|item| item.text() == Some(code)))
                .map_or(source.method_span, Node::span);
            check(code, span, "`x-problems`");
        }
    }
    for scheme in &api.security {
        let ir::SecurityKind::Signing(signing) = &scheme.kind else {
            continue;
        };
        let codes = [
            ("client", signing.rules.client_problem),
            ("signature", signing.rules.signature_problem),
            ("expired", signing.rules.expired_problem),
            ("replayed", signing.rules.replayed_problem),
        ];
        for (name, code) in codes {
            let Some(code) = code else { continue };
            let place = types::place(document, &scheme.origin, &format!("/x-signing/problems/{name}"));
            check(code, place, "`x-signing`");
        }
    }
    for member in api.types.iter().flat_map(|ty| members(&ty.shape)) {
        if let Some(PayloadHash::Approves {
            problem: Some(code), ..
        }) = &member.payload_hash
        {
            let place = types::place(document, &member.origin, "/x-payload-hash/problem");
            check(code, place, "`x-payload-hash`");
        }
    }
    if let Some(idempotency) = &api.idempotency {
        let word = document.extensions.get("x-idempotency").map(|word| document.node(word));
        for (name, code) in [
            ("conflict", &idempotency.conflict),
            ("inProgress", &idempotency.in_progress),
        ] {
            let Some(code) = code else { continue };
            let node = word.and_then(|word| word.get("problems")?.get(name));
            check(code, node.map(Node::span).unwrap_or_default(), "`x-idempotency`");
        }
    }
}

/// Checks that `by` of a transition is an operation or the owner's party.
fn lifecycles(document: &Document, api: &ir::UnsealedApi, report: &mut Report) {
    let party = api.settings.owner.as_ref().map(|owner| owner.party.as_str());
    let others = document.chosen.iter().flat_map(|chosen| &chosen.others);
    let ids = api.operations.iter().map(|operation| &operation.id).chain(others);
    let ids: HashSet<&str> = ids.map(String::as_str).collect();
    let is_twice = |id: &str| {
        api.operations
            .iter()
            .any(|operation| operation.id == id && operation.key != id)
    };
    for ty in &api.types {
        let Shape::Enum(ir::EnumShape {
            lifecycle: Some(lifecycle),
            values,
            ..
        }) = &ty.shape
        else {
            continue;
        };
        for state in values.iter().filter_map(|value| value.value.string()) {
            if !lifecycle.names(state) {
                let word = types::place(document, &ty.origin, "/x-lifecycle");
                let message = format!("the lifecycle does not list the state `{state}`");
                let forgotten = Diagnostic::new(Code::LifecycleState, message)
                    .at(types::value(document, &ty.origin, state))
                    .also(word, "the lifecycle");
                report.push(forgotten.help("add the state to `transitions`, `done` or `terminal`"));
            }
        }
        for step in &lifecycle.transitions {
            let place = types::transition(document, &ty.origin, step);
            if is_twice(&step.by) {
                let message = format!(
                    "the transition from {1} to {2} names `{0}`, but two operations have this id",
                    step.by, step.from, step.to
                );
                let diagnostic = Diagnostic::new(Code::LifecycleState, message).at(place);
                report.push(diagnostic.help("give each operation a different `operationId`"));
            }
            if party != Some(step.by.as_str()) && !ids.contains(step.by.as_str()) {
                let message = format!(
                    "`{}` is the cause of the transition from {} to {}, but it is neither an operation nor the owner's party",
                    step.by, step.from, step.to
                );
                let diagnostic = Diagnostic::new(Code::LifecycleState, message).at(place);
                let known = ids.iter().copied().chain(party);
                report.push(
                    diagnostic
                        .did_you_mean(&step.by, known)
                        .help("write an `operationId`, or `party` of `x-sdk.owner`"),
                );
            }
        }
    }
}

/// Checks that `actor` of a registry row is a name of `x-sdk.actors` or the owner's party, where the contract lists
/// actors.
fn actors(document: &Document, api: &ir::UnsealedApi, report: &mut Report) {
    let listed = &api.settings.actors;
    if listed.is_empty() {
        return;
    }
    let party = api.settings.owner.as_ref().map(|owner| owner.party.as_str());
    for ty in &api.types {
        let Shape::Enum(ir::EnumShape {
            problems: Some(model), ..
        }) = &ty.shape
        else {
            continue;
        };
        let known = || listed.iter().map(String::as_str).chain(party);
        for stated in model
            .rows
            .iter()
            .filter(|stated| !known().any(|one| one == stated.row.actor))
        {
            let row = &stated.row;
            let message = format!(
                "`actor` of `{}` is `{}`, which `x-sdk.actors` does not list",
                row.code, row.actor
            );
            let names: Vec<String> = known().map(|one| format!("`{one}`")).collect();
            report.push(
                Diagnostic::new(Code::BadExtension, message)
                    .at(types::place(document, &stated.origin, "/actor"))
                    .did_you_mean(row.actor, known())
                    .help(format!(
                        "write one of {}, or add the name to `x-sdk.actors`",
                        names.join(", ")
                    )),
            );
        }
    }
}

/// Checks that a discriminator is a member of each variant; otherwise it could not be sent.
fn discriminators(document: &Document, api: &ir::UnsealedApi, report: &mut Report) {
    for ty in &api.types {
        let Shape::Union(ir::UnionShape {
            variants,
            discriminator: Some(by),
            ..
        }) = &ty.shape
        else {
            continue;
        };
        let of = |variant: &ir::Variant| &api.types[behind_null(api, variant.ty).0 as usize];
        let names = |ty: &ir::Type| match &ty.shape {
            Shape::Object(object) => object.members.iter().map(|member| member.name.clone()).collect(),
            _ => Vec::new(),
        };
        let all: Vec<Vec<String>> = variants.iter().map(|variant| names(of(variant))).collect();
        if variants.len() > 1 && all.iter().all(|names| !names.is_empty() && !names.contains(&by.member)) {
            let message = format!(
                "no variant has the member `{}`, which distinguishes the variants",
                by.member
            );
            let shared = all[0]
                .iter()
                .filter(|name| all.iter().all(|names| names.contains(name)));
            report.push(
                Diagnostic::new(Code::BadDiscriminator, message)
                    .at(types::place(document, &ty.origin, "/discriminator/propertyName"))
                    .did_you_mean(&by.member, shared.map(String::as_str))
                    .help("add the member to each variant, and to its `required`, or correct `propertyName`"),
            );
            continue;
        }
        for variant in variants {
            let of_variant = of(variant);
            if let Shape::Object(object) = &of_variant.shape
                && !variant.is_default
                && !object.members.iter().any(|member| member.name == by.member)
            {
                let message = format!(
                    "a variant does not have the member `{}`, which distinguishes the variants",
                    by.member
                );
                report.push(
                    Diagnostic::new(Code::BadDiscriminator, message)
                        .at(of_variant.origin.span)
                        .also(ty.origin.span, "the union")
                        .help("add the member to the variant, and to its `required`"),
                );
            }
        }
    }
}

/// Checks that the pointers into a problem document exist in its schema.
fn problem_places(api: &ir::UnsealedApi, report: &mut Report) {
    let Some(places) = &api.settings.problem else { return };
    let Some(schema) = places.schema else { return };
    let optional = [&places.title, &places.detail, &places.request_id, &places.errors];
    for pointer in std::iter::once(&places.code).chain(optional.into_iter().flatten()) {
        absent(api, schema, pointer, "`x-sdk.problem`", report);
    }
}

/// Checks that the pointers into a delivery exist in its schema.
fn envelope(api: &ir::UnsealedApi, report: &mut Report) {
    let Some(webhooks) = &api.webhooks else { return };
    let envelope = &webhooks.envelope;
    let resource = envelope.resource.iter().flat_map(|(kind, id)| [kind, id]);
    let id = match &envelope.id {
        Some(ir::EventIdPlace::Body(pointer)) => Some(pointer),
        Some(ir::EventIdPlace::Header(_)) | None => None,
    };
    for pointer in id.into_iter().chain(&envelope.event_type).chain(resource) {
        absent(api, envelope.schema, pointer, "`x-webhooks.envelope`", report);
    }
    // The type of an event must be a text: no other value would match an event.
    let Some(pointer) = &envelope.event_type else { return };
    if let Ok(id) = follow(api, envelope.schema, pointer) {
        let ty = &api.types[id.0 as usize];
        let is_text = match &ty.shape {
            Shape::Scalar(format, _) | Shape::Newtype(format, _) => *format == ir::ScalarFormat::Text,
            Shape::Enum(shape) => shape.values.iter().all(|value| value.value.string().is_some()),
            Shape::Any => true,
            _ => false,
        };
        if !is_text {
            let pointer = pointer.join("/");
            let message =
                format!("`x-webhooks.envelope`: `/{pointer}` is not a string, so it cannot be the event type");
            let help = "point `type` at a member that is a string";
            report.fault(Code::BadExtension, ty.origin.span, message, help);
        }
    }
}

fn absent(api: &ir::UnsealedApi, schema: TypeId, pointer: &[String], word: &str, report: &mut Report) {
    if let Err(name) = follow(api, schema, pointer) {
        let message = format!(
            "{word}: the pointer `/{}` has no target: {}",
            pointer.join("/"),
            no_target(api, schema, pointer, name)
        );
        let span = api.types[behind_null(api, schema).0 as usize].origin.span;
        let help = "correct the pointer, or add the member";
        report.fault(Code::UnknownPlace, span, message, help);
    }
}

/// Checks the operation that returns a public key of deliveries (`x-webhooks.signing.keys`): that it exists, and that its request
/// needs the id of the key alone.
fn fetched_keys(document: &Document, api: &ir::UnsealedApi, report: &mut Report) {
    let signing = api.webhooks.as_ref().map(|webhooks| &webhooks.signing);
    let Some(DeliveryKeySource::Operation(source)) = signing.and_then(|signing| signing.key_source.as_ref()) else {
        return;
    };
    let node = document.extensions.get("x-webhooks").map(|node| document.node(node));
    let span = node.and_then(|node| node.at("/signing/keys/operation")).map(Node::span);
    let Some(fault) = key_fault(api, source) else { return };
    let message = format!("`x-webhooks.signing.keys`: {fault}");
    let help = "write the `operationId` of the operation that returns a JSON Web Key, and the places of its values";
    report.fault(Code::UnknownPlace, span.unwrap_or_default(), message, help);
}

fn key_fault(api: &ir::UnsealedApi, source: &DeliveryKeyOperation) -> Option<String> {
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
