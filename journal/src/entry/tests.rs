//! Expiry of an entry, admission to its lease, and its `Debug` output.

use super::*;

pub(crate) const FIRST: i64 = 1_782_604_800;
const HOUR: i64 = 3600;

/// One that was sent first at that moment, and whose key is kept for a day.
pub(crate) fn entry() -> Entry {
    Entry {
        key: "k".to_owned(),
        sender: Sender {
            client_id: None,
            base_url: "https://api.example.com".to_owned(),
        },
        subject: Some("a subject".to_owned()),
        state: State::Open,
        recorded: FIRST,
        leased_until: FIRST + 60,
        leased_by: "one/run-1/call-1".to_owned(),
        head: ActionHead {
            operation: "createThing".to_owned(),
            sha256: "5f".to_owned(),
            first_sent: Some(FIRST.into()),
            last_sent: Some(FIRST.into()),
            freshness: Some(300),
            retention: Some(86_400),
            ..ActionHead::default()
        },
        request: Some(b"a request".to_vec()),
        evidence: Some(b"an approval".to_vec()),
        is_gone: false,
    }
}

#[test]
fn a_key_is_forgotten_a_margin_before_its_time_and_where_the_clock_stood_wrong() {
    for (now, forgotten) in [
        (FIRST - HOUR - 1, true),
        (FIRST - HOUR, false),
        (FIRST, false),
        (FIRST + 23 * HOUR - 1, false),
        (FIRST + 23 * HOUR, true),
        (i64::MIN, true),
        (i64::MAX, true),
    ] {
        assert_eq!(
            entry().is_forgotten(now.into()),
            forgotten,
            "{}",
            now.saturating_sub(FIRST)
        );
    }
    // An entry without a sending is as old as its row.
    let mut never_sent = entry();
    never_sent.head.first_sent = None;
    assert!(!never_sent.is_forgotten((FIRST + 23 * HOUR - 1).into()));
    assert!(never_sent.is_forgotten((FIRST + 23 * HOUR).into()));
    let mut kept_for_ever = entry();
    kept_for_ever.head.retention = None;
    assert!(!kept_for_ever.is_forgotten(i64::MAX.into()));
}

#[test]
fn a_lease_is_held_until_its_moment_and_against_all_but_its_own() {
    let holder = |instance: Option<&str>, run: &str, live: &[&str]| Holder {
        text: format!("{}/{run}/call-2", instance.unwrap_or_default()),
        instance: instance.map(str::to_owned),
        run: run.to_owned(),
        live: Arc::new(Mutex::new(live.iter().map(|call| (*call).to_owned()).collect())),
    };
    let other = holder(Some("two"), "run-2", &[]);
    assert!(entry().is_leased((FIRST + 59).into(), &other));
    assert!(!entry().is_leased((FIRST + 60).into(), &other));
    for (holder, held) in [
        (holder(None, "run-2", &[]), true),
        (holder(Some("one"), "run-2", &[]), false),
        (holder(Some("one"), "run-1", &["one/run-1/call-1"]), true),
        (holder(Some("two"), "run-1", &["one/run-1/call-2"]), false),
    ] {
        assert_eq!(entry().is_leased(FIRST.into(), &holder), held, "{holder:?}");
    }
    // A holder without a name never matches another holder by name.
    let mut unnamed = entry();
    "/run-1/call-1".clone_into(&mut unnamed.leased_by);
    for name in [None, Some("-"), Some("one")] {
        assert!(unnamed.is_leased(FIRST.into(), &holder(name, "run-2", &[])), "{name:?}");
    }
    let mut of_nobody = entry();
    "no lease of ours".clone_into(&mut of_nobody.leased_by);
    assert!(of_nobody.is_leased(FIRST.into(), &holder(Some("one"), "run-1", &[])));
    let mut free = entry();
    free.release();
    assert_eq!((free.leased_until, free.leased_by.as_str()), (0, ""));
}

