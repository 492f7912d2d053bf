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
use crate::paging::{Deadline, Items, Paged};
use crate::refusal::Refusal;
use crate::request::Request;
use crate::retry;

/// The contract's description of a resource's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct State<'s> {
    /// Name of the state; `None` if the resource has no single state.
    pub name: Option<&'s str>,
    /// The state is final.
    pub terminal: bool,
    /// The resource waits for an action of the caller.
    pub needs_action: bool,
}

/// An operation without an effect whose answer is a resource with a state.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be waited for",
    note = "`poll_until` requires a call that only reads or looks up, and whose response has a status with `x-lifecycle`",
    note = "for a list, `poll_items_until` looks at the items of all its pages"
)]
pub trait Pollable: Operation {
    /// Returns the state of the resource; the default without a single state: then only the condition ends the wait.
    fn state(output: &Self::Output) -> State<'_>;
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
    fn state(output: &Self::Output) -> State<'_>;
}

impl<O: PollableLookup> Pollable for Lookup<O> {
    fn state(output: &Self::Output) -> State<'_> {
        <O as PollableLookup>::state(output)
    }
}

/// All items of the list `O`, from its first page to its last.
#[derive(Debug)]
pub struct AllItems<O>(PhantomData<fn() -> O>);

/// The object of a wait: the response of a [`Pollable`] operation, or [`AllItems`] of a list.
pub trait Polled: 'static {
    /// The value that the condition judges.
    type Value: Send;
    /// The operation that reads it.
    const OPERATION: &'static Description;
    /// Returns the state of the value.
    fn current_state(value: &Self::Value) -> State<'_>;
    /// Reads it once, and returns the wait that the server requests.
    fn read(
        core: Core,
        request: Request,
        end: Deadline,
    ) -> impl Future<Output = Result<(Self::Value, Option<Duration>), Error>> + Send;
}

impl<O: Pollable> Polled for O {
    type Value = O::Output;
    const OPERATION: &'static Description = O::DESCRIPTION;

    fn current_state(value: &O::Output) -> State<'_> {
        O::state(value)
    }

    async fn read(core: Core, mut request: Request, end: Deadline) -> Result<(O::Output, Option<Duration>), Error> {
        end.limit(&core, &mut request);
        let response = client::send::<O::Output>(core.clone(), request).await?;
        let asks = retry::retry_after(&response.headers, || core.seconds());
        Ok((response.value, asks))
    }
}

impl<O: Paged> Polled for AllItems<O> {
    type Value = Vec<O::Item>;
    const OPERATION: &'static Description = O::DESCRIPTION;

    fn current_state(_: &Vec<O::Item>) -> State<'_> {
        State::default()
    }

    async fn read(core: Core, request: Request, end: Deadline) -> Result<(Vec<O::Item>, Option<Duration>), Error> {
        let items = Items::<O>::new(core, request).collect_until(end).await?;
        Ok((items, None))
    }
}

/// Intervals and deadline of a wait.
///
/// ```
/// # use sdkwright_runtime::PollPolicy;
/// # use std::time::Duration;
/// let policy = PollPolicy {
///     initial_interval: Duration::from_secs(5),
///     max_interval: Duration::from_secs(60),
///     deadline: Duration::from_secs(60 * 60),
/// };
/// # assert_ne!(policy, PollPolicy::default());
/// ```
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

/// The end of a wait, with the value of the last read.
#[must_use = "the wait may have ended before the expected state"]
pub enum PollResult<P: Polled> {
    /// The condition holds.
    Reached(P::Value),
    /// The condition does not hold, and the state is final.
    Terminal(P::Value),
    /// The condition does not hold, and the resource waits for an action of the caller.
    NeedsAction(P::Value),
    /// The deadline passed before the condition held.
    TimedOut(P::Value),
}

impl<P: Polled> PollResult<P> {
    /// Returns the value, if it fulfills the condition.
    pub fn reached(self) -> Option<P::Value> {
        match self {
            Self::Reached(value) => Some(value),
            _ => None,
        }
    }

    /// Returns the value if it fulfills the condition, and otherwise an error with the value and the reason why the wait ended.
    pub fn reached_or_err(self) -> Result<P::Value, NotReached<P::Value>> {
        let (end, resource) = match self {
            Self::Reached(value) => return Ok(value),
            Self::Terminal(value) => (PollEnd::Terminal, value),
            Self::NeedsAction(value) => (PollEnd::NeedsAction, value),
            Self::TimedOut(value) => (PollEnd::TimedOut, value),
        };
        // An unknown state may be any text.
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        let name = P::current_state(&resource).name;
        let name = name.filter(|name| name.len() <= LONGEST_STATE && name.chars().all(is_name));
        Err(NotReached {
            operation: P::OPERATION,
            state: name.map(str::to_owned),
            end,
            resource,
        })
    }
}

/// Bytes of the longest name of a state that an error repeats.
const LONGEST_STATE: usize = 64;

impl<P: Polled<Value: std::fmt::Debug>> std::fmt::Debug for PollResult<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (name, value) = match self {
            Self::Reached(value) => ("Reached", value),
            Self::Terminal(value) => ("Terminal", value),
            Self::NeedsAction(value) => ("NeedsAction", value),
            Self::TimedOut(value) => ("TimedOut", value),
        };
        f.debug_tuple(name).field(value).finish()
    }
}

