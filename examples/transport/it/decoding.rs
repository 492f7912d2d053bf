//! Responses with a content coding: the client requests and decodes them within its limit. An incomplete body is an error.

use std::io::Write as _;
use std::sync::mpsc;

use oceafin_partner::errors::{Error, ErrorKind};
use oceafin_partner::http::{Method, header::CONTENT_ENCODING};
use oceafin_partner::settings::Policy;
use oceafin_partner::transport::ReqwestTransport;
use oceafin_partner::{
    Client, CreatePartnerCustomerRequest, CustomerId, IdempotencyKey, Outcome, PartnerCustomerRef, PartnerCustomerType,
};

use crate::builder;
use crate::server::Server;

const TEXT: &[u8] = include_bytes!("bodies/text.json");
const GZIP: &[u8] = include_bytes!("bodies/text.gz");
const BROTLI: &[u8] = include_bytes!("bodies/text.br");
const ZSTD: &[u8] = include_bytes!("bodies/text.zst");
const CODINGS: [(&str, &[u8]); 3] = [("gzip", GZIP), ("br", BROTLI), ("zstd", ZSTD)];

fn coded(coding: &str, body: &[u8]) -> Server {
    let headers = format!("Content-Type: application/json\r\nContent-Encoding: {coding}\r\n");
    Server::responds(200, &headers, body)
}

fn client(server: &Server) -> Client {
    builder(&server.url).build().unwrap()
}

async fn get(client: &Client) -> Result<Vec<u8>, Error> {
    let answer = client.raw(Method::GET, "/v1/thing").await?;
    Ok(answer.value.to_vec())
}

async fn failed(server: &Server) -> Error {
    get(&client(server)).await.unwrap_err()
}

#[tokio::test]
async fn each_coding_is_requested_and_decoded() {
    let members = include_bytes!("bodies/members.gz").as_slice();
    let frames = include_bytes!("bodies/frames.zst").as_slice();
    let more = [
        ("x-gzip", GZIP),
        ("GZIP", GZIP),
        ("gzip", members),
        ("zstd", frames),
        ("identity", TEXT),
    ];
    for (coding, body) in CODINGS.into_iter().chain(more) {
        let server = coded(coding, body);
        let answer = client(&server).raw(Method::GET, "/v1/thing").await.unwrap();
        assert_eq!(answer.value, TEXT, "{coding}");
        assert_eq!(
            answer.headers.contains_key(CONTENT_ENCODING),
            coding == "identity",
            "{coding}"
        );
        let head = server.heads.lock().unwrap()[0].to_ascii_lowercase();
        assert!(head.contains("\r\naccept-encoding: zstd, br, gzip\r\n"), "{head}");
    }
}

/// The memory of this process at its peak, in bytes.
#[cfg(target_os = "linux")]
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() << 10
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_gib_of_zeros_in_a_few_bytes_ends_at_the_limit() {
    const MIB: usize = 1 << 20;
    let gzip = include_bytes!("bodies/zeros.gz").repeat(1024);
    let zstd = include_bytes!("bodies/zeros.zst").repeat(1024);
    let brotli = include_bytes!("bodies/zeros.br").to_vec();
    for (coding, bomb) in [("gzip", gzip), ("zstd", zstd), ("br", brotli)] {
        let server = coded(coding, &bomb);
        let before = peak();
        let limited = builder(&server.url).response_limit(MIB).build().unwrap();
        let error = get(&limited).await.unwrap_err();
        let used = peak() - before;
        println!(
            "{coding}: {} bytes became {MIB}, {} KiB more memory",
            bomb.len(),
            used >> 10
        );
        assert!(used < 64 * MIB, "{coding}: {used} bytes");
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::TooLarge, 1));
        assert_eq!(error.body().unwrap().len(), MIB);
        let printed = format!("{error:?}");
        assert!(
            printed.contains("larger than 1048576 bytes") && printed.contains("`response_limit`"),
            "{printed}"
        );
    }
}

#[tokio::test]
async fn a_download_is_decoded_and_has_no_length() {
    for (coding, body) in CODINGS {
        let server = coded(coding, body);
        let client = client(&server);
        let download = client
            .balances()
            .list(&CustomerId::from("c-1"))
            .download()
            .await
            .unwrap();
        assert_eq!(download.length(), None);
        assert_eq!(download.bytes(1 << 20).await.unwrap(), TEXT, "{coding}");
    }
}

#[tokio::test]
async fn a_flushed_part_arrives_before_the_end() {
    let (go, wait) = mpsc::channel::<()>();
    let wait = std::sync::Mutex::new(wait);
    let server = Server::start(move |stream| {
        let head =
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n";
        stream.write_all(head).unwrap();
        stream.write_all(include_bytes!("bodies/flushed-1.gz")).unwrap();
        wait.lock().unwrap().recv().unwrap();
        stream.write_all(include_bytes!("bodies/flushed-2.gz")).unwrap();
    });
    let client = client(&server);
    let mut download = client
        .balances()
        .list(&CustomerId::from("c-1"))
        .accept("text/plain")
        .download()
        .await
        .unwrap();
    let mut all = Vec::new();
    while all.len() < TEXT.len() / 2 {
        all.extend(download.try_next().await.unwrap().unwrap());
    }
    assert_eq!(all, &TEXT[..TEXT.len() / 2]);
    go.send(()).unwrap();
    all.extend(download.bytes(1 << 20).await.unwrap());
    assert_eq!(all, TEXT);
}

