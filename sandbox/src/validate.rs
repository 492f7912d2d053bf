//! In: a request and the operation it calls. Out: its parameters and body as JSON, or everything that is wrong with
//! them. Never: a check that the contract does not ask for.

use crate::canonical::Tree;
use crate::contract::Contract;
use crate::operation::{Operation, Parameter};
use crate::request::Request;
use crate::route;
use crate::schema::{FieldError, Schemas, Way};
use bytes::Bytes;
use futures_util::{FutureExt, stream};
use multer::Multipart;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::convert::Infallible;

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

/// Checks path, query and headers.
pub(crate) fn parameters(
    contract: &Contract,
    schemas: &Schemas,
    operation: &Operation,
    request: &Request,
    input: &Input,
) -> Vec<FieldError> {
    let checked_before: Vec<&str> = contract
        .signing(operation)
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
                found.push(FieldError::new(pointer, "required", "the parameter is missing"));
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
    match read_body(contract, operation, request, input) {
        Ok(None) => Vec::new(),
        Ok(Some(value)) => {
            let schema = input.schema.as_ref().unwrap_or(&Value::Null);
            let errors = schemas.check(contract, schema, Way::Request, &value);
            input.body = Some(value);
            errors
        }
        Err(error) => vec![error],
    }
}

/// The body as JSON; `None` if there is none, and for bytes of another kind, which are taken as they are.
fn read_body(
    contract: &Contract,
    operation: &Operation,
    request: &Request,
    input: &mut Input,
) -> Result<Option<Value>, FieldError> {
    let wrong = |rule: &str, message: String| FieldError::new("", rule, message);
    let body = match &operation.body {
        None if request.body.is_empty() => return Ok(None),
        None => return Err(wrong("body", "the operation has no request body".to_owned())),
        Some(body) if !request.body.is_empty() => body,
        Some(body) if body.required => return Err(wrong("required", "the body is missing".to_owned())),
        Some(_) => return Ok(None),
    };
    let content_type = request.header("content-type").unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default();
    let essence = essence.trim().to_ascii_lowercase();
    let mut all = body.media.iter();
    let Some((media, schema)) = all.find(|(media, _)| *media == essence || fits(media, &essence)) else {
        let known: Vec<&str> = body.media.iter().map(|(media, _)| media.as_str()).collect();
        let why = format!("the body must be {}", known.join(" or "));
        return Err(FieldError::new("/header/Content-Type", "enum", why));
    };
    input.schema = Some(schema.clone());
    if media.contains("json") {
        input.tree = Some(Tree::read(&request.body).map_err(|why| wrong("json", why))?);
        let value = serde_json::from_slice(&request.body);
        return value.map(Some).map_err(|error| wrong("json", error.to_string()));
    }
    Ok(match media.as_str() {
        "multipart/form-data" => {
            let parts = read_parts(content_type, &request.body).map_err(|why| wrong("multipart", why))?;
            input.files = files(contract, schema, &parts);
            let parts = parts.into_iter().map(|part| (part.name, Ok(part.bytes)));
            Some(form(contract, schema, parts))
        }
        "application/x-www-form-urlencoded" => {
            let pairs = route::query(&format!("?{}", String::from_utf8_lossy(&request.body)));
            let parts = pairs.into_iter().map(|(name, value)| (name, Err(value)));
            Some(form(contract, schema, parts))
        }
        _ => None,
    })
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
    contract.text(property, "format") == Some("binary") || contract.word(property, "contentMediaType").is_some()
}

