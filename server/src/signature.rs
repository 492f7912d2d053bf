//! Verification of a signed request over the bytes as received: client, signature, freshness, nonce.

use std::borrow::Cow;
use std::time::Duration;

use axum::http::{HeaderMap, StatusCode};
use sdkwright_runtime::glue::{Api, NonceFormat, NonceRules, SignaturePlace, SignatureRules, SignedValue, ValuePlace};
use sdkwright_signing::clock::unix_seconds;
use sdkwright_signing::{Parts, VerifyingKey, has_signed, message, parse_timestamp, timestamp};

use crate::input::decoded;
use crate::options::Options;
use crate::problem::Problem;
use crate::store::StoreFailure;

/// The parts of a signed request, as received.
pub(crate) struct SignedRequest<'r> {
    pub(crate) method: &'r str,
    pub(crate) target: &'r str,
    pub(crate) headers: &'r HeaderMap,
    pub(crate) body: &'r [u8],
    pub(crate) body_sha256: &'r [u8; 32],
    /// The idempotency key as its header has it.
    pub(crate) key: Option<&'r str>,
}

/// The reason why a request is refused.
pub(crate) enum RefusedRequest {
    Problem(Box<Problem>),
    Store(StoreFailure),
}

impl From<StoreFailure> for RefusedRequest {
    fn from(error: StoreFailure) -> Self {
        Self::Store(error)
    }
}

