//! The examples under examination, and a program that uses the SDK without its journal.

use std::path::PathBuf;
use std::time::Duration;

use crate::bank::{Bank, CLIENT, DEMO};
use crate::program;
use sdkwright_certify::{Exam, ExamReport, ForeignServer, Judgement, begin, examine};

/// An examination against the server that begins with the demo customer.
fn exam(program: PathBuf, arguments: &[&str]) -> Exam {
    let words = arguments.iter().map(Into::into);
    Exam {
        faults: true,
        kills: 3,
        instants: 1,
        jobs: 16,
        idle: Duration::from_secs(30),
        ..Exam::new(
            concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/partner-api.yaml"),
            std::iter::once(program.into_os_string()).chain(words).collect(),
        )
    }
}

fn failed(report: &ExamReport) -> Vec<&str> {
    let lines = report.lines().iter();
    lines
        .filter(|line| line.verdict == Judgement::Failed)
        .map(|line| line.name)
        .collect()
}

/// An examination of a program that pays to accounts and wallets that are accepted at once.
fn paying(exam: Exam) -> Exam {
    let states = ["PartnerBankAccount=ACTIVE", "PartnerWalletBeneficiary=ACTIVE"];
    Exam {
        begin: states.map(|text| begin(text).unwrap()).into(),
        ..exam
    }
}

const PAYING: [&str; 4] = ["fiat_withdrawal", "crypto_withdrawal", "crypto_refund", "conversion"];

/// An example fails at no line, and passes so many, at the sandbox or at a bank.
fn passes(name: &str, count: usize, bank: Option<&Bank>) {
    let arguments: &[&str] = if PAYING.contains(&name) {
        &["{run}", "cust-100001", "{folder}"]
    } else {
        &["{run}", "{folder}"]
    };
    let mut exam = exam(program(name), arguments);
    if PAYING.contains(&name) {
        exam = paying(exam);
    }
    exam.server = bank.map(|bank| ForeignServer {
        url: bank.url.clone(),
        client_id: CLIENT.to_owned(),
        client_secret: DEMO.to_owned(),
    });
    let report = examine(&exam, &mut |_| {}).unwrap();
    assert_eq!(failed(&report), [""; 0], "{name}\n{}", report.text());
    assert_eq!(report.count(Judgement::Passed), count, "{name}\n{}", report.text());
}

#[test]
fn every_example_passes_every_line_that_it_comes_to() {
    std::thread::scope(|threads| {
        for (name, count) in [
            ("quick_start", 14),
            ("onboard_individual", 17),
            ("fiat_withdrawal", 19),
            ("crypto_withdrawal", 18),
            ("crypto_refund", 19),
            ("conversion", 18),
        ] {
            threads.spawn(move || passes(name, count, None));
        }
    });
}

#[test]
fn the_examples_pass_at_the_bank() {
    let bank = Bank::start(None);
    std::thread::scope(|threads| {
        for (name, count) in [
            ("onboard_individual", 16),
            ("fiat_withdrawal", 17),
            ("crypto_withdrawal", 17),
            ("crypto_refund", 17),
            ("conversion", 17),
        ] {
            let bank = &bank;
            threads.spawn(move || passes(name, count, Some(bank)));
        }
    });
}

#[test]
fn the_receiver_passes_every_line_about_deliveries_that_can_be_seen_in_its_answers() {
    let program = program("webhook_receiver");
    let exam = Exam {
        webhook_url: Some("http://{address}/webhooks".to_owned()),
        idle: Duration::from_secs(2),
        ..exam(program, &["{address}"])
    };
    let report = examine(&exam, &mut |_| {}).unwrap();
    let passed = report.lines().iter().filter(|line| line.verdict == Judgement::Passed);
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
    let program = program("without_journal");
    let report = examine(&paying(exam(program, &["{run}"])), &mut |_| {}).unwrap();
    assert_eq!(failed(&report), ["stable-key", "once"], "{}", report.text());
    assert_eq!(report.exit_code(), 1);
}

#[test]
fn a_program_that_waits_for_a_list_requests_all_its_pages() {
    let report = examine(&exam(program("waits_for_a_list"), &["{run}"]), &mut |_| {}).unwrap();
    assert_eq!(failed(&report), [""; 0], "{}", report.text());
    let pages = report.lines().iter().find(|line| line.name == "pages");
    assert_eq!(
        pages.map(|line| line.verdict),
        Some(Judgement::Passed),
        "{}",
        report.text()
    );
}
