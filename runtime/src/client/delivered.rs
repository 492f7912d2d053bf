//! Delivered answers: a complete 2xx answer comes in, its value or the error of a value that cannot be decoded goes out. Bodies
//! must never print.

#[cfg(feature = "streams")]
use std::sync::Arc;

use bytes::Bytes;

use super::core::Core;
use super::guard::Watch;
use super::response::Response;
use crate::answer::{Answer, Received};
#[cfg(feature = "streams")]
use crate::answer::{Arriving, Source};
#[cfg(feature = "streams")]
use crate::call::Origin;
use crate::call::{Carried, Reply};
use crate::error::{Error, Failure, Trouble};
#[cfg(feature = "streams")]
use crate::journal;
use crate::journal::{Seen, Unproven};
use crate::json::DecodeError;
use crate::transport::Incoming;

/// A complete 2xx answer, before its value is decoded.
pub(crate) struct Delivered {
    pub(crate) reply: Reply,
    /// The unread body of a stream.
    pub(super) incoming: Option<Incoming>,
    pub(super) replayed: bool,
    /// The contract does not declare the answer, and a second one agreed with it.
    pub(super) is_confirmed: bool,
    pub(super) carried: Box<Carried>,
    pub(super) at: i64,
    pub(super) support: &'static [&'static str],
    pub(super) watch: Watch,
}

impl Delivered {
    /// Hands the guard of the call over to its end: a result is reported only once its value is decoded.
    pub(super) fn watched(ended: Result<Self, Error>, watch: Watch) -> Result<Self, Error> {
        match ended {
            Ok(delivered) => Ok(Self { watch, ..delivered }),
            Err(error) => Err(watch.failed(error)),
        }
    }

    pub(crate) fn response<T>(self, value: T) -> Response<T> {
        self.watch.answered();
        Response {
            value,
            status: self.reply.status,
            headers: self.reply.headers,
            request_ids: self.carried.trail.request_ids,
            attempts: self.carried.trail.history.endings().len(),
            replayed: self.replayed,
            body: self.reply.body,
        }
    }

    pub(crate) fn seen(&self) -> Seen<'_> {
        let whole = self.incoming.is_none().then_some(&*self.reply.body);
        self.reply.seen(whole)
    }

    /// Returns `true` if the call got an answer that its value would not reveal as foreign, such as a page of a proxy.
    pub(crate) fn is_foreign(&self) -> bool {
        self.carried.prepared.is_foreign(&self.seen())
    }

    /// Returns `true` if a body that begins like HTML is not what the contract declares.
    #[cfg(feature = "streams")]
    fn is_page_foreign(&self) -> bool {
        let is_described = !self.carried.prepared.promise.successes.is_empty();
        is_described && self.carried.prepared.is_foreign(&self.reply.seen(Some(b"<html>")))
    }

    /// Returns the error of a 2xx answer that the contract does not describe as success.
    pub(crate) fn foreign(self) -> Error {
        self.unreadable(DecodeError::unexpected(
            "what the contract promises of a success",
            "another media type",
        ))
    }

    pub(crate) fn unreadable(self, error: DecodeError) -> Error {
        self.failed(Trouble::Unreadable(error))
    }

    /// Returns `true` if the contract names the status.
    pub(crate) fn is_named(&self) -> bool {
        self.carried.prepared.options.is_named(self.reply.status)
    }

    /// Returns the error of a 2xx answer that the contract does not name.
    pub(crate) fn unnamed(self) -> Error {
        self.failed(Trouble::Unproven(Unproven::Status))
    }

    /// Returns the error of an answer that names a resource which another key created.
    pub(crate) fn of_another_key(mut self) -> Error {
        self.carried.trail.history.mismatch_last();
        let place = self.carried.prepared.promise.created_at().unwrap_or_default();
        let trouble = Trouble::OfAnother(place.to_owned());
        self.failed(trouble)
    }

    fn failed(self, trouble: Trouble) -> Error {
        let failure = Failure::of(trouble, Some(self.reply), None, self.carried, self.at, self.support);
        self.watch.failed(failure.into())
    }

    /// Decodes the value, or hands over the body of a stream.
    pub(crate) fn read<T: Answer>(self, core: &Core) -> Result<Response<T>, Error> {
        #[cfg(feature = "streams")]
        if self.incoming.is_some() {
            return self.stream(core);
        }
        match T::read(&mut Received::new(&self.reply)) {
            Ok(value) => {
                let mut delivered = self;
                delivered.carried.trail.timing.was_read(core);
                Ok(delivered.response(value))
            }
            Err(error) => Err(self.unreadable(error)),
        }
    }

    /// Hands over the body of a stream.
    #[cfg(feature = "streams")]
    fn stream<T: Answer>(mut self, core: &Core) -> Result<Response<T>, Error> {
        let incoming = self
            .incoming
            .take()
            .unwrap_or_else(|| Incoming::from_bytes(Bytes::new()));
        let is_page_foreign = self.is_page_foreign();
        let trail = &self.carried.trail;
        let mut timing = trail.timing.clone();
        let (request_ids, attempts) = (trail.request_ids.clone(), trail.history.endings().len());
        let origin = Origin {
            endpoint: self.carried.prepared.endpoint.clone(),
            outcome: trail.history.outcome(self.carried.prepared.is_safe()),
            request_ids: request_ids.clone(),
            attempts,
            at: self.at,
            support: self.support,
        };
        let source = Source {
            origin,
            carried: Some(self.carried),
            transport: Arc::clone(&core.shared().transport),
        };
        let mut arriving = Arriving::new(incoming, self.reply.clone(), source);
        if is_page_foreign {
            arriving.refuse(journal::begins_as_page);
        }
        let mut received = Received::of(&self.reply, arriving);
        match T::read(&mut received) {
            Ok(value) => {
                timing.was_read(core);
                self.watch.answered();
                Ok(Response {
                    value,
                    status: self.reply.status,
                    headers: self.reply.headers,
                    request_ids,
                    attempts,
                    replayed: self.replayed,
                    body: Bytes::new(),
                })
            }
            Err(error) => {
                let arriving = received.arrive();
                Err(self.watch.failed(arriving.unreadable(0, error, Bytes::new())))
            }
        }
    }

    pub(crate) fn raw(self) -> Response<Bytes> {
        let body = self.reply.body.clone();
        self.response(body)
    }
}
