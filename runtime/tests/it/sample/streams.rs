//! Streams over a socket: items are there before the stream ends, and nothing that came is lost.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use crate::sample::client::{Call, Client};
use crate::sample::server::builder;
use sdkwright_runtime::glue;
use sdkwright_runtime::{ErrorKind, Events, Lines, Outcome, Parts};

macro_rules! operation {
    ($name:ident, $method:literal, $output:ty, $answers:expr) => {
        #[derive(Debug)]
        pub(super) struct $name;

        impl glue::Operation for $name {
            type Output = $output;
            const DESCRIPTION: &'static glue::Description = &glue::Description {
                id: stringify!($name),
                method: $method,
                path: "/v2/stream",
                security: Some(&[]),
                intent: None,
                accept: "text/event-stream",
                bound: &[],
                ..glue::Description::new("", "", "")
            };
            const ANSWERS: &'static [u16] = $answers;
        }
    };
}

operation!(Watch, "GET", Events<Scan>, &[200]);
operation!(Talk, "POST", Events<Scan>, &[200]);
operation!(Notices, "GET", Events<String, glue::EventText>, &[200]);
operation!(WholeEvents, "GET", Events<sdkwright_runtime::JsonValue, glue::EventObjectJson>, &[200]);
operation!(Export, "GET", Lines<Scan>, &[200]);
operation!(Album, "GET", Parts<Scan>, &[200]);
operation!(Film, "GET", Parts<glue::Binary, glue::PartPlain>, &[206]);
operation!(Words, "GET", Parts<glue::Text, glue::PartPlain>, &[200]);
operation!(Fetch, "GET", glue::Binary, &[200]);
operation!(Ask, "POST", Scan, &[200, 201]);
operation!(Moved, "GET", (), &[302]);

impl glue::Streams for Ask {
    type Stream = Events<Scan>;
    const ACCEPT: &'static str = "text/event-stream";
}

/// An item of the stream.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Scan {
    pub(super) at: String,
}

impl glue::Json for Scan {
    fn read(value: glue::Value<'_>) -> Self {
        Self { at: value.get("at") }
    }

    fn write(&self, w: &mut glue::Writer) {
        w.begin("Scan");
        w.put("at", &self.at);
        w.end();
    }
}

/// The server's use of a connection after the head of its request.
pub(super) type Serve = Box<dyn FnOnce(&mut TcpStream) + Send>;

/// Serves one connection each: reads the head of the request, then does what it is told.
pub(super) struct Live {
    pub(super) url: String,
    pub(super) requests: Receiver<String>,
}

pub(super) fn live(connections: Vec<Serve>) -> Live {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (sender, requests) = channel();
    std::thread::spawn(move || {
        for connection in connections {
            let (mut stream, _) = listener.accept().unwrap();
            let _ = sender.send(head(&mut stream));
            connection(&mut stream);
        }
    });
    Live { url, requests }
}

fn head(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    while !bytes.windows(4).any(|four| four == b"\r\n\r\n") {
        let mut byte = [0];
        if stream.read(&mut byte).unwrap_or(0) == 0 {
            break;
        }
        bytes.push(byte[0]);
    }
    String::from_utf8(bytes).unwrap()
}

pub(super) fn begin(stream: &mut TcpStream, status: u16, content_type: &str) {
    // One request per connection: a client must not send its next one into a connection that is about to close.
    let head = format!(
        "HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Type: {content_type}\r\nTransfer-Encoding: chunked\r\n\r\n"
    );
    // Errors are ignored: a client may close the connection early, and the next connection is still served.
    let _ = stream.write_all(head.as_bytes());
}

pub(super) fn chunk(stream: &mut TcpStream, text: &str) {
    let _ = write!(stream, "{:x}\r\n{text}\r\n", text.len());
    let _ = stream.flush();
}

pub(super) fn finish(stream: &mut TcpStream) {
    let _ = stream.write_all(b"0\r\n\r\n");
}

