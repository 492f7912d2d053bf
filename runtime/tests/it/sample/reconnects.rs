//! Streams of events that break off, over sockets: what another connection continues, and what nothing repeats.

use std::net::TcpStream;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::TryStreamExt as _;

use crate::sample::client::Client;
use crate::sample::server::builder;
use crate::sample::streams::{
    Live, SSE, Scan, Serve, Talk, Watch, begin, breaks_off, call, chunk, client, finish, live, says,
};
use sdkwright_runtime::metrics::{AttemptEnd, Metrics};
use sdkwright_runtime::{Error, ErrorKind, Events, Outcome, glue};

/// A watch with a signature.
#[derive(Debug)]
struct Signed;

impl glue::Operation for Signed {
    type Output = Events<Scan>;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new("Signed", "GET", "/v2/stream")
        .security(&[&[("Signature", &[])]])
        .accept("text/event-stream");
}

/// The resend count and status of each attempt.
#[derive(Clone, Default)]
struct Attempts(Arc<Mutex<Vec<Attempt>>>);

type Attempt = (usize, Option<u16>);

impl Metrics for Attempts {
    fn attempt(&self, attempt: &AttemptEnd<'_>) {
        self.0.lock().unwrap().push((attempt.resend_count, attempt.status));
    }
}

const FIRST: &str = "id: 1\ndata: {\"at\":\"a\"}\n\n";
const ONE: &[&str] = &[FIRST];

fn answers(status: u16, content_type: &'static str, text: &'static str) -> Serve {
    Box::new(move |stream: &mut TcpStream| {
        begin(stream, status, content_type);
        chunk(stream, text);
        finish(stream);
    })
}

fn no_content() -> Serve {
    Box::new(|stream| {
        let head = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";
        std::io::Write::write_all(stream, head.as_bytes()).unwrap();
    })
}

fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    let mut lines = head.lines().filter_map(|line| line.split_once(": "));
    lines.find_map(|(known, value)| known.eq_ignore_ascii_case(name).then_some(value))
}

/// Returns the id that each request continues after.
fn last_ids(live: &Live) -> Vec<Option<String>> {
    let heads = live.requests.try_iter();
    heads
        .map(|head| header(&head, "last-event-id").map(str::to_owned))
        .collect()
}

async fn all(events: Events<Scan>) -> Vec<String> {
    events.map_ok(|event| event.data.at).try_collect().await.unwrap()
}

async fn events(client: &Client) -> Events<Scan> {
    call::<Watch>(client).await.unwrap()
}

/// Reads the first event, and returns the error after it. The stream stays an error.
async fn error_after_one(mut events: Events<Scan>) -> Error {
    assert_eq!(events.try_next().await.unwrap().unwrap().data.at, "a");
    let error = events.try_next().await.unwrap_err();
    assert!(events.try_next().await.is_err());
    error
}

#[tokio::test]
async fn a_stream_that_breaks_off_continues_after_its_last_event() {
    let live = live(vec![
        breaks_off(SSE, &["retry: 40\nid: 1\ndata: {\"at\":\"a\"}\n\nid: 2\ndata: {\"at\""]),
        answers(503, "text/plain", "busy"),
        // Complete, but it ends inside an event: the id of that one does not count.
        says(SSE, &["\u{feff}id: 3\ndata: {\"at\":\"b\"}\n\nid: 4\ndata: {\"at\""]),
        breaks_off(SSE, &["id: 5\ndata: {\"at\":\"c\"}\n\nid: 6\n\n"]),
        no_content(),
    ]);
    let attempts = Attempts::default();
    let client = builder(&live.url).metrics(attempts.clone()).build().unwrap();
    let began = Instant::now();
    let mut events = call::<Signed>(&client).await.unwrap();
    let mut seen = Vec::new();
    while let Some(event) = events.try_next().await.unwrap() {
        seen.push((event.data.at, event.id));
    }
    let event = |at: &str, id: &str| (at.to_owned(), Some(id.to_owned()));
    assert_eq!(seen, [event("a", "1"), event("b", "3"), event("c", "5")]);
    assert!(events.try_next().await.unwrap().is_none());
    assert_eq!(
        (events.last_id(), events.retry()),
        (Some("6"), Some(Duration::from_millis(40)))
    );
    // The wait of the server applies to each further connection.
    assert!(began.elapsed() >= Duration::from_millis(4 * 40));
    let heads: Vec<String> = live.requests.try_iter().collect();
    let ids = [None, Some("1"), Some("1"), Some("3"), Some("6")];
    let mut nonces: Vec<&str> = Vec::new();
    for (head, id) in heads.iter().zip(ids) {
        assert_eq!(header(head, "last-event-id"), id, "{head}");
        nonces.extend(header(head, "shop-nonce"));
    }
    nonces.sort_unstable();
    nonces.dedup();
    assert_eq!((heads.len(), nonces.len()), (5, 5));
    let ok = Some(200);
    let made = [(0, ok), (1, Some(503)), (2, ok), (1, ok), (1, Some(204))];
    assert_eq!(*attempts.0.lock().unwrap(), made);
}

#[tokio::test]
async fn without_an_id_only_a_stream_that_brought_nothing_connects_again() {
    let live = live(vec![
        breaks_off(SSE, &[": hello\n\nretry: 1\n\n"]),
        breaks_off(SSE, &["data: {\"at\":\"a\"}\n\n"]),
    ]);
    let client = client(&live);
    assert_eq!(error_after_one(events(&client).await).await.kind(), ErrorKind::CutOff);
    assert_eq!(last_ids(&live), [None, None]);
}

