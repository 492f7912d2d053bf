//! The pairs that a command line names: two files, or contracts of `contracts.yaml` with an earlier version of each.

use std::path::Path;

use super::listed;
use super::side::{ComparedPairs, recorded};
use crate::arguments::{Diff, Generate};
use crate::git::Revision;
use crate::input::{ContractInput, InputFile};
use crate::jobs::{self, Job, is_same};
use crate::place::ListPlace;
use crate::run::Run;
use crate::terminal::RunError;

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
        (Some(place), _) if !wanted.is_empty() => listed::since(place, revision, &wanted),
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
        .then(|| listed::side(&base).zip(listed::side(&revision)))
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