/// The one alternative besides null of an `anyOf` or `oneOf`, or the schema itself.
fn only_alternative<'a>(contract: &'a Contract, schema: &'a Value) -> &'a Value {
    let is_null = |one: &&Value| contract.text(one, "type") == Some("null");
    let alternatives = ["anyOf", "oneOf"].iter().find_map(|word| contract.listed(schema, word));
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
    (required && is_missing).then(|| FieldError::new("", "required", format!("the header {name} is missing")))
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
                    found.push(FieldError::new(
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
                if contract.text(property, "x-bound") == Some("client-id") && member.as_str() != Some(client_id) {
                    found.push(FieldError::new(
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

// Parts of `multipart/form-data` (RFC 7578).

/// One part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) file_name: Option<String>,
    pub(crate) media: Option<String>,
    pub(crate) bytes: Vec<u8>,
}

/// First bytes of files, by their media types.
const SIGNATURES: [(&str, &[u8]); 5] = [
    ("application/pdf", b"%PDF"),
    ("image/jpeg", b"\xff\xd8\xff"),
    ("image/png", b"\x89PNG\r\n\x1a\n"),
    ("image/gif", b"GIF8"),
    ("application/zip", b"PK\x03\x04"),
];

impl Part {
    /// The media type that its first bytes show, or else its declared one. `application/octet-stream` for a declared type that its first
    /// bytes contradict.
    pub(crate) fn content_type(&self) -> &str {
        let shown = SIGNATURES.iter().find(|(_, first)| self.bytes.starts_with(first));
        let sent = self.media.as_deref().and_then(|media| media.split(';').next());
        let sent = sent
            .map(str::trim)
            .filter(|media| !SIGNATURES.iter().any(|(known, _)| media == known));
        shown.map_or(sent.unwrap_or("application/octet-stream"), |(media, _)| media)
    }
}

/// Reads all parts. The whole body is there, so reading never waits.
pub(crate) fn read_parts(content_type: &str, body: &[u8]) -> Result<Vec<Part>, String> {
    let boundary = multer::parse_boundary(content_type).map_err(|error| error.to_string())?;
    let body = Ok::<_, Infallible>(Bytes::copy_from_slice(body));
    let parts = all_parts(Multipart::new(stream::iter([body]), boundary)).now_or_never();
    parts.ok_or("the body has no end")?
}

async fn all_parts(mut multipart: Multipart<'_>) -> Result<Vec<Part>, String> {
    let told = |error: multer::Error| error.to_string();
    let mut parts = Vec::new();
    while let Some(field) = multipart.next_field().await.map_err(told)? {
        let media = field
            .headers()
            .get("content-type")
            .and_then(|media| media.to_str().ok());
        parts.push(Part {
            name: field.name().ok_or("a part without a name")?.to_owned(),
            file_name: field.file_name().map(str::to_owned),
            media: media.map(str::to_owned),
            bytes: field.bytes().await.map_err(told)?.to_vec(),
        });
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_keep_every_byte() {
        let body = b"--x\r\nContent-Disposition: form-data; name=\"a;b\"; filename=\"c\\\"d\"\r\nContent-Type: text/plain\r\n\r\n1\r\n--y\r\n\r\n--x\r\ncontent-disposition: form-data; name=e\r\n\r\n\r\n--x--\r\n";
        let parts = read_parts("multipart/form-data; boundary=\"x\"", body).unwrap();
        assert_eq!(parts.len(), 2);
        assert_eq!(
            (parts[0].name.as_str(), parts[0].file_name.as_deref()),
            ("a;b", Some("c\"d"))
        );
        assert_eq!(
            (parts[0].media.as_deref(), parts[0].bytes.as_slice()),
            (Some("text/plain"), b"1\r\n--y\r\n".as_slice())
        );
        assert_eq!(
            (parts[1].name.as_str(), parts[1].bytes.as_slice()),
            ("e", b"".as_slice())
        );
    }

    #[test]
    fn the_first_bytes_of_a_file_decide_on_its_type() {
        let part = |media: Option<&str>, bytes: &[u8]| Part {
            name: "file".to_owned(),
            file_name: None,
            media: media.map(str::to_owned),
            bytes: bytes.to_vec(),
        };
        for (media, bytes, wanted) in [
            (Some("image/png"), &b"%PDF-1.7"[..], "application/pdf"),
            (Some("image/png"), b"hello", "application/octet-stream"),
            (Some("text/plain; charset=utf-8"), b"hello", "text/plain"),
            (None, b"\xff\xd8\xff\xe0", "image/jpeg"),
            (None, b"", "application/octet-stream"),
        ] {
            assert_eq!(part(media, bytes).content_type(), wanted, "{media:?} {bytes:?}");
        }
    }

    #[test]
    fn what_is_no_multipart_is_refused() {
        for (media, body) in [
            ("multipart/form-data", "--x--"),
            ("multipart/form-data; boundary=x", "--y--"),
            ("multipart/form-data; boundary=x", "--x\r\n\r\nhi"),
        ] {
            assert!(read_parts(media, body.as_bytes()).is_err(), "{media} {body}");
        }
    }
}
