//! The file system behind a trait with the few operations needed; a test replaces it.

use std::collections::BTreeMap;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use crate::folder::Folder;
use anyhow::Context as _;
use sdkwright_codegen::output::{self, BESIDE, MANIFEST, Manifest, OutputTree};

/// Operations of `apply` on an output folder. Paths are relative to it and `/`-separated.
pub(crate) trait FileSystem {
    /// Returns true if nothing has this name in the output folder.
    fn is_free(&mut self, name: &str) -> io::Result<bool>;
    /// Writes a whole file; creates its folders.
    fn write(&mut self, path: &str, bytes: &[u8]) -> io::Result<()>;
    /// Gives a file or folder the name of another file, which it replaces atomically, or of nothing. Both are in one folder.
    fn rename(&mut self, from: &str, to: &str) -> io::Result<()>;
    /// Replaces files, each atomically, those of one folder after those of another. A new folder gets its name when it is complete: to
    /// rename each file costs as much as to write it.
    fn replace(&mut self, files: &[(&str, &[u8])]) -> io::Result<()> {
        for files in files.chunk_by(|(one, _), (next, _)| top(one) == top(next)) {
            match files.first().and_then(|(path, _)| top(path)) {
                Some(folder) if self.is_free(folder)? => {
                    let beside = format!("{folder}{BESIDE}");
                    for (path, bytes) in files {
                        self.write(&format!("{beside}{}", &path[folder.len()..]), bytes)?;
                    }
                    self.rename(&beside, folder)?;
                }
                _ => {
                    for (path, bytes) in files {
                        let beside = format!("{path}{BESIDE}");
                        self.write(&beside, bytes)?;
                        self.rename(&beside, path)?;
                    }
                }
            }
        }
        Ok(())
    }
    /// Removes a file, and the folders that it leaves empty.
    fn remove(&mut self, path: &str) -> io::Result<()>;
}

/// Returns the folder of a file that is in the output folder itself; `None`: the file is.
fn top(path: &str) -> Option<&str> {
    path.split_once('/').map(|(folder, _)| folder)
}

/// A real folder.
#[derive(Debug)]
pub(crate) struct Disk {
    root: PathBuf,
    opened: Option<Folder>,
}

impl Disk {
    pub(crate) fn new(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            opened: None,
        }
    }

    /// Returns the folder, which is created when it is needed first.
    fn folder(&mut self) -> io::Result<&Folder> {
        Ok(match &mut self.opened {
            Some(folder) => folder,
            none => none.insert(Folder::made(&self.root)?),
        })
    }

    /// Lists the files that may be generated, with their bytes, and the foreign files for which the folder is refused, without
    /// content; after a few of those the listing ends. Nothing is listed if the folder does not exist, and a folder that has
    /// nothing of the generator is not entered.
    pub(crate) fn list(&self, tree: &OutputTree, keep: &[String]) -> anyhow::Result<FolderListing> {
        let mut listing = FolderListing::default();
        if !self.root.exists() {
            return Ok(listing);
        }
        anyhow::ensure!(self.root.is_dir(), "{} is not a folder", self.root.display());
        let manifest = self.root.join(MANIFEST);
        let manifest = match std::fs::read_to_string(&manifest) {
            Ok(text) if !manifest.is_symlink() => Manifest::parse(&text),
            _ => Manifest::default(),
        };
        let mut visit = FolderVisit {
            tree,
            keep,
            manifest,
            strangers: 0,
            listing: &mut listing,
        };
        visit.folder(&self.root, "")?;
        Ok(listing)
    }
}

/// Content of a folder.
#[derive(Debug, Default)]
pub(crate) struct FolderListing {
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    /// Links in the place of generated files and folders.
    pub(crate) links: Vec<String>,
    /// True if there are more foreign files.
    pub(crate) more: bool,
}

/// Returns the number of threads that the machine runs at once.
pub(crate) fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Number of foreign files after which the listing ends.
const STRANGERS: usize = 20;

struct FolderVisit<'a> {
    tree: &'a OutputTree,
    keep: &'a [String],
    manifest: Manifest,
    strangers: usize,
    listing: &'a mut FolderListing,
}

