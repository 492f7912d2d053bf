//! Each example as a partner runs it: a process with the environment variables alone, against the sandbox.

mod bank;
mod gate;

use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use gate::{Gate, Side};
use sdkwright_sandbox_server::{Delivery, Options, Resource, Running, Sandbox};

/// Speed of the life of resources, so that what takes seconds at the server does not take seconds here.
const SPEED: u32 = 8;

fn sandbox() -> Running {
    let contract = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/partner-api.yaml");
    let options = Options {
        speed: Some(SPEED),
        ..Options::default()
    };
    Sandbox::start_file(contract, options).unwrap()
}

/// The same for programs that need an approved customer: there is the one of the default server, and accounts are accepted at once.
fn open() -> Running {
    let contract = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/partner-api.yaml");
    let begin = ["PartnerBankAccount", "PartnerWalletBeneficiary"];
    let begin = begin.map(|schema| (schema.to_owned(), "ACTIVE".to_owned()));
    let options = Options {
        begin: begin.into(),
        seed: true,
        speed: Some(SPEED),
        ..Options::default()
    };
    Sandbox::start_file(contract, options).unwrap()
}

/// The program of an example; if `SDK_WATCH` is set, the same source with a listener (tests/heard), which `.ci/leaks` builds.
fn program(name: &str) -> PathBuf {
    if watch().is_some() {
        return crate::programs_folder().join(format!("heard_{name}{}", std::env::consts::EXE_SUFFIX));
    }
    crate::program(name)
}

/// The file for the log output of a program, if one is set.
fn watch() -> Option<(&'static str, OsString)> {
    std::env::var_os("SDK_WATCH").map(|folder| ("SDK_WATCH", folder))
}

/// The command without any environment.
fn bare(name: &str) -> Command {
    let mut command = Command::new(program(name));
    command.env_clear().envs(watch());
    command
}

/// The command, with nothing of this process's environment but what the sandbox prints.
fn command(name: &str, sandbox: &Running) -> Command {
    let mut command = bare(name);
    command.envs(sandbox.environment());
    command
}

fn run(name: &str, sandbox: &Running, arguments: &[&str]) -> Output {
    command(name, sandbox).args(arguments).output().unwrap()
}

/// Searches the output of a program for secrets, next to its log.
fn keep(output: &Output) {
    sdkwright_watch::keep("printed", [&output.stdout[..], &output.stderr].concat());
}

/// Returns the output of a program that ended well.
fn printed(output: &Output) -> String {
    keep(output);
    let (said, complained) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{}\n{said}\n{complained}", output.status);
    said.into_owned()
}

