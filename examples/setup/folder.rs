//! The folder in which an example keeps what it has to know after a crash: its journal, for its owner alone.
//!
//! In: the folder that the caller names, or none. Out: that folder. Never: a folder that others share or read.

use std::path::PathBuf;

/// The folder `.oceafin-examples` in the folder that is given, or in the home folder.
pub fn open(given: Option<String>) -> Result<PathBuf, sdkwright_journal::StepError> {
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