pub(super) fn says(content_type: &'static str, chunks: &'static [&'static str]) -> Serve {
    Box::new(move |stream| {
        begin(stream, 200, content_type);
        for text in chunks {
            chunk(stream, text);
        }
        finish(stream);
    })
}

pub(super) fn breaks_off(content_type: &'static str, chunks: &'static [&'static str]) -> Serve {
    Box::new(move |stream| {
        begin(stream, 200, content_type);
        for text in chunks {
            chunk(stream, text);
        }
    })
}

pub(super) fn client(live: &Live) -> Client {
    builder(&live.url).build().unwrap()
}

pub(super) fn call<O: glue::Operation>(client: &Client) -> Call<O> {
    Call::new(client, glue::request::<O>(client))
}

pub(super) const SSE: &str = "text/event-stream; charset=utf-8";

#[tokio::test]
async fn an_event_is_there_while_the_server_still_writes() {
    let (go_on, wait): (Sender<()>, Receiver<()>) = channel();
    let live = live(vec![Box::new(move |stream| {
        begin(stream, 200, SSE);
        chunk(stream, "id: 1\nevent: seen\ndata: {\"at\":\n");
        chunk(stream, "data: \"a\"}\n\n: still here\n\n");
        wait.recv().unwrap();
        chunk(stream, "retry: 2500\ndata: {\"at\":\"b\"}\r\n\r\n");
        finish(stream);
    })]);
    let mut events = call::<Watch>(&client(&live)).await.unwrap();
    let first = events.try_next().await.unwrap().unwrap();
    assert_eq!((first.event.as_deref(), first.id.as_deref()), (Some("seen"), Some("1")));
    assert_eq!(first.data.at, "a");
    go_on.send(()).unwrap();
    let second = events.try_next().await.unwrap().unwrap();
    assert_eq!((second.data.at.as_str(), second.event), ("b", None));
    // The id stays valid until the next one.
    assert_eq!(
        (second.id.as_deref(), second.retry),
        (Some("1"), Some(Duration::from_millis(2500)))
    );
    assert!(events.try_next().await.unwrap().is_none());
    assert!(events.try_next().await.unwrap().is_none());
    assert_eq!(
        (events.last_id(), events.retry()),
        (Some("1"), Some(Duration::from_millis(2500)))
    );
    assert!(live.requests.recv().unwrap().contains("accept: text/event-stream\r\n"));
}

#[tokio::test]
async fn a_mark_ends_the_stream_and_is_told() {
    let chunks = &[
        "data: {\"at\":\"a\"}\n\ndata:\n\ndata: [DONE]\n\n",
        "data: {\"at\":\"late\"}\n\ndata: [DONE]",
    ];
    let live = live(vec![says(SSE, chunks)]);
    let mut events = call::<Watch>(&client(&live)).await.unwrap();
    assert_eq!(events.try_next().await.unwrap().unwrap().data.at, "a");
    assert_eq!(events.mark(), None);
    assert!(events.try_next().await.unwrap().is_none());
    assert_eq!(events.mark(), Some("[DONE]"));
    // Events after the end mark are still delivered, and a mark needs no empty line after it.
    assert_eq!(events.try_next().await.unwrap().unwrap().data.at, "late");
    assert!(events.try_next().await.unwrap().is_none());
    assert_eq!(events.mark(), Some("[DONE]"));
}

#[tokio::test]
async fn an_event_that_cannot_be_read_keeps_its_text_and_the_next_one_is_read() {
    let chunks = &["data: {\"at\":\ndata: 7}\n\ndata: DONE\n\ndata: {\"at\":\"b\"}\n\n"];
    let live = live(vec![says(SSE, chunks)]);
    let mut events = call::<Talk>(&client(&live)).await.unwrap();
    let error = events.try_next().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::Unreadable, Outcome::Executed)
    );
    assert_eq!(error.body().unwrap(), "{\"at\":\n7}");
    let place = error.decode_error().unwrap();
    assert_eq!((place.pointer(), place.line(), place.column()), ("/at", 2, 1));
    assert!(
        error
            .to_string()
            .contains("item 1 of the stream does not match the contract"),
        "{error}"
    );
    assert_eq!((error.attempts(), error.request_ids().len()), (1, 1));
    assert!(error.support_report().contains("request ids: "));
    // `DONE` without brackets is not an end mark.
    assert_eq!(events.try_next().await.unwrap_err().body().unwrap(), "DONE");
    assert_eq!(events.try_next().await.unwrap().unwrap().data.at, "b");
    assert!(events.try_next().await.unwrap().is_none());
}

