//! Published requests, read and verified as a server does; requests that nobody signed; and the time of a signature.

use super::*;
use crate::asymmetric::PublicKey;
use crate::jwk::Jwk;
use crate::tests::key;
use SignatureAlgorithm as A;
use http::{HeaderName, HeaderValue};
use sdkwright_description::{Filter, Freshness, KeyPairRules, Piece, TimestampFormat};
use sdkwright_json::{JsonValue, from_slice};

fn rules(form: SignatureForm, algorithms: &'static [A], place: &'static str) -> SignatureRules {
    SignatureRules {
        signature: SignaturePlace::Header(place),
        secret: None,
        key_pair: Some(KeyPairRules {
            algorithms,
            encoding: MacEncoding::Base64Url,
            prefix: "",
        }),
        form,
        timestamp: TimestampFormat::UnixSeconds,
        ..SignatureRules::NONE
    }
}

fn headers(lines: &[(&str, &str)]) -> HeaderMap {
    let line = |(name, value): &(&str, &str)| {
        (
            name.parse::<HeaderName>().unwrap(),
            HeaderValue::try_from(*value).unwrap(),
        )
    };
    lines.iter().map(line).collect()
}

fn read(rules: &SignatureRules, parts: &Parts<'_>, headers: &HeaderMap) -> Result<ReceivedSignature, UnreadSignature> {
    let parts = Parts {
        headers: Some(headers),
        ..*parts
    };
    ReceivedSignature::read(Box::leak(Box::new(*rules)), &parts)
}

fn text<'v>(vector: &'v JsonValue, name: &str) -> &'v str {
    vector.pointer(name).and_then(JsonValue::as_str).unwrap()
}

/// The request of RFC 9421, appendix B.2.
fn request(body: &[u8]) -> Parts<'_> {
    Parts {
        body_sha256: None,
        body,
        origin: "https://example.com",
        ..Parts::new("POST", "/foo?param=Value&Pet=dog", &[0; 32])
    }
}

fn of_the_rfc(vector: &JsonValue) -> HeaderMap {
    headers(&[
        ("date", "Tue, 20 Apr 2021 02:07:55 GMT"),
        ("content-type", "application/json"),
        (
            "content-digest",
            "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:",
        ),
        ("content-length", "18"),
        ("signature-input", text(vector, "/input")),
        ("signature", text(vector, "/signature")),
    ])
}

#[test]
fn requests_of_rfc_9421_are_verified_and_must_cover_what_the_contract_states() {
    let vectors: Vec<JsonValue> = from_slice(include_bytes!("../tests/http.json")).unwrap();
    let public = |vector| match text(vector, "/key") {
        "rsa-pss" => PublicKey::from_pem(key!("rfc9421-rsa-pss.pub")).unwrap(),
        _ => PublicKey::from_pem(key!("rfc9421-ed25519.pub")).unwrap(),
    };
    // A contract has no MAC of this form.
    let vectors = vectors.iter().filter(|vector| text(vector, "/key") != "secret");
    let (mut verified, mut with_digest) = (0, 0);
    for vector in vectors {
        let headers = of_the_rfc(vector);
        let label = text(vector, "/input").split_once('=').unwrap().0.to_owned().leak();
        let parameters = &[HttpParameter::Created, HttpParameter::Keyid];
        let own = |covered, digest| {
            let form = HttpForm {
                profile: HttpProfile::Rfc9421(label, parameters),
                covered,
                if_sent: &[],
                digest,
                key_id: &[Piece::Value(SignedValue::KeyId, &[])],
                certificate_header: None,
            };
            rules(SignatureForm::Http(form), &[A::RsaPssSha512, A::Ed25519], "signature")
        };
        let body = br#"{"hello": "world"}"#;
        let found = read(&own(&[], None), &request(body), &headers).unwrap();
        assert!(found.is_by(&public(vector).into()), "{vector}");
        assert_eq!(found.client(), vector_key(vector).as_deref());
        assert!(!found.is_by(&PublicKey::from_pem(key!("rsa.pub")).unwrap().into()));
        let digest = own(&["content-digest"], Some(("Content-Digest", Filter::Sha512)));
        let is_covered = text(vector, "/input").contains("content-digest");
        with_digest += usize::from(is_covered);
        assert_eq!(read(&digest, &request(body), &headers).is_ok(), is_covered, "{vector}");
        for body in [&b"{}"[..], b""] {
            assert_eq!(
                read(&digest, &request(body), &headers).err(),
                Some(UnreadSignature::Form)
            );
        }
        verified += 1;
    }
    assert_eq!((verified, with_digest), (4, 2));
}

