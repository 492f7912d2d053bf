//! Whether and when to send again: history, last attempt, policy, time and a random number come in, a [`Decision`] goes out.
//!
//! Pure. It must never send a mutation again that has no key, nor anything that the contract says not to.

mod after;
mod budget;
mod clock;

pub(crate) use after::retry_after;
pub use budget::Budget;
pub(crate) use budget::Tokens;
pub(crate) use clock::offset;

use std::time::Duration;

use crate::outcome::{Answer, Ending, History, Role};
use crate::problem::RetryClass;

/// How often and how patiently a call is sent again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Attempts in all, the first included; 1 sends nothing again.
    pub attempts: u32,
    /// The first wait is at most this long; each further one at most twice the one before.
    pub base: Duration,
    /// No wait of ours is longer.
    pub cap: Duration,
    /// No wait that the server asks for (`Retry-After`) is taken for longer.
    pub retry_after_cap: Duration,
    /// What all calls of a client and its clones may repeat together.
    pub budget: Budget,
}

impl Default for Policy {
    /// 4 attempts; waits of up to 250 ms, 500 ms, 1 s and so on to 8 s; `Retry-After` up to 60 s; the default budget.
    fn default() -> Self {
        Self {
            attempts: 4,
            base: Duration::from_millis(250),
            cap: Duration::from_secs(8),
            retry_after_cap: Duration::from_mins(1),
            budget: Budget::default(),
        }
    }
}

/// Everything besides the history that the decision depends on.
#[derive(Debug, Clone, Copy)]
pub struct Situation {
    /// The method is safe (RFC 9110, section 9.2.1).
    pub safe: bool,
    /// There is an idempotency key.
    pub keyed: bool,
    /// Since the call began.
    pub elapsed: Duration,
    /// The call's total deadline.
    pub deadline: Option<Duration>,
    /// Since the key was first sent.
    pub age: Duration,
    /// How long the server remembers a key.
    pub retention: Option<Duration>,
    /// What the last answer's `Retry-After` says.
    pub retry_after: Option<Duration>,
    /// From the signing of the last attempt to its answer.
    pub took: Duration,
    /// How long a signature is good for.
    pub freshness: Option<Duration>,
    /// There is another secret of the client that this call was not signed with yet.
    pub other_secret: bool,
    /// What is left of the budget.
    pub tokens: u32,
    /// Any number, each equally likely: the jitter.
    pub random: u64,
}

/// What to do after an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Send the same key and bytes again after the wait, signed anew.
    Again {
        /// How long to wait.
        wait: Duration,
        /// What has to change before.
        change: Change,
    },
    /// It ends here.
    Stop(Stop),
}

/// What changes before a call is sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Nothing: the budget pays for the attempt.
    Nothing,
    /// The signature alone.
    Signature,
    /// The clock is corrected by the answer's `Date`, if that is plausible.
    Clock,
    /// It is signed with the client's other secret.
    Secret,
}

/// Why a call is not sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// It ended well.
    Done,
    /// What came back is final.
    Final,
    /// A mutation without a key is sent once.
    NoKey,
    /// All attempts are used.
    Attempts,
    /// The deadline would pass.
    Deadline,
    /// The server may have forgotten the key: look the action up instead.
    Retention,
    /// The exchange took longer than a signature is good for, and another one would, too.
    Freshness,
    /// The budget of the client is used up: too much was repeated of late.
    Budget,
}

/// What the last ending alone asks for.
enum Wish {
    Again,
    AtOnce(Change),
    No(Stop),
}

