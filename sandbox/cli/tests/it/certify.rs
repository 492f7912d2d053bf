//! Programs in other languages under examination: each fails at the lines of its mistakes, and at no other.

use sdkwright_certify::{Exam, ExamReport, Judgement, examine};
use std::process::{Command, Output};
use std::sync::LazyLock;
use std::time::Duration;

const CONTRACT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/partner-api.yaml");
const SECOND: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/contracts/second.yaml");
const PROGRAMS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/programs");

/// The programs pay and wait for no decision before it.
const BEGIN: [&str; 3] = [
    "PartnerCustomer=APPROVED",
    "PartnerBankAccount=ACTIVE",
    "PartnerFiatWithdrawalCapabilityActivation=APPROVED",
];

/// An examination of a program of this folder, with all rounds.
fn exam(language: &[&str], program: &str, arguments: &[&str]) -> Exam {
    let file = format!("{PROGRAMS}/{program}");
    let words = [language, &[&file], arguments].concat();
    Exam {
        faults: true,
        kills: 2,
        instants: 1,
        jobs: 16,
        idle: Duration::from_secs(30),
        begin: BEGIN.map(|text| sdkwright_certify::begin(text).unwrap()).into(),
        ..Exam::new(CONTRACT, words.into_iter().map(Into::into).collect())
    }
}

/// Returns Python's own program and the option that leaves packages out. What is called `python3` may be a script that looks for it at
/// each start, and what is installed may be imported at each start.
fn python() -> [&'static str; 2] {
    static FILE: LazyLock<String> = LazyLock::new(|| {
        let asked = Command::new("python3")
            .args(["-c", "import sys; print(sys.executable)"])
            .output();
        String::from_utf8(asked.unwrap().stdout).unwrap().trim().to_owned()
    });
    [&FILE, "-IS"]
}

/// Returns `true` if a program can be started.
fn is_here(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok()
}

fn failed(report: &ExamReport) -> Vec<&str> {
    let lines = report.lines().iter();
    lines
        .filter(|line| line.verdict == Judgement::Failed)
        .map(|line| line.name)
        .collect()
}

fn verdict(report: &ExamReport, name: &str) -> Judgement {
    report.lines().iter().find(|line| line.name == name).unwrap().verdict
}

/// The program that pays, with a mistake, fails at these lines.
fn pays_with(mistake: &str, lines: &[&str]) {
    let exam = exam(&python(), "pay.py", &["{run}", "{folder}", mistake]);
    let report = examine(&exam, &mut |_| {}).unwrap();
    // Left out, since the time until a resend depends on the machine; a test beside the rule has fixed times.
    let failed: Vec<&str> = failed(&report).into_iter().filter(|line| *line != "backoff").collect();
    assert_eq!(failed, lines, "{}", report.text());
    assert_eq!(report.exit_code(), 1);
}

#[test]
fn a_careful_program_in_python_passes_every_line_that_it_comes_to() {
    if !is_here("python3") {
        // skipped without python3
        return;
    }
    let mut rounds = Vec::new();
    let report = examine(&exam(&python(), "pay.py", &["{run}", "{folder}"]), &mut |round| {
        rounds.push(round.to_owned());
    });
    let report = report.unwrap();
    let killed = rounds
        .iter()
        .filter(|round| round.contains("was killed, then ended with exit code 0"));
    assert_eq!(killed.count(), 3, "{rounds:#?}");
    let clock = report
        .text()
        .lines()
        .find(|line| line.contains(" clock "))
        .unwrap()
        .to_owned();
    assert!(clock.contains("(2 of 2)"), "ahead and behind: {clock}");
    assert_eq!(failed(&report), [""; 0], "{}", report.text());
    assert_eq!(report.count(Judgement::Passed), 19, "{}", report.text());
    assert_eq!(verdict(&report, "verified"), Judgement::NotExercised);
    assert_eq!(report.exit_code(), 0);
}

