//! The last step before signing: every part of the request fixed, its body laid out and hashed.

use std::borrow::Cow;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method};

use super::bound::bind;
use super::{Content, Description, Options, Param, Refusal, Request, Subject, target};
use crate::client::Core;
use crate::idempotency::IdempotencyKey;
use crate::journal::Success;
use crate::json;
use crate::multipart;
use crate::rules::{Violation, Violations};
use crate::security::Wanted;
use crate::signing::body_sha256;
use crate::transport::{Source, within};

/// User agent, media types, request id, key, and those of a signature.
const USUAL_HEADERS: usize = 9;

/// What was called: for errors, logs and support.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    id: Cow<'static, str>,
    method: Method,
    template: Cow<'static, str>,
}

impl Endpoint {
    pub(crate) fn new(id: &'static str, method: Method, template: impl Into<Cow<'static, str>>) -> Self {
        Self {
            id: Cow::Borrowed(id),
            method,
            template: template.into(),
        }
    }

    /// An endpoint whose operation is known by its name alone.
    pub(crate) fn named(id: String, method: Method, template: String) -> Self {
        Self {
            id: id.into(),
            method,
            template: template.into(),
        }
    }

    /// `operationId`; empty for a raw call.
    pub fn operation(&self) -> &str {
        &self.id
    }

    /// The HTTP method.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The path template: no argument stands in it. For a raw call the path without its query.
    pub fn template(&self) -> &str {
        &self.template
    }
}

impl std::fmt::Display for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.id.is_empty() {
            write!(f, "{} {}", self.method, self.template)
        } else {
            write!(f, "{} ({} {})", self.id, self.method, self.template)
        }
    }
}

/// SHA-256 of no bytes: what most requests are signed with.
const SHA256_OF_NOTHING: [u8; 32] = [
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27, 0xae, 0x41,
    0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
];

/// A body that is laid out and hashed.
#[derive(Clone)]
pub(crate) struct Payload {
    pub(crate) source: Source,
    pub(crate) sha256: [u8; 32],
}

impl Payload {
    pub(crate) fn from_bytes(bytes: Bytes) -> Self {
        if bytes.is_empty() {
            return Self {
                sha256: SHA256_OF_NOTHING,
                source: Source::default(),
            };
        }
        Self {
            sha256: body_sha256(&bytes),
            source: Source::from_bytes(bytes),
        }
    }

    /// A body that was laid out before: it is read once, for its digest.
    pub(crate) async fn of(source: Source) -> Result<Self, Refusal> {
        let sha256 = multipart::digest(&source).await?;
        Ok(Self { source, sha256 })
    }
}

/// What a journal has to know about an action; the rest it sees.
#[derive(Debug, Clone, Default)]
pub(crate) struct Act {
    pub(crate) ids: &'static [(&'static str, &'static str)],
    pub(crate) successes: Vec<Success>,
    pub(crate) subject: &'static [Subject],
    /// What the caller of a raw call says in place of the contract.
    pub(crate) named: Vec<String>,
    pub(crate) later: &'static [&'static str],
    pub(crate) find: Option<(&'static str, &'static [(&'static str, &'static str)])>,
    pub(crate) read: Option<(&'static str, &'static str)>,
    pub(crate) evidence: Option<Bytes>,
    /// Pairs of the cookie that are arguments.
    pub(crate) cookies: Vec<String>,
}

/// A request that only lacks what is new in each attempt: instant, nonce, request id and signature.
pub(crate) struct Prepared {
    pub(crate) endpoint: Endpoint,
    /// Scheme and authority.
    pub(crate) origin: String,
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) payload: Payload,
    pub(crate) key: Option<IdempotencyKey>,
    pub(crate) wanted: Wanted,
    pub(crate) arguments: Vec<(String, String)>,
    /// What a support report repeats beside them and the JSON body.
    pub(crate) noted: Vec<(String, String)>,
    /// What its answer repeats: the JSON Pointer of the member, and the value.
    pub(crate) echoes: Vec<(Cow<'static, str>, String)>,
    pub(crate) options: Options,
    /// Nothing for a call that has no effect.
    pub(crate) act: Option<Act>,
}

impl std::fmt::Debug for Prepared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Prepared")
            .field("endpoint", &self.endpoint)
            .finish_non_exhaustive()
    }
}

impl Prepared {
    /// Asks for no change (RFC 9110, section 9.2.1).
    pub(crate) fn is_safe(&self) -> bool {
        self.endpoint.method.is_safe()
    }
}

