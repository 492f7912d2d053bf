//! In: a seed and a call. Out: what goes wrong with it, the same each time. Never: another fault for the same call of the
//! same seed, whatever runs beside it.

use crate::requested_faults::{RequestedFaults, RequestedRefusal, Twice};
use std::str::FromStr;
use std::time::Duration;

/// The longest delay of a schedule.
const LONGEST: u64 = 60;

/// A schedule of faults: which calls are dropped, delayed, cut off, made twice or refused.
///
/// What happens to a call depends on the seed, on its key (or method and target, where it has none) and on how often that
/// came before, and on nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Faults {
    /// Tells one schedule from another.
    pub seed: u64,
    /// Percentage of calls with a fault.
    pub percent: u8,
}

impl Faults {
    /// Returns the fault of the `nth` occurrence of a call.
    pub(crate) fn faults(&self, call: &str, nth: u64) -> RequestedFaults {
        let roll = mixed(self.seed, call, nth);
        if roll % 100 >= u64::from(self.percent) {
            return RequestedFaults::default();
        }
        let fine = roll / 100;
        let delay = Duration::from_millis(fine / 16 % LONGEST);
        let twice = |at_once| {
            Some(Twice {
                at_once,
                other_node: (fine / 8).is_multiple_of(2),
                later: 0,
            })
        };
        let mut faults = RequestedFaults::default();
        match fine % 8 {
            0 => faults.drop = Some(true),
            1 => faults.drop = Some(false),
            2 => (faults.drop, faults.delay) = (Some(false), delay),
            3 => faults.delay = delay,
            4 => faults.truncate = true,
            5 => faults.twice = twice(false),
            6 => (faults.twice, faults.delay) = (twice(true), delay),
            _ => faults.refusal = Some(RequestedRefusal::Invalid),
        }
        faults
    }
}

impl FromStr for Faults {
    type Err = String;

    /// Reads `SEED` or `SEED:PERCENT`; without a share a quarter goes wrong.
    fn from_str(text: &str) -> Result<Self, String> {
        let (seed, percent) = text.split_once(':').unwrap_or((text, "25"));
        let seed = seed
            .parse()
            .map_err(|_| format!("`{seed}` is not a seed; write a whole number"))?;
        let percent = percent.parse().ok().filter(|percent| *percent <= 100);
        Ok(Self {
            seed,
            percent: percent.ok_or("write a percentage from 0 to 100")?,
        })
    }
}

/// A number that looks like chance, and is the same each time.
pub(crate) fn mixed(seed: u64, text: &str, nth: u64) -> u64 {
    // FNV-1a over the text, then the finalizer of SplitMix64.
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325 ^ seed, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let mut number = hash.wrapping_add(nth.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schedule_is_the_same_each_time_and_has_every_fault() {
        let faults = Faults { seed: 7, percent: 25 };
        let all: Vec<RequestedFaults> = (0..4000).map(|nth| faults.faults("key-1", nth)).collect();
        assert_eq!(
            all,
            (0..4000).map(|nth| faults.faults("key-1", nth)).collect::<Vec<_>>()
        );
        let wrong = all
            .iter()
            .filter(|faults| **faults != RequestedFaults::default())
            .count();
        assert!((900..1100).contains(&wrong), "{wrong} of 4000");
        let kinds: [fn(&RequestedFaults) -> bool; 9] = [
            |faults| faults.drop == Some(true),
            |faults| faults.drop == Some(false) && faults.delay.is_zero(),
            |faults| faults.drop == Some(false) && !faults.delay.is_zero(),
            |faults| faults.drop.is_none() && faults.twice.is_none() && !faults.delay.is_zero(),
            |faults| faults.truncate,
            |faults| faults.twice.is_some_and(|twice| !twice.at_once && twice.other_node),
            |faults| faults.twice.is_some_and(|twice| !twice.at_once && !twice.other_node),
            |faults| faults.twice.is_some_and(|twice| twice.at_once),
            |faults| faults.refusal.is_some(),
        ];
        for (at, kind) in kinds.iter().enumerate() {
            assert!(all.iter().any(kind), "kind {at}");
        }
        let other = Faults { seed: 8, percent: 25 };
        assert_ne!(all, (0..4000).map(|nth| other.faults("key-1", nth)).collect::<Vec<_>>());
    }

    #[test]
    fn a_schedule_is_read_from_a_command_line() {
        assert_eq!("3".parse(), Ok(Faults { seed: 3, percent: 25 }));
        assert_eq!("3:90".parse(), Ok(Faults { seed: 3, percent: 90 }));
        for text in ["", "x", "3:101", "3:x"] {
            assert!(text.parse::<Faults>().is_err(), "{text}");
        }
    }
}
