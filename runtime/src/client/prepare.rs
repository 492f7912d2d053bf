//! The last step before signing: a request and its client come in, a request with all parts fixed and its body laid out and
//! hashed goes out. Files may be read here, but nothing may be sent.
//!
//! Members of a JSON body that must equal a value of the client (`x-bound`) are filled in if they are absent, and
//! compared otherwise.

use std::borrow::Cow;

use crate::arrived::{Echo, Promise, StateRule, Success, value_at};
use crate::client::core::Core;
use crate::description::{Api, Bound, Comparison, Description, Subject};
use crate::endpoint::is_safe;
use crate::exchange::{Act, FirstRun, Fixed, FixedParts, ValueType};
use crate::idempotency::{IdempotencyKey, KeyIntent, KeyPlace};
use crate::json::{self, JsonValue, Limits, Object};
use crate::multipart::Payload;
use crate::refusal::Refusal;
use crate::request::{RawTarget, Request, RequestContent, UNDESCRIBED};
use crate::rules::Violations;
use crate::security::RequiredSchemes;
use crate::server::{fill_target, raw_target};
use crate::signing::{SignatureRules, SignedValue};
use crate::transport::within;
use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use std::sync::Arc;
use std::time::Duration;

/// Usual number of headers: user agent, media types, request id, key, and those of a signature.
const USUAL_HEADERS: usize = 9;

impl Request {
    /// Copies the request for the next page or the next poll. A refresh key is replaced by a new one, because each response
    /// must be fresh.
    pub(crate) fn for_next_page(&self, core: &Core) -> Self {
        let mut next = self.clone_without_key();
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
        let parts = &mut **self;
        if let RequestContent::Json(body) = &mut parts.content {
            if let Some(filled) = bind(body, parts.description.bound, core.client_id())? {
                *body = Bytes::from(filled);
            }
            let media_type = parts.content_type.as_ref().and_then(|value| value.to_str().ok());
            if let (Some(checked), Some(media_type)) = (parts.checked, media_type) {
                checked.body(media_type, body, "", &mut parts.violations);
            }
        }
        if let (RequestContent::Multipart(multipart), Some(checked)) = (&parts.content, parts.checked) {
            multipart.check(checked, &mut parts.violations);
        }
        if parts.violations.is_empty() {
            return Ok(());
        }
        Err(Refusal::Invalid(Violations(std::mem::take(&mut parts.violations))))
    }

    /// Writes the key where the operation declares it. Attempts write the header that all operations share.
    pub(super) fn place_key(&mut self, core: &Core) -> Result<(), Refusal> {
        let (Some(rules), Some(key)) = (self.description.key, &self.key) else {
            return Ok(());
        };
        let key = key_prefix(core.api(), self.description) + key.as_str();
        let name = match rules.place {
            KeyPlace::Header(name) => name,
            KeyPlace::Part { part, member } => {
                let RequestContent::Multipart(parts) = &mut self.content else {
                    return Err(Refusal::KeyUse("it is a member of a part, but the call has no parts"));
                };
                return parts.rewrite_json(part, |body| with_member(body, member, &key));
            }
            KeyPlace::Member(name) => {
                let RequestContent::Json(body) = &mut self.content else {
                    return Err(Refusal::KeyUse("it is a member of a JSON body, but the call has none"));
                };
                *body = with_member(body, name, &key)?;
                return Ok(());
            }
        };
        let written = HeaderName::try_from(name).ok().zip(HeaderValue::try_from(&key).ok());
        let (known, value) = written.ok_or_else(|| Refusal::Header {
            name: name.to_owned(),
            why: "it cannot be sent as a header",
        })?;
        self.headers.insert(known, value);
        Ok(())
    }

