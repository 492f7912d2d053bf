//! In: the name of a server model, and a schedule of faults. Out: where such a server does something else than the contract says. Never: a
//! rule about one API, or a fault that a call requests.

use crate::request::Reply;
use crate::requested_faults::{Faults, RequestedFaults, RequestedRefusal, Twice, mixed};
use serde_json::Value;
use std::fmt;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

/// A day, for a server that forgets keys after one.
const DAY: i64 = 86_400;
/// An hour, for a server that forgets them early.
const HOUR: i64 = 3_600;

/// Shortest run of requests with maintenance, and without.
const MAINTENANCE: u64 = 8;

/// The latest request before which a delayed copy comes.
const LATEST: u64 = 60;

/// The answer of a firewall.
const FIREWALL: [u16; 5] = [403, 403, 403, 400, 451];

/// A server's handling of keys and answers, where contracts are silent or servers deviate from theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ServerModel {
    /// Behaves as the contract declares.
    #[default]
    AsDecided,
    /// Keeps every 4xx that comes behind the lookup of the key under the key, not only those that the contract names.
    StoresRefusals,
    /// Answers a key that is in progress with the code of a conflict, and without `Retry-After`.
    ConflictInProgress,
    /// Forgets a key after a day, however long the contract promises to remember it.
    ForgetsKeys,
    /// Answers a success of an effect with 200 and a body with renamed members, or one that cannot be read.
    OddAnswers,
    /// Answers every call for a while with 200 and the page of a maintenance, and carries nothing out.
    Page200,
    /// Answers some calls with a success without a body, half of them without carrying them out.
    Empty2xx,
    /// Carries some calls with a key out and answers them with the page of a firewall.
    FirewallAfter,
    /// Handles a copy of some calls again many requests later. Of some the first one is lost, and the next refused by a
    /// gateway before the copy comes.
    DelayedCopies,
    /// Forgets a key after an hour.
    ForgetsEarly,
    /// Dies with some calls behind the lookup of their keys, before the action or after it: the key is in progress for ever.
    NeverFinishes,
}

/// A request as it comes.
#[derive(Debug)]
pub(crate) struct IncomingCall<'a> {
    /// Its key, or method and target where it has none.
    pub(crate) name: &'a str,
    /// Number of occurrences of this call.
    pub(crate) nth: u64,
    /// Number of requests.
    pub(crate) number: u64,
    pub(crate) is_keyed: bool,
}

