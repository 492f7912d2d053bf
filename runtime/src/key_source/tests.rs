//! Sources of keys under attack: the URLs, responses and ids of unknown senders.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use super::*;
use crate::client::Builder;
use crate::description::{Api, Description};
use crate::glue::operation_keys;
use crate::operation::Operation;
use crate::testing::{Script, Step};
use crate::transport::{SendFuture, SleepFuture};

/// A key of Ed25519 in JSON (RFC 8037, appendix A.2).
const KEY: &str = r#"{"kty":"OKP","crv":"Ed25519","kid":"a","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
const CERTIFICATE: &str = include_str!("../../../signing/src/tests/keys/certificate-sign.pem");
const URL: &str = "https://keys.example.com/jwks.json?v=2";

fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(ended) => ended,
        Poll::Pending => panic!("a script never waits"),
    }
}

/// Returns what a source fetched, in one line.
fn fetched(source: &impl KeySource, id: &str) -> String {
    match now(source.fetch(id)) {
        Ok(fetched) => format!("{fetched:?}"),
        Err(error) => error.to_string(),
    }
}

fn jwks(step: Step) -> String {
    fetched(&JwksSource::new(Script::new([step]), URL), "a")
}

#[test]
fn a_set_is_fetched_without_credentials() {
    let set = format!(r#"{{"keys":[{KEY},{{"kty":"oct","kid":"b","k":"c2VjcmV0"}}]}}"#);
    let script = Script::new([Step::json(200, set).header("cache-control", "public, max-age=600")]);
    let shown = fetched(&JwksSource::new(script.clone(), URL), "a");
    assert!(shown.contains("life: Some(600s)"), "{shown}");
    let requests = script.sent();
    assert_eq!(requests[0].uri, URL);
    let mut names: Vec<&str> = requests[0].headers.keys().map(http::HeaderName::as_str).collect();
    names.sort_unstable();
    names.retain(|name| *name != "accept-encoding");
    assert_eq!(names, ["accept", "user-agent"]);
}

#[test]
fn only_a_set_of_limited_size_is_used() {
    let large = format!(r#"{{"keys":[{KEY}]}}{}"#, " ".repeat(LARGEST));
    assert_eq!(jwks(Step::json(200, large)), "the response has more than 256 KiB");
    let many = vec![KEY; 257].join(",");
    let many = jwks(Step::json(200, format!(r#"{{"keys":[{many}]}}"#)));
    assert_eq!(many, "the keys are more than 256 KiB, or more than 256 keys");
    // A redirect would lead to keys of another host.
    let moved = Step::answer(302, format!(r#"{{"keys":[{KEY}]}}"#)).header("location", "https://evil.example.com");
    assert_eq!(jwks(moved), "the response has the status 302 Found");
    for step in [
        Step::answer(500, ""),
        Step::json(200, "<html>"),
        Step::json(200, "{}"),
        Step::json(200, format!(r#"{{"keys":[{KEY}"#)).cut_off(),
        Step::not_sent(),
        Step::no_answer(),
    ] {
        let shown = format!("{step:?}");
        assert!(
            now(JwksSource::new(Script::new([step]), URL).fetch("a")).is_err(),
            "{shown}"
        );
    }
}

/// A server that never responds, whose time limit ends at once.
struct Slow;

impl Transport for Slow {
    fn send(&self, _: http::Request<Body>) -> SendFuture<'_> {
        Box::pin(std::future::pending())
    }

    fn sleep(&self, _: Duration) -> SleepFuture<'_> {
        Box::pin(std::future::ready(()))
    }
}

#[test]
fn a_slow_server_ends_the_fetch() {
    assert_eq!(
        fetched(&JwksSource::new(Slow, URL), "a"),
        "no response within 5 seconds"
    );
}

#[test]
fn a_url_of_keys_is_https_or_this_machine() {
    let set = |url: &str| JwksSource::new(Script::default(), URL).with_url(url).map(|_| ());
    for good in [
        "https://eu.example.com/keys",
        "http://127.0.0.1:8080/keys",
        "https://example.com",
    ] {
        assert_eq!(set(good), Ok(()), "{good}");
    }
    for bad in [
        "http://example.com/keys",
        "https://user@example.com/keys",
        "/keys",
        "",
        "ftp://example.com/keys",
    ] {
        assert!(set(bad).is_err(), "{bad}");
    }
    assert!(fetched(&JwksSource::new(Script::default(), "http://example.com"), "a").contains("use `https`"));
}

#[test]
fn the_url_of_a_certificate_is_checked_before_it_is_fetched() {
    let script = Script::default();
    let source = CertificateSource::new(script.clone(), ["paypal.com"]);
    for good in [
        "https://paypal.com/certs/1",
        "https://api.paypal.com/certs/1",
        "https://a.b.paypal.com",
        "https://api.paypal.com:443/certs/1",
        "HTTPS://API.PayPal.COM/certs/1",
        "https://api.paypal.com./certs/1",
    ] {
        assert!(source.is_possible(good), "{good}");
    }
    for bad in [
        "http://api.paypal.com/certs/1",
        "https://evilpaypal.com/certs/1",
        "https://paypal.com.evil.org/certs/1",
        "https://paypal.com@evil.org/certs/1",
        "https://user:password@api.paypal.com/certs/1",
        "https://evil.org/paypal.com",
        "https://evil.org?.paypal.com",
        "https://evil.org#.paypal.com",
        "https://evil.org\\.paypal.com",
        "https://api.paypal.com:8443/certs/1",
        "https://api.paypal.com:80/certs/1",
        "https://p\u{430}ypal.com/certs/1",
        "https://xn--pypal-4ve.com/certs/1",
        "https://.paypal.com/certs/1",
        "https://api..paypal.com/certs/1",
        "https://api.paypal.com../certs/1",
        "https://api.paypal.com/../certs/1",
        "https://com/certs/1",
        "https://127.0.0.1/certs/1",
        "http://localhost/certs/1",
        "//api.paypal.com/certs/1",
        "api.paypal.com/certs/1",
        "",
    ] {
        assert!(!source.is_possible(bad), "{bad}");
        assert!(fetched(&source, bad).contains("Unknown"), "{bad}");
    }
    assert!(script.sent().is_empty());
    let source = source.with_hosts(["127.0.0.1:8080"]);
    assert!(source.is_possible("http://127.0.0.1:8080/certs/1"));
    for bad in [
        "http://127.0.0.1:8081/certs/1",
        "http://1.127.0.0.1:8080/certs/1",
        "https://api.paypal.com/certs/1",
    ] {
        assert!(!source.is_possible(bad), "{bad}");
    }
    assert!(!CertificateSource::new(Script::default(), [""]).is_possible("https://api.paypal.com"));
}

#[test]
fn only_a_certificate_is_used() {
    let get = |step| {
        fetched(
            &CertificateSource::new(Script::new([step]), ["paypal.com"]),
            "https://api.paypal.com/1",
        )
    };
    assert!(get(Step::answer(200, CERTIFICATE)).contains("Certificate(Certificate {"));
    let unknown = "FetchedKeys { content: Unknown, life: None }";
    for step in [
        Step::answer(404, ""),
        Step::answer(410, ""),
        Step::answer(200, "<html>"),
        Step::answer(200, ""),
        Step::answer(200, vec![0xff; 1000]),
        Step::json(200, KEY),
    ] {
        assert_eq!(get(step), unknown);
    }
    let moved = Step::answer(302, CERTIFICATE).header("location", "https://evil.example.com");
    assert_eq!(get(moved), "the response has the status 302 Found");
    assert_eq!(
        get(Step::answer(200, vec![b' '; LARGEST + 1])),
        "the response has more than 256 KiB"
    );
}

static API: Api = Api::new("Test", "test/1");

struct GetKey;

impl Operation for GetKey {
    type Output = JsonValue;
    const DESCRIPTION: &'static Description = &Description::new("getKey", "POST", "/keys/{kid}");
}

struct PostKey;

impl Operation for PostKey {
    type Output = JsonValue;
    const DESCRIPTION: &'static Description = &Description::new("postKey", "POST", "/key/get");
}

fn source<O: Operation>(script: &Script, id: KeyInput) -> OperationSource {
    sdkwright_watch::listen();
    let builder = Builder::new(&API).without_journal().base_url("https://example.com");
    let core: Core = builder.transport(script.clone()).build().unwrap();
    let rules = KeyOperation {
        id,
        key: "/key",
        revoked: Some("/key/expired_at"),
    };
    operation_keys::<O>(&core, rules)
}

#[test]
fn the_id_of_a_key_is_in_the_place_of_the_contract() {
    let response = || Step::json(200, format!(r#"{{"key":{KEY}}}"#));
    let script = Script::new([response(), response(), response()]);
    let id = "../a b\"?&\u{e9}";
    for shown in [
        fetched(&source::<PostKey>(&script, KeyInput::Body("/of/key~1id")), id),
        fetched(&source::<GetKey>(&script, KeyInput::Path("kid")), id),
        fetched(&source::<PostKey>(&script, KeyInput::Query("kid")), id),
    ] {
        assert!(shown.contains("Key(PublicKey"), "{shown}");
    }
    let sent = script.sent();
    let body: JsonValue = json::from_slice(&sent[0].body).unwrap();
    assert_eq!(body.pointer("/of/key~1id").and_then(JsonValue::as_str), Some(id));
    assert_eq!(sent[1].uri.path(), "/keys/..%2Fa%20b%22%3F%26%C3%A9");
    assert_eq!(sent[2].uri, "https://example.com/key/get?kid=..%2Fa%20b%22%3F%26%C3%A9");
}

#[test]
fn a_revoked_or_unknown_key_is_not_used_and_a_failure_is_not_a_refusal() {
    let get = |step| fetched(&source::<PostKey>(&Script::new([step]), KeyInput::Body("/kid")), "a");
    let with = |more: &str| Step::json(200, format!(r#"{{"key":{}{more}}}}}"#, KEY.trim_end_matches('}')));
    assert!(get(with(r#","expired_at":null"#)).contains("Key(PublicKey"));
    let unknown = "FetchedKeys { content: Unknown, life: None }";
    assert_eq!(get(with(r#","expired_at":1700000000"#)), unknown);
    assert_eq!(get(with(r#","expired_at":false"#)), unknown);
    for status in [404, 410] {
        assert_eq!(get(Step::json(status, "{}")), unknown);
    }
    for step in [
        // The key of the client may be wrong.
        Step::json(400, "{}"),
        Step::json(401, "{}"),
        Step::json(403, "{}"),
        Step::json(429, "{}"),
        Step::json(500, "{}"),
        Step::json(200, "{}"),
        Step::json(200, r#"{"key":{"kty":"oct","k":"c2VjcmV0"}}"#),
        Step::no_answer(),
    ] {
        let shown = format!("{step:?}");
        let source = source::<PostKey>(&Script::new([step]), KeyInput::Body("/kid"));
        assert!(now(source.fetch("a")).is_err(), "{shown}");
    }
}
