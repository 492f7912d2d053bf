//! Outcomes: the endings of all attempts come in, one [`Outcome`] of the action goes out.
//!
//! Pure: a table over (history, last attempt). It must never return [`Outcome::NotExecuted`] if the action may have happened,
//! because callers then do it again.

use crate::idempotency::{Idempotency, KeyAnswer, KeyState};
use crate::problem::{self, ProblemRow, RetryAdvice, RowOutcome};
use crate::signing::SignatureRules;

/// The outcome of the action of a failed call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// The action did not happen and will not. A changed request or a new key is safe.
    NotExecuted,
    /// The action may have happened. Resume with the same key and body (`client.resend(error)`), or look the action up.
    Unknown,
    /// The action happened. Only its response could not be read.
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

/// The ending of one attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// No byte left: refused locally, or no connection (DNS, connect, TLS).
    NotSent,
    /// The request was sent, or may have been, and no status line was received.
    NoAnswer,
    /// An answer that belongs to another call: its request id, or an id or reference in it, differs from this call's.
    Mismatched,
    /// A 2xx that proves nothing: the contract declares another status or media type, or its body shows a state that does not
    /// prove the operation.
    Unproven,
    /// A declared 2xx with an incomplete or unreadable body, or without a member that the contract promises.
    CutOff,
    /// A 2xx that proves the action: declared by status and media type, with all promised members.
    Success,
    /// Any other status.
    Answer(FailureAnswer),
}

/// The role of a problem code in the protocol of keys and nonces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// No special role.
    Plain,
    /// The server rejected the signature.
    SignatureRefused,
    /// The timestamp is outside the server's window.
    Expired,
    /// The nonce was used before: a copy of the request arrived.
    NonceReplayed,
    /// Another request was sent under this key.
    Conflict,
    /// The request under this key is still running.
    InProgress,
    /// The action under this key was executed.
    Used,
    /// The code is unknown, because the answer was cut off or cannot be read, or because the code is misspelt; it could be one
    /// of these.
    Truncated,
}

impl Role {
    /// Returns `true` if an earlier request of this call, or another under its key, may have arrived.
    fn is_doubtful(self) -> bool {
        matches!(
            self,
            Self::NonceReplayed | Self::Conflict | Self::InProgress | Self::Truncated
        )
    }
}

/// An answer other than 2xx.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // each is a fact of its own
pub struct FailureAnswer {
    /// The HTTP status.
    pub status: u16,
    /// `true` if the operation declares such a failure: status, media type, and all members with their types.
    pub is_declared: bool,
    /// `true` if the API has a registry of codes: without a row of it, a failure proves nothing.
    pub needs_row: bool,
    /// Problem code, if the registry contains it.
    pub code: Option<&'static str>,
    /// The registry's row of the code, if it has this status.
    pub row: Option<&'static ProblemRow>,
    /// Role of its code in the protocol of keys and nonces.
    pub role: Role,
    /// JSON Pointer of the id of the action under the key, by the contract.
    pub id_at: Option<&'static str>,
    /// `true` for a 401 that names the scheme of access tokens (`WWW-Authenticate: Bearer`), and is not a page.
    pub is_challenge: bool,
    /// The server marked it as the stored answer to an earlier request under the key.
    pub replayed: bool,
    /// Advice of the response or the contract on another attempt.
    pub advice: RetryAdvice,
    /// The operation creates a resource.
    pub creates: bool,
}

impl FailureAnswer {
    /// Returns `true` for a refusal that the server stores under the key. Not if its row says that the action may have
    /// happened: a first copy of the request may have acted, and the stored answer may be that to a second copy, which met its
    /// traces. Not if its status differs from that of its code: the server does not store such an answer.
    fn is_stored_refusal(&self) -> bool {
        self.is_declared
            && matches!(self.role, Role::Plain | Role::SignatureRefused)
            && self
                .row
                .is_some_and(|row| row.stored && !row.is_doubtful() && row.status == self.status)
    }

    fn is_same_refusal(&self, other: &Self) -> bool {
        self.code.is_some() && self.code == other.code
    }

    /// Returns the registry's outcome for this answer.
    pub(crate) fn row_outcome(&self) -> Option<RowOutcome> {
        let row = self.row?;
        let is_first_of_creation = self.creates && !self.replayed;
        Some(if is_first_of_creation {
            row.creating
        } else {
            row.outcome
        })
    }

    /// Returns the outcome by this response alone. Only a failure that the operation declares proves that nothing happened:
    /// any other may come from an intermediary, after the effect.
    pub fn outcome(&self) -> Outcome {
        if self.role.is_doubtful() || !self.is_declared {
            return Outcome::Unknown;
        }
        if matches!(self.role, Role::Used) {
            return Outcome::Executed;
        }
        match self.row_outcome() {
            Some(outcome) => outcome.into(),
            None if self.needs_row || self.status == 409 || !is_refusal(self.status) => Outcome::Unknown,
            None => Outcome::NotExecuted,
        }
    }
}

/// Returns `true` for 4xx except 408, which does not say how far the server came.
fn is_refusal(status: u16) -> bool {
    (400..500).contains(&status) && status != 408
}

