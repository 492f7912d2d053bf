//! Answers with a 2xx that say nothing of the action: a page of something in between, no body, or one that cannot be read.

use std::time::Duration;

use sdkwright_journal::{ResendError, State};
use sdkwright_runtime::{ErrorKind, Outcome, http::Method};

use super::server::{Fault, Server, close, confirm, create};
use super::{journal, key};

const HTML: &str = "<html>We are back soon</html>";

const UNREADABLE: [Fault; 6] = [
    Fault::Says(201, "", ""),
    Fault::Says(201, "application/json", HTML),
    Fault::Says(201, "application/json", "{\"status\":\"maintenance\"}"),
    Fault::Says(201, "application/json", "{\"thingId\":42}"),
    Fault::Says(201, "application/json", "{\"thingId\":{}}"),
    Fault::Says(201, "application/json", "{\"thingId\":\" \\t\"}"),
];

const UNDECLARED: [Fault; 6] = [
    Fault::Says(200, "text/html", HTML),
    Fault::Says(201, "text/html; charset=utf-8", HTML),
    Fault::Says(202, "application/json", ""),
    Fault::Says(202, "application/json", "{\"status\":\"maintenance\"}"),
    Fault::Says(201, "application/problem+json", "{\"thingId\":\"t-1\"}"),
    Fault::Says(204, "", ""),
];

async fn is_asked_for_again(fault: Fault, state: State) {
    let (server, journal) = (Server::default(), journal());
    let client = server.client(&journal);
    server.fault(fault);
    // The answer's type decides between success and error; neither suggests a second payment.
    if let Err(error) = create(&client, key("k"), "wd-1").await {
        assert_eq!(error.outcome(), Outcome::Unknown);
    }
    assert_eq!(journal.actions(&client).show("k").await.unwrap().unwrap().state, state);
    let resumed = journal.resume(&client).await.unwrap();
    assert!(resumed.done.is_empty() && resumed.leased.is_empty() && !resumed.is_finished());
    let [(open, error)] = resumed.open.as_slice() else {
        panic!("{resumed:?}")
    };
    assert_eq!((open.as_str(), error.kind()), ("k", ErrorKind::Unreadable));
    assert_eq!((error.outcome(), server.bodies().len()), (Outcome::Unknown, 8));
    assert!(matches!(journal.resend(&client, "k").await, Err(ResendError::Call(_))));
    server.fault(Fault::None);
    let resumed = journal.resume(&client).await.unwrap();
    assert_eq!(resumed.done[0].id("ThingId"), Some("thing-1"));
    assert_eq!(server.effects(), 1);
}

#[tokio::test]
async fn a_2xx_that_says_nothing_is_asked_for_again_and_never_booked_as_done() {
    for fault in UNREADABLE {
        is_asked_for_again(fault, State::CutOff).await;
    }
    for fault in UNDECLARED {
        is_asked_for_again(fault, State::Open).await;
    }
}

#[tokio::test]
async fn an_undeclared_2xx_is_booked_as_done_once_a_second_one_agrees() {
    const SENT: &str = "{\"thingId\":\"thing-1\",\"status\":\"CONFIRMED\"}";
    const DRAFT: &str = "{\"thingId\":\"thing-1\",\"status\":\"DRAFT\"}";
    for (fault, state, requests) in [
        (Fault::Says(202, "application/json", SENT), State::Executed, 1),
        (Fault::Says(200, "application/json", SENT), State::Executed, 2),
        (Fault::Says(202, "text/plain", SENT), State::Open, 4),
        // The answer of the creation, twice.
        (Fault::Says(201, "application/json", DRAFT), State::Open, 4),
        (Fault::Says(202, "application/json", DRAFT), State::Open, 4),
    ] {
        let (server, journal) = (Server::default(), journal());
        let client = server.client(&journal);
        server.fault(fault);
        let ended = confirm(&client, key("k")).await;
        let row = journal.actions(&client).show("k").await.unwrap().unwrap();
        assert_eq!((row.state, server.bodies().len()), (state, requests), "{ended:?}");
        if state == State::Executed {
            assert_eq!((row.id("ThingId"), ended.is_ok()), (Some("thing-1"), true));
        } else {
            assert_eq!(ended.unwrap_err().outcome(), Outcome::Unknown);
        }
        let resumed = journal.resume(&client).await.unwrap();
        assert_eq!(resumed.is_finished(), state == State::Executed);
    }
}

