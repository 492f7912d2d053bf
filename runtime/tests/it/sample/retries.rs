//! Retries: their conditions, and the requests they send.

use std::time::{Duration, Instant};

use sdkwright_runtime::glue::{self, Api, Description, RetryRules, RetryWait, WaitUnit};
use sdkwright_runtime::{Builder, ErrorKind, IdempotencyKey, JsonValue, Outcome};

use crate::sample::client::{Call, Client};
use crate::sample::models::*;
use crate::sample::requests::{ORDER, key, order};
use crate::sample::server::{Server, Step, json, problem, say};

#[tokio::test]
async fn another_attempt_has_the_same_key_and_body_and_nothing_else_of_the_first() {
    let server = Server::start(vec![
        say(502, "", "<html>Bad gateway</html>"),
        Step::Hang,
        json(200, "Once-Replayed: yes\r\n", ORDER),
    ]);
    let client = server.client();
    let response = client
        .orders()
        .create(key("k-1"), &"s".into(), &order())
        .with_response()
        .await
        .unwrap();
    assert_eq!((response.attempts, response.replayed), (3, true));
    let seen = server.seen();
    seen.iter().for_each(crate::sample::server::Seen::assert_signed);
    for pair in seen.windows(2) {
        for same in ["once-key", "content-type"] {
            assert_eq!(pair[0].header(same), pair[1].header(same));
        }
        assert_eq!((&pair[0].body, &pair[0].target), (&pair[1].body, &pair[1].target));
        for new in ["shop-nonce", "trace-id", "shop-signature"] {
            assert_ne!(pair[0].header(new), pair[1].header(new), "{new}");
        }
    }
    let ids: Vec<_> = seen.iter().map(|seen| seen.header("trace-id")).collect();
    assert_eq!(response.request_ids, ids);
}

#[tokio::test]
async fn a_stale_timestamp_is_corrected_by_the_date_once_and_for_all_further_calls() {
    let date = "Date: Sun, 06 Nov 2094 08:49:37 GMT\r\n";
    let far = Server::start(vec![problem(401, date, "STALE"), problem(401, date, "STALE")]);
    let error = far
        .client()
        .orders()
        .create(key("k"), &"s".into(), &order())
        .await
        .unwrap_err();
    assert!(error.is(ProblemCode::Stale) && error.attempts() == 2);
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let stamped = |seen: &crate::sample::server::Seen| seen.header("shop-time").parse::<u64>().unwrap();
    assert!(
        far.seen().iter().all(|seen| stamped(seen).abs_diff(now) < 60),
        "a date that is not plausible is not taken"
    );

    let ahead = jiff::Timestamp::from_second(i64::try_from(now).unwrap() + 1000).unwrap();
    let date = format!(
        "Date: {}\r\n",
        jiff::fmt::rfc2822::DateTimePrinter::new()
            .timestamp_to_rfc9110_string(&ahead)
            .unwrap()
    );
    let server = Server::start(vec![
        problem(401, &date, "STALE"),
        json(200, "", ORDER),
        json(200, "", ORDER),
    ]);
    let client = server.client();
    client.orders().create(key("k"), &"s".into(), &order()).await.unwrap();
    client.orders().create(key("l"), &"s".into(), &order()).await.unwrap();
    let [first, second, third] = server.seen().try_into().unwrap();
    assert!(stamped(&first).abs_diff(now) < 60);
    assert!(stamped(&second).abs_diff(now + 1000) < 60 && stamped(&third).abs_diff(now + 1000) < 60);
}

#[tokio::test]
async fn a_success_that_was_cut_off_is_read_again_under_the_key() {
    let cut = Step::Say(format!("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{ORDER}"));
    let server = Server::start(vec![cut.clone(), json(200, "Once-Replayed: yes\r\n", ORDER)]);
    let response = server
        .client()
        .orders()
        .create(key("k"), &"s".into(), &order())
        .with_response()
        .await
        .unwrap();
    assert_eq!((response.attempts, response.replayed), (2, true));

    let server = Server::start(vec![cut, problem(503, "", "CLOSED")]);
    let error = server
        .client()
        .orders()
        .create(key("k"), &"s".into(), &order())
        .retries(1)
        .await
        .unwrap_err();
    assert_eq!((error.outcome(), error.attempts()), (Outcome::Unknown, 2));
}

