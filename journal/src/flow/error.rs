//! Errors of a flow: why a step did not return a value.

use crate::error::StoreError;
use sdkwright_runtime::Error;
use std::time::SystemTime;

/// An error of the application, in a step.
pub type StepError = Box<dyn std::error::Error + Send + Sync>;

/// A step of a flow returned no value. `Debug` adds the next step to `Display`.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum FlowError {
    /// The journal failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The call could not be prepared, so this run sent nothing.
    #[error(transparent)]
    Call(Error),
    /// The action did not happen and will not. The next run of the step is another attempt.
    #[error(transparent)]
    NotExecuted(Error),
    /// The action may have happened. The next run of the step continues with the same key and the same bytes.
    #[error("{error}")]
    Unknown {
        /// The reason.
        #[source]
        error: Error,
        /// The earliest time for the next run. `None`: nothing is sent any more, so look the action up
        /// ([`Flow::look_up`](crate::Flow::look_up)).
        retry_at: Option<SystemTime>,
    },
    /// The step has acted with another request. This one was not sent.
    #[error("the step `{step}` has acted with another request, and this one was not sent; they differ in {}", .difference.join(", "))]
    AnotherRequest {
        /// The step.
        step: String,
        /// The parts that differ: `target`, or the pointers of members of the body. Their values never print.
        difference: Vec<String>,
    },
    /// The call of a step has another key than the step.
    #[error("the call of the step `{0}` has another key than the step")]
    AnotherKey(String),
    /// Another run of the flow may be going on.
    #[error("another run of the flow may be going on until {until} (seconds since 1970)")]
    Leased {
        /// End of its lease, in seconds since 1970.
        until: i64,
    },
    /// The client has no journal, or the response has no id.
    #[error("{0}")]
    Missing(&'static str),
    /// The name of a flow or a step.
    #[error("`{0}` is not the name of a flow or step")]
    Name(String),
    /// No flow has this name.
    #[error("the journal has no flow of this name")]
    NoFlow,
    /// A value that a step keeps.
    #[error("the value of the step `{step}`: {why}")]
    Value {
        /// The step.
        step: String,
        /// The reason. It has no part of the value.
        why: &'static str,
    },
    /// An error of the application.
    #[error(transparent)]
    Step(StepError),
}

impl FlowError {
    /// Returns the error of the call, if there was one.
    pub fn call(&self) -> Option<&Error> {
        match self {
            Self::Call(error) | Self::NotExecuted(error) | Self::Unknown { error, .. } => Some(error),
            _ => None,
        }
    }

    /// Returns the recommended next step.
    fn advice(&self) -> &'static str {
        match self {
            Self::AnotherRequest { .. } => {
                "Send the first request: keep its values with `Flow::keep`, or use another name for another action."
            }
            Self::AnotherKey(_) => "Pass the key of the closure to the call.",
            Self::Leased { .. } => "Run the flow again after that.",
            Self::Missing(_) => "Build the client with this journal, and read the value of the step.",
            Self::Name(_) => {
                "Name a flow with 1 to 160 visible ASCII characters, and a step with a letter and up to 59 of `A-Z a-z 0-9 . _ -`."
            }
            Self::NoFlow => "Check the name, the client id and the base URL.",
            Self::Value { .. } => "Keep a small value of the same type in each run.",
            _ => "Run the flow again.",
        }
    }
}

/// For an error that `main` returns: a separate line has the next step.
impl std::fmt::Debug for FlowError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Store(error) => error.fmt(f),
            Self::Call(error) | Self::NotExecuted(error) | Self::Unknown { error, .. } => {
                std::fmt::Debug::fmt(error, f)
            }
            Self::Step(error) => error.fmt(f),
            other => write!(f, "{other}\nnext: {}", other.advice()),
        }
    }
}
