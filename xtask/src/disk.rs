//! The file system, as the few verbs that are needed; a test puts another one in its place.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// What `apply` does to an output folder. Paths are relative to it and `/`-separated.
pub(crate) trait FileSystem {
    /// Writes a whole file and makes it durable; makes its folders.
    fn write(&mut self, path: &str, bytes: &[u8]) -> io::Result<()>;
    /// Puts a file in the place of another in one step.
    fn rename(&mut self, from: &str, to: &str) -> io::Result<()>;
    /// Removes a file, and the folders that it leaves empty.
    fn remove(&mut self, path: &str) -> io::Result<()>;
}

/// A real folder.
#[derive(Debug)]
pub(crate) struct Disk {
    root: PathBuf,
}

/// What cargo and git put beside a crate; no concern of ours.
const BESIDE_A_CRATE: [&str; 3] = ["target", "Cargo.lock", ".git"];

impl Disk {
    pub(crate) fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// Every file with its bytes; nothing if the folder does not exist.
    pub(crate) fn list(&self) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
        let mut files = BTreeMap::new();
        if self.root.exists() {
            visit(&self.root, "", &mut files)?;
        }
        Ok(files)
    }
}

fn visit(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) -> anyhow::Result<()> {
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let entry = entry.with_context(|| folder.display().to_string())?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if prefix.is_empty() && BESIDE_A_CRATE.contains(&name.as_str()) {
            continue;
        }
        let (path, relative) = (entry.path(), format!("{prefix}{name}"));
        // A link is not followed: what it points at is not in this folder.
        let kind = entry.file_type().with_context(|| path.display().to_string())?;
        if kind.is_dir() {
            visit(&path, &format!("{relative}/"), files)?;
        } else if kind.is_file() {
            files.insert(
                relative,
                std::fs::read(&path).with_context(|| path.display().to_string())?,
            );
        } else {
            files.insert(relative, Vec::new());
        }
    }
    Ok(())
}

impl FileSystem for Disk {
    fn write(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let path = self.root.join(path);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let mut file = std::fs::File::create(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    }

    fn rename(&mut self, from: &str, to: &str) -> io::Result<()> {
        std::fs::rename(self.root.join(from), self.root.join(to))
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
