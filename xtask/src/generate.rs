//! `cargo xtask generate`: contracts in, crates out, or the differences shown.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use sdk_codegen::diag::{self, Levels, Report};
use sdk_codegen::naming::Overrides;
use sdk_codegen::output::{self, OutputTree};
use sdk_codegen::{Inputs, PackageChoice, SourceFile};

use crate::arguments::Generate;
use crate::contracts::{self, Level};
use crate::disk::Disk;
use crate::{Ended, apply, check, progress, terminal};

/// One crate to make.
struct Job {
    /// The contract's file.
    contract: PathBuf,
    /// As it is shown in headers and diagnostics.
    shown: String,
    /// The crate's folder.
    out: PathBuf,
    /// As it is shown in differences.
    folder: String,
    package: PackageChoice,
    overrides: Overrides,
    levels: Levels,
}

/// Does what the arguments say.
pub(crate) fn run(arguments: &Generate) -> Ended {
    let root = arguments.root.clone().unwrap_or_else(repository);
    if let Some(name) = arguments
        .package
        .as_deref()
        .filter(|name| !sdk_codegen::pages::is_package_name(name))
    {
        terminal::say(&format!("error: `{name}` cannot be the name of a package"));
        return Ended::Usage;
    }
    let work = jobs(arguments, &root).and_then(|jobs| Ok((jobs, templates(&root)?)));
    let (jobs, templates) = match work {
        Ok(work) => work,
        Err(error) => return failed(&error),
    };
    // Every contract is read before the first file is written: a refused one changes nothing.
    let mut trees = Vec::new();
    for job in &jobs {
        match tree(job, &templates) {
            Ok(Ok(tree)) => trees.push(tree),
            Ok(Err(ended)) => return ended,
            Err(error) => return failed(&error),
        }
    }
    let mut ended = Ended::Done;
    for (job, tree) in jobs.iter().zip(&trees) {
        match settle(job, tree, arguments.check) {
            Ok(Ended::Done) => {}
            Ok(other) => ended = other,
            Err(error) => return failed(&error),
        }
    }
    ended
}

fn failed(error: &anyhow::Error) -> Ended {
    terminal::say(&format!("error: {error:#}"));
    Ended::FileSystem
}

/// The repository that this command belongs to.
fn repository() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

fn jobs(arguments: &Generate, root: &Path) -> anyhow::Result<Vec<Job>> {
    if let (Some(contract), Some(out)) = (&arguments.contract, &arguments.out) {
        return Ok(vec![alone(arguments, root, contract, out)?]);
    }
    let listed = contracts::read(&root.join("openapi/contracts.yaml"))?;
    let job = |contract: contracts::Contract| Job {
        contract: root.join("openapi").join(&contract.file),
        shown: contract
            .file
            .strip_prefix("../")
            .map_or_else(|| format!("openapi/{}", contract.file), str::to_owned),
        out: root.join(&contract.out),
        package: PackageChoice {
            name: Some(contract.package),
            version: contract.version,
            runtime: format!("{}runtime", "../".repeat(contract.out.split('/').count())),
            standalone: false,
        },
        folder: contract.out,
        overrides: Overrides::new(contract.names),
        levels: if contract.level == Level::Strict {
            Levels::strict()
        } else {
            Levels::lenient()
        },
    };
    Ok(listed.contracts.into_iter().map(job).collect())
}

/// A crate that stands alone, from any contract.
fn alone(arguments: &Generate, root: &Path, contract: &Path, out: &Path) -> anyhow::Result<Job> {
    let runtime = arguments.runtime.clone().unwrap_or_else(|| root.join("runtime"));
    let runtime = runtime.canonicalize().with_context(|| runtime.display().to_string())?;
    let name = contract
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    Ok(Job {
        contract: contract.to_owned(),
        shown: name,
        out: out.to_owned(),
        folder: out.display().to_string().trim_end_matches('/').to_owned(),
        package: PackageChoice {
            name: arguments.package.clone(),
            version: "0.1.0".to_owned(),
            runtime: runtime.display().to_string(),
            standalone: true,
        },
        overrides: Overrides::default(),
        levels: Levels::lenient(),
    })
}

