//! Deliveries of contracts of others.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use oceafin_partner::server::{DeliveryWorker, FixedReceivers};
use oceafin_partner::transport::{Body, Incoming, SendFuture, SleepFuture, Transport};
use rusqlite::Connection;
use sdkwright_json::JsonValue;
use sdkwright_runtime::signing::webhook::{EventId, Verifier, Webhook, Webhooks};
use sdkwright_runtime::signing::{
    Algorithm, Freshness, MacEncoding, Piece, PlacedValue, SignaturePlace, SignatureRules, SignedValue,
    TimestampFormat, ValuePlace,
};
use sdkwright_server::{SentEvent, SqliteFile};
use sdkwright_signing::secret::{SecretEncoding, SecretForm, SigningSecret};

use crate::deliveries::{receiver, schedule};

/// The form of Stripe, with the id in the body.
const STRIPE: Webhooks = Webhooks {
    signing: SignatureRules {
        signature: SignaturePlace::List {
            header: "stripe-signature",
            separator: ',',
            pair: '=',
            name: Some("v1"),
            key_name: None,
        },
        encoding: MacEncoding::Hex,
        secret: Some(SecretForm {
            algorithm: Algorithm::HmacSha256,
            encoding: SecretEncoding::Utf8,
            prefix: "",
        }),
        message: &[
            Piece::Value(SignedValue::Timestamp, &[]),
            Piece::Text("."),
            Piece::Value(SignedValue::Body, &[]),
        ],
        values: &[PlacedValue {
            value: SignedValue::Timestamp,
            place: ValuePlace::Pair("t"),
        }],
        timestamp: TimestampFormat::UnixSeconds,
        freshness: Freshness::each_way(300),
        ..SignatureRules::NONE
    },
    key_header: None,
    id: Some(EventId::Body("/id")),
    event_type: Some("/type"),
    environment: None,
};

/// The form of Standard Webhooks, with the id in a signed header.
const STANDARD: Webhooks = Webhooks {
    signing: SignatureRules {
        signature: SignaturePlace::List {
            header: "webhook-signature",
            separator: ' ',
            pair: ',',
            name: Some("v1"),
            key_name: None,
        },
        encoding: MacEncoding::Base64,
        secret: Some(SecretForm {
            algorithm: Algorithm::HmacSha256,
            encoding: SecretEncoding::Base64,
            prefix: "whsec_",
        }),
        message: &[
            Piece::Value(SignedValue::Header("webhook-id"), &[]),
            Piece::Text("."),
            Piece::Value(SignedValue::Timestamp, &[]),
            Piece::Text("."),
            Piece::Value(SignedValue::Body, &[]),
        ],
        values: &[PlacedValue {
            value: SignedValue::Timestamp,
            place: ValuePlace::Header("webhook-timestamp"),
        }],
        ..STRIPE.signing
    },
    id: Some(EventId::Header("webhook-id")),
    ..STRIPE
};

/// Keeps the requests of a worker, and fails the first one.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<(HeaderMap, Bytes)>>>);

impl Transport for Kept {
    fn send(&self, request: axum::http::Request<Body>) -> SendFuture<'_> {
        let (parts, body) = request.into_parts();
        let mut kept = self.0.lock().unwrap();
        kept.push((parts.headers, body.as_bytes().unwrap().clone()));
        let mut response = axum::http::Response::new(Incoming::from_bytes(Bytes::new()));
        *response.status_mut() = StatusCode::from_u16(if kept.len() == 1 { 500 } else { 200 }).unwrap();
        Box::pin(async move { Ok(response) })
    }

    fn sleep(&self, duration: Duration) -> SleepFuture<'_> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// An event of a contract of others.
struct Foreign<W>(JsonValue, std::marker::PhantomData<W>);

impl<W: Webhook> sdkwright_json::Json for Foreign<W> {
    fn read(value: sdkwright_json::Value<'_>) -> Self {
        Self(value.decode(), std::marker::PhantomData)
    }

    fn write(&self, w: &mut sdkwright_json::Writer) {
        self.0.write(w);
    }
}

impl<W: Webhook> SentEvent for Foreign<W> {
    const WEBHOOKS: &'static Webhooks = W::WEBHOOKS;

    fn event_type(&self) -> Option<&'static str> {
        Some("paid")
    }
}

#[derive(Debug)]
struct Stripe;

impl Webhook for Stripe {
    type Event = JsonValue;
    type Settings = [String; 0];
    const WEBHOOKS: &'static Webhooks = &STRIPE;
}

#[derive(Debug)]
struct Standard;

impl Webhook for Standard {
    type Event = JsonValue;
    type Settings = [String; 0];
    const WEBHOOKS: &'static Webhooks = &STANDARD;
}

/// Sends an event whose first delivery fails, with the secrets of a rotation, and returns the ids that each secret alone verifies.
async fn foreign<W: Webhook<Settings = [String; 0]>>() -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let (file, kept) = (folder.path().join("bank.db"), Kept::default());
    let secrets = ["whsec_c2VudGluZWw5ZjIgb2xk", "whsec_c2VudGluZWw5ZjIgbmV3"];
    let mut receiver = receiver("https://shop.example/in");
    receiver.keys.secrets = secrets.map(SigningSecret::new).to_vec();
    let receivers = FixedReceivers::new().with("shop", receiver);
    let store = SqliteFile::open(&file).unwrap();
    let worker = DeliveryWorker::new(W::WEBHOOKS, store, receivers, kept.clone()).schedule(schedule(2));
    let body = r#"{"id":"e-1","type":"paid","amount":1.10}"#.parse().unwrap();
    let mut connection = Connection::open(&file).unwrap();
    let transaction = connection.transaction().unwrap();
    let event = Foreign::<W>(body, std::marker::PhantomData);
    SqliteFile::send(&transaction, "shop", &event).unwrap();
    transaction.commit().unwrap();
    assert_eq!(worker.run_until_idle().await.unwrap(), 2);
    let kept = kept.0.lock().unwrap();
    let ids = kept.iter().flat_map(|(headers, body)| {
        assert_eq!(headers["content-type"], "application/json");
        secrets.map(|secret| {
            let delivery = Verifier::<W>::new(secret).unwrap().verify(headers, body).unwrap();
            assert_eq!(delivery.raw(), r#"{"id":"e-1","type":"paid","amount":1.10}"#);
            delivery.event_id().unwrap()
        })
    });
    ids.collect()
}

#[tokio::test]
async fn contracts_of_others_have_their_form_with_a_signature_by_each_secret() {
    assert_eq!(foreign::<Stripe>().await, ["e-1"; 4]);
    let mut ids = foreign::<Standard>().await;
    assert_eq!((ids.len(), ids[0].len()), (4, 32));
    ids.dedup();
    assert_eq!(ids.len(), 1);
}