    /// Returns scheme and authority, and the target.
    pub(crate) fn aim(&self, core: &Core) -> Result<(String, String), Refusal> {
        if let Some(raw) = &self.raw {
            let origin = core.shared().addresses.base.origin.clone();
            return Ok((origin, raw_target(&core.shared().addresses.base.prefix, &raw.target)?));
        }
        let (origin, prefix) = core.place(self.server)?;
        if prefix == core.shared().addresses.base.prefix {
            core.check_path(self.description.path)?;
        }
        let mut target = fill_target(prefix, self.description.path, &self.path)?;
        for (_, pairs) in &self.query {
            // A template may contain a fixed query; arguments have `?` percent-encoded.
            target.push(if target.contains('?') { '&' } else { '?' });
            target.push_str(pairs);
        }
        Ok((origin.to_owned(), target))
    }

    /// Returns the headers that all attempts share.
    fn header_lines(&mut self, core: &Core, content_type: Option<HeaderValue>) -> Result<HeaderMap, Refusal> {
        let defaults = core.default_headers();
        let mut headers = HeaderMap::with_capacity(defaults.len() + self.headers.len() + USUAL_HEADERS);
        headers.extend(defaults.iter().map(|(name, value)| (name.clone(), value.clone())));
        headers.extend(std::mem::take(&mut self.headers));
        headers
            .entry(USER_AGENT)
            .or_insert_with(|| core.shared().user_agent.clone());
        // A raw call has the one that its caller gave.
        if self.raw.is_none() {
            headers.insert(ACCEPT, self.accept_header()?);
        }
        if let Some(content_type) = content_type {
            headers.insert(CONTENT_TYPE, content_type);
        }
        Ok(headers)
    }

    fn accept_header(&self) -> Result<HeaderValue, Refusal> {
        let accept = match self.options.accept.as_deref() {
            Some(accept) => HeaderValue::try_from(accept).ok(),
            // The contract's text is a constant and is not copied.
            None => HeaderValue::from_maybe_shared(Bytes::from_static(self.description.accept.as_bytes())).ok(),
        };
        accept.ok_or_else(|| Refusal::Header {
            name: ACCEPT.to_string(),
            why: "it cannot be sent as a header",
        })
    }

    /// Runs the work on files before the first attempt, within the deadline of the call.
    async fn in_time<T>(
        &self,
        core: &Core,
        spent: &mut Duration,
        laid: impl Future<Output = Result<T, Refusal>>,
    ) -> Result<T, Refusal> {
        let began = core.instant();
        let deadline = self.options.deadline.unwrap_or(core.deadline());
        let laid = within(core.shared().transport.limit(deadline), laid).await;
        *spent = core.instant().saturating_duration_since(began);
        laid.unwrap_or(Err(Refusal::Time))
    }

    /// Lays out the body, and returns it with its media type. `spent` becomes the time for reading files.
    async fn lay_out(&mut self, core: &Core, spent: &mut Duration) -> Result<(Option<HeaderValue>, Payload), Refusal> {
        let content_type = self.content_type.take();
        // Boxed only for bodies with files; the usual body needs no future.
        Ok(match std::mem::take(&mut self.content) {
            RequestContent::Nothing => (None, Payload::from_bytes(Bytes::new())),
            RequestContent::Bytes(bytes) | RequestContent::Json(bytes) => (content_type, Payload::from_bytes(bytes)),
            RequestContent::Upload(upload) => {
                let payload = self.in_time(core, spent, Box::pin(upload.lay_out())).await?;
                (content_type, payload)
            }
            RequestContent::Multipart(parts) => {
                let media = content_type.as_ref().and_then(|media| media.to_str().ok());
                let parts = parts.with_media(media);
                let key = self.key.as_ref().map(|key| key.as_str().to_owned());
                let laid = Box::pin(async move { parts.lay_out(key.as_deref().unwrap_or_default()).await });
                let (content_type, payload) = self.in_time(core, spent, laid).await?;
                (Some(content_type), payload)
            }
        })
    }

