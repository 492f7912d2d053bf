//! The place from which cargo gets sdkwright, where `--from` does not say it.
//!
//! In: cargo's list of installed programs (`.crates2.json`), from the folder above this program's and from `$CARGO_HOME`. Out: the
//! repository and the revision it was installed from, or the registry's release of this version. A path of this machine is never
//! the answer: other machines do not have it.

use std::path::PathBuf;

use crate::arguments::Source;

/// Version of this program.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Returns the place.
pub(super) fn known() -> Source {
    lists()
        .into_iter()
        .filter_map(|list| std::fs::read_to_string(list).ok())
        .find_map(|text| of_list(&text))
        .unwrap_or_else(|| Source::Registry(VERSION.to_owned()))
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
fn of_list(text: &str) -> Option<Source> {
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
            Source::Git { url, revision } => format!("{url} at {}", revision.unwrap_or_default()),
            Source::Registry(version) => version,
            Source::Path(path) => path,
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
