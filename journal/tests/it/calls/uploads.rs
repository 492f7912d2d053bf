//! Files of uploads whose intent was never written down, and rows that cannot be read.

use std::fs::File;
use std::path::Path;
use std::time::{Duration, SystemTime};

use sdkwright_journal::{Journal, Sqlite, State, StoreError};

use super::server::{self, Fault, Server, create};
use super::{key, upload};

fn names(folder: &Path) -> Vec<String> {
    let files = std::fs::read_dir(folder).unwrap();
    files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect()
}

/// Makes the files of a folder older by this age.
fn age(folder: &Path, age: Duration) {
    for name in names(folder) {
        let file = File::options().write(true).open(folder.join(name)).unwrap();
        file.set_modified(SystemTime::now() - age).unwrap();
    }
}

#[tokio::test]
async fn resume_removes_the_upload_of_a_transaction_that_was_rolled_back_once_it_is_a_day_old() {
    let folder = tempfile::tempdir().unwrap();
    let (path, spool) = (folder.path().join("journal.db"), folder.path().join("spool"));
    let journal = Journal::new(Sqlite::open(&path).unwrap()).unwrap().spool(&spool);
    let server = Server::default();
    let client = server.client(&journal);
    let mut own = rusqlite::Connection::open(&path).unwrap();
    let intent = sdkwright_runtime::client::intent(client.clone(), upload(&client, b"an upload in memory"))
        .await
        .unwrap();
    for commits in [false, true] {
        let mut transaction = own.transaction().unwrap();
        journal.record_in(&mut transaction, intent.clone()).unwrap().unwrap();
        let made = names(&spool);
        assert_eq!(made.len(), 1);
        // Another program sweeps the folder before this one commits.
        let other = Journal::new(Sqlite::open(&path).unwrap()).unwrap().spool(&spool);
        assert_eq!(other.sweep().await.unwrap(), 0);
        if commits {
            transaction.commit().unwrap();
        } else {
            transaction.rollback().unwrap();
        }
        age(&spool, Duration::from_hours(25));
        server.fault(Fault::LoseAnswers(99));
        journal.resume(&client).await.unwrap();
        assert_eq!(names(&spool), if commits { made } else { Vec::new() });
    }
    server.fault(Fault::None);
    let resumed = journal.resume(&client).await.unwrap();
    assert_eq!((resumed.done.len(), server.effects()), (1, 1));
    assert!(names(&spool).is_empty());
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_told_and_stands_in_nobodys_way() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let journal = Journal::new(Sqlite::open(&path).unwrap()).unwrap();
    let server = Server::default();
    let client = server.client(&journal);
    server.fault(Fault::LoseAnswers(99));
    for name in ["k-1", "k-2"] {
        create(&client, key(name), name).await.unwrap_err();
    }
    let own = rusqlite::Connection::open(&path).unwrap();
    let breaks = "UPDATE sdkwright_journal_intents SET request = x'7b7d' WHERE key = 'k-1'";
    assert_eq!(own.execute(breaks, []).unwrap(), 1);
    server.fault(Fault::None);
    let resumed = journal.resume(&client).await.unwrap();
    assert_eq!(resumed.done.len(), 1, "{resumed:?}");
    let [(broken, StoreError::Broken(_))] = resumed.broken.as_slice() else {
        panic!("{resumed:?}")
    };
    assert_eq!(broken, "k-1");
    assert!(!resumed.is_finished() && resumed.leased.is_empty() && resumed.open.is_empty());
    let record = journal.actions(&client).show("k-1").await.unwrap().unwrap();
    assert_eq!((record.state, record.leased_until), (State::Open, 0));
    // A call with the same content does not need the stored file.
    create(&client, key("k-1"), "k-1").await.unwrap();
    assert_eq!(server.effects(), 2);
}

#[tokio::test]
async fn what_a_person_found_is_never_done_again_by_a_server_that_forgot_the_key() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::new(Sqlite::open(folder.path().join("journal.db")).unwrap()).unwrap();
    let server = Server::default();
    let client = server.client(&journal);
    server.fault(Fault::LoseAnswers(99));
    server::submit(&client, key("s"), "thing-1").await.unwrap_err();
    server.fault(Fault::ForgetKeys);
    let resumed = journal.resume(&client).await.unwrap();
    assert_eq!(resumed.reconcile.len(), 1);
    let ids = vec![("ThingId".to_owned(), "thing-1".to_owned())];
    journal
        .actions(&client)
        .reconciled("s", sdkwright_journal::Finding::Executed { ids })
        .await
        .unwrap();
    // The restarted program makes the same call again.
    server.forget();
    let error = server::submit(&client, key("s"), "thing-1").await.unwrap_err();
    assert_eq!(error.outcome(), sdkwright_runtime::Outcome::Executed);
    assert_eq!(server.effects(), 1);
}

#[tokio::test]
async fn a_row_that_cannot_be_written_is_told_and_stands_in_nobodys_way() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let journal = Journal::new(Sqlite::open(&path).unwrap()).unwrap();
    let server = Server::default();
    let client = server.client(&journal);
    server.fault(Fault::LoseAnswers(99));
    for name in ["k-1", "k-2"] {
        create(&client, key(name), name).await.unwrap_err();
    }
    let own = rusqlite::Connection::open(&path).unwrap();
    own.execute_batch(
        "CREATE TRIGGER refuse BEFORE UPDATE ON sdkwright_journal_intents WHEN NEW.key = 'k-1' AND NEW.state = 'executed'
            BEGIN SELECT RAISE(ABORT, 'no'); END",
    )
    .unwrap();
    server.fault(Fault::None);
    let resumed = journal.resume(&client).await.unwrap();
    assert_eq!(resumed.done.len(), 1, "{resumed:?}");
    assert_eq!(resumed.broken[0].0, "k-1");
    assert!(!resumed.is_finished() && resumed.leased.is_empty());
    own.execute_batch("DROP TRIGGER refuse").unwrap();
    assert_eq!(journal.resume(&client).await.unwrap().done.len(), 1);
    assert_eq!(server.effects(), 2);
}

#[tokio::test]
async fn a_file_of_the_callers_stays_in_the_spool_folder_too() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::new(Sqlite::open(folder.path().join("journal.db")).unwrap()).unwrap();
    let spool = folder.path().join("spool");
    std::fs::create_dir(&spool).unwrap();
    let server = Server::default();
    let client = server.client(&journal.spool(&spool));
    let file = spool.join("passport");
    std::fs::write(&file, "as it was").unwrap();
    let request = server::bare(&client, key("k")).upload("image/png", sdkwright_runtime::Upload::from_path(&file));
    sdkwright_runtime::client::send::<sdkwright_runtime::JsonValue>(client.clone(), request)
        .await
        .unwrap();
    assert!(file.exists());
}