#[test]
fn a_copy_can_act_while_its_signature_is_good_by_both_clocks_and_as_much_longer_as_they_differ() {
    let until = |freshness, retention, now: Moment, last: Option<Moment>| {
        let mut sent = entry();
        (sent.head.freshness, sent.head.retention, sent.head.last_sent) = (freshness, retention, last);
        sent.acts_until(now).map(|until| until - FIRST)
    };
    let (now, last) = (Moment::from(FIRST), Some(Moment::from(FIRST)));
    assert_eq!(until(Some(300), Some(86_400), now, last), Some(660));
    assert_eq!(until(None, Some(86_400), now, last), Some(86_400));
    assert_eq!(until(None, None, now, last), Some(86_400));
    assert_eq!(until(Some(300), None, now.corrected(100), last), Some(760));
    // The clock was 100 s ahead then, and no answer has confirmed it since.
    let ahead = now.corrected(-100);
    assert_eq!(until(Some(300), None, now, Some(ahead)), Some(660));
    assert_eq!(until(Some(300), None, ahead, Some(ahead)), Some(560));
    assert_eq!(until(Some(300), None, now, Some(now.corrected(100))), Some(760));
    assert_eq!(until(Some(300), None, now, None), None, "it was never sent");
}

#[test]
fn a_call_that_died_may_have_sent_it_until_its_lease_ended() {
    // The lease ends after 60 s. Another run's clock does not shorten it.
    for (run, now, last) in [("run-1", 30, 30), ("run-1", 90, 60), ("run-2", 30, 60)] {
        let mut died = entry();
        died.head.sent_by = "run-1".to_owned();
        died.reconcile((FIRST + now).into(), run);
        assert_eq!(died.head.last_sent, Some((FIRST + last).into()));
        assert_eq!((died.state, died.leased_until), (State::Reconcile, 0));
    }
}

#[test]
fn a_clock_that_cannot_be_compared_waits_for_the_call_and_its_copies() {
    let confirmed = Moment::from(FIRST).corrected(0);
    let unconfirmed = Moment::from(FIRST + 100_000);
    for (last, now, run, until) in [
        (confirmed, confirmed, "run-2", 660),
        (unconfirmed, unconfirmed, "run-1", 100_660),
        (confirmed, unconfirmed, "run-2", 100_720),
        (unconfirmed, confirmed, "run-2", 720),
        (FIRST.into(), unconfirmed, "run-2", 100_720),
    ] {
        let mut sent = entry();
        (sent.head.freshness, sent.head.last_sent) = (Some(300), Some(last));
        (sent.head.sent_by, sent.head.lease) = ("run-1".to_owned(), 60);
        let mut after = |now: Moment, run| sent.absent_after(now, now.offset.is_some(), run).map(|at| at - FIRST);
        assert_eq!(after(now, run), Some(until), "{last:?} {now:?}");
        let later = Moment {
            at: now.at + 700,
            ..now
        };
        assert_eq!(after(later, run), Some(until), "the same wait");
        if until % 1000 == 720 {
            assert_eq!(
                after(later, "run-3"),
                Some(until + 700),
                "another run waits by its own clock"
            );
            assert_eq!(after(later, run), Some(until), "each run has its own wait");
            sent.head.last_sent = Some((later.at + 1).into());
            let again = sent.absent_after(later, false, "run-3");
            assert_eq!(again, Some(later.at + 720), "a copy that was sent meanwhile");
        }
    }
}

#[test]
fn every_state_has_one_word() {
    for (state, word, pending) in [
        (State::Open, "open", true),
        (State::CutOff, "cut-off", true),
        (State::Executed, "executed", false),
        (State::Refused, "refused", false),
        (State::Reconcile, "reconcile", false),
    ] {
        assert_eq!(
            (state.as_str(), State::from_word(word), state.is_pending()),
            (word, Some(state), pending)
        );
    }
    assert_eq!(State::from_word("another"), None);
}

#[test]
fn neither_request_nor_approval_nor_subject_is_printed() {
    let text = format!("{:?}", entry());
    assert!(
        text.starts_with("Entry { key: \"k\", state: Open, head: ActionHead {"),
        "{text}"
    );
    assert!(text.ends_with(", .. }") && !text.contains("a subject"), "{text}");
    // Neither must the request's bytes appear as a list of numbers.
    assert!(!text.contains("97, 32, 114") && !text.contains("97, 110"), "{text}");
}
