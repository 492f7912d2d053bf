//! A client for tests: raw HTTP/1.1 over a socket, signed by hand for `tests/contracts/second.yaml`. It knows the second
//! contract by heart and takes nothing from the server's code.

use aws_lc_rs::{digest, hmac};
use sdkwright_sandbox_server::{Options, Running, Sandbox};
use serde_json::{Value, json};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

pub(crate) const SECOND: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/contracts/second.yaml");
pub(crate) const FIRST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/partner-api.yaml");

static COUNTER: AtomicU64 = AtomicU64::new(0);

pub(crate) fn second() -> Running {
    Sandbox::start_file(SECOND, Options::default()).unwrap()
}

/// One request, with everything a test may want to get wrong.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// Without the prefix of the base URL.
    pub(crate) target: String,
    pub(crate) body: Vec<u8>,
    pub(crate) media: Option<String>,
    pub(crate) key: Option<String>,
    pub(crate) time: i64,
    pub(crate) nonce: String,
    pub(crate) extra: Vec<(String, String)>,
    pub(crate) without: Option<String>,
    /// Changes the base string's components before they are joined.
    pub(crate) tamper: Option<fn(&mut Vec<String>)>,
    pub(crate) separator: &'static str,
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// Status and problem code.
    pub(crate) fn problem(&self) -> (u16, String) {
        (
            self.status,
            self.json()
                .pointer("/error/kind")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
        )
    }
}

pub(crate) fn now() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap()
}

pub(crate) fn unique(prefix: &str) -> String {
    format!("{prefix}-{}-{:09}", now(), COUNTER.fetch_add(1, Ordering::SeqCst))
}

pub(crate) fn get(target: &str) -> Request {
    Request {
        method: "GET".into(),
        target: target.into(),
        body: Vec::new(),
        media: None,
        key: None,
        time: now(),
        nonce: unique("nonce-nonce"),
        extra: Vec::new(),
        without: None,
        tamper: None,
        separator: "|",
    }
}

pub(crate) fn post(target: &str, body: &Value) -> Request {
    Request {
        method: "POST".into(),
        body: serde_json::to_vec(body).unwrap(),
        media: Some("application/json".into()),
        key: Some(unique("key")),
        ..get(target)
    }
}

impl Request {
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.extra.push((name.into(), value.into()));
        self
    }

    pub(crate) fn key(mut self, key: &str) -> Self {
        self.key = Some(key.into());
        self
    }

    /// A new nonce and time, as for a second attempt.
    pub(crate) fn again(&self) -> Self {
        Self {
            nonce: unique("nonce-nonce"),
            time: now(),
            ..self.clone()
        }
    }

    pub(crate) fn send(&self, server: &Running) -> Answer {
        self.try_send(server).unwrap()
    }

    /// An error where the connection ended without a whole answer.
    pub(crate) fn try_send(&self, server: &Running) -> Result<Answer, String> {
        self.send_to(&server.base_url, &server.client_id, &server.client_secret)
    }

    /// The same for a server that may be gone.
    pub(crate) fn send_to(&self, base_url: &str, client_id: &str, client_secret: &str) -> Result<Answer, String> {
        let (host, prefix) = base_url.strip_prefix("http://").unwrap().split_once('/').unwrap();
        let target = format!("/{prefix}{}", self.target);
        let mut parts = vec![
            self.time.to_string(),
            self.nonce.clone(),
            client_id.to_owned(),
            base64(digest::digest(&digest::SHA256, &self.body).as_ref()),
            self.key.clone().unwrap_or_default(),
            self.method.clone(),
            target.clone(),
        ];
        if let Some(tamper) = self.tamper {
            tamper(&mut parts);
        }
        let mac = hmac::sign(
            &hmac::Key::new(hmac::HMAC_SHA256, &unhex(client_secret)),
            parts.join(self.separator).as_bytes(),
        );
        let mut headers = vec![
            ("Host".to_owned(), host.to_owned()),
            ("X-Parcel-Account".into(), client_id.to_owned()),
            ("X-Parcel-Time".into(), self.time.to_string()),
            ("X-Parcel-Salt".into(), self.nonce.clone()),
            ("X-Parcel-Auth".into(), base64(mac.as_ref())),
            ("Content-Length".into(), self.body.len().to_string()),
            ("Connection".into(), "close".into()),
        ];
        headers.extend(self.key.clone().map(|key| ("X-Once-Token".to_owned(), key)));
        headers.extend(self.media.clone().map(|media| ("Content-Type".to_owned(), media)));
        headers.retain(|(name, _)| Some(name) != self.without.as_ref());
        headers.extend(self.extra.clone());
        let mut text = format!("{} {target} HTTP/1.1\r\n", self.method).into_bytes();
        for (name, value) in headers {
            text.extend(format!("{name}: {value}\r\n").into_bytes());
        }
        text.extend(b"\r\n");
        text.extend(&self.body);
        exchange(host, &text)
    }
}

