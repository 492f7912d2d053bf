//! The client of one API: settings come in, calls go out through a transport, and answers or failures come back.
//!
//! Everything that decides is a pure function elsewhere (target, signature, outcome, retry); this room does the waiting and the
//! sending. It must never change a signed request and never print a secret.

mod answer;
mod attempt;
mod builder;
mod core;
mod ended;
mod exchange;
mod observe;
mod place;
mod raw;
mod recorded;
mod resend;
mod response;
mod situation;
mod skew;
mod timing;
mod unsettled;
mod watch;
mod whose;

pub use self::core::Core;
pub use answer::{Answer, Binary, Text, unnamed};
pub use builder::{Builder, ConfigError, Decided, JournalDecided, Undecided};
pub use raw::Raw;
pub use resend::Resend;
pub use response::Response;
pub use skew::ClockSkew;

pub(crate) use attempt::Reply;
pub(crate) use exchange::{Carried, Delivered, send_request};
pub(crate) use response::Expected;

use std::future::Future;
use std::pin::Pin;

use crate::error::Error;
use crate::request::Request;

/// The future of a call's value.
pub type Pending<T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send>>;

/// Sends a request and reads its answer.
pub async fn send<T: Answer>(mut request: Request) -> Result<Response<T>, Error> {
    request.options.streams = Some(T::streams);
    let core = request.core.clone();
    // In a place of its own, as it is moved on from future to future.
    response::finish(core, send_request(Box::new(request)).await)
}

/// Sends a request and keeps the value of its answer alone.
pub fn pending<T: Answer>(mut request: Request) -> Pending<T> {
    request.options.streams = Some(T::streams);
    let request = Box::new(request);
    Box::pin(async move {
        let core = request.core.clone();
        response::finish(core, send_request(request).await).map(|response| response.value)
    })
}

#[cfg(test)]
mod tests;
