//! In: connections as they come, and what they send. Out: a place for each, its bytes with a switch that ends it, and the bodies of requests
//! within limits. Never: the end of a connection whose request is handled, or more bytes than the operation takes.

use crate::clients::Clients;
use crate::operation::Operation;
use crate::request::Request;
use crate::route::Route;
use crate::{admin, route};
use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::{Body, Frame, Incoming};
use std::collections::BTreeMap;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::time::Sleep;

/// The most open connections. With heads of the largest size they take less than 100 MB.
const MOST: usize = 1024;
/// Connections without any request that are closed at once for new ones.
const BATCH: usize = 16;
/// The most bytes of all bodies that are read or handled at one time.
const BYTES: usize = 256 << 20;

/// All open connections.
#[derive(Debug, Default)]
pub(crate) struct Connections {
    waiting: Mutex<Waiting>,
    open: AtomicUsize,
    bytes: AtomicUsize,
}

/// Connections that wait for a head of a request. Those that never had one are the first to end, and of them the oldest.
#[derive(Debug, Default)]
struct Waiting {
    last: u64,
    ends: BTreeMap<(bool, u64), Arc<Notify>>,
}

/// The place of one connection.
#[derive(Debug)]
pub(crate) struct Place {
    all: Arc<Connections>,
    end: Arc<Notify>,
    waits: Mutex<Option<(bool, u64)>>,
}

/// Bytes of a body that are counted as long as this lives.
#[derive(Debug)]
pub(crate) struct Held {
    all: Arc<Connections>,
    bytes: usize,
}

impl Connections {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a place, and closes connections that wait themselves.
    pub(crate) async fn place(self: &Arc<Self>) -> Place {
        while self.open.load(Ordering::SeqCst) >= MOST {
            self.close_some();
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        self.open.fetch_add(1, Ordering::SeqCst);
        let place = Place {
            all: Arc::clone(self),
            end: Arc::default(),
            waits: Mutex::default(),
        };
        place.wait(false);
        place
    }

    /// Closes connections that never had a request, or else one that waits for the next.
    pub(crate) fn close_some(&self) {
        let mut waiting = self.waiting();
        for closed in 0..BATCH {
            match waiting.ends.pop_first() {
                Some(((false, _), end)) => end.notify_one(),
                Some(((true, _), end)) if closed == 0 => return end.notify_one(),
                Some((key, end)) => {
                    waiting.ends.insert(key, end);
                    return;
                }
                None => return,
            }
        }
    }

    /// Begins to count the bytes of a body.
    pub(crate) fn held(self: &Arc<Self>) -> Held {
        let all = Arc::clone(self);
        Held { all, bytes: 0 }
    }
}

impl Place {
    /// Ends if the place is needed for another connection.
    pub(crate) async fn ended(&self) {
        self.end.notified().await;
    }

    /// A request is here.
    pub(crate) fn work(&self) {
        let waits = self.waits.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(key) = waits {
            self.all.waiting().ends.remove(&key);
        }
    }

