//! Collects the source of the runtime and of its parts, so that the command has it wherever it is installed.
//!
//! In: the folders `runtime`, `description`, `json` and `signing` of the repository, or of the folder `packaged` in the published package. There, links
//! refer to the originals, which a package cannot reach otherwise. Out: `runtime.rs`, a list of paths and texts, and the variable
//! `REPOSITORY`, the folder with the templates and pages that the command contains. Left out is everything that a user of the runtime
//! does not need: tests, and in manifests the sections and keys for tests and this repository.

#![allow(clippy::print_stdout, reason = "cargo reads what a build script prints")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

/// A folder of this repository, and its place below the vendored runtime.
const ROOMS: [(&str, &str); 4] = [
    ("runtime", ""),
    ("description", "description/"),
    ("json", "json/"),
    ("signing", "signing/"),
];

/// Tables of a manifest that the vendored copy has.
const TABLES: [&str; 3] = ["[package]", "[features]", "[dependencies]"];

/// Keys of `[package]` that are for this repository and its registry.
const KEYS: [&str; 5] = ["categories", "include", "keywords", "readme", "repository"];

/// Settings of a library without tests.
const UNTESTED: &str = "\n\n[lib]\ntest = false\ndoctest = false\nbench = false\n";

fn main() -> io::Result<()> {
    let here = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let here = Path::new(&here);
    // A folder with a `Cargo.toml` is another package, which cargo leaves out.
    let (root, name) = if here.join("../templates/front.md.j2").exists() {
        (here.join(".."), "Cargo.toml")
    } else {
        (here.join("packaged"), "manifest.toml")
    };
    println!("cargo::rustc-env=REPOSITORY={}", root.display());
    let mut files = BTreeMap::new();
    for (room, place) in ROOMS {
        let folder = root.join(room);
        files.insert(
            format!("{place}Cargo.toml"),
            manifest(&read(&folder.join(name))?, place),
        );
        code(&folder.join("src"), &format!("{place}src/"), &mut files)?;
        for license in ["LICENSE-APACHE", "LICENSE-MIT"] {
            files.insert(format!("{place}{license}"), read(&root.join(license))?);
        }
        println!("cargo::rerun-if-changed={}", folder.join("src").display());
    }
    let mut list = String::from(
        "/// Paths below the folder of the runtime, and texts.\npub(crate) const FILES: &[(&str, &str)] = &[\n",
    );
    for (path, text) in files {
        let _ = writeln!(list, "({path:?}, {text:?}),");
    }
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    fs::write(Path::new(&out).join("runtime.rs"), list + "];\n")
}

fn read(path: &Path) -> io::Result<String> {
    println!("cargo::rerun-if-changed={}", path.display());
    fs::read_to_string(path).map_err(|error| io::Error::other(format!("{}: {error}", path.display())))
}

/// Adds the files of a folder, without tests.
fn code(folder: &Path, place: &str, files: &mut BTreeMap<String, String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name == "tests" || name == "tests.rs" {
            continue;
        }
        if path.is_dir() {
            code(&path, &format!("{place}{name}/"), files)?;
        } else {
            files.insert(format!("{place}{name}"), untested(&fs::read_to_string(&path)?));
        }
    }
    Ok(())
}

/// Returns a source file without its module of tests, in it or in a file of its own, and without the attributes of that module.
fn untested(text: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut is_inside = false;
    for line in text.lines() {
        if is_inside {
            is_inside = line != "}";
        } else if line == "mod tests;" || line == "mod tests {" {
            is_inside = line.ends_with('{');
            while kept
                .last()
                .is_some_and(|last| last.starts_with("#[") || last.is_empty())
            {
                kept.pop();
            }
        } else {
            kept.push(line);
        }
    }
    kept.join("\n").trim_end().to_owned() + "\n"
}

/// Returns a manifest for the vendored runtime, whose parts stand in its folder.
fn manifest(text: &str, place: &str) -> String {
    let mut kept = String::from("# A copy that the generator made. Do not edit.\n\n");
    let mut is_kept = false;
    for line in text.lines() {
        if line.starts_with('[') {
            is_kept = TABLES.contains(&line);
        }
        let is_key = |key: &&str| line.strip_prefix(*key).is_some_and(|rest| rest.starts_with(" ="));
        if is_kept && !KEYS.iter().any(is_key) {
            let line = if place.is_empty() {
                line.replace("path = \"../", "path = \"")
            } else {
                line.to_owned()
            };
            let _ = writeln!(kept, "{line}");
        }
    }
    kept.trim_end().to_owned() + UNTESTED
}
