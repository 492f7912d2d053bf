//! The error of all calls: the failure, the outcome of the action, and the data for resuming the call.
//!
//! It keeps status, headers, request ids and the raw body of any response. Neither `Display` nor `Debug` prints a body, an
//! argument or a secret: of a problem document they show code and title, and of a response its request id. If the contract
//! allows it, `Debug` and the support report show the server's explanation, without the values that were sent.

mod mask;
mod text;

use crate::arrived::Reply;
use crate::clock;
use crate::endpoint::Endpoint;
use crate::exchange::{Exchange, FailedCall, FailureCause, Fixed, Trail};
use crate::header::Header;
use crate::journal::JournalRefusal;
use crate::json::{DecodeError, Json};
use crate::outcome::{Ending, FailureAnswer, Outcome, Role};
use crate::problem::{Problem, ProblemCode, ProblemRow, RetryClass};
use crate::refusal::Refusal;
use crate::retry::Stop;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use std::time::Duration;

pub use crate::exchange::ErrorKind;
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
pub struct Error(Box<FailedCall>);

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
        self.code().is_some_and(|received| code.is_same(received))
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

    /// Returns the id of the action under this key, as the response names it. It is that of another action if the key was used for
    /// another request; [`outcome`](Self::outcome) says what happened to this one.
    pub fn id_under_key(&self) -> Option<String> {
        self.0.end.text(self.0.answer()?.id_at?)
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

    /// Returns the response of an unreadable success, and the trail of its call.
    pub(crate) fn unreadable(&self) -> Option<(&Reply, &Trail)> {
        let is_unreadable = matches!(self.0.end.cause, FailureCause::Unreadable(_));
        let reply = self.0.end.reply.as_ref().filter(|_| is_unreadable)?;
        Some((reply, &self.0.exchange.trail))
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
        self.headers().map_or(Ok(None), |headers| header.parse(headers))
    }

    /// Returns the received part of the last response's body.
    pub fn body(&self) -> Option<&Bytes> {
        self.0.end.reply.as_ref().map(|reply| &reply.body)
    }

    /// Returns the wait that the last response requests (`Retry-After`, `retry-after-ms` or a header that the contract declares), or its stream
    /// of events (`retry`).
    pub fn retry_after(&self) -> Option<Duration> {
        let trail = &self.0.exchange.trail;
        trail.named_wait.max(trail.least_wait)
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
        crate::error::text::explain_signature(&self.0)
    }

    /// Returns the data that the API's support needs: request ids, endpoint, time, code, key, references; never a secret or
    /// a body.
    pub fn support_report(&self) -> String {
        crate::error::text::write(&self.0)
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

#[doc(hidden)]
impl From<FailedCall> for Error {
    fn from(failure: FailedCall) -> Self {
        Self(Box::new(failure))
    }
}

#[doc(hidden)]
impl From<Box<FailedCall>> for Error {
    fn from(failure: Box<FailedCall>) -> Self {
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

impl FailedCall {
    fn may_pass(&self) -> bool {
        self.end.stop.is_some_and(Stop::may_pass)
    }

    /// Returns the response that failed the call.
    fn answer(&self) -> Option<&FailureAnswer> {
        self.end.reply.as_ref()?;
        self.exchange.fixed()?;
        match self.exchange.trail.history.last() {
            Some(Ending::Answer(answer)) => Some(answer),
            _ => None,
        }
    }

    /// Returns the contract's row for the last response, if it holds for the whole call. If the row does not describe the
    /// response, or an earlier attempt may have acted, then a changed request or a new key would be a second action.
    fn row(&self) -> Option<&'static ProblemRow> {
        let answer = self.answer()?;
        let row = answer.row?;
        let outcome = Outcome::from(answer.row_outcome()?);
        let holds = self.exchange.endpoint.is_safe() || self.outcome == outcome;
        (holds && answer.outcome() == outcome).then_some(row)
    }

    /// Returns the row if its outcome is that of the call: a read never has an unknown outcome, which its row may have.
    fn fitting_row(&self) -> Option<&'static ProblemRow> {
        let outcome = self.answer()?.row_outcome()?;
        self.row().filter(|_| self.outcome == outcome.into())
    }

    /// Returns `true` if the server keeps its refusal under the key, so that the next request needs a new one.
    fn needs_new_key(&self) -> bool {
        let is_refused = self.outcome == Outcome::NotExecuted && self.key().is_some();
        is_refused && self.fitting_row().is_some_and(|row| row.new_key)
    }

    /// Returns the text of the idempotency key.
    fn key(&self) -> Option<&str> {
        let key = self.exchange.fixed()?.key.as_ref()?;
        Some(key.as_str())
    }

    /// Returns `true` if the server rejected the signature, or its time.
    fn refuses_signature(&self) -> bool {
        matches!(self.role(), Role::SignatureRefused | Role::Expired)
    }

    /// Returns `true` if the same request can have another response.
    fn may_be_resent(&self) -> bool {
        let row = self.row().map(|row| row.retry);
        self.role() != Role::Conflict && matches!(row, None | Some(RetryClass::Again | RetryClass::ResignOnce))
    }

    /// Returns `true` if the response is a problem document of this API.
    fn is_problem(&self) -> bool {
        self.answer().is_some_and(|answer| answer.is_declared)
    }

    /// Returns `true` for a refusal that may come from a gateway, after which the action may have happened.
    fn is_foreign(&self) -> bool {
        let is_refusal = self
            .answer()
            .is_some_and(|answer| !answer.is_declared && answer.status < 500);
        is_refusal && self.outcome == Outcome::Unknown
    }

    /// Returns how far the local clock is from the `Date` of a response that rejected the timestamp, in words. A difference
    /// that is small enough to be corrected is a cause of the signature's report.
    fn clocks(&self) -> Option<String> {
        let signed = self.exchange.trail.signed.as_ref()?;
        if self.role() != Role::Expired || signed.skew.is_some() {
            return None;
        }
        let date = self
            .end
            .reply
            .as_ref()?
            .headers
            .get(http::header::DATE)?
            .to_str()
            .ok()?;
        let ahead = self.at.checked_sub(clock::parse_http_date(date)?)?;
        let way = if ahead.is_negative() { "behind" } else { "ahead of" };
        Some(format!(
            "the clock of this machine is {} s {way} the `Date` of the response",
            ahead.unsigned_abs()
        ))
    }

    /// Returns the list that finds the action, and the query parameters that it needs.
    fn finding(&self) -> Option<(&'static str, Vec<&'static str>)> {
        let (path, query) = self.exchange.fixed()?.act.as_ref()?.find?;
        let is_in_doubt = self.outcome == Outcome::Unknown;
        is_in_doubt.then(|| (path, query.iter().map(|(name, _)| *name).collect()))
    }

    fn role(&self) -> Role {
        self.answer().map_or(Role::Plain, |answer| answer.role)
    }

    /// Returns the operation that reads the recorded action, and the name of the id that it takes; only if a journal knows that
    /// id.
    fn reading(&self) -> Option<(&'static str, &'static str)> {
        let FailureCause::Refused(Refusal::Journal(JournalRefusal::Executed { ids })) = &self.end.cause else {
            return None;
        };
        let read = self.exchange.fixed()?.act.as_ref()?.read;
        read.filter(|(_, id)| ids.iter().any(|(name, _)| name == id))
    }

    fn advice(&self) -> &'static str {
        if self.end.stop == Some(Stop::Retention) {
            return "The server may have forgotten the key. Look the action up by your reference with `.fresh()`; do not retry it.";
        }
        if self.end.stop == Some(Stop::Spent) && self.outcome != Outcome::NotExecuted {
            return "The server refuses the key after this response. Look the action up by your reference with `.fresh()`; never use a new key before.";
        }
        if self.end.stop == Some(Stop::Undeclared) && self.outcome == Outcome::Unknown {
            return "The contract does not state for how long the server remembers the key: retry soon, or look the action up with `.fresh()`; never use a new key.";
        }
        if self.end.stop == Some(Stop::Freshness) {
            return "Sending took longer than a signature is valid. Send a smaller body, or use a faster connection.";
        }
        if self.end.stop == Some(Stop::RetryAfter) && self.outcome == Outcome::NotExecuted {
            return "Nothing happened. Make the call again after the time of `error.retry_after()`.";
        }
        if self.role() == Role::Conflict {
            return "The key was used before, by another request or by this one. Look the action up by your reference with `.fresh()`; never use a new key for it.";
        }
        if let FailureCause::Refused(Refusal::Journal(refused)) = &self.end.cause {
            return refused.advice();
        }
        match (&self.end.cause, self.outcome) {
            (FailureCause::Item { .. }, _) => {
                "Read the body of the error: it is the item as it arrived. The stream continues after it."
            }
            (FailureCause::Unreadable(_), Outcome::Executed) => {
                "The action happened. Read the body of the error: contract and server differ."
            }
            (FailureCause::TooLarge { .. }, Outcome::Executed) => {
                "The action happened. Look it up, or raise the client's `response_limit` and read the beginning of the body."
            }
            _ => {
                let row = self.fitting_row().filter(|row| !row.advice.is_empty());
                row.map_or_else(|| self.plain_advice(), |row| row.advice)
            }
        }
    }

    fn plain_advice(&self) -> &'static str {
        let keyed = self.exchange.fixed().map(|fixed| fixed.key.is_some());
        match (self.outcome, keyed) {
            (Outcome::Executed, Some(false)) => {
                "The action happened. Look it up; without a key, a retry would execute it again."
            }
            (Outcome::Executed, _) => {
                "The action happened. Read its response with `client.resend(error)`, or look it up."
            }
            (Outcome::Unknown, Some(true)) => {
                "The action may have happened. Retry with `client.resend(error)`, or look it up with `.fresh()`; never use a new key."
            }
            (Outcome::Unknown, Some(false)) => {
                "The action may have happened. Look it up with `.fresh()` before you retry: it has no key, and could happen twice."
            }
            (Outcome::Unknown, None) => {
                "Correct the call and make it again with the same key (`IdempotencyKey::used_before`), or look the action up."
            }
            (Outcome::NotExecuted, _) => match &self.end.cause {
                FailureCause::Refused(Refusal::Paging(_)) => {
                    "The server returned no next page: report it to its support. The pages so far are not the whole list."
                }
                FailureCause::Refused(Refusal::Time) => "Nothing was sent. Make the call again with more time.",
                FailureCause::Refused(_) => "Correct the call.",
                FailureCause::NotSent(_) => "Check the network and the base URL, then retry.",
                FailureCause::OfAnother(_) => {
                    "The response belongs to another call. Make the call again. If it happens again, report it to the API's support."
                }
                FailureCause::Unreadable(_) | FailureCause::Unproven(_) => {
                    "Read the body of the error: contract and server differ."
                }
                FailureCause::TooLarge { .. } => {
                    "Raise the client's `response_limit` if such a response is genuine. The body of the error is its beginning."
                }
                _ => self.refused_advice(),
            },
        }
    }

    /// Returns the advice on a response after which nothing happened, if the contract has none.
    fn refused_advice(&self) -> &'static str {
        let Some(reply) = &self.end.reply else {
            return "Nothing happened. Make the call again.";
        };
        let may_pass = matches!(reply.status.as_u16(), 408 | 425 | 429 | 500..);
        match (may_pass, self.is_problem()) {
            (true, _) => {
                "Nothing happened. Make the call again later. If it fails again, send the request ids to the API's support."
            }
            (false, true) => {
                "Nothing happened. Correct the cause, which `error.detail()` may contain, then make the call again."
            }
            (false, false) => {
                "The response does not come from this API: a gateway may have sent it. Check the base URL, and read `error.body()`."
            }
        }
    }
}

#[cfg(test)]
mod tests;
