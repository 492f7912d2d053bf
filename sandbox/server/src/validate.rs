//! In: a request and the operation it calls. Out: its parameters and body as JSON, or everything that is wrong with
//! them. Never: a check that the contract does not ask for.

use crate::contract::Contract;
use crate::json;
use crate::multipart::{FormPart, read_parts};
use crate::operation::{Media, Operation, Parameter};
use crate::pairs::{Escapes, Pair};
use crate::parameter_styles::{self, RawParameter, Reader, plain_segment};
use crate::request::Request;
use crate::schema::{FieldError, Schemas, Way};
use crate::source::json_tree;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A request, parsed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Input {
    /// The parameters of the path as texts.
    pub(crate) path: BTreeMap<String, String>,
    /// The same as they are on the wire.
    pub(crate) segments: BTreeMap<String, String>,
    pub(crate) query: Vec<(String, String)>,
    /// The body, where it is JSON or a form.
    pub(crate) body: Option<Value>,
    /// Size and type of each file of a form, by its member.
    pub(crate) files: BTreeMap<String, Value>,
    /// `true` if the body is JSON.
    pub(crate) is_json: bool,
    /// The schema that the body was read by.
    pub(crate) schema: Option<Value>,
}

/// Returns the path parameters of an operation as texts, without the marks of their styles.
pub(crate) fn plain_path(operation: &Operation, segments: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let known = operation.path_parameters();
    let known = known.filter_map(|one| Some((one.name.clone(), plain_segment(one, segments.get(&one.name)?))));
    let all = segments.iter();
    let mut path: BTreeMap<String, String> = all
        .map(|(name, text)| (name.clone(), Escapes::Percent.decode(text)))
        .collect();
    path.extend(known);
    path
}

/// Checks path, query, headers and cookies.
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
        .chain(contract.key_header())
        .chain(["accept", "content-type", "authorization"])
        .collect();
    let query = request.target.split_once('?').map_or("", |(_, query)| query);
    let cookies = request.headers("cookie").collect::<Vec<&str>>().join("; ");
    let pairs: Vec<Pair<'_>> = Pair::of_query(query).collect();
    let cookies: Vec<Pair<'_>> = Pair::of_cookies(&cookies).collect();
    let names = operation.parameters.iter().filter(|one| one.place == "query");
    let names: Vec<&str> = names
        .map(|one| one.name.as_str())
        .chain(contract.query_keys())
        .collect();
    let mut found = Vec::new();
    let is_sent = |one: &&Parameter| one.place != "path" || operation.template.contains(&format!("{{{}}}", one.name));
    for parameter in operation.parameters.iter().filter(is_sent) {
        let header;
        let (given, escapes) = match parameter.place.as_str() {
            "path" => (
                input.segments.get(&parameter.name).map(|text| RawParameter::Text(text)),
                Escapes::Percent,
            ),
            "querystring" if parameter.is_json() => {
                ((!query.is_empty()).then_some(RawParameter::Text(query)), Escapes::Form)
            }
            "query" | "querystring" => (Some(RawParameter::Pairs(&pairs)), Escapes::Form),
            "cookie" if parameter.style == "cookie" => (Some(RawParameter::Pairs(&cookies)), Escapes::Plain),
            "cookie" => (Some(RawParameter::Pairs(&cookies)), Escapes::Percent),
            "header"
                if checked_before
                    .iter()
                    .any(|name| name.eq_ignore_ascii_case(&parameter.name)) =>
            {
                continue;
            }
            "header" => {
                header = request.headers(&parameter.name).collect::<Vec<&str>>().join(",");
                let is_there = request.header(&parameter.name).is_some();
                (is_there.then_some(RawParameter::Text(&header)), Escapes::Plain)
            }
            _ => continue,
        };
        let others: Vec<&str> = names.iter().filter(|name| **name != parameter.name).copied().collect();
        let reader = Reader {
            contract,
            schemas,
            escapes,
            others: &others,
        };
        let pointer = format!("/{}/{}", parameter.place, json::token(&parameter.name));
        let (value, errors) = given.map_or((None, Vec::new()), |given| reader.parse(parameter, given));
        // Without members, an object of pairs has no pair.
        let value = value.or_else(|| reader.empty(parameter).filter(|_| parameter.required));
        match value {
            None if parameter.required => {
                found.push(FieldError::new(pointer, "required", "the parameter is missing"));
            }
            _ => found.extend(errors.into_iter().map(|error| FieldError {
                pointer: format!("{pointer}{}", error.pointer),
                ..error
            })),
        }
    }
    found
}

