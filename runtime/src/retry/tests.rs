//! The table of (history, last attempt, situation).

use super::{Budget, Change, Decision, Policy, RetryContext, Stop, decide, *};
use crate::idempotency::{Idempotency, Retention};
use crate::outcome::{Ending, FailureBody, History, OutcomeRules};
use crate::problem::{ProblemRow, RetryClass, RowOutcome};
use crate::secret::{SecretEncoding, SecretForm};
use crate::signing::{Algorithm, MacEncoding, SignatureRules, TimestampFormat};
use crate::signing::{Freshness, SignaturePlace};
use std::time::Duration;

const fn row(code: &'static str, status: u16, retry: RetryClass, correct_clock: bool) -> ProblemRow {
    ProblemRow {
        code,
        status,
        title: code,
        outcome: RowOutcome::NotExecuted,
        creating: RowOutcome::NotExecuted,
        retry,
        new_key: false,
        correct_clock,
        stored: false,
        actor: "",
        advice: "",
    }
}

static REGISTRY: &[ProblemRow] = &[
    row("AGAIN", 503, RetryClass::Again, false),
    row("OLD", 401, RetryClass::ResignOnce, true),
    row("SEEN", 401, RetryClass::ResignOnce, false),
    row("CHANGE", 409, RetryClass::AfterChange, false),
    row("NEVER", 503, RetryClass::Never, false),
    row("TAKEN", 409, RetryClass::Never, false),
    row("RUNNING", 409, RetryClass::Never, false),
];

static KEYS: Idempotency = Idempotency {
    header: Some("k"),
    key_length: (1, 255),
    retention: Retention::Seconds(86_400),
    replayed: None,
    conflict: Some("TAKEN"),
    in_progress: Some("RUNNING"),
    ..Idempotency::NONE
};

static SIGNING: SignatureRules = SignatureRules {
    signature: SignaturePlace::Header("s"),
    freshness: Freshness::each_way(300),
    encoding: MacEncoding::Hex,
    secret: Some(SecretForm {
        algorithm: Algorithm::HmacSha256,
        encoding: SecretEncoding::Utf8,
        prefix: "",
    }),
    timestamp: TimestampFormat::Rfc3339,
    signature_problem: Some("FORGED"),
    expired_problem: Some("OLD"),
    replayed_problem: Some("SEEN"),
    ..SignatureRules::NONE
};

const RULES: OutcomeRules = OutcomeRules {
    registry: REGISTRY,
    signing: None,
    idempotency: Some(&KEYS),
    creates: false,
};

fn code(code: &str) -> Ending {
    RULES.ending(
        crate::problem::row(REGISTRY, code).unwrap().status,
        FailureBody::Declared(Some(code)),
        false,
    )
}

fn status(status: u16) -> Ending {
    RULES.ending(status, FailureBody::Nothing, false)
}

fn history(endings: &[Ending]) -> History {
    let mut history = History::new();
    for ending in endings {
        history.push(*ending);
    }
    history
}

const KEYED: RetryContext = RetryContext {
    safe: false,
    keyed: true,
    acts: true,
    deadline: Some(Duration::from_secs(100)),
    retention: Retention::Seconds(86_400),
    took: Duration::from_secs(1),
    freshness: Some(Duration::from_mins(5)),
    tokens: 500,
    random: u64::MAX,
    ..RetryContext::SAFE
};

fn of(endings: &[Ending], situation: &RetryContext) -> Decision {
    decide(&history(endings), &Policy::default(), situation)
}

fn again(decision: Decision) -> bool {
    matches!(decision, Decision::Again { .. })
}

#[test]
fn the_class_of_a_code_decides() {
    let again = Decision::Again {
        wait: Duration::from_millis(250),
        change: Change::Nothing,
    };
    let at_once = |change| Decision::Again {
        wait: Duration::ZERO,
        change,
    };
    for (ending, decision) in [
        (code("AGAIN"), again),
        (code("OLD"), at_once(Change::Clock)),
        (code("SEEN"), at_once(Change::Signature)),
        (code("CHANGE"), Decision::Stop(Stop::Final)),
        (code("NEVER"), Decision::Stop(Stop::Final)),
        (code("TAKEN"), Decision::Stop(Stop::Final)),
        (code("RUNNING"), again),
        (Ending::Success, Decision::Stop(Stop::Done)),
        (Ending::CutOff, again),
        (Ending::NotSent, again),
        (Ending::NoAnswer, again),
    ] {
        assert_eq!(of(&[ending], &KEYED), decision, "{ending:?}");
    }
}

