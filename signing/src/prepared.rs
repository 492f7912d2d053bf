//! The bytes of a signature by a key pair. In: the contract's description and the values of a request. Out: the bytes to sign
//! and the text to send.

use crate::algorithm::SignatureAlgorithm;
use crate::cavage::{CavageError, CavageMessage};
use crate::clock::NonceError;
use crate::clock::parse_timestamp;
use crate::hash::{base64, hex, sha256, sha512};
use crate::http_signature::{HttpSignatureBase, HttpSignatureError, SignatureParameter};
use crate::jws::{JwsError, UnsignedJws};
use crate::keys::CertificateError;
use crate::message::{Filter, Parts, Piece, RequestParts, SignatureReport, SignedComponent, message};
use crate::oauth1::OAuth1;
use crate::signer::{KeyInfo, SignError, Signature};
use http::{HeaderMap, HeaderName, HeaderValue};
use sdkwright_description::{
    Claim, HttpForm, HttpParameter, HttpProfile, Jws, JwsPayload, KeyPairRules, OAuth1Form, SignatureForm,
    SignatureRules, TimestampFormat,
};
use sdkwright_json::value::Number;
use sdkwright_json::{JsonValue, Object};

/// The reason why a request is not signed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StampError {
    /// No random bytes for a nonce.
    #[error(transparent)]
    Nonce(#[from] NonceError),
    /// The contract has no signature of this kind.
    #[error("the contract has no signature by {0}")]
    NoKey(&'static str),
    /// The signer failed.
    #[error(transparent)]
    Signer(#[from] SignError),
    /// The contract's header gives no JSON Web Signature.
    #[error(transparent)]
    Jws(#[from] JwsError),
    /// A component of the signature is invalid.
    #[error(transparent)]
    Cavage(#[from] CavageError),
    /// A component of the signature is invalid.
    #[error(transparent)]
    Http(#[from] HttpSignatureError),
    /// The certificate of the key is invalid.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// The contract has no name for the algorithm.
    #[error("the contract has no name for {0}")]
    NoName(SignatureAlgorithm),
}

/// The bytes to sign, and what completes the signature.
pub(crate) struct Prepared<'p> {
    /// The bytes to sign.
    pub(crate) bytes: Vec<u8>,
    /// Writes the text to send.
    pub(crate) complete: Complete<'p>,
    /// The signed values of a form without a message.
    pub(crate) report: Option<SignatureReport>,
    /// Headers of the form, besides the signature.
    pub(crate) headers: Vec<(&'static str, String)>,
}

type Complete<'p> = Box<dyn Fn(&Signature) -> Result<String, StampError> + Send + Sync + 'p>;

impl<'p> Prepared<'p> {
    /// Composes the bytes of a request.
    pub(crate) fn new(
        rules: &'p SignatureRules,
        pair: KeyPairRules,
        algorithm: SignatureAlgorithm,
        key: &KeyInfo,
        parts: &'p Parts<'p>,
    ) -> Result<Self, StampError> {
        match &rules.form {
            SignatureForm::Message => Ok(Self {
                bytes: message(rules.message, parts),
                complete: Box::new(move |signature| Ok(signature.encode(pair.encoding))),
                report: None,
                headers: Vec::new(),
            }),
            SignatureForm::Jws(jws) => Self::from_jws(jws, algorithm, parts),
            SignatureForm::Http(http) => Self::from_http(http, rules.timestamp, algorithm, key, parts),
            SignatureForm::OAuth1(form) => Self::from_oauth1(form, algorithm, parts),
        }
    }

    fn from_jws(jws: &Jws, algorithm: SignatureAlgorithm, parts: &Parts<'_>) -> Result<Self, StampError> {
        let mut header = Object::default();
        header.insert("alg", JsonValue::from(algorithm.jws_name()));
        let written = |pieces: &[Piece]| message(pieces, parts);
        fill(&mut header, jws.protected, written);
        let payload = match jws.payload {
            JwsPayload::Claims(claims) => {
                let mut object = Object::default();
                fill(&mut object, claims, written);
                JsonValue::from(object).to_string().into_bytes()
            }
            JwsPayload::Message(pieces) => message(pieces, parts),
        };
        let unsigned = UnsignedJws::new(&header, &payload)?;
        let header = JsonValue::from(header).to_string();
        let (of_header, of_payload) = ("the contract, the key and the settings", "the request");
        let shown_payload = "[the payload]".to_owned();
        let components = vec![
            SignedComponent::new(
                "protected",
                header.clone(),
                Some(header.as_bytes()),
                of_header.to_owned(),
            ),
            SignedComponent::new("payload", shown_payload, Some(&payload), of_payload.to_owned()),
        ];
        let (bytes, is_detached) = (unsigned.message().to_vec(), jws.detached);
        Ok(Self {
            report: Some(report("{protected|base64url}.{payload|base64url}", &bytes, components)),
            bytes,
            complete: Box::new(move |signature| {
                Ok(if is_detached {
                    unsigned.detached(signature)
                } else {
                    unsigned.compact(signature)?
                })
            }),
            headers: Vec::new(),
        })
    }

    fn from_http(
        http: &'p HttpForm,
        format: TimestampFormat,
        algorithm: SignatureAlgorithm,
        key: &KeyInfo,
        parts: &Parts<'_>,
    ) -> Result<Self, StampError> {
        let digest = http
            .digest
            .map(|(name, hash)| (name, digest(http.profile, hash, parts.body)));
        let certificate = http.certificate_header.zip(key.certificate());
        let certificate = certificate.map(|(name, certificate)| (name, base64(certificate)));
        let mut headers: Vec<_> = digest.into_iter().chain(certificate).collect();
        let mut all = parts.headers.cloned().unwrap_or_default();
        for (name, value) in &headers {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(*name), HeaderValue::try_from(value)) {
                all.insert(name, value);
            }
        }
        let covered = covered(http, &all);
        let components = covered.iter().map(as_sent).collect();
        let request = request_parts(parts, &all);
        let key_id = String::from_utf8_lossy(&message(http.key_id, parts)).into_owned();
        match http.profile {
            HttpProfile::Cavage10(names) => {
                let message = CavageMessage::new(covered, &request)?;
                let (bytes, name) = (message.message().to_vec(), name(names, algorithm)?);
                Ok(Self {
                    report: Some(report(
                        "the headers by draft-cavage-http-signatures-10",
                        &bytes,
                        components,
                    )),
                    bytes,
                    complete: Box::new(move |signature| Ok(message.header(&key_id, name, signature)?)),
                    headers,
                })
            }
            HttpProfile::Rfc9421(label, parameters) => {
                let seconds = |text: &str| parse_timestamp(text, format).unwrap_or_default();
                let written = |one: &HttpParameter| match one {
                    HttpParameter::Created => SignatureParameter::Created(seconds(parts.timestamp)),
                    HttpParameter::Expires => SignatureParameter::Expires(seconds(parts.expires)),
                    HttpParameter::Nonce => SignatureParameter::Nonce(parts.nonce),
                    HttpParameter::Alg => SignatureParameter::Algorithm(algorithm),
                    HttpParameter::Keyid => SignatureParameter::KeyId(&key_id),
                };
                let parameters = parameters.iter().map(written);
                let base = HttpSignatureBase::new(covered, &parameters.collect::<Vec<_>>(), &request)?;
                headers.push((HttpProfile::INPUT, base.signature_input(label)?));
                let bytes = base.message().to_vec();
                Ok(Self {
                    report: Some(report("the signature base of RFC 9421", &bytes, components)),
                    bytes,
                    complete: Box::new(move |signature| Ok(base.signature(label, signature)?)),
                    headers,
                })
            }
        }
    }

    fn from_oauth1(
        own: &'p OAuth1Form,
        algorithm: SignatureAlgorithm,
        parts: &'p Parts<'p>,
    ) -> Result<Self, StampError> {
        let (method, body_hash) = (name(own.methods, algorithm)?, base64(&parts.body_sha256()));
        let headers = HeaderMap::new();
        let base = oauth1(own, method, &body_hash, parts).base_string(&request_parts(parts, &headers), None);
        Ok(Self {
            report: Some(report(
                "the signature base string of RFC 5849",
                base.as_bytes(),
                Vec::new(),
            )),
            bytes: base.into_bytes(),
            complete: Box::new(move |signature| Ok(oauth1(own, method, &body_hash, parts).header(signature))),
            headers: Vec::new(),
        })
    }
}

/// Returns the digest of a body: the value of `Digest` (RFC 3230), or of `Content-Digest` (RFC 9530) for RFC 9421.
pub(crate) fn digest(profile: HttpProfile, hash: Filter, body: &[u8]) -> String {
    let (name, digest) = match hash {
        Filter::Sha512 => ("SHA-512", base64(&sha512(body))),
        _ => ("SHA-256", base64(&sha256(body))),
    };
    match profile {
        HttpProfile::Cavage10(_) => format!("{name}={digest}"),
        HttpProfile::Rfc9421(..) => format!("{}=:{digest}:", name.to_ascii_lowercase()),
    }
}

/// Returns the API's name of an algorithm.
fn name(
    names: &'static [(SignatureAlgorithm, &'static str)],
    algorithm: SignatureAlgorithm,
) -> Result<&'static str, StampError> {
    let found = names.iter().find(|(known, _)| *known == algorithm);
    found.map(|(_, name)| *name).ok_or(StampError::NoName(algorithm))
}

fn oauth1<'o>(own: &OAuth1Form, method: &'static str, body_hash: &'o str, parts: &Parts<'o>) -> OAuth1<'o> {
    OAuth1 {
        consumer_key: parts.client_id.unwrap_or_default(),
        token: None,
        signature_method: method,
        timestamp: parts.timestamp,
        nonce: parts.nonce,
        version: Some("1.0"),
        body_hash: own.body_hash.then_some(body_hash),
        encode_values: own.encode_values,
    }
}