impl From<Problem> for RefusedRequest {
    fn from(problem: Problem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

impl SignedRequest<'_> {
    /// Verifies the request, and returns its client.
    pub(crate) async fn verify(
        &self,
        api: &Api,
        rules: &'static SignatureRules,
        options: &Options,
    ) -> Result<String, RefusedRequest> {
        let refuse = |code, detail: &str| {
            let problem = Problem::from_code_or(api, code, StatusCode::UNAUTHORIZED);
            RefusedRequest::from(problem.with_detail(detail))
        };
        let missing = |name: &str| {
            refuse(
                rules.client_problem,
                &format!("The header or parameter {name} is missing, or occurs twice."),
            )
        };
        let value = |wanted| self.value(rules, wanted).map_err(missing);
        let client_id = value(SignedValue::ClientId)?.unwrap_or_default();
        let instant = value(SignedValue::Timestamp)?.unwrap_or_default();
        let nonce = value(SignedValue::Nonce)?;
        let nonce = nonce.as_deref();
        let (target, written) = self.signature(rules).map_err(missing)?;
        let unknown = || refuse(rules.client_problem, "The client is not known.");
        let secret = options.clients.secret(&client_id).await?.ok_or_else(unknown)?;
        if nonce.is_some_and(|nonce| !is_nonce(nonce, rules.nonce.unwrap_or(NonceRules::USUAL))) {
            let detail = "The nonce does not have the form of the contract.";
            return Err(refuse(rules.client_problem, detail));
        }
        let key = VerifyingKey::from_text(rules, &secret).map_err(|error| StoreFailure(error.to_string()))?;
        let seconds = parse_timestamp(&instant, rules.timestamp);
        let end = rules.lifetime.zip(seconds);
        let end = end.map(|(lifetime, start)| timestamp(start.saturating_add(lifetime.into()), rules.timestamp));
        let parts = Parts {
            body: self.body,
            timestamp: &instant,
            expires: end.as_deref().unwrap_or_default(),
            nonce: nonce.unwrap_or_default(),
            idempotency_key: self.key,
            client_id: Some(&client_id),
            headers: Some(self.headers),
            ..Parts::new(self.method, target, self.body_sha256)
        };
        if !has_signed(rules, &key, &message(rules.message, &parts), &written) {
            return Err(refuse(
                rules.signature_problem,
                "The signature does not match the request.",
            ));
        }
        let now = options.clock.now();
        let (past, future) = (rules.freshness.past, rules.freshness.future);
        let limits = [past.into_iter().chain(rules.lifetime).min(), future];
        if limits.iter().any(Option::is_some) {
            let age = seconds.map(|seconds| unix_seconds(now).saturating_sub(seconds));
            let is_fresh = age.is_some_and(|age| {
                let [past, future] = limits.map(|limit| limit.map(i64::from));
                past.is_none_or(|past| age <= past) && future.is_none_or(|future| age.saturating_neg() <= future)
            });
            if !is_fresh {
                return Err(refuse(
                    rules.expired_problem,
                    "The timestamp is outside of the allowed window.",
                ));
            }
        }
        if let Some(nonce) = nonce {
            // A request is fresh from the future limit before its instant to the end of the last second of the past limit after it.
            let window = limits.map(|limit| u64::from(limit.unwrap_or(u32::MAX)));
            let until = now + Duration::from_secs(window.iter().sum::<u64>() + 1);
            if !options.nonces.record(&client_id, nonce, now, until).await? {
                return Err(refuse(rules.replayed_problem, "The nonce was used before."));
            }
        }
        Ok(client_id.into_owned())
    }

    /// Returns a value of the signature; `None` if the contract does not send it, an error with its name if it is absent or has two values.
    fn value(&self, rules: &SignatureRules, wanted: SignedValue) -> Result<Option<Cow<'_, str>>, &'static str> {
        let mut found: Option<Cow<'_, str>> = None;
        for place in rules.places(wanted) {
            let (name, text) = match place {
                ValuePlace::Header(name) => (name, single(self.headers, name).map(Cow::Borrowed)),
                ValuePlace::Query(name) | ValuePlace::Pair(name) => (name, self.parameter(name).map(Cow::Owned)),
            };
            let text = text.filter(|text| !text.is_empty()).ok_or(name)?;
            if found.replace(text.clone()).is_some_and(|other| other != text) {
                return Err(name);
            }
        }
        Ok(found)
    }

    /// Returns the single value of a parameter of the query; `None` for none, or several.
    fn parameter(&self, name: &str) -> Option<String> {
        let query = self.target.split_once('?')?.1;
        let mut values = query.split('&').filter(|pair| is_named(pair, name));
        match (values.next(), values.next()) {
            (Some(pair), None) => decoded(pair.split_once('=')?.1),
            _ => None,
        }
    }

    /// Returns the signed target, and the text of the signature; an error with the place of a missing one.
    fn signature(&self, rules: &SignatureRules) -> Result<(&str, Cow<'_, str>), &'static str> {
        if let SignaturePlace::Query(name) = rules.signature {
            // The last parameter covers all before it.
            let (signed, pair) = self.target.rsplit_once(['?', '&']).ok_or(name)?;
            let text = self.parameter(name).filter(|_| is_named(pair, name));
            return Ok((signed, Cow::Owned(text.ok_or(name)?)));
        }
        let name = rules.signature.header().unwrap_or_default();
        let text = single(self.headers, name).filter(|text| !text.is_empty());
        let text = match rules.signature {
            SignaturePlace::Bearer => text.and_then(|text| text.strip_prefix("Bearer ")),
            _ => text,
        };
        Ok((self.target, Cow::Borrowed(text.ok_or(name)?)))
    }

    /// Returns the target without the values that differ between attempts of a request: signature, instant, end and nonce.
    pub(crate) fn constant_target(&self, rules: &SignatureRules) -> String {
        let is_new = |value| {
            matches!(
                value,
                SignedValue::Timestamp | SignedValue::Expires | SignedValue::Nonce
            )
        };
        let mut names: Vec<&str> = rules
            .query()
            .filter(|(_, value)| is_new(*value))
            .map(|(name, _)| name)
            .collect();
        if let SignaturePlace::Query(name) = rules.signature {
            names.push(name);
        }
        let (path, query) = self.target.split_once('?').unwrap_or((self.target, ""));
        let pairs = query
            .split('&')
            .filter(|pair| !names.iter().any(|name| is_named(pair, name)));
        let pairs: Vec<&str> = pairs.collect();
        if names.is_empty() {
            self.target.to_owned()
        } else {
            format!("{path}?{}", pairs.join("&"))
        }
    }
}

/// Returns `true` for a parameter of the query with this name.
fn is_named(pair: &str, name: &str) -> bool {
    decoded(pair.split('=').next().unwrap_or_default()).as_deref() == Some(name)
}

fn is_nonce(text: &str, rules: NonceRules) -> bool {
    let (least, most) = rules.length;
    let is_allowed = |byte: u8| match rules.format {
        NonceFormat::Alphanumeric => byte.is_ascii_alphanumeric(),
        NonceFormat::Text | NonceFormat::Uuid => byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'),
    };
    let fits = (least as usize..=most as usize).contains(&text.len());
    (fits || rules.format == NonceFormat::Uuid && text.len() == 36) && text.bytes().all(is_allowed)
}

/// Returns the single value of a header; `None` for none, several, or one that is not ASCII.
pub(crate) fn single<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}