#[test]
fn a_mistake_fails_its_line_alone() {
    if !is_here("python3") {
        // skipped without python3
        return;
    }
    let mistakes: [(&str, &[&str]); 12] = [
        ("new-key", &["stable-key", "once", "goes-on"]),
        ("old-nonce", &["nonce", "goes-on"]),
        ("no-wait", &["retry-after"]),
        ("first-page", &["pages"]),
        ("closed-members", &["members"]),
        ("closed-values", &["values"]),
        ("no-clock", &["clock"]),
        ("resend-refused", &["no-resend"]),
        ("one-start", &["goes-on"]),
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

#[test]
fn a_mistake_that_the_program_gets_over_fails_no_other_line() {
    if !is_here("python3") {
        // skipped without python3
        return;
    }
    let mistakes = [
        ("wrong-signature", "signature"),
        ("nonce-of-another", "nonce"),
        ("request-id-left-out", "request-id"),
        ("wrong-parameter", "form"),
        ("amount-as-number", "form"),
        ("approval-of-another", "evidence"),
        ("secret-in-url", "secrets"),
        ("secret-in-header", "secrets"),
        ("key-left-out", "key"),
        ("key-of-another", "one-request"),
        ("closed-kinds", "values"),
        ("exit-code", "ends-well"),
    ];
    std::thread::scope(|threads| {
        for (mistake, line) in mistakes {
            threads.spawn(move || {
                let exam = Exam {
                    faults: false,
                    ..exam(&python(), "pay.py", &["{run}", "{folder}", mistake])
                };
                let report = examine(&exam, &mut |_| {}).unwrap();
                assert_eq!(failed(&report), [line], "{mistake}: {}", report.text());
            });
        }
    });
}

#[test]
fn a_receiver_in_python_fails_at_the_line_of_its_mistake_alone() {
    if !is_here("python3") {
        // skipped without python3
        return;
    }
    let mistakes: [(&str, &[&str]); 8] = [
        ("careful", &[]),
        ("any-signature", &["verified"]),
        ("any-time", &["verified"]),
        ("acts-twice", &["handled-once"]),
        ("known-types", &["events"]),
        ("no-repeats", &["repeated"]),
        ("in-order", &["order"]),
        ("busy-at-first", &["answered"]),
    ];
    std::thread::scope(|threads| {
        for (mistake, lines) in mistakes {
            threads.spawn(move || {
                let exam = Exam {
                    faults: false,
                    webhook_url: Some("http://{address}/events".to_owned()),
                    idle: Duration::from_secs(2),
                    ..exam(&python(), "receive.py", &["{address}", mistake])
                };
                let report = examine(&exam, &mut |_| {}).unwrap();
                assert_eq!(failed(&report), lines, "{mistake}: {}", report.text());
                if lines.is_empty() {
                    let all = ["verified", "answered", "repeated", "handled-once", "order", "events"];
                    assert!(
                        all.iter().all(|line| verdict(&report, line) == Judgement::Passed),
                        "{}",
                        report.text()
                    );
                }
            });
        }
    });
}

#[test]
fn a_first_program_in_node_fails_at_the_lines_of_what_it_does_not_think_of() {
    if !is_here("node") {
        // skipped without node
        return;
    }
    let exam = Exam {
        contract: SECOND.into(),
        begin: [].into(),
        ..exam(&["node"], "parcel.mjs", &["ship", "{run}"])
    };
    let report = examine(&exam, &mut |_| {}).unwrap();
    let lines = ["one-request", "retry-after", "goes-on", "values", "clock"];
    assert_eq!(failed(&report), lines, "{}", report.text());
    assert_eq!(verdict(&report, "request-id"), Judgement::NothingToJudge);
}

#[test]
fn a_receiver_in_node_that_verifies_nothing_fails_at_what_it_takes_in_acts_on_twice_and_refuses() {
    if !is_here("node") {
        // skipped without node
        return;
    }
    let exam = Exam {
        contract: SECOND.into(),
        begin: [].into(),
        webhook_url: Some("http://{address}/events".to_owned()),
        idle: Duration::from_secs(2),
        ..exam(&["node"], "parcel.mjs", &["receive", "{address}"])
    };
    let report = examine(&exam, &mut |_| {}).unwrap();
    assert_eq!(
        failed(&report),
        ["verified", "handled-once", "events"],
        "{}",
        report.text()
    );
    let forged = report.lines().iter().find(|line| line.name == "verified").unwrap();
    assert_eq!(forged.findings().count(), 4, "{}", report.text());
}

/// The program of this crate, as users have it.
fn certify(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sdkwright-sandbox"));
    command.arg("certify").args(arguments).output().unwrap()
}

#[test]
fn the_report_is_text_json_and_a_page_with_the_requests_behind_a_finding_and_without_secrets() {
    if !is_here("python3") {
        // skipped without python3
        return;
    }
    let folder = std::env::temp_dir().join(format!("sdkwright-certify-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (json, page) = (folder.join("report.json"), folder.join("report.html"));
    let [json_file, page_file] = [&json, &page].map(|file| file.to_str().unwrap());
    let program = format!("{PROGRAMS}/pay.py");
    let files = ["--contract", CONTRACT, "--json", json_file, "--page", page_file];
    let begin = BEGIN.map(|text| ["--begin", text]).concat();
    let words = [program.as_str(), "{run}", "{folder}", "secret-in-body"];
    let output = certify(&[&files[..], &begin, &["--"], &python(), &words].concat());
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("FAILED           secrets"), "{text}");
    let (json, page) = (
        std::fs::read_to_string(&json).unwrap(),
        std::fs::read_to_string(&page).unwrap(),
    );
    std::fs::remove_dir_all(&folder).unwrap();
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(report["failed"], 1);
    let lines = report["lines"].as_array().unwrap();
    let line = lines.iter().find(|line| line["name"] == "secrets").unwrap();
    let request = &line["findings"][0]["requests"][0];
    assert_eq!(request["target"], "/partner/v1/customers");
    assert!(request["body"].as_str().unwrap().contains("[secret]"), "{request}");
    assert!(page.contains("<summary>round 1 (plain), request 1"), "{page}");
    // Secrets of the server begin with this mark; the name of a person is sensitive.
    for word in ["73616e64626f782d736563726574", "Jane"] {
        for text in [&text, &json, &page] {
            assert!(!text.contains(word), "{word}");
        }
    }
}

#[test]
fn the_exit_code_tells_a_wrong_command_line_from_a_program_that_nothing_can_be_said_of() {
    for (arguments, code, word) in [
        (&["--prot", "1"][..], 2, "--help"),
        (&["--faults"], 2, "the application is missing"),
        (
            &["--contract", SECOND, "--", "no-such-program"],
            3,
            "no-such-program cannot be started",
        ),
        (
            &["--contract", "no-such-file", "--", "cargo"],
            3,
            "cannot read no-such-file",
        ),
        (&["--contract", SECOND, "--", "cargo", "--version"], 3, ""),
        (&["--contract", SECOND, "--", "cargo", "no-such-subcommand"], 1, ""),
    ] {
        let output = certify(arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        assert!(said.contains(word), "{said}");
    }
    let help = certify(&["--help"]);
    assert!(help.status.success() && String::from_utf8_lossy(&help.stdout).contains("--webhook-url URL"));
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_the_program_that_is_judged() {
    let file = std::env::temp_dir().join(format!("sdkwright-interrupt-{}", std::process::id()));
    let mut command = Command::new(env!("CARGO_BIN_EXE_sdkwright-sandbox"));
    command.args([
        "certify",
        "--contract",
        SECOND,
        "--",
        "sh",
        "-c",
        "echo $$ >\"$0\"; sleep 600 & wait",
    ]);
    let mut certify = command.arg(&file).spawn().unwrap();
    let started = || std::fs::read_to_string(&file).ok().filter(|text| text.ends_with('\n'));
    while started().is_none() {
        std::thread::sleep(Duration::from_millis(10));
    }
    let program = started().unwrap().trim().to_owned();
    let signal = |name: &str, id: &str| {
        Command::new("kill")
            .args([name, "--", id])
            .output()
            .unwrap()
            .status
            .success()
    };
    assert!(signal("-INT", &certify.id().to_string()));
    assert_eq!(certify.wait().unwrap().code(), Some(130));
    assert!(!signal("-0", &program), "the application still runs");
    std::fs::remove_file(&file).unwrap();
}

/// A contract without any word of the vocabulary.
const PLAIN: &str = "\
openapi: 3.1.0
info: { title: Notes, version: '1' }
paths:
  /notes:
    get:
      responses:
        '200': { description: All notes., content: { application/json: { schema: { type: object } } } }
";

#[test]
fn a_contract_without_our_words_leaves_nothing_to_judge_by_them_and_a_program_without_requests_passes_nothing() {
    let file = std::env::temp_dir().join(format!("sdkwright-plain-{}.yaml", std::process::id()));
    std::fs::write(&file, PLAIN).unwrap();
    let exam = Exam {
        faults: true,
        webhook_url: Some("http://{address}/".to_owned()),
        ..Exam::new(&file, ["cargo", "--version"].map(Into::into).into())
    };
    let report = examine(&exam, &mut |_| {});
    std::fs::remove_file(&file).unwrap();
    let report = report.unwrap();
    let judged = report
        .lines()
        .iter()
        .filter(|line| line.verdict != Judgement::NothingToJudge);
    let judged: Vec<&str> = judged.map(|line| line.name).collect();
    let without_words = ["form", "secrets", "backoff", "ends-well", "goes-on", "members"];
    assert_eq!(judged, without_words, "{}", report.text());
    assert_eq!(report.count(Judgement::NotExercised), 6, "{}", report.text());
    assert_eq!(report.exit_code(), 3);
}
