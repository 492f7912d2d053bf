//! A contract in another style than ours: the one of docs/sandbox.md, and webhooks without a nonce.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "support/client.rs"]
mod client;
#[path = "support/receiver.rs"]
mod receiver;

use aws_lc_rs::{digest, hmac};
use client::{Request, get, hex, post};
use sdkwright_sandbox::{Options, Running, Sandbox};
use serde_json::{Value, json};
use std::time::Duration;

/// The contract of the page.
fn contract() -> String {
    let page = include_str!("../../docs/sandbox.md");
    let blocks = page
        .split("```yaml\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next());
    blocks
        .into_iter()
        .find(|block| block.starts_with("openapi:"))
        .unwrap()
        .to_owned()
}

fn start(contract: &str) -> Running {
    let options = Options {
        speed: Some(0),
        ..Options::default()
    };
    Sandbox::start(contract, options).unwrap()
}

fn sent(server: &Running, request: &Request) -> (u16, Value) {
    let answer = request.send_to(&server.base_url, "", "").unwrap();
    (answer.status, answer.json())
}

#[test]
fn the_contract_of_the_page_holds_a_deposit_and_gives_it_back() {
    let server = start(&contract());
    let hire = |note: &str| {
        let body = json!({ "from": "2027-01-01T10:00:00Z", "until": "2027-01-01T12:00:00Z", "note": note });
        sent(&server, &post("/members/jane/hires", &body))
    };
    let top_up = |amount: &str| sent(&server, &post("/members/jane/topups", &json!({ "amount": amount })));
    let kind =
        |(status, answer): (u16, Value)| (status, answer["error"]["type"].as_str().unwrap_or_default().to_owned());
    assert_eq!(kind(top_up("10.005")), (400, "bad_request".to_owned()));
    let (status, made) = top_up("50.00");
    assert_eq!((status, &made["state"]), (201, &json!("pending")));
    assert!(made["topup_id"].as_str().unwrap().starts_with("top_"), "{made}");
    assert_eq!(
        kind(hire("")),
        (402, "too_poor".to_owned()),
        "the top-up has not arrived yet"
    );
    server.step(1);
    let (status, first) = hire("I would not mind if you decline");
    assert_eq!((status, &first["deposit"]), (201, &json!("40.00")));
    let (_, refused) = hire("");
    assert_eq!(refused["error"]["message"], "The purse covers the deposit of 40.00.");
    server.step(2);
    let target = format!("/hires/{}", first["hire_id"].as_str().unwrap());
    assert_eq!(sent(&server, &get(&target)).1["state"], "declined");
    assert_eq!(hire("").0, 201, "the deposit was given back");
}

/// Deliveries that are signed without a nonce, as many APIs do.
const EVENTS: &str = r#"
x-webhooks:
  signing:
    algorithm: hmac-sha256
    encoding: hex
    secret: utf8
    separator: "."
    components: [timestamp, body-sha256-hex]
    headers: { timestamp: Studio-Time, signature: Studio-Signature }
    timestamp: unix-seconds
  envelope: { schema: '#/components/schemas/Event', id: /id, type: /kind, resourceType: /of, resourceId: /hire_id }
  resources: { hire: HireId }
  causes: [{ event: hire.confirmed, of: Hire, to: confirmed }]
  events:
    hire.confirmed:
      post:
        requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Event' } } } }
        responses: { '204': { description: Taken. } }
"#;
const EVENT: &str = "
    Event:
      type: object
      required: [id, kind, of, hire_id]
      properties: { id: { type: string }, kind: { type: string }, of: { type: string }, hire_id: { $ref: '#/components/schemas/HireId' } }
";

#[test]
fn deliveries_are_signed_without_a_nonce_where_the_contract_has_none() {
    let contract = contract() + EVENT.trim_start_matches('\n') + EVENTS;
    let server = start(&contract);
    let (url, told) = receiver::receiver(|_| 204);
    server.deliver_to(Some(url));
    sent(&server, &post("/members/jane/topups", &json!({ "amount": "50.00" })));
    server.step(1);
    let body = json!({ "from": "2027-01-01T10:00:00Z", "until": "2027-01-01T12:00:00Z" });
    let (_, hire) = sent(&server, &post("/members/jane/hires", &body));
    server.step(2);
    let event = loop {
        let (headers, body) = told.recv_timeout(Duration::from_secs(20)).unwrap();
        if body["hire_id"] == hire["hire_id"] {
            break (headers, body);
        }
    };
    assert_eq!(event.1["of"], "hire");
    let header = |name: &str| {
        let mut headers = event.0.iter().filter_map(|line| line.split_once(": "));
        headers
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.to_owned())
    };
    let hash = hex(digest::digest(&digest::SHA256, event.1.to_string().as_bytes()).as_ref());
    let base = format!("{}.{hash}", header("Studio-Time").unwrap());
    let key = hmac::Key::new(hmac::HMAC_SHA256, server.webhook_secret.as_bytes());
    assert_eq!(
        header("Studio-Signature").unwrap(),
        hex(hmac::sign(&key, base.as_bytes()).as_ref())
    );
    assert_eq!(header("Studio-Nonce"), None);
}
