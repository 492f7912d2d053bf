//! A folder that is written without following links, on Linux, macOS and Windows: each part of a path is opened as it is, and new
//! files are created exclusively. What a link leads to, in this folder or outside, is never touched.

use std::cell::RefCell;
use std::io::{self, Write as _};
use std::path::Path;
use std::rc::Rc;

use cap_fs_ext::DirExt as _;
use cap_std::ambient_authority;
use cap_std::fs::{Dir, OpenOptions};
use sdkwright_codegen::output::BESIDE;

/// An open folder. Paths are relative to it and `/`-separated.
#[derive(Debug)]
pub(crate) struct Folder {
    root: Rc<Dir>,
    /// The folder of the last file: most files are written folder by folder.
    last: RefCell<Option<(String, Rc<Dir>)>>,
}

impl Folder {
    /// Opens a folder, and creates it if it is missing. Its own path may have links: it is the user's choice.
    pub(crate) fn made(path: &Path) -> io::Result<Self> {
        std::fs::create_dir_all(path)?;
        Self::open(path)
    }

    fn open(path: &Path) -> io::Result<Self> {
        let root = Dir::open_ambient_dir(path, ambient_authority())?;
        Ok(Self {
            root: Rc::new(root),
            last: RefCell::default(),
        })
    }

    /// Returns true if nothing has this path, which is in the folder itself.
    pub(crate) fn is_free(&self, name: &str) -> bool {
        let data = self.root.symlink_metadata(name);
        data.is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
    }

    /// Writes a file that is not there; creates its folders.
    pub(crate) fn create(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let (folder, name) = self.parent(path, true)?;
        let mut options = OpenOptions::new();
        folder
            .open_with(name, options.write(true).create_new(true))?
            .write_all(bytes)
    }

    /// Writes a file; one of this name, or a link, is removed before.
    pub(crate) fn write(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        match self.create(path, bytes) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                self.remove(path)?;
                self.create(path, bytes)
            }
            ended => ended,
        }
    }

    /// Gives a file or folder the name of another file, which it replaces atomically, or of nothing. Both are in one folder.
    pub(crate) fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let ((folder, before), (_, name)) = (self.parent(from, false)?, self.parent(to, false)?);
        // Windows renames no folder while one below it is open.
        if !to.contains('/') {
            self.last.take();
        }
        folder.rename(before, &folder, name)
    }

    /// Replaces a file atomically, or creates it. A link is refused.
    pub(crate) fn replace(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let (folder, name) = self.parent(path, true)?;
        if is_link(&folder, name) {
            return Err(link(path));
        }
        let beside = format!("{path}{BESIDE}");
        self.write(&beside, bytes)?;
        self.rename(&beside, path)
    }

    /// Removes a file or a link.
    pub(crate) fn remove(&self, path: &str) -> io::Result<()> {
        let (folder, name) = self.parent(path, false)?;
        folder.remove_file(name)
    }

    /// Removes a folder if it is empty.
    pub(crate) fn remove_empty(&self, path: &str) -> io::Result<()> {
        let (folder, name) = self.parent(path, false)?;
        self.last.take();
        folder.remove_dir(name)
    }

    /// Opens the folder of a file, part by part.
    fn parent<'p>(&self, path: &'p str, creates: bool) -> io::Result<(Rc<Dir>, &'p str)> {
        let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
        if let Some((last, folder)) = &*self.last.borrow()
            && last == folders
        {
            return Ok((Rc::clone(folder), name));
        }
        let mut folder = Rc::clone(&self.root);
        for part in folders.split('/').filter(|part| !part.is_empty()) {
            if is_link(&folder, part) {
                return Err(link(part));
            }
            let opened = match folder.open_dir_nofollow(part) {
                Err(error) if creates && error.kind() == io::ErrorKind::NotFound => {
                    // Another process may create it at this moment.
                    match folder.create_dir(part) {
                        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
                        _ => folder.open_dir_nofollow(part)?,
                    }
                }
                opened => opened?,
            };
            folder = Rc::new(opened);
        }
        if !folders.is_empty() {
            self.last.replace(Some((folders.to_owned(), Rc::clone(&folder))));
        }
        Ok((folder, name))
    }
}

fn is_link(folder: &Dir, name: &str) -> bool {
    folder.symlink_metadata(name).is_ok_and(|data| data.is_symlink())
}

fn link(name: &str) -> io::Error {
    io::Error::other(format!(
        "`{name}` is a link, and nothing is written through links; remove the link"
    ))
}

/// Replaces one file atomically, or creates it. A link is refused; its folder is the user's choice.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let (folder, name) = split(path)?;
    folder.replace(name, bytes)
}

/// Writes one file beside others; one of this name, or a link, is removed before.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let (folder, name) = split(path)?;
    folder.write(name, bytes)
}

fn split(path: &Path) -> io::Result<(Folder, &str)> {
    let name = path.file_name().and_then(|name| name.to_str());
    let name = name.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "the path has no file name"))?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    Ok((Folder::open(folder.unwrap_or(Path::new(".")))?, name))
}

#[cfg(test)]
mod tests;
