//! Keys as payment APIs treat them. A server refuses a key after an internal error, compares the keys of all operations, or requires a
//! delay. Failures show their meaning by status, text or header.

use super::*;
use crate::idempotency::{KeyAnswer, KeyIntent, KeyState, Retention};
use crate::outcome::{Ending, FailureAnswer, History, Role};
use crate::problem::{ProblemBody, RetryAdvice, RetryHeader, RetryRules};

static PAY: Description = Description::new("pay", "POST", "/pay").intent(KeyIntent::Effect);
static DECLARED: Description = Description::new("pay", "POST", "/pay")
    .intent(KeyIntent::Effect)
    .failures(&[ProblemBody {
        statuses: &[(422, 422)],
        media_type: "application/json",
        members: &[],
        any_of: &[],
    }]);
static REFUND: Description = Description::new("refund", "POST", "/refund").intent(KeyIntent::Effect);
static NOTE: Description = Description::new("note", "POST", "/note");

const HEADER: Idempotency = Idempotency {
    header: Some("once"),
    key_length: (1, 12),
    retention: Retention::Seconds(86_400),
    ..Idempotency::NONE
};
static REFUSED: Idempotency = Idempotency {
    not_after: &[(500, 599)],
    ..HEADER
};
static SHARED: Idempotency = Idempotency {
    is_of_account: true,
    ..HEADER
};
static LATER: Idempotency = Idempotency {
    minimum_delay: 5,
    ..HEADER
};
static SHOWN: Idempotency = Idempotency {
    answers: &[
        (
            KeyState::Conflict,
            KeyAnswer {
                statuses: (400, 400),
                text: Some(("/error/type", "idempotency_error")),
                ..KeyAnswer::NONE
            },
        ),
        (
            KeyState::Used,
            KeyAnswer {
                statuses: (422, 422),
                text: Some(("/error/type", "already_executed")),
                id: Some("/error/payment"),
            },
        ),
        (
            KeyState::InProgress,
            KeyAnswer {
                statuses: (409, 409),
                ..KeyAnswer::NONE
            },
        ),
    ],
    ..HEADER
};
static MAY_HAVE_CREATED: Idempotency = Idempotency {
    retention: Retention::Unknown,
    ..HEADER
};
static ADVICE: RetryRules = RetryRules {
    advice: Some(RetryHeader {
        name: "should-retry",
        again: Some("true"),
        never: Some("false"),
    }),
    statuses: Some(&[(409, 409), (500, 599)]),
    ..RetryRules::NONE
};

