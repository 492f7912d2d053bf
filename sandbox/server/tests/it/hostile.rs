//! Hostile contracts and hostile clients: the server stays, and others are served.

use crate::support::client;
use sdkwright_sandbox_server::{Options, Running, Sandbox};
use serde_json::{Value, json};
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

const SHOP: &str = "openapi: 3.0.3
info: { title: Shop, version: '1' }
servers: [{ url: 'http://localhost/shop' }]
x-sdk: { problem: { schema: '#/components/schemas/Problem', code: /code, detail: /detail } }
paths:
  /orders:
    post:
      operationId: order
      x-problems: [INVALID]
      x-rules:
        - rule: RULE
          message: A rule of the shop.
          at: /note
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Order' } } } }
      responses: { '204': { description: Ordered. } }
    get:
      operationId: look
      responses: { '204': { description: Looked. } }
components:
  schemas:
    Order: { type: object, properties: { note: { type: string }, lines: { type: array, items: { type: string } }, parts: { type: array, items: { $ref: '#/components/schemas/Part' } } } }
    Part: { type: object, x-rules: [{ rule: size(self) < 5, message: A part is small. }] }
    Problem: { type: object, properties: { code: { type: string }, detail: { type: string } } }
    Code: { type: string, enum: [INVALID], x-problem-registry: { INVALID: { status: 400 } } }
";

fn shop(rule: &str) -> String {
    SHOP.replace("RULE", &json!(rule).to_string())
}

#[test]
fn a_body_that_makes_a_rule_take_too_long_is_refused_while_others_are_served() {
    let rule = "body.lines.all(a, body.lines.all(b, a == b || a != b))";
    let server = Sandbox::start(&shop(rule), Options::default()).unwrap();
    let lines = |count: usize| json!({ "lines": vec!["a"; count] });
    assert_eq!(client::post("/orders", &lines(50)).send(&server).status, 204);
    let began = Instant::now();
    let answers: Vec<u16> = std::thread::scope(|threads| {
        let hostile: Vec<_> = (0..4)
            .map(|_| threads.spawn(|| client::post("/orders", &lines(100_000)).send(&server).status))
            .collect();
        let others = client::get("/orders").send(&server).status;
        let hostile = hostile.into_iter().map(|thread| thread.join().unwrap());
        std::iter::once(others).chain(hostile).collect()
    });
    assert_eq!(answers, [204, 400, 400, 400, 400]);
    // All pairs of the lines would take hours.
    assert!(began.elapsed() < Duration::from_secs(40), "{:?}", began.elapsed());
    let calls = server.calls();
    let failures: Vec<String> = calls
        .iter()
        .flat_map(|call| call.failures().map(|check| check.note.clone()))
        .collect();
    assert!(
        failures.iter().any(|note| note.contains("The rule has no value: ")),
        "{failures:?}"
    );
    let parts = json!({ "parts": vec![json!({}); 200_000] });
    let refused = client::post("/orders", &parts).send(&server);
    assert_eq!(refused.status, 400);
    assert!(
        refused.json()["detail"]
            .as_str()
            .unwrap()
            .contains("checking the rules of this value would take too long")
    );
    assert!(began.elapsed() < Duration::from_mins(1), "{:?}", began.elapsed());
    let ordinary: Value = json!({ "lines": ["a"], "note": "n" });
    assert_eq!(client::post("/orders", &ordinary).send(&server).status, 204);
}

/// A server that waits half a second for heads and bodies.
fn impatient(contract: &str) -> Running {
    let options = Options {
        request_timeout: Some(Duration::from_millis(500)),
        ..Options::default()
    };
    Sandbox::start(contract, options).unwrap()
}

fn host(server: &Running) -> &str {
    server
        .base_url
        .strip_prefix("http://")
        .unwrap()
        .split('/')
        .next()
        .unwrap()
}

/// Sends the first bytes, and then one byte after the other for as long as the server takes them. Returns the time and the answer.
fn drip(server: &Running, first: &str) -> (Duration, String) {
    let mut stream = TcpStream::connect(host(server)).unwrap();
    let began = Instant::now();
    stream.write_all(first.as_bytes()).unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
    let mut answer = Vec::new();
    while began.elapsed() < Duration::from_secs(5) {
        let mut part = [0; 1024];
        match stream.read(&mut part) {
            Ok(0) => break,
            Ok(count) => answer.extend(&part[..count]),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                if stream.write_all(b"a").is_err() {
                    break;
                }
            }
            Err(_) => break,
        }
    }
    (began.elapsed(), String::from_utf8_lossy(&answer).into_owned())
}

