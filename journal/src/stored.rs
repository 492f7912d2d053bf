//! The request of an intent in its row, which the runtime writes and reads, and the files of its uploads that have no file of
//! the caller's: beside the journal, never in it.
//!
//! A file is whole when it has its name, and goes when its intent is settled. One whose intent was never written down goes when
//! it is a day old: longer than a transaction lasts.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use std::{fs, io};

use sdkwright_runtime::clock::Moment;
use sdkwright_runtime::journal::{Content, Intent, Piece};

use crate::entry::{Entry, VERSION};
use crate::error::StoreError;
use crate::keys::{random, unhex};

/// Writes the request of an intent. The content of an upload must have been put elsewhere before.
pub(crate) fn write(intent: &Intent) -> Result<Vec<u8>, StoreError> {
    intent
        .to_request()
        .map_err(|error| StoreError::Broken(error.to_string()))
}

fn read(key: &str, request: &[u8]) -> Result<Intent, StoreError> {
    Intent::from_request(request).map_err(|_| StoreError::Broken(format!("`{key}`: its request")))
}

/// The files that the request of a row names; none where it has none any more.
pub(crate) fn files(key: &str, request: Option<&[u8]>) -> Result<Vec<PathBuf>, StoreError> {
    let Some(request) = request else {
        return Ok(Vec::new());
    };
    let pieces = read(key, request)?.body.into_iter();
    Ok(pieces
        .filter_map(|piece| match piece {
            Piece::File { path, .. } => Some(path),
            _ => None,
        })
        .collect())
}

/// The intent of an entry that is not settled.
pub(crate) fn intent(entry: &Entry, now: Moment) -> Result<Intent, StoreError> {
    let broken = |what: &str| StoreError::Broken(format!("`{}`: {what}", entry.key));
    if entry.head.version != VERSION {
        return Err(StoreError::OtherVersion {
            key: entry.key.clone(),
            version: entry.head.version,
        });
    }
    let request = entry.request.as_deref();
    let request = request.ok_or_else(|| broken("its request is no longer stored"))?;
    Ok(Intent {
        key: entry.key.clone(),
        operation: entry.head.operation.clone(),
        sender: entry.sender.clone(),
        sha256: unhex(&entry.head.sha256).ok_or_else(|| broken("its digest"))?,
        subject: entry.subject.clone(),
        members: entry.head.members.clone(),
        evidence: entry.evidence.clone().map(Into::into),
        later: entry.head.later.clone(),
        at: now.at,
        offset: now.offset,
        freshness: entry.head.freshness.map(std::time::Duration::from_secs),
        retention: entry.head.retention.map(std::time::Duration::from_secs),
        ..read(&entry.key, request)?
    })
}

/// Returns the target of an entry's request; `None` without a request, or if it cannot be read.
pub(crate) fn origin(entry: &Entry) -> Option<String> {
    Some(read(&entry.key, entry.request.as_deref()?).ok()?.origin)
}

/// Age after which a file that no row names is removed. No transaction that writes an intent down may take longer.
pub(crate) const SWEEP_AGE: Duration = Duration::from_secs(86_400);

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

    /// Files that were made for a store longer ago than `SWEEP_AGE`, whole or not.
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
            if now.duration_since(seen.modified()?).is_ok_and(|age| age > SWEEP_AGE) {
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

/// Returns `true` for a name that `unique_file_name` makes. Without the name of a store it is random text alone.
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
pub(crate) fn unique_file_name(store: Option<&str>) -> Result<String, StoreError> {
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
pub(crate) fn keep_uploads(
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
                let path = spool.write(&unique_file_name(store)?, content)?;
                files.push(path.clone());
                Piece::File { path, length, sha256 }
            }
            None => Piece::Gone { length, sha256 },
        };
    }
    Ok(files)
}

/// The files that the request of an entry names.
pub(crate) fn files_of_entry(entry: &Entry) -> Vec<PathBuf> {
    files(&entry.key, entry.request.as_deref()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::tests::entry;

    /// A request as the release before versions wrote it.
    const EARLIER: &str = r#"{"method":"POST","template":"/things","origin":"https://api.example.com","target":"/things","headers":[],"security":null,"arguments":[],"echoes":[["/reference","wd-1"]],"ids":[["ThingId","/thingId"]],"successes":[[201,201,["application/json",["/thingId"]]]],"find":null,"body":[{"file":{"path":"/spool/a","length":1,"sha256":[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]}}]}
"#;

    #[test]
    fn an_intent_of_another_release_is_not_sent_and_keeps_its_files() {
        let mut entry = entry();
        entry.request = Some(EARLIER.as_bytes().to_vec());
        let error = intent(&entry, 0.into()).unwrap_err();
        assert!(matches!(error, StoreError::OtherVersion { version: 0, .. }));
        assert!(error.advice().contains("Let that release finish it"), "{error}");
        assert_eq!(
            files("k", entry.request.as_deref()).unwrap(),
            [PathBuf::from("/spool/a")]
        );
        assert_eq!(origin(&entry).as_deref(), Some("https://api.example.com"));
        entry.head.version = VERSION;
        assert!(!matches!(
            intent(&entry, 0.into()),
            Err(StoreError::OtherVersion { .. })
        ));
    }

    #[test]
    fn a_name_is_made_for_one_store_and_no_other() {
        let (named, unnamed) = (unique_file_name(Some("one")).unwrap(), unique_file_name(None).unwrap());
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
