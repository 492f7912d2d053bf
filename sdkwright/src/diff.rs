//! `diff`: two versions of a contract and the accepted changes in, a report of what changed out. Also the comparison for `release`.

mod sides;
mod text;

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Context as _;
use sdkwright_changes::{Change, ConductRisk, ContractDiff, Day, RustKind, Verdicts, WireBreak};

use crate::arguments::{Break, Diff, ReportFormat};
use crate::comparison;
use crate::jobs::{Job, Run};
use crate::named_version::NamedVersion;
use crate::place::ListPlace;
use crate::report::one_line;
use crate::terminal::{self, Exit, RunError, WorkBar};

/// The comparison of one contract, with the names of its sides.
struct Compared {
    base: String,
    revision: String,
    comparison: ContractDiff,
}

/// Runs the command.
pub(crate) fn run(run: &Run<'_>, arguments: &Diff) -> Result<Exit, RunError> {
    let mut all = Vec::new();
    let sides = sides::sides(run, arguments)?;
    for (base, revision) in sides.pairs {
        let Some((old, new)) = sides::versions(&base, &revision)? else {
            return Ok(Exit::Refused);
        };
        all.push(Compared {
            comparison: compare(&old, &new, &revision.shown),
            base: base.shown,
            revision: revision.shown,
        });
    }
    let accepted = match &arguments.accepted {
        Some(file) => AcceptedFile::load(file)?,
        None => AcceptedFile::default(),
    };
    let wanted = arguments.fail_on.unwrap_or(Break::Wire);
    let changes: Vec<&Change> = all.iter().flat_map(|compared| &compared.comparison.changes).collect();
    let stale = accepted.stale(&changes);
    match arguments.format {
        ReportFormat::Json => terminal::put_json(&text::json_report(&all, &accepted, &stale, wanted)),
        ReportFormat::Text => terminal::put_rendered(&text::text(&all, &accepted)),
        ReportFormat::Markdown => terminal::put(&text::markdown(&all, &accepted)),
    }
    for note in &sides.notes {
        match arguments.format {
            ReportFormat::Json => terminal::say(&format!("note: {note}")),
            ReportFormat::Text => terminal::put(&format!("{}\n", one_line(note))),
            ReportFormat::Markdown => terminal::put(&format!("{}\n\n", text::line(note))),
        }
    }
    for entry in &stale {
        terminal::say(&format!("warning: {entry}"));
    }
    let is_open = |change: &&Change| fails(change, wanted) && accepted.reason(change).is_none();
    let fails = arguments.fail_on.is_some() && (!stale.is_empty() || changes.iter().any(is_open));
    Ok(if fails { Exit::OutOfDate } else { Exit::Done })
}

/// Compares two versions of a contract that is shown as `name`.
fn compare(old: &NamedVersion, new: &NamedVersion, name: &str) -> ContractDiff {
    let progress = WorkBar::new(name);
    progress.counts("compare", 1, 2);
    comparison::compare(old, new, today())
}

/// Returns true if a change fails a run with this sense: a removal before the day that was announced fails in every sense.
fn fails(change: &Change, sense: Break) -> bool {
    breaks(&change.verdicts, sense) || change.is_before_sunset()
}

/// Returns true if a change breaks in this sense, or the verdict in this sense is missing.
fn breaks(verdicts: &Verdicts, sense: Break) -> bool {
    let wire = matches!(
        verdicts.wire.breaks,
        WireBreak::Sender | WireBreak::Receiver | WireBreak::Both
    );
    // A verdict that is missing may hide a break.
    let rust = verdicts.rust.kind >= RustKind::Unknown;
    let conduct = verdicts.conduct.risk >= ConductRisk::Unknown;
    match sense {
        Break::Wire => wire,
        Break::Rust => rust,
        Break::Conduct => conduct,
        Break::Any => wire || rust || conduct,
    }
}