const fn api(keys: &'static Idempotency) -> Api {
    Api {
        idempotency: Some(keys),
        ..Api::new("Test", "test/1")
    }
}
static REFUSES: Api = api(&REFUSED);
static SHARES: Api = api(&SHARED);
static WAITS: Api = api(&LATER);
static SHOWS: Api = api(&SHOWN);
static CREATES: Api = api(&MAY_HAVE_CREATED);
static ADVISES: Api = Api {
    retry: Some(&ADVICE),
    ..api(&HEADER)
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

fn call(core: &Core, description: &'static Description, key: Option<&str>) -> Result<(), crate::error::Error> {
    let mut request = Request::new(core.api(), description);
    if let Some(key) = key {
        request = request.key(IdempotencyKey::new(key).unwrap());
    }
    now(crate::client::send::<()>(core.clone(), request)).map(drop)
}

fn pay(core: &Core) -> Result<(), crate::error::Error> {
    call(core, &PAY, Some("k-1"))
}

#[allow(clippy::unnecessary_wraps)] // a step of a script, as `lost`
fn json(status: u16, headers: &[(&str, &str)], body: &'static str) -> Answer {
    let headers = [&[("content-type", "application/json")], headers].concat();
    Ok(answer(status, &headers, body))
}

fn lost() -> Answer {
    Err(SendError::Unknown("reset".into()))
}

#[allow(clippy::unnecessary_wraps)]
fn done() -> Answer {
    Ok(answer(204, &[], ""))
}

/// Returns the keys of the requests; nothing for one without a key.
fn sent(script: &Script) -> Vec<String> {
    let sent = script.sent.lock().unwrap();
    let key = |request: &http::Request<()>| {
        request
            .headers()
            .get("once")
            .map(|key| key.to_str().unwrap().to_owned())
    };
    sent.iter().map(|request| key(request).unwrap_or_default()).collect()
}

#[test]
fn a_key_that_the_server_refuses_after_an_internal_error_is_not_sent_again() {
    for status in [500, 503] {
        let (script, core) = client(&REFUSES, vec![json(status, &[], "{}")]);
        let error = pay(&core).unwrap_err();
        assert_eq!(error.outcome(), Outcome::Unknown, "{status}");
        assert!(format!("{error:?}").contains("refuses the key after"), "{error:?}");
        let error = now(core.resend(error).into_future()).unwrap_err();
        assert!(format!("{error:?}").contains("refuses the key after"), "{error:?}");
        assert_eq!(
            (error.outcome(), sent(&script)),
            (Outcome::Unknown, vec!["k-1".to_owned()])
        );
    }
}

#[test]
fn a_lost_response_is_read_under_such_a_key() {
    let (script, core) = client(&REFUSES, vec![lost(), done()]);
    pay(&core).unwrap();
    assert_eq!(sent(&script), ["k-1", "k-1"]);
}

#[test]
fn keys_that_the_server_compares_over_all_operations_begin_with_the_operation() {
    let (script, core) = client(&SHARES, vec![lost(), done(), done()]);
    pay(&core).unwrap();
    call(&core, &REFUND, Some("k-1")).unwrap();
    assert_eq!(sent(&script), ["pay:k-1", "pay:k-1", "refund:k-1"]);
    let error = call(&core, &REFUND, Some("longer")).unwrap_err();
    assert!(error.to_string().contains("1 to 5"), "{error}");
}

#[test]
fn a_request_is_repeated_no_sooner_than_the_server_allows() {
    let (script, core) = client(&WAITS, vec![lost(), lost(), lost(), lost(), done()]);
    let error = pay(&core).unwrap_err();
    let waits = || {
        let mut slept = std::mem::take(&mut *script.slept.lock().unwrap());
        // The limit of each attempt is a sleep, too.
        slept.retain(|wait| *wait != Duration::from_secs(30));
        slept
    };
    assert_eq!(waits(), [Duration::from_secs(5); 3]);
    // The clock has whole seconds, so that of the last sending counts as one more.
    now(core.resend(error).into_future()).unwrap();
    assert_eq!(waits(), [Duration::from_secs(6)]);
}

#[test]
fn a_request_in_progress_is_sent_again_under_its_key() {
    let busy = r#"{"error":{"type":"invalid_request_error"}}"#;
    let (script, core) = client(&SHOWS, vec![json(409, &[], busy), json(409, &[], busy), done()]);
    pay(&core).unwrap();
    assert_eq!(sent(&script), ["k-1", "k-1", "k-1"]);
}

#[test]
fn a_key_of_another_request_is_not_sent_again_and_proves_nothing() {
    let body = r#"{"error":{"type":"idempotency_error"}}"#;
    let (script, core) = client(&SHOWS, vec![json(400, &[], body)]);
    let error = pay(&core).unwrap_err();
    assert_eq!((error.outcome(), sent(&script).len()), (Outcome::Unknown, 1));
    assert!(format!("{error:?}").contains("The key was used before"), "{error:?}");
}

#[test]
fn a_response_that_says_that_the_action_under_the_key_was_executed_proves_it_after_an_own_request_alone() {
    let used = || json(422, &[], r#"{"error":{"type":"already_executed","payment":"pay-7"}}"#);
    let other = || json(422, &[], r#"{"error":{"type":"invalid"}}"#);
    let page = || Ok(answer(422, &[("content-type", "text/html")], "<html>"));
    for (answers, outcome, id) in [
        (vec![lost(), used()], Outcome::Executed, Some("pay-7")),
        (vec![lost(), used(), other()], Outcome::Executed, Some("pay-7")),
        // Nothing was sent before: another action has the key.
        (vec![used()], Outcome::Unknown, Some("pay-7")),
        (
            vec![Err(SendError::NotSent("refused".into())), used()],
            Outcome::Unknown,
            Some("pay-7"),
        ),
        (vec![lost(), page(), page(), page()], Outcome::Unknown, None),
    ] {
        let (_, core) = client(&SHOWS, answers);
        let error = call(&core, &DECLARED, Some("k-1")).unwrap_err();
        assert_eq!(
            (error.outcome(), error.id_under_key().as_deref()),
            (outcome, id),
            "{error:?}"
        );
    }
    // An operation that does not declare the failure: an intermediary may have written it.
    let (_, core) = client(&SHOWS, vec![lost(), used(), used(), used()]);
    assert_eq!(pay(&core).unwrap_err().outcome(), Outcome::Unknown);
}

#[test]
fn a_used_key_after_refusals_alone_is_that_of_another_action() {
    let answer = |role| {
        Ending::Answer(FailureAnswer {
            status: 422,
            is_declared: true,
            needs_row: false,
            code: None,
            row: None,
            role,
            id_at: None,
            is_challenge: false,
            replayed: false,
            advice: RetryAdvice::Unstated,
            creates: false,
        })
    };
    for (first, outcome) in [
        (answer(Role::Plain), Outcome::Unknown),
        (Ending::NotSent, Outcome::Unknown),
        (Ending::NoAnswer, Outcome::Executed),
    ] {
        let mut history = History::new();
        history.push(first);
        history.push(answer(Role::Used));
        assert_eq!(history.outcome(false), outcome, "{first:?}");
    }
}

#[test]
fn an_internal_error_that_may_have_created_leaves_the_outcome_unknown() {
    let internal = || json(500, &[], r#"{"error_code":"INTERNAL"}"#);
    let (script, core) = client(&CREATES, vec![internal(), internal(), internal(), internal()]);
    let error = pay(&core).unwrap_err();
    assert_eq!((error.outcome(), sent(&script).len()), (Outcome::Unknown, 4));
}

#[test]
fn advice_of_a_header_comes_before_the_status() {
    let again = || json(402, &[("should-retry", "true")], "{}");
    let never = || json(503, &[("should-retry", "false")], "{}");
    for (answers, attempts) in [
        (vec![again(), done()], 2),
        (vec![never()], 1),
        (vec![json(500, &[], "{}"), json(409, &[], "{}"), done()], 3),
        // The list of the contract replaces that of every API.
        (vec![json(429, &[], "{}")], 1),
        (vec![json(500, &[("should-retry", "maybe")], "{}"), done()], 2),
    ] {
        let (script, core) = client(&ADVISES, answers);
        let ended = pay(&core);
        assert_eq!(sent(&script).len(), attempts, "{ended:?}");
        let is_done = script.answers.lock().unwrap().is_empty();
        assert!(is_done, "{ended:?}");
    }
}

#[test]
fn no_advice_makes_an_unsafe_call_without_a_key_be_sent_again() {
    let (script, core) = client(&ADVISES, vec![json(503, &[("should-retry", "true")], "{}")]);
    let error = call(&core, &NOTE, None).unwrap_err();
    assert_eq!(
        (error.outcome(), sent(&script)),
        (Outcome::Unknown, vec![String::new()])
    );
}
