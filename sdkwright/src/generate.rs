//! `generate`: contracts in; crates, or their differences, out. The templates of the pages are inside the program: it needs no
//! file at run time.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

use anyhow::Context as _;
use sdkwright_codegen::output::{self, MANIFEST, OutputPlan, OutputTree};
use sdkwright_codegen::package::features;
use sdkwright_codegen::{CrateOptions, Generated, Hooks};
use sdkwright_contract::{Inputs, Stage};

use crate::arguments::{Format, Generate};
use crate::disk::{Disk, FileSystem, threads};
use crate::drift::{self, DriftCause};
use crate::jobs::{CHECK, Job, Run, WrittenPart, jobs};
use crate::kept::{self, KeptRun, NewCrate, RunPlace};
use crate::place::ListPlace;
use crate::report::{self, JobReport};
use crate::terminal::{self, Exit, RunError, Timings, WorkBar};

/// Time between two looks at the files that are watched.
const LOOK: Duration = Duration::from_millis(200);

/// Runs the command, and with `--watch` again after each change of a file that it read.
pub(crate) fn run(run: &Run<'_>, arguments: &Generate) -> Exit {
    loop {
        let began = SystemTime::now();
        let ended = once(run, arguments);
        if !arguments.watch || matches!(ended, Exit::Usage | Exit::FileSystem) {
            return ended;
        }
        let mut files = run.read.take();
        let list = ListPlace::named_or_found(arguments.contracts.as_deref(), run.folder);
        files.extend(list.map(|place| place.list));
        files.extend(arguments.config.clone());
        let stamps = || files.iter().map(|file| changed_at(file)).collect::<Vec<_>>();
        let known = stamps();
        terminal::say(&format!(
            "watching {}; Ctrl-C ends",
            report::plural(files.len(), "file")
        ));
        // One that changed during the run is generated at once.
        if known.iter().flatten().all(|at| *at < began) {
            while stamps() == known {
                std::thread::sleep(LOOK);
            }
        }
    }
}

/// Returns the time of a file's last change; `None` for one that is not there.
fn changed_at(file: &Path) -> Option<SystemTime> {
    file.metadata().and_then(|about| about.modified()).ok()
}

fn once(run: &Run<'_>, arguments: &Generate) -> Exit {
    let timings = Timings::start();
    let ended = all(run, arguments, &timings);
    if arguments.timings {
        terminal::say(&timings.table());
    }
    report::ended(arguments.format, ended)
}

fn all(run: &Run<'_>, arguments: &Generate, timings: &Timings) -> Result<Exit, RunError> {
    let jobs = jobs(arguments, run.folder)?;
    // Every contract is read before the first file is written: a refused one changes nothing.
    let mut made = Vec::new();
    for job in &jobs {
        // What machines read is complete each time, and cargo itself tells when a build script runs.
        let is_kept = arguments.format == Format::Text && run.part == WrittenPart::Crate;
        let place = is_kept.then(|| RunPlace::new(job)).flatten();
        timings.begin("compare");
        let last = place.as_ref().filter(|_| !arguments.full).and_then(RunPlace::last);
        if let Some(kept) = last.as_ref().filter(|last| last.is_current(&job.out)) {
            run.read.borrow_mut().extend(kept.inputs().cloned());
            terminal::put_aside_rendered(&kept.findings);
            up_to_date(job, kept.files());
            continue;
        }
        match tree(run, arguments, job, last.as_ref(), timings)? {
            Some(made_now) => made.push((job, place, made_now)),
            None => return Ok(Exit::Refused),
        }
    }
    let mut ended = Exit::Done;
    for (job, place, one) in &made {
        if settle(run, arguments, job, &one.generated, timings).map_err(RunError::files)? == Exit::OutOfDate {
            ended = Exit::OutOfDate;
        } else if let Some(place) = place {
            timings.begin("keep");
            place.keep(&job.out, one);
        }
    }
    Ok(ended)
}

fn up_to_date(job: &Job, files: usize) {
    terminal::say(&format!(
        "{}: up to date, {}",
        job.folder,
        report::plural(files, "file")
    ));
}