/// The reason why a wait ended before its condition held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PollEnd {
    /// The state of the resource is final.
    Terminal,
    /// The resource waits for an action of the caller.
    NeedsAction,
    /// The deadline passed.
    TimedOut,
}

/// The error of a wait that ended before its condition held, with the resource of the last read. The texts contain the
/// operation and the name of the state, and nothing else of the resource.
pub struct NotReached<T> {
    /// The resource.
    pub resource: T,
    /// The reason.
    pub end: PollEnd,
    state: Option<String>,
    operation: &'static Description,
}

impl<T> NotReached<T> {
    /// Returns the name of the state; `None` if the resource has no single state, or one that is not a name.
    pub fn state(&self) -> Option<&str> {
        self.state.as_deref()
    }

    /// Returns the recommended next step.
    pub fn advice(&self) -> &'static str {
        match self.end {
            PollEnd::Terminal => "The state does not change any more. Decide by `resource` of this error.",
            PollEnd::NeedsAction => {
                "Do what the state requires, and wait again. `resource` of this error has the details."
            }
            PollEnd::TimedOut => {
                "Wait again later, with a job or after a webhook. `resource` of this error is the last response."
            }
        }
    }
}

impl<T> std::fmt::Display for NotReached<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the wait ended ")?;
        match (self.end, self.state()) {
            (PollEnd::Terminal, Some(state)) => write!(f, "in the final state `{state}`")?,
            (PollEnd::Terminal, None) => f.write_str("in another final state")?,
            (PollEnd::NeedsAction, Some(state)) => write!(f, "in the state `{state}`, which requires your action")?,
            (PollEnd::NeedsAction, None) => f.write_str("in a state that requires your action")?,
            (PollEnd::TimedOut, Some(state)) => write!(f, "at its deadline, in the state `{state}`")?,
            (PollEnd::TimedOut, None) => f.write_str("at its deadline, before the condition was true")?,
        }
        let Description { id, method, path, .. } = self.operation;
        write!(f, "; {id}, {method} {path}")
    }
}

impl<T> std::fmt::Debug for NotReached<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}\nnext: {}", self.advice())
    }
}

impl<T> std::error::Error for NotReached<T> {}

/// The condition that ends a wait.
type WaitEnd<'p, T> = Box<dyn Fn(&T) -> bool + Send + Sync + 'p>;

/// A call that is repeated until its answer satisfies a condition, which may borrow. `.await` waits.
#[must_use = "nothing is sent until it is awaited"]
pub struct Poll<'p, P: Polled> {
    core: Core,
    request: Request,
    reached: WaitEnd<'p, P::Value>,
    policy: PollPolicy,
}

impl<P: Polled> std::fmt::Debug for Poll<'_, P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Poll")
            .field("operation", &P::OPERATION.id)
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}

impl<'p, O: Paged> Poll<'p, AllItems<O>> {
    /// Creates a wait for a list with the default intervals. The condition judges the items of all pages.
    pub fn items(core: Core, request: Request, reached: impl Fn(&[O::Item]) -> bool + Send + Sync + 'p) -> Self {
        Self::new(core, request, move |items: &Vec<O::Item>| reached(items))
    }
}

impl<'p, P: Polled> Poll<'p, P> {
    /// Creates a wait with the default intervals.
    pub fn new(core: Core, request: Request, reached: impl Fn(&P::Value) -> bool + Send + Sync + 'p) -> Self {
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
    async fn wait(mut self) -> Result<PollResult<P>, Error> {
        let core = self.core.clone();
        let end = Deadline::after(&core, self.policy.deadline);
        let mut asked = 0;
        // A wait may take longer than planned: the last answer then counts as the one at the deadline.
        let mut last = None;
        loop {
            if let (true, Some(last)) = (end.left(&core).is_zero(), last.take()) {
                return Ok(PollResult::TimedOut(last));
            }
            let request = self.request.clone_without_key();
            let answered = P::read(core.clone(), request, end).await;
            self.request = self.request.for_next_page(&core);
            asked += 1;
            let asks = match &answered {
                Ok((_, asks)) => *asks,
                Err(error) => error.retry_after(),
            };
            let wait = self
                .policy
                .next_interval(asked, end.elapsed(&core), asks, core.random());
            let wait = match (answered, wait) {
                (Ok((value, _)), wait) => match (self.judge(value), wait) {
                    (PollResult::TimedOut(value), Some(wait)) => {
                        last = Some(value);
                        wait
                    }
                    (ended, _) => return Ok(ended),
                },
                (Err(error), Some(wait)) if error.may_pass() => wait,
                (Err(error), _) => {
                    // The deadline passed between two pages of a list.
                    let is_late = matches!(error.refusal(), Some(Refusal::Time)) && end.left(&core).is_zero();
                    return last.filter(|_| is_late).map(PollResult::TimedOut).ok_or(error);
                }
            };
            core.sleep(wait).await;
        }
    }

    fn judge(&self, value: P::Value) -> PollResult<P> {
        if (self.reached)(&value) {
            return PollResult::Reached(value);
        }
        match P::current_state(&value) {
            State { terminal: true, .. } => PollResult::Terminal(value),
            State { needs_action: true, .. } => PollResult::NeedsAction(value),
            State { .. } => PollResult::TimedOut(value),
        }
    }
}

impl<'p, P: Polled> IntoFuture for Poll<'p, P> {
    type Output = Result<PollResult<P>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'p>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.wait())
    }
}

#[cfg(test)]
mod tests;
