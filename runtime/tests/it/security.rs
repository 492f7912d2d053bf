//! Every kind of credential through the real HTTP client, as a socket on this machine sees it.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;

use sdkwright_runtime::glue::{self, Scheme, SchemeKind};
use sdkwright_runtime::security::{TokenFuture, TokenRequest};
use sdkwright_runtime::{Builder, Credential, Outcome, Secret, Server, TokenProvider};

const fn scheme(name: &'static str, kind: SchemeKind) -> Scheme {
    Scheme {
        name,
        kind,
        setter: Some("auth::it"),
    }
}

static API: glue::Api = glue::Api {
    schemes: &[
        scheme("Header", SchemeKind::HeaderKey("X-Key")),
        scheme("Query", SchemeKind::QueryKey("api_key")),
        scheme("Cookie", SchemeKind::CookieKey("session")),
        scheme("Login", SchemeKind::Basic),
        scheme("Token", SchemeKind::Token),
        scheme("Digest", SchemeKind::Authorization("digest")),
    ],
    ..glue::Api::new("Library", "library/1")
};

static GUARDED: glue::Api = glue::Api {
    schemes: &[scheme("Header", SchemeKind::HeaderKey("X-Key"))],
    security: &[&[("Header", &[])]],
    ..glue::Api::new("Library", "library/1")
};

