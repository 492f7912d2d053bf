//! Files of a revision of git: their paths, and their bytes by `git show`.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, ensure};

use crate::terminal::RunError;

/// A revision, seen from a folder of the working tree.
#[derive(Debug, Clone)]
pub(crate) struct Revision {
    /// Folder in which git runs; empty: the current one.
    folder: PathBuf,
    name: String,
    /// Path of the folder in the repository, with `/` at its end; empty for its root.
    prefix: String,
}

/// A file of a revision.
#[derive(Debug, Clone)]
pub(crate) struct GitFile {
    pub(crate) revision: Revision,
    /// Its path from the root of the repository.
    pub(crate) path: String,
}

impl Revision {
    /// Names a revision without a look at it: paths are those of `git show`.
    pub(crate) fn new(folder: &Path, name: &str) -> Self {
        Self {
            folder: folder.to_owned(),
            name: name.to_owned(),
            prefix: String::new(),
        }
    }

    /// Finds a revision in the repository of a folder; paths are relative to the folder.
    pub(crate) fn find(folder: &Path, name: &str) -> Result<Self, RunError> {
        let find = || -> anyhow::Result<Self> {
            let revision = Self::new(folder, name);
            let done = revision.git(&["rev-parse", "--show-prefix"])?;
            ensure!(
                done.is_success,
                "{}: {}; without git, pass both versions",
                folder.display(),
                done.why
            );
            let commit = revision.git(&["rev-parse", "--verify", "--quiet", &format!("{name}^{{commit}}")])?;
            ensure!(
                commit.is_success,
                "`{name}` is not a revision of this git repository; fetch it first (`git fetch origin`), or correct the name"
            );
            Ok(Self {
                prefix: String::from_utf8_lossy(&done.bytes).trim_end().to_owned(),
                ..revision
            })
        };
        find().map_err(RunError::files)
    }

    /// Returns a file, by its path from the folder.
    pub(crate) fn file(&self, path: &str) -> GitFile {
        GitFile {
            revision: self.clone(),
            path: joined(&self.prefix, path),
        }
    }

    fn git(&self, words: &[&str]) -> anyhow::Result<Done> {
        // A name that begins with a dash would be an option.
        ensure!(
            !self.name.starts_with('-'),
            "`{}`: a git revision cannot begin with a dash",
            self.name
        );
        let mut command = Command::new("git");
        if self.folder != Path::new("") {
            command.current_dir(&self.folder);
        }
        let done = command.args(words).output().context("git could not be run")?;
        let why = String::from_utf8_lossy(&done.stderr);
        Ok(Done {
            is_success: done.status.success(),
            bytes: done.stdout,
            why: why.trim().trim_start_matches("fatal: ").to_owned(),
        })
    }
}

/// A command of git that ended.
struct Done {
    is_success: bool,
    bytes: Vec<u8>,
    why: String,
}

impl GitFile {
    /// Returns its bytes. Fails if there is no such file.
    pub(crate) fn bytes(&self) -> anyhow::Result<Vec<u8>> {
        let done = self.revision.git(&["show", &self.shown()])?;
        ensure!(done.is_success, "{}: {}", self.shown(), done.why);
        Ok(done.bytes)
    }

    /// Returns true if the revision has the file.
    pub(crate) fn exists(&self) -> bool {
        let done = self.revision.git(&["cat-file", "-e", &self.shown()]);
        done.is_ok_and(|done| done.is_success)
    }

    /// Returns the file by its path from the root of the repository, from whichever folder the command line names it.
    pub(crate) fn whole(&self) -> Option<Self> {
        let revision = Revision::find(&self.revision.folder, &self.revision.name).ok()?;
        let is_below = [".", ".."].contains(&self.path.split('/').next()?);
        Some(if is_below {
            revision.file(&self.path)
        } else {
            self.clone()
        })
    }

    /// Returns another file, by its path from the folder of this one.
    pub(crate) fn beside(&self, path: &str) -> Self {
        let folder = self.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        Self {
            path: joined(folder, path),
            ..self.clone()
        }
    }

    /// Returns the file as git names it.
    pub(crate) fn shown(&self) -> String {
        format!("{}:{}", self.revision.name, self.path)
    }
}

/// Returns a path below a folder, without `.` and, as far as the folder goes, without `..`.
pub(crate) fn joined(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" => {}
            "." if !parts.is_empty() => {}
            ".." if parts.last().is_some_and(|last| ![".", ".."].contains(last)) => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    parts.join("/")
}