fn vector_key(vector: &JsonValue) -> Option<String> {
    let rest = text(vector, "/input").split_once("keyid=\"")?.1;
    Some(rest.split_once('"')?.0.to_owned())
}

#[test]
fn hostile_headers_of_rfc_9421_have_no_signature() {
    let form = HttpForm {
        profile: HttpProfile::Rfc9421("sig", &[HttpParameter::Created]),
        covered: &["@method"],
        if_sent: &[],
        digest: None,
        key_id: &[],
        certificate_header: None,
    };
    let rules = rules(SignatureForm::Http(form), &[A::Ed25519], "signature");
    let bytes = "sig=:AAAA:".to_owned();
    let many: Vec<String> = (0..65).map(|at| format!(" \"@query-param\";name=\"p{at}\"")).collect();
    let many = many.concat();
    let long = format!("sig=(\"@method\");created=1;tag=\"{}\"", "t".repeat(16 << 10));
    assert!(
        read(
            &rules,
            &request(b""),
            &headers(&[
                ("signature", &bytes),
                ("signature-input", "sig=(\"@method\");created=1")
            ])
        )
        .is_ok()
    );
    for input in [
        "",
        "other=(\"@method\");created=1",
        "sig=\"@method\";created=1",
        "sig=();created=1",
        "sig=(\"@method\");created=\"x\"",
        "sig=(\"@method\")",
        "sig=(\"@method\" \"@method\");created=1",
        "sig=(\"@method\" \"x-absent\");created=1",
        "sig=(\"@method\" \"@status\");created=1",
        "sig=(\"@method\";req);created=1",
        &format!("sig=(\"@method\"{many});created=1"),
        &long,
    ] {
        let all = headers(&[("signature", &bytes), ("signature-input", input)]);
        assert_eq!(
            read(&rules, &request(b""), &all).err(),
            Some(UnreadSignature::Form),
            "{input}"
        );
    }
    for signature in ["sig=AAAA", "sig=(:AAAA:)", "other=:AAAA:"] {
        let all = headers(&[
            ("signature", signature),
            ("signature-input", "sig=(\"@method\");created=1"),
        ]);
        assert_eq!(
            read(&rules, &request(b""), &all).err(),
            Some(UnreadSignature::Form),
            "{signature}"
        );
    }
    let missing = read(&rules, &request(b""), &HeaderMap::new());
    assert_eq!(missing.err(), Some(UnreadSignature::Missing("signature")));
}

