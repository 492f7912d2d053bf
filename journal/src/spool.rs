//! Uploads that are in memory: written to files of their own beside the journal, never into it.
//!
//! A file is named by its digest, is whole when it has its name, and goes when its intent is settled.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use sdk_runtime::journal::{Intent, Piece};
use sha2::{Digest as _, Sha256};

use crate::entry::Entry;
use crate::error::StoreError;
use crate::stored;

/// The folder of the files.
#[derive(Debug)]
pub(crate) struct Spool(PathBuf);

impl Spool {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> io::Result<PathBuf> {
        fs::create_dir_all(&self.0)?;
        let path = self.0.join(name);
        let beside = self.0.join(format!("{name}.new"));
        let mut file = fs::File::create(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&beside, &path)?;
        Ok(path)
    }

    /// Removes files of this folder; others are the caller's own.
    pub(crate) fn forget(&self, files: &[PathBuf]) {
        for file in files.iter().filter(|file| file.parent() == Some(Path::new(&self.0))) {
            if let Err(error) = fs::remove_file(file) {
                tracing::warn!(%error, "a spooled upload could not be removed");
            }
        }
    }
}

/// Takes the content of uploads out of an intent: into files where there is a folder, else only length and digest stay.
pub(crate) fn keep(spool: Option<&Spool>, intent: &mut Intent) -> Result<(), StoreError> {
    for (index, piece) in intent.body.iter_mut().enumerate() {
        let Piece::Upload(bytes) = piece else { continue };
        let sha256: [u8; 32] = Sha256::digest(&*bytes).into();
        let length = bytes.len() as u64;
        *piece = match spool {
            Some(spool) => {
                let key = stored::hex(&Sha256::digest(&intent.key)[..8]);
                let name = format!("{key}-{index}-{}", stored::hex(&sha256));
                let path = spool.write(&name, bytes)?;
                Piece::File { path, length, sha256 }
            }
            None => Piece::Gone { length, sha256 },
        };
    }
    Ok(())
}

/// The files that the request of an entry names.
pub(crate) fn files(entry: &Entry) -> Vec<PathBuf> {
    let intent = entry.request.as_ref().and_then(|_| stored::read(entry, 0).ok());
    let pieces = intent.map(|intent| intent.body).unwrap_or_default();
    pieces
        .into_iter()
        .filter_map(|piece| match piece {
            Piece::File { path, .. } => Some(path),
            _ => None,
        })
        .collect()
}
