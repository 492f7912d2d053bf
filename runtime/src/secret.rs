//! Secrets of a client: texts and sources of texts, for credentials and signing keys.
//!
//! A secret is never printed, logged or compared, and its memory is wiped when it is dropped.

mod source;

pub use sdkwright_signing::secret::{Key, SecretEncoding, SecretError, SecretForm, SigningSecret};
pub use source::{ClientSecrets, SecretFile, SecretSource, SecretVariable};
pub(crate) use source::{KeyChoice, KeyRing, KeyRingError, beside};

use zeroize::Zeroizing;

/// Text of a secret that is sent: a key, a password, a token. Prints as `[REDACTED]` and is wiped when dropped.
#[derive(Clone)]
pub struct Secret(Zeroizing<Box<str>>);

impl Secret {
    /// Takes the text of a secret.
    pub fn new(text: impl Into<String>) -> Self {
        // Copied at its exact size: a smaller allocation would leave the text in the larger one.
        let text = Zeroizing::new(text.into());
        Self(Zeroizing::new(text.as_str().into()))
    }

    /// Returns the text, for the one place in the request that carries it.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret([REDACTED])")
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_never_prints() {
        assert_eq!(format!("{:?}", Secret::new("sentinel9f2-sent")), "Secret([REDACTED])");
    }
}
