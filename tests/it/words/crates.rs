//! The crates that a program of a user compiles because of the SDK, beside those of `reqwest` and `tokio`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The most crates of other people. A new dependency of the runtime is one of every user: it needs a reason, and one less elsewhere.
const MOST: usize = 10;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .canonicalize()
        .expect("the project")
}

/// The names of all crates that a package with these dependencies compiles for its program.
fn crates(name: &str, dependencies: &str) -> BTreeSet<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n{dependencies}"
    );
    fs::create_dir(folder.path().join("src")).expect("a folder");
    fs::write(folder.path().join("src/main.rs"), "fn main() {}\n").expect("a program");
    fs::write(folder.path().join("Cargo.toml"), manifest).expect("a manifest");
    fs::copy(root().join("Cargo.lock"), folder.path().join("Cargo.lock")).expect("the versions");
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--offline",
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--format",
            "{p}",
        ])
        .current_dir(folder.path())
        .output()
        .expect("cargo");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8_lossy(&output.stdout).into_owned();
    let names = lines.lines().filter_map(|line| line.split(' ').next());
    names.filter(|other| *other != name).map(str::to_owned).collect()
}

#[test]
fn a_program_of_a_user_compiles_few_crates_that_reqwest_and_tokio_do_not_need() {
    let tokio = "tokio = { version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }\n";
    let runtime = fs::read_to_string(root().join("runtime/Cargo.toml")).expect("a manifest");
    assert!(
        runtime.contains("tls-aws-lc = [\"reqwest\", \"reqwest/rustls\", \"aws-lc\"]"),
        "the client's TLS is another one"
    );
    let reqwest = "reqwest = { version = \"0.13\", default-features = false, features = [\"rustls\"] }\n";
    let alone = crates("alone", &format!("{reqwest}{tokio}"));
    let sdk = format!("oceafin-partner = {{ path = {:?} }}\n", root().join("generated"));
    let with = crates("with", &format!("{sdk}{tokio}"));
    let more: Vec<&String> = with.difference(&alone).collect();
    let (ours, others): (Vec<_>, Vec<_>) = more
        .into_iter()
        .partition(|name| name.starts_with("sdkwright-") || *name == "oceafin-partner");
    println!(
        "{} crates beside the {} of reqwest and tokio: {others:?}; and our own: {ours:?}",
        others.len(),
        alone.len()
    );
    assert!(
        others.len() <= MOST,
        "{} crates, at most {MOST}: {others:?}",
        others.len()
    );
    assert_eq!(ours.len(), 5, "{ours:?}");
}

#[test]
fn hashes_are_those_of_the_library_that_tls_or_nothing_else_compiles() {
    let path =
        |name: &str, folder: &str, rest: &str| format!("{name} = {{ path = {:?}{rest} }}\n", root().join(folder));
    let journal = path("sdkwright-journal", "journal", "");
    let default = crates("default", &(path("oceafin-partner", "generated", "") + &journal));
    let features = ", default-features = false, features = [\"reqwest\", \"rust-crypto\"]";
    let pure = crates("pure", &path("oceafin-partner", "generated", features));
    for name in ["sha2", "hmac", "hkdf"] {
        assert!(!default.contains(name), "{name} of {default:?}");
        assert!(pure.contains(name), "{name} is not in {pure:?}");
    }
    assert!(default.contains("aws-lc-rs") && !pure.contains("aws-lc-rs"));
}

#[test]
fn the_quick_start_compiles_neither_tls_nor_sqlite_nor_the_local_server() {
    let manifest = fs::read_to_string(root().join("examples/quick_start/Cargo.toml")).expect("a manifest");
    let (_, dependencies) = manifest.split_once("[dependencies]\n").expect("dependencies");
    let generated = format!("{:?}", root().join("generated"));
    let all = crates("start", &dependencies.replace("\"../../generated\"", &generated));
    println!("{} crates", all.len());
    for name in [
        "rustls",
        "aws-lc-sys",
        "rusqlite",
        "libsqlite3-sys",
        "axum",
        "sdkwright-sandbox-server",
        "sdkwright-journal",
    ] {
        assert!(!all.contains(name), "{name} of {all:?}");
    }
}

#[test]
fn an_example_does_not_compile_the_local_server() {
    let manifest = fs::read_to_string(root().join("examples/Cargo.toml")).expect("a manifest");
    let (_, dependencies) = manifest.split_once("[dev-dependencies]\n").expect("dependencies");
    assert!(!dependencies.contains("sdkwright-sandbox"), "{dependencies}");
}
