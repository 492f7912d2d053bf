//! The pairs that a command line names: two files, or contracts of `contracts.yaml` with an earlier version of each. Each side
//! has the overlays, names and filters that its own revision lists.

use std::path::Path;
use std::thread::{Builder, scope};

use anyhow::Context as _;
use sdkwright_contract::diag::{self, Levels};
use sdkwright_contract::text::visible;

use crate::arguments::{Diff, Generate};
use crate::git::{GitFile, Revision, joined};
use crate::input::{ContractInput, InputFile};
use crate::jobs::{self, ContractEntry, Job, Run, is_same};
use crate::named_version::NamedVersion;
use crate::place::{FOLDER, LIST, ListPlace, relative};
use crate::report;
use crate::terminal::{self, RunError, WorkBar};

/// Returns the pairs to compare.
pub(super) fn sides(run: &Run<'_>, arguments: &Diff) -> Result<ComparedPairs, RunError> {
    if let (Some(base), Some(revision)) = (&arguments.base, &arguments.revision) {
        return Ok(files(
            arguments,
            InputFile::from_argument(base),
            InputFile::from_argument(revision),
        ));
    }
    if let (Some(file), None) = (&arguments.base, &arguments.from) {
        return Err(RunError::usage(anyhow::anyhow!(
            "`{file}` is only one side; pass its new version, too, or the revision of git to compare with (`--base main`)"
        )));
    }
    let place = ListPlace::named_or_found(arguments.contracts.as_deref(), run.folder);
    let jobs = match (&place, &arguments.base) {
        // A contract that no list has needs none.
        (None, Some(_)) => Vec::new(),
        _ => jobs::jobs(&Generate::listed(arguments.contracts.clone()), run.folder)?,
    };
    if let (Some(place), Some(version)) = (&place, &arguments.since) {
        return released(&jobs, place, version);
    }
    let revision = arguments.from.as_deref().unwrap_or("HEAD");
    let is_wanted = |job: &Job| {
        let is_named = |name: &String| {
            is_same(job.input.contract.path(), Path::new(name)) || job.package.name.as_ref() == Some(name)
        };
        arguments.base.as_ref().is_none_or(is_named)
    };
    let wanted: Vec<(usize, &Job)> = jobs.iter().enumerate().filter(|(_, job)| is_wanted(job)).collect();
    match (&place, &arguments.base) {
        (Some(place), _) if !wanted.is_empty() => since_entries(place, revision, &wanted),
        (_, Some(file)) => {
            let path = Path::new(file);
            let old = Revision::find(path.parent().unwrap_or(Path::new("")), revision)?;
            let old = old.file(&path.file_name().unwrap_or_default().to_string_lossy());
            Ok(files(arguments, InputFile::Git(old), InputFile::Disk(path.to_owned())))
        }
        _ => Ok(ComparedPairs::default()),
    }
}

/// Returns the pair of two files: as their lists have them, or as they are with the overlays of the command line.
fn files(arguments: &Diff, base: InputFile, revision: InputFile) -> ComparedPairs {
    let own = [&arguments.base_overlay, &arguments.revision_overlay];
    let is_plain = arguments.overlay.is_empty() && own.iter().all(|overlays| overlays.is_empty());
    let listed = is_plain
        .then(|| listed_side(&base).zip(listed_side(&revision)))
        .flatten();
    let side = |contract, own: &[String]| {
        let overlays = arguments.overlay.iter().chain(own);
        ContractInput::alone(contract, overlays.map(|file| InputFile::from_argument(file)))
    };
    ComparedPairs {
        pairs: vec![listed.unwrap_or_else(|| (side(base, own[0]), side(revision, own[1])))],
        notes: Vec::new(),
    }
}

