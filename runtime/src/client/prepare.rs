//! The last step before signing: a request and its client come in, a request with all parts fixed and its body laid out and
//! hashed goes out. Files may be read here, but nothing may be sent.

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method};

use super::core::Core;
use crate::bound::bind;
use crate::description::{Api, Comparison, Description, Subject};
use crate::endpoint::{Endpoint, is_safe};
use crate::idempotency::IdempotencyKey;
use crate::journal::{Echo, Promise, Success};
use crate::json;
use crate::multipart::Payload;
use crate::refusal::Refusal;
use crate::request::{Act, Content, Prepared, Request};
use crate::rules::{Violation, Violations};
use crate::security::Wanted;
use crate::target;
use crate::transport::within;

/// Usual number of headers: user agent, media types, request id, key, and those of a signature.
const USUAL_HEADERS: usize = 9;

impl Request {
    /// Copies the request for the next page or the next poll. A refresh key is replaced by a new one, because each answer must
    /// be fresh.
    pub(crate) fn anew(&self, core: &Core) -> Self {
        let mut next = self.again();
        next.options.request_id = None;
        if next.key.is_some() {
            match core.refresh_key() {
                Ok(key) => next.key = Some(key.into_key()),
                Err(error) => next.refuse(Refusal::Nonce(error.to_string())),
            }
        }
        next
    }

