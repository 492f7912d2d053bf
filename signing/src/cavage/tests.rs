//! Requests of the Berlin Group, with signatures by OpenSSL.

use super::*;
use crate::algorithm::SignatureAlgorithm as A;
use crate::keys::LocalKey;
use crate::message::Filter;
use crate::prepared::digest;
use crate::signer::ToSign;
use crate::tests::{key, ready};
use http::{HeaderMap, HeaderValue};
use sdkwright_description::HttpProfile;

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
    }
}

#[test]
fn each_covered_part_counts() {
    let headers = headers();
    let message = |request: &RequestParts<'_>| {
        let message = CavageMessage::new(COVERED, request)?;
        Ok::<_, CavageError>(message.message().to_vec())
    };
    let parts = request(&headers);
    let written = message(&parts);
    assert!(written.is_ok());
    assert_ne!(
        message(&RequestParts {
            method: "POST",
            ..parts
        }),
        written
    );
    assert_ne!(
        message(&RequestParts {
            target: "/v1/accounts",
            ..parts
        }),
        written
    );
    for name in ["digest", "x-request-id", "date"] {
        let mut changed = headers.clone();
        changed.append(name, HeaderValue::from_static("x"));
        assert_ne!(message(&request(&changed)), written, "a second {name}");
        changed.remove(name);
        let missing = CavageError::Missing(name.to_owned());
        assert_eq!(message(&request(&changed)), Err(missing));
    }
    for name in ["Date", "", "(created)", "psu-id"] {
        let error = CavageMessage::new([name], &parts).unwrap_err();
        assert_eq!(error, CavageError::Missing(name.to_owned()));
    }
    let error = |names: &[&'static str]| CavageMessage::new(names.iter().copied(), &parts).unwrap_err();
    assert_eq!(error(&["date", "date"]), CavageError::Twice("date".to_owned()));
    assert_eq!(error(&[]), CavageError::Empty);
}

#[test]
fn digests_are_those_of_the_body() {
    let cavage = HttpProfile::Cavage10(&[]);
    assert_eq!(
        digest(cavage, Filter::Sha256, b""),
        "SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    );
    assert!(
        digest(cavage, Filter::Sha512, b"")
            .starts_with("SHA-512=z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP")
    );
    // RFC 9421, appendix B.2.
    let rfc = HttpProfile::Rfc9421("sig", &[]);
    assert_eq!(
        digest(rfc, Filter::Sha512, br#"{"hello": "world"}"#),
        "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:"
    );
}
