//! What an intent that is due becomes when somebody takes it.

use super::*;
use crate::entry::tests::{FIRST, entry};

const LATE: i64 = FIRST + 23 * 3600;
const LONGEST: Duration = Duration::from_mins(2);

fn in_state(state: State) -> Entry {
    let mut entry = entry();
    (entry.state, entry.head.status) = (state, 201);
    entry
}

#[test]
fn what_is_due_is_sent_under_a_new_lease_and_only_support_reopens_what_was_closed() {
    for (before, after) in [
        (State::Open, State::Open),
        (State::CutOff, State::CutOff),
        (State::Reconcile, State::Open),
    ] {
        let (taken, due) = due(in_state(before), (FIRST + 100).into(), "two/run-2/call-7", LONGEST);
        assert!(
            matches!(due, Due::Send(Some(first)) if first == FIRST.into()),
            "{before:?}"
        );
        assert_eq!(taken.state, after, "{before:?}");
        assert_eq!(
            (taken.leased_until, &*taken.leased_by),
            (FIRST + 220, "two/run-2/call-7")
        );
    }
}

#[test]
fn what_was_only_recorded_is_sent_for_the_first_time_now() {
    let mut recorded = in_state(State::Open);
    recorded.head.first_sent = None;
    let (taken, due) = due(recorded, LATE.into(), "two/run-2/call-7", LONGEST);
    assert!(matches!(due, Due::Send(None)));
    assert_eq!(taken.head.first_sent, Some(LATE.into()));
}

#[test]
fn past_the_retention_nothing_is_sent_and_everything_is_to_be_looked_up() {
    for before in [State::Open, State::Reconcile, State::CutOff] {
        let after = State::Reconcile;
        let (taken, due) = due(in_state(before), LATE.into(), "two/run-2/call-7", LONGEST);
        assert!(matches!(due, Due::Forgotten), "{before:?}");
        assert_eq!((taken.state, taken.leased_until, &*taken.leased_by), (after, 0, ""));
        assert_eq!((taken.head.status, taken.request.is_some()), (201, true));
    }
}
