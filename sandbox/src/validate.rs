//! In: a request and the operation it calls. Out: its parameters and body as JSON, or everything that is wrong with
//! them. Never: a check that the contract does not ask for.

use crate::canonical::Tree;
use crate::contract::Contract;
use crate::multipart::{self, Part};
use crate::operation::{Operation, Parameter};
use crate::request::Request;
use crate::route;
use crate::schema::{FieldError, Schemas, Way};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// A request, parsed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Input {
    pub(crate) path: BTreeMap<String, String>,
    pub(crate) query: Vec<(String, String)>,
    /// The body, where it is JSON or a form.
    pub(crate) body: Option<Value>,
    /// Size and type of each file of a form, by its member.
    pub(crate) files: BTreeMap<String, Value>,
    /// The body as the canonicalizer reads it.
    pub(crate) tree: Option<Tree>,
    /// The schema that the body was read by.
    pub(crate) schema: Option<Value>,
}

fn wrong(pointer: impl Into<String>, rule: &str, message: impl Into<String>) -> FieldError {
    FieldError {
        pointer: pointer.into(),
        rule: rule.to_owned(),
        message: message.into(),
        code: None,
    }
}

/// Checks path, query and headers.
pub(crate) fn parameters(
    contract: &Contract,
    schemas: &Schemas,
    operation: &Operation,
    request: &Request,
    input: &Input,
) -> Vec<FieldError> {
    let signing = operation
        .scheme
        .as_ref()
        .and_then(|name| contract.extensions.signing.get(name));
    let checked_before: Vec<&str> = signing
        .into_iter()
        .flat_map(crate::extensions::Signing::headers)
        .chain(contract.extensions.idempotency.as_ref().map(|own| own.header.as_str()))
        .chain(["accept", "content-type", "authorization"])
        .collect();
    let mut found = Vec::new();
    for parameter in &operation.parameters {
        let given: Vec<&str> = match parameter.place.as_str() {
            "path" => input
                .path
                .get(&parameter.name)
                .map(String::as_str)
                .into_iter()
                .collect(),
            "query" => input
                .query
                .iter()
                .filter(|(name, _)| *name == parameter.name)
                .map(|(_, value)| value.as_str())
                .collect(),
            "header"
                if checked_before
                    .iter()
                    .any(|name| name.eq_ignore_ascii_case(&parameter.name)) =>
            {
                continue;
            }
            "header" => request.header(&parameter.name).into_iter().collect(),
            _ => continue,
        };
        let pointer = format!("/{}/{}", parameter.place, crate::json::token(&parameter.name));
        if given.is_empty() {
            if parameter.required {
                found.push(wrong(pointer, "required", "the parameter is missing"));
            }
            continue;
        }
        let value = typed(contract, parameter, &given);
        for error in schemas.check(contract, &parameter.schema, Way::Request, &value) {
            found.push(FieldError {
                pointer: format!("{pointer}{}", error.pointer),
                ..error
            });
        }
    }
    found
}

/// A parameter's text as the JSON value that its schema means.
fn typed(contract: &Contract, parameter: &Parameter, given: &[&str]) -> Value {
    if contract.type_of(&parameter.schema) == Some("array") {
        let item = contract.word(&parameter.schema, "items").cloned().unwrap_or_default();
        let texts: Vec<&str> = if parameter.explode {
            given.to_vec()
        } else {
            given.iter().flat_map(|text| text.split(',')).collect()
        };
        return texts
            .into_iter()
            .map(|text| scalar(contract.type_of(&item), text))
            .collect();
    }
    scalar(
        contract.type_of(&parameter.schema),
        given.first().copied().unwrap_or_default(),
    )
}

fn scalar(wanted: Option<&str>, text: &str) -> Value {
    let parsed = match wanted {
        Some("integer" | "number") => serde_json::from_str::<Value>(text).ok().filter(Value::is_number),
        Some("boolean") => text.parse::<bool>().ok().map(Value::Bool),
        _ => None,
    };
    parsed.unwrap_or_else(|| Value::String(text.to_owned()))
}

