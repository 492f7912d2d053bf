//! Received responses: a complete body, or the head of one that is still arriving, for the type that decodes it. Bodies must
//! never print.

use bytes::Bytes;

#[cfg(feature = "streams")]
use super::arriving::Arriving;
use crate::call::Reply;
use crate::json::Limits;

/// An answer for decoding: a complete body, or one that is still arriving.
pub struct Received<'r> {
    reply: &'r Reply,
    #[cfg(feature = "streams")]
    arriving: Option<Arriving>,
}

/// Bodies never print.
impl std::fmt::Debug for Received<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Received")
            .field("status", &self.reply.status)
            .finish_non_exhaustive()
    }
}

impl<'r> Received<'r> {
    /// Wraps a complete answer.
    pub(crate) fn new(reply: &'r Reply) -> Self {
        Self {
            reply,
            #[cfg(feature = "streams")]
            arriving: None,
        }
    }

    /// Wraps an answer whose body is still arriving.
    #[cfg(feature = "streams")]
    pub(crate) fn of(reply: &'r Reply, arriving: Arriving) -> Self {
        Self {
            reply,
            arriving: Some(arriving),
        }
    }

    /// Returns the status.
    pub fn status(&self) -> u16 {
        self.reply.status.as_u16()
    }

    /// Returns the media type of the body; empty without a `Content-Type`.
    pub fn content_type(&self) -> &str {
        self.reply.content_type()
    }

    pub(super) fn is_coded(&self) -> bool {
        self.reply.is_coded()
    }

    /// Returns the limits for decoding the body.
    pub fn limits(&self) -> Limits {
        self.reply.limits
    }

    /// Returns the received part of the body.
    pub fn body(&self) -> &Bytes {
        &self.reply.body
    }

    /// Returns the arriving body, or a complete one in the same form.
    #[cfg(feature = "streams")]
    pub(crate) fn arrive(&mut self) -> Arriving {
        self.arriving
            .take()
            .unwrap_or_else(|| Arriving::whole(self.reply.clone()))
    }
}