fn templates(root: &Path) -> anyhow::Result<Vec<(String, String)>> {
    let folder = root.join("templates");
    let mut templates = Vec::new();
    for entry in std::fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
        let path = entry.with_context(|| folder.display().to_string())?.path();
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        if path.extension().is_some_and(|extension| extension == "j2") {
            templates.push((
                name,
                std::fs::read_to_string(&path).with_context(|| path.display().to_string())?,
            ));
        }
    }
    templates.sort();
    Ok(templates)
}

/// The tree of one contract, or how the run ends because it was refused.
fn tree(job: &Job, templates: &[(String, String)]) -> anyhow::Result<Result<OutputTree, Ended>> {
    let bytes = std::fs::read(&job.contract).with_context(|| job.contract.display().to_string())?;
    let beside = job.contract.parent().unwrap_or(Path::new("")).to_owned();
    // `parse` asks only for relative paths that stay below the contract's folder.
    let others = |path: &str| std::fs::read(beside.join(path)).ok();
    let templates: Vec<(&str, &str)> = templates
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    let inputs = Inputs {
        contract: SourceFile {
            name: &job.shown,
            bytes: &bytes,
        },
        others: &others,
        package: job.package.clone(),
        overrides: job.overrides.clone(),
        levels: job.levels.clone(),
        templates: &templates,
    };
    let made = progress::watched(&format!("generating from {}", job.shown), || {
        sdk_codegen::generate(&inputs)
    });
    Ok(match made {
        Ok(generated) => {
            tell(&generated.report);
            tell_fallbacks(&generated.fallbacks);
            Ok(generated.tree)
        }
        Err(report) => {
            tell(&report);
            terminal::say(&format!(
                "error: {} was refused ({} errors); nothing was written",
                job.shown,
                report.errors()
            ));
            Err(Ended::Refused)
        }
    })
}

fn tell(report: &Report) {
    if !report.is_silent() {
        terminal::say(diag::render(report, terminal::colours_on_stderr()).trim_end());
    }
}

/// The end of a run: what is not typed, by reason.
fn tell_fallbacks(fallbacks: &std::collections::BTreeMap<String, usize>) {
    let count: usize = fallbacks.values().sum();
    if count > 0 {
        let reasons: Vec<String> = fallbacks
            .iter()
            .map(|(reason, count)| format!("{count} × {reason}"))
            .collect();
        terminal::say(&format!(
            "note: {count} left as JSON or left out: {}",
            reasons.join(", ")
        ));
    }
}

/// Writes the crate, or shows how it differs.
fn settle(job: &Job, tree: &OutputTree, check: bool) -> anyhow::Result<Ended> {
    let mut disk = Disk::new(&job.out);
    let there = disk.list()?;
    let plan = output::plan(tree, &there);
    if check {
        if plan.is_empty() {
            return Ok(Ended::Done);
        }
        let colours = terminal::colours_on_stdout();
        let diff = check::diff(&job.folder, tree, &plan, &there);
        let lines = diff.lines().fold(String::new(), |text, line| {
            text + &terminal::diff_line(line, colours) + "\n"
        });
        terminal::put(&lines);
        terminal::say(&format!("{} is out of date: run `cargo xtask generate`", job.folder));
        return Ok(Ended::OutOfDate);
    }
    if !plan.strangers.is_empty() {
        let list = plan
            .strangers
            .iter()
            .fold(String::new(), |list, path| format!("{list}\n  {}/{path}", job.folder));
        anyhow::bail!("these files were not made by this command; move them elsewhere:{list}");
    }
    if !plan.is_empty() {
        apply::apply(tree, &plan, &mut disk).with_context(|| job.out.display().to_string())?;
        let counts = [
            (plan.create.len(), "created"),
            (plan.update.len(), "updated"),
            (plan.remove.len(), "removed"),
        ];
        let said: Vec<String> = counts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        terminal::say(&format!(
            "{}: {}",
            job.folder,
            if said.is_empty() {
                "manifest written".to_owned()
            } else {
                said.join(", ")
            }
        ));
    }
    Ok(Ended::Done)
}
