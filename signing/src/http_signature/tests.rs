//! The requests of RFC 9421, appendix B.2.

use super::*;
use crate::algorithm::SignatureAlgorithm as A;
use crate::asymmetric::PublicKey;
use crate::hash::{Algorithm, MacEncoding};
use crate::keys::{LocalKey, VerifyingKey};
use crate::message::RequestParts;
use crate::secret::{Key, SecretEncoding, SigningSecret};
use crate::signer::ToSign;
use crate::tests::{key, ready};
use base64::Engine as _;
use http::{HeaderMap, HeaderName, HeaderValue};
use sdkwright_json::{JsonValue, from_slice};
use sfv::{BareItem, Dictionary, Item, ListEntry, Parser};

const SECRET: &str = "uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ==";

fn map(lines: &[(&str, &str)]) -> HeaderMap {
    let line = |(name, value): &(&str, &str)| {
        (
            HeaderName::try_from(*name).unwrap(),
            HeaderValue::try_from(*value).unwrap(),
        )
    };
    lines.iter().map(line).collect()
}

fn request_headers() -> HeaderMap {
    map(&[
        ("Host", "example.com"),
        ("Date", "Tue, 20 Apr 2021 02:07:55 GMT"),
        ("Content-Type", "application/json"),
        (
            "Content-Digest",
            "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:",
        ),
        ("Content-Length", "18"),
    ])
}

fn request(headers: &HeaderMap) -> RequestParts<'_> {
    RequestParts {
        method: "POST",
        scheme: "https",
        authority: "example.com",
        target: "/foo?param=Value&Pet=dog",
        headers,
    }
}

fn public(name: &str) -> VerifyingKey {
    let pem = match name {
        "rsa-pss" => key!("rfc9421-rsa-pss.pub"),
        "p256" => key!("rfc9421-p256.pub"),
        "ed25519" => key!("rfc9421-ed25519.pub"),
        _ => {
            let secret = base64::engine::general_purpose::STANDARD.decode(SECRET).unwrap();
            return Key::new(Algorithm::HmacSha256, &secret).into();
        }
    };
    PublicKey::from_pem(pem).unwrap().into()
}

/// Returns whether the signature of a vector is that of the request.
fn is_signed(vector: &JsonValue, request: &RequestParts<'_>) -> bool {
    let text = |name| vector.get(name).unwrap().as_str().unwrap();
    let parse = |name| Parser::new(text(name)).parse::<Dictionary>().unwrap();
    let (input, signature) = (parse("input"), parse("signature"));
    let (Some(ListEntry::InnerList(list)), Some(ListEntry::Item(signature))) =
        (input.values().next(), signature.values().next())
    else {
        panic!("a list and bytes");
    };
    let Item {
        bare_item: BareItem::ByteSequence(signature),
        ..
    } = signature
    else {
        panic!("bytes");
    };
    let base = base::HttpSignatureBase::from_list(list.clone(), request).unwrap();
    let algorithm = match text("key") {
        "rsa-pss" => A::RsaPssSha512,
        "p256" => A::EcdsaP256Sha256,
        "ed25519" => A::Ed25519,
        _ => A::HmacSha256,
    };
    public(text("key")).verify(algorithm, base.message(), signature).is_ok()
}

#[test]
fn the_signatures_of_the_rfc_are_those_of_our_base_and_each_covered_part_counts() {
    let vectors: Vec<JsonValue> = from_slice(include_bytes!("../tests/http.json")).unwrap();
    assert_eq!(vectors.len(), 5);
    let headers = request_headers();
    let parts = request(&headers);
    let other_host = RequestParts {
        authority: "example.org",
        ..parts
    };
    for vector in &vectors {
        assert!(is_signed(vector, &parts), "{vector}");
        for (component, changed) in [
            ("@method", RequestParts { method: "PUT", ..parts }),
            ("@authority", other_host),
            ("@path", with_target(parts, "/bar?param=Value&Pet=dog")),
            ("@query", with_target(parts, "/foo?param=Value&Pet=cat")),
        ] {
            let is_covered = vector.get("input").unwrap().as_str().unwrap().contains(component);
            assert_eq!(is_signed(vector, &changed), !is_covered, "{vector} {component}");
        }
    }
}