/// Compares the recorded contract of a release with that of the working tree. `None`: one was refused, and the reasons
/// were told.
pub(crate) fn since(job: &Job, place: &ListPlace, recorded: &Path) -> Result<Option<ContractDiff>, RunError> {
    let Some((old, new)) = sides::versions(&sides::recorded(job, place, recorded), &job.input)? else {
        return Ok(None);
    };
    // Without the verdicts on Rust and conduct a step would be too small.
    let is_whole = old.named().is_some() && new.named().is_some();
    if !is_whole {
        terminal::say(NOT_RELEASED);
    }
    let comparison = is_whole.then(|| compare(&old, &new, &job.input.shown));
    let missing = comparison.iter().flat_map(|comparison| &comparison.changes);
    if let Some(change) = missing.into_iter().find(|change| change.is_missing()) {
        terminal::say(&format!("{}\n{NOT_RELEASED}", change.text));
        return Ok(None);
    }
    Ok(comparison)
}

/// Returns true if the contract of the working tree has no errors; tells that there are some.
pub(crate) fn is_sound(job: &Job) -> Result<bool, RunError> {
    let (version, said) = sides::version(&job.input)?;
    let is_sound = version.is_some_and(|version| version.named().is_some());
    if !is_sound {
        terminal::say_rendered(&format!("{said}\n{NOT_RELEASED}"));
    }
    Ok(is_sound)
}

const NOT_RELEASED: &str = "error: a contract with errors is not released, and nothing was written";

/// Returns the day in the form of changelogs.
pub(crate) fn day() -> String {
    today().map(|day| day.to_string()).unwrap_or_default()
}

/// Returns the day, in UTC.
fn today() -> Option<Day> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    Day::after_epoch(since.as_secs() / 86_400)
}

/// The file of `--accepted`: changes that stand.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AcceptedFile {
    accepted: Vec<AcceptedChange>,
}

/// A change that stands. What is left out matches everything, but an entry without both `pointer` and `operation` would
/// accept too much.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct AcceptedChange {
    id: String,
    pointer: Option<String>,
    operation: Option<String>,
    reason: String,
}

impl AcceptedFile {
    /// Reads the file.
    pub(crate) fn load(file: &Path) -> Result<Self, RunError> {
        let name = file.display().to_string();
        let text = std::fs::read_to_string(file)
            .with_context(|| name.clone())
            .map_err(RunError::files)?;
        let read = || -> anyhow::Result<Self> {
            let read: Self = serde_yaml::from_str(&text)?;
            for entry in &read.accepted {
                anyhow::ensure!(!entry.reason.trim().is_empty(), "`{}` has no reason", entry.id);
                let is_wide = entry.pointer.is_none() && entry.operation.is_none();
                anyhow::ensure!(
                    !is_wide,
                    "`{}` must have a `pointer` or an `operation`; without them it would accept every change of its kind",
                    entry.id
                );
            }
            Ok(read)
        };
        read().context(name).map_err(RunError::usage)
    }

    /// Returns the reason for which a change stands.
    pub(crate) fn reason(&self, change: &Change) -> Option<&str> {
        let found = self.accepted.iter().find(|entry| entry.matches(change));
        found.map(|entry| entry.reason.as_str())
    }

    /// Returns the entries that match no change, as sentences.
    fn stale(&self, changes: &[&Change]) -> Vec<String> {
        let stale = self
            .accepted
            .iter()
            .filter(|entry| !changes.iter().any(|change| entry.matches(change)));
        stale
            .map(|entry| {
                let at = entry
                    .pointer
                    .as_deref()
                    .or(entry.operation.as_deref())
                    .unwrap_or_default();
                format!(
                    "`{}` at {at} is accepted, but there is no such change; remove the entry",
                    entry.id
                )
            })
            .collect()
    }
}

impl AcceptedChange {
    fn matches(&self, change: &Change) -> bool {
        let is_at = |pointer: &String| {
            let places = [&change.base, &change.revision];
            places.into_iter().flatten().any(|place| place.pointer == *pointer)
        };
        self.id == change.id
            && self.pointer.as_ref().is_none_or(is_at)
            && self
                .operation
                .as_ref()
                .is_none_or(|operation| change.operations.contains(operation))
    }
}
