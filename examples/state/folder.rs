//! The folder in which an example keeps what it has to know after a crash: its journal and its drafts, for its owner alone.
//!
//! In: the folder that the caller names, or none; the caller's own name of an action. Out: a folder of that action. Never: a
//! folder that others share or read. In your system rows of your database take its place.

use std::error::Error;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// The folder of an action: in the folder that is given, or in `.oceafin-examples` beside what else the user keeps.
pub fn of(action: &str, given: Option<String>) -> Result<PathBuf, Box<dyn Error>> {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "-_".contains(character);
    if action.is_empty() || !action.chars().all(is_plain) {
        return Err(format!("`{action}` cannot be the name of a folder: use letters, digits, `-` and `_`").into());
    }
    let home = || std::env::home_dir().map(|home| home.join(".oceafin-examples"));
    let base = given.map(PathBuf::from).or_else(home);
    let folder = base.ok_or("there is no home folder: name a folder")?.join(action);
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
#[allow(dead_code, reason = "not every example keeps a draft")]
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
