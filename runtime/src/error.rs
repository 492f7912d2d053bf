//! The error of all calls: the failure, the outcome of the action, and the data for resuming the call.
//!
//! It keeps status, headers, request ids and the raw body of any response. Neither `Display` nor `Debug` prints a body, an
//! argument or a secret: of a problem document they show code and title, and of a response its request id. If the contract
//! allows it, `Debug` and the support report show the server's explanation, without the values that were sent.

mod failure;
mod mask;
mod report;
mod shown;
mod text;

pub use crate::exchange::ErrorKind;

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::arrived::Reply;
use crate::endpoint::Endpoint;
use crate::exchange::{Exchange, Failure, FailureCause, Fixed};
use crate::header::Header;
use crate::journal::JournalRefusal;
use crate::json::{DecodeError, Json};
use crate::outcome::Outcome;
use crate::problem::{Problem, ProblemCode, ProblemRow};
use crate::refusal::Refusal;
use crate::retry;
pub use crate::signing::{SignatureReport, SignedComponent};

/// A call that failed.
///
/// [`outcome`](Self::outcome) returns what happened to the action, and [`advice`](Self::advice) the recommended next step:
///
/// ```
/// # use sdkwright_runtime::{Error, Outcome};
/// # fn handle(error: &Error) {
/// match error.outcome() {
///     // Nothing happened. Correct the cause, then make the call again.
///     Outcome::NotExecuted => eprintln!("refused: {error}"),
///     // The action may have happened. Resume with `client.resend(error)`, or look the action up; never use a new key.
///     Outcome::Unknown => eprintln!("in doubt, key {:?}: {error}", error.key()),
///     // The action happened, but its response could not be read. Look the action up; do not repeat it.
///     Outcome::Executed => eprintln!("done: {error}"),
/// }
/// eprintln!("{}", error.advice());
/// # }
/// ```
///
/// The error owns the key, the bytes and the history of the call, so that `client.resend(error)` can resume it.
/// [`code`](Self::code) and [`is`](Self::is) identify a problem of the server, [`detail`](Self::detail) explains it, and
/// [`support_report`](Self::support_report) returns what the API's support needs.
pub struct Error(Box<Failure>);

impl Error {
    /// Returns the outcome of the action, over all attempts.
    pub fn outcome(&self) -> Outcome {
        self.0.outcome
    }

    /// Returns the kind of failure.
    pub fn kind(&self) -> ErrorKind {
        self.0.end.cause.kind()
    }

    /// Returns `true` if the call failed with this problem code.
    pub fn is<C: ProblemCode>(&self, code: C) -> bool {
        self.code() == Some(code.as_str())
    }

    /// Returns the problem code as received.
    pub fn code(&self) -> Option<&str> {
        self.problem()?.code()
    }

    /// Returns the server's explanation of this failure as received. It may repeat sent data, such as an account number, and must
    /// not be logged. If the contract allows it, `Debug` and [`support_report`](Self::support_report) show it without sent values.
    pub fn detail(&self) -> Option<&str> {
        self.problem()?.detail()
    }

    /// Returns the problem document.
    pub fn problem(&self) -> Option<&Problem> {
        self.0.end.problem.as_ref()
    }

    /// Returns the id with this name (its type in the contract) of the action that a journal has recorded under this key. The
    /// error's text names the operation that reads the action by this id, if there is one. Nothing was sent.
    pub fn executed_id(&self, name: &str) -> Option<&str> {
        match self.refusal()? {
            Refusal::Journal(JournalRefusal::Executed { ids }) => {
                let found = ids.iter().find(|(known, _)| known == name);
                found.map(|(_, id)| id.as_str())
            }
            _ => None,
        }
    }

