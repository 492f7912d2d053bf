//! Causes of failure, and their kinds: few and stable, for decisions of the caller, logs and metrics. Bodies, arguments and
//! secrets must never print.

use crate::arrived::Unproven;
use crate::json::DecodeError;
use crate::refusal::Refusal;
use crate::transport::Cause;

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
    #[cfg_attr(not(feature = "streams"), expect(dead_code, reason = "only a stream has items"))]
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