    /// Fills in values bound to the client, and refuses all violations of the contract at once.
    fn settle(&mut self, core: &Core) -> Result<(), Refusal> {
        let mut bound = Ok(None);
        if let Content::Json(body) = &mut self.content {
            bound = bind(body, self.description.bound, core.client_id());
            if let Ok(Some(filled)) = &mut bound {
                *body = Bytes::from(std::mem::take(filled));
            }
            let media_type = self.content_type.as_ref().and_then(|value| value.to_str().ok());
            if let (Some(checked), Some(media_type)) = (self.checked, media_type) {
                checked.body(media_type, body, "", &mut self.violations);
            }
        }
        match bound {
            // Values bound to the client must match, even if validation is off.
            Err(refusal) if self.options.unchecked || self.violations.is_empty() => return Err(refusal),
            Err(Refusal::Bound { pointer, value }) => {
                let rule = format!("must be {value} of this client: remove it, and the client fills it in");
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

    /// Returns scheme and authority, and the target.
    fn aim(&self, core: &Core) -> Result<(String, String), Refusal> {
        let (origin, prefix) = core.place(self.server)?;
        if prefix == core.prefix() {
            core.check_path(self.description.path)?;
        }
        let origin = origin.to_owned();
        let mut target = target::fill(prefix, self.description.path, &self.path)?;
        for (_, pairs) in &self.query {
            // A template may contain a fixed query; arguments have `?` percent-encoded.
            target.push(if target.contains('?') { '&' } else { '?' });
            target.push_str(pairs);
        }
        Ok((origin, target))
    }

    /// Returns the headers that all attempts share.
    fn header_lines(&mut self, core: &Core, content_type: Option<HeaderValue>) -> Result<HeaderMap, Refusal> {
        let defaults = core.default_headers();
        let mut headers = HeaderMap::with_capacity(defaults.len() + self.headers.len() + USUAL_HEADERS);
        headers.extend(defaults.iter().map(|(name, value)| (name.clone(), value.clone())));
        headers.extend(std::mem::take(&mut self.headers));
        headers.entry(USER_AGENT).or_insert_with(|| core.user_agent());
        let accept = match self.options.accept.as_deref() {
            Some(accept) => HeaderValue::try_from(accept).ok(),
            // The contract's text is a constant and is not copied.
            None => HeaderValue::from_maybe_shared(Bytes::from_static(self.description.accept.as_bytes())).ok(),
        };
        let accept = accept.ok_or_else(|| Refusal::Header {
            name: ACCEPT.to_string(),
            why: "it cannot be sent as a header",
        })?;
        headers.insert(ACCEPT, accept);
        if let Some(content_type) = content_type {
            headers.insert(CONTENT_TYPE, content_type);
        }
        Ok(headers)
    }

    /// Runs the work on files before the first attempt, within the deadline of the call.
    async fn in_time<T>(&mut self, core: &Core, laid: impl Future<Output = Result<T, Refusal>>) -> Result<T, Refusal> {
        let began = core.instant();
        let deadline = self.options.deadline.unwrap_or(core.deadline());
        let laid = within(core.limit(deadline), laid).await;
        self.options.spent = core.instant().saturating_duration_since(began);
        laid.unwrap_or(Err(Refusal::Time))
    }

    /// Lists the values that the answer repeats. Values that the request lacks are left out.
    fn echoes(&self, body: Option<&[u8]>) -> Vec<Echo> {
        let argument = |name: &str| self.plain_path.iter().find(|(known, _)| known == name);
        let text = |body: &[u8], pointer: &str| {
            // Fast path: most texts that this process has written contain no escapes.
            let plain = json::plain_text(body, pointer).and_then(|text| String::from_utf8(text.to_vec()).ok());
            plain.or_else(|| json::text(body, &json::Limits::OWN, 0, pointer))
        };
        let member = |pointer: &str| body.and_then(|body| text(body, pointer));
        let value = |said: &Subject| match said {
            Subject::Path(name) => argument(name).map(|(_, value)| value.clone()),
            Subject::Body(pointer) => member(pointer),
        };
        let echoes = self.description.echoes.iter();
        let echoes = echoes.filter_map(|(said, at)| Some(Echo::new(at, &value(said)?, Comparison::Folded)));
        let repeats = self.description.repeats.iter();
        echoes
            .chain(repeats.filter_map(|&(sent, at, comparison)| Some(Echo::new(at, &member(sent)?, comparison))))
            .collect()
    }

    /// Returns the request with its body laid out.
    fn fixed(
        mut self: Box<Self>,
        core: &Core,
        endpoint: Endpoint,
        (origin, target): (String, String),
        (content_type, payload): (Option<HeaderValue>, Payload),
    ) -> Result<Prepared, Refusal> {
        let headers = self.header_lines(core, content_type)?;
        let echoes = self.echoes(payload.source.bytes().map(|bytes| &bytes[..]));
        let has_effect = self.description.intent.is_some() && !self.refreshes;
        let act = has_effect.then(|| Act {
            subject: self.description.subject,
            named: Vec::new(),
            later: self.description.later,
            find: self.description.find,
            read: self.description.read,
            evidence: self.evidence.take(),
            cookies: std::mem::take(&mut self.cookies),
        });
        let promise = promise(self.description, has_effect, self.options.accept.as_deref());
        Ok(Prepared {
            endpoint,
            origin,
            target,
            headers,
            payload,
            key: self.key.take(),
            wanted: Wanted::OneOf(self.description.security.unwrap_or(self.api.security)),
            arguments: std::mem::take(&mut self.plain_path),
            noted: std::mem::take(&mut self.noted),
            echoes,
            options: std::mem::take(&mut self.options),
            promise,
            creates: self.description.creates.is_some(),
            act,
        })
    }
}

/// Fixes all parts that do not change between attempts.
pub(crate) async fn prepare(core: &Core, mut request: Box<Request>) -> Result<Prepared, Refusal> {
    let endpoint = request.endpoint();
    if let Some(refusal) = request.refusal.take() {
        return Err(refusal);
    }
    request.settle(core)?;
    let place = request.aim(core)?;
    let needs_key = request.description.intent.is_some();
    check_key(core.api(), endpoint.method(), request.key.as_ref(), needs_key)?;
    let content_type = request.content_type.take();
    // Boxed only for bodies with files; the usual body needs no future.
    let laid = match std::mem::take(&mut request.content) {
        Content::Nothing => (None, Payload::from_bytes(Bytes::new())),
        Content::Bytes(bytes) | Content::Json(bytes) => (content_type, Payload::from_bytes(bytes)),
        Content::Upload(upload) => {
            let payload = request.in_time(core, Box::pin(upload.lay_out())).await?;
            (content_type, payload)
        }
        Content::Multipart(parts) => {
            let media = content_type.as_ref().and_then(|media| media.to_str().ok());
            let parts = parts.with_media(media);
            let key = request.key.as_ref().map(|key| key.as_str().to_owned());
            let laid = Box::pin(async move { parts.lay_out(key.as_deref().unwrap_or_default()).await });
            let (content_type, payload) = request.in_time(core, laid).await?;
            (Some(content_type), payload)
        }
    };
    request.fixed(core, endpoint, place, laid)
}

/// Returns the answers of success of an operation, and those of the media types that the call requests.
fn promise(description: &Description, has_effect: bool, accept: Option<&str>) -> Promise {
    let mut successes = Success::of(description.successes);
    if let Some(accept) = accept {
        Success::ask_for(&mut successes, accept);
    }
    if successes.is_empty() && has_effect {
        successes = Success::accepted(accept);
    }
    let ids = if has_effect { description.ids } else { &[] };
    let created = ids.iter().find(|(_, at)| Some(*at) == description.creates);
    // Of two ids with one name, an answer does not tell which is which.
    let is_unique = |(name, _): &&(&str, &str)| ids.iter().filter(|(other, _)| other == name).count() == 1;
    let state = description.state.filter(|_| has_effect);
    Promise {
        successes,
        ids: ids.iter().map(|&(name, at)| (name.into(), at.into())).collect(),
        creates: created.filter(is_unique).map(|&(name, _)| name.into()),
        existing: description.existing.to_vec(),
        state: state.map(|(at, starts)| (at.into(), starts.iter().map(|&start| start.into()).collect())),
    }
}

/// Checks that a key is given where the operation takes one, with a length that the API allows.
pub(crate) fn check_key(api: &Api, method: &Method, key: Option<&IdempotencyKey>, needed: bool) -> Result<(), Refusal> {
    let Some(key) = key else {
        return if needed {
            Err(Refusal::KeyUse("this call requires one"))
        } else {
            Ok(())
        };
    };
    let Some(keys) = api.idempotency else {
        return Err(Refusal::KeyUse("this API has no idempotency keys"));
    };
    if is_safe(method) {
        return Err(Refusal::KeyUse("a call without an effect has no idempotency key"));
    }
    let (least, most) = keys.key_length;
    let length = key.as_str().len();
    if length < least as usize || length > most as usize {
        return Err(Refusal::KeyLength { length, least, most });
    }
    Ok(())
}