#[test]
fn without_a_code_the_status_decides() {
    let refresh = RetryContext { acts: false, ..KEYED };
    for code in 300..600 {
        let expected = [408, 425, 429, 502, 503, 504].contains(&code);
        let unknown = RULES.ending(code, FailureBody::Declared(Some("ANOTHER")), false);
        for ending in [status(code), unknown] {
            assert_eq!(again(of(&[ending], &refresh)), expected, "{code}");
            assert!(
                again(of(&[ending], &KEYED)),
                "an action whose outcome is unknown: {code}"
            );
            let Ending::Answer(answer) = ending else {
                panic!("{code}")
            };
            let listed = Ending::Answer(FailureAnswer {
                advice: RetryAdvice::Listed(false),
                ..answer
            });
            assert!(!again(of(&[listed], &KEYED)), "the contract lists others: {code}");
        }
    }
}

#[test]
fn a_mutation_without_a_key_is_sent_once() {
    let without = RetryContext {
        keyed: false,
        acts: false,
        ..KEYED
    };
    for ending in [
        Ending::NotSent,
        Ending::NoAnswer,
        Ending::CutOff,
        code("AGAIN"),
        code("OLD"),
        status(503),
    ] {
        assert_eq!(of(&[ending], &without), Decision::Stop(Stop::NoKey), "{ending:?}");
        assert!(
            again(of(&[ending], &RetryContext { safe: true, ..without })),
            "{ending:?}"
        );
    }
}

#[test]
fn signing_anew_happens_once() {
    assert!(again(of(&[Ending::NoAnswer, code("OLD")], &KEYED)));
    assert_eq!(of(&[code("OLD"), code("OLD")], &KEYED), Decision::Stop(Stop::Final));
    assert_eq!(
        of(&[code("OLD"), Ending::NoAnswer, code("SEEN")], &KEYED),
        Decision::Stop(Stop::Final)
    );
    let mut resumed = history(&[code("OLD")]).resumed();
    resumed.push(code("OLD"));
    assert!(again(decide(&resumed, &Policy::default(), &KEYED)));
}

#[test]
fn the_code_of_an_expired_signature_corrects_the_clock_once_whatever_its_row_says() {
    const ROWS: [[ProblemRow; 1]; 4] = [
        [row("OLD", 401, RetryClass::ResignOnce, false)],
        [row("OLD", 401, RetryClass::Never, false)],
        [row("OLD", 401, RetryClass::AfterChange, false)],
        [row("OLD", 401, RetryClass::Again, false)],
    ];
    for registry in &ROWS {
        let rules = OutcomeRules {
            registry,
            signing: Some(&SIGNING),
            idempotency: Some(&KEYS),
            creates: false,
        };
        let expired = rules.ending(401, FailureBody::Declared(Some("OLD")), false);
        let corrected = Decision::Again {
            wait: Duration::ZERO,
            change: Change::Clock,
        };
        assert_eq!(of(&[expired], &KEYED), corrected, "{registry:?}");
        assert_eq!(of(&[expired; 2], &KEYED), Decision::Stop(Stop::Final));
        // An action without a key is sent once, and one that was on its way for too long was not early or late.
        let unkeyed = RetryContext { keyed: false, ..KEYED };
        assert_eq!(of(&[expired], &unkeyed), Decision::Stop(Stop::NoKey));
        let slow = RetryContext {
            took: Duration::from_mins(5),
            ..KEYED
        };
        assert_eq!(of(&[expired], &slow), Decision::Stop(Stop::Freshness));
    }
}

