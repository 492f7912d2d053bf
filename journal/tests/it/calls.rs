//! Calls of a client with a journal, against a server in memory that loses answers on command.

mod clocks;
mod leases;
mod many;
mod pages;
mod report;
pub(crate) mod server;
mod uploads;

use std::task::Poll;
use std::time::Duration;

use sdkwright_journal::{Journal, JournalRefusal, Memory, ResendError, Sqlite, State, StoreError};
use sdkwright_runtime::glue::Multipart;
use sdkwright_runtime::{ErrorKind, IdempotencyKey, Outcome, RefreshKey, Refusal, Upload, http};
use server::{Fault, Server, create, draft, submit};

pub(crate) fn key(text: &str) -> IdempotencyKey {
    IdempotencyKey::new(text).unwrap()
}

fn journal() -> Journal<Memory> {
    Journal::new(Memory::new()).unwrap()
}

fn refused(error: &sdkwright_runtime::Error) -> &JournalRefusal {
    match error.refusal() {
        Some(Refusal::Journal(refused)) => refused,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_call_leaves_its_ids_and_nothing_else() {
    let (server, journal) = (Server::default(), journal());
    let client = server.client(&journal);
    create(&client, key("wd-1:create"), "wd-1").await.unwrap();
    let record = journal.actions(&client).show("wd-1:create").await.unwrap().unwrap();
    assert_eq!(record.state, State::Executed);
    assert_eq!(record.id("ThingId"), Some("thing-1"));
    assert_eq!((record.status, record.find), (201, None));
}

#[tokio::test]
async fn a_key_made_anew_after_a_crash_goes_on_with_the_first_sending() {
    let (server, journal) = (Server::default(), journal());
    let client = server.client(&journal);
    server.fault(Fault::LoseAnswers(99));
    let error = create(&client, key("k"), "wd-1").await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(
        journal.actions(&client).show("k").await.unwrap().unwrap().state,
        State::Open
    );
    server.fault(Fault::None);
    let again = create(&client, key("k"), "wd-1").await.unwrap();
    assert!(again.replayed);
    assert_eq!(server.effects(), 1);
}

#[tokio::test]
async fn resume_finishes_what_was_lost_with_the_stored_bytes() {
    let (server, journal) = (Server::default(), journal());
    server.fault(Fault::LoseAnswers(99));
    create(&server.client(&journal), key("k"), "wd-1").await.unwrap_err();
    server.fault(Fault::None);
    let resumed = journal.resume(&server.client(&journal)).await.unwrap();
    assert_eq!(resumed.done[0].id("ThingId"), Some("thing-1"));
    assert!(resumed.is_finished());
    assert_eq!(server.effects(), 1);
    let bodies = server.bodies();
    assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]));
    let nothing = journal.resume(&server.client(&journal)).await.unwrap();
    assert!(nothing.done.is_empty());
}

