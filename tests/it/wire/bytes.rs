//! Signed bytes equal sent bytes: a server that reads the bytes of the TCP stream computes every signature again,
//! for arguments that URL libraries like to rewrite, for every form of body, and over two processes.

use crate::raw;
use std::collections::HashMap;
use std::process::Command;

use oceafin_partner::http::Method;
use oceafin_partner::{
    Client, CreatePartnerCustomerRequest, CustomerId, IdempotencyKey, LinkPartnerCustomerFileRequest, Outcome,
    PartnerCustomerRef, PartnerCustomerType, PartnerDocumentType, UploadPartnerCustomerFileRequest, values::Upload,
};
use raw::{Arrived, Server, Step, hex, say};

const PAGE: &str = r#"{"data":[],"pageInfo":{"limit":20,"hasMore":false}}"#;
const REFERENCE: &str = "réf \"1\"\u{2028}";
const CUSTOMER: &str = r#"{"customerId":"c-1","partnerCustomerRef":"réf \"1\"\u2028","customerType":"INDIVIDUAL","status":"DRAFT","createdAt":"2026-06-28T00:00:00Z","updatedAt":"2026-06-28T00:00:00Z"}"#;
const FILE: &str =
    r#"{"fileAssetId":"f-1","customerId":"c-1","documentType":"PASSPORT","createdAt":"2026-06-28T00:00:00Z"}"#;

const HOSTILE: &[&str] = &[
    "a b",
    " lead and trail ",
    "\"quoted\"",
    "it's `ticked`",
    "{brace}",
    "[bracket]",
    "100%",
    "%41%2F%2f",
    "%zz",
    "naïve über",
    "日本語🦀",
    "e\u{301}",
    "a/b//c",
    "a/../b",
    "..%2f..",
    "%2e%2e",
    "...",
    ".hidden.",
    "a\\b",
    "1+1=2",
    "a?b=c&d",
    "a#b",
    "a;b,c:d@e!f$g*h(i)j",
    "<tag>^|~_-.",
    "tab\tline\r\nend",
    "\u{7f}\u{0}",
    "http://elsewhere.example/",
];

fn ok(body: &str) -> Vec<Step> {
    vec![say(200, "Content-Type: application/json\r\n", body)]
}

fn client(base_url: &str) -> Client {
    sdkwright_watch::listen();
    Client::builder()
        .without_journal()
        .base_url(base_url)
        .client_id(raw::CLIENT)
        .client_secret(raw::SECRET)
        .build()
        .unwrap()
}

fn key(text: &str) -> IdempotencyKey {
    IdempotencyKey::new(text).unwrap()
}

/// Nothing stands there that a URL library, a proxy or a server could read in two ways.
fn assert_plain(target: &str) {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~%/?&=".contains(&byte);
    assert!(target.bytes().all(legal), "{target}");
    assert!(target.matches('?').count() <= 1, "{target}");
}

#[tokio::test]
async fn hostile_values_in_path_and_query_are_signed_as_they_are_sent_and_arrive_as_they_were() {
    for (prefix, segments) in [
        ("", &[][..]),
        ("/", &[]),
        ("/edge/v2", &["edge", "v2"]),
        ("/edge/v2/", &["edge", "v2"]),
        ("/%7Eedge", &["~edge"]),
    ] {
        let server = Server::start(ok(PAGE));
        let client = client(&format!("{}{prefix}", server.origin));
        for value in HOSTILE {
            let call = client.transactions().list(&CustomerId::from(*value));
            call.cursor(*value).client_reference(*value).await.unwrap();
        }
        let arrived = server.arrived();
        assert_eq!(arrived.len(), HOSTILE.len());
        for (arrived, value) in arrived.iter().zip(HOSTILE) {
            arrived.assert_signed();
            assert_plain(&arrived.target);
            let (path, query) = arrived.decoded();
            let own: Vec<&str> = [segments, &["partner", "v1", "customers", value, "transactions"]].concat();
            assert_eq!(path, own, "{}", arrived.target);
            let text = |text: &str| text.to_owned();
            assert_eq!(
                query,
                [(text("cursor"), text(value)), (text("clientReference"), text(value))]
            );
        }
    }
}

