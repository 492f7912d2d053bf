//! One call as data: its request once every byte is fixed, the traces of its attempts, and its end. An error owns all of it, so
//! that the call can be resumed.
//!
//! Nothing here decides or sends.
//!
//! Causes of failure have few and stable kinds, for decisions of the caller, logs and metrics. Bodies, arguments and
//! secrets must never print.

mod fixed;

use crate::arrived::{Reply, ResponseView, SentMember, Unproven};
use crate::clock::Moment;
use crate::endpoint::Endpoint;
use crate::journal::{Claim, Journal};
use crate::json::DecodeError;
use crate::outcome::{Ending, History, Outcome};
use crate::problem::Problem;
use crate::refusal::Refusal;
use crate::retry::Stop;
use crate::signing::Signed;
use crate::transport::{Cause, Incoming};
use std::sync::Arc;
use std::time::Duration;

pub(crate) use fixed::{Act, CallAccount, Fixed, FixedParts, ValueType};

/// One use of an operation. Boxed, because the futures that own it are moved.
pub(crate) struct Exchange {
    pub(crate) endpoint: Endpoint,
    pub(crate) trail: Trail,
    /// `None` while the call is sent, if it was refused before its bytes were fixed, and if another error owns them. Without
    /// it, nothing can be resent.
    fixed: Option<Box<Fixed>>,
}

impl Exchange {
    #[inline]
    pub(crate) fn new(endpoint: Endpoint, trail: Trail) -> Box<Self> {
        Box::new(Self {
            endpoint,
            trail,
            fixed: None,
        })
    }

    /// Returns the request, if its bytes were fixed.
    pub(crate) fn fixed(&self) -> Option<&Fixed> {
        self.fixed.as_deref()
    }

    /// Takes the request out, for sending it.
    pub(crate) fn take_fixed(&mut self) -> Option<Box<Fixed>> {
        self.fixed.take()
    }

    /// Returns the exchange with its request.
    pub(crate) fn with(mut self: Box<Self>, fixed: Box<Fixed>) -> Box<Self> {
        self.fixed = Some(fixed);
        self
    }

    /// Returns the outcome of the action, as far as the attempts show it.
    pub(crate) fn outcome(&self) -> Outcome {
        self.trail.history.outcome(self.endpoint.is_safe())
    }

    /// Returns the exchange without its request, for the errors of a stream: only one of them can resume the call.
    pub(crate) fn summary(&self) -> Box<Self> {
        Self::new(self.endpoint.clone(), self.trail.clone())
    }
}

/// Values of the first run of a call. A resumed call has none of them.
#[derive(Clone, Default)]
pub(crate) struct FirstRun {
    /// The request id of the first attempt, if the caller gave one.
    pub(crate) request_id: Option<String>,
    /// Part of the deadline that reading files used, or the wait before a stream continues.
    pub(crate) already_spent: Duration,
    /// The retry budget paid for the first attempt.
    pub(crate) is_paid: bool,
}

/// The traces that a call has left so far.
#[derive(Clone, Default)]
pub(crate) struct Trail {
    /// Values for the first run, until it starts.
    pub(crate) first: FirstRun,
    pub(crate) history: History,
    pub(crate) request_ids: Vec<String>,
    /// Shortest wait before an attempt, as set by an event stream.
    pub(crate) least_wait: Option<Duration>,
    /// Wait that the last response requests, if it is not a success.
    pub(crate) named_wait: Option<Duration>,
    pub(crate) timing: Timing,
    /// The last request id that was sent.
    pub(crate) sent_id: String,
    /// Members that the creation of its resource sent: a response with another value belongs to another call.
    pub(crate) members: Vec<SentMember>,
    /// Digest of the last response that the contract does not declare: another one that agrees with it proves both.
    pub(crate) undeclared: Option<[u8; 32]>,
    /// Mark of the key, for clients without a journal.
    pub(crate) mark: Option<KeyMark>,
    /// The last signed attempt.
    pub(crate) signed: Option<Signed>,
    /// The renewal of the client's access token in this run.
    pub(crate) renewal: Renewal,
}

/// The renewal of an access token that the API refused: once for each run of a call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Renewal {
    /// The API refused no token.
    #[default]
    Unused,
    /// The API refused a token, and the client dropped it.
    Due,
    /// The client sent the call with a new token.
    Used,
}

