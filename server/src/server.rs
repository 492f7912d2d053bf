//! One request, from its bytes to its response, through the layers of the contract. A handler runs to its end, also if its
//! connection ends ([`Uninterrupted`]).

use std::convert::Infallible;
use std::error::Error as _;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody as _, to_bytes};
use axum::extract::OriginalUri;
use axum::http::header::{ALLOW, HOST};
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::LengthLimitError;
use sdkwright_runtime::glue::{Description, Idempotency};
use sdkwright_signing::clock::uuid;
use sdkwright_signing::sha256;
use tokio::runtime::Handle;

use crate::context::{Context, Contract};
use crate::input::{RequestInput, check_accept};
use crate::keys::{KeyStatus, Reservation, StoredKey};
use crate::options::Options;
use crate::outgoing::Outgoing;
use crate::problem::{InvalidValue, Problem, StoreFailure, random};
use crate::reply::Reply;
use crate::request_key::{KeyAnswers, RequestKey, is_safe};
use crate::routes::{Found, Handled, Routes, Search};
use crate::signature::{RefusedRequest, SignedRequest, is_of_attempt, single};

/// Largest length of a request id that is taken over from a request.
const REQUEST_ID: usize = 128;
/// Time for which a key is kept if the contract does not state its retention.
const RETENTION: Duration = Duration::from_secs(86_400);

/// The future of a response.
pub type ServerFuture = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

/// The operations of an API with their layers, as a service of tower.
pub struct Server<S>(Arc<Inner<S>>);

struct Inner<S> {
    contract: &'static Contract,
    state: Arc<S>,
    routes: Routes<S>,
    options: Options,
    /// Name of the header with the id of a request.
    request_id: Option<HeaderName>,
}

impl<S> Clone for Server<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<S> std::fmt::Debug for Server<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server")
            .field("api", &self.0.contract.api.name)
            .finish_non_exhaustive()
    }
}

impl<S: Send + Sync + 'static> Server<S> {
    /// Creates the service of these operations.
    pub fn new(contract: &'static Contract, state: S, mut routes: Routes<S>, options: Options) -> Self {
        routes.sort();
        let request_id = contract.api.request_id_header;
        Self(Arc::new(Inner {
            request_id: request_id.and_then(|name| HeaderName::try_from(name).ok()),
            contract,
            state: Arc::new(state),
            routes,
            options,
        }))
    }

    /// Converts to a router of axum that has no other route.
    pub fn into_router(self) -> axum::Router {
        axum::Router::new().fallback_service(self)
    }
}

impl<S: Send + Sync + 'static> tower_service::Service<Request<Body>> for Server<S> {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = ServerFuture;

    fn poll_ready(&mut self, _: &mut TaskContext<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> ServerFuture {
        let inner = Arc::clone(&self.0);
        Box::pin(async move { Ok(inner.respond(request).await) })
    }
}

