//! The report of `resume` about an intent that another call took over.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sdkwright_journal::{Journal, Memory};
use sdkwright_runtime::journal::{Journal as _, Verdict};
use sdkwright_runtime::transport::{Body, SendError, SendFuture, SleepFuture, Transport};
use sdkwright_runtime::{Outcome, http};

use super::key;
use super::server::{self, Fault, Server, create, request};

/// A transport that runs a function during a request and loses its answer.
struct Meanwhile<F>(F);

impl<F> Transport for Meanwhile<F>
where
    F: Fn() -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync + 'static,
{
    fn send(&self, _: http::Request<Body>) -> SendFuture<'_> {
        let meanwhile = (self.0)();
        Box::pin(async move {
            meanwhile.await;
            Err(SendError::Unknown("the connection broke".into()))
        })
    }

    fn sleep(&self, duration: Duration) -> SleepFuture<'_> {
        server::sleep(duration)
    }
}

#[tokio::test]
async fn resume_tells_that_another_call_sends_what_it_lost_on_the_way() {
    let (server, rows) = (Server::default(), Memory::new());
    let journal = Journal::new(rows.clone()).unwrap();
    server.fault(Fault::LoseAnswers(99));
    let client = server.client(&journal);
    create(&client, key("k"), "wd-1").await.unwrap_err();
    let intent = sdkwright_runtime::client::intent(client.clone(), request(&client, key("k"), "wd-1"))
        .await
        .unwrap();
    // The program was suspended for longer than its lease, and another program took the row over.
    let other = Journal::new(rows).unwrap();
    let taken = Arc::new(Mutex::new(None));
    let meanwhile = {
        let (server, taken, other) = (server.clone(), Arc::clone(&taken), other.clone());
        move || {
            let (server, taken, other) = (server.clone(), Arc::clone(&taken), other.clone());
            let mut intent = intent.clone();
            let meanwhile = async move {
                if taken.lock().unwrap().is_some() {
                    return;
                }
                server.later(Duration::from_hours(1));
                intent.at += 3600;
                if let Ok(Verdict::Again { claim, .. }) = other.begin(intent).await {
                    *taken.lock().unwrap() = Some(claim);
                }
            };
            Box::pin(meanwhile) as Pin<Box<dyn Future<Output = ()> + Send>>
        }
    };
    let slow = server.client_over(Meanwhile(meanwhile), "client-1", "https://api.example.com", &journal);
    let resumed = journal.resume(&slow).await.unwrap();
    let until = journal.actions(&client).show("k").await.unwrap().unwrap().leased_until;
    assert!(taken.lock().unwrap().is_some());
    assert_eq!(resumed.leased, [("k".to_owned(), until)]);
    assert!(resumed.open.is_empty() && until > 0 && !resumed.is_finished());
    // After the other call ended without an answer, the intent is open again.
    drop(taken.lock().unwrap().take());
    server.fault(Fault::Status(503));
    server.later(Duration::from_hours(1));
    let resumed = journal.resume(&client).await.unwrap();
    assert_eq!((resumed.open.len(), resumed.leased.len()), (1, 0));
}

/// A machine that sleeps for a day in the middle of a wait, while its server forgets all keys.
struct Suspended(Server);

impl Transport for Suspended {
    fn send(&self, request: http::Request<Body>) -> SendFuture<'_> {
        self.0.send(request)
    }

    fn sleep(&self, duration: Duration) -> SleepFuture<'_> {
        if duration < Duration::from_secs(20) {
            self.0.later(Duration::from_secs(25 * 3600));
            self.0.forget();
        }
        server::sleep(duration)
    }
}

#[tokio::test]
async fn a_call_that_wakes_up_past_the_retention_sends_nothing_more() {
    let (server, journal) = (Server::default(), Journal::new(Memory::new()).unwrap());
    server.fault(Fault::LoseAnswers(1));
    let base_url = "https://api.example.com";
    let client = server.client_over(Suspended(server.clone()), "client-1", base_url, &journal);
    let error = create(&client, key("k"), "wd-1").await.unwrap_err();
    assert_eq!((error.outcome(), server.effects()), (Outcome::Unknown, 1));
    let waits = journal.actions(&client).to_reconcile().await.unwrap();
    assert_eq!((waits.records.len(), server.effects()), (1, 1));
}
