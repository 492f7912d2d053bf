//! Layers of tower around the HTTP client of the SDK.

use std::io::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::time::Duration;

use oceafin_partner::IdempotencyKey;
use oceafin_partner::http::{Method, Request, Response};
use oceafin_partner::transport::{Body, Incoming, ReqwestTransport, SendError, SendFuture, SleepFuture, Transport};
use tower::{BoxError, Service, ServiceBuilder, ServiceExt as _};

use crate::builder;
use crate::server::Server;

/// Sends through a service of tower.
struct Layered<S>(S);

/// Marks a request that needs a new connection.
#[derive(Clone)]
struct Fresh;

impl<S> Transport for Layered<S>
where
    S: Service<Request<Body>, Response = Response<Incoming>, Error = BoxError> + Clone + Send + Sync + 'static,
    S::Future: Send,
{
    fn send(&self, request: Request<Body>) -> SendFuture<'_> {
        let sent = self.0.clone().oneshot(request);
        // An error of a layer does not show whether the request left.
        Box::pin(async {
            sent.await
                .map_err(|error| error.downcast().map_or_else(SendError::Unknown, |error| *error))
        })
    }

    fn send_fresh(&self, mut request: Request<Body>) -> SendFuture<'_> {
        request.extensions_mut().insert(Fresh);
        self.send(request)
    }

    fn sleep(&self, duration: Duration) -> SleepFuture<'_> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// At most two requests at once, and a hundred in a second.
fn limited(client: ReqwestTransport) -> impl Transport {
    let send = move |request: Request<Body>| {
        let client = client.clone();
        async move {
            match request.extensions().get() {
                Some(Fresh) => client.send_fresh(request).await.map_err(BoxError::from),
                None => client.send(request).await.map_err(BoxError::from),
            }
        }
    };
    let layers = ServiceBuilder::new()
        .buffer(64)
        .concurrency_limit(2)
        .rate_limit(100, Duration::from_secs(1));
    Layered(layers.service_fn(send))
}

#[tokio::test]
async fn a_limit_of_tower_holds_for_all_calls_of_a_client() {
    let (now, most, pair) = (AtomicUsize::new(0), Arc::new(AtomicUsize::new(0)), Barrier::new(2));
    let seen = most.clone();
    let server = Server::start(move |stream| {
        most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        // Two requests are here at once, or this test does not end.
        pair.wait();
        now.fetch_sub(1, Ordering::SeqCst);
        stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
            .unwrap();
    });
    let transport = limited(ReqwestTransport::new().unwrap());
    let client = builder(&server.url).transport(transport).build().unwrap();
    let call = || async { client.raw(Method::GET, "/v1/thing").await.map(drop) };
    let act = |key| {
        let call = client
            .raw(Method::POST, "/v1/thing")
            .key(IdempotencyKey::new(key).unwrap());
        async { call.await.map(drop) }
    };
    let calls = async { tokio::try_join!(call(), call(), call(), call()) };
    tokio::try_join!(calls, act("a"), act("b")).unwrap();
    assert_eq!((server.requests(), seen.load(Ordering::SeqCst)), (6, 2));
}

#[tokio::test]
async fn an_error_of_the_client_keeps_its_kind_below_layers() {
    let transport = limited(ReqwestTransport::new().unwrap());
    // Port 9 of this machine has no server.
    let client = builder("http://127.0.0.1:9").transport(transport).build().unwrap();
    let error = client.raw(Method::GET, "/v1/thing").await.unwrap_err();
    assert!(error.to_string().contains("not sent"), "{error}");
}
