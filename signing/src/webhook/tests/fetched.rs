//! Deliveries by keys from a source, and what an attacker can do to them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::public_keys::{BODY, Claimed, Detached, P256, Paid, RSA, changed, key};
use super::{Fixed, NOW};
use crate::hash::base64url;
use crate::tests::ready;
use crate::webhook::*;
use crate::{Certificate, KeySet, LocalKey, PublicKey, SignatureAlgorithm};
use http::HeaderMap;

/// A source of these keys, which counts its calls.
#[derive(Clone)]
struct Fixture(Result<FetchedKeys, &'static str>, Arc<AtomicUsize>);

impl Fixture {
    fn new(keys: FetchedKeys) -> Self {
        Self(Ok(keys), Arc::default())
    }

    fn calls(&self) -> usize {
        self.1.load(Ordering::Relaxed)
    }
}

impl KeySource for Fixture {
    fn fetch<'s>(&'s self, _: &'s str) -> KeysFuture<'s> {
        self.1.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move { Ok(self.0.clone()?) })
    }

    fn is_possible(&self, id: &str) -> bool {
        !id.starts_with("http://")
    }
}

fn fetching<W: Webhook<Settings = [String; 0]>>(source: &Fixture) -> Verifier<W> {
    sdkwright_watch::listen();
    Verifier::fetching([], source.clone()).unwrap().clock(Fixed)
}

fn verify<W: Webhook>(verifier: &Verifier<W>, headers: &HeaderMap) -> Result<(), VerifyError> {
    ready(verifier.verify_fetching(headers, BODY)).map(drop)
}

fn set(keys: &[&str]) -> FetchedKeys {
    FetchedKeys::from_set(KeySet::from_json(format!("{{\"keys\":[{}]}}", keys.join(",")).as_bytes()).unwrap())
}

