//! Output, exit codes, and the progress of a run. Text of a contract cannot steer a terminal: hidden characters are replaced. Text may be
//! styled, and anstream removes the styles if the stream is not a terminal, or if `NO_COLOR` is set.
//!
//! The progress is one line of standard error, cleared at the end; nothing if that is not a terminal. It never changes or delays
//! the work.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anstyle::{AnsiColor, Style};
use anyhow::Context as _;
use clap_cargo::style;
use indicatif::{ProgressBar, ProgressStyle};
use sdkwright_contract::Stage;
use sdkwright_contract::text::{is_hidden, visible, visible_line};

/// Returns a line of a unified diff in its colour.
pub(crate) fn diff_line(line: &str) -> String {
    let line = visible(line);
    let style = match line.as_bytes().first() {
        Some(b'+') => AnsiColor::Green.on_default(),
        Some(b'-') => AnsiColor::Red.on_default(),
        Some(b'@') => AnsiColor::Cyan.on_default(),
        _ => Style::new(),
    };
    format!("{style}{line}{style:#}")
}

/// Prints a line on standard error, with its level in the colour of a diagnostic.
pub(crate) fn say(line: &str) {
    let line = visible(line);
    let level = line.split_once(':').map_or("", |(level, _)| level);
    let style = match level {
        "error" => style::ERROR,
        "warning" => style::WARN,
        "note" => style::NOTE,
        _ => Style::new(),
    };
    say_rendered(&format!("{style}{level}{style:#}{}", &line[level.len()..]));
}

/// Prints a line whose hidden characters were replaced before it was styled.
pub(crate) fn say_rendered(line: &str) {
    use std::io::Write as _;
    let _ = writeln!(anstream::stderr(), "{line}");
}

/// Prints complete lines on standard error, whose hidden characters were replaced before they were styled.
pub(crate) fn put_aside_rendered(lines: &str) {
    use std::io::Write as _;
    let _ = anstream::stderr().write_all(lines.as_bytes());
}

/// Prints a result on standard output.
pub(crate) fn put(text: &str) {
    put_rendered(&visible(text));
}

/// Prints JSON on standard output, with hidden characters as escapes: its values stay exact.
pub(crate) fn put_json(text: &str) {
    put_rendered(&json(text));
}

