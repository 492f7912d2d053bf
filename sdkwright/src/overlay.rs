//! `overlay`: splits a contract from its extension words, applies overlays to a contract, and prints those that the command
//! contains for the contracts of well-known APIs.

use std::path::{Path, PathBuf};

use sdkwright_codegen::output::BESIDE;
use sdkwright_contract::diag::{self, Levels, Report};
use sdkwright_contract::{source, split};

use crate::arguments::{Apply, OverlayCommand, Show, SplitArguments};
use crate::folder;
use crate::input::{ContractInput, InputFile};
use crate::report;
use crate::terminal::{self, Exit, RunError};

/// Runs the command.
pub(crate) fn run(arguments: &OverlayCommand) -> Result<Exit, RunError> {
    match arguments {
        OverlayCommand::Split(arguments) => split(arguments),
        OverlayCommand::Apply(arguments) => apply(arguments),
        OverlayCommand::List => {
            let lines = OVERLAYS.iter().map(|one| format!("{}: {}\n", one.name, one.about()));
            terminal::put(&lines.collect::<String>());
            Ok(Exit::Done)
        }
        OverlayCommand::Show(arguments) => show(arguments),
    }
}

fn show(arguments: &Show) -> Result<Exit, RunError> {
    let Some(one) = OVERLAYS.iter().find(|one| one.name == arguments.name) else {
        let near: Vec<String> = near(&arguments.name).iter().map(|name| format!("`{name}`")).collect();
        let near = if near.is_empty() {
            String::new()
        } else {
            format!("did you mean {}? ", near.join(" or "))
        };
        let what = format!(
            "this command contains no overlay `{}`; {near}`overlay list` prints all names",
            arguments.name
        );
        return Err(RunError::usage(anyhow::anyhow!(what)));
    };
    terminal::put(one.text);
    Ok(Exit::Done)
}

fn split(arguments: &SplitArguments) -> Result<Exit, RunError> {
    let (contract, plain, overlay) = (&arguments.contract, &arguments.plain, &arguments.overlay);
    for (one, other) in [(contract, plain), (contract, overlay), (plain, overlay)] {
        apart(one, other)?;
    }
    let mut report = Report::new(Levels::strict());
    let extends = plain.file_name().map(|name| name.to_string_lossy().into_owned());
    let bytes = read(&arguments.contract)?;
    let name = arguments.contract.display().to_string();
    let Some(split) = split::split(&name, &bytes, &extends.unwrap_or_default(), &mut report) else {
        return Ok(refused(&report, &name));
    };
    if split.words == 0 {
        let what = format!("{name} has no sdkwright extensions, so there is nothing to split");
        return Err(RunError::usage(anyhow::anyhow!(what)));
    }
    let files = [(plain.as_path(), split.plain.as_str()), (overlay, &split.overlay)];
    for (file, text) in files {
        if file.is_file() && read(file)? != text.as_bytes() {
            let file = file.display();
            let what = format!("{file} exists with different content; remove it, or pass another file");
            return Err(RunError::files(anyhow::anyhow!("{what}; nothing was written")));
        }
    }
    write(&files)?;
    terminal::say(&format!(
        "{}: {} extensions were moved to {}",
        arguments.plain.display(),
        split.words,
        arguments.overlay.display()
    ));
    Ok(Exit::Done)
}

fn apply(arguments: &Apply) -> Result<Exit, RunError> {
    let levels = if arguments.strict {
        Levels::strict()
    } else {
        Levels::lenient()
    };
    let mut report = Report::new(levels);
    if let Some(out) = &arguments.out {
        for read in std::iter::once(&arguments.contract).chain(&arguments.overlay) {
            apart(read, out)?;
        }
    }
    let overlays = arguments.overlay.iter().cloned().map(InputFile::Disk);
    let input = ContractInput::alone(InputFile::Disk(arguments.contract.clone()), overlays);
    let laid = input.laid(&mut report)?;
    let root = laid.as_ref().and_then(source::Tree::root);
    let Some(root) = root.filter(|_| !report.has_errors()) else {
        return Ok(refused(&report, &input.shown));
    };
    tell(&report);
    let text = source::to_yaml(root);
    match &arguments.out {
        Some(out) => write(&[(out, &text)])?,
        None => terminal::put(&text),
    }
    Ok(Exit::Done)
}

fn refused(report: &Report, name: &str) -> Exit {
    tell(report);
    let errors = report::plural(report.errors(), "error");
    terminal::say(&format!("error: {name} was refused ({errors}); nothing was written"));
    Exit::Refused
}

fn tell(report: &Report) {
    let text = diag::render(report, true);
    if !text.is_empty() {
        terminal::say_rendered(text.trim_end());
    }
}

