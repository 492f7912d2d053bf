//! The manifest of generated files: what they were made from, then one line per file, digest and path, in the format of
//! `sha256sum -c`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sdkwright_contract::digest;
use sdkwright_contract::text::is_hidden;

use crate::workers;

/// The name of the manifest in the output folder.
pub const MANIFEST: &str = ".manifest";

/// Generated files with the SHA-256 of their content.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Manifest {
    digests: BTreeMap<String, String>,
    /// Sources of the files; `None` in a manifest that does not state them.
    pub made_from: Option<MadeFrom>,
}

impl Manifest {
    /// Digests the files on this many threads.
    pub(super) fn new(files: &[(&str, &[u8])], made_from: Option<MadeFrom>, threads: usize) -> Self {
        let of_file = |(path, bytes): &(&str, &[u8])| ((*path).to_owned(), digest(bytes));
        let of_all = |files: &[_]| files.iter().map(of_file).collect::<Vec<_>>();
        Self {
            digests: workers::map_slices(threads, files, of_all)
                .into_iter()
                .flatten()
                .collect(),
            made_from,
        }
    }

    /// Parses the output of [`Manifest::text`]; skips lines of another form.
    pub fn parse(text: &str) -> Self {
        let line = |line: &str| {
            let (digest, path) = line.split_once("  ")?;
            (digest.len() == 64).then(|| (path.to_owned(), digest.to_owned()))
        };
        Self {
            digests: text.lines().filter_map(line).collect(),
            made_from: MadeFrom::parse(text),
        }
    }

    /// Returns the manifest as text.
    pub fn text(&self) -> String {
        let mut text = String::new();
        if let Some(made_from) = &self.made_from {
            made_from.write(&mut text);
        }
        self.digests.iter().fold(text, |mut text, (path, digest)| {
            let _ = writeln!(text, "{digest}  {path}");
            text
        })
    }

    /// Returns true if a file with this path has the content that was written.
    pub fn is_as_written(&self, path: &str, bytes: &[u8]) -> bool {
        self.digests.get(path).is_some_and(|known| *known == digest(bytes))
    }

    /// Returns the paths of the files.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.digests.keys().map(String::as_str)
    }

    /// Returns true if the manifest lists a file below the folder.
    pub fn owns_below(&self, folder: &str) -> bool {
        let is_below = |path: &String| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        self.digests.keys().any(is_below)
    }

    /// Returns true if the manifest lists the path, whatever the file's current content.
    pub fn owns(&self, path: &str) -> bool {
        self.digests.contains_key(path)
    }
}

// The sources of a crate, as its manifest keeps them: digests of the contract, of its parts, and of the settings.

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
    pub(super) fn parse(text: &str) -> Option<Self> {
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

#[cfg(test)]
mod tests {
    use super::{MadeFrom, Manifest};
    use crate::output::OutputTree;

    #[test]
    fn a_manifest_is_read_as_it_was_written() {
        let mut tree = OutputTree::new();
        tree.insert("src/lib.rs", "fn main() {}").unwrap();
        tree.insert("Cargo.toml", "").unwrap();
        tree.set_made_from(MadeFrom {
            contract: "openapi/a b.yaml".into(),
            sha256: "ab".into(),
            settings: "cd".into(),
            parts: [("/paths/~1a b/get".into(), "01".into())].into(),
        });
        let manifest = tree.manifest();
        assert!(
            manifest
                .text()
                .starts_with("# contract ab openapi/a b.yaml\n# settings cd\n# part 01 /paths/~1a b/get\n")
        );
        assert!(manifest.is_as_written("Cargo.toml", b"") && !manifest.is_as_written("Cargo.toml", b"x"));
        assert_eq!(&Manifest::parse(&manifest.text()), manifest);
        assert!(manifest.owns("src/lib.rs") && !manifest.owns("src/main.rs"));
        assert!(manifest.owns_below("src") && !manifest.owns_below("sr") && !manifest.owns_below("src/lib.rs"));
    }
}
