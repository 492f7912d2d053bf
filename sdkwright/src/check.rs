//! Differences as a unified diff, and their causes.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt::Write as _;

use sdkwright_changes::drift::Cause;
use sdkwright_codegen::output::{MANIFEST, OutputTree, Plan};

/// Returns the differences between a folder and its tree, in the order of their paths. The manifest follows from the
/// rest and is shown only if nothing else differs.
pub(crate) fn diff(folder: &str, tree: &OutputTree, plan: &Plan, disk: &BTreeMap<String, Vec<u8>>) -> String {
    let mut text = String::new();
    let mut paths: Vec<&String> = plan
        .create
        .iter()
        .chain(&plan.update)
        .chain(&plan.remove)
        .chain(&plan.strangers)
        .collect();
    paths.sort();
    for path in paths {
        let (old, new) = (disk.get(path).map(Vec::as_slice), tree.get(path));
        if plan.strangers.contains(path) {
            let _ = writeln!(
                text,
                "stranger: {folder}/{path} was not made by this command; move it elsewhere (code of your own: below src/custom, or named in `keep`)"
            );
        } else {
            text.push_str(&one(folder, path, old, new));
        }
    }
    if text.is_empty() && plan.manifest {
        text.push_str(&one(
            folder,
            MANIFEST,
            disk.get(MANIFEST).map(Vec::as_slice),
            Some(tree.manifest().text().as_bytes()),
        ));
    }
    text
}

/// Returns the causes of the differences, one in a line with its files.
pub(crate) fn causes(causes: &[Cause]) -> String {
    let line = |cause: &Cause| format!("{}: {}\n", cause.text, cause.files.join(", "));
    let lines: String = causes.iter().map(line).collect();
    if lines.is_empty() {
        lines
    } else {
        format!("\nWhy:\n{lines}")
    }
}

/// Returns the shell command that applies the differences: the same arguments without the check.
///
/// The first word is the name of the program, which may be more than one word.
pub(crate) fn command(line: &[OsString]) -> String {
    let mut words = line.iter().map(|word| word.to_string_lossy().into_owned());
    let program = words.next().unwrap_or_default();
    words
        .filter(|word| word != "--check")
        .fold(program, |command, word| command + " " + &quoted(&word))
}

/// Quotes a word for a POSIX shell.
fn quoted(argument: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,@%+".contains(c);
    if !argument.is_empty() && argument.chars().all(plain) {
        argument.to_owned()
    } else {
        format!("'{}'", argument.replace('\'', r"'\''"))
    }
}

fn one(folder: &str, path: &str, old: Option<&[u8]>, new: Option<&[u8]>) -> String {
    let read = |bytes: Option<&[u8]>| String::from_utf8_lossy(bytes.unwrap_or_default()).into_owned();
    let name = |side: &str, bytes: Option<&[u8]>| match bytes {
        Some(_) => format!("{side}/{folder}/{path}"),
        None => "/dev/null".to_owned(),
    };
    let (before, after) = (read(old), read(new));
    let diff = similar::TextDiff::from_lines(before.as_str(), after.as_str());
    diff.unified_diff()
        .context_radius(3)
        .header(&name("a", old), &name("b", new))
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::command;

    #[test]
    fn the_advice_is_a_command_that_a_shell_can_run() {
        let line = [
            "cargo xtask",
            "generate",
            "--check",
            "--contract",
            "it's a.yaml",
            "--out=/tmp/x",
            "--only",
            "path=/a/{b}",
        ];
        assert_eq!(
            command(&line.map(Into::into)),
            r"cargo xtask generate --contract 'it'\''s a.yaml' --out=/tmp/x --only 'path=/a/{b}'"
        );
    }
}
