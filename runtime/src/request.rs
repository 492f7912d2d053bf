//! Requests: a constant description and arguments come in, target, headers and body of one HTTP request go out, without the
//! signature.
//!
//! The first refusal is stored until the request is sent, so that generated code needs no `?`. Nothing may be sent here.

mod parts;

pub use parts::Request;
pub(crate) use parts::{CallOptions, RawTarget, RequestContent, RequestParts};

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method};

use crate::description::{Api, Description};
use crate::endpoint::Endpoint;
use crate::idempotency::{IdempotencyKey, RefreshKey};
use crate::json::{self, Json, JsonValue, Map};
use crate::multipart::{Multipart, Upload};
use crate::parameter::{Param, Style, ToParam, encode};
use crate::refusal::Refusal;
use crate::rules::{Location, RequestRules};
use crate::security::Credential;

/// Media type of forms.
const FORM: &str = "application/x-www-form-urlencoded";

/// The description of a call that the contract does not describe.
pub(crate) static UNDESCRIBED: Description = Description::new("", "", "").accept("");

impl Request {
    /// Starts a request of this operation.
    pub fn new(api: &'static Api, description: &'static Description) -> Self {
        Self(Box::new(RequestParts {
            api,
            description,
            raw: None,
            path: Vec::new(),
            plain_path: Vec::new(),
            query: Vec::new(),
            headers: HeaderMap::new(),
            content_type: None,
            content: RequestContent::Nothing,
            key: None,
            options: CallOptions::default(),
            refusal: None,
            server: None,
            checked: None,
            violations: Vec::new(),
            refreshes: false,
            evidence: None,
            cookies: Vec::new(),
            noted: Vec::new(),
        }))
    }

    /// Starts a request that the contract does not describe.
    pub(crate) fn raw(api: &'static Api, method: Method, target: String) -> Self {
        let mut request = Self::new(api, &UNDESCRIBED);
        request.raw = Some(RawTarget {
            method,
            target,
            subject: Vec::new(),
        });
        request
    }

    fn refused(mut self, refusal: Refusal) -> Self {
        self.refuse(refusal);
        self
    }

    pub(crate) fn refuse(&mut self, refusal: Refusal) {
        self.refusal.get_or_insert(refusal);
    }

    /// Copies the request. A refresh key is copied, the key of an action is not.
    pub(crate) fn clone_without_key(&self) -> Self {
        Self(Box::new(RequestParts {
            api: self.api,
            description: self.description,
            raw: self.raw.clone(),
            path: self.path.clone(),
            plain_path: self.plain_path.clone(),
            query: self.query.clone(),
            headers: self.headers.clone(),
            content_type: self.content_type.clone(),
            content: self.content.clone(),
            key: self.key.as_ref().filter(|_| self.refreshes).map(IdempotencyKey::copied),
            options: self.options.clone(),
            refusal: self.refusal.clone(),
            server: self.server,
            // Values that are set from here on came from the server.
            checked: None,
            violations: self.violations.clone(),
            refreshes: self.refreshes,
            evidence: self.evidence.clone(),
            cookies: self.cookies.clone(),
            noted: self.noted.clone(),
        }))
    }

    /// Returns the endpoint of this request.
    pub(crate) fn endpoint(&self) -> Endpoint {
        if let Some(raw) = &self.raw {
            let path = raw.target.split('?').next().unwrap_or_default();
            return Endpoint::new("", raw.method.clone(), path.to_owned());
        }
        Endpoint::new(
            self.description.id,
            Method::from_bytes(self.description.method.as_bytes()).unwrap_or(Method::POST),
            self.description.path,
        )
    }

    /// Stores the value of a name that the support report repeats, and replaces an earlier one.
    fn note(&mut self, name: &str, value: &Param) {
        if self.api.support.contains(&name) {
            self.noted.retain(|(known, _)| known != name);
            self.noted.push((name.to_owned(), value.to_plain()));
        }
    }

