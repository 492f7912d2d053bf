//! The content of an error: a failed call comes in, advice and texts go out. Bodies, arguments and secrets must never print.

use crate::clock;
use crate::exchange::{Failure, FailureCause};
use crate::journal::JournalRefusal;
use crate::outcome::{Ending, FailureAnswer, Outcome, Role};
use crate::problem::{ProblemRow, RetryClass};
use crate::refusal::Refusal;
use crate::retry::Stop;

impl Failure {
    pub(super) fn may_pass(&self) -> bool {
        matches!(
            self.end.stop,
            Some(Stop::Attempts | Stop::Deadline | Stop::RetryAfter | Stop::Budget)
        )
    }

    /// Returns the response that failed the call.
    pub(super) fn answer(&self) -> Option<&FailureAnswer> {
        self.end.reply.as_ref()?;
        self.exchange.fixed()?;
        match self.exchange.trail.history.last() {
            Some(Ending::Answer(answer)) => Some(answer),
            _ => None,
        }
    }

    /// Returns the contract's row for the last response, if it holds for the whole call. If the row does not describe the
    /// response, or an earlier attempt may have acted, then a changed request or a new key would be a second action.
    pub(super) fn row(&self) -> Option<&'static ProblemRow> {
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
    pub(super) fn needs_new_key(&self) -> bool {
        let is_refused = self.outcome == Outcome::NotExecuted && self.key().is_some();
        is_refused && self.fitting_row().is_some_and(|row| row.new_key)
    }

    /// Returns the text of the idempotency key.
    pub(super) fn key(&self) -> Option<&str> {
        let key = self.exchange.fixed()?.key.as_ref()?;
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

    /// Returns `true` if the response is a problem document of this API.
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

    /// Returns how far the local clock is from the `Date` of a response that rejected the timestamp, in words. A difference
    /// that is small enough to be corrected is a cause of the signature's report.
    pub(super) fn clocks(&self) -> Option<String> {
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
    pub(super) fn finding(&self) -> Option<(&'static str, Vec<&'static str>)> {
        let (path, query) = self.exchange.fixed()?.act.as_ref()?.find?;
        let is_in_doubt = self.outcome == Outcome::Unknown;
        is_in_doubt.then(|| (path, query.iter().map(|(name, _)| *name).collect()))
    }

    fn role(&self) -> Role {
        self.answer().map_or(Role::Plain, |answer| answer.role)
    }

    /// Returns the operation that reads the recorded action, and the name of the id that it takes; only if a journal knows that
    /// id.
    pub(super) fn reading(&self) -> Option<(&'static str, &'static str)> {
        let FailureCause::Refused(Refusal::Journal(JournalRefusal::Executed { ids })) = &self.end.cause else {
            return None;
        };
        let read = self.exchange.fixed()?.act.as_ref()?.read;
        read.filter(|(_, id)| ids.iter().any(|(name, _)| name == id))
    }

    pub(super) fn advice(&self) -> &'static str {
        if self.end.stop == Some(Stop::Retention) {
            return "The server may have forgotten the key. Look the action up by your reference; do not retry it.";
        }
        if self.end.stop == Some(Stop::Freshness) {
            return "Sending took longer than a signature is valid. Send a smaller body, or use a faster connection.";
        }
        if self.end.stop == Some(Stop::RetryAfter) && self.outcome == Outcome::NotExecuted {
            return "Nothing happened. Make the call again after the time of `error.retry_after()`.";
        }
        if self.role() == Role::Conflict {
            return "Another body was sent with this key. Look the action up by your reference; never use a new key for it.";
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
                "The action may have happened. Retry with `client.resend(error)`, or look it up; never use a new key."
            }
            (Outcome::Unknown, Some(false)) => {
                "The action may have happened. Look it up before you retry: it has no key, and could happen twice."
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
