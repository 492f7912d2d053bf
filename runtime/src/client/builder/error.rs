//! Why settings give no client: what to set, and never a secret.

use crate::secret::{RingError, SecretError};
use crate::security::CredentialError;
use crate::transport::Cause;

/// Why there is no client. Says what to set, and never repeats a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A setting is missing.
    #[error("{what} is missing: set it with `{setter}`{}", or_variable(*.variable))]
    Missing {
        /// What is missing.
        what: &'static str,
        /// The method that sets it.
        setter: &'static str,
        /// The environment variable that `from_env` reads.
        variable: Option<&'static str>,
    },
    /// The base URL is none.
    #[error("the base URL `{url}` is refused: {why}")]
    BaseUrl {
        /// As it was given, without credentials, query and fragment.
        url: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The path of the base URL ends with what all paths of the contract begin with, or twice with that of a server of it.
    #[error("the base URL `{url}` is refused: its path repeats what the contract says itself; write `{write}`")]
    Repeated {
        /// As it was given.
        url: String,
        /// What to write in its place.
        write: String,
    },
    /// The client secret gives no key.
    #[error("the client secret is refused: {0}")]
    Secret(#[from] SecretError),
    /// The source of the client secret gives none.
    #[error("the client secret cannot be read: {0}")]
    Source(#[source] Cause),
    /// The client id or a default header cannot be sent.
    #[error("{0} cannot be written as a header")]
    Header(String),
    /// No operation has a server like that.
    #[error("no operation of the contract has the server `{0}`")]
    NoServer(String),
    /// A credential is none for this API.
    #[error("the credential of `{scheme}` is refused: {why}")]
    Credential {
        /// Name of the security scheme.
        scheme: String,
        /// What is wrong with it.
        why: CredentialError,
    },
    /// A default header would take the place of one that the client writes.
    #[error("the default header `{0}` is refused: the client writes it itself")]
    OwnHeader(String),
    /// There is no HTTP client.
    #[error("no HTTP client: {0}")]
    Transport(#[source] Cause),
}

impl From<RingError> for ConfigError {
    fn from(error: RingError) -> Self {
        match error {
            RingError::Secret(error) => Self::Secret(error),
            RingError::Source(cause) => Self::Source(cause),
        }
    }
}

fn or_variable(variable: Option<&'static str>) -> String {
    variable
        .map(|name| format!(" or the environment variable {name}"))
        .unwrap_or_default()
}
