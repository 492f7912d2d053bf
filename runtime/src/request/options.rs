//! Options of one call: what a request states otherwise than its client.

use std::time::Duration;

use crate::security::Credentials;

/// Options of one call; absent ones come from the client.
#[derive(Debug, Clone, Default)]
pub(crate) struct Options {
    pub(crate) timeout: Option<Duration>,
    pub(crate) deadline: Option<Duration>,
    pub(crate) attempts: Option<u32>,
    pub(crate) request_id: Option<String>,
    /// Returns `true` for an answer of success whose body is read as a stream.
    pub(crate) streams: Option<fn(u16, &str) -> bool>,
    /// The statuses of success that the contract names; if empty, every 2xx.
    pub(crate) answers: &'static [u16],
    /// `true` to send the request despite violations of the contract.
    pub(crate) unchecked: bool,
    /// Credentials that replace those of the client.
    pub(crate) credentials: Credentials,
    /// Requested media types, if different from the contract's first choice.
    pub(crate) accept: Option<String>,
    /// Part of the deadline that was used before the first attempt, for reading files.
    pub(crate) spent: Duration,
}

impl Options {
    /// Returns `true` for a status of success: every 2xx, and those that the contract names.
    pub(crate) fn is_success(&self, status: http::StatusCode) -> bool {
        status.is_success() || self.answers.contains(&status.as_u16())
    }

    /// Returns `true` if the contract names this status of success.
    pub(crate) fn is_named(&self, status: http::StatusCode) -> bool {
        self.answers.is_empty() || self.answers.contains(&status.as_u16())
    }

    /// Returns `true` if the body of this answer is read as a stream.
    pub(crate) fn streams(&self, status: http::StatusCode, content_type: &str) -> bool {
        let streams = self
            .streams
            .is_some_and(|streams| streams(status.as_u16(), content_type));
        streams && self.is_success(status) && self.is_named(status)
    }
}
