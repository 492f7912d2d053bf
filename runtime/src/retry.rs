//! The retry policy: history, last attempt, policy, time and a random number come in, a [`Decision`] goes out.
//!
//! Pure. It must never send a mutation without a key again, nor a request whose contract forbids it.
//!
//! The budget protects a server that is down from the load of retries: a retry costs tokens, responses return them, and
//! without tokens every call is sent once.

use crate::clock;
use crate::description::Api;
use crate::idempotency::Retention;
use crate::outcome::{Ending, FailureAnswer, History, Outcome, Role};
use crate::problem::{RetryAdvice, RetryClass, RetryWait, WaitUnit};
use http::header::{DATE, RETRY_AFTER};
use http::{HeaderMap, HeaderName};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// The retry policy of a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Number of attempts, the first included; 1 disables retries.
    pub attempts: u32,
    /// Upper bound of the first wait; the bound doubles with each further one.
    pub base: Duration,
    /// Longest wait of the backoff.
    pub cap: Duration,
    /// Longest `Retry-After` that a call waits for; a later time ends the call. No attempt is made before the time that the server names.
    pub retry_after_cap: Duration,
    /// The retry budget that a client and its clones share.
    pub budget: Budget,
}

impl Default for Policy {
    /// Returns a policy of 4 attempts; waits of up to 250 ms, 500 ms, 1 s and so on to 8 s; `Retry-After` up to 60 s; the
    /// default budget.
    fn default() -> Self {
        Self {
            attempts: 4,
            base: Duration::from_millis(250),
            cap: Duration::from_secs(8),
            retry_after_cap: Duration::from_secs(60),
            budget: Budget::default(),
        }
    }
}

/// All that the decision depends on, besides the history.
#[derive(Debug, Clone, Copy)]
#[allow(clippy::struct_excessive_bools)] // each is a fact of its own
pub struct RetryContext {
    /// The method is safe (RFC 9110, section 9.2.1).
    pub safe: bool,
    /// The request has an idempotency key.
    pub keyed: bool,
    /// The request is an action under a key.
    pub acts: bool,
    /// Time since the call began.
    pub elapsed: Duration,
    /// The call's total deadline.
    pub deadline: Option<Duration>,
    /// Time since the key was first sent.
    pub age: Duration,
    /// The server refuses the key after the last response.
    pub spent: bool,
    /// Shortest time between two requests under one key.
    pub minimum_delay: Duration,
    /// Time for which the server remembers a key.
    pub retention: Retention,
    /// `Retry-After` of the last answer.
    pub retry_after: Option<Duration>,
    /// Time from the signing of the last attempt to its answer.
    pub took: Duration,
    /// Time for which a signature is valid.
    pub freshness: Option<Duration>,
    /// The credential that the client can replace: a secret by one that this call was not signed with yet, or a refused access token by a new one.
    pub other: Option<Change>,
    /// Remaining tokens of the budget.
    pub tokens: u32,
    /// Uniformly distributed random number, for the jitter.
    pub random: u64,
}

impl RetryContext {
    /// The first attempt of a safe method without a key, before its deadline, for an API that states nothing.
    pub const SAFE: Self = Self {
        safe: true,
        keyed: false,
        acts: false,
        elapsed: Duration::ZERO,
        deadline: None,
        age: Duration::ZERO,
        spent: false,
        minimum_delay: Duration::ZERO,
        retention: Retention::Unknown,
        retry_after: None,
        took: Duration::ZERO,
        freshness: None,
        other: None,
        tokens: 0,
        random: 0,
    };

    /// Returns the context of a safe method with all that the contract states.
    pub(crate) fn from_api(api: &Api) -> Self {
        let keys = api.idempotency;
        Self {
            minimum_delay: keys.map_or(Duration::ZERO, |keys| Duration::from_secs(keys.minimum_delay.into())),
            retention: keys.map_or(Retention::Unknown, |keys| keys.retention),
            freshness: api.signing.and_then(|signing| signing.freshness.age()),
            ..Self::SAFE
        }
    }
}

/// The decision after an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Send the same key and bytes again after the wait, with a new signature.
    Again {
        /// Time to wait.
        wait: Duration,
        /// Change before the next attempt.
        change: Change,
    },
    /// Stop here.
    Stop(Stop),
}

