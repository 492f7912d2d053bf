//! Idempotency keys that operations declare themselves, without an extension: a header, or a member of the JSON body or of a JSON
//! part, whose name shows it.
//!
//! An operation whose id or path names idempotency takes the key of another call as its argument. A deprecated key is none.
//! In: an operation of the document, or all of the API. Out: place and limits of its key. A request id (`X-Request-ID`) is never a
//! key, nor is a parameter of a safe method, which needs none. If the root names a header (`x-idempotency.header`), only that one is
//! a key.

use std::collections::{HashMap, HashSet};

use crate::constant::text;
use crate::diag::{Code, Report};
use crate::document::{self, JsonType, Schema};
use crate::ir::{self, ParameterLocation, ParameterStyle};
use crate::iter::exactly_one;

/// Texts in names of keys. The first shows a key for sure: its header contains it, its member begins with it. The others only show
/// that a contract has keys of another form, for lints.
pub(crate) const NAMES: [&str; 7] = [
    "idempoten",
    "clienttoken",
    "client_token",
    "client-token",
    "clientrequestid",
    "client_request_id",
    "dedup",
];

/// Length of a key that nothing limits.
const LENGTH: (u32, u32) = (1, 255);
/// The only format of a key, and the length of such a text.
const UUID: &str = "uuid";
const UUID_LENGTH: (u32, u32) = (36, 36);

/// Returns the parameter that is the operation's idempotency key; of two, neither is certain. `schemas` returns those that hold
/// together for a parameter.
pub(crate) fn header_of<'d, 's>(
    operation: &'d document::Operation,
    schemas: impl Fn(&document::Parameter) -> Vec<&'s Schema>,
) -> Option<&'d document::Parameter> {
    let is_key = |parameter: &&document::Parameter| {
        parameter.location == ParameterLocation::Header
            && !parameter.deprecated
            && parameter.style != ParameterStyle::Json
            && names_a_key(&parameter.name)
            && schemas(parameter).into_iter().all(is_key_text)
    };
    let parameters = if operation.method.is_safe() {
        &[][..]
    } else {
        &operation.parameters
    };
    exactly_one(parameters.iter().filter(is_key))
}

/// Returns true for a schema of any text.
fn is_key_text(schema: &Schema) -> bool {
    (schema.types.is_empty() || schema.types.contains(JsonType::String))
        && schema.enumeration.is_none()
        && schema.constant.is_none()
        && schema.boolean != Some(false)
        && matches!(schema.format.as_deref(), None | Some(UUID))
        && schema.any_of.is_empty()
        && schema.one_of.is_empty()
}

/// Returns the place and the limits of a parameter that is a key.
pub(crate) fn declared_key(
    parameter: &document::Parameter,
    schemas: &[&Schema],
    origin: ir::Origin,
) -> ir::DeclaredKey {
    let is_uuid = schemas.iter().any(|schema| schema.format.as_deref() == Some(UUID));
    let mut length = if is_uuid { UUID_LENGTH } else { LENGTH };
    for limits in schemas.iter().map(|schema| schema.limits()) {
        length.0 = limits.min_length.map_or(length.0, |least| bound(least).max(length.0));
        length.1 = limits.max_length.map_or(length.1, bound);
    }
    ir::DeclaredKey {
        place: ir::KeyPlace::Header(text(&parameter.name)),
        length,
        is_uuid,
        origin,
    }
}

fn bound(bound: u64) -> u32 {
    u32::try_from(bound).unwrap_or(u32::MAX)
}