impl Request {
    /// The endpoint that this request goes to.
    pub(crate) fn endpoint(&self) -> Endpoint {
        Endpoint::new(
            self.description.id,
            method(self.description.method),
            self.description.path,
        )
    }

    /// Keeps the value of a name that the contract's support report repeats, in place of an earlier one.
    pub(super) fn note(&mut self, name: &str, value: &Param) {
        if self.core.api().support.contains(&name) {
            self.noted.retain(|(known, _)| known != name);
            self.noted.push((name.to_owned(), value.to_plain()));
        }
    }

    /// Fills in what is bound to the client, and refuses what the contract does not allow: all of it at once.
    fn settle(&mut self) -> Result<(), Refusal> {
        let mut bound = Ok(None);
        if let Content::Json(body) = &mut self.content {
            bound = bind(body, self.description.bound, self.core.client_id());
            if let Ok(Some(filled)) = &mut bound {
                *body = Bytes::from(std::mem::take(filled));
            }
            let media_type = self.content_type.as_ref().and_then(|value| value.to_str().ok());
            if let (Some(checked), Some(media_type)) = (self.checked, media_type) {
                checked.body(media_type, body, "", &mut self.violations);
            }
        }
        match bound {
            // What must equal a value of the client must do so, checked or not.
            Err(refusal) if self.options.unchecked || self.violations.is_empty() => return Err(refusal),
            Err(Refusal::Bound { pointer, value }) => {
                let rule = format!("must be {value} of this client: leave it out, and it is filled in");
                self.violations.push(Violation::of_body(pointer, rule));
            }
            Err(refusal) => return Err(refusal),
            Ok(_) => {}
        }
        if self.options.unchecked || self.violations.is_empty() {
            return Ok(());
        }
        Err(Refusal::Invalid(Violations(std::mem::take(&mut self.violations))))
    }

    /// Scheme and authority, and the target.
    fn aim(&self) -> Result<(String, String), Refusal> {
        let (origin, prefix) = self.core.place(self.server)?;
        if prefix == self.core.prefix() {
            self.core.check_path(self.description.path)?;
        }
        let origin = origin.to_owned();
        let mut target = target::fill(prefix, self.description.path, &self.path)?;
        for (_, pairs) in &self.query {
            // A template may bring a fixed query along; in arguments `?` is encoded.
            target.push(if target.contains('?') { '&' } else { '?' });
            target.push_str(pairs);
        }
        Ok((origin, target))
    }

    /// The headers that all attempts have.
    fn header_lines(&mut self, content_type: Option<HeaderValue>) -> Result<HeaderMap, Refusal> {
        let defaults = self.core.default_headers();
        let mut headers = HeaderMap::with_capacity(defaults.len() + self.headers.len() + USUAL_HEADERS);
        headers.extend(defaults.iter().map(|(name, value)| (name.clone(), value.clone())));
        headers.extend(std::mem::take(&mut self.headers));
        headers.entry(USER_AGENT).or_insert_with(|| self.core.user_agent());
        let accept = match self.options.accept.as_deref() {
            Some(accept) => HeaderValue::try_from(accept).ok(),
            // That of the contract is a constant: it is not copied.
            None => HeaderValue::from_maybe_shared(Bytes::from_static(self.description.accept.as_bytes())).ok(),
        };
        let accept = accept.ok_or_else(|| Refusal::Header {
            name: ACCEPT.to_string(),
            why: "it cannot be written as a header",
        })?;
        headers.insert(ACCEPT, accept);
        if let Some(content_type) = content_type {
            headers.insert(CONTENT_TYPE, content_type);
        }
        Ok(headers)
    }

    /// What is done with files before anything is sent: it counts for the deadline of the call.
    async fn in_time<T>(&mut self, laid: impl Future<Output = Result<T, Refusal>>) -> Result<T, Refusal> {
        let began = self.core.instant();
        let deadline = self.options.deadline.unwrap_or(self.core.deadline());
        let laid = within(self.core.limit(deadline), laid).await;
        self.options.spent = self.core.instant().saturating_duration_since(began);
        laid.unwrap_or(Err(Refusal::Time))
    }