impl<S: Send + Sync + 'static> Inner<S> {
    async fn respond(self: Arc<Self>, request: Request<Body>) -> Response<Body> {
        let (mut parts, body) = request.into_parts();
        let headers = Arc::new(std::mem::take(&mut parts.headers));
        let api = self.contract.api;
        let request_id = self.request_id(&headers);
        let reply = match self.routes.search(&parts.method, parts.uri.path()) {
            Search::Nothing => Err(Problem::from_status(StatusCode::NOT_FOUND).into()),
            Search::OtherMethod(allowed) if parts.method == Method::OPTIONS => {
                Ok(Reply::new(204).with_header(ALLOW.as_str(), &allowed).into())
            }
            Search::OtherMethod(allowed) => {
                let problem = Problem::from_status(StatusCode::METHOD_NOT_ALLOWED);
                let reply = problem.into_reply(api, self.contract.errors, &request_id);
                Ok(reply.with_header(ALLOW.as_str(), &allowed).into())
            }
            Search::Found(found) => match self.read(body).await {
                Ok(body) => self.operation(found, &parts, headers, body, &request_id).await,
                Err(status) => Err(Problem::from_status(status).into()),
            },
        };
        let reply = reply.unwrap_or_else(|refused| self.refusal(refused, &request_id).into());
        let mut response = reply.into_response();
        if let (Some(name), Ok(value)) = (self.request_id.clone(), HeaderValue::try_from(request_id)) {
            response.headers_mut().insert(name, value);
        }
        if parts.method == Method::HEAD {
            *response.body_mut() = Body::empty();
        }
        response
    }

    /// Returns the id of a request: that of its header if it is short and visible ASCII, else a new one.
    fn request_id(&self, headers: &HeaderMap) -> String {
        let sent = self.request_id.as_ref().and_then(|name| single(headers, name));
        let is_usable =
            |id: &&str| (1..=REQUEST_ID).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic());
        // Without random bytes, the id is zero, and the request is served all the same.
        let new = || uuid(random().unwrap_or_default());
        sent.filter(is_usable).map_or_else(new, str::to_owned)
    }

    /// Reads a body within the limits of its size and its time, or returns the status of its refusal.
    async fn read(&self, body: Body) -> Result<Bytes, StatusCode> {
        let Options {
            body: size, body_time, ..
        } = self.options;
        if body.size_hint().lower() > size as u64 {
            return Err(StatusCode::PAYLOAD_TOO_LARGE);
        }
        let Some(read) = within(body_time, to_bytes(body, size)).await else {
            return Err(StatusCode::REQUEST_TIMEOUT);
        };
        read.map_err(|error| match error.source() {
            Some(why) if why.is::<LengthLimitError>() => StatusCode::PAYLOAD_TOO_LARGE,
            _ => StatusCode::BAD_REQUEST,
        })
    }

    /// Writes the response of a refused request. The text of a store's error is only logged.
    fn refusal(&self, refused: RefusedRequest, request_id: &str) -> Reply {
        let problem = match refused {
            RefusedRequest::Problem(problem) => *problem,
            RefusedRequest::Store(error) => {
                tracing::error!(%error, request_id, "a request is refused");
                Problem::from_status(StatusCode::SERVICE_UNAVAILABLE)
            }
        };
        problem.into_reply(self.contract.api, self.contract.errors, request_id)
    }

    /// Returns the client of a request: that of its signature, or the one that the application finds by the headers.
    async fn client(
        &self,
        description: &Description,
        signed: &SignedRequest<'_>,
        has_key: bool,
    ) -> Result<Option<String>, RefusedRequest> {
        let api = self.contract.api;
        if let Some(rules) = api.signing.filter(|_| self.contract.is_signed(description)) {
            return signed.verify(api, rules, &self.options).await.map(Some);
        }
        let caller = self
            .options
            .caller
            .as_ref()
            .filter(|_| self.contract.has_credentials(description));
        let found = match caller.map(|caller| caller(signed.headers)).transpose() {
            // Without credentials, an operation that allows it has no client. Its keys would be those of all such callers.
            Err(_) if self.contract.is_optional(description) && !has_key => None,
            found => found?,
        };
        let scopes = found.as_ref().and_then(|caller| caller.scopes.as_deref());
        if scopes.is_some_and(|scopes| !self.contract.accepts_scopes(description, scopes)) {
            let problem = Problem::from_status(StatusCode::FORBIDDEN);
            return Err(problem
                .with_detail("The token does not have the scopes of the operation.")
                .into());
        }
        Ok(found.map(|caller| caller.client_id))
    }

    /// Runs the layers of an operation.
    async fn operation(
        self: &Arc<Self>,
        found: Found<'_, S>,
        parts: &Parts,
        headers: Arc<HeaderMap>,
        body: Bytes,
        request_id: &str,
    ) -> Result<Outgoing, RefusedRequest> {
        let (api, route) = (self.contract.api, found.route);
        // The target that was sent and signed, before a router of axum has cut its prefix.
        let sent = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |sent| &sent.0);
        let target = sent.path_and_query().map_or("/", |target| target.as_str());
        let body_sha256 = sha256(&body);
        let request_key = RequestKey::read(api, route.description, &headers, &body);
        let key = request_key.as_ref().and_then(|key| key.text.as_deref());
        let signed_key = match &request_key {
            Some(key) if key.is_in_header() => key.text.as_deref(),
            // A signature covers the header also if the operation takes no key.
            _ => api.idempotency.and_then(|rules| single(&headers, rules.header?)),
        };
        let authority = sent.authority().map(Authority::as_str);
        let signed = SignedRequest {
            method: parts.method.as_str(),
            target,
            host: authority.or_else(|| single(&headers, HOST)),
            headers: &headers,
            body: &body,
            body_sha256: &body_sha256,
            key: signed_key,
        };
        let client_id = self.client(route.description, &signed, key.is_some()).await?;
        if client_id.is_none() && key.is_some() && self.contract.has_credentials(route.description) {
            // All clients would share their keys.
            return Err(Problem::not_implemented().into());
        }
        check_accept(&headers, route.description)?;
        let input = RequestInput {
            contract: self.contract,
            description: route.description,
            invalid: route.invalid,
            client_id: client_id.clone(),
            path: found.path,
            query: parts.uri.query().unwrap_or_default().to_owned(),
            headers: Arc::clone(&headers),
            body: body.clone(),
        };
        let request_id_header = api.request_id_header.filter(|_| self.contract.requires_request_id);
        if let Some(name) = request_id_header.filter(|name| single(&headers, *name).is_none_or(str::is_empty)) {
            let error = InvalidValue::new(format!("/header/{name}"), "is required");
            return Err(input.invalid(error).into());
        }
        request_key.as_ref().map_or(Ok(()), |key| key.check(&input))?;
        let operation = route.description.id;
        let rules = api.idempotency.filter(|_| key.is_some());
        let reservation = rules.map(|rules| {
            let method = parts.method.as_str().as_bytes();
            let own = api.signing.filter(|_| self.contract.is_signed(route.description));
            let target = own.map_or_else(|| target.to_owned(), |rules| signed.constant_target(rules));
            let mut lines = vec![method, b"\n", target.as_bytes(), b"\n", &body_sha256];
            // A retry has another signature.
            let is_kept = |name: &&&str| own.is_none_or(|rules| !is_of_attempt(rules, name));
            for name in route.headers.iter().filter(is_kept) {
                let values = headers.get_all(*name).iter();
                lines.extend(values.flat_map(|value| [b"\n", name.as_bytes(), b":", value.as_bytes()]));
            }
            let key = StoredKey {
                client_id: client_id.clone().unwrap_or_default(),
                operation: if rules.is_of_account { "" } else { operation }.to_owned(),
                key: key.unwrap_or_default().to_owned(),
            };
            self.reserve(rules, key, operation, sha256(lines.concat()))
        });
        let context = Context {
            request_id: request_id.to_owned(),
            client_id,
            idempotency_key: key.map(str::to_owned),
            reservation: reservation.transpose()?,
            body_sha256,
            headers,
        };
        let run = HandlerRun {
            inner: Arc::clone(self),
            handler: route.handler.ok_or_else(Problem::not_implemented)?,
            context,
            input,
        };
        let (Some(rules), Some(reservation)) = (rules, run.context.reservation.clone()) else {
            let (is_safe, limit) = (is_safe(parts.method.as_str()), self.options.handler_time);
            return unkeyed(run.handle(), is_safe, limit, [operation, request_id]).await;
        };
        let run = Uninterrupted::new(Box::pin(run.keyed(rules, reservation))).await;
        run.map_err(|Panicked| panicked(request_id))?.map(Outgoing::from)
    }

    /// Returns a reservation for a new run.
    fn reserve(
        &self,
        rules: &Idempotency,
        key: StoredKey,
        operation: &str,
        fingerprint: [u8; 32],
    ) -> Result<Reservation, StoreFailure> {
        let transactional = self.options.transactional.as_ref();
        let transactional = transactional.filter(|transactional| (transactional.is_it)(operation));
        let now = self.options.clock.now();
        Ok(Reservation {
            key: Arc::new(key),
            fingerprint,
            // Not a number of this process: instances that start from one snapshot would count alike.
            run: random()?,
            until: now + rules.retention.known().unwrap_or(RETENTION),
            lease: transactional.and_then(|transactional| now.checked_add(transactional.lease)),
        })
    }
}

