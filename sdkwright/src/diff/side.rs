//! The sides of a comparison: files of the working tree or of git, with their overlays.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::{Builder, scope};

use anyhow::Context as _;
use sdkwright_codegen::naming::Overrides;
use sdkwright_contract::diag::Levels;
use sdkwright_contract::document::{Only, Unread};
use sdkwright_contract::text::visible;
use sdkwright_contract::{Inputs, SourceFile, diag};

use crate::arguments::{Diff, Generate};
use crate::jobs::Job;
use crate::named_version::NamedVersion;
use crate::place::Place as ListPlace;
use crate::progress::Progress;
use crate::run::Run;
use crate::terminal::Fault;
use crate::{jobs, report, terminal};

/// The source of a file.
#[derive(Debug, Clone)]
enum Place {
    Disk(PathBuf),
    /// In git: the revision, and the path as `git show` takes it.
    Git(String, String),
}

impl Place {
    /// Reads what a command line names. A file that is there is no revision.
    fn of(text: &str) -> Self {
        match text.split_once(':') {
            Some((revision, path)) if !revision.is_empty() && !Path::new(text).exists() => {
                Self::Git(revision.to_owned(), path.to_owned())
            }
            _ => Self::Disk(PathBuf::from(text)),
        }
    }

    fn read(&self) -> Result<Vec<u8>, Fault> {
        match self {
            Self::Disk(path) => Fault::at(path, std::fs::read(path)),
            Self::Git(revision, path) => show(revision, path).map_err(Fault::files),
        }
    }

    /// Reads a file that a contract refers to, by its path from the folder of this one.
    fn read_beside(&self, path: &str) -> Result<Vec<u8>, Unread> {
        match self {
            Self::Disk(file) => crate::referred::read(file.parent().unwrap_or(Path::new("")), path),
            Self::Git(revision, file) => {
                let folder = file
                    .rsplit_once('/')
                    .map_or(String::new(), |(folder, _)| format!("{folder}/"));
                show(revision, &format!("{folder}{path}")).map_err(|error| Unread {
                    why: error.to_string(),
                    beside: Vec::new(),
                })
            }
        }
    }

    fn shown(&self) -> String {
        match self {
            Self::Disk(path) => path.display().to_string(),
            Self::Git(revision, path) => format!("{revision}:{path}"),
        }
    }
}

/// Returns a file of git.
fn show(revision: &str, path: &str) -> anyhow::Result<Vec<u8>> {
    let object = format!("{revision}:{path}");
    // A name that begins with a dash would be an option.
    anyhow::ensure!(
        !revision.starts_with('-'),
        "{object}: a git revision cannot begin with a dash"
    );
    let done = Command::new("git")
        .args(["show", &object])
        .output()
        .with_context(|| format!("{object}: git could not be run"))?;
    if !done.status.success() {
        let why = String::from_utf8_lossy(&done.stderr);
        let why = why.trim().trim_start_matches("fatal: ");
        anyhow::bail!("{object}: {why}");
    }
    Ok(done.stdout)
}

/// One version of a contract.
pub(super) struct Side {
    /// Its name in the report.
    pub(super) shown: String,
    contract: Place,
    overlays: Vec<Place>,
    /// The folder of other files, as a file in it, and the path of the contract's folder below it.
    root: Place,
    inside: String,
    overrides: Overrides,
    only: Only,
    levels: Levels,
}

