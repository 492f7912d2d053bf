//! Requests of the Berlin Group, with signatures by OpenSSL, and what an attacker can change.

use super::*;
use crate::asymmetric::PublicKey;
use crate::digest::{DigestAlgorithm, content_digest, digest, is_content_digest, is_digest};
use crate::local_key::LocalKey;
use crate::signer::ToSign;
use crate::tests::{key, ready};
use SignatureAlgorithm as A;
use http::{HeaderMap, HeaderValue};

/// `openssl dgst -sha256 -sign rsa-pkcs1.pem` and `-sha512` of the signing string.
const SHA256: &str = "Z1IkzTz070EonHdHqoJio1qL2HcPYKxgeSXrWG2vmlDJzhmdRXfio2d2lwF8RSwhzA9DNqwjFoFMArr0mb2z0WP/E30IMP8VFrOd9F6RKSx3xXihLUP/+kYjONG4MU2VkPw+DYsGBrAlYvhOy+PI4FwnUIrhLoC3SdPQLyUFn5GiQjrsNCVwLs3lSUjpflKqoqbfH4O85KpJ6fcYK4llOcHWRVsQnKg/gkSLi1bi/YASAKHmz5R06xIrkm3dR1Yo9CyszQvKzaQlMu8jqni7rmx3uiw6iw878TU9bGSVDtaTv3QHFfYVtSJe/4Y3bQlRDDnfW8vG0BjKWcL0xYXGtg==";
const SHA512: &str = "ZRxaHZcU59w3hbUn1gcP/Zg35HobE0TUbI18sgqBChkmqg03IPdAlTVcEjlhoG+w7MHV/b82YDL95GoKDCreM7i/y5QYO1k0OFwNaOg8o+klNrv1pgWAyY9hUAAg3A9K6I0Q8xuv/OEITD3krYaofUzdVLXRaF+32035DAjj10VTsN4b7OZnP6HAO7l9HdAYErMQkltbBWj84fbSUQjGc7KWHyrpy1SXx4WMJuVFQ99lKQxocLNKDijQkMPT/AHINaxLEZmA0+3WEHunAdJkH9TQdel0TemAu12HBNkg+N3yYYxJ9+JFjXqtJwgDTbUFm9dbChQ3ZyVystajosd3CA==";
const COVERED: [&str; 4] = ["digest", "x-request-id", "date", "(request-target)"];

