//! In: a contract, and what the options say about the client. Out: its id and secrets. Never: a secret in another form than the
//! contract names.

use crate::contract::Contract;
use crate::encode;
use crate::error::Error;
use crate::extensions::{SecretEncoding, SecretForm};
use crate::signature;

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
        if signature::key_bytes(&signing.secret, secret).is_none_or(|key| key.is_empty()) {
            let form = format!("{:?}", signing.secret.encoding).to_ascii_lowercase();
            return Err(Error::Unknown(format!(
                "the {whose} secret is not in the form of the contract: {form}"
            )));
        }
    }
    Ok(())
}
