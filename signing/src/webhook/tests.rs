//! Deliveries, right and wrong.

#[cfg(feature = "gzip")]
mod compressed;
mod fetched;
mod public_keys;
mod vendors;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::HeaderMap;

use super::{EventId, Stamp, Verifier, VerifierError, VerifyError, Webhook, Webhooks, sign};
use crate::clock::Clock;
use crate::hash::Algorithm;
use crate::hash::MacEncoding;
use crate::message::{Filter, Piece, SignedValue};
use crate::secret::{SecretEncoding, SecretForm, SigningSecret};
use sdkwright_description::{Freshness, PlacedValue, SignaturePlace, SignatureRules, TimestampFormat, ValuePlace};
use sdkwright_json::JsonValue;

#[derive(Debug)]
enum Hooks {}

const fn value(value: SignedValue) -> Piece {
    Piece::Value(value, &[])
}

const RULES: Webhooks = Webhooks {
    signing: SignatureRules {
        signature: SignaturePlace::Header("Hook-Signature"),
        values: &[
            PlacedValue {
                value: SignedValue::Timestamp,
                place: ValuePlace::Header("Hook-Time"),
            },
            PlacedValue {
                value: SignedValue::Nonce,
                place: ValuePlace::Header("Hook-Nonce"),
            },
        ],
        freshness: Freshness::each_way(300),
        encoding: MacEncoding::Hex,
        secret: Some(SecretForm {
            algorithm: Algorithm::HmacSha256,
            encoding: SecretEncoding::Utf8,
            prefix: "",
        }),
        message: &[
            value(SignedValue::Timestamp),
            Piece::Text("\n"),
            value(SignedValue::Nonce),
            Piece::Text("\n"),
            Piece::Value(SignedValue::Body, &[Filter::Sha256, Filter::Hex]),
        ],
        timestamp: TimestampFormat::Rfc3339,
        ..SignatureRules::NONE
    },
    key_header: None,
    id: Some(EventId::Body("/eventId")),
    event_type: Some("/eventType"),
    environment: Some("HOOK_SECRET"),
};

impl Webhook for Hooks {
    type Event = JsonValue;
    type Settings = [String; 0];
    const WEBHOOKS: &'static Webhooks = &RULES;
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
    sdkwright_watch::listen();
    Verifier::new("sentinel9f2-new").unwrap().clock(Fixed)
}

fn signed(secret: &str, seconds: i64, body: &[u8]) -> HeaderMap {
    sign::<Hooks>(&SigningSecret::new(secret), Stamp { seconds, nonce: "n-1" }, body).unwrap()
}

fn refused(headers: &HeaderMap, body: &[u8]) -> VerifyError {
    verifier().verify(headers, body).unwrap_err()
}

#[test]
fn a_signed_delivery_gives_its_bytes_id_and_event() {
    let delivery = verifier().verify(&signed("sentinel9f2-new", NOW, BODY), BODY).unwrap();
    assert_eq!(delivery.raw(), BODY);
    assert_eq!(delivery.event_id().as_deref(), Some("e-1"));
    assert_eq!(delivery.event_type().as_deref(), Some("book.sold"));
    assert_eq!(format!("{delivery:?}"), "Delivery { event_id: Some(\"e-1\"), .. }");
    assert_eq!(delivery.event().unwrap().get("eventId").unwrap().as_str(), Some("e-1"));
}

#[test]
fn the_body_of_a_verified_callback_is_decoded_as_its_own_type() {
    let body = br#"["a","b"]"#;
    let delivery = verifier().verify(&signed("sentinel9f2-new", NOW, body), body).unwrap();
    assert_eq!(delivery.body::<Vec<String>>().unwrap(), ["a", "b"]);
    assert!(delivery.body::<bool>().is_err());
}

#[test]
fn an_unreadable_event_is_no_refusal() {
    let body = b"{\"eventId\":\"e-1\"";
    let delivery = verifier().verify(&signed("sentinel9f2-new", NOW, body), body).unwrap();
    assert!(delivery.event().is_err());
    assert_eq!(delivery.event_id(), None);
    assert_eq!(delivery.raw(), &body[..]);
}

