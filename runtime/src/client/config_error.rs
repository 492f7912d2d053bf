//! Errors of the builder: each names the setting to mend, and never shows a secret.

use crate::secret::{KeyRingError, SecretError};
use crate::security::CredentialError;
use crate::transport::{Cause, Chain};

/// The reason why a client cannot be built. Names the setting to change, and never shows a secret.
#[derive(thiserror::Error)]
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
        /// The environment variable that `from_env` reads; `None` for the server of a single operation.
        variable: Option<&'static str>,
    },
    /// The path of the base URL ends with the text that all paths of the contract start with, or repeats the path of a server
    /// of the contract.
    #[error(
        "the base URL `{url}` is refused: its path repeats the beginning of the contract's paths; write `{write}`, or call \
         `.allow_repeated_path()` if a gateway removes it"
    )]
    Repeated {
        /// The URL as given.
        url: String,
        /// The URL to use instead.
        write: String,
        /// The environment variable that `from_env` reads.
        variable: Option<&'static str>,
    },
    /// The client secret cannot be decoded into a key.
    #[error("the client secret is refused: {why}")]
    Secret {
        /// The reason.
        why: SecretError,
        /// The environment variable that `from_env` reads.
        variable: Option<&'static str>,
    },
    /// The source of the client secret failed.
    #[error("the client secret cannot be read: {}", Chain(&**.0))]
    Source(Cause),
    /// The client id or a default header contains bytes that HTTP does not allow.
    #[error("{0} cannot be written as a header")]
    Header(String),
    /// No operation of the contract has this server.
    #[error("no operation of the contract has the server `{0}`")]
    NoServer(String),
    /// The signer does not fit the contract.
    #[error("the signer is refused: {0}")]
    Signer(String),
    /// A journal of a client with a signer has no secret for its rows.
    #[error("a client with a signer has no secret that seals the rows of its journal: call `.journal_secret(..)`")]
    JournalSecret,
    /// A setting of the signature is missing or invalid.
    #[error("the signing setting `{name}` is refused: {why}")]
    SigningSetting {
        /// Name of the setting.
        name: String,
        /// The reason.
        why: String,
    },
    /// A credential does not fit its security scheme.
    #[error("the credential of `{scheme}` is refused: {why}")]
    Credential {
        /// Name of the security scheme.
        scheme: String,
        /// The reason.
        why: CredentialError,
    },
    /// A default header would replace one that the client writes.
    #[error("the default header `{0}` is refused: the client sets it itself")]
    OwnHeader(String),
    /// The HTTP client could not be created.
    #[error("no HTTP client: {}", Chain(&**.0))]
    Transport(Cause),
}

impl ConfigError {
    /// Returns the error of a secret that was read from this variable.
    pub(in crate::client) fn of_secret(error: KeyRingError, variable: Option<&'static str>) -> Self {
        match error {
            KeyRingError::Secret(why) => Self::Secret { why, variable },
            KeyRingError::Source(cause) => Self::Source(cause),
        }
    }
}

/// Writes the text and the next step: `main` prints the error that it returns with `Debug`.
impl std::fmt::Debug for ConfigError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Self::Missing(missing) = self {
            return what_to_set(missing, f);
        }
        write!(f, "{self}")?;
        let (setter, variable) = match self {
            Self::BaseUrl { variable, .. } | Self::Repeated { variable, .. } => ("base_url", variable),
            Self::Secret { variable, .. } => ("client_secret", variable),
            _ => return Ok(()),
        };
        match variable {
            Some(variable) => write!(
                f,
                "\nnext: correct the environment variable {variable}, if the client is built with `from_env`, or `{setter}`"
            ),
            None => Ok(()),
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

/// Writes the missing settings, and what to set.
fn what_to_set(missing: &[MissingSetting], f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
    let join = |texts: Vec<String>| texts.join(", ");
    let named = missing
        .iter()
        .map(|setting| format!("{} ({})", setting.what, setting.source));
    write!(f, "settings are missing: {}\nnext: ", join(named.collect()))?;
    let variables: Vec<String> = missing
        .iter()
        .filter_map(|setting| setting.variable)
        .map(str::to_owned)
        .collect();
    if !variables.is_empty() {
        write!(f, "set {} and call `from_env`, or ", join(variables))?;
    }
    let setters = missing.iter().map(|setting| format!("`{}`", setting.setter));
    write!(f, "call {} of the builder", join(setters.collect()))
}
