//! The folder in which an example keeps what it has to know after a crash: its journal and its drafts, for its owner alone.
//!
//! In: the folder that the caller names, or none. Out: that folder. Never: a folder that others share or read.

use std::error::Error;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// The folder `.oceafin-examples` in the folder that is given, or in the home folder.
pub fn open(given: Option<String>) -> Result<PathBuf, Box<dyn Error>> {
    let base = given.map(PathBuf::from).or_else(std::env::home_dir);
    let folder = base
        .ok_or("there is no home folder: name a folder")?
        .join(".oceafin-examples");
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(&folder)?;
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::MetadataExt::mode(&folder.metadata()?);
        if mode & 0o077 != 0 {
            return Err(format!("others may read {}: `chmod 700` it first", folder.display()).into());
        }
    }
    Ok(folder)
}

/// Writes a file that is there whole or not at all, for its owner alone.
pub fn keep(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let beside = file.with_extension("new");
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut new = options.open(&beside)?;
    new.write_all(bytes)?;
    new.sync_all()?;
    std::fs::rename(&beside, file)?;
    #[cfg(unix)]
    if let Some(folder) = file.parent() {
        std::fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}
