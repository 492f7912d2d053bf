//! A delivery is signed, and then somebody who does not know the secret writes any of its parts anew or changes any of its bytes.
//! It must be accepted if, and only if, it is the very delivery that was signed, and in time.
//!
//! Seeds: fuzz/seeds/webhook/*
#![no_main]

use libfuzzer_sys::fuzz_target;
use sdkwright_fuzz::{NOW, Pieces, SECRET};
use sdkwright_runtime::JsonValue;
use sdkwright_runtime::glue::{
    Algorithm, EventId, Filter, MacEncoding, Piece, SecretEncoding, SecretForm, SignaturePlace, SignedValue,
    TimestampFormat, ValuePlace, Webhook, Webhooks,
};
use sdkwright_runtime::http::{HeaderMap, HeaderValue};
use sdkwright_runtime::secret::SigningSecret;
use sdkwright_runtime::signing::{Freshness, PlacedValue, SignatureRules};
use sdkwright_runtime::testing::FixedClock;
use sdkwright_runtime::webhook::{Stamp, Verifier, VerifyError, sign};
use serde_json::Value;

const TIME: &str = "hook-time";
const NONCE: &str = "hook-nonce";
const SIGNATURE: &str = "hook-signature";

const LINES: Webhooks = Webhooks {
    signing: SignatureRules {
        signature: SignaturePlace::Header(SIGNATURE),
        values: &[
            PlacedValue {
                value: SignedValue::Timestamp,
                place: ValuePlace::Header(TIME),
            },
            PlacedValue {
                value: SignedValue::Nonce,
                place: ValuePlace::Header(NONCE),
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
            Piece::Value(SignedValue::Timestamp, &[]),
            Piece::Text("\n"),
            Piece::Value(SignedValue::Nonce, &[]),
            Piece::Text("\n"),
            Piece::Value(SignedValue::Body, &[Filter::Sha256, Filter::Hex]),
        ],
        timestamp: TimestampFormat::Rfc3339,
        ..SignatureRules::NONE
    },
    key_header: None,
    id: Some(EventId::Body("/id")),
    event_type: Some("/type"),
    environment: None,
};

/// Lines, an instant of RFC 3339 and hexadecimal digits.
enum Lines {}

impl Webhook for Lines {
    type Event = JsonValue;
    type Settings = [String; 0];
    const WEBHOOKS: &'static Webhooks = &LINES;
}

/// Points, seconds and Base64, and the nonce before the instant.
enum Points {}

impl Webhook for Points {
    type Event = JsonValue;
    type Settings = [String; 0];
    const WEBHOOKS: &'static Webhooks = &Webhooks {
        signing: SignatureRules {
            encoding: MacEncoding::Base64,
            message: &[
                Piece::Value(SignedValue::Timestamp, &[]),
                Piece::Text("."),
                Piece::Value(SignedValue::Nonce, &[]),
                Piece::Text("."),
                Piece::Value(SignedValue::Body, &[Filter::Sha256, Filter::Base64]),
            ],
            timestamp: TimestampFormat::UnixSeconds,
            ..LINES.signing
        },
        ..LINES
    };
}

fuzz_target!(|bytes: &[u8]| {
    let kind = bytes.first().copied().unwrap_or_default();
    let pieces = Pieces::new(bytes.get(1..).unwrap_or_default());
    if kind % 2 == 0 {
        attack::<Lines>(pieces)
    } else {
        attack::<Points>(pieces)
    }
});

/// The properties that decide whether a delivery is genuine.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Parts {
    time: Vec<u8>,
    nonce: Vec<u8>,
    signature: Vec<u8>,
    body: Vec<u8>,
}

fn attack<W: Webhook<Event = JsonValue, Settings = [String; 0]>>(mut pieces: Pieces<'_>) {
    let (body, nonce, away) = (pieces.bytes(), pieces.text(), pieces.number() as u16);
    let seconds = NOW.cast_signed() + i64::from(away.cast_signed());
    let secret = SigningSecret::from(SECRET);
    let stamp = Stamp { seconds, nonce: &nonce };
    let Ok(headers) = sign::<W>(&secret, stamp, body) else {
        panic!("the secret gives a key")
    };
    let verifier = Verifier::<W>::new(SECRET).expect("a secret").clock(FixedClock(NOW));
    let part = |name: &str| headers.get(name).map_or(&[][..], HeaderValue::as_bytes).to_vec();
    let signed = Parts {
        time: part(TIME),
        nonce: part(NONCE),
        signature: part(SIGNATURE),
        body: body.to_vec(),
    };

    let whole = headers.contains_key(NONCE) && std::str::from_utf8(&signed.nonce).is_ok_and(is_header);
    let genuine = verifier.verify(&headers, body);
    match &genuine {
        Ok(delivery) => {
            assert!(whole && away.cast_signed().unsigned_abs() <= 300);
            assert_eq!((&delivery.raw()[..], delivery.signed_at()), (body, Some(seconds)));
            assert_eq!(delivery.nonce().map(str::as_bytes), Some(&signed.nonce[..]));
            if let Ok(theirs) = serde_json::from_slice::<Value>(body)
                && delivery.event().is_ok()
            {
                let text = |name: &str| theirs.get(name).and_then(Value::as_str).map(str::to_owned);
                assert_eq!(delivery.event_id(), text("id"));
                assert_eq!(delivery.event_type(), text("type"));
            }
        }
        Err(VerifyError::TooOld { seconds } | VerifyError::TooEarly { seconds }) => {
            assert!(*seconds > 300 && *seconds == u64::from(away.cast_signed().unsigned_abs()));
        }
        Err(refused) => assert!(!whole, "{refused}: it is genuine"),
    }
    let other = Verifier::<W>::new("another secret")
        .expect("a secret")
        .clock(FixedClock(NOW));
    assert!(other.verify(&headers, body).is_err());

    // Changes one byte of each chosen part; empty parts stay.
    let (which, place, bits) = (pieces.number(), pieces.number() as usize, pieces.number() as u8);
    let mut forged = signed.clone();
    for part in [
        &mut forged.time,
        &mut forged.nonce,
        &mut forged.signature,
        &mut forged.body,
    ] {
        let anew = pieces.bytes();
        if !anew.is_empty() {
            anew.clone_into(part);
        }
    }
    let parts = [
        &mut forged.time,
        &mut forged.nonce,
        &mut forged.signature,
        &mut forged.body,
    ];
    if let Some(part) = parts.into_iter().nth(which as usize % 5)
        && !part.is_empty()
    {
        let place = place % part.len();
        part[place] ^= bits;
    }
    let mut headers = HeaderMap::new();
    for (name, part) in [
        (TIME, &forged.time),
        (NONCE, &forged.nonce),
        (SIGNATURE, &forged.signature),
    ] {
        let Ok(value) = HeaderValue::from_bytes(part) else {
            return;
        };
        headers.append(name, value);
    }
    let accepted = verifier.verify(&headers, &forged.body).is_ok();
    assert_eq!(
        accepted,
        forged == signed && genuine.is_ok(),
        "{forged:?} of {signed:?}"
    );
    if accepted {
        headers.append(TIME, HeaderValue::from_bytes(&signed.time).expect("a value"));
        assert!(verifier.verify(&headers, &forged.body).is_err(), "a header came twice");
    }
}

fn is_header(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b'\t' | b' '..=b'~'))
}
