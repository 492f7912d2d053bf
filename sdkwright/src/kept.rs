//! The last run of each job, in the user's cache folder: inputs, files and findings. In: a job. Out: what its last run found, if
//! nothing changed since. Never: a result that a full run would not have; where anything is unsure, nothing is known.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use sdkwright_codegen::Generated;
use sdkwright_codegen::output::{MANIFEST, PrintFacts, Printed};
use sdkwright_contract::{digest, short_digest};
use serde::{Deserialize, Serialize};

use crate::input;
use crate::jobs::Job;

/// Time after which the run of a folder that nobody generates any more is forgotten.
const MONTH: Duration = Duration::from_hours(30 * 24);

/// A run whose files were complete at its end.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct KeptRun {
    /// Digest of the program and of the job.
    job: String,
    /// SHA-256 of each input; `None` for one that could not be read.
    inputs: BTreeMap<PathBuf, Option<String>>,
    /// Files by their paths below the crate's folder.
    files: BTreeMap<String, KeptFile>,
    /// Names in each folder that such a file is in or below.
    folders: Vec<(BTreeSet<OsString>, PathBuf)>,
    /// The findings as they were printed, with styles.
    pub(crate) findings: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct KeptFile {
    /// Digest of its content.
    digest: String,
    /// Facts about a file in Rust.
    facts: Option<PrintFacts>,
}

/// A crate that was generated now.
pub(crate) struct NewCrate {
    pub(crate) generated: Generated,
    /// SHA-256 of each file that was read for it; `None` for one that could not be read.
    pub(crate) inputs: BTreeMap<PathBuf, Option<String>>,
    /// Findings as they were printed.
    pub(crate) findings: String,
}

/// The place where the last run of a job is kept.
#[derive(Debug)]
pub(crate) struct RunPlace {
    file: PathBuf,
    job: String,
}

impl KeptRun {
    /// Returns true if inputs and files are as the run left them.
    pub(crate) fn is_current(&self, out: &Path) -> bool {
        let is_read = |(path, known): (&PathBuf, &Option<String>)| input(path) == *known;
        let is_written = |(path, known): (&String, &KeptFile)| file(&out.join(path)).is_some_and(|now| known.is(&now));
        let has_names = |(known, folder): &(_, PathBuf)| names(&out.join(folder)).as_ref() == Some(known);
        self.inputs.iter().all(is_read) && self.folders.iter().all(has_names) && self.files.iter().all(is_written)
    }

    /// Returns a Rust file that was printed from the same items, and is as it was written.
    pub(crate) fn printed(&self, out: &Path, path: &str, items: &str) -> Option<Printed> {
        let known = self.files.get(path)?;
        let facts = known.facts.clone().filter(|facts| facts.items == items)?;
        let text = file(&out.join(path)).filter(|now| known.is(now))?;
        let text = String::from_utf8(text).ok()?;
        Some(Printed { text, facts })
    }

    /// Returns the paths of the inputs.
    pub(crate) fn inputs(&self) -> impl Iterator<Item = &PathBuf> {
        self.inputs.keys()
    }

    /// Returns the number of files without the list of them.
    pub(crate) fn files(&self) -> usize {
        self.files.len().saturating_sub(1)
    }
}

impl KeptFile {
    fn is(&self, bytes: &[u8]) -> bool {
        self.digest == short_digest(bytes)
    }
}

impl RunPlace {
    /// Names the place of a job; `None` without a cache folder.
    pub(crate) fn new(job: &Job) -> Option<Self> {
        let program = std::env::current_exe().ok()?;
        let about = program.metadata().ok()?;
        let here = std::env::current_dir().ok()?;
        let identity = (program, about.len(), about.modified().ok()?, &here);
        let name = digest(here.join(&job.out).as_os_str().as_encoded_bytes());
        Some(Self {
            file: cache()?.join("sdkwright").join(name),
            job: digest(format!("{identity:?} {job:?}").as_bytes()),
        })
    }

