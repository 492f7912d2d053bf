//! The plan of a trial: one store, a share of faults, and a number of kills. Never: how it is carried out.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// Store of the journal.
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

    /// Number of processes that work.
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
    /// Store of the journal.
    pub store: Store,
    /// Number of kills.
    pub kills: u64,
    /// Tells one trial from another.
    pub seed: u64,
    /// Percentage of calls with a fault at the server; 0 is a healthy one.
    pub percent: u8,
    /// For how long nothing may move: no payment ends, and no process is killed.
    pub limit: Duration,
}