pub(crate) fn exchange(host: &str, request: &[u8]) -> Result<Answer, String> {
    let mut stream = TcpStream::connect(host).map_err(|error| error.to_string())?;
    stream.write_all(request).map_err(|error| error.to_string())?;
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    let end = bytes
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .ok_or("no response")?;
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers: Vec<(String, String)> = lines
        .map(|line| line.split_once(": ").unwrap())
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let answer = Answer {
        status,
        headers,
        body: bytes[end + 4..].to_vec(),
    };
    let length: usize = answer.header("content-length").unwrap_or("0").parse().unwrap();
    if answer.body.len() < length {
        Err(format!("{} of {length} bytes", answer.body.len()))
    } else {
        Ok(answer)
    }
}

/// A registered sender.
pub(crate) fn sender(server: &Running) -> String {
    let body = json!({ "senderRef": unique("shop"), "name": "Corner Shop" });
    let answer = post("/senders", &body).send(server);
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.json()["senderId"].as_str().unwrap().to_owned()
}

/// The body of an approved booking. Its hash is over text that was put into canonical order by hand.
pub(crate) fn booking(sender: &str, reference: &str) -> Value {
    let canonical = format!(
        "{{\"act\":\"bookShipment\",\"sender\":\"{sender}\",\"shipment\":{{\"receiver\":{{\"country\":\"NO\",\"name\":\"Kari\",\"phone\":null,\"street\":\"Storgata 1\"}},\"reference\":\"{reference}\",\"weightGrams\":1200}}}}"
    );
    json!({
        "reference": reference,
        "weightGrams": 1200,
        "receiver": { "name": "Kari", "street": "Storgata 1", "country": "NO", "phone": null },
        "approval": approval(&canonical),
    })
}

/// The approval of what has this canonical text.
pub(crate) fn approval(canonical: &str) -> Value {
    let hash = digest::digest(&digest::SHA256, canonical.as_bytes());
    json!({ "digest": hex(hash.as_ref()), "approver": "ops-7", "approvedOn": "2026-03-02T09:00:00Z" })
}

/// A booked shipment's id, and the approval that it was booked with.
pub(crate) fn shipment(server: &Running, sender: &str) -> (String, Value) {
    let body = booking(sender, &unique("order"));
    let answer = post(&format!("/senders/{sender}/shipments"), &body).send(server);
    assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.body));
    (
        answer.json()["shipmentId"].as_str().unwrap().to_owned(),
        body["approval"].clone(),
    )
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

pub(crate) fn unhex(text: &str) -> Vec<u8> {
    (0..text.len() / 2)
        .map(|at| u8::from_str_radix(&text[at * 2..at * 2 + 2], 16).unwrap())
        .collect()
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    let letters: Vec<char> = ('A'..='Z')
        .chain('a'..='z')
        .chain('0'..='9')
        .chain(['+', '/'])
        .collect();
    let bits = bytes
        .iter()
        .fold(String::new(), |text, byte| format!("{text}{byte:08b}"));
    let coded: String = (0..bits.len().div_ceil(6))
        .map(|at| format!("{:0<6}", &bits[at * 6..bits.len().min(at * 6 + 6)]))
        .map(|six| letters[usize::from_str_radix(&six, 2).unwrap()])
        .collect();
    format!("{coded}{}", "=".repeat((4 - coded.len() % 4) % 4))
}
