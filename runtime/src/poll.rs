//! Polling of a resource: a call without an effect comes in and is repeated until its answer satisfies a condition, or cannot
//! without another action; the last answer goes out.
//!
//! The next wait is a pure function of intervals, number and time; the meaning of a state comes from the contract
//! (`x-lifecycle`). Only calls that change nothing may be repeated.

use std::future::{Future, IntoFuture};
use std::marker::PhantomData;
use std::pin::Pin;
use std::time::Duration;

use crate::client::{self, Core};
use crate::description::Description;
use crate::error::Error;
use crate::operation::Operation;
use crate::request::Request;
use crate::retry;

/// The contract's description of a resource's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct State {
    /// The state is final.
    pub terminal: bool,
    /// The resource waits for an action of the caller.
    pub needs_action: bool,
}

/// An operation without an effect whose answer is a resource with a state.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be waited for",
    note = "`poll_until` requires a call that only reads or looks up, and whose response has a status with `x-lifecycle`"
)]
pub trait Pollable: Operation {
    /// Returns the state of the resource; the default without a single state, as for a list: then only the condition ends the
    /// wait.
    fn state(output: &Self::Output) -> State;
}

/// The operation `O` under an alias that only requests a fresh answer, under a new key each time.
#[derive(Debug)]
pub struct Lookup<O>(PhantomData<fn() -> O>);

impl<O: Operation> Operation for Lookup<O> {
    type Output = O::Output;
    const DESCRIPTION: &'static Description = O::DESCRIPTION;
    const SERVER: Option<&'static str> = O::SERVER;
    const ANSWERS: &'static [u16] = O::ANSWERS;
}

/// An operation with an effect whose lookup answers with a resource that has a state.
pub trait PollableLookup: Operation {
    /// Returns the state of the resource that was looked up.
    fn state(output: &Self::Output) -> State;
}

impl<O: PollableLookup> Pollable for Lookup<O> {
    fn state(output: &Self::Output) -> State {
        <O as PollableLookup>::state(output)
    }
}

/// Intervals and deadline of a wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PollPolicy {
    /// The first interval; each further one is twice as long.
    pub initial_interval: Duration,
    /// Longest interval. A longer `Retry-After` of the server is obeyed; one that passes the deadline ends the wait at once.
    pub max_interval: Duration,
    /// Deadline of the wait, with all its calls.
    pub deadline: Duration,
}

impl Default for PollPolicy {
    /// Returns intervals of 1 s, 2 s, 4 s and so on to 30 s, with a deadline of 10 minutes.
    fn default() -> Self {
        Self {
            initial_interval: Duration::from_secs(1),
            max_interval: Duration::from_secs(30),
            deadline: Duration::from_secs(10 * 60),
        }
    }
}

impl PollPolicy {
    /// Returns the interval after `asked` answers; `None` if the deadline would pass. A quarter of it is random, so that many
    /// waiting programs do not call at once.
    pub fn next_interval(
        &self,
        asked: u32,
        elapsed: Duration,
        retry_after: Option<Duration>,
        random: u64,
    ) -> Option<Duration> {
        let doubled = self
            .initial_interval
            .saturating_mul(2u32.saturating_pow(asked.saturating_sub(1)));
        let most = doubled.min(self.max_interval);
        let spread = most.as_nanos() / 4 * u128::from(random) / u128::from(u64::MAX);
        let wait = most.saturating_sub(Duration::from_nanos(u64::try_from(spread).unwrap_or(0)));
        let wait = wait.max(retry_after.unwrap_or_default());
        (elapsed.saturating_add(wait) < self.deadline).then_some(wait)
    }
}

/// The end of a wait, with the resource as it was read last.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "the wait may have ended before the expected state"]
pub enum PollResult<T> {
    /// The condition holds.
    Reached(T),
    /// The condition does not hold, and the state is final.
    Terminal(T),
    /// The condition does not hold, and the resource waits for an action of the caller.
    NeedsAction(T),
    /// The deadline passed before the condition held.
    TimedOut(T),
}

impl<T> PollResult<T> {
    /// Returns the resource, if the condition holds.
    pub fn reached(self) -> Option<T> {
        match self {
            Self::Reached(value) => Some(value),
            _ => None,
        }
    }

