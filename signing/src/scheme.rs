//! The signing rules of a contract, as constants that every other room reads. Nothing is computed here.

use crate::secret::SecretEncoding;

/// The contract's signing rules for requests (`x-signing`).
#[derive(Debug)]
pub struct Signing {
    /// Header of the signature.
    pub signature_header: &'static str,
    /// Encoding of the MAC.
    pub encoding: MacEncoding,
    /// Decoding of the secret's text into key bytes.
    pub secret: SecretEncoding,
    /// Separator between components; nothing follows the last one.
    pub separator: &'static str,
    /// Signed components, in order.
    pub components: &'static [Component],
    /// Header of the client id, if there is one.
    pub client_id_header: Option<&'static str>,
    /// Header of the instant, if there is one.
    pub timestamp_header: Option<&'static str>,
    /// Header of the nonce, if there is one.
    pub nonce_header: Option<&'static str>,
    /// Format of the instant.
    pub timestamp: TimestampFormat,
    /// Least and greatest length of a nonce, in characters.
    pub nonce_length: (u32, u32),
    /// Seconds that an instant may lie before or after the server's clock.
    pub freshness: u32,
    /// Problem code of a client that is not known or may not call.
    pub client_problem: Option<&'static str>,
    /// Problem code of a wrong signature.
    pub signature_problem: Option<&'static str>,
    /// Problem code of an instant outside of `freshness`.
    pub expired_problem: Option<&'static str>,
    /// Problem code of a nonce that was used before.
    pub replayed_problem: Option<&'static str>,
}

/// One component of a base string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Component {
    /// The HTTP method in upper case.
    Method,
    /// The request target as sent: path, followed by `?` and the query if there is one.
    Target,
    /// The SHA-256 of the body bytes.
    Body(BodyEncoding),
    /// The instant as written in its header.
    Timestamp,
    /// The nonce as written in its header.
    Nonce,
    /// The idempotency key; empty without one.
    IdempotencyKey,
    /// The client id.
    ClientId,
}

/// Encoding of the SHA-256 of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyEncoding {
    /// Lower-case hexadecimal.
    Hex,
    /// Standard alphabet, padded.
    Base64,
}

/// Encoding of a MAC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MacEncoding {
    /// Lower-case hexadecimal.
    Hex,
    /// Standard alphabet, padded.
    Base64,
}

/// Format of an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimestampFormat {
    /// RFC 3339 in UTC.
    Rfc3339,
    /// Whole seconds since 1970.
    UnixSeconds,
}
