//! HTTP/2, proxies, private roots and client certificates, against a server with TLS.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use oceafin_partner::http::{Method, Version};
use oceafin_partner::reqwest::{self, Certificate, Identity, Proxy};
use oceafin_partner::transport::{Cause, ReqwestTransport};
use oceafin_partner::{Client, IdempotencyKey};
use rcgen::CertifiedKey;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

use crate::builder;

/// Safe methods over HTTP/2, with the certificate authority of your network.
fn over_http2(root: &str) -> Result<ReqwestTransport, Cause> {
    let root = Certificate::from_pem(root.as_bytes())?;
    Ok(ReqwestTransport::with_http2(|| {
        reqwest::Client::builder().tls_certs_only([root.clone()])
    })?)
}

/// All connections through a proxy.
fn through_proxy(url: &str, root: &str) -> Result<ReqwestTransport, Cause> {
    let (proxy, root) = (Proxy::all(url)?, Certificate::from_pem(root.as_bytes())?);
    let settings = || {
        reqwest::Client::builder()
            .proxy(proxy.clone())
            .tls_certs_only([root.clone()])
    };
    Ok(ReqwestTransport::with(settings)?)
}

/// A client certificate: `pem` has the private key and the certificate.
fn with_certificate(pem: &str, root: &str) -> Result<ReqwestTransport, Cause> {
    let (identity, root) = (
        Identity::from_pem(pem.as_bytes())?,
        Certificate::from_pem(root.as_bytes())?,
    );
    let settings = || {
        reqwest::Client::builder()
            .identity(identity.clone())
            .tls_certs_only([root.clone()])
    };
    Ok(ReqwestTransport::with(settings)?)
}

/// Four connections wait for actions, each for five seconds, and two of them are open before the first action.
async fn preconnected(url: &str, root: &str) -> Result<ReqwestTransport, Cause> {
    let root = Certificate::from_pem(root.as_bytes())?;
    let transport = ReqwestTransport::with(|| reqwest::Client::builder().tls_certs_only([root.clone()]))?
        .preconnect_max_per_host(4)
        .preconnect_idle_timeout(Duration::from_secs(5));
    transport.preconnect(url, 2).await?;
    Ok(transport)
}

/// A request as the server saw it: method, version, and the number of its connection.
type Seen = Arc<Mutex<Vec<(Method, Version, usize)>>>;

struct Server {
    url: String,
    root: String,
    seen: Seen,
    /// Number of completed TLS handshakes.
    handshakes: watch::Receiver<usize>,
}

fn certificate(name: &str) -> CertifiedKey<rcgen::KeyPair> {
    rcgen::generate_simple_self_signed([name.to_owned()]).unwrap()
}

impl Server {
    /// Offers HTTP/2 and HTTP/1.1, and requires this client certificate.
    async fn start(client: Option<&CertifiedKey<rcgen::KeyPair>>) -> Self {
        let own = certificate("localhost");
        let key = PrivateKeyDer::try_from(own.signing_key.serialize_der()).unwrap();
        let config = match client {
            None => ServerConfig::builder().with_no_client_auth(),
            Some(client) => {
                let mut roots = RootCertStore::empty();
                roots.add(client.cert.der().clone()).unwrap();
                let verifier = WebPkiClientVerifier::builder(Arc::new(roots)).build().unwrap();
                ServerConfig::builder().with_client_cert_verifier(verifier)
            }
        };
        let mut config = config.with_single_cert(vec![own.cert.der().clone()], key).unwrap();
        config.alpn_protocols = vec![b"h2".into(), b"http/1.1".into()];
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (port, seen) = (listener.local_addr().unwrap().port(), Seen::default());
        let (count, handshakes) = watch::channel(0);
        tokio::spawn(accept(listener, acceptor, seen.clone(), count));
        Self {
            handshakes,
            url: format!("https://localhost:{port}"),
            root: own.cert.pem(),
            seen,
        }
    }

    fn client(&self, transport: ReqwestTransport) -> Client {
        builder(&self.url).transport(transport).build().unwrap()
    }

    fn seen(&self) -> Vec<(Method, Version, usize)> {
        self.seen.lock().unwrap().clone()
    }

    /// Waits until the server completed so many TLS handshakes.
    async fn handshakes(&self, number: usize) {
        let mut handshakes = self.handshakes.clone();
        handshakes.wait_for(|completed| *completed >= number).await.unwrap();
    }
}

async fn accept(listener: TcpListener, acceptor: TlsAcceptor, seen: Seen, count: watch::Sender<usize>) {
    let count = Arc::new(count);
    for number in 1.. {
        let (stream, _) = listener.accept().await.unwrap();
        let (acceptor, seen, count) = (acceptor.clone(), seen.clone(), count.clone());
        tokio::spawn(async move {
            let Ok(stream) = acceptor.accept(stream).await else {
                return;
            };
            count.send_modify(|count| *count += 1);
            let respond = service_fn(move |request: hyper::Request<Incoming>| {
                let one = (request.method().clone(), request.version(), number);
                let body = if one.0 == Method::HEAD { "" } else { "{}" };
                seen.lock().unwrap().push(one);
                async move { Ok::<_, hyper::Error>(hyper::Response::new(Full::new(Bytes::from(body)))) }
            });
            let server = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
            let _ = server.serve_connection(TokioIo::new(stream), respond).await;
        });
    }
}

