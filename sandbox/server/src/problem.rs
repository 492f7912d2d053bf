//! In: why a request is refused. Out: a problem document in the contract's shape. Never: a shape of its own.

use crate::contract::Contract;
use crate::encode::plain_name;
use crate::operation::{ANY, Operation, Parameter, Response};
use crate::request::Reply;
use crate::schema::{Direction, FieldError, Schemas};
use crate::{example, json};
use serde_json::{Map, Value, json};

/// Problem code of a gateway for an unknown route: a code of no contract, with 404.
pub(crate) const GATEWAY: &str = "ROUTE_NOT_FOUND";

/// A refusal with a code of the registry.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    pub(crate) code: String,
    pub(crate) detail: String,
    pub(crate) errors: Vec<FieldError>,
    /// The statuses that fit it, best first, where the contract has no registry that names one.
    pub(crate) statuses: &'static [u16],
}

impl Problem {
    pub(crate) fn new(code: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            detail: detail.into(),
            errors: Vec::new(),
            statuses: &[409, 400, 422, ANY],
        }
    }

    /// The same with other statuses.
    pub(crate) fn with_statuses(self, statuses: &'static [u16]) -> Self {
        Self { statuses, ..self }
    }
}

/// The code for a request that is not valid: the operation's own, else the registry's, with 400 or else 422.
pub(crate) fn invalid(contract: &Contract, operation: &Operation, errors: Vec<FieldError>) -> Problem {
    let with = |status: u16| {
        let own = codes(contract, operation, &[status]).next();
        own.or_else(|| any_code(contract, status))
    };
    let of_rule = errors.iter().all(|error| error.code.is_some());
    let of_rule = errors.first().filter(|_| of_rule).and_then(|error| error.code.as_ref());
    let code = of_rule.filter(|code| operation.problems.contains(code));
    let code = code.or_else(|| with(400)).or_else(|| with(422));
    let code = code.cloned().unwrap_or_default();
    let detail = errors
        .first()
        .map_or_else(String::new, |error| format!("{}: {}", error.pointer, error.message));
    // An id in a form that no id has names nothing.
    let statuses: &[u16] = match errors.first().map_or("", |error| &error.pointer) {
        "/header/Content-Type" => &[415, 400, 422, ANY],
        place if place.starts_with("/path/") => &[400, 422, ANY, 404],
        _ => &[400, 422, ANY],
    };
    Problem {
        code,
        detail,
        errors,
        statuses,
    }
}

/// The codes of an operation with one of these statuses.
fn codes<'a>(contract: &Contract, operation: &'a Operation, statuses: &[u16]) -> impl Iterator<Item = &'a String> {
    let registry = &contract.extensions.registry;
    let has_status = move |code: &&String| registry.get(*code).is_some_and(|row| statuses.contains(&row.status));
    operation.problems.iter().filter(has_status)
}

/// The first code of the contract with a status.
fn any_code(contract: &Contract, status: u16) -> Option<&String> {
    let mut all = contract.extensions.registry.iter();
    all.find(|(_, row)| row.status == status).map(|(code, _)| code)
}

fn stem(name: &str) -> String {
    plain_name(name).trim_end_matches("id").to_owned()
}

/// The code for an id that is not known: of the operation's codes with 404 the one that names the parameter, else one
/// that names no parameter of the contract.
pub(crate) fn not_found(contract: &Contract, operation: &Operation, parameter: &str) -> Problem {
    let known: Vec<&String> = codes(contract, operation, &[404]).collect();
    let parameters = contract.operations.iter().flat_map(Operation::path_parameters);
    let stems: Vec<String> = parameters.map(|parameter| stem(&parameter.name)).collect();
    let names = |code: &&&String, stem: &String| plain_name(code).contains(stem);
    let own = known.iter().find(|code| names(code, &stem(parameter)));
    let mut all = known.iter();
    let general = all.find(|code| !stems.iter().any(|stem| names(code, stem)));
    let code = own.or(general).or(known.first()).copied();
    let code = code.or_else(|| any_code(contract, 404)).cloned().unwrap_or_default();
    let detail = format!("Nothing is known under this {parameter}.");
    Problem::new(code, detail).with_statuses(&[404, ANY, 410, 422, 400])
}

