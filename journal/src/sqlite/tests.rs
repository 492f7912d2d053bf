//! A file of a newer version, and what SQLite says.

#![allow(clippy::unwrap_used)]

use rusqlite::ffi;

use super::*;

#[test]
fn a_file_of_a_newer_version_is_refused_and_one_of_this_version_opened_again() {
    sdkwright_watch::listen();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    for _ in 0..2 {
        Sqlite::open(&path).unwrap();
    }
    Connection::open(&path)
        .unwrap()
        .pragma_update(None, "user_version", 99)
        .unwrap();
    assert!(matches!(Sqlite::open(&path), Err(StoreError::Broken(_))));
}

#[test]
fn a_file_keeps_its_name_and_is_opened_while_another_program_writes_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let name = || Sqlite::open(&path).unwrap().name().map(str::to_owned);
    let first = name();
    assert!(first.is_some());
    assert_eq!(name(), first);
    // Opening a database of the current version does not wait for writers.
    let mut own = Connection::open(&path).unwrap();
    let writes = own.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
    assert_eq!(name(), first);
    drop(writes);
}

#[test]
fn a_file_in_another_journal_mode_is_opened_once_its_writer_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("application.db");
    let own = Connection::open(&path).unwrap();
    own.execute_batch("CREATE TABLE orders (name TEXT); BEGIN IMMEDIATE; INSERT INTO orders VALUES ('wd-1')")
        .unwrap();
    let (opened, is_open) = channel();
    let opens = std::thread::spawn(move || opened.send(Sqlite::open(&path).map(drop)));
    // It waits, so it has not returned an error meanwhile.
    assert!(is_open.recv_timeout(Duration::from_millis(300)).is_err());
    own.execute_batch("COMMIT").unwrap();
    is_open.recv().unwrap().unwrap();
    opens.join().unwrap().unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_is_deleted_or_replaced_is_noticed_before_the_next_row() {
    let nothing = |store: Sqlite| async move {
        let select = Select::Due {
            sender: sdkwright_runtime::journal::Sender {
                client_id: None,
                base_url: String::new(),
            },
            after: crate::store::RowPosition::first(),
        };
        store.change(select, |_| (Vec::new(), ())).await
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let store = Sqlite::open(&path).unwrap();
    nothing(store.clone()).await.unwrap();
    std::fs::rename(&path, folder.path().join("away.db")).unwrap();
    assert!(matches!(nothing(store.clone()).await, Err(StoreError::Replaced(_))));
    std::fs::copy(folder.path().join("away.db"), &path).unwrap();
    assert!(matches!(nothing(store.clone()).await, Err(StoreError::Replaced(_))));
    std::fs::rename(folder.path().join("away.db"), &path).unwrap();
    nothing(store).await.unwrap();
}

#[test]
fn only_a_busy_database_is_told_as_busy() {
    let said = |code| StoreError::from(rusqlite::Error::SqliteFailure(ffi::Error::new(code), None));
    assert!(matches!(said(ffi::SQLITE_BUSY), StoreError::Busy));
    for other in [ffi::SQLITE_FULL, ffi::SQLITE_CORRUPT, ffi::SQLITE_LOCKED] {
        assert!(matches!(said(other), StoreError::Database(_)), "{other}");
    }
}
