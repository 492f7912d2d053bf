//! Uploads that have no file of the caller's: written to files of their own beside the journal, never into it.
//!
//! A file is whole when it has its name, and goes when its intent is settled.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use sdk_runtime::journal::{Content, Intent, Piece};

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

    fn write(&self, name: &str, content: &Content) -> io::Result<PathBuf> {
        fs::create_dir_all(&self.0)?;
        let path = self.0.join(name);
        let beside = self.0.join(format!("{name}.new"));
        let mut file = private(&beside)?;
        let mut body = content.open()?;
        while let Some(block) = body.next_block() {
            file.write_all(&block?)?;
        }
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

/// A new file for its owner alone.
fn private(path: &Path) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Takes the content of uploads out of an intent: into files where there is a folder, else only length and digest stay. Gives
/// the files.
pub(crate) fn keep(spool: Option<&Spool>, intent: &mut Intent) -> Result<Vec<PathBuf>, StoreError> {
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
                // A name of its own: the same upload may belong to two intents.
                let path = spool.write(&crate::journal::random()?, content)?;
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
