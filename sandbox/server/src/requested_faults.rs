//! In: the words of `Sandbox-Answer`, the plan of an examination, or the seed of a schedule. Out: what goes wrong with a call.
//! Never: a word that is silently ignored, or another fault for the same call of the same seed, whatever runs beside it.

use crate::contract::Contract;
use crate::request::Request;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// The unsigned header that asks for an answer.
pub(crate) const ANSWER: &str = "sandbox-answer";
/// The unsigned header that puts the resource of the call into a state.
pub(crate) const STATE: &str = "sandbox-state";

/// The behaviour that is requested of the sandbox for one call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RequestedFaults {
    /// A refusal in place of the operation.
    pub refusal: Option<RequestedRefusal>,
    /// An HTML page with this status, as from a proxy, in place of the operation.
    pub page: Option<u16>,
    /// Closes the connection without a response; `true`: executes nothing.
    pub drop: Option<bool>,
    /// Cuts the response off.
    pub truncate: bool,
    pub(crate) delay: Duration,
    pub(crate) extra: bool,
    /// The request is handled a second time.
    pub(crate) twice: Option<Twice>,
    /// A success without a body; `true`: nothing is carried out.
    pub(crate) empty: Option<bool>,
    /// An HTML page with this status, as from a firewall, in place of the operation's answer.
    pub(crate) firewall: Option<u16>,
    /// The server's process dies behind the lookup of the key, which stays in progress for ever; `true`: before the operation.
    pub(crate) killed: Option<bool>,
    /// The answer of a server that knows more than the contract.
    pub newer: Option<Newer>,
}

/// Treatment by an examination of each request of a server, in place of its schedule of faults.
pub struct FaultPlan {
    /// The largest number of items on a page; every list then has at least two pages.
    pub page_size: Option<usize>,
    /// The base URL (`http` only) of a server that executes the calls in place of the sandbox. It has the same client.
    pub server: Option<String>,
    /// Returns the faults of a request that has just arrived.
    pub fault: Box<dyn Fn(&Request) -> RequestedFaults + Send + Sync>,
}

impl fmt::Debug for FaultPlan {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Plan")
            .field("page_size", &self.page_size)
            .finish_non_exhaustive()
    }
}

/// Additions of a newer server to its answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Newer {
    /// Members, in objects at every depth.
    Members,
    /// States in which the owner acts.
    Values,
}

/// A refusal that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestedRefusal {
    /// With this code of the registry.
    Code(String),
    /// The same, as if it had been stored under the key.
    Replayed(String),
    /// Refused as invalid, after the lookup of the key.
    Invalid,
    /// By a gateway before the server, with a problem of its own.
    Gateway,
}

/// A copy of a request, as a proxy makes one that got no answer in its time. Its answer is the one that is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Twice {
    /// While the first one is still handled, not behind it.
    pub(crate) at_once: bool,
    /// By a part of the server that does not know the nonce.
    pub(crate) other_node: bool,
    /// Before the request that comes so many requests later; 0 for a copy that comes at once or behind the first.
    pub(crate) later: u64,
}

/// Number of requests after which a requested copy arrives.
const LATER: u64 = 8;

impl RequestedFaults {
    /// Returns the behaviour for a copy: none is faults.
    pub(crate) fn copy(twice: Twice) -> Self {
        Self {
            twice: Some(twice),
            ..Self::default()
        }
    }

    /// Reads words separated by commas.
    pub(crate) fn parse(contract: &Contract, text: &str) -> Result<Self, String> {
        let mut faults = Self::default();
        for word in text.split(',').map(str::trim).filter(|word| !word.is_empty()) {
            let (name, value) = word.split_once([':', '=']).unwrap_or((word, ""));
            if let Some((_, set)) = WORDS.iter().find(|(known, _)| *known == word.replace('=', ":")) {
                set(&mut faults);
                continue;
            }
            match name {
                "twice" => {
                    faults.twice = Some(Twice::parse(value).ok_or_else(|| {
                        format!(
                            "`{word}`: write `at-once` or `later`, optionally with `+other-node` (`at-once+other-node`)"
                        )
                    })?);
                }
                "delay" => {
                    let millis = value.parse().map_err(|_| {
                        format!("`{word}`: write the delay as a number of milliseconds, such as `delay:500`")
                    })?;
                    faults.delay = Duration::from_millis(millis);
                }
                "status" => faults.page = Some(status(word, value)?),
                "firewall" => faults.firewall = Some(status(word, value)?),
                "replayed" => faults.refusal = Some(RequestedRefusal::Replayed(known(contract, value)?)),
                _ => faults.refusal = Some(RequestedRefusal::Code(known(contract, word)?)),
            }
        }
        Ok(faults)
    }
}

