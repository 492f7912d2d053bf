//! Waiting for a resource: a call that changes nothing is made again until its answer is what was waited for, or until it
//! never will be without somebody else.
//!
//! When to ask again is a pure function of patience, number and time; what a state means is the contract's word
//! (`x-lifecycle`).

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

/// What the contract says about the state of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct State {
    /// Nothing more will happen.
    pub terminal: bool,
    /// It waits for the caller.
    pub needs_partner: bool,
}

/// An operation that changes nothing and answers with a resource that has a state.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be waited for",
    note = "`until` is for calls that only read or look up, and whose answer has a status with `x-lifecycle`"
)]
pub trait Watched: Operation {
    /// The state of what was read; the default where there is no one state, as of a list: then only what is waited for ends it.
    fn state(output: &Self::Output) -> State;
}

/// `O` as one of its other names calls it: it only asks for a new answer, under a new key each time.
#[derive(Debug)]
pub struct Lookup<O>(PhantomData<fn() -> O>);

impl<O: Operation> Operation for Lookup<O> {
    type Output = O::Output;
    const DESCRIPTION: &'static Description = O::DESCRIPTION;
    const SERVER: Option<&'static str> = O::SERVER;
    const ANSWERS: &'static [u16] = O::ANSWERS;
}

/// An operation that acts, whose lookup answers with a resource that has a state.
pub trait LookedUp: Operation {
    /// The state of what was looked up.
    fn state(output: &Self::Output) -> State;
}

impl<O: LookedUp> Watched for Lookup<O> {
    fn state(output: &Self::Output) -> State {
        <O as LookedUp>::state(output)
    }
}

/// How patiently is waited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// The first wait; each further one is twice as long.
    pub first: Duration,
    /// No wait is longer, but for what the server asks for (`Retry-After`), up to what the client's retry policy obeys.
    pub most: Duration,
    /// All waits and calls together.
    pub deadline: Duration,
}

impl Default for Patience {
    /// After 1 s, 2 s, 4 s and so on to 30 s; 10 minutes in all.
    fn default() -> Self {
        Self {
            first: Duration::from_secs(1),
            most: Duration::from_secs(30),
            deadline: Duration::from_mins(10),
        }
    }
}

impl Patience {
    /// How long to wait after so many answers; nothing if the deadline would pass. A quarter is random, so that many who wait
    /// do not ask at once.
    pub fn next(&self, asked: u32, elapsed: Duration, retry_after: Option<Duration>, random: u64) -> Option<Duration> {
        let doubled = self.first.saturating_mul(2u32.saturating_pow(asked.saturating_sub(1)));
        let most = doubled.min(self.most);
        let spread = most.as_nanos() / 4 * u128::from(random) / u128::from(u64::MAX);
        let wait = most.saturating_sub(Duration::from_nanos(u64::try_from(spread).unwrap_or(0)));
        let wait = wait.max(retry_after.unwrap_or_default());
        (elapsed.saturating_add(wait) < self.deadline).then_some(wait)
    }
}

/// How a waiting ended: with the resource as it was read last.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a waiting that ended may not have got what it waited for"]
pub enum Waited<T> {
    /// It is what was waited for.
    Reached(T),
    /// It is not, and nothing more will happen.
    Terminal(T),
    /// It is not, and it waits for the caller.
    NeedsPartner(T),
    /// It is not yet: the deadline passed.
    NotYet(T),
}

impl<T> Waited<T> {
    /// The resource, if it is what was waited for.
    pub fn reached(self) -> Option<T> {
        match self {
            Self::Reached(value) => Some(value),
            _ => None,
        }
    }

    /// The resource as it was read last, however the waiting ended.
    pub fn into_inner(self) -> T {
        match self {
            Self::Reached(value) | Self::Terminal(value) | Self::NeedsPartner(value) | Self::NotYet(value) => value,
        }
    }
}

/// Is it what is waited for?
type Reached<T> = Box<dyn Fn(&T) -> bool + Send + Sync>;

/// A call that is made again until its answer is what is waited for. `.await` waits.
#[must_use = "nothing is asked until it is awaited"]
pub struct Until<O: Watched> {
    core: Core,
    request: Request,
    reached: Reached<O::Output>,
    patience: Patience,
}

impl<O: Watched> std::fmt::Debug for Until<O> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Until")
            .field("operation", &O::DESCRIPTION.id)
            .field("patience", &self.patience)
            .finish_non_exhaustive()
    }
}

impl<O: Watched> Until<O> {
    /// Waits with the usual patience.
    pub fn new(core: Core, request: Request, reached: impl Fn(&O::Output) -> bool + Send + Sync + 'static) -> Self {
        Self {
            core,
            request,
            reached: Box::new(reached),
            patience: Patience::default(),
        }
    }

    /// Another patience.
    pub fn patience(mut self, patience: Patience) -> Self {
        self.patience = patience;
        self
    }

    /// No longer than this in all.
    pub fn within(mut self, deadline: Duration) -> Self {
        self.patience.deadline = deadline;
        self
    }

    /// Asks until it ends. A failure that may pass (no connection, a server that is busy) is waited for like a state; any other
    /// one, and the last one at the deadline, comes back.
    async fn wait(mut self) -> Result<Waited<O::Output>, Error> {
        let core = self.core.clone();
        let began = core.instant();
        let elapsed = || core.instant().saturating_duration_since(began);
        let mut asked = 0;
        // A wait may take longer than it should: then the last answer is the one at the deadline.
        let mut last = None;
        loop {
            let left = self.patience.deadline.saturating_sub(elapsed());
            if let (true, Some(last)) = (left.is_zero(), last.take()) {
                return Ok(Waited::NotYet(last));
            }
            let mut request = self.request.again();
            request.options.deadline = Some(request.options.deadline.unwrap_or(core.deadline()).min(left));
            let answered = client::send::<O::Output>(core.clone(), request).await;
            self.request = self.request.anew(&core);
            asked += 1;
            let asks = match &answered {
                Ok(response) => retry::retry_after(&response.headers, core.seconds()),
                Err(error) => error.retry_after(),
            };
            let asks = asks.map(|asks| asks.min(core.longest_retry_after()));
            let wait = self.patience.next(asked, elapsed(), asks, core.random());
            let wait = match (answered, wait) {
                (Ok(response), wait) => match (self.judge(response.value), wait) {
                    (Waited::NotYet(value), Some(wait)) => {
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

    fn judge(&self, value: O::Output) -> Waited<O::Output> {
        if (self.reached)(&value) {
            return Waited::Reached(value);
        }
        match O::state(&value) {
            State { terminal: true, .. } => Waited::Terminal(value),
            State {
                needs_partner: true, ..
            } => Waited::NeedsPartner(value),
            State { .. } => Waited::NotYet(value),
        }
    }
}

impl<O: Watched> IntoFuture for Until<O> {
    type Output = Result<Waited<O::Output>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.wait())
    }
}

#[cfg(test)]
mod tests;
