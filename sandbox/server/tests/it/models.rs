//! Servers that keep keys and answers otherwise than the contract says, faults by a schedule, and what is counted, against the
//! second contract.

use crate::support::client::{Request, SECOND, booking, exchange, get, now, post, sender, unique};
use sdkwright_sandbox_server::{Faults, Options, Running, Sandbox, ServerModel};
use serde_json::{Value, json};

/// The second contract, whose bookings say what they act on and whose keys are remembered for ten days.
fn contract() -> String {
    let text = std::fs::read_to_string(SECOND).unwrap();
    let (before, booking) = text.split_once("operationId: bookShipment").unwrap();
    let booking = booking.replacen(
        "intent: effect",
        "intent: effect, subject: [path.senderId, /reference]",
        1,
    );
    format!("{before}operationId: bookShipment{booking}").replace("retention: 3600", "retention: 864000")
}

fn server(server_model: ServerModel) -> Running {
    let options = Options {
        server_model,
        ..Options::default()
    };
    Sandbox::start(&contract(), options).unwrap()
}

fn register() -> Request {
    post(
        "/senders",
        &json!({ "senderRef": unique("shop"), "name": "Corner Shop" }),
    )
}

/// The answer to a request with the same key as a refused one.
fn after_a_refusal(model: ServerModel, is_the_same: bool) -> (u16, bool) {
    let server = server(model);
    let refused = post("/senders", &json!({ "senderRef": "shop" }));
    assert_eq!(refused.send(&server).status, 422);
    let next = if is_the_same {
        refused.again()
    } else {
        register().key(&refused.key.unwrap())
    };
    let answer = next.send(&server);
    (answer.status, answer.header("x-once-repeat").is_some())
}

#[test]
fn a_server_may_keep_every_refusal_under_its_key() {
    assert_eq!(after_a_refusal(ServerModel::AsDecided, true), (422, false));
    assert_eq!(after_a_refusal(ServerModel::AsDecided, false), (201, false));
    assert_eq!(after_a_refusal(ServerModel::StoresRefusals, true), (422, true));
    assert_eq!(after_a_refusal(ServerModel::StoresRefusals, false), (409, false));
}

#[test]
fn a_server_may_call_a_key_in_progress_a_conflict_and_not_say_for_how_long() {
    for (model, code, retry_after) in [
        (ServerModel::AsDecided, "token-busy", Some("1")),
        (ServerModel::ConflictInProgress, "token-reused", None),
    ] {
        let server = server(model);
        // The copy arrives while the first request is under way, at a server instance that does not know the nonce.
        let answer = register()
            .header("Sandbox-Answer", "twice:at-once+other-node")
            .send(&server);
        assert_eq!(answer.problem(), (409, code.to_owned()));
        assert_eq!(answer.header("retry-after"), retry_after);
    }
}

#[test]
fn a_server_may_forget_keys_after_a_day() {
    for (model, bookings) in [(ServerModel::AsDecided, 1), (ServerModel::ForgetsKeys, 2)] {
        let server = server(model);
        let sender = sender(&server);
        let request = post(&format!("/senders/{sender}/shipments"), &booking(&sender, "order-1"));
        assert_eq!(request.send(&server).status, 201);
        let (host, _) = server
            .base_url
            .strip_prefix("http://")
            .unwrap()
            .split_once('/')
            .unwrap();
        let clock =
            b"POST /.sandbox/clock/86401 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        assert_eq!(exchange(host, clock).unwrap().status, 200);
        let later = Request {
            time: now() + 86_401,
            ..request.again()
        };
        assert_eq!(later.send(&server).status, 201);
        assert_eq!(server.effects().len(), 1 + bookings, "{model}");
    }
}