    /// What the answer repeats: the JSON Pointer of the member, and the value. A value that the request lacks is none.
    fn echoes(&self, body: Option<&[u8]>) -> Vec<(Cow<'static, str>, String)> {
        let argument = |name: &str| self.plain_path.iter().find(|(known, _)| known == name);
        let text = |body: &[u8], pointer: &str| {
            // A whole reading takes time, and most texts stand plainly in what this process has written.
            let plain = json::plain_text(body, pointer).and_then(|text| String::from_utf8(text.to_vec()).ok());
            plain.or_else(|| json::text(body, &json::Limits::OWN, 0, pointer))
        };
        let value = |said: &Subject| match said {
            Subject::Path(name) => argument(name).map(|(_, value)| value.clone()),
            Subject::Body(pointer) => body.and_then(|body| text(body, pointer)),
        };
        let echoes = self.description.echoes.iter();
        echoes
            .filter_map(|(said, at)| Some(((*at).into(), value(said)?)))
            .collect()
    }

    /// The request with its body laid out: nothing is left to be said.
    fn fixed(
        mut self: Box<Self>,
        endpoint: Endpoint,
        (origin, target): (String, String),
        (content_type, payload): (Option<HeaderValue>, Payload),
    ) -> Result<Prepared, Refusal> {
        let headers = self.header_lines(content_type)?;
        let echoes = self.echoes(payload.source.bytes().map(|bytes| &bytes[..]));
        let has_effect = self.description.intent.is_some() && !self.refreshes;
        let act = has_effect.then(|| Act {
            ids: self.description.ids,
            successes: successes(self.description, self.options.accept.as_deref()),
            subject: self.description.subject,
            named: Vec::new(),
            later: self.description.later,
            find: self.description.find,
            read: self.description.read,
            evidence: self.evidence.take(),
            cookies: std::mem::take(&mut self.cookies),
        });
        Ok(Prepared {
            endpoint,
            origin,
            target,
            headers,
            payload,
            key: self.key.take(),
            wanted: Wanted::OneOf(self.description.security),
            arguments: std::mem::take(&mut self.plain_path),
            noted: std::mem::take(&mut self.noted),
            echoes,
            options: std::mem::take(&mut self.options),
            act,
        })
    }
}

/// Fixes everything that does not change between attempts.
pub(crate) async fn prepare(mut request: Box<Request>) -> Result<Prepared, Refusal> {
    let endpoint = request.endpoint();
    if let Some(refusal) = request.refusal.take() {
        return Err(refusal);
    }
    request.settle()?;
    let place = request.aim()?;
    let needs_key = request.description.intent.is_some();
    check_key(&request.core, &endpoint.method, request.key.as_ref(), needs_key)?;
    let content_type = request.content_type.take();
    // What waits for a file waits in a place of its own: the usual body has none.
    let laid = match std::mem::take(&mut request.content) {
        Content::Nothing => (None, Payload::from_bytes(Bytes::new())),
        Content::Bytes(bytes) | Content::Json(bytes) => (content_type, Payload::from_bytes(bytes)),
        Content::Upload(upload) => {
            let payload = request.in_time(Box::pin(upload.lay_out())).await?;
            (content_type, payload)
        }
        Content::Multipart(parts) => {
            let key = request.key.as_ref().map(|key| key.as_str().to_owned());
            let laid = Box::pin(async move { parts.lay_out(key.as_deref().unwrap_or_default()).await });
            let (content_type, payload) = request.in_time(laid).await?;
            (Some(content_type), payload)
        }
    };
    request.fixed(endpoint, place, laid)
}

/// The answers of success of an operation, and those that the call asks for besides.
fn successes(description: &Description, accept: Option<&str>) -> Vec<Success> {
    if description.successes.is_empty() {
        return Success::accepted(accept);
    }
    let mut all = Success::of(description.successes);
    if let Some(accept) = accept {
        Success::ask_for(&mut all, accept);
    }
    all
}

fn method(token: &str) -> Method {
    Method::from_bytes(token.as_bytes()).unwrap_or(Method::POST)
}

/// A key is where the operation takes one, and as long as the API allows.
pub(crate) fn check_key(
    core: &Core,
    method: &Method,
    key: Option<&IdempotencyKey>,
    needed: bool,
) -> Result<(), Refusal> {
    let Some(key) = key else {
        return if needed {
            Err(Refusal::KeyUse("this call needs one"))
        } else {
            Ok(())
        };
    };
    let Some(keys) = core.api().idempotency else {
        return Err(Refusal::KeyUse("this API knows none"));
    };
    if method.is_safe() {
        return Err(Refusal::KeyUse("a call that changes nothing takes none"));
    }
    let (least, most) = keys.key_length;
    let length = key.as_str().len();
    if length < least as usize || length > most as usize {
        return Err(Refusal::KeyLength { length, least, most });
    }
    Ok(())
}