#[tokio::test]
async fn values_that_would_name_another_place_never_leave() {
    let server = Server::start(ok(PAGE));
    let client = client(&server.origin);
    for value in ["", ".", ".."] {
        let error = client.transactions().list(&CustomerId::from(value)).await.unwrap_err();
        assert!(error.refusal().is_some(), "{value:?}: {error}");
    }
    for target in [
        "/partner/../v1",
        "/partner/%2e%2E/v1",
        "/partner/./v1",
        "partner/v1",
        "/partner#v1",
    ] {
        let error = client.raw(Method::GET, target).await.unwrap_err();
        assert!(error.refusal().is_some(), "{target}: {error}");
    }
    assert!(server.arrived().is_empty());
}

#[tokio::test]
async fn a_raw_call_is_signed_over_the_target_on_the_wire() {
    let server = Server::start(ok("{}"));
    let client = client(&format!("{}/edge", server.origin));
    for (target, wire) in [
        ("/partner/v1/a%20b?x=%C3%BC+1", "/edge/partner/v1/a%20b?x=%C3%BC+1"),
        ("/p/a b?q={\"é\"}", "/edge/p/a%20b?q={%22%C3%A9%22}"),
        ("/p/100%?q=%zz", "/edge/p/100%25?q=%25zz"),
        (
            "/p;v=1/x:y@z?a=1&a=2&empty=&bare",
            "/edge/p;v=1/x:y@z?a=1&a=2&empty=&bare",
        ),
    ] {
        client.raw(Method::GET, target).await.unwrap();
        let arrived = server.arrived().pop().unwrap();
        arrived.assert_signed();
        // URL libraries differ only in the encoding of braces. Both are right if the signature covers the same text.
        let plain = |text: &str| text.replace("%7B", "{").replace("%7D", "}");
        assert_eq!(plain(&arrived.target), wire);
    }
}

#[tokio::test]
async fn a_body_of_json_is_signed_byte_by_byte() {
    let server = Server::start(ok(CUSTOMER));
    let request = CreatePartnerCustomerRequest::new(
        PartnerCustomerRef::from(REFERENCE),
        PartnerCustomerType::from("NEW_KIND"),
        "Jäne\n\u{1}🦀",
    );
    client(&server.origin)
        .customers()
        .create(key("k/1?a"), &request)
        .await
        .unwrap();
    let arrived = server.only();
    arrived.assert_signed();
    assert_eq!(arrived.header("Idempotency-Key"), "k/1?a");
    assert_eq!(arrived.header("Content-Type"), "application/json");
    let body: serde_json::Value = serde_json::from_slice(&arrived.body).unwrap();
    assert_eq!(body, serde_json::to_value(&request).unwrap());
}

#[tokio::test]
async fn both_ways_to_give_a_file_are_signed_over_their_raw_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scan \"1\".pdf");
    // Longer than any buffer, not UTF-8, and with lines that look like a boundary.
    let content: Vec<u8> = (0..300_000_u64)
        .map(|n| u8::try_from(n * n % 251).unwrap())
        .chain(*b"\r\n--x--\r\nsentinel9f2")
        .collect();
    std::fs::write(&path, &content).unwrap();

    let mut bodies = Vec::new();
    for upload in [
        Upload::from_path(&path),
        Upload::from_bytes(content.clone()).named("scan \"1\".pdf"),
    ] {
        let server = Server::start(vec![say(201, "Content-Type: application/json\r\n", FILE)]);
        let request = UploadPartnerCustomerFileRequest::new(upload, PartnerDocumentType::Passport).with_file_name("ü");
        client(&server.origin)
            .customers()
            .upload_file(key("file-1"), &"c-1".into(), &request)
            .await
            .unwrap();
        let arrived = server.only();
        arrived.assert_signed();
        assert_parts(&arrived, &content);
        bodies.push((arrived.header("Content-Type").to_owned(), arrived.body));
    }
    assert!(
        bodies[0] == bodies[1],
        "from the disk or from memory, the bytes are the same"
    );

    let server = Server::start(vec![say(201, "Content-Type: application/json\r\n", FILE)]);
    let request = LinkPartnerCustomerFileRequest::new("f-1").with_document_type(PartnerDocumentType::Selfie);
    client(&server.origin)
        .customers()
        .link_file(key("file-2"), &"c-1".into(), &request)
        .await
        .unwrap();
    let arrived = server.only();
    arrived.assert_signed();
    assert_eq!(arrived.header("Content-Type"), "application/json");
    assert_eq!(arrived.body, br#"{"fileAssetId":"f-1","documentType":"SELFIE"}"#);
}

