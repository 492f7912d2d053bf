//! Work that waits for a disk, on a thread of its own: no async runtime stands still for it.
//!
//! In: a closure. Out: a future of what it gives, for any async runtime or none. Never: work on the thread that awaits it.

use std::future::Future;
use std::io::{Error, Result};
use std::pin::{Pin, pin};
use std::sync::mpsc::{SendError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread, ThreadId};
use std::time::Duration;

/// Does `work` on a thread of its own. It is done to its end also if the future is dropped.
///
/// Fails where the system gives no thread, or the work panics.
pub fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Aside<T> {
    let place = Arc::new(Mutex::new(Place::default()));
    let ended = Ended(place.clone());
    let given = give(Box::new(move || {
        let done = work();
        ended.with(Some(Ok(done)));
    }));
    Aside(given.map(|()| place).map_err(Some))
}

type Work = Box<dyn FnOnce() + Send>;

/// How long a thread waits for more to do: the next block of a file is asked for long before.
const IDLE: Duration = Duration::from_secs(1);

/// The threads that wait for more to do, the one that began last behind.
static WAITING: Mutex<Vec<(ThreadId, Sender<Work>)>> = Mutex::new(Vec::new());

fn waiting() -> MutexGuard<'static, Vec<(ThreadId, Sender<Work>)>> {
    WAITING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Gives work to a thread that waits, or to a new one: no work ever waits for other work.
fn give(work: Work) -> Result<()> {
    let idle = waiting().pop();
    let work = match idle {
        Some((_, thread)) => match thread.send(work) {
            Ok(()) => return Ok(()),
            Err(SendError(work)) => work,
        },
        None => work,
    };
    let thread = thread::Builder::new().name("sdkwright-files".into());
    thread.spawn(move || serve(work)).map(drop)
}

/// Does work after work, until none comes for a while. Work that panics ends the thread.
fn serve(mut work: Work) {
    let (sender, more) = channel();
    let me = thread::current().id();
    loop {
        work();
        waiting().push((me, sender.clone()));
        let mut next = more.recv_timeout(IDLE).ok();
        if next.is_none() {
            let mut waiting = waiting();
            if let Some(place) = waiting.iter().position(|(id, _)| *id == me) {
                waiting.remove(place);
                return;
            }
            drop(waiting);
            // Somebody took it off the list, and is about to send.
            next = more.recv().ok();
        }
        let Some(next) = next else { return };
        work = next;
    }
}

/// What [`aside`] gives: a future of what the work gives.
#[must_use = "what came of the work is not looked at until it is awaited"]
pub struct Aside<T>(std::result::Result<Shared<T>, Option<Error>>);

type Shared<T> = Arc<Mutex<Place<T>>>;

/// Where the thread lays down what the work gave.
struct Place<T> {
    done: Option<Result<T>>,
    waker: Option<Waker>,
}

impl<T> Default for Place<T> {
    fn default() -> Self {
        Self {
            done: None,
            waker: None,
        }
    }
}

/// The thread's side: dropped without a word where the work panics, or was never begun.
struct Ended<T>(Shared<T>);

impl<T> Ended<T> {
    fn with(&self, done: Option<Result<T>>) {
        let mut place = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(done) = done {
            place.done = Some(done);
        }
        if let Some(waker) = place.waker.take() {
            drop(place);
            waker.wake();
        }
    }
}

impl<T> Drop for Ended<T> {
    fn drop(&mut self) {
        let mut place = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        place
            .done
            .get_or_insert_with(|| Err(Error::other("the thread of the work ended before it")));
        drop(place);
        self.with(None);
    }
}

impl<T> Future for Aside<T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let place = match &mut self.0 {
            Ok(place) => place,
            Err(error) => {
                let error = error.take();
                return Poll::Ready(Err(
                    error.unwrap_or_else(|| Error::other("there was no thread for the work"))
                ));
            }
        };
        let mut place = place.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(done) = place.done.take() {
            return Poll::Ready(done);
        }
        place.waker = Some(context.waker().clone());
        Poll::Pending
    }
}

impl<T> Unpin for Aside<T> {}

impl<T> std::fmt::Debug for Aside<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Aside")
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Blocks this thread until a future is done.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_work_is_done_elsewhere_and_its_value_comes_back() {
        let here = thread::current().id();
        let there = block_on(aside(|| thread::current().id())).unwrap();
        assert_ne!(here, there);
    }

    #[test]
    fn work_after_work_is_done_by_few_threads_and_by_another_while_one_is_busy() {
        let mut threads = std::collections::HashSet::new();
        for _ in 0..200 {
            threads.insert(block_on(aside(|| thread::current().id())).unwrap());
        }
        // Other tests use the same threads: some of these may have waited for them.
        assert!(threads.len() < 50, "{} threads", threads.len());
        let (sender, gate) = channel::<()>();
        let slow = aside(move || gate.recv().is_ok());
        assert!(block_on(aside(|| true)).unwrap(), "no work waits for other work");
        sender.send(()).unwrap();
        assert!(block_on(slow).unwrap());
    }

    #[test]
    fn work_that_panics_is_an_error_and_not_an_endless_wait() {
        let error = block_on(aside(|| assert!(std::hint::black_box(false)))).unwrap_err();
        assert!(error.to_string().contains("ended before"), "{error}");
    }
}