    /// The next request is waited for.
    pub(crate) fn wait(&self, had_request: bool) {
        let mut waiting = self.all.waiting();
        waiting.last += 1;
        let key = (had_request, waiting.last);
        waiting.ends.insert(key, Arc::clone(&self.end));
        drop(waiting);
        *self.waits.lock().unwrap_or_else(PoisonError::into_inner) = Some(key);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.work();
        self.all.open.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Held {
    /// Counts more bytes; `false` if all bodies together have too many.
    pub(crate) fn add(&mut self, bytes: usize) -> bool {
        self.bytes += bytes;
        self.all.bytes.fetch_add(bytes, Ordering::SeqCst) + bytes <= BYTES
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.all.bytes.fetch_sub(self.bytes, Ordering::SeqCst);
    }
}

/// Closes one connection without an answer.
#[derive(Debug, Clone, Default)]
pub(crate) struct Switch(Arc<AtomicBool>);

impl Switch {
    pub(crate) fn cut(&self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// A connection with its switch.
#[derive(Debug)]
pub(crate) struct Wire {
    stream: TcpStream,
    switch: Switch,
    /// The most time that the other side may take no bytes of an answer.
    limit: Duration,
    stalled: Option<Pin<Box<Sleep>>>,
}

impl Wire {
    pub(crate) fn new(stream: TcpStream, switch: Switch, limit: Duration) -> Self {
        let _ = stream.set_nodelay(true);
        Self {
            stream,
            switch,
            limit,
            stalled: None,
        }
    }

    /// An error where nothing could be written for too long.
    fn stall(&mut self, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let limit = self.limit;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(tokio::time::sleep(limit)));
        stalled
            .as_mut()
            .poll(context)
            .map(|()| Err(io::ErrorKind::TimedOut.into()))
    }

    fn alive(&self) -> io::Result<()> {
        if self.switch.0.load(Ordering::SeqCst) {
            Err(io::ErrorKind::ConnectionAborted.into())
        } else {
            Ok(())
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if let Err(error) = self.alive() {
            return Poll::Ready(Err(error));
        }
        match Pin::new(&mut self.stream).poll_write(context, bytes) {
            Poll::Pending => self.stall(context),
            written @ Poll::Ready(_) => {
                self.stalled = None;
                written
            }
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// A body that sends a part of its bytes and then fails.
#[derive(Debug)]
pub(crate) struct Truncated {
    part: Option<Bytes>,
    wait: Pin<Box<Sleep>>,
}

impl Truncated {
    pub(crate) fn new(mut whole: Vec<u8>) -> Self {
        whole.truncate(whole.len() / 2);
        // Waits until the first part was sent, then breaks the connection.
        Self {
            part: Some(whole.into()),
            wait: Box::pin(tokio::time::sleep(Duration::from_millis(30))),
        }
    }
}

impl Body for Truncated {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(part) = self.part.take() {
            return Poll::Ready(Some(Ok(Frame::data(part))));
        }
        self.wait
            .as_mut()
            .poll(context)
            .map(|()| Some(Err(io::ErrorKind::ConnectionAborted.into())))
    }
}

/// The most bytes of a body that no operation reads, or that an unknown client sends.
const SMALL: usize = 64 << 10;
/// The most bytes of a body of text, such as JSON.
const TEXT: usize = 10 << 20;
/// The most bytes of a body with files.
const FILES: usize = 64 << 20;

/// A body, and the count of its bytes.
pub(crate) struct Arrived {
    pub(crate) body: Vec<u8>,
    pub(crate) held: Held,
}

/// The reason why a body is not read.
pub(crate) struct Rejected {
    pub(crate) status: u16,
    pub(crate) why: String,
}

/// Reads a body of at most so many bytes in at most this time.
pub(crate) async fn read_body(
    mut body: Incoming,
    limit: usize,
    time: Duration,
    connections: &Arc<Connections>,
) -> Result<Arrived, Rejected> {
    let too_large = || Rejected {
        status: 413,
        why: format!("The body is larger than the {limit} bytes that this request may have."),
    };
    if body.size_hint().lower() > limit as u64 {
        return Err(too_large());
    }
    let mut arrived = Arrived {
        body: Vec::new(),
        held: connections.held(),
    };
    let whole = async {
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|_| Rejected {
                status: 400,
                why: "The body ended too early, or its encoding is wrong.".to_owned(),
            })?;
            let Ok(data) = frame.into_data() else { continue };
            if arrived.body.len() + data.len() > limit {
                return Err(too_large());
            }
            if !arrived.held.add(data.len()) {
                return Err(Rejected {
                    status: 503,
                    why: "The bodies of all current requests together are too large. Retry later.".to_owned(),
                });
            }
            arrived.body.extend_from_slice(&data);
        }
        Ok(())
    };
    let late = |_| Rejected {
        status: 408,
        why: format!("The body did not arrive within {} s.", time.as_secs_f64()),
    };
    tokio::time::timeout(time, whole).await.map_err(late)??;
    Ok(arrived)
}

/// The most bytes that the body of a request may have, by its head alone.
pub(crate) fn body_limit(clients: &Clients, head: &Request) -> usize {
    if admin::is_own(head) {
        return SMALL;
    }
    let app = &clients.calling(head).app;
    let Route::Found(operation, _) = route::route(&app.api.contract.operations, &head.method, &head.target) else {
        return SMALL;
    };
    let signing = app.api.contract.signing(operation);
    let header = signing.and_then(|signing| signing.client_header.as_ref());
    let is_known = header.is_none_or(|name| head.header(name) == Some(app.credentials.client_id.as_str()));
    if is_known { of_operation(operation) } else { SMALL }
}

fn of_operation(operation: &Operation) -> usize {
    let is_text = |media: &str| media.contains("json") || media == "application/x-www-form-urlencoded";
    let limits = operation
        .bodies()
        .map(|(media, _)| if is_text(media) { TEXT } else { FILES });
    limits.max().unwrap_or(SMALL)
}

#[cfg(test)]
mod tests {
    use tokio::time::timeout;

    use super::*;

    #[test]
    fn a_new_connection_takes_the_place_of_one_that_never_had_a_request_and_never_of_one_at_work() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
        runtime.unwrap().block_on(async {
            let all = Arc::new(Connections::default());
            let has_ended = async |place: &Place| timeout(Duration::from_millis(20), place.ended()).await.is_ok();
            let (working, idle) = (all.place().await, all.place().await);
            working.work();
            idle.work();
            idle.wait(true);
            let mut silent = Vec::new();
            while all.open.load(Ordering::SeqCst) < MOST {
                silent.push(all.place().await);
            }
            assert!(timeout(Duration::from_millis(20), all.place()).await.is_err());
            assert!(has_ended(&silent[0]).await && !has_ended(&working).await && !has_ended(&idle).await);
            drop(silent.remove(0));
            let new = timeout(Duration::from_millis(20), all.place()).await;
            assert!(new.is_ok());
            silent.clear();
            // Without others, one that waits for its next request ends; one at work never does.
            all.close_some();
            all.close_some();
            all.close_some();
            assert!(has_ended(&idle).await && !has_ended(&working).await);
        });
    }

    #[test]
    fn all_bodies_together_have_a_limit_and_those_that_are_answered_count_no_more() {
        let all = Arc::new(Connections::default());
        let mut one = all.held();
        assert!(one.add(BYTES));
        assert!(!all.held().add(1));
        drop(one);
        assert!(all.held().add(1));
    }
}