const fn read(security: &'static [&'static [(&'static str, &'static [&'static str])]]) -> glue::Description {
    glue::Description {
        id: "readBooks",
        method: "GET",
        path: "/books",
        security: Some(security),
        intent: None,
        accept: "*/*",
        bound: &[],
        ..glue::Description::new("", "", "")
    }
}

/// Answers as many connections as there are statuses, and gives the heads of what came.
fn library(statuses: &'static [u16]) -> (String, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let thread = std::thread::spawn(move || {
        let mut heads = Vec::new();
        for status in statuses {
            let (mut stream, _) = listener.accept().unwrap();
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") {
                stream.read_exact(&mut byte).unwrap();
                head.extend(byte);
            }
            write!(
                stream,
                "HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            )
            .unwrap();
            heads.push(String::from_utf8(head).unwrap());
        }
        heads
    });
    (url, thread)
}

fn client(url: String, credentials: Vec<Credential>) -> glue::Core {
    sdkwright_watch::listen();
    let builder = Builder::new(&API).without_journal().base_url(url);
    credentials
        .into_iter()
        .fold(builder, Builder::credential)
        .build()
        .unwrap()
}

fn lines(head: &str) -> Vec<&str> {
    head.split("\r\n").collect()
}

#[tokio::test]
async fn an_operation_without_security_of_its_own_has_that_of_the_api() {
    static USUAL: glue::Description = glue::Description::new("readBooks", "GET", "/books");
    static OPEN: glue::Description = read(&[]);
    let (url, thread) = library(&[200; 2]);
    sdkwright_watch::listen();
    let builder = Builder::new(&GUARDED).without_journal().base_url(url);
    let core: glue::Core = builder
        .credential(Credential::api_key("Header", "sentinel9f2-key-7"))
        .build()
        .unwrap();
    for description in [&USUAL, &OPEN] {
        let request = glue::Request::new(core.api(), description);
        let _ = glue::send::<()>(core.clone(), request).await;
    }
    let heads = thread.join().unwrap();
    assert!(lines(&heads[0]).contains(&"x-key: sentinel9f2-key-7"), "{}", heads[0]);
    assert!(!heads[1].contains("x-key"), "{}", heads[1]);
}

#[tokio::test]
async fn each_credential_arrives_where_its_scheme_says() {
    static HEADER: glue::Description = read(&[&[("Header", &[])]]);
    static QUERY: glue::Description = read(&[&[("Query", &[])]]);
    static COOKIE: glue::Description = read(&[&[("Cookie", &[])]]);
    static LOGIN: glue::Description = read(&[&[("Login", &[])]]);
    static TOKEN: glue::Description = read(&[&[("Token", &[])]]);
    static DIGEST: glue::Description = read(&[&[("Digest", &[])]]);
    let (url, thread) = library(&[200; 6]);
    let core = client(
        url,
        vec![
            Credential::api_key("Header", "sentinel9f2-key-1"),
            Credential::api_key("Query", "sentinel9f2/2"),
            Credential::api_key("Cookie", "sentinel9f2-key-3"),
            Credential::basic("Login", "reader", "sentinel9f2:ss"),
            Credential::token("Token", "sentinel9f2-token-5"),
            Credential::authorization("Digest", "username=\"sentinel9f2\""),
        ],
    );
    for description in [&HEADER, &QUERY, &COOKIE, &LOGIN, &TOKEN, &DIGEST] {
        glue::send::<()>(core.clone(), glue::Request::new(core.api(), description))
            .await
            .unwrap();
    }
    // printf 'reader:sentinel9f2:ss' | base64
    let expected = [
        "x-key: sentinel9f2-key-1",
        "GET /books?api_key=sentinel9f2%2F2 HTTP/1.1",
        "cookie: session=sentinel9f2-key-3",
        "authorization: Basic cmVhZGVyOnNlbnRpbmVsOWYyOnNz",
        "authorization: Bearer sentinel9f2-token-5",
        "authorization: digest username=\"sentinel9f2\"",
    ];
    let heads = thread.join().unwrap();
    for (at, head) in heads.iter().enumerate() {
        let found: Vec<_> = expected.iter().filter(|line| lines(head).contains(line)).collect();
        assert_eq!(found, [&expected[at]], "{head}");
    }
    assert!(!format!("{core:?}").contains("sentinel9f2-key-1"));
}

#[tokio::test]
async fn a_provider_fetches_a_new_token_after_one_that_was_not_taken() {
    /// Keeps its token until it hears that it is no longer taken.
    #[derive(Clone, Default)]
    struct Login(Arc<AtomicUsize>);
    impl TokenProvider for Login {
        fn token<'p>(&'p self, request: &'p TokenRequest) -> TokenFuture<'p> {
            Box::pin(async move {
                tokio::task::yield_now().await;
                let scopes = request.scopes.join("+");
                Ok(Secret::new(format!(
                    "sentinel9f2-{scopes}-{}",
                    self.0.load(Ordering::Relaxed)
                )))
            })
        }
        fn rejected(&self, _: &TokenRequest) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
    static READ: glue::Description = read(&[&[("Token", &["read", "list"])]]);
    let (url, thread) = library(&[401, 200]);
    let core = client(url, vec![Credential::token("Token", Login::default())]);
    let error = glue::send::<()>(core.clone(), glue::Request::new(core.api(), &READ))
        .await
        .unwrap_err();
    assert_eq!(error.outcome(), Outcome::NotExecuted);
    assert!(!format!("{error} {error:?} {}", error.support_report()).contains("sentinel9f2"));
    glue::send::<()>(core.clone(), glue::Request::new(core.api(), &READ))
        .await
        .unwrap();
    let heads = thread.join().unwrap();
    assert!(
        lines(&heads[0]).contains(&"authorization: Bearer sentinel9f2-read+list-0"),
        "{heads:?}"
    );
    assert!(
        lines(&heads[1]).contains(&"authorization: Bearer sentinel9f2-read+list-1"),
        "{heads:?}"
    );
}

#[tokio::test]
async fn a_key_in_the_query_stands_in_no_error() {
    static QUERY: glue::Description = read(&[&[("Query", &[])]]);
    // The local port of an open connection: no program listens there, and no other test gets it.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let connection = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let url = format!("http://{}", connection.local_addr().unwrap());
    let core = client(url, vec![Credential::api_key("Query", "sentinel9f2-hunter")]);
    let error = glue::send::<()>(core.clone(), glue::Request::new(core.api(), &QUERY).retries(0))
        .await
        .unwrap_err();
    let texts = format!("{error} {error:?} {}", error.support_report());
    assert!(
        texts.contains("not sent") && !texts.contains("sentinel9f2-hunter"),
        "{texts}"
    );
}

#[test]
fn a_server_of_the_contract_is_a_base_url() {
    let server = Server::new(
        "http://127.0.0.1:1/{base}",
        &[glue::Variable {
            name: "base",
            default: "v1",
            allowed: &[],
        }],
    );
    let core: glue::Core = Builder::new(&API)
        .without_journal()
        .base_url(server.with("base", "v2").unwrap())
        .build()
        .unwrap();
    assert!(format!("{core:?}").contains("http://127.0.0.1:1/v2"), "{core:?}");
}