/// Reads and checks the body; puts it into `input`.
pub(crate) fn body(
    contract: &Contract,
    schemas: &Schemas,
    operation: &Operation,
    request: &Request,
    input: &mut Input,
) -> Vec<FieldError> {
    let Some(body) = &operation.body else {
        return if request.body.is_empty() {
            Vec::new()
        } else {
            vec![wrong("", "body", "the operation has no request body")]
        };
    };
    if request.body.is_empty() {
        return if body.required {
            vec![wrong("", "required", "the body is missing")]
        } else {
            Vec::new()
        };
    }
    let content_type = request.header("content-type").unwrap_or_default();
    let essence = content_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let Some((media, schema)) = body
        .media
        .iter()
        .find(|(media, _)| *media == essence || fits(media, &essence))
    else {
        let known: Vec<&str> = body.media.iter().map(|(media, _)| media.as_str()).collect();
        return vec![wrong(
            "/header/Content-Type",
            "enum",
            format!("the body must be {}", known.join(" or ")),
        )];
    };
    input.schema = Some(schema.clone());
    let value = if media.contains("json") {
        match Tree::read(&request.body) {
            Err(message) => return vec![wrong("", "json", message)],
            Ok(tree) => input.tree = Some(tree),
        }
        match serde_json::from_slice::<Value>(&request.body) {
            Err(error) => return vec![wrong("", "json", error.to_string())],
            Ok(value) => value,
        }
    } else if media == "multipart/form-data" {
        match multipart::read(content_type, &request.body) {
            Err(message) => return vec![wrong("", "multipart", message)],
            Ok(parts) => {
                input.files = files(contract, schema, &parts);
                form(
                    contract,
                    schema,
                    parts.into_iter().map(|part| (part.name, Ok(part.bytes))),
                )
            }
        }
    } else if media == "application/x-www-form-urlencoded" {
        let text = String::from_utf8_lossy(&request.body);
        form(
            contract,
            schema,
            route::query(&format!("?{text}"))
                .into_iter()
                .map(|(name, value)| (name, Err(value))),
        )
    } else {
        // Bytes of another kind are taken as they are.
        return Vec::new();
    };
    let errors = schemas.check(contract, schema, Way::Request, &value);
    input.body = Some(value);
    errors
}

fn fits(pattern: &str, essence: &str) -> bool {
    pattern == "*/*"
        || pattern
            .strip_suffix("/*")
            .is_some_and(|kind| essence.split('/').next() == Some(kind))
}

/// A form as an object: binary parts stand as a word, the others as their schemas mean them.
fn form(contract: &Contract, schema: &Value, parts: impl Iterator<Item = (String, Result<Vec<u8>, String>)>) -> Value {
    let mut members = Map::new();
    for (name, content) in parts {
        let property = contract.property(schema, &name).cloned().unwrap_or_default();
        let property = only_alternative(contract, &property);
        let value = part_value(contract, property, content);
        let repeated = contract.type_of(property) == Some("array");
        match members.get_mut(&name) {
            Some(Value::Array(items)) if repeated => items.push(value),
            _ if repeated => {
                members.insert(name, Value::Array(vec![value]));
            }
            _ => {
                members.insert(name, value);
            }
        }
    }
    Value::Object(members)
}

/// What rules know of the files of a form.
fn files(contract: &Contract, schema: &Value, parts: &[Part]) -> BTreeMap<String, Value> {
    let mut found: BTreeMap<String, Value> = BTreeMap::new();
    for part in parts {
        let property = contract.property(schema, &part.name).unwrap_or(&Value::Null);
        let property = only_alternative(contract, property);
        let is_list = contract.type_of(property) == Some("array");
        let item = contract.word(property, "items").filter(|_| is_list);
        if !is_binary(contract, only_alternative(contract, item.unwrap_or(property))) {
            continue;
        }
        let file = json!({ "size": part.bytes.len(), "type": part.content_type() });
        match found.get_mut(&part.name) {
            Some(Value::Array(files)) => files.push(file),
            _ if is_list => drop(found.insert(part.name.clone(), json!([file]))),
            _ => drop(found.insert(part.name.clone(), file)),
        }
    }
    found
}

fn is_binary(contract: &Contract, property: &Value) -> bool {
    contract.word(property, "format").and_then(Value::as_str) == Some("binary")
        || contract.word(property, "contentMediaType").is_some()
}