/// Returns the pairs to compare.
pub(super) fn sides(run: &Run<'_>, arguments: &Diff) -> Result<Vec<(Side, Side)>, Fault> {
    if let (Some(base), Some(revision)) = (&arguments.base, &arguments.revision) {
        let side = |contract: &str, own: &[String]| {
            let contract = Place::of(contract);
            Side {
                shown: contract.shown(),
                root: contract.clone(),
                contract,
                overlays: arguments
                    .overlay
                    .iter()
                    .chain(own)
                    .map(|file| Place::of(file))
                    .collect(),
                inside: String::new(),
                overrides: Overrides::default(),
                // As `generate --contract` makes the crate: without schemas that no operation needs.
                only: Only {
                    used_schemas: true,
                    ..Only::default()
                },
                levels: Levels::lenient(),
            }
        };
        return Ok(vec![(
            side(base, &arguments.base_overlay),
            side(revision, &arguments.revision_overlay),
        )]);
    }
    let jobs = jobs::jobs(&Generate::listed(arguments.contracts.clone()), run.folder)?;
    let Some(version) = &arguments.since else {
        return jobs.iter().map(|job| Ok((committed(job)?, working(job)))).collect();
    };
    let place = arguments.contracts.as_deref().map(ListPlace::of);
    let place = place.or_else(|| ListPlace::find(run.folder));
    let released = |job: &Job| {
        let package = job.package.name.as_deref().unwrap_or_default();
        let file = place.as_ref()?.history(package).join(format!("{version}.yaml"));
        file.is_file().then(|| (recorded(job, &file), working(job)))
    };
    let pairs: Vec<(Side, Side)> = jobs.iter().filter_map(released).collect();
    if pairs.is_empty() {
        return Err(Fault::usage(anyhow::anyhow!(
            "no contract was released as {version}; `release` writes the contracts of releases into the folder `history` next to contracts.yaml"
        )));
    }
    Ok(pairs)
}

/// Returns the version of the working tree.
pub(super) fn working(job: &Job) -> Side {
    Side {
        shown: job.shown.clone(),
        contract: Place::Disk(job.contract.clone()),
        overlays: job.overlays.iter().map(|(path, _)| Place::Disk(path.clone())).collect(),
        root: Place::Disk(job.root.join("contract")),
        inside: job.inside.clone(),
        overrides: job.overrides.clone(),
        only: job.only.clone(),
        levels: job.levels.clone(),
    }
}

/// Returns the version that was released: one file, with its overlays applied.
pub(super) fn recorded(job: &Job, file: &Path) -> Side {
    // As the contract is shown: seen from the repository.
    let (contract, shown) = (job.contract.display().to_string(), file.display().to_string());
    let folder = contract.strip_suffix(&job.shown).unwrap_or_default();
    Side {
        shown: shown.strip_prefix(folder).unwrap_or(&shown).to_owned(),
        contract: Place::Disk(file.to_owned()),
        overlays: Vec::new(),
        // A released contract stays readable when the rules become stricter.
        levels: Levels::lenient(),
        ..working(job)
    }
}

/// Returns the version that is committed.
fn committed(job: &Job) -> Result<Side, Fault> {
    let place = |path: &Path| in_git(path).map_err(Fault::files);
    let overlays = job.overlays.iter().map(|(path, _)| place(path));
    let contract = place(&job.contract)?;
    Ok(Side {
        shown: contract.shown(),
        contract,
        overlays: overlays.collect::<Result<_, _>>()?,
        root: place(&job.root.join("contract"))?,
        ..working(job)
    })
}

/// Returns a file of the working tree as it is committed.
fn in_git(path: &Path) -> anyhow::Result<Place> {
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let folder = folder.unwrap_or(Path::new("."));
    let done = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(["rev-parse", "--show-prefix"])
        .output()
        .with_context(|| format!("{}: git could not be run", path.display()))?;
    let why = String::from_utf8_lossy(&done.stderr);
    anyhow::ensure!(
        done.status.success(),
        "{}: {}; without git, name both versions",
        path.display(),
        why.trim().trim_start_matches("fatal: ")
    );
    let prefix = String::from_utf8_lossy(&done.stdout).trim().to_owned();
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    Ok(Place::Git(
        "HEAD".to_owned(),
        format!("{prefix}{}", name.unwrap_or_default()),
    ))
}

impl Side {
    /// Reads the version and its report, without hidden characters. `None`: it is not a contract.
    pub(super) fn read(&self) -> Result<(Option<NamedVersion>, String), Fault> {
        let bytes = self.contract.read()?;
        let overlays = self.overlays.iter().map(|place| Ok((place.shown(), place.read()?)));
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
