//! Deliveries that key pairs sign, and what an attacker can do to them.

use super::{Fixed, NOW, value};
use crate::hash::{MacEncoding, base64, base64url};
use crate::message::{Filter, Piece, SignedValue};
use crate::secret::{SecretEncoding, SecretForm, SigningSecret};
use crate::tests::ready;
use crate::webhook::*;
use crate::{Algorithm, Claim, LocalKey, PublicKey, Signature, SignatureAlgorithm, Signer, sign as mac};
use http::HeaderMap;
use sdkwright_description::{
    Freshness, Jws, JwsPayload, KeyPairRules, PlacedValue, SignatureForm, SignaturePlace, SignatureRules, ValuePlace,
};
use sdkwright_description::{SigningSetting, TimestampFormat};
use sdkwright_json::JsonValue;
use std::sync::Arc;

pub(super) const BODY: &[u8] = br#"{"id":"e-1","type":"paid"}"#;
pub(super) const RSA: [&str; 2] = [
    include_str!("../../tests/keys/rsa-pkcs8.pem"),
    include_str!("../../tests/keys/rsa.pub.pem"),
];
pub(super) const P256: [&str; 2] = [
    include_str!("../../tests/keys/rfc9421-p256.pem"),
    include_str!("../../tests/keys/rfc9421-p256.pub.pem"),
];
const P384: [&str; 2] = [
    include_str!("../../tests/keys/p384.pem"),
    include_str!("../../tests/keys/p384.pub.pem"),
];
const ED25519: [&str; 2] = [
    include_str!("../../tests/keys/rfc9421-ed25519.pem"),
    include_str!("../../tests/keys/rfc9421-ed25519.pub.pem"),
];

const NONE: Webhooks = Webhooks {
    signing: SignatureRules {
        signature: SignaturePlace::Header("Signature"),
        encoding: MacEncoding::Base64,
        secret: None,
        message: &[],
        timestamp: TimestampFormat::UnixSeconds,
        ..SignatureRules::NONE
    },
    key_header: None,
    id: Some(EventId::Body("/id")),
    event_type: Some("/type"),
    environment: None,
};

macro_rules! webhook {
    ($name:ident, $settings:ty, $rules:expr) => {
        #[derive(Debug)]
        pub(super) enum $name {}

        impl Webhook for $name {
            type Event = JsonValue;
            type Settings = $settings;
            const WEBHOOKS: &'static Webhooks = &$rules;
        }
    };
}

const fn by(algorithms: &'static [SignatureAlgorithm]) -> KeyPairRules {
    KeyPairRules {
        algorithms,
        encoding: MacEncoding::Base64,
        prefix: "",
    }
}

