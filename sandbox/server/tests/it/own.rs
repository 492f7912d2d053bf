//! A contract in another style than ours: the one of docs/generate/sandbox.md, and webhooks without a nonce.

use crate::support::client::{Request, get, hex, post};
use crate::support::receiver::receiver;
use aws_lc_rs::{digest, hmac};
use sdkwright_sandbox_server::{Options, Running, Sandbox};
use serde_json::{Value, json};
use std::time::Duration;

/// The contract of the page.
fn contract() -> String {
    let page = include_str!("../../../../docs/generate/sandbox.md");
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

/// The contract of the page with some of its texts replaced.
fn changed(texts: &[(&str, &str)]) -> String {
    texts.iter().fold(contract(), |contract, (old, new)| {
        assert!(contract.contains(old), "{old}");
        contract.replacen(old, new, 1)
    })
}

fn hired(server: &Running) -> String {
    sent(server, &post("/members/jane/topups", &json!({ "amount": "50.00" })));
    server.step(1);
    let body = json!({ "from": "2027-01-01T10:00:00Z", "until": "2027-01-01T12:00:00Z" });
    let (_, hire) = sent(server, &post("/members/jane/hires", &body));
    format!("/hires/{}", hire["hire_id"].as_str().unwrap())
}

#[test]
fn a_read_computes_members_of_what_a_call_made() {
    let derived = "operationId: readHire\n      x-derives: [{ member: /note, value: \"'held for ' + string(ledger.balance('held:' + hire.hire_id, 'EUR'))\" }]";
    let server = start(&changed(&[("operationId: readHire", derived)]));
    let hire = hired(&server);
    assert_eq!(sent(&server, &get(&hire)).1["note"], "held for 40.00");
    server.step(60 * 60 * 24 * 365);
    assert_eq!(sent(&server, &get(&hire)).1["note"], "held for 0");
}

#[test]
fn the_time_of_a_move_is_there_once_it_was_made() {
    let server = start(&changed(&[
        (
            "        deposit: {",
            "        confirmedAt: { type: string, format: date-time }\n        deposit: {",
        ),
        (
            "to: confirmed, by: studio, after: 2",
            "to: confirmed, by: studio, after: 2, set: { /confirmedAt: now }",
        ),
    ]));
    let hire = hired(&server);
    assert_eq!(sent(&server, &get(&hire)).1.get("confirmedAt"), None);
    server.step(2);
    assert!(sent(&server, &get(&hire)).1["confirmedAt"].is_string());
}

#[test]
fn the_way_of_a_scenario_begins_with_the_call_that_asks_for_it() {
    let server = start(&changed(&[
        (
            "note: { type: string } }\n    HireId",
            "note: { type: string }, topup_id: { type: string, x-newtype: TopUpId } }\n    HireId",
        ),
        ("enum: [pending, arrived]", "enum: [pending, arrived, recalled]"),
        ("terminal: [arrived]", "terminal: [recalled]"),
        (
            "by: studio, after: 1 }]",
            "by: studio, after: 1 }, { from: arrived, to: recalled, by: studio }]",
        ),
        (
            "      x-scenarios:\n",
            "      x-scenarios:\n        - { name: recalled, when: has(body.topup_id), of: topup, to: recalled, message: A top-up that is named is recalled. }\n",
        ),
    ]));
    let (_, topup) = sent(&server, &post("/members/jane/topups", &json!({ "amount": "50.00" })));
    server.step(1000);
    let body =
        json!({ "from": "2027-01-01T10:00:00Z", "until": "2027-01-01T12:00:00Z", "topup_id": topup["topup_id"] });
    let (status, hire) = sent(&server, &post("/members/jane/hires", &body));
    assert_eq!(status, 201, "{hire}");
    let state = || {
        let _ = sent(&server, &get("/hires/none"));
        let all = server.resources().into_iter();
        all.filter(|one| one.schema == "TopUp").find_map(|one| one.state)
    };
    assert_eq!(state().as_deref(), Some("arrived"));
    server.step(1);
    assert_eq!(state().as_deref(), Some("recalled"));
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
    let (url, told) = receiver(|_| 204);
    server.deliver_to(Some(url));
    let hire = hired(&server);
    server.step(2);
    let event = loop {
        let (headers, body) = told.recv_timeout(Duration::from_secs(20)).unwrap();
        if hire.ends_with(body["hire_id"].as_str().unwrap()) {
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

#[test]
fn parts_of_a_form_may_be_null_in_the_contract() {
    let contract = "
openapi: 3.1.0
info: { title: Case, version: '1' }
servers: [{ url: https://example.test/v1 }]
paths:
  /reports:
    post:
      operationId: addReport
      requestBody:
        required: true
        content:
          multipart/form-data:
            schema:
              type: object
              required: [note]
              properties:
                note: { anyOf: [{ type: string, maxLength: 3 }, { type: 'null' }] }
                scan: { anyOf: [{ type: string, format: binary }, { type: 'null' }] }
                pages: { anyOf: [{ type: array, items: { anyOf: [{ type: integer }, { type: 'null' }] } }, { type: 'null' }] }
      responses: { '204': { description: Done. } }
";
    let server = start(contract);
    let part =
        |name: &str, value: &str| format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    let status = |parts: &str| {
        let request = Request {
            body: format!("{parts}--b--\r\n").into_bytes(),
            media: Some("multipart/form-data; boundary=b".into()),
            ..post("/reports", &json!({}))
        };
        request.send_to(&server.base_url, "", "").unwrap().status
    };
    let note = part("note", "abc");
    let pages = [part("pages", "1"), part("pages", "2")].concat();
    assert_eq!(status(&format!("{note}{pages}{}", part("scan", "%PDF"))), 204);
    assert_ne!(status(&format!("{note}{}", part("pages", "first"))), 204);
    assert_ne!(status(&part("note", "abcd")), 204);
}

#[test]
fn parts_by_position_and_parts_within_a_part_are_checked() {
    let contract = "
openapi: 3.2.0
info: { title: Albums, version: '1' }
servers: [{ url: https://example.test/v1 }]
paths:
  /albums:
    post:
      operationId: sendAlbum
      requestBody:
        required: true
        content:
          multipart/mixed:
            schema:
              type: array
              prefixItems:
                - { type: object, required: [title], properties: { title: { type: string } } }
                - { type: array, prefixItems: [{ type: integer }], items: {} }
              items: {}
              maxItems: 3
            prefixEncoding: [{}, { contentType: multipart/mixed, itemEncoding: { contentType: image/png } }]
            itemEncoding: { contentType: image/png }
      responses: { '204': { description: Done. } }
";
    let server = start(contract);
    let status = |parts: &[&str]| {
        let parts = parts
            .iter()
            .fold(String::new(), |all, part| all + "--b\r\n" + part + "\r\n");
        let request = Request {
            body: format!("{parts}--b--\r\n").into_bytes(),
            media: Some("multipart/mixed; boundary=b".into()),
            ..post("/albums", &json!({}))
        };
        request.send_to(&server.base_url, "", "").unwrap().status
    };
    let album = "Content-Type: application/json\r\n\r\n{\"title\":\"a\"}";
    let pages = "Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\nContent-Type: text/plain\r\n\r\n7\r\n--c\r\nContent-Type: image/png\r\n\r\nPNG\r\n--c--";
    let file = "Content-Type: image/png\r\n\r\nPNG";
    assert_eq!(status(&[album, pages, file]), 204);
    assert_eq!(status(&[album]), 204);
    assert_ne!(status(&[&album.replace("title", "name"), pages]), 204);
    assert_ne!(status(&[album, &pages.replace('7', "seven")]), 204);
    assert_ne!(status(&[album, pages, file, file]), 204);
    assert_ne!(status(&[pages, album]), 204);
}