#[tokio::test]
async fn a_stream_that_breaks_off_never_looks_complete() {
    let live = live(vec![
        breaks_off(SSE, &["data: {\"at\":\"a\"}\n\ndata: {\"at\""]),
        says(SSE, &["data: {\"at\":\"a\"}\n\ndata: {\"at\""]),
        breaks_off("application/x-ndjson", &["{\"at\":\"a\"}\n{\"at\""]),
    ]);
    let client = client(&live);
    for _ in 0..2 {
        let mut events = call::<Talk>(&client).await.unwrap();
        assert!(events.try_next().await.unwrap().is_some());
        for raw in ["{\"at\"", ""] {
            let error = events.try_next().await.unwrap_err();
            assert_eq!((error.kind(), error.outcome()), (ErrorKind::CutOff, Outcome::Executed));
            let body = String::from_utf8(error.body().unwrap().to_vec()).unwrap();
            assert_eq!(body.trim_start_matches("data: "), raw);
        }
    }
    let mut lines = call::<Export>(&client).await.unwrap();
    assert_eq!(lines.try_next().await.unwrap().unwrap().at, "a");
    for _ in 0..2 {
        assert_eq!(lines.try_next().await.unwrap_err().kind(), ErrorKind::CutOff);
    }
}

#[tokio::test]
async fn text_and_whole_events_are_read_as_the_contract_says() {
    let chunks = &["event: a\nid: 1\ndata: {\"x\": 1.10}\n\nevent: b\ndata: [DONE]\n\ndata:\n\n"];
    let live = live(vec![says(SSE, chunks), says(SSE, chunks), says(SSE, chunks)]);
    let client = client(&live);
    let whole = call::<WholeEvents>(&client).await.unwrap().try_collect().await.unwrap();
    let said: Vec<String> = whole.iter().map(|event| event.data.to_string()).collect();
    assert_eq!(
        said,
        [
            r#"{"event":"a","id":"1","data":{"x":1.10}}"#,
            r#"{"event":"b","data":"[DONE]"}"#,
            r#"{"data":""}"#
        ]
    );
    let texts = call::<Notices>(&client).await.unwrap().try_collect().await.unwrap();
    let texts: Vec<&str> = texts.iter().map(|event| event.data.as_str()).collect();
    assert_eq!(texts, ["{\"x\": 1.10}", "[DONE]", ""]);
    // The text stream also delivers what the typed stream skips.
    let raw = call::<Watch>(&client).await.unwrap().into_text();
    assert_eq!(raw.try_collect().await.unwrap().len(), 3);
}

#[tokio::test]
async fn lines_and_sequences_are_items() {
    let live = live(vec![
        says(
            "application/x-ndjson",
            &["{\"at\":\"a\"}\n\n{\"a", "t\":\"b\"}\r\n{\"at\":3}\n{\"at\":\"d\"}"],
        ),
        says(
            "application/json-seq",
            &["\u{1e}{\"at\":\n\"a\"}\n", "\u{1e}{\"at\":\"b\"}\n"],
        ),
        says("text/html", &["<html>"]),
    ]);
    let client = client(&live);
    let mut lines = call::<Export>(&client).await.unwrap();
    assert_eq!(lines.try_next().await.unwrap().unwrap().at, "a");
    assert_eq!(lines.try_next().await.unwrap().unwrap().at, "b");
    let error = lines.try_next().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::Unreadable, Outcome::NotExecuted)
    );
    assert_eq!(error.body().unwrap(), "{\"at\":3}");
    assert_eq!(lines.try_next().await.unwrap().unwrap().at, "d");
    assert!(lines.try_next().await.unwrap().is_none());
    let sequence = call::<Export>(&client).await.unwrap().try_collect().await.unwrap();
    assert_eq!(sequence.len(), 2);
    let error = call::<Export>(&client).await.unwrap_err();
    assert_eq!(
        (error.kind(), &error.body().unwrap()[..]),
        (ErrorKind::Unreadable, &b"<html>"[..])
    );
}

