//! The output files with their manifest, and their difference from the files on a disk.
//!
//! A path is relative and cannot leave the output folder. The listing of the disk is an argument. A file is generated if the manifest on
//! the disk names it or if it contains our mark (a run that was killed before its manifest leaves such files); every other file is
//! foreign.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::OnceLock;

use sdkwright_contract::digest;
use sdkwright_contract::text::is_hidden;

use crate::package::VENDORED;
use crate::{limits, workers};

/// Files by path; the path is relative, `/`-separated and stays below the output folder.
#[derive(Debug, Clone, Default)]
pub struct OutputTree {
    files: BTreeMap<String, Vec<u8>>,
    /// Case-folded paths, for file systems that ignore case.
    folded: BTreeSet<String>,
    /// Manifest, computed on first use: it hashes every byte.
    manifest: OnceLock<Manifest>,
    made_from: Option<MadeFrom>,
}

/// A refused path: it would leave the folder, or two files would be one on some file systems.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathRefused(pub String);

impl std::fmt::Display for PathRefused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the output path {:?} is refused", self.0)
    }
}

impl std::error::Error for PathRefused {}

impl OutputTree {
    /// Returns an empty tree.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file. Errors: [`PathRefused`].
    pub fn insert(&mut self, path: &str, bytes: impl Into<Vec<u8>>) -> Result<(), PathRefused> {
        if !stays_below(path) || !self.folded.insert(path.to_ascii_lowercase()) {
            return Err(PathRefused(path.to_owned()));
        }
        self.files.insert(path.to_owned(), bytes.into());
        self.manifest = OnceLock::new();
        Ok(())
    }

    /// States what the files are made from; the manifest says it.
    pub fn set_made_from(&mut self, made_from: MadeFrom) {
        self.made_from = Some(made_from);
        self.manifest = OnceLock::new();
    }

    /// Returns what the files are made from, if it was stated.
    pub fn made_from(&self) -> Option<&MadeFrom> {
        self.made_from.as_ref()
    }

    /// Returns the files in the order of their paths, without the manifest.
    pub fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice()))
    }

    /// Returns the bytes of one file.
    pub fn get(&self, path: &str) -> Option<&[u8]> {
        self.files.get(path).map(Vec::as_slice)
    }

    /// Returns the manifest of these files.
    pub fn manifest(&self) -> &Manifest {
        self.manifest_on(1)
    }

    /// Returns the manifest of these files, which are digested on this many threads.
    pub(crate) fn manifest_on(&self, threads: usize) -> &Manifest {
        let files = || self.files().collect::<Vec<_>>();
        self.manifest
            .get_or_init(|| Manifest::new(&files(), self.made_from.clone(), threads))
    }
}

/// Returns true for plain names separated by `/`: no root, no `..`, no hidden file but the manifest, no reserved device
/// name.
fn stays_below(path: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    path.split('/')
        .all(|piece| !piece.is_empty() && !piece.starts_with('.') && !piece.ends_with('.') && piece.chars().all(plain))
}

/// The name of the manifest in the output folder.
pub const MANIFEST: &str = ".manifest";

/// Generated files with the SHA-256 of their content. The text says what they were made from, then has one line per file, digest and
/// path, in the format of `sha256sum -c`.
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

// The difference between the tree and a folder.

/// Mark in the first lines of every generated file. It names the tool, not a command: each repository runs it in its own way. It has
/// no version: a release would change every file; that of the runtime stands in `Cargo.toml`.
const MARK: &str = "@generated by sdkwright from ";

/// Returns the header line of a file made from that contract, without comment signs.
pub fn header(contract: &str) -> String {
    // Control characters in a path must not break the line.
    let shown: String = contract.chars().map(|c| if is_hidden(c) { '?' } else { c }).collect();
    format!("{MARK}{shown}. Do not edit.")
}

/// Suffix of a temporary file or folder, which a rename removes.
pub const BESIDE: &str = ".being-written";

