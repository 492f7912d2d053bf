//! Timeouts: a future and a limit come in, the result goes out if it is there in time.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use super::SleepFuture;

/// Returns the output of `future`, or `None` if `limit` ends first.
pub(crate) async fn within<F: Future>(limit: SleepFuture<'_>, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut limit = limit;
    poll_fn(|context| {
        if let Poll::Ready(output) = future.as_mut().poll(context) {
            return Poll::Ready(Some(output));
        }
        limit.as_mut().poll(context).map(|()| None)
    })
    .await
}
