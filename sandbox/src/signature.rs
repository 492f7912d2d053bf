//! In: `x-signing`, the parts of a request and the client's secret. Out: the base string and its MAC. Never:
//! code of the SDK; this is a second reading of the same contract.

use crate::encode;
use crate::extensions::{Component, Encoding, SecretForm, Signing};
use crate::request::Request;
use hmac_sha256::{HMAC, Hash};

/// Everything that a base string can be made of.
#[derive(Debug, Clone, Default)]
pub(crate) struct Parts {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) body: Vec<u8>,
    pub(crate) timestamp: String,
    pub(crate) nonce: String,
    pub(crate) client_id: String,
    pub(crate) idempotency_key: String,
}

impl Parts {
    /// The parts of a request as it came.
    pub(crate) fn of(signing: &Signing, key_header: Option<&str>, request: &Request) -> Self {
        let value = |name: &str| request.header(name).unwrap_or_default().to_owned();
        Self {
            method: request.method.clone(),
            target: request.target.clone(),
            body: request.body.clone(),
            timestamp: value(&signing.timestamp_header),
            nonce: signing.nonce_header.as_deref().map(value).unwrap_or_default(),
            client_id: signing.client_header.as_deref().map(value).unwrap_or_default(),
            idempotency_key: key_header.map(value).unwrap_or_default(),
        }
    }

    pub(crate) fn text(&self, component: Component) -> String {
        match component {
            Component::Method => self.method.clone(),
            Component::Target => self.target.clone(),
            Component::Body(encoding) => encode(encoding, &Hash::hash(&self.body)),
            Component::Timestamp => self.timestamp.clone(),
            Component::Nonce => self.nonce.clone(),
            Component::ClientId => self.client_id.clone(),
            Component::IdempotencyKey => self.idempotency_key.clone(),
        }
    }

    pub(crate) fn base_string(&self, signing: &Signing) -> String {
        let parts: Vec<_> = signing
            .components
            .iter()
            .map(|&component| self.text(component))
            .collect();
        parts.join(&signing.separator)
    }
}

pub(crate) fn encode(encoding: Encoding, bytes: &[u8]) -> String {
    match encoding {
        Encoding::Hex => encode::hex(bytes),
        Encoding::Base64 => encode::base64(bytes),
    }
}

/// The key bytes behind a secret's text.
pub(crate) fn key_bytes(form: SecretForm, secret: &str) -> Option<Vec<u8>> {
    match form {
        SecretForm::Utf8 => Some(secret.as_bytes().to_vec()),
        SecretForm::Hex => encode::unhex(secret),
        SecretForm::Base64 => encode::unbase64(secret),
    }
}

/// HMAC-SHA256 (RFC 2104) of a base string.
pub(crate) fn mac(key: &[u8], base: &str) -> Vec<u8> {
    HMAC::mac(base, key).to_vec()
}

/// The signature of the parts; `None` where the secret is not in the contract's form.
pub(crate) fn sign(signing: &Signing, parts: &Parts, secret: &str) -> Option<String> {
    let key = key_bytes(signing.secret, secret)?;
    Some(encode(signing.encoding, &mac(&key, &parts.base_string(signing))))
}
