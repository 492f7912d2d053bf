//! Answers that belong to another call.

use super::*;
use crate::description::Subject;
use crate::error::ErrorKind;
use crate::json::JsonValue;

static ECHOING: Api = Api {
    signing: Some(&SIGNING),
    idempotency: Some(&KEYS),
    request_id_header: Some("rid"),
    request_id_echoed: true,
    ..Api::new("Test", "test/1")
};

static READ: Description =
    Description::new("readThing", "GET", "/things/{thing}").echoes(&[(Subject::Path("thing"), "/thingId")]);

static CREATE: Description =
    Description::new("createThing", "POST", "/things").echoes(&[(Subject::Body("/ref"), "/ref")]);

const ID: &str = "0F1E2d3c-0000-4000-8000-000000000001";

fn client(answers: Vec<Answer>) -> (Script, Core) {
    sdkwright_watch::listen();
    let (script, _) = scripted(Vec::new());
    *script.answers.lock().unwrap() = answers.into();
    let builder = Builder::new(&ECHOING)
        .base_url("https://example.com")
        .transport(script.clone());
    let builder = builder.clock(Fixed).nonces(Fixed).client_secret(OLD);
    (script, builder.without_journal().build().unwrap())
}

fn read(answers: Vec<Answer>) -> (usize, Result<JsonValue, crate::Error>) {
    let (script, client) = client(answers);
    let request = Request::new(client.api(), &READ).path("thing", ID).request_id("mine");
    let given = now(crate::client::pending::<JsonValue>(client.clone(), request));
    (script.sent.lock().unwrap().len(), given)
}

