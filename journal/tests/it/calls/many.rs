//! `resume` over many open intents: how many are under way at once, and what is sent to a server that is down.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use sdkwright_journal::{Journal, Memory, Resumed};
use sdkwright_runtime::client::Core;
use sdkwright_runtime::http;
use sdkwright_runtime::transport::{Body, Incoming, SendError, SendFuture, SleepFuture, Transport};

use super::server::{self, Fault, Server, request};
use super::{journal, key};

#[derive(Default)]
struct Seen {
    sent: Vec<String>,
    under_way: usize,
    most: usize,
    answered: usize,
}

/// Counts what is sent to a server, and lets each answer wait for its turn.
#[derive(Clone)]
struct Counted {
    server: Server,
    seen: Arc<Mutex<Seen>>,
    /// The answer to this key waits until so many others were answered.
    slow: Option<(&'static str, usize)>,
    /// One of three keys is executed, one gets no answer and one is refused; later keys are answered sooner.
    mixed: bool,
}

impl Counted {
    fn new(server: &Server) -> Self {
        Self {
            server: server.clone(),
            seen: Arc::default(),
            slow: None,
            mixed: false,
        }
    }

    fn client(&self, journal: &Journal<Memory>) -> Core {
        self.server
            .client_over(self.clone(), "client-1", "https://api.example.com", journal)
    }

    fn sendings(&self) -> usize {
        self.seen.lock().unwrap().sent.len()
    }
}

impl Transport for Counted {
    fn send(&self, request: http::Request<Body>) -> SendFuture<'_> {
        let name = request.headers()["key"].to_str().unwrap().to_owned();
        {
            let mut seen = self.seen.lock().unwrap();
            seen.sent.push(name.clone());
            seen.under_way += 1;
            seen.most = seen.most.max(seen.under_way);
        }
        let number: usize = name[2..].parse().unwrap();
        let answer: SendFuture<'_> = match number % 3 {
            1 if self.mixed => Box::pin(async { Err(SendError::Unknown("the connection broke".into())) }),
            2 if self.mixed => {
                let refusal = http::Response::builder()
                    .status(409)
                    .header("content-type", "application/problem+json")
                    .body(Incoming::from_bytes("{\"code\":\"NO_FUNDS\"}"))
                    .unwrap();
                Box::pin(async move { Ok(refusal) })
            }
            _ => self.server.send(request),
        };
        Box::pin(async move {
            if let Some((_, others)) = self.slow.filter(|(slow, _)| *slow == name) {
                while self.seen.lock().unwrap().answered < others {
                    tokio::task::yield_now().await;
                }
            }
            for _ in 0..100 - number % 100 {
                tokio::task::yield_now().await;
            }
            let answer = answer.await;
            let mut seen = self.seen.lock().unwrap();
            seen.under_way -= 1;
            seen.answered += 1;
            answer
        })
    }

    fn sleep(&self, duration: Duration) -> SleepFuture<'_> {
        server::sleep(duration)
    }
}

/// Writes so many intents down, none of which was sent.
async fn recorded(client: &Core, journal: &Journal<Memory>, count: usize) {
    for number in 0..count {
        let name = format!("k-{number:03}");
        let intent = sdkwright_runtime::client::intent(client.clone(), request(client, key(&name), &name))
            .await
            .unwrap();
        journal.record(intent).await.unwrap().unwrap();
    }
}

async fn resumed(journal: &Journal<Memory>, client: &Core) -> Resumed {
    let resumed = tokio::time::timeout(Duration::from_secs(60), journal.resume(client)).await;
    resumed
        .unwrap_or_else(|_| panic!("one row holds up all others"))
        .unwrap()
}

/// Keys of what was done, refused, left open and not tried.
fn keys(resumed: &Resumed) -> [Vec<String>; 4] {
    let of = |records: &[sdkwright_journal::Record]| {
        let named = |record: &sdkwright_journal::Record| format!("{} {:?}", record.key, record.ids);
        records.iter().map(named).collect()
    };
    let open = resumed.open.iter().map(|(key, _)| key.clone()).collect();
    let not_tried = resumed.not_tried.clone();
    [of(&resumed.done), of(&resumed.refused), open, not_tried]
}

