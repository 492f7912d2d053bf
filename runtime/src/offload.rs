//! Work that blocks on a disk, on threads of its own, so that it never blocks an async runtime.
//!
//! A closure comes in, a future of its result goes out, for any async runtime or none. The work must never run on the awaiting
//! thread.

use std::future::Future;
use std::io::{Error, Result};
use std::pin::{Pin, pin};
use std::sync::mpsc::{SendError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread, ThreadId};
use std::time::Duration;

/// Runs `work` on a separate thread. It runs to its end even if the future is dropped.
///
/// Fails if the system gives no thread, or if the work panics.
pub fn offload<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Offload<T> {
    let place = Arc::new(Mutex::new(ResultSlot::default()));
    let ended = ResultSender(place.clone());
    let given = give(Box::new(move || {
        let done = work();
        ended.with(Some(Ok(done)));
    }));
    Offload(given.map(|()| place).map_err(Some))
}

type Work = Box<dyn FnOnce() + Send>;

/// Time for which an idle thread is kept: reading a file requests its next block much sooner.
const IDLE: Duration = Duration::from_secs(1);

/// The idle threads; the one that became idle last is at the end.
static WAITING: Mutex<Vec<(ThreadId, Sender<Work>)>> = Mutex::new(Vec::new());

fn waiting() -> MutexGuard<'static, Vec<(ThreadId, Sender<Work>)>> {
    WAITING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Gives work to an idle thread or to a new one: no work ever waits for other work.
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

/// Runs work until none comes for a while. A panic ends the thread.
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
            // Another thread took this one off the list and is about to send work.
            next = more.recv().ok();
        }
        let Some(next) = next else { return };
        work = next;
    }
}

/// The future of [`offload`], which resolves to the result of the work.
#[must_use = "the result of the work is available only after `.await`"]
pub struct Offload<T>(std::result::Result<ClientShared<T>, Option<Error>>);

type ClientShared<T> = Arc<Mutex<ResultSlot<T>>>;

/// The place where the thread stores the result.
struct ResultSlot<T> {
    done: Option<Result<T>>,
    waker: Option<Waker>,
}

impl<T> Default for ResultSlot<T> {
    fn default() -> Self {
        Self {
            done: None,
            waker: None,
        }
    }
}

/// The thread's side of a result. Dropped without a result if the work panics or never starts.
struct ResultSender<T>(ClientShared<T>);

impl<T> ResultSender<T> {
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

impl<T> Drop for ResultSender<T> {
    fn drop(&mut self) {
        let mut place = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        place
            .done
            .get_or_insert_with(|| Err(Error::other("the thread ended before the work was done")));
        drop(place);
        self.with(None);
    }
}

impl<T> Future for Offload<T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let place = match &mut self.0 {
            Ok(place) => place,
            Err(error) => {
                let error = error.take();
                return Poll::Ready(Err(
                    error.unwrap_or_else(|| Error::other("no thread could be started for the work"))
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

impl<T> Unpin for Offload<T> {}

impl<T> std::fmt::Debug for Offload<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Offload")
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Blocks this thread until a future resolves.
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
        let there = block_on(offload(|| thread::current().id())).unwrap();
        assert_ne!(here, there);
    }

    #[test]
    fn work_after_work_is_done_by_few_threads_and_by_another_while_one_is_busy() {
        let mut threads = std::collections::HashSet::new();
        for _ in 0..200 {
            threads.insert(block_on(offload(|| thread::current().id())).unwrap());
        }
        // Other tests use the same threads: some of them may have blocked on these.
        assert!(threads.len() < 50, "{} threads", threads.len());
        let (sender, gate) = channel::<()>();
        let slow = offload(move || gate.recv().is_ok());
        assert!(block_on(offload(|| true)).unwrap(), "no work waits for other work");
        sender.send(()).unwrap();
        assert!(block_on(slow).unwrap());
    }

    #[test]
    fn work_that_panics_is_an_error_and_not_an_endless_wait() {
        let error = block_on(offload(|| assert!(std::hint::black_box(false)))).unwrap_err();
        assert!(error.to_string().contains("ended before"), "{error}");
    }
}
