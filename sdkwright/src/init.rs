//! `init`: sets somebody's repository up.
//!
//! In: arguments and the contract, of which only the title is read. Out: files that are not there yet, and the next
//! steps on standard error. Never overwrites or changes a file.

mod files;

use std::path::{Path, PathBuf};

use anyhow::anyhow;
use sdkwright_codegen::pages;
use sdkwright_contract::diag::{Levels, Report};
use sdkwright_contract::source;

use super::terminal::{Exit, RunError};
use crate::arguments::{CargoSource, Init};
use crate::folder::Folder;
use crate::settings::{check_out, check_package};
use crate::terminal;
use files::{InitFile, Setup};

/// Runs the command.
pub(crate) fn run(arguments: &Init) -> Result<Exit, RunError> {
    let contract = below(&arguments.repository, &arguments.contract)?;
    let package = match &arguments.package {
        Some(name) => name.clone(),
        None => pages::package_name(&title(&arguments.contract)?),
    };
    check_package(&package).map_err(RunError::usage)?;
    let out = arguments.out.trim_end_matches('/');
    check_out(out).map_err(RunError::usage)?;
    let from = match &arguments.from {
        Some(CargoSource::Path(folder)) => CargoSource::Path(package_folder(folder, &arguments.repository)?),
        from => from.clone().unwrap_or_else(known),
    };
    let root = std::fs::read_to_string(arguments.repository.join("Cargo.toml")).unwrap_or_default();
    let setup = Setup {
        contract: &contract,
        out,
        package: &package,
        way: arguments.way,
        from: &from,
        is_workspace: root.lines().any(|line| line.trim() == "[workspace]") && root != files::root_manifest(out),
        is_local: matches!(from, CargoSource::Path(_)),
        ci: !arguments.no_ci,
    };
    let mut to_add = Vec::new();
    for file in setup.files() {
        if !write(&arguments.repository, &file)? {
            to_add.push(file);
        }
    }
    for file in to_add {
        let text = file.to_add.as_deref().unwrap_or(&file.text);
        terminal::say(&format!("{} exists and was not changed; add this to it:\n", file.path));
        terminal::say(&indented(text));
    }
    let steps = setup.next().into_iter().enumerate();
    let steps = steps.fold("next steps:".to_owned(), |text, (at, step)| {
        format!("{text}\n  {}. {step}", at + 1)
    });
    terminal::say(&steps);
    Ok(Exit::Done)
}

/// Writes a file that is not there. Returns false if one with another content is.
fn write(repository: &Path, file: &InitFile) -> Result<bool, RunError> {
    let path = repository.join(&file.path);
    let has = |there: &str| there == file.text || file.to_add.as_deref().is_some_and(|part| there.contains(part));
    let failed = |error: std::io::Error| RunError::files(anyhow::Error::new(error).context(path.display().to_string()));
    match std::fs::read_to_string(&path) {
        Ok(there) if has(&there) => {
            terminal::say(&format!("{}: exists already", file.path));
            Ok(true)
        }
        Ok(_) => Ok(false),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            // Of two runs at once, one writes it.
            Folder::made(repository)
                .and_then(|folder| folder.create(&file.path, file.text.as_bytes()))
                .map_err(failed)?;
            terminal::say(&format!("{}: written", file.path));
            Ok(true)
        }
        Err(error) => Err(failed(error)),
    }
}

/// Returns the path of the contract below the repository, with `/` between its parts.
fn below(repository: &Path, contract: &Path) -> Result<String, RunError> {
    let real = |path: &Path| RunError::at(path, path.canonicalize());
    let (folder, file) = (real(repository)?, real(contract)?);
    let path = file.strip_prefix(&folder).map_err(|_| {
        let (contract, repository) = (contract.display(), repository.display());
        let what =
            format!("{contract} is not in the repository {repository}; copy it there, or pass the repository with");
        RunError::usage(anyhow!("{what} --repository"))
    })?;
    let parts: Vec<String> = path.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    Ok(parts.join("/"))
}

