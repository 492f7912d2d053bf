//! Time and randomness, the two things that signing takes as arguments.
//!
//! A [`Clock`] and a [`NonceSource`] come in through settings; tests bring their own. No other module may read a clock.

use sdkwright_description::TimestampFormat;
use sdkwright_json::value::{Timestamp, rfc3339};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Source of the present time.
pub trait Clock: Send + Sync + 'static {
    /// Returns the wall clock, which signed timestamps state.
    fn now(&self) -> SystemTime;

    /// Returns a clock that is never set back, for timeouts.
    fn instant(&self) -> Instant {
        Instant::now()
    }
}

/// The clock of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
}

/// The times of two clocks. The first one stops while the machine sleeps, and the wall clock can change.
#[derive(Debug, Clone, Copy)]
pub struct Now {
    /// The time of the clock that nobody sets.
    pub instant: Instant,
    /// Seconds since 1970.
    pub seconds: i64,
}

impl Now {
    /// Reads both times of a clock.
    pub fn at(clock: &dyn Clock) -> Self {
        Self {
            instant: clock.instant(),
            seconds: unix_seconds(clock.now()),
        }
    }

    /// Returns the time from this instant to another one, by the clock that shows more.
    pub fn age(self, now: Self) -> Duration {
        let steady = now.instant.saturating_duration_since(self.instant);
        let wall = now.seconds.saturating_sub(self.seconds);
        steady.max(Duration::from_secs(u64::try_from(wall).unwrap_or(0)))
    }
}

/// Source of unpredictable bytes for nonces, request ids and jitter.
pub trait NonceSource: Send + Sync + 'static {
    /// Fills all of `into`, or fails.
    fn fill(&self, into: &mut [u8]) -> Result<(), NonceError>;
}

/// The random numbers of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemNonces;

impl NonceSource for SystemNonces {
    fn fill(&self, into: &mut [u8]) -> Result<(), NonceError> {
        getrandom::fill(into).map_err(|error| NonceError(error.to_string()))
    }
}

/// The system provided no random bytes, which nonces, keys and request ids are made of.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no random bytes for a nonce: {0}")]
pub struct NonceError(pub String);

/// Returns the text of a random UUID (RFC 9562, version 4) of these bytes.
pub fn uuid(mut bytes: [u8; 16]) -> String {
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let digits = crate::hash::hex(&bytes);
    let part = |from: usize, to: usize| &digits[from..to];
    [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
}

/// Returns whole seconds since 1970, negative before.
pub fn unix_seconds(instant: SystemTime) -> i64 {
    match instant.duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
        Err(before) => {
            let until = before.duration();
            let seconds = i64::try_from(until.as_secs()).unwrap_or(i64::MAX);
            if until.subsec_nanos() > 0 {
                -seconds - 1
            } else {
                -seconds
            }
        }
    }
}

/// Formats an instant, given in seconds since 1970, for its header.
pub fn timestamp(seconds: i64, format: TimestampFormat) -> String {
    match format {
        TimestampFormat::Rfc3339 => rfc3339(seconds),
        TimestampFormat::UnixSeconds => seconds.to_string(),
        TimestampFormat::UnixMillis => seconds.saturating_mul(1000).to_string(),
    }
}

/// Parses an instant from a header into seconds since 1970; `None` for other text.
pub fn parse_timestamp(text: &str, format: TimestampFormat) -> Option<i64> {
    match format {
        TimestampFormat::Rfc3339 => Some(text.parse::<Timestamp>().ok()?.unix()?.0),
        TimestampFormat::UnixSeconds => whole(text),
        TimestampFormat::UnixMillis => Some(whole(text)?.div_euclid(1000)),
    }
}

/// Parses a whole number, without the `+` that `parse` allows.
fn whole(text: &str) -> Option<i64> {
    if text.starts_with('+') { None } else { text.parse().ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_before_1970_round_down() {
        assert_eq!(unix_seconds(UNIX_EPOCH - Duration::from_millis(1)), -1);
        assert_eq!(unix_seconds(UNIX_EPOCH - Duration::from_secs(5)), -5);
    }
}
