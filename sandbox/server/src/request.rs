//! In: bytes from the wire, and the URL of a receiver or a server. Out: one request as this server sees it, and the response to
//! one that this server sends. Never: a changed target or body, or a second attempt.

use crate::encode;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use std::fmt::Write as _;
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::time::Duration;

/// A request: target and body exactly as received.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The method.
    pub method: String,
    /// The target as on the wire.
    pub target: String,
    /// Lower-case names, in order.
    pub headers: Vec<(String, String)>,
    /// The raw body.
    pub body: Vec<u8>,
}

impl Request {
    /// The first character of the target that no URI has (RFC 3986, and brackets, which many clients leave unescaped). It could be a
    /// separator of what is signed, so that one signature would fit two requests.
    pub(crate) fn stray(&self) -> Option<char> {
        let is_of_uri = |c: &char| c.is_ascii_alphanumeric() || "-._~!$&'()*+,;=:@/?%[]".contains(*c);
        self.target.chars().find(|c| !is_of_uri(c))
    }

    /// Returns all values of a header, by name in any case.
    pub(crate) fn headers<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self
            .headers
            .iter()
            .filter(move |(known, _)| known.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str())
    }

    /// Returns the first value of a header, by name in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// A response before it goes onto the wire.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    /// Written as base64.
    #[serde(serialize_with = "write_bytes", deserialize_with = "read_bytes")]
    pub(crate) body: Vec<u8>,
    pub(crate) code: Option<String>,
}

fn write_bytes<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    encode::base64(bytes).serialize(serializer)
}

fn read_bytes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    let text = String::deserialize(deserializer)?;
    encode::unbase64(&text).ok_or_else(|| D::Error::custom("it is not base64"))
}

impl Reply {
    /// Returns a response with a body of a media type.
    pub(crate) fn new(status: u16, media: &str, body: Vec<u8>) -> Self {
        Self {
            status,
            headers: vec![("content-type".to_owned(), media.to_owned())],
            body,
            code: None,
        }
    }

    /// Returns a response with a body of JSON.
    pub(crate) fn json(status: u16, body: &impl Serialize) -> Self {
        Self::new(status, "application/json", serde_json::to_vec(body).unwrap_or_default())
    }

    /// Returns a response without a body.
    pub(crate) fn empty(status: u16) -> Self {
        Self {
            status,
            ..Self::default()
        }
    }

    /// Returns a response with a line of text.
    pub(crate) fn text(status: u16, text: &str) -> Self {
        Self::new(status, "text/plain; charset=utf-8", format!("{text}\n").into_bytes())
    }
}

/// The largest response that is read.
const LARGEST: u64 = 16 << 20;

/// Sends a request to an `http` URL, and returns the bytes of the response. The head has `{path}` in place of the target.
pub(crate) fn send(url: &str, head: &str, body: &[u8], most: u64) -> io::Result<Vec<u8>> {
    let wrong = |text: &str| io::Error::new(ErrorKind::InvalidInput, text.to_owned());
    let rest = url
        .strip_prefix("http://")
        .ok_or_else(|| wrong("only http URLs can receive requests"))?;
    let (host, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
    let port = if host.contains(':') { "" } else { ":80" };
    let mut addresses = format!("{host}{port}").to_socket_addrs()?;
    let address = addresses.next().ok_or_else(|| wrong("the host has no address"))?;
    let limit = Duration::from_secs(10);
    let mut stream = TcpStream::connect_timeout(&address, limit)?;
    stream.set_read_timeout(Some(limit))?;
    stream.set_write_timeout(Some(limit))?;
    let head = head.replacen("{path}", path, 1);
    let length = body.len();
    let head = format!("{head}host: {host}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n");
    stream.write_all(head.as_bytes())?;
    stream.write_all(body)?;
    let mut answer = Vec::new();
    let read = stream.take(most).read_to_end(&mut answer);
    // A receiver may reset the connection after its response.
    if answer.is_empty() {
        read?;
    }
    Ok(answer)
}

/// Sends a request to a server as it came. `code` is the JSON Pointer of the code in its problem documents.
pub(crate) fn forward(server: &str, request: &Request, code: Option<&str>) -> io::Result<Reply> {
    // A response in HTTP/1.0 has no chunks.
    let mut head = format!("{} {{path}} HTTP/1.0\r\n", request.method);
    let of_connection = ["connection", "content-length", "host", "transfer-encoding"];
    let own = request.headers.iter();
    for (name, value) in own.filter(|(name, _)| !of_connection.contains(&name.as_str())) {
        let _ = write!(head, "{name}: {value}\r\n");
    }
    let url = format!("{}{}", server.trim_end_matches('/'), request.target);
    let bytes = send(&url, &head, &request.body, LARGEST)?;
    let mut reply = read_reply(&bytes).ok_or_else(|| io::Error::other("it is not a response"))?;
    let document = serde_json::from_slice::<Value>(&reply.body).unwrap_or_default();
    let code = code
        .filter(|_| reply.status >= 400)
        .and_then(|code| document.pointer(code)?.as_str());
    reply.code = code.map(str::to_owned);
    Ok(reply)
}

/// Reads a response that ends with its connection; `None` if it is not whole.
fn read_reply(bytes: &[u8]) -> Option<Reply> {
    let end = bytes.windows(4).position(|part| part == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&bytes[..end]).ok()?;
    let mut lines = head.lines();
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers = lines.filter_map(|line| line.split_once(':'));
    let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()));
    let headers: Vec<(String, String)> = headers.collect();
    let body = &bytes[end + 4..];
    let mut lengths = headers.iter().filter(|(name, _)| name == "content-length");
    if lengths.any(|(_, length)| length.parse() != Ok(body.len())) {
        return None;
    }
    let of_connection = ["connection", "content-length", "date", "transfer-encoding"];
    Some(Reply {
        status,
        headers: headers
            .into_iter()
            .filter(|(name, _)| !of_connection.contains(&name.as_str()))
            .collect(),
        body: body.to_vec(),
        code: None,
    })
}