/// Returns the folder of the package sdkwright in the folder of `--from path:DIR`: absolute if that is, or else seen from the
/// repository.
fn package_folder(folder: &str, repository: &Path) -> Result<String, RunError> {
    let given = Path::new(folder);
    let is_package = |folder: &PathBuf| {
        let manifest = std::fs::read_to_string(folder.join("Cargo.toml"));
        manifest.is_ok_and(|text| text.lines().any(|line| line == "name = \"sdkwright\""))
    };
    let mut folders = [given.to_owned(), given.join("sdkwright")].into_iter();
    let found = folders.find(is_package).ok_or_else(|| {
        let what =
            format!("--from path:{folder}: neither this folder nor its folder `sdkwright` has the package sdkwright");
        RunError::usage(anyhow!("{what}; pass the folder of a clone"))
    })?;
    if given.is_absolute() {
        return Ok(found.display().to_string());
    }
    let real = |path: &Path| RunError::at(path, path.canonicalize());
    let (from, to) = (real(repository)?, real(&found)?);
    let common = from
        .iter()
        .zip(to.iter())
        .take_while(|(one, other)| one == other)
        .count();
    let up = from.iter().skip(common).map(|_| "..".into());
    let path: PathBuf = up.chain(to.iter().skip(common).map(PathBuf::from)).collect();
    Ok(path.display().to_string())
}

/// Returns the title of a contract.
fn title(contract: &Path) -> Result<String, RunError> {
    let bytes = RunError::at(contract, crate::input::read_limited(contract))?;
    let mut report = Report::new(Levels::lenient());
    let tree = source::load(&contract.display().to_string(), &bytes, &mut report);
    let root = tree.as_ref().and_then(source::Tree::root);
    let title = root.and_then(|root| root.get("info")?.get("title")?.as_str());
    title.map(str::to_owned).ok_or_else(|| {
        let what = format!(
            "{} has no `info.title`; pass the name of the crate with --package",
            contract.display()
        );
        RunError(Exit::Refused, anyhow!(what))
    })
}

fn indented(text: &str) -> String {
    text.lines()
        .fold(String::new(), |all, line| format!("{all}    {line}\n"))
}

// The place from which cargo gets sdkwright, where `--from` does not say it.

/// Version of this program.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Returns the place.
fn known() -> CargoSource {
    lists()
        .into_iter()
        .filter_map(|list| std::fs::read_to_string(list).ok())
        .find_map(|text| of_list(&text))
        .unwrap_or_else(|| CargoSource::Registry(VERSION.to_owned()))
}

/// Files in which cargo may have written down where this program comes from; the one of its own folder counts first.
fn lists() -> Vec<PathBuf> {
    let own = std::env::current_exe().ok();
    let own = own.and_then(|program| Some(program.parent()?.parent()?.to_owned()));
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    let folders = own.into_iter().chain(home);
    folders.map(|folder| folder.join(".crates2.json")).collect()
}

/// Returns the source of this version of sdkwright in a list of cargo, if that is one that other machines have.
fn of_list(text: &str) -> Option<CargoSource> {
    let list: serde_json::Value = serde_json::from_str(text).ok()?;
    let begins = format!("sdkwright {VERSION} (");
    let mut sources = list.get("installs")?.as_object()?.keys();
    let source = sources.find_map(|package| package.strip_prefix(&begins)?.strip_suffix(')'))?;
    let (kind, place) = source.split_once('+')?;
    let written = match kind {
        "git" => {
            let (url, revision) = place.split_once('#')?;
            // After `?`, a branch or a tag, which says less than the revision.
            let url = url.split('?').next().unwrap_or(url);
            format!("git:{url}#{revision}")
        }
        "registry" | "sparse" => format!("registry:{VERSION}"),
        _ => return None,
    };
    written.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(source: &str) -> Option<String> {
        let list = serde_json::json!({ "installs": {
            "ripgrep 14.0.0 (registry+https://github.com/rust-lang/crates.io-index)": {},
            (format!("sdkwright {VERSION} ({source})")): { "bins": ["sdkwright"] },
        }});
        of_list(&list.to_string()).map(|source| match source {
            CargoSource::Git { url, revision } => format!("{url} at {}", revision.unwrap_or_default()),
            CargoSource::Registry(version) => version,
            CargoSource::Path(path) => path,
        })
    }

    #[test]
    fn an_installed_command_knows_the_repository_and_the_revision_it_came_from() {
        let git = "git+https://example.com/a.git?branch=main#0123abc";
        assert_eq!(of(git).as_deref(), Some("https://example.com/a.git at 0123abc"));
        let plain = "git+file:///srv/a.git#0123abc";
        assert_eq!(of(plain).as_deref(), Some("file:///srv/a.git at 0123abc"));
        let registry = "registry+https://github.com/rust-lang/crates.io-index";
        assert_eq!(of(registry).as_deref(), Some(VERSION));
        assert_eq!(of("sparse+https://example.com/index/").as_deref(), Some(VERSION));
    }

    #[test]
    fn a_folder_of_this_machine_and_a_list_without_this_program_say_nothing() {
        assert_eq!(of("path+file:///home/me/clone/sdkwright"), None);
        assert!(of_list("{}").is_none());
        assert!(of_list("no JSON").is_none());
    }
}
