//! The table of refusals and their likely causes.

use super::*;
use crate::hash::Algorithm;
use crate::hash::MacEncoding;
use crate::message::Filter;
use crate::secret::{SecretEncoding, SecretForm};
use sdkwright_description::TimestampFormat;
use sdkwright_description::{Freshness, PlacedValue, SignaturePlace, SignatureRules, ValuePlace};

static SIGNING: SignatureRules = SignatureRules {
    signature: SignaturePlace::Header("s"),
    values: &[PlacedValue {
        value: SignedValue::Timestamp,
        place: ValuePlace::Header("t"),
    }],
    freshness: Freshness::each_way(300),
    encoding: MacEncoding::Hex,
    secret: Some(SecretForm {
        algorithm: Algorithm::HmacSha256,
        encoding: SecretEncoding::Utf8,
        prefix: "",
    }),
    message: &[
        Piece::Value(SignedValue::Method, &[]),
        Piece::Text("\n"),
        Piece::Value(SignedValue::Target, &[]),
        Piece::Text("\n"),
        Piece::Value(SignedValue::Body, &[Filter::Sha256, Filter::Hex]),
        Piece::Text("\n"),
        Piece::Value(SignedValue::Timestamp, &[]),
        Piece::Text("\n"),
        Piece::Value(SignedValue::IdempotencyKey, &[]),
    ],
    timestamp: TimestampFormat::Rfc3339,
    client_problem: Some("WHO"),
    signature_problem: Some("FORGED"),
    expired_problem: Some("OLD"),
    replayed_problem: Some("SEEN"),
    ..SignatureRules::NONE
};

fn signed() -> Signed {
    Signed {
        signing: &SIGNING,
        timestamp: "2026-06-28T00:00:00Z".into(),
        nonce: "0123456789abcdef".into(),
        query: String::new(),
        settings: Vec::new(),
        form: None,
        expires: String::new(),
        key_id: String::new(),
        corrected: 0,
        warnings: Vec::new(),
        has_query_key: false,
        took: Duration::from_secs(1),
        skew: Some(2),
    }
}

fn facts(code: &str) -> SignatureContext<'_> {
    SignatureContext {
        method: "POST",
        template: "/customers/{id}",
        target: "/customers/jane-42?note=private&limit=5",
        sha256: &[0xab; 32],
        length: 17,
        body: b"",
        idempotency_key: Some("key-of-jane"),
        client_id: Some("client-1"),
        code: Some(code),
        via: false,
    }
}