/// Finds the keys in JSON bodies and in parts. The client writes such a member, so each body with that type must be the only form of a required
/// body, and nothing else may have the type.
pub(crate) fn add_members(api: &mut ir::UnsealedApi) {
    let elsewhere = elsewhere(api);
    let named = api.key_scope.member.as_deref();
    let mut found = Vec::new();
    for (at, operation) in api.operations.iter().enumerate() {
        if named.is_none() && is_about_keys(operation) {
            continue;
        }
        let own = objects(operation)
            .into_iter()
            .filter(|own| !elsewhere.contains(&own.ty));
        let keys = own.filter_map(|own| {
            let (index, mut key) = key_member(&api.types, own.ty, named)?;
            if let (Some(part), ir::KeyPlace::Member(member)) = (own.part, key.place) {
                let part = text(part);
                key.place = ir::KeyPlace::Part { part, member };
            }
            Some((at, own.ty, index, key))
        });
        // Of two, neither is certain.
        found.extend(exactly_one(keys));
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
pub(crate) fn note_plain(api: &ir::UnsealedApi, report: &mut Report) {
    let is_text = |ty: ir::TypeId| {
        let ty = ir::behind(&api.types, ty).map(|id| &api.types[id.0 as usize].shape);
        matches!(
            ty,
            Some(ir::Shape::Scalar(ir::ScalarFormat::Text, _) | ir::Shape::Newtype(ir::ScalarFormat::Text, _))
        )
    };
    let elsewhere = elsewhere(api);
    for operation in &api.operations {
        if operation.method.is_safe() || operation.declared_key.is_some() || is_about_keys(operation) {
            continue;
        }
        let parameters = operation.parameters.iter();
        let parameters = parameters.filter(|one| names_a_key(&one.name) && !one.text.deprecated && is_text(one.ty));
        let parameters: Vec<&ir::Parameter> = parameters.collect();
        let is_plain = |one: &&ir::Member| {
            let ty = ir::behind(&api.types, one.ty).map(|id| &api.types[id.0 as usize]);
            let is_current = !one.text.deprecated && !ty.is_some_and(|ty| ty.text.deprecated);
            begins_as_key(&one.name) && is_current
        };
        let mut members = operation.forms().filter_map(|form| {
            let ir::PartContent::Json(id) = form.content else {
                return None;
            };
            let ir::Shape::Object(object) = &api.types[ir::behind_null(&api.types, id).0 as usize].shape else {
                return None;
            };
            Some((form, id, object.members.iter().find(is_plain)?))
        });
        let (name, span, help) = match (parameters.first(), members.next()) {
            (Some(one), _) => (&one.name, one.origin.span, why_parameter(api, operation, &parameters)),
            (None, Some((form, id, member))) => {
                let help = why_member(api, operation, form, member, elsewhere.contains(&id));
                (&member.name, member.origin.span, help)
            }
            (None, None) => continue,
        };
        let message = format!(
            "`{name}` of `{}` stays a plain value: the client does not keep it",
            operation.id
        );
        report.fault(Code::PlainKey, span, message, help);
    }
}

/// Returns the JSONPath of an operation.
fn path_of(operation: &ir::Operation) -> String {
    let (path, method) = (&operation.path, operation.method.token().to_ascii_lowercase());
    format!("$.paths['{path}'].{method}")
}

/// Returns that `x-idempotency` names another header or member.
fn only_named(word: &str, named: &str) -> String {
    format!(
        "`x-idempotency.{word}` names `{named}`, and only that {word} is a key; correct it in the overlay, or send the same value again with each repetition"
    )
}

/// Returns why the first of some parameters is not a key, and the overlay that corrects it.
fn why_parameter(api: &ir::UnsealedApi, operation: &ir::Operation, parameters: &[&ir::Parameter]) -> String {
    let Some(one) = parameters.first() else {
        return String::new();
    };
    let (at, name) = (path_of(operation), &one.name);
    let named = api.idempotency.as_ref().and_then(|keys| keys.header.as_ref());
    match (named, parameters) {
        (Some(header), _) => only_named("header", header),
        (None, [_, other, ..]) => format!(
            "`{}` has such a name, too; an overlay that marks one as `deprecated` decides: `- {{ target: \"{at}.parameters[?@.name=='{}']\", update: {{ deprecated: true }} }}`",
            other.name, other.name
        ),
        _ if one.location != ParameterLocation::Header => {
            "a parameter is a key only in a header; send the same value again with each repetition".to_owned()
        }
        _ => format!(
            "a key takes any text, and its schema has a `format` or another form; an overlay corrects it: `- {{ target: \"{at}.parameters[?@.name=='{name}'].schema.format\", remove: true }}`"
        ),
    }
}

/// Returns why a member of a body is not a key, and the overlay that corrects it.
fn why_member(
    api: &ir::UnsealedApi,
    operation: &ir::Operation,
    form: &ir::BodyForm,
    member: &ir::Member,
    is_shared: bool,
) -> String {
    let named = api.key_scope.member.as_ref();
    if let Some(named) = named.filter(|named| **named != member.name) {
        return only_named("member", named);
    }
    let at = path_of(operation);
    let content = format!("{at}.requestBody.content");
    let other = operation.forms().find(|other| other.media_type != form.media_type);
    if !operation.body.as_ref().is_some_and(|body| body.required) {
        return format!(
            "the body is not required; an overlay corrects it: `- {{ target: \"{at}.requestBody\", update: {{ required: true }} }}`"
        );
    }
    if let Some(other) = other {
        let other = &other.media_type;
        return format!(
            "the body has other media types, too; an overlay corrects it: `- {{ target: \"{content}['{other}']\", remove: true }}`"
        );
    }
    if is_shared {
        return format!(
            "its schema occurs elsewhere, too; an overlay that removes `{content}['{}'].schema`, and an update with all its members, give the body its own",
            form.media_type
        );
    }
    let name = &member.name;
    format!(
        "a key takes any text, and `{name}` is `readOnly`, has a `format` or one value, or is one of several keys; correct its schema below `{content}` in an overlay"
    )
}

/// Returns true for an operation that looks up another call by its key: its id or its path shows it.
fn is_about_keys(operation: &ir::Operation) -> bool {
    names_a_key(&operation.id) || names_a_key(&operation.path)
}

fn names_a_key(name: &str) -> bool {
    name.to_ascii_lowercase().contains(NAMES[0])
}

fn begins_as_key(name: &str) -> bool {
    name.to_ascii_lowercase().starts_with(NAMES[0])
}

/// Returns the intent of a key for which the contract states none.
pub(crate) fn intent(effect: Option<ir::EffectKind>) -> ir::KeyIntent {
    match effect {
        Some(ir::EffectKind::None) => ir::KeyIntent::Refresh,
        _ => ir::KeyIntent::Effect,
    }
}

/// An object of a request that can have a key in it.
struct KeyedObject<'o> {
    ty: ir::TypeId,
    /// The part of a multipart body that has the object.
    part: Option<&'o str>,
}

/// Returns the objects of the body of an operation that can have a key in them: the body, or its JSON parts.
fn objects(operation: &ir::Operation) -> Vec<KeyedObject<'_>> {
    let body = operation.body.as_ref().filter(|body| body.required);
    let forms = body.map_or(&[][..], |body| &body.forms);
    let [form] = forms else { return Vec::new() };
    if operation.method.is_safe() || operation.declared_key.is_some() {
        return Vec::new();
    }
    match &form.content {
        ir::PartContent::Json(ty) => vec![KeyedObject { ty: *ty, part: None }],
        ir::PartContent::Multipart(_, parts) => {
            let parts = parts
                .iter()
                .filter(|part| !part.repeated && !part.further && part.position.is_none() && part.style.is_none());
            let json = parts.filter_map(|part| match part.content {
                ir::PartContent::Json(ty) => Some(KeyedObject {
                    ty,
                    part: Some(&part.name),
                }),
                _ => None,
            });
            json.collect()
        }
        _ => Vec::new(),
    }
}

