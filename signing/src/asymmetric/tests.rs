//! Private keys in each form, right and wrong.

mod certificates;
#[cfg(target_os = "linux")]
mod memory;
mod public_keys;
mod wycheproof;

use super::block;
use super::kinds::{ANY_RSA, Curve, KeyError, ONLY_PSS};
use super::{aws_lc, rust_crypto};
use crate::algorithm::SignatureAlgorithm;
use crate::keys::LocalKey;
use crate::signer::{SignError, Signature, Signer as _, ToSign};
use crate::tests::{key, ready};
use SignatureAlgorithm as A;

#[test]
fn a_key_in_each_form_signs_by_its_algorithms_alone() {
    let cases = [
        (key!("rsa-pkcs1"), ANY_RSA, 256),
        (key!("rsa-pkcs8"), ANY_RSA, 256),
        (key!("rfc9421-rsa-pss"), ONLY_PSS, 256),
        (key!("rfc9421-p256"), &[A::EcdsaP256Sha256][..], 64),
        (key!("p256-pkcs8"), &[A::EcdsaP256Sha256], 64),
        (key!("p384"), &[A::EcdsaP384Sha384], 96),
        (key!("p521"), &[A::EcdsaP521Sha512], 132),
        (key!("rfc9421-ed25519"), &[A::Ed25519], 64),
    ];
    for (pem, algorithms, length) in cases {
        let key = LocalKey::from_pem(pem).unwrap();
        assert_eq!(key.key().algorithms(), algorithms);
        for algorithm in A::ALL {
            let signed = ready(ToSign::new(algorithm, b"message", "pay").sign_with(&key));
            match signed {
                Ok(signature) => assert_eq!(signature.as_ref().len(), length),
                Err(_) => assert!(!algorithms.contains(&algorithm), "{algorithm}"),
            }
        }
        assert!(!format!("{key:?}").contains("Pair"));
    }
}

#[test]
fn one_library_verifies_what_the_other_one_signs() {
    let keys = [
        (key!("p256-pkcs8"), A::EcdsaP256Sha256, Some(Curve::P256)),
        (key!("p384"), A::EcdsaP384Sha384, Some(Curve::P384)),
        (key!("p521"), A::EcdsaP521Sha512, Some(Curve::P521)),
        (key!("rfc9421-ed25519"), A::Ed25519, None),
    ];
    for (pem, algorithm, curve) in keys {
        let der = block(pem, &["PRIVATE KEY", "EC PRIVATE KEY"]);
        let (label, der) = der.unwrap();
        let (one, other) = match (label, curve) {
            ("EC PRIVATE KEY", Some(curve)) => (aws_lc::Pair::sec1(curve, &der), rust_crypto::Pair::sec1(curve, &der)),
            (_, Some(curve)) => (aws_lc::Pair::ecdsa(curve, &der), rust_crypto::Pair::ecdsa(curve, &der)),
            (_, None) => (aws_lc::Pair::ed25519(&der), rust_crypto::Pair::ed25519(&der)),
        };
        let (one, other) = (one.ok().unwrap(), other.ok().unwrap());
        let public = one.public();
        assert_eq!(public, other.public(), "{algorithm}");
        let signature = one.sign(algorithm, b"message").unwrap();
        assert!(rust_crypto::is_valid(algorithm, &public, b"message", &signature));
        assert!(!rust_crypto::is_valid(algorithm, &public, b"massage", &signature));
        let signature = other.sign(algorithm, b"message").unwrap();
        assert!(aws_lc::is_valid(algorithm, &public, b"message", &signature));
        assert!(!aws_lc::is_valid(algorithm, &public, b"massage", &signature));
        for curve in [Curve::P256, Curve::P384, Curve::P521] {
            assert!(rust_crypto::Pair::sec1(curve, &der[1..]).is_err());
            assert!(rust_crypto::Pair::ecdsa(curve, &der[1..]).is_err());
        }
    }
    assert!(matches!(rust_crypto::Pair::rsa(&[]), Err(KeyError::Library)));
    assert!(!rust_crypto::verifies(A::RsaPssSha256) && aws_lc::verifies(A::RsaPssSha256));
}

#[test]
fn another_text_is_no_private_key() {
    let cases = [
        ("", KeyError::Pem),
        ("MC4CAQAwBQYDK2VwBCIEIJ", KeyError::Pem),
        (key!("rsa.pub"), KeyError::Pem),
        (key!("encrypted"), KeyError::Encrypted),
        (key!("rsa-1024"), KeyError::Rejected),
        (key!("secp256k1"), KeyError::Kind),
        (
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
            KeyError::Rejected,
        ),
    ];
    for (pem, error) in cases {
        assert_eq!(LocalKey::from_pem(pem).unwrap_err(), error);
    }
    let truncated = key!("rsa-pkcs8").replacen("MIIE", "MIID", 1);
    assert_eq!(LocalKey::from_pem(&truncated).unwrap_err(), KeyError::Rejected);
    let shown = format!("{:?}", KeyError::Encrypted);
    assert!(
        shown.starts_with("the private key is encrypted\nnext: Decrypt it"),
        "{shown}"
    );
}

