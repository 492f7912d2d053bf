//! The shell lines of docs/use/sandbox.md, which sign a call with curl and openssl.

use crate::support::client;
use sdkwright_sandbox_server::{Options, Running, Sandbox};
use serde_json::Value;
use std::process::Command;

const PAGE: &str = include_str!("../../../../docs/use/sandbox.md");

/// The block of the page that contains a text.
fn block(text: &str) -> &'static str {
    PAGE.split("```").find(|lines| lines.contains(text)).unwrap()
}

fn server() -> Running {
    Sandbox::start_file(client::FIRST, Options::default()).unwrap()
}

/// Runs the lines with the variables of a server, and returns what they print.
fn run(server: &Running, secret: Option<&str>) -> Value {
    let mut shell = Command::new("bash");
    shell
        .args(["-euo", "pipefail", "-c", block("openssl")])
        .envs(server.environment());
    if let Some(secret) = secret {
        shell.env("OCEAFIN_PARTNER_API_CLIENT_SECRET", secret);
    }
    serde_json::from_slice(&shell.output().unwrap().stdout).unwrap()
}

#[test]
fn the_shell_lines_of_the_page_make_a_customer_once() {
    let server = server();
    let (first, second) = (run(&server, None), run(&server, None));
    assert_eq!(first["status"], "DRAFT", "{first}");
    assert_eq!(first, second);
    assert_eq!(server.effects().len(), 1);
}

#[test]
fn the_log_of_the_page_is_that_of_its_call_and_of_one_with_a_wrong_secret() {
    let server = server();
    run(&server, None);
    run(&server, Some("another-secret-not-for-production"));
    let lines = server
        .calls()
        .iter()
        .map(|call| call.line(false, "http://127.0.0.1:8642"))
        .collect::<String>();
    // The time of day and the milliseconds are those of the run.
    let masked = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| !line.trim().is_empty() && *line != "sh");
        let line = |line: &str| match line.split_once(" ms") {
            Some((known, rest)) => format!(
                "{}{rest}",
                known[8..].trim_end_matches(|one: char| one.is_ascii_digit())
            ),
            None => line.to_owned(),
        };
        lines.map(line).collect()
    };
    assert_eq!(masked(block("PARTNER_SIGNATURE_INVALID")), masked(&lines));
}
