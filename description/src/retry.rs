//! Retries (`x-retry`).

use crate::{Statuses, is_among};

/// The contract's rules for retries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
pub struct RetryRules {
    /// Header of a response with advice.
    pub advice: Option<RetryHeader>,
    /// Statuses of a retry without advice; `None`: those of every API.
    pub statuses: Option<&'static [Statuses]>,
    /// Header of a response with the wait before the next attempt.
    pub wait: Option<RetryWait>,
}

impl RetryRules {
    /// Rules without any statement.
    pub const NONE: Self = Self {
        advice: None,
        statuses: None,
        wait: None,
    };

    /// Returns whether the contract lists a status; `None` if it has no list.
    pub fn lists(&self, status: u16) -> Option<bool> {
        Some(is_among(self.statuses?, status))
    }

    /// Returns the header with the wait that counts for a status. Many APIs show the end of a time window in every response, so
    /// other failures ignore it.
    pub fn wait_after(&self, status: u16) -> Option<RetryWait> {
        let counts = matches!(status, 429 | 503) || self.lists(status) == Some(true);
        self.wait.filter(|_| counts)
    }
}

/// A response header with the wait before the next attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
pub struct RetryWait {
    /// Its name.
    pub name: &'static str,
    /// The unit of its value.
    pub unit: WaitUnit,
}

/// Unit of a wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
pub enum WaitUnit {
    /// Seconds from now.
    Seconds,
    /// Milliseconds from now.
    Milliseconds,
    /// An instant in seconds since 1970.
    UnixSeconds,
    /// An instant in milliseconds since 1970.
    UnixMillis,
}

/// A response header with advice on another attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serialize", derive(serde::Serialize))]
pub struct RetryHeader {
    /// Its name.
    pub name: &'static str,
    /// Its value for another attempt.
    pub again: Option<&'static str>,
    /// Its value against one.
    pub never: Option<&'static str>,
}
