//! Deliveries: signed as the contract says, retried, and sent when something happens.

use crate::support::client::{self, base64, post, second, sender, shipment, unhex};
use aws_lc_rs::{digest, hmac};
use sdkwright_sandbox_server::{Delivery, Running};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::time::{Duration, Instant};

fn header<'a>(delivery: &'a Delivery, name: &str) -> &'a str {
    delivery
        .headers
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
        .unwrap()
}

fn assert_signed(server: &Running, delivery: &Delivery) {
    let hash = base64(digest::digest(&digest::SHA256, &delivery.body).as_ref());
    let base = format!(
        "{}.{hash}.{}",
        header(delivery, "X-Parcel-Event-Salt"),
        header(delivery, "X-Parcel-Event-Time")
    );
    let mac = hmac::sign(
        &hmac::Key::new(hmac::HMAC_SHA256, &unhex(&server.webhook_secret)),
        base.as_bytes(),
    );
    assert_eq!(header(delivery, "X-Parcel-Event-Auth"), base64(mac.as_ref()));
}

/// A receiver that answers with these statuses, one connection each, and gives the bodies.
fn receiver(statuses: Vec<u16>) -> (String, std::thread::JoinHandle<Vec<Value>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let thread = std::thread::spawn(move || {
        let receive = |status: u16| {
            let (stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(stream);
            let (mut line, mut length) = (String::new(), 0);
            while reader.read_line(&mut line).unwrap() > 2 {
                if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                line.clear();
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            reader
                .get_mut()
                .write_all(format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\n\r\n").as_bytes())
                .unwrap();
            serde_json::from_slice(&body).unwrap()
        };
        statuses.into_iter().map(receive).collect()
    });
    (url, thread)
}

fn wait_for(server: &Running, many: usize) -> Vec<Delivery> {
    let start = Instant::now();
    while server.deliveries().len() < many && start.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(20));
    }
    server.deliveries()
}

#[test]
fn every_event_type_has_a_signed_example() {
    let server = second();
    assert_eq!(server.events(), ["shipment.booked", "shipment.delivered"]);
    let mut ids = Vec::new();
    for event in server.events() {
        let delivery = server.signed_delivery(&event).unwrap();
        assert_signed(&server, &delivery);
        let body: Value = serde_json::from_slice(&delivery.body).unwrap();
        assert_eq!(body["kind"], event);
        ids.push(body["id"].clone());
    }
    assert_ne!(ids[0], ids[1]);
    assert!(server.signed_delivery("shipment.lost").is_err());
    assert!(server.deliver("shipment.booked").is_err(), "no URL is set");
}

#[test]
fn a_refused_delivery_is_tried_again_with_the_same_body_under_a_new_signature() {
    let server = second();
    let (url, receiver) = receiver(vec![500, 204]);
    server.deliver_to(Some(url));
    server.deliver("shipment.booked").unwrap();
    let bodies = receiver.join().unwrap();
    let deliveries = wait_for(&server, 2);
    assert_eq!(
        deliveries
            .iter()
            .map(|one| (one.attempt, one.status))
            .collect::<Vec<_>>(),
        [(1, Some(500)), (2, Some(204))]
    );
    assert_eq!(bodies[0], bodies[1]);
    assert_ne!(
        header(&deliveries[0], "X-Parcel-Event-Salt"),
        header(&deliveries[1], "X-Parcel-Event-Salt")
    );
    for delivery in &deliveries {
        assert_signed(&server, delivery);
    }
}

#[test]
fn what_happens_is_delivered_with_the_ids_of_what_it_is_about() {
    let server = second();
    let sender = sender(&server);
    let (url, receiver) = receiver(vec![200, 200]);
    server.deliver_to(Some(url));
    let (id, approval) = shipment(&server, &sender);
    assert_eq!(
        post(&format!("/shipments/{id}/handover"), &json!({ "approval": approval }))
            .send(&server)
            .status,
        202
    );
    for _ in 0..3 {
        client::get(&format!("/shipments/{id}")).send(&server);
    }
    let bodies = receiver.join().unwrap();
    assert_eq!(
        [&bodies[0]["kind"], &bodies[1]["kind"]],
        ["shipment.booked", "shipment.delivered"]
    );
    for body in bodies {
        assert_eq!(
            (&body["about"]["id"], &body["about"]["type"]),
            (&json!(id), &json!("shipment"))
        );
        assert_eq!(body["senderId"], sender);
    }
}

/// A server of a contract whose deliveries have this signature, and one delivery.
fn delivery_with(signing: &str) -> (Running, Delivery) {
    let contract = format!(
        "openapi: 3.0.3
info: {{ title: Own, version: '1' }}
paths: {{ /things: {{ get: {{ operationId: readThings, responses: {{ '204': {{ description: Nothing. }} }} }} }} }}
x-webhooks:
  signing: {signing}
  envelope: {{ schema: '#/components/schemas/Event', type: /type }}
  events:
    made: {{ post: {{ requestBody: {{ content: {{ application/json: {{ schema: {{ $ref: '#/components/schemas/Event' }} }} }} }}, responses: {{ '200': {{ description: Taken. }} }} }} }}
components:
  schemas:
    Event:
      type: object
      example: {{ type: made, items: [{{ entry: {{ id: a, value: 1, extra: {{}} }} }}, {{ entry: {{ id: b, extra: {{}} }} }}] }}
      properties: {{ type: {{ type: string }}, items: {{ type: array, items: {{ type: object }} }} }}
"
    );
    let options = sdkwright_sandbox_server::Options::default();
    let server = sdkwright_sandbox_server::Sandbox::start(&contract, options).unwrap();
    let delivery = server.signed_delivery("made").unwrap();
    (server, delivery)
}

fn mac_of(algorithm: hmac::Algorithm, key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(algorithm, key), &parts.concat())
        .as_ref()
        .to_vec()
}

