//! In: a request, and the URL of a receiver or a server. Out: its response. Never: a second attempt.

use crate::request::{Reply, Request};
use serde_json::Value;
use std::fmt::Write as _;
use std::io::{Error, ErrorKind, Read as _, Result, Write as _};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::time::Duration;

/// The largest response that is read.
const LARGEST: u64 = 16 << 20;

/// Sends a request to an `http` URL, and returns the bytes of the response. The head has `{path}` in place of the target.
pub(crate) fn bytes(url: &str, head: &str, body: &[u8], most: u64) -> Result<Vec<u8>> {
    let wrong = |text: &str| Error::new(ErrorKind::InvalidInput, text.to_owned());
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
pub(crate) fn forward(server: &str, request: &Request, code: Option<&str>) -> Result<Reply> {
    // A response in HTTP/1.0 has no chunks.
    let mut head = format!("{} {{path}} HTTP/1.0\r\n", request.method);
    let of_connection = ["connection", "content-length", "host", "transfer-encoding"];
    let own = request.headers.iter();
    for (name, value) in own.filter(|(name, _)| !of_connection.contains(&name.as_str())) {
        let _ = write!(head, "{name}: {value}\r\n");
    }
    let url = format!("{}{}", server.trim_end_matches('/'), request.target);
    let bytes = bytes(&url, &head, &request.body, LARGEST)?;
    let mut reply = read(&bytes).ok_or_else(|| Error::other("it is not a response"))?;
    let document = serde_json::from_slice::<Value>(&reply.body).unwrap_or_default();
    let code = code
        .filter(|_| reply.status >= 400)
        .and_then(|code| document.pointer(code)?.as_str());
    reply.code = code.map(str::to_owned);
    Ok(reply)
}

/// Reads a response that ends with its connection; `None` if it is not whole.
fn read(bytes: &[u8]) -> Option<Reply> {
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
