//! The place of `contracts.yaml`: looked for upwards, or named with `--contracts`.
//!
//! In: a folder or a file. Out: the file, and the folders to which its paths are relative. Reads no content.

use std::path::{Component, Path, PathBuf};

/// Name of the list of contracts.
pub(crate) const LIST: &str = "contracts.yaml";
/// Folder that may contain it; the repository is then the folder above.
pub(crate) const FOLDER: &str = "openapi";

/// Folder of released contracts, beside the list.
const HISTORY: &str = "history";

/// A list of contracts and its surroundings.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ListPlace {
    /// The file.
    pub(crate) list: PathBuf,
    /// Folder of the file: `file` and `overlays` of an entry are relative to it.
    pub(crate) folder: PathBuf,
    /// The repository: `out` of an entry is relative to it.
    pub(crate) repository: PathBuf,
    /// Folder of the file, relative to the repository: `openapi`, or empty.
    pub(crate) below: &'static str,
}

impl ListPlace {
    /// Returns the place of a file that was named.
    fn from_file(list: &Path) -> Self {
        let folder = match list.parent() {
            Some(folder) if folder != Path::new("") => folder.to_owned(),
            _ => PathBuf::from("."),
        };
        // `.` and `..` have a name only in full.
        let whole = folder.canonicalize().unwrap_or_else(|_| folder.clone());
        let is_below = whole.file_name().is_some_and(|name| name == FOLDER);
        Self {
            list: list.to_owned(),
            repository: if is_below { folder.join("..") } else { folder.clone() },
            folder,
            below: if is_below { FOLDER } else { "" },
        }
    }

    /// Returns the place of this file, or of the nearest one in the folder and above it.
    pub(crate) fn named_or_found(list: Option<&Path>, folder: &Path) -> Option<Self> {
        list.map(Self::from_file).or_else(|| Self::find(folder))
    }

    /// Returns the folder of the released contracts of a package.
    pub(crate) fn history(&self, package: &str) -> PathBuf {
        self.folder.join(HISTORY).join(package)
    }

    /// Finds the list in this folder or the nearest one above.
    pub(crate) fn find(start: &Path) -> Option<Self> {
        let start = start.canonicalize().unwrap_or_else(|_| start.to_owned());
        let lists = start
            .ancestors()
            .flat_map(|folder| [folder.join(FOLDER).join(LIST), folder.join(LIST)]);
        lists.into_iter().find(|list| list.is_file()).map(|list| {
            let place = Self::from_file(&list);
            let repository = place.folder.parent().filter(|_| !place.below.is_empty());
            Self {
                repository: repository.unwrap_or(&place.folder).to_owned(),
                ..place
            }
        })
    }

    /// Returns a file as people name it: relative to the repository.
    pub(crate) fn shown(&self, file: &Path) -> String {
        if let Ok(below) = file.strip_prefix(&self.folder) {
            return self.relative(&below.to_string_lossy());
        }
        let below = file.strip_prefix(&self.repository).unwrap_or(file);
        below.display().to_string()
    }

    /// Returns a file of an entry, relative to the repository, with `/` between its parts.
    pub(crate) fn relative(&self, file: &str) -> String {
        relative(self.below, file)
    }
}

/// Returns a file that a list in this folder of the repository names, relative to the repository, with `/` between its parts.
pub(crate) fn relative(below: &str, file: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    for part in Path::new(below).join(file).components() {
        match part {
            Component::ParentDir if parts.last().is_some_and(|last| last != "..") => {
                parts.pop();
            }
            Component::CurDir => {}
            other => parts.push(other.as_os_str().to_string_lossy().into_owned()),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::ListPlace;

    #[test]
    fn the_repository_is_the_same_from_each_of_its_folders() {
        let folder = std::env::temp_dir().join(format!("sdkwright-place-{}", std::process::id()));
        let inside = folder.join("openapi/schemas");
        std::fs::create_dir_all(&inside).unwrap();
        std::fs::write(folder.join("openapi/contracts.yaml"), "").unwrap();
        let folder = folder.canonicalize().unwrap();
        for start in [&folder, &folder.join("openapi"), &inside] {
            assert_eq!(
                ListPlace::find(start).unwrap().repository,
                folder,
                "{}",
                start.display()
            );
        }
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn files_are_named_from_the_repository() {
        let below = ListPlace {
            below: "openapi",
            ..ListPlace::from_file(Path::new("contracts.yaml"))
        };
        let flat = ListPlace {
            below: "",
            ..ListPlace::from_file(Path::new("contracts.yaml"))
        };
        for (file, from_below, from_flat) in [
            ("a.yaml", "openapi/a.yaml", "a.yaml"),
            ("./b/a.yaml", "openapi/b/a.yaml", "b/a.yaml"),
            ("../tests/a.yaml", "tests/a.yaml", "../tests/a.yaml"),
            ("../../a.yaml", "../a.yaml", "../../a.yaml"),
        ] {
            assert_eq!(
                (below.relative(file), flat.relative(file)),
                (from_below.into(), from_flat.into())
            );
        }
    }
}
