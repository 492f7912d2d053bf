//! Signed deliveries, by the rules that verify them: a stamp, a body and keys come in, the headers go out.

use super::rules::{EventId, VerifierError, Webhooks};
use crate::algorithm::SignatureAlgorithm;
use crate::clock::{self, NonceError, SystemNonces};
use crate::hash::encoded;
use crate::jws::{JwsError, UnsignedJws};
use crate::message::{Message, Parts, Piece, SignedValue, compose};
use crate::prepared::fill;
use crate::secret::{Key, SigningSecret};
use crate::signature;
use crate::signer::{SignError, Signer, ToSign};
use http::{HeaderMap, HeaderName, HeaderValue};
use sdkwright_description::{Jws, JwsPayload, SignatureForm, SignaturePlace, SignatureRules, ValuePlace};
use sdkwright_json::{JsonValue, Object};
use std::sync::Arc;

/// Instant and nonce of a signed delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp<'a> {
    /// Seconds since 1970.
    pub seconds: i64,
    /// Unique per delivery.
    pub nonce: &'a str,
}

/// Keys with which an API signs its deliveries to one receiver, and the values of the signature that a delivery does not contain.
#[derive(Clone, Default)]
pub struct DeliveryKeys {
    /// Secrets. If the signature is a list, a delivery has one signature by each that can be decoded; otherwise it has one by the first.
    pub secrets: Vec<SigningSecret>,
    /// Private key, for a contract with key pairs.
    pub signer: Option<Arc<dyn Signer>>,
    /// Values of the settings of the contract, in its order.
    pub settings: Vec<String>,
}

/// Keys never print.
impl std::fmt::Debug for DeliveryKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let secrets = self.secrets.len();
        f.debug_struct("DeliveryKeys")
            .field("secrets", &secrets)
            .finish_non_exhaustive()
    }
}

/// The reason why a delivery cannot be signed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DeliveryError {
    /// No key or setting that the contract needs, or one that cannot be used.
    #[error(transparent)]
    Keys(#[from] VerifierError),
    /// The private key did not sign.
    #[error(transparent)]
    Signer(#[from] SignError),
    /// No random bytes for a nonce.
    #[error(transparent)]
    Nonce(#[from] NonceError),
    /// The contract signs each item of a body.
    #[error("the contract signs each item of a body, which `sign_delivery` cannot do")]
    Items,
}

/// Signs one attempt of a delivery at an instant, in seconds since 1970, and returns the headers. Each attempt has a new nonce. `id` is
/// the id of the event, for an API that sends it in a header.
pub async fn sign_delivery(
    webhooks: &'static Webhooks,
    keys: &DeliveryKeys,
    seconds: i64,
    id: &str,
    body: &[u8],
) -> Result<HeaderMap, DeliveryError> {
    let rules = &webhooks.signing;
    if matches!(rules.signature, SignaturePlace::Items { .. }) {
        return Err(DeliveryError::Items);
    }
    let settings = webhooks.named_settings(keys.settings.clone())?;
    let nonce = signature::formatted_nonce(&SystemNonces, rules)?;
    let delivery = DeliveryToSign {
        id: match webhooks.id {
            Some(EventId::Header(name)) => Some((name, id)),
            Some(EventId::Body(_)) | None => None,
        },
        ..DeliveryToSign::new(rules, &settings, Stamp { seconds, nonce: &nonce }, body)
    };
    let (mut signatures, mut unusable) = (Vec::new(), None);
    let is_list = matches!(rules.signature, SignaturePlace::List { .. });
    if let Some(form) = rules.secret {
        for secret in keys.secrets.iter().take(if is_list { usize::MAX } else { 1 }) {
            match secret.key(form) {
                Ok(key) => signatures.push(delivery.by_secret(&key)),
                Err(error) => {
                    tracing::warn!(%error, "a secret of a receiver is left out");
                    unusable = Some(VerifierError::from(error));
                }
            }
        }
    }
    let signer = keys.signer.as_deref().filter(|_| rules.key_pair.is_some());
    if let Some(signer) = signer {
        signatures.push(delivery.by_key_pair(signer).await?);
    }
    if signatures.is_empty() {
        return Err(unusable.unwrap_or_else(|| webhooks.missing_key()).into());
    }
    let mut headers = delivery.headers(&signatures);
    if let (Some(name), Some(key_id)) = (webhooks.key_header, signer.and_then(|signer| signer.key().key_id())) {
        put(&mut headers, name, key_id);
    }
    Ok(headers)
}

/// A delivery to sign.
#[derive(Clone, Copy)]
pub(super) struct DeliveryToSign<'d> {
    rules: &'static SignatureRules,
    settings: &'d [(&'static str, String)],
    stamp: Stamp<'d>,
    /// The header of the id of the event, and the id.
    id: Option<(&'static str, &'d str)>,
    body: &'d [u8],
}

/// A written signature, and the name of its item if items have names.
pub(super) struct NamedSignature {
    name: Option<&'static str>,
    text: String,
}