/// Reads and checks the body; puts it into `input`.
pub(crate) fn body(
    contract: &Contract,
    schemas: &Schemas,
    operation: &Operation,
    request: &Request,
    input: &mut Input,
) -> Vec<FieldError> {
    match read_body(contract, schemas, operation, request, input) {
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
    schemas: &Schemas,
    operation: &Operation,
    request: &Request,
    input: &mut Input,
) -> Result<Option<Value>, FieldError> {
    let wrong = |rule: &str, message: String| FieldError::new("", rule, message);
    let content_type = request.header("content-type").unwrap_or_default();
    let essence = essence(content_type);
    // An empty file, text or form is a body; JSON is not empty.
    let is_there = !request.body.is_empty() || !(essence.is_empty() || json::is_media(&essence));
    let body = match &operation.body {
        None if request.body.is_empty() => return Ok(None),
        None => return Err(wrong("body", "the operation has no request body".to_owned())),
        Some(body) if is_there => body,
        Some(body) if body.required => return Err(wrong("required", "the body is missing".to_owned())),
        Some(_) => return Ok(None),
    };
    let Some(media) = chosen(&body.media, content_type) else {
        let known: Vec<&str> = body.media.iter().map(|media| media.name.as_str()).collect();
        let why = format!("the body must be {}", known.join(" or "));
        return Err(FieldError::new("/header/Content-Type", "enum", why));
    };
    let schema = &media.schema;
    input.schema = Some(schema.clone());
    if json::is_media(&essence) {
        input.is_json = true;
        return json_tree(&request.body).map(Some).map_err(|why| wrong("json", why));
    }
    let reader = Reader {
        contract,
        schemas,
        escapes: Escapes::Plain,
        others: &[],
    };
    let text = std::str::from_utf8(&request.body);
    Ok(match essence.as_str() {
        // The caller writes what is not an object.
        "application/x-www-form-urlencoded" | "multipart/form-data" if !reader.is_object(schema) => None,
        "multipart/form-data" => {
            let parts = read_parts(content_type, &request.body).map_err(|why| wrong("multipart", why))?;
            input.files = files(contract, schema, &parts);
            let texts: Vec<FormField<'_>> = parts.iter().map(FormField::of_part).collect();
            Some(form(reader, media, &texts)?)
        }
        "application/x-www-form-urlencoded" => {
            let text = text.map_err(|error| wrong("form", error.to_string()))?;
            let pairs = Pair::of_query(text).map(|pair| FormField {
                pair,
                is_text: true,
                is_json: false,
            });
            let fields: Vec<FormField<'_>> = pairs.collect();
            let escapes = Escapes::Form;
            Some(form(Reader { escapes, ..reader }, media, &fields)?)
        }
        _ if json::is_sequence(&essence) => {
            let text = text.map_err(|error| wrong("json", error.to_string()))?;
            let lines = text
                .split(['\n', '\u{1e}'])
                .map(str::trim)
                .filter(|line| !line.is_empty());
            let items = lines.map(serde_json::from_str).collect::<Result<Vec<Value>, _>>();
            let items = items.map_err(|error| wrong("json", error.to_string()))?;
            let is_list = media.item.is_none() && contract.type_of(schema) == Some("array");
            let all = serde_json::json!({ "type": "array", "items": media.item.as_ref().unwrap_or(schema) });
            input.schema = Some(if is_list { schema.clone() } else { all });
            Some(Value::Array(items))
        }
        _ if essence.starts_with("text/") && essence != "text/xml" && !is_binary(contract, schema) => {
            let text = text.map_err(|error| wrong("text", error.to_string()))?;
            let is_structured = matches!(contract.type_of(schema), Some("object" | "array"));
            (!is_structured).then(|| reader.scalar(schema, text))
        }
        _ => None,
    })
}

fn essence(media: &str) -> String {
    media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// The most specific of the declared forms of a body that includes a media type.
fn chosen<'a>(all: &'a [Media], content_type: &str) -> Option<&'a Media> {
    let (whole, essence) = (content_type.trim().to_ascii_lowercase(), essence(content_type));
    let rank = |media: &&Media| {
        let kind = media
            .name
            .strip_suffix("/*")
            .is_some_and(|kind| essence.split('/').next() == Some(kind));
        let ranks = [
            media.name == "*/*",
            kind,
            self::essence(&media.name) == essence,
            media.name == whole,
        ];
        ranks.iter().rposition(|fits| *fits)
    };
    all.iter().filter(|media| rank(media).is_some()).max_by_key(rank)
}