/// Returns for each cause the words that distinguish it.
fn found(signed: &Signed, facts: &SignatureContext<'_>) -> Vec<&'static str> {
    const WORDS: [&str; 12] = [
        "the server does not know this client id",
        "a copy of the request",
        "the clock: the signed time",
        "its clocks differ",
        "no plausible `Date`",
        "send a smaller body",
        "begins or ends with a blank",
        "removes the path of the base URL",
        "rewrites the path",
        "rewrites the target",
        "the body was encoded again",
        "belongs to another client id",
    ];
    let causes = explain(signed, facts).causes;
    let words: Vec<_> = causes
        .iter()
        .map(|cause| *WORDS.iter().find(|words| cause.contains(**words)).unwrap())
        .collect();
    words
}

#[test]
fn each_refusal_has_its_likely_causes() {
    let plain = ["belongs to another client id", "the body was encoded again"];
    assert_eq!(found(&signed(), &facts("FORGED")), plain);
    assert_eq!(
        found(&signed(), &facts("WHO")),
        ["the server does not know this client id", "the body was encoded again"]
    );
    assert_eq!(found(&signed(), &facts("SEEN")), ["a copy of the request"]);

    for (skew, corrected, cause) in [
        (Some(301), 0, "the clock: the signed time"),
        (Some(-301), 0, "the clock: the signed time"),
        (Some(300), 0, "its clocks differ"),
        (Some(4000), 3990, "its clocks differ"),
        (None, 0, "no plausible `Date`"),
    ] {
        let at = Signed {
            corrected,
            skew,
            ..signed()
        };
        assert_eq!(found(&at, &facts("OLD")), [cause], "{skew:?}");
    }
    let ahead = Signed {
        skew: Some(-400),
        ..signed()
    };
    assert!(explain(&ahead, &facts("FORGED")).causes[0].contains("400 s ahead of the `Date`"));
    let behind = Signed {
        skew: Some(400),
        ..signed()
    };
    assert!(explain(&behind, &facts("FORGED")).causes[0].contains("400 s behind the `Date`"));
    let unknown = Signed { skew: None, ..signed() };
    assert_eq!(
        found(&unknown, &facts("FORGED")),
        plain,
        "no `Date` is no reason to doubt the clock"
    );
    let slow = Signed {
        took: Duration::from_mins(5),
        ..signed()
    };
    assert_eq!(found(&slow, &facts("OLD")), ["send a smaller body"]);

    let odd = Signed {
        warnings: vec![SecretWarning::Blanks],
        ..signed()
    };
    assert_eq!(found(&odd, &facts("FORGED"))[0], "begins or ends with a blank");
}

#[test]
fn a_proxy_that_is_seen_is_likelier_than_a_wrong_secret() {
    let seen = SignatureContext {
        via: true,
        ..facts("FORGED")
    };
    let proxied = [
        "rewrites the path",
        "the body was encoded again",
        "belongs to another client id",
    ];
    assert_eq!(found(&signed(), &seen), proxied);
}

#[test]
fn what_a_proxy_can_do_is_told_where_the_target_gives_reason() {
    let of = |target, via| {
        let facts = SignatureContext {
            target,
            via,
            length: 0,
            ..facts("FORGED")
        };
        let mut causes = found(&signed(), &facts);
        assert_eq!(causes.pop(), Some("belongs to another client id"));
        causes
    };
    assert!(of("/customers/1", false).is_empty());
    assert_eq!(of("/v1/customers/1", false), ["removes the path of the base URL"]);
    assert_eq!(of("/customers/a%2Fb", false), ["rewrites the path"]);
    assert_eq!(of("/customers/a%20b", false), ["rewrites the target"]);
    assert_eq!(of("/customers/1", true), ["rewrites the path"]);
}

#[test]
fn every_component_is_told_with_its_hash_and_no_argument_is() {
    let report = explain(&signed(), &facts("FORGED"));
    let shown: Vec<_> = report.components.iter().map(|part| part.shown.as_str()).collect();
    assert_eq!(
        shown,
        [
            "POST",
            "/customers/{id}?note=[redacted]&limit=[redacted]",
            "abababababababababababababababababababababababababababababababab",
            "2026-06-28T00:00:00Z",
            "[the key]",
        ]
    );
    // printf '/customers/jane-42?note=private&limit=5' | sha256sum
    assert_eq!(
        report.components[1].sha256.as_deref(),
        Some("5df23d8ff27176b7593e2d4a66fe41ac445ad8a483d89409d2df2b956922a286")
    );
    let base = format!(
        "POST\n/customers/jane-42?note=private&limit=5\n{}\n2026-06-28T00:00:00Z\nkey-of-jane",
        "ab".repeat(32)
    );
    assert_eq!(report.base_length, Some(base.len()));
    assert_eq!(report.base_sha256, Some(hex(&sha256(base.as_bytes()))));
    let text = format!("{report} {report:?}");
    for private in ["jane", "private", "client-1"] {
        assert!(!text.contains(private), "{text}");
    }
}

#[test]
fn a_call_without_a_key_is_told_as_one() {
    let facts = SignatureContext {
        idempotency_key: None,
        ..facts("FORGED")
    };
    let report = explain(&signed(), &facts);
    assert_eq!(
        (report.components[4].shown.as_str(), report.components[4].length),
        ("nothing", Some(0))
    );
}

#[test]
fn a_target_with_a_key_of_the_caller_is_not_kept() {
    let hidden = Signed {
        has_query_key: true,
        ..signed()
    };
    let report = explain(&hidden, &facts("FORGED"));
    assert_eq!((&report.components[1].sha256, &report.base_sha256), (&None, &None));
    assert!(report.components[0].sha256.is_some());
    assert!(report.to_string().contains("not stored"));
}
