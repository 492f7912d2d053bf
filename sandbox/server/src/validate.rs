//! In: a request and the operation it calls. Out: its parameters and body as JSON, or everything that is wrong with
//! them. Never: a check that the contract does not ask for.

use crate::contract::Contract;
use crate::json;
use crate::multipart::{FormPart, read_parts};
use crate::operation::{MediaType, Operation, Parameter};
use crate::pairs::{EncodedPair, Escapes};
use crate::parameter_styles::{self, ParameterReader, RawParameter, plain_segment};
use crate::request::Request;
use crate::schema::{Direction, FieldError, Schemas};
use crate::source::json_tree;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A request, parsed.
#[derive(Debug, Clone, Default)]
pub(crate) struct ParsedRequest {
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

/// The places of a request that have parameters, as they are on the wire.
struct ParameterPlaces<'a> {
    segments: &'a BTreeMap<String, String>,
    query: &'a str,
    pairs: Vec<EncodedPair<'a>>,
    cookies: Vec<EncodedPair<'a>>,
    /// By the names of the parameters.
    headers: BTreeMap<&'a str, String>,
}

impl ParameterPlaces<'_> {
    fn find(&self, parameter: &Parameter) -> (Option<RawParameter<'_>>, Escapes) {
        let name = parameter.name.as_str();
        match parameter.place.as_str() {
            "path" => (
                self.segments.get(name).map(|text| RawParameter::Text(text)),
                Escapes::Percent,
            ),
            "header" => (
                self.headers.get(name).map(|text| RawParameter::Text(text)),
                Escapes::Plain,
            ),
            "cookie" if parameter.style == "cookie" => (Some(RawParameter::Pairs(&self.cookies)), Escapes::Plain),
            "cookie" => (Some(RawParameter::Pairs(&self.cookies)), Escapes::Percent),
            "querystring" if parameter.is_json() => {
                let text = Some(self.query).filter(|query| !query.is_empty());
                (text.map(RawParameter::Text), Escapes::Form)
            }
            _ => (Some(RawParameter::Pairs(&self.pairs)), Escapes::Form),
        }
    }
}

/// Checks path, query, headers and cookies.
pub(crate) fn parameters(
    contract: &Contract,
    schemas: &Schemas,
    operation: &Operation,
    request: &Request,
    input: &ParsedRequest,
) -> Vec<FieldError> {
    let signing = contract.signing(operation).into_iter();
    let checked_before: Vec<&str> = signing
        .flat_map(crate::extensions::Signing::headers)
        .chain(contract.key_header())
        .chain(["accept", "content-type", "authorization"])
        .collect();
    let is_checked = |one: &&Parameter| match one.place.as_str() {
        "path" => operation.template.contains(&format!("{{{}}}", one.name)),
        "header" => !checked_before.iter().any(|name| name.eq_ignore_ascii_case(&one.name)),
        place => matches!(place, "query" | "querystring" | "cookie"),
    };
    let query = request.target.split_once('?').map_or("", |(_, query)| query);
    let cookies = request.headers("cookie").collect::<Vec<&str>>().join("; ");
    let headers = operation.parameters.iter().filter_map(|one| {
        request.header(&one.name)?;
        Some((
            one.name.as_str(),
            request.headers(&one.name).collect::<Vec<&str>>().join(","),
        ))
    });
    let places = ParameterPlaces {
        segments: &input.segments,
        query,
        pairs: EncodedPair::of_query(query).collect(),
        cookies: EncodedPair::of_cookies(&cookies).collect(),
        headers: headers.collect(),
    };
    let names = operation.parameters.iter().filter(|one| one.place == "query");
    let names = names.map(|one| one.name.as_str()).chain(contract.query_keys());
    let names: Vec<&str> = names.collect();
    let mut found = Vec::new();
    for parameter in operation.parameters.iter().filter(is_checked) {
        let (raw, escapes) = places.find(parameter);
        let others: Vec<&str> = names.iter().filter(|name| **name != parameter.name).copied().collect();
        let reader = ParameterReader {
            contract,
            schemas,
            escapes,
            others: &others,
        };
        let pointer = format!("/{}/{}", parameter.place, json::token(&parameter.name));
        let (value, errors) = raw.map_or((None, Vec::new()), |raw| reader.parse(parameter, raw));
        // Without members, an object of pairs has no pair.
        let value = value.or_else(|| reader.empty(parameter).filter(|_| parameter.required));
        if value.is_none() && parameter.required {
            found.push(FieldError::new(pointer, "required", "the parameter is missing"));
        } else {
            found.extend(errors.into_iter().map(|error| FieldError {
                pointer: format!("{pointer}{}", error.pointer),
                ..error
            }));
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
    input: &mut ParsedRequest,
) -> Vec<FieldError> {
    match read_body(contract, schemas, operation, request, input) {
        Ok(None) => Vec::new(),
        Ok(Some(value)) => {
            let schema = input.schema.as_ref().unwrap_or(&Value::Null);
            let errors = schemas.check(contract, schema, Direction::Request, &value);
            input.body = Some(value);
            errors
        }
        Err(error) => vec![error],
    }
}

/// The declared form of the body; `None` if there is none.
fn declared<'a>(operation: &'a Operation, request: &Request) -> Result<Option<&'a MediaType>, FieldError> {
    let wrong = |rule: &str, message: &str| Err(FieldError::new("", rule, message));
    let content_type = request.header("content-type").unwrap_or_default();
    let essence = essence(content_type);
    // An empty file, text or form is a body; JSON is not empty.
    let is_there = !request.body.is_empty() || !(essence.is_empty() || json::is_media(&essence));
    let body = match &operation.body {
        None if request.body.is_empty() => return Ok(None),
        None => return wrong("body", "the operation has no request body"),
        Some(body) if is_there => body,
        Some(body) if body.required => return wrong("required", "the body is missing"),
        Some(_) => return Ok(None),
    };
    chosen(&body.media, content_type).map(Some).ok_or_else(|| {
        let known: Vec<&str> = body.media.iter().map(|media| media.name.as_str()).collect();
        let why = format!("the body must be {}", known.join(" or "));
        FieldError::new("/header/Content-Type", "enum", why)
    })
}

