//! Going on with a call that failed: its key, its bytes, its history.

use std::future::{Future, IntoFuture};
use std::marker::PhantomData;
use std::pin::Pin;
use std::time::Duration;

use super::core::Core;
use super::recorded::exchange;
use super::situation::age;
use super::watch::Watch;
use super::{Answer, Response, response};
use crate::error::Error;

/// A failed call that goes on. `.await` sends it.
#[must_use = "a call does nothing until it is awaited"]
pub struct Resend<T> {
    core: Core,
    error: Error,
    value: PhantomData<fn() -> T>,
}

impl<T> std::fmt::Debug for Resend<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Resend")
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}

impl<T: Answer> Resend<T> {
    pub(super) fn new(core: Core, error: Error) -> Self {
        Self {
            core,
            error,
            value: PhantomData,
        }
    }

    /// The value with everything that came with it.
    pub async fn with_response(self) -> Result<Response<T>, Error> {
        let core = self.core;
        let watch = Watch::new(&core, self.error.endpoint(), self.error.outcome());
        let carried = match allowed::<T>(&core, &self.error) {
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
        carried.prepared.options.streams = Some(T::streams);
        carried.answer = None;
        let ended = exchange(core.clone(), carried).await;
        response::finish(core, watch.pass(ended))
    }
}

/// May this error go on as a call that gives `T`, from this client?
fn allowed<T: Answer>(core: &Core, error: &Error) -> Result<(), &'static str> {
    let Some(carried) = error.carried() else {
        return Err("nothing of it was ever ready to be sent: make the call again");
    };
    if carried.answer != Some(std::any::TypeId::of::<T>()) {
        return Err("the failed call gives a value of another type");
    }
    if !core.is_same_account(&carried.account) {
        return Err("the call belongs to another base URL or client id, or to other credentials");
    }
    if !carried.prepared.is_safe() {
        if carried.prepared.key.is_none() {
            return Err("it has no idempotency key, and could happen twice");
        }
        let retention = core
            .api()
            .idempotency
            .map(|keys| Duration::from_secs(keys.retention.into()));
        if retention.is_some_and(|retention| age(core.local_seconds(), &carried.trail) >= retention) {
            return Err("the server may have forgotten the key: look the action up by your own reference instead");
        }
    }
    Ok(())
}

impl<T: Answer> IntoFuture for Resend<T> {
    type Output = Result<T, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { self.with_response().await.map(|response| response.value) })
    }
}
