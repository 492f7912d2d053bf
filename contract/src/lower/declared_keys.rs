//! Idempotency keys that operations declare themselves, without an extension: a header, or a member of the JSON body, whose name
//! shows it.
//!
//! An operation whose id or path names idempotency takes the key of another call as its argument. A deprecated key is none.
//! In: an operation of the document, or all of the API. Out: place and limits of its key. A request id (`X-Request-ID`) is never a
//! key, nor is a parameter of a safe method, which needs none. If the root names a header (`x-idempotency.header`), only that one is
//! a key.

use std::collections::HashSet;

use super::context::Context;
use crate::diag::{Code, Report};
use crate::document::{self, JsonType, SchemaId};
use crate::ir::{self, ParameterLocation, ParameterStyle};

/// Length of a key that nothing limits.
pub(super) const LENGTH: (u32, u32) = (1, 255);
/// The only format of a key, and the length of such a text.
const UUID: &str = "uuid";
const UUID_LENGTH: (u32, u32) = (36, 36);

impl Context<'_, '_> {
    /// Returns the parameter that is the operation's idempotency key; of two, neither is certain.
    pub(super) fn declared_key<'o>(&self, operation: &'o document::Operation) -> Option<&'o document::Parameter> {
        if self.has_key_header || operation.method.is_safe() {
            return None;
        }
        let is_key = |parameter: &&document::Parameter| {
            parameter.location == ParameterLocation::Header
                && !parameter.deprecated
                && parameter.style != ParameterStyle::Json
                && names_a_key(&parameter.name)
                && parameter.schema.is_none_or(|schema| self.is_key_text(schema))
        };
        let mut found = operation.parameters.iter().filter(is_key);
        found.next().filter(|_| found.next().is_none())
    }

    /// Returns true for a schema of any text.
    fn is_key_text(&self, schema: SchemaId) -> bool {
        self.written.together(schema).into_iter().all(|id| {
            let schema = self.document.schema(id);
            (schema.types.is_empty() || schema.types.contains(JsonType::String))
                && schema.enumeration.is_none()
                && schema.constant.is_none()
                && schema.boolean != Some(false)
                && matches!(schema.format.as_deref(), None | Some(UUID))
                && schema.any_of.is_empty()
                && schema.one_of.is_empty()
        })
    }

    /// Returns the place and the limits of a parameter that is a key.
    pub(super) fn key_of(&self, parameter: &document::Parameter) -> ir::DeclaredKey {
        let together = parameter.schema.map(|schema| self.written.together(schema));
        let is_uuid = |id: &SchemaId| self.document.schema(*id).format.as_deref() == Some(UUID);
        let is_uuid = together.iter().flatten().any(is_uuid);
        let mut length = if is_uuid { UUID_LENGTH } else { LENGTH };
        for limits in together.iter().flatten().map(|id| self.document.schema(*id).limits()) {
            let bound = |bound: u64| u32::try_from(bound).unwrap_or(u32::MAX);
            length.0 = limits.min_length.map_or(length.0, |least| bound(least).max(length.0));
            length.1 = limits.max_length.map_or(length.1, bound);
        }
        ir::DeclaredKey {
            place: ir::KeyPlace::Header(parameter.name.clone()),
            length,
            is_uuid,
            origin: self.places.origin(parameter.node),
        }
    }
}

/// Finds the keys in JSON bodies. The client writes such a member, so each body with that type must be the only form of a required
/// body, and nothing else may have the type.
pub(super) fn members(api: &mut ir::UnsealedApi) {
    let elsewhere = elsewhere(api);
    let named = api.idempotency.as_ref().and_then(|keys| keys.member.as_deref());
    let mut found = Vec::new();
    for (at, operation) in api.operations.iter().enumerate() {
        let Some(id) = body(operation).filter(|id| !elsewhere.contains(id)) else {
            continue;
        };
        if named.is_none() && is_about_keys(operation) {
            continue;
        }
        if let Some((index, key)) = key_member(&api.types, id, named) {
            found.push((at, id, index, key));
        }
    }
    for (at, id, index, key) in found {
        if let ir::Shape::Object(object) = &mut api.types[id.0 as usize].shape {
            object.members[index].is_key = true;
        }
        let operation = &mut api.operations[at];
        operation.intent.get_or_insert(intent(operation.effect));
        operation.declared_key = Some(key);
    }
}