/// The key that signs `Claimed`, in JSON.
fn p256(kid: &str) -> String {
    let (x, y) = (
        "qIVYZVLCrPZHGHjP17CTW0_-D9Lfw0EkjqF7xB4FivA",
        "Mc4nN9LTDOBhfoUeg8Ye9WedFRhnZXZJA12Qp0zZ6F0",
    );
    format!(r#"{{"kty":"EC","crv":"P-256","kid":"{kid}","x":"{x}","y":"{y}"}}"#)
}

fn signed<W: Webhook>(verifier: &Verifier<W>, private: &str) -> HeaderMap {
    ready(verifier.sign_with(&key(private), BODY)).unwrap()
}

#[test]
fn a_delivery_is_verified_by_the_fetched_key_alone() {
    let source = Fixture::new(set(&[&p256("key-1")]));
    let verifier = fetching::<Claimed>(&source);
    let genuine = signed(&verifier, P256[0]);
    assert_eq!(verify(&verifier, &genuine), Ok(()));
    assert_eq!(verify(&verifier.clone(), &genuine), Ok(()));
    assert_eq!(source.calls(), 1);
    assert_eq!(
        ready(verifier.verify_fetching(&genuine, b"{}")).err(),
        Some(VerifyError::Claim {
            name: "request_body_sha256"
        })
    );
    // The keys of this verifier are not there at once.
    assert_eq!(
        verifier.verify(&genuine, BODY).err(),
        Some(VerifyError::KeysUnavailable)
    );
    let other = LocalKey::from_pem(P256[0]).unwrap().with_key_id("key-2");
    let unknown = ready(verifier.sign_with(&other, BODY)).unwrap();
    assert_eq!(verify(&verifier, &unknown), Err(VerifyError::UnknownKey));
    let unnamed = ready(verifier.sign_with(&LocalKey::from_pem(P256[0]).unwrap(), BODY)).unwrap();
    assert_eq!(verify(&verifier, &unnamed), Err(VerifyError::UnknownKey));
    assert_eq!(source.calls(), 2);
    // A verifier with its own keys needs no source.
    let own = Verifier::<Claimed>::new(P256[1]).unwrap().clock(Fixed);
    assert_eq!(verify(&own, &genuine), Ok(()));
}

#[test]
fn what_no_public_key_can_verify_is_refused_before_a_fetch() {
    let source = Fixture::new(set(&[&p256("key-1")]));
    let verifier = fetching::<Claimed>(&source);
    let token = |header: &str, signature: &[u8]| {
        let claims = format!(r#"{{"iat":{NOW}}}"#);
        format!(
            "{}.{}.{}",
            base64url(header.as_bytes()),
            base64url(claims.as_bytes()),
            base64url(signature)
        )
    };
    let send = |text: &str| verify(&verifier, &changed(&HeaderMap::new(), "Plaid-Verification", text));
    assert_eq!(
        send(&token(r#"{"alg":"none","kid":"key-1"}"#, b"")),
        Err(VerifyError::Unsigned)
    );
    // A MAC, whose key could be the public key.
    assert_eq!(
        send(&token(r#"{"alg":"HS256","kid":"key-1"}"#, &[1; 32])),
        Err(VerifyError::Algorithm)
    );
    assert_eq!(
        send(&token(r#"{"alg":"ES384","kid":"key-1"}"#, &[1; 96])),
        Err(VerifyError::Algorithm)
    );
    assert!(matches!(send("a.b"), Err(VerifyError::Form { .. })));
    assert!(matches!(
        send(&token(r#"{"alg":"ES256","kid":1}"#, &[1; 64])),
        Err(VerifyError::Form { .. })
    ));
    assert!(matches!(
        verify(&verifier, &HeaderMap::new()),
        Err(VerifyError::Header { .. })
    ));
    let large = vec![b' '; 2 << 20];
    assert!(matches!(
        ready(verifier.verify_fetching(&HeaderMap::new(), &large)).err(),
        Some(VerifyError::TooLarge { .. })
    ));
    assert_eq!(source.calls(), 0);
}

#[test]
fn a_secret_in_a_set_never_verifies() {
    let secret = format!(
        r#"{{"kty":"oct","kid":"key-1","alg":"HS256","k":"{}"}}"#,
        base64url(b"a secret of 32 bytes, or of more")
    );
    let source = Fixture::new(set(&[&secret]));
    let verifier = fetching::<Claimed>(&source);
    assert_eq!(
        verify(&verifier, &signed(&verifier, P256[0])),
        Err(VerifyError::UnknownKey)
    );
}

#[test]
fn either_of_two_keys_with_one_id_verifies() {
    let other = p256("key-1").replace("\"x\"", "\"use\":\"sig\",\"x\"");
    let source = Fixture::new(set(&[
        r#"{"kty":"OKP","crv":"Ed25519","kid":"key-1","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
        &other,
    ]));
    let verifier = fetching::<Claimed>(&source);
    assert_eq!(verify(&verifier, &signed(&verifier, P256[0])), Ok(()));
}

#[test]
fn a_detached_signature_needs_a_key_of_its_algorithm() {
    let source = Fixture::new(FetchedKeys::from_key(PublicKey::from_pem(RSA[1]).unwrap()));
    let verifier = fetching::<Detached>(&source);
    let genuine = signed(&verifier, RSA[0]);
    assert_eq!(verify(&verifier, &genuine), Ok(()));
    let source = Fixture::new(FetchedKeys::from_key(
        PublicKey::from_pem(RSA[1])
            .unwrap()
            .restrict(&[SignatureAlgorithm::RsaPssSha256]),
    ));
    assert_eq!(
        verify(&fetching::<Detached>(&source), &genuine),
        Err(VerifyError::PublicKeySignature)
    );
}

#[test]
fn a_source_that_fails_reveals_nothing_about_a_delivery() {
    let source = Fixture(Err("no network"), Arc::default());
    let verifier = fetching::<Claimed>(&source);
    assert_eq!(
        verify(&verifier, &signed(&verifier, P256[0])),
        Err(VerifyError::KeysUnavailable)
    );
    #[cfg(feature = "axum")]
    {
        let status = |error| Rejection::from(error).status().as_u16();
        assert_eq!(status(VerifyError::KeysUnavailable), 503);
        assert_eq!(status(VerifyError::UnknownKey), 401);
        assert_eq!(status(VerifyError::PublicKeySignature), 401);
    }
}

#[test]
fn the_certificate_of_a_delivery_must_be_possible_and_valid() {
    let certificate = Certificate::from_pem(include_str!("../../tests/keys/certificate-sign.pem")).unwrap();
    let (from, until) = certificate.validity();
    let source = Fixture::new(FetchedKeys::from_certificate(certificate));
    for (seconds, is_valid) in [(from, true), (until, true), (until + 1, false), (from - 1, false)] {
        let clock = super::public_keys::At(seconds.unsigned_abs());
        let verifier = Verifier::<Paid>::fetching(["WH-1".to_owned()], source.clone())
            .unwrap()
            .clock(clock);
        let headers = |url: &str| {
            let mut headers = HeaderMap::new();
            let values = [
                ("PAYPAL-TRANSMISSION-ID", "id-1".to_owned()),
                (
                    "PAYPAL-TRANSMISSION-TIME",
                    crate::clock::timestamp(seconds, crate::TimestampFormat::Rfc3339),
                ),
                ("PAYPAL-TRANSMISSION-SIG", "AAAA".to_owned()),
                ("PAYPAL-CERT-URL", url.to_owned()),
            ];
            for (name, value) in values {
                headers.insert(name, value.parse().unwrap());
            }
            headers
        };
        // Only a valid certificate leads to the comparison of the signature, which is wrong here.
        let expected = if is_valid {
            VerifyError::PublicKeySignature
        } else {
            VerifyError::UnknownKey
        };
        assert_eq!(verify(&verifier, &headers("https://example.com/1")), Err(expected));
        assert_eq!(
            verify(&verifier, &headers("http://example.com/1")),
            Err(VerifyError::UnknownKey)
        );
        let mut twice = headers("https://example.com/1");
        twice.append("PAYPAL-CERT-URL", "https://example.com/2".parse().unwrap());
        assert_eq!(
            verify(&verifier, &twice),
            Err(VerifyError::Header {
                name: "PAYPAL-CERT-URL"
            })
        );
    }
    assert_eq!(source.calls(), 4);
}
