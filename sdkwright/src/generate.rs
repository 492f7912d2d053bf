//! `generate`: contracts in; crates, or their differences, out.

use std::fmt::Write as _;
use std::path::PathBuf;

use crate::drift::{self, Cause};
use anyhow::Context as _;
use sdkwright_codegen::output::{self, OutputTree, Plan};
use sdkwright_codegen::{CrateOptions, Hooks};
use sdkwright_contract::{Inputs, SourceFile, Stage};

use crate::arguments::{Format, Generate};
use crate::disk::Disk;
use crate::fault::{Ended, Fault};
use crate::jobs::{Job, jobs};
use crate::progress::{Pace, Progress};
use crate::report::{self, Findings};
use crate::run::{CHECK, Part, Run};
use crate::templates::TEMPLATES;
use crate::terminal::Status;
use crate::timings::Timings;
use crate::{apply, check, code, progress, terminal};

/// Runs the command.
pub(crate) fn run(run: &Run<'_>, arguments: &Generate) -> Ended {
    let timings = Timings::start();
    let ended = all(run, arguments, &timings);
    if arguments.timings {
        terminal::say(&timings.table());
    }
    match ended {
        Ok(ended) => ended,
        Err(fault) => {
            report::failure(arguments.format, &fault);
            fault.0
        }
    }
}

fn all(run: &Run<'_>, arguments: &Generate, timings: &Timings) -> Result<Ended, Fault> {
    let jobs = jobs(arguments, run.folder)?;
    // Every contract is read before the first file is written: a refused one changes nothing.
    let mut made = Vec::new();
    for job in &jobs {
        match tree(run, arguments, job, timings).map_err(Fault::files)? {
            Some(made_now) => made.push(made_now),
            None => return Ok(Ended::Refused),
        }
    }
    let mut ended = Ended::Done;
    for (job, one) in jobs.iter().zip(&made) {
        if settle(run, arguments, job, one, timings).map_err(Fault::files)? == Ended::OutOfDate {
            ended = Ended::OutOfDate;
        }
    }
    Ok(ended)
}

/// Reads files; returns their content by display name.
fn read_all(files: &[(PathBuf, String)]) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let read = |(path, shown): &(PathBuf, String)| {
        let bytes = std::fs::read(path).with_context(|| format!("the overlay {} cannot be read", path.display()))?;
        Ok((shown.clone(), bytes))
    };
    files.iter().map(read).collect()
}

/// Runs a part of the work, and tells its stage if the run takes longer than a second.
fn watched<T>(run: &Run<'_>, what: &str, work: impl FnOnce(&Progress) -> T) -> T {
    let mut status = Status::new();
    let pace = Pace::after(run.began.elapsed(), terminal::is_watched());
    progress::watched(what, pace, |line| status.show(line), work)
}

/// Files of one contract, with what is known of them.
struct Made {
    tree: OutputTree,
    findings: Findings,
    /// Sources of the files, for a check.
    sources: Option<output::Sources>,
}

/// Generates the tree of one contract with its findings. `None`: it was refused.
fn tree(run: &Run<'_>, arguments: &Generate, job: &Job, timings: &Timings) -> anyhow::Result<Option<Made>> {
    let format = arguments.format;
    timings.begin("read");
    let bytes = std::fs::read(&job.contract)
        .with_context(|| format!("the contract {} cannot be read", job.contract.display()))?;
    let overlays = read_all(&job.overlays)?;
    let overlays: Vec<SourceFile<'_>> = overlays
        .iter()
        .map(|(name, bytes)| SourceFile { name, bytes })
        .collect();
    let mut files = vec![job.contract.clone()];
    files.extend(job.overlays.iter().map(|(path, _)| path.clone()));
    run.read.borrow_mut().extend(files);
    // `parse` asks only for relative paths that stay below this folder.
    let others = |path: &str| {
        let bytes = crate::referred::read(&job.root, path);
        run.read.borrow_mut().push(job.root.join(path));
        bytes
    };
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
    let options = CrateOptions {
        package: job.package.clone(),
        overrides: job.overrides.clone(),
        templates: TEMPLATES,
    };
    let made = watched(run, &job.shown, |progress| {
        let begins = |stage: Stage| {
            timings.begin(stage.word());
            progress.begins(stage);
        };
        let hooks = Hooks {
            sources: arguments.check,
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            begins: &begins,
            emitted: &|done, all| progress.emitted(done, all),
        };
        sdkwright_codegen::generate(&inputs, &options, hooks)
    });
    timings.begin("tell");
    let generated = match made {
        Ok(generated) => generated,
        Err(report) => {
            let errors = report::plural(report.errors(), "error");
            let findings = Findings {
                report: *report,
                fallbacks: Vec::new(),
                schemas: 0,
                chosen: None,
            };
            report::findings(format, &job.shown, &findings);
            report::ending(
                format,
                &job.shown,
                &job.folder,
                &findings,
                "refused",
                &Plan::default(),
                &[],
            );
            terminal::say(&format!(
                "error: {} was refused ({errors}); nothing was written",
                job.shown
            ));
            return Ok(None);
        }
    };
    let findings = Findings {
        report: generated.report,
        fallbacks: generated.fallbacks.into_iter().collect(),
        schemas: generated.schemas,
        chosen: generated.chosen,
    };
    report::findings(format, &job.shown, &findings);
    let sources = generated.sources;
    if run.part == Part::Crate {
        return Ok(Some(Made {
            tree: generated.tree,
            findings,
            sources,
        }));
    }
    // Cargo shows nothing else of a build script that succeeds.
    for line in report::counts(&job.shown, &findings).lines() {
        terminal::put(&format!("cargo::warning={line}\n"));
    }
    let (code, features) = code::of(&generated.tree);
    run.features.borrow_mut().extend(features);
    Ok(Some(Made {
        tree: code,
        findings,
        sources,
    }))
}

