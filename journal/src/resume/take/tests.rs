//! The state of a due intent after it is taken.

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
fn what_was_only_recorded_is_sent_for_the_first_time_now_unless_its_row_is_as_old_as_the_retention() {
    let recorded = |offset, now| {
        let mut recorded = in_state(State::Open);
        (recorded.head.first_sent, recorded.head.last_sent) = (None, None);
        recorded.head.recorded_offset = offset;
        recorded.release();
        due(recorded, now, "two/run-2/call-7", LONGEST)
    };
    let early = Moment::from(LATE - 1);
    let (taken, due) = recorded(None, early);
    assert!(matches!(due, Due::Send(None)));
    assert_eq!(taken.head.first_sent, Some(early));
    // In the last two rows the clock offset has changed by more than the margin.
    for (offset, now) in [
        (None, LATE.into()),
        (Some(60), early),
        (
            None,
            Moment {
                offset: Some(3601),
                ..FIRST.into()
            },
        ),
        (
            Some(-3601),
            Moment {
                offset: Some(0),
                ..FIRST.into()
            },
        ),
    ] {
        let (taken, due) = recorded(offset, now);
        assert!(matches!(due, Due::Forgotten), "{offset:?}, {now:?}");
        assert_eq!((taken.state, taken.head.first_sent), (State::Reconcile, None));
        // Before the backup was restored, it may have been sent at any time until now.
        assert_eq!(taken.head.last_sent, Some(now));
    }
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