    /// Lists the values that the response repeats. Values that the request lacks are left out.
    fn echoes(&self, body: Option<&[u8]>) -> Vec<Echo> {
        let argument = |name: &str| self.plain_path.iter().find(|(known, _)| known == name);
        let text = |body: &[u8], pointer: &str, comparison| {
            // Fast path: most texts that this process has written contain no escapes.
            let plain = json::plain_text(body, pointer).and_then(|text| String::from_utf8(text.to_vec()).ok());
            plain.or_else(|| value_at(body, &json::Limits::OWN, pointer, comparison))
        };
        let member = |pointer: &str, comparison| body.and_then(|body| text(body, pointer, comparison));
        let value = |said: &Subject| match said {
            Subject::Path(name) => argument(name).map(|(_, value)| Cow::Borrowed(value.as_str())),
            Subject::Body(pointer) => member(pointer, Comparison::Folded).map(Cow::Owned),
        };
        let echoes = self.description.echoes.iter();
        let echoes = echoes.filter_map(|(said, at)| Some(Echo::new(at, &value(said)?, Comparison::Folded)));
        let repeats = self.description.repeats.iter();
        echoes
            .chain(
                repeats
                    .filter_map(|&(sent, at, comparison)| Some(Echo::new(at, &member(sent, comparison)?, comparison))),
            )
            .collect()
    }
}

/// Fixes the bytes of a request: all parts that do not change between attempts.
pub(super) async fn fix(
    core: &Core,
    mut request: Request,
    value: ValueType,
) -> Result<(Box<Fixed>, FirstRun), Refusal> {
    if let Some(refusal) = request.refusal.take() {
        return Err(refusal);
    }
    let endpoint = request.endpoint();
    request.place_key(core)?;
    request.settle(core)?;
    if let Some(raw) = &request.raw {
        check_raw(core, raw, request.key.as_ref())?;
    }
    let (origin, target) = request.aim(core)?;
    check_key(core.api(), endpoint.method(), request.key.as_ref(), request.description)?;
    let mut first = FirstRun::default();
    let (content_type, payload) = request.lay_out(core, &mut first.already_spent).await?;
    first.request_id = request.options.request_id.take();
    let description = request.description;
    // The lookup of an action decides whether it happened.
    request.options.fresh |= request.refreshes && description.intent == Some(KeyIntent::Effect);
    let has_effect = (description.intent.is_some() || request.raw.is_some()) && !request.refreshes;
    let headers = request.header_lines(core, content_type)?;
    let raw = request.raw.take();
    let promise = match &raw {
        Some(_) => accepted(&headers),
        None => promise(description, has_effect, request.options.accept.as_deref()),
    };
    let parts = FixedParts {
        endpoint,
        account: Arc::clone(&core.shared().account),
        support: core.api().support,
        origin,
        target,
        headers,
        echoes: request.echoes(payload.source.bytes().map(|bytes| &bytes[..])),
        payload,
        key: request.key.take(),
        wanted: match &raw {
            Some(_) => RequiredSchemes::Everything,
            None => RequiredSchemes::OneOf(description.security.unwrap_or(core.api().security)),
        },
        arguments: std::mem::take(&mut request.plain_path),
        noted: std::mem::take(&mut request.noted),
        promise,
        failures: description.failures.filter(|_| raw.is_none()),
        options: std::mem::take(&mut request.options),
        creates: description.creates.is_some(),
        act: has_effect.then(|| Act {
            subject: description.subject,
            named: raw.map(|raw| raw.subject).unwrap_or_default(),
            later: description.later,
            stays: description.stays,
            find: description.find,
            read: description.read,
            evidence: request.evidence.take(),
            cookies: std::mem::take(&mut request.cookies),
        }),
        value,
    };
    Ok((Fixed::new(parts), first))
}

