//! The one error of all calls: what failed, what happened to the action, and everything that can help to go on.
//!
//! It keeps status, headers, request ids and the raw body of any answer. Neither `Display` nor `Debug` prints a body, an
//! argument or a secret: of a problem document they show code and title, and of an answer its request id.

mod explained;
mod failure;
mod report;

pub(crate) use failure::{Failure, Trouble};

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::call::{Carried, Expected, Reply};
use crate::endpoint::Endpoint;
use crate::header::Header;
use crate::journal::Refused;
use crate::json::{DecodeError, Json};
use crate::outcome::Outcome;
use crate::problem::{OneLine, Problem, ProblemCode, ProblemRow};
use crate::refusal::Refusal;
use crate::retry;
pub use crate::signing::{SignatureReport, SignedComponent};

/// What kind of failure an [`Error`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Refused locally: the request itself is wrong, see [`Error::refusal`].
    Refused,
    /// No connection, or no time for one: nothing left.
    NotSent,
    /// Sent, and no answer came.
    NoAnswer,
    /// A problem document came.
    Problem,
    /// Another status than 2xx came, without a problem document.
    Status,
    /// A 2xx came, and its body was cut off.
    CutOff,
    /// An answer came that is larger than the client reads.
    TooLarge,
    /// A whole 2xx came that is not what the contract says, or an answer that belongs to another call.
    Unreadable,
}

impl ErrorKind {
    /// The kind as a word, for logs and measures.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::NotSent => "not_sent",
            Self::NoAnswer => "no_answer",
            Self::Problem => "problem",
            Self::Status => "status",
            Self::CutOff => "cut_off",
            Self::TooLarge => "too_large",
            Self::Unreadable => "unreadable",
        }
    }
}

/// A call that failed.
///
/// First ask [`outcome`](Self::outcome): what happened to the action. On [`Outcome::NotExecuted`] a changed request or a new
/// key is safe. Otherwise the error owns key, bytes and history of the call: `client.resend(error)` goes on with them.
pub struct Error(Box<Failure>);

impl Error {
    /// What happened to the action, over all attempts.
    pub fn outcome(&self) -> Outcome {
        self.0.outcome
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> ErrorKind {
        self.0.trouble.kind()
    }

    /// Did it fail with this problem code?
    pub fn is<C: ProblemCode>(&self, code: C) -> bool {
        self.code() == Some(code.as_str())
    }

    /// The problem code as it arrived.
    pub fn code(&self) -> Option<&str> {
        self.problem()?.code()
    }

    /// The server's sentence about this failure. It may repeat what was sent, such as an account number: nothing prints it, and
    /// it belongs into no log.
    pub fn detail(&self) -> Option<&str> {
        self.problem()?.detail()
    }

    /// The problem document.
    pub fn problem(&self) -> Option<&Problem> {
        self.0.problem.as_ref()
    }

    /// The id of that name (the type that the contract gives it) of what a journal says happened before under this key. The text of the
    /// error names the call of the contract that reads it by this id, where there is one. Nothing was sent.
    pub fn executed_id(&self, name: &str) -> Option<&str> {
        match self.refusal()? {
            Refusal::Journal(Refused::Executed { ids }) => {
                let found = ids.iter().find(|(known, _)| known == name);
                found.map(|(_, id)| id.as_str())
            }
            _ => None,
        }
    }

    /// What the contract says about the problem code, where that holds for the whole call; nothing where the answer is not one
    /// that the row speaks of, or where an earlier attempt may have acted.
    pub fn row(&self) -> Option<&'static ProblemRow> {
        self.0.row()
    }

    /// Why the call was refused locally.
    pub fn refusal(&self) -> Option<&Refusal> {
        match &self.0.trouble {
            Trouble::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// Where the answer is not what the contract says.
    pub fn decode_error(&self) -> Option<&DecodeError> {
        match &self.0.trouble {
            Trouble::Unreadable(error) | Trouble::Item { error, .. } => Some(error),
            _ => None,
        }
    }

    /// The status of the last answer.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.reply.as_ref().map(|reply| reply.status)
    }

    /// The headers of the last answer.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.0.reply.as_ref().map(|reply| &reply.headers)
    }

