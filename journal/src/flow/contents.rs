//! The contents of a flow: what its steps keep, and digests of the requests that they sent. They are sealed in its row.

use crate::entry::Entry;
use crate::error::StoreError;
use crate::keys::hex;
use crate::sealed;
use sdkwright_runtime::journal::{Intent, Piece, Seal};
use sdkwright_runtime::json::{JsonValue, from_slice};
use sdkwright_runtime::signing::sha256;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Largest number of bytes of all contents.
const MOST: usize = 256 * 1024;

/// The values and requests of a flow. Never prints.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct Contents {
    /// Values by step, as JSON text.
    #[serde(default)]
    pub(super) kept: BTreeMap<String, String>,
    /// The parts of the requests of its actions, by key.
    #[serde(default)]
    pub(super) sent: BTreeMap<String, RequestParts>,
}

impl Contents {
    pub(super) fn from_entry(seal: &Seal, entry: &Entry) -> Result<Self, StoreError> {
        let Some(bytes) = &entry.evidence else {
            return Ok(Self::default());
        };
        let plain = sealed::open(seal, &entry.key, bytes)?;
        serde_json::from_slice(&plain).map_err(|_| StoreError::Broken(format!("`{}`: its contents", entry.key)))
    }

    /// Returns the sealed contents; `None` if they are larger than a row may be.
    pub(super) fn to_sealed(&self, seal: &Seal, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let plain = serde_json::to_vec(self).map_err(|error| StoreError::Broken(error.to_string()))?;
        if plain.len() > MOST {
            return Ok(None);
        }
        sealed::seal(seal, key, &plain).map(Some)
    }
}

/// Digests of the parts of a request, by their names. They show which parts of two requests differ, and nothing else.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct RequestParts(BTreeMap<String, String>);

impl RequestParts {
    pub(super) fn new(intent: &Intent) -> Self {
        let mut parts = BTreeMap::new();
        let mut add = |name: String, content: &[u8]| drop(parts.insert(name, hex(&sha256(content)[..8])));
        add("operation".to_owned(), intent.operation.as_bytes());
        add("target".to_owned(), intent.target.as_bytes());
        for piece in &intent.body {
            let Piece::Bytes(bytes) = piece else { continue };
            match from_slice::<JsonValue>(bytes).ok() {
                Some(JsonValue::Object(members)) => {
                    for (name, value) in members.iter() {
                        add(format!("/{name}"), value.to_string().as_bytes());
                    }
                }
                _ => add("body".to_owned(), bytes),
            }
        }
        Self(parts)
    }

    /// Returns the names of the parts that differ.
    pub(super) fn difference(&self, other: &Self) -> Vec<String> {
        let names = self.0.keys().chain(other.0.keys());
        let mut names: Vec<&String> = names.filter(|name| self.0.get(*name) != other.0.get(*name)).collect();
        names.sort_unstable();
        names.dedup();
        names.into_iter().cloned().collect()
    }
}
