//! The settlement that a journal records of the end of a call.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::*;
use crate::answer::value_type;
use crate::arrived::{Promise, Reply, Success};
use crate::endpoint::Endpoint;
use crate::exchange::{
    Arrived, CallAccount, End, Ended, Exchange, Failed, FailureCause, Fixed as FixedRequest, FixedParts, Trail,
};
use crate::journal::Settlement;
use crate::json::Limits;
use crate::multipart::Payload;
use crate::outcome::{Ending, FailureAnswer, Role};
use crate::problem::Problem;
use crate::retry::Stop;
use crate::security::{Credentials, RequiredSchemes};

fn promise(pointer: &str) -> Promise {
    Promise {
        ids: vec![("ThingId".into(), pointer.to_owned().into())],
        successes: Success::accepted(None),
        ..Promise::default()
    }
}

fn exchange(promise: Promise, last: Ending) -> Box<Exchange> {
    let endpoint = Endpoint::new("createThing", Method::POST, "/things");
    let parts = FixedParts {
        endpoint: endpoint.clone(),
        account: CallAccount::new(String::new(), None, &Credentials::default()),
        support: &[],
        origin: String::new(),
        target: String::new(),
        headers: HeaderMap::new(),
        payload: Payload::from_bytes(Bytes::new()),
        key: None,
        wanted: RequiredSchemes::Everything,
        arguments: Vec::new(),
        noted: Vec::new(),
        echoes: Vec::new(),
        options: crate::request::CallOptions::default(),
        promise,
        failures: None,
        creates: false,
        act: None,
        value: value_type::<()>(),
    };
    let mut trail = Trail::default();
    trail.history.push(last);
    Exchange::new(endpoint, trail).with(FixedRequest::new(parts))
}

fn failed(outcome: Outcome, last: Ending) -> Ended {
    let cause = FailureCause::Problem;
    Ended {
        exchange: exchange(Promise::default(), last),
        outcome,
        at: 0,
        end: End::Failed(Box::new(Failed {
            problem: Problem::decode(&API.problems, br#"{"code":"NO"}"#, &Limits::OWN),
            ..Failed::new(cause, None)
        })),
    }
}

fn refusal(status: u16) -> Ending {
    Ending::Answer(FailureAnswer {
        creates: false,
        id_at: None,
        advice: crate::problem::RetryAdvice::Unstated,
        status,
        is_declared: true,
        needs_row: false,
        is_challenge: false,
        code: None,
        row: None,
        role: Role::Plain,
        replayed: false,
    })
}

#[test]
fn an_answer_is_settled_as_done_only_if_the_contract_describes_it() {
    let of = |content_type: &'static str, pointer| {
        let reply = Reply {
            status: StatusCode::CREATED,
            headers: HeaderMap::from_iter([(http::header::CONTENT_TYPE, content_type.parse().unwrap())]),
            body: Bytes::from(r#"{"thingId":"t-1","other":7}"#),
            limits: Limits::OWN,
        };
        let arrived = Arrived {
            reply,
            stream: None,
            is_confirmed: false,
        };
        let exchange = exchange(promise(pointer), Ending::Success);
        Settlement::from_end(&Ended::new(exchange, End::Answered(arrived), 0))
    };
    let ids = vec![("ThingId".to_owned(), "t-1".to_owned())];
    let json = "application/json";
    assert_eq!(of(json, "/thingId"), Settlement::Executed { status: 201, ids });
    let cut_off = Settlement::CutOff { status: 201 };
    assert_eq!(of(json, "/other"), cut_off, "an id that is no text");
    assert_eq!(of("text/html", "/thingId"), cut_off, "a page of an intermediary");
}

#[test]
fn an_error_settles_an_intent_by_its_outcome_and_its_last_answer() {
    use Outcome::{Executed, NotExecuted, Unknown};
    let code = || Some("NO".to_owned());
    let refused = |spent| Settlement::NotExecuted { code: code(), spent };
    for (outcome, last, settlement) in [
        (NotExecuted, refusal(422), refused(true)),
        (NotExecuted, refusal(401), Settlement::NotExamined),
        (NotExecuted, Ending::NotSent, Settlement::NotExamined),
        (Unknown, refusal(422), Settlement::Unknown { refused: code() }),
        (Unknown, refusal(503), Settlement::Unknown { refused: None }),
        (Executed, Ending::NoAnswer, Settlement::CutOff { status: 0 }),
    ] {
        assert_eq!(
            Settlement::from_end(&failed(outcome, last)),
            settlement,
            "{outcome:?} {last:?}"
        );
    }
    let mut late = failed(Unknown, Ending::NoAnswer);
    if let End::Failed(failed) = &mut late.end {
        failed.stop = Some(Stop::Retention);
    }
    assert_eq!(Settlement::from_end(&late), Settlement::Forgotten);
}

#[test]
fn a_used_key_settles_an_intent_with_the_id_that_the_server_names() {
    let of = |last: Ending, outcome, body: &'static str| {
        let promise = Promise {
            creates: Some("ThingId".into()),
            ..Promise::default()
        };
        let reply = Reply {
            status: StatusCode::CONFLICT,
            headers: HeaderMap::new(),
            body: Bytes::from(body),
            limits: Limits::OWN,
        };
        let end = End::Failed(Box::new(Failed::new(FailureCause::Status, Some(reply))));
        let ended = Ended {
            outcome,
            ..Ended::new(exchange(promise, last), end, 0)
        };
        Settlement::from_end(&ended)
    };
    let used = |id_at| match refusal(409) {
        Ending::Answer(answer) => Ending::Answer(FailureAnswer {
            role: Role::Used,
            id_at,
            ..answer
        }),
        other => other,
    };
    let body = r#"{"thing":"t-1"}"#;
    let ids = vec![("ThingId".to_owned(), "t-1".to_owned())];
    assert_eq!(
        of(used(Some("/thing")), Outcome::Executed, body),
        Settlement::Executed { status: 409, ids }
    );
    let open = Settlement::CutOff { status: 0 };
    assert_eq!(of(used(Some("/other")), Outcome::Executed, body), open);
    assert_eq!(of(used(None), Outcome::Executed, body), open);
    let unknown = Settlement::Unknown { refused: None };
    assert_eq!(of(used(Some("/thing")), Outcome::Unknown, body), unknown);
}

#[test]
fn a_replay_that_no_server_refused_leaves_its_row_open() {
    let of = |last| Settlement::of_replay(&failed(Outcome::NotExecuted, last));
    assert_eq!(of(Ending::NotSent), Settlement::Unknown { refused: None });
    for status in [401, 403] {
        assert_eq!(of(refusal(status)), Settlement::Unknown { refused: None });
    }
    assert!(matches!(of(refusal(422)), Settlement::NotExecuted { .. }));
}