/// The change before a call is sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// No change: the budget pays for the attempt.
    Nothing,
    /// A new signature alone.
    Signature,
    /// Correct the clock by the answer's `Date`, if that is plausible.
    Clock,
    /// Sign with the client's other secret.
    Secret,
    /// Request a new access token.
    Token,
}

/// The reason why a call is not sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// The call succeeded.
    Done,
    /// The answer is final.
    Final,
    /// A mutation without a key is sent once.
    NoKey,
    /// The contract does not state for how long the server remembers a key: only the caller can decide.
    Undeclared,
    /// All attempts were used.
    Attempts,
    /// The wait would exceed the deadline.
    Deadline,
    /// `Retry-After` is longer than the policy waits.
    RetryAfter,
    /// The server may have forgotten the key: look the action up instead.
    Retention,
    /// The server refuses the key after this response: look the action up instead.
    Spent,
    /// The exchange took longer than a signature is valid, and so would another one.
    Freshness,
    /// The retry budget of the client is used up.
    Budget,
}

impl Stop {
    /// Returns `true` if only attempts, time or budget ran out: a poll continues, since the cause may pass.
    pub(crate) fn may_pass(self) -> bool {
        match self {
            Self::Attempts | Self::Deadline | Self::RetryAfter | Self::Budget => true,
            Self::Done
            | Self::Final
            | Self::NoKey
            | Self::Undeclared
            | Self::Retention
            | Self::Spent
            | Self::Freshness => false,
        }
    }
}

/// The next step by the last ending alone.
enum Wish {
    Again,
    AtOnce(Change),
    No(Stop),
}

/// Decides on the next step after the last attempt of the history.
pub fn decide(history: &History, policy: &Policy, situation: &RetryContext) -> Decision {
    let Some(last) = history.last() else {
        return Decision::Stop(Stop::Final);
    };
    if situation.spent && !situation.safe {
        return Decision::Stop(Stop::Spent);
    }
    let wish = match wish(history, last, situation) {
        Wish::No(stop) => return Decision::Stop(stop),
        wish => wish,
    };
    let refuses_token = matches!(last, Ending::Answer(answer) if answer.is_declared || answer.is_challenge);
    // A request whose token the server refused was not applied (RFC 9110, section 15.5.2).
    let is_unapplied = matches!(wish, Wish::AtOnce(Change::Token)) && refuses_token && !history.sent_before_last();
    if !situation.safe && !situation.keyed && !is_unapplied {
        return Decision::Stop(Stop::NoKey);
    }
    if !situation.safe && situation.retention == Retention::Undeclared && !is_unapplied {
        return Decision::Stop(Stop::Undeclared);
    }
    let made = u32::try_from(history.current().len()).unwrap_or(u32::MAX);
    if made >= policy.attempts {
        return Decision::Stop(Stop::Attempts);
    }
    let named = situation.retry_after.unwrap_or_default();
    let (wait, change) = match wish {
        Wish::AtOnce(change) => (named, change),
        _ => (named.max(backoff(made, policy, situation.random)), Change::Nothing),
    };
    let wait = if situation.keyed {
        wait.max(situation.minimum_delay)
    } else {
        wait
    };
    let is_forgotten = |retention| situation.age.saturating_add(wait) >= retention;
    if !situation.safe && situation.retention.known().is_some_and(is_forgotten) {
        return Decision::Stop(Stop::Retention);
    }
    let is_late = |deadline| situation.elapsed.saturating_add(wait) >= deadline;
    if situation.deadline.is_some_and(is_late) {
        return Decision::Stop(Stop::Deadline);
    }
    if named > policy.retry_after_cap {
        return Decision::Stop(Stop::RetryAfter);
    }
    if change == Change::Nothing && situation.tokens < policy.budget.cost {
        return Decision::Stop(Stop::Budget);
    }
    Decision::Again { wait, change }
}