async fn call(client: &Client, method: Method) {
    let call = client.raw(method, "/v1/thing");
    call.await.unwrap();
}

async fn act(client: &Client, key: &str) {
    let call = client
        .raw(Method::POST, "/v1/thing")
        .key(IdempotencyKey::new(key).unwrap());
    call.body("application/json", "{}").await.unwrap();
}

#[tokio::test]
async fn safe_methods_share_one_connection_of_http2_and_actions_have_their_own_of_http1() {
    let server = Server::start(None).await;
    let client = server.client(over_http2(&server.root).unwrap());
    call(&client, Method::GET).await;
    let (one, two) = (call(&client, Method::GET), call(&client, Method::HEAD));
    tokio::join!(one, two);
    call(&client, Method::DELETE).await;
    call(&client, Method::PUT).await;
    act(&client, "order-1:create").await;
    act(&client, "order-2:create").await;
    let seen = server.seen();
    let number = |at: usize| seen[at].2;
    for (method, version, _) in &seen {
        let expected = if method.is_safe() {
            Version::HTTP_2
        } else {
            Version::HTTP_11
        };
        assert_eq!(*version, expected, "{method}");
    }
    assert_eq!((number(0), number(1), number(2)), (1, 1, 1));
    let each = HashSet::from([1, number(3), number(4), number(5), number(6)]);
    assert_eq!(each.len(), 5, "DELETE, PUT and each action have their own");
}

#[tokio::test]
async fn an_action_takes_a_connection_that_is_open_and_has_carried_no_request() {
    let server = Server::start(None).await;
    let root = Certificate::from_pem(server.root.as_bytes()).unwrap();
    let transport = ReqwestTransport::with(|| reqwest::Client::builder().tls_certs_only([root.clone()])).unwrap();
    let client = server.client(transport);
    for number in 1..=20 {
        // Before the first action, no connection is open. Then there is always one that waits.
        assert_eq!(*server.handshakes.borrow(), if number == 1 { 0 } else { number });
        act(&client, &format!("order-{number}:create")).await;
        server.handshakes(number + 1).await;
    }
    let numbers: Vec<usize> = server.seen().iter().map(|(_, _, connection)| *connection).collect();
    assert_eq!(numbers, Vec::from_iter(1..=20));
}

#[tokio::test]
async fn no_connection_of_an_action_has_carried_a_request() {
    let server = Server::start(None).await;
    let transport = preconnected(&server.url, &server.root).await.unwrap();
    server.handshakes(2).await;
    assert_eq!(server.seen(), []);
    let client = server.client(transport);
    let mut tasks = Vec::new();
    for task in 0..32 {
        let client = client.clone();
        tasks.push(tokio::spawn(async move {
            for number in 0..10 {
                act(&client, &format!("order-{task}-{number}:create")).await;
                call(&client, Method::GET).await;
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    let (mut carried, mut actions) = (HashSet::new(), 0);
    for (method, _, connection) in server.seen() {
        let is_first = carried.insert(connection);
        assert!(is_first || method == Method::GET, "{method} over a used connection");
        actions += usize::from(method == Method::POST);
    }
    assert_eq!(actions, 320);
}

#[tokio::test]
async fn without_http2_all_use_http1() {
    let server = Server::start(None).await;
    let root = Certificate::from_pem(server.root.as_bytes()).unwrap();
    let transport = ReqwestTransport::with(|| reqwest::Client::builder().tls_certs_only([root.clone()])).unwrap();
    call(&server.client(transport), Method::GET).await;
    assert_eq!(server.seen(), [(Method::GET, Version::HTTP_11, 1)]);
}

#[tokio::test]
async fn a_proxy_sees_the_host_and_the_server_the_call() {
    let server = Server::start(None).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let proxy = format!("http://{}", listener.local_addr().unwrap());
    let proxied = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let (mut head, mut reader) = (String::new(), BufReader::new(&mut stream));
        while !head.ends_with("\r\n\r\n") {
            reader.read_line(&mut head).await.unwrap();
        }
        let target = head.split(' ').nth(1).unwrap();
        let mut onward = TcpStream::connect(target).await.unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
        let first = head.lines().next().unwrap().to_owned();
        tokio::spawn(async move { copy_bidirectional(&mut stream, &mut onward).await });
        first
    });
    call(
        &server.client(through_proxy(&proxy, &server.root).unwrap()),
        Method::GET,
    )
    .await;
    let host = server.url.strip_prefix("https://").unwrap();
    assert_eq!(proxied.await.unwrap(), format!("CONNECT {host} HTTP/1.1"));
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_client_certificate_is_presented() {
    let own = certificate("partner-7");
    let server = Server::start(Some(&own)).await;
    let pem = own.signing_key.serialize_pem() + &own.cert.pem();
    call(
        &server.client(with_certificate(&pem, &server.root).unwrap()),
        Method::GET,
    )
    .await;
    assert_eq!(server.seen().len(), 1);

    let root = Certificate::from_pem(server.root.as_bytes()).unwrap();
    let without = ReqwestTransport::with(|| reqwest::Client::builder().tls_certs_only([root.clone()])).unwrap();
    let refused = server.client(without).raw(Method::GET, "/v1/thing").await;
    assert!(refused.is_err());
    assert_eq!(server.seen().len(), 1);
}
