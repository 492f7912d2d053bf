//! `release`: the version, the changelog and the recorded contract of each crate, from what changed since its last release.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use sdkwright_changes::Change;
use sdkwright_changes::release::{self, Numbers, ReleaseStep};
use sdkwright_contract::diag::{Levels, Report};
use sdkwright_contract::source;

use super::terminal::{Exit, RunError};
use crate::arguments::{Generate, Release};
use crate::diff::{self, AcceptedFile};
use crate::folder::{self, Folder};
use crate::jobs::{self, Job, Run};
use crate::place::ListPlace;
use crate::terminal;

/// Heading below which the entries of releases stand.
const HEAD: &str = "# Changelog\n";

/// One crate, and what its release is.
struct PlannedRelease {
    package: String,
    /// Position in the list.
    at: usize,
    current: String,
    next: String,
    step: ReleaseStep,
    /// Version of the last release.
    since: Option<Numbers>,
    entry: String,
    /// Removals before the day that was announced, as sentences.
    early: Vec<String>,
}

/// Runs the command.
pub(crate) fn run(run: &Run<'_>, arguments: &Release) -> Result<Exit, RunError> {
    let jobs = jobs::jobs(&Generate::listed(arguments.contracts.clone()), run.folder)?;
    let place = ListPlace::named_or_found(arguments.contracts.as_deref(), run.folder);
    let place = place.ok_or_else(|| {
        RunError::usage(anyhow!(
            "there is no contracts.yaml; write one with `sdkwright init`, or pass one with --contracts"
        ))
    })?;
    let accepted = match &arguments.accepted {
        Some(file) => AcceptedFile::load(file)?,
        None => AcceptedFile::default(),
    };
    let mut planned = Vec::new();
    for (at, job) in jobs.iter().enumerate() {
        let package = job.package.name.clone().unwrap_or_default();
        if arguments.package.as_ref().is_some_and(|wanted| *wanted != package) {
            continue;
        }
        match plan(job, &place, at, package, &accepted)? {
            Some(plan) => planned.push((plan, job)),
            None => return Ok(Exit::Refused),
        }
    }
    if let (Some(package), true) = (&arguments.package, planned.is_empty()) {
        return Err(RunError::usage(anyhow!(
            "no entry of {} has `package: {package}`; correct the name",
            place.shown(&place.list)
        )));
    }
    let early: Vec<&String> = planned.iter().flat_map(|(plan, _)| &plan.early).collect();
    for sentence in &early {
        terminal::say(&format!("error: {sentence}"));
    }
    let has_none = |job: &Job| job.package.facts.repository.is_none();
    for (plan, _) in planned.iter().filter(|(_, job)| has_none(job)) {
        terminal::say(&format!(
            "note: {} has no `repository`, so that users cannot find its source; set it in {}",
            plan.package,
            place.shown(&place.list)
        ));
    }
    if arguments.check {
        let ended = check(&planned);
        return Ok(if early.is_empty() { ended } else { Exit::OutOfDate });
    }
    for (plan, job) in &planned {
        terminal::put(&told(plan));
        if !arguments.plan && early.is_empty() && plan.is_needed() {
            write(plan, job, &place)?;
        }
    }
    Ok(if early.is_empty() { Exit::Done } else { Exit::OutOfDate })
}

impl PlannedRelease {
    /// Returns true if there is something to release.
    fn is_needed(&self) -> bool {
        self.since.is_none() || self.step != ReleaseStep::None
    }
}

/// Plans the release of one crate. `None`: a contract was refused, and the reasons were told.
fn plan(
    job: &Job,
    place: &ListPlace,
    at: usize,
    package: String,
    accepted: &AcceptedFile,
) -> Result<Option<PlannedRelease>, RunError> {
    let current = job.package.facts.version.clone();
    let numbers = Numbers::parse(&current).ok_or_else(|| {
        RunError::usage(anyhow!(
            "`version: {current}` is not a version of three numbers, such as `0.1.0`"
        ))
    })?;
    let folder = place.history(&package);
    let Some((since, file)) = last(&folder)? else {
        if !diff::is_sound(job)? {
            return Ok(None);
        }
        return Ok(Some(PlannedRelease {
            next: current.clone(),
            entry: format!("## [{current}] - {}\n\nThe first release.\n", diff::day()),
            step: ReleaseStep::None,
            early: Vec::new(),
            since: None,
            package,
            at,
            current,
        }));
    };
    let Some(comparison) = diff::since(job, place, &file)? else {
        return Ok(None);
    };
    let step = release::step(&comparison);
    if numbers < since {
        return Err(RunError::usage(anyhow!(
            "{package}: `version: {current}` is lower than the last release {since}"
        )));
    }
    // A version that somebody raised far enough stays.
    let wanted = since.after(step);
    let next = if numbers >= wanted {
        current.clone()
    } else {
        wanted.to_string()
    };
    let is_early = |change: &&Change| change.is_before_sunset() && accepted.reason(change).is_none();
    let early = comparison.changes.iter().filter(is_early);
    Ok(Some(PlannedRelease {
        early: early.map(|change| too_early(&package, change)).collect(),
        entry: release::entry(&next, &diff::day(), &comparison),
        step,
        since: Some(since),
        package,
        at,
        current,
        next,
    }))
}

