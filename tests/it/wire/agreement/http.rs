//! A client of raw bytes: the same request for two servers, and the status and the problem code of each response.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// A request as it is sent.
#[derive(Debug, Clone)]
pub(super) struct Outgoing {
    pub(super) method: String,
    pub(super) target: String,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Vec<u8>,
    /// The length in the head, if the body is not sent.
    pub(super) announced: Option<usize>,
}

impl Outgoing {
    /// Sets a header in place of all of its name.
    pub(super) fn set(&mut self, name: &'static str, value: impl Into<String>) {
        self.remove(name);
        self.headers.push((name, value.into()));
    }

    /// Removes a header.
    pub(super) fn remove(&mut self, name: &str) {
        self.headers.retain(|(known, _)| *known != name);
    }

    /// Returns the value of a header; empty without it.
    pub(super) fn header(&self, name: &str) -> &str {
        let mut headers = self.headers.iter();
        headers.find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    }

    fn bytes(&self) -> Vec<u8> {
        let mut head = format!("{} {} HTTP/1.1\r\nHost: localhost\r\n", self.method, self.target);
        for (name, value) in &self.headers {
            write!(head, "{name}: {value}\r\n").unwrap();
        }
        let length = self.announced.unwrap_or(self.body.len());
        write!(head, "Content-Length: {length}\r\n\r\n").unwrap();
        [head.as_bytes(), &self.body].concat()
    }
}

/// A response: its status, and its problem code or nothing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Incoming {
    pub(super) status: u16,
    pub(super) code: String,
}

/// A connection that is opened again after the other side has closed it.
pub(super) struct Connection {
    address: String,
    open: Option<BufReader<TcpStream>>,
}

impl Connection {
    /// Prepares a connection to `HOST:PORT`.
    pub(super) fn new(address: &str) -> Self {
        let address = address.to_owned();
        Self { address, open: None }
    }

    /// Sends a request, and reads its response.
    pub(super) fn send(&mut self, request: &Outgoing) -> Incoming {
        let mut stream = self.open.take().unwrap_or_else(|| {
            let stream = TcpStream::connect(&self.address).unwrap();
            stream.set_nodelay(true).unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
            BufReader::new(stream)
        });
        stream.get_mut().write_all(&request.bytes()).unwrap();
        let mut line = String::new();
        stream.read_line(&mut line).unwrap();
        let status: u16 = line.split(' ').nth(1).unwrap_or_default().parse().unwrap_or_default();
        assert!(status > 0, "no response: {line:?} {request:?}");
        let (mut length, mut is_kept) = (0, request.announced.is_none());
        loop {
            let mut line = String::new();
            stream.read_line(&mut line).unwrap();
            let line = line.trim_end().to_ascii_lowercase();
            let Some((name, value)) = line.split_once(": ") else {
                break;
            };
            match name {
                "content-length" => length = value.parse().unwrap(),
                "connection" if value == "close" => is_kept = false,
                _ => {}
            }
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).unwrap();
        self.open = is_kept.then_some(stream);
        let document: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
        Incoming {
            status,
            code: document["code"].as_str().unwrap_or_default().to_owned(),
        }
    }
}
