//! The full product of histories and last attempts, over the runtime's pure functions and the generated constants.

use std::collections::BTreeMap;
use std::time::Duration;

use super::expected::{Before, CODES, End, expected};
use crate::contract::Contract;
use oceafin_partner::Outcome;
use oceafin_partner::api::API;
use sdkwright_runtime::idempotency::Retention;
use sdkwright_runtime::outcome::{History, OutcomeRules};
use sdkwright_runtime::retry::{Change, Decision, Policy, RetryContext, Stop, decide};

fn rules(creates: bool) -> OutcomeRules {
    OutcomeRules {
        registry: API.registry,
        signing: API.signing,
        idempotency: API.idempotency,
        creates,
    }
}

fn history(before: Before, ends: &[End], resumed: Option<usize>, creates: bool) -> History {
    let mut history = match before {
        Before::Nothing => History::new(),
        Before::Unseen => History::after_unseen_attempts(),
    };
    for (at, end) in ends.iter().enumerate() {
        if resumed == Some(at) {
            history = history.resumed();
        }
        history.push(end.ending(&rules(creates)));
    }
    history
}

#[test]
fn the_table_of_this_test_and_the_registry_of_the_contract_agree() {
    let registry = Contract::from_file("openapi/partner-api.yaml").registry();
    assert_eq!(registry.len(), CODES.len());
    for row in registry {
        let (_, status, outcome, stored) = CODES.iter().find(|(code, ..)| *code == row.code).unwrap();
        assert_eq!((row.status, row.stored), (*status, *stored), "{}", row.code);
        let word = match *outcome {
            Outcome::NotExecuted => "not-executed",
            _ if row.code == "PARTNER_RESOURCE_STATE_INVALID" => "unknown, creating not-executed",
            _ => "unknown",
        };
        assert_eq!(row.outcome, word, "{}", row.code);
    }
}

/// Checks every last attempt after each of these histories, and returns how many cells say each outcome.
fn checked_cells(histories: &[Vec<End>], all: &[End]) -> BTreeMap<Outcome, usize> {
    let mut cells: BTreeMap<Outcome, usize> = BTreeMap::new();
    for earlier in histories {
        for last in all {
            let mut ends = earlier.clone();
            ends.push(*last);
            for before in [Before::Nothing, Before::Unseen] {
                for resumed in [None, Some(ends.len() - 1)] {
                    let resumed = resumed.filter(|_| ends.len() > 1);
                    for (safe, creates) in [(false, false), (false, true), (true, false)] {
                        let found = history(before, &ends, resumed, creates).outcome(safe);
                        let wanted = expected(before, resumed.is_some(), safe, creates, &ends);
                        let what = format_args!("resumed {resumed:?}, safe {safe}, creates {creates}");
                        assert_eq!(found, wanted, "{before:?}, {ends:?}, {what}");
                        *cells.entry(found).or_default() += 1;
                    }
                }
            }
        }
    }
    cells
}

#[test]
fn every_history_and_every_last_attempt_say_what_happened_to_the_action() {
    let all = End::all();
    let mut earlier: Vec<Vec<End>> = vec![vec![]];
    earlier.extend(all.iter().map(|one| vec![*one]));
    earlier.extend(all.iter().flat_map(|one| all.iter().map(|two| vec![*one, *two])));
    let mut cells: BTreeMap<Outcome, usize> = BTreeMap::new();
    // The parts of the product are checked side by side, because it has half a million cells.
    std::thread::scope(|scope| {
        let parts: Vec<_> = earlier
            .chunks(earlier.len().div_ceil(8))
            .map(|part| scope.spawn(|| checked_cells(part, &all)))
            .collect();
        for part in parts {
            for (outcome, count) in part.join().unwrap() {
                *cells.entry(outcome).or_default() += count;
            }
        }
    });
    assert!(
        cells.len() == 3 && cells.values().all(|count| *count > 1000),
        "{cells:?}"
    );
    println!("{} endings, cells: {cells:?}", all.len());
}

