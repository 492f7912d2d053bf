//! A server of raw sockets: every request is kept as the bytes of the TCP stream, cut by hand and without an HTTP library,
//! and its signature is worked out again from those bytes with another crypto library than the SDK's.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

/// The client secret of the documentation; its UTF-8 bytes are the key.
pub(crate) const SECRET: &str = "sentinel9f2-raw-socket-é";
/// The client id.
pub(crate) const CLIENT: &str = "raw-socket-client";

/// The server's reaction to one request.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// Answers with these bytes and closes.
    Say(String),
    /// Answers with these bytes, and takes no connection any more.
    Last(String),
    /// Closes without an answer.
    Hang,
}

/// A whole answer.
pub(crate) fn say(status: u16, headers: &str, body: &str) -> Step {
    let length = body.len();
    Step::Say(format!(
        "HTTP/1.1 {status} X\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    ))
}

/// A request as it stood in the stream.
#[derive(Debug, Clone)]
pub(crate) struct Arrived {
    pub method: String,
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Arrived {
    /// The value of a header, empty if it is not there; it may not come twice.
    pub(crate) fn header(&self, name: &str) -> &str {
        let mut values = self
            .headers
            .iter()
            .filter(|(known, _)| known.eq_ignore_ascii_case(name));
        let value = values.next().map_or("", |(_, value)| value.as_str());
        assert!(values.next().is_none(), "{name} came twice");
        value
    }

    /// The base string of the documentation, put together from what arrived.
    pub(crate) fn base_string(&self) -> String {
        [
            self.method.as_str(),
            &self.target,
            &hex(&Sha256::digest(&self.body)),
            self.header("X-Partner-Timestamp"),
            self.header("X-Partner-Nonce"),
            self.header("Idempotency-Key"),
        ]
        .join("\n")
    }

    /// The signature is the one of the bytes that arrived, and the stamps have their documented form.
    pub(crate) fn assert_signed(&self) {
        let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("any key");
        mac.update(self.base_string().as_bytes());
        assert_eq!(
            self.header("X-Partner-Signature"),
            hex(&mac.finalize().into_bytes()),
            "{}",
            self.base_string()
        );
        assert_eq!(self.header("X-Partner-Client-Id"), CLIENT);
        let nonce = self.header("X-Partner-Nonce");
        assert!((16..=128).contains(&nonce.len()), "{nonce}");
        assert!(
            nonce
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)),
            "{nonce}"
        );
        let time = self.header("X-Partner-Timestamp");
        assert!(
            time.len() == 20 && time.ends_with('Z') && &time[10..11] == "T",
            "{time}"
        );
        assert!(!self.header("X-Request-Id").is_empty());
    }

    /// Segments of the path and pairs of the query, percent-decoded.
    pub(crate) fn decoded(&self) -> (Vec<String>, Vec<(String, String)>) {
        let (path, query) = self.target.split_once('?').unwrap_or((&self.target, ""));
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        let pairs = pairs.map(|pair| pair.split_once('=').unwrap());
        (
            path.split('/').skip(1).map(decode).collect(),
            pairs.map(|(name, value)| (decode(name), decode(value))).collect(),
        )
    }
}

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

fn decode(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        if byte == b'%' {
            let code = std::str::from_utf8(&after[..2]).unwrap();
            bytes.push(u8::from_str_radix(code, 16).unwrap());
            rest = &after[2..];
        } else {
            bytes.push(byte);
            rest = after;
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// A server that answers as it was told, and goes on with its last step.
pub(crate) struct Server {
    /// Scheme and authority.
    pub origin: String,
    arrived: Arc<Mutex<Vec<Arrived>>>,
    /// Both ends of a connection that keeps the port, so that no other test gets it after the last answer.
    _port: [TcpStream; 2],
}

impl Server {
    /// Answers request by request, one connection each.
    pub(crate) fn start(steps: Vec<Step>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let port = [TcpStream::connect(address).unwrap(), listener.accept().unwrap().0];
        let arrived = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&arrived);
        std::thread::spawn(move || {
            for at in 0.. {
                let Ok((mut stream, _)) = listener.accept() else { return };
                let Some(request) = read(&mut stream) else { continue };
                kept.lock().unwrap().push(request);
                match steps.get(at).or(steps.last()) {
                    Some(Step::Say(answer)) => drop(stream.write_all(answer.as_bytes())),
                    Some(Step::Last(answer)) => {
                        drop(listener);
                        drop(stream.write_all(answer.as_bytes()));
                        return;
                    }
                    Some(Step::Hang) | None => {}
                }
            }
        });
        Self {
            origin: format!("http://{address}"),
            arrived,
            _port: port,
        }
    }

    /// The bytes that arrived so far.
    pub(crate) fn arrived(&self) -> Vec<Arrived> {
        self.arrived.lock().unwrap().clone()
    }

    /// The only request that arrived.
    pub(crate) fn only(&self) -> Arrived {
        let [one] = <[Arrived; 1]>::try_from(self.arrived()).unwrap();
        one
    }
}

fn read(stream: &mut TcpStream) -> Option<Arrived> {
    let mut bytes = Vec::new();
    let mut block = [0; 4096];
    let head = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at;
        }
        let size = stream.read(&mut block).ok().filter(|size| *size > 0)?;
        bytes.extend_from_slice(&block[..size]);
    };
    let text = std::str::from_utf8(&bytes[..head]).unwrap();
    let mut lines = text.split("\r\n");
    let line: Vec<_> = lines.next().unwrap().split(' ').collect();
    let [method, target, "HTTP/1.1"] = line[..] else {
        panic!("no request line: {line:?}")
    };
    let headers = lines.map(|line| line.split_once(": ").unwrap());
    let headers: Vec<(String, String)> = headers.map(|(name, value)| (name.into(), value.into())).collect();
    let mut arrived = Arrived {
        method: method.into(),
        target: target.into(),
        headers,
        body: bytes[head + 4..].to_vec(),
    };
    assert_eq!(
        arrived.header("Transfer-Encoding"),
        "",
        "the length of a body is always known"
    );
    let length: usize = match arrived.header("Content-Length") {
        "" => 0,
        text => text.parse().unwrap(),
    };
    while arrived.body.len() < length {
        let size = stream.read(&mut block).ok().filter(|size| *size > 0)?;
        arrived.body.extend_from_slice(&block[..size]);
    }
    assert_eq!(arrived.body.len(), length);
    Some(arrived)
}