#[test]
fn an_api_without_a_registry_is_signed_anew_by_what_its_codes_stand_for() {
    let rules = OutcomeRules {
        registry: &[],
        signing: Some(&SIGNING),
        idempotency: Some(&KEYS),
        creates: false,
    };
    let at_once = |change| Decision::Again {
        wait: Duration::ZERO,
        change,
    };
    assert_eq!(
        of(&[rules.ending(401, FailureBody::Declared(Some("OLD")), false)], &KEYED),
        at_once(Change::Clock)
    );
    assert_eq!(
        of(&[rules.ending(401, FailureBody::Declared(Some("SEEN")), false)], &KEYED),
        at_once(Change::Signature)
    );
    assert!(again(of(
        &[rules.ending(409, FailureBody::Declared(Some("RUNNING")), false)],
        &KEYED
    )));
    assert!(!again(of(
        &[rules.ending(401, FailureBody::Declared(Some("ANOTHER")), false)],
        &KEYED
    )));
}

#[test]
fn a_conflict_waits_only_after_own_bytes_of_the_same_call() {
    assert!(again(of(&[Ending::NoAnswer, code("TAKEN")], &KEYED)));
    assert!(again(of(&[status(502), code("TAKEN")], &KEYED)));
    assert_eq!(
        of(&[Ending::NotSent, code("TAKEN")], &KEYED),
        Decision::Stop(Stop::Final)
    );
    let endings = [Ending::NoAnswer, code("TAKEN"), code("TAKEN"), code("TAKEN")];
    assert_eq!(of(&endings, &KEYED), Decision::Stop(Stop::Attempts));
    let mut unseen = History::after_unseen_attempts();
    unseen.push(code("TAKEN"));
    assert_eq!(decide(&unseen, &Policy::default(), &KEYED), Decision::Stop(Stop::Final));
    let mut resumed = history(&[Ending::NoAnswer]).resumed();
    resumed.push(code("TAKEN"));
    assert!(again(decide(&resumed, &Policy::default(), &KEYED)));
}

#[test]
fn attempts_are_counted_since_the_call_was_resumed() {
    let endings = [Ending::NoAnswer; 4];
    assert!(again(of(&endings[..3], &KEYED)));
    assert_eq!(of(&endings, &KEYED), Decision::Stop(Stop::Attempts));
    let mut resumed = history(&endings).resumed();
    resumed.push(Ending::NoAnswer);
    assert!(again(decide(&resumed, &Policy::default(), &KEYED)));
    let once = Policy {
        attempts: 1,
        ..Policy::default()
    };
    assert_eq!(
        decide(&history(&[code("OLD")]), &once, &KEYED),
        Decision::Stop(Stop::Attempts)
    );
}

#[test]
fn waits_double_up_to_the_cap_with_full_jitter() {
    let policy = Policy {
        attempts: u32::MAX,
        ..Policy::default()
    };
    let wait = |made: usize, random| match decide(
        &history(&vec![Ending::NoAnswer; made]),
        &policy,
        &RetryContext { random, ..KEYED },
    ) {
        Decision::Again { wait, .. } => wait.as_millis(),
        Decision::Stop(stop) => panic!("{stop:?}"),
    };
    let most: Vec<_> = (1..9).map(|made| wait(made, u64::MAX)).collect();
    assert_eq!(most, [250, 500, 1000, 2000, 4000, 8000, 8000, 8000]);
    assert_eq!(wait(200, u64::MAX), 8000);
    assert_eq!(wait(3, 0), 0);
    assert_eq!(wait(3, u64::MAX / 2), 499);
}

#[test]
fn nothing_is_sent_before_the_time_that_the_server_names() {
    let after = |ending, seconds, deadline| {
        let situation = RetryContext {
            retry_after: Some(Duration::from_secs(seconds)),
            deadline,
            retention: Retention::Unknown,
            other: Some(Change::Secret),
            ..KEYED
        };
        match of(&[ending], &situation) {
            Decision::Again { wait, .. } => Ok(wait),
            Decision::Stop(stop) => Err(stop),
        }
    };
    assert_eq!(after(status(429), 0, None), Ok(Duration::from_millis(250)));
    for ending in [status(429), code("SEEN")] {
        assert_eq!(after(ending, 7, None), Ok(Duration::from_secs(7)));
        assert_eq!(after(ending, 60, None), Ok(Duration::from_mins(1)));
        assert_eq!(after(ending, 61, None), Err(Stop::RetryAfter));
        assert_eq!(after(ending, 3600, None), Err(Stop::RetryAfter));
        assert_eq!(after(ending, u64::MAX, None), Err(Stop::RetryAfter));
        assert_eq!(after(ending, 30, Some(Duration::from_secs(20))), Err(Stop::Deadline));
    }
}

