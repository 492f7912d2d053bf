//! Values that an intent records of its call: the digest of its request, of its subject, the target that finds the action, and
//! the headers of the call itself. A value never prints, and no credential is recorded.

use http::HeaderMap;
use http::header::{COOKIE, USER_AGENT};

use super::intent::Sender;
use crate::arrived::digest;
use crate::description::{Api, Subject};
use crate::json::JsonValue;
use crate::scheme::SchemeKind;
use crate::target;

/// The values of one call that the contract may name.
pub(crate) struct Values<'v> {
    /// Path arguments, by name.
    pub(crate) arguments: &'v [(String, String)],
    /// The JSON body.
    pub(crate) document: Option<&'v JsonValue>,
}

impl Values<'_> {
    fn argument(&self, name: &str) -> Option<&str> {
        let found = self.arguments.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    fn member(&self, pointer: &str) -> Option<&str> {
        self.document?.pointer(pointer)?.as_str()
    }

    /// Computes the subject of an action: a digest of sender, operation, the values that the contract names, and those that the
    /// caller of a raw call named. A subject that lacks a value is no subject.
    pub(crate) fn subject(
        &self,
        sender: &Sender,
        operation: &str,
        parts: &[Subject],
        named: &[String],
    ) -> Option<String> {
        if parts.is_empty() && named.is_empty() {
            return None;
        }
        let client_id = sender.client_id.as_deref().unwrap_or_default();
        let mut values = vec![sender.base_url.as_bytes(), client_id.as_bytes(), operation.as_bytes()];
        for part in parts {
            values.push(match part {
                Subject::Path(name) => self.argument(name)?.as_bytes(),
                Subject::Body(pointer) => self.member(pointer)?.as_bytes(),
            });
        }
        values.extend(named.iter().map(String::as_bytes));
        Some(crate::signing::hex(&digest(values.into_iter())))
    }

    /// Returns the target of the call that finds the action, with the values that the contract names.
    pub(crate) fn find(&self, find: Option<(&str, &[(&str, &str)])>) -> Option<String> {
        let (template, query) = find?;
        let arguments: Vec<(String, String)> = self
            .arguments
            .iter()
            .map(|(name, value)| (name.clone(), target::encode(value)))
            .collect();
        let mut text = target::fill("", template, &arguments).ok()?;
        for (name, pointer) in query {
            text.push(if text.contains('?') { '&' } else { '?' });
            text.push_str(&target::encode(name));
            text.push('=');
            text.push_str(&target::encode(self.member(pointer)?));
        }
        Some(text)
    }
}

/// Computes the digest that distinguishes requests: over method, target, content type, and the SHA-256 of the body.
pub(crate) fn digest_of_request(method: &str, target: &str, content_type: &[u8], body_sha256: &[u8; 32]) -> [u8; 32] {
    let parts: [&[u8]; 4] = [method.as_bytes(), target.as_bytes(), content_type, body_sha256];
    digest(parts.into_iter())
}

/// Returns the headers of the call itself: `all` without `defaults`, and the pairs of its cookie that are arguments. Those of the client are added again when it is sent, and credentials are never
/// stored.
pub(crate) fn own_headers(
    api: &Api,
    defaults: &HeaderMap,
    all: &HeaderMap,
    cookies: &[String],
) -> Vec<(String, String)> {
    let own = all.iter().filter(|(name, value)| {
        **name != USER_AGENT
            && defaults.get(*name) != Some(*value)
            && !value.is_sensitive()
            && !api.is_secret_header(name)
    });
    let mut kept: Vec<(String, String)> = own
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
        .collect();
    let is_key = |pair: &&String| {
        let name = pair.split('=').next();
        let of_scheme = |kind: &SchemeKind| matches!(kind, SchemeKind::CookieKey(key) if name == Some(key));
        api.schemes.iter().any(|scheme| of_scheme(&scheme.kind))
    };
    let arguments: Vec<&str> = cookies
        .iter()
        .filter(|pair| !is_key(pair))
        .map(String::as_str)
        .collect();
    if !arguments.is_empty() {
        kept.push((COOKIE.as_str().to_owned(), arguments.join("; ")));
    }
    kept
}
