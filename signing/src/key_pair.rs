//! Signatures of requests by key pairs, as the contract describes them: plain data. Keys belong to the [`Signer`](crate::Signer).

use crate::algorithm::SignatureAlgorithm;
use crate::hash::MacEncoding;
use crate::message::{Filter, Piece};
pub use sdkwright_description::HttpParameter;

/// Header of the covered components (RFC 9421, section 4.1).
pub(crate) const SIGNATURE_INPUT: &str = "signature-input";

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
    /// The signature of a message.
    Message,
    /// A JSON Web Signature.
    Jws(Jws),
    /// A signature of an HTTP message.
    Http(HttpForm),
    /// OAuth 1.0a (RFC 5849), as the value of `Authorization`.
    OAuth1(OAuth1Form),
}

/// A signature of an HTTP message.
#[derive(Debug)]
pub struct HttpForm {
    /// The standard.
    pub profile: HttpProfile,
    /// Components that each signature covers.
    pub covered: &'static [&'static str],
    /// Headers that a signature covers if the request has them.
    pub if_sent: &'static [&'static str],
    /// Header with the digest of the body, and its hash.
    pub digest: Option<(&'static str, Filter)>,
    /// Id of the key.
    pub key_id: &'static [Piece],
    /// Header with the certificate of the key (DER in base64).
    pub certificate_header: Option<&'static str>,
}

/// A standard of signatures of HTTP messages.
#[derive(Debug)]
pub enum HttpProfile {
    /// draft-cavage-http-signatures-10, with the API's names of algorithms.
    Cavage10(&'static [(SignatureAlgorithm, &'static str)]),
    /// RFC 9421, with the label of the signature and its parameters.
    Rfc9421(&'static str, &'static [HttpParameter]),
}

/// OAuth 1.0a.
#[derive(Debug)]
pub struct OAuth1Form {
    /// Names of the algorithms.
    pub methods: &'static [(SignatureAlgorithm, &'static str)],
    /// The signature covers the hash of the body.
    pub body_hash: bool,
    /// The values of the parameters are percent-encoded, as RFC 5849 demands.
    pub encode_values: bool,
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

impl Claim {
    /// Returns the pieces of its value; none of fixed texts.
    pub(crate) fn pieces(self) -> &'static [Piece] {
        match self {
            Self::Text(pieces) | Self::Number(pieces) => pieces,
            Self::List(_) => &[],
        }
    }
}

impl KeyPair {
    /// Returns the headers that this form writes besides the signature.
    pub(crate) fn headers(&self) -> impl Iterator<Item = &'static str> + use<> {
        let all = match &self.form {
            SignatureForm::Http(http) => {
                let input = matches!(http.profile, HttpProfile::Rfc9421(..)).then_some(SIGNATURE_INPUT);
                [http.digest.map(|(name, _)| name), http.certificate_header, input]
            }
            _ => [None; 3],
        };
        all.into_iter().flatten()
    }

    /// Returns `true` if a digest covers the body.
    pub(crate) fn has_digest(&self) -> bool {
        matches!(&self.form, SignatureForm::Http(http) if http.digest.is_some())
    }

    /// Returns the pieces of all values outside of the message.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = &'static Piece> + use<> {
        let (protected, claims, message): (&[_], &[_], &[_]) = match &self.form {
            SignatureForm::Message | SignatureForm::OAuth1(_) => (&[], &[], &[]),
            SignatureForm::Http(http) => (&[], &[], http.key_id),
            SignatureForm::Jws(jws) => match jws.payload {
                JwsPayload::Claims(claims) => (jws.protected, claims, &[]),
                JwsPayload::Message(pieces) => (jws.protected, &[], pieces),
            },
        };
        let claims = protected
            .iter()
            .chain(claims)
            .flat_map(|(_, claim): &(&str, Claim)| claim.pieces());
        claims.chain(message)
    }
}
