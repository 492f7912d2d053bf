//! The test programs, as cargo builds and runs them.
//!
//! In: the workspace. Out: each program with the folder, arguments and variables that cargo gives it. Cargo is asked twice and
//! both answers must name the same programs: its build says what it built, and its run starts this program in the place of each.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::{env, fs, io};

use serde::{Deserialize, Serialize};

use super::arguments::Arguments;

/// Argument that makes this program write down how it was started, and end.
pub(crate) const RECORD: &str = "record-a-test-program";

/// Name of the documentation tests of all packages.
const DOCUMENTATION: &str = "documentation";

/// Targets of `--quick`.
const QUICK: [&str; 13] = [
    "rejections",
    "layers",
    "manifests",
    "size",
    "readme",
    "coverage",
    "facts",
    "voice",
    "own_names",
    "wire",
    "calls",
    "sample",
    "drift",
];

/// A process to run: a test program, or cargo with all documentation tests.
pub(super) struct Job {
    /// Package and target.
    pub(super) name: String,
    pub(super) program: PathBuf,
    arguments: Vec<String>,
    folder: PathBuf,
    variables: BTreeMap<String, String>,
}

impl Job {
    /// Returns `true` for the documentation tests.
    pub(super) fn is_documentation(&self) -> bool {
        self.name == DOCUMENTATION
    }

    /// Returns the command that starts it.
    pub(super) fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        unset(&mut command);
        command
            .args(&self.arguments)
            .current_dir(&self.folder)
            .envs(&self.variables);
        command
    }
}

/// A start of a test program by cargo.
#[derive(Serialize, Deserialize)]
struct Start {
    program: PathBuf,
    arguments: Vec<String>,
    folder: PathBuf,
    variables: BTreeMap<String, String>,
}

/// Writes down how cargo starts a test program: `record-a-test-program FOLDER PROGRAM ARGUMENTS..`.
pub(super) fn record(arguments: &[OsString]) -> io::Result<()> {
    let [_, folder, program, rest @ ..] = arguments else {
        return Err(io::Error::other("a folder and a program are missing"));
    };
    let text = |word: &OsString| {
        word.clone()
            .into_string()
            .map_err(|word| io::Error::other(format!("{} is not Unicode", word.display())))
    };
    let program = PathBuf::from(program);
    let start = Start {
        arguments: rest.iter().map(text).collect::<io::Result<_>>()?,
        folder: env::current_dir()?,
        // A program inherits the others.
        variables: env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect(),
        program: program.clone(),
    };
    let name = program.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let file = Path::new(folder).join(name).with_extension("json");
    fs::write(file, serde_json::to_vec(&start)?)
}

/// Test programs that cargo built: by path, with a name of the target that is unique in its package.
pub(super) type Built = BTreeMap<PathBuf, String>;

/// Builds all that `cargo test --workspace` builds. Returns the exit code of cargo if that fails.
pub(super) fn build(arguments: &Arguments) -> io::Result<Result<Built, ExitCode>> {
    let told = cargo(arguments)
        .args(selected(arguments, &[]))
        .args(["--no-run", "--message-format=json-render-diagnostics"])
        .stderr(Stdio::inherit())
        .output()?;
    if !told.status.success() {
        let code = told.status.code().and_then(|code| u8::try_from(code).ok());
        return Ok(Err(ExitCode::from(code.unwrap_or(1))));
    }
    let mut built = Built::new();
    for line in told
        .stdout
        .split(|byte| *byte == b'\n')
        .filter(|line| line.starts_with(b"{"))
    {
        let message: serde_json::Value = serde_json::from_slice(line)?;
        if let (Some(program), Some(true)) = (message["executable"].as_str(), message["profile"]["test"].as_bool()) {
            let name = message["target"]["name"].as_str().unwrap_or_default();
            let kind = message["target"]["kind"][0].as_str().unwrap_or_default();
            let name = if kind == "test" {
                name.to_owned()
            } else {
                format!("{kind}:{name}")
            };
            built.insert(PathBuf::from(program), name);
        }
    }
    Ok(Ok(built))
}

/// Returns the test programs, as cargo starts them. `own` is the path of this program.
pub(super) fn list(arguments: &Arguments, built: &Built, own: &Path, folder: &Path) -> io::Result<Vec<Job>> {
    super::remove(folder)?;
    fs::create_dir_all(folder)?;
    let runner = [own, Path::new(RECORD), folder];
    let config = format!("target.'cfg(all())'.runner = {}", serde_json::to_string(&runner)?);
    let ran = cargo(arguments)
        .args(selected(arguments, &["--tests"]))
        .args(["--no-fail-fast", "--config", &config])
        .output()?;
    if !ran.status.success() {
        return Err(io::Error::other(String::from_utf8_lossy(&ran.stderr)));
    }
    let mut jobs = Vec::new();
    for file in fs::read_dir(folder)? {
        let start: Start = serde_json::from_slice(&fs::read(file?.path())?)?;
        let package = start.variables.get("CARGO_PKG_NAME").map_or("", String::as_str);
        let Some(target) = built.get(&start.program) else {
            return Err(differs(&start.program, "starts", "does not build it"));
        };
        let mut words = start.arguments;
        words.extend(arguments.rest.iter().cloned());
        jobs.push(Job {
            name: format!("{package}/{target}"),
            program: start.program,
            arguments: words,
            folder: start.folder,
            variables: start.variables,
        });
    }
    let started: BTreeSet<&Path> = jobs.iter().map(|job| job.program.as_path()).collect();
    match built.keys().find(|program| !started.contains(program.as_path())) {
        Some(program) => Err(differs(program, "builds", "does not start it")),
        None => Ok(jobs),
    }
}

fn differs(program: &Path, does: &str, does_not: &str) -> io::Error {
    io::Error::other(format!("cargo {does} {} and {does_not}", program.display()))
}

/// Returns the documentation tests, which cargo itself runs.
pub(super) fn documentation(arguments: &Arguments) -> Option<Job> {
    let mut words = words(arguments);
    words.extend(["--doc".to_owned(), "--no-fail-fast".to_owned(), "--".to_owned()]);
    words.extend(arguments.rest.iter().cloned());
    (!arguments.quick).then(|| Job {
        name: DOCUMENTATION.to_owned(),
        program: program(),
        arguments: words,
        folder: PathBuf::from("."),
        variables: BTreeMap::new(),
    })
}

fn program() -> PathBuf {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into()).into()
}

fn words(arguments: &Arguments) -> Vec<String> {
    let manifest = arguments.manifest_path.display().to_string();
    ["test", "--workspace", "--manifest-path", &manifest]
        .map(str::to_owned)
        .into()
}

fn cargo(arguments: &Arguments) -> Command {
    let mut command = Command::new(program());
    unset(&mut command);
    command.args(words(arguments));
    command
}

/// Returns the options that select the targets.
fn selected<'a>(arguments: &Arguments, all: &[&'a str]) -> Vec<&'a str> {
    if arguments.quick {
        let tests = QUICK.iter().flat_map(|name| ["--test", name]);
        std::iter::once("--lib").chain(tests).collect()
    } else {
        all.to_vec()
    }
}

/// Removes the variables that cargo gave this program for itself.
fn unset(command: &mut Command) {
    for (name, _) in env::vars_os() {
        let is_own = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
        if name.to_str().is_some_and(is_own) {
            command.env_remove(name);
        }
    }
}