/// Returns the types that something else than such an object has.
fn elsewhere(api: &ir::UnsealedApi) -> HashSet<ir::TypeId> {
    // Types of the parts of each body of parts that occurs once.
    let contents = api.operations.iter().flat_map(ir::Operation::contents);
    let contents: Vec<ir::TypeId> = contents.flat_map(ir::PartContent::types).collect();
    let is_single = |ty: &ir::TypeId| contents.iter().filter(|other| *other == ty).count() == 1;
    let mut parts: HashMap<ir::TypeId, Vec<ir::TypeId>> = HashMap::new();
    for operation in &api.operations {
        let own = || objects(operation).iter().map(|own| own.ty).collect();
        let bodies = operation.forms().filter_map(|form| match form.content {
            ir::PartContent::Multipart(ty, _) => Some(ty),
            _ => None,
        });
        parts.extend(bodies.filter(is_single).map(|ty| (ty, own())));
    }
    let (mut sent, mut all) = (Vec::new(), HashSet::new());
    for (at, ty) in api.types.iter().enumerate() {
        let at = u32::try_from(at).map(ir::TypeId).ok();
        let mut own = at.and_then(|at| parts.get(&at).cloned()).unwrap_or_default();
        ty.shape.visit(&mut |id| match own.iter().position(|part| *part == id) {
            Some(at) => drop(own.swap_remove(at)),
            None => drop(all.insert(id)),
        });
    }
    for operation in &api.operations {
        let mut own: Vec<ir::TypeId> = objects(operation).iter().map(|own| own.ty).collect();
        sent.extend(operation.parameters.iter().map(|parameter| parameter.ty));
        for form in operation.forms() {
            // The type of a part occurs in its content, and as its value.
            if let ir::PartContent::Multipart(_, parts) = &form.content {
                own.extend(
                    parts
                        .iter()
                        .filter(|part| own.contains(&part.ty))
                        .map(|part| part.ty)
                        .collect::<Vec<_>>(),
                );
            }
        }
        let contents = operation.contents().flat_map(ir::PartContent::types);
        sent.extend(contents.filter(|id| match own.iter().position(|known| known == id) {
            Some(at) => {
                own.swap_remove(at);
                false
            }
            None => true,
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
        None => begins_as_key(name),
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
    let is_uuid = limits.format.is_some();
    let (least, most) = if is_uuid { UUID_LENGTH } else { LENGTH };
    let key = ir::DeclaredKey {
        place: ir::KeyPlace::Member(text(&member.name)),
        length: (
            limits.min_size.map_or(least, |own| bound(own).max(least)),
            limits.max_size.map_or(most, bound),
        ),
        is_uuid,
        origin: member.origin.clone(),
    };
    Some((index, key))
}
