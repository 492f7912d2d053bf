//! The client of one API: settings come in, calls go out through a transport, and answers or failures come back.
//!
//! Every decision is a pure function of another module (target, signature, outcome, retry); this module waits and sends. It
//! must never change a signed request and never print a secret.

mod attempt;
mod attempts;
mod builder;
mod core;
mod decision;
mod delivered;
mod evaluate;
mod finish;
mod guard;
mod journaled;
mod mismatch;
mod observe;
mod place;
mod prepare;
mod raw;
mod recorded;
mod replay;
mod resend;
mod response;
mod sent_ids;
mod stamp;
mod start;
mod timing;
mod unsettled;

pub use self::core::Core;
pub use builder::{Builder, ConfigError, Decided, JournalDecided, JournalUndecided, MissingSetting};
pub use raw::Raw;
pub use recorded::intent;
pub use replay::Replayed;
pub use resend::Resend;
pub use response::Response;

use std::future::Future;
use std::pin::Pin;

use start::send_request;

use crate::answer::{self, Answer};
use crate::error::Error;
use crate::request::Request;

/// The future of a call's value.
pub type CallFuture<T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send>>;

/// Sends a request and reads its answer.
pub async fn send<T: Answer>(core: Core, mut request: Request) -> Result<Response<T>, Error> {
    request.options.streams = Some(answer::streams::<T>());
    // Boxed, because the outer futures are moved.
    let delivered = send_request(core.clone(), Box::new(request)).await;
    finish::finish(&core, delivered)
}

/// Sends a request and keeps the value of its answer alone.
pub fn pending<T: Answer>(core: Core, mut request: Request) -> CallFuture<T> {
    request.options.streams = Some(answer::streams::<T>());
    let request = Box::new(request);
    Box::pin(async move {
        let delivered = send_request(core.clone(), request).await;
        finish::finish(&core, delivered).map(|response| response.value)
    })
}

#[cfg(test)]
mod tests;
