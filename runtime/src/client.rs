//! The client of one API: settings come in, calls go out through a transport, and responses or failures come back.
//!
//! Every decision is a pure function of another module (target, signature, outcome, retry); this module waits and sends. It
//! must never change a signed request and never print a secret.
//!
//! [`Raw`] calls are those that the contract does not describe. They are signed like any other call.

mod attempt;
mod attempts;
mod base;
mod builder;
mod config_error;
mod core;
mod device;
mod evaluate;
mod intent;
mod journaled;
mod lookup;
mod observe;
mod prepare;
mod reopen;
mod request_ids;
mod resend;
mod send;
mod sent;
mod tokens;

use crate::answer::{Binary, value_type};
use crate::error::Error;
use crate::idempotency::{IdempotencyKey, RefreshKey};
use crate::refusal::Refusal;
use crate::request::Request;
use bytes::Bytes;
use http::Method;
use send::{bytes, call};
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::time::Duration;

pub use crate::answer::Response;
use crate::security::Credential;
pub(crate) use base::Location;
pub use builder::{Builder, Decided, JournalDecided, JournalUndecided};
pub use config_error::{ConfigError, MissingSetting};
pub use core::Core;
pub use device::{DeviceAuthorization, DeviceError, DeviceFlow};
pub use intent::{Execution, Intent, intent};
pub use lookup::LookupGuard;
pub(crate) use prepare::bind;
pub use resend::{Replayed, Resend};
pub(crate) use send::read_again;
pub use send::{CallFuture, pending, send};

/// A raw call under construction. `.await` sends it; the body of a 2xx comes back as bytes.
#[must_use = "a call does nothing until it is awaited"]
pub struct Raw {
    core: Core,
    request: Request,
}

/// Arguments and body never print.
impl std::fmt::Debug for Raw {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let endpoint = self.request.endpoint();
        f.debug_struct("Raw")
            .field("endpoint", &format_args!("{endpoint}"))
            .finish_non_exhaustive()
    }
}

impl Core {
    /// Creates a call that the generated client has no method for. It is signed like any other.
    ///
    /// `target` is the path, followed by `?` and the query if there is one, percent-encoded exactly as it is sent.
    pub fn raw(&self, method: Method, target: impl Into<String>) -> Raw {
        Raw {
            core: self.clone(),
            request: Request::raw(self.api(), method, target.into()),
        }
    }
}

impl Raw {
    fn with(self, change: impl FnOnce(Request) -> Request) -> Self {
        Self {
            request: change(self.request),
            ..self
        }
    }

    /// Sets the key of an action with an effect, which a journal records. Without a key the call is sent once.
    pub fn key(self, key: IdempotencyKey) -> Self {
        self.with(|request| request.key(key))
    }

    /// Sets the key of a call that only requests a fresh response, which no journal records.
    pub fn refresh_key(self, key: RefreshKey) -> Self {
        self.with(|request| request.refresh_key(key))
    }

    /// Sets the subject of the call, which may be acted on only once: an action and your reference, such as `["refund.create",
    /// "order-17"]`. A journal then refuses a call of this client with the same subject and another key.
    ///
    /// Refused if no journal records the call: without a key, or for a client without a journal.
    ///
    /// ```no_run
    /// # use sdkwright_runtime::{IdempotencyKey, http::Method};
    /// # async fn refund(client: &sdkwright_runtime::glue::Core) -> Result<(), Box<dyn std::error::Error>> {
    /// let answer = client
    ///     .raw(Method::POST, "/v1/refunds")
    ///     .key(IdempotencyKey::new("order-17:refund")?)
    ///     .subject(["refund.create", "order-17"])
    ///     .body("application/json", r#"{"order":"order-17","amount":"12.50"}"#)
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn subject<T: Into<String>>(mut self, parts: impl IntoIterator<Item = T>) -> Self {
        let parts: Vec<String> = parts.into_iter().map(Into::into).collect();
        if parts.iter().all(String::is_empty) {
            self.request
                .refuse(Refusal::KeyUse("a subject must have at least one part with text"));
        }
        if let Some(raw) = &mut self.request.raw {
            raw.subject = parts;
        }
        self
    }

    /// Sets the body.
    pub fn body(self, content_type: &str, bytes: impl Into<Bytes>) -> Self {
        self.with(|request| request.bytes(content_type, bytes))
    }

    /// Adds a header; those that the client writes itself are refused.
    ///
    /// A journal accepts the media type in `Accept` as the response of an action under a key; by default JSON, or no body with
    /// status 204. Any other 2xx stays cut off in the journal, and is requested again.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if name.eq_ignore_ascii_case("accept") {
            self.request.set_header(name, value);
            return self;
        }
        self.with(|request| request.header(name, value))
    }

    /// Sets the timeout of one attempt.
    pub fn timeout(self, timeout: Duration) -> Self {
        self.with(|request| request.timeout(timeout))
    }

    /// Sets the deadline of the call, with all attempts and waits.
    pub fn deadline(self, deadline: Duration) -> Self {
        self.with(|request| request.deadline(deadline))
    }

    /// Sets the largest number of retries.
    pub fn retries(self, retries: u32) -> Self {
        self.with(|request| request.retries(retries))
    }

    /// Sends each attempt over a new connection: for a read that decides whether an action happened.
    pub fn fresh(self) -> Self {
        self.with(Request::fresh)
    }

    /// Sets the request id of the first attempt.
    pub fn request_id(self, id: impl Into<String>) -> Self {
        self.with(|request| request.request_id(id))
    }

    /// Sets the credential for one security scheme, instead of the client's.
    pub fn credential(self, credential: Credential) -> Self {
        self.with(|request| request.credential(credential))
    }
}

impl IntoFuture for Raw {
    type Output = Result<Response<Bytes>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let request = Box::new(self.request);
        Box::pin(async move { call(&self.core, request, value_type::<Binary>(), bytes).await })
    }
}

#[cfg(test)]
mod tests;
