//! Every store against the conformance suite.

use std::sync::atomic::{AtomicU32, Ordering};

use sdkwright_journal::{Memory, Sqlite, conformance};

#[tokio::test]
async fn memory_conforms() {
    sdkwright_watch::listen();
    conformance::check(async || Ok(Memory::new())).await.unwrap();
}

#[tokio::test]
async fn sqlite_conforms() {
    sdkwright_watch::listen();
    let folder = tempfile::tempdir().unwrap();
    let count = AtomicU32::new(0);
    let fresh = || {
        let path = folder
            .path()
            .join(format!("{}.db", count.fetch_add(1, Ordering::Relaxed)));
        async move { Sqlite::open(path) }
    };
    conformance::check(fresh).await.unwrap();
}