/// Writes the crate, or prints its differences.
fn settle(run: &Run<'_>, arguments: &Generate, job: &Job, made: &Made, timings: &Timings) -> anyhow::Result<Ended> {
    let Made {
        tree,
        findings,
        sources,
    } = made;
    timings.begin("list");
    let mut disk = Disk::new(&job.out);
    let there = disk.list(tree, &job.keep)?;
    timings.begin("plan");
    let mut plan = output::plan(tree, &there.files, &job.keep);
    plan.strangers.extend(there.links.iter().cloned());
    timings.begin("apply");
    let tell = |outcome, causes: &[Cause]| {
        report::ending(
            arguments.format,
            &job.shown,
            &job.folder,
            findings,
            outcome,
            &plan,
            causes,
        );
    };
    if plan.is_empty() {
        tell("unchanged", &[]);
        let files = report::plural(tree.files().count(), "file");
        terminal::say(&format!("{}: up to date, {files}", job.folder));
        return Ok(Ended::Done);
    }
    if arguments.check {
        let causes = sources
            .as_ref()
            .map(|sources| drift::explain(tree, &plan, &there.files, sources));
        let causes = causes.unwrap_or_default();
        tell("out-of-date", &causes);
        if arguments.format == Format::Text {
            let colours = terminal::colours_on_stdout();
            let diff = check::diff(&job.folder, tree, &plan, &there.files);
            let lines = diff.lines().fold(String::new(), |text, line| {
                text + &terminal::diff_line(line, colours) + "\n"
            });
            terminal::put_rendered(&lines);
            terminal::put(&check::causes(&causes));
        }
        let cure = match run.part {
            Part::Crate => format!("run `{}`", check::command(&run.line)),
            Part::Code => format!("build the package without {CHECK}"),
        };
        terminal::say(&format!("{} is out of date: {cure}", job.folder));
        return Ok(Ended::OutOfDate);
    }
    if !plan.strangers.is_empty() {
        tell("strangers", &[]);
        let list = plan.strangers.iter().fold(String::new(), |list, path| {
            let link = if there.links.contains(path) { " (a link)" } else { "" };
            format!("{list}\n  {}/{path}{link}", job.folder.trim_end_matches('/'))
        });
        let more = if there.more { "\n  and more" } else { "" };
        anyhow::bail!(
            "these files were not generated by this command, so nothing was written; move them (your code belongs in src/custom or in a folder listed in `keep`):{list}{more}"
        );
    }
    watched(run, &job.shown, |progress| {
        progress.at(progress::WRITE);
        apply::apply(tree, &plan, &mut disk)
    })
    .with_context(|| job.out.display().to_string())?;
    tell("written", &[]);
    terminal::say(&format!("{}: {}", job.folder, summary(&plan, tree.files().count())));
    Ok(Ended::Done)
}

/// Returns the number of files that were written, removed and left unchanged.
fn summary(plan: &Plan, all: usize) -> String {
    let written = plan.create.len() + plan.update.len();
    let mut text = format!("{} written", report::plural(written, "file"));
    if written == 0 && plan.manifest {
        "only the list of files written".clone_into(&mut text);
    }
    let counts = [
        (plan.remove.len(), "removed"),
        (all.saturating_sub(written), "unchanged"),
    ];
    for (count, what) in counts.into_iter().filter(|(count, _)| *count > 0) {
        let _ = write!(text, ", {count} {what}");
    }
    text
}