/// Returns a JSON object with the key as its first member.
fn with_member(body: &[u8], name: &str, key: &str) -> Result<Bytes, Refusal> {
    let rest = body.trim_ascii_start().strip_prefix(b"{").map(<[u8]>::trim_ascii_start);
    let rest = rest.ok_or(Refusal::KeyUse(
        "it is a member of the body, which is not a JSON object",
    ))?;
    let quoted = [b"\"", name.as_bytes(), b"\""].concat();
    if body.windows(quoted.len()).any(|window| window == quoted) {
        let document: JsonValue =
            json::from_slice_within(body, &Limits::OWN).map_err(|_| Refusal::KeyUse("the body is not JSON"))?;
        if matches!(&document, JsonValue::Object(object) if object.get(name).is_some()) {
            return Err(Refusal::KeyUse("the body already has a member of its name"));
        }
    }
    let text = |text: &str| json::to_vec(&JsonValue::from(text)).map_err(Refusal::Encode);
    let comma: &[u8] = if rest.starts_with(b"}") { b"" } else { b"," };
    Ok([b"{", &*text(name)?, b":", &*text(key)?, comma, rest].concat().into())
}

/// Returns the responses of success of an operation, and those of the media types that the call requests.
fn promise(description: &Description, has_effect: bool, accept: Option<&str>) -> Promise {
    let mut successes = Success::from_description(description.successes);
    if let Some(accept) = accept {
        Success::ask_for(&mut successes, accept);
    }
    if successes.is_empty() && has_effect {
        successes = Success::accepted(accept);
    }
    let ids = if has_effect { description.ids } else { &[] };
    let created = ids.iter().find(|(_, at)| Some(*at) == description.creates);
    // Of two ids with one name, a response does not tell which is which.
    let is_unique = |(name, _): &&(&str, &str)| ids.iter().filter(|(other, _)| other == name).count() == 1;
    let state = description.state.filter(|_| has_effect);
    Promise {
        successes,
        ids: ids.iter().map(|&(name, at)| (name.into(), at.into())).collect(),
        creates: created.filter(is_unique).map(|&(name, _)| name.into()),
        existing: description.existing.to_vec(),
        state: state.as_ref().map(StateRule::new),
    }
}

/// Returns the responses of success of a call that the contract does not describe.
fn accepted(headers: &HeaderMap) -> Promise {
    Promise {
        successes: Success::accepted(headers.get(ACCEPT).and_then(|value| value.to_str().ok())),
        ..Promise::default()
    }
}

/// Checks method, key and subject of a call that the contract does not describe.
fn check_raw(core: &Core, raw: &RawTarget, key: Option<&IdempotencyKey>) -> Result<(), Refusal> {
    let is_signed = |signing: &SignatureRules| signing.covers(SignedValue::Method);
    let is_lower = raw.method.as_str().bytes().any(|letter| letter.is_ascii_lowercase());
    if is_lower && core.api().signing.is_some_and(is_signed) {
        return Err(Refusal::Method(raw.method.to_string()));
    }
    check_key(core.api(), &raw.method, key, &UNDESCRIBED)?;
    if key.is_some() && core.api().idempotency.is_some_and(|keys| keys.header.is_none()) {
        return Err(Refusal::KeyUse(
            "each operation of this API has its own place for it: set the header or the member yourself",
        ));
    }
    if !raw.subject.is_empty() && (key.is_none() || core.shared().journal.is_none()) {
        return Err(Refusal::KeyUse(
            "a subject is stored in a journal with a key: the call needs both",
        ));
    }
    Ok(())
}

/// Returns what comes before the key of an operation on the wire.
fn key_prefix(api: &Api, description: &Description) -> String {
    api.idempotency
        .map(|keys| keys.prefix(description.id))
        .unwrap_or_default()
}

