//! Traces of settled intents in the files of SQLite, their permissions, and other processes that write them.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use sdkwright_journal::conformance::{client, intent};
use sdkwright_journal::{Intent, Journal, Sqlite, State};
use sdkwright_runtime::Outcome;
use sdkwright_runtime::journal::{Claim, Journal as _, Piece, Settlement, Verdict};

use crate::calls::server::Server;

const NOW: i64 = 1_782_604_800;
const SENTINEL: &str = "sentinel9f2";

/// An intent whose body repeats a text that nothing else has.
fn sizable(number: u64) -> Intent {
    sdkwright_watch::listen();
    let key = format!("k-{:03}", number.wrapping_mul(0x9e37_79b9) % 997);
    let mut intent = intent(&key, &key, NOW);
    let times = usize::try_from(number * 7919 % 300).unwrap() + 1;
    intent.body = vec![Piece::Bytes(SENTINEL.repeat(times).into())];
    intent.evidence = (number % 3 == 0).then(|| SENTINEL.repeat(times / 2).into());
    intent
}

#[test]
fn an_error_of_opening_names_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("notes.txt");
    std::fs::write(&file, "no database, but a text of the user").unwrap();
    for place in [file.as_path(), folder.path(), &folder.path().join("missing/journal.db")] {
        let text = Sqlite::open(place).unwrap_err().to_string();
        assert_eq!(text.matches(place.to_str().unwrap()).count(), 1, "{text}");
    }
}

async fn sent(journal: &Journal<Sqlite>, intent: Intent) -> Claim {
    match journal.begin(intent).await.unwrap() {
        Verdict::Send(claim) => claim,
        other => panic!("{other:?}"),
    }
}

async fn settle(journal: &Journal<Sqlite>, claim: Claim) {
    let (status, ids) = (201, vec![("ThingId".to_owned(), "t-1".to_owned())]);
    let executed = Settlement::Executed { status, ids };
    journal.settle(claim, executed).await.unwrap();
}

/// Counts a text in the files of a folder.
fn found(folder: &Path, text: &str) -> usize {
    let files = std::fs::read_dir(folder).unwrap();
    let bytes = files.map(|file| std::fs::read(file.unwrap().path()).unwrap());
    bytes
        .map(|bytes| {
            let windows = bytes.windows(text.len());
            windows.filter(|window| *window == text.as_bytes()).count()
        })
        .sum()
}

#[tokio::test]
async fn nothing_of_many_requests_stays_though_pages_were_divided_and_moved() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let journal = Journal::new(Sqlite::open(&path).unwrap()).unwrap();
    let mut own = rusqlite::Connection::open(&path).unwrap();
    let (mut open, mut recorded) = (Vec::new(), Vec::new());
    for number in 0..200 {
        let intent = sizable(number);
        if number % 5 == 4 {
            // Written by the caller's own connection, which does not overwrite deleted content.
            let immediate = rusqlite::TransactionBehavior::Immediate;
            let mut transaction = own.transaction_with_behavior(immediate).unwrap();
            journal.record_in(&mut transaction, intent.clone()).unwrap().unwrap();
            transaction.commit().unwrap();
            recorded.push(intent);
        } else {
            open.push(sent(&journal, intent).await);
        }
        if number % 3 == 2 {
            let place = usize::try_from(number * 31).unwrap() % open.len();
            settle(&journal, open.swap_remove(place)).await;
        }
    }
    assert!(found(folder.path(), SENTINEL) > 0);
    for intent in recorded {
        open.push(sent(&journal, intent).await);
    }
    for claim in open {
        settle(&journal, claim).await;
    }
    // The log was emptied before the last answer, so the program could exit here.
    assert_eq!(found(folder.path(), SENTINEL), 0);
    sdkwright_watch::keep_files(folder.path());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_a_request_stays_when_its_settlement_among_others_is_answered() {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let journal = Journal::new(Sqlite::open(folder.path().join("journal.db")).unwrap()).unwrap();
    let mut running = Vec::new();
    for number in 0..16 {
        let (folder, journal) = (Arc::clone(&folder), journal.clone());
        running.push(tokio::spawn(async move {
            for action in 0..5 {
                let own = format!("{SENTINEL}-{number}-{action};");
                let mut intent = sizable(number * 5 + action);
                (intent.body, intent.evidence) = (vec![Piece::Bytes(own.repeat(99).into())], None);
                let claim = sent(&journal, intent).await;
                settle(&journal, claim).await;
                assert_eq!(found(folder.path(), &own), 0);
            }
        }));
    }
    for running in running {
        running.await.unwrap();
    }
}

