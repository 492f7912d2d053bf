//! A server of raw sockets: every request is kept as the bytes of the TCP stream, every answer is said beforehand.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use crate::sample::client::Client;
use sdkwright_runtime::Builder;
use sdkwright_runtime::retry::Policy;

pub const SECRET: &str = "sentinel9f2-secret-text";

/// The server's reaction to one request.
#[derive(Debug, Clone)]
pub enum Step {
    /// Answers with these bytes and closes.
    Say(String),
    /// Closes without an answer.
    Hang,
    /// Says nothing until the client gives up.
    Silence,
}

/// A JSON answer.
pub fn json(status: u16, headers: &str, body: &str) -> Step {
    say(status, &format!("Content-Type: application/json\r\n{headers}"), body)
}

/// A problem document.
pub fn problem(status: u16, headers: &str, code: &str) -> Step {
    let body = format!("{{\"error\":{{\"kind\":\"{code}\",\"text\":\"Because.\"}},\"trace\":\"server-1\"}}");
    say(
        status,
        &format!("Content-Type: application/problem+json\r\n{headers}"),
        &body,
    )
}

pub fn say(status: u16, headers: &str, body: &str) -> Step {
    Step::Say(format!(
        "HTTP/1.1 {status} X\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    ))
}

/// A request as it arrived.
#[derive(Debug, Clone)]
pub struct Seen {
    pub method: String,
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Seen {
    pub fn header(&self, name: &str) -> &str {
        let mut values = self
            .headers
            .iter()
            .filter(|(known, _)| known.eq_ignore_ascii_case(name));
        let value = values.next().map_or("", |(_, value)| value.as_str());
        assert!(values.next().is_none(), "{name} came twice");
        value
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// Works the signature out again, from what arrived.
    pub fn assert_signed(&self) {
        let base64 = base64::engine::general_purpose::STANDARD;
        let base = format!(
            "{}|{}|{}|{}|{}|{}|{}",
            self.header("shop-nonce"),
            self.header("shop-time"),
            self.method,
            self.target,
            base64.encode(Sha256::digest(&self.body)),
            self.header("once-key"),
            self.header("shop-client"),
        );
        let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
        mac.update(base.as_bytes());
        let signature = base64.encode(mac.finalize().into_bytes());
        assert_eq!(self.header("shop-signature"), signature, "{base}");
        assert_eq!(self.header("shop-client"), "client-1");
        assert!((20..=40).contains(&self.header("shop-nonce").len()));
    }
}

pub struct Server {
    pub url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    /// Answers requests with these steps, one connection each.
    pub fn start(steps: Vec<Step>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/base", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&seen);
        std::thread::spawn(move || {
            for step in steps {
                let (mut stream, _) = listener.accept().unwrap();
                let Some(request) = read_request(&mut stream) else {
                    continue;
                };
                kept.lock().unwrap().push(request);
                match step {
                    Step::Say(answer) => drop(stream.write_all(answer.as_bytes())),
                    Step::Hang => {}
                    Step::Silence => {
                        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
                        drop(stream.read(&mut [0]));
                    }
                }
            }
        });
        Self { url, seen }
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    pub fn builder(&self) -> Builder<Client> {
        builder(&self.url)
    }

    pub fn client(&self) -> Client {
        self.builder().build().unwrap()
    }
}

/// A client that does not wait long.
pub fn builder(url: &str) -> Builder<Client> {
    let short = Duration::from_millis(1);
    Client::builder()
        .without_journal()
        .base_url(url)
        .client_id("client-1")
        .client_secret(SECRET)
        .retry(Policy {
            base: short,
            cap: short,
            ..Policy::default()
        })
}

/// One request; nothing if the client sent none, or only a part.
pub fn read_request(stream: &mut TcpStream) -> Option<Seen> {
    let mut bytes = Vec::new();
    let mut block = [0; 4096];
    let head = loop {
        if bytes.first().is_some_and(|byte: &u8| !byte.is_ascii_uppercase()) {
            return None; // the client speaks TLS
        }
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at;
        }
        let size = stream.read(&mut block).ok().filter(|size| *size > 0)?;
        bytes.extend_from_slice(&block[..size]);
    };
    let text = std::str::from_utf8(&bytes[..head]).unwrap();
    let mut lines = text.split("\r\n");
    let first: Vec<_> = lines.next().unwrap().split(' ').collect();
    assert_eq!((first.len(), first[2]), (3, "HTTP/1.1"));
    let headers: Vec<(String, String)> = lines
        .map(|line| line.split_once(": ").unwrap())
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let mut seen = Seen {
        method: first[0].into(),
        target: first[1].into(),
        headers,
        body: bytes[head + 4..].to_vec(),
    };
    let length: usize = seen.header("content-length").parse().unwrap_or(0);
    while seen.body.len() < length {
        let size = stream.read(&mut block).ok().filter(|size| *size > 0)?;
        seen.body.extend_from_slice(&block[..size]);
    }
    assert_eq!(seen.body.len(), length);
    Some(seen)
}