fn wish(history: &History, last: &Ending, situation: &RetryContext) -> Wish {
    match last {
        Ending::Success => Wish::No(Stop::Done),
        // The server stores the answer under the key: another attempt reads it.
        Ending::CutOff | Ending::NotSent | Ending::NoAnswer | Ending::Mismatched | Ending::Unproven => Wish::Again,
        Ending::Answer(answer) => match (answer.role, class(answer)) {
            (Role::InProgress, _) => Wish::Again,
            (Role::SignatureRefused, _) if situation.other == Some(Change::Secret) => Wish::AtOnce(Change::Secret),
            _ if answer.status == 401 && situation.other == Some(Change::Token) => Wish::AtOnce(Change::Token),
            (Role::Plain | Role::Expired | Role::Truncated, _) if answer.advice == RetryAdvice::Never => {
                Wish::No(Stop::Final)
            }
            // After own bytes under this key, the conflict may come from a copy of them that is still running.
            (Role::Conflict, _) if history.sent_before_last() => Wish::Again,
            (Role::Plain | Role::Truncated, _) if answer.advice == RetryAdvice::Again => Wish::Again,
            (Role::Conflict, _) | (_, Some(RetryClass::AfterChange | RetryClass::Never)) => Wish::No(Stop::Final),
            (_, Some(RetryClass::Again)) => Wish::Again,
            (_, Some(RetryClass::ResignOnce)) if resigned(history) => Wish::No(Stop::Final),
            (_, Some(RetryClass::ResignOnce)) => sign_anew(answer, situation),
            (_, None) if is_transient(answer) || is_unproven(answer, situation) => Wish::Again,
            (_, None) => Wish::No(Stop::Final),
        },
    }
}

/// Returns `true` if another attempt may succeed, by the status: those of the contract, or else those of every API.
fn is_transient(answer: &FailureAnswer) -> bool {
    match answer.advice {
        RetryAdvice::Listed(is_listed) => is_listed,
        _ => matches!(answer.status, 408 | 425 | 429 | 502 | 503 | 504),
    }
}

/// Returns `true` for an action under a key whose response proves nothing: the server answers the same key again. The contract
/// may list the statuses of retries instead.
fn is_unproven(answer: &FailureAnswer, situation: &RetryContext) -> bool {
    let is_listed = matches!(answer.advice, RetryAdvice::Listed(_));
    situation.acts && !is_listed && answer.outcome() == Outcome::Unknown
}

/// Returns the change for a new signature, with a corrected clock if the answer rejects the timestamp.
fn sign_anew(answer: &FailureAnswer, situation: &RetryContext) -> Wish {
    if answer.role != Role::Expired && !answer.row.is_some_and(|row| row.correct_clock) {
        return Wish::AtOnce(Change::Signature);
    }
    // The timestamp is set before sending: it was right, and expired on the way.
    if situation.freshness.is_some_and(|freshness| situation.took >= freshness) {
        return Wish::No(Stop::Freshness);
    }
    Wish::AtOnce(Change::Clock)
}

/// Returns the retry class of a response: that of the registry, otherwise that of the code's role. An expired signature always needs a new
/// one. A code in a body that the operation does not declare ends nothing.
fn class(answer: &FailureAnswer) -> Option<RetryClass> {
    if answer.role == Role::Expired {
        return Some(RetryClass::ResignOnce);
    }
    let by_role = (answer.role == Role::NonceReplayed).then_some(RetryClass::ResignOnce);
    let of_row = answer.row.map(|row| row.retry);
    let ends = |class: &RetryClass| matches!(class, RetryClass::AfterChange | RetryClass::Never);
    of_row.filter(|class| answer.is_declared || !ends(class)).or(by_role)
}

/// Returns `true` if the call was signed again for such an answer before.
fn resigned(history: &History) -> bool {
    let asks =
        |ending: &&Ending| matches!(ending, Ending::Answer(answer) if class(answer) == Some(RetryClass::ResignOnce));
    history.current().iter().filter(asks).count() > 1
}

/// Returns the wait by exponential backoff with full jitter, without regard to `Retry-After`.
fn backoff(made: u32, policy: &Policy, random: u64) -> Duration {
    let doubled = policy.base.saturating_mul(2u32.saturating_pow(made.saturating_sub(1)));
    let most = doubled.min(policy.cap);
    let nanos = most.as_nanos().saturating_mul(u128::from(random)) / u128::from(u64::MAX);
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}

/// Returns the wait of `retry-after-ms` or `Retry-After`; `None` if it is absent or unreadable. A date is compared with the `Date` of the
/// same answer, from the same clock, or without one with `now` in seconds since 1970.
pub(crate) fn retry_after(headers: &HeaderMap, now: impl FnOnce() -> i64) -> Option<Duration> {
    let text = |name: &HeaderName| headers.get(name)?.to_str().ok().map(str::trim);
    let millis = text(&RETRY_AFTER_MS).and_then(|text| span(text, Duration::from_millis));
    millis.or_else(|| {
        let text = text(&RETRY_AFTER)?;
        span(text, Duration::from_secs).or_else(|| Some(until(clock::parse_http_date(text)?, headers, now())))
    })
}

