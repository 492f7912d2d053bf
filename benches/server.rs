//! Requests per second of a generated router, as a part of those of handlers by hand over axum with the same work: a request id, a limit of
//! time, signatures by the same crate, nonces and keys in maps that forget, media types, all parameters with their limits, JSON by `serde_json`,
//! and an effect that runs to its end without its connection. Both take turns over 16 connections of HTTP/1.1. `-- process` leaves the
//! sockets out, so that the layers weigh more.
//!
//! `cargo bench -p sdkwright-benches --bench server`
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::wildcard_imports,
    clippy::struct_field_names,
    clippy::float_arithmetic,
    reason = "a benchmark that cannot start stops, and prints; an implementation uses all groups; names are those of the contract"
)]

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri};
use axum::middleware::{Next, from_fn};
use axum::response::IntoResponse;
use axum::{Router, routing};
use oceafin_partner::models::{PartnerBalancePage, PartnerCustomer};
use oceafin_partner::secret::SigningSecret;
use oceafin_partner::server::*;
use sdkwright_signing::clock::uuid;
use sdkwright_signing::secret::{Key, SecretEncoding};
use sdkwright_signing::{MacEncoding, TimestampFormat, encode, hex, parse_timestamp, sha256, sign, timestamp, verify};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tower_service::Service;

const CLIENT: &str = "bench-client";
const SECRET: &str = "sentinel9f2-secret-of-the-bench";
/// Requests of a turn, and turns of each side.
const REQUESTS: usize = 2000;
const TURNS: usize = 61;
/// Connections of a turn over sockets.
const CONNECTIONS: usize = 16;
const CUSTOMER: &str = r#"{"partnerCustomerRef":"cust-100001","customerType":"INDIVIDUAL","displayName":"Jane Partner","metadata":{"sourceSystem":"crm"}}"#;
const CREATED: &str = r#"{"customerId":"3f1a7c52-8d0e-4b6f-9a21-5c7e0d4b8f10","partnerCustomerRef":"cust-100001","customerType":"INDIVIDUAL","displayName":"Jane Partner","status":"DRAFT","createdAt":"2026-06-28T07:00:00Z","updatedAt":"2026-06-28T07:00:00Z"}"#;
const PAGE: &str = r#"{"data":[{"assetType":"FIAT","currency":"EUR","available":"1250.00","reserved":"250.00"},{"assetType":"CRYPTO","asset":"USDC","network":"ETHEREUM","available":"900.000000","reserved":"0.000000"}],"pageInfo":{"limit":50,"hasMore":false}}"#;

/// The handlers of the generated router.
struct Generated {
    page: PartnerBalancePage,
    customer: PartnerCustomer,
}

impl BalancesApi for Generated {
    async fn list(&self, _: &Context, _: balances::ListRequest) -> Result<balances::ListResponse, Problem> {
        Ok(balances::ListResponse::Ok(self.page.clone()))
    }
}

impl CustomersApi for Generated {
    async fn create(&self, _: &Context, _: customers::CreateRequest) -> Result<customers::CreateResponse, Problem> {
        Ok(customers::CreateResponse::Created(self.customer.clone()))
    }
}

macro_rules! not_served {
    ($($group:ident)*) => { $(impl $group for Generated {})* };
}

not_served! {
    BankAccountsApi BuyersApi CollectionPaymentsApi CollectionWalletsApi ConversionQuotesApi ConversionsApi CryptoCheckoutsApi
    CryptoDepositWalletsApi CryptoDepositsApi CryptoRefundsApi CryptoWithdrawalQuotesApi CryptoWithdrawalsApi
    FiatAccountApplicationsApi FiatAccountCapabilitiesApi FiatAccountsApi FiatDepositInstructionsApi FiatDepositsApi
    FiatWithdrawalCapabilitiesApi FiatWithdrawalQuotesApi FiatWithdrawalsApi TransactionsApi WalletBeneficiariesApi
}