#[test]
fn during_a_rotation_either_secret_fits() {
    let both = Verifier::<Hooks>::with_secrets(["sentinel9f2-old".into(), "sentinel9f2-new".into()])
        .unwrap()
        .clock(Fixed);
    for secret in ["sentinel9f2-old", "sentinel9f2-new"] {
        assert!(both.verify(&signed(secret, NOW, BODY), BODY).is_ok());
    }
    assert_eq!(
        both.verify(&signed("sentinel9f2-other", NOW, BODY), BODY).unwrap_err(),
        VerifyError::Signature
    );
}

#[test]
fn one_changed_byte_is_refused() {
    let headers = signed("sentinel9f2-new", NOW, BODY);
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
        let mut without = signed("sentinel9f2-new", NOW, BODY);
        without.remove(name);
        assert_eq!(refused(&without, BODY), VerifyError::Header { name });
        let mut twice = signed("sentinel9f2-new", NOW, BODY);
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
            verifier().verify(&signed("sentinel9f2-new", seconds, BODY), BODY).err(),
            result,
            "{seconds}"
        );
    }
    assert_eq!(
        refused(&signed("sentinel9f2-other", NOW - 9999, BODY), BODY),
        VerifyError::Signature
    );
    let strict = verifier().tolerance(Duration::from_secs(1000), Duration::ZERO);
    assert!(strict.verify(&signed("sentinel9f2-new", NOW - 999, BODY), BODY).is_ok());
    assert!(strict.verify(&signed("sentinel9f2-new", NOW + 1, BODY), BODY).is_err());
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
    assert_eq!(format!("{:?}", verifier()), "Verifier { keys: 1, .. }");
}

#[test]
fn the_secret_is_read_from_the_variable_of_the_contract() {
    let read = |value: Option<&str>| {
        Verifier::<Hooks>::from_variables(|name| value.filter(|_| name == "HOOK_SECRET").map(str::to_owned))
    };
    let verifier = read(Some("sentinel9f2-new")).unwrap().clock(Fixed);
    assert!(verifier.verify(&signed("sentinel9f2-new", NOW, BODY), BODY).is_ok());
    let missing = VerifierError::Missing {
        variable: Some("HOOK_SECRET"),
    };
    assert_eq!(read(Some("")).unwrap_err(), missing);
    assert_eq!(read(None).unwrap_err(), missing);
}

#[test]
fn a_verifier_signs_deliveries_for_tests_of_a_receiver() {
    let (one, two) = (verifier().sign(BODY), verifier().sign(BODY));
    let delivery = verifier().verify(&one, BODY).unwrap();
    assert_eq!(delivery.signed_at(), Some(NOW));
    assert_eq!(delivery.nonce(), Some(one.get("hook-nonce").unwrap().to_str().unwrap()));
    assert_ne!(one.get("hook-nonce"), two.get("hook-nonce"));
    let both = Verifier::<Hooks>::with_secrets(["sentinel9f2-old".into(), "sentinel9f2-new".into()])
        .unwrap()
        .clock(Fixed);
    assert_eq!(
        refused(&both.sign(BODY), BODY),
        VerifyError::Signature,
        "the first secret signs"
    );
}

#[test]
fn any_http_request_can_be_verified_and_the_case_of_names_means_nothing() {
    let mut request = http::Request::post("/hooks").body(BODY.to_vec()).unwrap();
    for (name, value) in &signed("sentinel9f2-new", NOW, BODY) {
        let name = http::HeaderName::from_bytes(name.as_str().to_ascii_uppercase().as_bytes()).unwrap();
        request.headers_mut().insert(name, value.clone());
    }
    let delivery = verifier().verify_request(&request).unwrap();
    assert_eq!(
        (delivery.event_id().as_deref(), delivery.nonce()),
        (Some("e-1"), Some("n-1"))
    );
}