#[test]
fn a_server_may_answer_a_success_so_that_nobody_can_read_it() {
    let server = server(ServerModel::OddAnswers);
    let (mut renamed, mut broken) = (0, 0);
    for number in 0..24 {
        let request = register().key(&format!("key-number-{number}"));
        let answer = request.send(&server);
        assert_eq!(answer.status, 200);
        match serde_json::from_slice::<Value>(&answer.body) {
            Ok(value) => {
                assert!(value.get("senderId").is_none() && value.get("the_senderId").is_some());
                renamed += 1;
            }
            Err(_) => broken += 1,
        }
        assert_eq!(request.again().send(&server).body, answer.body, "and so it is kept");
    }
    assert!(renamed > 0 && broken > 0, "{renamed} renamed, {broken} broken");
    let sender = server.effects()[0].resource.clone().unwrap();
    let quote = post(
        &format!("/senders/{sender}/rates"),
        &json!({ "weightGrams": 1, "destinationCountry": "NO" }),
    );
    assert_eq!(
        quote.send(&server).status,
        201,
        "what has no effect is answered as ever"
    );
    assert!(
        get(&format!("/senders/{sender}"))
            .send(&server)
            .json()
            .get("senderId")
            .is_some()
    );
}

#[test]
fn a_copy_of_a_request_is_handled_too_and_acts_no_second_time() {
    let server = server(ServerModel::AsDecided);
    for (how, status, replayed) in [
        ("twice", 401, false),
        ("twice:at-once", 401, false),
        ("twice:other-node", 201, true),
    ] {
        let (before, request) = (server.effects().len(), register());
        let answer = request.clone().header("Sandbox-Answer", how).send(&server);
        assert_eq!(
            (answer.status, answer.header("x-once-repeat").is_some()),
            (status, replayed),
            "{how}"
        );
        while request.again().send(&server).status == 409 {}
        assert_eq!(server.effects().len(), before + 1, "{how}");
    }
    let wrong = register().header("Sandbox-Answer", "twice:and-thrice").send(&server);
    assert_eq!(wrong.status, 400);
}

#[test]
fn what_was_carried_out_is_counted_by_subject_and_can_be_asked_for() {
    let server = server(ServerModel::AsDecided);
    let sender = sender(&server);
    let request = post(&format!("/senders/{sender}/shipments"), &booking(&sender, "order-1"));
    assert_eq!(request.send(&server).status, 201);
    assert_eq!(request.again().send(&server).header("x-once-repeat"), Some("yes"));
    assert_eq!(
        post(&request.target, &booking(&sender, "order-1")).send(&server).status,
        201
    );
    let bookings: Vec<_> = server.effects().into_iter().skip(1).collect();
    assert_eq!(
        bookings.len(),
        2,
        "the repeated answer is no effect, the second key is one"
    );
    for booking in &bookings {
        assert_eq!(booking.operation, "bookShipment");
        assert_eq!(booking.subject, [sender.clone(), "order-1".to_owned()]);
    }
    assert_ne!(bookings[0].resource, bookings[1].resource);
    assert_eq!(bookings[0].key, request.key);
    let (host, _) = server
        .base_url
        .strip_prefix("http://")
        .unwrap()
        .split_once('/')
        .unwrap();
    let asked = exchange(
        host,
        b"GET /.sandbox/effects HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    )
    .unwrap();
    assert_eq!(asked.json().as_array().unwrap().len(), 3);
    assert_eq!(asked.json()[1]["subject"], json!([sender, "order-1"]));
    assert_eq!(asked.header("sandbox-gone"), Some("0"));
    assert_eq!(
        exchange(
            host,
            b"GET /.sandbox/nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        )
        .unwrap()
        .status,
        404
    );
}

#[test]
fn a_schedule_of_faults_is_the_same_for_the_same_seed() {
    let answers = |seed| {
        let options = Options {
            faults: Some(Faults { seed, percent: 60 }),
            ..Options::default()
        };
        let server = Sandbox::start(&contract(), options).unwrap();
        let all = (0..24).map(|number| {
            let body = json!({ "senderRef": format!("shop-{number}"), "name": "Corner Shop" });
            let request = post("/senders", &body).key(&format!("key-number-{number}"));
            request.try_send(&server).map_err(drop).map(|answer| answer.status)
        });
        (all.collect::<Vec<_>>(), server.effects().len())
    };
    let (first, effects) = answers(3);
    assert_eq!(answers(3).0, first);
    assert_ne!(answers(4).0, first);
    for wanted in [Err(()), Ok(201), Ok(401), Ok(422)] {
        assert!(first.contains(&wanted), "{wanted:?} in {first:?}");
    }
    assert!(effects > first.iter().filter(|status| **status == Ok(201)).count());
}
