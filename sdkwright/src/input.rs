//! A contract with its overlays, as a command or a list names it: files of the working tree or of git.
//!
//! In: files. Out: their bytes, with all that decides how the contract is read. A contract refers only to regular files inside
//! the folder that it may read, wherever links on the way lead.

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use sdkwright_codegen::naming::Overrides;
use sdkwright_contract::diag::{Levels, Report};
use sdkwright_contract::document::{LARGEST_FILE, Only, Unread};
use sdkwright_contract::source::{self, Tree};
use sdkwright_contract::{Inputs, SourceFile, overlay};

use crate::git::{GitFile, Revision};
use crate::terminal::RunError;

/// A file of the working tree or of git.
#[derive(Debug, Clone)]
pub(crate) enum InputFile {
    Disk(PathBuf),
    Git(GitFile),
}

impl InputFile {
    /// Reads what a command line names. A file that is there is no revision.
    pub(crate) fn from_argument(text: &str) -> Self {
        match text.split_once(':') {
            Some((revision, path)) if !revision.is_empty() && !Path::new(text).exists() => {
                Self::Git(Revision::new(Path::new(""), revision).file(path))
            }
            _ => Self::Disk(PathBuf::from(text)),
        }
    }

    /// Returns the bytes of the file, at most one more than a contract may have.
    fn bytes(&self) -> Result<Vec<u8>, RunError> {
        match self {
            Self::Disk(path) => RunError::at(path, read_limited(path)),
            Self::Git(file) => file.bytes().map_err(RunError::files),
        }
    }

    /// Reads a file that a contract refers to, by its path from the folder of this one.
    fn read_beside(&self, path: &str) -> Result<Vec<u8>, Unread> {
        match self {
            Self::Disk(file) => load_referred(file.parent().unwrap_or(Path::new("")), path),
            Self::Git(file) => file.beside(path).bytes().map_err(|error| Unread {
                why: error.to_string(),
                beside: Vec::new(),
            }),
        }
    }

    /// Returns the path of a file of the working tree; empty for one of git.
    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::Disk(path) => path,
            Self::Git(_) => Path::new(""),
        }
    }

    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Disk(path) => path.display().to_string(),
            Self::Git(file) => file.shown(),
        }
    }
}

/// A contract with its overlays, and the settings for its reader.
#[derive(Debug, Clone)]
pub(crate) struct ContractInput {
    /// Its name in headers, diagnostics and reports.
    pub(crate) shown: String,
    pub(crate) contract: InputFile,
    /// Its overlays in order, each with its name in reports.
    pub(crate) overlays: Vec<(InputFile, String)>,
    /// Folder whose files it may refer to, as a file in it.
    pub(crate) root: InputFile,
    /// Path of the contract's folder below that folder, with `/` between its parts.
    pub(crate) inside: String,
    pub(crate) overrides: Overrides,
    pub(crate) only: Only,
    pub(crate) levels: Levels,
}

impl ContractInput {
    /// Takes a contract that no list has, with these overlays. As for a crate of it, schemas that no operation needs are left out.
    pub(crate) fn alone(contract: InputFile, overlays: impl IntoIterator<Item = InputFile>) -> Self {
        let overlays = overlays.into_iter().map(|file| (file.clone(), file.shown()));
        Self {
            shown: contract.shown(),
            root: contract.clone(),
            contract,
            overlays: overlays.collect(),
            inside: String::new(),
            overrides: Overrides::default(),
            only: Only {
                used_schemas: true,
                ..Only::default()
            },
            levels: Levels::lenient(),
        }
    }

    /// Reads the files, and hands them over.
    pub(crate) fn with_inputs<T>(&self, then: impl FnOnce(Inputs<'_>) -> T) -> Result<T, RunError> {
        let bytes = self.contract.bytes()?;
        let mut overlays = Vec::new();
        for (file, shown) in &self.overlays {
            overlays.push((shown, file.bytes()?));
        }
        let overlays = overlays.iter().map(|(name, bytes)| SourceFile { name, bytes });
        let overlays: Vec<SourceFile<'_>> = overlays.collect();
        let inputs = Inputs {
            overlays: &overlays,
            // The reader asks only for relative paths that stay below this folder.
            others: &|path| self.root.read_beside(path),
            inside: &self.inside,
            only: self.only.clone(),
            levels: self.levels.clone(),
            ..Inputs::new(SourceFile {
                name: &self.shown,
                bytes: &bytes,
            })
        };
        Ok(then(inputs))
    }

    /// Returns the contract with its overlays applied. `None`: a file has errors.
    pub(crate) fn laid(&self, report: &mut Report) -> Result<Option<Tree>, RunError> {
        self.with_inputs(|inputs| {
            let overlays = inputs.overlays.iter().map(|file| (file.name, file.bytes));
            let overlays: Vec<(&str, &[u8])> = overlays.collect();
            let mut tree = source::load(inputs.contract.name, inputs.contract.bytes, report)?;
            overlay::lay(&mut tree, &overlays, report)?;
            Some(tree)
        })
    }
}

/// Reads a file by its path from the folder that a contract may read. The error has the complete path, and the names of the files in
/// its folder.
fn load_referred(root: &Path, path: &str) -> Result<Vec<u8>, Unread> {
    referred_bytes(root, path).map_err(|error| {
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

fn referred_bytes(root: &Path, path: &str) -> io::Result<Vec<u8>> {
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