#[test]
fn a_signature_is_taken_as_it_is_written_and_no_other_way() {
    let signature = |headers: &HeaderMap| headers.get("Hook-Signature").unwrap().to_str().unwrap().to_owned();
    let genuine = signed("sentinel9f2-new", NOW, BODY);
    let hex = signature(&genuine);
    let other = signature(&signed("sentinel9f2-old", NOW, BODY));
    for forged in [
        String::new(),
        hex[..62].to_owned(),
        hex[..63].to_owned(),
        format!("{hex}0"),
        format!("{hex}{hex}"),
        format!("0x{hex}"),
        format!("sha256={hex}"),
        format!("{hex},{other}"),
        format!("{} {}", &hex[..32], &hex[32..]),
        "0".repeat(64),
        "g".repeat(64),
        other,
    ] {
        let mut headers = genuine.clone();
        headers.insert("Hook-Signature", forged.parse().unwrap());
        assert_eq!(refused(&headers, BODY), VerifyError::Signature, "{forged}");
    }
    let mut headers = genuine.clone();
    headers.insert("Hook-Signature", http::HeaderValue::from_bytes(b"\xff\xfe").unwrap());
    assert_eq!(refused(&headers, BODY), VerifyError::Header { name: "Hook-Signature" });
}

#[test]
fn a_second_header_is_refused_whichever_of_them_is_genuine() {
    let genuine = signed("sentinel9f2-new", NOW, BODY);
    for name in ["Hook-Time", "Hook-Nonce", "Hook-Signature"] {
        let mut after = genuine.clone();
        after.append(name, "forged".parse().unwrap());
        let mut before = genuine.clone();
        let value = before.insert(name, "forged".parse().unwrap()).unwrap();
        before.append(name, value);
        for headers in [after, before] {
            assert_eq!(refused(&headers, BODY), VerifyError::Header { name });
        }
    }
}