#[test]
fn a_delivery_has_several_values_in_one_header_as_the_contract_says() {
    let (server, delivery) = delivery_with(
        "{ algorithm: hmac-sha512, encoding: hex, secret: utf8, message: 'v1.{timestamp}.{body}', timestamp: unix-millis, \
         read: { header: Signed, list: ',', pairs: { t: timestamp, v1: signature } }, freshness: { past: 300 } }",
    );
    let value = header(&delivery, "Signed");
    let (time, signature) = value
        .strip_prefix("t=")
        .and_then(|rest| rest.split_once(",v1="))
        .unwrap();
    assert!(time.ends_with("000") && time.len() == 13, "{time}");
    let parts = [b"v1.".as_slice(), time.as_bytes(), b".", &delivery.body];
    let mac = mac_of(hmac::HMAC_SHA512, server.webhook_secret.as_bytes(), &parts);
    assert_eq!(unhex(signature), mac);
}

#[test]
fn a_delivery_of_standard_webhooks_has_its_headers() {
    let (server, delivery) = delivery_with("{ scheme: standard-webhooks }");
    let secret = server.webhook_secret.trim_start_matches("whsec_");
    let key = data_encoding::BASE64.decode(secret.as_bytes()).unwrap();
    let [id, time] = ["webhook-id", "webhook-timestamp"].map(|name| header(&delivery, name));
    let parts = [id.as_bytes(), b".", time.as_bytes(), b".", &delivery.body];
    let mac = base64(&mac_of(hmac::HMAC_SHA256, &key, &parts));
    assert_eq!(header(&delivery, "webhook-signature"), format!("v1,{mac}"));
}

#[test]
fn each_item_of_a_delivery_is_signed() {
    let (server, delivery) = delivery_with(
        "{ algorithm: hmac-sha256, encoding: base64, secret: hex, each: '/items/*/entry', signature: /extra/mac, \
         message: '{/id}:{/value}', theirs: true, freshness: none }",
    );
    let body: Value = serde_json::from_slice(&delivery.body).unwrap();
    for (at, text) in ["a:1", "b:"].into_iter().enumerate() {
        let mac = mac_of(hmac::HMAC_SHA256, &unhex(&server.webhook_secret), &[text.as_bytes()]);
        assert_eq!(body["items"][at]["entry"]["extra"]["mac"], base64(&mac));
    }
    assert_eq!(delivery.headers.len(), 1, "the type of the body alone");
}