#[test]
fn a_head_or_a_body_that_comes_byte_by_byte_ends() {
    let server = impatient(&shop("true"));
    let (took, _) = drip(&server, "GET /shop/orders HTTP/1.1\r\nHost: a\r\nX-Slow: ");
    assert!(
        took > Duration::from_millis(400) && took < Duration::from_secs(3),
        "{took:?}"
    );
    let (took, answer) = drip(
        &server,
        "POST /shop/orders HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n",
    );
    assert!(took < Duration::from_secs(3), "{took:?}");
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    let (took, _) = drip(&server, "");
    assert!(took < Duration::from_secs(3), "{took:?}");
    assert_eq!(client::get("/orders").send(&server).status, 204);
}

#[test]
fn a_body_is_limited_by_the_operation_before_the_client_is_known() {
    let contract = std::fs::read_to_string(client::SECOND).unwrap();
    let server = impatient(&contract);
    let send = |head: &str, bytes: usize| {
        let request = format!("{head}Content-Length: {bytes}\r\n\r\n");
        client::exchange(host(&server), request.as_bytes()).map(|answer| answer.status)
    };
    let prefix = server
        .base_url
        .strip_prefix(&format!("http://{}", host(&server)))
        .unwrap();
    let known = format!("Host: a\r\nX-Parcel-Account: {}\r\n", server.client_id);
    for (head, bytes) in [
        // No body, no path, no client.
        (format!("GET {prefix}/senders HTTP/1.1\r\n{known}"), 100_000),
        (format!("POST {prefix}/nothing HTTP/1.1\r\n{known}"), 100_000),
        (
            format!("POST {prefix}/senders HTTP/1.1\r\nHost: a\r\nX-Parcel-Account: stranger\r\n"),
            100_000,
        ),
        (format!("POST {prefix}/senders HTTP/1.1\r\nHost: a\r\n"), 100_000),
        ("POST /.sandbox/step/1 HTTP/1.1\r\nHost: a\r\n".to_owned(), 100_000),
        // JSON.
        (format!("POST {prefix}/senders HTTP/1.1\r\n{known}"), 11 << 20),
    ] {
        assert_eq!(send(&head, bytes), Ok(413), "{head}");
    }
    // The known client's body is waited for, and does not come.
    assert_eq!(
        send(&format!("POST {prefix}/senders HTTP/1.1\r\n{known}"), 100_000),
        Ok(408)
    );
    let calls = server.calls();
    assert_eq!(calls.iter().filter(|call| call.status == Some(413)).count(), 6);
    assert!(
        calls
            .iter()
            .all(|call| call.body.is_empty() && call.failures().next().is_some())
    );
    client::sender(&server);
}

#[test]
fn a_client_that_reads_no_answer_loses_its_connection_and_a_head_without_an_end_is_refused() {
    let server = impatient(&shop("true"));
    let endless = format!(
        "GET /shop/orders HTTP/1.1\r\nHost: a\r\nX-Large: {}\r\n\r\n",
        "a".repeat(100_000)
    );
    let answer = client::exchange(host(&server), endless.as_bytes());
    assert!(
        answer.as_ref().map_or(true, |answer| answer.status == 431),
        "{answer:?}"
    );
    let mut stream = TcpStream::connect(host(&server)).unwrap();
    stream.set_write_timeout(Some(Duration::from_millis(100))).unwrap();
    let request = "GET /.sandbox/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".repeat(100);
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(8) {
        match stream.write_all(request.as_bytes()) {
            Err(error) if error.kind() != ErrorKind::WouldBlock => break,
            _ => {}
        }
    }
    assert!(began.elapsed() < Duration::from_secs(8));
}

#[test]
fn half_open_connections_end_and_others_are_served_meanwhile() {
    let server = impatient(&shop("true"));
    let open: Vec<TcpStream> = (0..300)
        .map(|_| {
            let mut stream = TcpStream::connect(host(&server)).unwrap();
            stream.write_all(b"GET /shop/orders HTTP/1.1\r\nHo").unwrap();
            stream
        })
        .collect();
    assert_eq!(client::get("/orders").send(&server).status, 204);
    for mut stream in open {
        stream.set_read_timeout(Some(Duration::from_secs(3))).unwrap();
        let ended = stream.read(&mut [0; 100]);
        assert!(
            !matches!(&ended, Err(error) if error.kind() == ErrorKind::WouldBlock),
            "{ended:?}"
        );
    }
}