#[test]
fn nothing_is_sent_after_the_deadline_or_the_retention() {
    let late = RetryContext {
        elapsed: Duration::from_millis(99_751),
        ..KEYED
    };
    assert_eq!(of(&[Ending::NoAnswer], &late), Decision::Stop(Stop::Deadline));
    assert!(again(of(
        &[Ending::NoAnswer],
        &RetryContext {
            elapsed: Duration::from_millis(99_749),
            ..KEYED
        }
    )));
    let old = RetryContext {
        age: Duration::from_hours(24),
        ..KEYED
    };
    assert_eq!(of(&[Ending::NoAnswer], &old), Decision::Stop(Stop::Retention));
    assert!(again(of(&[Ending::NoAnswer], &RetryContext { safe: true, ..old })));
}

#[test]
fn without_an_attempt_there_is_nothing_to_do() {
    assert_eq!(of(&[], &KEYED), Decision::Stop(Stop::Final));
}

#[test]
fn no_wait_is_too_long_to_be_counted() {
    let patient = Policy {
        attempts: 9,
        base: Duration::MAX,
        cap: Duration::MAX,
        retry_after_cap: Duration::MAX,
        budget: Budget::UNLIMITED,
    };
    let asked = RetryContext {
        elapsed: Duration::from_secs(1),
        age: Duration::from_secs(1),
        retry_after: Some(Duration::MAX),
        ..KEYED
    };
    let decided = |situation| decide(&history(&[status(429)]), &patient, situation);
    assert_eq!(decided(&asked), Decision::Stop(Stop::Retention));
    assert_eq!(
        decided(&RetryContext {
            retention: Retention::Unknown,
            ..asked
        }),
        Decision::Stop(Stop::Deadline)
    );
}

#[test]
fn a_signature_that_grew_old_on_its_way_is_not_the_clocks_fault_and_is_not_sent_again() {
    let rules = OutcomeRules {
        registry: REGISTRY,
        signing: Some(&SIGNING),
        idempotency: Some(&KEYS),
        creates: false,
    };
    let expired = rules.ending(401, FailureBody::Declared(Some("OLD")), false);
    let after = |seconds| RetryContext {
        took: Duration::from_secs(seconds),
        deadline: None,
        ..KEYED
    };
    let clock = Decision::Again {
        wait: Duration::ZERO,
        change: Change::Clock,
    };
    assert_eq!(of(&[expired], &after(299)), clock);
    for seconds in [300, 301, 100_000] {
        assert_eq!(
            of(&[expired], &after(seconds)),
            Decision::Stop(Stop::Freshness),
            "{seconds}"
        );
        let replayed = rules.ending(401, FailureBody::Declared(Some("SEEN")), false);
        assert!(again(of(&[replayed], &after(seconds))), "{seconds}");
    }
    let unsigned = RetryContext {
        freshness: None,
        ..after(100_000)
    };
    assert_eq!(of(&[expired], &unsigned), clock);
}

#[test]
fn a_refused_signature_is_tried_with_the_other_secret_and_with_nothing_else() {
    let rules = OutcomeRules {
        registry: &[],
        signing: Some(&SIGNING),
        idempotency: Some(&KEYS),
        creates: false,
    };
    let refused = rules.ending(401, FailureBody::Declared(Some("FORGED")), false);
    let other = RetryContext {
        other: Some(Change::Secret),
        tokens: 0,
        ..KEYED
    };
    let with_it = Decision::Again {
        wait: Duration::ZERO,
        change: Change::Secret,
    };
    assert_eq!(of(&[refused], &other), with_it);
    assert_eq!(of(&[refused], &KEYED), Decision::Stop(Stop::Final));
    let keyless = RetryContext { keyed: false, ..other };
    assert_eq!(of(&[refused], &keyless), Decision::Stop(Stop::NoKey));
    for (another, stop) in [
        (FailureBody::Declared(Some("ANOTHER")), Stop::Final),
        (FailureBody::Nothing, Stop::Budget),
    ] {
        let another = rules.ending(401, another, false);
        assert_eq!(of(&[another], &other), Decision::Stop(stop));
    }
}