    /// Returns the last run of the same program and settings.
    pub(crate) fn last(&self) -> Option<KeptRun> {
        let kept: KeptRun = serde_json::from_slice(&std::fs::read(&self.file).ok()?).ok()?;
        (kept.job == self.job).then_some(kept)
    }

    /// Keeps a run that ended with the files of the tree. The digests of its inputs are those from before they were read.
    ///
    /// A run that cannot be kept costs the next one its time, and nothing else.
    pub(crate) fn keep(&self, out: &Path, made: &NewCrate) {
        // A pipe is another text at the next run.
        if made.inputs.iter().any(|(path, known)| known.is_none() && path.exists()) {
            return;
        }
        let Generated { tree, printed, .. } = &made.generated;
        // What is on the disk now may be newer than what was written.
        let kept_file = |path: &str, bytes: &[u8]| KeptFile {
            digest: short_digest(bytes),
            facts: printed.get(path).cloned(),
        };
        let manifest = tree.manifest().text();
        let all = tree.files().chain([(MANIFEST, manifest.as_bytes())]);
        let files: BTreeMap<String, KeptFile> = all
            .map(|(path, bytes)| (path.to_owned(), kept_file(path, bytes)))
            .collect();
        let above = |path: &String| {
            Path::new(path)
                .ancestors()
                .skip(1)
                .map(Path::to_owned)
                .collect::<Vec<_>>()
        };
        let folders: BTreeSet<PathBuf> = files.keys().flat_map(above).collect();
        let with_names = |folder: PathBuf| Some((names(&out.join(&folder))?, folder));
        let kept = || {
            let kept = KeptRun {
                job: self.job.clone(),
                inputs: made.inputs.clone(),
                folders: folders.into_iter().map(with_names).collect::<Option<_>>()?,
                files,
                findings: made.findings.clone(),
            };
            serde_json::to_vec(&kept).ok()
        };
        if let (Some(kept), Some(folder)) = (kept(), self.file.parent()) {
            let beside = self.file.with_extension("new");
            let _ = std::fs::create_dir_all(folder)
                .and_then(|()| std::fs::write(&beside, kept))
                .and_then(|()| std::fs::rename(&beside, &self.file));
            forget(folder);
        }
    }
}

/// Returns the SHA-256 of an input; `None` if it cannot be read twice, such as a pipe.
pub(crate) fn input(path: &Path) -> Option<String> {
    let is_file = path.metadata().ok()?.is_file();
    let bytes = is_file.then(|| input::read_limited(path).ok()).flatten()?;
    Some(digest(&bytes))
}

/// Reads a generated file; `None` for a link, whose target is not in the folder.
fn file(path: &Path) -> Option<Vec<u8>> {
    let is_file = path.symlink_metadata().ok()?.is_file();
    is_file.then(|| std::fs::read(path).ok()).flatten()
}

fn names(folder: &Path) -> Option<BTreeSet<OsString>> {
    let entries = std::fs::read_dir(folder).ok()?;
    entries.map(|entry| Some(entry.ok()?.file_name())).collect()
}

/// Returns the folder in which a program of this user keeps what it can make again.
fn cache() -> Option<PathBuf> {
    let variable = |name: &str| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let home = || variable("HOME").map(|home| home.join(".cache"));
    variable("XDG_CACHE_HOME")
        .or_else(|| variable("LOCALAPPDATA"))
        .or_else(home)
}

/// Removes runs that were not kept again for a month.
fn forget(folder: &Path) {
    let is_old = |path: &Path| {
        let kept = path.metadata().and_then(|about| about.modified());
        kept.is_ok_and(|at| SystemTime::now().duration_since(at).is_ok_and(|age| age > MONTH))
    };
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    for path in entries.map(|entry| entry.path()).filter(|path| is_old(path)) {
        let _ = std::fs::remove_file(path);
    }
}
