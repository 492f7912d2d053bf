//! Uploads that have no file of the caller's: written to files of their own beside the journal, never into it.
//!
//! A file is whole when it has its name, and goes when its intent is settled. One whose intent was never written down goes when
//! it is a day old: longer than a transaction lasts.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use std::{fs, io};

use sdkwright_runtime::journal::{Content, Intent, Piece};

use crate::entry::Entry;
use crate::error::StoreError;
use crate::keys::random;
use crate::stored;

/// No transaction that writes an intent down may take longer: what no row names after it is named by none.
pub(crate) const AGE: Duration = Duration::from_secs(86_400);

/// The folder of the files. Its work waits for a disk: async code does it with [`offload`].
pub(crate) struct Spool(PathBuf, #[cfg(test)] Option<Slow>);

/// A pause that tests put before the work of the disk.
#[cfg(test)]
type Slow = std::sync::Mutex<std::sync::mpsc::Receiver<()>>;

impl Spool {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self(
            folder,
            #[cfg(test)]
            None,
        )
    }

    #[cfg(test)]
    pub(crate) fn slow(folder: PathBuf, opens: std::sync::mpsc::Receiver<()>) -> Self {
        Self(folder, Some(opens.into()))
    }

    /// Waits for the disk of a test.
    #[cfg(test)]
    fn waits(&self) -> io::Result<()> {
        let Some(slow) = &self.1 else { return Ok(()) };
        let opened = slow.lock().unwrap().recv_timeout(Duration::from_secs(20));
        opened.map_err(|_| io::Error::other("the async runtime stopped while the disk was slow"))
    }

    fn write(&self, name: &str, content: &Content) -> io::Result<PathBuf> {
        #[cfg(test)]
        self.waits()?;
        private_folder(&self.0)?;
        let path = self.0.join(name);
        let beside = self.0.join(format!("{name}.new"));
        let mut file = private(&beside)?;
        content.write(&mut file)?;
        file.sync_all()?;
        fs::rename(&beside, &path)?;
        // Syncs the folder, so that the file name survives a power cut as the row that names it does.
        #[cfg(unix)]
        fs::File::open(&self.0)?.sync_all()?;
        Ok(path)
    }

    /// Files that were made for a store longer ago than `AGE`, whole or not.
    pub(crate) fn old(&self, store: &str, now: SystemTime) -> io::Result<Vec<PathBuf>> {
        #[cfg(test)]
        self.waits()?;
        let files = match fs::read_dir(&self.0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            files => files?,
        };
        let mut old = Vec::new();
        for file in files {
            let file = file?;
            let is_its = is_made_for(Some(store), &file.file_name());
            // A file that another program removes at this moment is not an error.
            let Some(seen) = file.metadata().ok().filter(|seen| is_its && seen.is_file()) else {
                continue;
            };
            if now.duration_since(seen.modified()?).is_ok_and(|age| age > AGE) {
                old.push(file.path());
            }
        }
        Ok(old)
    }

    /// Removes files that were made here; others are the caller's own, in this folder too. They go by their names: the folder
    /// may have been given in other words.
    pub(crate) fn forget(&self, store: Option<&str>, files: &[PathBuf]) {
        #[cfg(test)]
        self.waits().unwrap();
        for name in files.iter().filter_map(|file| file.file_name()) {
            if !is_made_for(store, name) {
                continue;
            }
            match fs::remove_file(self.0.join(name)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    tracing::warn!(%error, "a spooled upload could not be removed");
                }
                _ => {}
            }
        }
    }
}

/// Returns `true` for a name that `new_name` makes. Without the name of a store it is random text alone.
fn is_made_for(store: Option<&str>, name: &OsStr) -> bool {
    let name = name.to_str().unwrap_or_default();
    match store {
        Some(store) => name
            .strip_prefix(store)
            .is_some_and(|rest| rest.starts_with(BEHIND_STORE)),
        None => name.len() == 24 && name.bytes().all(|byte| byte.is_ascii_hexdigit()),
    }
}

/// Between the name of a store and the rest of a file's.
const BEHIND_STORE: char = '-';

/// Returns a unique file name that contains the store's name.
pub(crate) fn new_name(store: Option<&str>) -> Result<String, StoreError> {
    let own = random()?;
    // A random name, because the same upload may belong to two intents.
    Ok(store.map_or(own.clone(), |store| format!("{store}{BEHIND_STORE}{own}")))
}

/// Creates a file that only its owner can read.
fn private(path: &Path) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// A folder for its owner alone, where there is none.
fn private_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Takes the content of uploads out of an intent: into files where there is a folder, else only length and digest stay. Gives
/// the files.
pub(crate) fn keep(
    spool: Option<&Spool>,
    store: Option<&str>,
    intent: &mut Intent,
) -> Result<Vec<PathBuf>, StoreError> {
    let mut files = Vec::new();
    for piece in &mut intent.body {
        let Piece::Upload {
            content,
            length,
            sha256,
        } = piece
        else {
            continue;
        };
        let (length, sha256) = (*length, *sha256);
        *piece = match spool {
            Some(spool) => {
                let path = spool.write(&new_name(store)?, content)?;
                files.push(path.clone());
                Piece::File { path, length, sha256 }
            }
            None => Piece::Gone { length, sha256 },
        };
    }
    Ok(files)
}

/// The files that the request of an entry names.
pub(crate) fn files(entry: &Entry) -> Vec<PathBuf> {
    stored::files(&entry.key, entry.request.as_deref()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_made_for_one_store_and_no_other() {
        let (named, unnamed) = (new_name(Some("one")).unwrap(), new_name(None).unwrap());
        let is_made = |store, name: &str| is_made_for(store, OsStr::new(name));
        assert!(is_made(Some("one"), &named) && is_made(None, &unnamed));
        assert!(!is_made(Some("two"), &named) && !is_made(Some("one"), &unnamed));
        for other in [&named, "", "invoice.pdf", &unnamed[1..], &format!("{}x", &unnamed[1..])] {
            assert!(!is_made(None, other), "{other}");
        }
    }

    #[test]
    fn a_folder_that_cannot_be_read_is_not_one_without_files() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        assert!(Spool::new(file).old("one", SystemTime::now()).is_err());
        let missing = Spool::new(folder.path().join("missing"));
        assert_eq!(missing.old("one", SystemTime::now()).unwrap(), Vec::<PathBuf>::new());
    }
}
