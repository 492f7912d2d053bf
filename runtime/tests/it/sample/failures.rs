//! The outcome of a failed call.

use sdkwright_runtime::{ErrorKind, JsonValue, Outcome, ReqwestTransport};

use crate::sample::models::*;
use crate::sample::requests::{ORDER, key, order};
use crate::sample::server::{SECRET, Server, Step, builder, json, problem, say};

async fn failed(step: Step) -> sdkwright_runtime::Error {
    let server = Server::start(vec![step]);
    let error = server
        .client()
        .orders()
        .create(key("k"), &"s".into(), &order())
        .retries(0)
        .await
        .unwrap_err();
    assert_eq!(server.seen().len(), 1);
    error
}

#[tokio::test]
async fn every_ending_says_what_happened_to_the_action() {
    let raw = |head: &str| Step::Say(head.to_owned());
    for (step, kind, outcome) in [
        (Step::Hang, ErrorKind::NoAnswer, Outcome::Unknown),
        (raw("nonsense\r\n\r\n"), ErrorKind::NoAnswer, Outcome::Unknown),
        (
            raw("HTTP/1.1 200 OK\r\nContent-Le"),
            ErrorKind::NoAnswer,
            Outcome::Unknown,
        ),
        (
            raw("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"),
            ErrorKind::CutOff,
            Outcome::Unknown,
        ),
        (
            raw("HTTP/1.1 400 X\r\nContent-Length: 9\r\n\r\n{"),
            ErrorKind::Status,
            Outcome::Unknown,
        ),
        (
            raw("HTTP/1.1 401 X\r\nContent-Length: 9\r\n\r\n{"),
            ErrorKind::Status,
            Outcome::Unknown,
        ),
        (say(401, "", "{"), ErrorKind::Status, Outcome::Unknown),
        (say(401, "", "["), ErrorKind::Status, Outcome::Unknown),
        (
            raw("HTTP/1.1 409 X\r\nContent-Length: 9\r\n\r\n{"),
            ErrorKind::Status,
            Outcome::Unknown,
        ),
        (say(200, "", "{}"), ErrorKind::Unreadable, Outcome::Unknown),
        (say(204, "", ""), ErrorKind::Unreadable, Outcome::Unknown),
        (
            say(302, "Location: /elsewhere\r\n", ""),
            ErrorKind::Status,
            Outcome::Unknown,
        ),
        (
            say(307, "Location: /elsewhere\r\n", ""),
            ErrorKind::Status,
            Outcome::Unknown,
        ),
        (
            say(502, "Content-Type: text/html\r\n", "<html>"),
            ErrorKind::Status,
            Outcome::Unknown,
        ),
        (say(503, "", ""), ErrorKind::Status, Outcome::Unknown),
        (say(400, "", "[]"), ErrorKind::Status, Outcome::Unknown),
        (json(500, "", "{}"), ErrorKind::Problem, Outcome::Unknown),
        (problem(503, "", "CLOSED"), ErrorKind::Problem, Outcome::NotExecuted),
        (
            problem(409, "", "OUT_OF_STOCK"),
            ErrorKind::Problem,
            Outcome::NotExecuted,
        ),
        (problem(409, "", "KEY_TAKEN"), ErrorKind::Problem, Outcome::Unknown),
        (problem(409, "", "STILL_RUNNING"), ErrorKind::Problem, Outcome::Unknown),
        (problem(401, "", "NONCE_SEEN"), ErrorKind::Problem, Outcome::Unknown),
        (problem(409, "", "BRAND_NEW"), ErrorKind::Problem, Outcome::Unknown),
        (problem(422, "", "BRAND_NEW"), ErrorKind::Problem, Outcome::Unknown),
    ] {
        let text = format!("{step:?}");
        let error = failed(step).await;
        assert_eq!((error.kind(), error.outcome()), (kind, outcome), "{text}: {error}");
    }
}

