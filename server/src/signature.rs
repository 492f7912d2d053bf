//! Verification of a signed request over the bytes as received: client, signature, freshness, nonce.

use std::time::Duration;

use axum::http::{HeaderMap, StatusCode};
use sdkwright_runtime::glue::{Api, NonceFormat, NonceRules, SignaturePlace, SignatureRules, SignedValue, ValuePlace};
use sdkwright_signing::clock::unix_seconds;
use sdkwright_signing::{Parts, message, parse_timestamp, verify};

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
                &format!("The header {name} is missing, or occurs twice."),
            )
        };
        let value = |wanted| self.value(rules, wanted).map_err(missing);
        let client_id = value(SignedValue::ClientId)?.unwrap_or_default();
        let timestamp = value(SignedValue::Timestamp)?.unwrap_or_default();
        let nonce = value(SignedValue::Nonce)?;
        let (name, written) = self.signature(rules);
        let written = written.ok_or_else(|| missing(name))?;
        let unknown = || refuse(rules.client_problem, "The client is not known.");
        let secret = options.clients.secret(client_id).await?.ok_or_else(unknown)?;
        if nonce.is_some_and(|nonce| !is_nonce(nonce, rules.nonce.unwrap_or(NonceRules::USUAL))) {
            let detail = "The nonce does not have the form of the contract.";
            return Err(refuse(rules.client_problem, detail));
        }
        let form = rules.secret.ok_or_else(unknown)?;
        let key = secret.key(form).map_err(|error| StoreFailure(error.to_string()))?;
        let parts = Parts {
            body: self.body,
            timestamp,
            nonce: nonce.unwrap_or_default(),
            idempotency_key: self.key,
            client_id: Some(client_id),
            headers: Some(self.headers),
            ..Parts::new(self.method, self.target, self.body_sha256)
        };
        if !verify(&key, message(rules.message, &parts), written, rules.encoding) {
            return Err(refuse(
                rules.signature_problem,
                "The signature does not match the request.",
            ));
        }
        let now = options.clock.now();
        let freshness = rules.freshness;
        if freshness.past.is_some() || freshness.future.is_some() {
            let instant = parse_timestamp(timestamp, rules.timestamp);
            let age = instant.map(|instant| unix_seconds(now).saturating_sub(instant));
            let is_fresh = age.is_some_and(|age| {
                let (past, future) = (freshness.past.map(i64::from), freshness.future.map(i64::from));
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
            let window = [freshness.past, freshness.future].map(|limit| u64::from(limit.unwrap_or(u32::MAX)));
            let until = now + Duration::from_secs(window.iter().sum::<u64>() + 1);
            if !options.nonces.record(client_id, nonce, now, until).await? {
                return Err(refuse(rules.replayed_problem, "The nonce was used before."));
            }
        }
        Ok(client_id.to_owned())
    }

    /// Returns a value of the signature; `None` if the contract does not send it, an error with the header if it is absent.
    fn value(&self, rules: &SignatureRules, wanted: SignedValue) -> Result<Option<&str>, &'static str> {
        let header = rules.places(wanted).find_map(ValuePlace::header);
        let text = |name| single(self.headers, name).filter(|text| !text.is_empty());
        header.map(|name| text(name).ok_or(name)).transpose()
    }

    /// Returns the header of the signature, and its text.
    fn signature(&self, rules: &SignatureRules) -> (&'static str, Option<&str>) {
        let name = rules.signature.header().unwrap_or_default();
        let text = single(self.headers, name).filter(|text| !text.is_empty());
        match rules.signature {
            SignaturePlace::Bearer => (name, text.and_then(|text| text.strip_prefix("Bearer "))),
            _ => (name, text),
        }
    }
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