impl<'d> DeliveryToSign<'d> {
    pub(super) fn new(
        rules: &'static SignatureRules,
        settings: &'d [(&'static str, String)],
        stamp: Stamp<'d>,
        body: &'d [u8],
    ) -> Self {
        Self {
            rules,
            settings,
            stamp,
            id: None,
            body,
        }
    }

    /// Returns the signature by a secret.
    pub(super) fn by_secret(&self, key: &Key) -> NamedSignature {
        let message = self.message(self.rules.message);
        let name = match self.rules.signature {
            SignaturePlace::List { name, .. } => name,
            _ => None,
        };
        let text = encoded(self.rules.encoding, key.mac(&message.parts()).finish().as_ref());
        NamedSignature { name, text }
    }

    /// Returns the signature by a key pair.
    pub(super) async fn by_key_pair(&self, key: &dyn Signer) -> Result<NamedSignature, SignError> {
        let algorithm = key.key().choose(self.rules.key_algorithms())?;
        if let SignatureForm::Jws(jws) = self.rules.form {
            let text = self.jws(key, algorithm, jws).await?;
            return Ok(NamedSignature { name: None, text });
        }
        let message = self.message(self.rules.message).parts().concat();
        let signature = ToSign::new(algorithm, &message, "").sign_with(key).await?;
        let name = match self.rules.signature {
            SignaturePlace::List { key_name, .. } => key_name,
            _ => None,
        };
        let text = signature.encode(self.rules.encoding);
        Ok(NamedSignature { name, text })
    }

    /// Returns a JSON Web Signature. Without claims, its payload is the body, and not sent.
    async fn jws(&self, key: &dyn Signer, algorithm: SignatureAlgorithm, jws: Jws) -> Result<String, SignError> {
        let refused = |error: JwsError| SignError::Refused(error.into());
        let mut header = Object::new();
        header.insert("alg", JsonValue::from(algorithm.jws_name()));
        if let Some(id) = key.key().key_id() {
            header.insert("kid", JsonValue::from(id));
        }
        let JwsPayload::Claims(claims) = jws.payload else {
            let jws = UnsignedJws::new(&header, self.body).map_err(refused)?;
            return Ok(jws.detached(&jws.sign(key, "").await?));
        };
        let mut payload = Object::new();
        fill(&mut payload, claims, |message| self.message(message).parts().concat());
        let payload = sdkwright_json::to_vec(&payload).unwrap_or_default();
        let jws = UnsignedJws::new(&header, &payload).map_err(refused)?;
        jws.compact(&jws.sign(key, "").await?).map_err(refused)
    }

    /// Returns the value of a signed header: the id of the event in its header, else the nonce.
    fn header(&self, header: &str) -> &'d str {
        match self.id {
            Some((name, id)) if name.eq_ignore_ascii_case(header) => id,
            _ => self.stamp.nonce,
        }
    }

    /// Writes a message.
    fn message(&self, pieces: &[Piece]) -> Message<'d> {
        let timestamp = self.timestamp();
        let parts = Parts {
            timestamp: &timestamp,
            nonce: self.stamp.nonce,
            settings: self.settings,
            ..Parts::from_delivery(self.body)
        };
        compose(pieces, self.body, None, |value| match value {
            SignedValue::Header(name) => self.header(name),
            other => parts.text(other),
        })
    }

    fn timestamp(&self) -> String {
        clock::timestamp(self.stamp.seconds, self.rules.timestamp)
    }

    /// Returns the headers with these signatures. A header that is not a list has the first one.
    pub(super) fn headers(&self, signatures: &[NamedSignature]) -> HeaderMap {
        let timestamp = self.timestamp();
        let mut headers = HeaderMap::new();
        let mut items = Vec::new();
        for placed in self.rules.values {
            let value = match placed.value {
                SignedValue::Timestamp => timestamp.as_str(),
                _ => self.stamp.nonce,
            };
            match placed.place {
                ValuePlace::Header(name) => put(&mut headers, name, value),
                ValuePlace::Pair(name) => items.push((Some(name), value)),
                ValuePlace::Query(_) => {}
            }
        }
        for piece in self.rules.message {
            if let Piece::Value(SignedValue::Header(name), _) = piece {
                put(&mut headers, name, self.header(name));
            }
        }
        items.extend(signatures.iter().map(|one| (one.name, one.text.as_str())));
        match self.rules.signature {
            SignaturePlace::List {
                header,
                separator,
                pair,
                ..
            } => {
                let text = |(name, value): (Option<&str>, &str)| match name {
                    Some(name) => format!("{name}{pair}{value}"),
                    None => value.to_owned(),
                };
                let texts: Vec<String> = items.into_iter().map(text).collect();
                put(&mut headers, header, &texts.join(separator.encode_utf8(&mut [0; 4])));
            }
            place => {
                for (header, signature) in place.header().into_iter().zip(signatures) {
                    put(&mut headers, header, &signature.text);
                }
            }
        }
        headers
    }
}

/// Writes a header; leaves out what no header can contain.
fn put(headers: &mut HeaderMap, name: &str, value: &str) {
    if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
        headers.insert(name, value);
    }
}
