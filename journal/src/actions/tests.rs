//! The queries of a program to the journal, over a store in memory.

#![allow(clippy::unwrap_used, clippy::panic)]

use sdkwright_runtime::journal::{Claim, Intent, Journal as _, JournalRefusal, Settlement, Verdict};

use super::*;
use crate::conformance::{client, intent};
use crate::memory::Memory;

const NOW: i64 = 1_782_604_800;

fn journal() -> Journal<Memory> {
    Journal::new(Memory::new()).unwrap()
}

fn of(journal: &Journal<Memory>) -> Actions<Memory> {
    journal.actions(&client(NOW).unwrap())
}

/// A creation that carries an approval which a later call needs, about a subject.
fn draft(key: &str, subject: &str) -> Intent {
    let mut draft = intent(key, key, NOW);
    draft.subject = Some(subject.to_owned());
    draft.evidence = Some("{}".into());
    draft.later = vec!["submitThing".to_owned()];
    draft
}

async fn sent(journal: &Journal<Memory>, intent: Intent) -> Claim {
    match journal.begin(intent).await.unwrap() {
        Verdict::Send(claim) => claim,
        other => panic!("{other:?}"),
    }
}

async fn settled(journal: &Journal<Memory>, intent: Intent, settlement: Settlement) {
    let claim = sent(journal, intent).await;
    journal.settle(claim, settlement).await.unwrap();
}

fn executed() -> Settlement {
    Settlement::Executed {
        status: 201,
        ids: vec![("ThingId".to_owned(), "t-1".to_owned())],
    }
}

const UNKNOWN: Settlement = Settlement::Unknown { refused: None };

#[tokio::test]
async fn an_action_that_is_finished_keeps_its_ids_alone_and_frees_its_subject() {
    let journal = journal();
    settled(&journal, draft("done", "one"), executed()).await;
    settled(&journal, draft("open", "two"), UNKNOWN).await;
    assert!(of(&journal).evidence("done").await.unwrap().is_some());
    for key in ["done", "open"] {
        of(&journal).finish(key).await.unwrap();
    }
    assert!(of(&journal).evidence("done").await.unwrap().is_none());
    assert_eq!(of(&journal).ids("done").await.unwrap().len(), 1);
    assert!(
        of(&journal).evidence("open").await.unwrap().is_some(),
        "what is open is not finished"
    );
    drop(sent(&journal, draft("another", "one")).await);
    let taken = journal.begin(draft("third", "two")).await.unwrap();
    assert!(
        matches!(taken, Verdict::Refused(JournalRefusal::AnotherKey { .. })),
        "{taken:?}"
    );
    assert!(matches!(of(&journal).finish("nothing").await, Err(StoreError::NoKey)));
}

#[tokio::test]
async fn what_is_to_be_reconciled_is_told_and_nothing_else() {
    let journal = journal();
    let refused = Settlement::Unknown {
        refused: Some("STATE".to_owned()),
    };
    settled(&journal, draft("lost", "one"), refused).await;
    settled(&journal, draft("done", "two"), executed()).await;
    settled(&journal, draft("open", "three"), UNKNOWN).await;
    let keys = |records: Vec<Record>| records.into_iter().map(|one| one.key).collect::<Vec<_>>();
    assert_eq!(keys(of(&journal).to_reconcile().await.unwrap().records), ["lost"]);
    assert_eq!(keys(of(&journal).pending().await.unwrap().records), ["open"]);
}

#[tokio::test]
async fn a_call_that_ended_leaves_its_key_to_every_instance_at_once() {
    for settlement in [UNKNOWN, Settlement::CutOff { status: 201 }] {
        let journal = journal().instance("one");
        settled(&journal, intent("k", "a", NOW), settlement).await;
        assert_eq!(of(&journal).show("k").await.unwrap().unwrap().leased_until, 0);
        let other = journal.another_run().unwrap().instance("two");
        let verdict = other.begin(intent("k", "a", NOW + 1)).await.unwrap();
        assert!(matches!(verdict, Verdict::Again { .. }), "{verdict:?}");
    }
}

#[tokio::test]
async fn only_the_instance_is_printed() {
    assert_eq!(
        format!("{:?}", journal().instance("one")),
        "Journal { instance: Some(\"one\"), .. }"
    );
}

#[tokio::test]
async fn an_instance_without_a_name_takes_no_lease_of_another_run() {
    for name in ["", "-"] {
        let ours = journal();
        let _ticket = sent(&ours, intent("k", "k", NOW)).await;
        let other = ours.another_run().unwrap().instance(name);
        let verdict = other.begin(intent("k", "k", NOW + 1)).await.unwrap();
        assert!(
            matches!(verdict, Verdict::Refused(JournalRefusal::Leased { .. })),
            "{name}: {verdict:?}"
        );
    }
}

#[tokio::test(flavor = "current_thread")]
async fn while_the_disk_of_an_upload_is_slow_other_tasks_of_the_thread_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let (open, opens) = std::sync::mpsc::sync_channel(1000);
    let mut journal = journal();
    journal.spool = Some(std::sync::Arc::new(crate::stored::Spool::slow(
        folder.path().to_owned(),
        opens,
    )));
    let mut upload = intent("k", "k", NOW);
    upload.body = vec![sdkwright_runtime::journal::Piece::Upload {
        content: sdkwright_runtime::journal::Content::from_bytes("content"),
        length: 7,
        sha256: [7; 32],
    }];
    let files = || std::fs::read_dir(folder.path()).unwrap().count();
    let lets = async || {
        // The disk's thread continues only when this second task opens the gate.
        tokio::task::yield_now().await;
        open.send(()).unwrap();
    };
    let (claim, ()) = tokio::join!(sent(&journal, upload), lets());
    assert_eq!(files(), 1);
    let (settled, ()) = tokio::join!(journal.settle(claim, executed()), lets());
    settled.unwrap();
    assert_eq!(files(), 0);
    open.send(()).unwrap();
    journal.sweep().await.unwrap();
}