/// Generates the tree of one contract, and prints its findings. `None`: it was refused.
fn tree(
    run: &Run<'_>,
    arguments: &Generate,
    job: &Job,
    last: Option<&KeptRun>,
    timings: &Timings,
) -> Result<Option<NewCrate>, RunError> {
    timings.begin("read");
    let shown = &job.input.shown;
    let inputs = RefCell::new(BTreeMap::new());
    // A file that changes while it is read is another one at the next run.
    let read = |path: &Path| {
        run.read.borrow_mut().push(path.to_owned());
        inputs.borrow_mut().insert(path.to_owned(), kept::input(path));
    };
    let files = job.input.overlays.iter().map(|(file, _)| file);
    for file in files.chain([&job.input.contract]) {
        read(file.path());
    }
    let options = CrateOptions {
        package: job.package.clone(),
        overrides: job.input.overrides.clone(),
        templates: TEMPLATES,
    };
    let progress = WorkBar::new(shown);
    let begins = |stage: Stage| {
        timings.begin(stage.word());
        progress.begins(stage);
    };
    let hooks = Hooks {
        sources: arguments.check,
        threads: threads(),
        begins: &begins,
        emitted: &|done, all| progress.counts(Stage::Emit.word(), done, all),
        kept: &|path, items| last.and_then(|last| last.printed(&job.out, path, items)),
    };
    let root = job.input.root.path().parent();
    let made = job.input.with_inputs(|inputs| {
        let others = inputs.others;
        let noted = |path: &str| {
            if let Some(root) = root {
                read(&root.join(path));
            }
            others(path)
        };
        let others = &noted;
        sdkwright_codegen::generate(&Inputs { others, ..inputs }, &options, hooks)
    })?;
    drop(progress);
    timings.begin("tell");
    let mut generated = match made {
        Ok(generated) => generated,
        Err(report) => {
            let refused = Generated::refused(*report);
            report::findings(arguments.format, shown, &refused);
            JobReport::new(job, &refused, &OutputPlan::default()).print(arguments.format, "refused", &[]);
            let errors = report::plural(refused.report.errors(), "error");
            terminal::say(&format!("error: {shown} was refused ({errors}); nothing was written"));
            return Ok(None);
        }
    };
    let findings = report::findings(arguments.format, shown, &generated);
    if run.part == WrittenPart::Code {
        // Cargo shows nothing else of a build script that succeeds.
        for line in report::counts(shown, &generated).lines() {
            terminal::put(&format!("cargo::warning={line}\n"));
        }
        let (code, features) = code_only(&generated.tree);
        generated.tree = code;
        run.features.borrow_mut().extend(features);
    }
    Ok(Some(NewCrate {
        generated,
        inputs: inputs.into_inner(),
        findings,
    }))
}

