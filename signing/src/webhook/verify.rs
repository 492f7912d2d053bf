//! The verification of a delivery: keys, rules, headers, body and the present instant come in, the signed stamp or a refusal
//! goes out. Pure.

use std::time::Duration;

use http::HeaderMap;

use super::rules::Webhooks;
use crate::base::{Parts, base_string};
use crate::hash::sha256;
use crate::mac;
use crate::secret::{Key, SecretError};

/// The reason why a verifier cannot be created.
#[derive(Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifierError {
    /// The secret is missing.
    #[error("the webhook secret is missing: pass it to `new`{}", or_variable(*.variable))]
    Missing {
        /// The environment variable that `from_env` reads.
        variable: Option<&'static str>,
    },
    /// The secret cannot be decoded into a key.
    #[error("the webhook secret is refused: {0}")]
    Secret(SecretError),
}

/// Writes the text: `main` prints the error that it returns with `Debug`.
impl std::fmt::Debug for VerifierError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

// The text of the reason is a part of its own, so it is not a source.
impl From<SecretError> for VerifierError {
    fn from(error: SecretError) -> Self {
        Self::Secret(error)
    }
}

fn or_variable(variable: Option<&'static str>) -> String {
    variable
        .map(|name| format!(", or set the environment variable {name}"))
        .unwrap_or_default()
}

/// The reason why a delivery is refused. Answer with a 4xx status, and use nothing of the delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// A header is missing, occurs more than once, or is not text.
    #[error("the header `{name}` must be present exactly once")]
    Header {
        /// Name of the header.
        name: &'static str,
    },
    /// The instant cannot be parsed.
    #[error("the timestamp is not in the form of the contract")]
    Timestamp,
    /// The delivery is too old.
    #[error("the delivery is {seconds} s old: it may be a replay")]
    TooOld {
        /// Age in seconds.
        seconds: u64,
    },
    /// The delivery is stamped in the future.
    #[error("the timestamp of the delivery is {seconds} s in the future: compare the clocks")]
    TooEarly {
        /// Lead over the local clock, in seconds.
        seconds: u64,
    },
    /// The body is larger than the limit.
    #[error("the body has {size} bytes, but at most {limit} are allowed")]
    TooLarge {
        /// Size of the body, in bytes.
        size: usize,
        /// Limit, in bytes.
        limit: usize,
    },
    /// The signature fits none of the secrets.
    #[error("the signature does not match these bytes and the webhook secret")]
    Signature,
}

/// Signed values of a delivery.
#[derive(Debug)]
pub(super) struct Stamped<'h> {
    pub(super) seconds: i64,
    pub(super) nonce: Option<&'h str>,
}

/// Verifies size, headers, signature and time, in this order: the time counts only once it is known to be signed.
pub(super) fn check<'h>(
    webhooks: &Webhooks,
    keys: &[Key],
    (past, future): (Duration, Duration),
    limit: usize,
    now: i64,
    headers: &'h HeaderMap,
    body: &[u8],
) -> Result<Stamped<'h>, VerifyError> {
    if body.len() > limit {
        return Err(VerifyError::TooLarge {
            size: body.len(),
            limit,
        });
    }
    let signature = only(headers, webhooks.signature_header)?;
    let timestamp = only(headers, webhooks.timestamp_header)?;
    let nonce = webhooks.nonce_header.map(|name| only(headers, name)).transpose()?;
    let base = base_string(
        webhooks.components,
        webhooks.separator,
        &Parts {
            method: "",
            target: "",
            body_sha256: &sha256(body),
            timestamp,
            nonce: nonce.unwrap_or_default(),
            idempotency_key: None,
            client_id: None,
        },
    );
    // All keys are tried, so that the duration does not reveal which one matches.
    let fits = keys
        .iter()
        .filter(|key| mac::verify(key, &base, signature, webhooks.encoding))
        .count();
    if fits == 0 {
        return Err(VerifyError::Signature);
    }
    let seconds = crate::stamp::parse_timestamp(timestamp, webhooks.timestamp).ok_or(VerifyError::Timestamp)?;
    let age = i128::from(now) - i128::from(seconds);
    let apart = u64::try_from(age.unsigned_abs()).unwrap_or(u64::MAX);
    match age {
        1.. if apart > past.as_secs() => Err(VerifyError::TooOld { seconds: apart }),
        ..=-1 if apart > future.as_secs() => Err(VerifyError::TooEarly { seconds: apart }),
        _ => Ok(Stamped { seconds, nonce }),
    }
}

/// Returns the single value of a header. Two values are refused: another part of the receiver might read the other one.
fn only<'h>(headers: &'h HeaderMap, name: &'static str) -> Result<&'h str, VerifyError> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().map_err(|_| VerifyError::Header { name }),
        _ => Err(VerifyError::Header { name }),
    }
}
