//! Faults of proxies, firewalls and dying servers, by word and by server model, against the second contract.

use crate::support::client::{Answer, Request, SECOND, get, now, post, unique};
use sdkwright_sandbox_server::{Faults, Options, Running, Sandbox, ServerModel};
use serde_json::json;

const DAY: i64 = 86_400;

fn server(server_model: ServerModel) -> Running {
    let contract = std::fs::read_to_string(SECOND).unwrap();
    let options = Options {
        server_model,
        ..Options::default()
    };
    // Keys of the second contract are remembered for ten days.
    Sandbox::start(&contract.replace("retention: 3600", "retention: 864000"), options).unwrap()
}

/// A request with an effect, under a key that is the same each time.
fn register(number: u64) -> Request {
    let body = json!({ "senderRef": format!("shop-{number}"), "name": "Corner Shop" });
    post("/senders", &body).key(&format!("key-number-{number}"))
}

fn is_page(answer: &Answer) -> bool {
    answer.header("content-type") == Some("text/html") && answer.body.starts_with(b"<html>")
}

/// Sends a request whose answer is asked for, and the same once more. Gives the first status, nothing where the connection
/// ended, the second answer, and the effects after each.
fn asked(how: &str) -> (Option<Answer>, Answer, [usize; 2]) {
    let server = server(ServerModel::AsDecided);
    let request = register(1);
    let first = request.clone().header("Sandbox-Answer", how).try_send(&server).ok();
    let before = server.effects().len();
    let second = request.again().send(&server);
    (first, second, [before, server.effects().len()])
}

#[test]
fn a_success_may_have_no_body_whether_the_action_happened_or_not() {
    let (first, second, effects) = asked("empty");
    let first = first.unwrap();
    assert_eq!((first.status, first.body.len()), (201, 0));
    assert_eq!(first.header("content-type"), None);
    assert_eq!((second.header("x-once-repeat"), effects), (Some("yes"), [1, 1]));
    assert!(!second.body.is_empty(), "the server's own answer was whole");
    let (first, second, effects) = asked("empty:before");
    let first = first.unwrap();
    assert_eq!((first.status, first.body.len()), (200, 0));
    assert_eq!((second.header("x-once-repeat"), effects), (None, [0, 1]));
}

#[test]
fn a_firewall_may_hide_the_answer_to_an_action_that_happened() {
    let (first, second, effects) = asked("firewall=403");
    let first = first.unwrap();
    assert!(first.status == 403 && is_page(&first), "{first:?}");
    assert_eq!((second.status, second.header("x-once-repeat")), (201, Some("yes")));
    assert_eq!(effects, [1, 1]);
    let wrong = register(2).header("Sandbox-Answer", "firewall=99");
    assert_eq!(wrong.send(&server(ServerModel::AsDecided)).status, 400);
}

#[test]
fn a_key_whose_server_died_is_in_progress_for_ever() {
    for (how, effects) in [("killed", 1), ("killed:before", 0)] {
        let (first, second, after) = asked(how);
        assert!(first.is_none(), "{how}");
        assert_eq!(second.problem(), (409, "token-busy".to_owned()), "{how}");
        assert_eq!(after, [effects, effects], "{how}");
    }
    let server = server(ServerModel::AsDecided);
    let request = register(1);
    assert!(
        request
            .clone()
            .header("Sandbox-Answer", "killed")
            .try_send(&server)
            .is_err()
    );
    assert_eq!(server.in_progress(), 0, "nobody will answer it");
    server.set_clock_offset(11 * DAY);
    let later = Request {
        time: now() + 11 * DAY,
        ..request.again()
    };
    assert_eq!(later.send(&server).problem(), (409, "token-busy".to_owned()));
}

#[test]
fn a_delayed_copy_acts_as_long_as_its_signature_is_fresh() {
    for (pause, effects) in [(0, 1), (60, 1), (300, 0)] {
        let server = server(ServerModel::AsDecided);
        let lost = register(1).header("Sandbox-Answer", "drop:before,twice:later+other-node");
        assert!(lost.try_send(&server).is_err());
        server.set_clock_offset(pause);
        let read = || get("/senders/nobody").send(&server).status;
        for _ in 0..7 {
            read();
        }
        assert_eq!((server.effects().len(), server.late_copies()), (0, 1));
        read();
        assert_eq!(
            (server.effects().len(), server.late_copies()),
            (effects, 0),
            "{pause} s later"
        );
    }
}

