//! Storage of an upload's bytes: a file of the caller, or a temporary file for content that can be read only once. A file of
//! the caller must never be written or deleted.
//!
//! A temporary file is readable for its owner alone and, where the system allows, has no name while in use: a crash leaves
//! nothing behind. Elsewhere it is deleted with the last upload that needs it.

use std::fs::{File, OpenOptions};
use std::io::{Error, ErrorKind, Read, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file that can be opened repeatedly.
#[derive(Clone)]
pub(crate) enum FilePlace {
    Path(PathBuf),
    Spool(Arc<SpoolFile>),
}

/// An open file, read from its start.
pub(super) enum OpenFile {
    File(File),
    Spool(Arc<SpoolFile>, u64),
}

/// A temporary file.
pub(crate) struct SpoolFile {
    file: File,
    length: u64,
    /// Its name, if it still has one.
    path: Option<PathBuf>,
    /// Delay of the disk in a test.
    #[cfg(test)]
    pub(crate) slow: Option<std::sync::Mutex<std::sync::mpsc::Receiver<()>>>,
}

impl FilePlace {
    pub(super) fn open(&self) -> Result<OpenFile, Error> {
        match self {
            // Opening a pipe would block until a writer opens it, and a device may have no end.
            Self::Path(path) if !std::fs::metadata(path)?.is_file() => Err(Error::new(
                ErrorKind::InvalidInput,
                "it is not a regular file: pass a reader to `Upload::from_read`",
            )),
            Self::Path(path) => File::open(path).map(OpenFile::File),
            Self::Spool(spool) => Ok(OpenFile::Spool(Arc::clone(spool), 0)),
        }
    }

    /// Returns the path for errors.
    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::Path(path) => path,
            Self::Spool(_) => Path::new("of a reader"),
        }
    }
}

impl OpenFile {
    pub(super) fn length(&self) -> Result<u64, Error> {
        match self {
            Self::File(file) => Ok(file.metadata()?.len()),
            Self::Spool(spool, _) => Ok(spool.length),
        }
    }
}

impl Read for OpenFile {
    fn read(&mut self, into: &mut [u8]) -> Result<usize, Error> {
        match self {
            Self::File(file) => file.read(into),
            Self::Spool(spool, at) => {
                #[cfg(test)]
                spool.waits()?;
                let size = spool.read_at(into, *at)?;
                *at += size as u64;
                Ok(size)
            }
        }
    }
}

impl SpoolFile {
    /// Creates an empty file.
    pub(crate) fn create() -> Result<Self, Error> {
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(|error| Error::other(error.to_string()))?;
        let path = std::env::temp_dir().join(format!("upload-{}.spool", crate::signing::hex(&random)));
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path)?;
        let nameless = cfg!(unix) && std::fs::remove_file(&path).is_ok();
        Ok(Self {
            file,
            length: 0,
            path: (!nameless).then_some(path),
            #[cfg(test)]
            slow: None,
        })
    }

    /// Waits for the disk of a test.
    #[cfg(test)]
    fn waits(&self) -> Result<(), Error> {
        let Some(slow) = &self.slow else { return Ok(()) };
        let slow = slow.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let opened = slow.recv_timeout(std::time::Duration::from_secs(20));
        opened.map_err(|_| Error::other("the async runtime stopped while the file was read"))
    }

    /// Returns its name, if it still has one.
    #[cfg(test)]
    pub(crate) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Appends bytes.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.file.write_all(bytes)?;
        self.length += bytes.len() as u64;
        Ok(())
    }

    #[cfg(unix)]
    fn read_at(&self, into: &mut [u8], at: u64) -> Result<usize, Error> {
        std::os::unix::fs::FileExt::read_at(&self.file, into, at)
    }

    #[cfg(windows)]
    fn read_at(&self, into: &mut [u8], at: u64) -> Result<usize, Error> {
        std::os::windows::fs::FileExt::seek_read(&self.file, into, at)
    }

    #[cfg(not(any(unix, windows)))]
    fn read_at(&self, _: &mut [u8], _: u64) -> Result<usize, Error> {
        Err(std::io::ErrorKind::Unsupported.into())
    }
}

impl Drop for SpoolFile {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            // No caller is left to receive an error.
            let _ = std::fs::remove_file(path);
        }
    }
}
