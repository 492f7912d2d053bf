//! `cargo xtask test` on a workspace whose tests fail in every way: it runs what `cargo test` runs, and tells of each.

#![allow(clippy::unwrap_used, reason = "the functions that the tests share may fail a test")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{LazyLock, Mutex, PoisonError};

/// Files of a workspace: a package with tests of every kind.
const FILES: [(&str, &str); 8] = [
    (
        "Cargo.toml",
        "[workspace]\n[package]\nname = \"tried\"\nedition = \"2024\"\n[profile.dev]\ndebug = false\n",
    ),
    (
        "src/lib.rs",
        "//! ```\n//! assert!(true);\n//! ```\n//! ```\n//! panic!(\"in the documentation\");\n//! ```\n#[test]\nfn is_in_the_library() {}\n",
    ),
    (
        "tests/some.rs",
        "#[test]\nfn passes() {\n    assert_eq!(std::env::var(\"CARGO_PKG_NAME\").unwrap(), env!(\"CARGO_PKG_NAME\"));\n    assert_eq!(std::env::current_dir().unwrap(), std::path::Path::new(env!(\"CARGO_MANIFEST_DIR\")));\n}\n\
         #[test]\nfn panics() {\n    println!(\"told before the panic\");\n    panic!();\n}\n\
         #[test]\n#[ignore]\nfn is_ignored() {}\n",
    ),
    (
        "tests/aborts.rs",
        "#[test]\nfn aborts() {\n    std::process::abort();\n}\n",
    ),
    (
        "tests/exits.rs",
        "#[test]\nfn exits() {\n    std::process::exit(0);\n}\n",
    ),
    (
        "tests/hangs.rs",
        "#[test]\nfn hangs() {\n    loop {\n        std::thread::park();\n    }\n}\n",
    ),
    // Puts another file in the place of the program that runs the tests, as a build of this repository does.
    (
        "build.rs",
        "fn main() -> std::io::Result<()> {\n    println!(\"cargo::rerun-if-changed=always\");\n    std::fs::copy(\"runner\", \"new\")?;\n    std::fs::rename(\"new\", \"runner\")\n}\n",
    ),
    (
        "src/bin/program.rs",
        "fn main() {}\n#[test]\nfn is_in_the_program() {}\n",
    ),
];

/// The workspace, in the folder for files of this package's tests.
static WORKSPACE: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("suite");
    for (name, text) in FILES {
        let file = folder.join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        // A file that is as it was is not compiled again.
        if std::fs::read_to_string(&file).ok().as_deref() != Some(text) {
            std::fs::write(file, text).unwrap();
        }
    }
    std::fs::copy(env!("CARGO_BIN_EXE_xtask"), folder.join("runner")).unwrap();
    folder
});

/// Held by a test that runs the workspace: runs at the same time would write the same files.
static ALONE: Mutex<()> = Mutex::new(());

/// Runs a program in the workspace. Returns its exit code and all that it printed.
fn run(program: &str, arguments: &[&str]) -> (Option<i32>, String) {
    let manifest = WORKSPACE.join("Cargo.toml");
    let output = Command::new(program)
        .args(arguments.iter().take_while(|word| **word != "--"))
        .arg("--manifest-path")
        .arg(manifest)
        .args(arguments.iter().skip_while(|word| **word != "--"))
        .env_remove("CARGO_TARGET_DIR")
        .env_remove("RUST_TEST_NOCAPTURE")
        .current_dir(&*WORKSPACE)
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}

fn suite(arguments: &[&str]) -> (Option<i32>, String) {
    let runner = WORKSPACE.join("runner");
    run(runner.to_str().unwrap(), &[&["test"], arguments].concat())
}

/// Returns the tests of an output, each with its result; those of the documentation come without the time of their compilation.
fn tests(text: &str) -> BTreeSet<String> {
    let lines = text
        .lines()
        .filter(|line| line.starts_with("test ") && line.contains(" ... "));
    lines.map(str::to_owned).collect()
}

#[test]
fn it_runs_what_cargo_runs_and_tells_of_each_failure() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let skip = ["--", "--skip", "hangs", "--skip", "aborts", "--skip", "exits"];
    let (_, by_cargo) = run(
        env!("CARGO"),
        &[&["test", "--workspace", "--no-fail-fast"], &skip[..]].concat(),
    );
    let (code, told) = suite(&skip);
    assert_eq!(code, Some(1), "{told}");
    let mut ours = BTreeSet::new();
    for file in std::fs::read_dir(WORKSPACE.join("target/debug/suite/output")).unwrap() {
        ours.extend(tests(&std::fs::read_to_string(file.unwrap().path()).unwrap()));
    }
    assert_eq!(ours, tests(&by_cargo));
    assert_eq!(ours.len(), 7, "{ours:#?}");
    let programs = by_cargo
        .lines()
        .filter(|line| line.starts_with("     Running "))
        .count();
    let sums = format!(
        "\n{} programs, 2 of them failed; 4 tests passed, 2 failed, 1 ignored, 3 filtered out; ",
        programs + 1
    );
    assert!(told.contains(&sums), "{sums}{told}");
    for word in [
        "ok tried/lib:tried: 1 passed (",
        "\ntold before the panic\n",
        "in the documentation",
        "\ntest is_ignored ... ignored\n",
        "\nFAILED tried/some: ",
        "\nFAILED documentation: ",
    ] {
        assert!(told.contains(word), "{word}\n{told}");
    }
}

#[test]
fn it_tells_of_programs_that_end_before_their_tests_or_never() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let ends_of = |arguments: &[&str], words: &[&str]| {
        let (code, told) = suite(arguments);
        assert_eq!(code, Some(1), "{told}");
        for word in words {
            assert!(told.contains(word), "{word}\n{told}");
        }
    };
    let early = [
        "FAILED tried/aborts: signal: 6 ",
        "FAILED tried/exits: ended before its tests, with exit code 0",
        "\n2 programs, 2 of them failed; 0 tests passed, ",
    ];
    ends_of(&["aborts", "exits"], &early);
    ends_of(
        &["hangs", "--limit", "1"],
        &["FAILED tried/hangs: still ran after 1 s and was killed"],
    );
    ends_of(&["no-such-program"], &["error: no test program has one of these names"]);
}