// The message of PayPal.
webhook!(
    Paid,
    [String; 1],
    Webhooks {
        signing: SignatureRules {
            key_pair: Some(by(&[SignatureAlgorithm::RsaPkcs1Sha256])),
            signature: SignaturePlace::Header("PAYPAL-TRANSMISSION-SIG"),
            values: &[PlacedValue {
                value: SignedValue::Timestamp,
                place: ValuePlace::Header("PAYPAL-TRANSMISSION-TIME")
            }],
            freshness: Freshness::each_way(300),
            message: &[
                value(SignedValue::Header("PAYPAL-TRANSMISSION-ID")),
                Piece::Text("|"),
                value(SignedValue::Timestamp),
                Piece::Text("|"),
                value(SignedValue::Setting("webhookId")),
                Piece::Text("|"),
                Piece::Value(SignedValue::Body, &[Filter::Crc32, Filter::Decimal]),
            ],
            timestamp: TimestampFormat::Rfc3339,
            settings: &[SigningSetting {
                name: "webhookId",
                environment: None,
                required: true
            }],
            ..NONE.signing
        },
        key_header: Some("PAYPAL-CERT-URL"),
        ..NONE
    }
);
// The body alone, by any of three algorithms.
webhook!(
    Plain,
    [String; 0],
    Webhooks {
        signing: SignatureRules {
            key_pair: Some(by(&[
                SignatureAlgorithm::RsaPssSha256,
                SignatureAlgorithm::EcdsaP384Sha384,
                SignatureAlgorithm::Ed25519
            ])),
            message: &[value(SignedValue::Body)],
            ..NONE.signing
        },
        ..NONE
    }
);
// Standard Webhooks with both kinds of keys.
webhook!(
    Standard,
    [String; 0],
    Webhooks {
        signing: SignatureRules {
            key_pair: Some(KeyPairRules {
                algorithms: &[SignatureAlgorithm::Ed25519],
                encoding: NONE.signing.encoding,
                prefix: "whpk_"
            }),
            signature: SignaturePlace::List {
                header: "webhook-signature",
                separator: ' ',
                pair: ',',
                name: Some("v1"),
                key_name: Some("v1a")
            },
            values: &[PlacedValue {
                value: SignedValue::Timestamp,
                place: ValuePlace::Header("webhook-timestamp")
            }],
            freshness: Freshness::each_way(300),
            secret: Some(SecretForm {
                algorithm: Algorithm::HmacSha256,
                encoding: SecretEncoding::Base64,
                prefix: "whsec_"
            }),
            message: &[
                value(SignedValue::Header("webhook-id")),
                Piece::Text("."),
                value(SignedValue::Timestamp),
                Piece::Text("."),
                value(SignedValue::Body),
            ],
            ..NONE.signing
        },
        ..NONE
    }
);
// The JSON Web Signature of Plaid.
webhook!(
    Claimed,
    [String; 0],
    Webhooks {
        signing: SignatureRules {
            key_pair: Some(by(&[SignatureAlgorithm::EcdsaP256Sha256])),
            signature: SignaturePlace::Header("Plaid-Verification"),
            form: SignatureForm::Jws(Jws {
                protected: &[],
                payload: JwsPayload::Claims(&[
                    ("iat", Claim::Number(&[value(SignedValue::Timestamp)])),
                    (
                        "request_body_sha256",
                        Claim::Text(&[Piece::Value(SignedValue::Body, &[Filter::Sha256, Filter::Hex])])
                    ),
                ]),
                detached: false
            }),
            freshness: Freshness {
                past: Some(300),
                future: Some(60)
            },
            ..NONE.signing
        },
        ..NONE
    }
);
// The detached one of Fireblocks.
webhook!(
    Detached,
    [String; 0],
    Webhooks {
        signing: SignatureRules {
            key_pair: Some(by(&[SignatureAlgorithm::RsaPkcs1Sha512])),
            signature: SignaturePlace::Header("Fireblocks-Webhook-Signature"),
            form: SignatureForm::Jws(Jws {
                protected: &[],
                payload: JwsPayload::Message(&[Piece::Value(SignedValue::Body, &[])]),
                detached: true
            }),
            ..NONE.signing
        },
        ..NONE
    }
);

pub(super) fn key(pem: &str) -> LocalKey {
    LocalKey::from_pem(pem).unwrap().with_key_id("key-1")
}

fn verifier<W: Webhook<Settings = [String; 0]>>(public: &str) -> Verifier<W> {
    sdkwright_watch::listen();
    Verifier::<W>::new(public).unwrap().clock(Fixed)
}

fn signed<W: Webhook>(verifier: &Verifier<W>, private: &str) -> HeaderMap {
    ready(verifier.sign_with(&key(private), BODY)).unwrap()
}

/// Checks that a receiver accepts what a server signs.
fn is_sent<W: Webhook>(verifier: &Verifier<W>, private: &str) {
    let keys = DeliveryKeys {
        signer: Some(Arc::new(key(private))),
        ..DeliveryKeys::default()
    };
    let sent = ready(sign_delivery(W::WEBHOOKS, &keys, NOW, "e-1", BODY)).unwrap();
    verifier.verify(&sent, BODY).unwrap();
}

pub(super) fn changed(headers: &HeaderMap, name: &'static str, text: &str) -> HeaderMap {
    let mut headers = headers.clone();
    headers.insert(name, text.parse().unwrap());
    headers
}

#[test]
fn a_public_key_verifies_what_its_private_key_signed_and_nothing_else() {
    for [private, public] in [RSA, P384, ED25519] {
        let verifier = verifier::<Plain>(public);
        let headers = signed(&verifier, private);
        is_sent(&verifier, private);
        let delivery = verifier.verify(&headers, BODY).unwrap();
        assert_eq!(delivery.event_id().unwrap(), "e-1");
        assert_eq!(
            verifier.verify(&headers, b"{}").unwrap_err(),
            VerifyError::PublicKeySignature
        );
        let text = headers["Signature"].to_str().unwrap();
        for wrong in [&text[..text.len() - 4], "", "AAAA", "?", &format!("{text}AAAA")] {
            let headers = changed(&headers, "Signature", wrong);
            assert_eq!(
                verifier.verify(&headers, BODY).unwrap_err(),
                VerifyError::PublicKeySignature,
                "{wrong}"
            );
        }
        let mut twice = headers.clone();
        twice.append("Signature", headers["Signature"].clone());
        assert_eq!(
            verifier.verify(&twice, BODY).unwrap_err(),
            VerifyError::Header { name: "Signature" }
        );
    }
}

