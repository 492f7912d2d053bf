//! In: an app and an address. Out: a server in a thread of its own. Never: a path below `/.sandbox/` for other machines, unless it is said.

use super::connections::{self, ClosableStream, Switch, TruncatedBody};
use crate::app::WireOutput;
use crate::connections::Connections;
use crate::console::{self, Visitor};
use crate::error::Error;
use crate::log::Call;
use crate::problem;
use crate::request::{Reply, Request};
use crate::requested_faults::{RequestedFaults, Twice};
use crate::shared::SharedServer;
use bytes::Bytes;
use http_body_util::{Either, Full};
use hyper::body::Incoming;
use hyper::header::{HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::future::poll_fn;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, mpsc};
use std::task::Poll;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

/// The most bytes of a head.
const HEAD: usize = 32 << 10;
/// Time between two looks at what is due.
const TICK: Duration = Duration::from_millis(100);
/// Shortest duration of the first of two requests while its copy is handled.
const OVERLAP: Duration = Duration::from_millis(20);

/// A body: whole, or cut off.
type RequestBody = Either<Full<Bytes>, TruncatedBody>;

/// The address of a server, and its time limits.
#[derive(Debug)]
pub(crate) struct ServerSettings {
    pub(crate) listen: SocketAddr,
    /// Names under which everybody reaches the console.
    pub(crate) console_hosts: Vec<String>,
    /// The most time for the head of a request, for its body, and for the other side to take a part of an answer.
    pub(crate) request_timeout: Duration,
}

/// Everything that connections share.
#[derive(Clone)]
struct Serving {
    shared: Arc<SharedServer>,
    connections: Connections,
    timeout: Duration,
}