#[tokio::test]
async fn a_dropped_call_is_finished_by_resume() {
    let (server, journal) = (Server::default(), journal());
    server.fault(Fault::Hang);
    let client = server.client(&journal);
    let mut call = Box::pin(create(&client, key("k"), "wd-1"));
    // The call is dropped after the server has acted.
    let acted = std::future::poll_fn(|context| {
        assert!(call.as_mut().poll(context).is_pending());
        if server.effects() == 1 {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    });
    acted.await;
    drop(call);
    assert_eq!(
        journal.actions(&client).show("k").await.unwrap().unwrap().state,
        State::Open
    );
    server.fault(Fault::None);
    let resumed = journal.resume(&client).await.unwrap();
    assert_eq!((resumed.done.len(), server.effects()), (1, 1));
}

#[tokio::test]
async fn clients_of_two_ids_or_base_urls_share_a_journal_and_its_keys_and_never_meet() {
    let (server, journal) = (Server::default(), journal());
    server.fault(Fault::LoseAnswers(99));
    let client = server.client(&journal);
    create(&client, key("k"), "wd-1").await.unwrap_err();
    for other in [
        server.client_of("somebody-else", "https://api.example.com", &journal),
        server.client_of("client-1", "https://other.example.com", &journal),
    ] {
        server.fault(Fault::None);
        let sent = server.bodies().len();
        let resumed = journal.resume(&other).await.unwrap();
        assert_eq!(resumed.of_others, [(client.sender(), "k".to_owned())]);
        assert!(resumed.done.is_empty() && resumed.open.is_empty());
        assert!(!resumed.is_finished(), "what another client left open is open");
        let error = journal.resend(&other, "k").await.unwrap_err();
        assert!(matches!(error, ResendError::Store(StoreError::NoKey)), "{error}");
        assert_eq!(journal.actions(&other).show("k").await.unwrap(), None);
        assert_eq!(server.bodies().len(), sent);
        // Another sender uses an equal key, for another action on a subject of the same name.
        server.forget();
        create(&other, key("k"), "wd-1").await.unwrap();
        assert_eq!(journal.actions(&other).ids("k").await.unwrap().len(), 1);
        let record = journal.actions(&client).show("k").await.unwrap().unwrap();
        assert_eq!(record.state, State::Open);
    }
    server.fault(Fault::None);
    let resumed = journal.resume(&client).await.unwrap();
    assert!(resumed.done.len() == 1 && resumed.is_finished(), "{resumed:?}");
}

#[tokio::test]
async fn past_the_retention_nothing_is_sent_and_everything_to_find_it_is_told() {
    let (server, journal) = (Server::default(), journal());
    let client = server.client(&journal);
    server.fault(Fault::LoseAnswers(99));
    create(&client, key("k"), "wd-1").await.unwrap_err();
    server.fault(Fault::None);
    server.later(Duration::from_hours(23));
    let sent = server.bodies().len();
    let resumed = journal.resume(&client).await.unwrap();
    let [reconcile] = resumed.reconcile.as_slice() else {
        panic!("{resumed:?}")
    };
    assert_eq!(reconcile.record.operation, "createThing");
    assert_eq!(
        reconcile.record.find.as_deref(),
        Some("/people/p-1/things?reference=wd-1")
    );
    assert_eq!(server.bodies().len(), sent);
    let error = create(&client, key("k"), "wd-1").await.unwrap_err();
    assert_eq!(
        (refused(&error), error.outcome()),
        (&JournalRefusal::Retention, Outcome::Unknown)
    );
    let found = reconcile.fetch(&client).await.unwrap().unwrap();
    assert!(std::str::from_utf8(&found.body).unwrap().contains("thing-1"));
    let ids = vec![("ThingId".to_owned(), "thing-1".to_owned())];
    journal
        .actions(&client)
        .reconciled("k", sdkwright_journal::Finding::Executed { ids })
        .await
        .unwrap();
    assert_eq!(
        journal.actions(&client).show("k").await.unwrap().unwrap().state,
        State::Executed
    );
    assert_eq!(server.effects(), 1);
}

#[tokio::test]
async fn the_same_key_with_another_request_is_refused_before_anything_is_sent() {
    let (server, journal) = (Server::default(), journal());
    let client = server.client(&journal);
    create(&client, key("k"), "wd-1").await.unwrap();
    let sent = server.bodies().len();
    let error = create(&client, key("k"), "wd-2").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert!(matches!(refused(&error), JournalRefusal::AnotherRequest { .. }));
    assert_ne!(
        error.outcome(),
        Outcome::NotExecuted,
        "another key could pay a second time"
    );
    assert_eq!(server.bodies().len(), sent);
}

#[tokio::test]
async fn a_second_creation_with_the_same_reference_and_a_second_submission_are_refused() {
    let (server, journal) = (Server::default(), journal());
    let client = server.client(&journal);
    create(&client, key("k-1"), "wd-1").await.unwrap();
    let error = create(&client, key("k-2"), "wd-1").await.unwrap_err();
    assert_eq!(refused(&error), &JournalRefusal::AnotherKey { key: "k-1".to_owned() });
    submit(&client, key("s-1"), "thing-1").await.unwrap();
    let error = submit(&client, key("s-2"), "thing-1").await.unwrap_err();
    assert_eq!(refused(&error), &JournalRefusal::AnotherKey { key: "s-1".to_owned() });
    assert_eq!(server.effects(), 2);
}

#[tokio::test]
async fn a_certain_refusal_frees_reference_and_only_a_kept_one_spends_the_key() {
    let (server, journal) = (Server::default(), journal());
    let client = server.client(&journal);
    server.fault(Fault::Refuse("NO_FUNDS"));
    let error = create(&client, key("k-1"), "wd-1").await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::NotExecuted);
    server.fault(Fault::Refuse("BAD"));
    create(&client, key("k-2"), "wd-1").await.unwrap_err();
    server.fault(Fault::None);
    let error = create(&client, key("k-1"), "wd-2").await.unwrap_err();
    assert!(matches!(refused(&error), JournalRefusal::AnotherRequest { .. }));
    create(&client, key("k-2"), "wd-2").await.unwrap();
    create(&client, key("k-3"), "wd-1").await.unwrap();
    assert_eq!(server.effects(), 2);
}

