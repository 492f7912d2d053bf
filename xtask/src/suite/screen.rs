//! Progress and results for a reader: one moving line on a terminal, a line for each program elsewhere, failures, and the sums.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, IsTerminal as _, Write as _};
use std::time::Instant;

use super::outcome::{Counts, Ended};
use super::run::Event;

/// Width of the moving line.
const WIDTH: usize = 78;

/// Prints the progress and the results of a run.
pub(super) struct Screen {
    began: Instant,
    all: usize,
    ended: usize,
    running: BTreeSet<String>,
    is_terminal: bool,
}

/// Prints an error.
pub(super) fn error(text: &str) {
    let _ = writeln!(io::stderr(), "error: {text}");
}

impl Screen {
    /// Begins with the number of processes to come.
    pub(super) fn new(all: usize) -> Self {
        Self {
            began: Instant::now(),
            all,
            ended: 0,
            running: BTreeSet::new(),
            is_terminal: io::stdout().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb"),
        }
    }

    /// Shows a start or an end.
    pub(super) fn show(&mut self, event: Event<'_>) {
        let mut out = io::stdout().lock();
        match event {
            Event::Began(name) => {
                self.running.insert(name.to_owned());
            }
            Event::Ended(ended) => {
                self.ended += 1;
                self.running.remove(&ended.name);
                if self.is_terminal {
                    let _ = write!(out, "\r\x1b[K");
                } else {
                    let _ = writeln!(out, "{}", line(ended));
                }
                if !ended.is_good() {
                    let text = fs::read(&ended.output).unwrap_or_default();
                    let _ = writeln!(out, "=== {}: {}", ended.name, why(ended));
                    let _ = out.write_all(&text);
                    let _ = writeln!(out, "=== end of {}", ended.name);
                }
            }
        }
        if self.is_terminal {
            let names: Vec<&str> = self.running.iter().map(String::as_str).collect();
            let text = format!("{} of {} ended; running: {}", self.ended, self.all, names.join(", "));
            let short: String = text.chars().take(WIDTH).collect();
            let _ = write!(out, "\r\x1b[K{short}");
        }
        let _ = out.flush();
    }

    /// Prints the tests that were ignored, the programs that failed, and the sums.
    pub(super) fn end(&self, all: &[Ended]) {
        let mut out = io::stdout().lock();
        if self.is_terminal {
            let _ = write!(out, "\r\x1b[K");
        }
        let mut sums = Counts::default();
        for ended in all {
            sums.add(ended.counts);
            for line in &ended.ignored_tests {
                let _ = writeln!(out, "{line}");
            }
        }
        let bad: Vec<&Ended> = all.iter().filter(|ended| !ended.is_good()).collect();
        for ended in &bad {
            let _ = writeln!(out, "FAILED {}: {}", ended.name, why(ended));
        }
        let Counts {
            passed,
            failed,
            ignored,
            filtered,
        } = sums;
        let seconds = self.began.elapsed().as_secs();
        let _ = writeln!(
            out,
            "{} programs, {} of them failed; {passed} tests passed, {failed} failed, {ignored} ignored, {filtered} filtered out; {seconds} s",
            all.len(),
            bad.len(),
        );
    }
}

fn why(ended: &Ended) -> &str {
    ended.failure.as_deref().unwrap_or("a test failed")
}

/// Returns the line of one program.
fn line(ended: &Ended) -> String {
    let Counts {
        passed,
        failed,
        ignored,
        filtered,
    } = ended.counts;
    let word = if ended.is_good() { "ok" } else { "FAILED" };
    let mut text = format!("{word} {}: {passed} passed", ended.name);
    for (number, word) in [(failed, "failed"), (ignored, "ignored"), (filtered, "filtered out")] {
        if number > 0 {
            let _ = write!(text, ", {number} {word}");
        }
    }
    text + &format!(" ({:.1} s)", ended.seconds)
}
