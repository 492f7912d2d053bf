//! HMAC request signing and webhook verification.
//!
//! The parts of a request come in, a [`message`] and its MAC ([`sign`]) go out; [`Stamp`] makes and writes
//! the headers of one attempt. [`webhook`] verifies deliveries that are signed in the same way, [`explain`] explains refused
//! signatures, and [`secret`] holds the secrets, which never print and never leave this crate.
//!
//! Every function depends only on its arguments: time and nonce are given. Sign last, after validation, waiting and queueing.
//! Secrets are wiped from memory when they are dropped, and MACs are compared in constant time. Hashes are those of RustCrypto
//! (feature `rust-crypto`, on by default), or those of aws-lc where the feature `aws-lc` is on.
//!
//! A [`Signer`] is a key that may live in a key management service; a [`LocalKey`] is in memory. The feature `asymmetric` adds keys
//! of RSA (by aws-lc alone), ECDSA and Ed25519, certificates, and the messages of RFC 9421. Without it, this crate refuses such keys.
//!
//! ```
//! use sdkwright_signing::secret::{SecretEncoding, SigningSecret};
//! use sdkwright_signing::{MacEncoding, encode, sign, verify};
//!
//! let key = SigningSecret::new("a secret").key(SecretEncoding::Utf8)?;
//! let signature = encode(&sign(&key, "POST\n/v1/payments"), MacEncoding::Hex);
//! assert!(verify(&key, "POST\n/v1/payments", &signature, MacEncoding::Hex));
//! # Ok::<(), sdkwright_signing::secret::SecretError>(())
//! ```

#![cfg_attr(docsrs, feature(doc_cfg))]

mod algorithm;
mod asymmetric;
mod cavage;
pub mod clock;
mod explain;
mod hash;
mod http_signature;
mod jwk;
mod jws;
mod keys;
mod message;
mod oauth1;
mod prepared;
mod received;
pub mod secret;
mod signature;
mod signer;
#[doc(hidden)]
pub mod single_flight;
pub mod webhook;

pub use algorithm::SignatureAlgorithm;
pub use asymmetric::{KeyError, PublicKey, SignatureError};
pub use cavage::{CavageError, CavageMessage};
pub use clock::{parse_timestamp, timestamp};
pub use explain::{SignatureContext, Signed, explain};
pub use hash::{Algorithm, MacEncoding, MacTag, Sha256, hex, push_hex, sha256};
#[cfg(feature = "asymmetric")]
pub use http_signature::HttpSignatureBase;
pub use http_signature::{HttpSignatureError, SignatureParameter};
pub use jwk::{Jwk, JwkError, KeySet};
pub use jws::{JwsError, JwsRules, ReceivedJws, UnsignedJws, VerifiedJws};
pub use keys::{Certificate, CertificateError, KeyTextError, LocalKey, VerifyingKey};
pub use message::{
    Filter, Parts, Piece, RequestParts, SignatureReport, SignedComponent, SignedValue, is_named, message,
};
pub use oauth1::{OAuth1, body_hash};
pub use prepared::StampError;
pub use received::{ReceivedSignature, UnreadSignature};
pub use sdkwright_description::{
    Claim, Freshness, HttpForm, HttpParameter, HttpProfile, Jws, JwsPayload, KeyPairRules, NonceFormat, NonceRules,
    OAuth1Form, PlacedValue, SignatureForm, SignaturePlace, SignatureRules, SigningSetting, TimestampFormat,
    ValuePlace,
};
pub use signature::{HeaderNames, InvalidHeader, Seal, Stamp, encode, has_signed, nonce, sign, verify};
pub use signer::{KeyInfo, SignError, SignFuture, Signature, Signer, SignerError, ToSign};

#[cfg(test)]
mod tests;