/// Writes the crate, or prints its differences.
fn settle(run: &Run<'_>, arguments: &Generate, job: &Job, made: &Generated, timings: &Timings) -> anyhow::Result<Exit> {
    let tree = &made.tree;
    timings.begin("list");
    let mut disk = Disk::new(&job.out);
    let there = disk.list(tree, &job.keep)?;
    timings.begin("plan");
    let mut plan = output::plan(tree, &there.files, &job.keep);
    plan.strangers.extend(there.links.iter().cloned());
    timings.begin("apply");
    let ending = JobReport::new(job, made, &plan);
    let tell = |outcome, causes: &[DriftCause]| ending.print(arguments.format, outcome, causes);
    if plan.is_empty() {
        tell("unchanged", &[]);
        up_to_date(job, tree.files().count());
        return Ok(Exit::Done);
    }
    if arguments.check {
        let explain = |sources| drift::explain(tree, &plan, &there.files, sources);
        let causes = made.sources.as_ref().map(explain).unwrap_or_default();
        tell("out-of-date", &causes);
        if arguments.format == Format::Text {
            let diff = drift::diff(&job.folder, tree, &plan, &there.files);
            let lines = diff
                .lines()
                .fold(String::new(), |text, line| text + &terminal::diff_line(line) + "\n");
            terminal::put_rendered(&lines);
            terminal::put(&drift::causes_text(&causes));
        }
        let cure = match run.part {
            WrittenPart::Crate => format!("run `{}`", drift::repair_command(&run.line)),
            WrittenPart::Code => format!("build the package without {CHECK}"),
        };
        terminal::say(&format!("{} is out of date: {cure}", job.folder));
        return Ok(Exit::OutOfDate);
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
    let progress = WorkBar::new(&job.input.shown);
    progress.writes();
    apply(tree, &plan, &mut disk).with_context(|| job.out.display().to_string())?;
    drop(progress);
    tell("written", &[]);
    terminal::say(&format!("{}: {}", job.folder, summary(&plan, tree.files().count())));
    Ok(Exit::Done)
}

/// Returns the number of files that were written, removed and left unchanged.
fn summary(plan: &OutputPlan, all: usize) -> String {
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

// Makes a folder equal to a tree: only changed files are written, each atomically, the manifest last.

/// Applies a plan. The caller must refuse foreign files before.
fn apply(tree: &OutputTree, plan: &OutputPlan, files: &mut impl FileSystem) -> io::Result<()> {
    // Temporary files of a killed run are removed first: the same names are written again.
    let (left, orphans): (Vec<&String>, Vec<&String>) = plan.remove.iter().partition(|path| output::is_temporary(path));
    for path in left {
        files.remove(path)?;
    }
    let changed = plan.create.iter().chain(&plan.update);
    let changed = changed.filter_map(|path| Some((path.as_str(), tree.get(path)?)));
    files.replace(&changed.collect::<Vec<_>>())?;
    for path in orphans {
        files.remove(path)?;
    }
    if plan.manifest {
        files.replace(&[(MANIFEST, tree.manifest().text().as_bytes())])?;
    }
    Ok(())
}

// The code of a crate for a package with a manifest of its own.

/// Name of the manifest of a crate.
const CARGO: &str = "Cargo.toml";
/// Folder of a vendored runtime.
const RUNTIME: &str = "runtime/";

/// Splits a crate into its code, without a vendored runtime, and the features of its manifest, each with whether it is on by default.
fn code_only(tree: &OutputTree) -> (OutputTree, Vec<(String, bool)>) {
    let mut code = OutputTree::new();
    if let Some(made_from) = tree.made_from() {
        code.set_made_from(made_from.clone());
    }
    // The package names its runtime itself: cargo looks for it before it runs a build script.
    for (path, bytes) in tree
        .files()
        .filter(|(path, _)| *path != CARGO && !path.starts_with(RUNTIME))
    {
        // The path was accepted once.
        let _ = code.insert(path, bytes);
    }
    let manifest = tree.get(CARGO).map(String::from_utf8_lossy).unwrap_or_default();
    (code, features(&manifest))
}

// Templates of the pages, inside the program.

/// Pairs names with the texts of these templates.
macro_rules! templates {
    ($($name:literal)*) => {
        &[$(($name, include_str!(concat!(env!("REPOSITORY"), "/templates/", $name)))),*]
    };
}

/// File names and texts, in the order of the names.
const TEMPLATES: &[(&str, &str)] = templates! {
    "ASSUMPTIONS.md.j2"
    "Cargo.toml.j2"
    "README.md.j2"
    "errors.md.j2"
    "front.md.j2"
    "group.md.j2"
    "guide-page.md.j2"
    "guide.md.j2"
    "index.md.j2"
    "model-page.md.j2"
    "model.md.j2"
    "models.md.j2"
    "rustfmt.toml.j2"
};

#[cfg(test)]
mod tests {
    use super::{FileSystem, apply};
    use sdkwright_codegen::output::{MANIFEST, OutputPlan, OutputTree, header};
    use std::collections::BTreeMap;
    use std::io;

    fn plan(tree: &OutputTree, disk: &BTreeMap<String, Vec<u8>>) -> OutputPlan {
        sdkwright_codegen::output::plan(tree, disk, &[])
    }

    /// A folder in memory that fails at the n-th step.
    struct Mortal {
        files: BTreeMap<String, Vec<u8>>,
        steps_left: usize,
        /// True if the failing write leaves half a file.
        torn: bool,
    }

    impl Mortal {
        fn step(&mut self) -> io::Result<()> {
            self.steps_left = self
                .steps_left
                .checked_sub(1)
                .ok_or_else(|| io::Error::other("killed"))?;
            Ok(())
        }
    }

    impl FileSystem for Mortal {
        fn is_free(&mut self, name: &str) -> io::Result<bool> {
            let below = format!("{name}/");
            Ok(!self.files.keys().any(|path| path == name || path.starts_with(&below)))
        }

        fn write(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
            if self.torn && self.steps_left == 0 {
                self.files.insert(path.to_owned(), bytes[..bytes.len() / 2].to_vec());
            }
            self.step()?;
            self.files.insert(path.to_owned(), bytes.to_vec());
            Ok(())
        }

        fn rename(&mut self, from: &str, to: &str) -> io::Result<()> {
            self.step()?;
            let is_moved = |path: &str| {
                path.strip_prefix(from)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            let moved: Vec<String> = self.files.keys().filter(|path| is_moved(path)).cloned().collect();
            if moved.is_empty() {
                return Err(io::Error::other("no such file"));
            }
            for path in moved {
                let bytes = self.files.remove(&path).unwrap();
                self.files.insert(format!("{to}{}", &path[from.len()..]), bytes);
            }
            Ok(())
        }

        fn remove(&mut self, path: &str) -> io::Result<()> {
            self.step()?;
            self.files
                .remove(path)
                .map(drop)
                .ok_or_else(|| io::Error::other("no such file"))
        }
    }

    fn tree(files: &[(&str, &str)]) -> OutputTree {
        let mut tree = OutputTree::new();
        for (path, text) in files {
            tree.insert(path, format!("// {}\n{text}", header("contract.yaml")))
                .unwrap();
        }
        tree
    }

    fn written(tree: &OutputTree) -> BTreeMap<String, Vec<u8>> {
        let mut disk = Mortal {
            files: BTreeMap::new(),
            steps_left: usize::MAX,
            torn: false,
        };
        apply(tree, &plan(tree, &disk.files), &mut disk).unwrap();
        disk.files
    }

    #[test]
    fn a_run_killed_at_any_step_is_out_of_date_and_the_next_run_completes_it() {
        let old = written(&tree(&[
            ("same", "0"),
            ("changed", "1"),
            ("src/also", "2"),
            ("orphan", "3"),
        ]));
        let new = tree(&[
            ("same", "0"),
            ("changed", "9"),
            ("src/also", "8"),
            ("src/new", "7"),
            ("docs/one", "6"),
            ("docs/below/two", "5"),
            ("z", "4"),
        ]);
        let mut kills = 0;
        for torn in [false, true] {
            for steps_left in 0.. {
                let mut disk = Mortal {
                    files: old.clone(),
                    steps_left,
                    torn,
                };
                let outcome = apply(&new, &plan(&new, &disk.files), &mut disk);
                if outcome.is_ok() {
                    break;
                }
                kills += 1;
                let left = plan(&new, &disk.files);
                assert!(!left.is_empty(), "killed at {steps_left}: --check must say so");
                assert!(
                    left.strangers.is_empty() || torn,
                    "killed at {steps_left}: {:?}",
                    left.strangers
                );
                for (path, bytes) in disk.files.iter().filter(|(path, _)| !super::output::is_temporary(path)) {
                    let whole = old.get(path) == Some(bytes) || new.get(path) == Some(bytes);
                    assert!(
                        whole || *path == MANIFEST,
                        "killed at {steps_left}: {path} is neither old nor new"
                    );
                }
                disk.steps_left = usize::MAX;
                apply(&new, &left, &mut disk).unwrap();
                assert_eq!(disk.files, written(&new), "killed at {steps_left}");
            }
        }
        // Four files and the manifest are written and renamed, a folder of two files, too, and one is removed: 14 steps, twice.
        assert_eq!(kills, 28);
    }

    #[test]
    fn a_run_killed_before_its_manifest_is_completed_by_a_run_for_another_contract_text() {
        let half = tree(&[("a", "1"), ("b", "2")]);
        let mut disk = Mortal {
            files: BTreeMap::new(),
            steps_left: 3,
            torn: false,
        };
        assert!(apply(&half, &plan(&half, &disk.files), &mut disk).is_err());
        let other = tree(&[("c", "3")]);
        disk.steps_left = usize::MAX;
        let steps = plan(&other, &disk.files);
        assert!(steps.strangers.is_empty());
        apply(&other, &steps, &mut disk).unwrap();
        assert_eq!(disk.files, written(&other));
    }

    #[test]
    fn nothing_is_touched_when_nothing_changed() {
        let tree = tree(&[("a", "1")]);
        let mut disk = Mortal {
            files: written(&tree),
            steps_left: 0,
            torn: false,
        };
        apply(&tree, &plan(&tree, &disk.files.clone()), &mut disk).unwrap();
    }
}