#[test]
fn a_signature_in_der_is_refused() {
    let verifier = verifier::<Plain>(P384[1]);
    let algorithm = SignatureAlgorithm::EcdsaP384Sha384;
    let raw = ready(crate::ToSign::new(algorithm, BODY, "").sign_with(&key(P384[0]))).unwrap();
    let der = Signature::new(raw.to_ecdsa_der(algorithm).unwrap());
    for (signature, is_right) in [(raw, true), (der, false)] {
        let mut headers = HeaderMap::new();
        headers.insert("Signature", signature.encode(MacEncoding::Base64).parse().unwrap());
        assert_eq!(verifier.verify(&headers, BODY).is_ok(), is_right);
    }
}

#[test]
fn during_a_rotation_either_key_fits() {
    let keys = [RSA[1], ED25519[1]].map(|pem| PublicKey::from_pem(pem).unwrap().into());
    let both = Verifier::<Plain>::with_keys([], keys).unwrap().clock(Fixed);
    for private in [RSA[0], ED25519[0]] {
        both.verify(&signed(&both, private), BODY).unwrap();
    }
    let headers = signed(&both, P384[0]);
    assert_eq!(
        both.verify(&headers, BODY).unwrap_err(),
        VerifyError::PublicKeySignature
    );
}

#[test]
fn a_key_must_fit_the_contract() {
    let error = |text: &str| Verifier::<Plain>::new(text).unwrap_err().to_string();
    assert_eq!(
        error(P256[1]),
        "the key verifies by none of the algorithms of the webhooks: rsa-pss-sha256, ecdsa-p384-sha384, ed25519"
    );
    for secret in ["sentinel9f2", "", RSA[0], "-----BEGIN PUBLIC KEY-----"] {
        assert!(
            error(secret).starts_with("the public key of the webhooks is refused: "),
            "{}",
            error(secret)
        );
    }
    let secret = SigningSecret::new("sentinel9f2").key(SecretEncoding::Utf8).unwrap();
    assert!(matches!(
        Verifier::<Plain>::with_keys([], [secret.into()]).unwrap_err(),
        VerifierError::Algorithm { .. }
    ));
    assert_eq!(
        Verifier::<Plain>::with_keys([], []).unwrap_err().to_string(),
        "the public key of the webhooks is missing: pass its PEM to `new`"
    );
}

#[test]
fn the_check_sum_of_the_body_is_a_value_of_the_message() {
    let verifier = Verifier::<Paid>::with_settings(["hook-1".to_owned()], [RSA[1].into()]).unwrap();
    let verifier = verifier.clock(Fixed);
    let headers = signed(&verifier, RSA[0]);
    assert_eq!(verifier.verify(&headers, BODY).unwrap().signed_at(), Some(NOW));
    assert!(verifier.verify(&headers, b"{}").is_err());
    assert!(
        verifier
            .verify(&changed(&headers, "PAYPAL-TRANSMISSION-ID", "other"), BODY)
            .is_err()
    );
    assert_eq!(
        verifier
            .verify(&changed(&headers, "PAYPAL-TRANSMISSION-ID", "a|b"), BODY)
            .unwrap_err(),
        VerifyError::Form {
            name: "PAYPAL-TRANSMISSION-ID"
        }
    );
    let other = Verifier::<Paid>::with_settings(["hook-2".to_owned()], [RSA[1].into()]).unwrap();
    assert!(other.clock(Fixed).verify(&headers, BODY).is_err());
}

