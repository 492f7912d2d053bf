//! Files that a contract refers to.

use std::path::Path;

use sdkwright_codegen::contract::Unread;

/// Reads a file. The error has the complete path, and the names of the files in its folder.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Unread> {
    std::fs::read(path).map_err(|error| {
        let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let entries = path.parent().and_then(|folder| std::fs::read_dir(folder).ok());
        let names = entries.into_iter().flatten().flatten();
        Unread {
            why: format!("{}: {error}", whole.display()),
            beside: names
                .map(|entry| entry.file_name().to_string_lossy().into_owned())
                .collect(),
        }
    })
}
