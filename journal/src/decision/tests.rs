//! Table of the row that is written for each row and settlement.

use super::*;
use crate::entry::tests::{FIRST, entry};

/// Holds the lease of [`entry`].
const HOLDER: &str = "one/run-1/call-1";
const LATE: &str = "one/run-1/call-0";
/// The digest of the request of [`entry`].
const DIGEST: &str = "5f";

fn in_state(state: State) -> Entry {
    let mut entry = entry();
    (entry.state, entry.head.status) = (state, 200);
    entry
}

fn said(lease: &str, settlement: &Settlement) -> SettledIntent {
    SettledIntent {
        key: "k".to_owned(),
        lease: lease.to_owned(),
        sha256: DIGEST.to_owned(),
        created: None,
        members: Vec::new(),
        request_ids: Vec::new(),
        settlement: settlement.clone(),
        sent: SendTimes::default(),
    }
}

/// The row after that word; nothing if nothing is written.
fn after(entry: &Entry, lease: &str, settlement: &Settlement) -> Option<Entry> {
    let found = FoundRows {
        entries: vec![entry.clone()],
        ..FoundRows::default()
    };
    settle(&found, &said(lease, settlement))
        .map(|settled| settled.changed)
        .into_iter()
        .flatten()
        .find(|changed| changed.key == entry.key)
}

fn not_executed() -> Settlement {
    Settlement::NotExecuted {
        code: Some("NO".to_owned()),
        spent: true,
    }
}

fn refused() -> Settlement {
    Settlement::Unknown {
        refused: Some("STATE".to_owned()),
    }
}

const UNKNOWN: Settlement = Settlement::Unknown { refused: None };
const CUT_OFF: Settlement = Settlement::CutOff { status: 202 };

#[test]
fn each_word_moves_each_state_and_only_its_holder_frees_the_lease() {
    use State::{CutOff, Executed, Open, Reconcile};
    for (before, lease, word, state) in [
        (Open, HOLDER, not_executed(), State::Refused),
        (Open, LATE, not_executed(), Open),
        (CutOff, HOLDER, not_executed(), CutOff),
        (Executed, HOLDER, not_executed(), Executed),
        (Executed, LATE, not_executed(), Executed),
        (Open, HOLDER, refused(), Reconcile),
        (Open, LATE, refused(), Open),
        (CutOff, HOLDER, refused(), Reconcile),
        (CutOff, LATE, refused(), CutOff),
        (Executed, HOLDER, refused(), Executed),
        (Open, HOLDER, UNKNOWN, Open),
        (Open, LATE, UNKNOWN, Open),
        (CutOff, HOLDER, UNKNOWN, CutOff),
        (Open, HOLDER, CUT_OFF, CutOff),
        (Open, LATE, CUT_OFF, CutOff),
        (Executed, HOLDER, CUT_OFF, Executed),
        (Open, LATE, Settlement::NotExamined, Open),
        (CutOff, HOLDER, Settlement::NotExamined, CutOff),
        (Executed, HOLDER, Settlement::NotExamined, Executed),
        (Open, HOLDER, Settlement::Forgotten, Reconcile),
        (Open, LATE, Settlement::Forgotten, Open),
        (CutOff, HOLDER, Settlement::Forgotten, Reconcile),
        (Executed, HOLDER, Settlement::Forgotten, Executed),
    ] {
        let written = after(&in_state(before), lease, &word);
        let seen = written.clone().unwrap_or_else(|| in_state(before));
        assert_eq!(seen.state, state, "{before:?}, {word:?} of {lease}");
        let is_free = seen.leased_until == 0 && seen.leased_by.is_empty();
        assert_eq!(is_free, lease == HOLDER, "{before:?}, {word:?} of {lease}");
        assert_eq!(
            seen.request.is_none(),
            matches!(word, Settlement::NotExecuted { .. }) && state == State::Refused,
            "{before:?}, {word:?}"
        );
    }
}

#[test]
fn a_refusal_frees_the_subject_and_keeps_its_code() {
    let seen = after(&in_state(State::Open), HOLDER, &not_executed());
    let seen = seen.as_ref().map(|seen| {
        (
            &seen.subject,
            seen.head.code.as_deref(),
            seen.head.spent,
            &seen.evidence,
        )
    });
    assert_eq!(seen, Some((&None, Some("NO"), true, &None)));
    let seen = after(&in_state(State::Open), HOLDER, &refused());
    let seen = seen
        .as_ref()
        .map(|seen| (seen.subject.as_deref(), seen.head.code.as_deref()));
    assert_eq!(seen, Some((Some("a subject"), Some("STATE"))));
}

#[test]
fn only_the_holder_removes_the_row_of_what_the_server_did_not_examine() {
    let gone = |state, lease| {
        let seen = after(&in_state(state), lease, &Settlement::NotExamined);
        seen.map(|seen| (seen.is_gone, seen.request.is_none()))
    };
    assert_eq!(gone(State::Open, HOLDER), Some((true, true)));
    assert_eq!(gone(State::Open, LATE), None);
    for state in [State::CutOff, State::Executed, State::Reconcile] {
        assert_eq!(gone(state, HOLDER), Some((false, false)), "{state:?}");
    }
}

