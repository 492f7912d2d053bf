//! The sides of a comparison: files of the working tree or of git, with their overlays.

use std::path::{Path, PathBuf};
use std::thread::{Builder, scope};

use sdkwright_codegen::naming::Overrides;
use sdkwright_contract::diag::Levels;
use sdkwright_contract::document::{Only, Unread};
use sdkwright_contract::text::visible;
use sdkwright_contract::{Inputs, SourceFile, diag};

use super::git::{GitFile, Revision};
use crate::jobs::Job;
use crate::named_version::NamedVersion;
use crate::place::Place as ListPlace;
use crate::progress::Progress;
use crate::terminal::Fault;
use crate::{report, terminal};

/// The source of a file.
#[derive(Debug, Clone)]
pub(super) enum Place {
    Disk(PathBuf),
    Git(GitFile),
}

impl Place {
    /// Reads what a command line names. A file that is there is no revision.
    pub(super) fn of(text: &str) -> Self {
        match text.split_once(':') {
            Some((revision, path)) if !revision.is_empty() && !Path::new(text).exists() => {
                Self::Git(Revision::new(Path::new(""), revision).file(path))
            }
            _ => Self::Disk(PathBuf::from(text)),
        }
    }

    /// Reads the file, which errors name so.
    fn read(&self, shown: &str) -> Result<Vec<u8>, Fault> {
        match self {
            Self::Disk(path) => Fault::at(Path::new(shown), crate::referred::read_limited(path)),
            Self::Git(file) => file.read().map_err(Fault::files),
        }
    }

    /// Reads a file that a contract refers to, by its path from the folder of this one.
    fn read_beside(&self, path: &str) -> Result<Vec<u8>, Unread> {
        match self {
            Self::Disk(file) => crate::referred::read(file.parent().unwrap_or(Path::new("")), path),
            Self::Git(file) => file.beside(path).read().map_err(|error| Unread {
                why: error.to_string(),
                beside: Vec::new(),
            }),
        }
    }

    pub(super) fn shown(&self) -> String {
        match self {
            Self::Disk(path) => path.display().to_string(),
            Self::Git(file) => file.shown(),
        }
    }
}

/// One version of a contract.
pub(super) struct Side {
    /// Its name in the report.
    pub(super) shown: String,
    pub(super) contract: Place,
    /// The overlays, each with its name in reports.
    pub(super) overlays: Vec<(Place, String)>,
    /// The folder of other files, as a file in it, and the path of the contract's folder below it.
    pub(super) root: Place,
    pub(super) inside: String,
    pub(super) overrides: Overrides,
    pub(super) only: Only,
    pub(super) levels: Levels,
}

/// The pairs to compare, and sentences about contracts that are on one side only.
#[derive(Default)]
pub(super) struct Sides {
    pub(super) pairs: Vec<(Side, Side)>,
    pub(super) notes: Vec<String>,
}

/// Returns the version of the working tree.
pub(super) fn working(job: &Job) -> Side {
    Side {
        shown: job.shown.clone(),
        contract: Place::Disk(job.contract.clone()),
        overlays: job
            .overlays
            .iter()
            .map(|(path, shown)| (Place::Disk(path.clone()), shown.clone()))
            .collect(),
        root: Place::Disk(job.root.join("contract")),
        inside: job.inside.clone(),
        overrides: job.overrides.clone(),
        only: job.only.clone(),
        levels: job.levels.clone(),
    }
}

/// Returns the version that was released: one file, with its overlays applied.
pub(super) fn recorded(job: &Job, place: &ListPlace, file: &Path) -> Side {
    Side {
        shown: place.shown(file),
        contract: Place::Disk(file.to_owned()),
        overlays: Vec::new(),
        // A released contract stays readable when the rules become stricter.
        levels: Levels::lenient(),
        ..working(job)
    }
}

impl Side {
    /// Reads the version and its report, without hidden characters. `None`: it is not a contract.
    pub(super) fn read(&self) -> Result<(Option<NamedVersion>, String), Fault> {
        let bytes = self.contract.read(&self.shown)?;
        let overlays = self
            .overlays
            .iter()
            .map(|(place, shown)| Ok((shown.clone(), place.read(shown)?)));
        let overlays = overlays.collect::<Result<Vec<_>, Fault>>()?;
        let overlays: Vec<SourceFile<'_>> = overlays
            .iter()
            .map(|(name, bytes)| SourceFile { name, bytes })
            .collect();
        let others = |path: &str| self.root.read_beside(path);
        let inputs = Inputs {
            contract: SourceFile {
                name: &self.shown,
                bytes: &bytes,
            },
            overlays: &overlays,
            others: &others,
            inside: &self.inside,
            only: self.only.clone(),
            levels: self.levels.clone(),
        };
        let version = match NamedVersion::read(&inputs, &self.overrides) {
            Ok(version) => version,
            Err(report) => {
                let text = diag::render(&report, true);
                let said = format!(
                    "{}\nerror: {} was refused, so nothing was compared",
                    text.trim_end(),
                    visible(&self.shown)
                );
                return Ok((None, said));
            }
        };
        let said = if version.errors > 0 {
            let errors = report::plural(version.errors, "error");
            format!(
                "note: {} has {errors}, so verdicts on Rust and conduct are missing; `generate` shows the reasons",
                visible(&self.shown)
            )
        } else {
            String::new()
        };
        Ok((Some(version), said))
    }
}

/// Reads both versions, and says what there is to say of them. `None`: one is no contract.
pub(super) fn read(base: &Side, revision: &Side) -> Result<Option<(NamedVersion, NamedVersion)>, Fault> {
    let progress = Progress::new(&revision.shown);
    progress.counts("read", 0, 2);
    let (old, new) = both(|| base.read(), || revision.read());
    drop(progress);
    let ((old, of_old), (new, of_new)) = (old?, new?);
    for said in [of_old, of_new].iter().filter(|said| !said.is_empty()) {
        terminal::say_rendered(said);
    }
    Ok(old.zip(new))
}

// Work on both sides of a comparison at once.

/// Bytes of the stack of a thread: that of a main thread, for deeply nested schemas.
const STACK: usize = 8 << 20;

/// Runs two pieces of work, on two threads if there can be a second one. The result does not depend on the schedule.
pub(super) fn both<A: Send, B>(first: impl Fn() -> A + Sync, second: impl FnOnce() -> B) -> (A, B) {
    scope(|scope| {
        let other = Builder::new().stack_size(STACK).spawn_scoped(scope, &first);
        let second = second();
        let first = match other.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(first)) => first,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(_) => first(),
        };
        (first, second)
    })
}