    /// A header of the last answer that the contract names, read as it says; nothing if it did not come.
    #[allow(clippy::needless_pass_by_value, reason = "it is said in place")]
    pub fn header<H: Json>(&self, header: Header<H>) -> Result<Option<H>, DecodeError> {
        self.headers().map_or(Ok(None), |headers| header.read(headers))
    }

    /// The body of the last answer, as far as it came.
    pub fn body(&self) -> Option<&Bytes> {
        self.0.reply.as_ref().map(|reply| &reply.body)
    }

    /// How long the last answer asks to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        retry::retry_after(self.headers()?, self.0.at)
    }

    /// What was called.
    pub fn endpoint(&self) -> &Endpoint {
        &self.0.endpoint
    }

    /// Request ids of all attempts, those of the server included, oldest first.
    pub fn request_ids(&self) -> &[String] {
        self.0
            .carried
            .as_ref()
            .map(|carried| carried.trail.request_ids.as_slice())
            .or(self.0.came.as_ref().map(|(ids, _)| ids.as_slice()))
            .unwrap_or_default()
    }

    /// How often the call was attempted, calls that this one resumed included.
    pub fn attempts(&self) -> usize {
        self.0
            .carried
            .as_ref()
            .map(|carried| carried.trail.history.endings().len())
            .or(self.0.came.as_ref().map(|(_, attempts)| *attempts))
            .unwrap_or(0)
    }

    /// The text of the key that the error owns.
    pub fn key(&self) -> Option<&str> {
        self.0
            .carried
            .as_ref()?
            .prepared
            .key
            .as_ref()
            .map(crate::idempotency::IdempotencyKey::as_str)
    }

    /// What to do.
    pub fn advice(&self) -> &str {
        self.0.advice()
    }

    /// What was signed for the last attempt, component by component, and why a server may refuse it; nothing for a call that was
    /// not signed. Never a secret or an argument: of those there are lengths and hashes.
    pub fn explain_signature(&self) -> Option<SignatureReport> {
        explained::explain(&self.0)
    }

    /// What the API's support asks for: request ids, endpoint, time, code, references; never a secret or a body.
    pub fn support_report(&self) -> String {
        report::write(&self.0)
    }

    /// Did it fail for a reason that may pass, and was given up for want of attempts or time alone?
    pub(crate) fn may_pass(&self) -> bool {
        self.0.may_pass()
    }

    pub(crate) fn expecting(mut self, answer: Expected) -> Self {
        if let Some(carried) = &mut self.0.carried {
            carried.answer = Some(answer);
        }
        self
    }

    pub(crate) fn noted(mut self, note: &'static str) -> Self {
        self.0.note = Some(note);
        self
    }

    /// Was it given up because the server may have forgotten the key?
    pub(crate) fn is_past_retention(&self) -> bool {
        self.0.is_past_retention()
    }

    pub(crate) fn reply(&self) -> Option<&Reply> {
        self.0.reply.as_ref()
    }

    pub(crate) fn carried(&self) -> Option<&Carried> {
        self.0.carried.as_deref()
    }

    pub(crate) fn into_carried(mut self) -> Result<Box<Carried>, Self> {
        self.0.carried.take().ok_or(self)
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Self(Box::new(failure))
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: ", self.endpoint())?;
        self.0.describe(f)?;
        write!(f, " [{}", self.outcome())?;
        if let Some(id) = self.request_ids().last() {
            write!(f, "; request id {}", OneLine(id))?;
        }
        f.write_str("]")?;
        if let Some((call, id)) = self.0.reading() {
            write!(f, "; read it with `{call}`, by `executed_id(\"{id}\")` of this error")?;
        }
        match self.0.note {
            Some(note) => write!(f, "; not sent again: {note}"),
            None => Ok(()),
        }
    }
}

impl std::fmt::Debug for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.kind())
            .field("outcome", &self.outcome())
            .field("endpoint", &format_args!("{}", self.endpoint()))
            .field("status", &self.status().map(|status| status.as_u16()))
            .field("code", &self.code().map(OneLine))
            .field("attempts", &self.attempts())
            .field(
                "request_ids",
                &self.request_ids().iter().map(|id| OneLine(id)).collect::<Vec<_>>(),
            )
            .field("what", &format_args!("{self}"))
            .finish_non_exhaustive()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.trouble.source()
    }
}

#[cfg(test)]
mod tests;
