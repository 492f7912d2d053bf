//! Signatures of requests as the contract describes them (`x-signing`): plain data.

use crate::hash::{Algorithm, MacEncoding};
use crate::key_pair::{KeyPair, SignatureForm};
use crate::message::{Piece, SignedValue};
use crate::secret::{SecretEncoding, SecretForm};
pub use sdkwright_description::{NonceFormat, SignaturePlace, TimestampFormat};

/// The contract's signing rules for requests (`x-signing`).
#[derive(Debug)]
pub struct Signing {
    /// Place of the signature.
    pub signature: SignaturePlace,
    /// Encoding of the MAC.
    pub encoding: MacEncoding,
    /// Form of the shared secret; `None` if only key pairs sign.
    pub secret: Option<SecretForm>,
    /// Signed message; empty for another form.
    pub message: &'static [Piece],
    /// Signatures by key pairs, if there are some.
    pub key_pair: Option<&'static KeyPair>,
    /// Header of the client id, if there is one.
    pub client_id_header: Option<&'static str>,
    /// Header of the instant, if there is one.
    pub timestamp_header: Option<&'static str>,
    /// Header of the nonce, if there is one.
    pub nonce_header: Option<&'static str>,
    /// Parameters that signing adds to the query, in their order, before a signature in the query.
    pub query: &'static [(&'static str, SignedValue)],
    /// Values that the user of a client gives.
    pub settings: &'static [SigningSetting],
    /// Format of the instant.
    pub timestamp: TimestampFormat,
    /// Form of a nonce.
    pub nonce_format: NonceFormat,
    /// Least and greatest length of a nonce, in characters.
    pub nonce_length: (u32, u32),
    /// Seconds from the instant to the end of a signature, if it has one.
    pub lifetime: u32,
    /// Seconds that an instant may lie before or after the server's clock.
    pub freshness: u32,
    /// Problem code of a client that is not known or may not call.
    pub client_problem: Option<&'static str>,
    /// Problem code of a wrong signature.
    pub signature_problem: Option<&'static str>,
    /// Problem code of an instant outside of `freshness`.
    pub expired_problem: Option<&'static str>,
    /// Problem code of a repeated nonce.
    pub replayed_problem: Option<&'static str>,
}

impl Signing {
    /// Returns the rules of an HMAC-SHA256 in lower-case hexadecimal over nothing, in a header. A description replaces its fields.
    pub const fn new(header: &'static str) -> Self {
        Self {
            signature: SignaturePlace::Header(header),
            encoding: MacEncoding::Hex,
            secret: Some(SecretForm {
                algorithm: Algorithm::HmacSha256,
                encoding: SecretEncoding::Utf8,
                prefix: "",
            }),
            message: &[],
            key_pair: None,
            client_id_header: None,
            timestamp_header: None,
            nonce_header: None,
            query: &[],
            settings: &[],
            timestamp: TimestampFormat::Rfc3339,
            nonce_format: NonceFormat::Text,
            nonce_length: (16, 128),
            lifetime: 0,
            freshness: 300,
            client_problem: None,
            signature_problem: None,
            expired_problem: None,
            replayed_problem: None,
        }
    }

    /// Lists the headers that signing writes.
    pub fn headers(&self) -> impl Iterator<Item = &'static str> {
        let all = [
            self.client_id_header,
            self.timestamp_header,
            self.nonce_header,
            self.signature.header(),
        ];
        let of_form = self.key_pair.into_iter().flat_map(KeyPair::headers);
        all.into_iter().flatten().chain(of_form)
    }

    /// Returns `true` if a header, a parameter or a signed text contains the client id.
    pub fn has_client_id(&self) -> bool {
        let is_consumer = |pair: &KeyPair| matches!(pair.form, SignatureForm::OAuth1(_));
        let in_query = self.query.iter().any(|(_, value)| *value == SignedValue::ClientId);
        self.client_id_header.is_some()
            || in_query
            || self.covers(SignedValue::ClientId)
            || self.key_pair.is_some_and(is_consumer)
    }

    /// Returns `true` if the message contains more of the body than its SHA-256.
    pub fn covers_raw_body(&self) -> bool {
        self.pieces().any(|piece| piece.is_raw_body()) || self.key_pair.is_some_and(KeyPair::has_digest)
    }

    /// Returns the pieces of all signed texts.
    pub fn pieces(&self) -> impl Iterator<Item = &'static Piece> + use<> {
        let others = self.key_pair.into_iter().flat_map(|pair| pair.form.pieces());
        self.message.iter().chain(others)
    }

    /// Returns `true` if the message contains the value.
    pub fn covers(&self, wanted: SignedValue) -> bool {
        self.pieces().any(|piece| piece.is(wanted))
    }
}

/// A value of a signature that the user of a client gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SigningSetting {
    /// Name in the contract.
    pub name: &'static str,
    /// Environment variable.
    pub environment: Option<&'static str>,
    /// `false` if a client may leave it out.
    pub required: bool,
}
