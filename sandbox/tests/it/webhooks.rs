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
