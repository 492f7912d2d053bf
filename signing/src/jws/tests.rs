//! Published texts, texts of our keys, and texts of an attacker.

use super::*;
use crate::asymmetric::{KeyError, PublicKey, SignatureError};
use crate::hash::Algorithm;
use crate::jwk::Jwk;
use crate::keys::{LocalKey, VerifyingKey};
use crate::secret::{Key, SecretEncoding, SigningSecret};
use crate::tests::{key, ready};
use SignatureAlgorithm as A;
use sdkwright_json::{DecodeErrorKind, JsonValue, from_slice};

fn unbase64url(text: &str) -> Vec<u8> {
    base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).unwrap()
}

fn key_of(jwk: &JsonValue) -> VerifyingKey {
    match jwk.get("k") {
        Some(secret) => Key::new(Algorithm::HmacSha256, &unbase64url(secret.as_str().unwrap())).into(),
        None => Jwk::from_json(jwk.to_string().as_bytes())
            .unwrap()
            .public_key()
            .clone()
            .into(),
    }
}

#[test]
fn published_texts_are_verified_and_their_changes_refused() {
    let vectors: Vec<JsonValue> = from_slice(include_bytes!("../tests/jws.json")).unwrap();
    assert_eq!(vectors.len(), 7);
    for vector in &vectors {
        let text = vector.get("token").unwrap().as_str().unwrap();
        let key = key_of(vector.get("key").unwrap());
        let payload = vector.get("payload").and_then(JsonValue::as_str).map(str::as_bytes);
        let check = |text: &str| {
            let received = ReceivedJws::parse(text, &JwsRules::new(&A::ALL))?;
            match payload {
                Some(payload) => received.verify_detached(&key, payload),
                None => received.verify(&key),
            }
        };
        let verified = check(text).unwrap();
        assert!(verified.header().contains_key("alg"));
        if payload.is_none() && !verified.payload().starts_with(b"Pay") && !verified.payload().starts_with(b"Ex") {
            assert_eq!(verified.claims().unwrap().get("iss").unwrap().as_str(), Some("joe"));
        }
        // Each character of the text counts: no other text is a second spelling.
        for at in 0..text.len() {
            let mut changed = text.to_owned().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(check(&changed).is_err(), "{} {at}", vector.get("source").unwrap());
        }
        for cut in (text.len() - 5)..text.len() {
            assert!(check(&text[..cut]).is_err());
        }
    }
}

