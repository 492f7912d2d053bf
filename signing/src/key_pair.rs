//! Signatures of requests by key pairs, as the contract describes them: plain data. Keys belong to the [`Signer`](crate::Signer).

use crate::algorithm::SignatureAlgorithm;
use crate::hash::MacEncoding;
use crate::message::Piece;

/// Signatures of requests by key pairs.
#[derive(Debug)]
pub struct KeyPair {
    /// Accepted algorithms, the preferred one first. The key decides.
    pub algorithms: &'static [SignatureAlgorithm],
    /// Encoding of a signature over a message.
    pub encoding: MacEncoding,
    /// Form of the signature.
    pub form: SignatureForm,
}

/// Form of a signature.
#[derive(Debug)]
pub enum SignatureForm {
    /// The signature of the message of [`Signing`].
    Message,
    /// A JSON Web Signature.
    Jws(Jws),
}

/// A JSON Web Signature (RFC 7515) in its compact form.
#[derive(Debug)]
pub struct Jws {
    /// Members of the protected header after `alg`.
    pub protected: &'static [(&'static str, Claim)],
    /// Signed content.
    pub payload: JwsPayload,
    /// The payload is not sent (RFC 7515, appendix F).
    pub detached: bool,
}

/// Content of a JSON Web Signature.
#[derive(Debug)]
pub enum JwsPayload {
    /// An object of JSON, such as the claims of a JSON Web Token (RFC 7519).
    Claims(&'static [(&'static str, Claim)]),
    /// Bytes.
    Message(&'static [Piece]),
}

/// Value of a member of JSON.
#[derive(Debug, Clone, Copy)]
pub enum Claim {
    /// A text.
    Text(&'static [Piece]),
    /// A number.
    Number(&'static [Piece]),
    /// Fixed texts.
    List(&'static [&'static str]),
}

impl KeyPair {
    /// Returns the pieces of all values outside of the message.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = &'static Piece> + use<> {
        let (protected, claims, message): (&[_], &[_], &[_]) = match &self.form {
            SignatureForm::Message => (&[], &[], &[]),
            SignatureForm::Jws(jws) => match jws.payload {
                JwsPayload::Claims(claims) => (jws.protected, claims, &[]),
                JwsPayload::Message(pieces) => (jws.protected, &[], pieces),
            },
        };
        let claims = protected
            .iter()
            .chain(claims)
            .flat_map(|(_, claim): &(&str, Claim)| match *claim {
                Claim::Text(pieces) | Claim::Number(pieces) => pieces,
                Claim::List(_) => &[],
            });
        claims.chain(message)
    }
}
