//! Errors of a store, and of a flow: why a step did not return a value.

use std::path::PathBuf;
use std::time::SystemTime;

use sdkwright_runtime::Error;
use sdkwright_runtime::journal::JournalError;

/// A store failed to read or write. Its texts contain no request and no approval. `Debug` adds the next step to `Display`.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The database said no.
    #[error("the database: {0}")]
    Database(String),
    /// The database is unreachable, does not respond in time, or accepts no writes, such as a standby. A new connection failed,
    /// too.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// The file of the journal was deleted or replaced while it was open. Nothing is sent: what is recorded in it would be lost.
    #[error("the journal's file {0} was deleted or replaced while it was open")]
    Replaced(PathBuf),
    /// The content is not in the format of this version.
    #[error("the journal cannot be read: {0}")]
    Broken(String),
    /// An intent that another release of this crate recorded, in a form that this one does not send.
    #[error(
        "the intent of `{key}` was recorded by another release of this crate (version {version} of its rows), and was not sent"
    )]
    OtherVersion {
        /// The key.
        key: String,
        /// Version of the row.
        version: u16,
    },
    /// Another session holds a lock for longer than it may be waited for.
    #[error(
        "the database: {0}; `SELECT pid, state, query FROM pg_stat_activity WHERE state <> 'idle'` shows the transactions that may block it: wait for them and try again, or set a longer `lock_timeout` for the connection"
    )]
    Locked(String),
    /// Too many concurrent changes of the same rows.
    #[error("the journal is too busy: other calls change the same rows")]
    Busy,
    /// A row is not as a client of this secret wrote it, or was written under a secret that is not known any more.
    #[error("the row of `{0}` cannot be trusted: it was changed, or signed with another secret")]
    Unverified(String),
    /// The key is not in it.
    #[error("the journal has no such key")]
    NoKey,
    /// The file beside it that keeps an upload.
    #[error("the spool: {0}")]
    Spool(#[from] std::io::Error),
    /// A lookup was reported for a key that is not at `reconcile`.
    #[error("the key is in the state `{0}`: only a key in the state `reconcile` accepts a finding")]
    NotToReconcile(&'static str),
    /// A copy of the request may still be on its way, and act: that nothing is there cannot be told yet.
    #[error("a delayed copy of the request could still be executed until {until} (seconds since 1970)")]
    UnderWay {
        /// Latest instant at which such a copy can act, in seconds since 1970.
        until: i64,
    },
    /// The key was read and not found, and certainly not written.
    #[error("{0}")]
    Unsent(Box<StoreError>),
}

impl StoreError {
    /// Returns the same error for another change of the same transaction.
    #[cfg(any(feature = "sqlite", feature = "postgres"))]
    pub(crate) fn for_another(&self) -> Self {
        match self {
            Self::Busy => Self::Busy,
            Self::Replaced(path) => Self::Replaced(path.clone()),
            Self::Database(text) => Self::Database(text.clone()),
            Self::Unavailable(text) => Self::Unavailable(text.clone()),
            other => Self::Database(other.to_string()),
        }
    }

    /// Returns the recommended next step.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::Replaced(_) => "Stop the application, restore the file, and start again.",
            Self::Broken(_) => {
                "Look the action up, and see `sdkwright-journal show KEY`. The row blocks only its key and subject."
            }
            Self::OtherVersion { .. } => "Let that release finish it, or make the same call with the same key.",
            Self::Busy => "Try again.",
            Self::Unverified(_) => {
                "`sdkwright-journal show KEY --secret-env NAME` shows the cause. If the secret changed, pass the previous one to the client too, or run `sdkwright-journal re-sign`. If not, look the action up before anything else."
            }
            Self::NoKey => {
                "Check the key, the client id and the base URL: `sdkwright-journal list --all` shows all rows."
            }
            Self::Spool(_) => "Repair the folder of `Journal::spool`, then make the same call with the same key.",
            Self::NotToReconcile(_) => "Read its record, and do not act on the finding.",
            Self::UnderWay { .. } => "Look it up again after that, and record the result.",
            Self::Unsent(error) => error.advice(),
            _ => "Repair the database, then make the same call with the same key.",
        }
    }
}

/// For an error that `main` returns: a separate line has the next step.
impl std::fmt::Debug for StoreError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}\nnext: {}", self.advice())
    }
}

impl From<StoreError> for JournalError {
    fn from(error: StoreError) -> Self {
        Self {
            why: match &error {
                StoreError::Replaced(_) => format!("{error}. {}", error.advice()),
                _ => error.to_string(),
            },
            is_unsent: matches!(error, StoreError::Unsent(_)),
        }
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_main_has_what_where_and_the_next_step() {
        let error = StoreError::Unverified("cust-typo:create".to_owned());
        let text = format!("{error:?}");
        let (what, next) = text.split_once("\nnext: ").unwrap();
        assert!(
            what.starts_with("the row of `cust-typo:create` cannot be trusted"),
            "{text}"
        );
        assert!(
            next.contains("`sdkwright-journal show KEY --secret-env NAME`"),
            "{text}"
        );
        assert_eq!(error.to_string(), what);
        let unsent = StoreError::Unsent(Box::new(error));
        assert_eq!(format!("{unsent:?}"), text);
    }
}
