//! Every store against the conformance suite.

use std::sync::atomic::{AtomicU32, Ordering};

use sdkwright_journal::{Memory, Sqlite, conformance};

#[tokio::test]
async fn memory_conforms() {
    sdkwright_watch::listen();
    conformance::check_volatile(async || Ok(Memory::new())).await.unwrap();
}

#[tokio::test]
async fn sqlite_conforms() {
    sdkwright_watch::listen();
    let folder = tempfile::tempdir().unwrap();
    let count = AtomicU32::new(0);
    let path = || {
        let name = format!("{}.db", count.fetch_add(1, Ordering::Relaxed));
        folder.path().join(name)
    };
    conformance::check(path, async |path| Sqlite::open(path)).await.unwrap();
}

#[tokio::test]
async fn a_store_that_forgets_does_not_conform() {
    let violated = conformance::check(|| (), async |()| Ok(Memory::new()))
        .await
        .unwrap_err();
    assert_eq!(violated.rule, "what_is_written_outlives_its_store");
    assert_eq!(violated.why, "None instead of Some(Open)");
}