fn read(path: &Path) -> Result<Vec<u8>, RunError> {
    RunError::at(path, crate::input::read_limited(path))
}

/// Refuses to write to the file of another argument, however its path is written.
fn apart(one: &Path, other: &Path) -> Result<(), RunError> {
    let real = |path: &Path| -> Option<PathBuf> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let below = || {
            folder
                .unwrap_or(Path::new("."))
                .canonicalize()
                .ok()?
                .join(path.file_name()?)
                .into()
        };
        path.canonicalize().ok().or_else(below)
    };
    let (Some(this), Some(that)) = (real(one), real(other)) else {
        return Ok(());
    };
    let is_same = this == that && (this.is_file() || !this.exists());
    if is_same {
        let (one, other) = (one.display(), other.display());
        let what = format!("{one} and {other} are the same file; nothing was written, so pass different files");
        return Err(RunError::usage(anyhow::anyhow!(what)));
    }
    Ok(())
}

/// Writes files atomically, and none if one cannot be written.
fn write(files: &[(&Path, &str)]) -> Result<(), RunError> {
    let mut ready = Vec::new();
    for (path, text) in files {
        let real = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
        // A terminal or a pipe is written to directly; only a file can be replaced.
        let is_file = real.is_file() || !real.exists();
        if is_file && path.is_symlink() {
            let what = format!(
                "{} is a link; nothing was written, so pass the file itself",
                path.display()
            );
            return Err(RunError::files(anyhow::anyhow!(what)));
        }
        let written = if is_file {
            let mut beside = real.as_os_str().to_owned();
            beside.push(BESIDE);
            let beside = PathBuf::from(beside);
            let written = folder::write(&beside, text.as_bytes());
            ready.push((beside, real));
            written
        } else {
            std::fs::write(&real, text)
        };
        if let Err(error) = written {
            for (beside, _) in &ready {
                let _ = std::fs::remove_file(beside);
            }
            let what = format!("{}; nothing was written", path.display());
            return Err(RunError::files(anyhow::Error::new(error).context(what)));
        }
    }
    for (beside, real) in &ready {
        RunError::at(real, std::fs::rename(beside, real))?;
    }
    Ok(())
}

/// An overlay that the command contains.
struct Shipped {
    name: &'static str,
    text: &'static str,
}

macro_rules! overlays {
    ($($name:literal)*) => {
        &[$(Shipped { name: $name, text: include_str!(concat!(env!("REPOSITORY"), "/overlays/", $name, ".yaml")) },)*]
    };
}

/// The overlays that the command contains, by name.
const OVERLAYS: &[Shipped] = overlays!["acp" "adyen" "adyen-standard" "berlin-group" "binance" "fireblocks" "fireblocks-webhooks"
        "mastercard-match" "modern-treasury" "open-banking-uk" "paypal" "plaid" "revolut" "square" "stripe" "svix"];

impl Shipped {
    /// Returns the first line of the overlay: the API, and what the overlay describes.
    fn about(&self) -> &'static str {
        let line = self.text.lines().next().unwrap_or_default();
        line.trim_start_matches(['#', ' ']).trim_end_matches('.')
    }
}

/// Returns the names that begin like this one, or the nearest name.
fn near(name: &str) -> Vec<&'static str> {
    let name = name.to_lowercase();
    let names = || OVERLAYS.iter().map(|one| one.name);
    let alike: Vec<&str> = names()
        .filter(|other| other.starts_with(&name) || name.starts_with(other))
        .collect();
    if alike.is_empty() {
        diag::nearest(&name, names()).into_iter().collect()
    } else {
        alike
    }
}

#[cfg(test)]
mod tests {
    use super::{OVERLAYS, near};
    use std::collections::BTreeSet;

    #[test]
    fn each_file_of_the_folder_is_an_overlay_of_the_command() {
        let folder = std::fs::read_dir(concat!(env!("REPOSITORY"), "/overlays")).unwrap();
        let files: BTreeSet<String> = folder
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        let names = OVERLAYS.iter().map(|one| format!("{}.yaml", one.name));
        assert_eq!(files, names.collect());
        for one in OVERLAYS {
            assert!(one.about().contains(": "), "{}", one.name);
            assert!(
                one.text.contains("taken on 20"),
                "{} has no date of its facts",
                one.name
            );
        }
    }

    #[test]
    fn a_wrong_name_has_near_ones() {
        assert_eq!(near("adyen-banking"), ["adyen"]);
        assert_eq!(near("ad"), ["adyen", "adyen-standard",]);
        assert_eq!(near("Modern"), ["modern-treasury"]);
        assert_eq!(near("stirpe"), ["stripe"]);
        assert_eq!(near("coinbase"), [""; 0]);
    }
}
