//! Futures that are polled together, whatever runs them.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

/// Returns the outputs of all futures. They start in their order.
pub(crate) async fn at_once<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    type Running<F> = (Pin<Box<F>>, Option<<F as Future>::Output>);
    let mut running: Vec<Running<F>> = futures.into_iter().map(|future| (Box::pin(future), None)).collect();
    poll_fn(|context| {
        for (future, done) in running.iter_mut().filter(|(_, done)| done.is_none()) {
            if let Poll::Ready(output) = future.as_mut().poll(context) {
                *done = Some(output);
            }
        }
        if running.iter().all(|(_, done)| done.is_some()) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
    running.into_iter().filter_map(|(_, done)| done).collect()
}
