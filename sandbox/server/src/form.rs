//! In: the fields of a form or of a query, or a body of parts (RFC 2046, RFC 7578), and their schema. Out: one JSON object, or a
//! list of parts by position. Never: the bytes of a file in it, or a part that lacks a byte.

use crate::contract::Contract;
use crate::encode::EncodedPair;
use crate::json;
use crate::parameter_styles::{self, ParameterReader, RawParameter};
use crate::schema::FieldError;
use bytes::Bytes;
use futures_util::{FutureExt, stream};
use multer::Multipart;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::convert::Infallible;

/// Parts within parts, at most.
const DEPTH: usize = 16;

/// A field of a form.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FormField<'a> {
    pair: EncodedPair<'a>,
    /// `false` for bytes that are not text.
    is_text: bool,
    /// `true` for a part whose media type is JSON.
    is_json: bool,
    /// A part that consists of parts.
    outer: Option<&'a FormPart>,
}

impl<'a> FormField<'a> {
    pub(crate) fn of_pair(pair: EncodedPair<'a>) -> Self {
        Self {
            pair,
            is_text: true,
            is_json: false,
            outer: None,
        }
    }

    pub(crate) fn of_part(part: &'a FormPart) -> Self {
        let text = std::str::from_utf8(&part.bytes);
        Self {
            pair: EncodedPair {
                name: &part.name,
                value: text.unwrap_or_default(),
            },
            is_text: text.is_ok(),
            is_json: part.media.as_deref().is_some_and(json::is_media),
            outer: Some(part).filter(|part| part.media.as_deref().is_some_and(is_parts)),
        }
    }
}

