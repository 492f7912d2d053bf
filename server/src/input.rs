//! The values of one request, as generated code reads them, and the media types that it accepts.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, FromRequest, Request};
use axum::http::header::{ACCEPT, CONTENT_TYPE, COOKIE};
use axum::http::{HeaderMap, Method, StatusCode};
use sdkwright_json::{DecodeError, Json, JsonValue, Kind, Value, canonical, from_slice_strict, push_segment};
use sdkwright_runtime::glue::{Approval, Bound, Description, Input as HashInput, Location, is_never_sent};
use sdkwright_signing::{hex, sha256};

use crate::context::Contract;
use crate::parameter::{Parameter, RawPair};
use crate::problem::{InvalidValue, Problem};

/// Why a body of another form is refused.
pub(crate) const UNREADABLE: &str = "the body does not have the form of its media type";

/// The values of one request.
#[derive(Clone)]
pub struct RequestInput {
    pub(crate) contract: &'static Contract,
    pub(crate) description: &'static Description,
    /// Problem code of a request that is not valid.
    pub(crate) invalid: Option<&'static str>,
    pub(crate) client_id: Option<String>,
    /// Raw values of the path, by name.
    pub(crate) path: Vec<(&'static str, String)>,
    /// Raw query.
    pub(crate) query: String,
    pub(crate) headers: Arc<HeaderMap>,
    pub(crate) body: Bytes,
}

crate::opaque!(RequestInput);

impl RequestInput {
    /// Reads a required parameter. An absent object is one without members.
    pub fn required<T: Json>(&self, parameter: &Parameter) -> Result<T, Problem> {
        if let Some(value) = self.optional(parameter)? {
            return Ok(value);
        }
        let empty = Some("{}").filter(|_| parameter.is_object());
        let empty = empty.and_then(|json| self.parameter(parameter, json).ok());
        empty.ok_or_else(|| self.invalid(parameter.error("is required")))
    }

    /// Reads an optional parameter; `None` if it is absent.
    pub fn optional<T: Json>(&self, parameter: &Parameter) -> Result<Option<T>, Problem> {
        let pairs = self.pairs(parameter).map_err(|error| self.invalid(error))?;
        let read = |is_text| match parameter.json(&pairs, is_text) {
            Ok(json) => json.map(|json| self.parameter(parameter, &json)).transpose(),
            Err(error) => Err(vec![error]),
        };
        let value = read(false).or_else(|errors| read(true).map_err(|_| errors));
        value.or_else(|errors| self.refuse(errors).map(|()| None))
    }

    /// Decodes the JSON of a parameter, and checks its rules.
    fn parameter<T: Json>(&self, parameter: &Parameter, json: &str) -> Result<T, Vec<InvalidValue>> {
        let value = parameter.read(json).map_err(|error| vec![error])?;
        let Some(rules) = self.contract.api.rules else {
            return Ok(value);
        };
        let found = rules.parameter_violations(self.description.id, parameter.place, parameter.name, json.as_bytes());
        let errors = found
            .iter()
            .map(|violation| InvalidValue::new(violation.pointer(), violation.rule()));
        let errors: Vec<_> = errors.map(|error| parameter.at(error)).collect();
        if errors.is_empty() { Ok(value) } else { Err(errors) }
    }

    /// Returns the raw pairs of a parameter.
    fn pairs(&self, parameter: &Parameter) -> Result<Vec<RawPair<'_>>, InvalidValue> {
        let name = parameter.name;
        let found = match parameter.place {
            Location::Path => {
                let values = self.path.iter().filter(|(known, _)| *known == name);
                return Ok(values.map(|(known, value)| ((*known).into(), &**value)).collect());
            }
            Location::Header => {
                let lines = self.lines(parameter, name)?.into_iter();
                return Ok(lines.map(|line| (name.into(), line)).collect());
            }
            Location::Query if parameter.is_whole_query() => {
                let query = Some(&*self.query).filter(|query| !query.is_empty());
                return Ok(query.map(|query| (name.into(), query)).into_iter().collect());
            }
            Location::Query => parameter.pairs([&*self.query], '&'),
            Location::Cookie => parameter.pairs(self.lines(parameter, COOKIE.as_str())?, ';'),
        };
        found.map_err(|error| parameter.at(error))
    }

    /// Returns the lines of a header.
    fn lines(&self, parameter: &Parameter, name: &str) -> Result<Vec<&str>, InvalidValue> {
        let lines = self.headers.get_all(name).iter().map(|value| value.to_str());
        lines
            .collect::<Result<_, _>>()
            .map_err(|_| parameter.error("is not ASCII"))
    }

