//! Parts of a request: its options, its body before it is laid out, and the target of a call without a description.

use std::time::Duration;

use bytes::Bytes;
use http::Method;

use crate::multipart::{Multipart, Upload};
use crate::security::Credentials;

/// Options of one call; absent ones come from the client.
#[derive(Debug, Clone, Default)]
pub(crate) struct CallOptions {
    pub(crate) timeout: Option<Duration>,
    pub(crate) deadline: Option<Duration>,
    pub(crate) attempts: Option<u32>,
    pub(crate) request_id: Option<String>,
    /// The statuses of success that the contract names; if empty, every 2xx.
    pub(crate) answers: &'static [u16],
    /// Credentials that replace those of the client.
    pub(crate) credentials: Credentials,
    /// Requested media types, if different from the contract's first choice.
    pub(crate) accept: Option<String>,
    /// The call travels over a new connection.
    pub(crate) fresh: bool,
}

impl CallOptions {
    /// Returns `true` for a status of success: every 2xx, and those that the contract names.
    pub(crate) fn is_success(&self, status: http::StatusCode) -> bool {
        status.is_success() || self.answers.contains(&status.as_u16())
    }

    /// Returns `true` if the contract names this status of success.
    pub(crate) fn is_named(&self, status: http::StatusCode) -> bool {
        self.answers.is_empty() || self.answers.contains(&status.as_u16())
    }
}

/// A call that the contract does not describe.
#[derive(Debug, Clone)]
pub(crate) struct RawTarget {
    pub(crate) method: Method,
    /// The path, with its query.
    pub(crate) target: String,
    /// Subject given by the caller.
    pub(crate) subject: Vec<String>,
}

/// The body of a request before it is laid out.
#[derive(Clone, Default)]
pub(crate) enum RequestContent {
    #[default]
    Nothing,
    Bytes(Bytes),
    Json(Bytes),
    Upload(Upload),
    Multipart(Multipart),
}
