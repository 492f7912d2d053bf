//! `lint`: contracts in; what in them costs their users money, time or data out.

use sdkwright_contract::diag::{self, Level, Report};
use sdkwright_contract::{Contract, Stage};

use super::terminal::{Exit, RunError};
use crate::arguments::{Format, Lint};
use crate::jobs::{Job, Run, jobs};
use crate::report::{listed_counts, plural};
use crate::terminal::{self, WorkBar};

/// Runs the command.
pub(crate) fn run(run: &Run<'_>, arguments: &Lint) -> Result<Exit, RunError> {
    let jobs = jobs(&arguments.as_generate(), run.folder)?;
    let mut ended = Exit::Done;
    for job in &jobs {
        let this = one(arguments, job)?;
        if this != Exit::Done && ended != Exit::Refused {
            ended = this;
        }
    }
    Ok(ended)
}

fn one(arguments: &Lint, job: &Job) -> Result<Exit, RunError> {
    let (input, mut report) = (&job.input, Report::new(job.input.levels.clone()));
    let found = input.with_inputs(|inputs| {
        let progress = WorkBar::new(&input.shown);
        let begins = |stage: Stage| progress.counts(stage.word(), stage as usize, 5);
        let contract = Contract::from_inputs(&inputs, &begins, &mut report)?;
        let api = contract.meaning(&begins, &mut report)?;
        progress.counts("lint", 4, 5);
        (!report.has_errors()).then(|| contract.lint(&api, &job.allowed, &report))
    })?;
    tell(arguments.format, found.as_ref().unwrap_or(&report));
    if let Some(found) = found {
        return Ok(ending(arguments.format, &input.shown, &found));
    }
    let errors = plural(report.errors(), "error");
    terminal::say(&format!("error: {} was refused ({errors})", input.shown));
    Ok(Exit::Refused)
}

fn tell(format: Format, report: &Report) {
    match format {
        Format::Json => terminal::put(&diag::render_json(report)),
        Format::Text => terminal::put_rendered(&diag::render(report, true)),
    }
}

/// Counts the findings on standard error: a warning or an error fails the run, a note does not.
fn ending(format: Format, contract: &str, report: &Report) -> Exit {
    let [failing @ .., _] = &LEVELS;
    let said = listed_counts(report, &LEVELS);
    let said = if said.is_empty() { "no findings" } else { &said };
    if format == Format::Text {
        terminal::say(&format!("{contract}: {said}"));
    }
    if listed_counts(report, failing).is_empty() {
        Exit::Done
    } else {
        Exit::OutOfDate
    }
}

/// The levels to count; notes fail no run.
const LEVELS: [(Level, &str); 3] = [
    (Level::Error, "error"),
    (Level::Warning, "warning"),
    (Level::Note, "note"),
];
