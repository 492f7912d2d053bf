//! The sides of a contract of `contracts.yaml`: each with the overlays, names and filters that its own revision lists.

use std::path::Path;

use anyhow::Context as _;
use sdkwright_codegen::naming::Overrides;

use super::git::{GitFile, Revision, joined};
use super::side::{Place, Side, Sides, working};
use crate::arguments::Generate;
use crate::jobs::{self, Contract, Job, LEVEL, is_same};
use crate::place::{FOLDER, LIST, Place as ListPlace, relative};
use crate::settings::Schemas;
use crate::terminal::Fault;

/// The list of a revision.
struct List {
    /// The list by its path from the repository that it describes, as a file of that folder.
    repository: GitFile,
    below: &'static str,
    contracts: Vec<Contract>,
}

/// Returns the pairs of these entries of the working tree's list with the same entries of a revision.
pub(super) fn since(place: &ListPlace, name: &str, jobs: &[(usize, &Job)]) -> Result<Sides, Fault> {
    let contracts = jobs::listed(place)?;
    let repository = Revision::find(&place.repository, name)?.file(LIST);
    let named = place.list.file_name().unwrap_or_default().to_string_lossy();
    let lists = [(place.below, &*named), (FOLDER, LIST), ("", LIST)];
    let old = lists
        .into_iter()
        .find_map(|(below, name)| List::read(&repository, below, name));
    let old = old.transpose()?.unwrap_or(List {
        repository,
        below: place.below,
        contracts: Vec::new(),
    });
    let mut sides = Sides::default();
    for (at, job) in jobs {
        let Some(now) = contracts.get(*at) else { continue };
        let before = old.contracts.iter().find(|before| is_entry(before, now));
        let base = before.map_or_else(
            // An overlay that the revision does not list was not applied there.
            || Side {
                overlays: Vec::new(),
                ..old.side_below(place.below, now)
            },
            |before| old.side(before),
        );
        match &base.contract {
            Place::Git(file) if !file.exists() => sides.notes.push(format!(
                "{} is new: {} does not exist, so there is nothing to compare with",
                job.shown, base.shown
            )),
            _ => sides.pairs.push((base, working(job))),
        }
    }
    let is_gone = |before: &&Contract| !contracts.iter().any(|now| is_entry(before, now));
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
fn is_entry(before: &Contract, now: &Contract) -> bool {
    before.settings.package == now.settings.package || before.out == now.out
}

/// Returns the side of a file as the list of the same revision describes it.
pub(super) fn side(file: &Place) -> Option<Side> {
    let side = match file {
        Place::Disk(path) => {
            let folder = path.parent().filter(|folder| *folder != Path::new(""));
            let place = ListPlace::find(folder.unwrap_or(Path::new(".")))?;
            let jobs = jobs::jobs(&Generate::listed(Some(place.list)), Path::new("")).ok()?;
            working(jobs.iter().find(|job| is_same(&job.contract, path))?)
        }
        Place::Git(file) => {
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
                lists.find_map(|below| List::read(&repository, below, LIST))
            });
            let list = list?.ok()?;
            let sides = list.contracts.iter().map(|entry| list.side(entry));
            let is_file = |side: &Side| matches!(&side.contract, Place::Git(found) if found.path == file.path);
            sides.into_iter().find(is_file)?
        }
    };
    Some(Side {
        shown: file.shown(),
        ..side
    })
}

impl List {
    /// Reads the list of this name. `None`: the revision does not have it.
    fn read(repository: &GitFile, below: &'static str, name: &str) -> Option<Result<Self, Fault>> {
        let file = repository.beside(&joined(below, name));
        if !file.exists() {
            return None;
        }
        let read = || -> anyhow::Result<Self> {
            let text = String::from_utf8(file.read()?)?;
            Ok(Self {
                repository: repository.clone(),
                below,
                contracts: jobs::read_contracts(&text)?,
            })
        };
        Some(read().with_context(|| file.shown()).map_err(Fault::usage))
    }

    fn side(&self, entry: &Contract) -> Side {
        self.side_below(self.below, entry)
    }

    /// Returns the side of an entry with paths from this folder.
    fn side_below(&self, below: &str, entry: &Contract) -> Side {
        let at = |file: &str| self.repository.beside(&relative(below, file));
        let settings = &entry.settings;
        let contract = at(&entry.file);
        let folder = contract.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let root = joined(folder, settings.root.as_deref().unwrap_or_default());
        let inside = folder.strip_prefix(&root).unwrap_or_default().trim_start_matches('/');
        let overlays = settings.overlays.iter().map(|file| {
            let file = at(file);
            let shown = file.shown();
            (Place::Git(file), shown)
        });
        Side {
            shown: contract.shown(),
            overlays: overlays.collect(),
            inside: inside.to_owned(),
            root: Place::Git(GitFile {
                path: joined(&root, "contract"),
                ..contract.clone()
            }),
            overrides: Overrides::new(settings.names.clone()),
            only: settings.only.only(settings.schemas.unwrap_or(Schemas::All)),
            levels: settings.levels(LEVEL),
            contract: Place::Git(contract),
        }
    }
}