/// The one alternative besides null of an `anyOf` or `oneOf`, or the schema itself.
fn only_alternative<'a>(contract: &'a Contract, schema: &'a Value) -> &'a Value {
    let is_null = |one: &&Value| contract.word(one, "type").and_then(Value::as_str) == Some("null");
    let alternatives = ["anyOf", "oneOf"]
        .iter()
        .find_map(|word| contract.word(schema, word)?.as_array());
    let mut others = alternatives.into_iter().flatten().filter(|one| !is_null(one));
    match (others.next(), others.next()) {
        (Some(only), None) => only,
        _ => schema,
    }
}

fn part_value(contract: &Contract, property: &Value, content: Result<Vec<u8>, String>) -> Value {
    let property = match contract.type_of(property) {
        Some("array") => contract.word(property, "items").unwrap_or(property),
        _ => property,
    };
    let property = only_alternative(contract, property);
    let text = match content {
        Ok(_) if is_binary(contract, property) => return Value::String("binary".to_owned()),
        Ok(bytes) => match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(_) => return Value::Null,
        },
        Err(text) => text,
    };
    match contract.type_of(property) {
        Some("object") => serde_json::from_str(&text).unwrap_or(Value::String(text)),
        wanted => scalar(wanted, &text),
    }
}

/// The header of the request's id, where the contract requires it (`x-sdk.requestId.required`) and it is not there.
pub(crate) fn request_id(contract: &Contract, request: &Request) -> Option<FieldError> {
    let rule = contract.extensions.sdk.get("requestId")?;
    let (name, required) = (rule.get("header")?.as_str()?, rule.get("required")?.as_bool()?);
    let is_missing = request.header(name).is_none_or(str::is_empty);
    (required && is_missing).then(|| wrong("", "required", format!("the header {name} is missing")))
}

/// Members, at any depth, whose names the contract forbids to send (`x-sdk.neverSent`).
pub(crate) fn never_sent(contract: &Contract, value: &Value) -> Vec<FieldError> {
    let names = contract.extensions.sdk.get("neverSent").and_then(Value::as_array);
    let names: Vec<String> = names
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(letters)
        .collect();
    let mut found = Vec::new();
    if !names.is_empty() {
        walk_never_sent(&names, value, "", &mut found);
    }
    found
}

fn walk_never_sent(names: &[String], value: &Value, at: &str, found: &mut Vec<FieldError>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let pointer = format!("{at}/{}", crate::json::token(name));
                if names.contains(&letters(name)) {
                    found.push(wrong(
                        pointer.clone(),
                        "neverSent",
                        "partners must not send this member",
                    ));
                }
                walk_never_sent(names, member, &pointer, found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                walk_never_sent(names, item, &format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
}

/// A name without the case of its letters, `_` and `-`.
fn letters(name: &str) -> String {
    name.chars()
        .filter(|letter| !matches!(letter, '_' | '-'))
        .flat_map(char::to_lowercase)
        .collect()
}

/// Members with `x-bound` that hold another value than the client's.
pub(crate) fn bound(contract: &Contract, schema: &Value, value: &Value, client_id: &str) -> Vec<FieldError> {
    let mut found = Vec::new();
    walk_bound(contract, schema, value, client_id, "", &mut found);
    found
}

fn walk_bound(
    contract: &Contract,
    schema: &Value,
    value: &Value,
    client_id: &str,
    at: &str,
    found: &mut Vec<FieldError>,
) {
    match value {
        Value::Object(members) => {
            for (name, property) in contract.properties(schema) {
                let Some(member) = members.get(name) else {
                    continue;
                };
                let pointer = format!("{at}/{}", crate::json::token(name));
                if contract.word(property, "x-bound").and_then(Value::as_str) == Some("client-id")
                    && member.as_str() != Some(client_id)
                {
                    found.push(wrong(
                        pointer,
                        "x-bound",
                        "the member must be the id of the client that signs the request",
                    ));
                } else {
                    walk_bound(contract, property, member, client_id, &pointer, found);
                }
            }
        }
        Value::Array(items) => {
            if let Some(schema) = contract.word(schema, "items") {
                for (index, item) in items.iter().enumerate() {
                    walk_bound(contract, schema, item, client_id, &format!("{at}/{index}"), found);
                }
            }
        }
        _ => {}
    }
}