#[tokio::test]
async fn a_body_that_is_not_complete_is_an_error_wherever_it_ends() {
    let transport = ReqwestTransport::new().unwrap();
    let once = || Policy {
        attempts: 1,
        ..Policy::default()
    };
    for (coding, body) in CODINGS {
        for end in 1..body.len() {
            let server = coded(coding, &body[..end]);
            let client = builder(&server.url).retry(once()).transport(transport.clone());
            let error = get(&client.build().unwrap()).await.unwrap_err();
            let expected = format!("the body was cut off: the end of its `{coding}` data is missing");
            assert!(error.to_string().contains(&expected), "{end}: {error}");
        }
    }
}

#[tokio::test]
async fn a_corrupt_body_is_retried_like_one_that_broke_off() {
    let corrupt = |body: &[u8], at: usize| {
        let mut body = body.to_vec();
        body[at] ^= 0x55;
        body
    };
    let broken = Server::start(|stream| {
        drop(stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\n{"));
    });
    let expected = failed(&broken).await;
    assert!(expected.attempts() > 1);
    let sum = GZIP.len() - 6;
    let window = include_bytes!("bodies/window.zst").to_vec();
    for (coding, body, why) in [
        ("gzip", corrupt(GZIP, sum), "its `gzip` data is corrupt"),
        ("gzip", corrupt(GZIP, 0), "its `gzip` data is corrupt"),
        ("gzip", [GZIP, b"more"].concat(), "its `gzip` data is corrupt"),
        ("zstd", corrupt(ZSTD, 0), "its `zstd` data is corrupt"),
        ("zstd", window, "its `zstd` data is corrupt"),
        (
            "br",
            [BROTLI, b"more"].concat(),
            "more bytes follow the end of its `br` data",
        ),
    ] {
        let server = coded(coding, &body);
        let error = failed(&server).await;
        assert!(error.to_string().contains(why), "{coding}: {error}");
        assert_eq!((error.kind(), error.attempts()), (expected.kind(), expected.attempts()));
        assert_eq!(server.requests(), error.attempts());
    }
}

/// The outcome of an action whose response of success has this body.
async fn outcome(server: &Server) -> (Outcome, ErrorKind) {
    let reference = PartnerCustomerRef::from("cust-100001");
    let request = CreatePartnerCustomerRequest::new(reference, PartnerCustomerType::Individual, "Jane Partner");
    let key = IdempotencyKey::new("cust-100001:customer:create").unwrap();
    let error = client(server).customers().create(key, &request).await.unwrap_err();
    (error.outcome(), error.kind())
}

#[tokio::test]
async fn an_action_whose_response_cannot_be_decoded_has_the_outcome_of_one_that_broke_off() {
    let json = "Content-Type: application/json\r\n";
    let broken = Server::start(move |stream| {
        drop(write!(
            stream,
            "HTTP/1.1 201 X\r\n{json}Content-Length: 9\r\nConnection: close\r\n\r\n{{"
        ));
    });
    let coded = Server::responds(201, &format!("{json}Content-Encoding: gzip\r\n"), &GZIP[..40]);
    assert_eq!(outcome(&coded).await, outcome(&broken).await);
}

#[tokio::test]
async fn two_codings_stay_as_they_are_and_the_error_names_them() {
    let server = coded("gzip, br", GZIP);
    assert_eq!(get(&client(&server)).await.unwrap(), GZIP);
    let error = client(&server)
        .balances()
        .list(&CustomerId::from("c-1"))
        .await
        .unwrap_err();
    let why = "the client does not decode its `Content-Encoding`, `gzip, br`";
    assert!(error.to_string().contains(why), "{error}");
    assert_eq!(error.body().unwrap(), GZIP);
}

#[tokio::test]
async fn a_problem_is_decoded_and_its_text_can_be_read() {
    // `gzip` of a problem document, as Python writes it.
    const PROBLEM: &[u8] = include_bytes!("bodies/problem.gz");
    let server = Server::responds(
        400,
        "Content-Type: application/problem+json\r\nContent-Encoding: gzip\r\n",
        PROBLEM,
    );
    let error = failed(&server).await;
    assert_eq!(error.code(), Some("PARTNER_REQUEST_INVALID"));
    assert!(error.body().unwrap().starts_with(b"{\"code\""));
}

#[tokio::test]
async fn a_response_without_a_body_needs_no_decoding() {
    for (status, headers) in [(200, ""), (204, "")] {
        let server = Server::responds(status, &format!("Content-Encoding: gzip\r\n{headers}"), "");
        assert_eq!(get(&client(&server)).await.unwrap(), b"");
    }
    let head = Server::start(|stream| {
        let head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\nConnection: close\r\n\r\n";
        stream.write_all(head.as_bytes()).unwrap();
    });
    let answer = client(&head).raw(Method::HEAD, "/v1/thing").await.unwrap();
    assert!(answer.headers.contains_key(CONTENT_ENCODING));
}

#[tokio::test]
async fn a_range_is_requested_and_read_without_coding() {
    let server = Server::responds(206, "Content-Encoding: gzip\r\n", &GZIP[10..20]);
    let answer = client(&server)
        .raw(Method::GET, "/v1/thing")
        .header("Range", "bytes=10-19")
        .await
        .unwrap();
    assert_eq!(answer.value, GZIP[10..20]);
    let head = server.heads.lock().unwrap()[0].to_ascii_lowercase();
    assert!(!head.contains("accept-encoding"), "{head}");
}