#[test]
fn requests_of_another_signer_of_oauth_are_verified() {
    let vectors: Vec<JsonValue> = from_slice(include_bytes!("../tests/oauth1.json")).unwrap();
    let public: VerifyingKey = PublicKey::from_pem(key!("rsa.pub")).unwrap().into();
    let form = OAuth1Form {
        methods: &[(A::RsaPkcs1Sha256, "RSA-SHA256"), (A::RsaPssSha256, "RSA-PSS")],
        body_hash: true,
        encode_values: false,
    };
    let rules = rules(
        SignatureForm::OAuth1(form),
        &[A::RsaPssSha256, A::RsaPkcs1Sha256],
        "authorization",
    );
    for vector in &vectors {
        let (scheme, rest) = text(vector, "/url").split_once("://").unwrap();
        let (authority, target) = rest.split_at(rest.find(['/', '?']).unwrap());
        let (origin, body) = (format!("{scheme}://{authority}"), text(vector, "/body").as_bytes());
        let parts = Parts {
            body_sha256: None,
            body,
            origin: &origin,
            ..Parts::new(text(vector, "/method"), target, &[0; 32])
        };
        let written = text(vector, "/authorization");
        let verdict =
            |written: &str, parts: &Parts<'_>| match read(&rules, parts, &headers(&[("authorization", written)])) {
                Ok(found) => {
                    assert_eq!(found.client(), Some("consumer-1!0000000000000000"));
                    assert_eq!(found.nonce(), Some("uTeLPs6K81cGPBRd"));
                    Some(found.is_by(&public))
                }
                Err(error) => {
                    assert_eq!(error, UnreadSignature::Form);
                    None
                }
            };
        assert_eq!(verdict(written, &parts), Some(true), "{vector}");
        assert_eq!(
            verdict(
                written,
                &Parts {
                    method: "PATCH",
                    ..parts
                }
            ),
            Some(false)
        );
        assert_eq!(verdict(written, &Parts { body: b"{ }", ..parts }), None);
        let other = format!("{target}x");
        assert_eq!(
            verdict(
                written,
                &Parts {
                    target: &other,
                    ..parts
                }
            ),
            Some(false)
        );
        for (from, to) in [
            ("oauth_body_hash", "oauth_other_hash"),
            ("oauth_version=\"1.0\"", "oauth_version=\"2.0\""),
            ("oauth_nonce", "oauth_timestamp"),
            ("OAuth ", "oauth2 "),
            ("\",", "\";"),
            ("oauth_signature=\"", "oauth_signature=\"%"),
        ] {
            assert_eq!(verdict(&written.replacen(from, to, 1), &parts), None, "{from}");
        }
        assert_eq!(
            verdict(&written.replace("RSA-SHA256", "HMAC-SHA1"), &parts),
            Some(false)
        );
        assert_eq!(verdict(&written.replace("RSA-SHA256", "RSA-PSS"), &parts), Some(false));
    }
    assert_eq!(vectors.len(), 4);
    let many = "a=\"\",".repeat(2);
    assert!(NamedTexts::parse(&many[..many.len() - 1]).is_none());
    let many: Vec<String> = (0..33).map(|at| format!("a{at}=\"\"")).collect();
    assert!(NamedTexts::parse(&many.join(",")).is_none());
    assert!(NamedTexts::parse(&many[..32].join(",")).is_some());
}

#[test]
fn a_detached_signature_over_a_template_is_verified() {
    let vectors: Vec<JsonValue> = from_slice(include_bytes!("../tests/jws.json")).unwrap();
    let vector = vectors
        .iter()
        .find(|one| text(one, "/source").starts_with("TrueLayer"))
        .unwrap();
    let jwk = Jwk::from_json(vector.get("key").unwrap().to_string().as_bytes()).unwrap();
    let key: VerifyingKey = jwk.public_key().clone().into();
    let jws = Jws {
        protected: &[
            ("kid", Claim::Text(&[Piece::Value(SignedValue::KeyId, &[])])),
            ("tl_version", Claim::Text(&[Piece::Text("2")])),
            ("tl_headers", Claim::Text(&[Piece::Text("Idempotency-Key")])),
        ],
        payload: JwsPayload::Message(&[
            Piece::Value(SignedValue::Method, &[]),
            Piece::Text(" "),
            Piece::Value(SignedValue::Path, &[]),
            Piece::Text("\nIdempotency-Key: "),
            Piece::Value(SignedValue::IdempotencyKey, &[]),
            Piece::Text("\n"),
            Piece::Value(SignedValue::Body, &[]),
        ]),
        detached: true,
    };
    let own = rules(SignatureForm::Jws(jws), &[A::EcdsaP521Sha512], "tl-signature");
    let payload: Vec<&str> = text(vector, "/payload").splitn(3, '\n').collect();
    let (method, path) = payload[0].split_once(' ').unwrap();
    let parts = Parts {
        body_sha256: None,
        body: payload[2].as_bytes(),
        idempotency_key: payload[1].split_once(": ").map(|(_, key)| key),
        ..Parts::new(method, path, &[0; 32])
    };
    let all = headers(&[("tl-signature", text(vector, "/token"))]);
    let found = read(&own, &parts, &all).unwrap();
    assert_eq!(found.client(), Some("45fc75cf-5649-4134-84b3-192c2c78e990"));
    assert!(found.is_by(&key));
    for other in [
        Parts { method: "PUT", ..parts },
        Parts { target: "/", ..parts },
        Parts {
            idempotency_key: None,
            ..parts
        },
        Parts { body: b"{}", ..parts },
    ] {
        assert!(!read(&own, &other, &all).unwrap().is_by(&key));
    }
    // The members of the header must be those of the contract, and the algorithm.
    let refused = |change: &dyn Fn(&mut Jws), algorithms| {
        let mut jws = jws;
        change(&mut jws);
        let own = rules(SignatureForm::Jws(jws), algorithms, "tl-signature");
        read(&own, &parts, &all).err()
    };
    let fine = &[A::EcdsaP521Sha512][..];
    assert_eq!(refused(&|_| {}, fine), None);
    assert_eq!(refused(&|_| {}, &[A::EcdsaP256Sha256]), Some(UnreadSignature::Form));
    for protected in [
        &[("tl_version", Claim::Text(&[Piece::Text("1")]))][..],
        &[("iat", Claim::Number(&[Piece::Value(SignedValue::Timestamp, &[])]))],
        &[("tl_headers", Claim::List(&["Idempotency-Key"]))],
    ] {
        assert_eq!(
            refused(&|jws| jws.protected = protected, fine),
            Some(UnreadSignature::Form)
        );
    }
    assert_eq!(refused(&|jws| jws.detached = false, fine), Some(UnreadSignature::Form));
}

