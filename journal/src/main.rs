//! In: the command line. Out: what a journal knows. Never: a call to a server.

use std::io::Write as _;
use std::process::ExitCode;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let variable = |name: &str| std::env::var(name).ok();
    let ended = sdkwright_journal::command::run(std::env::args_os().skip(1), variable).await;
    // A reader that went away, such as `head`, is not an error.
    let _ = std::io::stdout().write_all(ended.printed.as_bytes());
    let _ = std::io::stderr().write_all(ended.complaint.as_bytes());
    ExitCode::from(ended.code)
}