#[tokio::test]
async fn a_refusal_that_is_no_problem_document_of_the_api_says_nothing_about_the_action() {
    let typed = |media: &str| format!("Content-Type: {media}\r\n");
    let own = r#"{"error":{"kind":"OUT_OF_STOCK"}}"#;
    let new = r#"{"error":{"kind":"BRAND_NEW"}}"#;
    let page = "<html>Blocked</html>";
    for (status, media, body, outcome) in [
        (403, "text/html", page, Outcome::Unknown),
        (401, "text/html", page, Outcome::Unknown),
        (404, "text/html", page, Outcome::Unknown),
        (400, "application/json", r#"{"message":"Forbidden"}"#, Outcome::Unknown),
        (
            400,
            "application/problem+json",
            r#"{"message":"Forbidden"}"#,
            Outcome::Unknown,
        ),
        (
            400,
            "application/problem+json",
            r#"{"error":{"kind":7}}"#,
            Outcome::Unknown,
        ),
        (
            400,
            "application/problem+json",
            r#"{"error":{"kind":""}}"#,
            Outcome::Unknown,
        ),
        (400, "application/problem+json", "", Outcome::Unknown),
        (400, "application/problem+json", "[]", Outcome::Unknown),
        (409, "application/json", own, Outcome::Unknown),
        (400, "application/json", new, Outcome::Unknown),
        (400, "text/html", new, Outcome::Unknown),
        (400, "application/problem+xml", new, Outcome::Unknown),
        (409, "application/problem+json", new, Outcome::Unknown),
        (409, "application/problem+json", own, Outcome::NotExecuted),
        (400, "application/problem+json", new, Outcome::Unknown),
        (
            409,
            "Application/Problem+JSON ; charset=utf-8",
            own,
            Outcome::NotExecuted,
        ),
        (425, "text/html", page, Outcome::Unknown),
        (429, "text/html", page, Outcome::Unknown),
    ] {
        let error = failed(say(status, &typed(media), body)).await;
        assert_eq!(error.outcome(), outcome, "{status} {media} {body}: {error}");
        assert_eq!(
            error.advice().contains("never use a new key"),
            outcome == Outcome::Unknown,
            "{status} {media} {body}: {}",
            error.advice()
        );
    }
    let untyped = failed(say(400, "", new)).await;
    assert_eq!(untyped.outcome(), Outcome::Unknown, "{untyped}");
    let twice = failed(say(
        400,
        &[typed("text/html"), typed("application/problem+json")].concat(),
        new,
    ))
    .await;
    assert_eq!(twice.outcome(), Outcome::Unknown, "{twice}");
}

/// A resolver that knows no name.
struct NoNames;

impl reqwest::dns::Resolve for NoNames {
    fn resolve(&self, _: reqwest::dns::Name) -> reqwest::dns::Resolving {
        Box::pin(async { Err("no such name".into()) })
    }
}

#[tokio::test]
async fn without_a_connection_nothing_happened() {
    // The local port of an open connection: no program listens there, and no other test gets it.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let connection = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let url = format!("http://{}", connection.local_addr().unwrap());
    let client = builder(&url).build().unwrap();
    let error = client
        .orders()
        .create(key("k"), &"s".into(), &order())
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome(), error.attempts()),
        (ErrorKind::NotSent, Outcome::NotExecuted, 4)
    );
    let http = ReqwestTransport::with(|| reqwest::Client::builder().dns_resolver(NoNames)).unwrap();
    let nameless = builder("https://x.example").transport(http);
    let nameless = nameless.build().unwrap();
    let error = nameless
        .orders()
        .create(key("k"), &"s".into(), &order())
        .retries(0)
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::NotSent, Outcome::NotExecuted),
        "{error}"
    );
    let plain = Server::start(vec![say(200, "", "")]);
    let tls = builder(&plain.url.replace("http://127.0.0.1", "https://localhost"))
        .build()
        .unwrap();
    let error = tls
        .orders()
        .create(key("k"), &"s".into(), &order())
        .retries(0)
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::NotSent, Outcome::NotExecuted),
        "{error}"
    );
}

#[tokio::test]
async fn an_answer_above_the_limit_is_not_read_on() {
    let server = Server::start(vec![say(200, "", &"x".repeat(1001))]);
    let client = server.builder().response_limit(1000).build().unwrap();
    let error = client
        .orders()
        .create(key("k"), &"s".into(), &order())
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome(), error.attempts()),
        (ErrorKind::TooLarge, Outcome::Unknown, 1)
    );
    assert_eq!(error.body().unwrap().len(), 1000);
}

