//! The same tests over both libraries: what RFCs and other programs computed, and each library against the other.

use proptest::prelude::*;
use sdkwright_json::JsonValue;

use super::{aws_lc, rust_crypto};
use crate::hash::Algorithm::{HmacSha256, HmacSha512};
use crate::hash::hex;

/// Reads the bytes of hexadecimal text.
fn bytes(text: &str) -> Vec<u8> {
    let pairs = text.as_bytes().chunks_exact(2);
    pairs
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

/// The vectors of requests and deliveries, which were made without any code of this repository.
fn vectors() -> Vec<JsonValue> {
    let folders = ["signing", "webhook"].map(|name| format!("{}/../tests/vectors/{name}", env!("CARGO_MANIFEST_DIR")));
    let files = folders.iter().flat_map(|folder| std::fs::read_dir(folder).unwrap());
    let read = |file: std::fs::DirEntry| std::fs::read_to_string(file.path()).unwrap().parse().unwrap();
    files.map(|file| read(file.unwrap())).collect()
}

macro_rules! tests_over {
    ($name:ident, $library:ident) => {
        mod $name {
            use super::super::$library::{Keyed, Sha256, derive, sha256};
            use super::*;

            fn mac(key: &[u8], text: &[u8]) -> Vec<u8> {
                let mut mac = Keyed::new(HmacSha256, key).mac();
                mac.update(text);
                mac.finish().as_ref().to_vec()
            }

            /// FIPS 180-4, by the examples that NIST publishes with it.
            #[test]
            fn hashes_are_those_of_fips_180() {
                for (text, wanted) in [
                    (
                        "",
                        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                    ),
                    (
                        "abc",
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                    ),
                    (
                        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
                    ),
                ] {
                    assert_eq!(hex(&sha256(text)), wanted, "{text}");
                }
                let mut million = Sha256::new();
                for _ in 0..1000 {
                    million.update([b'a'; 1000]);
                }
                let wanted = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";
                assert_eq!(hex(&million.finish()), wanted);
            }

            #[test]
            fn macs_are_those_of_rfc_4231() {
                let ff: &[u8] = &[0xaa; 131];
                for (key, text, wanted) in [
                    (
                        &[0x0b; 20][..],
                        "Hi There",
                        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
                    ),
                    (
                        b"Jefe",
                        "what do ya want for nothing?",
                        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
                    ),
                    (
                        ff,
                        "Test Using Larger Than Block-Size Key - Hash Key First",
                        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
                    ),
                    (
                        ff,
                        "This is a test using a larger than block-size key and a larger than block-size data. The key \
                         needs to be hashed before being used by the HMAC algorithm.",
                        "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
                    ),
                ] {
                    assert_eq!(hex(&mac(key, text.as_bytes())), wanted, "{text}");
                }
            }

            #[test]
            fn keys_are_derived_as_rfc_5869_says() {
                // Appendix A.1 and A.3.
                let secret = [0x0b; 22];
                for (salt, info, wanted) in [
                    (
                        "000102030405060708090a0b0c",
                        "f0f1f2f3f4f5f6f7f8f9",
                        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
                    ),
                    (
                        "",
                        "",
                        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
                    ),
                ] {
                    let mut key = [0; 42];
                    derive(&secret, &bytes(salt), &bytes(info), &mut key).unwrap();
                    assert_eq!(hex(&key), wanted);
                }
            }

            #[test]
            fn a_key_longer_than_hkdf_gives_is_none() {
                assert_eq!(derive(b"secret", b"", b"", &mut [0; 255 * 32]), Some(()));
                assert_eq!(derive(b"secret", b"", b"", &mut [0; 255 * 32 + 1]), None);
            }

            #[test]
            fn every_vector_of_other_programs_comes_out() {
                let vectors = vectors();
                assert!(vectors.len() > 50, "{} vectors", vectors.len());
                let mut seen = 0;
                for vector in &vectors {
                    let text = |member| vector.get(member).and_then(JsonValue::as_str);
                    let name = text("name").unwrap();
                    if let Some(body) = text("body") {
                        assert_eq!(Some(hex(&sha256(body)).as_str()), text("body_sha256"), "{name}");
                    }
                    // Secrets and signatures of another encoding are those of `tests/it/wire/vectors.rs`.
                    if vector.get("signing").is_none() {
                        let (secret, base) = (text("secret").unwrap(), text("base_string").unwrap());
                        let signature = hex(&mac(secret.as_bytes(), base.as_bytes()));
                        assert_eq!(Some(signature.as_str()), text("signature"), "{name}");
                        seen += 1;
                    }
                }
                assert!(seen > 40, "{seen} signatures");
            }

            #[test]
            fn a_key_of_any_length_starts_any_number_of_texts() {
                for length in [0, 1, 32, 63, 64, 65, 128] {
                    let (key, other) = (vec![0x5a; length], vec![0x5a; length + 1]);
                    let keyed = Keyed::new(HmacSha256, &key);
                    let of = |text: &[u8]| {
                        let mut mac = keyed.clone().mac();
                        mac.update(text);
                        mac.finish().as_ref().to_vec()
                    };
                    assert_eq!(
                        [of(b"one"), of(b"two")],
                        [mac(&key, b"one"), mac(&key, b"two")],
                        "{length}"
                    );
                    assert_ne!(of(b"one"), of(b"two"));
                    // Up to a block, zeros at the end of a key change nothing; other bytes do.
                    assert_ne!(of(b"one"), mac(&other, b"one"), "{length}");
                }
            }

            #[test]
            fn a_mac_is_verified_by_all_of_its_bytes_and_no_others() {
                let keyed = Keyed::new(HmacSha256, b"key");
                let right = mac(b"key", b"");
                assert!(keyed.mac().verify(&mut std::iter::once(right.as_slice())));
                for place in 0..right.len() {
                    let mut wrong = right.clone();
                    wrong[place] ^= 1;
                    assert!(
                        !keyed.mac().verify(&mut std::iter::once(wrong.as_slice())),
                        "{place}"
                    );
                }
                let longer = [&right[..], &[0]].concat();
                let wrong = [&[][..], &right[..31], &longer];
                assert!(!keyed.mac().verify(&mut wrong.into_iter()));
                assert!(
                    keyed
                        .mac()
                        .verify(&mut wrong.into_iter().chain([right.as_slice()]))
                );
            }
        }
    };
}

tests_over!(over_aws_lc, aws_lc);
tests_over!(over_rust_crypto, rust_crypto);

proptest! {
    #[test]
    fn both_libraries_give_the_same_bytes(
        key in proptest::collection::vec(any::<u8>(), 0..200),
        blocks in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..200), 0..8),
        length in 0..100_usize,
    ) {
        let (mut one, mut other) = (aws_lc::Sha256::new(), rust_crypto::Sha256::new());
        let (mut mac, mut other_mac) = (aws_lc::Keyed::new(HmacSha256, &key).mac(), rust_crypto::Keyed::new(HmacSha256, &key).mac());
        for block in &blocks {
            one.update(block);
            other.update(block);
            mac.update(block);
            other_mac.update(block);
        }
        let whole = blocks.concat();
        prop_assert_eq!(one.clone().finish(), other.clone().finish());
        prop_assert_eq!(one.finish(), rust_crypto::sha256(&whole));
        prop_assert_eq!(other.finish(), aws_lc::sha256(&whole));
        prop_assert_eq!(mac.finish().as_ref().to_vec(), other_mac.finish().as_ref().to_vec());
        let (mut mac, mut other_mac) = (aws_lc::Keyed::new(HmacSha512, &key).mac(), rust_crypto::Keyed::new(HmacSha512, &key).mac());
        mac.update(&whole);
        other_mac.update(&whole);
        prop_assert_eq!(mac.finish().as_ref().to_vec(), other_mac.finish().as_ref().to_vec());
        prop_assert_eq!(aws_lc::sha384(&whole), rust_crypto::sha384(&whole));
        prop_assert_eq!(aws_lc::sha512(&whole), rust_crypto::sha512(&whole));
        let (mut derived, mut other_derived) = (vec![0; length], vec![0; length]);
        prop_assert_eq!(
            aws_lc::derive(&key, b"salt", &whole, &mut derived),
            rust_crypto::derive(&key, b"salt", &whole, &mut other_derived)
        );
        prop_assert_eq!(derived, other_derived);
    }
}

#[test]
fn the_state_of_a_hash_never_prints() {
    let mut hash = super::Sha256::default();
    hash.update("hunter2");
    assert_eq!(format!("{hash:?}"), "Sha256 { .. }");
}