#[test]
fn a_status_and_ids_are_kept_until_better_ones_come() {
    let ids = vec![("ThingId".to_owned(), "t-1".to_owned())];
    let word = |status, ids: &[(String, String)]| Settlement::Executed {
        status,
        ids: ids.to_vec(),
    };
    let cut_off = after(&in_state(State::Open), LATE, &CUT_OFF);
    assert_eq!(cut_off.map(|seen| seen.head.status), Some(202));
    let whole = after(&in_state(State::Open), LATE, &word(201, &ids)).unwrap_or_else(entry);
    assert_eq!(
        (whole.head.status, &whole.head.ids, &whole.evidence),
        (201, &ids, &None)
    );
    assert_eq!((whole.leased_until, &*whole.leased_by), (0, ""));
    let again = after(&whole, HOLDER, &word(0, &[])).unwrap_or_else(entry);
    assert_eq!((again.head.status, &again.head.ids), (201, &ids));
    let settled = after(&in_state(State::CutOff), HOLDER, &refused());
    assert_eq!(
        settled.map(|seen| (seen.head.status, seen.head.code)),
        Some((200, Some("STATE".to_owned())))
    );
}

#[test]
fn only_the_last_later_call_of_the_same_sender_takes_an_approval_away() {
    let waiting = |later: &[&str], state| {
        let mut other = in_state(state);
        "draft".clone_into(&mut other.key);
        other.head.later = later.iter().map(|operation| (*operation).to_owned()).collect();
        other
    };
    let by = {
        let mut by = in_state(State::Executed);
        "submitThing".clone_into(&mut by.head.operation);
        by
    };
    let left = |other: &Entry| used(other, &by).map(|other| (other.head.later.len(), other.evidence.is_some()));
    assert_eq!(left(&waiting(&["submitThing"], State::Executed)), Some((0, false)));
    assert_eq!(
        left(&waiting(&["submitThing", "confirmThing"], State::Executed)),
        Some((1, true))
    );
    assert_eq!(left(&waiting(&["confirmThing"], State::Executed)), None);
    assert_eq!(left(&waiting(&["submitThing"], State::Open)), None);
    let mut of_another = waiting(&["submitThing"], State::Executed);
    of_another.sender.client_id = Some("somebody-else".to_owned());
    assert_eq!(left(&of_another), None);
}

#[test]
fn a_key_that_is_not_known_settles_nothing() {
    assert!(settle(&FoundRows::default(), &said(HOLDER, &UNKNOWN)).is_none());
}

#[test]
fn a_late_answer_that_was_cut_off_leaves_no_row_that_waits_without_a_request() {
    let mut refused = in_state(State::Refused);
    (refused.request, refused.subject) = (None, None);
    let after = after(&refused, LATE, &CUT_OFF).unwrap();
    assert_eq!((after.state, after.head.status), (State::Reconcile, 202));
}

#[test]
fn a_late_word_about_another_request_changes_nothing_and_is_told() {
    let mut another = in_state(State::Open);
    "a0".clone_into(&mut another.head.sha256);
    let found = FoundRows {
        entries: vec![another],
        ..FoundRows::default()
    };
    let executed = Settlement::Executed {
        status: 201,
        ids: vec![("ThingId".to_owned(), "t-1".to_owned())],
    };
    for settlement in [
        executed,
        CUT_OFF,
        UNKNOWN,
        not_executed(),
        refused(),
        Settlement::Forgotten,
    ] {
        let settled = settle(&found, &said(LATE, &settlement)).unwrap();
        assert_eq!(
            (settled.changed, settled.is_of_another),
            (Vec::new(), true),
            "{settlement:?}"
        );
    }
}

#[test]
fn a_copy_that_was_sent_without_the_lease_moves_the_time_until_which_one_can_act() {
    let sent = |seconds: i64| SendTimes {
        first: Some((FIRST + seconds).into()),
        last: Some((FIRST + seconds).into()),
    };
    for state in [State::Open, State::CutOff, State::Reconcile] {
        for word in [UNKNOWN, not_executed(), refused(), CUT_OFF, Settlement::Forgotten] {
            let found = FoundRows {
                entries: vec![in_state(state)],
                ..FoundRows::default()
            };
            let late = |seconds| {
                let said = SettledIntent {
                    sent: sent(seconds),
                    ..said(LATE, &word)
                };
                let changed = settle(&found, &said).map(|settled| settled.changed);
                changed.into_iter().flatten().next()
            };
            let until = late(900).and_then(|after| after.acts_until(FIRST.into()));
            assert_eq!(until, Some(FIRST + 900 + 660), "{state:?}, {word:?}");
            let seen = late(-900).unwrap_or_else(entry);
            let times = (seen.head.first_sent, seen.head.last_sent);
            assert_eq!(times, (Some(FIRST.into()), Some(FIRST.into())), "{state:?}, {word:?}");
        }
    }
    let followed = |seconds| {
        follow(
            &FoundRows {
                entries: vec![entry()],
                ..FoundRows::default()
            },
            "k",
            LATE,
            sent(seconds),
        )
    };
    let times = followed(900).map(|changed| {
        changed
            .first()
            .map(|after| (after.head.first_sent, after.head.last_sent))
    });
    assert_eq!(times, Some(Some((Some(FIRST.into()), Some((FIRST + 900).into())))));
    assert_eq!(followed(-900), Some(Vec::new()));
}