/// A field of a form.
#[derive(Debug, Clone, Copy)]
struct FormField<'a> {
    pair: Pair<'a>,
    /// `false` for bytes that are not text.
    is_text: bool,
    /// `true` for a part whose media type is JSON.
    is_json: bool,
}

impl<'a> FormField<'a> {
    fn of_part(part: &'a FormPart) -> Self {
        let text = std::str::from_utf8(&part.bytes);
        Self {
            pair: Pair {
                name: &part.name,
                value: text.unwrap_or_default(),
            },
            is_text: text.is_ok(),
            is_json: part.media.as_deref().is_some_and(json::is_media),
        }
    }
}

/// A form as an object, by the first alternative of its schema that it fits.
fn form(reader: Reader<'_>, media: &Media, fields: &[FormField<'_>]) -> Result<Value, FieldError> {
    let mut first = None;
    for schema in reader.alternatives(&media.schema) {
        let read = form_of(reader, media, schema, fields);
        let fits = |value: &Value| {
            let errors = reader
                .schemas
                .check(reader.contract, &media.schema, Way::Request, value);
            errors.is_empty()
        };
        if read.as_ref().is_ok_and(fits) {
            return read;
        }
        first = first.or(Some(read));
    }
    first.unwrap_or_else(|| Ok(Value::Object(Map::new())))
}

/// A form as an object: binary parts are a word, the others what their schemas describe.
fn form_of(reader: Reader<'_>, media: &Media, schema: &Value, fields: &[FormField<'_>]) -> Result<Value, FieldError> {
    let contract = reader.contract;
    let pairs: Vec<Pair<'_>> = fields.iter().map(|field| field.pair).collect();
    let mut properties = contract.properties(schema);
    for (name, property) in contract.properties(&media.schema) {
        if !properties.iter().any(|(known, _)| *known == name) {
            properties.push((name, property));
        }
    }
    let names: Vec<&str> = properties.iter().map(|(name, _)| *name).collect();
    let (mut members, mut is_exploded) = (Map::new(), false);
    for (name, property) in &properties {
        let encoding = media.encoding.get(name).unwrap_or(&Value::Null);
        let property = only_alternative(contract, property);
        let item = match contract.type_of(property) {
            Some("array") => only_alternative(contract, contract.word(property, "items").unwrap_or(&Value::Null)),
            _ => property,
        };
        let is_list = contract.type_of(property) == Some("array");
        let own = fields
            .iter()
            .filter(|field| reader.escapes.decode(field.pair.name) == **name);
        let own: Vec<&FormField<'_>> = own.collect();
        let is_file = is_binary(contract, item) || own.iter().any(|field| !field.is_text);
        if is_file || own.iter().any(|field| field.is_json) {
            let values = own.iter().map(|field| match serde_json::from_str(field.pair.value) {
                Ok(value) if field.is_json && !is_file => value,
                _ if is_file => Value::from("binary"),
                _ => Value::from(field.pair.value),
            });
            let mut values: Vec<Value> = values.collect();
            let is_whole = !is_list || (values.len() == 1 && values[0].is_array());
            let value = match values.len() {
                0 => continue,
                1 if is_whole => values.swap_remove(0),
                _ => Value::Array(values),
            };
            members.insert((*name).to_owned(), value);
            continue;
        }
        let others: Vec<&str> = names.iter().filter(|other| *other != name).copied().collect();
        let parameter = parameter_styles::of_form(name, property, encoding);
        is_exploded |= parameter.explode && contract.type_of(property) == Some("object") && encoding.is_object();
        let others = &others;
        let (value, errors) = Reader { others, ..reader }.parse(&parameter, RawParameter::Pairs(&pairs));
        if let Some(error) = errors.into_iter().find(|error| error.rule == "style") {
            let pointer = format!("/{}", json::token(name));
            return Err(FieldError { pointer, ..error });
        }
        members.extend(value.map(|value| ((*name).to_owned(), value)));
    }
    for field in fields.iter().filter(|_| !is_exploded) {
        let name = reader.escapes.decode(field.pair.name);
        let start = name.split('[').next().unwrap_or_default();
        if !names.contains(&name.as_str()) && !names.contains(&start) {
            let schema = contract.word(schema, "additionalProperties").unwrap_or(&Value::Null);
            let value = reader.scalar(schema, &reader.escapes.decode(field.pair.value));
            members.insert(name, value);
        }
    }
    Ok(Value::Object(members))
}

