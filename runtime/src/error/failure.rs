//! The content of an error: the cause of a failure and its call come in, outcome, advice and texts go out. Bodies, arguments
//! and secrets must never print.

use super::kind::ErrorKind;
#[cfg(feature = "streams")]
use crate::call::Origin;
use crate::call::{Carried, Reply};
use crate::clock;
use crate::endpoint::Endpoint;
use crate::journal::{JournalRefusal, Unproven};
use crate::json::DecodeError;
use crate::outcome::{Ending, FailureAnswer, Outcome, Role};
use crate::problem::{Problem, ProblemRow, RetryClass};
use crate::refusal::Refusal;
use crate::retry::Stop;
use crate::transport::Cause;

/// The cause of a failure.
#[derive(Debug)]
pub(crate) enum Trouble {
    Refused(Refusal),
    NotSent(Cause),
    NoAnswer(Cause),
    Problem,
    Status,
    /// A status other than 2xx whose body was cut off.
    Broken(Cause),
    CutOff(Cause),
    TooLarge {
        limit: usize,
    },
    Unreadable(DecodeError),
    /// An answer to another call, recognized by this header or JSON Pointer.
    OfAnother(String),
    /// A 2xx that the contract does not declare, or that shows that nothing happened yet.
    Unproven(Unproven),
    /// An item of a stream that does not match the contract.
    #[cfg_attr(not(feature = "streams"), expect(dead_code, reason = "only a stream has items"))]
    Item {
        number: usize,
        error: DecodeError,
    },
}

impl Trouble {
    pub(crate) fn kind(&self) -> ErrorKind {
        match self {
            Self::Refused(_) => ErrorKind::Refused,
            Self::NotSent(_) => ErrorKind::NotSent,
            Self::NoAnswer(_) => ErrorKind::NoAnswer,
            Self::Problem => ErrorKind::Problem,
            Self::Status | Self::Broken(_) => ErrorKind::Status,
            Self::CutOff(_) => ErrorKind::CutOff,
            Self::TooLarge { .. } => ErrorKind::TooLarge,
            Self::Unreadable(_) | Self::OfAnother(_) | Self::Unproven(_) | Self::Item { .. } => ErrorKind::Unreadable,
        }
    }

    /// Returns the transport's error.
    pub(super) fn cause(&self) -> Option<&Cause> {
        match self {
            Self::NotSent(cause) | Self::NoAnswer(cause) | Self::Broken(cause) | Self::CutOff(cause) => Some(cause),
            _ => None,
        }
    }
}

/// The content of an error.
pub(crate) struct Failure {
    pub(super) trouble: Trouble,
    pub(super) outcome: Outcome,
    pub(super) endpoint: Endpoint,
    pub(super) reply: Option<Reply>,
    pub(super) problem: Option<Problem>,
    pub(super) carried: Option<Box<Carried>>,
    /// Local time of the failure, in seconds since 1970.
    pub(super) at: i64,
    pub(super) support: &'static [&'static str],
    /// Request ids and number of attempts, for failures that do not own the rest of the call.
    pub(super) came: Option<(Vec<String>, usize)>,
    stop: Option<Stop>,
    pub(super) note: Option<&'static str>,
}

impl Failure {
    /// Creates the failure of a call that was refused before it was ready to be sent.
    pub(crate) fn refused(endpoint: Endpoint, refusal: Refusal, outcome: Outcome, at: i64) -> Self {
        Self {
            trouble: Trouble::Refused(refusal),
            outcome,
            endpoint,
            reply: None,
            problem: None,
            carried: None,
            at,
            support: &[],
            came: None,
            stop: None,
            note: None,
        }
    }