#[tokio::test]
async fn an_unreadable_success_is_not_sent_again_and_keeps_its_bytes() {
    let server = Server::start(vec![json(200, "", r#"{"orderId":7}"#)]);
    let error = server
        .client()
        .orders()
        .create(key("k"), &"s".into(), &order())
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome(), error.attempts()),
        (ErrorKind::Unreadable, Outcome::Executed, 1)
    );
    assert_eq!(error.body().unwrap(), r#"{"orderId":7}"#);
    assert_eq!(error.status().unwrap(), 200);
    assert_eq!(error.decode_error().unwrap().pointer(), "/orderId");
}

#[tokio::test]
async fn a_call_without_its_answer_goes_on_with_the_same_key_and_bytes() {
    let server = Server::start(vec![Step::Hang, json(200, "", ORDER)]);
    let client = server.client();
    let error = client
        .orders()
        .create(key("k-7"), &"s".into(), &order())
        .retries(0)
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome(), error.key()),
        (ErrorKind::NoAnswer, Outcome::Unknown, Some("k-7"))
    );
    let error = client.resend(error).value::<Payout>().await.unwrap_err();
    assert!(error.to_string().contains("a value of another type"), "{error}");
    let other = server.builder().client_id("client-2").build().unwrap();
    let error = other.resend(error).value::<Order>().await.unwrap_err();
    assert!(error.to_string().contains("another base URL or client id"), "{error}");
    let order: Order = client.resend(error).value().await.unwrap();
    assert_eq!(order.order_id, "o-1");
    let [first, second] = server.seen().try_into().unwrap();
    first.assert_signed();
    second.assert_signed();
    assert_eq!((first.body, first.target), (second.body, second.target));
}

#[tokio::test]
async fn a_call_that_goes_on_tells_its_success_without_its_value() {
    async fn again(
        client: &crate::sample::client::Client,
        error: sdkwright_runtime::Error,
    ) -> Result<(), sdkwright_runtime::Error> {
        client.resend(error).await?;
        Ok(())
    }
    let server = Server::start(vec![Step::Hang, json(200, "", "{}"), json(200, "", ORDER)]);
    let client = server.client();
    let call = client.orders().create(key("k"), &"s".into(), &order());
    let error = call.retries(0).await.unwrap_err();
    // The answer is decoded as usual: one that does not match the contract is an error here, too.
    let error = again(&client, error).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::Unreadable, Outcome::Executed)
    );
    again(&client, error).await.unwrap();
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn a_resent_call_that_fails_stays_unknown_unless_the_server_replays_its_refusal() {
    let server = Server::start(vec![
        Step::Hang,
        problem(409, "", "OUT_OF_STOCK"),
        problem(409, "Once-Replayed: yes\r\n", "OUT_OF_STOCK"),
    ]);
    let client = server.client();
    let error = client
        .orders()
        .create(key("k"), &"s".into(), &order())
        .retries(0)
        .await
        .unwrap_err();
    let error = client.resend(error).value::<Order>().await.unwrap_err();
    assert_eq!((error.outcome(), error.attempts()), (Outcome::Unknown, 2));
    let error = client.resend(error).value::<Order>().await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown, "the same refusal came live before");

    let server = Server::start(vec![Step::Hang, problem(409, "Once-Replayed: yes\r\n", "OUT_OF_STOCK")]);
    let error = server
        .client()
        .orders()
        .create(key("k"), &"s".into(), &order())
        .await
        .unwrap_err();
    assert_eq!((error.outcome(), error.attempts()), (Outcome::NotExecuted, 2));
}

#[tokio::test]
async fn a_resent_call_starts_at_unknown_even_after_a_harmless_failure() {
    let server = Server::start(vec![problem(503, "", "CLOSED"), problem(503, "", "CLOSED")]);
    let client = server.client();
    let call = client.orders().create(key("k"), &"s".into(), &order()).retries(0);
    let error = call.await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::NotExecuted);
    let error = client.resend(error).value::<Order>().await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
}

/// A clock that can be put forward.
#[derive(Clone, Default)]
struct Forward(std::sync::Arc<std::sync::atomic::AtomicU64>);

impl sdkwright_runtime::Clock for Forward {
    fn now(&self) -> std::time::SystemTime {
        let seconds = self.0.load(std::sync::atomic::Ordering::Relaxed);
        std::time::SystemTime::now() + Duration::from_secs(seconds)
    }
}