#[tokio::test]
async fn no_more_are_under_way_than_the_journal_says_and_none_is_sent_twice() {
    for concurrency in [1, 4, 16] {
        let (server, journal) = (Server::default(), journal().concurrency(concurrency));
        let counted = Counted::new(&server);
        let client = counted.client(&journal);
        recorded(&client, &journal, 40).await;
        let done = resumed(&journal, &client).await;
        assert_eq!(done.done.len(), 40);
        let seen = counted.seen.lock().unwrap();
        assert_eq!((seen.most, seen.sent.len(), server.effects()), (concurrency, 40, 40));
        assert!(seen.sent.is_sorted(), "they are begun in order: {:?}", seen.sent);
    }
}

#[tokio::test]
async fn what_is_told_is_the_same_however_many_are_under_way() {
    let mut told = Vec::new();
    for concurrency in [1, 4, 16] {
        let (server, journal) = (Server::default(), journal().concurrency(concurrency));
        let mut counted = Counted::new(&server);
        counted.mixed = true;
        let client = counted.client(&journal);
        recorded(&client, &journal, 40).await;
        told.push(keys(&resumed(&journal, &client).await));
    }
    let lengths = told[0].each_ref().map(Vec::len);
    assert_eq!(lengths, [14, 13, 13, 0]);
    assert!(
        told[0]
            .iter()
            .all(|keys| keys.is_sorted_by_key(|key| key[..5].to_owned()))
    );
    assert!(told.iter().all(|one| *one == told[0]), "{told:?}");
}

#[tokio::test]
async fn an_answer_that_does_not_come_holds_up_no_other_intent() {
    let (server, journal) = (Server::default(), journal());
    let mut counted = Counted::new(&server);
    counted.slow = Some(("k-000", 39));
    let client = counted.client(&journal);
    recorded(&client, &journal, 40).await;
    let done = resumed(&journal, &client).await;
    assert_eq!((done.done.len(), server.effects()), (40, 40));
    assert!(done.is_finished());
}

#[tokio::test]
async fn a_server_that_is_down_is_asked_a_few_times_however_much_is_open() {
    for (fault, [before, attempts]) in [
        // Three rows prove it while up to `concurrency` others are under way; each row makes four attempts.
        (Fault::Unreachable, [0, 4]),
        // The retry budget allows 100 retries, which 34 rows use up.
        (Fault::LoseAnswers(9999), [134, 1]),
        (Fault::Status(503), [134, 1]),
    ] {
        for concurrency in [1, 4, 16] {
            let (server, journal) = (Server::default(), journal().concurrency(concurrency));
            let counted = Counted::new(&server);
            let client = counted.client(&journal);
            recorded(&client, &journal, 150).await;
            server.fault(fault);
            let down = resumed(&journal, &client).await;
            let sendings = counted.sendings();
            let most = before + (3 + concurrency - 1) * attempts;
            assert!(sendings <= most, "{sendings} sendings, {concurrency} at once");
            assert!(!down.not_tried.is_empty() && !down.is_finished());
            assert_eq!(down.open.len() + down.not_tried.len(), 150);
            assert!(down.leased.is_empty() && down.reconcile.is_empty(), "{down:?}");
            // Rows that were not tried are unchanged: no first sending, no lease.
            let first = journal
                .actions(&client)
                .show(&down.not_tried[0])
                .await
                .unwrap()
                .unwrap();
            assert_eq!((first.first_sent, first.leased_until), (None, 0));
            server.fault(Fault::None);
            let up = resumed(&journal, &client).await;
            assert_eq!((up.done.len(), up.is_finished()), (150, true));
            assert_eq!(server.effects(), 150);
        }
    }
}

#[tokio::test]
async fn what_the_server_forgot_is_told_while_the_server_is_down() {
    let (server, journal) = (Server::default(), journal());
    let client = server.client(&journal);
    server.fault(Fault::LoseAnswers(99));
    server::create(&client, key("z"), "z").await.unwrap_err();
    recorded(&client, &journal, 20).await;
    // The other rows are first sent ten hours later, so their keys are still remembered when the key `z` is not.
    server.later(Duration::from_hours(10));
    server.fault(Fault::Status(401));
    assert_eq!(resumed(&journal, &client).await.open.len(), 21);
    server.fault(Fault::Unreachable);
    server.later(Duration::from_hours(15));
    let told = resumed(&journal, &client).await;
    let reconcile: Vec<_> = told.reconcile.iter().map(|one| one.record.key.as_str()).collect();
    assert_eq!(reconcile, ["z"]);
    assert_eq!(told.not_tried.len() + told.open.len(), 20);
    assert!(told.not_tried.len() >= 14, "{:?}", told.not_tried);
}
