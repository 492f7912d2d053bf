//! The table of (history, last attempt), cell by cell.

use super::{Ending, FailureBody, History, Outcome, OutcomeRules};
use crate::idempotency::Idempotency;
use crate::problem::{ProblemRow, RetryClass, RowOutcome};
use crate::secret::{SecretEncoding, SecretForm};
use crate::signing::{Algorithm, MacEncoding, SignatureRules, TimestampFormat};
use crate::signing::{Freshness, SignaturePlace};
use Outcome::{Executed, NotExecuted, Unknown};

const fn row(code: &'static str, status: u16, outcome: RowOutcome, stored: bool) -> ProblemRow {
    ProblemRow {
        code,
        status,
        title: code,
        outcome,
        creating: outcome,
        retry: RetryClass::Never,
        new_key: false,
        correct_clock: false,
        stored,
        actor: "",
        advice: "",
    }
}

static REGISTRY: &[ProblemRow] = &[
    row("SOLD", 409, RowOutcome::NotExecuted, true),
    row("GONE", 404, RowOutcome::NotExecuted, true),
    row("STATE", 409, RowOutcome::Unknown, true),
    ProblemRow {
        creating: RowOutcome::NotExecuted,
        ..row("HALTED", 409, RowOutcome::Unknown, true)
    },
    row("BAD", 400, RowOutcome::NotExecuted, false),
    row("CLOSED", 503, RowOutcome::NotExecuted, false),
    row("OLD", 401, RowOutcome::NotExecuted, false),
    row("SEEN", 401, RowOutcome::Unknown, false),
    row("TAKEN", 409, RowOutcome::Unknown, false),
    row("RUNNING", 409, RowOutcome::Unknown, false),
];

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
    expired_problem: Some("OLD"),
    replayed_problem: Some("SEEN"),
    ..SignatureRules::NONE
};

static KEYS: Idempotency = Idempotency {
    header: Some("k"),
    key_length: (1, 255),
    retention: crate::idempotency::Retention::Seconds(86_400),
    replayed: Some(("r", "true")),
    conflict: Some("TAKEN"),
    in_progress: Some("RUNNING"),
    ..Idempotency::NONE
};

const RULES: OutcomeRules = OutcomeRules {
    registry: REGISTRY,
    signing: Some(&SIGNING),
    idempotency: Some(&KEYS),
    creates: false,
};

fn code(code: &str) -> Ending {
    let status = crate::problem::row(REGISTRY, code).unwrap().status;
    RULES.ending(status, FailureBody::Declared(Some(code)), false)
}

fn replay(code: &str) -> Ending {
    let status = crate::problem::row(REGISTRY, code).unwrap().status;
    RULES.ending(status, FailureBody::Declared(Some(code)), true)
}

fn status(status: u16) -> Ending {
    RULES.ending(status, FailureBody::Nothing, false)
}

/// The outcome of a mutation after these endings.
fn after(history: History, endings: &[Ending]) -> Outcome {
    let mut history = history;
    for ending in endings {
        history.push(*ending);
    }
    history.outcome(false)
}

#[test]
fn a_repeated_refusal_that_was_settled_before_is_no_doubt_and_another_one_is() {
    let known = || History::new().after_refusal("STATE");
    assert_eq!(after(known(), &[replay("STATE")]), NotExecuted);
    assert_eq!(after(History::new(), &[replay("STATE")]), Unknown);
    for endings in [
        [Ending::NotSent, code("STATE")],
        [Ending::NotSent, replay("HALTED")],
        [Ending::NoAnswer, replay("STATE")],
    ] {
        assert_eq!(after(known(), &endings), Unknown, "{endings:?}");
    }
}

