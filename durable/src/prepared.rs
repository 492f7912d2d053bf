//! Recorded intents: the bytes of an intent come in, and a value that every engine can record comes out. It must never print.

use sdkwright_runtime::journal::IntentError;
use sdkwright_runtime::{Base64, KeyError};
use serde::{Deserialize, Serialize};

/// An action that is fixed and not sent yet, as an engine records it: base64 of [`Intent::to_bytes`](sdkwright_runtime::Intent::to_bytes).
///
/// It contains the request in plain text and no credential, and `Debug` prints neither.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Prepared {
    intent: Base64,
}

impl Prepared {
    pub(crate) fn new(intent: &[u8]) -> Self {
        Self {
            intent: Base64::new(intent),
        }
    }

    pub(crate) fn bytes(&self) -> Result<Vec<u8>, IntentError> {
        self.intent.bytes().map_err(|_| IntentError::Changed)
    }
}

impl std::fmt::Debug for Prepared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Prepared").finish_non_exhaustive()
    }
}

/// A recorded value that this step cannot use. Nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PreparedError {
    /// The key of the intent is not that of the step.
    #[error("the intent has the key of another step: create it with `step.key()` of this step")]
    OtherKey,
    /// The workflow or the step has no name.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The intent has no bytes, or the bytes are not an intent of this client.
    #[error(transparent)]
    Intent(#[from] IntentError),
}

impl PreparedError {
    /// Returns `true` if a worker with another release or other settings can use the value.
    pub(crate) fn is_of_worker(&self) -> bool {
        matches!(
            self,
            Self::Intent(IntentError::OtherVersion { .. } | IntentError::OtherSecret | IntentError::AnotherSender)
        )
    }
}
