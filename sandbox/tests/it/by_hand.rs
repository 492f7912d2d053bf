//! The shell lines of docs/use/sandbox.md, which sign a call with curl and openssl.

use crate::support::client;
use sdkwright_sandbox_server::{Options, Sandbox};
use serde_json::Value;
use std::process::Command;

#[test]
fn the_shell_lines_of_the_page_make_a_customer_once() {
    let page = include_str!("../../../docs/use/sandbox.md");
    let lines = page.split("```").find(|lines| lines.contains("openssl")).unwrap();
    let server = Sandbox::start_file(client::FIRST, Options::default()).unwrap();
    let run = || -> Value {
        let mut shell = Command::new("bash");
        let shell = shell.args(["-euo", "pipefail", "-c", lines]).envs(server.environment());
        serde_json::from_slice(&shell.output().unwrap().stdout).unwrap()
    };
    let (first, second) = (run(), run());
    assert_eq!(first["status"], "DRAFT", "{first}");
    assert_eq!(first, second);
    assert_eq!(server.effects().len(), 1);
}
