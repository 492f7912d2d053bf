//! In: a request and the operation it calls. Out: its parameters and body as JSON, or everything that is wrong with
//! them. Never: a check that the contract does not ask for.

use crate::contract::Contract;
use crate::encode::{EncodedPair, Escapes};
use crate::form::{FormField, files, form, is_binary, is_parts, positions, read_parts};
use crate::json;
use crate::operation::{MediaType, Operation, Parameter};
use crate::parameter_styles::{ParameterReader, RawParameter, plain_segment};
use crate::request::Request;
use crate::schema::{Direction, FieldError, Schemas};
use crate::source::json_tree;
use serde_json::Value;
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
        let (value, errors) = if parameter.place == "querystring" && !parameter.is_json() {
            whole_query(reader, parameter, &places.pairs)
        } else {
            raw.map_or((None, Vec::new()), |raw| reader.parse(parameter, raw))
        };
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

/// Reads a parameter that is the whole query, in the form of a body; an optional one has no value without pairs.
fn whole_query(
    reader: ParameterReader<'_>,
    parameter: &Parameter,
    pairs: &[EncodedPair<'_>],
) -> (Option<Value>, Vec<FieldError>) {
    let fields: Vec<FormField<'_>> = pairs.iter().copied().map(FormField::of_pair).collect();
    if fields.is_empty() && !parameter.required {
        return (None, Vec::new());
    }
    match form(reader, &parameter.schema, &parameter.encoding, &fields) {
        Ok(value) => {
            let errors = reader
                .schemas
                .check(reader.contract, &parameter.schema, Direction::Request, &value);
            (Some(value), errors)
        }
        Err(error) => (Some(Value::Null), vec![error]),
    }
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
            Some(form(reader, schema, &media.encoding, &fields)?)
        }
        "application/x-www-form-urlencoded" => {
            let fields: Vec<FormField<'_>> = EncodedPair::of_query(text("form")?).map(FormField::of_pair).collect();
            let escapes = Escapes::Form;
            Some(form(
                ParameterReader { escapes, ..reader },
                schema,
                &media.encoding,
                &fields,
            )?)
        }
        _ if is_parts(&essence) && (media.item.is_some() || contract.type_of(schema) == Some("array")) => {
            let list = media
                .item
                .as_ref()
                .map(|item| serde_json::json!({ "type": "array", "items": item }));
            let schema = list.unwrap_or_else(|| schema.clone());
            input.schema = Some(schema.clone());
            Some(positions(reader, &schema, content_type, &request.body, 0)?)
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
