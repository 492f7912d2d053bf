//! The paying program's own clock, which is not the server's. In: how it is set, and chance. Out: how far it is off in one run of
//! the program. Never: a clock that is off by more than a day, which no client believes.

use crate::chance::Chance;
use std::fmt;
use std::str::FromStr;

/// The error of the machine's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LocalClock {
    /// Equal to the server's clock.
    Right,
    /// Behind by up to a day in two of three runs: the machine was restored from a snapshot.
    Stale,
    /// Up to a day fast, right, or half a day slow, each run anew, and in every other run set once more in the middle of it.
    BackAndForth,
}

/// The clock in one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Setting {
    /// Returns the number of seconds by which it is ahead of the right time.
    pub(crate) ahead: i64,
    /// After how many readings it is set, and how many seconds it is ahead then.
    pub(crate) jump: Option<(u64, i64)>,
}

/// A little less than a day, in seconds.
const DAY: u64 = 86_000;
/// The last reading behind which it is set.
const READINGS: u64 = 200;

impl LocalClock {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Right, Self::Stale, Self::BackAndForth];

    /// Its word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Stale => "stale",
            Self::BackAndForth => "back-and-forth",
        }
    }

    /// The clock in the next run.
    pub(crate) fn next(self, chance: &mut Chance) -> Setting {
        let mut below = |limit| i64::try_from(chance.below(limit)).unwrap_or_default();
        match self {
            Self::Right => Setting::default(),
            Self::Stale => Setting {
                ahead: if below(3) == 0 { 0 } else { -below(DAY) },
                jump: None,
            },
            Self::BackAndForth => {
                let mut off = || match below(4) {
                    0 => 0,
                    1 => -below(DAY / 2),
                    _ => below(DAY),
                };
                let (ahead, then) = (off(), off());
                let readings = 1 + chance.below(READINGS);
                Setting {
                    ahead,
                    jump: (chance.below(2) == 0).then_some((readings, then)),
                }
            }
        }
    }
}

impl fmt::Display for LocalClock {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

impl FromStr for LocalClock {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|clock| clock.name() == text);
        found.ok_or_else(|| format!("`{text}` is no clock; they are right, stale and back-and-forth"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_never_off_by_a_day_and_is_right_at_times() {
        for clock in LocalClock::ALL {
            let mut chance = Chance::new(1, 1);
            let runs: Vec<Setting> = (0..400).map(|_| clock.next(&mut chance)).collect();
            let offsets = || {
                runs.iter()
                    .flat_map(|run| [run.ahead, run.jump.map_or(run.ahead, |jump| jump.1)])
            };
            assert!(offsets().all(|ahead| ahead.abs() < 86_400), "{clock}");
            assert!(offsets().any(|ahead| ahead == 0), "{clock}");
            assert_eq!(offsets().any(|ahead| ahead < -3_600), clock != LocalClock::Right);
            assert_eq!(offsets().any(|ahead| ahead > 3_600), clock == LocalClock::BackAndForth);
            assert_eq!(
                runs.iter().any(|run| run.jump.is_some()),
                clock == LocalClock::BackAndForth
            );
        }
    }
}
