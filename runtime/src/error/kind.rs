//! Kinds of failure, few and stable: for decisions of the caller, logs and metrics.

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
