//! Explains refused signatures: a signed attempt and the refusal come in, the message by value and the likely causes go
//! out.
//!
//! No secret and no argument may be shown: values that may be personal data appear as length and SHA-256, for comparison with
//! the values of the server.

use std::fmt;
use std::time::Duration;

use crate::clock::parse_timestamp;
use crate::hash::{hex, sha256};
use crate::message::{Parts, Piece, SignatureReport, SignedComponent, SignedValue, message};
use crate::secret::SecretWarning;
use crate::signature::with_query;
use sdkwright_description::SignatureRules;

/// One signed attempt, with the facts that explain a refusal.
#[derive(Debug, Clone)]
pub struct Signed {
    /// The contract's signing rules.
    pub signing: &'static SignatureRules,
    /// The instant as its header says it.
    pub timestamp: String,
    /// The nonce as its header says it.
    pub nonce: String,
    /// The signed end of the signature; empty without one.
    pub expires: String,
    /// The id of the key; empty without one.
    pub key_id: String,
    /// Parameters that signing added to the query, without the signature.
    pub query: String,
    /// The settings of the client, by their names.
    pub settings: Vec<(&'static str, String)>,
    /// The signed values of a form without a message.
    pub form: Option<Box<SignatureReport>>,
    /// Seconds that the local clock was corrected by.
    pub corrected: i64,
    /// Suspicious properties of the secret's text.
    pub warnings: Vec<SecretWarning>,
    /// The signed query contains a key of the caller: no part of the target is shown.
    pub has_query_key: bool,
    /// Time from signing to the answer.
    pub took: Duration,
    /// Seconds that the server's clock is ahead of the local one, by the answer's `Date`.
    pub skew: Option<i64>,
}

/// The request and the answer that refused it. `Debug` shows the method and the path template alone.
pub struct SignatureContext<'a> {
    /// The HTTP method.
    pub method: &'a str,
    /// The path template of the operation.
    pub template: &'a str,
    /// Path and query as they were sent.
    pub target: &'a str,
    /// SHA-256 of the body bytes.
    pub sha256: &'a [u8; 32],
    /// Length of the body in bytes.
    pub length: u64,
    /// The body bytes, if they are in memory.
    pub body: &'a [u8],
    /// The idempotency key.
    pub idempotency_key: Option<&'a str>,
    /// The client id.
    pub client_id: Option<&'a str>,
    /// The problem code of the answer.
    pub code: Option<&'a str>,
    /// The answer names a proxy (`Via`).
    pub via: bool,
}

impl fmt::Debug for SignatureContext<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignatureContext")
            .field("method", &self.method)
            .field("template", &self.template)
            .finish_non_exhaustive()
    }
}

/// Explains a refused signature.
pub fn explain(signed: &Signed, facts: &SignatureContext<'_>) -> SignatureReport {
    if let Some(form) = &signed.form {
        return SignatureReport {
            causes: causes(signed, facts),
            ..(**form).clone()
        };
    }
    let target = with_query(facts.target, &signed.query);
    let parts = Parts {
        body: facts.body,
        expires: &signed.expires,
        key_id: &signed.key_id,
        timestamp: &signed.timestamp,
        nonce: &signed.nonce,
        idempotency_key: facts.idempotency_key,
        client_id: facts.client_id,
        settings: &signed.settings,
        ..Parts::new(facts.method, &target, facts.sha256)
    };
    let signing = signed.signing;
    let pieces = signing.message.iter();
    let has_query = |piece: &Piece| matches!(piece, Piece::Value(SignedValue::Target | SignedValue::Query, _));
    let is_kept = !(signed.has_query_key && pieces.clone().any(has_query));
    let base = is_kept.then(|| message(signing.message, &parts));
    SignatureReport {
        message: pieces.clone().map(ToString::to_string).collect(),
        components: pieces
            .filter_map(|piece| component(*piece, signed, facts, &parts))
            .collect(),
        base_sha256: base.as_ref().map(|base| hex(&sha256(base))),
        base_length: base.as_ref().map(Vec::len),
        causes: causes(signed, facts),
    }
}

fn component(
    piece: Piece,
    signed: &Signed,
    facts: &SignatureContext<'_>,
    parts: &Parts<'_>,
) -> Option<SignedComponent> {
    let Piece::Value(value, filters) = piece else {
        return None;
    };
    let bytes = message(&[piece], parts);
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let arguments = "the path of the base URL, the operation's path, and the arguments".to_owned();
    let (shown, origin) = match value {
        SignedValue::Method => (text, "the operation".to_owned()),
        SignedValue::Host => (text, "the base URL".to_owned()),
        SignedValue::Target => (target(facts, parts), arguments),
        SignedValue::Path => (
            facts.template.split('?').next().unwrap_or_default().to_owned(),
            arguments,
        ),
        SignedValue::Query => {
            let shown = target(facts, parts);
            let query = shown.split_once('?').map_or("nothing", |(_, query)| query);
            (query.to_owned(), "the arguments".to_owned())
        }
        SignedValue::Body if filters.is_empty() => ("[the body]".to_owned(), "the call".to_owned()),
        SignedValue::Body => (text, format!("the {} bytes of the body", facts.length)),
        SignedValue::CertificateSerial | SignedValue::CertificateIssuer => (text, "the key's certificate".to_owned()),
        SignedValue::KeyId => (text, "the key of the signer".to_owned()),
        SignedValue::Timestamp | SignedValue::Expires => {
            (text, format!("the local clock, corrected by {} s", signed.corrected))
        }
        SignedValue::Nonce => (text, "random bytes, new for this attempt".to_owned()),
        SignedValue::IdempotencyKey if text.is_empty() => ("nothing".to_owned(), "a call without a key".to_owned()),
        SignedValue::IdempotencyKey => ("[the key]".to_owned(), "the caller".to_owned()),
        SignedValue::ClientId | SignedValue::Setting(_) => (text, "the client's settings".to_owned()),
        SignedValue::Header(_) | SignedValue::Item(_) => return None,
    };
    let is_kept = !(signed.has_query_key && matches!(value, SignedValue::Target | SignedValue::Query));
    let name = piece.to_string();
    let kept = is_kept.then_some(&*bytes);
    Some(SignedComponent::new(name.trim_matches(['{', '}']), shown, kept, origin))
}