/// Checks that a key is given where the operation takes one, with a length that the API allows.
fn check_key(
    api: &Api,
    method: &Method,
    key: Option<&IdempotencyKey>,
    description: &Description,
) -> Result<(), Refusal> {
    let Some(key) = key else {
        return if description.intent.is_some() {
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
    let (least, most) = description.key.map_or(keys.key_length, |own| own.length);
    let prefix = u32::try_from(key_prefix(api, description).len()).unwrap_or(u32::MAX);
    let (least, most) = (least.saturating_sub(prefix).max(1), most.saturating_sub(prefix));
    let length = key.as_str().len();
    if length < least as usize || length > most as usize {
        return Err(Refusal::KeyLength { length, least, most });
    }
    Ok(())
}

/// Returns the body with all bound members, or the refusal. Bytes that need no change stay as they are.
///
/// A bound member is not added if its enclosing object is absent (an optional part that was left out).
pub(crate) fn bind(body: &[u8], bound: &[(&str, Bound)], client_id: Option<&str>) -> Result<Option<Vec<u8>>, Refusal> {
    if bound.is_empty() {
        return Ok(None);
    }
    let place = |pointer: &str, why| Refusal::BoundPlace {
        pointer: pointer.to_owned(),
        why,
    };
    let first = bound.first().map_or("", |(pointer, _)| pointer);
    let mut document: JsonValue =
        json::from_slice_within(body, &Limits::OWN).map_err(|_| place(first, "the body is not JSON"))?;
    let mut changed = false;
    for (pointer, value) in bound {
        let Bound::ClientId = value;
        let wanted = client_id.ok_or(Refusal::Credentials("its client id"))?;
        let (parent, name) = pointer
            .rsplit_once('/')
            .ok_or_else(|| place(pointer, "it names no member"))?;
        let name = name.replace("~1", "/").replace("~0", "~");
        let Some(object) = object_at(&mut document, parent) else {
            continue;
        };
        match object.get(&name) {
            None | Some(JsonValue::Null) => {
                object.insert(name, JsonValue::from(wanted));
                changed = true;
            }
            Some(given) if given.as_str() == Some(wanted) => {}
            Some(_) => {
                return Err(Refusal::Bound {
                    pointer: (*pointer).to_owned(),
                    value: "the client id",
                });
            }
        }
    }
    if !changed {
        return Ok(None);
    }
    json::to_vec(&document).map(Some).map_err(Refusal::Encode)
}

fn object_at<'v>(document: &'v mut JsonValue, pointer: &str) -> Option<&'v mut Object> {
    let mut value = document;
    for token in pointer.split('/').skip(1) {
        let JsonValue::Object(object) = value else { return None };
        value = object.get_mut(&token.replace("~1", "/").replace("~0", "~"))?;
    }
    match value {
        JsonValue::Object(object) => Some(object),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUND: &[(&str, Bound)] = &[("/statement/madeBy", Bound::ClientId)];

    fn bound(body: &str) -> Result<Option<String>, Refusal> {
        bind(body.as_bytes(), BOUND, Some("client-1")).map(|body| body.map(|bytes| String::from_utf8(bytes).unwrap()))
    }

    #[test]
    fn a_member_that_was_left_out_is_filled_in() {
        let filled = bound(r#"{"a":1.10,"statement":{"text":"x"}}"#).unwrap();
        assert_eq!(
            filled.as_deref(),
            Some(r#"{"a":1.10,"statement":{"text":"x","madeBy":"client-1"}}"#)
        );
    }

    #[test]
    fn a_member_that_is_right_changes_no_byte() {
        assert_eq!(bound(r#"{ "statement": {"madeBy":"client-1"} }"#).unwrap(), None);
        assert_eq!(bound("{}").unwrap(), None);
    }

    #[test]
    fn another_value_is_refused() {
        assert_eq!(
            bound(r#"{"statement":{"madeBy":"client-2"}}"#),
            Err(Refusal::Bound {
                pointer: "/statement/madeBy".into(),
                value: "the client id"
            })
        );
        assert!(bound(r#"{"statement":{"madeBy":7}}"#).is_err());
    }

    #[test]
    fn a_client_without_an_id_is_refused() {
        assert!(matches!(bind(b"{}", BOUND, None), Err(Refusal::Credentials(_))));
    }
}