#[test]
fn signatures_without_randomness_are_those_of_another_library() {
    // RFC 8032, section 7.1, has the key of no message; the signature below is that of RFC 9421, appendix B.2.6.
    let message = "\"date\": Tue, 20 Apr 2021 02:07:55 GMT\n\"@method\": POST\n\"@path\": /foo\n\"@authority\": example.com\n\
                   \"content-type\": application/json\n\"content-length\": 18\n\"@signature-params\": (\"date\" \"@method\" \
                   \"@path\" \"@authority\" \"content-type\" \"content-length\");created=1618884473;keyid=\"test-key-ed25519\"";
    let key = LocalKey::from_pem(key!("rfc9421-ed25519")).unwrap();
    let what = ToSign::new(A::Ed25519, message.as_bytes(), "pay");
    assert_eq!(
        ready(what.sign_with(&key)).unwrap().encode(crate::MacEncoding::Base64),
        "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw=="
    );
}

#[test]
fn a_signature_of_ecdsa_converts_to_der_and_back() {
    for algorithm in [A::EcdsaP256Sha256, A::EcdsaP384Sha384, A::EcdsaP521Sha512] {
        let length = algorithm.signature_length().unwrap();
        for fill in [1, 0x7f, 0x80, 0xff] {
            let mut bytes = vec![fill; length];
            bytes[0] = 0;
            let fixed = Signature::new(bytes);
            let der = fixed.to_ecdsa_der(algorithm).unwrap();
            assert_eq!(
                Signature::from_ecdsa_der(algorithm, &der).unwrap().as_ref(),
                fixed.as_ref()
            );
            for cut in 0..der.len() {
                assert!(Signature::from_ecdsa_der(algorithm, &der[..cut]).is_err());
            }
            assert!(Signature::from_ecdsa_der(algorithm, &[&der[..], &[0]].concat()).is_err());
        }
        assert!(Signature::new(vec![1; length - 1]).to_ecdsa_der(algorithm).is_err());
    }
    // An integer with needless zeros, a negative one, and one that is too long.
    for hex in [
        "3007020200010201 01",
        "3006020181020101",
        "302702220100000000000000000000000000000000000000000000000000000000000000000002010 1",
    ] {
        let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
        let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
        let der: Vec<u8> = digits.chunks_exact(2).map(byte).collect();
        let error = Signature::from_ecdsa_der(A::EcdsaP256Sha256, &der).unwrap_err();
        assert!(matches!(error, SignError::Der(A::EcdsaP256Sha256)));
    }
    assert!(Signature::from_ecdsa_der(A::Ed25519, &[0x30, 6, 2, 1, 1, 2, 1, 1]).is_err());
}

#[test]
fn pem_is_read_as_tools_write_it() {
    let algorithms = |pem: &str| LocalKey::from_pem(pem).map(|key| key.key().algorithms().len());
    let pem = key!("rsa-pkcs8");
    assert_eq!(algorithms(&pem.replace('\n', "\r\n")), Ok(4));
    assert_eq!(
        algorithms(&format!("Bag Attributes\n    friendlyName: é\n{pem}\n")),
        Ok(4)
    );
    // `openssl ecparam -genkey` writes the parameters first, and a file of a certificate may have the key after it.
    let parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
    assert_eq!(algorithms(&format!("{parameters}{}", key!("rfc9421-p256"))), Ok(1));
    assert_eq!(algorithms(&format!("{}{pem}", key!("certificate-sign"))), Ok(4));
    let both = format!("{pem}{}", key!("certificate-sign"));
    assert!(crate::Certificate::from_pem(&both).is_ok());
    // Lines of 76 characters, and one line.
    let text: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    for width in [76, 10_000] {
        let bytes = text.as_bytes().chunks(width);
        let lines: Vec<&str> = bytes.map(|line| std::str::from_utf8(line).unwrap()).collect();
        let pem = format!(
            "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
            lines.join("\n")
        );
        assert_eq!(algorithms(&pem), Ok(4), "{width}");
    }
    let body = pem.replace("-----END PRIVATE KEY-----", "");
    assert_eq!(algorithms(&body), Err(KeyError::Pem));
    assert_eq!(algorithms(&pem.replacen("MII", "M*I", 1)), Err(KeyError::Pem));
}
