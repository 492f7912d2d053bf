//! Blocking calls for programs without an async runtime: `call.wait()?` instead of `call.await?`.
//!
//! There is no second client: every future of this crate can be waited for, such as a call, `with_response()`,
//! `items.try_next()` or a poll. The calling thread sleeps until the value is there; one thread of this module drives all
//! connections and timers. No call may be lost: it ends with a value or an error.

use std::future::IntoFuture;
use std::sync::OnceLock;

use http::Method;

use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::exchange::{Exchange, FailedCall, Trail};
use crate::offload::block_on;
use crate::paging::{Items, Paged};
use crate::refusal::Refusal;

/// A future that can be waited for.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be waited for",
    note = "`wait` takes a call, or another future of a `Result` with the client's error"
)]
pub trait Wait<T>: IntoFuture<Output = Result<T, Error>> + Sized {
    /// Blocks this thread until the value is there. Within an async runtime, use `.await` instead: in a multi-threaded runtime,
    /// `wait` blocks one of its threads; on the only thread of a runtime, connections that were opened there make no progress,
    /// and the call ends with its timeout.
    fn wait(self) -> Result<T, Error> {
        wait_for(self)?
    }
}

impl<T, F: IntoFuture<Output = Result<T, Error>>> Wait<T> for F {}

/// Blocks this thread until any future resolves, as [`Wait::wait`] does for calls: for instance those of a journal.
///
/// Fails only if the system gives no thread to wait with; then no part of the future runs.
pub fn wait_for<F: IntoFuture>(future: F) -> Result<F::Output, Error> {
    let runtime = runtime().map_err(|why| {
        let endpoint = Endpoint::new("", Method::GET, "");
        let exchange = Exchange::new(endpoint, Trail::default());
        Error::from(FailedCall::refused(exchange, Refusal::Blocking(why), 0))
    })?;
    let handle = tokio::runtime::Handle::try_current();
    let future = future.into_future();
    let wait = || {
        let _entered = runtime.enter();
        block_on(future)
    };
    Ok(match handle.map(|handle| handle.runtime_flavor()) {
        // Another thread takes over this one's part of the runtime: connections that were opened there keep working.
        Ok(tokio::runtime::RuntimeFlavor::MultiThread) => tokio::task::block_in_place(wait),
        _ => wait(),
    })
}

/// Returns the thread that drives connections and timers: one for all clients, started on first use.
fn runtime() -> Result<&'static tokio::runtime::Runtime, String> {
    static RUNTIME: OnceLock<Result<tokio::runtime::Runtime, String>> = OnceLock::new();
    let made = RUNTIME.get_or_init(|| {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("sdkwright-blocking")
            .enable_all()
            .build()
            .map_err(|error| error.to_string())
    });
    made.as_ref().map_err(Clone::clone)
}

impl<O: Paged> Iterator for Each<O> {
    type Item = Result<O::Item, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.try_next().wait().transpose()
    }
}

/// Iterator over the items of a list, which blocks.
#[must_use = "no page is requested until `next`"]
pub struct Each<O: Paged>(Items<O>);

impl<O: Paged> std::fmt::Debug for Each<O> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Each").field(&self.0).finish()
    }
}

impl<O: Paged> Items<O> {
    /// Returns the items as a blocking iterator. After an error, the next step requests the same page again.
    pub fn each(self) -> Each<O> {
        Each(self)
    }
}
