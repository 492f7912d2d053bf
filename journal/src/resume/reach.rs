//! Reachability of origins: the ends of calls come in, in the order in which they ended; whether anything more is sent to an origin
//! goes out. Pure.

use std::collections::{BTreeMap, BTreeSet};

use sdkwright_runtime::ErrorKind;

/// Number of consecutive calls without a connection after which nothing more is sent to an origin.
const IN_A_ROW: u32 = 3;

/// The conclusion about an origin from the end of one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    Reached,
    NotReached,
    /// Nothing: the request itself was refused here, or what is in between answers, and may be repeated.
    Unsaid,
}

impl Reach {
    /// Classifies a failed call; `may_repeat`: the client's budget allows one more attempt.
    pub(super) fn of(kind: ErrorKind, status: Option<u16>, may_repeat: bool) -> Self {
        let is_silent = kind == ErrorKind::NoAnswer || matches!(status, Some(502..=504));
        match kind {
            ErrorKind::Refused => Self::Unsaid,
            ErrorKind::NotSent => Self::NotReached,
            _ if is_silent && may_repeat => Self::Unsaid,
            _ if is_silent => Self::NotReached,
            _ => Self::Reached,
        }
    }
}

/// Number of consecutive calls that did not reach each origin, and the origins that count as down.
#[derive(Debug, Default)]
pub(super) struct Origins {
    in_a_row: BTreeMap<String, u32>,
    down: BTreeSet<String>,
}

impl Origins {
    pub(super) fn learn(&mut self, origin: &str, reach: Reach) {
        match reach {
            Reach::Unsaid => {}
            Reach::Reached => {
                self.in_a_row.remove(origin);
            }
            Reach::NotReached => {
                let count = self.in_a_row.entry(origin.to_owned()).or_default();
                *count += 1;
                if *count >= IN_A_ROW {
                    self.down.insert(origin.to_owned());
                }
            }
        }
    }

    /// Origins to which nothing more is sent.
    pub(super) fn down(&self) -> &BTreeSet<String> {
        &self.down
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn learned(ends: &[(&str, Reach)]) -> Vec<String> {
        let mut origins = Origins::default();
        for (origin, reach) in ends {
            origins.learn(origin, *reach);
        }
        origins.down().iter().cloned().collect()
    }

    #[test]
    fn three_calls_in_a_row_that_did_not_reach_an_origin_are_enough_and_two_are_not() {
        use Reach::{NotReached, Reached, Unsaid};
        let not = ("a", NotReached);
        assert!(learned(&[not, not]).is_empty());
        assert_eq!(learned(&[not, not, not]), ["a"]);
        assert!(learned(&[not, not, ("a", Reached), not, not]).is_empty());
        assert_eq!(learned(&[not, ("a", Unsaid), not, ("a", Unsaid), not]), ["a"]);
        // The success of a call that was already under way does not clear the finding.
        assert_eq!(learned(&[not, not, not, ("a", Reached)]), ["a"]);
    }

    #[test]
    fn an_origin_that_is_down_says_nothing_about_another() {
        use Reach::{NotReached, Reached};
        let (a, b) = (("a", NotReached), ("b", NotReached));
        assert!(learned(&[a, b, a, b]).is_empty());
        assert_eq!(learned(&[a, ("b", Reached), a, ("b", Reached), a, b]), ["a"]);
    }

    #[test]
    fn only_what_never_left_or_what_the_budget_does_not_repeat_says_that_nobody_is_there() {
        for (kind, status, with_budget, without) in [
            (ErrorKind::Refused, None, Reach::Unsaid, Reach::Unsaid),
            (ErrorKind::NotSent, None, Reach::NotReached, Reach::NotReached),
            (ErrorKind::NoAnswer, None, Reach::Unsaid, Reach::NotReached),
            (ErrorKind::Status, Some(502), Reach::Unsaid, Reach::NotReached),
            (ErrorKind::Problem, Some(503), Reach::Unsaid, Reach::NotReached),
            (ErrorKind::Status, Some(504), Reach::Unsaid, Reach::NotReached),
            (ErrorKind::Status, Some(501), Reach::Reached, Reach::Reached),
            (ErrorKind::Problem, Some(505), Reach::Reached, Reach::Reached),
            (ErrorKind::Problem, Some(409), Reach::Reached, Reach::Reached),
            (ErrorKind::Unreadable, Some(200), Reach::Reached, Reach::Reached),
            (ErrorKind::CutOff, Some(201), Reach::Reached, Reach::Reached),
            (ErrorKind::TooLarge, Some(200), Reach::Reached, Reach::Reached),
        ] {
            assert_eq!(Reach::of(kind, status, true), with_budget, "{kind:?} {status:?}");
            assert_eq!(Reach::of(kind, status, false), without, "{kind:?} {status:?}");
        }
    }
}
