//! Received signatures and keys come in: a JSON Web Signature, and a set of keys. None may verify, since nobody signed them. Our own
//! signature must verify, with the same header and payload.
//!
//! Seeds: fuzz/seeds/signatures/*
#![no_main]

use libfuzzer_sys::fuzz_target;
use sdkwright_fuzz::{Pieces, SECRET, finish};
use sdkwright_json::{Object, from_slice};
use sdkwright_signing::secret::{SecretEncoding, SigningSecret};
use sdkwright_signing::{JwsRules, KeySet, LocalKey, ReceivedJws, SignatureAlgorithm, UnsignedJws, VerifyingKey};

fuzz_target!(|bytes: &[u8]| {
    let mut pieces = Pieces::new(bytes);
    let secret = SigningSecret::new(SECRET);
    let signer = LocalKey::from_secret(&secret, SecretEncoding::Utf8).expect("a secret");
    let key = VerifyingKey::from(secret.key(SecretEncoding::Utf8).expect("a secret"));
    let (first, second, payload) = (pieces.text(), pieces.text(), pieces.bytes());
    texts(&first, payload, &key);
    if let Ok(header) = from_slice::<Object>(second.as_bytes()) {
        round_trip(&header, payload, &signer, &key);
    }
    if let Ok(set) = KeySet::from_json(first.as_bytes()) {
        for algorithm in SignatureAlgorithm::ALL {
            if let Ok(found) = set.find(None, algorithm) {
                assert!(!algorithm.is_mac() && found.public_key().verify(algorithm, payload, &[1; 64]).is_err());
            }
        }
    }
});

/// A text that nobody signed.
fn texts(text: &str, payload: &[u8], key: &VerifyingKey) {
    let rules = JwsRules::new(&SignatureAlgorithm::ALL);
    for is_detached in [false, true] {
        if let Ok(received) = ReceivedJws::parse(text, &rules) {
            let verified = if is_detached {
                received.verify_detached(key, payload)
            } else {
                received.verify(key)
            };
            assert!(verified.is_err(), "{text:?}");
        }
    }
}

/// A header and a payload that the key signs.
fn round_trip(header: &Object, payload: &[u8], signer: &LocalKey, key: &VerifyingKey) {
    let Ok(unsigned) = UnsignedJws::new(header, payload) else {
        return;
    };
    let Ok(signature) = finish(unsigned.sign(signer, "fuzz")) else {
        return;
    };
    let critical: Vec<&str> = header.keys().collect();
    let rules = JwsRules {
        critical: &critical,
        ..JwsRules::new(&SignatureAlgorithm::ALL)
    };
    let detached = unsigned.detached(&signature);
    let received = ReceivedJws::parse(&detached, &rules).expect("our own text");
    let verified = received.verify_detached(key, payload).expect("our own signature");
    assert_eq!((verified.header(), verified.payload()), (header, payload));
    if let Ok(compact) = unsigned.compact(&signature) {
        let received = ReceivedJws::parse(&compact, &rules).expect("our own text");
        assert_eq!(received.verify(key).expect("our own signature").payload(), payload);
    }
}