#[tokio::test]
async fn a_problem_loses_nothing() {
    let error = failed(problem(409, "Trace-Id: theirs\r\nX-More: 1\r\n", "OUT_OF_STOCK")).await;
    assert!(error.is(ProblemCode::OutOfStock) && !error.is(ProblemCode::Stale) && error.is("OUT_OF_STOCK"));
    assert_eq!(ProblemCode::from(error.code().unwrap()), ProblemCode::OutOfStock);
    assert_eq!(error.row(), ProblemCode::OutOfStock.row());
    assert_eq!(
        (error.status().unwrap().as_u16(), &error.headers().unwrap()["x-more"]),
        (409, &"1".parse().unwrap())
    );
    assert_eq!(error.problem().unwrap().detail(), Some("Because."));
    let ids = error.request_ids();
    assert_eq!((ids.len(), ids[1].as_str(), ids[2].as_str()), (3, "theirs", "server-1"));
    let typed: JsonValue = error.problem_as().unwrap().unwrap();
    assert_eq!(typed.pointer("/error/kind").unwrap().as_str(), Some("OUT_OF_STOCK"));
    assert!(error.body().unwrap().starts_with(b"{\"error\""));
}

#[tokio::test]
async fn a_support_report_has_what_support_asks_for_and_nothing_else() {
    let server = Server::start(vec![problem(409, "", "OUT_OF_STOCK")]);
    let body = order().with_note("private words");
    let error = server
        .client()
        .orders()
        .create(key("k"), &"s-1".into(), &body)
        .await
        .unwrap_err();
    let report = error.support_report();
    let id = &error.request_ids()[0];
    let lines: Vec<_> = report.lines().filter(|line| !line.starts_with("time: ")).collect();
    assert_eq!(
        lines,
        [
            "endpoint: createOrder (POST /v2/shops/{shopId}/orders)",
            "status: 409",
            "code: OUT_OF_STOCK",
            "outcome: not executed",
            "idempotency key: k",
            "attempts: 1",
            &format!("request ids: {id}, server-1"),
            "shopId: s-1",
            "orderRef: ref-1",
            "advice: Order another book under a new key.",
        ]
    );
    let client = server.client();
    let call = client.orders().create(key("k"), &"s-1".into(), &body);
    let raw = client
        .raw(http::Method::PUT, "/x?private")
        .body("text/plain", "private");
    let printed = [
        format!("{error:?}"),
        error.to_string(),
        format!("{client:?}"),
        format!("{call:?}{raw:?}"),
    ];
    for text in printed.into_iter().chain([report]) {
        assert!(
            !text.contains(SECRET) && !text.contains("private") && !text.contains("12.50"),
            "{text}"
        );
    }
}

/// A URL for redirects with a `Referer`.
fn follows() -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::limited(10))
        .referer(true)
}

#[tokio::test]
async fn with_settings_that_follow_redirects_the_second_host_sees_no_request() {
    for status in [301, 302, 303, 307, 308] {
        let other = Server::start(vec![json(201, "", ORDER)]);
        let place = format!("Location: {}/orders\r\n", other.url);
        let server = Server::start(vec![say(status, &place, "")]);
        let transport = ReqwestTransport::with(follows).unwrap();
        let client = server.builder().transport(transport).build().unwrap();
        let call = client.orders().create(key("k"), &"s".into(), &order()).retries(0);
        let error = call.await.unwrap_err();
        assert_eq!(
            (error.status().map(|status| status.as_u16()), error.outcome()),
            (Some(status), Outcome::Unknown)
        );
        assert_eq!((server.seen().len(), other.seen().len()), (1, 0), "{status}");
        assert_eq!(server.seen()[0].header("referer"), "");
    }
}

#[tokio::test]
async fn a_byte_order_mark_hides_neither_a_value_nor_a_code() {
    let marked = "\u{feff}{\"error\":{\"kind\":\"NONCE_SEEN\"}}";
    let error = failed(say(401, "", marked)).await;
    assert_eq!((error.code(), error.outcome()), (Some("NONCE_SEEN"), Outcome::Unknown));
    let server = Server::start(vec![json(201, "", &format!("\u{feff}{ORDER}"))]);
    let order = server.client().orders().create(key("k"), &"s".into(), &order()).await;
    assert_eq!(order.unwrap().order_id, "o-1");
}

