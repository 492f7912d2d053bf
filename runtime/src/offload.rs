//! Files: work that blocks on a disk, on threads of its own, so that it never blocks an async runtime, and the storage of uploads.
//!
//! Of work a closure comes in, a future of its result goes out, for any async runtime or none. The work must never run on the awaiting
//! thread.

use std::fs::{File, OpenOptions};
use std::future::Future;
use std::io::{Error, ErrorKind, Read, Result, Write as _};
use std::path::{Path, PathBuf};
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

/// Storage of the bytes of an upload: a file that can be opened repeatedly. A file of the caller must never be written or deleted.
#[derive(Clone)]
pub(crate) enum FilePlace {
    Path(PathBuf),
    Spool(Arc<SpoolFile>),
}

/// An open file, read from its start.
pub(crate) enum OpenFile {
    File(File),
    Spool(Arc<SpoolFile>, u64),
}

/// A temporary file, for content that can be read only once.
///
/// It is readable for its owner alone and, where the system allows, has no name while in use: a crash leaves
/// nothing behind. Elsewhere it is deleted with the last upload that needs it.
pub(crate) struct SpoolFile {
    file: File,
    length: u64,
    /// Its name, if it still has one.
    path: Option<PathBuf>,
    /// Delay of the disk in a test.
    #[cfg(test)]
    pub(crate) slow: Option<std::sync::Mutex<std::sync::mpsc::Receiver<()>>>,
}

impl FilePlace {
    pub(crate) fn open(&self) -> Result<OpenFile> {
        match self {
            // Opening a pipe would block until a writer opens it, and a device may have no end.
            Self::Path(path) if !std::fs::metadata(path)?.is_file() => Err(Error::new(
                ErrorKind::InvalidInput,
                "it is not a regular file: pass a reader to `Upload::from_read`",
            )),
            Self::Path(path) => File::open(path).map(OpenFile::File),
            Self::Spool(spool) => Ok(OpenFile::Spool(Arc::clone(spool), 0)),
        }
    }

    /// Returns the path for errors.
    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::Path(path) => path,
            Self::Spool(_) => Path::new("of a reader"),
        }
    }
}

impl OpenFile {
    pub(crate) fn length(&self) -> Result<u64> {
        match self {
            Self::File(file) => Ok(file.metadata()?.len()),
            Self::Spool(spool, _) => Ok(spool.length),
        }
    }
}

impl Read for OpenFile {
    fn read(&mut self, into: &mut [u8]) -> Result<usize> {
        match self {
            Self::File(file) => file.read(into),
            Self::Spool(spool, at) => {
                #[cfg(test)]
                spool.waits()?;
                let size = spool.read_at(into, *at)?;
                *at += size as u64;
                Ok(size)
            }
        }
    }
}

impl SpoolFile {
    /// Creates an empty file.
    pub(crate) fn create() -> Result<Self> {
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(|error| Error::other(error.to_string()))?;
        let path = std::env::temp_dir().join(format!("upload-{}.spool", crate::signing::hex(&random)));
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path)?;
        let nameless = cfg!(unix) && std::fs::remove_file(&path).is_ok();
        Ok(Self {
            file,
            length: 0,
            path: (!nameless).then_some(path),
            #[cfg(test)]
            slow: None,
        })
    }

    /// Waits for the disk of a test.
    #[cfg(test)]
    fn waits(&self) -> Result<()> {
        let Some(slow) = &self.slow else { return Ok(()) };
        let slow = slow.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let opened = slow.recv_timeout(std::time::Duration::from_secs(20));
        opened.map_err(|_| Error::other("the async runtime stopped while the file was read"))
    }

    /// Returns its name, if it still has one.
    #[cfg(test)]
    pub(crate) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Appends bytes.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Result<()> {
        self.file.write_all(bytes)?;
        self.length += bytes.len() as u64;
        Ok(())
    }

    #[cfg(unix)]
    fn read_at(&self, into: &mut [u8], at: u64) -> Result<usize> {
        std::os::unix::fs::FileExt::read_at(&self.file, into, at)
    }

    #[cfg(windows)]
    fn read_at(&self, into: &mut [u8], at: u64) -> Result<usize> {
        std::os::windows::fs::FileExt::seek_read(&self.file, into, at)
    }

    #[cfg(not(any(unix, windows)))]
    fn read_at(&self, _: &mut [u8], _: u64) -> Result<usize> {
        Err(std::io::ErrorKind::Unsupported.into())
    }
}

impl Drop for SpoolFile {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            // No caller is left to receive an error.
            let _ = std::fs::remove_file(path);
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
