//! `completions`: the completions of a shell, derived from the command line.

use anyhow::anyhow;

use crate::arguments::{self, Completions, Format};
use crate::fault::{Ended, Fault};
use crate::{report, terminal};

/// Prints the completions of a shell for a program of this name.
pub(crate) fn run(program: &'static str, arguments: &Completions) -> Ended {
    if program.contains(' ') {
        let message = format!(
            "a shell cannot complete `{program}`; install the command `sdkwright` and run `sdkwright completions`"
        );
        let fault = Fault::usage(anyhow!(message));
        report::failure(Format::Text, &fault);
        return fault.0;
    }
    let mut text = Vec::new();
    clap_complete::generate(arguments.shell, &mut arguments::command(program), program, &mut text);
    terminal::put(&String::from_utf8_lossy(&text));
    Ended::Done
}
