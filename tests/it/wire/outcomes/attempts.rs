//! Further attempts on the wire, and the waits before them; no test really waits.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::contract::Contract;
use crate::raw::{self, Arrived, Server, Step, say};
use oceafin_partner::http::{Method, Request};
use oceafin_partner::{
    Client, CreatePartnerCustomerRequest, IdempotencyKey, Outcome, PartnerCustomerRef, PartnerCustomerType,
    PartnerDocumentType, RefreshKey, UploadPartnerCustomerFileRequest,
    settings::{Builder, Clock},
    transport::{ReqwestTransport, Transport},
    values::Upload,
};
use sdkwright_runtime::transport::{Body, SendFuture, SleepFuture};
use sdkwright_sandbox_server::{Options, Sandbox};

const CUSTOMER: &str = r#"{"customerId":"c-1","partnerCustomerRef":"cust-1","customerType":"INDIVIDUAL","status":"DRAFT","createdAt":"2026-06-28T00:00:00Z","updatedAt":"2026-06-28T00:00:00Z"}"#;
const JSON: &str = "Content-Type: application/json\r\n";
/// Longer than any wait, so that the two can be told apart.
const TIMEOUT: Duration = Duration::from_hours(1);

/// Real HTTP, whose waits are noted and over at once.
struct Impatient {
    inner: ReqwestTransport,
    waits: Arc<Mutex<Vec<Duration>>>,
}

impl Transport for Impatient {
    fn send(&self, request: Request<Body>) -> SendFuture<'_> {
        self.inner.send(request)
    }

    fn sleep(&self, duration: Duration) -> SleepFuture<'_> {
        if duration > TIMEOUT / 2 {
            return self.inner.sleep(duration);
        }
        self.waits.lock().unwrap().push(duration);
        Box::pin(std::future::ready(()))
    }
}

/// Every look at it is a second later.
struct Ticking(AtomicU64);

