//! Public keys, and what they refuse to verify.

use crate::algorithm::SignatureAlgorithm;
use crate::asymmetric::{KeyError, PublicKey, SignatureError};
use crate::keys::LocalKey;
use crate::signer::{Signer as _, ToSign};
use crate::tests::{key, ready};
use SignatureAlgorithm as A;
use base64::Engine as _;

const PAIRS: [(&str, &str); 5] = [
    (key!("rsa-pkcs1"), key!("rsa.pub")),
    (key!("rfc9421-p256"), key!("rfc9421-p256.pub")),
    (key!("p384"), key!("p384.pub")),
    (key!("p521"), key!("p521.pub")),
    (key!("rfc9421-ed25519"), key!("rfc9421-ed25519.pub")),
];

#[test]
fn each_key_verifies_what_its_pair_signs_and_nothing_else() {
    for (private, public) in PAIRS {
        let (private, public) = (
            LocalKey::from_pem(private).unwrap(),
            PublicKey::from_pem(public).unwrap(),
        );
        assert_eq!(private.key().algorithms(), public.algorithms());
        for &algorithm in public.algorithms() {
            let signature = ready(ToSign::new(algorithm, b"message", "pay").sign_with(&private)).unwrap();
            let bytes = signature.as_ref();
            assert_eq!(public.verify(algorithm, b"message", bytes), Ok(()));
            assert_eq!(public.verify(algorithm, b"massage", bytes), Err(SignatureError::Wrong));
            for cut in [0, 1, bytes.len() / 2, bytes.len() - 1] {
                assert_eq!(
                    public.verify(algorithm, b"message", &bytes[..cut]),
                    Err(SignatureError::Wrong)
                );
            }
            let long = [bytes, &[0]].concat();
            assert_eq!(public.verify(algorithm, b"message", &long), Err(SignatureError::Wrong));
            for other in A::ALL.into_iter().filter(|other| *other != algorithm) {
                let error = public.verify(other, b"message", bytes).unwrap_err();
                let is_of_key = public.algorithms().contains(&other);
                assert_eq!(error == SignatureError::Wrong, is_of_key, "{other}: {error}");
            }
        }
    }
}

#[test]
fn a_restricted_key_verifies_by_the_rest_alone() {
    let key = PublicKey::from_pem(key!("rsa.pub"))
        .unwrap()
        .restrict(&[A::RsaPssSha256, A::HmacSha256]);
    assert_eq!(key.algorithms(), [A::RsaPssSha256]);
    let error = key.verify(A::RsaPkcs1Sha256, b"", &[0; 256]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the key verifies by rsa-pss-sha256, and not by rsa-pkcs1-sha256"
    );
    let pss = PublicKey::from_pem(key!("rfc9421-rsa-pss.pub")).unwrap();
    assert_eq!(pss.algorithms(), [A::RsaPssSha256, A::RsaPssSha512]);
}

#[test]
fn a_weak_a_foreign_and_a_broken_key_are_refused() {
    let cases = [
        ("", KeyError::Pem),
        (key!("rsa-pkcs1"), KeyError::Pem),
        (key!("certificate-sign"), KeyError::Pem),
        (key!("rsa-1024.pub"), KeyError::Rejected),
        (key!("secp256k1.pub"), KeyError::Kind),
        (
            "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
            KeyError::Rejected,
        ),
    ];
    for (pem, error) in cases {
        assert_eq!(PublicKey::from_pem(pem).unwrap_err(), error);
    }
    for (_, pem) in PAIRS {
        let text: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        let der = base64::engine::general_purpose::STANDARD.decode(text).unwrap();
        for cut in 0..der.len() {
            assert!(PublicKey::from_der(&der[..cut]).is_err());
        }
        assert!(PublicKey::from_der(&[&der[..], &[0]].concat()).is_err());
    }
    let modulus = [0xff; 256];
    for (modulus, exponent) in [
        (&modulus[..255], &[1, 0, 1][..]),
        (&modulus, &[1]),
        (&modulus, &[2]),
        (&modulus, &[]),
        (&[&modulus[..255], &[0xfe]].concat(), &[1, 0, 1]),
        (&vec![0xff; 1025], &[1, 0, 1]),
        (&[], &[1, 0, 1]),
    ] {
        assert_eq!(
            PublicKey::from_rsa_numbers(modulus, exponent).unwrap_err(),
            KeyError::Rejected
        );
    }
}

#[test]
fn a_key_prints_its_algorithms_alone() {
    let key = PublicKey::from_pem(key!("p384.pub")).unwrap();
    assert_eq!(format!("{key:?}"), "PublicKey { algorithms: [EcdsaP384Sha384], .. }");
}
