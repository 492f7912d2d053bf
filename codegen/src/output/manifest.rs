//! The manifest of generated files: what they were made from, then one line per file, digest and path, in the format of
//! `sha256sum -c`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::made_from::MadeFrom;
use sdkwright_contract::digest::digest;

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
    pub(super) fn of<'f>(files: impl Iterator<Item = (&'f str, &'f [u8])>, made_from: Option<MadeFrom>) -> Self {
        Self {
            digests: files.map(|(path, bytes)| (path.to_owned(), digest(bytes))).collect(),
            made_from,
        }
    }

    /// Parses the output of [`Manifest::text`]; skips lines of another form.
    pub fn read(text: &str) -> Self {
        let line = |line: &str| {
            let (digest, path) = line.split_once("  ")?;
            (digest.len() == 64).then(|| (path.to_owned(), digest.to_owned()))
        };
        Self {
            digests: text.lines().filter_map(line).collect(),
            made_from: MadeFrom::read(text),
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
        assert_eq!(&Manifest::read(&manifest.text()), manifest);
        assert!(manifest.owns("src/lib.rs") && !manifest.owns("src/main.rs"));
        assert!(manifest.owns_below("src") && !manifest.owns_below("sr") && !manifest.owns_below("src/lib.rs"));
    }
}