#[tokio::test]
async fn after_the_retention_nothing_is_sent_again() {
    // The retention is an hour, less a 24th of it as a margin for clocks that differ.
    let server = Server::start(vec![Step::Hang, Step::Hang, json(200, "", ORDER)]);
    let clock = Forward::default();
    let client = server.builder().clock(clock.clone()).build().unwrap();
    let call = client.orders().create(key("k"), &"s".into(), &order()).retries(0);
    let error = call.await.unwrap_err();
    clock.0.store(3440, std::sync::atomic::Ordering::Relaxed);
    let error = client.resend(error).value::<Order>().await.unwrap_err();
    clock.0.store(3451, std::sync::atomic::Ordering::Relaxed);
    let error = client.resend(error).value::<Order>().await.unwrap_err();
    assert!(error.to_string().contains("look the action up"), "{error}");
    assert_eq!(
        (error.outcome(), error.attempts(), error.key()),
        (Outcome::Unknown, 2, Some("k"))
    );
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn a_key_that_was_used_before_never_ends_as_not_executed() {
    let server = Server::start(vec![problem(409, "", "OUT_OF_STOCK")]);
    let key = IdempotencyKey::used_before("k").unwrap();
    let error = server
        .client()
        .orders()
        .create(key, &"s".into(), &order())
        .await
        .unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
}

#[tokio::test]
async fn silence_ends_with_the_timeout_and_the_deadline_ends_the_waiting() {
    let server = Server::start(vec![Step::Silence, Step::Silence]);
    let began = std::time::Instant::now();
    let call = server.client().orders().create(key("k"), &"s".into(), &order());
    let error = call.timeout(Duration::from_millis(200)).retries(1).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome(), error.attempts()),
        (ErrorKind::NoAnswer, Outcome::Unknown, 2)
    );
    assert!(began.elapsed() < Duration::from_secs(5));

    let server = Server::start(vec![Step::Silence]);
    let began = std::time::Instant::now();
    let call = server.client().orders().create(key("k"), &"s".into(), &order());
    let error = call.deadline(Duration::from_millis(300)).await.unwrap_err();
    assert_eq!((error.outcome(), error.attempts()), (Outcome::Unknown, 1));
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "the deadline holds inside an attempt"
    );

    let busy = problem(503, "Retry-After: 30\r\n", "CLOSED");
    let server = Server::start(vec![busy]);
    let call = server.client().orders().create(key("k"), &"s".into(), &order());
    let error = call.deadline(Duration::from_secs(20)).await.unwrap_err();
    assert_eq!((error.attempts(), error.outcome()), (1, Outcome::NotExecuted));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(30)));
}

static WAITS: [RetryRules; 4] = [
    waits(WaitUnit::Seconds),
    waits(WaitUnit::Milliseconds),
    waits(WaitUnit::UnixSeconds),
    waits(WaitUnit::UnixMillis),
];

const fn waits(unit: WaitUnit) -> RetryRules {
    RetryRules {
        wait: Some(RetryWait { name: "reset", unit }),
        ..RetryRules::NONE
    }
}

static APIS: [Api; 4] = [waiting(0), waiting(1), waiting(2), waiting(3)];

const fn waiting(index: usize) -> Api {
    Api {
        retry: Some(&WAITS[index]),
        ..Api::new("Waits", "waits/1")
    }
}

struct Ping;

impl glue::Operation for Ping {
    type Output = JsonValue;
    const DESCRIPTION: &'static Description = &Description::new("ping", "GET", "/ping");
}

#[tokio::test]
async fn a_wait_in_milliseconds_or_in_a_declared_header_is_kept() {
    let millis = Duration::from_millis;
    let date = "Date: Sun, 06 Nov 1994 08:49:30 GMT\r\n";
    for (api, status, headers, wait) in [
        (
            0,
            429,
            "retry-after-ms: 90\r\nRetry-After: 1\r\n".to_owned(),
            Some(millis(90)),
        ),
        (0, 500, "retry-after-ms: 90.5\r\n".to_owned(), Some(millis(91))),
        (0, 429, "Reset: 1\r\nRetry-After: 0\r\n".to_owned(), Some(millis(1000))),
        (1, 503, "Reset: 90\r\n".to_owned(), Some(millis(90))),
        (2, 429, format!("Reset: 784111771\r\n{date}"), Some(millis(1000))),
        (3, 429, format!("Reset: 784111770500\r\n{date}"), Some(millis(1000))),
        (0, 500, "Reset: 1\r\n".to_owned(), None),
        (0, 429, "Reset: soon\r\n".to_owned(), None),
    ] {
        let fails = json(status, &headers, "{}");
        let server = Server::start(vec![fails.clone(), fails, json(200, "", "{}")]);
        let client: Client = Builder::new(&APIS[api])
            .without_journal()
            .base_url(&*server.url)
            .build()
            .unwrap();
        let ping = || Call::<Ping>::new(&client, glue::request::<Ping>(&client));
        let error = ping().retries(0).await.unwrap_err();
        assert_eq!(error.retry_after(), wait, "{headers}");
        if status != 500 {
            let began = Instant::now();
            ping().await.unwrap();
            assert!(began.elapsed() >= wait.unwrap_or_default(), "{headers}");
        }
    }
}
