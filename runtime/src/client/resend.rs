//! Resumption of a failed call: its error comes in, with key, bytes and history; an answer or the error goes out. The bytes
//! must never change.

use std::future::{Future, IntoFuture};
use std::pin::Pin;

use super::core::Core;
use super::delivered::Delivered;
use super::finish::{Finish, expected, finish};
use super::guard::Watch;
use super::journaled::exchange;
use super::response::Response;
use crate::answer::Answer;
use crate::call::{Carried, Expected};
use crate::error::Error;

/// A failed call that is resumed. `.await` sends it and discards its answer; [`value`](Self::value) returns the answer.
#[must_use = "a call does nothing until it is awaited"]
pub struct Resend {
    core: Core,
    error: Error,
}

impl std::fmt::Debug for Resend {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Resend")
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}

impl Core {
    /// Resumes a call that failed: same idempotency key and bytes, new signature.
    ///
    /// `client.resend(error).await?` returns once the call succeeds; `client.resend(error).value().await?` returns the value of
    /// the call. If the call cannot be sent again, nothing is sent and the error comes back: the answer type differs, the
    /// account differs, or the server may have forgotten the key.
    ///
    /// The error is consumed. If this future may be dropped before it ends, keep `error.key()` for
    /// `IdempotencyKey::used_before`.
    pub fn resend(&self, error: Error) -> Resend {
        Resend {
            core: self.clone(),
            error,
        }
    }
}

impl Resend {
    /// Sends it and returns the value. `T` is the value type of the failed call; with another type, nothing is sent.
    pub async fn value<T: Answer>(self) -> Result<T, Error> {
        self.with_response().await.map(|response| response.value)
    }

    /// Sends it and returns the value with status, headers and request ids.
    pub async fn with_response<T: Answer>(self) -> Result<Response<T>, Error> {
        let core = self.core.clone();
        let (watch, carried) = self.begin(Some(expected::<T>()))?;
        let ended = exchange(core.clone(), carried).await;
        finish(&core, Delivered::watched(ended, watch))
    }

    /// Takes the call out of its error, if it may be resumed. Otherwise returns the error, with the reason noted in it.
    fn begin(self, expected: Option<Expected>) -> Result<(Watch, Box<Carried>), Error> {
        let watch = Watch::new(&self.core, self.error.endpoint(), self.error.outcome());
        let carried = match allowed(&self.core, &self.error, expected) {
            Ok(()) => self.error.into_carried(),
            Err(why) => Err(self.error.noted(why)),
        };
        let mut carried = match carried {
            Ok(carried) => carried,
            Err(error) => return Err(watch.refused(error)),
        };
        let trail = &mut carried.trail;
        trail.history = std::mem::take(&mut trail.history).resumed();
        trail.progress = watch.progress();
        carried.prepared.options.streams = expected.or(carried.answer).map(|expected| expected.streams);
        Ok((watch, carried))
    }
}

/// Checks that this client may resume the call of an error, with the expected answer type or the one that the call had.
fn allowed(core: &Core, error: &Error, expected: Option<Expected>) -> Result<(), &'static str> {
    let Some(carried) = error.carried() else {
        return Err("the failed call was never complete: make the call again");
    };
    if expected.is_some_and(|expected| carried.answer.is_none_or(|answer| answer.of != expected.of)) {
        return Err("the failed call returns a value of another type");
    }
    if !core.is_same_account(&carried.account) {
        return Err("the call belongs to another base URL or client id, or to other credentials");
    }
    if !carried.prepared.is_safe() {
        if carried.prepared.key.is_none() {
            return Err("it has no idempotency key, and could happen twice");
        }
        if carried.trail.timing.is_forgotten(core) {
            return Err("the server may have forgotten the key: look the action up by your reference instead");
        }
    }
    Ok(())
}

impl IntoFuture for Resend {
    type Output = Result<(), Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let core = self.core.clone();
            let (watch, mut carried) = self.begin(None)?;
            let answer = carried.answer.take();
            let delivered = Delivered::watched(exchange(core.clone(), carried).await, watch);
            let finish = answer.and_then(|answer| answer.finish.downcast_ref::<Finish>());
            match finish {
                // Decoded as by the original call: an answer that does not match the contract is an error here, too.
                Some(Finish(finish)) => finish(&core, delivered),
                None => delivered.map(drop),
            }
        })
    }
}