#[test]
fn texts_without_randomness_are_written_byte_by_byte() {
    let key = unbase64url("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow");
    let key = crate::hash::hex(&key);
    let key = LocalKey::from_secret(&SigningSecret::new(key), SecretEncoding::Hex).unwrap();
    // RFC 7797, section 4.2.
    let header: Object = from_slice(br#"{"alg":"HS256","b64":false,"crit":["b64"]}"#).unwrap();
    let unsigned = UnsignedJws::new(&header, b"$.02").unwrap();
    assert_eq!(
        unsigned.message(),
        b"eyJhbGciOiJIUzI1NiIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19.$.02"
    );
    let signature = ready(unsigned.sign(&key, "pay")).unwrap();
    assert_eq!(
        unsigned.detached(&signature),
        "eyJhbGciOiJIUzI1NiIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19..A5dxf2s96_n5FLueVuW1Z_vh161FwXZC4YLPff6dmDY"
    );
    // RFC 7797, section 4.1: the same payload, encoded.
    let header: Object = from_slice(br#"{"alg":"HS256"}"#).unwrap();
    let unsigned = UnsignedJws::new(&header, b"$.02").unwrap();
    assert_eq!(
        unsigned.compact(&ready(unsigned.sign(&key, "pay")).unwrap()).unwrap(),
        "eyJhbGciOiJIUzI1NiJ9.JC4wMg.5mvfOroL-g7HyqJoozehmsaqmvTYGEq5jTI1gVvoEoQ"
    );
}

fn header(alg: &str, more: &[(&str, JsonValue)]) -> Object {
    let mut header = Object::default();
    header.insert("alg", alg.into());
    for (name, value) in more {
        header.insert(*name, value.clone());
    }
    header
}

#[test]
fn each_key_signs_a_compact_and_a_detached_text_that_its_public_key_verifies() {
    let cases = [
        ("RS256", key!("rsa-pkcs8"), key!("rsa.pub")),
        ("RS512", key!("rsa-pkcs8"), key!("rsa.pub")),
        ("PS256", key!("rsa-pkcs8"), key!("rsa.pub")),
        ("PS512", key!("rfc9421-rsa-pss"), key!("rfc9421-rsa-pss.pub")),
        ("ES256", key!("rfc9421-p256"), key!("rfc9421-p256.pub")),
        ("ES384", key!("p384"), key!("p384.pub")),
        ("ES512", key!("p521"), key!("p521.pub")),
        ("EdDSA", key!("rfc9421-ed25519"), key!("rfc9421-ed25519.pub")),
    ];
    for (alg, private, public) in cases {
        let private = LocalKey::from_pem(private).unwrap();
        let public = VerifyingKey::from(PublicKey::from_pem(public).unwrap());
        let accepted = [A::from_jws_name(alg).unwrap()];
        let rules = JwsRules::new(&accepted);
        for is_encoded in [true, false] {
            let b64 = [
                ("b64", is_encoded.into()),
                ("crit", vec!["b64"].into()),
                ("kid", "key-1".into()),
            ];
            let unsigned = UnsignedJws::new(&header(alg, &b64), b"pay-1").unwrap();
            let signature = ready(unsigned.sign(&private, "pay")).unwrap();
            let (compact, detached) = (unsigned.compact(&signature).unwrap(), unsigned.detached(&signature));
            let received = ReceivedJws::parse(&compact, &rules).unwrap();
            assert_eq!(received.key_id(), Some("key-1"));
            assert_eq!(received.algorithm(), accepted[0]);
            assert_eq!(received.verify(&public).unwrap().payload(), b"pay-1");
            let verify = |payload| {
                ReceivedJws::parse(&detached, &rules)
                    .unwrap()
                    .verify_detached(&public, payload)
            };
            assert_eq!(verify(b"pay-1").unwrap().payload(), b"pay-1");
            assert_eq!(
                verify(b"pay-2").unwrap_err(),
                JwsError::Signature(SignatureError::Wrong)
            );
            assert_eq!(verify(b"").unwrap_err(), JwsError::Signature(SignatureError::Wrong));
            // Neither form passes as the other one.
            let received = ReceivedJws::parse(&compact, &rules).unwrap();
            assert_eq!(
                received.verify_detached(&public, b"pay-1").unwrap_err(),
                JwsError::Detached
            );
            let received = ReceivedJws::parse(&detached, &rules).unwrap();
            assert_eq!(received.verify(&public).unwrap_err(), JwsError::Detached);
        }
    }
}

/// Refuses to parse a header of this JSON, for a receiver of EdDSA that understands `iat`.
fn refused(json: &str) -> JwsError {
    let rules = JwsRules {
        critical: &["iat"],
        ..JwsRules::new(&[A::Ed25519])
    };
    let text = format!("{}.{}.AAAA", base64url(json.as_bytes()), base64url(b"{}"));
    match ReceivedJws::parse(&text, &rules) {
        Ok(received) => received.verify(&ed25519()).unwrap_err(),
        Err(error) => error,
    }
}

fn ed25519() -> VerifyingKey {
    PublicKey::from_pem(key!("rfc9421-ed25519.pub")).unwrap().into()
}

#[test]
fn a_forged_header_is_refused_with_its_reason() {
    let other = |algorithm| JwsError::Algorithm {
        algorithm,
        accepted: vec![A::Ed25519],
    };
    let cases = [
        (r#"{"alg":"none"}"#, JwsError::Unsigned),
        (r#"{"alg":"nOnE"}"#, JwsError::Unsigned),
        (r#"{"alg":"HS256"}"#, other(A::HmacSha256)),
        (r#"{"alg":"ES256"}"#, other(A::EcdsaP256Sha256)),
        (r#"{"alg":"eddsa"}"#, JwsError::UnknownAlgorithm),
        (r#"{"alg":"RS1"}"#, JwsError::UnknownAlgorithm),
        (r#"{"alg":""}"#, JwsError::UnknownAlgorithm),
        (r#"{"alg":["EdDSA"]}"#, JwsError::Member("alg")),
        (r#"{"typ":"JWT"}"#, JwsError::Member("alg")),
        (r#"{"alg":"EdDSA","kid":7}"#, JwsError::Member("kid")),
        (r#"{"alg":"EdDSA","crit":[]}"#, JwsError::Member("crit")),
        (r#"{"alg":"EdDSA","crit":"iat","iat":1}"#, JwsError::Member("crit")),
        (r#"{"alg":"EdDSA","crit":["iat"]}"#, JwsError::Member("crit")),
        (
            r#"{"alg":"EdDSA","crit":["iat","iat"],"iat":1}"#,
            JwsError::Member("crit"),
        ),
        (r#"{"alg":"EdDSA","crit":["alg"]}"#, JwsError::Member("crit")),
        (r#"{"alg":"EdDSA","crit":["exp"],"exp":1}"#, JwsError::Critical),
        (r#"{"alg":"EdDSA","b64":false}"#, JwsError::Member("b64")),
        (
            r#"{"alg":"EdDSA","b64":"false","crit":["b64"]}"#,
            JwsError::Member("b64"),
        ),
        (
            r#"{"alg":"EdDSA","crit":["iat"],"iat":1}"#,
            JwsError::Signature(SignatureError::Wrong),
        ),
        (
            r#"{"alg":"EdDSA","b64":false,"crit":["b64"]}"#,
            JwsError::Signature(SignatureError::Wrong),
        ),
    ];
    for (json, error) in cases {
        assert_eq!(refused(json), error, "{json}");
    }
    for (json, kind) in [
        (r#"{"alg":"EdDSA","alg":"none"}"#, DecodeErrorKind::Duplicate),
        (r#"{"alg":"EdDSA","al\u0067":"none"}"#, DecodeErrorKind::Duplicate),
        (r#"{"alg":"EdDSA""#, DecodeErrorKind::Syntax),
        (r#"["EdDSA"]"#, DecodeErrorKind::Kind),
        (&format!("{{\"alg\":{}", "[".repeat(50)), DecodeErrorKind::Limit),
        (&format!("{{\"a\":\"{}\"}}", "x".repeat(20_000)), DecodeErrorKind::Limit),
    ] {
        let error = refused(json);
        assert!(
            matches!(&error, JwsError::Header(error) if error.kind() == kind),
            "{json:.40}: {error}"
        );
    }
}

#[test]
fn a_mac_with_the_bytes_of_a_public_key_is_no_signature() {
    let pem = key!("rsa.pub");
    let forger = LocalKey::from_secret(&SigningSecret::new(pem.trim_end()), SecretEncoding::Utf8).unwrap();
    let unsigned = UnsignedJws::new(&header("HS256", &[]), b"{}").unwrap();
    let text = unsigned
        .compact(&ready(unsigned.sign(&forger, "forge")).unwrap())
        .unwrap();
    let public = VerifyingKey::from(PublicKey::from_pem(pem).unwrap());
    // A receiver of RS256 refuses the algorithm; one that accepts all refuses it for the key.
    let error = ReceivedJws::parse(&text, &JwsRules::new(&[A::RsaPkcs1Sha256])).unwrap_err();
    assert!(matches!(
        error,
        JwsError::Algorithm {
            algorithm: A::HmacSha256,
            ..
        }
    ));
    let received = ReceivedJws::parse(&text, &JwsRules::new(&A::ALL)).unwrap();
    let error = received.verify(&public).unwrap_err();
    assert!(matches!(
        error,
        JwsError::Signature(SignatureError::Algorithm {
            algorithm: A::HmacSha256,
            ..
        })
    ));
    // A secret verifies by its own algorithm alone.
    let secret = VerifyingKey::from(Key::new(Algorithm::HmacSha512, b"secret"));
    let received = ReceivedJws::parse(&text, &JwsRules::new(&A::ALL)).unwrap();
    assert!(matches!(
        received.verify(&secret),
        Err(JwsError::Signature(SignatureError::Algorithm { .. }))
    ));
}

#[test]
fn a_text_of_another_form_is_refused_with_its_reason() {
    let rules = JwsRules::new(&[A::Ed25519]);
    let good = format!(
        "{}.{}.{}",
        base64url(br#"{"alg":"EdDSA"}"#),
        base64url(b"{}"),
        base64url(&[0; 64])
    );
    let parse = |text: &str| ReceivedJws::parse(text, &rules).map(|_| ());
    assert_eq!(parse(&good), Ok(()));
    for text in ["", ".", "a.b", "a.b.c.d", "....", &good.replace('.', "")] {
        assert_eq!(parse(text), Err(JwsError::Parts), "{text}");
    }
    for (text, part) in [
        (format!("{good}="), "signature"),
        (format!("{good} "), "signature"),
        (format!("{good}\n"), "signature"),
        (format!("{}B", &good[..good.len() - 1]), "signature"),
        (good.replacen('.', "=.", 1), "header"),
        (good.replacen("ey", "e+", 1), "header"),
        (format!(" {good}"), "header"),
    ] {
        assert_eq!(parse(&text), Err(JwsError::Base64(part)), "{text}");
    }
    let received = ReceivedJws::parse("eyJhbGciOiJFZERTQSJ9.e30=.AAAA", &rules).unwrap();
    assert_eq!(received.verify(&ed25519()).unwrap_err(), JwsError::Base64("payload"));
    let long = "a".repeat((64 << 10) + 1);
    let (size, limit) = (long.len(), 64 << 10);
    assert_eq!(parse(&long), Err(JwsError::TooLarge { size, limit }));
}

#[test]
fn what_cannot_be_read_again_is_not_written() {
    let unsigned = |header: &Object, payload: &[u8]| UnsignedJws::new(header, payload).map(|_| ());
    assert_eq!(unsigned(&Object::default(), b""), Err(JwsError::Member("alg")));
    assert_eq!(unsigned(&header("none", &[]), b""), Err(JwsError::Unsigned));
    assert_eq!(
        unsigned(&header("EdDSA", &[("kid", 7.into())]), b""),
        Err(JwsError::Member("kid"))
    );
    assert_eq!(
        unsigned(&header("EdDSA", &[("b64", false.into())]), b""),
        Err(JwsError::Member("b64"))
    );
    assert_eq!(
        unsigned(&header("EdDSA", &[("crit", vec!["exp"].into())]), b""),
        Err(JwsError::Member("crit"))
    );
    let plain = header("EdDSA", &[("b64", false.into()), ("crit", vec!["b64"].into())]);
    let signature = Signature::new([0; 64]);
    for payload in ["", "$.02", "a b", "{}", "é"] {
        let unsigned = UnsignedJws::new(&plain, payload.as_bytes()).unwrap();
        assert_eq!(unsigned.compact(&signature), Err(JwsError::Payload));
        assert!(unsigned.detached(&signature).contains(".."));
    }
    assert_eq!(
        Jwk::from_json(b"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AA\"}").unwrap_err(),
        KeyError::Rejected.into()
    );
}

#[test]
fn neither_header_nor_payload_prints() {
    let key = LocalKey::from_pem(key!("rfc9421-ed25519")).unwrap();
    let unsigned = UnsignedJws::new(&header("EdDSA", &[("kid", "sentinel9f2".into())]), b"sentinel9f2").unwrap();
    let text = unsigned.compact(&ready(unsigned.sign(&key, "pay")).unwrap()).unwrap();
    let received = ReceivedJws::parse(&text, &JwsRules::new(&A::ALL)).unwrap();
    let printed = format!("{unsigned:?} {received:?} {:?}", received.key_id().is_some());
    assert!(!printed.contains("sentinel"), "{printed}");
    let verified = received.verify(&ed25519()).unwrap();
    assert_eq!(format!("{verified:?}"), "VerifiedJws { .. }");
    assert!(matches!(verified.claims(), Err(JwsError::Claims(_))));
}