/// The body as JSON; `None` if there is none, and for bytes of another kind, which are taken as they are.
fn read_body(
    contract: &Contract,
    schemas: &Schemas,
    operation: &Operation,
    request: &Request,
    input: &mut ParsedRequest,
) -> Result<Option<Value>, FieldError> {
    let Some(media) = declared(operation, request)? else {
        return Ok(None);
    };
    let wrong = |rule: &str, message: String| FieldError::new("", rule, message);
    let text = |rule: &str| std::str::from_utf8(&request.body).map_err(|error| wrong(rule, error.to_string()));
    let content_type = request.header("content-type").unwrap_or_default();
    let essence = essence(content_type);
    let schema = &media.schema;
    input.schema = Some(schema.clone());
    if json::is_media(&essence) {
        input.is_json = true;
        return json_tree(&request.body).map(Some).map_err(|why| wrong("json", why));
    }
    let reader = ParameterReader {
        contract,
        schemas,
        escapes: Escapes::Plain,
        others: &[],
    };
    Ok(match essence.as_str() {
        // The caller writes what is not an object.
        "application/x-www-form-urlencoded" | "multipart/form-data" if !reader.is_object(schema) => None,
        "multipart/form-data" => {
            let parts = read_parts(content_type, &request.body).map_err(|why| wrong("multipart", why))?;
            input.files = files(contract, schema, &parts);
            let fields: Vec<FormField<'_>> = parts.iter().map(FormField::of_part).collect();
            Some(form(reader, media, &fields)?)
        }
        "application/x-www-form-urlencoded" => {
            let fields: Vec<FormField<'_>> = EncodedPair::of_query(text("form")?).map(FormField::of_pair).collect();
            let escapes = Escapes::Form;
            Some(form(ParameterReader { escapes, ..reader }, media, &fields)?)
        }
        _ if json::is_sequence(&essence) => {
            let lines = text("json")?.split(['\n', '\u{1e}']).map(str::trim);
            let items = lines.filter(|line| !line.is_empty()).map(serde_json::from_str);
            let items = items.collect::<Result<Vec<Value>, _>>();
            if media.item.is_some() || contract.type_of(schema) != Some("array") {
                let item = media.item.as_ref().unwrap_or(schema);
                input.schema = Some(serde_json::json!({ "type": "array", "items": item }));
            }
            Some(Value::Array(items.map_err(|error| wrong("json", error.to_string()))?))
        }
        _ if essence.starts_with("text/") && essence != "text/xml" && !is_binary(contract, schema) => {
            let text = text("text")?;
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
fn chosen<'a>(all: &'a [MediaType], content_type: &str) -> Option<&'a MediaType> {
    let (whole, essence) = (content_type.trim().to_ascii_lowercase(), essence(content_type));
    let rank = |media: &&MediaType| {
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
    pair: EncodedPair<'a>,
    /// `false` for bytes that are not text.
    is_text: bool,
    /// `true` for a part whose media type is JSON.
    is_json: bool,
}

impl<'a> FormField<'a> {
    fn of_pair(pair: EncodedPair<'a>) -> Self {
        Self {
            pair,
            is_text: true,
            is_json: false,
        }
    }

    fn of_part(part: &'a FormPart) -> Self {
        let text = std::str::from_utf8(&part.bytes);
        Self {
            pair: EncodedPair {
                name: &part.name,
                value: text.unwrap_or_default(),
            },
            is_text: text.is_ok(),
            is_json: part.media.as_deref().is_some_and(json::is_media),
        }
    }
}

/// A form as an object, by the first alternative of its schema that it fits.
fn form(reader: ParameterReader<'_>, media: &MediaType, fields: &[FormField<'_>]) -> Result<Value, FieldError> {
    let mut first = None;
    for schema in reader.alternatives(&media.schema) {
        let read = form_of(reader, media, schema, fields);
        if read.as_ref().is_ok_and(|value| reader.fits(&media.schema, value)) {
            return read;
        }
        first = first.or(Some(read));
    }
    first.unwrap_or_else(|| Ok(Value::Object(Map::new())))
}

/// A form as an object: files are a word, the other fields what their schemas describe.
fn form_of(
    reader: ParameterReader<'_>,
    media: &MediaType,
    schema: &Value,
    fields: &[FormField<'_>],
) -> Result<Value, FieldError> {
    let contract = reader.contract;
    let pairs: Vec<EncodedPair<'_>> = fields.iter().map(|field| field.pair).collect();
    let mut properties = contract.properties(schema);
    for (name, property) in contract.properties(&media.schema) {
        if !properties.iter().any(|(known, _)| *known == name) {
            properties.push((name, property));
        }
    }
    let names: Vec<&str> = properties.iter().map(|(name, _)| *name).collect();
    let (mut members, mut is_exploded) = (Map::new(), false);
    for (name, property) in properties {
        let encoding = media.encoding.get(name).unwrap_or(&Value::Null);
        let property = only_alternative(contract, property);
        let item = item_of_list(contract, property);
        let own = fields
            .iter()
            .filter(|field| reader.escapes.decode(field.pair.name) == name);
        let own: Vec<&FormField<'_>> = own.collect();
        let is_file = is_binary(contract, item.unwrap_or(property)) || own.iter().any(|field| !field.is_text);
        let value = if is_file || own.iter().any(|field| field.is_json) {
            parts_as_json(&own, is_file, item.is_some())
        } else {
            let others: Vec<&str> = names.iter().filter(|other| **other != name).copied().collect();
            let others = &others;
            let parameter = parameter_styles::of_form(name, property, encoding);
            is_exploded |= parameter.explode && contract.type_of(property) == Some("object") && encoding.is_object();
            let (value, errors) = ParameterReader { others, ..reader }.parse(&parameter, RawParameter::Pairs(&pairs));
            if let Some(error) = errors.into_iter().find(|error| error.rule == "style") {
                let pointer = format!("/{}", json::token(name));
                return Err(FieldError { pointer, ..error });
            }
            value
        };
        members.extend(value.map(|value| (name.to_owned(), value)));
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

/// The value of a member with parts that are files or JSON. A file is the word `binary`.
fn parts_as_json(parts: &[&FormField<'_>], is_file: bool, is_list: bool) -> Option<Value> {
    let values = parts.iter().map(|part| match serde_json::from_str(part.pair.value) {
        _ if is_file => Value::from("binary"),
        Ok(value) if part.is_json => value,
        _ => Value::from(part.pair.value),
    });
    let mut values: Vec<Value> = values.collect();
    match values.as_slice() {
        [] => None,
        [only] if !is_list || only.is_array() => values.pop(),
        _ => Some(Value::Array(values)),
    }
}

/// The schema of the items of a list; `None` for anything else.
fn item_of_list<'a>(contract: &'a Contract, property: &'a Value) -> Option<&'a Value> {
    let is_list = contract.type_of(property) == Some("array");
    let item = contract.word(property, "items").unwrap_or(&Value::Null);
    is_list.then(|| only_alternative(contract, item))
}

/// What rules know of the files of a form.
fn files(contract: &Contract, schema: &Value, parts: &[FormPart]) -> BTreeMap<String, Value> {
    let mut found: BTreeMap<String, Value> = BTreeMap::new();
    for part in parts {
        let property = contract.property(schema, &part.name).unwrap_or(&Value::Null);
        let property = only_alternative(contract, property);
        let item = item_of_list(contract, property);
        if !is_binary(contract, item.unwrap_or(property)) {
            continue;
        }
        let file = serde_json::json!({ "size": part.bytes.len(), "type": part.content_type() });
        match found.get_mut(&part.name) {
            Some(Value::Array(files)) => files.push(file),
            _ if item.is_some() => drop(found.insert(part.name.clone(), serde_json::json!([file]))),
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

/// The header of the request's id if the contract requires it (`x-sdk.requestId.required`) and it is not there.
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