/// Cuts the parts at the boundary, as RFC 2046 says.
fn assert_parts(arrived: &Arrived, file: &[u8]) {
    let boundary = arrived
        .header("Content-Type")
        .strip_prefix("multipart/form-data; boundary=")
        .unwrap();
    let line = format!("\r\n--{boundary}");
    let whole = [b"\r\n", &arrived.body[..]].concat();
    let found: Vec<usize> = (0..whole.len() - line.len())
        .filter(|at| whole[*at..].starts_with(line.as_bytes()))
        .collect();
    let parts: Vec<&[u8]> = found
        .windows(2)
        .map(|pair| &whole[pair[0] + line.len() + 2..pair[1]])
        .collect();
    assert!(whole.ends_with(format!("{line}--\r\n").as_bytes()));
    let named = |name: &str| {
        let head = format!("name=\"{name}\"");
        let part = parts
            .iter()
            .find(|part| String::from_utf8_lossy(part).contains(&head))
            .unwrap();
        let at = part.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        &part[at + 4..]
    };
    assert!(named("file") == file);
    assert_eq!(
        (named("documentType"), named("fileName")),
        (&b"PASSPORT"[..], "ü".as_bytes())
    );
    assert_eq!(parts.len(), 3);
}

/// Set in the processes that the test below starts: where their server is.
const CHILD: &str = "SDK_TESTS_BYTES_CHILD";

#[tokio::test]
async fn a_customer_with_another_reference_is_not_the_one_that_was_made() {
    let server = Server::start(ok(CUSTOMER));
    let reference = PartnerCustomerRef::from("another");
    let request = CreatePartnerCustomerRequest::new(reference, PartnerCustomerType::Corporate, "Example Ltd");
    let made = client(&server.origin)
        .customers()
        .create(key("k"), &request)
        .retries(0)
        .await;
    let error = made.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert!(
        error.to_string().contains("another call: `/partnerCustomerRef`"),
        "{error}"
    );
}

#[tokio::test]
async fn two_processes_with_one_key_send_identical_bodies() {
    if let Ok(url) = std::env::var(CHILD) {
        return send_as_child(&url).await;
    }
    let server = Server::start(vec![
        say(200, "Content-Type: application/json\r\n", CUSTOMER),
        say(201, "Content-Type: application/json\r\n", FILE),
        say(200, "Content-Type: application/json\r\n", CUSTOMER),
        say(201, "Content-Type: application/json\r\n", FILE),
    ]);
    for _ in 0..2 {
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "bytes::two_processes_with_one_key_send_identical_bodies"]);
        let output = child.env(CHILD, &server.origin).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
    let [json, upload, json_again, upload_again] = <[Arrived; 4]>::try_from(server.arrived()).unwrap();
    assert!(json.body.len() > 1000 && upload.header("Content-Type").starts_with("multipart/form-data"));
    for (one, other) in [(json, json_again), (upload, upload_again)] {
        one.assert_signed();
        other.assert_signed();
        for same in ["Content-Type", "Idempotency-Key", "Content-Length"] {
            assert_eq!(one.header(same), other.header(same));
        }
        assert_eq!((&one.method, &one.target), (&other.method, &other.target));
        assert!(one.body == other.body, "the bodies differ");
        for new in ["X-Partner-Nonce", "X-Partner-Signature", "X-Request-Id"] {
            assert_ne!(one.header(new), other.header(new), "{new}");
        }
    }
}

async fn send_as_child(url: &str) {
    let client = client(url);
    // A standard `HashMap` iterates in a different order in each process.
    let metadata: HashMap<String, String> = (0..50).map(|n| (format!("key-{n}"), hex(&[n; 16]))).collect();
    let request = CreatePartnerCustomerRequest::new(
        PartnerCustomerRef::from(REFERENCE),
        PartnerCustomerType::Corporate,
        "Example Ltd",
    )
    .with_metadata(metadata.into_iter().collect());
    client
        .customers()
        .create(key("one-action:create"), &request)
        .await
        .unwrap();
    let upload = Upload::from_bytes(b"sentinel9f2 ".repeat(9_000)).named("statement.pdf");
    let request = UploadPartnerCustomerFileRequest::new(upload, PartnerDocumentType::BankStatement);
    client
        .customers()
        .upload_file(key("one-action:file"), &"c-1".into(), &request)
        .await
        .unwrap();
}