    /// Refuses a value that a server would take apart at another place.
    fn refuse_delimiter(&mut self, name: &str, delimiter: Option<&'static str>) {
        if let Some(delimiter) = delimiter {
            let name = name.to_owned();
            self.refuse(Refusal::Delimiter { name, delimiter });
        }
    }

    fn check(&mut self, location: Location, name: &str, value: &Param) {
        if let Some(checked) = self.checked {
            checked.parameter(location, name, value, &mut self.violations);
        }
    }

    pub(crate) fn check_one<T: ToParam + ?Sized>(&mut self, location: Location, name: &str, value: &T) {
        if self.checked.is_some() {
            self.check(location, name, &Param::one(value));
        }
    }

    /// Checks all that is set from here on against the contract's constraints.
    pub(crate) fn checked(mut self) -> Self {
        self.checked = RequestRules::new(self.api.rules, self.description.id);
        self
    }

    /// Sends the request without the checks of `validate_requests`.
    pub fn unchecked(mut self) -> Self {
        self.checked = None;
        self.violations.clear();
        self
    }

    /// Sets the server that the contract gives to this operation.
    pub fn server(mut self, server: Option<&'static str>) -> Self {
        self.server = server;
        self
    }

    /// Sets the statuses of success that the contract names; if empty, every 2xx.
    pub fn answers(mut self, answers: &'static [u16]) -> Self {
        self.options.answers = answers;
        self
    }

    /// Requests other media types than the contract's first choice.
    pub fn accept(mut self, media: &str) -> Self {
        self.options.accept = Some(media.to_owned());
        self
    }

    /// Sets the key of an action with an effect, which a journal records.
    pub fn key(mut self, key: IdempotencyKey) -> Self {
        (self.key, self.refreshes) = (Some(key), false);
        self
    }

    /// Sets the key of a call that only requests a fresh response, which no journal records.
    pub fn refresh_key(mut self, key: RefreshKey) -> Self {
        self.key = Some(key.into_key());
        self.refreshes = true;
        self
    }

    /// Sets a scalar in the path.
    pub fn path<T: ToParam + ?Sized>(mut self, name: &'static str, value: &T) -> Self {
        self.check_one(Location::Path, name, value);
        let text = value.param();
        self.path.push((name.into(), encode(&text)));
        self.plain_path.push((name.to_owned(), text.into_owned()));
        self
    }

    /// Sets a value in the path, in a style; `reserved` keeps reserved characters.
    pub fn path_as(mut self, name: &'static str, value: &Param, style: Style, explode: bool, reserved: bool) -> Self {
        self.check(Location::Path, name, value);
        self.refuse_delimiter(name, value.ambiguous_path(style, explode, reserved));
        self.path
            .push((name.into(), value.path(name, style, explode, reserved)));
        self.plain_path.push((name.to_owned(), value.to_plain()));
        self
    }

    /// Sets a scalar in the query. A second value of the same name replaces the first.
    pub fn query<T: ToParam + ?Sized>(self, name: &'static str, value: &T) -> Self {
        self.query_as(name, &Param::one(value), Style::Form, true, false)
    }

    /// Sets a value in the query, in a style; `reserved` keeps reserved characters.
    pub fn query_as(mut self, name: &str, value: &Param, style: Style, explode: bool, reserved: bool) -> Self {
        self.check(Location::Query, name, value);
        self.refuse_delimiter(name, value.ambiguous_query(style, explode, reserved));
        self.note(name, value);
        let pairs = value.query(name, style, explode, reserved);
        self.query.retain(|(known, _)| known != name);
        if !pairs.is_empty() {
            self.query.push((name.to_owned(), pairs));
        }
        self
    }