/// Returns the error output of a program that failed.
fn complaint(output: &Output) -> String {
    keep(output);
    assert_eq!(
        output.status.code(),
        Some(1),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn state(sandbox: &Running, schema: &str) -> Option<String> {
    sandbox.resources().into_iter().find(|one| one.schema == schema)?.state
}

/// No check of the sandbox failed.
fn assert_clean(sandbox: &Running) {
    for call in sandbox.calls() {
        assert!(matches!(call.status, Some(200..300)), "{}", call.lines());
    }
}

#[test]
fn the_ten_lines_create_a_customer() {
    let sandbox = sandbox();
    let said = printed(&run("quick_start", &sandbox, &[]));
    assert!(said.ends_with(" is DRAFT\n"), "{said}");
    let [call] = sandbox.calls().try_into().unwrap();
    assert_eq!(
        (call.operation.as_deref(), call.status),
        (Some("createPartnerCustomer"), Some(201))
    );
}

#[test]
fn a_person_is_onboarded_from_bytes_and_from_a_file() {
    let sandbox = sandbox();
    for scan in [None, Some(concat!(env!("CARGO_MANIFEST_DIR"), "/../passport.png"))] {
        sandbox.clear_calls();
        let kept = Kept::new();
        let person = if scan.is_some() { "cust-9002" } else { "cust-9001" };
        let arguments: Vec<&str> = kept.arguments(person).into_iter().chain(scan).collect();
        let said = printed(&run("onboard_individual", &sandbox, &arguments));
        assert!(
            said.contains(" is DRAFT\n") && said.ends_with(" is APPROVED\n"),
            "{said}"
        );
        assert!(!said.contains("Jane") && !said.contains("Harbour"), "{said}");
        let upload = &sandbox.calls()[1];
        assert_eq!(upload.operation.as_deref(), Some("uploadOrLinkAFileToAPartnerCustomer"));
        let png = include_bytes!("../../passport.png");
        assert!(
            upload.body.windows(png.len()).any(|part| part == png),
            "the scan went out as it is"
        );
        assert_clean(&sandbox);
    }
}

#[test]
fn a_person_of_whom_more_is_needed_is_not_taken_for_approved() {
    let (sandbox, kept) = (sandbox(), Kept::new());
    let child = command("onboard_individual", &sandbox)
        .args(kept.arguments("cust-9001"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let submitted = || {
        let customer = sandbox
            .resources()
            .into_iter()
            .find(|one| one.schema == "PartnerCustomer")?;
        matches!(customer.state.as_deref(), Some("SUBMITTED" | "PROCESSING")).then_some(customer.id?)
    };
    sandbox
        .set_state(&wait_for(submitted), "MISSING_INFO_REQUIRED")
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(complaint(&output).contains("more is needed"));
}

/// The folder in which a program keeps what it has to know after a crash.
struct Kept(tempfile::TempDir);

impl Drop for Kept {
    /// The program has ended, and so has what the journal holds of it.
    fn drop(&mut self) {
        sdkwright_watch::keep_files(self.0.path());
    }
}

impl Kept {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// Returns the arguments of a program for an action: a customer who is onboarded has no other customer.
    fn arguments<'k>(&'k self, action: &'k str) -> Vec<&'k str> {
        let customer = (!action.starts_with("cust-")).then_some("cust-100001");
        let folder = self.0.path().to_str().unwrap();
        std::iter::once(action).chain(customer).chain([folder]).collect()
    }
}

#[test]
fn a_withdrawal_is_paid_out() {
    let sandbox = open();
    let said = printed(&run("fiat_withdrawal", &sandbox, &Kept::new().arguments("wd-9001")));
    assert!(
        said.contains(" is DRAFT\n") && said.ends_with(" is COMPLETED\n"),
        "{said}"
    );
    assert_clean(&sandbox);
    assert_eq!(state(&sandbox, "PartnerFiatWithdrawal").as_deref(), Some("COMPLETED"));
}

/// The calls before the submission: look up, account, list of accounts, quote, creation.
const BEFORE_SUBMISSION: usize = 5;

fn answer_submission(sandbox: &Running, answers: &[&str]) {
    for answer in [""; BEFORE_SUBMISSION].iter().chain(answers) {
        sandbox.answer_next(answer).unwrap();
    }
}

fn calls_of(sandbox: &Running, operation: &str) -> Vec<sdkwright_sandbox_server::Call> {
    let mut calls = sandbox.calls();
    calls.retain(|call| call.operation.as_deref() == Some(operation));
    calls
}

fn submissions(sandbox: &Running) -> Vec<sdkwright_sandbox_server::Call> {
    calls_of(sandbox, SUBMISSION)
}

fn executed(sandbox: &Running, operation: &str) -> usize {
    calls_of(sandbox, operation).iter().filter(|call| call.executed).count()
}

const SUBMISSION: &str = "submitAnApprovedPartnerFiatWithdrawalForProcessing";
const CREATION: &str = "createPartnerFiatWithdrawalApprovalDraft";
const ACCOUNT: &str = "createPartnerBankAccount";
const CONVERSION: &str = "createPartnerConversionApprovalDraft";
const UPLOAD: &str = "uploadOrLinkAFileToAPartnerCustomer";
const KYC: &str = "submitPartnerAttestedKycOrKybEvidence";

/// Starts the program, and kills it with SIGKILL when it is held at the gate. Gives what it had said.
fn killed_at(gate: &Gate, mut program: Command) -> String {
    let mut child = program.stdout(Stdio::piped()).spawn().unwrap();
    gate.held.recv_timeout(Duration::from_mins(5)).unwrap();
    child.kill().unwrap();
    let output = child.wait_with_output().unwrap();
    #[cfg(unix)]
    assert_eq!(std::os::unix::process::ExitStatusExt::signal(&output.status), Some(9));
    keep(&output);
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn through(gate: &Gate, sandbox: &Running, kept: &Kept, (name, action): (&str, &str)) -> Command {
    let mut command = command(name, sandbox);
    command
        .args(kept.arguments(action))
        .env("OCEAFIN_PARTNER_API_BASE_URL", &gate.url);
    command
}

/// The program that pays out, and the name of its payout.
const WITHDRAWAL: (&str, &str) = ("fiat_withdrawal", "wd-9001");

#[test]
fn a_program_killed_between_draft_and_submission_submits_the_draft_that_it_made() {
    let (sandbox, kept) = (open(), Kept::new());
    let gate = Gate::closed_at(&sandbox, BEFORE_SUBMISSION, Side::Request);
    let said = killed_at(&gate, through(&gate, &sandbox, &kept, WITHDRAWAL));
    assert!(said.ends_with(" is DRAFT\n"), "{said}");
    assert!(submissions(&sandbox).is_empty(), "it was killed before it submitted");

    let said = printed(&through(&gate, &sandbox, &kept, WITHDRAWAL).output().unwrap());
    assert!(said.ends_with(" is COMPLETED\n"), "{said}");
    assert!(!said.contains("to be approved"), "it was approved before\n{said}");
    let [creation] = calls_of(&sandbox, CREATION).try_into().unwrap();
    let [submission] = submissions(&sandbox).try_into().unwrap();
    assert!(creation.executed && submission.executed);
    let evidence = |call: &sdkwright_sandbox_server::Call| {
        let body: serde_json::Value = serde_json::from_slice(&call.body).unwrap();
        body["operationAuthorization"].clone()
    };
    assert!(evidence(&submission).is_object());
    assert_eq!(evidence(&submission), evidence(&creation));
    assert_clean(&sandbox);
}

#[test]
fn a_program_killed_at_any_of_its_calls_makes_one_draft_and_submits_it_once() {
    let once = [
        (CREATION, "PartnerFiatWithdrawal"),
        (ACCOUNT, "PartnerBankAccount"),
        (SUBMISSION, ""),
    ];
    goes_on_after_each(0..=BEFORE_SUBMISSION, WITHDRAWAL, &once, "COMPLETED");
}

#[test]
fn a_program_killed_at_any_of_its_calls_converts_once() {
    let once = [(CONVERSION, "PartnerConversion")];
    goes_on_after_each(0..=3, ("conversion", "cv-9001"), &once, "COMPLETED");
}

#[test]
fn a_program_killed_at_any_of_its_calls_onboards_a_person_once() {
    let once = [
        (UPLOAD, ""),
        (KYC, ""),
        // The call is also used as a lookup, so its effects are counted instead of its requests.
        ("", "PartnerCustomer"),
    ];
    goes_on_after_each(0..=3, ("onboard_individual", "cust-9001"), &once, "APPROVED");
}

#[test]
fn an_account_made_before_a_kill_is_not_asked_for_again_however_long_ago_that_was() {
    let (sandbox, kept) = (open(), Kept::new());
    // The gate closes at the fourth request, the quote, after the lookup, the account and its list.
    let gate = Gate::closed_at(&sandbox, 3, Side::Request);
    killed_at(&gate, through(&gate, &sandbox, &kept, WITHDRAWAL));
    let said = printed(&through(&gate, &sandbox, &kept, WITHDRAWAL).output().unwrap());
    assert!(said.ends_with(" is COMPLETED\n"), "{said}");
    assert_eq!(calls_of(&sandbox, ACCOUNT).len(), 1, "its key is not sent again");
}

#[cfg(unix)]
#[test]
fn what_a_program_keeps_is_for_its_owner_alone() {
    use std::os::unix::fs::MetadataExt as _;
    for program in [
        WITHDRAWAL,
        ("conversion", "cv-9001"),
        ("onboard_individual", "cust-9001"),
    ] {
        let sandbox = if program.0 == "onboard_individual" {
            sandbox()
        } else {
            open()
        };
        let (home, shared) = (Kept::new(), Kept::new());
        let mut command = command(program.0, &sandbox);
        command.arg(program.1);
        command.env("HOME", home.0.path()).env("TMPDIR", shared.0.path());
        printed(&command.output().unwrap());
        assert_eq!(shared.0.path().read_dir().unwrap().count(), 0, "a shared folder");
        let folder = home.0.path().join(".oceafin-examples");
        assert_eq!(folder.metadata().unwrap().mode() & 0o777, 0o700);
        let files: Vec<_> = folder.read_dir().unwrap().map(Result::unwrap).collect();
        assert!(files.iter().any(|file| file.file_name() == "journal.db"));
        for file in files.iter().filter(|file| file.path().is_file()) {
            let mode = file.metadata().unwrap().mode() & 0o077;
            assert_eq!(mode, 0, "{}: {mode:o}", file.path().display());
        }
    }
}

/// Kills the program at each of these calls, before the server has it and after, and starts it again. Each of the operations
/// is carried out once, and makes one resource of its schema, where they are named.
fn goes_on_after_each(
    calls: std::ops::RangeInclusive<usize>,
    program: (&str, &str),
    once: &[(&str, &str)],
    ending: &str,
) {
    // Each program waits for the server's next status most of the time.
    std::thread::scope(|threads| {
        for call in calls {
            for side in [Side::Request, Side::Answer] {
                threads.spawn(move || goes_on_after((call, side), program, once, ending));
            }
        }
    });
}

fn goes_on_after((call, side): (usize, Side), program: (&str, &str), once: &[(&str, &str)], ending: &str) {
    let sandbox = if program.0 == "onboard_individual" {
        sandbox()
    } else {
        open()
    };
    let (kept, before) = (Kept::new(), sandbox.resources());
    let gate = Gate::closed_at(&sandbox, call, side);
    killed_at(&gate, through(&gate, &sandbox, &kept, program));
    let said = printed(&through(&gate, &sandbox, &kept, program).output().unwrap());
    assert!(said.ends_with(&format!(" is {ending}\n")), "{call} {side:?}: {said}");
    let resources = sandbox.resources();
    for (operation, schema) in once {
        if !operation.is_empty() {
            assert_eq!(executed(&sandbox, operation), 1, "{operation}: {call} {side:?}");
        }
        if !schema.is_empty() {
            let count = |resources: &[Resource]| resources.iter().filter(|one| one.schema == *schema).count();
            let made = count(&resources) - count(&before);
            assert_eq!(made, 1, "{schema}: {call} {side:?}");
        }
    }
}

#[test]
fn a_withdrawal_that_was_paid_out_is_not_paid_out_again() {
    let (sandbox, kept) = (open(), Kept::new());
    printed(&run("fiat_withdrawal", &sandbox, &kept.arguments("wd-9001")));
    sandbox.clear_calls();
    let said = printed(&run("fiat_withdrawal", &sandbox, &kept.arguments("wd-9001")));
    assert!(said.ends_with(" is COMPLETED\n"), "{said}");
    assert!(sandbox.calls().iter().all(|call| call.method == "GET"));
}

#[test]
fn a_withdrawal_whose_answers_are_lost_is_submitted_once() {
    let sandbox = open();
    answer_submission(&sandbox, &["drop", "drop", "drop", "drop"]);
    let kept = Kept::new();
    let lost = complaint(&run("fiat_withdrawal", &sandbox, &kept.arguments("wd-9001")));
    assert!(lost.contains("outcome: unknown"), "{lost}");
    let said = printed(&run("fiat_withdrawal", &sandbox, &kept.arguments("wd-9001")));
    assert!(said.ends_with(" is COMPLETED\n"), "{said}");
    let submissions = submissions(&sandbox);
    assert_eq!(submissions.len(), 5, "four were lost; the fifth is of the next run");
    for again in &submissions[1..] {
        assert!(!again.executed || again.replayed);
        assert_eq!(
            again.header("Idempotency-Key"),
            submissions[0].header("Idempotency-Key")
        );
        assert_eq!(again.body, submissions[0].body);
        assert_ne!(
            again.header("X-Partner-Nonce"),
            submissions[0].header("X-Partner-Nonce")
        );
    }
}

#[test]
fn an_expired_quote_ends_the_withdrawal_before_anything_happened() {
    let sandbox = open();
    answer_submission(&sandbox, &["PARTNER_QUOTE_EXPIRED"]);
    let complaint = complaint(&run("fiat_withdrawal", &sandbox, &Kept::new().arguments("wd-9001")));
    assert!(complaint.contains("code: PARTNER_QUOTE_EXPIRED"), "{complaint}");
    assert!(complaint.contains("outcome: not executed"), "{complaint}");
    assert_eq!(submissions(&sandbox).len(), 1);
}

#[test]
fn another_refusal_ends_in_a_report_without_secrets() {
    let sandbox = open();
    answer_submission(&sandbox, &["PARTNER_OPERATION_NOT_APPROVED"]);
    let complaint = complaint(&run("fiat_withdrawal", &sandbox, &Kept::new().arguments("wd-9001")));
    for line in [
        "endpoint: ",
        "code: PARTNER_OPERATION_NOT_APPROVED",
        "outcome: not executed",
        "request ids: ",
    ] {
        assert!(complaint.contains(line), "{line} is missing in\n{complaint}");
    }
    for secret in [&sandbox.client_secret, "user-4711", "DE89370400440532013000"] {
        assert!(!complaint.contains(secret), "{complaint}");
    }
}

#[test]
fn a_conversion_is_carried_out() {
    let sandbox = open();
    let said = printed(&run("conversion", &sandbox, &Kept::new().arguments("cv-9001")));
    assert!(
        said.contains(" 1000.00 EUR for ") && said.ends_with(" is COMPLETED\n"),
        "{said}"
    );
    assert_clean(&sandbox);
    assert_eq!(state(&sandbox, "PartnerConversion").as_deref(), Some("COMPLETED"));
}

/// Every program that is not tested by itself, with an id, and the ends of its last lines.
const WORKFLOWS: [(&str, &str, &str); 7] = [
    ("fiat_account", "fa-9001", " is COMPLETED\n"),
    ("withdrawal_activation", "wc-9001-more-info", " is ACTIVE\n"),
    (
        "crypto_deposit",
        "cd-9001",
        "no deposit waits for Travel Rule information\n",
    ),
    ("crypto_refund", "rf-9001", " is COMPLETED\n"),
    ("crypto_withdrawal", "cw-9001", " is COMPLETED\n"),
    ("collection", "co-9001", " is COMPLETED\n"),
    ("crypto_checkout", "order-9001", " USDC were paid\n"),
];

#[test]
fn every_other_workflow_ends_well_and_continues_when_it_is_started_again() {
    let sandbox = open();
    for (name, id, ending) in WORKFLOWS {
        let kept = Kept::new();
        let said = printed(&run(name, &sandbox, &kept.arguments(id)));
        assert!(said.ends_with(ending), "{name}: {said}");
        let effects = sandbox.effects().len();
        let said = printed(&run(name, &sandbox, &kept.arguments(id)));
        assert!(said.ends_with(ending), "{name}: {said}");
        assert_eq!(sandbox.effects().len(), effects, "{name}: {said}");
    }
    let said = printed(&run("balances", &sandbox, &["cust-100001"]));
    assert!(
        said.contains(" USDC\n") && said.ends_with("the latest is COMPLETED\n"),
        "{said}"
    );
    assert_clean(&sandbox);
}

#[test]
fn a_company_is_onboarded_and_nothing_is_done_twice() {
    let (sandbox, kept) = (sandbox(), Kept::new());
    let arguments = ["corp-9001", kept.0.path().to_str().unwrap()];
    for calls in [5, 0] {
        let before = sandbox.effects().len();
        let said = printed(&run("onboard_corporate", &sandbox, &arguments));
        assert!(said.ends_with(" is APPROVED\n"), "{said}");
        assert_eq!(sandbox.effects().len() - before, calls, "{said}");
    }
    assert_clean(&sandbox);
}

#[test]
fn a_refused_payout_is_made_once_its_cause_is_gone_and_stops_no_other() {
    let (sandbox, kept) = (open(), Kept::new());
    let folder = kept.0.path().to_str().unwrap();
    let first = ["wd-1", "cust-9001", folder];
    let request = "cust-9001 is DRAFT: run the example `onboard_individual cust-9001` first";
    assert!(complaint(&run("fiat_withdrawal", &sandbox, &first)).contains(request));
    // The account of an approved customer is refused as for a customer who is not approved.
    sandbox.answer_next("").unwrap();
    sandbox.answer_next("PARTNER_RESOURCE_STATE_INVALID").unwrap();
    let refused = complaint(&run("fiat_withdrawal", &sandbox, &["wd-2", "cust-100001", folder]));
    assert!(
        refused.contains("not executed") && refused.contains("PARTNER_RESOURCE_STATE_INVALID"),
        "{refused}"
    );
    for payout in ["wd-3", "wd-2"] {
        let said = printed(&run("fiat_withdrawal", &sandbox, &[payout, "cust-100001", folder]));
        assert!(said.ends_with(" is COMPLETED\n"), "{payout}: {said}");
    }
    let accounts = calls_of(&sandbox, ACCOUNT);
    let keys: Vec<_> = accounts
        .iter()
        .filter_map(|call| call.header("Idempotency-Key"))
        .collect();
    assert!(keys[2] == "payout:wd-2:account:2", "{keys:?}");
}

#[test]
fn what_a_killed_program_left_behind_is_shown_by_the_command() {
    let (sandbox, kept) = (open(), Kept::new());
    let gate = Gate::closed_at(&sandbox, BEFORE_SUBMISSION, Side::Answer);
    killed_at(&gate, through(&gate, &sandbox, &kept, WITHDRAWAL));
    let store = kept.0.path().join(".oceafin-examples/journal.db");
    let show = |words: &[&str]| {
        let words = ["--store", store.to_str().unwrap()]
            .into_iter()
            .chain(words.iter().copied());
        let secret = |_: &str| Some(sandbox.client_secret.clone());
        let words: Vec<OsString> = words.map(Into::into).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let ended = runtime.block_on(sdkwright_journal::command::run(words, secret));
        sdkwright_watch::keep("printed", &ended.printed);
        assert_eq!((ended.code, ended.complaint), (0, String::new()));
        ended.printed
    };
    let key = "payout:wd-9001:submit";
    let listed = show(&["list", "--secret-env", "SECRET"]);
    assert!(listed.contains(key) && listed.contains("state       open"), "{listed}");
    assert!(
        listed.contains(SUBMISSION) && listed.ends_with("\n1 open intent\n"),
        "{listed}"
    );
    let shown = show(&["show", key]);
    assert!(
        shown.contains("look up     GET /partner/v1/fiat-withdrawals/"),
        "{shown}"
    );
    for secret in ["DE89370400440532013000", "Jane", "user-4711"] {
        assert!(!(listed.clone() + &shown).contains(secret), "{listed}{shown}");
    }
    printed(&through(&gate, &sandbox, &kept, WITHDRAWAL).output().unwrap());
    assert_eq!(show(&["list"]), "0 open intents\n");
}

#[test]
fn a_mistyped_secret_at_the_first_run_blocks_no_action() {
    let (sandbox, kept) = (sandbox(), Kept::new());
    let arguments = kept.arguments("cust-typo");
    let mut mistyped = command("onboard_individual", &sandbox);
    mistyped
        .env("OCEAFIN_PARTNER_API_CLIENT_SECRET", "another")
        .args(&arguments);
    let refused = complaint(&mistyped.output().unwrap());
    assert!(
        refused.contains("not executed: 401 PARTNER_SIGNATURE_INVALID"),
        "{refused}"
    );
    let mut corrected = command("onboard_individual", &sandbox);
    let said = printed(&corrected.args(&arguments).output().unwrap());
    assert!(said.ends_with(" is APPROVED\n"), "{said}");
}

#[test]
fn without_its_variables_an_example_says_which_one_is_missing() {
    for (name, id) in [
        ("quick_start", "cust-9001"),
        ("balances", "cust-9001"),
        ("onboard_individual", "cust-9001"),
        ("fiat_withdrawal", "wd-9001"),
    ] {
        let kept = Kept::new();
        let output = bare(name).args(kept.arguments(id)).output().unwrap();
        assert!(complaint(&output).contains("OCEAFIN_PARTNER_API_BASE_URL"), "{name}");
    }
    let output = bare("webhook_receiver").output().unwrap();
    assert!(complaint(&output).contains("OCEAFIN_PARTNER_API_WEBHOOK_SECRET"));
}

/// A receiver that runs, with what it has said so far.
struct Receiver {
    child: Child,
    url: String,
    said: Arc<Mutex<Vec<String>>>,
}

impl Receiver {
    /// Starts it with the webhook secret alone.
    fn start(webhook_secret: &str) -> Self {
        let mut child = bare("webhook_receiver")
            .arg("127.0.0.1:0")
            .env("OCEAFIN_PARTNER_API_WEBHOOK_SECRET", webhook_secret)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap())
            .lines()
            .map_while(Result::ok);
        let url = lines.next().unwrap().strip_prefix("listening on ").unwrap().to_owned();
        let said: Arc<Mutex<Vec<String>>> = Arc::default();
        let keep = Arc::clone(&said);
        std::thread::spawn(move || lines.for_each(|line| keep.lock().unwrap().push(line)));
        Self { child, url, said }
    }

    fn said(&self, text: &str) -> bool {
        self.said.lock().unwrap().iter().any(|line| line.contains(text))
    }

    /// Hands a delivery over by hand; gives the status.
    fn hand_over(&self, delivery: &Delivery) -> u16 {
        let (host, path) = self.url.strip_prefix("http://").unwrap().split_once('/').unwrap();
        let mut stream = TcpStream::connect(host).unwrap();
        let mut head = format!("POST /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
        for (name, value) in &delivery.headers {
            write!(head, "{name}: {value}\r\n").unwrap();
        }
        write!(head, "Content-Length: {}\r\n\r\n", delivery.body.len()).unwrap();
        stream.write_all(&[head.as_bytes(), &delivery.body].concat()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.split(' ').nth(1).unwrap().parse().unwrap()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        sdkwright_watch::keep("printed", self.said.lock().unwrap().join("\n"));
    }
}

#[test]
fn every_event_is_received_and_read() {
    let sandbox = sandbox();
    let receiver = Receiver::start(&sandbox.webhook_secret);
    sandbox.deliver_to(Some(receiver.url.clone()));
    let events = sandbox.events();
    for event in &events {
        sandbox.deliver(event).unwrap();
    }
    wait_for(|| (sandbox.deliveries().len() >= events.len()).then_some(()));
    for delivery in sandbox.deliveries() {
        assert_eq!(
            (delivery.attempt, delivery.status),
            (1, Some(200)),
            "{}",
            delivery.event
        );
    }
    for event in &events {
        wait_for(|| receiver.said(&format!("{event}: ")).then_some(()));
    }
}

#[test]
fn what_happens_in_a_conversion_is_delivered_to_the_receiver() {
    let sandbox = open();
    let receiver = Receiver::start(&sandbox.webhook_secret);
    sandbox.deliver_to(Some(receiver.url.clone()));
    printed(&run("conversion", &sandbox, &Kept::new().arguments("cv-9001")));
    let conversion = sandbox
        .resources()
        .into_iter()
        .find(|one| one.schema == "PartnerConversion")
        .unwrap();
    let line = format!("conversion.created: read conversion {}", conversion.id.unwrap());
    wait_for(|| receiver.said(&line).then_some(()));
}

#[test]
fn a_forged_delivery_is_refused_and_a_repeated_one_is_taken_in_once() {
    let sandbox = sandbox();
    let receiver = Receiver::start(&sandbox.webhook_secret);
    let genuine = sandbox.signed_delivery("conversion.created").unwrap();

    let mut forged = genuine.clone();
    let at = forged
        .body
        .windows(12)
        .position(|part| part == b"\"conversion\"")
        .unwrap();
    forged.body[at + 1] = b'C';
    assert_eq!(receiver.hand_over(&forged), 401);
    let mut unsigned = genuine.clone();
    unsigned
        .headers
        .retain(|(name, _)| !name.to_lowercase().ends_with("signature"));
    assert_eq!(receiver.hand_over(&unsigned), 401);
    sandbox.set_clock_offset(-3600);
    assert_eq!(
        receiver.hand_over(&sandbox.signed_delivery("conversion.created").unwrap()),
        401
    );
    assert!(!receiver.said("conversion.created"), "nothing of it was worked on");

    assert_eq!((receiver.hand_over(&genuine), receiver.hand_over(&genuine)), (200, 200));
    wait_for(|| (receiver.said("conversion.created: ") && receiver.said("again: ")).then_some(()));
    let said = receiver.said.lock().unwrap();
    assert_eq!(
        said.iter().filter(|line| line.contains("conversion.created: ")).count(),
        1
    );
}

/// Asks again until there is an answer.
fn wait_for<T>(mut ask: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(start.elapsed() < Duration::from_secs(30), "waited in vain");
        std::thread::sleep(Duration::from_millis(10));
    }
}