/// A server's thread and the way to end it.
#[derive(Debug)]
pub(crate) struct ServerThread {
    pub(crate) address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl ServerThread {
    pub(crate) fn start(shared: Arc<SharedServer>, settings: ServerSettings) -> Result<Self, Error> {
        let (stop, stopped) = oneshot::channel();
        let (tell, told) = mpsc::channel();
        let body = move || {
            let runtime = match tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build()
            {
                Ok(runtime) => runtime,
                Err(error) => return drop(tell.send(Err(error))),
            };
            runtime.block_on(serve(shared, settings, &tell, stopped));
            runtime.shutdown_timeout(Duration::from_millis(200));
        };
        let thread = std::thread::Builder::new()
            .name("sandbox".to_owned())
            .spawn(body)
            .map_err(Error::Listen)?;
        let gone = || Error::Listen(std::io::Error::other("the server's thread ended"));
        let mut address = told.recv().map_err(|_| gone())?.map_err(Error::Listen)?;
        // All addresses of this machine: programs here reach it by that of the loopback.
        if address.ip().is_unspecified() {
            address.set_ip(match address.ip() {
                IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
                IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
            });
        }
        Ok(Self {
            address,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// Waits until the server ends, which it does only when it is stopped.
    pub(crate) fn wait(&mut self) {
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for ServerThread {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        self.wait();
    }
}

async fn serve(
    shared: Arc<SharedServer>,
    settings: ServerSettings,
    tell: &mpsc::Sender<std::io::Result<SocketAddr>>,
    stopped: oneshot::Receiver<()>,
) {
    let bound = match TcpListener::bind(settings.listen).await {
        Ok(listener) => listener.local_addr().map(|address| (listener, address)),
        Err(error) => Err(error),
    };
    let (listener, address) = match bound {
        Ok(bound) => bound,
        Err(error) => return drop(tell.send(Err(error))),
    };
    let _ = tell.send(Ok(address));
    let ticking = tokio::spawn(tick(Arc::clone(&shared)));
    let serving = Serving {
        shared,
        connections: Connections::default(),
        timeout: settings.request_timeout,
    };
    let accepting = tokio::spawn(accept(listener, serving, settings.console_hosts.into()));
    let _ = stopped.await;
    ticking.abort();
    accepting.abort();
}

/// Lets time move resources while no request comes.
async fn tick(shared: Arc<SharedServer>) {
    loop {
        tokio::time::sleep(TICK).await;
        shared.advance();
    }
}

async fn accept(listener: TcpListener, serving: Serving, hosts: Arc<[String]>) {
    // Without a free place, new connections wait until others end; those that wait for a request end soon.
    while let Ok(place) = Arc::clone(&serving.connections.places).acquire_owned().await {
        if let Ok((stream, peer)) = listener.accept().await {
            let visitor = Visitor {
                is_local: peer.ip().to_canonical().is_loopback(),
                hosts: Arc::clone(&hosts),
            };
            let serving = serving.clone();
            drop(tokio::spawn(async move {
                connection(stream, serving, visitor).await;
                drop(place);
            }));
        } else {
            // Out of files, say: some connections end.
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

async fn connection(stream: TcpStream, serving: Serving, visitor: Visitor) {
    let switch = Switch::default();
    let timeout = serving.timeout;
    let wire = ClosableStream::new(stream, switch.clone(), timeout);
    let service = service_fn(move |request| {
        // A task of its own, so that the action is completed even if the caller disconnects.
        let task = tokio::spawn(answer(serving.clone(), visitor.clone(), switch.clone(), request));
        async move { Ok::<_, Infallible>(task.await.unwrap_or_else(|_| whole(&Reply::empty(500)))) }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(timeout)
        .max_buf_size(HEAD)
        .serve_connection(TokioIo::new(wire), service);
    // A connection that breaks off is the caller's affair.
    let _ = served.await;
}

async fn answer(
    serving: Serving,
    visitor: Visitor,
    switch: Switch,
    request: hyper::Request<Incoming>,
) -> Response<RequestBody> {
    let (parts, body) = request.into_parts();
    let shared = &serving.shared;
    let mut request = head(&parts);
    let limit = connections::body_limit(&shared.app, &request);
    let arrived = connections::read_body(body, limit, serving.timeout, &serving.connections).await;
    // Its bytes count until the request is answered.
    let _held = match arrived {
        Ok(arrived) => {
            request.body = arrived.body;
            arrived.held
        }
        Err(rejected) => {
            let mut reply = problem::bare(rejected.status, &rejected.why);
            reply.headers.push(("connection".to_owned(), "close".to_owned()));
            refuse(shared, &request, "body", &rejected.why, Some(rejected.status));
            return whole(&reply);
        }
    };
    shared.advance();
    if let Some(reply) = beside(shared, &visitor, &request) {
        return whole(&reply);
    }
    if let Some(stray) = request.stray() {
        let text = format!(
            "a URI cannot contain the character `{stray}` (U+{:04X}): percent-encode it",
            u32::from(stray)
        );
        refuse(shared, &request, "target", &text, None);
        return whole(&problem::bare(400, &text));
    }
    let copies = shared.app.state().come();
    for copy in copies {
        once(Arc::clone(shared), copy, RequestedFaults::copy(Twice::unseen())).await;
    }
    let outcome = match shared.app.faults(&request) {
        Ok(faults) => handle(shared, Arc::new(request), faults).await,
        Err(text) => {
            refuse(shared, &request, "sandbox", &text, None);
            WireOutput::Reply(problem::bare(400, &text))
        }
    };
    match outcome {
        WireOutput::Reply(reply) => whole(&reply),
        WireOutput::Truncate(mut reply) => {
            let length = reply.body.len().to_string();
            reply.headers.push(("content-length".to_owned(), length));
            let body = Either::Right(TruncatedBody::new(reply.body.clone()));
            response(&reply, body)
        }
        WireOutput::Drop => {
            switch.cut();
            whole(&Reply::empty(500))
        }
    }
}

/// A request before its body is read.
fn head(parts: &hyper::http::request::Parts) -> Request {
    let headers = parts.headers.iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes());
        (name.as_str().to_owned(), value.into_owned())
    });
    let target = parts.uri.path_and_query();
    Request {
        method: parts.method.as_str().to_owned(),
        target: target.map_or_else(|| parts.uri.to_string(), ToString::to_string),
        headers: headers.collect(),
        body: Vec::new(),
    }
}

/// Keeps a call that no operation is looked up for.
fn refuse(shared: &SharedServer, request: &Request, check: &'static str, why: &str, status: Option<u16>) {
    let mut call = received(shared, request);
    call.fail(check, why);
    call.status = status;
    shared.record(call);
}

/// The answer to a request beside the contract's paths, which is for programs and browsers of this machine, unless more is said.
fn beside(shared: &SharedServer, visitor: &Visitor, request: &Request) -> Option<Reply> {
    if !console::is_own(request) {
        return None;
    }
    if let Some(why) = visitor.refusal(request) {
        return Some(Reply::text(403, &why));
    }
    console::answer(shared, request).or_else(|| console::answer_program(shared, request))
}

fn whole(reply: &Reply) -> Response<RequestBody> {
    response(reply, Either::Left(Full::from(reply.body.clone())))
}

/// Handles a request, and its copy where one was asked for.
async fn handle(shared: &Arc<SharedServer>, request: Arc<Request>, mut faults: RequestedFaults) -> WireOutput {
    let Some(twice) = faults.twice.take() else {
        return once(Arc::clone(shared), request, faults).await;
    };
    if twice.later > 0 {
        shared.app.state().keep(twice.later, Arc::clone(&request));
        return once(Arc::clone(shared), request, faults).await;
    }
    if twice.at_once {
        faults.delay = faults.delay.max(OVERLAP);
        let mut first = Box::pin(once(Arc::clone(shared), Arc::clone(&request), faults));
        // Polled once, so that the first copy has looked up its key and waits in its delay.
        let is_done = poll_fn(|context| Poll::Ready(first.as_mut().poll(context).is_ready())).await;
        if !is_done {
            tokio::spawn(first);
        }
    } else {
        once(Arc::clone(shared), Arc::clone(&request), faults).await;
    }
    once(Arc::clone(shared), request, RequestedFaults::copy(twice)).await
}

async fn once(shared: Arc<SharedServer>, request: Arc<Request>, faults: RequestedFaults) -> WireOutput {
    let (began, mut call) = (Instant::now(), received(&shared, &request));
    let (outcome, mails) = shared.app.handle(&request, &faults, &mut call).await;
    call.took = began.elapsed();
    shared.record(call);
    shared.send(mails);
    outcome
}

fn received(shared: &SharedServer, request: &Request) -> Call {
    Call {
        at: shared.app.clock.now().millis(),
        method: request.method.clone(),
        target: request.target.clone(),
        headers: request.headers.clone(),
        body: request.body.clone(),
        ..Call::default()
    }
}

fn response(reply: &Reply, body: RequestBody) -> Response<RequestBody> {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in &reply.headers {
        if let (Ok(name), Ok(value)) = (
            HeaderName::from_bytes(name.as_bytes()),
            HeaderValue::from_bytes(value.as_bytes()),
        ) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
