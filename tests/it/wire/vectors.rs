//! The vectors under `tests/vectors/` against our signer and verifier. They were made without any code of ours, and CI
//! recomputes them in three other languages.

use std::{collections::BTreeSet, fs, path::Path, time::SystemTime};

use base64::Engine as _;
use oceafin_partner::{Timestamp, http::HeaderMap, settings::Clock, webhooks::WebhookVerifier};
use sdkwright_runtime::{
    secret::SecretEncoding,
    secret::SigningSecret,
    signing::{Filter, MacEncoding, Parts, Piece, SignedValue, encode, message, sha256, sign, verify},
    webhook::VerifyError,
};
use serde_json::Value;

const REQUEST: &[&str] = &[
    "method",
    "target",
    "body-sha256-hex",
    "timestamp",
    "nonce",
    "idempotency-key",
];
const DELIVERY: &[&str] = &["timestamp", "nonce", "body-sha256-hex"];

fn vectors(room: &str) -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors").join(room);
    let mut files: Vec<_> = fs::read_dir(folder)
        .expect("vectors")
        .flatten()
        .map(|entry| entry.path())
        .collect();
    files.sort();
    files
        .iter()
        .map(|file| {
            let vector: Value = serde_json::from_slice(&fs::read(file).expect("readable")).expect("JSON");
            assert_eq!(vector["name"].as_str(), file.file_stem().and_then(|stem| stem.to_str()));
            vector
        })
        .collect()
}

fn text<'v>(vector: &'v Value, member: &str) -> &'v str {
    vector[member].as_str().unwrap_or_default()
}

fn body(vector: &Value) -> Vec<u8> {
    vector["body_base64"].as_str().map_or_else(
        || text(vector, "body").as_bytes().to_vec(),
        |encoded| {
            base64::engine::general_purpose::STANDARD
                .decode(encoded)
                .expect("base64")
        },
    )
}

/// The scheme of a vector: the message, the text of the MAC, and the bytes of the secret.
fn scheme(vector: &Value, usual: &[&str]) -> (Vec<Piece>, MacEncoding, SecretEncoding) {
    let own = &vector["signing"];
    let words: Vec<String> = own["components"].as_array().map_or_else(
        || usual.iter().map(|word| (*word).to_owned()).collect(),
        |words| words.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
    );
    let separator = own["separator"].as_str().unwrap_or("\n").to_owned().leak();
    let mut pieces = Vec::new();
    for word in &words {
        if !pieces.is_empty() {
            pieces.push(Piece::Text(separator));
        }
        pieces.push(match word.as_str() {
            "method" => Piece::Value(SignedValue::Method, &[]),
            "target" => Piece::Value(SignedValue::Target, &[]),
            "body-sha256-hex" => Piece::Value(SignedValue::Body, &[Filter::Sha256, Filter::Hex]),
            "body-sha256-base64" => Piece::Value(SignedValue::Body, &[Filter::Sha256, Filter::Base64]),
            "timestamp" => Piece::Value(SignedValue::Timestamp, &[]),
            "nonce" => Piece::Value(SignedValue::Nonce, &[]),
            "idempotency-key" => Piece::Value(SignedValue::IdempotencyKey, &[]),
            "client-id" => Piece::Value(SignedValue::ClientId, &[]),
            other => panic!("a component of no scheme: {other}"),
        });
    }
    let encoding = if own["encoding"] == "base64" {
        MacEncoding::Base64
    } else {
        MacEncoding::Hex
    };
    let secret = match own["secret"].as_str() {
        Some("base64") => SecretEncoding::Base64,
        Some("hex") => SecretEncoding::Hex,
        _ => SecretEncoding::Utf8,
    };
    (pieces, encoding, secret)
}

#[test]
fn every_signing_vector_comes_out_to_the_letter() {
    let vectors = vectors("signing");
    assert!(vectors.len() >= 25, "{} vectors", vectors.len());
    for vector in &vectors {
        let name = text(vector, "name");
        let (pieces, encoding, secret) = scheme(vector, REQUEST);
        let digest = sha256(body(vector));
        let base = message(
            &pieces,
            &Parts {
                timestamp: text(vector, "timestamp"),
                nonce: text(vector, "nonce"),
                idempotency_key: vector["idempotency_key"].as_str(),
                client_id: vector["client_id"].as_str(),
                ..Parts::new(text(vector, "method"), text(vector, "path_and_query"), &digest)
            },
        );
        let key = SigningSecret::new(text(vector, "secret")).key(secret).expect("a key");
        let signature = encode(&sign(&key, &base), encoding);
        assert_eq!(base, text(vector, "base_string").as_bytes(), "{name}");
        assert_eq!(signature, text(vector, "signature"), "{name}");
        assert!(verify(&key, &base, &signature, encoding), "{name}");
    }
    println!("{} signing vectors", vectors.len());
}