/// Returns the components that a request with these headers must cover.
pub(crate) fn covered(http: &HttpForm, headers: &HeaderMap) -> Vec<&'static str> {
    let if_sent = http.if_sent.iter().filter(|name| headers.contains_key(**name));
    http.covered.iter().chain(if_sent).copied().collect()
}

pub(crate) fn request_parts<'r>(parts: &Parts<'r>, headers: &'r HeaderMap) -> RequestParts<'r> {
    let (scheme, authority) = parts.origin.split_once("://").unwrap_or(("https", parts.origin));
    RequestParts {
        method: parts.method,
        scheme,
        authority,
        target: parts.target,
        headers,
    }
}

fn report(message: &str, bytes: &[u8], components: Vec<SignedComponent>) -> SignatureReport {
    SignatureReport {
        message: message.to_owned(),
        components,
        base_sha256: Some(hex(&sha256(bytes))),
        base_length: Some(bytes.len()),
        causes: Vec::new(),
    }
}

/// Describes a covered component without its value, which may be personal data.
fn as_sent(name: &&str) -> SignedComponent {
    SignedComponent::new(name, "[as sent]".to_owned(), None, "the request".to_owned())
}

/// Adds the members in their order, with what their pieces write.
pub(crate) fn fill(
    object: &mut Object,
    claims: &[(&'static str, Claim)],
    written: impl Fn(&'static [Piece]) -> Vec<u8>,
) {
    let written = |pieces| String::from_utf8_lossy(&written(pieces)).into_owned();
    for (name, claim) in claims {
        let value = match *claim {
            Claim::Text(pieces) => JsonValue::from(written(pieces)),
            Claim::Number(pieces) => {
                let text = written(pieces);
                text.parse::<Number>().map_or(JsonValue::from(text), JsonValue::from)
            }
            Claim::List(texts) => JsonValue::from(texts.to_vec()),
        };
        object.insert(*name, value);
    }
}
