//! Parts that the targets of the runtime share: a small API, a client over a script, and the pieces of an input.
//!
//! Nothing here decides whether a run is good; each target says that itself.

use sdkwright_runtime::glue::{self, Core};
use sdkwright_runtime::testing::{FixedClock, FixedNonces, Script};
use sdkwright_runtime::{Builder, RetryPolicy};
use std::borrow::Cow;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// Time of every call, in seconds since 1970: 2026-06-28T00:00:00Z.
pub const NOW: u64 = 1_782_604_800;

/// The secret of every client and of every webhook.
pub const SECRET: &str = "a secret of the fuzzer";

/// An API that signs all there is to sign.
pub static API: glue::Api = glue::Api {
    schemes: &[glue::Scheme {
        name: "Signature",
        kind: glue::SchemeKind::Signing,
        setter: None,
    }],
    signing: Some(&SIGNING),
    idempotency: Some(&glue::Idempotency {
        header: Some("once-key"),
        key_length: (1, 64),
        retention: glue::Retention::Seconds(3600),
        replayed: Some(("once-replayed", "yes")),
        conflict: Some("KEY_TAKEN"),
        in_progress: Some("STILL_RUNNING"),
        ..glue::Idempotency::NONE
    }),
    request_id_header: Some("trace-id"),
    request_id_echoed: false,
    problems: glue::ProblemPlaces {
        code: "/error/kind",
        title: "/error/title",
        detail: "/error/text",
        request_id: Some("/trace"),
        errors: Some("/error/fields"),
        shown: None,
    },
    problem_bodies: glue::ProblemBody::RFC_9457,
    has_number_codes: false,
    ..glue::Api::new("Fuzz", "fuzz/1")
};

/// SignatureRules rules of the API.
pub static SIGNING: glue::SignatureRules = glue::SignatureRules {
    signature: glue::SignaturePlace::Header("signature"),
    values: &[
        glue::PlacedValue {
            value: glue::SignedValue::ClientId,
            place: glue::ValuePlace::Header("client"),
        },
        glue::PlacedValue {
            value: glue::SignedValue::Timestamp,
            place: glue::ValuePlace::Header("time"),
        },
        glue::PlacedValue {
            value: glue::SignedValue::Nonce,
            place: glue::ValuePlace::Header("nonce"),
        },
    ],
    freshness: glue::Freshness::each_way(60),
    nonce: Some(glue::NonceRules {
        format: glue::NonceFormat::Text,
        length: (20, 40),
    }),
    encoding: glue::MacEncoding::Hex,
    secret: Some(glue::SecretForm {
        algorithm: glue::Algorithm::HmacSha256,
        encoding: glue::SecretEncoding::Utf8,
        prefix: "",
    }),
    message: &[
        glue::Piece::Value(glue::SignedValue::Method, &[]),
        glue::Piece::Text("\n"),
        glue::Piece::Value(glue::SignedValue::Target, &[]),
        glue::Piece::Text("\n"),
        glue::Piece::Value(glue::SignedValue::Body, &[glue::Filter::Sha256, glue::Filter::Hex]),
        glue::Piece::Text("\n"),
        glue::Piece::Value(glue::SignedValue::Timestamp, &[]),
        glue::Piece::Text("\n"),
        glue::Piece::Value(glue::SignedValue::Nonce, &[]),
        glue::Piece::Text("\n"),
        glue::Piece::Value(glue::SignedValue::IdempotencyKey, &[]),
        glue::Piece::Text("\n"),
        glue::Piece::Value(glue::SignedValue::ClientId, &[]),
    ],
    timestamp: glue::TimestampFormat::UnixSeconds,
    signature_problem: Some("FORGED"),
    expired_problem: Some("STALE"),
    replayed_problem: Some("NONCE_SEEN"),
    ..glue::SignatureRules::NONE
};

/// A client of it that plays the script, at a clock that stands, with nonces that are all the same.
pub fn client(script: &Script) -> Core {
    Builder::<Core, _>::new(&API)
        .without_journal()
        .base_url("https://fuzz.example/base")
        .client_id("client-1")
        .client_secret(SECRET)
        .transport(script.clone())
        .clock(FixedClock(NOW))
        .nonces(FixedNonces(0xa5))
        .retry(RetryPolicy::default())
        .build()
        .expect("settings of a client")
}

/// Returns the output of a future that never waits for anything external.
pub fn finish<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
}

/// An input that has several pieces, with this line between them. Behind the last one all are empty.
#[derive(Debug)]
pub struct Pieces<'b>(&'b [u8]);

const BETWEEN: &[u8] = b"\n%%\n";

impl<'b> Pieces<'b> {
    /// The pieces of this input.
    pub fn new(bytes: &'b [u8]) -> Self {
        Self(bytes)
    }

    /// Returns `true` at the end of the input.
    pub fn is_over(&self) -> bool {
        self.0.is_empty()
    }

    /// The next piece.
    pub fn bytes(&mut self) -> &'b [u8] {
        let at = self.0.windows(BETWEEN.len()).position(|window| window == BETWEEN);
        let (piece, rest) = match at {
            Some(at) => (&self.0[..at], &self.0[at + BETWEEN.len()..]),
            None => (self.0, &[][..]),
        };
        self.0 = rest;
        piece
    }

    /// The next piece as text; what is not UTF-8 is replaced.
    pub fn text(&mut self) -> Cow<'b, str> {
        String::from_utf8_lossy(self.bytes())
    }

    /// The next piece as a number: its first eight bytes.
    pub fn number(&mut self) -> u64 {
        let bytes = self.bytes().iter().take(8);
        bytes.fold(0, |number, byte| number << 8 | u64::from(*byte))
    }
}