    /// Returns the contract's row of the problem code, if it holds for the whole call; `None` if the row does not describe this
    /// response, or if an earlier attempt may have acted.
    pub fn row(&self) -> Option<&'static ProblemRow> {
        self.0.row()
    }

    /// Returns the reason why the call was refused locally.
    pub fn refusal(&self) -> Option<&Refusal> {
        match &self.0.end.cause {
            FailureCause::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// Returns the place where the response does not match the contract.
    pub fn decode_error(&self) -> Option<&DecodeError> {
        match &self.0.end.cause {
            FailureCause::Unreadable(error) | FailureCause::Item { error, .. } => Some(error),
            _ => None,
        }
    }

    /// Returns the transport's error, if the call ended with one.
    pub fn transport_error(&self) -> Option<&(dyn std::error::Error + Send + Sync + 'static)> {
        self.0.end.cause.cause().map(|cause| &**cause)
    }

    /// Returns the status of the last response.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.end.reply.as_ref().map(|reply| reply.status)
    }

    /// Returns the headers of the last response.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.0.end.reply.as_ref().map(|reply| &reply.headers)
    }

    /// Returns a header of the last response that the contract names, with the type in the contract; `None` if it is absent.
    #[allow(clippy::needless_pass_by_value, reason = "it is said in place")]
    pub fn header<H: Json>(&self, header: Header<H>) -> Result<Option<H>, DecodeError> {
        self.headers().map_or(Ok(None), |headers| header.read(headers))
    }

    /// Returns the received part of the last response's body.
    pub fn body(&self) -> Option<&Bytes> {
        self.0.end.reply.as_ref().map(|reply| &reply.body)
    }

    /// Returns the wait that the last response requests (`Retry-After`).
    pub fn retry_after(&self) -> Option<Duration> {
        retry::retry_after(self.headers()?, self.0.at)
    }

    /// Returns the endpoint of the call.
    pub fn endpoint(&self) -> &Endpoint {
        &self.0.exchange.endpoint
    }

    /// Returns the request ids of all attempts, those of the server included, oldest first.
    pub fn request_ids(&self) -> &[String] {
        &self.0.exchange.trail.request_ids
    }

    /// Returns the number of attempts, including those of a call that this one resumed.
    pub fn attempts(&self) -> usize {
        self.0.exchange.trail.attempts()
    }

    /// Returns the text of the idempotency key that the error owns.
    pub fn key(&self) -> Option<&str> {
        self.0.key()
    }

    /// Returns the recommended next step.
    pub fn advice(&self) -> &str {
        self.0.advice()
    }

    /// Explains the signature of the last attempt, component by component, with the likely reasons of its refusal; `None` for
    /// an unsigned call. Secrets and arguments appear only as lengths and hashes.
    pub fn explain_signature(&self) -> Option<SignatureReport> {
        report::explain_signature(&self.0)
    }

    /// Returns the data that the API's support needs: request ids, endpoint, time, code, key, references; never a secret or
    /// a body.
    pub fn support_report(&self) -> String {
        report::write(&self.0)
    }

    /// Returns `true` if the cause may pass, and the call ended only because its attempts or its time ran out.
    pub(crate) fn may_pass(&self) -> bool {
        self.0.may_pass()
    }

    pub(crate) fn noted(mut self, note: &'static str) -> Self {
        self.0.end.note = Some(note);
        self
    }

    pub(crate) fn reply(&self) -> Option<&Reply> {
        self.0.end.reply.as_ref()
    }

    pub(crate) fn exchange(&self) -> &Exchange {
        &self.0.exchange
    }

    /// Takes the call out, with its request, or returns the error of a call that has none.
    pub(crate) fn into_exchange(mut self) -> Result<(Box<Exchange>, Box<Fixed>), Self> {
        match self.0.exchange.take_fixed() {
            Some(fixed) => Ok((self.0.exchange, fixed)),
            None => Err(self),
        }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Self(Box::new(failure))
    }
}

impl From<Box<Failure>> for Error {
    fn from(failure: Box<Failure>) -> Self {
        Self(failure)
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        text::line(&self.0, f)
    }
}

impl std::fmt::Debug for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        text::block(&self.0, f)
    }
}

// `Display` names all causes, so `source` has none to add.
impl std::error::Error for Error {}

#[cfg(test)]
mod tests;
