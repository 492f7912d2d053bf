//! In: connections as they come, and what they send. Out: a place for each, its bytes with a switch that ends it, and the bodies of requests
//! within limits. Never: more bytes than the operation takes.

use crate::app::App;
use crate::console;
use crate::operation::{self, Operation, Route};
use crate::request::Request;
use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::{Body, Frame, Incoming};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Sleep;

/// The most open connections. With heads of the largest size they take less than 100 MB.
const MOST: usize = 1024;
/// The most bytes of all bodies that are read or handled at one time.
const BYTES: usize = 256 << 20;

/// Places of connections and of the bytes of bodies.
#[derive(Debug, Clone)]
pub(crate) struct Connections {
    pub(crate) places: Arc<Semaphore>,
    bytes: Arc<Semaphore>,
}

impl Default for Connections {
    fn default() -> Self {
        Self {
            places: Arc::new(Semaphore::new(MOST)),
            bytes: Arc::new(Semaphore::new(BYTES)),
        }
    }
}

impl Connections {
    /// Takes the places of so many bytes; `None` if all bodies together have too many.
    fn hold(&self, bytes: usize) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.bytes)
            .try_acquire_many_owned(u32::try_from(bytes).ok()?)
            .ok()
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
pub(crate) struct ClosableStream {
    stream: TcpStream,
    switch: Switch,
    /// The most time that the other side may take no bytes of an answer.
    limit: Duration,
    stalled: Option<Pin<Box<Sleep>>>,
}

impl ClosableStream {
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

impl AsyncRead for ClosableStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for ClosableStream {
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
pub(crate) struct TruncatedBody {
    part: Option<Bytes>,
    wait: Pin<Box<Sleep>>,
}

impl TruncatedBody {
    pub(crate) fn new(mut whole: Vec<u8>) -> Self {
        whole.truncate(whole.len() / 2);
        // Waits until the first part was sent, then breaks the connection.
        Self {
            part: Some(whole.into()),
            wait: Box::pin(tokio::time::sleep(Duration::from_millis(30))),
        }
    }
}

impl Body for TruncatedBody {
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

/// A body, and the places of its bytes.
pub(crate) struct ReceivedBody {
    pub(crate) body: Vec<u8>,
    pub(crate) held: Vec<OwnedSemaphorePermit>,
}

/// The reason why a body is not read.
pub(crate) struct BodyRejection {
    pub(crate) status: u16,
    pub(crate) why: String,
}

/// Reads a body of at most so many bytes in at most this time.
pub(crate) async fn read_body(
    mut body: Incoming,
    limit: usize,
    time: Duration,
    connections: &Connections,
) -> Result<ReceivedBody, BodyRejection> {
    let too_large = || BodyRejection {
        status: 413,
        why: format!("The body is larger than the {limit} bytes that this request may have."),
    };
    if body.size_hint().lower() > limit as u64 {
        return Err(too_large());
    }
    let mut arrived = ReceivedBody {
        body: Vec::new(),
        held: Vec::new(),
    };
    let whole = async {
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|_| BodyRejection {
                status: 400,
                why: "The body ended too early, or its encoding is wrong.".to_owned(),
            })?;
            let Ok(data) = frame.into_data() else { continue };
            if arrived.body.len() + data.len() > limit {
                return Err(too_large());
            }
            let held = connections.hold(data.len()).ok_or_else(|| BodyRejection {
                status: 503,
                why: "The bodies of all current requests together are too large. Retry later.".to_owned(),
            })?;
            arrived.held.push(held);
            arrived.body.extend_from_slice(&data);
        }
        Ok(())
    };
    let late = |_| BodyRejection {
        status: 408,
        why: format!("The body did not arrive within {} s.", time.as_secs_f64()),
    };
    tokio::time::timeout(time, whole).await.map_err(late)??;
    Ok(arrived)
}

/// The most bytes that the body of a request may have, by its head alone.
pub(crate) fn body_limit(app: &App, head: &Request) -> usize {
    if console::is_own(head) {
        return SMALL;
    }
    let Route::Found(operation, _) = operation::route(&app.api.contract.operations, &head.method, &head.target) else {
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
