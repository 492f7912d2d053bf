//! The store of the local sandbox under kills and under load, apart from the other tests, because both use all cores.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that cannot continue fails, and prints its seed and its kills"
)]

mod crowd;
mod kills;
mod program;
mod store;
#[path = "../../../server/tests/support/mod.rs"]
#[allow(dead_code, reason = "`it` uses the other parts")]
mod support;

/// Runs the work with the path of a new store, and removes the files of the store afterwards.
fn with_store_file(prefix: &str, work: impl FnOnce(&str)) {
    let file = std::env::temp_dir().join(format!("{}.db", support::client::unique(prefix)));
    let file = file.to_str().unwrap();
    work(file);
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{file}{end}"));
    }
}
