//! Requests to the bank in one process, signed as the contract says, with mistakes where a test wants them.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::body::{Body, to_bytes};
use axum::http::{Request, Response};
use axum::{Extension, Router};
use oceafin_partner::server::{FixedClients, Options, router};
use sdkwright_json::JsonValue;
use sdkwright_server::SqliteFile;
use sdkwright_signing::secret::{SecretEncoding, SigningSecret};
use sdkwright_signing::{MacEncoding, TimestampFormat, encode, hex, sha256, sign, timestamp};
use tower_service::Service;

use crate::bank::Bank;
use crate::{CLIENT, SECRET};

/// Returns a new bank with its client, and the settings of its server. The router owns its folder.
pub(crate) fn bank_with(change: impl FnOnce(Options) -> Options) -> (Bank, Router) {
    sdkwright_watch::listen();
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let file = folder.path().join("bank.db");
    let bank = Bank::open(&file, SystemTime::now).unwrap();
    let store = SqliteFile::open(&file).unwrap();
    crate::steps::seed(&bank, CLIENT).unwrap();
    let clients = FixedClients::new().with(CLIENT, SigningSecret::new(SECRET));
    let options = Options::new().clients(clients).keys(store.clone()).nonces(store);
    let options = options.transactional(Duration::from_secs(10), |_| true);
    let router = router(bank.clone(), change(options)).layer(Extension(folder));
    (bank, router)
}

/// Returns the router of a new bank.
pub(crate) fn bank() -> Router {
    bank_with(|options| options).1
}

/// A response.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) status: u16,
    pub(crate) headers: axum::http::HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Received {
    /// Returns the text at a JSON Pointer of the body.
    pub(crate) fn text(&self, pointer: &str) -> String {
        let body: JsonValue = sdkwright_json::from_slice(&self.body).unwrap_or_default();
        let value = body.pointer(pointer).and_then(JsonValue::as_str);
        value.unwrap_or_default().to_owned()
    }

    /// Returns the text of a header.
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default()
    }
}

/// A request, signed when it is sent.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    pub(crate) method: &'static str,
    pub(crate) target: String,
    pub(crate) key: Option<&'static str>,
    pub(crate) body: Vec<u8>,
    pub(crate) content_type: &'static str,
    pub(crate) client: &'static str,
    pub(crate) secret: &'static str,
    pub(crate) nonce: String,
    /// Seconds between the clock and the signed instant.
    pub(crate) shift: i64,
    /// A header that is left out.
    pub(crate) without: &'static str,
    /// The body that arrives in place of the signed one.
    pub(crate) arrives: Option<Vec<u8>>,
}

impl Sent {
    /// Creates a request with a fresh nonce.
    pub(crate) fn new(method: &'static str, target: &str) -> Self {
        static NONCES: AtomicU32 = AtomicU32::new(0);
        Self {
            method,
            target: target.to_owned(),
            key: None,
            body: Vec::new(),
            content_type: "application/json",
            client: CLIENT,
            secret: SECRET,
            nonce: format!("nonce-{:016}", NONCES.fetch_add(1, Ordering::Relaxed)),
            shift: 0,
            without: "",
            arrives: None,
        }
    }

    /// Creates a POST of a body under a key.
    pub(crate) fn post(target: &str, key: &'static str, body: &str) -> Self {
        Self {
            key: Some(key),
            body: body.as_bytes().to_vec(),
            ..Self::new("POST", target)
        }
    }

    /// Sends it.
    pub(crate) async fn to(&self, bank: &Router) -> Received {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        let seconds = i64::try_from(since.as_secs()).unwrap_or_default() + self.shift;
        let instant = timestamp(seconds, TimestampFormat::Rfc3339);
        let (body, key) = (hex(&sha256(&self.body)), self.key.unwrap_or_default());
        let lines = [self.method, &self.target, &body, &instant, &self.nonce, key];
        let secret = SigningSecret::new(self.secret).key(SecretEncoding::Utf8).unwrap();
        let signature = encode(&sign(&secret, lines.join("\n")), MacEncoding::Hex);
        let headers = [
            ("x-partner-client-id", self.client),
            ("x-partner-timestamp", &instant),
            ("x-partner-nonce", &self.nonce),
            ("x-partner-signature", &signature),
            ("idempotency-key", key),
            ("x-request-id", "request-1"),
            ("content-type", self.content_type),
        ];
        let mut request = Request::builder().method(self.method).uri(&self.target);
        for (name, value) in headers {
            if name != self.without && !value.is_empty() {
                request = request.header(name, value);
            }
        }
        let body = self.arrives.clone().unwrap_or_else(|| self.body.clone());
        let request = request.body(Body::from(body)).unwrap();
        let response: Result<Response<Body>, Infallible> = bank.clone().call(request).await;
        let (parts, body) = response.unwrap().into_parts();
        Received {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: to_bytes(body, usize::MAX).await.unwrap().to_vec(),
        }
    }
}
