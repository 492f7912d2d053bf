//! Errors of the builder: each names the setting to mend, and never shows a secret.

use crate::secret::{RingError, SecretError};
#[cfg(feature = "credentials")]
use crate::security::CredentialError;
use crate::transport::Cause;

/// The reason why a client cannot be built. Names the setting to change, and never shows a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// Settings are missing: all of them, in the order in which they are used.
    #[error("{}", all(.0))]
    Missing(Vec<MissingSetting>),
    /// The base URL cannot be used.
    #[error("the base URL `{url}` is refused: {why}")]
    BaseUrl {
        /// The URL as given, without credentials, query and fragment.
        url: String,
        /// The reason.
        why: &'static str,
    },
    /// The path of the base URL ends with the text that all paths of the contract start with, or repeats the path of a server
    /// of the contract.
    #[error("the base URL `{url}` is refused: its path repeats what the contract says itself; write `{write}`")]
    Repeated {
        /// The URL as given.
        url: String,
        /// The URL to use instead.
        write: String,
    },
    /// The client secret cannot be decoded into a key.
    #[error("the client secret is refused: {0}")]
    Secret(#[from] SecretError),
    /// The source of the client secret failed.
    #[error("the client secret cannot be read: {0}")]
    Source(#[source] Cause),
    /// The client id or a default header contains bytes that HTTP does not allow.
    #[error("{0} cannot be written as a header")]
    Header(String),
    /// No operation of the contract has this server.
    #[error("no operation of the contract has the server `{0}`")]
    NoServer(String),
    /// A credential does not fit its security scheme.
    #[cfg(feature = "credentials")]
    #[error("the credential of `{scheme}` is refused: {why}")]
    Credential {
        /// Name of the security scheme.
        scheme: String,
        /// The reason.
        why: CredentialError,
    },
    /// A default header would replace one that the client writes.
    #[error("the default header `{0}` is refused: the client writes it itself")]
    OwnHeader(String),
    /// The HTTP client could not be created.
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

/// A setting without which no client can be built.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MissingSetting {
    /// Name of the setting, for people.
    pub what: &'static str,
    /// The place to get its value from.
    pub source: String,
    /// The builder method that sets it.
    pub setter: &'static str,
    /// The environment variable that `from_env` reads.
    pub variable: Option<&'static str>,
}

impl std::fmt::Display for MissingSetting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({}; ", self.what, self.source)?;
        if let Some(name) = self.variable {
            write!(f, "environment variable {name} with `from_env`, or ")?;
        }
        write!(f, "`{}`)", self.setter)
    }
}

fn all(missing: &[MissingSetting]) -> String {
    let named: Vec<String> = missing.iter().map(ToString::to_string).collect();
    format!("settings are missing: {}", named.join(", "))
}