/// What rules know of the files of a form.
fn files(contract: &Contract, schema: &Value, parts: &[FormPart]) -> BTreeMap<String, Value> {
    let mut found: BTreeMap<String, Value> = BTreeMap::new();
    for part in parts {
        let property = contract.property(schema, &part.name).unwrap_or(&Value::Null);
        let property = only_alternative(contract, property);
        let is_list = contract.type_of(property) == Some("array");
        let item = contract.word(property, "items").filter(|_| is_list);
        if !is_binary(contract, only_alternative(contract, item.unwrap_or(property))) {
            continue;
        }
        let file = serde_json::json!({ "size": part.bytes.len(), "type": part.content_type() });
        match found.get_mut(&part.name) {
            Some(Value::Array(files)) => files.push(file),
            _ if is_list => drop(found.insert(part.name.clone(), serde_json::json!([file]))),
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

/// The header of the request's id, where the contract requires it (`x-sdk.requestId.required`) and it is not there.
pub(crate) fn request_id(contract: &Contract, request: &Request) -> Option<FieldError> {
    let rule = contract.extensions.sdk.get("requestId")?;
    let (name, required) = (rule.get("header")?.as_str()?, rule.get("required")?.as_bool()?);
    let is_missing = request.header(name).is_none_or(str::is_empty);
    (required && is_missing).then(|| FieldError::new("", "required", format!("the header {name} is missing")))
}

/// Members, at any depth, whose names the contract forbids to send (`x-sdk.neverSent`).
pub(crate) fn never_sent(contract: &Contract, value: &Value) -> Vec<FieldError> {
    let names = json::items(contract.extensions.sdk.get("neverSent")).filter_map(Value::as_str);
    let names: Vec<String> = names.map(letters).collect();
    let mut found = Vec::new();
    if !names.is_empty() {
        walk_never_sent(&names, value, "", &mut found);
    }
    found
}

fn walk_never_sent(names: &[String], value: &Value, at: &str, found: &mut Vec<FieldError>) {
    for (name, member) in json::members(Some(value)) {
        let pointer = format!("{at}/{}", json::token(name));
        if names.contains(&letters(name)) {
            let why = "partners must not send this member";
            found.push(FieldError::new(pointer.as_str(), "neverSent", why));
        }
        walk_never_sent(names, member, &pointer, found);
    }
    for (index, item) in json::items(Some(value)).enumerate() {
        walk_never_sent(names, item, &format!("{at}/{index}"), found);
    }
}

/// A name without the case of its letters, `_` and `-`.
fn letters(name: &str) -> String {
    name.chars()
        .filter(|letter| !matches!(letter, '_' | '-'))
        .flat_map(char::to_lowercase)
        .collect()
}

/// Members that the contract binds to the client (`x-bound`), with another value.
pub(crate) fn bound(contract: &Contract, schema: &Value, value: &Value, client_id: &str) -> Vec<FieldError> {
    let mut found = Vec::new();
    contract.visit(schema, value, "", &mut |pointer, schema, value| {
        if contract.text(schema, "x-bound") == Some("client-id") && value.as_str() != Some(client_id) {
            let why = "the member must be the id of the client that signs the request";
            found.push(FieldError::new(pointer, "x-bound", why));
        }
    });
    found
}