#[test]
fn one_header_has_signatures_of_both_kinds() {
    let secret = format!("whsec_{}", base64(b"sentinel9f2-of-standard-webhooks"));
    let public = {
        let info: String = ED25519[1].lines().filter(|line| !line.starts_with('-')).collect();
        let info = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, info).unwrap();
        format!("whpk_{}", base64(&info[info.len() - 32..]))
    };
    let by = |text: &str| verifier::<Standard>(text);
    let (by_secret, by_public) = (by(&secret), by(&public));
    let (v1, v1a) = (by_secret.sign(BODY), signed(&by_public, ED25519[0]));
    assert!(v1a["webhook-signature"].to_str().unwrap().starts_with("v1a,"));
    by_secret.verify(&v1, BODY).unwrap();
    by_public.verify(&v1a, BODY).unwrap();
    let keys = DeliveryKeys {
        secrets: vec![SigningSecret::new(&*secret)],
        signer: Some(Arc::new(key(ED25519[0]))),
        ..DeliveryKeys::default()
    };
    let both = ready(sign_delivery(Standard::WEBHOOKS, &keys, NOW, "e-1", BODY)).unwrap();
    by_secret.verify(&both, BODY).unwrap();
    by_public.verify(&both, BODY).unwrap();
    assert_eq!(
        by_secret.verify(&v1a, BODY).unwrap_err(),
        VerifyError::PublicKeySignature
    );
    assert_eq!(
        by_public.verify(&v1, BODY).unwrap_err(),
        VerifyError::PublicKeySignature
    );
    let both = Verifier::<Standard>::with_secrets([secret.into(), public.into()])
        .unwrap()
        .clock(Fixed);
    both.verify(&v1a, BODY).unwrap();
    // A MAC whose secret is the public key does not verify.
    for secret in [ED25519[1].as_bytes(), ED25519[1].trim().as_bytes()] {
        let forged = mac(
            &crate::secret::Key::from_bytes(secret),
            [b"n.1782604800.", BODY].concat(),
        );
        for name in ["v1", "v1a"] {
            let text = format!("{name},{}", base64(forged.as_ref()));
            let headers = changed(&changed(&v1a, "webhook-signature", &text), "webhook-id", "n");
            assert_eq!(
                by_public.verify(&headers, BODY).unwrap_err(),
                VerifyError::PublicKeySignature
            );
        }
    }
    let old = by(ED25519[1]).clock(crate::clock::SystemClock);
    assert!(matches!(
        old.verify(&v1a, BODY).unwrap_err(),
        VerifyError::TooOld { .. } | VerifyError::TooEarly { .. }
    ));
}

/// Signs claims and a header as they are.
fn token(header: &str, payload: &[u8], private: &LocalKey) -> String {
    let text = format!("{}.{}", base64url(header.as_bytes()), base64url(payload));
    let algorithm = private.key().algorithms()[0];
    let signature = ready(crate::ToSign::new(algorithm, text.as_bytes(), "").sign_with(private)).unwrap();
    format!("{text}.{}", signature.encode(MacEncoding::Base64Url))
}