#[test]
fn a_copy_that_comes_behind_the_answer_acts_no_second_time() {
    let server = server(ServerModel::AsDecided);
    let request = register(1).header("Sandbox-Answer", "twice:later+other-node");
    assert_eq!(request.send(&server).status, 201);
    for _ in 0..8 {
        get("/senders/nobody").send(&server);
    }
    assert_eq!((server.effects().len(), server.late_copies()), (1, 0));
}

/// Counts the outcomes of two hundred actions, each requested once.
fn seen(model: ServerModel, kinds: &[fn(&Option<Answer>, bool) -> bool]) -> Vec<usize> {
    let server = server(model);
    let mut counts = vec![0; kinds.len()];
    for number in 0..200 {
        let before = server.effects().len();
        let answer = register(number).try_send(&server).ok();
        let acted = server.effects().len() > before;
        for (count, kind) in counts.iter_mut().zip(kinds) {
            *count += usize::from(kind(&answer, acted));
        }
    }
    counts
}

#[test]
fn each_server_model_does_what_its_name_says() {
    type Kind = fn(&Option<Answer>, bool) -> bool;
    let ordinary: Kind = |answer, acted| answer.as_ref().is_some_and(|answer| answer.status == 201) && acted;
    let page: Kind = |answer, acted| {
        answer
            .as_ref()
            .is_some_and(|answer| answer.status == 200 && is_page(answer))
            && !acted
    };
    let empty: Kind = |answer, acted| answer.as_ref().is_some_and(|answer| answer.body.is_empty()) && acted;
    let vain: Kind = |answer, acted| answer.as_ref().is_some_and(|answer| answer.body.is_empty()) && !acted;
    let hidden: Kind = |answer, acted| {
        answer
            .as_ref()
            .is_some_and(|answer| answer.status >= 400 && is_page(answer))
            && acted
    };
    let gone: Kind = |answer, acted| answer.is_none() && acted;
    let lost: Kind = |answer, acted| answer.is_none() && !acted;
    for (model, kinds) in [
        (ServerModel::Page200, vec![ordinary, page]),
        (ServerModel::Empty2xx, vec![ordinary, empty, vain]),
        (ServerModel::FirewallAfter, vec![ordinary, hidden]),
        (ServerModel::NeverFinishes, vec![ordinary, gone, lost]),
    ] {
        let counts = seen(model, &kinds);
        assert!(counts.iter().all(|count| *count > 5), "{model}: {counts:?}");
    }
}

#[test]
fn a_server_that_delays_copies_loses_some_requests_first() {
    let server = server(ServerModel::DelayedCopies);
    let (mut lost, mut late) = (0, 0);
    for number in 0..60 {
        let request = register(number);
        let before = server.late_copies();
        if request.try_send(&server).is_err() {
            lost += 1;
            let next = request.again().send(&server).problem();
            assert_eq!(next, (404, "ROUTE_NOT_FOUND".to_owned()));
        }
        late += usize::from(server.late_copies() > before);
    }
    assert!(lost > 5 && late > lost, "{lost} lost, {late} to come");
    for _ in 0..60 {
        get("/senders/nobody").send(&server);
    }
    assert_eq!((server.effects().len(), server.late_copies()), (60, 0));
}

#[test]
fn a_server_may_forget_keys_after_an_hour() {
    for (model, effects) in [(ServerModel::AsDecided, 1), (ServerModel::ForgetsEarly, 2)] {
        let server = server(model);
        let book = |server: &Running, time: i64| {
            let request = register(1);
            let nonce = unique("nonce-nonce");
            Request { time, nonce, ..request }.send(server)
        };
        assert_eq!(book(&server, now()).status, 201);
        server.set_clock_offset(3_601);
        assert!(book(&server, now() + 3_601).status < 300);
        let executed = server.calls().iter().filter(|call| call.executed).count();
        assert_eq!(executed, effects, "{model}");
    }
}

#[test]
fn an_answer_that_is_asked_for_is_given_whatever_the_model() {
    for server_model in ServerModel::ALL {
        if server_model == ServerModel::OddAnswers {
            continue;
        }
        let server = Sandbox::start_file(
            SECOND,
            Options {
                server_model,
                faults: Some(Faults { seed: 1, percent: 100 }),
                ..Options::default()
            },
        )
        .unwrap();
        for number in 0..24 {
            let answer = register(number).header("Sandbox-Answer", "").send(&server);
            assert_eq!(answer.status, 201, "{server_model}");
        }
    }
}