/// Changes that make a folder equal to the tree. Paths are sorted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OutputPlan {
    /// Files that are missing.
    pub create: Vec<String>,
    /// Generated files that differ.
    pub update: Vec<String>,
    /// Generated files that are no longer wanted.
    pub remove: Vec<String>,
    /// Foreign files at a path of the tree, or in a folder of the generator and not kept.
    pub strangers: Vec<String>,
    /// True if the manifest is missing or differs; it is written last.
    pub manifest: bool,
}

impl OutputPlan {
    /// Returns true if the folder equals the tree.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The folder of generated code. A foreign file in it may become a part of the crate, so it needs a reason to be there.
const CODE: &str = "src";

/// The module of a user, which the crate includes: its file, or its folder.
pub const CUSTOM: [&str; 2] = ["src/custom.rs", "src/custom"];

/// Returns true if a foreign file or folder may not have this path (`/`-separated, from the output folder): it is in a folder
/// of the generator (the code, a vendored runtime), and neither [`CUSTOM`] nor `keep` names it.
pub fn is_refused(tree: &OutputTree, path: &str, keep: &[String]) -> bool {
    let is_vendored = || tree.files().any(|(path, _)| is_below(path, VENDORED));
    let mut kept = CUSTOM.into_iter().chain(keep.iter().map(String::as_str));
    (is_below(path, CODE) || (is_below(path, VENDORED) && is_vendored())) && !kept.any(|one| is_below(path, one))
}

/// Returns true if the path is the folder or below it.
fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Compares the tree with files of a folder (path to bytes): those of the tree, of the manifest and of the generator's folders.
/// `keep` names foreign files or folders that may be among them, besides [`CUSTOM`]. Foreign files stay as they are; only one at a path
/// of the tree, or in a folder of the generator, is reported.
pub fn plan(tree: &OutputTree, disk: &BTreeMap<String, Vec<u8>>, keep: &[String]) -> OutputPlan {
    let listed = disk
        .get(MANIFEST)
        .map(|bytes| Manifest::parse(&String::from_utf8_lossy(bytes)))
        .unwrap_or_default();
    let ours = |path: &str, bytes: &[u8]| is_ours(&listed, path, bytes);
    let mut plan = OutputPlan::default();
    for (path, bytes) in tree.files() {
        match disk.get(path) {
            None => plan.create.push(path.to_owned()),
            Some(there) if there == bytes => {}
            Some(there) if ours(path, there) => plan.update.push(path.to_owned()),
            Some(_) => plan.strangers.push(path.to_owned()),
        }
    }
    for (path, bytes) in disk {
        if path == MANIFEST || tree.get(path).is_some() {
            continue;
        }
        if ours(path, bytes) {
            plan.remove.push(path.clone());
        } else if is_refused(tree, path, keep) {
            plan.strangers.push(path.clone());
        }
    }
    plan.strangers.sort();
    plan.manifest = disk
        .get(MANIFEST)
        .is_none_or(|there| there != tree.manifest().text().as_bytes());
    plan
}

/// Returns true if the file is generated, by the manifest on the disk, by its name or by its first bytes.
pub fn is_ours(manifest: &Manifest, path: &str, bytes: &[u8]) -> bool {
    manifest.owns(path) || is_temporary(path) || is_marked(bytes)
}

/// Returns true for a file that gets its path with a rename, alone or with its folder.
pub fn is_temporary(path: &str) -> bool {
    path.split('/').any(|part| part.ends_with(BESIDE))
}

/// Number of bytes at the start of a file that may hold the mark.
pub const HEAD: usize = limits::MARK_BYTES;

/// Returns true if the first lines of the file have the mark.
fn is_marked(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(HEAD)];
    head.windows(MARK.len()).any(|window| window == MARK.as_bytes())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{MANIFEST, MadeFrom, Manifest, OutputTree};

    #[test]
    fn a_path_cannot_leave_the_folder() {
        for path in [
            "",
            "/etc/passwd",
            "../x",
            "a/../b",
            "a//b",
            "a/./b",
            "c:x",
            "a\\b",
            "a/",
            ".git/config",
            "a\nb",
            "ä",
        ] {
            assert!(OutputTree::new().insert(path, "x").is_err(), "{path:?}");
        }
        assert!(OutputTree::new().insert("src/models/customer_id.rs", "x").is_ok());
    }