#[tokio::test]
async fn a_refused_creation_leaves_nothing_to_look_up_however_often_it_is_repeated() {
    let (server, journal) = (Server::default(), journal());
    let client = server.client(&journal);
    let actions = journal.actions(&client);
    server.fault(Fault::RefuseForGood("NOT_READY"));
    for _ in 0..3 {
        let error = create(&client, key("k"), "wd-1").await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::NotExecuted);
        assert_eq!(actions.show("k").await.unwrap().unwrap().state, State::Refused);
        server.fault(Fault::None);
    }
    assert!(journal.resume(&client).await.unwrap().is_finished());
    // The cause is gone, and the server would repeat its refusal under the first key.
    let next = actions.usable_key(key("k")).await.unwrap();
    assert_eq!(next.as_str(), "k:2");
    server.fault(Fault::LoseAnswers(99));
    create(&client, next, "wd-1").await.unwrap_err();
    let next = actions.usable_key(key("k")).await.unwrap();
    assert_eq!(next.as_str(), "k:2", "it may have been executed");
    server.fault(Fault::None);
    create(&client, next, "wd-1").await.unwrap();
    assert_eq!(server.effects(), 1);
}

#[tokio::test]
async fn a_state_refusal_after_an_unknown_attempt_leads_to_a_read() {
    let (server, journal) = (Server::default(), journal());
    let client = server.client(&journal);
    create(&client, key("k"), "wd-1").await.unwrap();
    server.fault(Fault::LoseAnswers(99));
    submit(&client, key("s"), "thing-1").await.unwrap_err();
    server.fault(Fault::ForgetKeys);
    let resumed = journal.resume(&client).await.unwrap();
    let [reconcile] = resumed.reconcile.as_slice() else {
        panic!("{resumed:?}")
    };
    assert_eq!(reconcile.record.code.as_deref(), Some("STATE"));
    assert_eq!(reconcile.record.find.as_deref(), Some("/things/thing-1"));
    let error = submit(&client, key("s"), "thing-1").await.unwrap_err();
    assert_eq!(
        refused(&error),
        &JournalRefusal::Reconcile {
            code: "STATE".to_owned()
        }
    );
    assert_eq!(server.effects(), 2);
}

#[tokio::test]
async fn a_cut_off_answer_is_read_again_until_it_is_whole() {
    let (server, journal) = (Server::default(), journal());
    let client = server.client(&journal);
    server.fault(Fault::CutOff);
    let error = create(&client, key("k"), "wd-1").await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(
        journal.actions(&client).show("k").await.unwrap().unwrap().state,
        State::CutOff
    );
    server.fault(Fault::None);
    let resumed = journal.resume(&client).await.unwrap();
    assert_eq!(resumed.done[0].id("ThingId"), Some("thing-1"));
    assert_eq!(server.effects(), 1);
}