#[test]
fn a_signature_is_fresh_between_its_instant_and_its_end() {
    const NOW: i64 = 1_782_604_800;
    let is_fresh =
        |timestamp: Option<i64>, expires: Option<i64>, date, limits: (Option<u32>, Option<u32>), lifetime| {
            let mut values = SenderValues::default();
            for (value, seconds) in [(SignedValue::Timestamp, timestamp), (SignedValue::Expires, expires)] {
                if let Some(seconds) = seconds {
                    values.put(value, (NOW + seconds).to_string()).unwrap();
                }
            }
            let (past, future) = limits;
            let rules = SignatureRules {
                freshness: Freshness { past, future },
                lifetime,
                timestamp: TimestampFormat::UnixSeconds,
                ..SignatureRules::NONE
            };
            let received = ReceivedSignature {
                rules: Box::leak(Box::new(rules)),
                values,
                message: Vec::new(),
                proof: ReceivedProof::Text(String::new()),
            };
            received.is_fresh(NOW, date)
        };
    let (each, any) = ((Some(60), Some(30)), (None, None));
    for (timestamp, expires, date, limits, lifetime, expected) in [
        (Some(0), None, None, each, None, true),
        (Some(-60), None, None, each, None, true),
        (Some(-61), None, None, each, None, false),
        (Some(30), None, None, each, None, true),
        (Some(31), None, None, each, None, false),
        (Some(-61), None, None, any, None, true),
        (Some(-50), None, None, each, Some(50), true),
        (Some(-51), None, None, each, Some(50), false),
        (Some(-10), Some(0), None, each, Some(50), true),
        (Some(-10), Some(-1), None, each, Some(50), false),
        (Some(-10), Some(40), None, each, Some(50), true),
        (Some(-10), Some(41), None, each, Some(50), false),
        (Some(-10), Some(-1), None, any, None, false),
        (Some(-10), Some(100_000), None, any, None, true),
        (None, Some(0), None, each, Some(50), true),
        (None, Some(-1), None, each, Some(50), false),
        (None, Some(80), None, each, Some(50), true),
        (None, Some(81), None, each, Some(50), false),
        (None, None, Some(NOW - 60), each, None, true),
        (None, None, Some(NOW - 61), each, None, false),
        (None, None, Some(i64::MIN), each, None, false),
        (Some(0), None, Some(NOW - 61), each, None, true),
        (None, None, None, each, None, true),
    ] {
        let found = is_fresh(timestamp, expires, date, limits, lifetime);
        assert_eq!(
            found, expected,
            "{timestamp:?} {expires:?} {date:?} {limits:?} {lifetime:?}"
        );
    }
}