/// Returns the sentence about a removal before the day that was announced for it.
fn too_early(package: &str, change: &Change) -> String {
    let place = change.base.as_ref();
    let at = place.map_or_else(String::new, |place| {
        format!("{}:{}:{} {}: ", place.file, place.line, place.column, place.pointer)
    });
    format!(
        "{at}{package}: {}; {}; keep it until its `x-sunset`, or accept `{}` with a reason (`--accepted`)",
        change.text, change.verdicts.wire.reason, change.id
    )
}

/// Returns the version and the contract of the last release.
fn last(folder: &Path) -> Result<Option<(Numbers, PathBuf)>, RunError> {
    if !folder.is_dir() {
        return Ok(None);
    }
    let shown = || folder.display().to_string();
    let entries = std::fs::read_dir(folder).with_context(shown).map_err(RunError::files)?;
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.with_context(shown).map_err(RunError::files)?.path();
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        if let Some(version) = name.strip_suffix(".yaml").and_then(Numbers::parse) {
            found.push((version, path));
        }
    }
    found.sort();
    Ok(found.pop())
}

fn told(plan: &PlannedRelease) -> String {
    let PlannedRelease {
        package,
        current,
        next,
        step,
        since,
        entry,
        ..
    } = plan;
    match since {
        None => format!("{package} {current}: the first release; there is no earlier one to compare with\n"),
        Some(since) if *step == ReleaseStep::None => format!("{package}: nothing changed since {since}\n"),
        Some(since) => format!("{package}: {} since {since}: {next}\n\n{entry}\n", step.word()),
    }
}

fn check(planned: &[(PlannedRelease, &Job)]) -> Exit {
    let mut ended = Exit::Done;
    for (plan, _) in planned {
        if plan.step == ReleaseStep::Breaking && plan.next != plan.current {
            let since = plan.since.map(|since| since.to_string()).unwrap_or_default();
            terminal::say(&format!(
                "{}: the contract has breaking changes since {since}, but the version is {}; run `release`, which sets it to {}",
                plan.package, plan.current, plan.next
            ));
            ended = Exit::OutOfDate;
        }
    }
    ended
}

/// Writes the recorded contract, the changelog, and the version last: until it stands there, nothing is released.
fn write(plan: &PlannedRelease, job: &Job, place: &ListPlace) -> Result<(), RunError> {
    let folder = place.history(&plan.package);
    let recorded = folder.join(format!("{}.yaml", plan.next));
    let changelog = job.out.join("CHANGELOG.md");
    let before = std::fs::read_to_string(&changelog).unwrap_or_default();
    let rest = before.strip_prefix(HEAD).unwrap_or(&before).trim_start();
    let log = format!("{HEAD}\n{}\n{rest}", plan.entry);
    let list = RunError::at(&place.list, std::fs::read_to_string(&place.list))?;
    let list = raised(&list, plan)?;
    let save = |path: &Path, text: &str| -> Result<(), RunError> {
        // A link among the folders below the list is not followed either.
        let below = path.strip_prefix(&place.folder).ok().and_then(Path::to_str);
        let written = match below {
            Some(below) => Folder::made(&place.folder).and_then(|folder| folder.replace(below, text.as_bytes())),
            None => path
                .parent()
                .map_or(Ok(()), std::fs::create_dir_all)
                .and_then(|()| folder::replace(path, text.as_bytes())),
        };
        written
            .with_context(|| path.display().to_string())
            .map_err(RunError::files)?;
        terminal::say(&format!("{}: written", place.shown(path)));
        Ok(())
    };
    save(&recorded, &laid(job)?)?;
    save(&changelog, &log)?;
    save(&place.list, &list)?;
    terminal::say("run `generate`, so that the crate gets the new version");
    Ok(())
}

/// Returns the contract with its overlays applied.
fn laid(job: &Job) -> Result<String, RunError> {
    let tree = job.input.laid(&mut Report::new(Levels::lenient()))?;
    let root = tree.as_ref().and_then(source::Tree::root);
    root.map(source::to_yaml).ok_or_else(|| {
        let what = format!("{} cannot be read; `generate` shows the reasons", job.input.shown);
        RunError(Exit::Refused, anyhow!(what))
    })
}

/// Returns the list of contracts with the new version of one entry; all else stays as it is written.
fn raised(list: &str, plan: &PlannedRelease) -> Result<String, RunError> {
    let mut report = Report::new(Levels::lenient());
    let tree = source::load("contracts.yaml", list.as_bytes(), &mut report);
    let root = tree.as_ref().and_then(source::Tree::root);
    let entry = root.and_then(|root| root.get("contracts")?.items().nth(plan.at));
    let span = entry.and_then(|entry| Some(entry.get("version")?.span()));
    let parts = span.and_then(|span| {
        let (start, end) = (span.start as usize, span.end as usize);
        Some((list.get(..start)?, list.get(start..end)?, list.get(end..)?))
    });
    let (before, old, after) =
        parts.ok_or_else(|| RunError::usage(anyhow!("the version of {} was not found", plan.package)))?;
    let new = old.replacen(&plan.current, &plan.next, 1);
    Ok(format!("{before}{new}{after}"))
}
