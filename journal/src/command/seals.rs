//! Seals of rows: the secret of a client comes in, whether a row is as that client wrote it goes out.

use sdkwright_runtime::journal::Seal;
use sdkwright_runtime::secret::{SecretEncoding, SigningSecret};

use crate::owner::Owner;
use crate::store::Row;

/// The seals that a secret can have: one for each encoding, since only the contract says which one it is.
#[derive(Debug, Clone, Default)]
pub(super) struct Seals(Vec<Seal>);

/// Whether a row can be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trust {
    Verified,
    /// Signed, and not checked: no secret is given.
    NotChecked,
    /// Its client has no secret.
    NotSigned,
    /// Signed with another secret than the one that is given.
    OtherSecret,
    /// Not as its client wrote it.
    Changed,
}

impl Seals {
    /// Reads the secret from its variable.
    pub(super) fn read(name: Option<&str>, variable: impl Fn(&str) -> Option<String>) -> Result<Self, String> {
        let Some(name) = name else { return Ok(Self::default()) };
        let text = variable(name).filter(|text| !text.is_empty());
        let secret =
            SigningSecret::new(text.ok_or_else(|| format!("the variable {name} of `--secret-env` is not set"))?);
        let encodings = [SecretEncoding::Utf8, SecretEncoding::Hex, SecretEncoding::Base64];
        let keys = encodings.into_iter().filter_map(|encoding| secret.key(encoding).ok());
        Ok(Self(keys.map(|key| Seal::of_keys([&key])).collect()))
    }

    fn of(&self, row: &Row) -> Option<&Seal> {
        self.0.iter().find(|seal| seal.name() == Some(row.sealed_by.as_str()))
    }

    pub(super) fn trust(&self, row: &Row, store: Option<&str>) -> Trust {
        if row.sealed_by.is_empty() {
            return Trust::NotSigned;
        }
        match self.of(row) {
            Some(seal) if Owner::of_sender(row.sender.clone(), seal.clone(), store).verifies(row) => Trust::Verified,
            Some(_) => Trust::Changed,
            None if self.0.is_empty() => Trust::NotChecked,
            None => Trust::OtherSecret,
        }
    }

    /// The seal that signs a change of the row.
    pub(super) fn signer(&self, row: &Row) -> Result<Seal, String> {
        if row.sealed_by.is_empty() {
            return Ok(Seal::default());
        }
        let why = if self.0.is_empty() {
            "the row is signed with the secret of the application's client: pass the variable that contains it with `--secret-env NAME`"
        } else {
            "the row is signed with another secret than that of `--secret-env`: use the secret with which the application wrote it"
        };
        self.of(row).cloned().ok_or_else(|| why.to_owned())
    }
}