/// The operation's code for a member that names nothing: of its codes with 404 one that names the member, else one that names
/// no parameter of the contract.
pub(crate) fn unknown_reference(contract: &Contract, operation: &Operation, member: &str) -> Option<String> {
    let code = not_found(contract, operation, member).code;
    let names_other = |parameter: &Parameter| {
        let stem = stem(&parameter.name);
        plain_name(&code).contains(&stem) && stem != self::stem(member)
    };
    let mut parameters = contract.operations.iter().flat_map(Operation::path_parameters);
    (operation.problems.contains(&code) && !parameters.any(names_other)).then_some(code)
}

/// The refusal of a creation whose id something else has.
pub(crate) fn taken(detail: String) -> Problem {
    Problem::new("", detail).with_statuses(&[409, 422, 400, ANY])
}

/// The operation's code for a resource in another state, if it has one.
pub(crate) fn wrong_state(contract: &Contract, operation: &Operation) -> Option<String> {
    let keys = contract.extensions.idempotency.as_ref();
    let is_of_keys = |code: &&String| {
        let of_keys = keys.map(|own| [own.conflict.as_ref(), own.in_progress.as_ref()]);
        of_keys.is_some_and(|codes| codes.contains(&Some(*code)))
    };
    let mut codes = codes(contract, operation, &[409]).filter(|code| !is_of_keys(code));
    codes.find(|code| code.to_ascii_lowercase().contains("state")).cloned()
}

/// The operation's code for a reference of the caller that something else has, if it has one.
pub(crate) fn reference_used(contract: &Contract, operation: &Operation) -> Option<String> {
    let mut codes = codes(contract, operation, &[409]);
    codes
        .find(|code| code.to_ascii_lowercase().contains("reference"))
        .cloned()
}

/// The operation's code for what a member of the body names and what can no longer be used: one that names the member.
pub(crate) fn unusable(contract: &Contract, operation: &Operation, member: &str) -> Option<String> {
    let stem = member.trim_end_matches("Id").trim_end_matches("_id");
    let stem = stem.to_ascii_lowercase();
    let mut codes = codes(contract, operation, &[409, 410]);
    codes.find(|code| code.to_ascii_lowercase().contains(&stem)).cloned()
}

/// A problem document for a request that no operation handles (RFC 9457), without a code of the contract.
pub(crate) fn bare(status: u16, detail: &str) -> Reply {
    let title = match status {
        400 => "Bad Request",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        408 => "Request Timeout",
        409 => "Conflict",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        _ => "Refused",
    };
    let document = json!({ "type": "about:blank", "title": title, "status": status, "detail": detail });
    Reply::new(status, "application/problem+json", document.to_string().into_bytes())
}

/// Writes the response of a refusal.
pub(crate) fn reply(
    contract: &Contract,
    schemas: &Schemas,
    operation: &Operation,
    refusal: &Problem,
    request_id: &str,
    retry_after: u64,
) -> Reply {
    let extensions = &contract.extensions;
    let row = extensions.registry.get(&refusal.code);
    let declared = choose_declared(operation, refusal.statuses);
    let status = match (row, declared) {
        (Some(row), _) => row.status,
        _ if refusal.code == GATEWAY => 404,
        (None, Some(answer)) if answer.status != ANY => answer.status,
        _ => refusal.statuses.first().copied().unwrap_or(400),
    };
    let schema = extensions
        .sdk("/problem/schema")
        .and_then(|reference| contract.root.pointer(reference.strip_prefix('#')?));
    let reply = if schema.is_none() && row.is_none() && refusal.code != GATEWAY {
        let body = declared.and_then(|answer| declared_body(contract, schemas, answer, &refusal.detail));
        match body {
            Some(DeclaredBody {
                media: Some(media),
                bytes,
            }) => Reply::new(status, &media, bytes),
            Some(_) => Reply::empty(status),
            None => bare(status, &refusal.detail),
        }
    } else {
        let document = problem_document(contract, schema, status, refusal, request_id);
        let bytes = serde_json::to_vec(&document).unwrap_or_default();
        let mut reply = Reply::new(status, &operation.problem_media, bytes);
        if row.is_some_and(|row| row.retry == "again") {
            reply.headers.push(("retry-after".to_owned(), retry_after.to_string()));
        }
        reply
    };
    Reply {
        code: Some(refusal.code.clone()),
        ..reply
    }
}