impl FolderVisit<'_> {
    fn folder(&mut self, folder: &Path, prefix: &str) -> anyhow::Result<()> {
        let mut below = Vec::new();
        for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
            let entry = entry.with_context(|| folder.display().to_string())?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let (path, relative) = (entry.path(), format!("{prefix}{name}"));
            // A link is not followed: its target is not in this folder.
            let kind = entry.file_type().with_context(|| path.display().to_string())?;
            if kind.is_dir() {
                if self.concerns(&relative) {
                    below.push((path, relative));
                }
                continue;
            }
            if kind.is_symlink() && self.is_place(&relative) {
                self.listing.links.push(relative);
                continue;
            }
            let bytes = if kind.is_file() {
                self.file(&path, &relative)
                    .with_context(|| path.display().to_string())?
            } else {
                None
            };
            if bytes.is_none() {
                if self.tree.get(&relative).is_none() && !output::is_refused(self.tree, &relative, self.keep) {
                    continue;
                }
                self.strangers += 1;
                if self.strangers > STRANGERS {
                    self.listing.more = true;
                    return Ok(());
                }
            }
            self.listing.files.insert(relative, bytes.unwrap_or_default());
        }
        // Files first: a foreign folder is detected before all of it is listed.
        for (path, relative) in below {
            if self.strangers > STRANGERS {
                self.listing.more = true;
                return Ok(());
            }
            self.folder(&path, &format!("{relative}/"))?;
        }
        Ok(())
    }

    /// Returns true if a folder, or one written before it takes that name, may have files of the generator, or none of anybody else.
    fn concerns(&self, folder: &str) -> bool {
        let folder = &folder.replacen(BESIDE, "", 1);
        let is_wanted = |(path, _): (&str, &[u8])| {
            path.strip_prefix(folder.as_str())
                .is_some_and(|rest| rest.starts_with('/'))
        };
        output::is_refused(self.tree, folder, self.keep)
            || self.manifest.owns_below(folder)
            || self.tree.files().any(is_wanted)
    }

    /// Returns true for the path of a generated file, of the one written before it takes that path, or of a folder above.
    fn is_place(&self, path: &str) -> bool {
        let file = path.strip_suffix(BESIDE).unwrap_or(path);
        file == MANIFEST || self.tree.get(file).is_some() || self.concerns(path)
    }

    /// Returns the content of a file that may be generated.
    fn file(&self, path: &Path, relative: &str) -> io::Result<Option<Vec<u8>>> {
        let mut head = Vec::new();
        let known = relative == MANIFEST || self.tree.get(relative).is_some();
        if !known {
            std::fs::File::open(path)?
                .take(output::HEAD as u64)
                .read_to_end(&mut head)?;
        }
        if known || output::is_ours(&self.manifest, relative, &head) {
            return std::fs::read(path).map(Some);
        }
        Ok(None)
    }
}

impl FileSystem for Disk {
    fn is_free(&mut self, name: &str) -> io::Result<bool> {
        self.folder().map(|folder| folder.is_free(name))
    }

    fn write(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
        // No fsync: files survive a killed run, and after a power cut they are generated again.
        self.folder()?.write(path, bytes)
    }

    fn rename(&mut self, from: &str, to: &str) -> io::Result<()> {
        self.folder()?.rename(from, to)
    }

    fn remove(&mut self, path: &str) -> io::Result<()> {
        let folder = self.folder()?;
        folder.remove(path)?;
        let mut left = path;
        while let Some((above, _)) = left.rsplit_once('/') {
            if folder.remove_empty(above).is_err() {
                break;
            }
            left = above;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::{Disk, FileSystem};

    #[test]
    fn a_new_folder_has_its_name_only_with_all_files() {
        let root = tempfile::tempdir().unwrap();
        let mut disk = Disk::new(root.path());
        let mut paths: Vec<String> = (0..20).map(|number| format!("src/a{number:02}")).collect();
        // A file in the place of a folder.
        paths.push("src/a07/below".to_owned());
        let files: Vec<(&str, &[u8])> = paths.iter().map(|path| (path.as_str(), path.as_bytes())).collect();
        assert!(disk.replace(&files).is_err());
        assert!(!root.path().join("src").exists());
        disk.replace(&files[..files.len() - 1]).unwrap();
        for (path, bytes) in &files[..files.len() - 1] {
            assert_eq!(std::fs::read(root.path().join(path)).unwrap(), *bytes);
        }
    }
}
