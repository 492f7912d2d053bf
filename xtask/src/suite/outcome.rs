//! The end of a process, and the tests that it ran by its own words.

use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::{fs, io};

use serde::Serialize;

use super::programs::Job;

/// The numbers of tests in lines `test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out`.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) struct Counts {
    pub(super) passed: usize,
    pub(super) failed: usize,
    pub(super) ignored: usize,
    pub(super) filtered: usize,
}

impl Counts {
    /// Adds the numbers of others.
    pub(super) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.ignored += other.ignored;
        self.filtered += other.filtered;
    }

    /// Reads the line of a result.
    fn read(line: &str) -> Self {
        let number = |word: &str| {
            let part = line.split(['.', ';']).find(|part| part.trim_end().ends_with(word));
            let number = part.and_then(|part| part.trim().split(' ').next());
            number.and_then(|number| number.parse().ok()).unwrap_or_default()
        };
        Self {
            passed: number(" passed"),
            failed: number(" failed"),
            ignored: number(" ignored"),
            filtered: number(" filtered out"),
        }
    }
}

/// A process that ended.
#[derive(Debug, Serialize)]
pub(super) struct Ended {
    pub(super) name: String,
    /// Path of its program.
    program: PathBuf,
    pub(super) seconds: f64,
    #[serde(flatten)]
    pub(super) counts: Counts,
    /// Lines about tests that were ignored.
    pub(super) ignored_tests: Vec<String>,
    /// The reason why it failed.
    pub(super) failure: Option<String>,
    /// File with all that it printed.
    pub(super) output: PathBuf,
}

impl Ended {
    /// Reads what a process printed; one that took too long has no status.
    pub(super) fn new(
        job: &Job,
        ended: io::Result<Option<ExitStatus>>,
        seconds: f64,
        output: PathBuf,
    ) -> io::Result<Self> {
        let text = String::from_utf8_lossy(&fs::read(&output)?).into_owned();
        let results: Vec<&str> = text.lines().filter(|line| line.starts_with("test result: ")).collect();
        let mut counts = Counts::default();
        // Cargo prints one line for each package; a test that prints lines of others is followed by the program's own.
        let own = if job.is_documentation() {
            0
        } else {
            results.len().saturating_sub(1)
        };
        for line in &results[own..] {
            counts.add(Counts::read(line));
        }
        let failure = match ended {
            Err(error) => Some(format!("could not be run: {error}")),
            Ok(None) => Some(format!("still ran after {seconds:.0} s and was killed")),
            Ok(Some(status)) if !status.success() => Some(status.to_string()),
            Ok(Some(_)) if results.is_empty() && text.lines().any(is_announcement) => {
                Some("ended before its tests, with exit code 0".to_owned())
            }
            Ok(Some(_)) => None,
        };
        let ignored_tests = text
            .lines()
            .filter(|line| is_ignored(line))
            .map(str::to_owned)
            .collect();
        Ok(Self {
            name: job.name.clone(),
            program: job.program.clone(),
            seconds,
            counts,
            ignored_tests,
            failure,
            output,
        })
    }

    /// Returns `true` if all its tests passed.
    pub(super) fn is_good(&self) -> bool {
        self.failure.is_none() && self.counts.failed == 0
    }
}

/// Returns `true` for the line `running 3 tests`.
fn is_announcement(line: &str) -> bool {
    let number = line.strip_prefix("running ").and_then(|rest| rest.split_once(" test"));
    number.is_some_and(|(number, _)| number.parse::<usize>().is_ok())
}

/// Returns `true` for the line `test name ... ignored` or `test name ... ignored, reason`.
fn is_ignored(line: &str) -> bool {
    let rest = line
        .strip_prefix("test ")
        .and_then(|rest| rest.split_once(" ... ignored"));
    rest.is_some_and(|(_, rest)| rest.is_empty() || rest.starts_with(','))
}

/// Writes the ends of a run for other programs.
pub(super) fn write(ended: &[Ended], file: &Path) -> io::Result<()> {
    fs::write(file, serde_json::to_vec_pretty(ended)?)
}