#[test]
fn claims_are_compared_with_the_delivery() {
    let verifier = verifier::<Claimed>(P256[1]);
    let headers = signed(&verifier, P256[0]);
    is_sent(&verifier, P256[0]);
    assert_eq!(verifier.verify(&headers, BODY).unwrap().signed_at(), Some(NOW));
    let wrong = |body: &[u8]| verifier.verify(&headers, body).unwrap_err();
    assert_eq!(
        wrong(b"{}"),
        VerifyError::Claim {
            name: "request_body_sha256"
        }
    );
    let hash = crate::hash::hex(&crate::hash::sha256(BODY));
    let private = key(P256[0]);
    let refused = |payload: String| {
        let text = token(r#"{"alg":"ES256","kid":"key-1"}"#, payload.as_bytes(), &private);
        verifier
            .verify(&changed(&headers, "Plaid-Verification", &text), BODY)
            .unwrap_err()
    };
    let claims = |iat: &str, hash: &str| format!(r#"{{"iat":{iat},"request_body_sha256":"{hash}"}}"#);
    assert_eq!(
        refused(claims(&(NOW - 301).to_string(), &hash)),
        VerifyError::TooOld { seconds: 301 }
    );
    for iat in ["1.5", "1e400", "\"now\"", "-9e99"] {
        assert_eq!(refused(claims(iat, &hash)), VerifyError::Timestamp, "{iat}");
    }
    for iat in ["null", "[1]", "{}", "true"] {
        assert_eq!(refused(claims(iat, &hash)), VerifyError::Claim { name: "iat" }, "{iat}");
    }
    let upper = claims(&NOW.to_string(), &hash.to_uppercase());
    assert_eq!(
        refused(upper),
        VerifyError::Claim {
            name: "request_body_sha256"
        }
    );
    assert_eq!(
        refused(format!(r#"{{"iat":{NOW}}}"#)),
        VerifyError::Claim {
            name: "request_body_sha256"
        }
    );
    let twice = format!(r#"{{"iat":{NOW},"iat":{NOW},"request_body_sha256":"{hash}"}}"#);
    assert_eq!(
        refused(twice),
        VerifyError::Form {
            name: "Plaid-Verification"
        }
    );
    assert_eq!(
        refused("[]".to_owned()),
        VerifyError::Form {
            name: "Plaid-Verification"
        }
    );
}

#[test]
fn the_contract_alone_decides_the_algorithm() {
    let verifier = verifier::<Claimed>(P256[1]);
    let headers = signed(&verifier, P256[0]);
    let text = headers["Plaid-Verification"].to_str().unwrap().to_owned();
    let refused = |text: &str| {
        verifier
            .verify(&changed(&headers, "Plaid-Verification", text), BODY)
            .unwrap_err()
    };
    let payload = text.split('.').nth(1).unwrap();
    let with = |header: &str, signature: &str| format!("{}.{payload}.{signature}", base64url(header.as_bytes()));
    for none in ["none", "None", "NONE", "nOnE"] {
        let error = refused(&with(&format!(r#"{{"alg":"{none}"}}"#), ""));
        assert!(
            matches!(error, VerifyError::Unsigned | VerifyError::Algorithm),
            "{none}: {error}"
        );
    }
    assert_eq!(refused(&with(r#"{"alg":"none"}"#, "")), VerifyError::Unsigned);
    let head = with(r#"{"alg":"HS256"}"#, "");
    let head = head.trim_end_matches('.');
    let forged = mac(&crate::secret::Key::from_bytes(P256[1].as_bytes()), head);
    assert_eq!(
        refused(&format!("{head}.{}", base64url(forged.as_ref()))),
        VerifyError::Algorithm
    );
    assert_eq!(
        refused(&token(r#"{"alg":"ES384"}"#, b"{}", &key(P384[0]))),
        VerifyError::Algorithm
    );
    // A signature by another key, one of half the length, and one with a critical member.
    assert_eq!(
        refused(&token(r#"{"alg":"ES256"}"#, b"{}", &key(P384[0]))),
        VerifyError::PublicKeySignature
    );
    assert_eq!(refused(&text[..text.len() - 42]), VerifyError::PublicKeySignature);
    for cut in ["", "a", "a.b", "a.b.c", "a.b.c.d", "..", &text[..20]] {
        assert_eq!(
            refused(cut),
            VerifyError::Form {
                name: "Plaid-Verification"
            },
            "{cut}"
        );
    }
    let critical = token(r#"{"alg":"ES256","crit":["x"],"x":1}"#, b"{}", &key(P256[0]));
    assert_eq!(
        refused(&critical),
        VerifyError::Form {
            name: "Plaid-Verification"
        }
    );
    let mut twice = headers.clone();
    twice.append("Plaid-Verification", text.parse().unwrap());
    assert_eq!(
        verifier.verify(&twice, BODY).unwrap_err(),
        VerifyError::Header {
            name: "Plaid-Verification"
        }
    );
    assert_eq!(
        verifier.verify(&HeaderMap::new(), BODY).unwrap_err(),
        VerifyError::Header {
            name: "Plaid-Verification"
        }
    );
}

#[test]
fn a_detached_payload_is_the_body() {
    let verifier = verifier::<Detached>(RSA[1]);
    let headers = signed(&verifier, RSA[0]);
    is_sent(&verifier, RSA[0]);
    let text = headers["Fireblocks-Webhook-Signature"].to_str().unwrap();
    assert!(text.contains(".."));
    assert_eq!(verifier.verify(&headers, BODY).unwrap().signed_at(), None);
    assert_eq!(
        verifier.verify(&headers, b"{}").unwrap_err(),
        VerifyError::PublicKeySignature
    );
    let attached = text.replace("..", &format!(".{}.", base64url(BODY)));
    let error = verifier
        .verify(&changed(&headers, "Fireblocks-Webhook-Signature", &attached), BODY)
        .unwrap_err();
    assert_eq!(
        error,
        VerifyError::Form {
            name: "Fireblocks-Webhook-Signature"
        }
    );
}

/// Compares the verdicts on recorded deliveries of a server in Python (`tests/deliveries/record.py`). A kind that is not in the list is
/// genuine for a verifier with this key.
fn recorded<W: Webhook<Settings = [String; N]>, const N: usize>(name: &str, refused: &[(&str, &[&str])]) {
    sdkwright_watch::listen();
    let path = format!(
        "{}/../tests/deliveries/key-pairs/{name}.json",
        env!("CARGO_MANIFEST_DIR")
    );
    let record: JsonValue = std::fs::read_to_string(path).unwrap().parse().unwrap();
    let texts = |member: &str| -> Vec<String> {
        let list = record.get(member).and_then(JsonValue::as_array).unwrap();
        list.iter().map(|text| text.as_str().unwrap().to_owned()).collect()
    };
    let now: u64 = record.get("now").unwrap().to_string().parse().unwrap();
    let keys = texts("keys").into_iter().map(SigningSecret::from);
    let settings: [String; N] = texts("settings").try_into().unwrap();
    let verifier = Verifier::<W>::with_settings(settings, keys).unwrap().clock(At(now));
    for delivery in record.get("deliveries").and_then(JsonValue::as_array).unwrap() {
        let text = |member: &str| delivery.get(member).and_then(JsonValue::as_str).unwrap();
        let mut headers = HeaderMap::new();
        for pair in delivery.get("headers").and_then(JsonValue::as_array).unwrap() {
            let [name, value] = [0, 1].map(|at| pair.as_array().unwrap()[at].as_str().unwrap());
            let name = http::HeaderName::try_from(name).unwrap();
            headers.append(name, value.parse().unwrap());
        }
        let kind = text("kind");
        let verdict = verifier.verify(&headers, text("body").as_bytes());
        let reasons = refused
            .iter()
            .find(|(known, _)| *known == kind)
            .map(|(_, reasons)| *reasons);
        match (verdict, reasons) {
            (Ok(_), None) => {}
            (Err(error), Some(reasons)) => {
                let reason = format!("{error:?}");
                assert!(
                    reasons.iter().any(|one| reason.starts_with(one)),
                    "{name} {kind}: {reason}"
                );
            }
            (verdict, reasons) => panic!("{name} {kind}: {verdict:?} instead of {reasons:?}"),
        }
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) struct At(pub(super) u64);

impl crate::clock::Clock for At {
    fn now(&self) -> std::time::SystemTime {
        std::time::UNIX_EPOCH + std::time::Duration::from_secs(self.0)
    }
}

#[test]
fn deliveries_of_servers_in_python_are_genuine_or_refused_for_their_reason() {
    let wrong: &[&str] = &["PublicKeySignature"];
    let cut: &[&str] = &["PublicKeySignature", "Form"];
    let of_all = [
        ("mac", wrong),
        ("truncated", cut),
        ("duplicate", &["Header"]),
        ("missing", &["Header"]),
        ("stale", &["TooOld"]),
        ("future", &["TooEarly"]),
    ];
    let with = |own: &[(&'static str, &'static [&'static str])]| [&of_all[..], own].concat();
    recorded::<Standard, 0>(
        "svix",
        &with(&[("body", &["PublicKeySignature"]), ("dotted-id", &["Form"])]),
    );
    recorded::<Claimed, 0>(
        "plaid",
        &with(&[
            ("body", &["Claim"]),
            ("none", &["Unsigned"]),
            ("hs256", &["Algorithm"]),
            ("former", &["PublicKeySignature"]),
            ("unknown-kid", &["PublicKeySignature"]),
            ("expired-key", &["PublicKeySignature"]),
            ("other-key", &["PublicKeySignature"]),
        ]),
    );
    recorded::<Detached, 0>(
        "fireblocks",
        &with(&[
            ("body", &["PublicKeySignature"]),
            ("none", &["Unsigned"]),
            ("hs256", &["Algorithm"]),
            ("rs256", &["Algorithm"]),
            ("former", &["PublicKeySignature"]),
            ("unknown-kid", &["PublicKeySignature"]),
            ("other-key", &["PublicKeySignature"]),
            ("attached", &["Form"]),
        ]),
    );
    // The key is that of the right certificate, so a wrong address of it changes nothing.
    recorded::<Paid, 1>(
        "paypal",
        &with(&[
            ("body", &["PublicKeySignature"]),
            ("sha1", &["PublicKeySignature"]),
            ("former", &["PublicKeySignature"]),
            ("webhook-id", &["PublicKeySignature"]),
        ]),
    );
}