#[test]
fn without_tokens_nothing_is_repeated_but_a_signature_is_made_anew() {
    let poor = RetryContext { tokens: 4, ..KEYED };
    for ending in [
        Ending::NotSent,
        Ending::NoAnswer,
        Ending::CutOff,
        status(503),
        code("RUNNING"),
    ] {
        assert_eq!(of(&[ending], &poor), Decision::Stop(Stop::Budget), "{ending:?}");
        assert!(again(of(&[ending], &RetryContext { tokens: 5, ..poor })), "{ending:?}");
    }
    assert!(again(of(&[code("OLD")], &poor)));
    assert_eq!(of(&[code("CHANGE")], &poor), Decision::Stop(Stop::Final));
    assert_eq!(of(&[Ending::NoAnswer; 4], &poor), Decision::Stop(Stop::Attempts));
    let unlimited = Policy {
        budget: Budget::UNLIMITED,
        ..Policy::default()
    };
    let broke = RetryContext { tokens: 0, ..KEYED };
    assert!(again(decide(&history(&[Ending::NoAnswer]), &unlimited, &broke)));
}

fn after(value: &str, now: i64) -> Option<Duration> {
    let mut headers = http::HeaderMap::new();
    headers.insert(http::header::RETRY_AFTER, value.parse().unwrap());
    retry_after(&headers, || now)
}