fn with_target<'r>(parts: RequestParts<'r>, target: &'r str) -> RequestParts<'r> {
    RequestParts { target, ..parts }
}

#[test]
fn what_is_deterministic_is_written_byte_by_byte() {
    let headers = request_headers();
    let message = request(&headers);
    let mut parameters = vec![
        SignatureParameter::Created(1_618_884_473),
        SignatureParameter::KeyId("test-key-ed25519"),
    ];
    let covered = [
        "date",
        "@method",
        "@path",
        "@authority",
        "content-type",
        "content-length",
    ];
    let key = LocalKey::from_pem(key!("rfc9421-ed25519")).unwrap();
    for (label, signature, tag) in [
        (
            "sig-b26",
            "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==",
            None,
        ),
        // The text of http-message-signatures (Python) with a tag.
        (
            "sig-b27",
            "pDPhW4vxi28JZfogrM4NLeYhZKW+TYDko8KtzCFoTOFeGCCSivD0iVcIuT9gqM6AtGfgzqQU/GaoLqh8sC6bCg==",
            Some("tag-b27"),
        ),
    ] {
        parameters.extend(tag.map(SignatureParameter::Tag));
        let base = HttpSignatureBase::new(covered, &parameters, &message).unwrap();
        let signed = ready(ToSign::new(A::Ed25519, base.message(), "pay").sign_with(&key)).unwrap();
        assert_eq!(
            base.signature(label, &signed).unwrap(),
            format!("{label}=:{signature}:")
        );
        let tag = tag.map(|tag| format!(";tag=\"{tag}\"")).unwrap_or_default();
        assert_eq!(
            base.signature_input(label).unwrap(),
            format!(
                "{label}=(\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" \"content-length\");created=1618884473;keyid=\"test-key-ed25519\"{tag}"
            )
        );
    }
    let secret = LocalKey::from_secret(&SigningSecret::new(SECRET), SecretEncoding::Base64).unwrap();
    let parameters = [
        SignatureParameter::Created(1_618_884_473),
        SignatureParameter::KeyId("test-shared-secret"),
    ];
    let base = HttpSignatureBase::new(["date", "@authority", "content-type"], &parameters, &message).unwrap();
    let signed = ready(ToSign::new(A::HmacSha256, base.message(), "pay").sign_with(&secret)).unwrap();
    assert_eq!(
        signed.encode(MacEncoding::Base64),
        "pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8="
    );
}

