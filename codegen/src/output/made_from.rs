//! The sources of a crate, as its manifest keeps them: digests of the contract, of its parts, and of the settings.
//!
//! With them a later check says which parts changed, without the old contract. Comment lines, which `sha256sum -c` skips.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sdkwright_contract::text::is_hidden;

/// Sources of a crate.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MadeFrom {
    /// Path of the contract, as the files state it.
    pub contract: String,
    /// Digest of the contract with its overlays, independent of its formatting.
    pub sha256: String,
    /// Digest of the settings that have an effect on the files.
    pub settings: String,
    /// Digest of each part of the contract by its JSON Pointer, and of each other file by its path.
    pub parts: BTreeMap<String, String>,
}

impl MadeFrom {
    /// Appends it as lines of a manifest.
    pub(super) fn write(&self, text: &mut String) {
        let _ = writeln!(
            text,
            "# contract {} {}",
            self.sha256,
            self.contract.replace(is_hidden, "?")
        );
        let _ = writeln!(text, "# settings {}", self.settings);
        for (pointer, digest) in &self.parts {
            // Control characters in a name must not break the line.
            let _ = writeln!(text, "# part {digest} {}", pointer.replace(is_hidden, "?"));
        }
    }

    /// Reads it from the lines of a manifest. `None`: they do not say it.
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut made = Self::default();
        for line in text.lines().filter_map(|line| line.strip_prefix("# ")) {
            let (word, rest) = line.split_once(' ')?;
            match (word, rest.split_once(' ')) {
                ("contract", Some((sha256, contract))) => {
                    sha256.clone_into(&mut made.sha256);
                    contract.clone_into(&mut made.contract);
                }
                ("settings", _) => rest.clone_into(&mut made.settings),
                ("part", Some((digest, pointer))) => {
                    made.parts.insert(pointer.to_owned(), digest.to_owned());
                }
                _ => {}
            }
        }
        (!made.sha256.is_empty()).then_some(made)
    }
}