type SetFault = fn(&mut RequestedFaults);

/// The words without a value.
const WORDS: &[(&str, SetFault)] = &[
    ("drop", |it| it.drop = Some(false)),
    ("drop:before", |it| it.drop = Some(true)),
    ("truncate", |it| it.truncate = true),
    ("twice", |it| it.twice = Some(Twice::default())),
    ("extra", |it| it.extra = true),
    ("invalid", |it| it.refusal = Some(RequestedRefusal::Invalid)),
    ("gateway", |it| it.refusal = Some(RequestedRefusal::Gateway)),
    ("empty", |it| it.empty = Some(false)),
    ("empty:before", |it| it.empty = Some(true)),
    ("killed", |it| it.killed = Some(false)),
    ("killed:before", |it| it.killed = Some(true)),
];

fn status(word: &str, value: &str) -> Result<u16, String> {
    let status = value.parse().ok().filter(|status| (200..600).contains(status));
    status.ok_or_else(|| format!("`{word}`: write a status from 200 to 599"))
}

impl fmt::Display for RequestedFaults {
    /// The words, separated by commas.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let before = |word: &str, is_before: bool| {
            if is_before {
                format!("{word}:before")
            } else {
                word.to_owned()
            }
        };
        let refusal = self.refusal.as_ref().map(|asked| match asked {
            RequestedRefusal::Code(code) => code.clone(),
            RequestedRefusal::Replayed(code) => format!("replayed:{code}"),
            RequestedRefusal::Invalid => "invalid".to_owned(),
            RequestedRefusal::Gateway => "gateway".to_owned(),
        });
        let twice = self.twice.map(|twice| match (twice.later, twice.at_once) {
            (0, true) => "twice:at-once".to_owned(),
            (0, false) => "twice".to_owned(),
            _ => "twice:later".to_owned(),
        });
        let words = [
            refusal,
            self.page.map(|status| format!("status={status}")),
            self.firewall.map(|status| format!("firewall={status}")),
            self.drop.map(|is_before| before("drop", is_before)),
            self.empty.map(|is_before| before("empty", is_before)),
            self.killed.map(|is_before| before("killed", is_before)),
            self.truncate.then(|| "truncate".to_owned()),
            self.extra.then(|| "extra".to_owned()),
            twice,
            (!self.delay.is_zero()).then(|| format!("delay:{}", self.delay.as_millis())),
            self.newer.map(|_| "a newer server".to_owned()),
        ];
        out.write_str(&words.into_iter().flatten().collect::<Vec<_>>().join(","))
    }
}

impl Twice {
    /// A copy whose nonce nobody knows.
    pub(crate) fn unseen() -> Self {
        Self {
            other_node: true,
            ..Self::default()
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let mut twice = Self::default();
        for word in text.split('+') {
            match word {
                "at-once" => twice.at_once = true,
                "other-node" => twice.other_node = true,
                "later" => twice.later = LATER,
                _ => return None,
            }
        }
        Some(twice)
    }
}

fn known(contract: &Contract, code: &str) -> Result<String, String> {
    if contract.extensions.registry.contains_key(code) {
        return Ok(code.to_owned());
    }
    let codes: Vec<&str> = contract.extensions.registry.keys().map(String::as_str).collect();
    let words: Vec<&str> = WORDS.iter().map(|(word, _)| *word).collect();
    Err(format!(
        "`{code}` is not a forced response; allowed are a code of the registry ({}), {}, firewall=N, delay:MS, status=N and replayed:CODE",
        codes.join(", "),
        words.join(", ")
    ))
}

/// The longest delay of a schedule, in milliseconds.
const LONGEST_DELAY: u64 = 60;

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
        let delay = Duration::from_millis(fine / 16 % LONGEST_DELAY);
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
