//! The verdicts of Wycheproof on known attacks. A verdict `acceptable` may go either way.

use crate::algorithm::SignatureAlgorithm as A;
use crate::asymmetric::{PublicKey, aws_lc, rust_crypto};
use crate::signer::Signature;
use wycheproof::TestResult;
use wycheproof::{ecdsa, eddsa, rsa_pkcs1_verify, rsa_pss_verify};

/// Compares verdicts, and returns how many there were.
fn judge(verdicts: impl IntoIterator<Item = (usize, TestResult, bool)>, name: &str) -> usize {
    let wrong = |(id, expected, accepted): (usize, TestResult, bool)| match expected {
        TestResult::Valid => assert!(accepted, "{name} {id} is valid"),
        TestResult::Invalid => assert!(!accepted, "{name} {id} is invalid"),
        TestResult::Acceptable => {}
    };
    verdicts.into_iter().map(wrong).count()
}

/// The verdicts of one way to verify on the cases of a group.
macro_rules! verdicts {
    ($group:ident, $accepts:expr) => {
        $group
            .tests
            .iter()
            .map(|test| (test.tc_id, test.result, $accepts(&test.sig, &test.msg)))
    };
}

type IsValid = fn(A, &[u8], &[u8], &[u8]) -> bool;

/// Both libraries of ECDSA and Ed25519.
const BOTH: [IsValid; 2] = [aws_lc::is_valid, rust_crypto::is_valid];

#[test]
fn ecdsa_of_fixed_length() {
    let sets = [
        (ecdsa::TestName::EcdsaSecp256r1Sha256P1363, A::EcdsaP256Sha256),
        (ecdsa::TestName::EcdsaSecp384r1Sha384P1363, A::EcdsaP384Sha384),
        (ecdsa::TestName::EcdsaSecp521r1Sha512P1363, A::EcdsaP521Sha512),
    ];
    let mut count = 0;
    for (name, algorithm) in sets {
        for group in ecdsa::TestSet::load(name).unwrap().test_groups {
            let key = PublicKey::from_der(&group.der).unwrap();
            for is_valid in BOTH {
                let accepts = |sig: &[u8], msg: &[u8]| is_valid(algorithm, &key.bytes, msg, sig);
                count += judge(verdicts!(group, accepts), "fixed");
            }
        }
    }
    assert!(count > 1000, "{count}");
}

#[test]
fn ecdsa_in_der() {
    let sets = [
        (ecdsa::TestName::EcdsaSecp256r1Sha256, A::EcdsaP256Sha256),
        (ecdsa::TestName::EcdsaSecp384r1Sha384, A::EcdsaP384Sha384),
        (ecdsa::TestName::EcdsaSecp521r1Sha512, A::EcdsaP521Sha512),
    ];
    let mut count = 0;
    for (name, algorithm) in sets {
        for group in ecdsa::TestSet::load(name).unwrap().test_groups {
            let key = PublicKey::from_der(&group.der).unwrap();
            for is_valid in BOTH {
                let accepts = |sig: &[u8], msg: &[u8]| {
                    let fixed = Signature::from_ecdsa_der(algorithm, sig);
                    fixed.is_ok_and(|fixed| is_valid(algorithm, &key.bytes, msg, fixed.as_ref()))
                };
                count += judge(verdicts!(group, accepts), "der");
            }
        }
    }
    assert!(count > 2000, "{count}");
}

#[test]
fn ed25519() {
    let mut count = 0;
    for group in eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap().test_groups {
        let key = PublicKey::from_der(&group.der).unwrap();
        for is_valid in BOTH {
            let accepts = |sig: &[u8], msg: &[u8]| is_valid(A::Ed25519, &key.bytes, msg, sig);
            count += judge(verdicts!(group, accepts), "ed25519");
        }
    }
    assert!(count > 200, "{count}");
}

#[test]
fn rsa_pkcs1() {
    use rsa_pkcs1_verify::TestName as N;
    let sets = [
        (N::Rsa2048Sha256, A::RsaPkcs1Sha256),
        (N::Rsa3072Sha256, A::RsaPkcs1Sha256),
        (N::Rsa4096Sha256, A::RsaPkcs1Sha256),
        (N::Rsa2048Sha512, A::RsaPkcs1Sha512),
        (N::Rsa4096Sha512, A::RsaPkcs1Sha512),
    ];
    let mut count = 0;
    for (name, algorithm) in sets {
        for group in rsa_pkcs1_verify::TestSet::load(name).unwrap().test_groups {
            let key = PublicKey::from_der(&group.der).unwrap();
            let accepts = |sig: &[u8], msg: &[u8]| key.verify(algorithm, msg, sig).is_ok();
            count += judge(verdicts!(group, accepts), "pkcs1");
        }
    }
    assert!(count > 1000, "{count}");
}

#[test]
fn rsa_pss() {
    use rsa_pss_verify::TestName as N;
    // Sets with a salt of another length than the hash have valid signatures that must be refused.
    let sets = [
        (N::RsaPss2048Sha256Mgf1SaltLen32, A::RsaPssSha256, true),
        (N::RsaPss3072Sha256Mgf1SaltLen32, A::RsaPssSha256, true),
        (N::RsaPss4096Sha256Mgf1SaltLen32, A::RsaPssSha256, true),
        (N::RsaPss4096Sha512Mgf1SaltLen64, A::RsaPssSha512, true),
        (N::RsaPss2048Sha256Mgf1SaltLen32WithParams, A::RsaPssSha256, true),
        (N::RsaPss2048Sha256Mgf1SaltLen0, A::RsaPssSha256, false),
        (N::RsaPss2048Sha256Mgf1Sha1_20, A::RsaPssSha256, false),
        (N::RsaPss2048Sha1Mgf1SaltLen20, A::RsaPssSha256, false),
        (N::RsaPss4096Sha512Mgf1SaltLen32, A::RsaPssSha512, false),
    ];
    let mut count = 0;
    for (name, algorithm, is_ours) in sets {
        for group in rsa_pss_verify::TestSet::load(name).unwrap().test_groups {
            let key = PublicKey::from_der(&group.der).unwrap();
            let accepts = |sig: &[u8], msg: &[u8]| key.verify(algorithm, msg, sig).is_ok();
            let verdicts = group.tests.iter().map(|test| {
                let expected = match test.result {
                    verdict if is_ours => verdict,
                    TestResult::Valid => TestResult::Invalid,
                    // May be a signature with a salt that is as long as the hash.
                    _ => TestResult::Acceptable,
                };
                (test.tc_id, expected, accepts(&test.sig, &test.msg))
            });
            count += judge(verdicts, "pss");
        }
    }
    assert!(count > 500, "{count}");
}
