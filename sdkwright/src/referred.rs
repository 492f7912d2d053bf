//! Files that a contract refers to: only regular files inside the folder that it may read, wherever links on the way lead.

use std::io::{self, Read as _};
use std::path::Path;

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use sdkwright_contract::document::{LARGEST_FILE, Unread};

/// Reads a file by its path from the folder that a contract may read. The error has the complete path, and the names of the files in
/// its folder.
pub(crate) fn load(root: &Path, path: &str) -> Result<Vec<u8>, Unread> {
    bytes(root, path).map_err(|error| {
        let path = root.join(path);
        let whole = std::path::absolute(&path).unwrap_or_else(|_| path.clone());
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

fn bytes(root: &Path, path: &str) -> io::Result<Vec<u8>> {
    let root = if root.as_os_str().is_empty() {
        Path::new(".")
    } else {
        root
    };
    let folder = Dir::open_ambient_dir(root, ambient_authority())?;
    let data = folder.metadata(path).map_err(|error| match error.kind() {
        io::ErrorKind::PermissionDenied => outside(root, path).unwrap_or(error),
        _ => error,
    })?;
    if !data.is_file() {
        let why = if data.is_dir() {
            "it is a directory"
        } else {
            "it is not a regular file"
        };
        return Err(io::Error::other(why));
    }
    limited(folder.open(path)?, data.len())
}

/// Reads a file up to one byte beyond the limit, so that a larger one does not fill the memory.
pub(crate) fn read_limited(path: &Path) -> io::Result<Vec<u8>> {
    let file = std::fs::File::open(path)?;
    let length = file.metadata()?.len();
    limited(file, length)
}

/// Reads a file of this length, which may grow meanwhile.
fn limited(file: impl io::Read, length: u64) -> io::Result<Vec<u8>> {
    let known = usize::try_from(length).map_or(LARGEST_FILE, |length| length.min(LARGEST_FILE));
    let mut bytes = Vec::with_capacity(known + 1);
    file.take(LARGEST_FILE as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Returns the error of a path whose links lead out of the folder.
fn outside(root: &Path, path: &str) -> Option<io::Error> {
    let (inside, real) = (root.canonicalize().ok()?, root.join(path).canonicalize().ok()?);
    let why = "a link leads out of the folder with the files that the contract may refer to; set `root` to a folder that contains it";
    (!real.starts_with(inside)).then(|| io::Error::new(io::ErrorKind::PermissionDenied, why))
}

#[cfg(test)]
mod tests;