#[tokio::test]
async fn an_empty_id_takes_back_the_one_before() {
    let live = live(vec![breaks_off(SSE, &["id: 1\ndata: {\"at\":\"a\"}\n\nid\n\n"])]);
    assert_eq!(
        error_after_one(events(&client(&live)).await).await.kind(),
        ErrorKind::CutOff
    );
    assert_eq!(last_ids(&live), [None]);
}

#[tokio::test]
async fn the_policy_limits_the_connections_and_counts_again_after_an_event() {
    let nothing = || breaks_off(SSE, &[": hello\n\n"]);
    let six: Vec<Serve> = (0..6).map(|_| breaks_off(SSE, ONE)).collect();
    let live = live(six.into_iter().chain([nothing(), nothing(), nothing()]).collect());
    let mut events = events(&client(&live)).await;
    for _ in 0..6 {
        assert_eq!(events.try_next().await.unwrap().unwrap().data.at, "a");
    }
    let error = events.try_next().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::CutOff, Outcome::NotExecuted)
    );
    // The last connection with an event, and three retries.
    assert_eq!(error.attempts(), 4);
    assert_eq!(last_ids(&live).len(), 9);
    assert!(events.try_next().await.is_err());
}

#[tokio::test]
async fn each_way_to_turn_it_off_leaves_the_error() {
    let live = live((0..4).map(|_| breaks_off(SSE, ONE)).collect());
    let client = client(&live);
    let off = events(&client).await.without_reconnect();
    assert_eq!(error_after_one(off).await.kind(), ErrorKind::CutOff);
    let once = call::<Watch>(&client).retries(0).await.unwrap();
    assert_eq!(error_after_one(once).await.kind(), ErrorKind::CutOff);
    // The client never repeats a call that could act.
    let talk = call::<Talk>(&client).await.unwrap();
    assert_eq!(error_after_one(talk).await.kind(), ErrorKind::CutOff);
    assert_eq!(last_ids(&live), [None, None, None]);
}

#[tokio::test]
async fn a_wait_beyond_the_policy_or_the_deadline_ends_the_stream() {
    let late = || breaks_off(SSE, &["retry: 70000\n", FIRST]);
    let soon = breaks_off(SSE, &["retry: 1000\n", FIRST]);
    let live = live(vec![late(), soon]);
    let client = client(&live);
    let error = error_after_one(events(&client).await).await;
    let wait = Some(Duration::from_secs(70));
    assert_eq!((error.kind(), error.retry_after()), (ErrorKind::CutOff, wait));
    let short = call::<Watch>(&client).deadline(Duration::from_millis(900)).await;
    assert_eq!(error_after_one(short.unwrap()).await.kind(), ErrorKind::CutOff);
    assert_eq!(last_ids(&live).len(), 2);
}

#[tokio::test]
async fn a_mark_and_a_complete_response_end_the_stream() {
    let live = live(vec![
        breaks_off(SSE, &["id: 1\ndata: {\"at\":\"a\"}\n\ndata: [DONE]\n\n"]),
        says(SSE, ONE),
    ]);
    let client = client(&live);
    let mut marked = events(&client).await;
    assert!(marked.try_next().await.unwrap().is_some());
    assert!(marked.try_next().await.unwrap().is_none());
    assert_eq!(marked.mark(), Some("[DONE]"));
    assert_eq!(marked.try_next().await.unwrap_err().kind(), ErrorKind::CutOff);
    assert_eq!(all(events(&client).await).await, ["a"]);
    assert_eq!(last_ids(&live), [None, None]);
}

#[tokio::test]
async fn another_response_than_a_stream_is_the_error() {
    for (serve, kind) in [
        (answers(200, "application/json", "{}"), ErrorKind::Unreadable),
        (answers(404, "text/plain", "gone"), ErrorKind::Status),
    ] {
        let live = live(vec![breaks_off(SSE, ONE), serve]);
        assert_eq!(error_after_one(events(&client(&live)).await).await.kind(), kind);
        assert_eq!(last_ids(&live), [None, Some("1".to_owned())]);
    }
}

#[tokio::test]
async fn a_silent_connection_is_replaced() {
    let silent: Serve = Box::new(move |stream| {
        begin(stream, 200, SSE);
        chunk(stream, FIRST);
        let kept = stream.try_clone().unwrap();
        // The connection stays open, and the server accepts the next one.
        std::mem::forget(kept);
    });
    let live = live(vec![silent, says(SSE, ONE)]);
    let idle = events(&client(&live)).await.idle_timeout(Duration::from_millis(20));
    assert_eq!(all(idle).await, ["a", "a"]);
}

#[tokio::test]
async fn a_dropped_future_connects_no_second_time() {
    let (go_on, wait): (Sender<()>, Receiver<()>) = channel();
    let late: Serve = Box::new(move |stream| {
        wait.recv().unwrap();
        begin(stream, 200, SSE);
        chunk(stream, "id: 2\ndata: {\"at\":\"b\"}\n\n");
        finish(stream);
    });
    let live = live(vec![breaks_off(SSE, ONE), late]);
    let mut events = events(&client(&live)).await;
    assert_eq!(events.try_next().await.unwrap().unwrap().data.at, "a");
    for _ in 0..3 {
        let dropped = tokio::time::timeout(Duration::from_millis(30), events.try_next()).await;
        assert!(dropped.is_err());
    }
    go_on.send(()).unwrap();
    assert_eq!(all(events).await, ["b"]);
    assert_eq!(last_ids(&live), [None, Some("1".to_owned())]);
}