fn json(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hidden(c) && !matches!(c, '\n' | '\t' | '\r') {
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

/// Prints a result whose hidden characters were replaced before it was styled.
pub(crate) fn put_rendered(text: &str) {
    use std::io::Write as _;
    let _ = anstream::stdout().write_all(text.as_bytes());
}

// The ends of a run, and errors that end one.

/// End of a run; each has its own exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    Done = 0,
    /// Something is out of date, or a lint found something.
    OutOfDate = 1,
    Usage = 2,
    Refused = 3,
    FileSystem = 4,
}

/// Error of a run, and its exit code.
#[derive(Debug)]
pub(crate) struct RunError(pub(crate) Exit, pub(crate) anyhow::Error);

impl RunError {
    /// Wraps an error in the arguments or settings.
    pub(crate) fn usage(error: anyhow::Error) -> Self {
        Self(Exit::Usage, error)
    }

    /// Returns the result of work on a file, or a fault that names it.
    pub(crate) fn at<T>(path: &Path, result: std::io::Result<T>) -> Result<T, Self> {
        result.with_context(|| path.display().to_string()).map_err(Self::files)
    }

    /// Wraps an error of the file system.
    pub(crate) fn files(error: anyhow::Error) -> Self {
        Self(Exit::FileSystem, error)
    }
}

impl From<Exit> for ExitCode {
    fn from(ended: Exit) -> Self {
        Self::from(ended as u8)
    }
}

// Progress.

const TEMPLATE: &str = "{prefix}: {msg} [{bar:30}] {pos}/{len}, {elapsed}";

/// Stages of `generate`: those of [`Stage`], then the files are written.
const STAGES: usize = 8;

/// The bar of one piece of work. The line is cleared when it is dropped.
#[derive(Debug)]
pub(crate) struct WorkBar(ProgressBar);

impl WorkBar {
    /// Begins a bar for a contract or a comparison.
    pub(crate) fn new(what: &str) -> Self {
        let bar = ProgressBar::no_length().with_prefix(visible_line(what).into_owned());
        if !bar.is_hidden() {
            // The template is a constant; the default of the crate shows the same counts.
            bar.set_style(ProgressStyle::with_template(TEMPLATE).unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.enable_steady_tick(Duration::from_millis(200));
        }
        Self(bar)
    }

    /// Notes that a stage of `generate` begins.
    pub(crate) fn begins(&self, stage: Stage) {
        self.counts(stage.word(), stage as usize, STAGES);
    }

    /// Notes that the files are being written.
    pub(crate) fn writes(&self) {
        self.counts("write", STAGES - 1, STAGES);
    }

    /// Notes how much of a stage is done, such as its files.
    pub(crate) fn counts(&self, stage: &'static str, done: usize, all: usize) {
        self.0.set_length(all as u64);
        self.0.set_position(done as u64);
        self.0.set_message(stage);
    }
}

// Wall-clock time of each stage; `codegen` announces the stages, the clock is here.

/// Stages in the order of their first start, with their durations.
#[derive(Debug)]
pub(crate) struct Timings {
    stages: RefCell<Vec<(&'static str, Duration)>>,
    now: RefCell<Option<(&'static str, Instant)>>,
}

impl Timings {
    /// Returns an empty table.
    pub(crate) fn start() -> Self {
        Self {
            stages: RefCell::new(Vec::new()),
            now: RefCell::new(None),
        }
    }

    /// Ends the current stage and begins another.
    pub(crate) fn begin(&self, stage: &'static str) {
        self.end();
        self.now.replace(Some((stage, Instant::now())));
    }

    fn end(&self) {
        let Some((stage, since)) = self.now.take() else { return };
        let mut stages = self.stages.borrow_mut();
        match stages.iter_mut().find(|(known, _)| *known == stage) {
            Some((_, took)) => *took += since.elapsed(),
            None => stages.push((stage, since.elapsed())),
        }
    }

    /// Returns a line per stage and one for the total, in milliseconds.
    pub(crate) fn table(&self) -> String {
        self.end();
        let stages = self.stages.borrow();
        let all = stages.iter().map(|(_, took)| *took).sum();
        stages
            .iter()
            .copied()
            .chain([("all", all)])
            .fold("timings:".to_owned(), |mut text, (stage, took)| {
                let _ = write!(text, "\n{:>8} ms  {stage}", took.as_millis());
                text
            })
    }
}

#[cfg(test)]
mod tests {
    use super::{WorkBar, diff_line, json};
    use sdkwright_contract::Stage;

    #[test]
    fn a_hidden_character_is_an_escape_in_json_and_replaced_elsewhere() {
        let text = serde_json::json!({ "a": "\u{202e}\u{9b}\u{1b}\n" }).to_string();
        assert_eq!(json(&text), r#"{"a":"\u202e\u009b\u001b\n"}"#);
        let line = diff_line("+a\u{1b}[8m\u{200f}");
        assert_eq!(line, "\u{1b}[32m+a\u{fffd}[8m\u{fffd}\u{1b}[0m");
    }

    #[test]
    fn a_bar_counts_stages_then_files_and_is_hidden_without_a_terminal() {
        let progress = WorkBar::new("shop.yaml");
        assert!(progress.0.is_hidden());
        progress.begins(Stage::Gather);
        assert_eq!((progress.0.position(), progress.0.length()), (6, Some(8)));
        progress.counts("emit", 1, 3);
        assert_eq!((progress.0.position(), progress.0.length()), (1, Some(3)));
    }
}