fn headers() -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in [
        ("digest", "SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
        ("x-request-id", "\t99391c7e-ad88-49ec-a2ad-99ddcb1f7721 "),
        ("date", "Sun, 06 Aug 2017 15:02:37 GMT"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
}

fn request(headers: &HeaderMap) -> RequestParts<'_> {
    RequestParts {
        method: "GET",
        scheme: "https",
        authority: "bank.example",
        target: "/v1/accounts?withBalance=true",
        headers,
    }
}

fn public() -> VerifyingKey {
    PublicKey::from_pem(key!("rsa.pub")).unwrap().into()
}

#[test]
fn a_request_is_signed_as_openssl_signs_its_string() {
    let headers = headers();
    let message = CavageMessage::new(COVERED, &request(&headers)).unwrap();
    let private = LocalKey::from_pem(key!("rsa-pkcs1")).unwrap();
    for (algorithm, name, expected) in [
        (A::RsaPkcs1Sha256, "rsa-sha256", SHA256),
        (A::RsaPkcs1Sha512, "rsa-sha512", SHA512),
    ] {
        let signature = ready(ToSign::new(algorithm, message.message(), "list").sign_with(&private)).unwrap();
        let id = r#"SN=8e5c,CA=CN=A \"quoted\", O=B\, C"#;
        let header = message.header(id, name, &signature).unwrap();
        assert_eq!(
            header,
            format!(
                r#"keyId="SN=8e5c,CA=CN=A \\\"quoted\\\", O=B\\, C",algorithm="{name}",headers="digest x-request-id date (request-target)",signature="{expected}""#
            )
        );
        let received = ReceivedCavage::parse(&header).unwrap();
        assert_eq!(received.key_id(), id);
        assert_eq!(
            received.verify(&request(&headers), &public(), &[algorithm], &COVERED),
            Ok(())
        );
        // An algorithm that is not accepted, and a name that the accepted one does not have.
        for accepted in [&[A::RsaPssSha256][..], &[A::HmacSha256], &[]] {
            let error = received
                .verify(&request(&headers), &public(), accepted, &[])
                .unwrap_err();
            assert!(
                matches!(error, CavageError::Signature(SignatureError::Choice { .. })),
                "{error}"
            );
        }
    }
}

#[test]
fn each_covered_part_counts() {
    let headers = headers();
    let header = format!(
        r#"signature="{SHA256}", headers="digest x-request-id date (request-target)", algorithm="SHA256withRSA",keyId="k""#
    );
    let received = ReceivedCavage::parse(&header).unwrap();
    let verify = |request: &RequestParts<'_>| received.verify(request, &public(), &[A::RsaPkcs1Sha256], &["digest"]);
    assert_eq!(verify(&request(&headers)), Ok(()));
    let wrong = Err(CavageError::Signature(SignatureError::Wrong));
    assert_eq!(
        verify(&RequestParts {
            method: "POST",
            ..request(&headers)
        }),
        wrong
    );
    assert_eq!(
        verify(&RequestParts {
            target: "/v1/accounts",
            ..request(&headers)
        }),
        wrong
    );
    for name in ["digest", "x-request-id", "date"] {
        let mut changed = headers.clone();
        changed.append(name, HeaderValue::from_static("x"));
        assert_eq!(verify(&request(&changed)), wrong, "a second {name}");
        changed.remove(name);
        assert_eq!(verify(&request(&changed)), Err(CavageError::Missing(name.to_owned())));
    }
    let error = received
        .verify(&request(&headers), &public(), &[A::RsaPkcs1Sha256], &["psu-id"])
        .unwrap_err();
    assert_eq!(error, CavageError::NotCovered("psu-id".to_owned()));
    // Two accepted algorithms that fit the key, and a name that says nothing.
    let error = received
        .verify(
            &request(&headers),
            &public(),
            &[A::RsaPkcs1Sha256, A::RsaPssSha256],
            &[],
        )
        .unwrap_err();
    assert!(matches!(error, CavageError::Signature(SignatureError::Choice { .. })));
}

#[test]
fn a_header_of_another_form_is_refused() {
    let good = r#"keyId="k",algorithm="rsa-sha256",headers="date",signature="AAAA""#;
    assert!(ReceivedCavage::parse(good).is_ok());
    let cases = [
        String::new(),
        good.replace("\"AAAA\"", "\"AAAA"),
        good.replace("AAAA", "AAA"),
        good.replace("AAAA", "AAAB=="),
        good.replace("AAAA", "A-_A"),
        good.replace("signature", "Signature"),
        good.replace("keyId=\"k\",", ""),
        format!("{good},keyId=\"l\""),
        format!("{good},headers=\"\""),
        format!("{good},"),
        format!("{good};x=\"y\""),
        format!("{good} x"),
        format!("Signature {good}"),
        format!("{good},x=\"{}\"", "y".repeat(20_000)),
    ];
    for text in cases {
        assert_eq!(
            ReceivedCavage::parse(&text).unwrap_err(),
            CavageError::Form,
            "{text:.90}"
        );
    }
    let headers = headers();
    let verify = |text: &str| {
        let received = ReceivedCavage::parse(text).unwrap();
        received
            .verify(&request(&headers), &public(), &A::ALL, &[])
            .unwrap_err()
    };
    assert_eq!(verify(&good.replace("sha256", "sha1")), CavageError::Algorithm);
    assert_eq!(
        verify(&good.replace("headers=\"date\"", "headers=\"date date\"")),
        CavageError::Twice("date".to_owned())
    );
    assert_eq!(
        verify(&good.replace("headers=\"date\"", "headers=\"Date\"")),
        CavageError::Missing("Date".to_owned())
    );
    assert_eq!(
        verify(&good.replace("headers=\"date\"", "headers=\"\"")),
        CavageError::Missing(String::new())
    );
    assert_eq!(
        verify(&good.replace("headers=\"date\"", "headers=\"(created)\"")),
        CavageError::Missing("(created)".to_owned())
    );
    // The draft covers `date` without a list.
    assert_eq!(
        verify(&good.replace("headers=\"date\",", "")),
        CavageError::Signature(SignatureError::Wrong)
    );
    assert_eq!(
        CavageMessage::new([], &request(&headers)).unwrap_err(),
        CavageError::Empty
    );
}

#[test]
fn digests_are_those_of_the_body() {
    let (sha256, sha512) = (
        digest(DigestAlgorithm::Sha256, b""),
        digest(DigestAlgorithm::Sha512, b""),
    );
    assert_eq!(sha256, "SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    assert!(is_digest(&sha256, b"") && is_digest(&sha512, b"") && is_digest(&format!("MD5=x, {sha256},{sha512}"), b""));
    for value in [
        "",
        "SHA=abc",
        "SHA-256=",
        &format!("{sha256}, SHA-512=AAAA"),
        &sha256.replace("47", "48"),
        &sha256[..20],
    ] {
        assert!(!is_digest(value, b""), "{value}");
    }
    assert!(!is_digest(&sha256, b"x"));
    assert!(!is_digest(&format!("{sha256},x={}", "y".repeat(5000)), b""));
    // RFC 9421, appendix B.2.
    let body = br#"{"hello": "world"}"#;
    let value = content_digest(DigestAlgorithm::Sha512, body);
    assert_eq!(
        value,
        "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:"
    );
    assert!(is_content_digest(&value, body) && !is_content_digest(&value, b"") && !is_content_digest(&sha256, b""));
    assert!(is_content_digest(&content_digest(DigestAlgorithm::Sha256, body), body));
}
