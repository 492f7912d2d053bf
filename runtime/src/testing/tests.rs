//! The script itself.

use super::*;
use crate::client::{Builder, Core};
use crate::member::{Member, MemberKind};
use crate::{Error, ErrorKind, IdempotencyKey, Outcome};

static API: crate::description::Api = crate::description::Api {
    idempotency: Some(&crate::idempotency::Idempotency {
        header: Some("once"),
        key_length: (1, 255),
        retention: crate::idempotency::Retention::Seconds(86_400),
        replayed: None,
        conflict: None,
        in_progress: None,
        ..crate::idempotency::Idempotency::NONE
    }),
    ..crate::description::Api::new("Test", "test/1")
};

fn call(script: &Script, retries: u32) -> Result<crate::Response<Bytes>, Error> {
    call_of(&API, script, retries)
}

fn call_of(
    api: &'static crate::description::Api,
    script: &Script,
    retries: u32,
) -> Result<crate::Response<Bytes>, Error> {
    sdkwright_watch::listen();
    let core: Core = Builder::new(api)
        .without_journal()
        .base_url("https://example.com/v1")
        .transport(script.clone())
        .clock(FixedClock(1_782_604_800))
        .nonces(FixedNonces(0xff))
        .build()
        .unwrap();
    let key = IdempotencyKey::new("k-1").unwrap();
    let call = core.raw(Method::POST, "/a?b=c");
    let call = if api.idempotency.is_some() { call.key(key) } else { call };
    let call = call.body("text/plain", "hello").retries(retries);
    let mut future = std::pin::pin!(std::future::IntoFuture::into_future(call));
    match std::future::Future::poll(future.as_mut(), &mut Context::from_waker(std::task::Waker::noop())) {
        Poll::Ready(ended) => ended,
        Poll::Pending => panic!("a script never waits"),
    }
}

#[test]
fn a_script_plays_its_steps_in_order_and_keeps_what_was_sent() {
    let script = Script::new([Step::not_sent(), Step::answer(503, ""), Step::no_answer()]);
    script.push(
        Step::json(200, "{}")
            .header("x-more", "1")
            .header("no name", "left out"),
    );
    let response = call(&script, 3).unwrap();
    assert_eq!((response.status.as_u16(), response.attempts), (200, 4));
    assert_eq!((response.headers.len(), response.value), (2, Bytes::from("{}")));
    assert_eq!(script.waits().len(), 3, "time limits are no waits");
    let sent = script.sent();
    assert_eq!(sent.len(), 3, "what has no connection is not sent");
    assert_eq!(sent[0].uri, "https://example.com/v1/a?b=c");
    assert_eq!((sent[0].header("once"), sent[0].header("absent")), ("k-1", ""));
    assert!(
        sent.iter()
            .all(|sent| sent.body == "hello" && sent.method == Method::POST)
    );
    assert_eq!(script.left(), 0);
}

/// An API whose failures are of another media type, keep their code deeper, and always have a word more.
static VENDOR: crate::description::Api = crate::description::Api {
    problems: crate::problem::ProblemPlaces {
        code: "/error/kind",
        ..crate::problem::ProblemPlaces::RFC_9457
    },
    problem_bodies: &[
        crate::problem::ProblemBody {
            statuses: &[(500, 599)],
            media_type: "*/*",
            members: &[Member::new("/error/kind", MemberKind::Text)],
            any_of: &[],
        },
        crate::problem::ProblemBody {
            statuses: &[(400, 499)],
            media_type: "application/vnd.vendor.error+json",
            members: &[
                Member::new("/error/kind", MemberKind::Text),
                Member::new("/error/more/at", MemberKind::Integer),
            ],
            any_of: &[],
        },
    ],
    ..crate::description::Api::new("Vendor", "vendor/1")
};

#[test]
fn a_problem_is_one_of_the_contract_of_its_client() {
    let step = || Step::problem(422, "SOLD_OUT").header("x-more", "1");
    let error = call_of(&VENDOR, &Script::new([step()]), 0).unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::Problem, Outcome::NotExecuted)
    );
    assert_eq!(error.code(), Some("SOLD_OUT"));
    let script = Script::new([step().cut_off()]);
    let error = call_of(&VENDOR, &script, 0).unwrap_err();
    assert_eq!(
        error.outcome(),
        Outcome::Unknown,
        "what is cut off says nothing for certain"
    );
    let error = call_of(&VENDOR, &Script::new([Step::problem(500, "BROKEN")]), 0).unwrap_err();
    assert_eq!((error.code(), error.outcome()), (Some("BROKEN"), Outcome::Unknown));
}

#[test]
fn each_way_to_fail_is_told_as_the_client_tells_it() {
    for (step, kind, outcome) in [
        (Step::not_sent(), ErrorKind::NotSent, Outcome::NotExecuted),
        (Step::no_answer(), ErrorKind::NoAnswer, Outcome::Unknown),
        (Step::answer(200, "half").cut_off(), ErrorKind::CutOff, Outcome::Unknown),
        (
            Step::problem(422, "A \"quoted\" code"),
            ErrorKind::Problem,
            Outcome::NotExecuted,
        ),
        (Step::answer(1, ""), ErrorKind::Status, Outcome::Unknown),
    ] {
        let told = format!("{step:?}");
        let error = call(&Script::new([step]), 0).unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (kind, outcome), "{told}");
    }
    let over = call(&Script::default(), 0).unwrap_err();
    let cause = over.transport_error().unwrap();
    assert_eq!(cause.to_string(), "the script is over");
}