impl Ending {
    /// Returns `true` if the server rejected the signature, by the contract's code.
    pub(crate) fn refuses_signature(&self) -> bool {
        matches!(self, Self::Answer(answer) if answer.role == Role::SignatureRefused)
    }

    /// Returns `true` if the server says that the action under the key was executed.
    fn is_used(&self) -> bool {
        matches!(self, Self::Answer(answer) if answer.role == Role::Used)
    }

    /// Returns the outcome by this attempt alone.
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::NotSent => Outcome::NotExecuted,
            Self::NoAnswer | Self::Mismatched | Self::Unproven | Self::CutOff => Outcome::Unknown,
            Self::Success => Outcome::Executed,
            Self::Answer(answer) => answer.outcome(),
        }
    }
}

/// All attempts under one key (or of one call without a key), oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History {
    unseen: bool,
    resumed: Option<usize>,
    /// The code with which the server refused the key before, so that nothing happened then.
    refused: Option<String>,
    endings: Vec<Ending>,
}

impl History {
    /// Creates a history without earlier attempts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates a history with earlier attempts of unknown outcome (`IdempotencyKey::used_before`).
    pub fn after_unseen_attempts() -> Self {
        Self {
            unseen: true,
            ..Self::default()
        }
    }

    /// Resumes after a failure: its attempts stay in the history, and the outcome starts at [`Outcome::Unknown`].
    #[must_use]
    pub fn resumed(mut self) -> Self {
        self.resumed = Some(self.endings.len());
        self
    }

    /// Adds that others may have sent the key in between, with unknown outcome.
    #[must_use]
    pub(crate) fn after_others(mut self) -> Self {
        self.unseen = true;
        self
    }

    /// Adds an earlier refusal under the key with this code: nothing happened, and the server may repeat its answer.
    #[must_use]
    pub(crate) fn after_refusal(mut self, code: &str) -> Self {
        self.refused = Some(code.to_owned());
        self
    }

    /// Adds the ending of the newest attempt.
    pub fn push(&mut self, ending: Ending) {
        self.endings.push(ending);
    }

    /// Replaces the newest ending by one that shows later: the answer belongs to another call, or its stream broke off.
    pub(crate) fn replace_last(&mut self, ending: Ending) {
        if let Some(last) = self.endings.last_mut() {
            *last = ending;
        }
    }

    /// Returns all endings, oldest first.
    pub fn endings(&self) -> &[Ending] {
        &self.endings
    }

    /// Returns the newest ending.
    pub fn last(&self) -> Option<&Ending> {
        self.endings.last()
    }

    /// Returns the endings since the call began or was resumed.
    pub fn current(&self) -> &[Ending] {
        self.endings.get(self.resumed.unwrap_or(0)..).unwrap_or_default()
    }

    /// Returns `true` if bytes of an attempt before the last one left, as far as this history knows.
    pub fn sent_before_last(&self) -> bool {
        self.endings
            .split_last()
            .is_some_and(|(_, earlier)| earlier.iter().any(|ending| *ending != Ending::NotSent))
    }

    /// Returns the outcome of the action over the whole history. Safe methods (RFC 9110, section 9.2.1) have no effect, so
    /// always [`Outcome::NotExecuted`].
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
            } else if self.is_known_refusal(ending) {
                outcome
            } else if outcome == Outcome::NotExecuted && ending.is_used() {
                // No request of this history can have acted, so another action has the key.
                Outcome::Unknown
            } else {
                outcome.max(ending.outcome())
            };
        }
        outcome
    }

    /// Returns `true` if the server repeats the refusal that it gave before this history.
    fn is_known_refusal(&self, ending: &Ending) -> bool {
        let Ending::Answer(answer) = ending else { return false };
        answer.replayed && answer.code.is_some() && answer.code == self.refused.as_deref()
    }

    /// Returns `true` if the ending proves that no earlier attempt acted: the server stored this refusal as the answer to the
    /// key's first request. Not if an attempt succeeded, or got the same refusal directly: then that answer is repeated, and an
    /// attempt before it may have acted. Attempts outside of this history could have done either.
    fn lowers(&self, index: usize) -> bool {
        let Some((Ending::Answer(answer), earlier)) = self.endings[..=index].split_last() else {
            return false;
        };
        !self.unseen
            && answer.replayed
            && answer.is_stored_refusal()
            && !earlier.iter().any(|ending| match ending {
                Ending::Success
                | Ending::CutOff
                | Ending::Unproven
                | Ending::Answer(FailureAnswer { role: Role::Used, .. }) => true,
                Ending::Answer(before) => !before.replayed && before.is_same_refusal(answer),
                Ending::NotSent | Ending::NoAnswer | Ending::Mismatched => false,
            })
    }
}

