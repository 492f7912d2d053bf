//! Requests with mistakes: each gets the code, the place or the status that the contract states.

use std::time::SystemTime;

use oceafin_partner::server::IdempotencyStore;
use sdkwright_server::{KeyStatus, Reply, Reservation, StoreFuture};

use crate::sent::{Sent, bank, bank_with};

const CUSTOMERS: &str = "/partner/v1/customers";
const CUSTOMER: &str = r#"{"partnerCustomerRef":"ref-1","customerType":"INDIVIDUAL","displayName":"Jane Partner"}"#;

#[tokio::test]
async fn a_request_that_is_not_signed_as_the_contract_says_is_refused_with_its_code() {
    let bank = bank();
    let good = || Sent::post(CUSTOMERS, "key-1", CUSTOMER);
    let with = |change: fn(&mut Sent)| {
        let mut sent = good();
        change(&mut sent);
        sent
    };
    for (sent, code) in [
        (with(|sent| sent.client = "stranger"), "PARTNER_AUTH_FAILED"),
        (with(|sent| sent.without = "x-partner-client-id"), "PARTNER_AUTH_FAILED"),
        (with(|sent| sent.without = "x-partner-signature"), "PARTNER_AUTH_FAILED"),
        (with(|sent| sent.without = "x-partner-nonce"), "PARTNER_AUTH_FAILED"),
        (
            with(|sent| sent.secret = "sentinel9f2-another-secret"),
            "PARTNER_SIGNATURE_INVALID",
        ),
        (
            with(|sent| sent.without = "idempotency-key"),
            "PARTNER_SIGNATURE_INVALID",
        ),
        (
            with(|sent| sent.arrives = Some(b"{}".to_vec())),
            "PARTNER_SIGNATURE_INVALID",
        ),
        (with(|sent| sent.nonce = "short".to_owned()), "PARTNER_AUTH_FAILED"),
        (with(|sent| sent.shift = -310), "PARTNER_SIGNATURE_EXPIRED"),
        (with(|sent| sent.shift = 310), "PARTNER_SIGNATURE_EXPIRED"),
    ] {
        let refused = sent.to(&bank).await;
        assert_eq!((refused.status, &*refused.text("/code")), (401, code), "{sent:?}");
        assert_eq!(refused.header("content-type"), "application/problem+json");
        assert_eq!(refused.text("/requestId"), "request-1");
    }
    let sent = good();
    let first = sent.to(&bank).await;
    assert_eq!((first.status, first.header("x-request-id")), (201, "request-1"));
    let copied = sent.to(&bank).await;
    assert_eq!((copied.status, &*copied.text("/code")), (401, "PARTNER_NONCE_REPLAYED"));
    let again = good().to(&bank).await;
    assert_eq!((again.status, again.header("idempotent-replayed")), (201, "true"));
    assert_eq!(again.body, first.body);
}