#[tokio::test]
async fn a_page_of_a_firewall_is_no_refusal_and_the_intent_stays_open() {
    for status in [401, 403, 404, 409, 413] {
        let (server, journal) = (Server::default(), journal());
        let client = server.client(&journal);
        server.fault(Fault::Page(status));
        let error = create(&client, key("k"), "wd-1").await.unwrap_err();
        assert_eq!((error.outcome(), server.effects()), (Outcome::Unknown, 1), "{status}");
        let other = create(&client, key("k-2"), "wd-1").await.unwrap_err();
        assert!(
            matches!(refused(&other), JournalRefusal::AnotherKey { .. }),
            "{status}: {other}"
        );
        for _ in 0..2 {
            let sent = server.bodies().len();
            let resumed = journal.resume(&client).await.unwrap();
            assert_eq!(
                (resumed.open.len(), resumed.refused.len()),
                (1, 0),
                "{status}: {resumed:?}"
            );
            assert_eq!(server.bodies().len(), sent + 4, "{status}: all attempts of the policy");
        }
        server.fault(Fault::None);
        let resumed = journal.resume(&client).await.unwrap();
        assert_eq!(resumed.done[0].id("ThingId"), Some("thing-1"), "{status}");
        assert_eq!(server.effects(), 1);
    }
    // No endless loop: after the retention the intent must be looked up.
    let (server, journal) = (Server::default(), journal());
    let client = server.client(&journal);
    server.fault(Fault::Page(403));
    create(&client, key("k"), "wd-1").await.unwrap_err();
    server.later(Duration::from_hours(25));
    let sent = server.bodies().len();
    assert_eq!(journal.resume(&client).await.unwrap().reconcile.len(), 1);
    assert_eq!(server.bodies().len(), sent);
}

#[tokio::test]
async fn an_answer_of_another_call_leaves_no_ids_and_the_intent_open() {
    let (server, journal) = (Server::default(), journal());
    let client = server.client(&journal);
    server.fault(Fault::OfAnother);
    let error = create(&client, key("k"), "wd-1").await.unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::Unreadable, Outcome::Unknown)
    );
    // The stored intent contains the values that the answer must repeat.
    assert_eq!(journal.resume(&client).await.unwrap().open.len(), 1);
    let record = journal.actions(&client).show("k").await.unwrap().unwrap();
    assert_eq!((record.state, record.ids.len()), (State::Open, 0));
    server.fault(Fault::None);
    let resumed = journal.resume(&client).await.unwrap();
    assert_eq!(resumed.done[0].id("ThingId"), Some("thing-1"));
    assert_eq!(server.effects(), 1);
}

#[tokio::test]
async fn the_approval_stays_until_what_it_created_is_submitted() {
    let (server, journal) = (Server::default(), journal());
    let client = server.client(&journal);
    create(&client, key("k"), "wd-1").await.unwrap();
    assert_eq!(journal.actions(&client).evidence("k").await.unwrap(), None);
    draft(&client, key("d"), "wd-2").await.unwrap();
    let evidence = journal.actions(&client).evidence("d").await.unwrap().unwrap();
    assert!(std::str::from_utf8(&evidence).unwrap().contains("approved"));
    let ids = journal.actions(&client).ids("d").await.unwrap();
    submit(&client, key("s"), &ids[0].1).await.unwrap();
    assert_eq!(journal.actions(&client).evidence("d").await.unwrap(), None);
}

#[tokio::test]
async fn a_journal_that_cannot_write_sends_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let journal = Journal::new(Sqlite::open(&path).unwrap()).unwrap();
    let server = Server::default();
    let client = server.client(&journal);
    let other = rusqlite::Connection::open(&path).unwrap();
    other
        .execute_batch(
            "CREATE TRIGGER broken BEFORE INSERT ON sdkwright_journal_intents BEGIN SELECT RAISE(ABORT, 'disk'); END",
        )
        .unwrap();
    let error = create(&client, key("k"), "wd-1").await.unwrap_err();
    assert!(matches!(refused(&error), JournalRefusal::Failed(failed) if failed.is_unsent));
    assert_eq!(error.outcome(), Outcome::NotExecuted);
    other.execute_batch("DROP TABLE sdkwright_journal_intents").unwrap();
    let error = create(&client, key("k"), "wd-1").await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown, "nobody knows what the table held");
    assert!(server.bodies().is_empty());
}

#[tokio::test]
async fn an_intent_recorded_in_a_transaction_is_there_if_it_commits() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let journal = Journal::new(Sqlite::open(&path).unwrap()).unwrap();
    let server = Server::default();
    let client = server.client(&journal);
    let mut own = rusqlite::Connection::open(&path).unwrap();
    own.execute_batch("CREATE TABLE orders (name TEXT)").unwrap();
    for commits in [false, true] {
        let intent = sdkwright_runtime::client::intent(client.clone(), server::request(&client, key("k"), "wd-1"))
            .await
            .unwrap();
        let mut transaction = own.transaction().unwrap();
        transaction.execute("INSERT INTO orders VALUES ('wd-1')", []).unwrap();
        journal.record_in(&mut transaction, intent).unwrap().unwrap();
        if commits {
            transaction.commit().unwrap();
        } else {
            transaction.rollback().unwrap();
        }
        assert_eq!(
            journal.actions(&client).pending().await.unwrap().records.len(),
            usize::from(commits)
        );
    }
    let resumed = journal.resume(&client).await.unwrap();
    assert_eq!((resumed.done.len(), server.effects()), (1, 1));
}

