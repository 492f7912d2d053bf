//! In: `x-signing`, the parts of a request and the client's secret. Out: the message and its MAC. Never:
//! code of the SDK; a second implementation of the same contract.

use crate::encode;
use crate::extensions::{MacEncoding, SecretEncoding, SecretForm, Signing};
use crate::message::{Filter, Signed, ValueSource};
use crate::request::Request;
use hmac_sha256::{HMAC, Hash};

/// All values of a message.
#[derive(Debug, Clone, Default)]
pub(crate) struct MessageValues {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) body: Vec<u8>,
    pub(crate) timestamp: String,
    pub(crate) nonce: String,
    pub(crate) client_id: String,
    pub(crate) idempotency_key: String,
    /// Settings by name, and members of an item by pointer.
    pub(crate) others: Vec<(String, String)>,
}

impl MessageValues {
    /// The parts of a request as it came.
    pub(crate) fn new(signing: &Signing, key_header: Option<&str>, request: &Request) -> Self {
        let value = |name: &str| request.header(name).unwrap_or_default().to_owned();
        Self {
            method: request.method.clone(),
            target: request.target.clone(),
            body: request.body.clone(),
            timestamp: signing.timestamp_header().map(value).unwrap_or_default(),
            nonce: signing.nonce_header().map(value).unwrap_or_default(),
            client_id: signing.client_header.as_deref().map(value).unwrap_or_default(),
            idempotency_key: key_header.map(value).unwrap_or_default(),
            others: Vec::new(),
        }
    }

    /// The bytes of a value, after its changes.
    pub(crate) fn bytes(&self, value: &Signed) -> Vec<u8> {
        let (path, query) = self.target.split_once('?').unwrap_or((&self.target, ""));
        let other = |name: &str| {
            let found = self.others.iter().find(|(known, _)| known == name);
            found.map_or("", |(_, text)| text.as_str())
        };
        let bytes = match &value.source {
            ValueSource::Method => self.method.as_bytes(),
            ValueSource::Target => self.target.as_bytes(),
            ValueSource::Path => path.as_bytes(),
            ValueSource::Query => query.as_bytes(),
            ValueSource::Body => &self.body,
            ValueSource::Timestamp => self.timestamp.as_bytes(),
            // A signed header of a delivery is its id, which is new for each delivery.
            ValueSource::Nonce | ValueSource::Header(_) => self.nonce.as_bytes(),
            ValueSource::ClientId => self.client_id.as_bytes(),
            ValueSource::IdempotencyKey => self.idempotency_key.as_bytes(),
            ValueSource::Setting(name) | ValueSource::Item(name) => other(name).as_bytes(),
        };
        value.filters.iter().fold(bytes.to_vec(), |bytes, filter| match filter {
            Filter::Sha256 => Hash::hash(&bytes).to_vec(),
            Filter::Sha512 => hmac_sha512::Hash::hash(&bytes).to_vec(),
            Filter::Hex => encode(MacEncoding::Hex, &bytes).into_bytes(),
            Filter::Base64 => encode(MacEncoding::Base64, &bytes).into_bytes(),
            Filter::Base64Url => encode(MacEncoding::Base64Url, &bytes).into_bytes(),
        })
    }

    /// The same as text, to show it.
    pub(crate) fn text(&self, value: &Signed) -> String {
        String::from_utf8_lossy(&self.bytes(value)).into_owned()
    }

    /// The signed message.
    pub(crate) fn message(&self, signing: &Signing) -> Vec<u8> {
        let values: Vec<_> = signing.message.values.iter().map(|value| self.bytes(value)).collect();
        signing.message.join(&values)
    }

    /// The same as text, to show it.
    pub(crate) fn base_string(&self, signing: &Signing) -> String {
        String::from_utf8_lossy(&self.message(signing)).into_owned()
    }
}

pub(crate) fn encode(encoding: MacEncoding, bytes: &[u8]) -> String {
    match encoding {
        MacEncoding::Hex => encode::hex(bytes),
        MacEncoding::Base64 => encode::base64(bytes),
        MacEncoding::Base64Url => {
            let padded = encode::base64(bytes);
            padded.trim_end_matches('=').replace('+', "-").replace('/', "_")
        }
    }
}

/// The bytes of a written MAC; `None` for another form.
pub(crate) fn decode(encoding: MacEncoding, text: &str) -> Option<Vec<u8>> {
    match encoding {
        MacEncoding::Hex => encode::unhex(text),
        MacEncoding::Base64 => encode::unbase64(text),
        MacEncoding::Base64Url => {
            let missing = (4 - text.len() % 4) % 4;
            let padding = &"==="[..missing];
            encode::unbase64(&(text.replace('-', "+").replace('_', "/") + padding))
        }
    }
}

/// The key bytes behind a secret's text.
pub(crate) fn key_bytes(form: &SecretForm, secret: &str) -> Option<Vec<u8>> {
    let secret = secret.strip_prefix(form.prefix.as_str()).unwrap_or(secret);
    match form.encoding {
        SecretEncoding::Utf8 => Some(secret.as_bytes().to_vec()),
        SecretEncoding::Hex => encode::unhex(secret),
        SecretEncoding::Base64 => encode::unbase64(secret),
    }
}

/// The HMAC (RFC 2104) of a message.
pub(crate) fn mac(signing: &Signing, key: &[u8], message: &[u8]) -> Vec<u8> {
    if signing.is_sha512 {
        hmac_sha512::HMAC::mac(message, key).to_vec()
    } else {
        HMAC::mac(message, key).to_vec()
    }
}

/// The signature of the parts; `None` where the secret is not in the contract's form.
pub(crate) fn sign(signing: &Signing, parts: &MessageValues, secret: &str) -> Option<String> {
    let key = key_bytes(&signing.secret, secret)?;
    Some(encode(signing.encoding, &mac(signing, &key, &parts.message(signing))))
}