    /// Reads the JSON body of a media type.
    pub fn body<T: Json>(&self, media_type: &str) -> Result<T, Problem> {
        self.check_media_type(media_type)?;
        self.checked(media_type)
    }

    /// Checks that a request of an operation without a body has none.
    pub fn no_body(&self) -> Result<(), Problem> {
        let is_empty = self.body.is_empty();
        is_empty
            .then_some(())
            .ok_or_else(|| self.invalid_body("", "the operation has no request body"))
    }

    /// Reads the JSON body of a media type; `None` if it is empty.
    pub fn optional_body<T: Json>(&self, media_type: &str) -> Result<Option<T>, Problem> {
        if self.body.is_empty() {
            return Ok(None);
        }
        self.body(media_type).map(Some)
    }

    /// Reads a body with an approval: the body without it, and the evidence. Evidence of another hash gets the problem code
    /// that the contract names.
    pub fn approved<O: Approval>(
        &self,
        media_type: &str,
        code: Option<&str>,
    ) -> Result<(O::Payload, O::Evidence), Problem> {
        self.check_media_type(media_type)?;
        let (mut document, errors) = self.decode_body::<JsonValue>(media_type)?;
        let JsonValue::Object(object) = &mut document else {
            return Err(self.invalid_body("", "expected an object"));
        };
        let pointer = format!("/{}", O::MEMBER);
        let Some(evidence) = object.remove(O::MEMBER) else {
            return Err(self.invalid_body(pointer, "a required member is missing"));
        };
        let typed = self.decode(&pointer, evidence.to_string().as_bytes())?;
        let payload = self.decode("", document.to_string().as_bytes())?;
        self.refuse(errors)?;
        let hash = self.payload_hash::<O>(&document)?;
        if evidence.get(O::INTO).and_then(JsonValue::as_str) != Some(hash.as_str()) {
            let detail = format!("`{}` of the approval is not the hash of this request.", O::INTO);
            let problem = Problem::from_code_or(self.contract.api, code, StatusCode::BAD_REQUEST);
            return Err(problem.with_detail(detail));
        }
        Ok((payload, typed))
    }

    /// Computes the hash of the contract: SHA-256 of the canonical JSON (RFC 8785) of its inputs, in lower-case hexadecimal.
    fn payload_hash<O: Approval>(&self, payload: &JsonValue) -> Result<String, Problem> {
        let mut object = sdkwright_json::Object::new();
        for (member, input) in O::INPUTS {
            let value = match input {
                HashInput::OperationId => JsonValue::from(O::DESCRIPTION.id),
                HashInput::Path(name) => {
                    let raw = self.path.iter().find(|(known, _)| known == name);
                    JsonValue::from(raw.and_then(|(_, raw)| decoded(raw)))
                }
                HashInput::Body => payload.clone(),
            };
            object.insert(*member, value);
        }
        let text = canonical(&JsonValue::Object(object));
        let text = text.map_err(|error| self.invalid_body("", error.to_string()))?;
        Ok(hex(&sha256(text.as_bytes())))
    }

    /// Decodes JSON whose place in the body is a JSON Pointer.
    fn decode<T: Json>(&self, at: &str, bytes: &[u8]) -> Result<T, Problem> {
        let decoded = from_slice_strict(bytes, |_| ());
        decoded
            .map(|(value, ())| value)
            .map_err(|error| self.undecoded(at, &error))
    }

    fn undecoded(&self, at: &str, error: &DecodeError) -> Problem {
        let pointer = format!("{at}{}", error.pointer());
        self.invalid_body(pointer, message(&error.to_string()))
    }

    /// Decodes the body, and checks the rules of its media type.
    fn checked<T: Json>(&self, media_type: &str) -> Result<T, Problem> {
        let (value, errors) = self.decode_body(media_type)?;
        self.refuse(errors)?;
        Ok(value)
    }

    /// Decodes the body. Returns the violations of the rules that its types do not guarantee, too.
    fn decode_body<T: Json>(&self, media_type: &str) -> Result<(T, Vec<InvalidValue>), Problem> {
        let decoded = from_slice_strict(&self.body, |document| self.violations(media_type, document));
        decoded.map_err(|error| self.undecoded("", &error))
    }

