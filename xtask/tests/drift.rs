//! `cargo xtask generate --check` as CI runs it: the crates are what the contracts say.

#![allow(clippy::unwrap_used, reason = "the function that the tests share may fail a test")]

use std::process::{Command, Output};

fn xtask(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(arguments)
        .env("NO_COLOR", "1")
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn the_crates_of_this_repository_are_what_their_contracts_say() {
    let checked = xtask(&["generate", "--check"]);
    assert_eq!(
        checked.status.code(),
        Some(0),
        "{}\n{}",
        text(&checked.stdout),
        text(&checked.stderr)
    );
    assert_eq!(text(&checked.stdout), "");
}

#[test]
fn the_help_names_the_command_as_it_is_called_here() {
    let help = text(&xtask(&["generate", "--help"]).stdout);
    assert!(help.contains("Usage: cargo xtask generate"), "{help}");
    assert!(help.contains("\n  cargo xtask generate --check\n"), "{help}");
    assert!(
        !help.contains("sdkwright generate") && !help.contains("{program}"),
        "{help}"
    );
}