#[test]
fn every_webhook_vector_has_its_base_string_and_its_verdict() {
    let vectors = vectors("webhook");
    for vector in &vectors {
        let name = text(vector, "name");
        let (pieces, encoding, secret) = scheme(vector, DELIVERY);
        let digest = sha256(body(vector));
        let base = message(
            &pieces,
            &Parts {
                timestamp: text(vector, "timestamp"),
                nonce: text(vector, "nonce"),
                idempotency_key: None,
                client_id: None,
                ..Parts::new("", "", &digest)
            },
        );
        assert_eq!(base, text(vector, "base_string").as_bytes(), "{name}");
        let accepted = vector["accepted_secrets"]
            .as_array()
            .expect("secrets")
            .iter()
            .filter_map(Value::as_str)
            .any(|candidate| {
                let key = SigningSecret::new(candidate).key(secret).expect("a key");
                verify(&key, &base, text(vector, "header_signature"), encoding)
            });
        assert_eq!(accepted, text(vector, "expect") != "signature", "{name}");
    }
    println!("{} webhook vectors", vectors.len());
}

struct FixedClock(SystemTime);

impl Clock for FixedClock {
    fn now(&self) -> SystemTime {
        self.0
    }
}

#[test]
fn the_verifier_of_the_partner_api_reaches_every_verdict() {
    sdkwright_watch::listen();
    let mut verdicts = BTreeSet::new();
    for vector in vectors("webhook").iter().filter(|vector| vector["signing"].is_null()) {
        let name = text(vector, "name");
        let now: Timestamp = text(vector, "now").parse().expect("an instant");
        let secrets = vector["accepted_secrets"]
            .as_array()
            .expect("secrets")
            .iter()
            .filter_map(Value::as_str);
        let verifier = WebhookVerifier::with_secrets(secrets.map(SigningSecret::new))
            .expect("a verifier")
            .clock(FixedClock(now.to_system_time().expect("within the platform's range")));
        let mut headers = HeaderMap::new();
        for (header, member) in [
            ("X-Oceafin-Webhook-Timestamp", "timestamp"),
            ("X-Oceafin-Webhook-Nonce", "nonce"),
            ("X-Oceafin-Webhook-Signature", "header_signature"),
        ] {
            headers.insert(header, text(vector, member).parse().expect("a header"));
        }
        let verdict = match verifier.verify(&headers, &body(vector)) {
            Ok(delivery) => {
                assert_eq!(delivery.raw(), &body(vector), "{name}");
                "accepted"
            }
            Err(VerifyError::TooOld { .. } | VerifyError::TooEarly { .. }) => "expired",
            Err(VerifyError::Timestamp) => "timestamp",
            Err(VerifyError::Signature) => "signature",
            Err(error) => panic!("{name}: {error}"),
        };
        assert_eq!(verdict, text(vector, "expect"), "{name}");
        verdicts.insert(verdict);
    }
    assert_eq!(
        verdicts,
        BTreeSet::from(["accepted", "expired", "signature", "timestamp"])
    );
}

/// Every way the signer can go, and the vector that takes it.
const BRANCHES: &[(&str, &str)] = &[
    ("no body", "get-without-query"),
    ("a body", "post-json"),
    ("a body that is no text", "post-binary"),
    ("a multipart body", "post-multipart"),
    ("an empty body on a mutation", "post-empty-body"),
    ("no query", "get-without-query"),
    ("a query", "get-with-query"),
    ("an empty query", "get-with-empty-query"),
    ("a prefix of the base URL", "get-with-base-path"),
    ("no key", "get-without-query"),
    ("a key", "post-json"),
    ("lower-case hex", "post-json"),
    ("base64", "other-order-base64"),
    ("the digest in base64", "other-order-base64"),
    ("a client id in the base string", "other-order-base64"),
    ("another separator", "only-target-and-time"),
    ("a secret as UTF-8", "secret-non-ascii"),
    ("a secret in base64", "secret-base64"),
    ("a secret in hex", "secret-hex"),
    ("a secret longer than a block", "secret-longer-than-a-block"),
    ("an instant with an offset", "timestamp-with-offset"),
    ("an instant in seconds", "other-order-base64"),
];

#[test]
fn every_branch_of_the_signer_names_a_vector() {
    let names: BTreeSet<String> = vectors("signing")
        .iter()
        .map(|vector| text(vector, "name").to_owned())
        .collect();
    for (branch, vector) in BRANCHES {
        assert!(names.contains(*vector), "{branch}: {vector} is gone");
    }
}