/// The problem document of the contract: an example of its schema with the members that `x-sdk.problem` names.
fn problem_document(
    contract: &Contract,
    schema: Option<&Value>,
    status: u16,
    refusal: &Problem,
    request_id: &str,
) -> Value {
    let at = |name: &str| contract.extensions.sdk(&format!("/problem/{name}"));
    let example = schema.map(|schema| example::from_schema(contract, schema));
    let mut document = example.unwrap_or_else(|| Value::Object(Map::new()));
    // Members that repeat the status or the code of the example are set from the new code.
    let old = at("code").and_then(|pointer| document.pointer(pointer)?.as_str());
    let old = old.unwrap_or_default().to_owned();
    rewrite(&mut document, status, &old, &refusal.code);
    let row = contract.extensions.registry.get(&refusal.code);
    let detail = match row {
        Some(row) if refusal.detail.is_empty() => row.advice.clone(),
        _ => refusal.detail.clone(),
    };
    let title = row.map_or_else(|| refusal.code.clone(), |row| row.title.clone());
    for (name, text) in [
        ("code", refusal.code.clone()),
        ("title", title),
        ("detail", detail),
        ("requestId", request_id.to_owned()),
    ] {
        if let Some(pointer) = at(name) {
            json::set(&mut document, pointer, Value::String(text));
        }
    }
    if let Some(pointer) = at("errors") {
        let item = schema.and_then(|schema| contract.schema_at(schema, &json::tokens(&format!("{pointer}/*"))));
        let errors = refusal.errors.iter().map(|error| field_error(contract, item, error));
        json::set(&mut document, pointer, errors.collect());
    }
    document
}

fn rewrite(value: &mut Value, status: u16, old: &str, new: &str) {
    let kebab = |code: &str| code.to_ascii_lowercase().replace('_', "-");
    match value {
        Value::Number(number) if number.as_u64().is_some_and(|known| (400..600).contains(&known)) => {
            *value = status.into();
        }
        Value::String(text) if !old.is_empty() => {
            *text = text.replace(old, new).replace(&kebab(old), &kebab(new));
        }
        other => json::children_mut(other).for_each(|child| rewrite(child, status, old, new)),
    }
}

/// One field-level detail in the shape of the contract's example: what begins with `/` is the pointer, what has spaces
/// is the message, the rest is the rule.
fn field_error(contract: &Contract, item: Option<&Value>, error: &FieldError) -> Value {
    let pattern = item.map(|item| example::from_schema(contract, item));
    let mut out = Map::new();
    if let Some(Value::Object(members)) = pattern {
        for (name, value) in members {
            let lower = name.to_ascii_lowercase();
            let value = match value.as_str() {
                Some(text) if text.starts_with('/') || lower.contains("field") || lower.contains("pointer") => {
                    &error.pointer
                }
                Some(text) if text.contains(' ') || lower.contains("message") => &error.message,
                _ => &error.rule,
            };
            out.insert(name, Value::String(value.clone()));
        }
    } else {
        out.insert("pointer".to_owned(), Value::String(error.pointer.clone()));
        out.insert("message".to_owned(), Value::String(error.message.clone()));
    }
    Value::Object(out)
}