/// The run of a handler.
struct HandlerRun<S> {
    inner: Arc<Inner<S>>,
    handler: fn(Arc<S>, Context, RequestInput) -> Handled,
    context: Context,
    input: RequestInput,
}

impl<S: Send + Sync + 'static> HandlerRun<S> {
    fn handle(self) -> Handled {
        (self.handler)(Arc::clone(&self.inner.state), self.context, self.input)
    }

    /// Runs the handler once for its key, or returns the stored response.
    async fn keyed(self, rules: &'static Idempotency, reservation: Reservation) -> Result<Reply, RefusedRequest> {
        let inner = Arc::clone(&self.inner);
        let (api, errors, keys) = (inner.contract.api, inner.contract.errors, &inner.options.keys);
        let request_id = self.context.request_id.clone();
        let creates = self.input.description.creates;
        let answers = KeyAnswers { api, rules };
        match keys.begin(&reservation, inner.options.clock.now()).await? {
            KeyStatus::New => {}
            KeyStatus::Conflict => return Err(answers.conflict().into()),
            KeyStatus::InProgress => return Err(answers.in_progress().into()),
            KeyStatus::Stored(reply) => {
                if let Some(problem) = answers.refusal(&reply, creates) {
                    return Err(problem.into());
                }
                return Ok(match rules.replayed {
                    Some((name, value)) => reply.with_header(name, value),
                    None => reply,
                });
            }
        }
        let is_leased = reservation.lease.is_some();
        let handled = match self.handle().await {
            Ok(served) => served.whole().await,
            Err(problem) => Err(problem),
        };
        // An unknown outcome keeps the key, so that no response of it is final.
        let is_final = |problem: &Problem| {
            !problem.keeps_key && (problem.is_stored() || rules.is_spent_by(problem.status().as_u16()))
        };
        let stored = match handled {
            // The handler has stored it. What the store has is what a retry gets. A success without it must not run again.
            Ok(_) if is_leased => {
                let stored = keys.keep(&reservation).await?;
                return stored.ok_or_else(|| {
                    tracing::error!(request_id, "a handler did not store its response");
                    Problem::from_status(StatusCode::INTERNAL_SERVER_ERROR).into()
                });
            }
            Ok(reply) => keys.finish(&reservation, reply).await?,
            Err(problem) if is_final(&problem) => {
                let reply = problem.into_reply(api, errors, &request_id);
                keys.finish(&reservation, reply).await?
            }
            Err(problem) if problem.keeps_lease && is_leased => return Err(problem.into()),
            Err(problem) if problem.keeps_key => {
                return keys.keep(&reservation).await?.ok_or_else(|| problem.into());
            }
            Err(problem) => {
                if keys.release(&reservation).await? {
                    return Err(problem.into());
                }
                keys.keep(&reservation).await?
            }
        };
        // Another run has the key, and decides.
        stored.ok_or_else(|| answers.in_progress().into())
    }
}