    /// Sets the whole query: a value of JSON text as its encoded text, an object as the pairs of a form, of which some are written
    /// in a style.
    pub fn query_whole(mut self, name: &str, value: &Param, styles: &[(&str, Style, bool, bool)]) -> Self {
        self.check(Location::Query, name, value);
        self.note(name, value);
        let query = match value.as_text() {
            Some(text) => encode(text),
            None => self.pairs(value.value(), styles),
        };
        self.query.retain(|(known, _)| known != name);
        if !query.is_empty() {
            self.query.push((name.to_owned(), query));
        }
        self
    }

    /// Sets a scalar in a header.
    pub fn header_param<T: ToParam + ?Sized>(self, name: &'static str, value: &T) -> Self {
        self.header_as(name, &Param::one(value), false)
    }

    /// Sets a value in a header. A `User-Agent` that the contract declares replaces the client's own.
    pub fn header_as(mut self, name: &'static str, value: &Param, explode: bool) -> Self {
        self.check(Location::Header, name, value);
        self.refuse_delimiter(name, value.ambiguous_plain(Style::Simple, explode));
        self.note(name, value);
        let text = value.header(explode);
        if name.eq_ignore_ascii_case(http::header::USER_AGENT.as_str()) {
            self.set_header(name, &text);
            return self;
        }
        self.header(name, &text)
    }

