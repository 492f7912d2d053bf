//! A file of a newer version, and what SQLite says.

#![allow(clippy::unwrap_used)]

use rusqlite::ffi;

use super::*;
use rusqlite::TransactionBehavior;
use std::future::Future as _;

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

/// A row with nothing but its key.
fn row(key: &str) -> Row {
    Row {
        sender: sdkwright_runtime::journal::Sender {
            client_id: None,
            base_url: "https://api.example.com".to_owned(),
        },
        key: key.to_owned(),
        subject: None,
        state: "open".to_owned(),
        recorded: 0,
        leased_until: 0,
        leased_by: String::new(),
        head: "{}".to_owned(),
        request: Some(Vec::new()),
        evidence: None,
        sealed_by: String::new(),
        seal: Vec::new(),
        made: Vec::new(),
    }
}

/// Adds a letter to the row of a key, and returns its letters.
async fn add(store: Sqlite, key: &'static str, letter: char) -> Result<String, StoreError> {
    let select = crate::journal::by_key(&row(key).sender, key);
    let decide = move |found: &[Row]| {
        let mut row = found.first().cloned().unwrap_or_else(|| row(key));
        row.leased_by.push(letter);
        let letters = row.leased_by.clone();
        (vec![RowChange::Write(row)], letters)
    };
    store.change(select, decide).await
}

/// Stores of a file whose next changes form one group: another connection holds the file until all of them wait.
struct Held {
    _folder: tempfile::TempDir,
    store: Sqlite,
    own: Connection,
}

impl Held {
    /// With a trigger on the insertion of each row.
    fn new(trigger: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.db");
        let (store, own) = (Sqlite::open(&path).unwrap(), Connection::open(&path).unwrap());
        let triggers = format!(
            "CREATE TABLE parents (id INTEGER PRIMARY KEY);
             CREATE TABLE children (id INTEGER REFERENCES parents DEFERRABLE INITIALLY DEFERRED);
             CREATE TRIGGER acts BEFORE INSERT ON sdkwright_journal_intents WHEN NEW.key = 'bad' BEGIN {trigger}; END;
             BEGIN IMMEDIATE"
        );
        own.execute_batch(&triggers).unwrap();
        Self {
            _folder: folder,
            store,
            own,
        }
    }

    /// Starts changes in this order, after one that waits for the file, and returns their results.
    async fn results(&self, changes: &[(&'static str, char)]) -> Vec<Result<String, StoreError>> {
        let first = tokio::spawn(add(self.store.clone(), "first", 'f'));
        while self.store.turns.available_permits() == PLACES {
            tokio::task::yield_now().await;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        let mut started = Vec::new();
        for (key, letter) in changes {
            let waiting = self.store.turns.available_permits();
            started.push(tokio::spawn(add(self.store.clone(), key, *letter)));
            while self.store.turns.available_permits() == waiting {
                tokio::task::yield_now().await;
            }
        }
        self.own.execute_batch("ROLLBACK").unwrap();
        assert_eq!(first.await.unwrap().unwrap(), "f");
        let mut results = Vec::new();
        for started in started {
            results.push(started.await.unwrap());
        }
        results
    }

    /// Returns the letters of a key in the file.
    fn letters(&self, key: &str) -> Option<String> {
        let text = "SELECT leased_by FROM sdkwright_journal_intents WHERE key = ?1";
        self.own.query_row(text, [key], |row| row.get(0)).ok()
    }
}

const GROUP: [(&str, char); 5] = [("a", 'x'), ("bad", 'x'), ("b", 'x'), ("a", 'y'), ("a", 'z')];

#[tokio::test]
async fn a_change_that_fails_in_a_group_fails_alone_and_the_changes_of_a_key_stay_in_order() {
    // The second one ends the whole transaction, as a full disk does.
    for trigger in ["SELECT RAISE(ABORT, 'no')", "SELECT RAISE(ROLLBACK, 'no')"] {
        let held = Held::new(trigger);
        let results = held.results(&GROUP).await;
        for (result, wanted) in results
            .iter()
            .zip([Some("x"), None, Some("x"), Some("xy"), Some("xyz")])
        {
            match (result, wanted) {
                (Ok(letters), Some(wanted)) => assert_eq!(letters, wanted),
                (Err(StoreError::Unsent(why)), None) => assert!(why.to_string().ends_with(": no"), "{why}"),
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(held.letters("a").as_deref(), Some("xyz"), "{trigger}");
        assert_eq!((held.letters("b").as_deref(), held.letters("bad")), (Some("x"), None));
    }
}

#[tokio::test]
async fn a_commit_that_fails_fails_all_changes_of_its_group_and_none_is_written() {
    let held = Held::new("INSERT INTO children VALUES (7)");
    for result in held.results(&GROUP).await {
        let error = result.unwrap_err();
        assert!(
            matches!(&error, StoreError::Database(why) if why.ends_with("FOREIGN KEY constraint failed")),
            "{error}"
        );
    }
    assert_eq!(
        [held.letters("a"), held.letters("b"), held.letters("bad")],
        [None, None, None]
    );
    assert_eq!(add(held.store.clone(), "a", 'x').await.unwrap(), "x");
}

#[tokio::test]
async fn changes_of_dropped_callers_are_made_once_and_those_without_a_place_are_not() {
    let held = Held::new("SELECT 1");
    let mut calls: Vec<_> = (0..PLACES + 10)
        .map(|_| Box::pin(add(held.store.clone(), "a", 'x')))
        .collect();
    let polls = std::future::poll_fn(|context| {
        for call in &mut calls {
            assert!(call.as_mut().poll(context).is_pending());
        }
        std::task::Poll::Ready(())
    });
    tokio::task::unconstrained(polls).await;
    assert_eq!(held.store.turns.available_permits(), 0);
    let last = calls.remove(PLACES - 1);
    drop(calls);
    held.own.execute_batch("ROLLBACK").unwrap();
    assert_eq!(last.await.unwrap().len(), PLACES);
    assert_eq!(add(held.store.clone(), "a", 'y').await.unwrap().len(), PLACES + 1);
}

#[tokio::test]
async fn what_waits_when_the_last_handle_goes_is_written() {
    let held = Held::new("SELECT 1");
    let mut call = Box::pin(add(held.store.clone(), "a", 'x'));
    std::future::poll_fn(|context| std::task::Poll::Ready(call.as_mut().poll(context).is_pending())).await;
    drop(call);
    let Held { _folder, store, own } = held;
    drop(store);
    own.execute_batch("ROLLBACK").unwrap();
    let count = || {
        own.query_row("SELECT COUNT(*) FROM sdkwright_journal_intents", [], |row| {
            row.get::<_, i64>(0)
        })
    };
    while count().unwrap() == 0 {
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_stores_of_one_file_write_groups_in_turn() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let stores = [Sqlite::open(&path).unwrap(), Sqlite::open(&path).unwrap()];
    let mut running = Vec::new();
    for number in 0..32 {
        let store = stores[number % 2].clone();
        running.push(tokio::spawn(async move {
            for _ in 0..10 {
                add(store.clone(), "a", 'x').await.unwrap();
            }
        }));
    }
    for running in running {
        running.await.unwrap();
    }
    let [store, _] = stores;
    assert_eq!(add(store, "a", 'x').await.unwrap().len(), 321);
}
