//! The report of `resume` after a kill or a failure of the journal in the middle of it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use sdkwright_journal::{Finding, Journal, Memory, Row, RowChange, RowFilter, Select, State, Store, StoreError};

use super::server::{Fault, Server, create, request};
use super::{journal, key};

#[tokio::test]
async fn what_is_to_be_looked_up_is_told_each_time_until_somebody_did() {
    let (server, journal) = (Server::default(), journal());
    let client = server.client(&journal);
    server.fault(Fault::LoseAnswers(99));
    create(&client, key("k"), "wd-1").await.unwrap_err();
    server.fault(Fault::None);
    server.later(Duration::from_hours(23));
    // Another program changes the row's state, and is killed before it reports it.
    create(&client, key("k"), "wd-1").await.unwrap_err();
    for hours in [0, 0, 72] {
        server.later(Duration::from_hours(hours));
        let resumed = journal.resume(&client).await.unwrap();
        let told = resumed
            .reconcile
            .iter()
            .map(|one| (&*one.record.key, one.arguments.len()));
        assert_eq!(told.collect::<Vec<_>>(), [("k", 1)], "{hours}");
        assert!(!resumed.is_finished(), "{hours}");
    }
    let ids = vec![("ThingId".to_owned(), "thing-1".to_owned())];
    let actions = journal.actions(&client);
    actions.reconciled("k", Finding::Executed { ids }).await.unwrap();
    let resumed = journal.resume(&client).await.unwrap();
    assert!(resumed.reconcile.is_empty() && resumed.is_finished());
}

type Fails = fn(&Select) -> bool;

/// Fails where it is asked for certain rows.
#[derive(Clone)]
struct Failing(Memory, Arc<Mutex<Fails>>);

impl Store for Failing {
    async fn change<T, D>(&self, select: Select, decide: D) -> Result<T, StoreError>
    where
        T: Send + 'static,
        D: Fn(&[Row]) -> (Vec<RowChange>, T) + Send + 'static,
    {
        let fails = *self.1.lock().unwrap();
        if fails(&select) {
            return Err(StoreError::Database("gone".to_owned()));
        }
        self.0.change(select, decide).await
    }
}

#[tokio::test]
async fn what_was_done_is_told_where_the_journal_fails_behind_it() {
    let failures: [Fails; 3] = [
        |select| matches!(select, Select::Due { after, .. } if !after.key.is_empty()),
        |select| {
            matches!(
                select,
                Select::Page {
                    filter: RowFilter::InState(Some(State::CutOff)),
                    ..
                }
            )
        },
        |select| {
            matches!(
                select,
                Select::Page {
                    filter: RowFilter::InState(Some(State::Reconcile)),
                    ..
                }
            )
        },
    ];
    for (number, failure) in failures.into_iter().enumerate() {
        let (server, store) = (
            Server::default(),
            Failing(Memory::new(), Arc::new(Mutex::new(|_| false))),
        );
        let journal = Journal::new(store.clone()).unwrap();
        let client = server.client(&journal);
        let intent = sdkwright_runtime::client::intent(client.clone(), request(&client, key("k"), "wd-1"))
            .await
            .unwrap();
        journal.record(intent).await.unwrap().unwrap();
        *store.1.lock().unwrap() = failure;
        let resumed = journal.resume(&client).await;
        let resumed = resumed.unwrap_or_else(|error| panic!("failure {number}: {error}"));
        assert_eq!((resumed.done.len(), server.effects()), (1, 1), "{number}");
        let failed = matches!(resumed.failed, Some(StoreError::Database(_)));
        assert!(failed && !resumed.is_finished(), "{number}: {resumed:?}");
        // If nothing was done, the failure is the whole result.
        *store.1.lock().unwrap() = |_| true;
        journal.resume(&client).await.unwrap_err();
    }
}
