//! Signed deliveries for tests of a receiver: a stamp, a body and a signature come in, the headers go out.

use crate::algorithm::SignatureAlgorithm;
use crate::hash::encoded;
use crate::jws::{JwsError, UnsignedJws};
use crate::message::{Message, Parts, Piece, SignedValue, compose};
use crate::prepared::fill;
use crate::secret::Key;
use crate::signature;
use crate::signer::{SignError, Signer, ToSign};
use http::{HeaderMap, HeaderName, HeaderValue};
use sdkwright_description::{Jws, JwsPayload, SignatureForm, SignaturePlace, SignatureRules, ValuePlace};
use sdkwright_json::{JsonValue, Object};

/// Instant and nonce of a signed delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp<'a> {
    /// Seconds since 1970.
    pub seconds: i64,
    /// Unique per delivery.
    pub nonce: &'a str,
}

/// A delivery to sign.
#[derive(Clone, Copy)]
pub(super) struct DeliveryToSign<'d> {
    pub(super) rules: &'static SignatureRules,
    pub(super) settings: &'d [(&'static str, String)],
    pub(super) stamp: Stamp<'d>,
    pub(super) body: &'d [u8],
}

impl<'d> DeliveryToSign<'d> {
    /// Returns the headers with a signature by a secret.
    pub(super) fn by_secret(&self, key: &Key) -> HeaderMap {
        let message = self.message(self.rules.message);
        let signature = encoded(self.rules.encoding, key.mac(&message.parts()).finish().as_ref());
        let name = match self.rules.signature {
            SignaturePlace::List { name, .. } => name,
            _ => None,
        };
        self.headers(&signature, name)
    }

    /// Returns the headers with a signature by a key pair.
    pub(super) async fn by_key_pair(&self, key: &dyn Signer) -> Result<HeaderMap, SignError> {
        let algorithm = key.key().choose(self.rules.key_algorithms())?;
        if let SignatureForm::Jws(jws) = self.rules.form {
            return Ok(self.headers(&self.jws(key, algorithm, jws).await?, None));
        }
        let message = self.message(self.rules.message).parts().concat();
        let signature = ToSign::new(algorithm, &message, "").sign_with(key).await?;
        let name = match self.rules.signature {
            SignaturePlace::List { key_name, .. } => key_name,
            _ => None,
        };
        Ok(self.headers(&signature.encode(self.rules.encoding), name))
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

    /// Writes a message. Its signed headers have the nonce as their value.
    fn message(&self, pieces: &[Piece]) -> Message<'d> {
        let timestamp = self.timestamp();
        let parts = Parts {
            timestamp: &timestamp,
            nonce: self.stamp.nonce,
            settings: self.settings,
            ..Parts::from_delivery(self.body)
        };
        compose(pieces, self.body, None, |value| match value {
            SignedValue::Header(_) => self.stamp.nonce,
            other => parts.text(other),
        })
    }

    fn timestamp(&self) -> String {
        signature::timestamp(self.stamp.seconds, self.rules.timestamp)
    }

    /// Returns the headers with a signature, whose item has the name if items have one.
    fn headers(&self, signature: &str, name: Option<&str>) -> HeaderMap {
        let timestamp = self.timestamp();
        let mut headers = HeaderMap::new();
        let mut put = |name: &str, value: &str| {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                headers.insert(name, value);
            }
        };
        let mut items = Vec::new();
        for placed in self.rules.values {
            let value = match placed.value {
                SignedValue::Timestamp => timestamp.as_str(),
                _ => self.stamp.nonce,
            };
            match placed.place {
                ValuePlace::Header(name) => put(name, value),
                ValuePlace::Pair(name) => items.push((name, value)),
                ValuePlace::Query(_) => {}
            }
        }
        for piece in self.rules.message {
            if let Piece::Value(SignedValue::Header(name), _) = piece {
                put(name, self.stamp.nonce);
            }
        }
        match self.rules.signature {
            SignaturePlace::List {
                header,
                separator,
                pair,
                ..
            } => {
                let mut texts: Vec<String> = items
                    .into_iter()
                    .map(|(name, value)| format!("{name}{pair}{value}"))
                    .collect();
                texts.push(name.map_or_else(|| signature.to_owned(), |name| format!("{name}{pair}{signature}")));
                put(header, &texts.join(separator.encode_utf8(&mut [0; 4])));
            }
            place => place.header().into_iter().for_each(|header| put(header, signature)),
        }
        headers
    }
}