    /// Adds a header; those that the client writes itself are refused.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if self.api.owns_header(name) {
            self.refuse(Refusal::Header {
                name: name.to_owned(),
                why: "the client sets it itself",
            });
        } else {
            self.set_header(name, value);
        }
        self
    }

    pub(crate) fn set_header(&mut self, name: &str, value: &str) {
        match self.api.header_of_call(name, value) {
            Some((name, value)) => drop(self.headers.insert(name, value)),
            None => self.refuse(Refusal::Header {
                name: name.to_owned(),
                why: "it cannot be sent as a header",
            }),
        }
    }

    /// Sets a JSON body, which is encoded here, once.
    pub fn json<T: Json>(self, value: &T) -> Self {
        self.json_as("application/json", value)
    }

    /// Sets a JSON body of another media type.
    pub fn json_as<T: Json>(self, content_type: &str, value: &T) -> Self {
        match json::to_request(value) {
            Ok(bytes) => self.json_bytes(content_type, bytes.into()),
            Err(error) => self.refused(Refusal::Encode(error)),
        }
    }

    /// Sets a body of bytes that are JSON.
    pub(crate) fn json_bytes(self, content_type: &str, json: Bytes) -> Self {
        let mut request = self.bytes(content_type, Bytes::new());
        request.content = RequestContent::Json(json);
        request
    }

    /// Sets a body of bytes.
    pub fn bytes(mut self, content_type: &str, bytes: impl Into<Bytes>) -> Self {
        self.content = RequestContent::Bytes(bytes.into());
        self.content_type(content_type)
    }

    /// Sets the media type of the body, with its parameters.
    pub fn content_type(mut self, media: &str) -> Self {
        match HeaderValue::try_from(media) {
            Ok(value) => self.content_type = Some(value),
            Err(_) => self.refuse(Refusal::Header {
                name: "content-type".into(),
                why: "it cannot be sent as a header",
            }),
        }
        self
    }

    /// Sets a body of bytes in memory or of a file, which is read while it is sent. The upload's own media type takes
    /// precedence; if the contract has a range or a list of them, it is required.
    pub fn upload(self, content_type: &str, upload: impl Into<Upload>) -> Self {
        let upload = upload.into();
        let mut request = match upload.media_within(content_type) {
            Ok(media) => self.bytes(media, Bytes::new()),
            Err(refusal) => return self.refused(refusal),
        };
        request.content = RequestContent::Upload(upload);
        request
    }

    /// Sets a body of JSON values, one per line; in a JSON text sequence (RFC 7464), a record separator precedes each.
    pub fn lines<T: Json>(mut self, content_type: &str, items: &[T]) -> Self {
        let mut body = Vec::new();
        for (index, item) in items.iter().enumerate() {
            match json::to_request(item) {
                Ok(text) => {
                    if let Some(checked) = self.checked {
                        checked.body(content_type, &text, &format!("/{index}"), &mut self.violations);
                    }
                    if content_type.ends_with("json-seq") {
                        body.push(0x1e);
                    }
                    body.extend_from_slice(&text);
                    body.push(b'\n');
                }
                Err(error) => return self.refused(Refusal::Encode(error)),
            }
        }
        self.bytes(content_type, body)
    }

    /// Sets a body of `application/x-www-form-urlencoded` pairs: the members of an object, in order. Lists are exploded;
    /// objects and all nested values are JSON text.
    pub fn form_of<T: Json>(self, value: &T) -> Self {
        self.form_as(value, &[])
    }

    /// Sets a form body of which some members are written in a style, exploded or not, with reserved characters kept or not.
    pub fn form_as<T: Json>(mut self, value: &T, styles: &[(&str, Style, bool, bool)]) -> Self {
        let written = match JsonValue::from_request_model(value) {
            Ok(written) => written,
            Err(error) => return self.refused(Refusal::Encode(error)),
        };
        if !written.is_null() && written.as_object().is_none() {
            return self.refused(Refusal::Form);
        }
        if let Some(checked) = self.checked {
            let document = json::to_vec(&written).unwrap_or_default();
            checked.body(FORM, &document, "", &mut self.violations);
        }
        let pairs = self.pairs(&written, styles);
        self.bytes(FORM, pairs.replace("%20", "+"))
    }

    /// Returns the members of an object as the percent-encoded pairs of a form.
    fn pairs(&mut self, object: &JsonValue, styles: &[(&str, Style, bool, bool)]) -> String {
        let members = object.as_object().into_iter().flat_map(Map::iter);
        let mut all = Vec::new();
        for (name, value) in members.filter(|(_, value)| !value.is_null()) {
            let stated = styles.iter().find(|(known, ..)| *known == name);
            let (style, explode, reserved) = match stated {
                Some((_, style, explode, reserved)) => (*style, *explode, *reserved),
                None if value.as_object().is_some() => (Style::Json, false, false),
                None => (Style::Form, true, false),
            };
            let value = Param::from_model(value);
            self.note(name, &value);
            self.refuse_delimiter(name, value.ambiguous_query(style, explode, reserved));
            all.push(value.query(name, style, explode, reserved));
        }
        all.retain(|pairs| !pairs.is_empty());
        all.join("&")
    }

    /// Sets a body of several parts.
    pub fn multipart(mut self, parts: Multipart) -> Self {
        for name in self.api.support {
            let texts = parts.plain(name).map(|text| ((*name).to_owned(), text));
            self.noted.extend(texts);
        }
        self.content = RequestContent::Multipart(parts);
        self
    }

    /// Sets the timeout of one attempt.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout = Some(timeout);
        self
    }

    /// Sets the deadline of the call, with all attempts and waits.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.options.deadline = Some(deadline);
        self
    }

    /// Sets the largest number of retries; 0 sends the request once.
    pub fn retries(mut self, retries: u32) -> Self {
        self.options.attempts = Some(retries.saturating_add(1));
        self
    }

    /// Sends the request over a new connection.
    pub fn fresh(mut self) -> Self {
        self.options.fresh = true;
        self
    }

    /// Sets the credential for one security scheme, instead of the client's.
    pub fn credential(mut self, credential: Credential) -> Self {
        let schemes = self.api.schemes;
        if let Err((scheme, why)) = self.options.credentials.put(schemes, credential) {
            self.refuse(Refusal::Credential {
                scheme,
                why: why.to_string(),
            });
        }
        self
    }

    /// Sets the request id of the first attempt. Later attempts have ids of their own.
    pub fn request_id(mut self, id: impl Into<String>) -> Self {
        self.options.request_id = Some(id.into()).filter(|id| !id.is_empty());
        self
    }
}