#[test]
fn seconds_and_dates_are_read_and_the_rest_is_nothing() {
    assert_eq!(after("7", 0), Some(Duration::from_secs(7)));
    assert_eq!(after(" 0 ", 0), Some(Duration::ZERO));
    assert_eq!(after("99999999999999999999999", 0), Some(Duration::from_secs(u64::MAX)));
    assert_eq!(
        after("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_770),
        Some(Duration::from_secs(7))
    );
    assert_eq!(
        after("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_780),
        Some(Duration::ZERO)
    );
    let never = after("Fri, 31 Dec 9999 23:59:59 GMT", 0);
    assert_eq!(never, Some(Duration::from_secs(253_402_300_799)));
    assert_eq!(after("1.5", 0), Some(Duration::from_secs(2)));
    assert_eq!(after("2.0", 0), Some(Duration::from_secs(2)));
    for nothing in ["", "-1", "1.", ".5", "1e3", "soon"] {
        assert_eq!(after(nothing, 0), None, "{nothing}");
    }
    assert_eq!(retry_after(&http::HeaderMap::new(), || 0), None);
}

#[test]
fn a_date_is_seen_from_the_clock_that_wrote_it_however_wrong_ours_is() {
    let mut headers = http::HeaderMap::new();
    let mut put = |name, value: &str| headers.insert(name, value.parse().unwrap());
    put(http::header::RETRY_AFTER, "Sun, 06 Nov 1994 08:49:37 GMT");
    put(http::header::DATE, "Sun, 06 Nov 1994 08:49:30 GMT");
    for ours in [784_111_770, 784_111_170, 784_112_370, 0] {
        assert_eq!(retry_after(&headers, || ours), Some(Duration::from_secs(7)), "{ours}");
    }
    headers.insert(http::header::DATE, "today".parse().unwrap());
    assert_eq!(retry_after(&headers, || 784_111_774), Some(Duration::from_secs(3)));
}

const SMALL: Budget = Budget {
    capacity: 12,
    cost: 5,
    refill: 2,
};

#[test]
fn tokens_pay_for_attempts_until_too_few_are_left() {
    let tokens = Tokens::new(SMALL);
    assert_eq!(
        [tokens.pay(SMALL), tokens.pay(SMALL), tokens.pay(SMALL)],
        [true, true, false]
    );
    assert_eq!(tokens.left(), 2);
}

#[test]
fn answers_bring_tokens_back_up_to_the_capacity() {
    let tokens = Tokens::new(SMALL);
    assert!(tokens.pay(SMALL) && tokens.pay(SMALL));
    tokens.earn(SMALL, false);
    assert_eq!(tokens.left(), 4);
    tokens.earn(SMALL, true);
    assert_eq!(tokens.left(), 11);
    tokens.earn(SMALL, true);
    assert_eq!(tokens.left(), 12);
}

#[test]
fn without_a_cost_nothing_runs_out() {
    let tokens = Tokens::new(Budget::UNLIMITED);
    assert!((0..1000).all(|_| tokens.pay(Budget::UNLIMITED)));
    tokens.earn(Budget::UNLIMITED, true);
    assert_eq!(tokens.left(), 0);
}

#[test]
fn threads_never_take_more_than_there_is() {
    let budget = Budget {
        capacity: 1000,
        cost: 3,
        refill: 0,
    };
    let tokens = Tokens::new(budget);
    let paid: usize = std::thread::scope(|scope| {
        let pay = || (0..200).filter(|_| tokens.pay(budget)).count();
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(pay)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!((paid, tokens.left()), (333, 1));
}

fn with(value: &str) -> http::HeaderMap {
    let mut headers = http::HeaderMap::new();
    headers.insert(http::header::DATE, value.parse().unwrap());
    headers
}

#[test]
fn only_a_plausible_date_says_something_of_the_clock() {
    let headers = with("Sun, 06 Nov 1994 08:49:37 GMT");
    let at_once = |now| offset(&headers, now, Duration::ZERO);
    assert_eq!(at_once(784_111_777 - 600), Some(600));
    assert_eq!(at_once(784_111_777 + 600), Some(-600));
    assert_eq!(at_once(784_111_777 - 86_400), Some(86_400));
    assert_eq!(at_once(784_111_777 - 86_401), None);
    assert_eq!(at_once(i64::MIN), None);
    assert_eq!(offset(&with("now"), 0, Duration::ZERO), None);
    assert_eq!(offset(&http::HeaderMap::new(), 0, Duration::ZERO), None);
}

#[test]
fn the_date_is_compared_with_the_middle_of_the_exchange() {
    let headers = with("Sun, 06 Nov 1994 08:49:37 GMT");
    // The exchange took 40 s, and a server with the right clock answered in the middle of it.
    assert_eq!(offset(&headers, 784_111_777 + 20, Duration::from_secs(40)), Some(0));
    assert_eq!(offset(&headers, 784_111_777, Duration::from_secs(41)), Some(20));
    assert_eq!(offset(&headers, 784_111_777, Duration::MAX), None);
}

#[test]
fn a_refused_token_is_replaced_at_once_even_without_a_key() {
    let with = RetryContext {
        keyed: false,
        acts: false,
        other: Some(Change::Token),
        tokens: 0,
        ..KEYED
    };
    let again = Decision::Again {
        wait: Duration::ZERO,
        change: Change::Token,
    };
    let declared = RULES.ending(401, FailureBody::Declared(None), false);
    let Ending::Answer(plain) = status(401) else {
        panic!("a response")
    };
    let challenge = Ending::Answer(FailureAnswer {
        is_challenge: true,
        ..plain
    });
    for refused in [declared, challenge] {
        assert_eq!(of(&[refused], &with), again);
        assert_eq!(of(&[Ending::NotSent, refused], &with), again);
        assert_eq!(of(&[Ending::NoAnswer, refused], &with), Decision::Stop(Stop::NoKey));
    }
    // A page of an intermediary can follow the effect.
    assert_eq!(of(&[status(401)], &with), Decision::Stop(Stop::NoKey));
    let safe = RetryContext { safe: true, ..with };
    assert_eq!(of(&[status(401)], &safe), again);
    for other in [status(403), status(503), Ending::NoAnswer] {
        assert_eq!(
            of(&[other], &with),
            Decision::Stop(if other == status(403) { Stop::Final } else { Stop::NoKey })
        );
    }
    let without = RetryContext { other: None, ..with };
    assert_eq!(of(&[status(401)], &without), Decision::Stop(Stop::Final));
    let late = RetryContext {
        elapsed: Duration::from_secs(100),
        ..with
    };
    assert_eq!(of(&[declared], &late), Decision::Stop(Stop::Deadline));
}