/// Returns the pairs of the contracts with their release of this version.
fn released(jobs: &[Job], place: &ListPlace, version: &str) -> Result<ComparedPairs, RunError> {
    let released = |job: &Job| {
        let package = job.package.name.as_deref().unwrap_or_default();
        let file = place.history(package).join(format!("{version}.yaml"));
        file.is_file().then(|| (recorded(job, place, &file), job.input.clone()))
    };
    let pairs: Vec<(ContractInput, ContractInput)> = jobs.iter().filter_map(released).collect();
    if pairs.is_empty() {
        return Err(RunError::usage(anyhow::anyhow!(
            "no contract was released as {version}; `release` writes the contracts of releases into the folder `history` next to contracts.yaml"
        )));
    }
    Ok(ComparedPairs {
        pairs,
        notes: Vec::new(),
    })
}

/// The pairs to compare, and sentences about contracts that are on one side only.
#[derive(Default)]
pub(super) struct ComparedPairs {
    pub(super) pairs: Vec<(ContractInput, ContractInput)>,
    pub(super) notes: Vec<String>,
}

/// Returns the version that was released: one file, with its overlays applied.
pub(super) fn recorded(job: &Job, place: &ListPlace, file: &Path) -> ContractInput {
    ContractInput {
        shown: place.shown(file),
        contract: InputFile::Disk(file.to_owned()),
        overlays: Vec::new(),
        // A released contract stays readable when the rules become stricter.
        levels: Levels::lenient(),
        ..job.input.clone()
    }
}

/// Reads a version and its report, without hidden characters. `None`: it is not a contract.
pub(super) fn version(input: &ContractInput) -> Result<(Option<NamedVersion>, String), RunError> {
    let shown = visible(&input.shown);
    Ok(
        match input.with_inputs(|inputs| NamedVersion::from_inputs(&inputs, &input.overrides))? {
            Ok(version) if version.errors > 0 => {
                let errors = report::plural(version.errors, "error");
                let what = "so verdicts on Rust and conduct are missing; `generate` shows the reasons";
                (Some(version), format!("note: {shown} has {errors}, {what}"))
            }
            Ok(version) => (Some(version), String::new()),
            Err(report) => {
                let text = diag::render(&report, true);
                let what = format!("error: {shown} was refused, so nothing was compared");
                (None, format!("{}\n{what}", text.trim_end()))
            }
        },
    )
}