/// Notes the parameters and members whose name is that of a key, and which stay plain values all the same.
pub(super) fn note_plain(api: &ir::UnsealedApi, report: &mut Report) {
    let is_text = |ty: ir::TypeId| {
        let ty = ir::behind(&api.types, ty).map(|id| &api.types[id.0 as usize].shape);
        matches!(
            ty,
            Some(ir::Shape::Scalar(ir::ScalarFormat::Text, _) | ir::Shape::Newtype(ir::ScalarFormat::Text, _))
        )
    };
    for operation in &api.operations {
        if operation.method.is_safe() || operation.declared_key.is_some() || is_about_keys(operation) {
            continue;
        }
        let parameters = operation.parameters.iter();
        let parameters = parameters.filter(|one| names_a_key(&one.name) && !one.text.deprecated && is_text(one.ty));
        let parameters = parameters.map(|one| (&one.name, one.origin.span));
        let is_plain = |one: &&ir::Member| {
            let ty = ir::behind(&api.types, one.ty).map(|id| &api.types[id.0 as usize]);
            let is_current = !one.text.deprecated && !ty.is_some_and(|ty| ty.text.deprecated);
            one.name.to_ascii_lowercase().starts_with("idempoten") && is_current
        };
        let bodies = operation.forms().filter_map(|form| match form.content {
            ir::PartContent::Json(id) => Some(&api.types[ir::behind_null(&api.types, id).0 as usize].shape),
            _ => None,
        });
        let members = bodies.filter_map(|shape| match shape {
            ir::Shape::Object(object) => object.members.iter().find(is_plain),
            _ => None,
        });
        let members = members.map(|one| (&one.name, one.origin.span));
        if let Some((name, span)) = parameters.chain(members).next() {
            let message = format!(
                "`{name}` of `{}` stays a plain value: the client does not keep it",
                operation.id
            );
            let help = "send the same value again with each repetition; a key is the only one of its operation, any text, and in a header \
                        or in a required JSON body whose schema occurs nowhere else";
            report.fault(Code::PlainKey, span, message, help);
        }
    }
}

/// Returns true for an operation that looks up another call by its key: its id or its path shows it.
fn is_about_keys(operation: &ir::Operation) -> bool {
    names_a_key(&operation.id) || names_a_key(&operation.path)
}

fn names_a_key(name: &str) -> bool {
    name.to_ascii_lowercase().contains("idempoten")
}

/// Returns the intent of a key for which the contract states none.
pub(super) fn intent(effect: Option<ir::Effect>) -> ir::KeyIntent {
    match effect {
        Some(ir::Effect::None) => ir::KeyIntent::Refresh,
        _ => ir::KeyIntent::Effect,
    }
}

/// Returns the type of the body of an operation that can have a key in it.
fn body(operation: &ir::Operation) -> Option<ir::TypeId> {
    let body = operation.body.as_ref().filter(|body| body.required)?;
    match body.forms.as_slice() {
        [form] if !operation.method.is_safe() && operation.declared_key.is_none() => match form.content {
            ir::PartContent::Json(id) => Some(id),
            _ => None,
        },
        _ => None,
    }
}

/// Returns the types that something else than such a body has.
fn elsewhere(api: &ir::UnsealedApi) -> HashSet<ir::TypeId> {
    let (mut sent, mut all) = (Vec::new(), HashSet::new());
    for ty in &api.types {
        ty.shape.visit(&mut |id| {
            all.insert(id);
        });
    }
    for operation in &api.operations {
        let own = body(operation);
        sent.extend(operation.parameters.iter().map(|parameter| parameter.ty));
        let contents = operation.contents().flat_map(ir::PartContent::types);
        let mut seen_own = false;
        sent.extend(contents.filter(|id| {
            let is_own = own == Some(*id) && !seen_own;
            seen_own |= is_own;
            !is_own
        }));
    }
    all.extend(sent);
    all.extend(api.deliveries.iter().map(|event| event.ty));
    if let Some(webhooks) = &api.webhooks {
        all.extend(webhooks.resources.iter().map(|(_, id)| *id));
        all.extend(webhooks.events.iter().map(|event| event.ty));
    }
    all
}

/// Returns the member of an object that is a key, by `x-idempotency.member` or by its name, with its index; of two, neither is certain.
fn key_member(types: &[ir::Type], id: ir::TypeId, named: Option<&str>) -> Option<(usize, ir::DeclaredKey)> {
    let ir::Shape::Object(object) = &types[id.0 as usize].shape else {
        return None;
    };
    let is_key = |name: &str| match named {
        Some(named) => name == named,
        None => name.to_ascii_lowercase().starts_with("idempoten"),
    };
    let mut all = object.members.iter().enumerate().filter_map(|(index, member)| {
        let ty = &types[ir::behind(types, member.ty)?.0 as usize];
        let ir::Shape::Scalar(ir::ScalarFormat::Text, limits) = &ty.shape else {
            return None;
        };
        let is_current = !member.text.deprecated && !ty.text.deprecated;
        let is_plain = member.constant.is_none()
            && member.bound.is_none()
            && !member.read_only
            && (named.is_some() || is_current)
            && matches!(limits.format.as_deref(), None | Some(UUID));
        (is_key(&member.name) && is_plain).then_some((index, member, limits))
    });
    let (index, member, limits) = all.next()?;
    if all.next().is_some() {
        return None;
    }
    let bound = |bound: u64| u32::try_from(bound).unwrap_or(u32::MAX);
    let is_uuid = limits.format.is_some();
    let (least, most) = if is_uuid { UUID_LENGTH } else { LENGTH };
    let key = ir::DeclaredKey {
        place: ir::KeyPlace::Member(member.name.clone()),
        length: (
            limits.min_size.map_or(least, |own| bound(own).max(least)),
            limits.max_size.map_or(most, bound),
        ),
        is_uuid,
        origin: member.origin.clone(),
    };
    Some((index, key))
}