// The refusals that an operation declares, for contracts without codes.

/// Members of a refusal that have its reason, the most usual first.
#[rustfmt::skip]
const REASONS: [&str; 9] = [
    "message", "detail", "msg", "description", "reason", "error", "title", "text", "details",
];

/// The body of a refusal; without a media type it has no content.
pub(crate) struct DeclaredBody {
    pub(crate) media: Option<String>,
    pub(crate) bytes: Vec<u8>,
}

/// The response that an operation declares for the first of these statuses; `ANY` stands for a range or the default.
pub(crate) fn choose_declared<'a>(operation: &'a Operation, statuses: &[u16]) -> Option<&'a Response> {
    let with = |status: &u16| operation.refusals.iter().find(|answer| answer.status == *status);
    statuses.iter().find_map(with)
}

/// The body that a response declares; `None` where it is neither JSON nor text.
pub(crate) fn declared_body(
    contract: &Contract,
    schemas: &Schemas,
    answer: &Response,
    reason: &str,
) -> Option<DeclaredBody> {
    let Some(media) = &answer.media else {
        return Some(DeclaredBody {
            media: None,
            bytes: Vec::new(),
        });
    };
    if media.starts_with("text/plain") {
        return Some(DeclaredBody {
            media: Some(format!("{media}; charset=utf-8")),
            bytes: format!("{reason}\n").into_bytes(),
        });
    }
    let is_any = media.contains('*');
    (is_any || media.contains("json")).then(|| {
        let document = document(contract, schemas, answer, reason);
        DeclaredBody {
            media: Some(if is_any { "application/json" } else { media }.to_owned()),
            bytes: serde_json::to_vec(&document).unwrap_or_default(),
        }
    })
}

/// The first of these that matches the schema: the example or what the schema describes, each with the reason and without.
fn document(contract: &Contract, schemas: &Schemas, answer: &Response, reason: &str) -> Value {
    let schema = &answer.schema;
    let plain = answer
        .example
        .iter()
        .cloned()
        .chain([example::from_schema(contract, schema)]);
    let plain: Vec<Value> = plain.collect();
    let explained = plain.iter().cloned().map(|mut document| {
        explain(contract, schema, reason, &mut document, 0);
        document
    });
    let all: Vec<Value> = explained.chain(plain.iter().cloned()).collect();
    let is_valid = |document: &&Value| schemas.check(contract, schema, Direction::Answer, document).is_empty();
    let found = all.iter().find(is_valid).or_else(|| all.get(plain.len() - 1));
    found.cloned().unwrap_or_default()
}

/// Puts a reason where a document has one. Returns `false` where it has none.
fn explain(contract: &Contract, schema: &Value, reason: &str, document: &mut Value, depth: usize) -> bool {
    match document {
        Value::Object(members) => {
            let is_free = |name: &str| {
                let property = contract.property(schema, name).unwrap_or(&Value::Null);
                ["enum", "const", "format", "pattern", "maxLength"]
                    .iter()
                    .all(|word| contract.word(property, word).is_none())
            };
            let mut names = REASONS.iter().filter(|name| is_free(name));
            if let Some(text) =
                names.find_map(|name| members.get_mut(*name).filter(|text| text.is_string()).map(|_| *name))
            {
                members.insert(text.to_owned(), Value::String(reason.to_owned()));
                return true;
            }
            members.iter_mut().any(|(name, member)| {
                let property = contract.property(schema, name);
                property.is_some_and(|property| depth < 4 && explain(contract, property, reason, member, depth + 1))
            })
        }
        Value::Array(items) => {
            let item = contract.word(schema, "items").unwrap_or(&Value::Null);
            items
                .first_mut()
                .is_some_and(|first| explain(contract, item, reason, first, depth + 1))
        }
        _ => false,
    }
}