/// Reads both versions, and says what there is to say of them. `None`: one is no contract.
pub(super) fn versions(
    base: &ContractInput,
    revision: &ContractInput,
) -> Result<Option<(NamedVersion, NamedVersion)>, RunError> {
    let progress = WorkBar::new(&revision.shown);
    progress.counts("read", 0, 2);
    let (old, new) = both(|| version(base), || version(revision));
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
fn both<A: Send, B>(first: impl Fn() -> A + Sync, second: impl FnOnce() -> B) -> (A, B) {
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

/// The list of a revision.
struct RevisionList {
    /// The list by its path from the repository that it describes, as a file of that folder.
    repository: GitFile,
    below: &'static str,
    contracts: Vec<ContractEntry>,
}

/// Returns the pairs of these entries of the working tree's list with the same entries of a revision.
fn since_entries(place: &ListPlace, name: &str, jobs: &[(usize, &Job)]) -> Result<ComparedPairs, RunError> {
    let contracts = jobs::listed(place)?;
    let repository = Revision::find(&place.repository, name)?.file(LIST);
    let named = place.list.file_name().unwrap_or_default().to_string_lossy();
    let lists = [(place.below, &*named), (FOLDER, LIST), ("", LIST)];
    let old = lists
        .into_iter()
        .find_map(|(below, name)| RevisionList::find(&repository, below, name));
    let old = old.transpose()?.unwrap_or(RevisionList {
        repository,
        below: place.below,
        contracts: Vec::new(),
    });
    let mut sides = ComparedPairs::default();
    for (at, job) in jobs {
        let Some(now) = contracts.get(*at) else { continue };
        let before = old.contracts.iter().find(|before| is_entry(before, now));
        let base = before.map_or_else(
            // An overlay that the revision does not list was not applied there.
            || ContractInput {
                overlays: Vec::new(),
                ..old.side_below(place.below, now)
            },
            |before| old.side(before),
        );
        match &base.contract {
            InputFile::Git(file) if !file.exists() => sides.notes.push(format!(
                "{} is new: {} does not exist, so there is nothing to compare with",
                job.input.shown, base.shown
            )),
            _ => sides.pairs.push((base, job.input.clone())),
        }
    }
    let is_gone = |before: &&ContractEntry| !contracts.iter().any(|now| is_entry(before, now));
    let gone = old.contracts.iter().filter(is_gone);
    // A run for one contract does not report others.
    for before in gone.filter(|_| jobs.len() == contracts.len()) {
        let file = relative(old.below, &before.file);
        sides.notes.push(format!(
            "{file} is no longer in {}: users of `{}` get no further version",
            place.shown(&place.list),
            before.settings.package.as_deref().unwrap_or(&before.out)
        ));
    }
    Ok(sides)
}

/// Returns true if both are one contract: its package, its crate's folder or its file is the same.
fn is_entry(before: &ContractEntry, now: &ContractEntry) -> bool {
    before.settings.package == now.settings.package || before.out == now.out
}

/// Returns the side of a file as the list of the same revision describes it.
fn listed_side(file: &InputFile) -> Option<ContractInput> {
    let side = match file {
        InputFile::Disk(path) => {
            let folder = path.parent().filter(|folder| *folder != Path::new(""));
            let place = ListPlace::find(folder.unwrap_or(Path::new(".")))?;
            let jobs = jobs::jobs(&Generate::listed(Some(place.list)), Path::new("")).ok()?;
            let is_it = |job: &Job| is_same(job.input.contract.path(), path);
            jobs.into_iter().find(is_it)?.input
        }
        InputFile::Git(file) => {
            let file = file.whole()?;
            let folders = file.path.match_indices('/').map(|(at, _)| &file.path[..at]);
            let mut folders: Vec<&str> = folders.collect();
            folders.insert(0, "");
            let list = folders.into_iter().rev().find_map(|folder| {
                let repository = GitFile {
                    path: joined(folder, LIST),
                    ..file.clone()
                };
                let mut lists = [FOLDER, ""].into_iter();
                lists.find_map(|below| RevisionList::find(&repository, below, LIST))
            });
            let list = list?.ok()?;
            let sides = list.contracts.iter().map(|entry| list.side(entry));
            let is_file =
                |side: &ContractInput| matches!(&side.contract, InputFile::Git(found) if found.path == file.path);
            sides.into_iter().find(is_file)?
        }
    };
    Some(ContractInput {
        shown: file.shown(),
        ..side
    })
}

impl RevisionList {
    /// Reads the list of this name. `None`: the revision does not have it.
    fn find(repository: &GitFile, below: &'static str, name: &str) -> Option<Result<Self, RunError>> {
        let file = repository.beside(&joined(below, name));
        if !file.exists() {
            return None;
        }
        let read = || -> anyhow::Result<Self> {
            let text = String::from_utf8(file.bytes()?)?;
            Ok(Self {
                repository: repository.clone(),
                below,
                contracts: jobs::read_contracts(&text)?,
            })
        };
        Some(read().with_context(|| file.shown()).map_err(RunError::usage))
    }

    fn side(&self, entry: &ContractEntry) -> ContractInput {
        self.side_below(self.below, entry)
    }

    /// Returns the side of an entry with paths from this folder.
    fn side_below(&self, below: &str, entry: &ContractEntry) -> ContractInput {
        let at = |file: &String| self.repository.beside(&relative(below, file));
        let contract = at(&entry.file);
        let folder = contract.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let root = joined(folder, entry.settings.root.as_deref().unwrap_or_default());
        let inside = folder.strip_prefix(&root).unwrap_or_default().trim_start_matches('/');
        let overlays = entry.settings.overlays.iter().map(|file| InputFile::Git(at(file)));
        entry.settings.apply_to(ContractInput {
            inside: inside.to_owned(),
            root: InputFile::Git(GitFile {
                path: joined(&root, "contract"),
                ..contract.clone()
            }),
            ..ContractInput::alone(InputFile::Git(contract), overlays)
        })
    }
}