#[tokio::test]
async fn a_mistake_in_a_value_has_its_place() {
    let bank = bank();
    let customer = Sent::post(CUSTOMERS, "key-1", CUSTOMER)
        .to(&bank)
        .await
        .text("/customerId");
    let list = format!("{CUSTOMERS}/{customer}/fiat-withdrawals");
    for (sent, place) in [
        (
            Sent::post(
                CUSTOMERS,
                "k",
                r#"{"partnerCustomerRef":"r","customerType":7,"displayName":"J"}"#,
            ),
            "/customerType",
        ),
        (
            Sent::post(CUSTOMERS, "k", r#"{"partnerCustomerRef":"r","displayName":"J"}"#),
            "/customerType",
        ),
        (Sent::post(CUSTOMERS, "k", "{"), ""),
        (Sent::post(CUSTOMERS, "k", ""), ""),
        (Sent::new("POST", CUSTOMERS), "/header/Idempotency-Key"),
        (Sent::new("GET", &format!("{list}?limit=seven")), "/query/limit"),
        (Sent::new("GET", &format!("{list}?limit=1&limit=2")), "/query/limit"),
        (Sent::new("GET", &format!("{list}?limit=1000")), "/query/limit"),
        (Sent::new("GET", &format!("{list}?cursor=%ff")), "/query/cursor"),
        (Sent::new("GET", &format!("{list}?limit=0")), "/query/limit"),
        (Sent::new("GET", &format!("{list}?status=NEW")), "/query/status"),
        (
            Sent::new("GET", &format!("{list}?createdAfter=today")),
            "/query/createdAfter",
        ),
        (
            Sent::new("GET", &format!("{CUSTOMERS}/{}/balances", "c".repeat(65))),
            "/path/customerId",
        ),
        (
            Sent::post(CUSTOMERS, "k", &CUSTOMER.replace("INDIVIDUAL", "ROBOT")),
            "/customerType",
        ),
        (
            Sent::post(CUSTOMERS, "k", &CUSTOMER.replace("Jane", &"J".repeat(200))),
            "/displayName",
        ),
        (
            Sent::post(CUSTOMERS, "k", &CUSTOMER.replace('}', r#","metadata":null}"#)),
            "/metadata",
        ),
        (
            Sent::post(CUSTOMERS, "k", &CUSTOMER.replace('}', r#","x":[{"merchant_id":"m"}]}"#)),
            "/x/0/merchant_id",
        ),
        (
            Sent {
                body: b"{}".to_vec(),
                ..Sent::new("GET", &list)
            },
            "",
        ),
        (
            Sent {
                without: "x-request-id",
                ..Sent::new("GET", &list)
            },
            "/header/X-Request-Id",
        ),
    ] {
        let refused = sent.to(&bank).await;
        assert_eq!(refused.text("/code"), "PARTNER_REQUEST_INVALID", "{sent:?}");
        assert_eq!(
            (refused.status, &*refused.text("/errors/0/field")),
            (400, place),
            "{sent:?}"
        );
        assert!(!refused.text("/errors/0/message").is_empty());
    }
    let both = CUSTOMER.replace("ref-1", "").replace("Jane Partner", "");
    let refused = Sent::post(CUSTOMERS, "k", &both).to(&bank).await;
    let places = ["/errors/0/field", "/errors/1/field"].map(|at| refused.text(at));
    assert_eq!(places, ["/partnerCustomerRef", "/displayName"]);
    let found = Sent::new("GET", &format!("{list}?limit=1&status=DRAFT"))
        .to(&bank)
        .await;
    assert_eq!(
        (found.status, &*String::from_utf8_lossy(&found.body)),
        (200, r#"{"data":[],"pageInfo":{"hasMore":false}}"#)
    );
}

#[tokio::test]
async fn methods_paths_and_sizes_follow_http() {
    let bank = bank();
    let customer = Sent::post(CUSTOMERS, "key-1", CUSTOMER)
        .to(&bank)
        .await
        .text("/customerId");
    let balances = format!("{CUSTOMERS}/{customer}/balances");
    for (method, target, status, allow) in [
        ("GET", &*balances, 200, ""),
        ("HEAD", &balances, 200, ""),
        ("OPTIONS", &balances, 204, "GET, HEAD, OPTIONS"),
        ("DELETE", &balances, 405, "GET, HEAD, OPTIONS"),
        ("GET", "/partner/v1/customers/c/buyers", 404, ""),
        ("GET", "/partner/v2", 404, ""),
        ("GET", "/", 404, ""),
    ] {
        let response = Sent::new(method, target).to(&bank).await;
        assert_eq!(
            (response.status, response.header("allow")),
            (status, allow),
            "{method} {target}"
        );
        assert_eq!(
            response.body.is_empty(),
            ["HEAD", "OPTIONS"].contains(&method),
            "{method} {target}"
        );
        assert_eq!(response.header("x-request-id"), "request-1");
    }
    // The signature is checked before the server tells that it does not implement an operation.
    let mut unsigned = Sent::new("GET", "/partner/v1/customers/c/buyers");
    unsigned.without = "x-partner-signature";
    assert_eq!(unsigned.to(&bank).await.status, 401);

    let (_, small) = bank_with(|options| options.body_limit(10));
    assert_eq!(Sent::post(CUSTOMERS, "k", CUSTOMER).to(&small).await.status, 413);
}

#[tokio::test]
async fn each_media_type_of_json_is_that_of_the_contract() {
    let bank = bank();
    let long = CUSTOMER.replace("Jane", &"J".repeat(200));
    for (content_type, body, status) in [
        ("text/json", CUSTOMER, 201),
        ("application/vnd.bank+JSON; charset=utf-8", CUSTOMER, 200),
        ("application/vnd.bank+json", &long, 400),
        ("application/json2", CUSTOMER, 400),
    ] {
        let sent = Sent::post(
            CUSTOMERS,
            content_type.split_once(';').map_or(content_type, |(name, _)| name),
            body,
        );
        let received = Sent { content_type, ..sent }.to(&bank).await;
        assert_eq!(received.status, status, "{content_type}");
    }
}

#[tokio::test]
async fn a_member_that_a_client_fills_in_is_required_of_others() {
    let bank = bank();
    let body = r#"{"evidence":{"evidenceType":"INDIVIDUAL_KYC","personalDetails":{"firstName":"Jane","lastName":"Partner","dateOfBirth":"1990-04-17","nationality":"GB","email":"jane@example.com","contactNumber":{"countryCode":"+44","number":"7700900123"},"residentialAddress":{"line1":"12 Harbour Street","city":"London","postalCode":"E1 6AN","country":"GB"}},"additionalPersonalDetails":{"occupation":"Engineer","employmentStatus":"EMPLOYED","sourceOfFunds":"SALARY","purposeOfAccount":"Payments","expectedMonthlyVolume":{"amount":"5000.00","currency":"EUR"},"politicallyExposed":false,"taxResidencies":[{"country":"GB","taxIdentificationNumber":"QQ123456C"}]},"supportingDocuments":[{"documentType":"PASSPORT","fileAssetId":"a4e0c7b2-1d93-4f68-b5a7-8c2e6f9d0b31","documentNumber":"123456789","issuingCountry":"GB"}]},"consentEvidence":{"consentVersion":"1","displayedAt":"2026-06-28T07:06:00Z","acceptedAt":"2026-06-28T07:07:30Z","acceptedBy":"user-4711","channel":"WEB","ipAddress":"203.0.113.24","locale":"en-GB"},"partnerAttestation":{"attestedByClientId":"test-client","attestedBy":"c","attestedAt":"2026-06-28T07:08:00Z","statement":"All of it."},"submissionReference":"kyc-1"}"#;
    for (from, to, place) in [
        (r#""attestedByClientId":"test-client","#, "", "/partnerAttestation"),
        ("test-client", "other", "/partnerAttestation/attestedByClientId"),
        ("", "", ""),
    ] {
        let sent = Sent::post(
            &format!("{CUSTOMERS}/c/onboarding-submissions"),
            "k",
            &body.replace(from, to),
        );
        let received = sent.to(&bank).await;
        let code = if place.is_empty() {
            "PARTNER_CUSTOMER_NOT_FOUND"
        } else {
            "PARTNER_REQUEST_INVALID"
        };
        let found = ["/code", "/errors/0/field"].map(|at| received.text(at));
        assert_eq!(found, [code, place], "{received:?}");
    }
}

/// Keys whose first request is still running.
struct Running;

impl IdempotencyStore for Running {
    fn begin<'s>(&'s self, _: &'s Reservation, _: SystemTime) -> StoreFuture<'s, KeyStatus> {
        Box::pin(async { Ok(KeyStatus::InProgress) })
    }

    fn finish<'s>(&'s self, _: &'s Reservation, _: Reply) -> StoreFuture<'s, Option<Reply>> {
        Box::pin(async { Ok(None) })
    }

    fn keep<'s>(&'s self, _: &'s Reservation) -> StoreFuture<'s, Option<Reply>> {
        Box::pin(async { Ok(None) })
    }

    fn release<'s>(&'s self, _: &'s Reservation) -> StoreFuture<'s, bool> {
        Box::pin(async { Ok(false) })
    }
}

#[tokio::test]
async fn a_key_whose_request_still_runs_gets_its_code_and_a_wait() {
    let (_, bank) = bank_with(|options| options.keys(Running));
    let refused = Sent::post(CUSTOMERS, "key-1", CUSTOMER).to(&bank).await;
    assert_eq!(
        (refused.status, &*refused.text("/code")),
        (409, "PARTNER_IDEMPOTENCY_IN_PROGRESS")
    );
    assert_eq!(refused.header("retry-after"), "1");
}

#[tokio::test]
async fn random_bytes_get_neither_a_panic_nor_status_500() {
    let bank = bank();
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap_or_default() % below
    };
    let methods = ["GET", "POST", "PUT", "HEAD", "OPTIONS", "PATCH", "DELETE"];
    let starts = [
        CUSTOMERS,
        "/partner/v1/customers/c/fiat-withdrawals",
        "/partner/v1/fiat-withdrawals/w/submission",
        "/partner/v1/x",
        "",
    ];
    let letters = b"{}[]\",:0a1eE+-.%&=?/~\\ntrue\xff\x00";
    for _ in 0..3000 {
        let text: String = (0..next(24))
            .map(|_| char::from(b"%2f?&=/{}.~+,;:@0aZ"[next(19)]))
            .collect();
        let mut sent = Sent::new(
            methods[next(methods.len())],
            &format!("{}/{text}", starts[next(starts.len())]),
        );
        if next(2) == 0 {
            sent.target = starts[next(3)].to_owned();
        }
        if sent.target.parse::<axum::http::Uri>().is_err() {
            continue;
        }
        sent.key = [Some("k"), None][next(2)];
        sent.body = (0..next(40)).map(|_| letters[next(letters.len())]).collect();
        if next(4) == 0 {
            sent.body = [CUSTOMER.as_bytes(), &sent.body].concat();
            sent.body.truncate(next(sent.body.len() + 1));
        }
        sent.shift = [0, -1_000_000_000_000][next(10) / 9];
        let response = sent.to(&bank).await;
        assert!(![500, 503].contains(&response.status), "{sent:?} {response:?}");
    }
}