/// By hand, so that this file has at least one place where nothing is computed.
#[test]
fn the_cells_that_matter_most_say_it_in_so_many_words() {
    use Outcome::{Executed, NotExecuted, Unknown};
    let expired = End::Code("PARTNER_QUOTE_EXPIRED", 409);
    let again = End::Replayed("PARTNER_QUOTE_EXPIRED", 409);
    let unavailable = End::Code("PARTNER_PROCESSING_UNAVAILABLE", 503);
    for (ends, outcome) in [
        (&[End::NotSent][..], NotExecuted),
        (&[expired], NotExecuted),
        (&[unavailable], Unknown),
        (&[unavailable, unavailable, expired], Unknown),
        (&[End::Page(429), End::NotSent], Unknown),
        (&[End::NoAnswer, expired], Unknown),
        (&[End::NoAnswer, again], NotExecuted),
        (&[End::Page(502), again], NotExecuted),
        (&[End::NoAnswer, expired, again], Unknown),
        (&[End::CutOff, again], Unknown),
        (&[End::Unreadable], Executed),
        (&[End::CutOff, unavailable], Unknown),
        (&[End::Page(503)], Unknown),
        (&[End::Page(302)], Unknown),
        (&[End::Page(403)], Unknown),
        (&[End::Page(401)], Unknown),
        (&[End::Page(404)], Unknown),
        (&[End::Stray("PARTNER_QUOTE_EXPIRED", 409)], Unknown),
        (&[End::Code("PARTNER_QUOTE_EXPIRED", 500)], Unknown),
        (&[End::Strange(422)], Unknown),
        (&[End::Page(409)], Unknown),
        (&[End::Code("PARTNER_NONCE_REPLAYED", 401)], Unknown),
        (&[End::Code("PARTNER_RESOURCE_STATE_INVALID", 409)], Unknown),
        (&[End::Code("PARTNER_IDEMPOTENCY_CONFLICT", 409)], Unknown),
        (&[End::Code("PARTNER_IDEMPOTENCY_IN_PROGRESS", 409)], Unknown),
    ] {
        assert_eq!(
            history(Before::Nothing, ends, None, false).outcome(false),
            outcome,
            "{ends:?}"
        );
        assert_eq!(
            history(Before::Nothing, ends, None, false).outcome(true),
            NotExecuted,
            "{ends:?}"
        );
        let unseen = history(Before::Unseen, ends, None, false).outcome(false);
        assert_eq!(unseen, outcome.max(Unknown), "{ends:?}");
    }
}

#[test]
fn a_state_that_forbids_a_creation_proves_that_nothing_was_created_on_the_first_attempt() {
    use Outcome::{NotExecuted, Unknown};
    let state = End::Code("PARTNER_RESOURCE_STATE_INVALID", 409);
    let stored = End::Replayed("PARTNER_RESOURCE_STATE_INVALID", 409);
    let unsent = End::NotSent;
    for (before, ends, outcome) in [
        (Before::Nothing, &[state][..], NotExecuted),
        (Before::Nothing, &[unsent, state], NotExecuted),
        (Before::Nothing, &[End::NoAnswer, state], Unknown),
        (Before::Nothing, &[stored], Unknown),
        (Before::Unseen, &[state], Unknown),
    ] {
        assert_eq!(
            history(before, ends, None, true).outcome(false),
            outcome,
            "{before:?} {ends:?}"
        );
        assert_eq!(
            history(before, ends, None, false).outcome(false),
            Unknown,
            "{before:?} {ends:?}"
        );
    }
}

fn situation(keyed: bool, safe: bool) -> RetryContext {
    RetryContext {
        safe,
        keyed,
        acts: keyed && !safe,
        retention: Retention::Seconds(86_400),
        freshness: Some(Duration::from_mins(5)),
        tokens: 500,
        ..RetryContext::SAFE
    }
}