/// Runs a handler without a key for a limited time. One that may have an effect runs to its end, also if nobody waits.
async fn unkeyed(
    handled: Handled,
    is_safe: bool,
    limit: Duration,
    about: [&str; 2],
) -> Result<Outgoing, RefusedRequest> {
    let [operation, request_id] = about;
    let ended = if is_safe {
        within(limit, handled).await
    } else {
        let run = within(limit, Uninterrupted::new(handled)).await;
        run.transpose().map_err(|Panicked| panicked(request_id))?
    };
    let late = || {
        tracing::warn!(operation, request_id, "a handler takes too long");
        Problem::from_status(StatusCode::SERVICE_UNAVAILABLE)
    };
    Ok(ended.ok_or_else(late)??)
}

/// Returns the problem of a handler that panicked. The text of a panic may contain values.
fn panicked(request_id: &str) -> Problem {
    tracing::error!(request_id, "a handler ended without a result");
    Problem::from_status(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Runs a future for a limited time; `None` if it takes longer. Without a runtime of tokio there is no limit.
async fn within<T>(limit: Duration, future: impl Future<Output = T>) -> Option<T> {
    match tokio::runtime::Handle::try_current() {
        Ok(_) => tokio::time::timeout(limit, future).await.ok(),
        Err(_) => Some(future.await),
    }
}

/// The future panicked.
#[derive(Debug)]
struct Panicked;

/// A future with an effect: it runs to its end, also if nobody waits for it.
///
/// Once its caller has dropped it, such as with its connection, it continues in a task. Outside of a runtime of tokio it ends.
struct Uninterrupted<T: Send + 'static> {
    future: Option<Pin<Box<dyn Future<Output = T> + Send>>>,
    runtime: Option<Handle>,
}

impl<T: Send + 'static> Uninterrupted<T> {
    fn new(future: Pin<Box<dyn Future<Output = T> + Send>>) -> Self {
        Self {
            future: Some(future),
            runtime: Handle::try_current().ok(),
        }
    }
}

impl<T: Send + 'static> Future for Uninterrupted<T> {
    type Output = Result<T, Panicked>;

    fn poll(mut self: Pin<&mut Self>, context: &mut TaskContext<'_>) -> Poll<Self::Output> {
        let Some(future) = &mut self.future else {
            return Poll::Pending;
        };
        let polled = catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context)));
        let ended = match polled {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(value)) => Ok(value),
            Err(_) => Err(Panicked),
        };
        self.future = None;
        Poll::Ready(ended)
    }
}

impl<T: Send + 'static> Drop for Uninterrupted<T> {
    fn drop(&mut self) {
        if let (Some(future), Some(runtime)) = (self.future.take(), &self.runtime) {
            runtime.spawn(future);
        }
    }
}
