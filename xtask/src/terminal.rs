//! Colours: on a terminal only, and never with `NO_COLOR`.

/// May this stream be coloured?
fn colours(stream: &impl std::io::IsTerminal) -> bool {
    stream.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// May standard error be coloured?
pub(crate) fn colours_on_stderr() -> bool {
    colours(&std::io::stderr())
}

/// A line of a unified diff, coloured if wanted.
pub(crate) fn diff_line(line: &str, colours: bool) -> String {
    let code = match line.as_bytes().first() {
        Some(b'+') => "32",
        Some(b'-') => "31",
        Some(b'@') => "36",
        _ => return line.to_owned(),
    };
    if colours {
        format!("\u{1b}[{code}m{line}\u{1b}[0m")
    } else {
        line.to_owned()
    }
}

/// Says something to the person at the terminal.
pub(crate) fn say(line: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Writes a result, for people and for pipes.
pub(crate) fn put(text: &str) {
    use std::io::Write as _;
    let _ = std::io::stdout().write_all(text.as_bytes());
}

/// Is standard output a terminal that may be coloured?
pub(crate) fn colours_on_stdout() -> bool {
    colours(&std::io::stdout())
}