#[test]
fn one_attempt_counts_as_the_table_says() {
    let cells = [
        (Ending::NotSent, NotExecuted),
        (Ending::NoAnswer, Unknown),
        (Ending::Success, Executed),
        (Ending::CutOff, Unknown),
        (status(200), Executed),
        (status(202), Executed),
        (status(299), Executed),
        (status(301), Unknown),
        (status(304), Unknown),
        (status(400), Unknown),
        (status(401), Unknown),
        (status(403), Unknown),
        (status(404), Unknown),
        (status(408), Unknown),
        (status(409), Unknown),
        (status(413), Unknown),
        (status(422), Unknown),
        (status(425), Unknown),
        (status(429), Unknown),
        (status(500), Unknown),
        (status(502), Unknown),
        (status(503), Unknown),
        (status(504), Unknown),
        (status(599), Unknown),
        (status(600), Unknown),
        (status(100), Unknown),
        (code("SOLD"), NotExecuted),
        (code("GONE"), NotExecuted),
        (code("STATE"), Unknown),
        (code("BAD"), NotExecuted),
        (code("CLOSED"), NotExecuted),
        (code("OLD"), NotExecuted),
        (code("SEEN"), Unknown),
        (code("TAKEN"), Unknown),
        (code("RUNNING"), Unknown),
    ];
    for (ending, outcome) in cells {
        assert_eq!(ending.outcome(), outcome, "{ending:?}");
        assert_eq!(after(History::new(), &[ending]), outcome, "{ending:?}");
    }
}

#[test]
fn a_code_speaks_for_its_own_status_alone() {
    for (status, code, outcome) in [
        (422, "BAD", Unknown),
        (409, "BAD", Unknown),
        (500, "BAD", Unknown),
        (408, "BAD", Unknown),
        (302, "BAD", Unknown),
        (502, "CLOSED", Unknown),
        (400, "CLOSED", Unknown),
        (400, "BAD", NotExecuted),
        (400, "STATE", Unknown),
        (200, "BAD", Executed),
        (409, "ANOTHER", Unknown),
        (400, "ANOTHER", Unknown),
        (500, "ANOTHER", Unknown),
    ] {
        assert_eq!(
            RULES.ending(status, FailureBody::Declared(Some(code)), false).outcome(),
            outcome,
            "{status} {code}"
        );
    }
}

#[test]
fn only_a_declared_failure_says_that_nothing_happened() {
    let without_registry = OutcomeRules { registry: &[], ..RULES };
    for status in 300..600 {
        let outcome = |rules: &OutcomeRules, body| rules.ending(status, body, false).outcome();
        let refused = (400..500).contains(&status) && ![408, 409].contains(&status);
        let plain = if refused { NotExecuted } else { Unknown };
        for body in [FailureBody::Declared(Some("ANOTHER")), FailureBody::Declared(None)] {
            assert_eq!(outcome(&without_registry, body), plain, "{status}");
            assert_eq!(outcome(&RULES, body), Unknown, "a code without a row: {status}");
        }
        for body in [FailureBody::Stray("BAD"), FailureBody::Nothing] {
            assert_eq!(outcome(&without_registry, body), Unknown, "{status}");
            assert_eq!(outcome(&RULES, body), Unknown, "{status}");
        }
    }
    for row in REGISTRY {
        let stray = RULES.ending(row.status, FailureBody::Stray(row.code), false);
        assert_eq!(stray.outcome(), Unknown, "{}", row.code);
        let stray = RULES.ending(row.status, FailureBody::Stray(row.code), true);
        let history = after(History::new(), &[Ending::NoAnswer, stray]);
        assert_eq!(history, Unknown, "it lowers nothing: {}", row.code);
    }
}

#[test]
fn a_row_is_there_for_the_statuses_that_it_speaks_of_alone() {
    for (status, code, is_there) in [
        (409, "SOLD", true),
        (400, "SOLD", false),
        (500, "SOLD", false),
        (503, "SOLD", false),
        (408, "SOLD", false),
        (503, "CLOSED", true),
        (500, "CLOSED", false),
        (302, "CLOSED", false),
    ] {
        let Ending::Answer(answer) = RULES.ending(status, FailureBody::Declared(Some(code)), false) else {
            panic!("{status}");
        };
        assert_eq!(answer.row.is_some(), is_there, "{status} {code}");
    }
}