#[tokio::test]
async fn parts_are_items_with_their_headers() {
    let mixed = "multipart/mixed; boundary=\"B=1\"";
    let live = live(vec![
        says(
            mixed,
            &[
                "--B=1\r\nContent-Type: application/json\r\n\r\n{\"a",
                "t\":\"a\"}\r\n--B=1\r\n\r\n{\"at\":3}\r\n--B=1\r\nX-A: 1\r\n\r\n{\"at\":\"c\"}\r\n--B=1--\r\n",
            ],
        ),
        says(mixed, &["--B=1\r\n\r\nh\u{e9}\r\n--B=1--"]),
        says(
            mixed,
            &["--B=1\r\n\r\n{\"at\":\"a\"}\r\n--B=1\r\n\r\n{\"at\":\"b\"}\r\n"],
        ),
        breaks_off(mixed, &["--B=1\r\n\r\n{\"at\":\"a\"}\r\n--B=1\r\n\r\n{\"at\""]),
        says(mixed, &["--B=1\r\nno header\r\n\r\n{\"at\":\"a\"}\r\n--B=1--"]),
        says("multipart/mixed", &["--B=1--"]),
        says("application/json", &["{}"]),
    ]);
    let client = client(&live);
    let mut parts = call::<Album>(&client).await.unwrap();
    assert_eq!(parts.try_next().await.unwrap().unwrap().value.at, "a");
    let error = parts.try_next().await.unwrap_err();
    assert_eq!(
        (error.kind(), &error.body().unwrap()[..]),
        (ErrorKind::Unreadable, &b"{\"at\":3}"[..])
    );
    let last = parts.try_next().await.unwrap().unwrap();
    assert_eq!(
        (last.value.at.as_str(), &last.headers["x-a"]),
        ("c", &"1".parse().unwrap())
    );
    assert!(parts.try_next().await.unwrap().is_none());
    assert!(parts.try_next().await.unwrap().is_none());
    let words = call::<Words>(&client).await.unwrap().try_collect().await.unwrap();
    assert_eq!(words[0].value.0, "h\u{e9}");
    for _ in 0..2 {
        let mut parts = call::<Album>(&client).await.unwrap();
        assert!(parts.try_next().await.unwrap().is_some());
        for _ in 0..2 {
            assert_eq!(parts.try_next().await.unwrap_err().kind(), ErrorKind::CutOff);
        }
    }
    let mut parts = call::<Album>(&client).await.unwrap();
    for _ in 0..2 {
        assert_eq!(parts.try_next().await.unwrap_err().kind(), ErrorKind::CutOff);
    }
    for _ in 0..2 {
        assert_eq!(call::<Album>(&client).await.unwrap_err().kind(), ErrorKind::Unreadable);
    }
}

#[tokio::test]
async fn ranges_of_bytes_keep_their_places() {
    let body = "--B\r\nContent-Type: video/mp4\r\nContent-Range: bytes 0-1/9\r\n\r\n\0\r\r\n--B\r\nContent-Range: bytes 7-8/9\r\n\r\nxy\r\n--B--\r\n";
    let head =
        "HTTP/1.1 206 Partial Content\r\nContent-Type: multipart/byteranges; boundary=B\r\nConnection: close\r\n\r\n";
    let live = live(vec![Box::new(move |stream: &mut TcpStream| {
        stream.write_all([head, body].concat().as_bytes()).unwrap();
    })]);
    let parts = call::<Film>(&client(&live)).await.unwrap().try_collect().await.unwrap();
    let ranges: Vec<_> = parts
        .iter()
        .map(|part| part.headers["content-range"].to_str().unwrap())
        .collect();
    assert_eq!(ranges, ["bytes 0-1/9", "bytes 7-8/9"]);
    assert_eq!(
        (&parts[0].value.0[..], &parts[1].value.0[..]),
        (&b"\0\r"[..], &b"xy"[..])
    );
}

#[tokio::test]
async fn the_limit_holds_for_an_item_and_not_for_the_stream() {
    let chunks = &[
        "data: {\"at\":\"12345678901234567890\"}\n\n",
        "data: {\"at\":\"12345678901234567890\"}\n\n",
        "data: {\"at\":\"1234567890123456789012345678901234567890\"}\n\n",
    ];
    let live = live(vec![says(SSE, chunks)]);
    let client = builder(&live.url).response_limit(40).build().unwrap();
    let mut events = call::<Watch>(&client).await.unwrap();
    assert!(events.try_next().await.unwrap().is_some());
    assert!(events.try_next().await.unwrap().is_some());
    let error = events.try_next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge);
    assert_eq!(error.body().unwrap().len(), 40);
    assert!(events.try_next().await.is_err());
}

#[tokio::test]
async fn a_silent_server_is_given_up_only_if_the_caller_says_so() {
    let (go_on, wait): (Sender<()>, Receiver<()>) = channel();
    let live = live(vec![Box::new(move |stream| {
        begin(stream, 200, SSE);
        let _ = wait.recv();
    })]);
    // The timeout of an attempt covers the time until the head of the answer.
    let events = call::<Watch>(&client(&live))
        .timeout(Duration::from_secs(5))
        .await
        .unwrap();
    let mut events = events.idle_timeout(Duration::from_millis(20)).without_reconnect();
    let error = events.try_next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::CutOff);
    drop(go_on);
}

