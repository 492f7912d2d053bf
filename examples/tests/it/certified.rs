//! The examples under examination, and a program that uses the SDK without its journal.

use std::path::PathBuf;
use std::time::Duration;

use crate::program;
use sdkwright_sandbox::{Exam, Report, Verdict, begin, examine};

/// An examination. A program that does not onboard its customers begins with customers and accounts that are accepted.
fn exam(program: PathBuf, arguments: &[&str]) -> Exam {
    let onboards = program.to_string_lossy().contains("onboard");
    let begin: &[&str] = if onboards {
        &[]
    } else {
        &["PartnerCustomer=APPROVED", "PartnerBankAccount=ACTIVE"]
    };
    let begin = begin
        .iter()
        .map(|text| sdkwright_sandbox::begin(text).unwrap())
        .collect();
    let words = arguments.iter().map(Into::into);
    Exam {
        faults: true,
        kills: 3,
        instants: 1,
        jobs: 16,
        idle: Duration::from_secs(30),
        begin,
        ..Exam::new(
            concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/partner-api.yaml"),
            std::iter::once(program.into_os_string()).chain(words).collect(),
        )
    }
}

fn failed(report: &Report) -> Vec<&str> {
    let lines = report.lines().iter();
    lines
        .filter(|line| line.verdict == Verdict::Failed)
        .map(|line| line.name)
        .collect()
}

/// An examination of a program that pays, for customers that were onboarded before.
fn paying(exam: Exam) -> Exam {
    let states = ["PartnerCustomer=APPROVED", "PartnerBankAccount=ACTIVE"];
    Exam {
        begin: states.map(|text| begin(text).unwrap()).into(),
        ..exam
    }
}

/// An example fails at no line, and passes so many.
fn passes(name: &str, count: usize) {
    let mut exam = exam(program(name, &format!("{name}.rs")), &["{run}", "{folder}"]);
    if ["conversion", "fiat_withdrawal"].contains(&name) {
        exam = paying(exam);
    }
    let report = examine(&exam, &mut |_| {}).unwrap();
    assert_eq!(failed(&report), [""; 0], "{name}\n{}", report.text());
    assert_eq!(report.count(Verdict::Passed), count, "{name}\n{}", report.text());
}

#[test]
fn every_example_passes_every_line_that_it_comes_to() {
    std::thread::scope(|threads| {
        for (name, count) in [
            ("quick_start", 15),
            ("onboard_individual", 17),
            ("fiat_withdrawal", 18),
            ("conversion", 18),
        ] {
            threads.spawn(move || passes(name, count));
        }
    });
}

#[test]
fn the_receiver_passes_every_line_about_deliveries_that_can_be_seen_in_its_answers() {
    let program = program("webhook_receiver", "webhook_receiver.rs");
    let exam = Exam {
        webhook_url: Some("http://{address}/webhooks".to_owned()),
        idle: Duration::from_secs(2),
        ..exam(program, &["{address}"])
    };
    let report = examine(&exam, &mut |_| {}).unwrap();
    let passed = report.lines().iter().filter(|line| line.verdict == Verdict::Passed);
    let passed: Vec<&str> = passed.map(|line| line.name).collect();
    assert_eq!(
        passed,
        ["verified", "answered", "repeated", "order", "events"],
        "{}",
        report.text()
    );
    assert_eq!(failed(&report), [""; 0], "{}", report.text());
}

#[test]
fn a_program_without_a_journal_pays_twice_when_it_is_killed_and_is_found_out() {
    let program = program("without_journal", "tests/it/certified/without_journal.rs");
    let report = examine(&paying(exam(program, &["{run}"])), &mut |_| {}).unwrap();
    assert_eq!(failed(&report), ["stable-key", "once"], "{}", report.text());
    assert_eq!(report.exit_code(), 1);
}