impl Trail {
    /// Creates the trail of a call that succeeded, from its response.
    pub(crate) fn of_response(request_ids: Vec<String>, attempts: usize) -> Self {
        let mut trail = Self {
            request_ids,
            ..Self::default()
        };
        (0..attempts).for_each(|_| trail.history.push(Ending::Success));
        trail
    }

    /// Adds a request id.
    pub(crate) fn keep(&mut self, id: &str) {
        if !id.is_empty() && !self.request_ids.iter().any(|known| known == id) {
            self.request_ids.push(id.to_owned());
        }
    }

    /// Records that the stream of the last attempt broke off. If events arrived over it, the attempts before it no longer count.
    pub(crate) fn broke_off(&mut self, has_progress: bool) {
        if !has_progress {
            return self.history.replace_last(Ending::CutOff);
        }
        self.history = History::new();
        self.history.push(Ending::CutOff);
        let last = self.request_ids.iter().position(|id| *id == self.sent_id);
        self.request_ids.drain(..last.unwrap_or_default());
    }

    /// Returns the number of attempts, including those of a call that this one resumed.
    pub(crate) fn attempts(&self) -> usize {
        self.history.endings().len()
    }
}

/// The instants of a call: when its key was first and last sent, and a tentative correction of the clock.
#[derive(Clone, Default)]
pub(crate) struct Timing {
    /// Instant of the first sending of the key.
    pub(crate) first: Option<Moment>,
    /// The key was first sent by another application, or before the clock of this one started.
    pub(crate) is_of_others: bool,
    /// Instant of the last sending.
    pub(crate) last: Option<Moment>,
    /// Tentative offset of the clock that the API has not accepted yet, in seconds.
    pub(crate) trial: Option<i64>,
    /// Offset with which the API accepted the last signature.
    pub(crate) taken: Option<i64>,
    /// Offset that counts as accepted once the response is decoded as the value of the call.
    pub(crate) unread: Option<i64>,
    pub(crate) row: Option<ClaimedIntent>,
}

/// The journal and the claim of the call.
#[derive(Clone)]
pub(crate) struct ClaimedIntent(pub(crate) Arc<dyn Journal>, pub(crate) Claim);

/// Mark of the key of one call.
#[derive(Debug, Clone)]
pub(crate) struct KeyMark {
    pub(crate) digest: u64,
    /// The key was sent at least once.
    pub(crate) left: bool,
}

/// A call after its last attempt.
pub(crate) struct Ended<E = End> {
    pub(crate) exchange: Box<Exchange>,
    pub(crate) outcome: Outcome,
    /// Local time of the end, in seconds since 1970.
    pub(crate) at: i64,
    pub(crate) end: E,
}

/// The way a call ended.
pub(crate) enum End {
    Answered(Arrived),
    /// Boxed, because it is larger than a success, and each end is moved.
    Failed(Box<Failed>),
}

/// A failed call.
pub(crate) type FailedCall = Ended<Failed>;

/// A response with a status of success, before its value is decoded.
pub(crate) struct Arrived {
    pub(crate) reply: Reply,
    /// The unread body of a stream.
    pub(crate) stream: Option<Incoming>,
    /// The contract does not declare the response, and a second one agreed with it.
    pub(crate) is_confirmed: bool,
}

/// The reason why a call failed, with the last response.
pub(crate) struct Failed {
    pub(crate) cause: FailureCause,
    pub(crate) reply: Option<Reply>,
    pub(crate) problem: Option<Problem>,
    /// The reason why no further attempt was made.
    pub(crate) stop: Option<Stop>,
    /// The reason why the call was not resumed.
    pub(crate) note: Option<&'static str>,
}

impl Failed {
    pub(crate) fn new(cause: FailureCause, reply: Option<Reply>) -> Self {
        Self {
            cause,
            reply,
            problem: None,
            stop: None,
            note: None,
        }
    }

    /// Returns a text of the response by its JSON Pointer.
    pub(crate) fn text(&self, pointer: &str) -> Option<String> {
        let reply = self.reply.as_ref()?;
        crate::json::text(&reply.body, &reply.limits, 0, pointer)
    }
}

impl Arrived {
    /// Returns the properties by which the response is compared with the contract.
    pub(crate) fn seen(&self) -> ResponseView<'_> {
        self.reply.seen(self.stream.is_none().then_some(&*self.reply.body))
    }
}