    fn violations(&self, media_type: &str, document: Value<'_>) -> Vec<InvalidValue> {
        let Contract { api, never_sent, .. } = self.contract;
        let Description { id, bound, .. } = self.description;
        let found = api.rules.map(|rules| rules.body_violations(id, media_type, document));
        let found = found.iter().flatten();
        let mut errors: Vec<_> = found
            .map(|violation| InvalidValue::new(violation.pointer(), violation.rule()))
            .collect();
        if !never_sent.is_empty() {
            forbidden(document, never_sent, &mut String::new(), &mut |pointer| {
                errors.push(InvalidValue::new(pointer, "must not be sent"));
            });
        }
        for (pointer, Bound::ClientId) in *bound {
            let sent = document.at(pointer).and_then(Value::as_str);
            if sent.is_some() && sent != self.client_id.as_deref() {
                errors.push(InvalidValue::new(*pointer, "must be the id of the client"));
            }
        }
        errors
    }

    /// Returns a body that the handler reads, of one of these media types.
    pub fn raw_body(&self, is_required: bool, media_types: &[&str]) -> Result<RawBody, Problem> {
        if is_required && self.body.is_empty() {
            return Err(self.invalid_body("", "a body is required"));
        }
        let fits = |declared: &str, sent: &str| match declared.split_once('*') {
            Some((range, _)) => sent.starts_with(range.trim_start_matches('*')),
            None => sent == declared,
        };
        let media_type = self.check_types(media_types, fits)?;
        Ok(RawBody(self.clone(), media_type))
    }

    fn check_media_type(&self, media_type: &str) -> Result<(), Problem> {
        if self.headers.get(CONTENT_TYPE).is_some_and(|sent| sent == media_type) {
            return Ok(());
        }
        let fits = |declared: &str, sent: &str| sent == declared || declared.contains('*') && is_json(sent);
        self.check_types(&[media_type], fits).map(|_| ())
    }

    /// Checks that the media type of a body is one of those that are declared, and returns it; empty without a body. Any one of JSON is
    /// the only one of JSON that the contract has (RFC 6839).
    pub(crate) fn check_types(&self, declared: &[&str], fits: impl Fn(&str, &str) -> bool) -> Result<String, Problem> {
        let sent = self.headers.get(CONTENT_TYPE).and_then(|sent| sent.to_str().ok());
        let sent = sent.map(essence).unwrap_or_default();
        if self.body.is_empty() || declared.iter().any(|declared| fits(&essence(declared), &sent)) {
            return Ok(sent);
        }
        let mut json = declared.iter().filter(|declared| is_json(&essence(declared)));
        if let (Some(json), None, true) = (json.next(), json.next(), is_json(&sent)) {
            return Ok(essence(json));
        }
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        let problem = Problem::from_code_or(self.contract.api, self.invalid, status);
        Err(problem.with_error("/header/Content-Type", format!("must be {}", declared.join(" or "))))
    }

    fn invalid_body(&self, pointer: impl Into<String>, message: impl Into<String>) -> Problem {
        self.invalid(InvalidValue::new(pointer, message))
    }

    /// Returns the problem of a mistake in a value.
    pub(crate) fn invalid(&self, error: InvalidValue) -> Problem {
        let problem = Problem::from_code_or(self.contract.api, self.invalid, StatusCode::BAD_REQUEST);
        problem.with_error(error.pointer, error.message)
    }

    fn refuse(&self, errors: Vec<InvalidValue>) -> Result<(), Problem> {
        let mut errors = errors.into_iter();
        let Some(first) = errors.next() else { return Ok(()) };
        let problem = self.invalid(first);
        Err(errors.fold(problem, |problem, error| {
            problem.with_error(error.pointer, error.message)
        }))
    }
}

/// Reports the place of each member that no request may contain.
fn forbidden(value: Value<'_>, never_sent: &[&str], pointer: &mut String, found: &mut dyn FnMut(&str)) {
    let length = pointer.len();
    let mut inside = |name: &str, value: Value<'_>, is_forbidden: bool| {
        if !is_forbidden && !matches!(value.kind(), Kind::Object | Kind::Array) {
            return;
        }
        push_segment(pointer, name);
        if is_forbidden {
            found(pointer);
        }
        forbidden(value, never_sent, pointer, found);
        pointer.truncate(length);
    };
    match value.kind() {
        Kind::Object => {
            for (name, value) in value.entries() {
                inside(name, value, is_never_sent(name, never_sent));
            }
        }
        Kind::Array => {
            for (index, item) in value.items().enumerate() {
                inside(&index.to_string(), item, false);
            }
        }
        _ => {}
    }
}

