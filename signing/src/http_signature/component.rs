//! Components of a request: an identifier comes in, its value goes out.

use super::content::HttpSignatureError;
use crate::hash::base64;
use crate::request_parts::{RequestParts, form, header, percent_encode};
use http::HeaderMap;
use sfv::{BareItem, Dictionary, FieldType as _, Item, List, Parser, Version};

/// Characters that the form encoding of WHATWG leaves as they are, besides letters and digits.
const FORM: &[u8] = b"*-._";

/// Reads the identifier of a component, such as `@method` or `@query-param;name="id"`.
pub(super) fn identifier(text: &str) -> Result<Item, HttpSignatureError> {
    let (name, parameters) = text.split_at(text.find(';').unwrap_or(text.len()));
    let quoted = format!("\"{}\"{parameters}", name.trim_matches('"'));
    let parser = Parser::new(&quoted).with_version(Version::Rfc8941);
    parser
        .parse::<Item>()
        .map_err(|_| HttpSignatureError::Component(text.to_owned()))
}

/// Changes of a value by the parameters of its component.
#[derive(Default)]
struct Changes<'i> {
    /// Each line in base64.
    in_bytes: bool,
    /// A member of a structured field.
    key: Option<&'i str>,
    /// A parameter of the query.
    name: Option<&'i str>,
}

/// Returns the value of a component. `sf` and `tr` are unknown: the first needs the type of each structured field, and no client
/// of HTTP gives trailers. `req` and `@status` are those of responses.
pub(super) fn value(item: &Item, request: &RequestParts<'_>) -> Result<String, HttpSignatureError> {
    let unknown = || HttpSignatureError::Component(item.serialize());
    let BareItem::String(name) = &item.bare_item else {
        return Err(unknown());
    };
    let name = name.as_str();
    let mut changes = Changes::default();
    for (parameter, value) in &item.params {
        match (parameter.as_str(), value) {
            ("bs", BareItem::Boolean(true)) => changes.in_bytes = true,
            ("key", BareItem::String(key)) => changes.key = Some(key.as_str()),
            ("name", BareItem::String(name)) => changes.name = Some(name.as_str()),
            _ => return Err(unknown()),
        }
    }
    let is_header = !name.starts_with('@');
    let is_known = if is_header {
        !(changes.in_bytes && changes.key.is_some()) && changes.name.is_none()
    } else {
        !changes.in_bytes && changes.key.is_none() && changes.name.is_some() == (name == "@query-param")
    };
    if !is_known || name.is_empty() || name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(unknown());
    }
    let missing = || HttpSignatureError::Missing(item.serialize());
    if is_header {
        return field(request.headers, name, &changes).ok_or_else(missing);
    }
    match name {
        "@query-param" => query_parameter(request, changes.name).ok_or_else(missing),
        _ => derived(name, request).ok_or_else(unknown),
    }
}

/// Returns a derived component of a request (section 2.2).
fn derived(name: &str, request: &RequestParts<'_>) -> Option<String> {
    Some(match name {
        "@method" => request.method.to_owned(),
        "@scheme" => request.scheme.to_ascii_lowercase(),
        "@authority" => request.normal_authority(),
        "@path" => request.path().to_owned(),
        "@query" => format!("?{}", request.query().unwrap_or_default()),
        "@request-target" => request.target.to_owned(),
        "@target-uri" => request.normal_origin() + request.target,
        _ => return None,
    })
}

/// Returns the value of a parameter of the query that occurs exactly once (section 2.2.8).
fn query_parameter(request: &RequestParts<'_>, name: Option<&str>) -> Option<String> {
    let encode = |bytes: &[u8]| percent_encode(bytes, FORM);
    let pairs = form(request.query().unwrap_or_default());
    let mut found = pairs
        .iter()
        .filter(|(written, _)| Some(encode(written).as_str()) == name);
    match (found.next(), found.next()) {
        (Some((_, value)), None) => Some(encode(value)),
        _ => None,
    }
}

/// Returns the value of a header (section 2.1); `None` if it is absent, not ASCII, or not of the demanded form.
fn field(headers: &HeaderMap, name: &str, changes: &Changes<'_>) -> Option<String> {
    if changes.in_bytes {
        let lines = headers
            .get_all(name)
            .iter()
            .map(|line| format!(":{}:", base64(line.as_bytes().trim_ascii())));
        let lines: Vec<String> = lines.collect();
        return (!lines.is_empty()).then(|| lines.join(", "));
    }
    let text = header(headers, name)?;
    if let Some(key) = changes.key {
        let dictionary = Parser::new(&text).parse::<Dictionary>().ok()?;
        let member: List = vec![dictionary.get(key)?.clone()];
        return member.serialize();
    }
    Some(text)
}
