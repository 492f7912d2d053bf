//! The bytes of a signature by a key pair: the contract's description and the values of a request come in, the bytes to sign
//! and the text to send go out.

use crate::algorithm::SignatureAlgorithm;
use crate::explain::{SignedComponent, SignedForm};
use crate::hash::{MacEncoding, hex, sha256};
use crate::jws::{JwsError, UnsignedJws};
use crate::key_pair::{Claim, Jws, JwsPayload, KeyPair, SignatureForm};
use crate::message::{Parts, message};
use crate::signature::Signing;
use crate::signer::{SignError, Signature, Signer, ToSign};
use sdkwright_json::value::Number;
use sdkwright_json::{JsonValue, Object};

/// The bytes to sign, and what completes the signature.
pub(crate) enum Prepared {
    Message(Vec<u8>, MacEncoding),
    Jws {
        unsigned: UnsignedJws,
        is_detached: bool,
        form: SignedForm,
    },
}

impl Prepared {
    /// Composes the bytes of a request.
    pub(crate) fn new(
        signing: &Signing,
        pair: &KeyPair,
        algorithm: SignatureAlgorithm,
        parts: &Parts<'_>,
    ) -> Result<Self, JwsError> {
        match &pair.form {
            SignatureForm::Message => Ok(Self::Message(message(signing.message, parts), pair.encoding)),
            SignatureForm::Jws(jws) => Self::of_jws(jws, algorithm, parts),
        }
    }

    fn of_jws(jws: &Jws, algorithm: SignatureAlgorithm, parts: &Parts<'_>) -> Result<Self, JwsError> {
        let mut header = Object::default();
        header.insert("alg", JsonValue::from(algorithm.jws_name()));
        fill(&mut header, jws.protected, parts);
        let payload = match jws.payload {
            JwsPayload::Claims(claims) => {
                let mut object = Object::default();
                fill(&mut object, claims, parts);
                JsonValue::from(object).to_string().into_bytes()
            }
            JwsPayload::Message(pieces) => message(pieces, parts),
        };
        let unsigned = UnsignedJws::new(&header, &payload)?;
        let header = JsonValue::from(header).to_string();
        let form = SignedForm {
            message: "{protected|base64url}.{payload|base64url}".to_owned(),
            base_sha256: hex(&sha256(unsigned.message())),
            base_length: unsigned.message().len(),
            components: vec![
                component(
                    "protected",
                    header.as_bytes(),
                    &header,
                    "the contract, the key and the settings",
                ),
                component("payload", &payload, "[the payload]", "the request"),
            ],
        };
        Ok(Self::Jws {
            unsigned,
            is_detached: jws.detached,
            form,
        })
    }

    /// Signs the bytes. Returns the text to send.
    pub(crate) async fn sign(
        &self,
        algorithm: SignatureAlgorithm,
        signer: &dyn Signer,
        operation: &str,
    ) -> Result<Signature, SignError> {
        match self {
            Self::Message(bytes, _) => ToSign::new(algorithm, bytes, operation).sign_with(signer).await,
            Self::Jws { unsigned, .. } => unsigned.sign(signer, operation).await,
        }
    }

    /// Returns the text to send.
    pub(crate) fn complete(&self, signature: &Signature) -> Result<String, JwsError> {
        match self {
            Self::Message(_, encoding) => Ok(signature.encode(*encoding)),
            Self::Jws {
                unsigned,
                is_detached: true,
                ..
            } => Ok(unsigned.detached(signature)),
            Self::Jws { unsigned, .. } => unsigned.compact(signature),
        }
    }

    /// Returns the signed values of a form without a message.
    pub(crate) fn into_form(self) -> Option<SignedForm> {
        match self {
            Self::Message(..) => None,
            Self::Jws { form, .. } => Some(form),
        }
    }
}

fn component(name: &str, bytes: &[u8], shown: &str, origin: &str) -> SignedComponent {
    SignedComponent {
        name: name.to_owned(),
        shown: shown.to_owned(),
        length: Some(bytes.len()),
        sha256: Some(hex(&sha256(bytes))),
        origin: origin.to_owned(),
    }
}

/// Adds the members in their order.
fn fill(object: &mut Object, claims: &[(&'static str, Claim)], parts: &Parts<'_>) {
    let written = |pieces| String::from_utf8_lossy(&message(pieces, parts)).into_owned();
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
