//! In: a request, the signing of a contract, and what the options say about the client. Out: the client's id and secrets, and
//! the messages and MACs of requests. Never: a secret in another form than the contract names, or code of the SDK: this is a
//! second implementation of the same contract.

use crate::contract::Contract;
use crate::encode;
use crate::error::Error;
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

/// Random secrets begin with it, so that one that gets anywhere can be found by a search.
const MARK: &[u8] = b"sandbox-secret";
/// The id of a client that is not named.
const CLIENT: &str = "sandbox-client";
/// Fixed secrets. They are public: nobody can take them for those of a real API.
const FIXED_CLIENT: &str = "sandbox-secret-not-for-production";
const FIXED_WEBHOOK: &str = "sandbox-secret-for-webhooks-not-for-production";

/// The secrets of a sandbox in place of those that its options leave out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Secrets {
    /// New ones at each start.
    #[default]
    Random,
    /// The same ones at each start of every sandbox, for development: texts that end in `not-for-production`, in the form that the contract
    /// names.
    Fixed,
}

/// The secrets of a client.
pub(crate) struct Credentials {
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) webhook_secret: String,
    /// Secrets that were given, and are not shown.
    pub(crate) hidden: Vec<String>,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Credentials")
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

/// The options about the client.
pub(crate) struct GivenCredentials<'a> {
    pub(crate) client_id: Option<&'a str>,
    pub(crate) client_secret: Option<&'a str>,
    pub(crate) webhook_secret: Option<&'a str>,
}

impl Credentials {
    /// Returns the id and the secrets that are given, and others for what is left out.
    pub(crate) fn new(contract: &Contract, given: &GivenCredentials<'_>, secrets: Secrets) -> Result<Self, Error> {
        let extensions = &contract.extensions;
        let client_form = extensions.signing.values().next().map(|signing| &signing.secret);
        let webhook_form = extensions.webhook_signing.as_ref().map(|signing| &signing.secret);
        let secret = |given: Option<&str>, fixed, form| match (given, secrets) {
            (Some(secret), _) => secret.to_owned(),
            (None, Secrets::Fixed) => written(fixed, form),
            (None, Secrets::Random) => encode::hex(&[MARK, &encode::random::<24>()].concat()),
        };
        let hidden = given.client_secret.into_iter().chain(given.webhook_secret);
        let new = Self {
            client_id: given.client_id.unwrap_or(CLIENT).to_owned(),
            client_secret: secret(given.client_secret, FIXED_CLIENT, client_form),
            webhook_secret: secret(given.webhook_secret, FIXED_WEBHOOK, webhook_form),
            hidden: hidden.map(str::to_owned).collect(),
        };
        check_form(contract, &new)?;
        Ok(new)
    }
}

/// A fixed secret in the form of a contract.
fn written(fixed: &str, form: Option<&SecretForm>) -> String {
    let Some(form) = form else {
        return fixed.to_owned();
    };
    let text = match form.encoding {
        SecretEncoding::Hex => encode::hex(fixed.as_bytes()),
        SecretEncoding::Base64 => encode::base64(fixed.as_bytes()),
        SecretEncoding::Utf8 => fixed.to_owned(),
    };
    format!("{}{text}", form.prefix)
}

/// Checks that secrets have the forms that the contract names: a secret in another form could sign nothing.
fn check_form(contract: &Contract, credentials: &Credentials) -> Result<(), Error> {
    let of_calls = contract.extensions.signing.values();
    let of_deliveries = contract.extensions.webhook_signing.iter();
    let of_calls = of_calls.map(|signing| ("client", signing, &credentials.client_secret));
    let of_deliveries = of_deliveries.map(|signing| ("webhook", signing, &credentials.webhook_secret));
    for (whose, signing, secret) in of_calls.chain(of_deliveries) {
        if key_bytes(&signing.secret, secret).is_none_or(|key| key.is_empty()) {
            let form = format!("{:?}", signing.secret.encoding).to_ascii_lowercase();
            return Err(Error::Unknown(format!(
                "the {whose} secret is not in the form of the contract: {form}"
            )));
        }
    }
    Ok(())
}
