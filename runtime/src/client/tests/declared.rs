//! Keys that operations declare themselves: their place, the same in each resend, and what a contract without a known retention allows.

use super::*;
use crate::idempotency::{KeyIntent, KeyRules, Retention};
use crate::json::JsonValue;
use crate::multipart::{Multipart, Upload};
use crate::request::RequestContent;

static IN_HEADER: Description = Description::new("pay", "POST", "/pay")
    .intent(KeyIntent::Effect)
    .key(KeyRules::header("Pay-Once", 2, 8));
static IN_BODY: Description = Description::new("order", "POST", "/order")
    .intent(KeyIntent::Effect)
    .key(KeyRules::member("once", 2, 8));
static IN_PART: Description = Description::new("attach", "POST", "/attach")
    .intent(KeyIntent::Effect)
    .key(KeyRules::part_member("request", "once", 2, 8));

const fn keys(retention: Retention) -> Idempotency {
    Idempotency {
        header: None,
        key_length: (1, 255),
        retention,
        replayed: None,
        conflict: None,
        in_progress: None,
        ..Idempotency::NONE
    }
}

static UNDECLARED_KEYS: Idempotency = keys(Retention::Undeclared);
static UNKNOWN_KEYS: Idempotency = keys(Retention::Unknown);
static UNDECLARED: Api = Api {
    idempotency: Some(&UNDECLARED_KEYS),
    ..Api::new("Test", "test/1")
};
static UNKNOWN: Api = Api {
    idempotency: Some(&UNKNOWN_KEYS),
    ..Api::new("Test", "test/1")
};

fn client(api: &'static Api, answers: Vec<Answer>) -> (Script, Core) {
    sdkwright_watch::listen();
    let (script, _) = scripted(answers);
    let builder = Builder::new(api)
        .without_journal()
        .base_url("https://example.com")
        .transport(script.clone())
        .clock(Fixed)
        .nonces(Fixed);
    (script, builder.build().unwrap())
}

fn lost() -> Answer {
    Err(SendError::Unknown("reset".into()))
}

fn pay(core: &Core, key: &str) -> Result<(), crate::error::Error> {
    let request = Request::new(core.api(), &IN_HEADER).key(IdempotencyKey::new(key).unwrap());
    now(crate::client::send::<()>(core.clone(), request)).map(drop)
}

fn sent(script: &Script) -> Vec<String> {
    let sent = script.sent.lock().unwrap();
    let key = |request: &http::Request<()>| request.headers()["pay-once"].to_str().unwrap().to_owned();
    sent.iter().map(key).collect()
}

#[test]
fn without_a_stated_retention_only_the_caller_sends_again() {
    let (script, core) = client(&UNDECLARED, vec![lost(), lost(), Ok(answer(204, &[], ""))]);
    let error = pay(&core, "k-1").unwrap_err();
    assert_eq!(
        (error.outcome(), sent(&script)),
        (Outcome::Unknown, vec!["k-1".to_owned()])
    );
    assert!(format!("{error:?}").contains("remembers the key"), "{error:?}");
    let error = now(core.resend(error).into_future()).unwrap_err();
    now(core.resend(error).into_future()).unwrap();
    assert_eq!(sent(&script), ["k-1", "k-1", "k-1"]);
}

#[test]
fn an_unknown_retention_allows_retries_of_the_call() {
    let (script, core) = client(&UNKNOWN, vec![lost(), Ok(answer(204, &[], ""))]);
    pay(&core, "k-1").unwrap();
    assert_eq!(sent(&script), ["k-1", "k-1"]);
}

#[test]
fn the_limits_of_the_operation_are_checked_before_anything_is_sent() {
    let (script, core) = client(&UNKNOWN, Vec::new());
    let error = pay(&core, "longer-than-8").unwrap_err();
    assert!(error.to_string().contains("2 to 8"), "{error}");
    assert_eq!(sent(&script), Vec::<String>::new());
}

#[test]
fn a_member_of_a_part_is_written_into_that_part() {
    let (_, core) = client(&UNKNOWN, Vec::new());
    let placed = |parts: Multipart| {
        let request = Request::new(core.api(), &IN_PART).key(IdempotencyKey::new("k-1").unwrap());
        let mut request = request.multipart(parts);
        request.place_key(&core).map(|()| match &request.content {
            RequestContent::Multipart(parts) => parts.plain("request").collect(),
            _ => Vec::new(),
        })
    };
    let amount: JsonValue = crate::json::from_slice(br#"{"amount":1}"#).unwrap();
    let file = || Multipart::new().file("file", &Upload::from_bytes(&b"abc"[..]), None);
    let written = placed(file().json("request", &amount)).unwrap();
    assert_eq!(written, [r#"{"once":"k-1","amount":1}"#]);
    assert_eq!(placed(file()).unwrap(), [r#"{"once":"k-1"}"#]);
    let refused = placed(file().text("request", "no JSON")).unwrap_err();
    assert!(refused.to_string().contains("not JSON"), "{refused}");
}

#[test]
fn a_member_of_the_body_is_written_once() {
    let (_, core) = client(&UNKNOWN, Vec::new());
    let intent = |body: &str| {
        let body: JsonValue = crate::json::from_slice(body.as_bytes()).unwrap();
        let request = Request::new(core.api(), &IN_BODY).key(IdempotencyKey::new("k-1").unwrap());
        now(crate::client::intent(core.clone(), request.json(&body)))
    };
    for (body, written) in [
        ("{}", r#"{"once":"k-1"}"#),
        (
            r#"{"amount":1.50,"of":{"once":"x"}}"#,
            r#"{"once":"k-1","amount":1.50,"of":{"once":"x"}}"#,
        ),
    ] {
        let intent = intent(body).unwrap();
        let bytes = crate::transport::BodySource::new(
            intent
                .body
                .into_iter()
                .map(|piece| piece.into_sent().unwrap())
                .collect(),
        );
        assert_eq!(std::str::from_utf8(bytes.bytes().unwrap()).unwrap(), written);
        // A journal repeats nothing after the deadline of the call.
        assert_eq!(intent.retention, Some(core.deadline()));
        assert!(intent.headers.iter().all(|(_, value)| value != "k-1"));
    }
    for (body, why) in [
        (r#"{"once":"other"}"#, "already has a member"),
        ("[]", "not a JSON object"),
    ] {
        let error = intent(body).unwrap_err();
        assert!(error.to_string().contains(why), "{error}");
    }
}
