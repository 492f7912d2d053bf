//! HMAC request signing and webhook verification.
//!
//! The parts of a request come in, a base string ([`base_string`]) and its MAC ([`sign`]) go out; [`Stamp`] makes and writes the
//! headers of one attempt. [`webhook`] verifies deliveries that were signed in the same way, [`explain`] tells people what was
//! signed and why a server may refuse it, and [`secret`] holds the secrets, which never print and never leave this crate.
//!
//! Every function is a function of its arguments: time and nonce are given. Whoever calls it signs last, after validation,
//! waiting and queueing. Secrets are wiped from memory when they are dropped, and MACs are compared in constant time.
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

mod base;
pub mod clock;
mod explain;
mod mac;
mod seal;
pub mod secret;
mod stamp;
pub mod webhook;

pub use base::{Parts, base_string};
pub use explain::{Facts, SignatureReport, Signed, SignedComponent, explain};
pub use mac::{body_sha256, encode, hex, push_hex, sign, verify};
pub use seal::Seal;
pub use stamp::{Names, Stamp, Unwritable, nonce, parse_timestamp, timestamp};

use secret::SecretEncoding;

/// How requests are signed (`x-signing`).
#[derive(Debug)]
pub struct Signing {
    /// Header of the signature.
    pub signature_header: &'static str,
    /// How the MAC is written.
    pub encoding: MacEncoding,
    /// How the secret becomes key bytes.
    pub secret: SecretEncoding,
    /// Stands between components; nothing follows the last one.
    pub separator: &'static str,
    /// What is signed, in order.
    pub components: &'static [Component],
    /// Header of the client id, if there is one.
    pub client_id_header: Option<&'static str>,
    /// Header of the instant, if there is one.
    pub timestamp_header: Option<&'static str>,
    /// Header of the nonce, if there is one.
    pub nonce_header: Option<&'static str>,
    /// How the instant is written.
    pub timestamp: TimestampFormat,
    /// Least and greatest length of a nonce, in characters.
    pub nonce_length: (u32, u32),
    /// Seconds that an instant may lie before or after the server's clock.
    pub freshness: u32,
    /// Problem code of a client that is not known or may not call.
    pub client_problem: Option<&'static str>,
    /// Problem code of a signature that is none of the client's.
    pub signature_problem: Option<&'static str>,
    /// Problem code of an instant outside of that.
    pub expired_problem: Option<&'static str>,
    /// Problem code of a nonce that came before.
    pub replayed_problem: Option<&'static str>,
}

/// One component of a base string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Component {
    /// The HTTP method in upper case.
    Method,
    /// The request target as on the wire: path, and `?` with the query if there is one.
    Target,
    /// The SHA-256 of the body bytes.
    Body(BodyEncoding),
    /// The instant as its header says it.
    Timestamp,
    /// The nonce as its header says it.
    Nonce,
    /// The idempotency key, or nothing.
    IdempotencyKey,
    /// The client id.
    ClientId,
}

/// How the SHA-256 of a body is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyEncoding {
    /// Lower-case hexadecimal.
    Hex,
    /// Standard alphabet, padded.
    Base64,
}

/// How a MAC is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MacEncoding {
    /// Lower-case hexadecimal.
    Hex,
    /// Standard alphabet, padded.
    Base64,
}

/// How an instant is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimestampFormat {
    /// RFC 3339 in UTC.
    Rfc3339,
    /// Whole seconds since 1970.
    UnixSeconds,
}