#[tokio::test]
async fn a_settled_journal_holds_nothing_of_the_request() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let journal = Journal::new(Sqlite::open(&path).unwrap()).unwrap();
    let server = Server::default();
    let client = server.client(&journal);
    let secret = "sentinel9f2-in-the-body";
    server.fault(Fault::LoseAnswers(99));
    draft(&client, key("k"), secret).await.unwrap_err();
    let holds = || {
        let files = std::fs::read_dir(folder.path()).unwrap();
        files.into_iter().any(|file| {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            bytes.windows(secret.len()).any(|window| window == secret.as_bytes())
        })
    };
    assert!(holds(), "an open intent keeps its bytes");
    server.fault(Fault::None);
    assert_eq!(journal.resume(&client).await.unwrap().done.len(), 1);
    // The log is emptied after the answer on the store's thread: another query returns after that.
    journal.actions(&client).show("k").await.unwrap();
    assert!(!holds());
    sdkwright_watch::keep_files(folder.path());
}

#[tokio::test]
async fn what_only_asks_is_not_written_down() {
    let (server, journal) = (Server::default(), journal());
    let client = server.client(&journal);
    server.fault(Fault::LoseAnswers(99));
    let asking = server::request(&client, key("k"), "wd-1").refresh_key(RefreshKey::new("r").unwrap());
    sdkwright_runtime::client::send::<sdkwright_runtime::JsonValue>(client.clone(), asking)
        .await
        .unwrap_err();
    let raw = client
        .raw(http::Method::POST, "/people/p-1/things")
        .body("application/json", "{}");
    raw.refresh_key(RefreshKey::new("q").unwrap()).await.unwrap_err();
    for key in ["k", "r", "q"] {
        assert_eq!(journal.actions(&client).show(key).await.unwrap(), None, "{key}");
    }
}

#[tokio::test]
async fn support_advises_to_retry_and_one_call_does() {
    let (server, journal) = (Server::default(), journal());
    let client = server.client(&journal);
    server.fault(Fault::Refuse("STATE"));
    create(&client, key("k"), "wd-1").await.unwrap_err();
    assert_eq!(
        journal.actions(&client).show("k").await.unwrap().unwrap().state,
        State::Reconcile
    );
    server.fault(Fault::None);
    let answer = journal.resend(&client, "k").await.unwrap();
    assert_eq!(answer.status, 201);
    assert_eq!(journal.actions(&client).ids("k").await.unwrap()[0].1, "thing-1");
    let error = journal.resend(&client, "k").await.unwrap_err();
    assert!(
        matches!(error, ResendError::Refused(JournalRefusal::Executed { .. })),
        "{error}"
    );
}

#[tokio::test]
async fn an_error_of_a_journaled_call_can_be_resent() {
    let (server, journal) = (Server::default(), journal());
    let client = server.client(&journal);
    server.fault(Fault::LoseAnswers(99));
    let error = create(&client, key("k"), "wd-1").await.unwrap_err();
    server.fault(Fault::None);
    client
        .resend(error)
        .value::<sdkwright_runtime::JsonValue>()
        .await
        .unwrap();
    assert_eq!(
        journal.actions(&client).show("k").await.unwrap().unwrap().state,
        State::Executed
    );
    assert_eq!(server.effects(), 1);
}

#[tokio::test]
async fn a_recorded_intent_outlives_a_network_that_is_down_and_a_wrong_secret() {
    let (server, journal) = (Server::default(), journal());
    let client = server.client(&journal);
    let intent = sdkwright_runtime::client::intent(client.clone(), server::request(&client, key("k"), "wd-1"))
        .await
        .unwrap();
    journal.record(intent).await.unwrap().unwrap();
    for fault in [Fault::Unreachable, Fault::Status(401), Fault::Status(503)] {
        server.fault(fault);
        let resumed = journal.resume(&client).await.unwrap();
        assert_eq!(resumed.open.len(), 1, "{resumed:?}");
        assert!(!resumed.is_finished());
    }
    server.fault(Fault::None);
    assert_eq!(journal.resume(&client).await.unwrap().done.len(), 1);
    assert_eq!(server.effects(), 1);
}

