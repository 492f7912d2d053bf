//! The sides of a contract of `contracts.yaml`: each with the overlays, names and filters that its own revision lists.

use std::path::Path;

use anyhow::Context as _;

use super::side::ComparedPairs;
use crate::arguments::Generate;
use crate::git::{GitFile, Revision, joined};
use crate::input::{ContractInput, InputFile};
use crate::jobs::{self, ContractEntry, Job, is_same};
use crate::place::{FOLDER, LIST, ListPlace, relative};
use crate::terminal::RunError;

/// The list of a revision.
struct RevisionList {
    /// The list by its path from the repository that it describes, as a file of that folder.
    repository: GitFile,
    below: &'static str,
    contracts: Vec<ContractEntry>,
}

/// Returns the pairs of these entries of the working tree's list with the same entries of a revision.
pub(super) fn since(place: &ListPlace, name: &str, jobs: &[(usize, &Job)]) -> Result<ComparedPairs, RunError> {
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
pub(super) fn side(file: &InputFile) -> Option<ContractInput> {
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
