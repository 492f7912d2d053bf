//! Futures that go on at once within one task, whatever runs them: futures come in, their outputs go out as they are ready.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

/// A few futures: each wake polls all of them.
pub(super) struct Together<'f, T>(Vec<Pin<Box<dyn Future<Output = T> + Send + 'f>>>);

impl<'f, T> Together<'f, T> {
    pub(super) fn new() -> Self {
        Self(Vec::new())
    }

    pub(super) fn add(&mut self, future: impl Future<Output = T> + Send + 'f) {
        self.0.push(Box::pin(future));
    }

    /// The output of the next one that is ready; nothing once all are.
    pub(super) async fn next(&mut self) -> Option<T> {
        if self.0.is_empty() {
            return None;
        }
        let (place, output) = poll_fn(|context| {
            let mut futures = self.0.iter_mut().enumerate();
            let ready = futures.find_map(|(place, future)| match future.as_mut().poll(context) {
                Poll::Ready(output) => Some((place, output)),
                Poll::Pending => None,
            });
            ready.map_or(Poll::Pending, Poll::Ready)
        })
        .await;
        drop(self.0.remove(place));
        Some(output)
    }
}