#[tokio::test]
async fn a_recorded_intent_that_the_server_refuses_for_good_is_settled() {
    let (server, journal) = (Server::default(), journal());
    let client = server.client(&journal);
    let intent = sdkwright_runtime::client::intent(client.clone(), server::request(&client, key("k"), "wd-1"))
        .await
        .unwrap();
    journal.record(intent).await.unwrap().unwrap();
    server.fault(Fault::Refuse("NO_FUNDS"));
    let resumed = journal.resume(&client).await.unwrap();
    assert_eq!(resumed.refused[0].code.as_deref(), Some("NO_FUNDS"));
    assert_eq!(
        journal.actions(&client).show("k").await.unwrap().unwrap().state,
        State::Refused
    );
}

fn upload(client: &sdkwright_runtime::client::Core, content: &[u8]) -> sdkwright_runtime::request::Request {
    let parts = Multipart::new()
        .text("note", "a value")
        .file("file", &Upload::from_bytes(content.to_vec()), None);
    server::bare(client, key("k")).multipart(parts)
}

#[tokio::test]
async fn an_upload_in_memory_is_never_in_the_journal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let journal = Journal::new(Sqlite::open(&path).unwrap()).unwrap();
    let server = Server::default();
    let client = server.client(&journal);
    server.fault(Fault::LoseAnswers(99));
    let content = b"sentinel9f2 of an upload in memory";
    let send = |request| sdkwright_runtime::client::send::<sdkwright_runtime::JsonValue>(client.clone(), request);
    send(upload(&client, content)).await.unwrap_err();
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(content.len()).any(|window| window == content));
    }
    server.fault(Fault::None);
    let resumed = journal.resume(&client).await.unwrap();
    assert!(resumed.open[0].1.to_string().contains("was not stored"), "{resumed:?}");
    send(upload(&client, content)).await.unwrap();
    assert_eq!(server.effects(), 1);
    sdkwright_watch::keep_files(folder.path());
}

#[tokio::test]
async fn a_spooled_upload_is_finished_by_resume_and_its_file_goes() {
    let folder = tempfile::tempdir().unwrap();
    let journal = journal().spool(folder.path());
    let files = || std::fs::read_dir(folder.path()).unwrap().count();
    let server = Server::default();
    let client = server.client(&journal);
    server.fault(Fault::LoseAnswers(99));
    let content = b"sentinel9f2 in memory";
    let send = |request| sdkwright_runtime::client::send::<sdkwright_runtime::JsonValue>(client.clone(), request);
    send(upload(&client, content)).await.unwrap_err();
    assert_eq!(files(), 1);
    send(upload(&client, content)).await.unwrap_err();
    send(upload(&client, b"another sentinel9f2")).await.unwrap_err();
    assert_eq!(files(), 1, "what no row names is not kept");
    server.fault(Fault::None);
    assert_eq!(journal.resume(&client).await.unwrap().done.len(), 1);
    assert_eq!((files(), server.effects()), (0, 1));
    let bodies = server.bodies();
    assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]));
}

#[tokio::test]
async fn a_file_of_the_caller_stays_and_one_that_changed_is_not_sent() {
    let folder = tempfile::tempdir().unwrap();
    let journal = journal().spool(folder.path().join("spool"));
    let server = Server::default();
    let client = server.client(&journal);
    let file = folder.path().join("passport");
    std::fs::write(&file, "sentinel9f2 as it was").unwrap();
    server.fault(Fault::LoseAnswers(99));
    let request = server::bare(&client, key("k")).upload("image/png", Upload::from_path(&file));
    sdkwright_runtime::client::send::<sdkwright_runtime::JsonValue>(client.clone(), request)
        .await
        .unwrap_err();
    server.fault(Fault::None);
    let sent = server.bodies().len();
    std::fs::write(&file, "another").unwrap();
    let resumed = journal.resume(&client).await.unwrap();
    assert_eq!((resumed.open.len(), server.bodies().len()), (1, sent));
    std::fs::write(&file, "sentinel9f2 as it was").unwrap();
    assert_eq!(journal.resume(&client).await.unwrap().done.len(), 1);
    assert!(file.exists());
    assert_eq!(server.effects(), 1);
}