#[test]
fn codes_of_the_protocol_are_doubtful_whatever_the_registry_says() {
    static EMPTY: &[ProblemRow] = &[];
    static HOPEFUL: &[ProblemRow] = &[row("TAKEN", 409, RowOutcome::NotExecuted, true)];
    for registry in [EMPTY, HOPEFUL] {
        let rules = OutcomeRules { registry, ..RULES };
        for code in ["SEEN", "TAKEN", "RUNNING"] {
            assert_eq!(
                rules.ending(401, FailureBody::Declared(Some(code)), false).outcome(),
                Unknown,
                "{code}"
            );
            assert_eq!(
                rules.ending(401, FailureBody::Declared(Some(code)), true).outcome(),
                Unknown,
                "{code}"
            );
        }
    }
}

#[test]
fn a_doubtful_code_in_another_spelling_never_says_that_nothing_happened() {
    static EMPTY: &[ProblemRow] = &[];
    // A row with exactly this spelling decides.
    static OWN: &[ProblemRow] = &[row("taken", 400, RowOutcome::NotExecuted, true)];
    for (registry, other) in [(REGISTRY, Unknown), (EMPTY, NotExecuted)] {
        let rules = OutcomeRules { registry, ..RULES };
        let outcome = |status, code| rules.ending(status, FailureBody::Declared(Some(code)), false).outcome();
        for code in ["taken", "Running", " SEEN", "TAKEN\t", "sEEN "] {
            assert_eq!(outcome(400, code), Unknown, "{code:?}");
        }
        assert_eq!(outcome(400, "bad"), other);
    }
    let state = |code| RULES.ending(400, FailureBody::Declared(Some(code)), false).outcome();
    assert_eq!(state("state "), Unknown);
    let rules = OutcomeRules { registry: OWN, ..RULES };
    assert_eq!(
        rules.ending(400, FailureBody::Declared(Some("taken")), false).outcome(),
        NotExecuted
    );
}

#[test]
fn a_response_that_broke_off_says_nothing() {
    for status in 300..600 {
        assert_eq!(RULES.truncated(status, false).outcome(), Unknown, "{status}");
    }
}

#[test]
fn the_outcome_is_the_maximum_over_the_history() {
    let endings = [
        Ending::NotSent,
        Ending::NoAnswer,
        Ending::Success,
        code("SOLD"),
        code("BAD"),
        status(502),
        code("SEEN"),
    ];
    for first in endings {
        for second in endings {
            let outcome = first.outcome().max(second.outcome());
            assert_eq!(after(History::new(), &[first, second]), outcome, "{first:?} {second:?}");
            assert_eq!(
                after(History::after_unseen_attempts(), &[first, second]),
                outcome.max(Unknown),
                "{first:?} {second:?}"
            );
        }
    }
}

#[test]
fn a_replayed_refusal_lowers_the_whole_history() {
    for refusal in ["SOLD", "GONE"] {
        for before in [
            &[][..],
            &[Ending::NotSent],
            &[Ending::NoAnswer],
            &[status(502), code("RUNNING")],
            &[code("SEEN")],
        ] {
            let mut endings = before.to_vec();
            endings.push(replay(refusal));
            assert_eq!(after(History::new(), &endings), NotExecuted, "{endings:?}");
            endings.push(Ending::NoAnswer);
            assert_eq!(after(History::new(), &endings), Unknown, "{endings:?}");
            endings.push(replay(refusal));
            assert_eq!(after(History::new(), &endings), NotExecuted, "{endings:?}");
        }
    }
}

#[test]
fn a_code_that_comes_back_with_another_status_than_its_own_lowers_nothing() {
    for status in [400, 425, 429] {
        let other = RULES.ending(status, FailureBody::Declared(Some("SOLD")), true);
        assert_eq!(after(History::new(), &[Ending::NoAnswer, other]), Unknown, "{status}");
    }
}

#[test]
fn a_replayed_refusal_lowers_nothing_after_a_success_or_the_same_refusal_live() {
    for (endings, outcome) in [
        (vec![Ending::Success, replay("SOLD")], Executed),
        (vec![Ending::CutOff, replay("SOLD")], Unknown),
        (vec![Ending::NoAnswer, code("SOLD"), replay("SOLD")], Unknown),
        (
            vec![Ending::NoAnswer, code("STATE"), Ending::NoAnswer, replay("STATE")],
            Unknown,
        ),
        (vec![Ending::NoAnswer, code("STATE"), replay("SOLD")], NotExecuted),
        (vec![code("SOLD"), replay("SOLD")], NotExecuted),
    ] {
        assert_eq!(after(History::new(), &endings), outcome, "{endings:?}");
    }
}

