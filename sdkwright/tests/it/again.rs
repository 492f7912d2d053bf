//! A second run: what it does not do again, and what makes it do so.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use crate::run::{Folder, text};

const CONTRACT: &str = "\
openapi: 3.1.0
info: { title: Shop, version: '1' }
paths:
  /orders:
    get:
      operationId: listOrders
      responses:
        '200': { description: Found, content: { application/json: { schema: { $ref: 'parts.yaml#/Order' } } } }
";
const PARTS: &str = "Order: { type: object, properties: { id: { type: string, x-sensitiv: true } } }\n";
const GENERATE: [&str; 6] = ["generate", "--contract", "shop.yaml", "--out", "sdk", "--timings"];

fn shop(name: &str) -> Folder {
    let folder = Folder::new(name);
    folder.write("shop.yaml", CONTRACT);
    folder.write("parts.yaml", PARTS);
    folder
}

/// Runs again; returns whether the contract was read, and what was said before the table of durations.
fn again(folder: &Folder, more: &[&str]) -> (bool, String) {
    let run = folder.sdkwright(&[&GENERATE, more].concat());
    let said = text(&run.stderr);
    let (said, table) = said.split_once("timings:").unwrap_or((&said, ""));
    (table.contains("  load\n"), said.to_owned())
}

#[test]
fn a_run_after_which_nothing_changed_says_the_same_and_reads_no_contract() {
    let folder = shop("again");
    let (is_read, first) = again(&folder, &[]);
    assert!(is_read && first.contains("x-sensitiv"), "{first}");
    let (is_read, second) = again(&folder, &[]);
    assert!(!is_read, "{second}");
    let findings = |said: &str| said.rsplit_once("sdk: ").map(|(findings, _)| findings.to_owned());
    assert_eq!(findings(&second), findings(&first));
    assert!(!again(&folder, &["--check"]).0);
}

#[test]
fn whatever_changes_makes_a_run_complete() {
    let folder = shop("changes");
    let edited = CONTRACT.replace("Found", "Seen.");
    let parts = PARTS.replace("x-sensitiv:", "x-sensitive:");
    let changes = [
        ("shop.yaml", edited.as_str()),
        ("parts.yaml", parts.as_str()),
        ("sdk/src/client.rs", "// mine"),
        ("sdk/.manifest", ""),
        ("sdk/target/a", ""),
    ];
    let complete = || {
        let made = folder.read_file("sdk/.manifest");
        again(&folder, &["--full"]);
        assert_eq!(
            folder.read_file("sdk/.manifest"),
            made,
            "an incomplete run left something"
        );
    };
    again(&folder, &[]);
    for (file, text) in changes {
        assert!(!again(&folder, &[]).0, "before {file} changed");
        folder.write(file, text);
        assert!(again(&folder, &[]).0, "{file} changed");
        complete();
    }
    std::fs::remove_file(folder.join("sdk/src/client.rs")).unwrap();
    assert!(again(&folder, &[]).0);
    complete();
    assert!(again(&folder, &["--full"]).0 && again(&folder, &["--package", "other"]).0);
}

#[test]
fn a_watched_contract_is_generated_when_it_is_saved() {
    let folder = shop("watch");
    let arguments = [&GENERATE[..5], &["--watch"]].concat();
    let mut run = folder.command(&arguments).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(run.stderr.take().unwrap()).lines().map(Result::unwrap);
    let mut until = |wanted: &str| lines.by_ref().find(|line| line.contains(wanted)).unwrap();
    until("watching 2 files");
    folder.write("parts.yaml", &PARTS.replace("id:", "number:"));
    until("files written");
    until("watching 2 files");
    run.kill().unwrap();
    run.wait().unwrap();
    let model = folder.read_file("sdk/src/models/order.rs");
    assert!(model.contains("number"), "{model}");
}
