//! The check of a delivery, a function of its arguments.

use std::time::Duration;

use http::HeaderMap;

use super::Webhooks;
use crate::Parts;
use crate::secret::{Key, SecretError};

/// Why there is no verifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifierError {
    /// No secret was given.
    #[error("the webhook secret is missing: give it to `new`{}", or_variable(*.variable))]
    Missing {
        /// The environment variable that `from_env` reads.
        variable: Option<&'static str>,
    },
    /// The secret gives no key.
    #[error("the webhook secret is refused: {0}")]
    Secret(#[from] SecretError),
}

fn or_variable(variable: Option<&'static str>) -> String {
    variable
        .map(|name| format!(", or set the environment variable {name}"))
        .unwrap_or_default()
}

/// Why a delivery is refused. Answer it with a 4xx and look at nothing in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// A header is missing, occurs twice, or is no text.
    #[error("the header `{name}` must be there exactly once")]
    Header {
        /// Its name.
        name: &'static str,
    },
    /// The instant cannot be read.
    #[error("the timestamp cannot be read")]
    Timestamp,
    /// The delivery is too old.
    #[error("the delivery is {seconds} s old: it may be a copy of an old one")]
    TooOld {
        /// How old.
        seconds: u64,
    },
    /// The delivery comes from the future.
    #[error("the delivery is stamped {seconds} s in the future: compare the clocks")]
    TooEarly {
        /// How far.
        seconds: u64,
    },
    /// The body is larger than the limit.
    #[error("the body has {size} bytes, more than {limit}")]
    TooLarge {
        /// Its size.
        size: usize,
        /// The limit.
        limit: usize,
    },
    /// The signature is none of ours.
    #[error("the signature is not one of the webhook secret over these very bytes")]
    Signature,
}

/// What a delivery was stamped with.
#[derive(Debug)]
pub(super) struct Stamped<'h> {
    pub(super) seconds: i64,
    pub(super) nonce: Option<&'h str>,
}

/// Checks size, headers, signature and time, in this order: what the time says counts only if it is signed.
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
    let base = crate::base_string(
        webhooks.components,
        webhooks.separator,
        &Parts {
            method: "",
            target: "",
            body_sha256: &crate::body_sha256(body),
            timestamp,
            nonce: nonce.unwrap_or_default(),
            idempotency_key: None,
            client_id: None,
        },
    );
    // All keys are tried, so that the time taken does not tell which one fits.
    let fits = keys
        .iter()
        .filter(|key| crate::verify(key, &base, signature, webhooks.encoding))
        .count();
    if fits == 0 {
        return Err(VerifyError::Signature);
    }
    let seconds = crate::parse_timestamp(timestamp, webhooks.timestamp).ok_or(VerifyError::Timestamp)?;
    let age = i128::from(now) - i128::from(seconds);
    let apart = u64::try_from(age.unsigned_abs()).unwrap_or(u64::MAX);
    match age {
        1.. if apart > past.as_secs() => Err(VerifyError::TooOld { seconds: apart }),
        ..=-1 if apart > future.as_secs() => Err(VerifyError::TooEarly { seconds: apart }),
        _ => Ok(Stamped { seconds, nonce }),
    }
}

/// The one value of a header. Two values are refused: which one another part of the receiver reads is not known.
fn only<'h>(headers: &'h HeaderMap, name: &'static str) -> Result<&'h str, VerifyError> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().map_err(|_| VerifyError::Header { name }),
        _ => Err(VerifyError::Header { name }),
    }
}
