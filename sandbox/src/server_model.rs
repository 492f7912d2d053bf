//! In: the name of a server model. Out: where such a server does something else than the contract says. Never: a rule
//! about one API, or a fault of a single call (`faults.rs`).

use crate::faults::mixed;
use crate::request::Reply;
use serde_json::Value;
use std::fmt;
use std::str::FromStr;

/// A day, for a server that forgets keys after one.
const DAY: i64 = 86_400;

/// How a server keeps keys and answers, where contracts are silent or servers do not do what theirs say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ServerModel {
    /// As the contract says.
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
}

impl ServerModel {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::AsDecided,
        Self::StoresRefusals,
        Self::ConflictInProgress,
        Self::ForgetsKeys,
        Self::OddAnswers,
    ];

    /// Its name on a command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AsDecided => "as-decided",
            Self::StoresRefusals => "stores-refusals",
            Self::ConflictInProgress => "conflict-in-progress",
            Self::ForgetsKeys => "forgets-keys",
            Self::OddAnswers => "odd-answers",
        }
    }

    /// Whether an answer stays under its key. `by_contract` is what the registry says.
    pub(crate) fn stores(self, reply: &Reply, by_contract: bool) -> bool {
        by_contract || (self == Self::StoresRefusals && (400..500).contains(&reply.status))
    }

    /// For how many seconds a key is remembered.
    pub(crate) fn retention(self, by_contract: i64) -> i64 {
        match self {
            Self::ForgetsKeys => by_contract.min(DAY),
            _ => by_contract,
        }
    }

    /// Whether a key in progress is answered like another request under it.
    pub(crate) fn calls_progress_a_conflict(self) -> bool {
        self == Self::ConflictInProgress
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
        found.ok_or_else(|| format!("`{text}` is no server model; they are {}", names.join(", ")))
    }
}
