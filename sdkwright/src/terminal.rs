//! Output, the only place that writes to a terminal. Text of a contract cannot steer it: hidden characters are replaced.
//! Colours: on a terminal only, and never with `NO_COLOR`.

use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use sdkwright_contract::text::{is_hidden, visible, visible_line};

/// Returns true if output to this stream is coloured.
fn colours(stream: &impl std::io::IsTerminal) -> bool {
    wants_colours(stream.is_terminal(), std::env::var_os("NO_COLOR").as_deref())
}

/// Applies <https://no-color.org>: set and not empty, whatever its value.
fn wants_colours(is_terminal: bool, no_color: Option<&std::ffi::OsStr>) -> bool {
    is_terminal && no_color.is_none_or(std::ffi::OsStr::is_empty)
}

/// Returns true if standard error is a terminal that can rewrite a line.
pub(crate) fn is_watched() -> bool {
    std::io::IsTerminal::is_terminal(&std::io::stderr()) && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// Returns true if standard error is coloured.
pub(crate) fn colours_on_stderr() -> bool {
    colours(&std::io::stderr())
}

/// Returns a line of a unified diff, optionally coloured.
pub(crate) fn diff_line(line: &str, colours: bool) -> String {
    let line = visible(line);
    let code = match line.as_bytes().first() {
        Some(b'+') => "32",
        Some(b'-') => "31",
        Some(b'@') => "36",
        _ => return line.into_owned(),
    };
    if colours {
        format!("\u{1b}[{code}m{line}\u{1b}[0m")
    } else {
        line.into_owned()
    }
}

/// Prints a line on standard error.
pub(crate) fn say(line: &str) {
    say_rendered(&visible(line));
}

/// Prints a line whose hidden characters were replaced before it was coloured.
pub(crate) fn say_rendered(line: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// A line on standard error that tells where a run is: rewritten on a terminal, one below the other elsewhere.
#[derive(Debug)]
pub(crate) struct Status {
    is_terminal: bool,
    shown: usize,
}

impl Status {
    /// Begins without a line.
    pub(crate) fn new() -> Self {
        Self {
            is_terminal: is_watched(),
            shown: 0,
        }
    }

    /// Shows a line; an empty one ends it.
    pub(crate) fn show(&mut self, line: &str) {
        if self.is_terminal {
            use std::io::Write as _;
            let line = visible_line(line);
            let _ = std::io::stderr().write_all(over(&line, self.shown).as_bytes());
            self.shown = line.chars().count();
        } else if !line.is_empty() {
            say(line);
        }
    }
}

/// Returns a line over one of so many characters; the cursor stays behind an empty line at its start.
fn over(line: &str, shown: usize) -> String {
    let rest = " ".repeat(shown.saturating_sub(line.chars().count()));
    let back = if line.is_empty() { "\r" } else { "" };
    format!("\r{line}{rest}{back}")
}

/// Prints complete lines on standard error, if there are any.
pub(crate) fn put_aside(lines: &str) {
    use std::io::Write as _;
    let _ = std::io::stderr().write_all(visible(lines).as_bytes());
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

/// Prints a result whose hidden characters were replaced before it was coloured.
pub(crate) fn put_rendered(text: &str) {
    use std::io::Write as _;
    let _ = std::io::stdout().write_all(text.as_bytes());
}

/// Returns true if standard output is coloured.
pub(crate) fn colours_on_stdout() -> bool {
    colours(&std::io::stdout())
}

// The ends of a run, and errors that end one.

/// End of a run; each has its own exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    Done = 0,
    /// Something is out of date, or a lint found something.
    OutOfDate = 1,
    Usage = 2,
    Refused = 3,
    FileSystem = 4,
}

/// Error of a run, and its exit code.
#[derive(Debug)]
pub(crate) struct Fault(pub(crate) Ended, pub(crate) anyhow::Error);

impl Fault {
    /// Wraps an error in the arguments or settings.
    pub(crate) fn usage(error: anyhow::Error) -> Self {
        Self(Ended::Usage, error)
    }

    /// Returns the result of work on a file, or a fault that names it.
    pub(crate) fn at<T>(path: &Path, result: std::io::Result<T>) -> Result<T, Self> {
        result.with_context(|| path.display().to_string()).map_err(Self::files)
    }

    /// Wraps an error of the file system.
    pub(crate) fn files(error: anyhow::Error) -> Self {
        Self(Ended::FileSystem, error)
    }
}

impl From<Ended> for ExitCode {
    fn from(ended: Ended) -> Self {
        Self::from(ended as u8)
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::{diff_line, json, over, wants_colours};

    #[test]
    fn a_line_of_progress_covers_the_one_before_and_leaves_nothing_at_the_end() {
        assert_eq!(over("emit, 40 %", 0), "\remit, 40 %");
        assert_eq!(over("emit", 6), "\remit  ");
        assert_eq!(over("", 4), "\r    \r");
    }

    #[test]
    fn a_hidden_character_is_an_escape_in_json_and_replaced_elsewhere() {
        let text = serde_json::json!({ "a": "\u{202e}\u{9b}\u{1b}\n" }).to_string();
        assert_eq!(json(&text), r#"{"a":"\u202e\u009b\u001b\n"}"#);
        assert_eq!(diff_line("+a\u{1b}[8m\u{200f}", false), "+a\u{fffd}[8m\u{fffd}");
    }

    #[test]
    fn colours_are_for_terminals_and_for_who_wants_them() {
        assert!(wants_colours(true, None));
        assert!(wants_colours(true, Some(OsStr::new(""))));
        assert!(!wants_colours(true, Some(OsStr::new("0"))));
        assert!(!wants_colours(true, Some(OsStr::new("1"))));
        assert!(!wants_colours(false, None));
    }
}
