//! `lint`: contracts in; what in them costs their users money, time or data out.

use anyhow::Context as _;
use sdkwright_contract::diag::{Level, Report};
use sdkwright_contract::{Contract, Inputs, SourceFile, Stage, diag};

use super::terminal::{Ended, Fault};
use crate::arguments::{Format, Lint};
use crate::jobs::{Job, jobs};
use crate::progress::Progress;
use crate::report::plural;
use crate::run::Run;
use crate::terminal;

/// Runs the command.
pub(crate) fn run(run: &Run<'_>, arguments: &Lint) -> Result<Ended, Fault> {
    let jobs = jobs(&arguments.as_generate(), run.folder)?;
    let mut ended = Ended::Done;
    for job in &jobs {
        let this = one(arguments, job).map_err(Fault::files)?;
        if this != Ended::Done && ended != Ended::Refused {
            ended = this;
        }
    }
    Ok(ended)
}

fn one(arguments: &Lint, job: &Job) -> anyhow::Result<Ended> {
    let read = |path: &std::path::Path| crate::referred::read_limited(path).with_context(|| path.display().to_string());
    let bytes = read(&job.contract)?;
    let mut overlays = Vec::new();
    for (path, shown) in &job.overlays {
        overlays.push((shown.as_str(), read(path)?));
    }
    let overlays: Vec<SourceFile<'_>> = overlays
        .iter()
        .map(|(name, bytes)| SourceFile { name, bytes })
        .collect();
    let others = |path: &str| crate::referred::read(&job.root, path);
    let inputs = Inputs {
        contract: SourceFile {
            name: &job.shown,
            bytes: &bytes,
        },
        overlays: &overlays,
        others: &others,
        inside: &job.inside,
        only: job.only.clone(),
        levels: job.levels.clone(),
    };
    let mut report = Report::new(job.levels.clone());
    let progress = Progress::new(&job.shown);
    let begins = |stage: Stage| progress.counts(stage.word(), stage as usize, 5);
    let contract = Contract::read(&inputs, &begins, &mut report);
    let read = contract.and_then(|contract| Some((contract.meaning(&begins, &mut report)?, contract)));
    if let Some((api, contract)) = read.filter(|_| !report.has_errors()) {
        progress.counts("lint", 4, 5);
        let found = contract.lint(&api, &job.allowed, &report);
        drop(progress);
        tell(arguments.format, &found);
        return Ok(ending(arguments.format, &job.shown, &found));
    }
    drop(progress);
    tell(arguments.format, &report);
    let errors = plural(report.errors(), "error");
    terminal::say(&format!("error: {} was refused ({errors})", job.shown));
    Ok(Ended::Refused)
}

fn tell(format: Format, report: &Report) {
    match format {
        Format::Json => terminal::put(&diag::render_json(report)),
        Format::Text => terminal::put_rendered(&diag::render(report, true)),
    }
}

/// Counts the findings on standard error: a warning or an error fails the run, a note does not.
fn ending(format: Format, contract: &str, report: &Report) -> Ended {
    let count = |wanted: Level| -> usize {
        let all = report.summary().into_iter();
        all.filter(|one| one.level == wanted).map(|one| one.count).sum()
    };
    let counts = [
        (Level::Error, "error"),
        (Level::Warning, "warning"),
        (Level::Note, "note"),
    ];
    let said: Vec<String> = counts
        .into_iter()
        .map(|(level, word)| (count(level), word))
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| plural(count, word))
        .collect();
    let said = if said.is_empty() {
        "no findings".to_owned()
    } else {
        said.join(", ")
    };
    if format == Format::Text {
        terminal::say(&format!("{contract}: {said}"));
    }
    if count(Level::Error) + count(Level::Warning) > 0 {
        Ended::OutOfDate
    } else {
        Ended::Done
    }
}
