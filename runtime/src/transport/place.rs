//! Where the bytes of an upload are: a file of the caller, or a temporary one for what can be read only once.
//!
//! A temporary file is readable for its owner alone and has no name any more while it is in use, where the system allows
//! that: then nothing is left of it even after a crash. Elsewhere it is removed with the last upload that needs it.

use std::fs::{File, OpenOptions};
use std::io::{Error, ErrorKind, Read, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file that can be opened again and again.
#[derive(Clone)]
pub(crate) enum Place {
    Path(PathBuf),
    Spool(Arc<Spool>),
}

/// An open file, read from its beginning.
pub(super) enum Opened {
    File(File),
    Spool(Arc<Spool>, u64),
}

/// A temporary file.
pub(crate) struct Spool {
    file: File,
    length: u64,
    /// Its name, if it still has one.
    path: Option<PathBuf>,
    /// What a test lets the disk wait for.
    #[cfg(test)]
    pub(crate) slow: Option<std::sync::Mutex<std::sync::mpsc::Receiver<()>>>,
}

impl Place {
    pub(super) fn open(&self) -> Result<Opened, Error> {
        match self {
            // To open a pipe would wait for whoever writes into it, and a device may have no end.
            Self::Path(path) if !std::fs::metadata(path)?.is_file() => Err(Error::new(
                ErrorKind::InvalidInput,
                "it is no regular file: give what reads it to `Upload::from_read`",
            )),
            Self::Path(path) => File::open(path).map(Opened::File),
            Self::Spool(spool) => Ok(Opened::Spool(Arc::clone(spool), 0)),
        }
    }

    /// What errors call it.
    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::Path(path) => path,
            Self::Spool(_) => Path::new("of a reader"),
        }
    }
}

impl Opened {
    pub(super) fn length(&self) -> Result<u64, Error> {
        match self {
            Self::File(file) => Ok(file.metadata()?.len()),
            Self::Spool(spool, _) => Ok(spool.length),
        }
    }
}

impl Read for Opened {
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

impl Spool {
    /// A new, empty one.
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
        opened.map_err(|_| Error::other("the runtime stood still while the file was read"))
    }

    /// Its name, if it still has one.
    #[cfg(test)]
    pub(crate) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Writes more at its end.
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

impl Drop for Spool {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            // Nobody is left who could be told.
            let _ = std::fs::remove_file(path);
        }
    }
}
