//! What happened to the action: the endings of all attempts come in, one [`Outcome`] goes out.
//!
//! Pure: a table over (history, last attempt). It must never say [`Outcome::NotExecuted`] where the action may have
//! happened, because that is what a caller takes as leave to do it again.

mod rules;

pub use rules::{Role, Rules, Told};

use crate::problem::{ProblemRow, RowOutcome};

/// What happened to the action of a call that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// It did not happen and will not: a changed request, or a new key, is safe.
    NotExecuted,
    /// It may have happened. Go on with the same key and body (`client.resend(error)`), or look the action up.
    Unknown,
    /// It happened; only the answer could not be read.
    Executed,
}

impl From<RowOutcome> for Outcome {
    fn from(outcome: RowOutcome) -> Self {
        match outcome {
            RowOutcome::NotExecuted => Self::NotExecuted,
            RowOutcome::Unknown => Self::Unknown,
        }
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NotExecuted => "not executed",
            Self::Unknown => "unknown whether executed",
            Self::Executed => "executed",
        })
    }
}

/// How one attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// No byte of it left: refused locally, or no connection (DNS, connect, TLS).
    NotSent,
    /// It was sent, or may have been, and no status line came back.
    NoAnswer,
    /// An answer came that belongs to another call: its request id, or an id or reference in it, is not this call's.
    OfAnother,
    /// A 2xx whose body was cut off.
    CutOff,
    /// A 2xx that arrived whole, readable or not.
    Success,
    /// Any other status.
    Answer(Answer),
}

/// An answer that is no 2xx.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// It is a problem document of this API.
    pub is_problem: bool,
    /// Its problem code, if the registry has it.
    pub code: Option<&'static str>,
    /// The registry's row of that code, where that speaks of such a status: its own, or any refusal.
    pub row: Option<&'static ProblemRow>,
    /// What its code stands for in the protocol of keys and nonces.
    pub role: Role,
    /// The server marked it as the stored answer to an earlier request under the key.
    pub replayed: bool,
}

impl Answer {
    /// Is this a refusal that the server keeps under the key? One that says itself that the action may have happened is
    /// none: a first copy of the request may have acted, and what is kept is the answer to a second one that met its traces. Nor is one
    /// with another status than its code has: it is not what the server keeps.
    fn is_stored_refusal(&self) -> bool {
        self.is_problem
            && matches!(self.role, Role::Plain | Role::SignatureRefused)
            && self
                .row
                .is_some_and(|row| row.stored && row.outcome == RowOutcome::NotExecuted && row.status == self.status)
    }

    fn is_same_refusal(&self, other: &Self) -> bool {
        self.code.is_some() && self.code == other.code
    }

    /// What it alone says about the action.
    pub fn outcome(&self) -> Outcome {
        if self.role.is_doubtful() {
            return Outcome::Unknown;
        }
        match self.row.map(|row| row.outcome) {
            Some(RowOutcome::Unknown) => Outcome::Unknown,
            // "Too early" and "too many requests" are said before anything is done, whoever says them.
            _ if matches!(self.status, 425 | 429) => Outcome::NotExecuted,
            // What is no document of the API may come from something in between, after the effect.
            _ if !self.is_problem => Outcome::Unknown,
            None if self.status == 409 || !is_refusal(self.status) => Outcome::Unknown,
            _ => Outcome::NotExecuted,
        }
    }
}

/// 4xx but 408, of which nobody knows how far the server came.
fn is_refusal(status: u16) -> bool {
    (400..500).contains(&status) && status != 408
}

impl Ending {
    /// Was the signature refused, by the contract's code?
    pub(crate) fn refuses_signature(&self) -> bool {
        matches!(self, Self::Answer(answer) if answer.role == Role::SignatureRefused)
    }

    /// What this attempt alone says about the action.
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::NotSent => Outcome::NotExecuted,
            Self::NoAnswer | Self::OfAnother => Outcome::Unknown,
            Self::CutOff | Self::Success => Outcome::Executed,
            Self::Answer(answer) => answer.outcome(),
        }
    }
}

/// All attempts under one key (or of one call without a key), oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History {
    unseen: bool,
    resumed: Option<usize>,
    endings: Vec<Ending>,
}

impl History {
    /// Nothing was sent before.
    pub fn new() -> Self {
        Self::default()
    }

    /// Something may have been sent before, of which nothing is known (`IdempotencyKey::used_before`).
    pub fn unseen() -> Self {
        Self {
            unseen: true,
            ..Self::default()
        }
    }

    /// Goes on after a failure: its attempts stay in the history, and it starts at [`Outcome::Unknown`].
    #[must_use]
    pub fn resumed(mut self) -> Self {
        self.resumed = Some(self.endings.len());
        self
    }

    /// Others may have sent something in between, of which nothing is known.
    #[must_use]
    pub(crate) fn after_others(mut self) -> Self {
        self.unseen = true;
        self
    }

    /// Adds the ending of the newest attempt.
    pub fn push(&mut self, ending: Ending) {
        self.endings.push(ending);
    }

    /// All endings, oldest first.
    pub fn endings(&self) -> &[Ending] {
        &self.endings
    }

    /// The newest ending.
    pub fn last(&self) -> Option<&Ending> {
        self.endings.last()
    }

    /// The endings since the call began or was resumed.
    pub fn current(&self) -> &[Ending] {
        self.endings.get(self.resumed.unwrap_or(0)..).unwrap_or_default()
    }

    /// Did bytes of an attempt before the last one leave (as far as this history knows)?
    pub fn sent_before_last(&self) -> bool {
        self.endings
            .split_last()
            .is_some_and(|(_, earlier)| earlier.iter().any(|ending| *ending != Ending::NotSent))
    }

    /// What happened to the action, over the whole history. Safe methods (RFC 9110, section 9.2.1) have none.
    pub fn outcome(&self, safe: bool) -> Outcome {
        if safe {
            return Outcome::NotExecuted;
        }
        let start = if self.unseen || self.resumed.is_some() {
            Outcome::Unknown
        } else {
            Outcome::NotExecuted
        };
        let mut outcome = start;
        for (index, ending) in self.endings.iter().enumerate() {
            outcome = if self.lowers(index) {
                Outcome::NotExecuted
            } else {
                outcome.max(ending.outcome())
            };
        }
        outcome
    }

    /// The server stored this refusal as the answer to the key's first request, so nothing happened under the key,
    /// unless an attempt succeeded, or met the same refusal live (then it is that answer which comes back, and an attempt
    /// before it may have acted). Of attempts that nobody saw neither can be ruled out.
    fn lowers(&self, index: usize) -> bool {
        let Some((Ending::Answer(answer), earlier)) = self.endings[..=index].split_last() else {
            return false;
        };
        !self.unseen
            && answer.replayed
            && answer.is_stored_refusal()
            && !earlier.iter().any(|ending| match ending {
                Ending::Success | Ending::CutOff => true,
                Ending::Answer(before) => !before.replayed && before.is_same_refusal(answer),
                Ending::NotSent | Ending::NoAnswer | Ending::OfAnother => false,
            })
    }
}

#[cfg(test)]
mod tests;
