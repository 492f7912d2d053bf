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
//! of RSA (by aws-lc alone), ECDSA and Ed25519, certificates, JSON Web Signatures and Keys, and the messages of RFC 9421, cavage-10 and OAuth 1.0a.
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
#[cfg(feature = "asymmetric")]
mod asymmetric;
#[cfg(feature = "asymmetric")]
mod cavage;
#[cfg(feature = "asymmetric")]
mod certificate;
pub mod clock;
mod crc32;
mod description;
#[cfg(feature = "asymmetric")]
mod digest;
mod explain;
mod hash;
#[cfg(feature = "asymmetric")]
mod http_signature;
#[cfg(feature = "asymmetric")]
mod jwk;
#[cfg(feature = "asymmetric")]
mod jws;
mod key_pair;
mod local_key;
mod message;
#[cfg(feature = "asymmetric")]
mod oauth1;
#[cfg(feature = "asymmetric")]
mod pem;
#[cfg(feature = "asymmetric")]
mod prepared;
#[cfg(feature = "asymmetric")]
mod request_parts;
pub mod secret;
mod signature;
mod signer;
#[doc(hidden)]
pub mod single_flight;
#[cfg(feature = "asymmetric")]
mod verifying_key;
#[cfg(feature = "webhooks")]
#[cfg_attr(docsrs, doc(cfg(feature = "webhooks")))]
pub mod webhook;

pub use algorithm::SignatureAlgorithm;
#[cfg(feature = "asymmetric")]
#[cfg_attr(docsrs, doc(cfg(feature = "asymmetric")))]
pub use asymmetric::{KeyError, PublicKey, SignatureError};
#[cfg(feature = "asymmetric")]
#[cfg_attr(docsrs, doc(cfg(feature = "asymmetric")))]
pub use cavage::{CavageError, CavageMessage, ReceivedCavage};
#[cfg(feature = "asymmetric")]
#[cfg_attr(docsrs, doc(cfg(feature = "asymmetric")))]
pub use certificate::{Certificate, CertificateError};
pub use description::{NonceFormat, SignaturePlace, Signing, SigningSetting, TimestampFormat};
#[cfg(feature = "asymmetric")]
#[cfg_attr(docsrs, doc(cfg(feature = "asymmetric")))]
pub use digest::{DigestAlgorithm, content_digest, digest, is_content_digest, is_digest};
pub use explain::{SignatureContext, SignatureReport, Signed, explain};
pub use hash::{Algorithm, MacEncoding, Sha256, Tag, hex, push_hex, sha256};
#[cfg(feature = "asymmetric")]
#[cfg_attr(docsrs, doc(cfg(feature = "asymmetric")))]
pub use http_signature::{
    HttpSignatureBase, HttpSignatureError, HttpSignatureRules, ReceivedHttpSignature, SignatureParameter,
};
#[cfg(feature = "asymmetric")]
#[cfg_attr(docsrs, doc(cfg(feature = "asymmetric")))]
pub use jwk::{Jwk, JwkError, KeySet};
#[cfg(feature = "asymmetric")]
#[cfg_attr(docsrs, doc(cfg(feature = "asymmetric")))]
pub use jws::{JwsError, JwsRules, ReceivedJws, UnsignedJws, VerifiedJws};
pub use key_pair::{Claim, HttpForm, HttpParameter, HttpProfile, Jws, JwsPayload, KeyPair, OAuth1Form, SignatureForm};
pub use local_key::LocalKey;
pub use message::{Filter, Parts, Piece, SignedComponent, SignedForm, SignedValue, message};
#[cfg(feature = "asymmetric")]
#[cfg_attr(docsrs, doc(cfg(feature = "asymmetric")))]
pub use oauth1::{OAuth1, body_hash};
#[cfg(feature = "asymmetric")]
#[cfg_attr(docsrs, doc(cfg(feature = "asymmetric")))]
pub use prepared::StampError;
#[cfg(feature = "asymmetric")]
#[cfg_attr(docsrs, doc(cfg(feature = "asymmetric")))]
pub use request_parts::{MessageParts, RequestParts, ResponseParts};
pub use signature::{HeaderNames, InvalidHeader, Seal, Stamp, encode, nonce, parse_timestamp, sign, timestamp, verify};
pub use signer::{KeyInfo, SignError, SignFuture, Signature, Signer, SignerError, ToSign};
#[cfg(feature = "asymmetric")]
#[cfg_attr(docsrs, doc(cfg(feature = "asymmetric")))]
pub use verifying_key::VerifyingKey;

#[cfg(test)]
mod tests;
