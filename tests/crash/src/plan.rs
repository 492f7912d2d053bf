//! What is to be tried: one server model, one clock, one store, so many kills. Never: how.

use crate::clock::LocalClock;
use sdkwright_sandbox::ServerModel;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// Where the journal is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Store {
    /// One SQLite file and one paying process.
    Sqlite,
    /// PostgreSQL, and two paying processes that compete for the same work.
    Postgres,
    /// Nothing is written down and every key is new: what the counter has to find.
    Nothing,
}

impl Store {
    const ALL: [Self; 3] = [Self::Sqlite, Self::Postgres, Self::Nothing];

    /// Its word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::Nothing => "nothing",
        }
    }

    /// How many processes do the work.
    pub const fn instances(self) -> u64 {
        match self {
            Self::Postgres => 2,
            Self::Sqlite | Self::Nothing => 1,
        }
    }
}

impl fmt::Display for Store {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

impl FromStr for Store {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|store| store.name() == text);
        found.ok_or_else(|| format!("`{text}` is no store; they are sqlite, postgres and nothing"))
    }
}

/// One trial.
#[derive(Debug, Clone)]
pub struct Plan {
    /// How the server keeps keys and answers.
    pub model: ServerModel,
    /// How the clock of the paying program is set.
    pub clock: LocalClock,
    /// Where the journal is kept.
    pub store: Store,
    /// How often a process is killed.
    pub kills: u64,
    /// Tells one trial from another.
    pub seed: u64,
    /// How many of a hundred calls go wrong at the server.
    pub percent: u8,
    /// For how long nothing may move: no payment ends, and no process is killed.
    pub limit: Duration,
}

impl Plan {
    /// Does the server keep what its contract promises, and has the program the right time? Then nothing has to be looked up.
    pub(crate) fn is_certain(&self) -> bool {
        self.clock == LocalClock::Right
            && matches!(self.model, ServerModel::AsDecided | ServerModel::ConflictInProgress)
    }
}