/// A form as an object, by the first alternative of its schema that it fits.
pub(crate) fn form(
    reader: ParameterReader<'_>,
    whole: &Value,
    encoding: &Value,
    fields: &[FormField<'_>],
) -> Result<Value, FieldError> {
    let mut first = None;
    for schema in reader.alternatives(whole) {
        let read = form_of(reader, [whole, schema], encoding, fields);
        if read.as_ref().is_ok_and(|value| reader.fits(whole, value)) {
            return read;
        }
        first = first.or(Some(read));
    }
    first.unwrap_or_else(|| Ok(Value::Object(Map::new())))
}

/// A form as an object: files are a word, the other fields what their schemas describe.
fn form_of(
    reader: ParameterReader<'_>,
    [whole, schema]: [&Value; 2],
    encodings: &Value,
    fields: &[FormField<'_>],
) -> Result<Value, FieldError> {
    let contract = reader.contract;
    let pairs: Vec<EncodedPair<'_>> = fields.iter().map(|field| field.pair).collect();
    let mut properties = contract.properties(schema);
    for (name, property) in contract.properties(whole) {
        if !properties.iter().any(|(known, _)| *known == name) {
            properties.push((name, property));
        }
    }
    let names: Vec<&str> = properties.iter().map(|(name, _)| *name).collect();
    let (mut members, mut is_exploded) = (Map::new(), false);
    for (name, property) in properties {
        let encoding = encodings.get(name).unwrap_or(&Value::Null);
        let property = only_alternative(contract, property);
        let item = item_of_list(contract, property);
        let own = fields
            .iter()
            .filter(|field| reader.escapes.decode(field.pair.name) == name);
        let own: Vec<&FormField<'_>> = own.collect();
        let is_file = is_binary(contract, item.unwrap_or(property)) || own.iter().any(|field| !field.is_text);
        let outer = own.iter().find_map(|field| field.outer);
        let value = if let Some(part) = outer {
            let pointer = |error: FieldError| FieldError {
                pointer: format!("/{}{}", json::token(name), error.pointer),
                ..error
            };
            Some(value_of_part(reader, property, part, 1).map_err(pointer)?)
        } else if is_file || own.iter().any(|field| field.is_json) {
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

/// Returns `true` for the media type of a body of parts.
pub(crate) fn is_parts(media: &str) -> bool {
    media.trim_start().to_ascii_lowercase().starts_with("multipart/")
}

/// The parts of a body as a list; files are a word, the others what their media types and schemas describe.
pub(crate) fn positions(
    reader: ParameterReader<'_>,
    schema: &Value,
    content_type: &str,
    body: &[u8],
    depth: usize,
) -> Result<Value, FieldError> {
    let parts = read_positions(content_type, body).map_err(|why| FieldError::new("", "multipart", why))?;
    let values = parts.iter().enumerate().map(|(at, part)| {
        value_of_part(reader, reader.item(schema, at), part, depth).map_err(|error| FieldError {
            pointer: format!("/{at}{}", error.pointer),
            ..error
        })
    });
    values.collect::<Result<Vec<Value>, _>>().map(Value::Array)
}

/// The value of one part.
fn value_of_part(
    reader: ParameterReader<'_>,
    schema: &Value,
    part: &FormPart,
    depth: usize,
) -> Result<Value, FieldError> {
    let contract = reader.contract;
    let media = part.media.as_deref().unwrap_or("text/plain");
    let wrong = |rule: &str, why: String| FieldError::new("", rule, why);
    if is_parts(media) && depth < DEPTH && contract.type_of(schema) == Some("array") {
        return positions(reader, schema, media, &part.bytes, depth + 1);
    }
    if is_parts(media) && depth < DEPTH && reader.is_object(schema) {
        let parts = read_parts(media, &part.bytes).map_err(|why| wrong("multipart", why))?;
        let fields: Vec<FormField<'_>> = parts.iter().map(FormField::of_part).collect();
        return form(reader, schema, &Value::Null, &fields);
    }
    if json::is_media(media) {
        return serde_json::from_slice(&part.bytes).map_err(|error| wrong("json", error.to_string()));
    }
    let is_file = is_binary(contract, schema) || !media.trim_start().starts_with("text/");
    Ok(match std::str::from_utf8(&part.bytes) {
        Ok(text) if !is_file => reader.scalar(schema, text),
        _ => Value::from("binary"),
    })
}

/// The files of a form, as rules know them.
pub(crate) fn files(contract: &Contract, schema: &Value, parts: &[FormPart]) -> BTreeMap<String, Value> {
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

pub(crate) fn is_binary(contract: &Contract, property: &Value) -> bool {
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

/// One part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FormPart {
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

impl FormPart {
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
pub(crate) fn read_parts(content_type: &str, body: &[u8]) -> Result<Vec<FormPart>, String> {
    read_multipart(content_type, body, true)
}

/// Reads all parts of a body in which they need no names.
fn read_positions(content_type: &str, body: &[u8]) -> Result<Vec<FormPart>, String> {
    read_multipart(content_type, body, false)
}

fn read_multipart(content_type: &str, body: &[u8], is_named: bool) -> Result<Vec<FormPart>, String> {
    // The library reads the parameters of a form alone.
    let (_, parameters) = content_type.split_once(';').unwrap_or_default();
    let boundary = multer::parse_boundary(format!("multipart/form-data;{parameters}"));
    let boundary = boundary.map_err(|error| error.to_string())?;
    let body = Ok::<_, Infallible>(Bytes::copy_from_slice(body));
    let parts = all_parts(Multipart::new(stream::iter([body]), boundary), is_named).now_or_never();
    parts.ok_or("the body has no end")?
}

async fn all_parts(mut multipart: Multipart<'_>, is_named: bool) -> Result<Vec<FormPart>, String> {
    let told = |error: multer::Error| error.to_string();
    let mut parts = Vec::new();
    while let Some(field) = multipart.next_field().await.map_err(told)? {
        let media = field.headers().get("content-type");
        let media = media.and_then(|media| media.to_str().ok());
        parts.push(FormPart {
            name: match field.name() {
                None if is_named => return Err("a part without a name".to_owned()),
                name => written_name(name.unwrap_or_default()),
            },
            file_name: field.file_name().map(str::to_owned),
            media: media.map(str::to_owned),
            bytes: field.bytes().await.map_err(told)?.to_vec(),
        });
    }
    Ok(parts)
}

/// Returns the name of a part without the escapes of quotes and control characters (HTML, encoding of `multipart/form-data`).
fn written_name(name: &str) -> String {
    let unescape = |name: String, sign: char| name.replace(&format!("%{:02X}", u32::from(sign)), &sign.to_string());
    ('\0'..='\x1f').chain(['"', '\x7f']).fold(name.to_owned(), unescape)
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
        let part = |media: Option<&str>, bytes: &[u8]| FormPart {
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
