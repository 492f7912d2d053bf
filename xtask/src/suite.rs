//! `cargo xtask test`: everything that `cargo test --workspace` runs, side by side.
//!
//! In: the test programs that cargo builds, and the durations of the last run. Out: their results, and an exit code. Cargo
//! itself names the programs and their environment; this room decides nothing about a test.

mod arguments;
mod outcome;
mod past;
mod programs;
mod run;
mod screen;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs, io};

use clap::Parser as _;

use arguments::Arguments;
pub(crate) use programs::RECORD;

/// Writes down how cargo starts a test program.
pub(crate) fn record(arguments: &[OsString]) -> ExitCode {
    match programs::record(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            screen::error(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

/// Runs the tests and prints their results.
pub(crate) fn test(arguments: Vec<OsString>) -> ExitCode {
    let arguments = Arguments::parse_from(arguments);
    match run(&arguments) {
        Ok(code) => code,
        Err(error) => {
            screen::error(&error.to_string());
            ExitCode::from(1)
        }
    }
}

fn run(arguments: &Arguments) -> io::Result<ExitCode> {
    // Asked for before the build, which may put another file in its place.
    let own = env::current_exe()?;
    let built = match programs::build(arguments)? {
        Ok(built) => built,
        Err(code) => return Ok(code),
    };
    let folder = folder(&built)?;
    let output = folder.join("output");
    remove(&output)?;
    fs::create_dir_all(&output)?;
    let mut past = past::Past::read(&folder.join("seconds.json"));
    let mut jobs = programs::list(arguments, &built, &own, &folder.join("recorded"))?;
    jobs.extend(programs::documentation(arguments));
    jobs.retain(|job| arguments.takes(&job.name, past.seconds(&job.name)));
    if jobs.is_empty() {
        return Err(io::Error::other("no test program has one of these names"));
    }
    // The longest first, so that none of them runs alone at the end; an unknown duration may be long.
    jobs.sort_by(|one, other| {
        let seconds = |job: &programs::Job| past.seconds(&job.name).unwrap_or(f64::INFINITY);
        seconds(other).total_cmp(&seconds(one))
    });
    let mut screen = screen::Screen::new(jobs.len() * arguments.times);
    let ended = run::side_by_side(jobs.iter().collect(), arguments, &output, &mut |event| {
        screen.show(event);
    })?;
    for one in &ended {
        past.note(&one.name, one.seconds);
    }
    past.write()?;
    outcome::write(&ended, &folder.join("report.json"))?;
    screen.end(&ended);
    let is_good = ended.iter().all(outcome::Ended::is_good);
    Ok(ExitCode::from(u8::from(!is_good)))
}

/// Returns the folder that keeps what a run leaves: `target/debug/suite`.
fn folder(built: &programs::Built) -> io::Result<PathBuf> {
    let program = built.keys().next();
    let folder = program.and_then(|program| program.ancestors().nth(2));
    let folder = folder.ok_or_else(|| io::Error::other("the workspace has no tests"))?;
    Ok(folder.join("suite"))
}

/// Removes a folder, if it exists.
fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