    /// Returns the resource if the condition holds, and otherwise the reason why the wait ended.
    pub fn reached_or_err(self) -> Result<T, NotReached> {
        match self {
            Self::Reached(value) => Ok(value),
            Self::Terminal(_) => Err(NotReached::Terminal),
            Self::NeedsAction(_) => Err(NotReached::NeedsAction),
            Self::TimedOut(_) => Err(NotReached::TimedOut),
        }
    }
}

/// The reason why a wait ended before its condition held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotReached {
    /// The state of the resource is final.
    Terminal,
    /// The resource waits for an action of the caller.
    NeedsAction,
    /// The deadline passed.
    TimedOut,
}

impl std::fmt::Display for NotReached {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Terminal => "the wait ended in another final state",
            Self::NeedsAction => "the wait ended in a state that requires an action of the caller",
            Self::TimedOut => "the wait ended at its deadline",
        })
    }
}

impl std::error::Error for NotReached {}

/// The condition that ends a wait.
type Reached<'p, T> = Box<dyn Fn(&T) -> bool + Send + Sync + 'p>;

/// A call that is repeated until its answer satisfies a condition, which may borrow. `.await` waits.
#[must_use = "nothing is sent until it is awaited"]
pub struct Poll<'p, O: Pollable> {
    core: Core,
    request: Request,
    reached: Reached<'p, O::Output>,
    policy: PollPolicy,
}

impl<O: Pollable> std::fmt::Debug for Poll<'_, O> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Poll")
            .field("operation", &O::DESCRIPTION.id)
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}

impl<'p, O: Pollable> Poll<'p, O> {
    /// Creates a wait with the default intervals.
    pub fn new(core: Core, request: Request, reached: impl Fn(&O::Output) -> bool + Send + Sync + 'p) -> Self {
        Self {
            core,
            request,
            reached: Box::new(reached),
            policy: PollPolicy::default(),
        }
    }

    /// Sets intervals and deadline.
    pub fn policy(mut self, policy: PollPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// Sets the deadline of the whole wait.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.policy.deadline = deadline;
        self
    }

    /// Repeats the call until the wait ends. A failure that may pass (no connection, a busy server) is retried like a state;
    /// any other failure, and the last one at the deadline, is returned.
    async fn wait(mut self) -> Result<PollResult<O::Output>, Error> {
        let core = self.core.clone();
        let began = core.instant();
        let elapsed = || core.instant().saturating_duration_since(began);
        let mut asked = 0;
        // A wait may take longer than planned: the last answer then counts as the one at the deadline.
        let mut last = None;
        loop {
            let left = self.policy.deadline.saturating_sub(elapsed());
            if let (true, Some(last)) = (left.is_zero(), last.take()) {
                return Ok(PollResult::TimedOut(last));
            }
            let mut request = self.request.clone_without_key();
            request.options.deadline = Some(request.options.deadline.unwrap_or(core.deadline()).min(left));
            let answered = client::send::<O::Output>(core.clone(), request).await;
            self.request = self.request.for_next_page(&core);
            asked += 1;
            let asks = match &answered {
                Ok(response) => retry::retry_after(&response.headers, core.seconds()),
                Err(error) => error.retry_after(),
            };
            let wait = self.policy.next_interval(asked, elapsed(), asks, core.random());
            let wait = match (answered, wait) {
                (Ok(response), wait) => match (self.judge(response.value), wait) {
                    (PollResult::TimedOut(value), Some(wait)) => {
                        last = Some(value);
                        wait
                    }
                    (ended, _) => return Ok(ended),
                },
                (Err(error), Some(wait)) if error.may_pass() => wait,
                (Err(error), _) => return Err(error),
            };
            core.sleep(wait).await;
        }
    }

    fn judge(&self, value: O::Output) -> PollResult<O::Output> {
        if (self.reached)(&value) {
            return PollResult::Reached(value);
        }
        match O::state(&value) {
            State { terminal: true, .. } => PollResult::Terminal(value),
            State { needs_action: true, .. } => PollResult::NeedsAction(value),
            State { .. } => PollResult::TimedOut(value),
        }
    }
}

impl<'p, O: Pollable> IntoFuture for Poll<'p, O> {
    type Output = Result<PollResult<O::Output>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'p>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.wait())
    }
}

#[cfg(test)]
mod tests;
