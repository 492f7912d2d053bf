//! Verification of a signed request over the bytes as received: client, signature, freshness, nonce.

use std::time::Duration;

use axum::http::header::AsHeaderName;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode};
use sdkwright_runtime::clock::parse_http_date;
use sdkwright_runtime::glue::{
    Api, NonceFormat, NonceRules, Piece, SignatureForm, SignaturePlace, SignatureRules, SignedValue,
};
use sdkwright_signing::clock::unix_seconds;
use sdkwright_signing::{Parts, ReceivedSignature, UnreadSignature, VerifyingKey, is_named};

use crate::options::Options;
use crate::problem::{Problem, StoreFailure};

/// The parts of a signed request, as received.
pub(crate) struct SignedRequest<'r> {
    pub(crate) method: &'r str,
    pub(crate) target: &'r str,
    /// The host to which the client sent the request, as received.
    pub(crate) host: Option<&'r str>,
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
        let origin = options.origin.clone().unwrap_or_else(|| self.origin(rules));
        let read = ReceivedSignature::read(rules, &self.parts(&origin)).map_err(|error| match error {
            UnreadSignature::Missing(name) => {
                let detail = format!("The header or parameter {name} is missing, or occurs twice.");
                refuse(rules.client_problem, &detail)
            }
            UnreadSignature::Form => refuse(rules.signature_problem, "The signature is not that of the contract."),
        });
        let received = read?;
        let unknown = || refuse(rules.client_problem, "The client is not known.");
        let client = received.client().ok_or_else(unknown)?;
        let secret = options.clients.secret(client).await?.ok_or_else(unknown)?;
        let nonce = received.nonce();
        if nonce.is_some_and(|nonce| !is_nonce(nonce, rules.nonce.unwrap_or(NonceRules::USUAL))) {
            let detail = "The nonce does not have the form of the contract.";
            return Err(refuse(rules.client_problem, detail));
        }
        let key = VerifyingKey::from_text(rules, &secret).map_err(|error| StoreFailure(error.to_string()))?;
        if !received.is_by(&key) {
            return Err(refuse(
                rules.signature_problem,
                "The signature does not match the request.",
            ));
        }
        let now = options.clock.now();
        if !received.is_fresh(unix_seconds(now), self.date(rules)) {
            return Err(refuse(
                rules.expired_problem,
                "The timestamp is outside of the allowed window.",
            ));
        }
        let client = &*options.clients.account(client).await?;
        if let Some(nonce) = nonce {
            // A request is fresh from the future limit before its instant to the end of the last second of the past limit after it.
            let past = rules.freshness.past.into_iter().chain(rules.lifetime).min();
            let window = [past, rules.freshness.future].map(|limit| u64::from(limit.unwrap_or(u32::MAX)));
            let until = now + Duration::from_secs(window.iter().sum::<u64>() + 1);
            if !options.nonces.record(client, nonce, now, until).await? {
                return Err(refuse(rules.replayed_problem, "The nonce was used before."));
            }
        }
        Ok(client.to_owned())
    }

    /// Returns scheme and host, if a signature may cover them. A host with a part of a path or a query would make the signature that of another request.
    fn origin(&self, rules: &SignatureRules) -> String {
        let is_host_in = |piece: &Piece| matches!(piece, Piece::Value(SignedValue::Host, _));
        if matches!(rules.form, SignatureForm::Message) && !rules.message.iter().any(is_host_in) {
            return String::new();
        }
        let is_host = |text: &&str| !text.contains('@') && text.parse::<Authority>().is_ok();
        ["https://", self.host.filter(is_host).unwrap_or_default()].concat()
    }

    fn parts<'a>(&'a self, origin: &'a str) -> Parts<'a> {
        Parts {
            body: self.body,
            idempotency_key: self.key,
            headers: Some(self.headers),
            origin,
            ..Parts::new(self.method, self.target, self.body_sha256)
        }
    }

    /// Returns the instant of the header `Date`, if the signature covers it. A text of another form is as old as possible.
    fn date(&self, rules: &SignatureRules) -> Option<i64> {
        let date = rules.form.http().filter(|form| form.covered.contains(&"date"));
        date.map(|_| {
            single(self.headers, "date")
                .and_then(parse_http_date)
                .unwrap_or(i64::MIN)
        })
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

/// Returns `true` for a header whose value differs between attempts of a request.
pub(crate) fn is_of_attempt(rules: &SignatureRules, name: &str) -> bool {
    let mut http = ["date", "signature-input"].iter();
    let is_http = rules.form.http().is_some() && http.any(|own| name.eq_ignore_ascii_case(own));
    is_http || rules.headers().any(|own| own.eq_ignore_ascii_case(name))
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
pub(crate) fn single(headers: &HeaderMap, name: impl AsHeaderName) -> Option<&str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}