impl End {
    /// Returns the last response.
    pub(crate) fn reply(&self) -> Option<&Reply> {
        match self {
            Self::Answered(arrived) => Some(&arrived.reply),
            Self::Failed(failed) => failed.reply.as_ref(),
        }
    }

    /// Returns the kind of failure; `None` for a success.
    pub(crate) fn error(&self) -> Option<ErrorKind> {
        match self {
            Self::Answered(_) => None,
            Self::Failed(failed) => Some(failed.cause.kind()),
        }
    }
}

impl<E> Ended<E> {
    /// Creates the end of a call. Its attempts show the outcome.
    pub(crate) fn new(exchange: Box<Exchange>, end: E, at: i64) -> Self {
        Self {
            outcome: exchange.outcome(),
            exchange,
            at,
            end,
        }
    }

    /// Returns the call with another end.
    pub(crate) fn map<F>(self, change: impl FnOnce(E) -> F) -> Ended<F> {
        Ended {
            exchange: self.exchange,
            outcome: self.outcome,
            at: self.at,
            end: change(self.end),
        }
    }

    /// Raises the outcome to one that is known from another source.
    pub(crate) fn at_least(mut self, outcome: Outcome) -> Self {
        self.outcome = self.outcome.max(outcome);
        self
    }
}

impl Ended {
    /// Returns the response with a status of success, or the failure.
    pub(crate) fn into_result(self) -> Result<Ended<Arrived>, Box<FailedCall>> {
        let call = |end| Ended {
            exchange: self.exchange,
            outcome: self.outcome,
            at: self.at,
            end,
        };
        match self.end {
            End::Answered(arrived) => Ok(call(()).map(|()| arrived)),
            End::Failed(failed) => Err(Box::new(call(()).map(|()| *failed))),
        }
    }
}

impl From<FailedCall> for Ended {
    fn from(failure: FailedCall) -> Self {
        failure.map(|failed| End::Failed(Box::new(failed)))
    }
}

impl FailedCall {
    /// Creates the failure of a call that was not sent.
    pub(crate) fn refused(exchange: Box<Exchange>, refusal: Refusal, at: i64) -> Self {
        Self::new(exchange, Failed::new(FailureCause::Refused(refusal), None), at)
    }
}

impl Ended<Arrived> {
    /// Makes a failure of a response with a status of success. Without a description of what proves the action, only its value
    /// could have proven it.
    pub(crate) fn failed(mut self, cause: FailureCause) -> FailedCall {
        let has_proof = self.exchange.fixed().is_some_and(Fixed::has_proof);
        if !has_proof && self.exchange.trail.history.last() == Some(&Ending::Success) {
            self.exchange.trail.history.replace_last(Ending::CutOff);
        }
        Ended::new(self.exchange, Failed::new(cause, Some(self.end.reply)), self.at)
    }
}

/// The kind of failure of an [`Error`](crate::Error).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client refused the request before sending it, see [`Error::refusal`](crate::Error::refusal).
    Refused,
    /// No connection, or no time left for one. Nothing was sent.
    NotSent,
    /// The request was sent, and no response arrived.
    NoAnswer,
    /// The server returned a problem document.
    Problem,
    /// The server returned a status other than 2xx, without a problem document.
    Status,
    /// A 2xx response whose body was cut off.
    CutOff,
    /// A response beyond the client's size limit.
    TooLarge,
    /// A complete 2xx response that does not match the contract, or that belongs to another call.
    Unreadable,
}

impl ErrorKind {
    /// Returns the kind as one word, for logs and metrics.
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

/// The cause of a failure.
#[derive(Debug)]
pub(crate) enum FailureCause {
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
    /// A response to another call, recognized by this header or JSON Pointer.
    OfAnother(String),
    /// A 2xx that the contract does not declare, or that shows that nothing happened yet.
    Unproven(Unproven),
    /// An item of a stream that does not match the contract.
    Item {
        number: usize,
        error: DecodeError,
    },
}

impl FailureCause {
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
    pub(crate) fn cause(&self) -> Option<&Cause> {
        match self {
            Self::NotSent(cause) | Self::NoAnswer(cause) | Self::Broken(cause) | Self::CutOff(cause) => Some(cause),
            _ => None,
        }
    }
}