/// Content of the body of an answer other than 2xx.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureBody<'c> {
    /// Neither a problem document nor a code.
    Nothing,
    /// A code in a body that the operation does not declare. It can delay the next attempt, and never proves that nothing
    /// happened.
    Stray(&'c str),
    /// A body that the operation declares for failures, and its code if it has one.
    Declared(Option<&'c str>),
}

impl<'c> FailureBody<'c> {
    fn code(self) -> Option<&'c str> {
        match self {
            Self::Nothing => None,
            Self::Stray(code) => Some(code),
            Self::Declared(code) => code,
        }
    }
}

/// The API's descriptions of its answers.
#[derive(Debug, Clone, Copy)]
pub struct OutcomeRules {
    /// Its problem codes.
    pub registry: &'static [ProblemRow],
    /// Rules for signing.
    pub signing: Option<&'static SignatureRules>,
    /// Rules for idempotency keys.
    pub idempotency: Option<&'static Idempotency>,
    /// The operation creates a resource.
    pub creates: bool,
}

impl OutcomeRules {
    /// Returns the ending of an attempt that was answered with this status and content.
    pub fn ending(&self, status: u16, told: FailureBody<'_>, replayed: bool) -> Ending {
        if (200..300).contains(&status) {
            return Ending::Success;
        }
        let code = told.code();
        let row = code.and_then(|code| problem::row(self.registry, code));
        Ending::Answer(FailureAnswer {
            status,
            is_declared: matches!(told, FailureBody::Declared(_)),
            needs_row: !self.registry.is_empty(),
            id_at: None,
            is_challenge: false,
            code: row.map(|row| row.code),
            row: row.filter(|row| row.status == status),
            role: code.map_or(Role::Plain, |code| self.heard(code)),
            replayed,
            advice: RetryAdvice::Unstated,
            creates: self.creates,
        })
    }

    /// Returns the role of a code that may be spelt with another case or surrounding blanks: such a code is not in the
    /// registry, but if it resembles a doubtful one, it must never prove that nothing happened.
    fn heard(&self, code: &str) -> Role {
        let is_same = |known: &str| known.eq_ignore_ascii_case(code.trim());
        let resembles = |row: &ProblemRow| {
            row.code != code && is_same(row.code) && (row.is_doubtful() || self.role(row.code).is_doubtful())
        };
        let protocol = [
            self.signing.and_then(|signing| signing.replayed_problem),
            self.idempotency.and_then(|keys| keys.conflict),
            self.idempotency.and_then(|keys| keys.in_progress),
        ];
        match self.role(code) {
            Role::Plain if problem::row(self.registry, code).is_some() => Role::Plain,
            Role::Plain if protocol.into_iter().flatten().any(is_same) || self.registry.iter().any(resembles) => {
                Role::Truncated
            }
            role => role,
        }
    }

    /// Returns the ending of an attempt with an answer other than 2xx whose code could not be read: doubtful if one of the
    /// codes of this status is.
    pub fn truncated(&self, status: u16, replayed: bool) -> Ending {
        let doubtful =
            |row: &ProblemRow| row.status == status && (row.is_doubtful() || self.role(row.code).is_doubtful());
        let role = if self.registry.iter().any(doubtful) {
            Role::Truncated
        } else {
            Role::Plain
        };
        Ending::Answer(FailureAnswer {
            status,
            is_declared: false,
            needs_row: !self.registry.is_empty(),
            id_at: None,
            is_challenge: false,
            code: None,
            row: None,
            role,
            replayed,
            advice: RetryAdvice::Unstated,
            creates: self.creates,
        })
    }

    /// Returns the role of a response by its status and body, and the JSON Pointer of the id of the action; `text` reads a text by JSON
    /// Pointer.
    pub fn role_of_answer(
        &self,
        status: u16,
        text: &dyn Fn(&str) -> Option<String>,
        is_whole: bool,
    ) -> (Role, Option<&'static str>) {
        let answers = self.idempotency.map_or(&[][..], |keys| keys.answers);
        let fits = |answer: &KeyAnswer| answer.fits(status, text, is_whole);
        match answers.iter().find(|(_, answer)| fits(answer) == Some(true)) {
            Some((KeyState::Conflict, answer)) => (Role::Conflict, answer.id),
            Some((KeyState::InProgress, answer)) => (Role::InProgress, answer.id),
            Some((KeyState::Used, answer)) => (Role::Used, answer.id),
            None if answers.iter().any(|(_, answer)| fits(answer).is_none()) => (Role::Truncated, None),
            None => (Role::Plain, None),
        }
    }

    /// Returns the role of a code.
    pub fn role(&self, code: &str) -> Role {
        let is = |known: Option<&str>| known == Some(code);
        if self.signing.is_some_and(|signing| is(signing.signature_problem)) {
            Role::SignatureRefused
        } else if self.signing.is_some_and(|signing| is(signing.expired_problem)) {
            Role::Expired
        } else if self.signing.is_some_and(|signing| is(signing.replayed_problem)) {
            Role::NonceReplayed
        } else if self.idempotency.is_some_and(|keys| is(keys.conflict)) {
            Role::Conflict
        } else if self.idempotency.is_some_and(|keys| is(keys.in_progress)) {
            Role::InProgress
        } else {
            Role::Plain
        }
    }
}

#[cfg(test)]
mod tests;