/// Decides what to do after the last attempt of the history.
pub fn decide(history: &History, policy: &Policy, situation: &Situation) -> Decision {
    let Some(last) = history.last() else {
        return Decision::Stop(Stop::Final);
    };
    let wish = match wish(history, last, situation) {
        Wish::No(stop) => return Decision::Stop(stop),
        wish => wish,
    };
    if !situation.safe && !situation.keyed {
        return Decision::Stop(Stop::NoKey);
    }
    let made = u32::try_from(history.current().len()).unwrap_or(u32::MAX);
    if made >= policy.attempts {
        return Decision::Stop(Stop::Attempts);
    }
    let (wait, change) = match wish {
        Wish::AtOnce(change) => (Duration::ZERO, change),
        _ => (pause(made, policy, situation), Change::Nothing),
    };
    if !situation.safe
        && situation
            .retention
            .is_some_and(|retention| situation.age.saturating_add(wait) >= retention)
    {
        return Decision::Stop(Stop::Retention);
    }
    if situation
        .deadline
        .is_some_and(|deadline| situation.elapsed.saturating_add(wait) >= deadline)
    {
        return Decision::Stop(Stop::Deadline);
    }
    if change == Change::Nothing && situation.tokens < policy.budget.cost {
        return Decision::Stop(Stop::Budget);
    }
    Decision::Again { wait, change }
}

fn wish(history: &History, last: &Ending, situation: &Situation) -> Wish {
    match last {
        Ending::Success => Wish::No(Stop::Done),
        // The answer is stored under the key: asking again reads it.
        Ending::CutOff | Ending::NotSent | Ending::NoAnswer | Ending::OfAnother => Wish::Again,
        Ending::Answer(answer) => match (answer.role, class(answer)) {
            (Role::InProgress, _) => Wish::Again,
            (Role::SignatureRefused, _) if situation.other_secret => Wish::AtOnce(Change::Secret),
            // After own bytes under this key the conflict may be with a copy of them that still runs.
            (Role::Conflict, _) if history.sent_before_last() => Wish::Again,
            (Role::Conflict, _) | (_, Some(RetryClass::AfterChange | RetryClass::Never)) => Wish::No(Stop::Final),
            (_, Some(RetryClass::Again)) => Wish::Again,
            (_, Some(RetryClass::ResignOnce)) if resigned(history) => Wish::No(Stop::Final),
            (_, Some(RetryClass::ResignOnce)) => sign_anew(answer, situation),
            (_, None) if matches!(answer.status, 408 | 425 | 429 | 502 | 503 | 504) => Wish::Again,
            (_, None) => Wish::No(Stop::Final),
        },
    }
}

/// Signing anew, with the clock corrected where the answer is about time.
fn sign_anew(answer: &Answer, situation: &Situation) -> Wish {
    if !answer.row.map_or(answer.role == Role::Expired, |row| row.correct_clock) {
        return Wish::AtOnce(Change::Signature);
    }
    // The instant is taken when the sending begins: it was right, and grew old on its way.
    if situation.freshness.is_some_and(|freshness| situation.took >= freshness) {
        return Wish::No(Stop::Freshness);
    }
    Wish::AtOnce(Change::Clock)
}

/// The retry class of an answer: the registry's, else what its code stands for.
fn class(answer: &Answer) -> Option<RetryClass> {
    let by_role = match answer.role {
        Role::Expired | Role::NonceReplayed => Some(RetryClass::ResignOnce),
        Role::Plain | Role::SignatureRefused | Role::Conflict | Role::InProgress | Role::Truncated => None,
    };
    answer.row.map(|row| row.retry).or(by_role)
}

/// Was the call signed anew for such an answer before?
fn resigned(history: &History) -> bool {
    let asks =
        |ending: &&Ending| matches!(ending, Ending::Answer(answer) if class(answer) == Some(RetryClass::ResignOnce));
    history.current().iter().filter(asks).count() > 1
}

/// Exponential backoff with full jitter, never shorter than the server asks for (up to the policy's cap).
fn pause(made: u32, policy: &Policy, situation: &Situation) -> Duration {
    let doubled = policy.base.saturating_mul(2u32.saturating_pow(made.saturating_sub(1)));
    let most = doubled.min(policy.cap);
    let nanos = most.as_nanos().saturating_mul(u128::from(situation.random)) / u128::from(u64::MAX);
    let jitter = Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX));
    jitter.max(situation.retry_after.unwrap_or_default().min(policy.retry_after_cap))
}

#[cfg(test)]
mod tests;
