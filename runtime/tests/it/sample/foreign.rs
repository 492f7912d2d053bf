//! Answers of success that are not the API's: a page of something in between never passes for the value of a call, and what real
//! servers send for a declared answer does.

use crate::sample::client::{Call, Client};
use crate::sample::requests::key;
use crate::sample::server::{Server, Step, say};
use sdkwright_runtime::glue::{self, Request, Success};
use sdkwright_runtime::{Error, ErrorKind, Events, JsonValue, Outcome, RetryPolicy};

macro_rules! operation {
    ($name:ident, $method:literal, $output:ty, $intent:expr, $successes:expr) => {
        #[derive(Debug)]
        struct $name;

        impl glue::Operation for $name {
            type Output = $output;
            const DESCRIPTION: &'static glue::Description = &glue::Description {
                security: Some(&[]),
                intent: $intent,
                successes: $successes,
                ..glue::Description::new(stringify!($name), $method, "/v2/thing")
            };
            const ANSWERS: &'static [u16] = &[200, 201];
        }
    };
}

const KEYED: Option<glue::KeyIntent> = Some(glue::KeyIntent::Effect);
const NOTHING: &[Success] = &[Success::nothing(200, 200), Success::nothing(201, 201)];
const FILE: &[Success] = &[Success::other(200, 200, "application/octet-stream")];
const PDF: &[Success] = &[Success::other(200, 200, "application/pdf")];
const NOTE: &[Success] = &[Success::other(200, 200, "text/plain")];
const CSV: &[Success] = &[Success::other(200, 200, "text/csv")];
const RANGE: &[Success] = &[Success::other(200, 200, "*/*")];

operation!(Close, "POST", (), None, NOTHING);
operation!(Drop, "DELETE", (), None, NOTHING);
operation!(Store, "PUT", glue::Binary, None, FILE);
operation!(Print, "POST", glue::Binary, None, PDF);
operation!(Note, "PATCH", glue::Text, None, NOTE);
operation!(Export, "POST", glue::Text, None, CSV);
operation!(Proxy, "POST", glue::Binary, None, RANGE);
operation!(Any, "POST", JsonValue, None, &[]);
operation!(Ping, "GET", (), None, &[]);
operation!(Invoice, "GET", glue::Binary, None, PDF);
operation!(Log, "GET", glue::Text, None, NOTE);
operation!(Fetch, "GET", glue::Binary, None, FILE);
operation!(Scans, "GET", Events<String, glue::EventText>, None, &[]);
operation!(CloseOnce, "POST", (), KEYED, NOTHING);
operation!(PrintOnce, "POST", glue::Binary, KEYED, PDF);
operation!(NoteOnce, "POST", glue::Text, KEYED, NOTE);

const PAGE: &str = "<html>maintenance</html>";

fn request<O: glue::Operation>(client: &Client) -> Request {
    let request = glue::request::<O>(client);
    if O::DESCRIPTION.intent.is_some() {
        request.key(key("k"))
    } else {
        request
    }
}

async fn answered<O: glue::Operation>(step: Step) -> Result<(), Error> {
    let server = Server::start(vec![step]);
    let once = RetryPolicy {
        attempts: 1,
        ..RetryPolicy::default()
    };
    let client = server.builder().retry(once).build().unwrap();
    let ended = Call::<O>::new(&client, request::<O>(&client)).await;
    assert_eq!(server.seen().len(), 1);
    ended.map(drop)
}

fn of(media: &str, body: &str) -> Step {
    match media {
        "" => say(200, "", body),
        media => say(200, &format!("Content-Type: {media}\r\n"), body),
    }
}

macro_rules! each {
    ($check:ident, $outcome:expr, $media:expr, $body:expr, [$($name:ident),*]) => {
        $($check(stringify!($name), answered::<$name>(of($media, $body)).await, $outcome, $media, $body);)*
    };
}

fn foreign(name: &str, ended: Result<(), Error>, outcome: Outcome, media: &str, body: &str) {
    assert!(ended.is_err(), "{name}: {media} {body}");
    let error = ended.unwrap_err();
    let found = (
        error.kind(),
        error.outcome(),
        error.status().map(|status| status.as_u16()),
    );
    assert_eq!(
        found,
        (ErrorKind::Unreadable, outcome, Some(200)),
        "{name}: {media} {body}"
    );
    assert_eq!(error.body().map(|body| &body[..]), Some(body.as_bytes()));
}

fn own(name: &str, ended: Result<(), Error>, (): (), media: &str, body: &str) {
    let error = ended.err().map(|error| error.to_string());
    assert_eq!(error, None, "{name}: {media} {body}");
}

#[tokio::test]
async fn a_page_never_passes_for_the_success_of_a_change_whatever_it_returns() {
    for media in ["text/html", "Text/HTML; charset=utf-8", "application/xhtml+xml", ""] {
        each!(
            foreign,
            Outcome::Unknown,
            media,
            PAGE,
            [Close, Drop, Store, Print, Note, Export]
        );
        each!(foreign, Outcome::Unknown, media, PAGE, [CloseOnce, PrintOnce, NoteOnce]);
    }
    let problem = "application/problem+json";
    each!(
        foreign,
        Outcome::Unknown,
        problem,
        "{}",
        [Close, Store, Print, Note, Export, Any, CloseOnce]
    );
    each!(
        foreign,
        Outcome::Unknown,
        "application/json",
        "{}",
        [Store, Print, Note, Export, PrintOnce]
    );
    each!(
        foreign,
        Outcome::Unknown,
        "text/plain",
        "back soon",
        [Close, Store, Print, Export, CloseOnce]
    );
}

