//! Results of steps: the execution of an intent, or two reads, come in; a value that an engine records, or the time of the next attempt,
//! comes out. A result must never be "not executed" while a copy of the request can still act.

use std::fmt::Display;
use std::time::{Duration, SystemTime};

use sdkwright_runtime::client::{Core, Execution};
use serde::{Deserialize, Serialize};

/// The result of a step that acts or looks up. The engine records it as the value of the step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[must_use = "it says whether the action happened"]
pub enum Settled<T> {
    /// The action happened.
    Executed(T),
    /// The action did not happen and will not. Only now another action may replace it, under another workflow id or step name.
    NotExecuted {
        /// The reason.
        reason: String,
    },
    /// The action may have happened, and is no longer sent: read it from the server, in a step of its own. If a look-up returns
    /// it again, a person decides.
    LookUp(LookUp),
}

impl<T> Settled<T> {
    /// Converts the value of an executed action, such as to its id.
    pub fn map<U>(self, convert: impl FnOnce(T) -> U) -> Settled<U> {
        match self {
            Self::Executed(value) => Settled::Executed(convert(value)),
            Self::NotExecuted { reason } => Settled::NotExecuted { reason },
            Self::LookUp(look_up) => Settled::LookUp(look_up),
        }
    }
}

/// The error of a step that the engine must run again, with the same recorded value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("run the step again in {} s: {reason}", after.as_secs())]
pub struct Again {
    /// The shortest time until then, by the server or the policy of the client.
    pub after: Duration,
    /// The reason.
    pub reason: String,
}

impl Again {
    /// Creates the error of a step that sent nothing.
    pub(crate) fn soon(reason: &impl Display) -> Self {
        Self {
            after: Duration::from_secs(10),
            reason: reason.to_string(),
        }
    }

    /// Reads whether the action happened meanwhile, on a new connection. An API may store a success that nobody can read, and repeat it
    /// until it forgets the key.
    ///
    /// `read` is that of [`LookUp::read`]. Returns [`Settled::Executed`] with what it found, and otherwise this error.
    pub async fn unless_found<T, E, F>(
        self,
        client: &impl AsRef<Core>,
        read: impl Fn() -> F,
    ) -> Result<Settled<T>, Self>
    where
        F: Future<Output = Result<Option<T>, E>>,
    {
        let _new_connections = client.as_ref().begin_lookup();
        match read().await {
            Ok(Some(found)) => Ok(Settled::Executed(found)),
            _ => Err(self),
        }
    }
}

/// An action that only the server knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[must_use = "the action may have happened: look it up"]
pub struct LookUp {
    reason: String,
    /// The last instant at which a copy of the request can act, in seconds since 1970 by the server's clock; `None`: it acted, or no
    /// response has told the time.
    acts_until: Option<i64>,
}

impl LookUp {
    /// Creates the look-up of an action that may have been sent until now.
    pub(crate) fn sent_until_now(core: &Core, reason: &impl Display) -> Self {
        Self {
            reason: reason.to_string(),
            acts_until: core.acts_until(),
        }
    }

    /// Returns why only the server knows the result.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// Looks the action up, twice if the first read finds nothing. All reads use new connections. `read` returns what it found by
    /// your reference, such as the id; for an action that moves a resource, what proves the move.
    ///
    /// - Found: [`Settled::Executed`].
    /// - Not found, and no copy of the request can act any more: [`Settled::NotExecuted`].
    /// - Not found before that instant, or a read that failed: [`Again`].
    /// - Not found, although a response has proved the action, or if none had told the time: [`Settled::LookUp`], for a person.
    pub async fn read<T, E, F>(&self, client: &impl AsRef<Core>, read: impl Fn() -> F) -> Result<Settled<T>, Again>
    where
        E: Display,
        // The bound `AsyncFn` would keep reads that borrow out of spawned tasks: their futures are not known to be `Send`.
        F: Future<Output = Result<Option<T>, E>>,
    {
        let core = client.as_ref();
        let _new_connections = core.begin_lookup();
        let first = core.moment();
        for _ in 0..2 {
            match read().await {
                Ok(Some(found)) => return Ok(Settled::Executed(found)),
                Ok(None) => {}
                Err(error) => {
                    return Err(Again::soon(&error));
                }
            }
        }
        let Some(until) = self.acts_until else {
            return Ok(Settled::LookUp(self.clone()));
        };
        // The reads have confirmed the clock, if it was not known before.
        let left = until.saturating_sub(first.as_known_at(core.moment()));
        let reason = &self.reason;
        match u64::try_from(left) {
            Ok(left) => Err(Again {
                after: Duration::from_secs(left.saturating_add(1)),
                reason: format!("a copy of the request can still act: {reason}"),
            }),
            Err(_) => Ok(Settled::NotExecuted {
                reason: format!("two reads did not find it, and no copy can act any more. Before: {reason}"),
            }),
        }
    }
}

/// Returns the result of an execution as an engine needs it.
pub(crate) fn settled<T>(core: &Core, execution: Execution<T>) -> Result<Settled<T>, Again> {
    Ok(match execution {
        Execution::Executed(Ok(value)) => Settled::Executed(value),
        Execution::Executed(Err(error)) => Settled::LookUp(LookUp {
            reason: error.to_string(),
            acts_until: None,
        }),
        Execution::NotExecuted { error, .. } => Settled::NotExecuted {
            reason: error.to_string(),
        },
        Execution::Unknown {
            error,
            retry_at: Some(at),
        } => {
            let now =
                SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(core.local_seconds()).unwrap_or_default());
            return Err(Again {
                after: at.duration_since(now).unwrap_or_default(),
                reason: error.to_string(),
            });
        }
        Execution::Unknown { error, retry_at: None } => Settled::LookUp(LookUp::sent_until_now(core, &error)),
    })
}
