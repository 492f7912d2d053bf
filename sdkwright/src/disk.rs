//! The file system behind a trait with the few operations needed; a test replaces it.

use std::collections::BTreeMap;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use sdkwright_codegen::output::{self, BESIDE, MANIFEST, Manifest, OutputTree};

/// Operations of `apply` on an output folder. Paths are relative to it and `/`-separated.
pub(crate) trait FileSystem {
    /// Writes a whole file; creates its folders.
    fn write(&mut self, path: &str, bytes: &[u8]) -> io::Result<()>;
    /// Replaces a file by another one atomically.
    fn rename(&mut self, from: &str, to: &str) -> io::Result<()>;
    /// Replaces files in any order, each atomically.
    fn replace(&mut self, files: &[(&str, &[u8])]) -> io::Result<()> {
        self.replace_in_turn(files)
    }
    /// Replaces files one after the other.
    fn replace_in_turn(&mut self, files: &[(&str, &[u8])]) -> io::Result<()> {
        files.iter().try_for_each(|(path, bytes)| {
            let beside = format!("{path}{BESIDE}");
            self.write(&beside, bytes)?;
            self.rename(&beside, path)
        })
    }
    /// Removes a file, and the folders that it leaves empty.
    fn remove(&mut self, path: &str) -> io::Result<()>;
}

/// A real folder.
#[derive(Debug)]
pub(crate) struct Disk {
    root: PathBuf,
}

/// Files of cargo and git in a crate's folder, which are ignored.
const BESIDE_A_CRATE: [&str; 3] = ["target", "Cargo.lock", ".git"];

impl Disk {
    pub(crate) fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// Lists the files of the folder, with the bytes of those that may be generated; `None` if the folder does not
    /// exist.
    ///
    /// A foreign file is listed without its content, and after a few of them the listing ends: the folder will be
    /// refused.
    pub(crate) fn list(&self, tree: &OutputTree) -> anyhow::Result<Listing> {
        let mut listing = Listing::default();
        if !self.root.exists() {
            return Ok(listing);
        }
        anyhow::ensure!(self.root.is_dir(), "{} is not a folder", self.root.display());
        let manifest = match std::fs::read_to_string(self.root.join(MANIFEST)) {
            Ok(text) => Manifest::read(&text),
            Err(_) => Manifest::default(),
        };
        let mut visit = Visit {
            tree,
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
pub(crate) struct Listing {
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    /// True if there are more foreign files.
    pub(crate) more: bool,
}

/// Number of foreign files after which the listing ends.
const STRANGERS: usize = 20;

struct Visit<'a> {
    tree: &'a OutputTree,
    manifest: Manifest,
    strangers: usize,
    listing: &'a mut Listing,
}

impl Visit<'_> {
    fn folder(&mut self, folder: &Path, prefix: &str) -> anyhow::Result<()> {
        let mut below = Vec::new();
        for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
            let entry = entry.with_context(|| folder.display().to_string())?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if prefix.is_empty() && BESIDE_A_CRATE.contains(&name.as_str()) {
                continue;
            }
            let (path, relative) = (entry.path(), format!("{prefix}{name}"));
            // A link is not followed: its target is not in this folder.
            let kind = entry.file_type().with_context(|| path.display().to_string())?;
            if kind.is_dir() {
                below.push((path, relative));
                continue;
            }
            if self.strangers > STRANGERS {
                self.listing.more = true;
                return Ok(());
            }
            let bytes = if kind.is_file() {
                self.file(&path, &relative)
                    .with_context(|| path.display().to_string())?
            } else {
                None
            };
            self.strangers += usize::from(bytes.is_none());
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
    fn write(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
        // No fsync: files survive a killed run, and after a power cut they are generated again.
        let path = self.root.join(path);
        if let Err(error) = std::fs::write(&path, bytes) {
            let folder = path.parent().filter(|_| error.kind() == io::ErrorKind::NotFound);
            std::fs::create_dir_all(folder.ok_or(error)?)?;
            std::fs::write(&path, bytes)?;
        }
        Ok(())
    }

    fn rename(&mut self, from: &str, to: &str) -> io::Result<()> {
        std::fs::rename(self.root.join(from), self.root.join(to))
    }

    fn replace(&mut self, files: &[(&str, &[u8])]) -> io::Result<()> {
        let root = &self.root;
        let one = move |part: &[(&str, &[u8])]| Disk::new(root).replace_in_turn(part);
        let (here, there) = files.split_at(files.len() / 2);
        std::thread::scope(|scope| {
            let other = std::thread::Builder::new().spawn_scoped(scope, move || one(there));
            one(here)?;
            match other.map(std::thread::ScopedJoinHandle::join) {
                Ok(Ok(done)) => done,
                Ok(Err(panic)) => std::panic::resume_unwind(panic),
                // If a thread cannot be spawned, this one does its work.
                Err(_) => one(there),
            }
        })
    }

    fn remove(&mut self, path: &str) -> io::Result<()> {
        let path = self.root.join(path);
        std::fs::remove_file(&path)?;
        let mut folder = path.parent();
        while let Some(empty) = folder.filter(|folder| *folder != self.root) {
            if std::fs::remove_dir(empty).is_err() {
                break;
            }
            folder = empty.parent();
        }
        Ok(())
    }
}