impl Clock for Ticking {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(self.0.fetch_add(1, Ordering::Relaxed))
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

type Waits = Arc<Mutex<Vec<Duration>>>;

fn impatient(builder: Builder<Client>) -> (Client, Waits) {
    sdkwright_watch::listen();
    let waits = Waits::default();
    let transport = Impatient {
        inner: ReqwestTransport::new().unwrap(),
        waits: Arc::clone(&waits),
    };
    let builder = builder.transport(transport).timeout(TIMEOUT).deadline(TIMEOUT * 2);
    (builder.build().unwrap(), waits)
}

fn of(server: &Server) -> Builder<Client> {
    sdkwright_watch::listen();
    let builder = Client::builder()
        .without_journal()
        .base_url(&server.origin)
        .client_id(raw::CLIENT);
    builder.client_secret(raw::SECRET)
}

fn request() -> CreatePartnerCustomerRequest {
    CreatePartnerCustomerRequest::new(
        PartnerCustomerRef::from("cust-1"),
        PartnerCustomerType::Individual,
        "sentinel9f2 Partner",
    )
}

fn key(text: &str) -> IdempotencyKey {
    IdempotencyKey::new(text).unwrap()
}

fn assert_same_action(arrived: &[Arrived]) {
    for (at, one) in arrived.iter().enumerate() {
        one.assert_signed();
        for other in &arrived[..at] {
            assert_eq!((&one.method, &one.target), (&other.method, &other.target));
            assert!(one.body == other.body);
            for same in [
                "Idempotency-Key",
                "Content-Type",
                "Accept",
                "User-Agent",
                "X-Partner-Client-Id",
                "X-My-Own",
            ] {
                assert_eq!(one.header(same), other.header(same), "{same}");
            }
            for new in [
                "X-Partner-Nonce",
                "X-Partner-Timestamp",
                "X-Partner-Signature",
                "X-Request-Id",
            ] {
                assert_ne!(one.header(new), other.header(new), "{new}");
            }
        }
    }
}

#[tokio::test]
async fn every_attempt_has_the_same_key_and_bytes_and_a_nonce_timestamp_signature_and_request_id_of_its_own() {
    let steps = |body: &str| {
        vec![
            say(502, "", "<html>Bad gateway</html>"),
            Step::Hang,
            Step::Say("HTTP/1.1 201 X\r\nContent-Length: 99\r\n\r\n{".into()),
            say(201, JSON, body),
        ]
    };
    let server = Server::start(steps(CUSTOMER));
    let (client, _) = impatient(of(&server).clock(Ticking(AtomicU64::new(now()))));
    let call = client
        .customers()
        .create(key("k-1"), &request())
        .header("X-My-Own", "kept");
    let response = call.request_id("mine").with_response().await.unwrap();
    let arrived = server.arrived();
    assert_eq!((response.attempts, arrived.len()), (4, 4));
    assert_same_action(&arrived);
    assert_eq!(
        (arrived[0].header("X-My-Own"), arrived[0].header("X-Request-Id")),
        ("kept", "mine")
    );
    let sent: Vec<_> = arrived.iter().map(|one| one.header("X-Request-Id")).collect();
    assert_eq!(response.request_ids, sent);

    let server = Server::start(steps(r#"{"fileAssetId":"f-1"}"#));
    let (client, _) = impatient(of(&server).clock(Ticking(AtomicU64::new(now()))));
    let upload = Upload::from_bytes(b"sentinel9f2 ".repeat(6_000)).named("a.pdf");
    let body = UploadPartnerCustomerFileRequest::new(upload, PartnerDocumentType::Passport);
    client
        .customers()
        .upload_file(key("k-2"), &"c-1".into(), &body)
        .await
        .unwrap();
    assert_eq!(server.arrived().len(), 4);
    assert_same_action(&server.arrived());
}

#[tokio::test]
async fn a_mutation_without_a_key_is_sent_once_whatever_happens() {
    for step in [
        Step::Hang,
        say(502, "", ""),
        say(503, "", ""),
        say(429, "Retry-After: 1\r\n", ""),
    ] {
        let server = Server::start(vec![step]);
        let (client, waits) = impatient(of(&server));
        let call = client
            .raw(Method::POST, "/partner/v1/customers")
            .body("application/json", "{}");
        let error = call.retries(5).await.unwrap_err();
        assert_eq!((error.attempts(), server.arrived().len()), (1, 1), "{error}");
        assert!(waits.lock().unwrap().is_empty());
        assert_eq!(server.only().header("Idempotency-Key"), "");
        server.only().assert_signed();
        // A safe method is sent again, and so is the same mutation with a key.
        client
            .raw(Method::GET, "/partner/v1/customers")
            .retries(1)
            .await
            .unwrap_err();
        let call = client
            .raw(Method::POST, "/partner/v1/customers")
            .body("application/json", "{}");
        call.key(key("k")).retries(1).await.unwrap_err();
        assert_eq!(server.arrived().len(), 5);
    }
}

#[tokio::test]
async fn nothing_is_sent_before_the_time_that_the_server_names() {
    for (header, least, most) in [
        ("Retry-After: 7\r\n".to_owned(), 7, 7),
        ("Retry-After: 0\r\n".to_owned(), 0, 1),
        ("Retry-After: 60\r\n".to_owned(), 60, 60),
        ("Retry-After: Sun, 06 Nov 1994 08:49:37 GMT\r\n".to_owned(), 0, 1),
        ("Retry-After: soon\r\n".to_owned(), 0, 1),
        (String::new(), 0, 1),
    ] {
        let body = r#"{"code":"PARTNER_RATE_LIMITED"}"#;
        let server = Server::start(vec![
            say(429, &format!("{JSON}{header}"), body),
            say(201, JSON, CUSTOMER),
        ]);
        let (client, waits) = impatient(of(&server));
        client.customers().create(key("k"), &request()).await.unwrap();
        let waits = waits.lock().unwrap().clone();
        let [wait] = waits[..] else {
            panic!("{header}: {waits:?}")
        };
        assert!(
            (Duration::from_secs(least)..=Duration::from_secs(most)).contains(&wait),
            "{header}: {wait:?}"
        );
        assert_same_action_but_time(&server.arrived());
    }
    for header in ["61", "3600", "99999999999999999999", "Fri, 31 Dec 2077 23:59:59 GMT"] {
        let body = r#"{"type":"about:blank","title":"x","status":429,"code":"PARTNER_RATE_LIMITED"}"#;
        let problem = "Content-Type: application/problem+json\r\n";
        let refusal = say(429, &format!("{problem}Retry-After: {header}\r\n"), body);
        let server = Server::start(vec![refusal]);
        let (client, waits) = impatient(of(&server));
        let error = client.customers().create(key("k"), &request()).await.unwrap_err();
        assert!(
            error.retry_after().is_some_and(|named| named > Duration::from_mins(1)),
            "{header}"
        );
        assert_eq!(
            (error.attempts(), error.outcome()),
            (1, Outcome::NotExecuted),
            "{header}"
        );
        assert!(
            waits.lock().unwrap().is_empty() && server.arrived().len() == 1,
            "{header}"
        );
    }
}

fn assert_same_action_but_time(arrived: &[Arrived]) {
    assert_eq!(arrived.len(), 2);
    assert_eq!(
        arrived[0].header("Idempotency-Key"),
        arrived[1].header("Idempotency-Key")
    );
    assert!(arrived[0].body == arrived[1].body);
    assert_ne!(
        arrived[0].header("X-Partner-Nonce"),
        arrived[1].header("X-Partner-Nonce")
    );
}

#[tokio::test]
async fn the_sandbox_carries_an_action_out_once_however_often_it_is_sent() {
    let options = Options {
        retry_after: Some(9),
        ..Options::default()
    };
    let sandbox = Sandbox::start_file(Contract::path("openapi/partner-api.yaml"), options).unwrap();
    let builder = Client::builder()
        .without_journal()
        .base_url(&sandbox.base_url)
        .client_id(&sandbox.client_id);
    let (client, waits) = impatient(builder.client_secret(sandbox.client_secret.clone()));
    for word in ["status=502", "drop", "truncate"] {
        sandbox.answer_next(word).unwrap();
    }
    let response = client
        .customers()
        .create(key("k"), &request())
        .with_response()
        .await
        .unwrap();
    assert!(response.replayed && response.attempts == 4, "{response:?}");
    let calls = sandbox.calls();
    assert_eq!(calls.iter().filter(|call| call.executed).count(), 1);
    assert!(calls.iter().all(|call| call.failures().count() == 0));

    waits.lock().unwrap().clear();
    for word in [
        "PARTNER_RATE_LIMITED",
        "PARTNER_IDEMPOTENCY_IN_PROGRESS",
        "PARTNER_PROCESSING_UNAVAILABLE",
    ] {
        sandbox.answer_next(word).unwrap();
    }
    client.customers().create(key("l"), &request()).await.unwrap();
    let waits = waits.lock().unwrap().clone();
    assert_eq!(waits[..2], [Duration::from_secs(9); 2], "{waits:?}");
}

#[tokio::test]
async fn a_clock_that_is_wrong_is_corrected_once_and_the_same_action_goes_through() {
    let sandbox = Sandbox::start_file(Contract::path("openapi/partner-api.yaml"), Options::default()).unwrap();
    sandbox.set_clock_offset(-1800);
    let builder = Client::builder()
        .without_journal()
        .base_url(&sandbox.base_url)
        .client_id(&sandbox.client_id);
    let (client, waits) = impatient(builder.client_secret(sandbox.client_secret.clone()));
    let response = client
        .customers()
        .create(key("k"), &request())
        .with_response()
        .await
        .unwrap();
    assert_eq!(response.attempts, 2);
    let codes: Vec<_> = sandbox.calls().into_iter().map(|call| call.code).collect();
    assert_eq!(codes, [Some("PARTNER_SIGNATURE_EXPIRED".to_owned()), None]);
    client
        .customers()
        .lookup(RefreshKey::new("l").unwrap(), &request())
        .await
        .unwrap();
    assert_eq!(sandbox.calls().len(), 3, "the correction is kept");
    assert!(waits.lock().unwrap().is_empty(), "it is sent again at once");
}
