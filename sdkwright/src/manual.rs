//! `completions` and `man`: texts made of the command line itself.

use std::path::Path;

use anyhow::{Context as _, anyhow};

use crate::arguments::{self, Completions, Format, Man};
use crate::fault::{Ended, Fault};
use crate::{report, terminal};

/// Prints the completions of a shell for a program of this name.
pub(crate) fn completions(program: &'static str, arguments: &Completions) -> Ended {
    if program.contains(' ') {
        let what = format!("a shell completes programs, not `{program}`; install sdkwright and run it there");
        return ended(Err(Fault::usage(anyhow!(what))));
    }
    let mut text = Vec::new();
    clap_complete::generate(arguments.shell, &mut arguments::command(program), program, &mut text);
    terminal::put(&String::from_utf8_lossy(&text));
    Ended::Done
}

/// Prints the manual page of a program of this name, or writes one for each command.
pub(crate) fn man(program: &'static str, arguments: &Man) -> Ended {
    let command = arguments::command(program).disable_help_subcommand(true);
    ended(match &arguments.out {
        Some(out) => pages(command, out).map_err(Fault::files),
        None => page(command).map(|text| terminal::put(&text)).map_err(Fault::files),
    })
}

fn ended(result: Result<(), Fault>) -> Ended {
    match result {
        Ok(()) => Ended::Done,
        Err(fault) => {
            report::failure(Format::Text, &fault);
            fault.0
        }
    }
}

fn page(command: clap::Command) -> anyhow::Result<String> {
    let mut text = Vec::new();
    clap_mangen::Man::new(command).render(&mut text)?;
    Ok(String::from_utf8(text)?)
}

fn pages(command: clap::Command, out: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(out)
        .and_then(|()| clap_mangen::generate_to(command, out))
        .with_context(|| out.display().to_string())
}