#[tokio::test]
async fn past_the_retention_a_2xx_that_said_nothing_is_to_be_looked_up() {
    let (server, journal) = (Server::default(), journal());
    let client = server.client(&journal);
    server.fault(UNREADABLE[1]);
    create(&client, key("k"), "wd-1").await.unwrap_err();
    server.fault(Fault::None);
    server.later(Duration::from_hours(23));
    let resumed = journal.resume(&client).await.unwrap();
    let [reconcile] = resumed.reconcile.as_slice() else {
        panic!("{resumed:?}")
    };
    let find = reconcile.record.find.as_deref();
    assert_eq!(
        (reconcile.record.status, find),
        (201, Some("/people/p-1/things?reference=wd-1"))
    );
    assert_eq!((server.effects(), server.bodies().len()), (0, 4));
}

#[tokio::test]
async fn a_page_where_no_body_is_promised_is_no_success_and_an_empty_one_is() {
    let (server, journal) = (Server::default(), journal());
    let client = server.client(&journal);
    server.fault(Fault::Says(200, "text/html", HTML));
    let error = close(&client, key("k"), "thing-1").await.unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::Unreadable, Outcome::Unknown)
    );
    assert_eq!(
        journal.actions(&client).show("k").await.unwrap().unwrap().state,
        State::Open
    );
    for (name, status) in [("k-204", 204), ("k-200", 200)] {
        server.fault(Fault::Says(status, "", ""));
        close(&client, key(name), "thing-1").await.unwrap();
        assert_eq!(
            journal.actions(&client).show(name).await.unwrap().unwrap().state,
            State::Executed
        );
    }
}

#[tokio::test]
async fn a_raw_call_is_done_by_json_or_what_it_accepts() {
    let (server, journal) = (Server::default(), journal());
    let client = server.client(&journal);
    server.fault(Fault::Says(200, "text/html", HTML));
    for (name, accept, state) in [
        ("plain", None, State::CutOff),
        ("html", Some("text/html"), State::Executed),
        ("any", Some("*/*"), State::Executed),
    ] {
        let call = client.raw(Method::POST, "/things").key(key(name));
        let call = accept
            .into_iter()
            .fold(call, |call, accept| call.header("accept", accept));
        call.await.unwrap();
        assert_eq!(
            journal.actions(&client).show(name).await.unwrap().unwrap().state,
            state,
            "{name}"
        );
    }
    server.fault(Fault::None);
    client.raw(Method::POST, "/things").key(key("json")).await.unwrap();
    assert_eq!(
        journal.actions(&client).show("json").await.unwrap().unwrap().state,
        State::Executed
    );
}

#[tokio::test]
async fn a_2xx_that_said_nothing_and_a_refusal_after_it_leave_the_action_to_be_looked_up() {
    let (server, journal) = (Server::default(), journal());
    let client = server.client(&journal);
    server.fault(UNREADABLE[1]);
    create(&client, key("k"), "wd-1").await.unwrap_err();
    server.fault(Fault::Refuse("NO_FUNDS"));
    let resumed = journal.resume(&client).await.unwrap();
    assert_eq!(resumed.reconcile[0].record.code.as_deref(), Some("NO_FUNDS"));
    assert!(resumed.done.is_empty() && resumed.refused.is_empty());
}

#[tokio::test]
async fn a_resource_that_another_key_created_settles_nothing_unless_it_existed_before() {
    const FIRST: &str = "{\"thingId\":\"thing-1\"}";
    let (server, journal) = (Server::default(), journal());
    let client = server.client(&journal);
    create(&client, key("first"), "wd-1").await.unwrap();
    for (name, reference, status, state) in [
        ("second", "wd-2", 201, State::Open),
        ("known", "wd-3", 200, State::Executed),
    ] {
        server.fault(Fault::Says(status, "application/json", FIRST));
        let ended = create(&client, key(name), reference).await;
        let row = journal.actions(&client).show(name).await.unwrap().unwrap();
        assert_eq!((row.state, ended.is_ok()), (state, state == State::Executed));
        if let Err(error) = ended {
            assert_eq!(
                (error.outcome(), error.kind()),
                (Outcome::Unknown, ErrorKind::Unreadable)
            );
            assert!(error.to_string().contains("another call: `/thingId`"), "{error}");
        }
    }
    server.fault(Fault::Says(201, "application/json", FIRST));
    let resumed = journal.resume(&client).await.unwrap();
    let [(open, error)] = resumed.open.as_slice() else {
        panic!("{resumed:?}")
    };
    assert_eq!((open.as_str(), error.outcome()), ("second", Outcome::Unknown));
    server.fault(Fault::None);
    let resumed = journal.resume(&client).await.unwrap();
    assert_eq!(resumed.done[0].id("ThingId"), Some("thing-2"));
    assert_eq!(server.effects(), 2);
}