#[tokio::test]
async fn a_problem_document_that_cannot_be_read_may_have_said_anything_of_its_status() {
    let json = "Content-Type: application/problem+json\r\n";
    for (headers, body) in [
        (json, r#"{"error":{"kind":"NONCE_SEEN"},"error":1}"#),
        (json, r#"{"error":{"kind":"NONCE_SEEN","text":"\ud800"}}"#),
        (json, "\u{1f}packed"),
        ("", r#"{"error":{"kind":"NONCE_SEEN""#),
    ] {
        let error = failed(say(401, headers, body)).await;
        assert_eq!(error.outcome(), Outcome::Unknown, "{body}");
        let error = failed(say(400, headers, body)).await;
        assert_eq!(error.outcome(), Outcome::Unknown, "{body}");
    }
}

#[tokio::test]
async fn advice_for_a_refusal_is_not_given_while_an_earlier_attempt_may_have_acted() {
    let server = Server::start(vec![Step::Hang, problem(409, "", "OUT_OF_STOCK")]);
    let create = |key| server.client().orders().create(key, &"s".into(), &order());
    let error = create(key("k")).await.unwrap_err();
    assert_eq!(
        (error.code(), error.outcome()),
        (Some("OUT_OF_STOCK"), Outcome::Unknown)
    );
    assert!(error.advice().contains("never use a new key"), "{}", error.advice());

    let used = sdkwright_runtime::IdempotencyKey::used_before("k".repeat(99)).unwrap();
    let error = create(used).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Refused, Outcome::Unknown));
    assert!(error.advice().contains("used_before"), "{}", error.advice());

    for (step, words) in [
        (say(200, "", "{}"), "Retry with `client.resend(error)`"),
        (problem(401, "", "NONCE_SEEN"), "Send it again with a new nonce"),
        (problem(409, "", "OUT_OF_STOCK"), "under a new key"),
    ] {
        let error = failed(step).await;
        assert!(error.advice().contains(words), "{}", error.advice());
    }
    // A code with a status outside of its row, after a lost answer, and under a key with an unknown outcome.
    let new_key = "under a new key";
    let error = failed(problem(500, "", "OUT_OF_STOCK")).await;
    assert!(!error.advice().contains(new_key), "{}", error.advice());
    assert_eq!((error.code(), error.row()), (Some("OUT_OF_STOCK"), None));
    assert!(!error.support_report().contains(new_key));
    let refusing = Server::start(vec![problem(409, "", "OUT_OF_STOCK")]);
    let used = sdkwright_runtime::IdempotencyKey::used_before("k").unwrap();
    let call = refusing.client();
    let error = call.orders().create(used, &"s".into(), &order()).await.unwrap_err();
    assert!(!error.advice().contains(new_key), "{}", error.advice());
    assert_eq!((error.code(), error.row()), (Some("OUT_OF_STOCK"), None));
    // A code in a document that is not the API's problem document, for a call that only reads.
    let page = say(
        409,
        "Content-Type: text/json\r\n",
        r#"{"error":{"kind":"OUT_OF_STOCK"}}"#,
    );
    let between = Server::start(vec![page]);
    let error = between.client().raw(http::Method::GET, "/x").await.unwrap_err();
    assert!(!error.advice().contains(new_key), "{}", error.advice());
    assert_eq!((error.code(), error.row()), (Some("OUT_OF_STOCK"), None));
    let keyless = Server::start(vec![say(502, "", "")]);
    let raw = keyless.client().raw(http::Method::POST, "/x");
    let error = raw.await.unwrap_err();
    assert!(
        error.outcome() == Outcome::Unknown && !error.advice().contains("resend"),
        "{}",
        error.advice()
    );
}

#[tokio::test]
async fn a_refusal_that_was_cut_off_says_so() {
    let error = failed(Step::Say("HTTP/1.1 500 X\r\nContent-Length: 9\r\n\r\n{".into())).await;
    assert!(error.to_string().contains("500, and the body was cut off"), "{error}");
    assert!(error.transport_error().is_some());
}

#[tokio::test]
async fn words_of_a_server_stay_on_one_line_of_a_log() {
    let long = "x".repeat(100_000);
    let body =
        format!("{{\"error\":{{\"kind\":\"A\\nB\",\"text\":\"1\\r\\n2\\u001b[31m{long}\"}},\"trace\":\"t\\n1\"}}");
    let error = failed(say(400, "", &body)).await;
    for text in [
        error.to_string(),
        format!("{error:?}").replace('\n', ""),
        error.support_report().replace('\n', ""),
    ] {
        assert!(!text.contains(char::is_control), "{text}");
        assert!(text.len() < 3000, "{}", text.len());
    }
    assert_eq!(error.code(), Some("A\nB"), "the words themselves are kept");
}

/// Parts of a request that a server may repeat in its answer.
const IBAN: &str = "DE89370400440532013000";

/// Everything that a program may print or log of an error.
fn printed(error: &sdkwright_runtime::Error) -> String {
    let mut all = format!(
        "{error} {error:#} {error:?} {error:#?} {} {}",
        error.support_report(),
        error.advice()
    );
    all.push_str(
        &[
            format!("{:?}", error.problem()),
            format!("{:?}", error.explain_signature()),
        ]
        .concat(),
    );
    let mut next = error.transport_error().map(|cause| cause as &dyn std::error::Error);
    while let Some(cause) = next {
        all.push_str(&[cause.to_string(), format!("{cause:?} {cause:#?}")].concat());
        next = cause.source();
    }
    all
}

#[test]
fn nothing_that_a_server_says_beside_code_title_and_request_id_is_printed_or_logged() {
    let problem = format!(
        r#"{{"error":{{"kind":"OUT_OF_STOCK","title":"Out of stock","text":"no {IBAN}","fields":[{{"at":"/{IBAN}","message":"{IBAN}"}}]}},
            "type":"https://x/{IBAN}","instance":"/{IBAN}","{IBAN}":{{"{IBAN}":"{IBAN}"}}}}"#
    );
    let json = "Content-Type: application/problem+json\r\n";
    let headers =
        format!("{json}X-More: {IBAN}\r\nLocation: /{IBAN}\r\nRetry-After: {IBAN}\r\nDate: {IBAN}\r\nVia: {IBAN}\r\n");
    let order = ORDER.trim_end().trim_end_matches('}');
    let answers = [
        say(409, &headers, &problem),
        say(401, &headers, &problem),
        say(409, &headers, &format!("<html>{IBAN}</html>")),
        say(500, &headers, &format!("{{\"{IBAN}\": {{\"{IBAN}\": {IBAN}")),
        say(
            201,
            &format!("Location: /{IBAN}\r\n"),
            &format!("{{\"orderId\":{{\"{IBAN}\":\"{IBAN}\"}}}}"),
        ),
        say(
            201,
            "",
            &format!("{order}, \"more\": {{\"{IBAN}\": 1, \"{IBAN}\": 2}}}}"),
        ),
        say(201, "", &format!("\"{IBAN}\"")),
        say(303, &headers, IBAN),
        say(299, &headers, IBAN),
    ];
    for step in answers {
        let heard = sdkwright_watch::Ear::default();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let error = sdkwright_watch::heard_by(heard.clone(), || runtime.block_on(failed(step)));
        let all = printed(&error) + &heard.heard();
        assert!(all.contains("attempt ended"), "{all}");
        assert!(!all.contains(IBAN), "{all}");
        if let Some(problem) = error.problem().filter(|problem| problem.code().is_some()) {
            assert_eq!(
                (problem.title(), error.detail()),
                (Some("Out of stock"), Some(&*format!("no {IBAN}")))
            );
            assert!(error.to_string().contains("OUT_OF_STOCK, Out of stock"), "{error}");
        }
    }
}

#[tokio::test]
async fn a_hostile_code_or_title_stays_on_one_short_line() {
    let long = "x".repeat(5_000);
    for name in ["kind", "title"] {
        let body = format!(r#"{{"error":{{"kind":"K","{name}":"a\nb\u001b[2J\u202e\u200b\u2066{long}"}}}}"#)
            .replace("\"kind\":\"K\",\"kind\"", "\"kind\"");
        let error = failed(say(409, "Content-Type: application/problem+json\r\n", &body)).await;
        for text in [
            error.to_string(),
            format!("{error:?}"),
            format!("{:?}", error.problem()),
            error.support_report(),
        ] {
            assert!(text.len() < 1_500, "{}", text.len());
            let hostile = |c: char| matches!(c, '\u{1b}' | '\u{202e}' | '\u{200b}' | '\u{2066}');
            assert!(!text.contains(hostile) && !text.contains("a\nb"), "{text:?}");
        }
    }
}