#[test]
fn a_replay_of_what_is_not_stored_lowers_nothing() {
    for ending in [
        replay("BAD"),
        replay("CLOSED"),
        replay("TAKEN"),
        replay("STATE"),
        RULES.ending(409, FailureBody::Nothing, true),
        RULES.ending(404, FailureBody::Declared(Some("X")), true),
    ] {
        assert_eq!(
            after(History::new(), &[Ending::NoAnswer, ending]),
            Unknown,
            "{ending:?}"
        );
    }
    assert_eq!(after(History::new(), &[Ending::NoAnswer, code("SOLD")]), Unknown);
}

#[test]
fn attempts_that_nobody_saw_keep_it_unknown() {
    for ending in [Ending::NotSent, code("SOLD"), replay("SOLD"), code("BAD"), status(429)] {
        assert_eq!(
            after(History::after_unseen_attempts(), &[ending]),
            Unknown,
            "{ending:?}"
        );
    }
    assert_eq!(after(History::after_unseen_attempts(), &[]), Unknown);
    assert_eq!(after(History::after_unseen_attempts(), &[Ending::Success]), Executed);
}

#[test]
fn a_resumed_call_starts_at_unknown_and_its_known_history_can_be_lowered() {
    let mut history = History::new();
    history.push(Ending::NoAnswer);
    let history = history.resumed();
    assert_eq!(after(history.clone(), &[Ending::NotSent]), Unknown);
    assert_eq!(after(history.clone(), &[code("SOLD")]), Unknown);
    assert_eq!(after(history.clone(), &[replay("SOLD")]), NotExecuted);
    assert_eq!(history.current(), &[]);
    let mut unseen = History::after_unseen_attempts();
    unseen.push(Ending::NoAnswer);
    assert_eq!(after(unseen.resumed(), &[replay("SOLD")]), Unknown);
    assert_eq!(after(History::new().resumed(), &[Ending::NotSent]), Unknown);
}

#[test]
fn safe_methods_never_do_anything() {
    for ending in [
        Ending::NotSent,
        Ending::NoAnswer,
        Ending::Success,
        Ending::CutOff,
        status(500),
        code("SEEN"),
    ] {
        let mut history = History::after_unseen_attempts();
        history.push(ending);
        assert_eq!(history.outcome(true), NotExecuted);
    }
}

#[test]
fn a_stored_answer_that_does_not_say_it_did_not_happen_lowers_nothing_when_it_comes_back() {
    // The first copy may have acted and changed the state; the stored answer is that to a second copy.
    for before in [
        &[][..],
        &[Ending::NoAnswer],
        &[Ending::NoAnswer, Ending::NoAnswer],
        &[code("RUNNING")],
    ] {
        let mut endings = before.to_vec();
        endings.push(replay("STATE"));
        assert_eq!(after(History::new(), &endings), Unknown, "{endings:?}");
    }
    let endings = [Ending::NoAnswer, code("STATE"), Ending::NoAnswer, replay("STATE")];
    assert_eq!(after(History::new(), &endings), Unknown);
}

#[test]
fn a_refusal_of_a_creation_proves_that_nothing_was_created_unless_it_is_repeated() {
    let rules = OutcomeRules { creates: true, ..RULES };
    let ending = |rules: &OutcomeRules, replayed| rules.ending(409, FailureBody::Declared(Some("HALTED")), replayed);
    for (ending, outcome) in [
        (ending(&rules, false), NotExecuted),
        (ending(&rules, true), Unknown),
        (ending(&RULES, false), Unknown),
    ] {
        assert_eq!(after(History::new(), &[ending]), outcome, "{ending:?}");
        assert_eq!(
            after(History::new(), &[Ending::NoAnswer, ending]),
            Unknown,
            "{ending:?}"
        );
        assert_eq!(
            after(History::after_unseen_attempts(), &[ending]),
            Unknown,
            "{ending:?}"
        );
    }
}
