//! Failures, as handlers, layers and stores state them: a problem code or a status, and the members of the document.
//! Also the future of all stores, and random bytes.

use std::future::Future;
use std::pin::Pin;

use axum::http::StatusCode;
use sdkwright_json::JsonValue;
use sdkwright_runtime::glue::{Api, ProblemRow, row};
use sdkwright_signing::clock::{NonceSource, SystemNonces};

/// Names of the members of an error in the contract's list of errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorMembers {
    /// The JSON Pointer of the wrong value.
    pub place: &'static str,
    /// The explanation.
    pub message: Option<&'static str>,
}

/// A mistake in one value of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidValue {
    /// JSON Pointer: into the body, or `/path/..`, `/query/..`, `/header/..` or `/cookie/..` with the name of a parameter, and into its value.
    pub pointer: String,
    /// The explanation, without the value.
    pub message: String,
}

impl InvalidValue {
    pub(crate) fn new(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        let (pointer, message) = (pointer.into(), message.into());
        Self { pointer, message }
    }
}

/// A failure of a request: its status, its problem code if it has one, and the members of its document.
#[derive(Clone)]
pub struct Problem {
    pub(crate) status: StatusCode,
    pub(crate) row: Option<&'static ProblemRow>,
    pub(crate) detail: Option<String>,
    pub(crate) errors: Vec<InvalidValue>,
    pub(crate) retry_after: Option<u32>,
    pub(crate) members: Vec<(String, JsonValue)>,
    /// The effect may have happened: the key must stay in use.
    pub(crate) keeps_key: bool,
    /// The database failed: the transaction of a transactional operation has had no effect, or has stored its response.
    pub(crate) keeps_lease: bool,
}

/// Explanation, errors and members never print: a handler may have put values there.
impl std::fmt::Debug for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Problem")
            .field("status", &self.status)
            .field("code", &self.code())
            .finish_non_exhaustive()
    }
}

/// A store that failed in a handler: status 503. Its text is only logged.
impl From<StoreFailure> for Problem {
    fn from(error: StoreFailure) -> Self {
        tracing::error!(%error, "a database failed");
        Self::from_status(StatusCode::SERVICE_UNAVAILABLE).with_failed_database()
    }
}

impl Problem {
    /// Creates the problem of a code of the contract, with its status and title. A code that the registry does not contain
    /// becomes status 500.
    pub fn from_code(registry: &'static [ProblemRow], code: &str) -> Self {
        let row = row(registry, code);
        let status = row.and_then(|row| StatusCode::from_u16(row.status).ok());
        Self {
            row,
            ..Self::from_status(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR))
        }
    }

    /// Creates a problem without a code.
    pub fn from_status(status: StatusCode) -> Self {
        Self {
            status,
            row: None,
            detail: None,
            errors: Vec::new(),
            retry_after: None,
            members: Vec::new(),
            keeps_key: false,
            keeps_lease: false,
        }
    }

    /// Creates the problem of a code if the contract names one, else that of a status.
    pub(crate) fn from_code_or(api: &Api, code: Option<&str>, status: StatusCode) -> Self {
        let is_known = |code: &&str| row(api.registry, code).is_some();
        let code = code.filter(is_known);
        code.map_or_else(|| Self::from_status(status), |code| Self::from_code(api.registry, code))
    }

    /// Creates the problem of an operation without an implementation: status 501.
    pub fn not_implemented() -> Self {
        Self::from_status(StatusCode::NOT_IMPLEMENTED).with_detail("The server does not implement this operation.")
    }

    /// Sets the explanation of this occurrence. The caller of the API reads it.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Adds a mistake in one value of the request. The message must not contain the value.
    #[must_use]
    pub fn with_error(mut self, pointer: impl Into<String>, message: impl Into<String>) -> Self {
        self.errors.push(InvalidValue::new(pointer, message));
        self
    }

    /// Sets the header `Retry-After`, in seconds.
    #[must_use]
    pub fn with_retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// Sets a member of the document by its JSON Pointer, for members that only this API has.
    #[must_use]
    pub fn with_member(mut self, pointer: impl Into<String>, value: impl Into<JsonValue>) -> Self {
        self.members.push((pointer.into(), value.into()));
        self
    }

    /// States that the effect may have happened, such as after a timeout of another server: the key stays in progress, so that no retry
    /// runs the handler again.
    #[must_use]
    pub fn with_unknown_outcome(mut self) -> Self {
        self.keeps_key = true;
        self
    }

    /// States that a database failed. An effect before may have happened, unless it is in the transaction of the response.
    pub(crate) fn with_failed_database(mut self) -> Self {
        self.keeps_lease = true;
        self.with_unknown_outcome()
    }

    /// Returns the status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the problem code; `None` without one.
    pub fn code(&self) -> Option<&'static str> {
        self.row.map(|row| row.code)
    }

    /// Returns `true` if the contract stores this response under the idempotency key.
    pub(crate) fn is_stored(&self) -> bool {
        self.row.is_some_and(|row| row.stored)
    }
}

/// The future of a store.
pub type StoreFuture<'s, T> = Pin<Box<dyn Future<Output = Result<T, StoreFailure>> + Send + 's>>;

/// A store that did not respond. The request gets status 503, and the log gets this text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a store of the server failed: {0}")]
pub struct StoreFailure(pub String);

/// Returns random bytes.
pub(crate) fn random() -> Result<[u8; 16], StoreFailure> {
    let mut bytes = [0; 16];
    let filled = SystemNonces.fill(&mut bytes);
    filled.map(|()| bytes).map_err(|error| StoreFailure(error.to_string()))
}