/// The path template, and the names of the query.
fn target(facts: &SignatureContext<'_>, parts: &Parts<'_>) -> String {
    let mut shown = facts.template.split('?').next().unwrap_or_default().to_owned();
    let query = parts.text(SignedValue::Query);
    for (index, pair) in query.split('&').filter(|pair| !pair.is_empty()).enumerate() {
        shown.push(if index == 0 { '?' } else { '&' });
        shown.push_str(pair.split('=').next().unwrap_or_default());
        shown.push_str("=[redacted]");
    }
    shown
}

fn causes(signed: &Signed, facts: &SignatureContext<'_>) -> Vec<String> {
    let signing = signed.signing;
    let mut causes = Vec::new();
    let is = |known: Option<&str>| known.is_some() && known == facts.code;
    if is(signing.client_problem) {
        causes.push(
            "the server does not know this client id, or it may not call: compare client id and base URL".to_owned(),
        );
    }
    if is(signing.replayed_problem) {
        causes.push("a copy of the request arrived before: a proxy sends requests twice".to_owned());
    }
    causes.extend(of_time(signed, is(signing.expired_problem)));
    if is(signing.expired_problem) || is(signing.replayed_problem) {
        return causes;
    }
    causes.extend(signed.warnings.iter().map(SecretWarning::to_string));
    if signing.covers(SignedValue::Target) || signing.covers(SignedValue::Path) {
        causes.extend(of_target(facts));
    }
    let length = facts.length;
    let who = ["a proxy", "the proxy in the response"][usize::from(facts.via)];
    let encoded = (length > 0 && signing.covers(SignedValue::Body)).then(|| {
        format!("the body was encoded again after signing (by {who}, or by an HTTP client): compare its {length} bytes and their hash")
    });
    let secret = (!is(signing.client_problem))
        .then(|| "the secret belongs to another client id, to another environment, or was rotated".to_owned());
    // A proxy named in `Via` is likelier than a wrong secret; a proxy without evidence is not.
    let mut likely = [secret, encoded];
    if facts.via {
        likely.reverse();
    }
    causes.extend(likely.into_iter().flatten());
    causes
}

/// Explains a wrong or expired timestamp by the two clocks.
fn of_time(signed: &Signed, is_expired: bool) -> Option<String> {
    if !signed.signing.sends(SignedValue::Timestamp) {
        return None;
    }
    let freshness = u64::from(signed.signing.freshness.past?);
    if signed.took >= Duration::from_secs(freshness) {
        return Some(format!(
            "{} s passed from signing to the response, but a signature is valid for {freshness} s: send a smaller body",
            signed.took.as_secs()
        ));
    }
    // A timestamp that cannot be read shows nothing about clocks.
    parse_timestamp(&signed.timestamp, signed.signing.timestamp)?;
    match signed.skew.map(|skew| skew.saturating_sub(signed.corrected)) {
        Some(off) if off.unsigned_abs() > freshness => {
            let way = if off.is_positive() { "behind" } else { "ahead of" };
            Some(format!(
                "the clock: the signed time is {} s {way} the `Date` of the response, but {freshness} s are allowed",
                off.unsigned_abs()
            ))
        }
        Some(off) if is_expired => Some(format!(
            "the server reports an expired signature, but its `Date` is only {} s from the signed time: its clocks differ, or the request was delayed",
            off.unsigned_abs()
        )),
        None if is_expired => {
            Some("the clock: compare it with another one (the response has no plausible `Date`)".to_owned())
        }
        _ => None,
    }
}

/// Lists the changes that a path can suffer on its way.
fn of_target(facts: &SignatureContext<'_>) -> Vec<String> {
    let path = facts.target.split('?').next().unwrap_or_default();
    let depth = |path: &str| path.matches('/').count();
    let mut causes = Vec::new();
    if depth(path) > depth(facts.template.split('?').next().unwrap_or_default()) {
        causes.push(
            "a proxy that removes the path of the base URL: that path is signed, so the server must receive it"
                .to_owned(),
        );
    }
    if path.contains("%2F") || path.contains("//") {
        causes.push("a proxy that rewrites the path: it contains an encoded or a double slash".to_owned());
    } else if facts.target.contains('%') {
        causes.push("a proxy that rewrites the target: it contains percent-encoded characters".to_owned());
    } else if facts.via {
        causes.push("a proxy that rewrites the path: the response passed one (`Via`)".to_owned());
    }
    causes
}

impl fmt::Display for SignatureReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "signed: {:?}, with these values:", self.message)?;
        for part in &self.components {
            write!(f, "  {}: {}", part.name, part.shown)?;
            match (&part.length, &part.sha256) {
                (Some(length), Some(sha256)) => write!(f, " ({length} bytes, SHA-256 {sha256})")?,
                _ => f.write_str(" (not stored: it contains a key of the caller)")?,
            }
            writeln!(f, ", from {}", part.origin)?;
        }
        if let (Some(length), Some(sha256)) = (&self.base_length, &self.base_sha256) {
            writeln!(f, "message: {length} bytes, SHA-256 {sha256}")?;
        }
        f.write_str("likely causes:")?;
        for cause in &self.causes {
            write!(f, "\n  - {cause}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