fn create(answers: Vec<Answer>) -> (usize, Result<JsonValue, crate::Error>) {
    create_with(r#"{"ref":"r-1"}"#, answers)
}

fn create_with(body: &str, answers: Vec<Answer>) -> (usize, Result<JsonValue, crate::Error>) {
    let (script, client) = client(answers);
    let body = body.parse::<JsonValue>().unwrap();
    let key = IdempotencyKey::new("k").unwrap();
    let request = Request::new(client.api(), &CREATE).key(key).json(&body);
    let given = now(crate::client::pending::<JsonValue>(client.clone(), request));
    (script.sent.lock().unwrap().len(), given)
}

#[test]
fn an_answer_with_an_id_that_was_not_asked_for_is_unreadable() {
    let other = || Ok(answer(200, &[], r#"{"thingId":"other"}"#));
    let (sent, given) = read(vec![other(), other(), other(), other()]);
    let error = given.unwrap_err();
    assert_eq!((error.kind(), sent), (ErrorKind::Unreadable, 4), "{error}");
    assert!(error.to_string().contains("another call: `/thingId`"), "{error}");
    assert!(
        !error.to_string().contains(ID) && !format!("{error:?}").contains("other\""),
        "{error:?}"
    );
    // The request is sent again, and the matching answer is accepted.
    let right = Ok(answer(
        200,
        &[],
        r#"{"thingId":"0f1e2D3C-0000-4000-8000-000000000001 "}"#,
    ));
    let (sent, given) = read(vec![other(), right]);
    assert!(given.is_ok() && sent == 2, "{given:?}");
}

#[test]
fn what_an_answer_does_not_have_says_nothing() {
    for body in [
        "{}",
        "{\"thingId\":null}",
        "{\"thingId\":7}",
        "[]",
        "{\"more\":{\"thingId\":\"other\"}}",
    ] {
        let (sent, given) = read(vec![Ok(answer(200, &[], body))]);
        assert!(given.is_ok() && sent == 1, "{body}: {given:?}");
    }
}

#[test]
fn a_creation_that_is_answered_with_another_reference_is_unknown_and_asked_for_again() {
    let other = || Ok(answer(201, &[], r#"{"ref":"r-2"}"#));
    let (sent, given) = create(vec![other(), other(), other(), other()]);
    let error = given.unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome(), sent),
        (ErrorKind::Unreadable, Outcome::Unknown, 4),
        "{error}"
    );
    assert!(error.advice().contains("never use a new key"), "{}", error.advice());
    let (_, given) = create(vec![other(), Ok(answer(201, &[], r#"{"ref":"r-1"}"#))]);
    assert!(given.is_ok());
}

#[test]
fn a_reference_is_compared_wherever_it_stands_and_however_it_is_written() {
    for (body, same) in [
        (
            r#"{"ref":"r \"1\""}"#,
            r#"{"n":[{"ref":"no"}],"ref":"r \u00221\u0022"}"#,
        ),
        (
            r#"{"name":"a\\b","more":{"ref":"no"},"ref":"r-1"}"#,
            r#"{"ref":"r-\u0031"}"#,
        ),
    ] {
        let other = || Ok(answer(201, &[], r#"{"ref":"r-2"}"#));
        let (sent, given) = create_with(body, vec![other(), Ok(answer(201, &[], same))]);
        assert!(given.is_ok() && sent == 2, "{body}: {sent} {given:?}");
    }
}

#[test]
fn a_request_id_that_comes_back_is_compared_where_the_contract_says_that_it_is_repeated() {
    let (_, given) = read(vec![Ok(answer(200, &[("rid", " MINE")], "{}"))]);
    assert!(given.is_ok(), "{given:?}");
    let others = || Ok(answer(200, &[("rid", "theirs")], "{}"));
    let error = read(vec![others(), others(), others(), others()]).1.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreadable);
    // A refusal of another call is not a refusal of this one.
    let problem = [("rid", "theirs"), ("content-type", "application/problem+json")];
    let refusal = || Ok(answer(400, &problem, r#"{"code":"BAD"}"#));
    let error = create(vec![refusal(), refusal(), refusal(), refusal()]).1.unwrap_err();
    assert_eq!((error.code(), error.outcome()), (None, Outcome::Unknown), "{error}");
    // Without this property in the contract, the server may choose its own request ids.
    let (script, client) = script(vec![Ok(answer(200, &[("rid", "theirs")], "{}"))]);
    let request = Request::new(client.api(), &READ).path("thing", ID).request_id("mine");
    assert!(now(crate::client::pending::<JsonValue>(client.clone(), request)).is_ok());
    assert_eq!(script.sent.lock().unwrap().len(), 1);
}

/// An API that declares nothing about the request ids of its responses.
static SILENT: Api = Api {
    request_id_echoed: false,
    signing: Some(&SIGNING),
    idempotency: Some(&KEYS),
    request_id_header: Some("rid"),
    ..Api::new("Test", "test/1")
};

/// Reads with the id `mine`, once for each list of responses. Returns the number of attempts of each read, and whether it succeeded.
fn reads(calls: &[&[&'static str]]) -> Vec<(usize, bool)> {
    sdkwright_watch::listen();
    let (script, _) = scripted(Vec::new());
    let builder = Builder::new(&SILENT)
        .base_url("https://example.com")
        .transport(script.clone());
    let builder = builder.clock(Fixed).nonces(Fixed).client_secret(OLD);
    let client: Core = builder.without_journal().build().unwrap();
    let mut told = Vec::new();
    for answers in calls {
        let answers = answers.iter().map(|id| Ok(answer(200, &[("rid", *id)], "{}")));
        *script.answers.lock().unwrap() = answers.collect();
        let before = script.sent.lock().unwrap().len();
        let request = Request::new(client.api(), &READ).path("thing", ID).request_id("mine");
        let given = now(crate::client::pending::<JsonValue>(client.clone(), request));
        told.push((script.sent.lock().unwrap().len() - before, given.is_ok()));
    }
    told
}

#[test]
fn a_server_that_repeats_request_ids_is_learned_and_one_that_stops_blocks_no_call() {
    let mut calls: Vec<&[&str]> = vec![&["mine"]; 20];
    // Of another call first, and its own after that: both reads end well.
    calls.extend([&["theirs", ""][..], &["mine"], &["mine"]]);
    // From now on a proxy gives its own ids.
    calls.extend([&["p-1", "p-2", "p-3"][..], &["p-4"], &["p-5"]]);
    let told = reads(&calls);
    assert_eq!(
        told[19..],
        [
            (1, true),
            (2, true),
            (1, true),
            (1, true),
            (2, true),
            (1, true),
            (1, true)
        ]
    );
    // A server with ids of its own is never learned.
    let told = reads(&[&["s-1"], &["s-2"], &["mine"], &["s-3"], &["s-4"]]);
    assert_eq!(told, [(1, true); 5]);
}