    #[test]
    fn two_files_that_differ_in_case_alone_are_refused() {
        let mut tree = OutputTree::new();
        assert!(tree.insert("src/a.rs", "x").is_ok());
        assert!(tree.insert("src/A.rs", "x").is_err());
    }

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

    #[test]
    fn the_first_line_of_a_file_names_the_tool_and_the_contract_and_changes_with_neither_command_nor_release() {
        let header = super::header("a/\nb.yaml");
        assert_eq!(header, "@generated by sdkwright from a/?b.yaml. Do not edit.");
        assert!(super::is_marked(format!("// {header}").as_bytes()));
        assert!(!header.contains(env!("CARGO_PKG_VERSION")) && !header.contains("cargo"));
    }

    fn plan(tree: &OutputTree, disk: &BTreeMap<String, Vec<u8>>) -> super::OutputPlan {
        super::plan(tree, disk, &["src/helpers".to_owned(), "src/extra.rs".to_owned()])
    }

    fn tree(files: &[(&str, &str)]) -> OutputTree {
        let mut tree = OutputTree::new();
        for (path, text) in files {
            tree.insert(path, *text).unwrap();
        }
        tree
    }

    fn disk(tree: &OutputTree) -> BTreeMap<String, Vec<u8>> {
        let files = tree.files().map(|(path, bytes)| (path.to_owned(), bytes.to_vec()));
        files
            .chain([(MANIFEST.to_owned(), tree.manifest().text().into_bytes())])
            .collect()
    }

    #[test]
    fn nothing_is_planned_for_a_folder_that_is_the_tree() {
        let tree = tree(&[("a", "1"), ("b/c", "2")]);
        assert!(plan(&tree, &disk(&tree)).is_empty());
    }

    #[test]
    fn a_changed_file_is_updated_a_missing_one_created_and_an_orphan_removed() {
        let old = disk(&tree(&[("changed", "1"), ("orphan", "2")]));
        let plan = plan(&tree(&[("changed", "9"), ("missing", "3")]), &old);
        assert_eq!(
            (plan.create, plan.update, plan.remove),
            (vec!["missing".into()], vec!["changed".into()], vec!["orphan".into()])
        );
        assert!(plan.strangers.is_empty() && plan.manifest);
    }

    #[test]
    fn a_file_of_somebody_else_is_a_stranger_only_in_the_way_or_in_a_folder_of_the_generator() {
        let mut there = disk(&tree(&[("a", "1")]));
        let mine = ["LICENSE", "b", "tests/c.rs", "runtime/mine.rs", "srcs/a.rs"];
        let kept = ["src/custom.rs", "src/custom/d/e.rs", "src/extra.rs", "src/helpers/f.rs"];
        let strange = ["src/customs.rs", "src/extra.rs.txt", "src/notes.rs"];
        for path in mine.iter().chain(&kept).chain(&strange) {
            there.insert((*path).to_owned(), b"mine".to_vec());
        }
        let first = plan(&tree(&[("a", "1"), ("b", "2"), ("src/lib.rs", "3")]), &there);
        assert_eq!(first.strangers, [&["b"][..], &strange].concat());
        assert!(first.remove.is_empty());
        let vendored = plan(&tree(&[("a", "1"), ("runtime/src/lib.rs", "3")]), &there);
        assert_eq!(vendored.strangers, [&["runtime/mine.rs"][..], &strange].concat());
    }

    #[test]
    fn what_a_killed_run_left_is_ours_by_its_mark() {
        let left = format!("// {}", super::header("contract.yaml"));
        let there = BTreeMap::from([
            ("a".to_owned(), left.clone().into_bytes()),
            ("b".to_owned(), left.into_bytes()),
        ]);
        let plan = plan(&tree(&[("a", "new")]), &there);
        assert_eq!(
            (plan.update, plan.remove, plan.strangers),
            (vec!["a".into()], vec!["b".into()], vec![])
        );
    }
}
