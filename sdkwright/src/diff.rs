//! `diff`: two versions of a contract in, a report of what changed out.

pub(crate) mod accepted;
mod json;
mod listed;
mod side;
mod sides;
mod text;

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use sdkwright_changes::{Change, ConductRisk, ContractDiff, Day, RustKind, Verdicts, WireBreak};

use super::terminal::{Exit, RunError};
use crate::arguments::{Break, Diff, ReportFormat};
use crate::jobs::Job;
use crate::named_version::NamedVersion;
use crate::place::ListPlace;
use crate::progress::WorkBar;
use crate::run::Run;
use crate::{comparison, terminal};
use accepted::AcceptedFile;

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
        let Some((old, new)) = side::versions(&base, &revision)? else {
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
        ReportFormat::Json => terminal::put_json(&json::report(&all, &accepted, &stale, wanted)),
        ReportFormat::Text => terminal::put_rendered(&text::text(&all, &accepted)),
        ReportFormat::Markdown => terminal::put(&text::markdown(&all, &accepted)),
    }
    for note in &sides.notes {
        match arguments.format {
            ReportFormat::Json => terminal::say(&format!("note: {note}")),
            ReportFormat::Text => terminal::put(&format!("{}\n", text::plain(note))),
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
    let Some((old, new)) = side::versions(&side::recorded(job, place, recorded), &job.input)? else {
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
    let (version, said) = side::version(&job.input)?;
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