/// A body that the handler reads: parts, a form, text, bytes, or one of several media types that the contract declares.
#[derive(Clone)]
pub struct RawBody(RequestInput, String);

crate::opaque!(RawBody);

impl RawBody {
    /// Returns the media type without its parameters, in lower case; empty if it is absent. For JSON, it is that of the contract.
    pub fn media_type(&self) -> String {
        self.1.clone()
    }

    /// Returns the bytes.
    pub fn bytes(&self) -> &Bytes {
        &self.0.body
    }

    /// Reads JSON, with the limits of its media type.
    pub fn json<T: Json>(&self) -> Result<T, Problem> {
        self.0.checked(&self.1)
    }

    /// Reads the body with an extractor of axum, such as `axum::extract::Multipart`. A rejection becomes an invalid request.
    pub async fn extract<E: FromRequest<()>>(&self) -> Result<E, Problem> {
        let mut request = Request::new(Body::from(self.0.body.clone()));
        *request.method_mut() = Method::POST;
        *request.headers_mut() = (*self.0.headers).clone();
        // `Options::body_limit` is checked already.
        DefaultBodyLimit::disable().apply(&mut request);
        let read = E::from_request(request, &()).await;
        read.map_err(|_| self.0.invalid_body("", UNREADABLE))
    }
}

/// Returns `true` for a media type of JSON.
pub(crate) fn is_json(media_type: &str) -> bool {
    media_type.ends_with("/json") || media_type.ends_with("+json")
}

/// Returns a media type without its parameters.
pub(crate) fn media_type(text: &str) -> &str {
    text.split(';').next().unwrap_or_default().trim()
}

/// Returns the same in lower case.
pub(crate) fn essence(text: &str) -> String {
    media_type(text).to_ascii_lowercase()
}

/// Returns the text of a decoding error without its place, which the pointer has.
fn message(text: &str) -> String {
    text.split(", at ").next().unwrap_or_default().to_owned()
}

pub(crate) fn decoded(raw: &str) -> Option<String> {
    let text = percent_encoding::percent_decode_str(raw).decode_utf8().ok()?;
    Some(text.into_owned())
}

/// Refuses a request that accepts no media type of the operation's responses (RFC 9110, section 12.5.1).
pub(crate) fn check_accept(headers: &HeaderMap, description: &Description) -> Result<(), Problem> {
    // An operation without these succeeds without a body.
    let is_success = |media_type: &&str| !media_type.is_empty() && *media_type != "application/problem+json";
    let mut declared = description.accept.split(',').map(str::trim).filter(is_success);
    // The usual case: one of them alone.
    if headers
        .get(ACCEPT)
        .is_some_and(|sent| declared.clone().any(|media_type| sent == media_type))
    {
        return Ok(());
    }
    let ranges: Vec<&str> = headers
        .get_all(ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter(|range| !range.trim().is_empty())
        .collect();
    let has_none = ranges.is_empty() || declared.clone().next().is_none();
    if has_none || declared.any(|media_type| accepts(&ranges, media_type)) {
        return Ok(());
    }
    let detail = format!("The responses are {}.", description.accept);
    Err(Problem::from_status(StatusCode::NOT_ACCEPTABLE).with_detail(detail))
}

/// Returns `true` if the most specific range that includes a media type does not exclude it.
fn accepts(ranges: &[&str], declared: &str) -> bool {
    let (kind, subtype) = media_type(declared).split_once('/').unwrap_or_default();
    let specific = |range: &&str| match media_type(range).split_once('/')? {
        ("*", "*") => Some(0),
        (own, "*") if own.eq_ignore_ascii_case(kind) => Some(1),
        // A declared range includes what is accepted of it.
        (own, of_own) => {
            let is_kind = kind == "*" || own.eq_ignore_ascii_case(kind);
            (is_kind && (subtype == "*" || of_own.eq_ignore_ascii_case(subtype))).then_some(2)
        }
    };
    let is_excluded = |range: &str| {
        let mut parameters = range.split(';').skip(1);
        let weight = parameters.find_map(|part| part.trim().to_ascii_lowercase().strip_prefix("q=").map(str::to_owned));
        weight.is_some_and(|weight| weight.trim().bytes().all(|byte| matches!(byte, b'0' | b'.')))
    };
    let fitting = ranges
        .iter()
        .filter_map(|range| Some((specific(range)?, !is_excluded(range))));
    fitting.max().is_some_and(|(_, is_accepted)| is_accepted)
}
