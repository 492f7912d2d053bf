//! Deliveries, right and wrong.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::HeaderMap;

use super::{Stamp, Verifier, VerifierError, VerifyError, Webhook, Webhooks, sign};
use crate::clock::Clock;
use crate::json::JsonValue;
use crate::secret::{Secret, SecretEncoding};
use crate::signing::{BodyEncoding, Component, MacEncoding, TimestampFormat};

#[derive(Debug)]
enum Hooks {}

impl Webhook for Hooks {
    type Event = JsonValue;
    const WEBHOOKS: &'static Webhooks = &Webhooks {
        encoding: MacEncoding::Hex,
        secret: SecretEncoding::Utf8,
        separator: "\n",
        components: &[
            Component::Timestamp,
            Component::Nonce,
            Component::Body(BodyEncoding::Hex),
        ],
        signature_header: "Hook-Signature",
        timestamp_header: "Hook-Time",
        nonce_header: Some("Hook-Nonce"),
        timestamp: TimestampFormat::Rfc3339,
        freshness: 300,
        id: "/eventId",
        event_type: "/eventType",
        environment: Some("HOOK_SECRET"),
    };
}

const NOW: i64 = 1_782_604_800;
const BODY: &[u8] = br#"{"eventId":"e-1","eventType":"book.sold"}"#;

#[derive(Clone, Copy)]
struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(NOW.unsigned_abs())
    }
}

fn verifier() -> Verifier<Hooks> {
    Verifier::new("new").unwrap().clock(Fixed)
}

fn signed(secret: &str, seconds: i64, body: &[u8]) -> HeaderMap {
    sign::<Hooks>(&Secret::new(secret), Stamp { seconds, nonce: "n-1" }, body).unwrap()
}

fn refused(headers: &HeaderMap, body: &[u8]) -> VerifyError {
    verifier().verify(headers, body).unwrap_err()
}

#[test]
fn a_signed_delivery_gives_its_bytes_id_and_event() {
    let delivery = verifier().verify(&signed("new", NOW, BODY), BODY).unwrap();
    assert_eq!(delivery.raw(), BODY);
    assert_eq!(delivery.event_id().as_deref(), Some("e-1"));
    assert_eq!(delivery.event_type().as_deref(), Some("book.sold"));
    assert_eq!(delivery.event().unwrap().get("eventId").unwrap().as_str(), Some("e-1"));
}

#[test]
fn an_unreadable_event_is_no_refusal() {
    let body = b"{\"eventId\":\"e-1\"";
    let delivery = verifier().verify(&signed("new", NOW, body), body).unwrap();
    assert!(delivery.event().is_err());
    assert_eq!(delivery.event_id(), None);
    assert_eq!(delivery.raw(), &body[..]);
}

#[test]
fn during_a_rotation_either_secret_fits() {
    let both = Verifier::<Hooks>::with_secrets(["old".into(), "new".into()])
        .unwrap()
        .clock(Fixed);
    for secret in ["old", "new"] {
        assert!(both.verify(&signed(secret, NOW, BODY), BODY).is_ok());
    }
    assert_eq!(
        both.verify(&signed("other", NOW, BODY), BODY).unwrap_err(),
        VerifyError::Signature
    );
}

#[test]
fn one_changed_byte_is_refused() {
    let headers = signed("new", NOW, BODY);
    let mut body = BODY.to_vec();
    body[12] ^= 1;
    assert_eq!(refused(&headers, &body), VerifyError::Signature);
    for name in ["Hook-Time", "Hook-Nonce", "Hook-Signature"] {
        let mut headers = headers.clone();
        headers.insert(name, "2026-06-28T00:00:01Z".parse().unwrap());
        assert_eq!(refused(&headers, BODY), VerifyError::Signature, "{name}");
    }
}

#[test]
fn every_header_must_be_there_once() {
    for name in ["Hook-Time", "Hook-Nonce", "Hook-Signature"] {
        let mut without = signed("new", NOW, BODY);
        without.remove(name);
        assert_eq!(refused(&without, BODY), VerifyError::Header { name });
        let mut twice = signed("new", NOW, BODY);
        let value = twice.get(name).unwrap().clone();
        twice.append(name, value);
        assert_eq!(refused(&twice, BODY), VerifyError::Header { name });
    }
}

#[test]
fn time_counts_both_ways_and_only_if_it_is_signed() {
    for (seconds, result) in [
        (NOW - 300, None),
        (NOW + 300, None),
        (NOW - 301, Some(VerifyError::TooOld { seconds: 301 })),
        (NOW + 301, Some(VerifyError::TooEarly { seconds: 301 })),
    ] {
        assert_eq!(
            verifier().verify(&signed("new", seconds, BODY), BODY).err(),
            result,
            "{seconds}"
        );
    }
    assert_eq!(
        refused(&signed("other", NOW - 9999, BODY), BODY),
        VerifyError::Signature
    );
    let strict = verifier().tolerance(Duration::from_secs(1000), Duration::ZERO);
    assert!(strict.verify(&signed("new", NOW - 999, BODY), BODY).is_ok());
    assert!(strict.verify(&signed("new", NOW + 1, BODY), BODY).is_err());
}

#[test]
fn a_body_above_the_limit_is_not_looked_at() {
    let limited = verifier().size_limit(BODY.len() - 1);
    let error = limited.verify(&HeaderMap::new(), BODY).unwrap_err();
    assert_eq!(
        error,
        VerifyError::TooLarge {
            size: BODY.len(),
            limit: BODY.len() - 1
        }
    );
}

#[test]
fn without_a_secret_there_is_no_verifier() {
    let error = Verifier::<Hooks>::with_secrets([]).unwrap_err();
    assert_eq!(
        error,
        VerifierError::Missing {
            variable: Some("HOOK_SECRET")
        }
    );
    assert!(error.to_string().contains("HOOK_SECRET"));
    assert!(Verifier::<Hooks>::new("").is_err());
    assert!(!format!("{:?}", verifier()).contains("new"));
}