/// Returns `true` for another attempt after this one, the first of the call: `acts` for an action under a key.
fn is_sent_again(end: End, acts: bool) -> bool {
    match end {
        End::Page(_) | End::Strange(_) | End::Code(_, 500) if acts => true,
        End::Stray(code, _) if acts => code != "PARTNER_IDEMPOTENCY_CONFLICT",
        // If the row of the code has another status, the status decides: 502 is sent again, 500 is not.
        End::NotSent | End::NoAnswer | End::CutOff | End::Code("PARTNER_QUOTE_EXPIRED", 502) => true,
        End::Unreadable | End::Code(_, 500) => false,
        End::Page(status) | End::Strange(status) => [408, 425, 429, 502, 503, 504].contains(&status),
        End::Code(code, _) | End::Replayed(code, _) | End::Stray(code, _) => [
            "PARTNER_SIGNATURE_EXPIRED",
            "PARTNER_NONCE_REPLAYED",
            "PARTNER_PROCESSING_UNAVAILABLE",
            "PARTNER_IDEMPOTENCY_IN_PROGRESS",
            "PARTNER_RATE_LIMITED",
        ]
        .contains(&code),
    }
}

#[test]
fn every_ending_is_sent_again_or_not_as_its_class_says_and_never_without_a_key() {
    for end in End::all() {
        let history = history(Before::Nothing, &[end], None, false);
        for (keyed, safe) in [(true, false), (false, true), (false, false)] {
            let decision = decide(&history, &Policy::default(), &situation(keyed, safe));
            let again = matches!(decision, Decision::Again { .. });
            assert_eq!(
                again,
                is_sent_again(end, keyed && !safe) && (keyed || safe),
                "{end:?}, keyed {keyed}, safe {safe}"
            );
        }
        let old = RetryContext {
            age: Duration::from_hours(24),
            ..situation(true, false)
        };
        let decision = decide(&history, &Policy::default(), &old);
        assert!(
            matches!(decision, Decision::Stop(_)),
            "{end:?}: the server may have forgotten the key"
        );
        if is_sent_again(end, true) {
            assert_eq!(decision, Decision::Stop(Stop::Retention), "{end:?}");
        }
    }
}

#[test]
fn what_asks_to_be_signed_anew_is_sent_at_once_and_once() {
    for code in ["PARTNER_SIGNATURE_EXPIRED", "PARTNER_NONCE_REPLAYED"] {
        let end = End::Code(code, 401);
        let patient = RetryContext {
            random: u64::MAX,
            ..situation(true, false)
        };
        let first = decide(
            &history(Before::Nothing, &[end], None, false),
            &Policy::default(),
            &patient,
        );
        let change = if code == "PARTNER_SIGNATURE_EXPIRED" {
            Change::Clock
        } else {
            Change::Signature
        };
        let wait = Duration::ZERO;
        assert_eq!(first, Decision::Again { wait, change });
        let second = decide(
            &history(Before::Nothing, &[end, end], None, false),
            &Policy::default(),
            &patient,
        );
        assert_eq!(second, Decision::Stop(Stop::Final));
    }
}

#[test]
fn a_conflict_is_waited_for_after_own_bytes_and_only_then() {
    let conflict = End::Code("PARTNER_IDEMPOTENCY_CONFLICT", 409);
    for (ends, again) in [
        (vec![conflict], false),
        (vec![End::NotSent, conflict], false),
        (vec![End::NoAnswer, conflict], true),
        (vec![End::Page(502), conflict], true),
        (vec![End::NoAnswer, conflict, conflict, conflict], false),
    ] {
        let decision = decide(
            &history(Before::Nothing, &ends, None, false),
            &Policy::default(),
            &situation(true, false),
        );
        assert_eq!(matches!(decision, Decision::Again { .. }), again, "{ends:?}");
    }
}
