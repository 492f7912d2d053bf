//! One request of the contract's own scheme, signed in three measures: what nobody can do without, what the text of the
//! signature costs on top of it, and everything that the runtime does between a prepared request and its signed headers.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sdkwright_runtime::clock::{NonceError, SystemNonces};
use sdkwright_runtime::http::{HeaderMap, HeaderValue, header};
use sdkwright_runtime::secret::SigningSecret;
use sdkwright_runtime::secret::{Key, SecretEncoding, SecretError, SecretForm};
use sdkwright_runtime::signing::{
    Algorithm, Filter, HeaderNames, MacEncoding, Parts, Piece, SignatureRules, SignedValue, Stamp, TimestampFormat,
    encode, message, sha256, sign,
};
use sha2::{Digest as _, Sha256};

use crate::fixture::{CLIENT_ID, SECRET};
use sdkwright_runtime::signing::{Freshness, PlacedValue, SignaturePlace, ValuePlace};

const SIGNING: SignatureRules = SignatureRules {
    signature: SignaturePlace::Header("X-Partner-Signature"),
    values: &[
        PlacedValue {
            value: SignedValue::ClientId,
            place: ValuePlace::Header("X-Partner-Client-Id"),
        },
        PlacedValue {
            value: SignedValue::Timestamp,
            place: ValuePlace::Header("X-Partner-Timestamp"),
        },
        PlacedValue {
            value: SignedValue::Nonce,
            place: ValuePlace::Header("X-Partner-Nonce"),
        },
    ],
    freshness: Freshness::each_way(300),
    encoding: MacEncoding::Hex,
    secret: Some(SecretForm {
        algorithm: Algorithm::HmacSha256,
        encoding: SecretEncoding::Utf8,
        prefix: "",
    }),
    message: &[
        Piece::Value(SignedValue::Method, &[]),
        Piece::Text("\n"),
        Piece::Value(SignedValue::Target, &[]),
        Piece::Text("\n"),
        Piece::Value(SignedValue::Body, &[Filter::Sha256, Filter::Hex]),
        Piece::Text("\n"),
        Piece::Value(SignedValue::Timestamp, &[]),
        Piece::Text("\n"),
        Piece::Value(SignedValue::Nonce, &[]),
        Piece::Text("\n"),
        Piece::Value(SignedValue::IdempotencyKey, &[]),
    ],
    timestamp: TimestampFormat::Rfc3339,
    ..SignatureRules::NONE
};

fn parts(digest: &[u8; 32]) -> Parts<'_> {
    Parts {
        timestamp: "2026-06-28T09:48:00Z",
        nonce: "0123456789abcdef0123456789abcdef",
        idempotency_key: Some("wd-9001:create"),
        client_id: Some(CLIENT_ID),
        ..Parts::new(
            "POST",
            "/partner/v1/customers/3f1a7c52-8d0e-4b6f-9a21-5c7e0d4b8f10/fiat-withdrawals",
            digest,
        )
    }
}

/// Signs bodies.
#[derive(Debug)]
pub struct Signer {
    key: Key,
    names: HeaderNames,
    headers: HeaderMap,
    message: Vec<u8>,
}

impl Signer {
    /// With the key, the names and the other headers of a client.
    pub fn new() -> Result<Self, SecretError> {
        let mut headers = HeaderMap::with_capacity(16);
        headers.insert(header::USER_AGENT, HeaderValue::from_static("oceafin-partner/0.1.0"));
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Ok(Self {
            key: SigningSecret::new(SECRET).key(SecretEncoding::Utf8)?,
            names: HeaderNames::new(SIGNING.headers()),
            headers,
            message: message(SIGNING.message, &parts(&[7; 32])),
        })
    }

    /// SHA-256 of the body and HMAC of a message that is there: the least there is.
    pub fn hash_alone(&self, body: &[u8]) -> ([u8; 32], [u8; 32]) {
        let digest = Sha256::digest(body).into();
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()) else {
            // Unreachable: HMAC accepts keys of any length.
            return (digest, [0; 32]);
        };
        mac.update(&self.message);
        (digest, mac.finalize().into_bytes().into())
    }

    /// Body hash, message, MAC and its text, of an instant and a nonce that are there.
    pub fn signature(&self, body: &[u8]) -> String {
        let digest = sha256(body);
        encode(
            &sign(&self.key, message(SIGNING.message, &parts(&digest))),
            SIGNING.encoding,
        )
    }

    /// The same with a new nonce, the instant as text, and all headers of the signature written.
    pub fn stamp(&self, body: &[u8]) -> Result<HeaderMap, NonceError> {
        let digest = sha256(body);
        let mut headers = self.headers.clone();
        let mut stamp = Stamp::new(&SIGNING, &self.key, 1_782_604_800, &SystemNonces, &parts(&digest))?;
        // Cannot fail: the names are valid header names.
        let _ = stamp.write(&SIGNING, CLIENT_ID, &self.names, &mut headers);
        Ok(headers)
    }
}
