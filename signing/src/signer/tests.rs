//! Results of any signer, and keys of each kind.

use super::*;
use crate::hash::hex;
use crate::keys::LocalKey;
use crate::secret::{SecretEncoding, SigningSecret};
use crate::tests::ready;

#[test]
fn a_secret_signs_as_the_published_vectors() {
    // RFC 4231, test case 2.
    let signed = |form| {
        let key = LocalKey::from_secret(&SigningSecret::new("Jefe"), form).unwrap();
        let algorithm = key.key().algorithms()[0];
        let what = ToSign::new(algorithm, b"what do ya want for nothing?", "pay");
        ready(what.sign_with(&key)).unwrap().encode(MacEncoding::Hex)
    };
    let form = crate::secret::SecretForm::from(SecretEncoding::Utf8);
    assert_eq!(
        signed(form),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    );
    let form = crate::secret::SecretForm {
        algorithm: crate::hash::Algorithm::HmacSha512,
        ..form
    };
    assert!(signed(form).starts_with("164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"));
}

struct Foreign(KeyInfo, usize);

impl Signer for Foreign {
    fn key(&self) -> &KeyInfo {
        &self.0
    }

    fn sign<'s>(&'s self, _: &'s ToSign<'s>) -> SignFuture<'s> {
        Box::pin(async { Ok(Signature::new(vec![0; self.1])) })
    }
}

#[test]
fn a_signature_of_another_length_is_refused() {
    use SignatureAlgorithm as A;
    let cases = [
        (A::EcdsaP256Sha256, 64, true),
        (A::EcdsaP256Sha256, 70, false),
        (A::EcdsaP521Sha512, 132, true),
        (A::EcdsaP521Sha512, 0, false),
        (A::Ed25519, 63, false),
        (A::RsaPssSha256, 256, true),
        (A::RsaPssSha256, 128, false),
    ];
    for (algorithm, length, is_right) in cases {
        let result = ready(ToSign::new(algorithm, b"", "pay").sign_with(&Foreign(KeyInfo::new([algorithm]), length)));
        assert_eq!(result.is_ok(), is_right, "{algorithm} {length}");
        if let Err(error) = result {
            assert!(
                matches!(error, SignError::Length { found, .. } if found == length),
                "{error}"
            );
        }
    }
}

#[test]
fn the_accepted_list_decides_the_order_and_the_key_what_is_possible() {
    use SignatureAlgorithm as A;
    let key = KeyInfo::new([A::RsaPkcs1Sha256, A::RsaPssSha256]);
    assert_eq!(
        key.choose(&[A::Ed25519, A::RsaPssSha256, A::RsaPkcs1Sha256]).unwrap(),
        A::RsaPssSha256
    );
    let error = key.choose(&[A::Ed25519, A::HmacSha256]).unwrap_err();
    assert!(!error.is_transient());
    assert_eq!(
        error.to_string(),
        "the key signs by rsa-pkcs1-sha256, rsa-pss-sha256, and the API accepts ed25519, hmac-sha256: use a key of an accepted kind"
    );
    let key = LocalKey::from_secret(&SigningSecret::new("s"), SecretEncoding::Utf8).unwrap();
    let what = ToSign::new(A::HmacSha512, b"", "pay");
    assert!(matches!(ready(key.sign(&what)), Err(SignError::Algorithm { .. })));
}

#[test]
fn a_digest_is_that_of_the_algorithm() {
    use SignatureAlgorithm as A;
    let digest = |algorithm| {
        ToSign::new(algorithm, b"abc", "pay")
            .digest()
            .map(|digest| hex(&digest)[..8].to_owned())
    };
    assert_eq!(digest(A::EcdsaP256Sha256).as_deref(), Some("ba7816bf"));
    assert_eq!(digest(A::EcdsaP384Sha384).as_deref(), Some("cb00753f"));
    assert_eq!(digest(A::RsaPssSha512).as_deref(), Some("ddaf35a1"));
    assert_eq!(digest(A::Ed25519), None);
    assert_eq!(digest(A::HmacSha256), None);
}

#[test]
fn neither_key_nor_message_nor_signature_prints() {
    let key = LocalKey::from_secret(&SigningSecret::new("sentinel9f2"), SecretEncoding::Utf8)
        .unwrap()
        .with_key_id("key-1");
    let what = ToSign::new(SignatureAlgorithm::HmacSha256, b"sentinel9f2", "pay");
    let printed = format!("{key:?} {what:?} {:?}", ready(key.sign(&what)));
    assert!(!printed.contains("sentinel9f2"));
    assert_eq!(
        printed,
        "LocalKey { info: KeyInfo { algorithms: [HmacSha256], key_id: Some(\"key-1\"), certificate: None }, .. } \
         ToSign { algorithm: HmacSha256, operation: \"pay\", .. } Ok(Signature([32 bytes]))"
    );
}
