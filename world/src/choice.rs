//! Decisions of a history: a list of numbers comes in, each decision takes its number from it, and the list of all goes out.
//!
//! The same list always leads to the same history, so nothing else may decide: no clock, no random number of the system.

use std::fmt;
use std::str::FromStr;

/// The decisions of one history that differ from the good one: position and number. Prints as `3=17,9=2`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Hash)]
pub struct Seed(pub(crate) Vec<Deviation>);

/// A decision that differs from the good one, which is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Deviation {
    pub(crate) at: u32,
    pub(crate) number: u32,
}

impl Seed {
    pub(crate) fn with(&self, at: u32, number: u32) -> Self {
        let mut all = self.0.clone();
        all.push(Deviation { at, number });
        Self(all)
    }
}

impl fmt::Display for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("good");
        }
        for (place, Deviation { at, number }) in self.0.iter().enumerate() {
            let comma = if place == 0 { "" } else { "," };
            write!(f, "{comma}{at}={number}")?;
        }
        Ok(())
    }
}

/// The text is not a seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeedError;

impl fmt::Display for SeedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a seed has the form `3=17,9=2`, with growing positions: copy the one that a failure printed")
    }
}

impl std::error::Error for SeedError {}

impl FromStr for Seed {
    type Err = SeedError;

    fn from_str(text: &str) -> Result<Self, SeedError> {
        if text.trim() == "good" {
            return Ok(Self::default());
        }
        let one = |part: &str| {
            let (at, number) = part.split_once('=').ok_or(SeedError)?;
            let number_of = |text: &str| text.trim().parse().map_err(|_| SeedError);
            Ok(Deviation {
                at: number_of(at)?,
                number: number_of(number)?,
            })
        };
        let all: Vec<Deviation> = text.split(',').map(one).collect::<Result<_, SeedError>>()?;
        let is_growing = all.windows(2).all(|pair| pair[0].at < pair[1].at);
        if is_growing { Ok(Self(all)) } else { Err(SeedError) }
    }
}

/// The generator SplitMix64 (Steele, Lea, Flood 2014).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Returns a number below `n`, which is not 0.
    pub(crate) fn below(&mut self, n: u32) -> u32 {
        u32::try_from(self.next() % u64::from(n.max(1))).unwrap_or(0)
    }
}

/// Number of the first values that a random decision takes as often as all others.
pub(crate) const FEW: u32 = 12;

/// The source of decisions.
#[derive(Debug, Clone)]
pub(crate) enum ChoiceSource {
    /// The deviations of a seed, then good ones.
    Listed,
    /// Beyond the list too: each decision deviates with the chance of one in `rarity`, at most `left` times.
    Random { random: Random, rarity: u32, left: u32 },
}

/// The decisions of one history.
#[derive(Debug)]
pub(crate) struct Choices {
    listed: Seed,
    next: usize,
    source: ChoiceSource,
    /// The number of possible values of each decision so far.
    pub(crate) widths: Vec<u32>,
    /// What was decided differently from the good one.
    pub(crate) taken: Seed,
}

impl Choices {
    pub(crate) fn new(listed: Seed, source: ChoiceSource) -> Self {
        Self {
            listed,
            next: 0,
            source,
            widths: Vec::new(),
            taken: Seed::default(),
        }
    }

    /// Returns a number below `n`; 0 is the good one.
    pub(crate) fn choose(&mut self, n: u32) -> u32 {
        let at = u32::try_from(self.widths.len()).unwrap_or(u32::MAX);
        self.widths.push(n);
        let number = match self.listed.0.get(self.next) {
            Some(listed) if listed.at == at => {
                self.next += 1;
                listed.number.min(n.saturating_sub(1))
            }
            _ => self.beyond(n),
        };
        if number != 0 {
            self.taken.0.push(Deviation { at, number });
        }
        number
    }

    fn beyond(&mut self, n: u32) -> u32 {
        let ChoiceSource::Random { random, rarity, left } = &mut self.source else {
            return 0;
        };
        if *left == 0 || n < 2 || random.below(*rarity) != 0 {
            return 0;
        }
        *left -= 1;
        // The first values of a decision are few, and faults of another kind than the many after them.
        let most = if random.below(2) == 0 { (n - 1).min(FEW) } else { n - 1 };
        1 + random.below(most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_read_as_it_is_printed() {
        for text in ["good", "3=17", "3=17,9=2"] {
            assert_eq!(text.parse::<Seed>().map(|seed| seed.to_string()), Ok(text.to_owned()));
        }
        for wrong in ["", "3", "3=x", "9=2,3=17", "3=17,"] {
            assert_eq!(wrong.parse::<Seed>(), Err(SeedError), "{wrong}");
        }
    }

    #[test]
    fn the_list_of_what_was_taken_leads_to_the_same_decisions() {
        let widths = [3, 1, 40, 5, 2, 9, 7, 300, 2, 2];
        for number in 0..200 {
            let source = ChoiceSource::Random {
                random: Random(number),
                rarity: 3,
                left: 4,
            };
            let mut first = Choices::new(Seed::default(), source);
            let taken: Vec<u32> = widths.iter().map(|n| first.choose(*n)).collect();
            let mut second = Choices::new(first.taken.clone(), ChoiceSource::Listed);
            let again: Vec<u32> = widths.iter().map(|n| second.choose(*n)).collect();
            assert_eq!((taken, first.taken), (again, second.taken), "{number}");
        }
    }
}
