//! Time and randomness, which every other module takes as arguments.
//!
//! A [`Clock`] and a [`NonceSource`] come in through the client's settings, instants and UUIDs go out; tests bring their own.
//! The other modules must not read the clock of the system.
//!
//! An unconfirmed correction of the clock must never reach other calls.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

pub(crate) use sdkwright_signing::clock::{Now, unix_seconds, uuid};

pub use sdkwright_signing::clock::{Clock, NonceError, NonceSource, SystemClock, SystemNonces};

/// An instant by the server's clock, as far as the clock was known then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Moment {
    /// Seconds since 1970, the offset included.
    pub at: i64,
    /// Offset that was added to the local clock, in seconds; `None` if no answer had confirmed the clock.
    pub offset: Option<i64>,
}

/// Serializes as a pair of both.
impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.at, self.offset).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (at, offset) = Deserialize::deserialize(deserializer)?;
        Ok(Self { at, offset })
    }
}

/// Seconds since 1970 by an unconfirmed clock.
impl From<i64> for Moment {
    fn from(at: i64) -> Self {
        Self { at, offset: None }
    }
}

impl Moment {
    /// Returns the instant by the local clock, in seconds since 1970.
    pub fn local(self) -> i64 {
        self.at.saturating_sub(self.offset.unwrap_or(0))
    }

    /// Returns the same instant of the local clock, corrected by another offset.
    #[must_use]
    pub fn corrected(self, offset: i64) -> Self {
        Self {
            at: self.local().saturating_add(offset),
            offset: Some(offset),
        }
    }

    /// Returns this instant as it is known now, in seconds since 1970: with the newer offset if that makes it earlier, and
    /// never later than now.
    pub fn as_known_at(self, now: Self) -> i64 {
        let again = now.offset.map_or(self.at, |offset| self.corrected(offset).at);
        let first = self.offset.map_or(again, |_| self.at);
        again.min(first).min(now.at)
    }

    /// Returns the difference between the offsets of two instants, in seconds; 0 while the clock of this one is unconfirmed.
    pub fn uncertainty(self, other: Self) -> u64 {
        self.offset
            .map_or(0, |offset| offset.abs_diff(other.offset.unwrap_or(0)))
    }

    /// Returns `true` if a server that remembers a key for `retention` seconds may have forgotten one that was first sent at
    /// `first`, or if the clocks differ too much to tell. A 24th of the retention is kept as a margin, for the age and for the
    /// difference of the offsets.
    ///
    /// An unconfirmed clock is read with the offset of `first` if that makes it later.
    pub fn is_past(self, first: Self, retention: u64) -> bool {
        let retention = i64::try_from(retention).unwrap_or(i64::MAX);
        let margin = retention / 24;
        let at = match self.offset {
            Some(_) => self.at,
            None => self.at.saturating_add(first.offset.unwrap_or(0).max(0)),
        };
        self.uncertainty(first) > margin.unsigned_abs()
            || at >= first.at.saturating_add(retention - margin)
            || at < first.at.saturating_sub(margin)
    }
}

/// Returns for how many seconds after its sending a copy of a request can act.
///
/// A server accepts a signature for `freshness` before and after its instant, and neither clock is exact: twice that time and a minute.
/// Without an instant in the signature only proxies and the server bound a copy: then it is as long as the server remembers a key, or a day.
pub fn copy_lifetime(freshness: Option<u64>, retention: Option<u64>) -> u64 {
    const MINUTE: u64 = 60;
    const DAY: u64 = 86_400;
    match freshness {
        Some(seconds) => seconds.saturating_mul(2).saturating_add(MINUTE),
        None => retention.unwrap_or(DAY),
    }
}

/// A wall clock that is never set back: a backward step is compensated from the monotonic clock. The sleep of a machine shows
/// on the wall clock alone, which therefore counts where it is later.
#[derive(Debug)]
pub(crate) struct Steady(Mutex<(i64, Instant)>);

/// Backward step in seconds below which the wall clock is taken as it is: it is being adjusted, or was only read later.
const ADJUSTED: i64 = 60;