#[tokio::test]
async fn a_failure_instead_of_a_stream_is_a_failure() {
    let problem = |stream: &mut TcpStream| {
        begin(stream, 422, "application/problem+json");
        chunk(stream, "{\"error\":{\"kind\":\"STALE\"}}");
        finish(stream);
    };
    let live = live(vec![Box::new(problem), says("application/json", &["{\"at\":\"x\"}"])]);
    let client = client(&live);
    let error = call::<Talk>(&client).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Problem, Some("STALE")));
    // Another media type is not a stream of events: the error keeps the body.
    let error = call::<Talk>(&client).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::Unreadable, Outcome::Unknown)
    );
    assert_eq!(error.body().unwrap(), "{\"at\":\"x\"}");
}

#[tokio::test]
async fn one_call_gives_its_value_at_once_or_as_a_stream() {
    let live = live(vec![
        says("application/json", &["{\"at\":\"whole\"}"]),
        says(SSE, &["data: {\"at\":\"part\"}\n\n"]),
    ]);
    let client = client(&live);
    assert_eq!(call::<Ask>(&client).await.unwrap().at, "whole");
    let streamed: Call<glue::Streamed<Ask>> =
        Call::new(&client, glue::request::<Ask>(&client).accept("text/event-stream"));
    let response = streamed.with_response().await.unwrap();
    assert_eq!((response.status.as_u16(), response.attempts), (200, 1));
    assert_eq!(response.value.try_collect().await.unwrap()[0].data.at, "part");
}

#[tokio::test]
async fn a_download_has_no_limit_and_is_a_file_only_if_it_is_whole() {
    let big: &'static str = Box::leak("x".repeat(100_000).into_boxed_str());
    let live = live(vec![
        says("image/png", Box::leak(vec![big; 3].into_boxed_slice())),
        breaks_off("image/png", Box::leak(vec![big].into_boxed_slice())),
        says("image/png", Box::leak(vec![big].into_boxed_slice())),
        says("image/png", Box::leak(vec![big].into_boxed_slice())),
    ]);
    let client = builder(&live.url).response_limit(1000).build().unwrap();
    let download = || Call::<glue::Downloaded<Fetch>>::new(&client, glue::request::<Fetch>(&client));
    let folder = std::env::temp_dir().join(format!("sdkwright-download-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("whole");
    let whole = download().await.unwrap();
    assert_eq!((whole.content_type(), whole.length()), ("image/png", None));
    assert_eq!(whole.save(&file).await.unwrap(), 300_000);
    assert_eq!(std::fs::metadata(&file).unwrap().len(), 300_000);
    let part = folder.join("part");
    let error = download().await.unwrap().save(&part).await.unwrap_err();
    assert_eq!((error.kind(), part.exists()), (ErrorKind::CutOff, false));
    assert_eq!(
        std::fs::read_dir(&folder).unwrap().count(),
        1,
        "and nothing is left beside it"
    );
    let error = download().await.unwrap().bytes(10).await.unwrap_err();
    assert_eq!((error.kind(), error.body().unwrap().len()), (ErrorKind::TooLarge, 10));
    assert_eq!(call::<Fetch>(&client).await.unwrap_err().kind(), ErrorKind::TooLarge);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[tokio::test]
async fn a_success_that_the_contract_does_not_name_is_an_error_that_keeps_the_body() {
    let created = |stream: &mut TcpStream| {
        begin(stream, 201, "application/json");
        chunk(stream, "{\"at\":\"a\"}");
        finish(stream);
    };
    let accepted = |stream: &mut TcpStream| {
        begin(stream, 202, "application/json");
        chunk(stream, "{\"job\":7}");
        finish(stream);
    };
    let moved = |stream: &mut TcpStream| {
        stream
            .write_all(b"HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n")
            .unwrap();
    };
    let live = live(vec![
        Box::new(created),
        Box::new(accepted),
        Box::new(accepted),
        Box::new(moved),
    ]);
    let client = client(&live);
    assert_eq!(call::<Ask>(&client).await.unwrap().at, "a");
    let error = call::<Ask>(&client).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::Unreadable, Outcome::Unknown)
    );
    assert_eq!(error.body().unwrap(), "{\"job\":7}");
    assert!(
        error.to_string().contains("202, which is not declared in the contract"),
        "{error}"
    );
    // The same holds for a call that expects a stream.
    let error = call::<Talk>(&client).await.unwrap_err();
    assert_eq!(error.body().unwrap(), "{\"job\":7}");
    // A redirection that the contract declares as an answer is a success.
    let response = call::<Moved>(&client).with_response().await.unwrap();
    assert_eq!(
        (response.status.as_u16(), &response.headers["location"]),
        (302, &"/there".parse().unwrap())
    );
}