fn generated() -> Router {
    let state = Generated {
        page: serde_json::from_str(PAGE).unwrap(),
        customer: serde_json::from_str(CREATED).unwrap(),
    };
    router(
        state,
        Options::new().clients(FixedClients::new().with(CLIENT, SigningSecret::new(SECRET))),
    )
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Balance {
    asset_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    asset: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    network: Option<String>,
    available: String,
    reserved: String,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PageInfo {
    limit: u32,
    has_more: bool,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    data: Vec<Balance>,
    page_info: PageInfo,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CreateCustomer {
    partner_customer_ref: String,
    customer_type: String,
    display_name: String,
    #[serde(default)]
    metadata: HashMap<String, String>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Customer {
    #[serde(rename = "customerId")]
    id: String,
    partner_customer_ref: String,
    customer_type: String,
    display_name: String,
    status: String,
    created_at: String,
    updated_at: String,
}

#[derive(Deserialize)]
struct ListQuery {
    limit: Option<u32>,
    cursor: Option<String>,
}

type Served = Result<Response<Body>, StatusCode>;
/// Client, operation and key.
type ClientKey = (String, String, String);
/// The fingerprint of the request under a key, its response, and the end of its retention.
type StoredResponse = ([u8; 32], Option<Vec<u8>>, SystemTime);

/// A map whose entries end.
struct Ending<K, V>(HashMap<K, V>, SystemTime);

impl<K, V> Ending<K, V> {
    fn new() -> Mutex<Self> {
        Mutex::new(Self(HashMap::new(), UNIX_EPOCH))
    }

    /// Removes what has ended, once a minute.
    fn sweep(&mut self, now: SystemTime, until: impl Fn(&V) -> SystemTime) {
        if now >= self.1 + Duration::from_mins(1) {
            self.0.retain(|_, value| until(value) >= now);
            self.1 = now;
        }
    }
}

/// The state of the handlers by hand.
struct ByHand {
    clients: HashMap<&'static str, Key>,
    page: Page,
    customer: Customer,
    nonces: Mutex<Ending<(String, String), SystemTime>>,
    keys: Mutex<Ending<ClientKey, StoredResponse>>,
}

/// Limits the time of a request, and names it.
async fn framed(request: Request<Body>, next: Next) -> Response<Body> {
    let id = request.headers().get("x-request-id").cloned();
    let id = id.filter(|id| (1..=128).contains(&id.len()) && id.as_bytes().iter().all(u8::is_ascii_graphic));
    let id = id.unwrap_or_else(|| {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).unwrap();
        HeaderValue::try_from(uuid(bytes)).unwrap()
    });
    let served = tokio::time::timeout(Duration::from_secs(30), next.run(request)).await;
    let mut response = served.unwrap_or_else(|_| StatusCode::SERVICE_UNAVAILABLE.into_response());
    response.headers_mut().insert("x-request-id", id);
    response
}

fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

/// Returns 406 for a request that does not accept JSON.
fn check_accept(headers: &HeaderMap) -> Result<(), StatusCode> {
    let ranges = header(headers, "accept");
    let is_json = |range: &str| {
        let range = range.split(';').next().unwrap_or_default().trim();
        ["application/json", "application/*", "*/*"].contains(&range)
    };
    let accepts = ranges.is_none_or(|ranges| ranges.split(',').any(is_json));
    accepts.then_some(()).ok_or(StatusCode::NOT_ACCEPTABLE)
}

impl ByHand {
    /// Verifies a request; returns its client.
    fn client(
        &self,
        method: &str,
        uri: &Uri,
        headers: &HeaderMap,
        body_sha256: &[u8; 32],
    ) -> Result<String, StatusCode> {
        let text = |name| header(headers, name).unwrap_or_default();
        let [client, instant, nonce] = ["x-partner-client-id", "x-partner-timestamp", "x-partner-nonce"].map(text);
        let body = hex(body_sha256);
        let lines = [
            method,
            uri.path_and_query().unwrap().as_str(),
            &body,
            instant,
            nonce,
            text("idempotency-key"),
        ];
        let key = self.clients.get(client).ok_or(StatusCode::UNAUTHORIZED)?;
        let is_nonce = (16..=64).contains(&nonce.len()) && nonce.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let signature = text("x-partner-signature");
        if !is_nonce || !verify(key, lines.join("\n"), signature, MacEncoding::Hex) {
            return Err(StatusCode::UNAUTHORIZED);
        }
        let now = SystemTime::now();
        let seconds = i64::try_from(now.duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap();
        let age = parse_timestamp(instant, TimestampFormat::Rfc3339).map(|instant| seconds - instant);
        if age.is_none_or(|age| age.abs() > 300) {
            return Err(StatusCode::UNAUTHORIZED);
        }
        let until = now + Duration::from_secs(601);
        let nonce = (client.to_owned(), nonce.to_owned());
        let mut nonces = self.nonces.lock().unwrap();
        nonces.sweep(now, |until| *until);
        let old = nonces.0.insert(nonce, until);
        old.is_none_or(|until| until < now)
            .then(|| client.to_owned())
            .ok_or(StatusCode::UNAUTHORIZED)
    }

    fn create(&self, key: ClientKey, fingerprint: [u8; 32], headers: &HeaderMap, body: &[u8]) -> Served {
        let now = SystemTime::now();
        let until = now + Duration::from_hours(24);
        let mut keys = self.keys.lock().unwrap();
        keys.sweep(now, |(.., until)| *until);
        if let Some((known, response, _)) = keys.0.get(&key) {
            let stored = response.clone().filter(|_| *known == fingerprint);
            let stored = stored.ok_or(StatusCode::CONFLICT)?;
            return Ok(json(StatusCode::CREATED, stored));
        }
        keys.0.insert(key.clone(), (fingerprint, None, until));
        drop(keys);
        let media_type = header(headers, "content-type").and_then(|sent| sent.split(';').next());
        if media_type != Some("application/json") {
            return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE);
        }
        let request: CreateCustomer = serde_json::from_slice(body).map_err(|_| StatusCode::BAD_REQUEST)?;
        let is_valid = (1..=128).contains(&request.partner_customer_ref.len())
            && (1..=200).contains(&request.display_name.len())
            && ["INDIVIDUAL", "CORPORATE"].contains(&&*request.customer_type)
            && request.metadata.len() <= 50
            && request.metadata.values().all(|value| value.len() <= 500);
        is_valid.then_some(()).ok_or(StatusCode::BAD_REQUEST)?;
        let response = serde_json::to_vec(&self.customer.clone()).unwrap();
        let stored = (fingerprint, Some(response.clone()), until);
        self.keys.lock().unwrap().0.insert(key, stored);
        Ok(json(StatusCode::CREATED, response))
    }
}

fn json(status: StatusCode, body: Vec<u8>) -> Response<Body> {
    (status, [("content-type", "application/json")], body).into_response()
}

async fn list(
    State(state): State<Arc<ByHand>>,
    Path(customer): Path<String>,
    Query(query): Query<ListQuery>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Served {
    state.client(method.as_str(), &uri, &headers, &sha256(&body))?;
    check_accept(&headers)?;
    let is_valid = (1..=64).contains(&customer.len())
        && query.limit.is_none_or(|limit| (1..=100).contains(&limit))
        && query.cursor.is_none_or(|cursor| (1..=512).contains(&cursor.len()));
    is_valid.then_some(()).ok_or(StatusCode::BAD_REQUEST)?;
    Ok(json(StatusCode::OK, serde_json::to_vec(&state.page.clone()).unwrap()))
}

async fn create(State(state): State<Arc<ByHand>>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Served {
    let hash = sha256(&body);
    let client = state.client(method.as_str(), &uri, &headers, &hash)?;
    check_accept(&headers)?;
    let key = header(&headers, "idempotency-key").ok_or(StatusCode::BAD_REQUEST)?;
    let key = (client, "createPartnerCustomer".to_owned(), key.to_owned());
    let fingerprint = sha256([method.as_str().as_bytes(), b"\n", uri.path().as_bytes(), b"\n", &hash].concat());
    // Its own task: the effect does not end with the connection.
    let created = tokio::spawn(async move { state.create(key, fingerprint, &headers, &body) });
    created.await.unwrap_or(Err(StatusCode::INTERNAL_SERVER_ERROR))
}

fn by_hand() -> Router {
    let key = SigningSecret::new(SECRET).key(SecretEncoding::Utf8).unwrap();
    let state = ByHand {
        clients: HashMap::from([(CLIENT, key)]),
        page: serde_json::from_str(PAGE).unwrap(),
        customer: serde_json::from_str(CREATED).unwrap(),
        nonces: Ending::new(),
        keys: Ending::new(),
    };
    Router::new()
        .route("/partner/v1/customers/{customer}/balances", routing::get(list))
        .route("/partner/v1/customers", routing::post(create))
        .with_state(Arc::new(state))
        .layer(from_fn(framed))
}

/// Returns signed requests of a turn, each with its nonce and its key.
fn requests(method: &str, target: &str, body: &'static str, turn: usize) -> Vec<Request<&'static str>> {
    let key = SigningSecret::new(SECRET).key(SecretEncoding::Utf8).unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let instant = timestamp(i64::try_from(now).unwrap(), TimestampFormat::Rfc3339);
    let request = |number| {
        let nonce = format!("{method}{turn:08}{number:08}");
        let idempotency = if method == "POST" { nonce.clone() } else { String::new() };
        let lines = [method, target, &hex(&sha256(body)), &instant, &nonce, &idempotency];
        let signature = encode(&sign(&key, lines.join("\n")), MacEncoding::Hex);
        let request = Request::builder().method(method).uri(target);
        let request = request
            .header("x-partner-client-id", CLIENT)
            .header("x-partner-timestamp", &instant);
        let request = request
            .header("x-partner-nonce", &nonce)
            .header("x-partner-signature", signature);
        let request = request
            .header("x-request-id", &nonce)
            .header("accept", "application/json");
        let request = match method {
            "POST" => request
                .header("content-type", "application/json")
                .header("idempotency-key", idempotency),
            _ => request,
        };
        request.header("host", "bank").body(body).unwrap()
    };
    (0..REQUESTS).map(request).collect()
}

/// Returns the bytes of a request of HTTP/1.1.
fn bytes(request: &Request<&'static str>) -> Vec<u8> {
    let headers = request.headers().iter();
    let headers: Vec<String> = headers
        .map(|(name, value)| format!("{name}: {}\r\n", value.to_str().unwrap()))
        .collect();
    let headers = headers.concat();
    let (method, target, body) = (request.method(), request.uri(), request.body());
    format!(
        "{method} {target} HTTP/1.1\r\n{headers}content-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// Sends requests over one connection, one after the other.
async fn send(address: SocketAddr, requests: &[Vec<u8>], status: u16) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let expected = format!("HTTP/1.1 {status}");
    let mut buffer = Vec::new();
    for request in requests {
        stream.write_all(request).await.unwrap();
        buffer.clear();
        loop {
            assert!(stream.read_buf(&mut buffer).await.unwrap() > 0);
            let Some(head) = buffer.windows(4).position(|end| end == b"\r\n\r\n") else {
                continue;
            };
            let text = std::str::from_utf8(&buffer[..head]).unwrap();
            assert!(text.starts_with(&expected), "{text}");
            let length = text.lines().find_map(|line| line.strip_prefix("content-length: "));
            if buffer.len() >= head + 4 + length.unwrap().parse::<usize>().unwrap() {
                break;
            }
        }
    }
}

/// Serves a router on a separate thread.
fn serve(router: Router) -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        runtime().block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            axum::serve(listener, router).await.unwrap();
        });
    });
    address
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

/// A router, and its address.
struct Side(Router, SocketAddr);

impl Side {
    fn new(router: Router) -> Self {
        Self(router.clone(), serve(router))
    }

    /// Returns the seconds of a turn without sockets.
    async fn in_process(&self, requests: Vec<Request<&'static str>>, status: u16) -> f64 {
        let mut router = self.0.clone();
        let start = Instant::now();
        for request in requests {
            let response = router.call(request.map(Body::from)).await.unwrap();
            assert_eq!(response.status().as_u16(), status);
            axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        }
        start.elapsed().as_secs_f64()
    }

    /// Returns the seconds of a turn over sockets.
    async fn over_sockets(&self, requests: Vec<Request<&'static str>>, status: u16) -> f64 {
        let requests: Vec<Vec<u8>> = requests.iter().map(bytes).collect();
        let start = Instant::now();
        let mut tasks = tokio::task::JoinSet::new();
        for chunk in requests.chunks(REQUESTS.div_ceil(CONNECTIONS)) {
            let (chunk, address) = (chunk.to_vec(), self.1);
            tasks.spawn(async move { send(address, &chunk, status).await });
        }
        while let Some(done) = tasks.join_next().await {
            done.unwrap();
        }
        start.elapsed().as_secs_f64()
    }
}

fn main() {
    let in_process = std::env::args().any(|argument| argument == "process");
    let runtime = runtime();
    let (generated, by_hand) = (Side::new(generated()), Side::new(by_hand()));
    for (method, target, body, status) in [
        (
            "GET",
            "/partner/v1/customers/3f1a7c52-8d0e-4b6f-9a21-5c7e0d4b8f10/balances",
            "",
            200,
        ),
        ("POST", "/partner/v1/customers", CUSTOMER, 201),
    ] {
        let mut turns = Vec::new();
        for turn in 0..TURNS {
            let time = |side: &Side| {
                let requests = requests(method, target, body, turn);
                if in_process {
                    runtime.block_on(side.in_process(requests, status))
                } else {
                    runtime.block_on(side.over_sockets(requests, status))
                }
            };
            turns.push(if turn % 2 == 0 {
                [&generated, &by_hand].map(time)
            } else {
                let [hand, own] = [&by_hand, &generated].map(time);
                [own, hand]
            });
        }
        turns.sort_by(|one, other| (one[1] / one[0]).total_cmp(&(other[1] / other[0])));
        let [own, hand] = turns[TURNS / 2].map(|seconds| f64::from(u32::try_from(REQUESTS).unwrap()) / seconds);
        println!(
            "{method}: {own:.0} requests per second, {hand:.0} by hand: {:.2}",
            own / hand
        );
    }
}
