//! Calls for programs without an async runtime: `call.wait()?` in place of `call.await?`.
//!
//! There is no second client: whatever can be awaited can be waited for, a call, `with_response()`, `items.try_next()`, a
//! waiting. The thread sleeps until the value is there; connections and timers are driven by one thread of this module.

use std::future::IntoFuture;
use std::sync::OnceLock;

use http::Method;

use crate::aside::block_on;
use crate::endpoint::Endpoint;
use crate::error::{Error, Failure};
use crate::outcome::Outcome;
use crate::paging::{Items, Paged};
use crate::refusal::Refusal;

/// What can be waited for.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be waited for",
    note = "`wait` takes a call, or another future of a `Result` with the client's error"
)]
pub trait Wait<T>: IntoFuture<Output = Result<T, Error>> + Sized {
    /// Blocks this thread until the value is there. Within an async runtime `.await` is the right word: of a runtime with several
    /// threads this takes one; on the only thread of another one a connection that was made there stands still meanwhile, and the
    /// call waits for its timeout.
    fn wait(self) -> Result<T, Error> {
        wait_for(self)?
    }
}

impl<T, F: IntoFuture<Output = Result<T, Error>>> Wait<T> for F {}

/// Blocks this thread until any other future is done, as [`Wait::wait`] does for calls: those of a journal, for instance.
///
/// Fails, and runs nothing of the future, only where the system gives no thread to wait with.
pub fn wait_for<F: IntoFuture>(future: F) -> Result<F::Output, Error> {
    let runtime = runtime().map_err(|why| {
        let endpoint = Endpoint::new("", Method::GET, "");
        Error::from(Failure::refused(
            endpoint,
            Refusal::Blocking(why),
            Outcome::NotExecuted,
            0,
        ))
    })?;
    let handle = tokio::runtime::Handle::try_current();
    let future = future.into_future();
    let wait = || {
        let _entered = runtime.enter();
        block_on(future)
    };
    Ok(match handle.map(|handle| handle.runtime_flavor()) {
        // Another thread takes over what this one does for the runtime: connections that were made there go on.
        Ok(tokio::runtime::RuntimeFlavor::MultiThread) => tokio::task::block_in_place(wait),
        _ => wait(),
    })
}

/// The thread that drives connections and timers: one for all clients, made when it is first needed.
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

/// The items of a list, as an iterator that blocks.
#[must_use = "no page is asked for until `next`"]
pub struct Each<O: Paged>(Items<O>);

impl<O: Paged> std::fmt::Debug for Each<O> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Each").field(&self.0).finish()
    }
}

impl<O: Paged> Items<O> {
    /// The items as an iterator that blocks. After an error the same page is asked for again.
    pub fn each(self) -> Each<O> {
        Each(self)
    }
}