impl Steady {
    pub(crate) fn new(clock: &dyn Clock) -> Self {
        Self(Mutex::new((unix_seconds(clock.now()), clock.instant())))
    }

    /// Returns seconds since 1970.
    pub(crate) fn seconds(&self, clock: &dyn Clock) -> i64 {
        let (wall, instant) = (unix_seconds(clock.now()), clock.instant());
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let passed = instant.saturating_duration_since(known.1).as_secs();
        let expected = known.0.saturating_add(i64::try_from(passed).unwrap_or(i64::MAX));
        if wall > expected {
            *known = (wall, instant);
        }
        if wall < expected.saturating_sub(ADJUSTED) {
            expected
        } else {
            wall
        }
    }
}

/// Parses an HTTP date in any of its three forms (RFC 9110, section 5.6.7) into seconds since 1970.
pub fn parse_http_date(text: &str) -> Option<i64> {
    let instant = httpdate::parse_http_date(text.trim()).ok()?;
    Some(unix_seconds(instant))
}

/// Offset of the server's clock from the local one, in seconds; negative if it is behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ClockSkew {
    /// Measured from the `Date` of the last answer and the middle of its exchange; `None` before a plausible `Date`. Precise to
    /// one second plus half the duration of the exchange.
    pub measured: Option<i64>,
    /// Added to the local clock for signatures and for comparisons with the server's time: 0 until the API rejects a signature
    /// as expired and accepts one with the corrected instant. A correction that it does not accept is dropped with the call
    /// that tried it, and logged as a `tracing` warning.
    pub applied: i64,
}

/// No `Date` was received yet; no answer confirmed the clock yet.
const NONE: i64 = i64::MIN;

/// The clock skew that all clones of a client share.
#[derive(Debug)]
pub(crate) struct Skew {
    measured: AtomicI64,
    applied: AtomicI64,
}

impl Skew {
    pub(crate) fn new() -> Self {
        Self {
            measured: AtomicI64::new(NONE),
            applied: AtomicI64::new(NONE),
        }
    }

    pub(crate) fn applied(&self) -> i64 {
        self.confirmed().unwrap_or(0)
    }

    /// Returns the offset with which the API accepted a signature, or `None` before.
    pub(crate) fn confirmed(&self) -> Option<i64> {
        Some(self.applied.load(Ordering::Relaxed)).filter(|seconds| *seconds != NONE)
    }

    pub(crate) fn measured(&self) -> Option<i64> {
        Some(self.measured.load(Ordering::Relaxed)).filter(|seconds| *seconds != NONE)
    }

    pub(crate) fn measure(&self, offset: i64) {
        self.measured.store(offset, Ordering::Relaxed);
    }

    pub(crate) fn apply(&self, offset: i64) {
        self.applied.store(offset, Ordering::Relaxed);
    }