/// The wait in milliseconds, as some APIs name it.
static RETRY_AFTER_MS: HeaderName = HeaderName::from_static("retry-after-ms");

/// Returns the wait of a header that the contract declares.
pub(crate) fn declared_wait(wait: RetryWait, headers: &HeaderMap, now: i64) -> Option<Duration> {
    let text = headers.get(wait.name)?.to_str().ok()?.trim();
    let at = |unit| Some(until(i64::try_from(span(text, unit)?.as_secs()).ok()?, headers, now));
    match wait.unit {
        WaitUnit::Seconds => span(text, Duration::from_secs),
        WaitUnit::Milliseconds => span(text, Duration::from_millis),
        WaitUnit::UnixSeconds => at(Duration::from_secs),
        // The `Date` of the answer has whole seconds.
        WaitUnit::UnixMillis => Some(at(Duration::from_millis)? + Duration::from_secs(1)),
    }
}

/// Returns the time until an instant in seconds since 1970.
fn until(instant: i64, headers: &HeaderMap, now: i64) -> Duration {
    let theirs = || clock::parse_http_date(headers.get(DATE)?.to_str().ok()?);
    let left = instant.saturating_sub(theirs().unwrap_or(now));
    Duration::from_secs(u64::try_from(left).unwrap_or(0))
}

/// Reads a number of units, rounded up if it has a fraction. One that is too large is the longest time.
fn span(text: &str, unit: fn(u64) -> Duration) -> Option<Duration> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let rest = u64::from(fraction.bytes().any(|digit| digit != b'0'));
    (is_number(whole) && is_number(fraction)).then(|| unit(whole.parse().unwrap_or(u64::MAX).saturating_add(rest)))
}

/// Settings of a retry budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Initial and largest number of tokens.
    pub capacity: u32,
    /// Cost of a retry after a wait, in tokens; 0 disables the budget. An attempt that only replaces the signature costs
    /// nothing.
    pub cost: u32,
    /// Tokens returned by an answer that needs no retry. An answer to a retry returns its cost, too.
    pub refill: u32,
}

impl Default for Budget {
    /// Returns a budget of 500 tokens; 5 for each retry, 1 back for each answer.
    fn default() -> Self {
        Self {
            capacity: 500,
            cost: 5,
            refill: 1,
        }
    }
}

impl Budget {
    /// A budget without limit; the policy of each call still applies.
    pub const UNLIMITED: Self = Self {
        capacity: 0,
        cost: 0,
        refill: 0,
    };

    /// Computes the tokens that an answer returns; `paid` is `true` for a retry that was paid for.
    fn earned(self, paid: bool) -> u32 {
        self.refill.saturating_add(if paid { self.cost } else { 0 })
    }
}

/// The remaining tokens of a budget.
#[derive(Debug)]
pub(crate) struct Tokens(AtomicU32);

impl Tokens {
    pub(crate) fn new(budget: Budget) -> Self {
        Self(AtomicU32::new(budget.capacity))
    }

    pub(crate) fn left(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }

    /// Pays for one attempt. Returns `false`, and takes nothing, if too few tokens are left.
    pub(crate) fn pay(&self, budget: Budget) -> bool {
        let taken = |left: u32| left.checked_sub(budget.cost);
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, taken).is_ok()
    }

    /// Adds the tokens that an answer returns to the budget.
    pub(crate) fn earn(&self, budget: Budget, paid: bool) {
        let more = |left: u32| Some(left.saturating_add(budget.earned(paid)).min(budget.capacity));
        // The closure always returns a value.
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
    }
}

/// Largest difference in seconds by which a server's `Date` may correct the clock.
const MOST: u64 = 24 * 60 * 60;

/// Returns the seconds to add to the local clock to get the server's: its `Date` against the middle of the exchange, which
/// ended at `now` and lasted `took`. `None` if there is no `Date`, or if it is not plausible.
pub(crate) fn offset(headers: &HeaderMap, now: i64, took: Duration) -> Option<i64> {
    let date = clock::parse_http_date(headers.get(DATE)?.to_str().ok()?)?;
    let half = i64::try_from(took.as_secs() / 2).unwrap_or(i64::MAX);
    let offset = date.checked_sub(now.saturating_sub(half))?;
    (offset.unsigned_abs() <= MOST).then_some(offset)
}

#[cfg(test)]
mod tests;