#[test]
fn each_component_has_the_value_of_the_rfc() {
    // Sections 2.1 and 2.2.
    let headers = map(&[
        ("x-ows-header", "   Leading and trailing whitespace.   "),
        ("cache-control", "max-age=60"),
        ("cache-control", "  must-revalidate"),
        ("x-empty-header", ""),
        ("example-dict", "  a=1,    b=2;x=1;y=2,   c=(a   b   c), d"),
        ("example-header", "value, with, lots"),
        ("example-header", "of, commas"),
    ]);
    let request = RequestParts {
        method: "GET",
        scheme: "HTTPS",
        authority: "WWW.example.com:443",
        target: "/path?param=value&foo=bar&baz=batman&qux=&fa%C3%A7ade%22%3A%20=something&v=with%20plus+whitespace~*",
        headers: &headers,
    };
    let line = |component: &str| {
        let base = HttpSignatureBase::new([component], &[], &request)?;
        let text = String::from_utf8(base.message().to_vec()).unwrap();
        Ok::<_, HttpSignatureError>(text.split_once('\n').unwrap().0.to_owned())
    };
    for expected in [
        "\"x-ows-header\": Leading and trailing whitespace.",
        "\"cache-control\": max-age=60, must-revalidate",
        "\"x-empty-header\": ",
        "\"example-header\";bs: :dmFsdWUsIHdpdGgsIGxvdHM=:, :b2YsIGNvbW1hcw==:",
        "\"example-dict\";key=\"a\": 1",
        "\"example-dict\";key=\"b\": 2;x=1;y=2",
        "\"example-dict\";key=\"c\": (a b c)",
        "\"example-dict\";key=\"d\": ?1",
        "\"@method\": GET",
        "\"@authority\": www.example.com",
        "\"@scheme\": https",
        "\"@path\": /path",
        "\"@query-param\";name=\"baz\": batman",
        "\"@query-param\";name=\"qux\": ",
        "\"@query-param\";name=\"fa%C3%A7ade%22%3A%20\": something",
        "\"@query-param\";name=\"v\": with%20plus%20whitespace%7E*",
    ] {
        let (component, _) = expected.split_once(": ").unwrap();
        assert_eq!(line(component).as_deref(), Ok(expected));
    }
    assert!(
        line("@target-uri")
            .unwrap()
            .starts_with("\"@target-uri\": https://www.example.com/path?param=value&foo")
    );
    assert!(
        line("@request-target")
            .unwrap()
            .starts_with("\"@request-target\": /path?param")
    );
    let without_target = RequestParts { target: "", ..request };
    let base = HttpSignatureBase::new(["@path", "@query"], &[], &without_target).unwrap();
    assert!(base.message().starts_with(b"\"@path\": /\n\"@query\": ?\n"));
    let missing = [
        "x-none",
        "x-none;bs",
        "example-dict;key=\"z\"",
        "x-ows-header;key=\"z\"",
        "@query-param;name=\"none\"",
    ];
    for component in missing {
        assert!(
            matches!(line(component), Err(HttpSignatureError::Missing(_))),
            "{component}"
        );
    }
    for component in [
        "",
        "@",
        "@nothing",
        "@status",
        "@method;req",
        "@method;bs",
        "@query-param",
        "cache-control;sf",
        "cache-control;tr",
        "Date",
        "example-dict;key=\"a\";bs",
        "cache-control;name=\"a\"",
        "cache-control;bs=?0",
        "@signature-params",
        "é",
        "a b;c d",
    ] {
        assert!(
            matches!(line(component), Err(HttpSignatureError::Component(_))),
            "{component}: {:?}",
            line(component)
        );
    }
    let twice = RequestParts {
        target: "/?a=1&a=2",
        ..request
    };
    let base = HttpSignatureBase::new(["@query-param;name=\"a\""], &[], &twice);
    assert!(matches!(base, Err(HttpSignatureError::Missing(_))));
}

#[test]
fn a_base_without_one_meaning_is_not_written() {
    let headers = request_headers();
    let message = request(&headers);
    let base = |covered: &[&str], parameters: &[SignatureParameter<'_>]| {
        HttpSignatureBase::new(covered.iter().copied(), parameters, &message)
            .map(|_| ())
            .unwrap_err()
    };
    let twice = base(&["date", "date"], &[]);
    assert_eq!(twice, HttpSignatureError::Twice("\"date\"".to_owned()));
    let twice = base(&[], &[SignatureParameter::Tag("a"), SignatureParameter::Tag("b")]);
    assert_eq!(twice, HttpSignatureError::Twice("tag".to_owned()));
    assert_eq!(
        base(&[], &[SignatureParameter::Algorithm(A::RsaPssSha256)]),
        HttpSignatureError::Algorithm
    );
    assert_eq!(base(&[], &[SignatureParameter::Nonce("é")]), HttpSignatureError::Form);
    assert_eq!(
        base(&[], &[SignatureParameter::Created(i64::MAX)]),
        HttpSignatureError::Form
    );
    let base = HttpSignatureBase::new(["date"], &[], &message).unwrap();
    assert_eq!(base.signature_input("Sig"), Err(HttpSignatureError::Form));
    assert_eq!(
        base.signature("a b", &crate::Signature::new([])),
        Err(HttpSignatureError::Form)
    );
}