    pub(crate) fn seen(&self) -> ClockSkew {
        ClockSkew {
            measured: self.measured(),
            applied: self.applied(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    const DAY: u64 = 86_400;
    const HOUR: i64 = 3600;

    fn moment(at: i64, offset: Option<i64>) -> Moment {
        Moment { at, offset }
    }

    #[test]
    fn a_key_is_past_its_time_by_age_by_the_future_and_by_a_clock_that_was_another_one() {
        let first = 1_000_000;
        for (now, then, past) in [
            ((23 * HOUR - 1, None), None, false),
            ((23 * HOUR, None), None, true),
            ((-HOUR, None), None, false),
            ((-HOUR - 1, None), None, true),
            // The offset of the clock has changed by more than the margin, whatever the age.
            ((60, Some(HOUR + 1)), None, true),
            ((60, Some(HOUR)), None, false),
            ((60, Some(0)), Some(-HOUR - 1), true),
            ((60, Some(-5 * HOUR)), Some(-5 * HOUR), false),
            ((23 * HOUR, Some(-5 * HOUR)), Some(-5 * HOUR), true),
            // An unconfirmed clock may still be as far behind as it was.
            ((-20 * HOUR, None), Some(20 * HOUR), false),
            ((3 * HOUR, None), Some(20 * HOUR), true),
            ((22 * HOUR, None), Some(-5 * HOUR), false),
        ] {
            let now = moment(first + now.0, now.1);
            assert_eq!(now.is_past(moment(first, then), DAY), past, "{now:?} after {then:?}");
        }
        let never = moment(i64::MIN, None);
        assert!(never.is_past(moment(i64::MAX, Some(1)), u64::MAX));
    }

    #[test]
    fn an_instant_is_read_again_with_another_offset() {
        let first = moment(1000, Some(-100));
        assert_eq!((first.local(), first.corrected(50)), (1100, moment(1150, Some(50))));
        assert_eq!(Moment::from(7).corrected(-7), moment(0, Some(-7)));
        assert_eq!(
            (first.uncertainty(Moment::from(0)), Moment::from(0).uncertainty(first)),
            (100, 0)
        );
    }

    #[test]
    fn an_earlier_instant_is_never_taken_as_later_than_it_may_have_been() {
        for (then, now, seen) in [
            ((1000, None), (2000, None), 1000),
            ((1000, None), (2000, Some(50)), 1050),
            ((1000, None), (2000, Some(-50)), 950),
            ((1000, Some(0)), (2000, Some(50)), 1000),
            ((1000, Some(0)), (2000, Some(-50)), 950),
            ((1000, Some(50)), (2000, None), 1000),
            // The first instant lies in the future.
            ((3000, None), (2000, None), 2000),
            ((3000, Some(0)), (2000, Some(0)), 2000),
        ] {
            let (then, now) = (moment(then.0, then.1), moment(now.0, now.1));
            assert_eq!(then.as_known_at(now), seen, "{then:?} from {now:?}");
        }
    }

    /// A wall clock and a monotonic clock, both set by hand.
    struct ByHand(Mutex<(u64, u64)>, Instant);

    impl Clock for ByHand {
        fn now(&self) -> SystemTime {
            UNIX_EPOCH + Duration::from_secs(self.0.lock().unwrap().0)
        }

        fn instant(&self) -> Instant {
            self.1 + Duration::from_secs(self.0.lock().unwrap().1)
        }
    }

    #[test]
    fn a_wall_clock_that_is_set_back_does_not_take_time_back() {
        let clock = ByHand(Mutex::new((1_000_000, 0)), Instant::now());
        let steady = Steady::new(&clock);
        for (wall, passed, seen) in [
            (1_000_010, 10, 1_000_010),
            // The wall clock is adjusted, then set back.
            (1_000_040, 100, 1_000_040),
            (900_000, 110, 1_000_110),
            (900_100, 210, 1_000_210),
            // The machine slept for a day.
            (1_086_610, 220, 1_086_610),
            (1_000_230, 230, 1_086_620),
        ] {
            *clock.0.lock().unwrap() = (wall, passed);
            assert_eq!(steady.seconds(&clock), seen, "{wall} {passed}");
        }
    }

    #[test]
    fn an_http_date_is_read_in_all_three_forms() {
        for date in [
            "Sun, 06 Nov 1994 08:49:37 GMT",
            " Sunday, 06-Nov-94 08:49:37 GMT ",
            "Sun Nov  6 08:49:37 1994",
        ] {
            assert_eq!(parse_http_date(date), Some(784_111_777), "{date}");
        }
        assert_eq!(parse_http_date("Sunday, 28-Jun-26 00:00:00 GMT"), Some(1_782_604_800));
        assert_eq!(
            parse_http_date("Fri, 31 Dec 9999 23:59:59 GMT"),
            Some(253_402_300_799),
            "the last of all dates says `never`"
        );
        for wrong in [
            "",
            "soon",
            "a b c d e",
            "Sunday, 06-Nov-94 08:49:37 CET",
            "06-11-94",
            "Sun Nov 6 1994",
        ] {
            assert_eq!(parse_http_date(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_request_id_is_a_version_4_uuid() {
        assert_eq!(uuid([0xff; 16]), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(uuid([0; 16]), "00000000-0000-4000-8000-000000000000");
    }
}