#[tokio::test]
async fn a_raw_call_takes_a_subject_that_no_second_key_may_act_on() {
    let (server, journal) = (Server::default(), journal());
    let client = server.client(&journal);
    let refund = |name: &str, parts: &[&str]| {
        let raw = client
            .raw(sdkwright_runtime::http::Method::POST, "/refunds")
            .key(key(name));
        raw.subject(parts.iter().copied())
    };
    refund("r-1", &["refund", "order-17"]).await.unwrap();
    let error = refund("r-2", &["refund", "order-17"]).await.unwrap_err();
    assert_eq!(refused(&error), &JournalRefusal::AnotherKey { key: "r-1".to_owned() });
    // The parts of a subject are compared one by one, not joined.
    refund("r-3", &["refundorder", "-17"]).await.unwrap();
    refund("r-4", &["refund", "order-18"]).await.unwrap();
    assert_eq!(server.effects(), 3);
    // Without a key and a journal entry there is nothing to protect the subject with.
    let keyless = client
        .raw(sdkwright_runtime::http::Method::POST, "/refunds")
        .subject(["refund"]);
    for call in [keyless, refund("r-5", &[]), refund("r-6", &[""])] {
        let error = call.await.unwrap_err();
        assert!(matches!(error.refusal(), Some(Refusal::KeyUse(_))), "{error}");
    }
    let alone = server.client_without_journal();
    let raw = alone
        .raw(sdkwright_runtime::http::Method::POST, "/refunds")
        .key(key("r-7"));
    let error = raw.subject(["refund", "order-17"]).await.unwrap_err();
    assert!(matches!(error.refusal(), Some(Refusal::KeyUse(_))), "{error}");
    assert_eq!(server.effects(), 3);
}

#[tokio::test]
async fn the_approval_goes_when_a_person_found_that_the_later_call_happened() {
    let (server, journal) = (Server::default(), journal());
    let client = server.client(&journal);
    draft(&client, key("d"), "wd-1").await.unwrap();
    let ids = journal.actions(&client).ids("d").await.unwrap();
    server.fault(Fault::LoseAnswers(99));
    submit(&client, key("s"), &ids[0].1).await.unwrap_err();
    server.fault(Fault::ForgetKeys);
    assert_eq!(journal.resume(&client).await.unwrap().reconcile.len(), 1);
    let actions = journal.actions(&client);
    assert!(actions.evidence("d").await.unwrap().is_some());
    actions
        .reconciled("s", sdkwright_journal::Finding::Executed { ids: Vec::new() })
        .await
        .unwrap();
    assert_eq!(actions.evidence("d").await.unwrap(), None);
}

#[tokio::test]
async fn another_spelling_of_the_base_url_is_the_same_sender() {
    let (server, journal) = (Server::default(), journal());
    let client = server.client(&journal);
    create(&client, key("k-1"), "wd-1").await.unwrap();
    server.fault(Fault::LoseAnswers(99));
    create(&client, key("k-2"), "wd-2").await.unwrap_err();
    server.fault(Fault::None);
    for spelling in ["HTTPS://API.Example.com:443/", "https://api.example.com."] {
        let other = server.client_of("client-1", spelling, &journal);
        let error = create(&other, key("k-3"), "wd-1").await.unwrap_err();
        assert_eq!(refused(&error), &JournalRefusal::AnotherKey { key: "k-1".to_owned() });
        let resumed = journal.resume(&other).await.unwrap();
        assert!(resumed.is_finished(), "{spelling}: {resumed:?}");
    }
    assert_eq!(server.effects(), 2);
}

#[tokio::test]
async fn a_base_url_that_repeats_what_the_paths_begin_with_sends_nothing_and_says_what_to_write() {
    let (server, journal) = (Server::default(), journal());
    let client = server.client_of("client-1", "https://api.example.com/gate/people", &journal);
    let error = create(&client, key("k"), "wd-1").await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::NotExecuted);
    assert!(
        error.to_string().contains("write `https://api.example.com/gate`"),
        "{error}"
    );
    assert!(server.bodies().is_empty());
}