impl ServerModel {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::AsDecided,
        Self::StoresRefusals,
        Self::ConflictInProgress,
        Self::ForgetsKeys,
        Self::OddAnswers,
        Self::Page200,
        Self::Empty2xx,
        Self::FirewallAfter,
        Self::DelayedCopies,
        Self::ForgetsEarly,
        Self::NeverFinishes,
    ];

    /// Its name on a command line.
    pub const fn name(self) -> &'static str {
        self.described().0
    }

    /// How it deviates from the contract.
    pub(crate) const fn explanation(self) -> &'static str {
        self.described().1
    }

    /// Its name, and how it deviates from the contract.
    const fn described(self) -> (&'static str, &'static str) {
        match self {
            Self::AsDecided => ("as-decided", "behaves as the contract declares"),
            Self::StoresRefusals => (
                "stores-refusals",
                "stores every 4xx after the check of the key, not only those of the contract",
            ),
            Self::ConflictInProgress => (
                "conflict-in-progress",
                "returns a conflict for a key in progress, without Retry-After",
            ),
            Self::ForgetsKeys => ("forgets-keys", "forgets a key after a day"),
            Self::OddAnswers => (
                "odd-answers",
                "returns success as 200 with renamed members or half a document",
            ),
            Self::Page200 => (
                "page-200",
                "returns 200 and a maintenance page for a while, and executes no call",
            ),
            Self::Empty2xx => (
                "empty-2xx",
                "returns an empty success for one call in six; half of them are not executed",
            ),
            Self::FirewallAfter => (
                "firewall-after",
                "executes one call in five, and a firewall returns a page with 400, 403 or 451",
            ),
            Self::DelayedCopies => (
                "delayed-copies",
                "executes a late copy of one call in six; of some keys the first call is lost",
            ),
            Self::ForgetsEarly => ("forgets-early", "forgets a key after an hour"),
            Self::NeverFinishes => (
                "never-finishes",
                "crashes at one call in six: its key stays in progress for ever",
            ),
        }
    }

    /// Returns `true` if an answer is stored under its key. `by_contract` is the word of the registry.
    pub(crate) fn stores(self, reply: &Reply, by_contract: bool) -> bool {
        by_contract || (self == Self::StoresRefusals && (400..500).contains(&reply.status))
    }

    /// For how many seconds a key is remembered.
    pub(crate) fn retention(self, by_contract: i64) -> i64 {
        match self {
            Self::ForgetsKeys => by_contract.min(DAY),
            Self::ForgetsEarly => by_contract.min(HOUR),
            _ => by_contract,
        }
    }

    /// Returns `true` if a key in progress is answered like another request under it.
    pub(crate) fn calls_progress_a_conflict(self) -> bool {
        self == Self::ConflictInProgress
    }

    /// Returns the deviation from the contract for a call; `None` for none. Deterministic: the same each time for the same
    /// seed and call, except a maintenance, which is the same for the same number of requests.
    pub(crate) fn faults(self, seed: u64, call: &IncomingCall<'_>) -> Option<RequestedFaults> {
        let mut faults = RequestedFaults::default();
        let roll = mixed(seed.wrapping_add(1), call.name, call.nth);
        let is_before = (roll / 1000).is_multiple_of(2);
        let later = Twice {
            later: 1 + roll / 1000 % LATEST,
            ..Twice::unseen()
        };
        match self {
            Self::Page200 if mixed(seed, "maintenance", call.number / MAINTENANCE).is_multiple_of(5) => {
                faults.page = Some(200);
            }
            Self::Empty2xx if roll.is_multiple_of(6) => faults.empty = Some(is_before),
            Self::FirewallAfter if call.is_keyed && roll.is_multiple_of(5) => {
                let at = usize::try_from(roll / 1000 % FIREWALL.len() as u64).unwrap_or_default();
                faults.firewall = Some(FIREWALL[at]);
            }
            Self::DelayedCopies if call.is_keyed => {
                let is_lost = mixed(seed, call.name, 0).is_multiple_of(5);
                match call.nth {
                    1 if is_lost => (faults.drop, faults.twice) = (Some(true), Some(later)),
                    2 if is_lost => faults.refusal = Some(RequestedRefusal::Gateway),
                    _ if roll.is_multiple_of(6) => faults.twice = Some(later),
                    _ => {}
                }
            }
            Self::NeverFinishes if call.is_keyed && roll.is_multiple_of(6) => faults.killed = Some(is_before),
            _ => {}
        }
        (faults != RequestedFaults::default()).then_some(faults)
    }

    /// Makes the success of an effect odd. One half of the keys is answered with other names, the other half with half a
    /// document.
    pub(crate) fn spoil(self, reply: &mut Reply, key: Option<&str>, seed: u64) {
        if self != Self::OddAnswers || !(200..300).contains(&reply.status) {
            return;
        }
        reply.status = 200;
        let coin = mixed(seed, key.unwrap_or_default(), 0);
        match serde_json::from_slice::<Value>(&reply.body) {
            Ok(Value::Object(members)) if coin.is_multiple_of(2) => {
                let renamed = members.into_iter().map(|(name, value)| (format!("the_{name}"), value));
                reply.body = serde_json::to_vec(&Value::Object(renamed.collect())).unwrap_or_default();
            }
            _ => reply.body.truncate(reply.body.len() / 2),
        }
    }
}

impl fmt::Display for ServerModel {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

impl FromStr for ServerModel {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let names: Vec<_> = Self::ALL.iter().map(|model| model.name()).collect();
        let found = Self::ALL.into_iter().find(|model| model.name() == text);
        found.ok_or_else(|| format!("`{text}` is not a server model; there are {}", names.join(", ")))
    }
}

/// The server model and the faults that hold now.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ServerBehavior {
    pub(crate) model: ServerModel,
    pub(crate) faults: Option<Faults>,
}

/// The behavior, which can be changed while the server runs.
#[derive(Debug, Default)]
pub(crate) struct BehaviorSwitch(Mutex<ServerBehavior>);

impl BehaviorSwitch {
    pub(crate) fn new(behavior: ServerBehavior) -> Self {
        Self(Mutex::new(behavior))
    }

    pub(crate) fn now(&self) -> ServerBehavior {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn set(&self, behavior: ServerBehavior) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = behavior;
    }
}

impl ServerBehavior {
    /// Seed of everything that looks like chance.
    pub(crate) fn seed(&self) -> u64 {
        self.faults.map_or(0, |faults| faults.seed)
    }

    /// Returns `true` if a call can get a fault that it did not ask for.
    pub(crate) fn has_faults(&self) -> bool {
        self.faults.is_some() || self.model != ServerModel::default()
    }
}
