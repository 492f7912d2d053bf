//! The content of an error: the cause of a failure and its call come in, outcome, advice and texts go out. Bodies, arguments
//! and secrets must never print.

use std::fmt;

use super::kind::ErrorKind;
#[cfg(feature = "streams")]
use crate::call::Origin;
use crate::call::{Carried, Reply};
use crate::endpoint::Endpoint;
use crate::journal::{self, JournalRefusal, Unproven};
use crate::json::DecodeError;
use crate::outcome::{Ending, FailureAnswer, Outcome, Role};
use crate::problem::{OneLine, Problem, ProblemRow, RetryClass};
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
    fn answer(&self) -> Option<&FailureAnswer> {
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
            return "The server may have forgotten the key. Look the action up by your own reference; do not send it again.";
        }
        if self.stop == Some(Stop::Freshness) {
            return "The sending took longer than a signature is good for. Send less at once, or from a faster line.";
        }
        if self.stop == Some(Stop::RetryAfter) && self.outcome == Outcome::NotExecuted {
            return "Nothing happened. Make the call again after the time of `error.retry_after()`.";
        }
        if self.role() == Role::Conflict {
            return "Another request was sent under this key. Look the action up by your own reference; never send it under a new key.";
        }
        if let Trouble::Refused(Refusal::Journal(refused)) = &self.trouble {
            return refused.advice();
        }
        match (&self.trouble, self.outcome) {
            (Trouble::Item { .. }, _) => {
                "Read the body of the error: it is the item as it came. The stream goes on behind it."
            }
            (Trouble::Unreadable(_), Outcome::Executed) => {
                "The action happened. Read the body of the error: contract and server differ."
            }
            (Trouble::TooLarge { .. }, Outcome::Executed) => {
                "The action happened. Look it up, or raise the client's `response_limit` and read the body's beginning."
            }
            _ => {
                let row = self.row().filter(|row| !row.advice.is_empty());
                row.map_or_else(|| self.plain_advice(), |row| row.advice)
            }
        }
    }

    fn plain_advice(&self) -> &'static str {
        let keyed = self.carried.as_ref().map(|carried| carried.prepared.key.is_some());
        match (self.outcome, keyed) {
            (Outcome::Executed, Some(false)) => "The action happened. Look it up; without a key it would happen again.",
            (Outcome::Executed, _) => {
                "The action happened. Send it again with `client.resend(error)` to read its answer, or look it up."
            }
            (Outcome::Unknown, Some(true)) => {
                "The action may have happened. Go on with `client.resend(error)`, or look it up; never use a new key."
            }
            (Outcome::Unknown, Some(false)) => {
                "The action may have happened. Look it up before you send it again: it has no key, and could happen twice."
            }
            (Outcome::Unknown, None) => {
                "Correct the call and make it again under the same key (`IdempotencyKey::used_before`), or look the action up."
            }
            (Outcome::NotExecuted, _) => match &self.trouble {
                Trouble::Refused(Refusal::Paging(_)) => {
                    "The server's pages do not go on: tell its support. What came so far is not the whole list."
                }
                Trouble::Refused(Refusal::Time) => "Nothing was sent. Make the call again with more time.",
                Trouble::Refused(_) => "Correct the call.",
                Trouble::NotSent(_) => "Check the network and the base URL, then send it again.",
                Trouble::OfAnother(_) => {
                    "The answer is that of another call. Make the call again, and tell the API's support if it happens again."
                }
                Trouble::Unreadable(_) | Trouble::Unproven(_) => {
                    "Read the body of the error: contract and server differ."
                }
                _ => {
                    "Nothing happened. Correct the cause, which the response's body may name, then make the call again."
                }
            },
        }
    }

    pub(super) fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(reply) = &self.reply {
            write!(f, "{}", reply.status.as_u16())?;
            // Other text of a server may repeat data that was sent to it: account numbers, names.
            let code = self.problem.as_ref().and_then(Problem::code);
            if let Some(code) = code {
                write!(f, " {}", OneLine(code))?;
            }
            let title = self.problem.as_ref().and_then(Problem::title);
            if let Some(title) = title.filter(|title| Some(*title) != code) {
                write!(f, ", {}", OneLine(title))?;
            }
            f.write_str(match &self.trouble {
                Trouble::Status if reply.body.is_empty() => ", with an empty body",
                Trouble::Status => ", and the body is no problem document",
                Trouble::CutOff(_) | Trouble::Broken(_) => ", and the body was cut off: ",
                _ => "",
            })?;
        }
        match &self.trouble {
            Trouble::Refused(refusal) => write!(f, "{refusal}"),
            Trouble::NotSent(cause) => write!(f, "not sent: {}", Chain(&**cause)),
            Trouble::NoAnswer(cause) => write!(f, "no answer: {}", Chain(&**cause)),
            Trouble::CutOff(cause) | Trouble::Broken(cause) => write!(f, "{}", Chain(&**cause)),
            Trouble::TooLarge { limit } => write!(f, ", and the body is larger than {limit} bytes"),
            Trouble::Unreadable(error) => {
                write!(f, ", and the body is not what the contract says: {error}")?;
                self.describe_media(f)
            }
            Trouble::Item { number, error } => {
                write!(
                    f,
                    ", and item {number} of the stream is not what the contract says: {error}"
                )
            }
            Trouble::OfAnother(place) => {
                write!(
                    f,
                    ", and the answer belongs to another call: `{}` is not this one's",
                    OneLine(place)
                )
            }
            Trouble::Unproven(Unproven::Status) => f.write_str(", which the contract does not declare"),
            Trouble::Unproven(Unproven::MediaType) => {
                f.write_str(", and the body is not what the contract declares")?;
                self.describe_media(f)
            }
            Trouble::Unproven(Unproven::State) => {
                f.write_str(", and the state in the answer is one from which this call starts")
            }
            Trouble::Problem | Trouble::Status => Ok(()),
        }
    }

    /// Writes the media type of the answer beside those of the contract, unless it is one of them.
    fn describe_media(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const LONGEST: usize = 100;
        let (Some(reply), Some(carried)) = (&self.reply, &self.carried) else {
            return Ok(());
        };
        let own = reply.content_type().split(';').next().unwrap_or_default().trim();
        let declared = journal::declared(&carried.prepared.promise.successes, reply.status.as_u16(), own);
        for (at, media) in declared.iter().enumerate() {
            if at == 0 {
                match own {
                    "" => f.write_str("; it has no media type")?,
                    long if long.len() > LONGEST => f.write_str("; its media type is long")?,
                    own => write!(f, "; its media type is `{}`", OneLine(own))?,
                }
                f.write_str(", and the contract declares ")?;
            } else {
                f.write_str(" or ")?;
            }
            match media {
                Some(media) => write!(f, "`{}`", OneLine(media))?,
                None => f.write_str("no body")?,
            }
        }
        Ok(())
    }
}

/// Formats an error with all its sources on one line.
struct Chain<'e>(&'e (dyn std::error::Error + 'static));

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut next = self.0.source();
        while let Some(error) = next {
            write!(f, ": {error}")?;
            next = error.source();
        }
        Ok(())
    }
}