    /// Creates the failure of a call.
    pub(crate) fn of(
        trouble: Trouble,
        reply: Option<Reply>,
        problem: Option<Problem>,
        carried: Box<Carried>,
        at: i64,
        support: &'static [&'static str],
    ) -> Self {
        Self {
            trouble,
            outcome: carried.trail.history.outcome(carried.prepared.is_safe()),
            endpoint: carried.prepared.endpoint.clone(),
            reply,
            problem,
            carried: Some(carried),
            at,
            support,
            came: None,
            stop: None,
            note: None,
        }
    }

    /// Creates the failure of a stream that broke off, which takes over the call, or of an item that cannot be decoded.
    #[cfg(feature = "streams")]
    pub(crate) fn of_stream(
        trouble: Trouble,
        reply: Reply,
        origin: Option<&Origin>,
        carried: Option<Box<Carried>>,
    ) -> Self {
        let endpoint = origin.map_or_else(
            || Endpoint::new("", http::Method::GET, ""),
            |origin| origin.endpoint.clone(),
        );
        Self {
            trouble,
            outcome: origin.map_or(Outcome::NotExecuted, |origin| origin.outcome),
            endpoint,
            reply: Some(reply),
            problem: None,
            carried,
            at: origin.map_or(0, |origin| origin.at),
            support: origin.map_or(&[], |origin| origin.support),
            came: origin.map(|origin| (origin.request_ids.clone(), origin.attempts)),
            stop: None,
            note: None,
        }
    }

    /// Stores the request ids and attempts that belong to a faulty answer.
    pub(crate) fn after(mut self, request_ids: Vec<String>, attempts: usize) -> Self {
        self.came = Some((request_ids, attempts));
        self
    }

    pub(crate) fn stopped(mut self, stop: Stop) -> Self {
        self.stop = Some(stop);
        self
    }

    pub(super) fn is_past_retention(&self) -> bool {
        self.stop == Some(Stop::Retention)
    }

    pub(super) fn may_pass(&self) -> bool {
        matches!(
            self.stop,
            Some(Stop::Attempts | Stop::Deadline | Stop::RetryAfter | Stop::Budget)
        )
    }

    /// Raises the outcome to one that is known from another source.
    pub(crate) fn at_least(mut self, outcome: Outcome) -> Self {
        self.outcome = self.outcome.max(outcome);
        self
    }

    /// Returns the answer that failed the call.
    pub(super) fn answer(&self) -> Option<&FailureAnswer> {
        self.reply.as_ref()?;
        match self.carried.as_ref()?.trail.history.last() {
            Some(Ending::Answer(answer)) => Some(answer),
            _ => None,
        }
    }

    /// Returns the contract's row for the last answer, if it holds for the whole call. If the row does not describe the answer,
    /// or an earlier attempt may have acted, then a changed request or a new key would be a second action.
    pub(super) fn row(&self) -> Option<&'static ProblemRow> {
        let (answer, carried) = (self.answer()?, self.carried.as_ref()?);
        let row = answer.row?;
        let outcome = Outcome::from(answer.row_outcome()?);
        let holds = carried.prepared.is_safe() || self.outcome == outcome;
        (holds && answer.outcome() == outcome).then_some(row)
    }

    /// Returns the row if its outcome is that of the call: a read never has an unknown outcome, which its row may have.
    fn fitting_row(&self) -> Option<&'static ProblemRow> {
        let outcome = self.answer()?.row_outcome()?;
        self.row().filter(|_| self.outcome == outcome.into())
    }

    /// Returns `true` if the server keeps its refusal under the key, so that the next request needs a new one.
    pub(super) fn needs_new_key(&self) -> bool {
        let is_refused = self.outcome == Outcome::NotExecuted && self.key().is_some();
        is_refused && self.fitting_row().is_some_and(|row| row.new_key)
    }

    /// Returns the request ids of all attempts, oldest first.
    pub(super) fn request_ids(&self) -> &[String] {
        let carried = self
            .carried
            .as_ref()
            .map(|carried| carried.trail.request_ids.as_slice());
        carried
            .or(self.came.as_ref().map(|(ids, _)| ids.as_slice()))
            .unwrap_or_default()
    }

    /// Returns the text of the idempotency key.
    pub(super) fn key(&self) -> Option<&str> {
        let key = self.carried.as_ref()?.prepared.key.as_ref()?;
        Some(key.as_str())
    }

    /// Returns `true` if the server rejected the signature, or its time.
    pub(super) fn refuses_signature(&self) -> bool {
        matches!(self.role(), Role::SignatureRefused | Role::Expired)
    }

    /// Returns `true` if the same request can have another response.
    pub(super) fn may_be_resent(&self) -> bool {
        let row = self.row().map(|row| row.retry);
        self.role() != Role::Conflict && matches!(row, None | Some(RetryClass::Again | RetryClass::ResignOnce))
    }

    /// Returns `true` if the answer is a problem document of this API.
    pub(super) fn is_problem(&self) -> bool {
        self.answer().is_some_and(|answer| answer.is_problem)
    }

    /// Returns `true` for a refusal that may come from a gateway, after which the action may have happened.
    pub(super) fn is_foreign(&self) -> bool {
        let is_refusal = self
            .answer()
            .is_some_and(|answer| !answer.is_problem && answer.status < 500);
        is_refusal && self.outcome == Outcome::Unknown
    }

    /// Returns how far the local clock is from the `Date` of an answer that rejected the timestamp, in words. A difference that
    /// is small enough to be corrected is a cause of the signature's report.
    pub(super) fn clocks(&self) -> Option<String> {
        let signed = self.carried.as_ref()?.trail.signed.as_ref()?;
        if self.role() != Role::Expired || signed.skew.is_some() {
            return None;
        }
        let date = self.reply.as_ref()?.headers.get(http::header::DATE)?.to_str().ok()?;
        let ahead = self.at.checked_sub(clock::parse_http_date(date)?)?;
        let way = if ahead.is_negative() { "behind" } else { "ahead of" };
        Some(format!(
            "the clock of this machine is {} s {way} the `Date` of the response",
            ahead.unsigned_abs()
        ))
    }

    /// Returns the list that finds the action, and the query parameters that it needs.
    pub(super) fn finding(&self) -> Option<(&'static str, Vec<&'static str>)> {
        let (path, query) = self.carried.as_ref()?.prepared.act.as_ref()?.find?;
        let is_in_doubt = self.outcome == Outcome::Unknown;
        is_in_doubt.then(|| (path, query.iter().map(|(name, _)| *name).collect()))
    }

    fn role(&self) -> Role {
        self.answer().map_or(Role::Plain, |answer| answer.role)
    }

    /// Returns the operation that reads the recorded action, and the name of the id that it takes; only if a journal knows that
    /// id.
    pub(super) fn reading(&self) -> Option<(&'static str, &'static str)> {
        let Trouble::Refused(Refusal::Journal(JournalRefusal::Executed { ids })) = &self.trouble else {
            return None;
        };
        let read = self.carried.as_ref()?.prepared.act.as_ref()?.read;
        read.filter(|(_, id)| ids.iter().any(|(name, _)| name == id))
    }

    pub(super) fn advice(&self) -> &'static str {
        if self.stop == Some(Stop::Retention) {
            return "The server may have forgotten the key. Look the action up by your reference; do not retry it.";
        }
        if self.stop == Some(Stop::Freshness) {
            return "Sending took longer than a signature is valid. Send a smaller body, or use a faster connection.";
        }
        if self.stop == Some(Stop::RetryAfter) && self.outcome == Outcome::NotExecuted {
            return "Nothing happened. Make the call again after the time of `error.retry_after()`.";
        }
        if self.role() == Role::Conflict {
            return "Another body was sent with this key. Look the action up by your reference; never use a new key for it.";
        }
        if let Trouble::Refused(Refusal::Journal(refused)) = &self.trouble {
            return refused.advice();
        }
        match (&self.trouble, self.outcome) {
            (Trouble::Item { .. }, _) => {
                "Read the body of the error: it is the item as it arrived. The stream continues after it."
            }
            (Trouble::Unreadable(_), Outcome::Executed) => {
                "The action happened. Read the body of the error: contract and server differ."
            }
            (Trouble::TooLarge { .. }, Outcome::Executed) => {
                "The action happened. Look it up, or raise the client's `response_limit` and read the beginning of the body."
            }
            _ => {
                let row = self.fitting_row().filter(|row| !row.advice.is_empty());
                row.map_or_else(|| self.plain_advice(), |row| row.advice)
            }
        }
    }

    fn plain_advice(&self) -> &'static str {
        let keyed = self.carried.as_ref().map(|carried| carried.prepared.key.is_some());
        match (self.outcome, keyed) {
            (Outcome::Executed, Some(false)) => {
                "The action happened. Look it up; without a key, a retry would execute it again."
            }
            (Outcome::Executed, _) => {
                "The action happened. Read its response with `client.resend(error)`, or look it up."
            }
            (Outcome::Unknown, Some(true)) => {
                "The action may have happened. Retry with `client.resend(error)`, or look it up; never use a new key."
            }
            (Outcome::Unknown, Some(false)) => {
                "The action may have happened. Look it up before you retry: it has no key, and could happen twice."
            }
            (Outcome::Unknown, None) => {
                "Correct the call and make it again with the same key (`IdempotencyKey::used_before`), or look the action up."
            }
            (Outcome::NotExecuted, _) => match &self.trouble {
                Trouble::Refused(Refusal::Paging(_)) => {
                    "The server returned no next page: report it to its support. The pages so far are not the whole list."
                }
                Trouble::Refused(Refusal::Time) => "Nothing was sent. Make the call again with more time.",
                Trouble::Refused(_) => "Correct the call.",
                Trouble::NotSent(_) => "Check the network and the base URL, then retry.",
                Trouble::OfAnother(_) => {
                    "The response belongs to another call. Make the call again. If it happens again, report it to the API's support."
                }
                Trouble::Unreadable(_) | Trouble::Unproven(_) => {
                    "Read the body of the error: contract and server differ."
                }
                _ => self.refused_advice(),
            },
        }
    }

    /// Returns the advice on a response after which nothing happened, if the contract has none.
    fn refused_advice(&self) -> &'static str {
        let Some(reply) = &self.reply else {
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
