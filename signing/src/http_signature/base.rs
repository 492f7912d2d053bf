//! The signature base of a request to sign or received, and its components: an identifier comes in, its value goes out.

use std::collections::HashSet;

use http::HeaderMap;
use sdkwright_description::HttpProfile;
use sfv::{BareItem, Dictionary, FieldType as _, InnerList, Item, Key, List, ListEntry, Parser, Version};

use super::content::{HttpSignatureError, ReceivedHttp, SignatureParameter};
use crate::hash::base64;
use crate::message::{NamedTexts, RequestParts, form, header, percent_encode};
use crate::signer::Signature;

/// Longest header of a received signature, in bytes.
const LONGEST_INPUT: usize = 16 << 10;
/// Largest number of components of a received signature.
const MOST: usize = 64;

/// The signature base of a request.
#[derive(Clone)]
pub struct HttpSignatureBase {
    text: String,
    parameters: String,
}

impl HttpSignatureBase {
    /// Writes the signature base. A component is a derived one (`@method`), the name of a header in lower case, or one of them
    /// with parameters (`@query-param;name="id"`). Keeps the order of the parameters of the signature.
    pub fn new<'c>(
        components: impl IntoIterator<Item = &'c str>,
        parameters: &[SignatureParameter<'_>],
        request: &RequestParts<'_>,
    ) -> Result<Self, HttpSignatureError> {
        let items = components.into_iter().map(identifier).collect::<Result<_, _>>()?;
        let mut list = InnerList::new(items);
        for parameter in parameters {
            let (name, value) = written(parameter)?;
            let name = Key::from_string(name.to_owned()).map_err(|_| HttpSignatureError::Form)?;
            if list.params.insert(name.clone(), value).is_some() {
                return Err(HttpSignatureError::Twice(name.to_string()));
            }
        }
        Self::from_list(list, request)
    }

    /// Writes the base of components with the parameters of the signature.
    pub(super) fn from_list(list: InnerList, request: &RequestParts<'_>) -> Result<Self, HttpSignatureError> {
        let (mut text, mut seen) = (String::new(), HashSet::new());
        for item in &list.items {
            let name = item.serialize();
            let value = value(item, request)?;
            text.extend([&name, ": ", &value, "\n"]);
            if !seen.insert(name.clone()) {
                return Err(HttpSignatureError::Twice(name));
            }
        }
        let list: List = vec![ListEntry::InnerList(list)];
        let parameters = list.serialize().ok_or(HttpSignatureError::Form)?;
        text.extend(["\"@signature-params\": ", &parameters]);
        Ok(Self { text, parameters })
    }

    /// Reads the signature with this label. `None` if it has another form, or does not cover the demanded components.
    pub(crate) fn received(
        label: &str,
        demanded: &[&str],
        signature: &str,
        request: &RequestParts<'_>,
    ) -> Option<ReceivedHttp> {
        let parse = |text: &str| {
            let parser = (text.len() <= LONGEST_INPUT).then(|| Parser::new(text))?;
            parser.parse::<Dictionary>().ok()
        };
        let (input, signature) = (parse(&header(request.headers, HttpProfile::INPUT)?)?, parse(signature)?);
        let (Some(ListEntry::InnerList(list)), Some(ListEntry::Item(signature))) =
            (input.get(label), signature.get(label))
        else {
            return None;
        };
        let covered: Vec<String> = list.items.iter().take(MOST + 1).map(Item::serialize).collect();
        let mut demanded = demanded.iter().map(|one| Some(identifier(one).ok()?.serialize()));
        if covered.len() > MOST || !demanded.all(|one| one.is_some_and(|one| covered.contains(&one))) {
            return None;
        }
        let text = |value: &BareItem| match value {
            BareItem::String(text) => text.as_str().to_owned(),
            BareItem::Integer(number) => number.to_string(),
            _ => String::new(),
        };
        let parameters = list.params.iter().map(|(name, value)| (name.to_string(), text(value)));
        let BareItem::ByteSequence(signature) = &signature.bare_item else {
            return None;
        };
        Some(ReceivedHttp {
            signature: signature.clone(),
            parameters: NamedTexts(parameters.collect()),
            message: Self::from_list(list.clone(), request).ok()?.text.into_bytes(),
        })
    }

    /// Returns the bytes to sign.
    pub fn message(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// Returns the value of the header `Signature-Input`.
    pub fn signature_input(&self, label: &str) -> Result<String, HttpSignatureError> {
        let label = Key::from_string(label.to_owned()).map_err(|_| HttpSignatureError::Form)?;
        Ok(format!("{label}={}", self.parameters))
    }

    /// Returns the value of the header `Signature`.
    pub fn signature(&self, label: &str, signature: &Signature) -> Result<String, HttpSignatureError> {
        let label = Key::from_string(label.to_owned()).map_err(|_| HttpSignatureError::Form)?;
        Ok(format!("{label}=:{}:", base64(signature.as_ref())))
    }
}

impl std::fmt::Debug for HttpSignatureBase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HttpSignatureBase")
            .field("parameters", &self.parameters)
            .finish_non_exhaustive()
    }
}

fn written(parameter: &SignatureParameter<'_>) -> Result<(&'static str, BareItem), HttpSignatureError> {
    let text = |text: &str| {
        let text = sfv::String::from_string(text.to_owned()).map_err(|_| HttpSignatureError::Form)?;
        Ok::<_, HttpSignatureError>(BareItem::String(text))
    };
    let seconds = |seconds: i64| {
        let seconds = sfv::Integer::try_from(seconds).map_err(|_| HttpSignatureError::Form)?;
        Ok::<_, HttpSignatureError>(BareItem::Integer(seconds))
    };
    Ok(match *parameter {
        SignatureParameter::Created(at) => ("created", seconds(at)?),
        SignatureParameter::Expires(at) => ("expires", seconds(at)?),
        SignatureParameter::Nonce(nonce) => ("nonce", text(nonce)?),
        SignatureParameter::Algorithm(algorithm) => {
            let name = algorithm.http_name().ok_or(HttpSignatureError::Algorithm)?;
            ("alg", text(name)?)
        }
        SignatureParameter::KeyId(id) => ("keyid", text(id)?),
        SignatureParameter::Tag(tag) => ("tag", text(tag)?),
    })
}

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
