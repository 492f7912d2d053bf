//! In: the system's time and an offset that a test sets. Out: moments, and their RFC 3339, Unix and HTTP forms.
//! Never: time zones; what is read with an offset becomes UTC.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize, Serializer};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{PoisonError, RwLock, RwLockReadGuard};
use std::time::{SystemTime, UNIX_EPOCH};

/// A point in time: seconds since 1970 in UTC, and nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub(crate) struct Instant {
    pub(crate) seconds: i64,
    pub(crate) nanos: u32,
}

impl Serialize for Instant {
    /// Writes seconds and nanoseconds as a list.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.seconds, self.nanos).serialize(serializer)
    }
}

/// The server's clock, and the time in which resources live: both are the same until that time is made to run faster, to
/// stand still or to jump. Signatures, keys and the `Date` header follow the clock, so that no client is refused for the speed.
#[derive(Debug)]
pub(crate) struct ServerClock {
    offset: AtomicI64,
    /// The start of the life time, and its seconds for each second of the clock; 0 stands still.
    began: Instant,
    speed: u32,
    /// Milliseconds that the life time jumped ahead.
    ahead: AtomicI64,
    /// Held by what must see one time from its beginning to its end.
    still: RwLock<()>,
}

/// One instant: the moment in which resources live, and that of the system, in milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub(crate) struct Lives {
    pub(crate) life: i64,
    pub(crate) system: i64,
}

impl Default for ServerClock {
    fn default() -> Self {
        Self::with_speed(1)
    }
}

/// The time of this machine, whatever offset is set.
pub(crate) fn system() -> Instant {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Instant {
        seconds: i64::try_from(since.as_secs()).unwrap_or(i64::MAX / 2),
        nanos: since.subsec_nanos(),
    }
}

impl ServerClock {
    /// A clock beside which resources live so many times as fast.
    pub(crate) fn with_speed(speed: u32) -> Self {
        Self {
            offset: AtomicI64::default(),
            began: system(),
            speed,
            ahead: AtomicI64::default(),
            still: RwLock::default(),
        }
    }

    /// The moment in which resources live.
    pub(crate) fn life(&self) -> Instant {
        let (now, ahead) = (self.now(), self.ahead.load(Ordering::SeqCst));
        if (self.speed, ahead) == (1, 0) {
            return now;
        }
        let passed = system().millis().saturating_sub(self.began.millis());
        let more = passed.saturating_mul(i64::from(self.speed) - 1).saturating_add(ahead);
        Instant::of_millis(now.millis().saturating_add(more))
    }

    /// Milliseconds that life time jumped ahead.
    pub(crate) fn ahead(&self) -> i64 {
        self.ahead.load(Ordering::SeqCst)
    }

    /// Lets so many seconds of life time pass at once.
    pub(crate) fn step(&self, seconds: u32) {
        self.ahead.fetch_add(i64::from(seconds) * 1000, Ordering::SeqCst);
    }

    /// The moment in which resources live and that of the system, for a store; `None` while both are the same.
    pub(crate) fn lives(&self) -> Option<Lives> {
        let is_usual = self.speed == 1 && self.ahead.load(Ordering::SeqCst) == 0;
        (!is_usual).then(|| Lives {
            life: self.life().millis(),
            system: system().millis(),
        })
    }

    /// Goes on where the life of resources was when a server before this one ended. A time that stands still stood still meanwhile.
    pub(crate) fn resume(&self, lives: Lives) {
        let from = if self.speed == 0 {
            self.began.millis()
        } else {
            lives.system
        };
        self.ahead.store(lives.life.saturating_sub(from), Ordering::SeqCst);
    }

    /// Prevents changes of the clock while it is held: a request whose time was checked must not find its key forgotten by a
    /// jump of the clock.
    pub(crate) fn still(&self) -> RwLockReadGuard<'_, ()> {
        self.still.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets the clock ahead of the system's by so many seconds (behind it, if negative).
    pub(crate) fn set_offset(&self, seconds: i64) {
        let _nobody = self.still.write().unwrap_or_else(PoisonError::into_inner);
        self.offset.store(seconds, Ordering::SeqCst);
    }

    /// The seconds that it is ahead of the system's.
    pub(crate) fn offset(&self) -> i64 {
        self.offset.load(Ordering::SeqCst)
    }

    pub(crate) fn now(&self) -> Instant {
        let Instant { seconds, nanos } = system();
        Instant {
            seconds: seconds.saturating_add(self.offset.load(Ordering::SeqCst)),
            nanos,
        }
    }
}

impl Instant {
    /// Reads an RFC 3339 date-time with any offset.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        // `chrono` also reads a space before the time, and the minus sign of typography.
        let is_strict = text.is_ascii() && matches!(text.as_bytes().get(10), Some(b'T' | b't'));
        let instant = DateTime::parse_from_rfc3339(text).ok().filter(|_| is_strict)?;
        Some(Self {
            seconds: instant.timestamp(),
            // That of a leap second has more.
            nanos: instant.timestamp_subsec_nanos().min(999_999_999),
        })
    }

    /// Milliseconds since 1970.
    pub(crate) fn millis(self) -> i64 {
        self.seconds
            .saturating_mul(1000)
            .saturating_add(i64::from(self.nanos / 1_000_000))
    }

    /// The moment so many milliseconds after 1970.
    pub(crate) fn of_millis(millis: i64) -> Self {
        Self {
            seconds: millis.div_euclid(1000),
            nanos: u32::try_from(millis.rem_euclid(1000)).unwrap_or_default() * 1_000_000,
        }
    }

    /// RFC 3339 in UTC, whole seconds.
    pub(crate) fn rfc3339(self) -> String {
        self.formatted("%Y-%m-%dT%H:%M:%SZ")
    }

    /// The form of the `Date` header (RFC 9110, section 5.6.7).
    pub(crate) fn http_date(self) -> String {
        self.formatted("%a, %d %b %Y %H:%M:%S GMT")
    }

    fn formatted(self, form: &str) -> String {
        let instant = DateTime::from_timestamp(self.seconds, 0).unwrap_or(DateTime::<Utc>::MAX_UTC);
        instant.format(form).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_time_is_the_same_moment_in_every_offset() {
        let utc = Instant::parse("2026-06-28T00:00:00Z").unwrap();
        assert_eq!(utc.seconds, 1_782_604_800);
        assert_eq!(Instant::parse("2026-06-28T02:00:00+02:00"), Some(utc));
        assert_eq!(Instant::parse("2026-06-27T19:30:00.000-04:30"), Some(utc));
        assert_eq!(utc.rfc3339(), "2026-06-28T00:00:00Z");
        assert_eq!(utc.http_date(), "Sun, 28 Jun 2026 00:00:00 GMT");
    }

    #[test]
    fn what_is_no_date_time_is_refused() {
        for text in [
            "",
            "2026-06-28",
            "2026-06-28T00:00:00",
            "2026-13-28T00:00:00Z",
            "2026-02-30T00:00:00Z",
            "2026-06-28T00:00:00.Z",
            "2026-06-28T24:00:00Z",
            "2026-06-28 00:00:00Z",
            "2026-06-28T00:00:00\u{2212}01:00",
            "2026-06-28T00:00:00+0100",
            "1782604800",
        ] {
            assert_eq!(Instant::parse(text), None, "{text}");
        }
    }
}
