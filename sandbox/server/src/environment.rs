//! In: environment variables and their values. Out: lines for a shell, and a file for docker, direnv and shells. Never: a file overwritten that
//! contains anything else.

use crate::error::Error;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

/// The first line of each file.
const MARK: &str = "# Written by sdkwright-sandbox: values for development, not for production.";

/// A line for each variable that exports it. A variable with one of the hidden values gets a comment.
pub(crate) fn export_lines(variables: &[(String, String)], hidden: &[String]) -> Vec<String> {
    let line = |(name, value): &(String, String)| {
        if hidden.contains(value) {
            format!("# export {name}=...   your secret is not printed")
        } else if value.chars().all(is_plain) {
            format!("export {name}={value}")
        } else {
            format!("export {name}='{}'", value.replace('\'', r"'\''"))
        }
    };
    variables.iter().map(line).collect()
}

/// Returns `true` for a character that needs no quotation in a shell or in a file for docker.
fn is_plain(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "-._~:/@%+=,".contains(letter)
}

/// Writes a file with a line `NAME=value` for each variable. Only its owner can read it.
pub(crate) fn write(path: &Path, variables: &[(String, String)]) -> Result<(), Error> {
    let failed = |source| Error::Write {
        path: path.to_owned(),
        source,
    };
    let mut text = format!("{MARK}\n");
    for (name, value) in variables {
        if !value.chars().all(is_plain) {
            return Err(Error::Unknown(format!(
                "{}: docker and a shell interpret a character in the value of {name} differently; export the variable instead",
                path.display()
            )));
        }
        text.extend([name, "=", value, "\n"]);
    }
    match fs::read_to_string(path) {
        Ok(known) if !is_own(&known, variables) => {
            return Err(Error::Unknown(format!(
                "{} is not overwritten, because this command did not write its content: pass another file, or remove it",
                path.display()
            )));
        }
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    // A new file takes the place of the old one: its mode is right from the beginning, and a reader never sees half of it.
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}", std::process::id()));
    let new = path.with_file_name(name);
    let written = create(&new)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .and_then(|()| fs::rename(&new, path));
    written.map_err(|error| {
        let _ = fs::remove_file(&new);
        failed(error)
    })
}

/// Returns `true` for a file that an earlier start wrote.
fn is_own(text: &str, variables: &[(String, String)]) -> bool {
    let is_known = |line: &str| {
        let name = line.split_once('=').map(|(name, _)| name);
        variables.iter().any(|(known, _)| Some(known.as_str()) == name)
    };
    text.lines().next() == Some(MARK) && text.lines().skip(1).all(is_known)
}

fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
