//! Values that many callers share and one of them renews: a decision comes in, its result or the duty to renew goes out.
//!
//! At most one caller renews, and the others wait for it or use what is there. The lock is never held during a wait.

use std::future::poll_fn;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

/// A value with at most one caller that renews it.
#[derive(Debug, Default)]
pub struct SingleFlight<S>(Mutex<Shared<S>>);

/// The value, and who waits for its renewal.
#[derive(Debug, Default)]
pub struct Shared<S> {
    /// The value.
    pub value: S,
    is_in_flight: bool,
    waiting: Vec<Waker>,
}

/// The next step of one caller.
#[derive(Debug)]
pub enum Step<T, W> {
    /// It has its result.
    Use(T),
    /// It waits for the caller that renews the value.
    Wait,
    /// It renews the value.
    Renew(W),
}

/// The result of a caller, or its duty to renew.
#[derive(Debug)]
pub enum Turn<'f, S, T, W> {
    /// Its result.
    Use(T),
    /// The duty to renew the value, and what its decision returned.
    Renew(Flight<'f, S>, W),
}

/// The duty of one caller to renew the value. The others decide again at its drop.
#[derive(Debug)]
pub struct Flight<'f, S>(&'f SingleFlight<S>);

impl<S> SingleFlight<S> {
    /// Locks the value.
    pub fn lock(&self) -> MutexGuard<'_, Shared<S>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Decides what a caller does, as often as needed. The decision gets the value, and `true` while another caller renews it: it must
    /// not renew then, and waits.
    pub async fn turn<T, W>(&self, mut decide: impl FnMut(&mut S, bool) -> Step<T, W>) -> Turn<'_, S, T, W> {
        poll_fn(|context| {
            let mut shared = self.lock();
            let is_in_flight = shared.is_in_flight;
            match decide(&mut shared.value, is_in_flight) {
                Step::Use(result) => return Poll::Ready(Turn::Use(result)),
                Step::Renew(with) if !is_in_flight => {
                    shared.is_in_flight = true;
                    return Poll::Ready(Turn::Renew(Flight(self), with));
                }
                Step::Wait | Step::Renew(_) => {}
            }
            if !shared.waiting.iter().any(|waker| waker.will_wake(context.waker())) {
                shared.waiting.push(context.waker().clone());
            }
            Poll::Pending
        })
        .await
    }
}

impl<S> Flight<'_, S> {
    /// Locks the value.
    pub fn lock(&self) -> MutexGuard<'_, Shared<S>> {
        self.0.lock()
    }
}

impl<S> Drop for Flight<'_, S> {
    fn drop(&mut self) {
        let mut shared = self.lock();
        shared.is_in_flight = false;
        let waiting = std::mem::take(&mut shared.waiting);
        drop(shared);
        waiting.into_iter().for_each(Waker::wake);
    }
}

#[cfg(test)]
mod tests;