#[tokio::test]
async fn a_page_never_passes_for_text_or_bytes_that_are_read() {
    each!(foreign, Outcome::NotExecuted, "text/html", PAGE, [Invoice, Log, Fetch]);
    each!(foreign, Outcome::NotExecuted, "", PAGE, [Invoice, Log, Fetch]);
    each!(foreign, Outcome::NotExecuted, "application/json", "{}", [Invoice, Log]);
    each!(own, (), "text/html", PAGE, [Ping]);
}

#[tokio::test]
async fn what_real_servers_answer_in_place_of_what_they_declare_is_a_success() {
    for (media, body) in [
        ("", ""),
        ("text/html", ""),
        ("text/html; charset=utf-8", "OK"),
        ("text/html", "{\"status\": \"ok\"}"),
        ("", "OK"),
        ("text/plain; charset=iso-8859-1", "OK\n"),
        ("application/json", "{}"),
        ("text/json", "null"),
        ("application/vnd.shop+json", "[]"),
        ("", "{\"status\": \"ok\"}"),
    ] {
        each!(own, (), media, body, [Close, Drop, CloseOnce, Ping]);
    }
    for media in [
        "",
        "application/octet-stream",
        "application/pdf",
        "Application/PDF; v=1",
    ] {
        each!(own, (), media, "%PDF", [Store, Print, PrintOnce, Invoice, Fetch]);
    }
    each!(own, (), "", "a b", [Note, Export, NoteOnce, Log]);
    each!(
        own,
        (),
        "text/plain; charset=utf-16",
        "a  b",
        [Note, NoteOnce, Log, Fetch]
    );
    each!(own, (), "application/csv", "a,b", [Export]);
    each!(own, (), "", "", [Store, Print, Note, Log]);
    each!(own, (), "text/html", PAGE, [Proxy]);
    each!(own, (), "text/json", "{}", [Any]);
}

#[tokio::test]
async fn a_page_is_not_downloaded_in_place_of_a_file_or_of_json() {
    async fn downloaded<O: glue::Operation>(media: &str) -> Result<(), Error> {
        let server = Server::start(vec![of(media, PAGE)]);
        let client = server.client();
        let call = Call::<glue::Downloaded<O>>::new(&client, request::<O>(&client));
        call.await.map(drop)
    }
    for error in [
        downloaded::<Any>("text/html").await,
        downloaded::<Print>("text/html").await,
    ] {
        let error = error.unwrap_err();
        assert_eq!(
            (error.kind(), error.outcome()),
            (ErrorKind::Unreadable, Outcome::Unknown)
        );
    }
    // It is sent again under its key, and the script has no more answers.
    let error = downloaded::<PrintOnce>("text/html").await.unwrap_err();
    assert_eq!((error.outcome(), error.attempts()), (Outcome::Unknown, 4));
    downloaded::<Any>("application/json").await.unwrap();
    downloaded::<PrintOnce>("application/pdf").await.unwrap();
}

#[tokio::test]
async fn a_page_without_a_media_type_is_refused_by_its_first_bytes_before_a_file_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("invoice.pdf");
    for (media, body, is_refused) in [
        ("", PAGE, true),
        ("application/octet-stream", PAGE, true),
        ("application/octet-stream", "%PDF", false),
        ("application/pdf", PAGE, false),
    ] {
        let server = Server::start(vec![of(media, body)]);
        let client = server.client();
        let call = Call::<glue::Downloaded<Invoice>>::new(&client, request::<Invoice>(&client));
        let saved = call.await.unwrap().save(&path).await;
        assert_eq!(saved.is_err(), is_refused, "{media} {body}");
        let Err(error) = saved else { continue };
        assert_eq!(error.kind(), ErrorKind::Unreadable, "{media}");
        assert_eq!(error.body().map(|body| &body[..]), Some(PAGE.as_bytes()));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}

#[tokio::test]
async fn a_text_of_another_format_is_no_event_stream_without_events() {
    for (media, body, is_refused) in [
        ("", PAGE, true),
        ("text/event-stream", PAGE, true),
        ("text/event-stream", "OK", true),
        ("text/event-stream", "{\"data\": 1}", true),
        ("text/event-stream", "", false),
        ("", ": alive\n\n", false),
        ("text/event-stream", "retry: 5\nx: 1\n\n", false),
        ("text/event-stream", "x: 1\ndata: 1\n\n", false),
    ] {
        let server = Server::start(vec![of(media, body)]);
        let client = server.client();
        let mut events = Call::<Scans>::new(&client, request::<Scans>(&client)).await.unwrap();
        let first = events.try_next().await;
        assert_eq!(first.is_err(), is_refused, "{media} {body}");
        if let Err(error) = first {
            assert_eq!(error.kind(), ErrorKind::Unreadable);
            assert!(events.try_next().await.unwrap().is_none());
        }
    }
}

#[tokio::test]
async fn the_message_names_the_media_types_of_answer_and_contract() {
    let page = "text/html; charset=utf-8";
    let (long, shown) = (format!("text/{}", "x".repeat(200)), "; its media type is long");
    for (ended, wanted) in [
        (
            answered::<Print>(of(page, PAGE)).await,
            "; its media type is `text/html`, but the contract declares `application/pdf`",
        ),
        (
            answered::<Close>(of(page, PAGE)).await,
            "; its media type is `text/html`, but the contract declares no body",
        ),
        (
            answered::<Export>(of("text/plain", "a,b")).await,
            "; its media type is `text/plain`, but the contract declares `text/csv`",
        ),
        (
            answered::<Print>(of("", PAGE)).await,
            "; it has no media type, but the contract declares `application/pdf`",
        ),
        (answered::<Print>(of(&long, PAGE)).await, shown),
    ] {
        let said = ended.unwrap_err().to_string();
        assert!(said.contains(wanted), "{said}");
        assert!(!said.contains("xxx"), "{said}");
    }
}