#[tokio::test]
async fn a_file_becomes_smaller_when_its_old_rows_are_removed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let journal = Journal::new(Sqlite::open(&path).unwrap()).unwrap();
    let mut claims = Vec::new();
    for number in 0..600 {
        let key = format!("{number}-{}", "k".repeat(200));
        claims.push(tokio::spawn({
            let journal = journal.clone();
            async move { settle(&journal, sent(&journal, intent(&key, &key, NOW)).await).await }
        }));
    }
    for claim in claims {
        claim.await.unwrap();
    }
    let size = || std::fs::metadata(&path).unwrap().len();
    let full = size();
    let actions = journal.actions(&client(NOW + 2 * 86_400).unwrap());
    let before = std::time::UNIX_EPOCH + Duration::from_secs(NOW.unsigned_abs() + 1);
    assert_eq!(actions.purge(before).await.unwrap().removed, 600);
    assert!(size() * 4 < full, "{full} {}", size());
}

#[tokio::test]
async fn a_log_that_somebody_read_while_it_was_to_be_emptied_is_emptied_later() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let journal = Journal::new(Sqlite::open(&path).unwrap()).unwrap();
    let claim = sent(&journal, sizable(1)).await;
    let mut own = rusqlite::Connection::open(&path).unwrap();
    let reader = own.transaction().unwrap();
    let count = |sql| reader.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(count("SELECT COUNT(*) FROM sdkwright_journal_intents"), 1);
    settle(&journal, claim).await;
    journal.actions(&client(NOW).unwrap()).pending().await.unwrap();
    assert!(
        found(folder.path(), SENTINEL) > 0,
        "the reader still sees what was there"
    );
    drop(reader);
    journal.actions(&client(NOW).unwrap()).pending().await.unwrap();
    assert_eq!(found(folder.path(), SENTINEL), 0);
    sdkwright_watch::keep_files(folder.path());
}

#[tokio::test]
async fn a_log_that_a_dead_program_left_is_emptied_by_the_next_one() {
    let folder = tempfile::tempdir().unwrap();
    let (path, copy) = (folder.path().join("journal.db"), tempfile::tempdir().unwrap());
    let journal = Journal::new(Sqlite::open(&path).unwrap()).unwrap();
    let claim = sent(&journal, sizable(1)).await;
    let mut own = rusqlite::Connection::open(&path).unwrap();
    let reader = own.transaction().unwrap();
    reader
        .query_row("SELECT COUNT(*) FROM sdkwright_journal_intents", [], |_| Ok(()))
        .unwrap();
    settle(&journal, claim).await;
    // A copy of the files as a kill at this moment would leave them: not closed.
    for name in ["journal.db", "journal.db-wal"] {
        std::fs::copy(folder.path().join(name), copy.path().join(name)).unwrap();
    }
    assert!(found(copy.path(), SENTINEL) > 0);
    let next = Journal::new(Sqlite::open(copy.path().join("journal.db")).unwrap()).unwrap();
    let pending = next.actions(&client(NOW).unwrap()).pending().await.unwrap();
    assert!(pending.records.is_empty());
    assert_eq!(found(copy.path(), SENTINEL), 0);
    sdkwright_watch::keep_files(copy.path());
}

#[tokio::test]
async fn a_call_ends_at_its_deadline_while_another_process_writes_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let (server, journal) = (Server::default(), Journal::new(Sqlite::open(&path).unwrap()).unwrap());
    let own = Arc::new(Mutex::new(rusqlite::Connection::open(&path).unwrap()));
    let does = |statement: &str| own.lock().unwrap().execute_batch(statement).unwrap();
    let (deadline, began) = (Duration::from_millis(1200), Instant::now());

    does("BEGIN IMMEDIATE");
    let called = server.create_in_time(&journal, "k", deadline, || ()).await;
    assert_eq!((called.unwrap_err().outcome(), server.effects()), (Outcome::Unknown, 0));
    does("ROLLBACK");
    // The other process writes again while the API responds.
    let other = Arc::clone(&own);
    let writes = move || other.lock().unwrap().execute_batch("BEGIN IMMEDIATE").unwrap();
    let called = server.create_in_time(&journal, "k", deadline, writes).await;
    assert_eq!((called.unwrap().status.as_u16(), server.effects()), (201, 1));
    assert!(began.elapsed() < Duration::from_secs(6), "{:?}", began.elapsed());
    does("ROLLBACK");
    let settled = journal
        .actions(&server.client(&journal))
        .show("k")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(settled.state, State::Executed);
}

#[cfg(unix)]
#[tokio::test]
async fn a_new_file_and_what_stands_beside_it_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let journal = Journal::new(Sqlite::open(&path).unwrap()).unwrap();
    let claim = sent(&journal, sizable(1)).await;
    let files = std::fs::read_dir(folder.path()).unwrap();
    let modes: Vec<u32> = files.map(|file| mode(&file.unwrap().path())).collect();
    assert_eq!(modes, [0o600; 3]);
    drop(claim);
    // Permissions that the user has set are kept.
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o660)).unwrap();
    Sqlite::open(&path).unwrap();
    assert_eq!(mode(&path), 0o660);
    // `:memory:` and a path in a missing folder create no file.
    Journal::new(Sqlite::open(":memory:").unwrap()).unwrap();
    assert!(!Path::new(":memory:").exists());
    let missing = folder.path().join("missing/journal.db");
    assert!(
        Sqlite::open(missing)
            .unwrap_err()
            .to_string()
            .contains("unable to open")
    );
}