#[test]
fn components_cannot_be_moved_into_each_other() {
    // Without a separator, these two deliveries would have the same base string.
    let (one, two) = (br#"1{"a":2}"#, br#"{"a":2}"#);
    let sign_as = |nonce: &str, body: &[u8]| {
        sign::<Hooks>(&"sentinel9f2-new".into(), Stamp { seconds: NOW, nonce }, body).unwrap()
    };
    let mut moved = sign_as("n-", one);
    moved.insert("Hook-Nonce", "n-1".parse().unwrap());
    assert_eq!(refused(&moved, two), VerifyError::Signature);
    // A header cannot contain a line break, which separates components.
    assert!(sign_as("n\n1", BODY).get("Hook-Nonce").is_none());
}

#[test]
fn what_the_event_cannot_hold_is_delivered_all_the_same() {
    for (body, id) in [
        (
            &br#"{"eventId":"e-2","eventType":"book.sold","more":{"x":[1.10]}}"#[..],
            Some("e-2"),
        ),
        (br#"{"eventId":7}"#, None),
        (br#"{"eventId":""}"#, None),
        (br#"{"eventId":" \t"}"#, None),
        (b"[1,2]", None),
        (b"", None),
        (b"\xff\xfe", None),
        (br#"{"eventId":"a","eventId":"b"}"#, None),
    ] {
        let delivery = verifier().verify(&signed("sentinel9f2-new", NOW, body), body).unwrap();
        assert_eq!(delivery.event_id().as_deref(), id);
        assert_eq!(delivery.raw(), body);
        assert_eq!(delivery.nonce(), Some("n-1"));
        let _ = (delivery.event(), delivery.event_type(), format!("{delivery:?}"));
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn nothing_unsigned_is_ever_a_delivery(
        values in proptest::collection::vec(proptest::collection::vec(proptest::num::u8::ANY, 0..80), 3),
        body in proptest::collection::vec(proptest::num::u8::ANY, 0..200),
    ) {
        let mut headers = HeaderMap::new();
        for (name, value) in ["Hook-Time", "Hook-Nonce", "Hook-Signature"].into_iter().zip(&values) {
            if let Ok(value) = http::HeaderValue::from_bytes(value) {
                headers.append(name, value);
            }
        }
        proptest::prop_assert!(verifier().verify(&headers, &body).is_err());
    }

    #[test]
    fn one_bit_anywhere_undoes_the_signature(body in proptest::collection::vec(proptest::num::u8::ANY, 1..200), bit in 0..1_000_000_usize) {
        let headers = signed("sentinel9f2-new", NOW, &body);
        let mut changed = body.clone();
        changed[bit / 8 % body.len()] ^= 1 << (bit % 8);
        proptest::prop_assert!(verifier().verify(&headers, &body).is_ok());
        proptest::prop_assert_eq!(refused(&headers, &changed), VerifyError::Signature);
    }
}

#[cfg(feature = "axum")]
mod handler {
    use super::{BODY, HeaderMap, Hooks, NOW, signed, verifier};
    use crate::webhook::{Delivery, Verifier};
    use axum_core::body::Body;
    use axum_core::extract::{FromRequest as _, Request};
    use axum_core::response::IntoResponse as _;
    use bytes::Bytes;
    use std::pin::Pin;
    use std::task::{Context, Poll};

    /// Blocks of a body, the last of which may be an error.
    struct Blocks(Vec<Result<Bytes, std::io::Error>>);

    impl http_body::Body for Blocks {
        type Data = Bytes;
        type Error = std::io::Error;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<http_body::Frame<Bytes>, std::io::Error>>> {
            if self.0.is_empty() {
                return Poll::Ready(None);
            }
            Poll::Ready(Some(self.0.remove(0).map(http_body::Frame::data)))
        }
    }

    async fn taken(verifier: &Verifier<Hooks>, headers: HeaderMap, body: Body) -> Result<Delivery<Hooks>, u16> {
        let mut request = Request::new(body);
        *request.headers_mut() = headers;
        let taken = Delivery::<Hooks>::from_request(request, verifier).await;
        taken.map_err(|rejection| rejection.into_response().status().as_u16())
    }

    #[tokio::test]
    async fn a_handler_takes_verified_deliveries_and_nothing_else() {
        let verifier = verifier().size_limit(BODY.len());
        let genuine = signed("sentinel9f2-new", NOW, BODY);
        let halves = || vec![Ok(Bytes::from_static(&BODY[..9])), Ok(Bytes::from_static(&BODY[9..]))];
        let delivery = taken(&verifier, genuine.clone(), Body::new(Blocks(halves())))
            .await
            .unwrap();
        assert_eq!(delivery.raw(), BODY);
        let forged = signed("sentinel9f2-old", NOW, BODY);
        assert_eq!(taken(&verifier, forged, Body::from(BODY)).await.unwrap_err(), 401);
        assert_eq!(
            taken(&verifier, HeaderMap::new(), Body::from(BODY)).await.unwrap_err(),
            401
        );
        assert_eq!(
            taken(&verifier, signed("sentinel9f2-new", NOW - 999, BODY), Body::from(BODY))
                .await
                .unwrap_err(),
            401
        );
        let mut broken = halves();
        broken[1] = Err(std::io::ErrorKind::ConnectionReset.into());
        assert_eq!(
            taken(&verifier, genuine, Body::new(Blocks(broken))).await.unwrap_err(),
            400
        );
    }

    #[tokio::test]
    async fn a_body_is_read_no_further_than_the_limit() {
        let endless = std::iter::repeat_with(|| Ok(Bytes::from(vec![b' '; 1000]))).take(5);
        let unread = std::iter::once_with(|| Err(std::io::Error::other("read too far")));
        let blocks = Blocks(endless.chain(unread).collect());
        let limited = verifier().size_limit(4000);
        assert_eq!(
            taken(&limited, HeaderMap::new(), Body::new(blocks)).await.unwrap_err(),
            413
        );
    }
}

#[test]
fn a_refused_delivery_is_an_event_at_warn_with_its_reason_alone() {
    let ear = sdkwright_watch::Ear::default();
    sdkwright_watch::heard_by(ear.clone(), || {
        refused(&signed("sentinel9f2-other", NOW, BODY), BODY);
        let headers = signed("sentinel9f2-new", NOW, BODY);
        verifier().verify(&headers, BODY).unwrap();
    });
    let heard = ear.heard();
    assert_eq!(heard.lines().count(), 1, "{heard}");
    assert!(
        heard.starts_with("event sdkwright_signing::webhook") && heard.contains(" WARN: "),
        "{heard}"
    );
    assert!(heard.contains("a webhook delivery is refused"), "{heard}");
    assert!(heard.contains("the signature does not match these bytes"), "{heard}");
}
