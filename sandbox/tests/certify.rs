//! Programs in other languages under examination: each fails at the lines of its mistakes, and at no other.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use sdkwright_sandbox::{Exam, Report, Verdict, examine};
use std::process::Command;
use std::time::Duration;

const CONTRACT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/partner-api.yaml");
const PROGRAMS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/programs");

/// An examination of a program of this folder, with all rounds.
fn exam(language: &str, program: &str, arguments: &[&str]) -> Exam {
    let file = format!("{PROGRAMS}/{program}");
    let words = [language, &file].into_iter().chain(arguments.iter().copied());
    Exam {
        faults: true,
        kills: 2,
        idle: Duration::from_secs(30),
        ..Exam::new(CONTRACT, words.map(Into::into).collect())
    }
}

/// Returns `true` if a program can be started.
fn is_here(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok()
}

fn failed(report: &Report) -> Vec<&str> {
    let lines = report.lines().iter();
    lines
        .filter(|line| line.verdict == Verdict::Failed)
        .map(|line| line.name)
        .collect()
}

fn verdict(report: &Report, name: &str) -> Verdict {
    report.lines().iter().find(|line| line.name == name).unwrap().verdict
}

/// The program that pays, with a mistake, fails at these lines.
fn pays_with(mistake: &str, lines: &[&str]) {
    let exam = exam("python3", "pay.py", &["{run}", "{folder}", mistake]);
    let report = examine(&exam, &mut |_| {}).unwrap();
    assert_eq!(failed(&report), lines, "{}", report.text());
    assert_eq!(report.exit_code(), 1);
}

#[test]
fn a_careful_program_in_python_passes_every_line_that_it_comes_to() {
    if !is_here("python3") {
        // skipped without python3
        return;
    }
    let report = examine(&exam("python3", "pay.py", &["{run}", "{folder}"]), &mut |_| {}).unwrap();
    assert_eq!(failed(&report), [""; 0], "{}", report.text());
    assert_eq!(report.count(Verdict::Passed), 19, "{}", report.text());
    assert_eq!(verdict(&report, "verified"), Verdict::NotExercised);
    assert_eq!(report.exit_code(), 0);
}

#[test]
fn a_mistake_fails_its_line_alone() {
    if !is_here("python3") {
        // skipped without python3
        return;
    }
    let mistakes: [(&str, &[&str]); 11] = [
        ("new-key", &["stable-key", "once", "goes-on"]),
        ("old-nonce", &["nonce", "goes-on"]),
        ("no-wait", &["retry-after", "backoff"]),
        ("first-page", &["pages"]),
        ("closed-members", &["members"]),
        ("closed-values", &["values"]),
        ("no-clock", &["clock"]),
        ("resend-refused", &["no-resend"]),
        ("secret-in-body", &["secrets"]),
        ("no-request-id", &["request-id", "ends-well"]),
        ("loose-approval", &["evidence", "ends-well"]),
    ];
    // Each program waits most of the time.
    std::thread::scope(|threads| {
        for (mistake, lines) in mistakes {
            threads.spawn(move || pays_with(mistake, lines));
        }
    });
}
