//! Keys and sets in JSON, right and confused.

use super::*;
use SignatureAlgorithm as A;

const P256: &str = r#""kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0""#;
const ED25519: &str = r#""kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo""#;

fn rsa() -> String {
    // The modulus is odd and has 2048 bits; no one has its private key.
    format!(r#""kty":"RSA","n":"{}w","e":"AQAB""#, "_".repeat(341))
}

fn key(members: &str) -> Result<Jwk, JwkError> {
    Jwk::from_json(format!("{{{members}}}").as_bytes())
}

#[test]
fn a_key_verifies_by_its_type_and_by_its_alg_alone() {
    let algorithms = |members: &str| key(members).unwrap().public_key().algorithms().to_vec();
    assert_eq!(algorithms(P256), [A::EcdsaP256Sha256]);
    assert_eq!(algorithms(ED25519), [A::Ed25519]);
    assert_eq!(algorithms(&rsa()).len(), 4);
    assert_eq!(algorithms(&format!(r#"{},"alg":"PS256""#, rsa())), [A::RsaPssSha256]);
    assert_eq!(
        algorithms(&format!(r#"{ED25519},"alg":"EdDSA","use":"sig","key_ops":["verify"]"#)),
        [A::Ed25519]
    );
    assert_eq!(algorithms(&format!(r#"{ED25519},"alg":"Ed25519""#)), [A::Ed25519]);
    let jwk = key(&format!(r#"{P256},"kid":"k-1","expired_at":null,"exp":7"#)).unwrap();
    assert_eq!(jwk.key_id(), Some("k-1"));
    assert!(jwk.member("expired_at").unwrap().is_null());
    assert_eq!(jwk.member("exp"), Some(&7.into()));
}

#[test]
fn a_confused_key_is_refused_with_its_reason() {
    let rsa = rsa();
    let cases = [
        (format!(r#"{P256},"use":"enc""#), JwkError::Usage),
        (format!(r#"{P256},"use":7"#), JwkError::Usage),
        (format!(r#"{P256},"key_ops":["sign"]"#), JwkError::Usage),
        (format!(r#"{P256},"key_ops":[]"#), JwkError::Usage),
        (format!(r#"{P256},"key_ops":"verify""#), JwkError::Usage),
        (format!(r#"{P256},"alg":"ES384""#), JwkError::Algorithm),
        (format!(r#"{P256},"alg":"HS256""#), JwkError::Algorithm),
        (format!(r#"{P256},"alg":"none""#), JwkError::Algorithm),
        (format!(r#"{P256},"alg":7"#), JwkError::Algorithm),
        (format!(r#"{rsa},"alg":"RSA-OAEP""#), JwkError::Algorithm),
        (format!(r#"{rsa},"alg":"ES256""#), JwkError::Algorithm),
        (format!(r#"{P256},"d":"AA""#), JwkError::Private),
        (P256.replace("P-256", "P-384"), JwkError::Key(KeyError::Rejected)),
        (P256.replace("P-256", "secp256k1"), JwkError::Kind),
        (ED25519.replace("Ed25519", "X25519"), JwkError::Kind),
        (ED25519.replace("URo", "URp"), JwkError::Member("x")),
        (P256.replace("EU", "EV"), JwkError::Member("x")),
        (P256.replace("VEU", "VEU="), JwkError::Member("x")),
        (P256.replace("\"x\"", "\"z\""), JwkError::Member("x")),
        (rsa.replace("AQAB", "AQ"), JwkError::Key(KeyError::Rejected)),
        (rsa.replacen("____", "", 1), JwkError::Key(KeyError::Rejected)),
        (r#""kty":"oct","k":"AAAA""#.to_owned(), JwkError::Symmetric),
        (r#""kty":"rsa""#.to_owned(), JwkError::Kind),
        (r#""n":"AA""#.to_owned(), JwkError::Member("kty")),
    ];
    for (members, error) in cases {
        assert_eq!(key(&members).unwrap_err(), error, "{members:.120}");
    }
    for members in [format!(r#"{P256},"kty":"oct""#), "\"kty\":".to_owned()] {
        assert!(matches!(key(&members), Err(JwkError::Json(_))));
    }
}

#[test]
fn a_set_finds_the_one_key_that_fits() {
    let json = format!(
        r#"{{"keys":[{{{P256},"kid":"a"}},{{{ED25519},"kid":"b"}},{{{},"kid":"c"}},{{"kty":"oct","k":"AA","kid":"s"}},
        {{"kty":"XYZ"}},7,{{{P256},"kid":"e","use":"enc"}},{{{},"kid":"c"}}],"more":1}}"#,
        rsa(),
        rsa()
    );
    let set = KeySet::from_json(json.as_bytes()).unwrap();
    assert_eq!(set.keys().len(), 4);
    let find = |id, algorithm| set.find(id, algorithm).map(|key| key.key_id().unwrap());
    assert_eq!(find(Some("a"), A::EcdsaP256Sha256), Ok("a"));
    assert_eq!(find(None, A::Ed25519), Ok("b"));
    // A forged id, an algorithm of another key, and a secret that is published.
    assert_eq!(find(Some("z"), A::Ed25519), Err(JwkError::Unknown));
    assert_eq!(find(Some("a"), A::Ed25519), Err(JwkError::Unknown));
    assert_eq!(find(Some("a"), A::HmacSha256), Err(JwkError::Unknown));
    assert_eq!(find(Some("s"), A::HmacSha256), Err(JwkError::Symmetric));
    assert_eq!(find(Some("e"), A::EcdsaP256Sha256), Err(JwkError::Usage));
    assert_eq!(find(Some(""), A::Ed25519), Err(JwkError::Unknown));
    assert_eq!(find(Some("c"), A::RsaPssSha256), Err(JwkError::Ambiguous));
    assert_eq!(find(None, A::RsaPssSha256), Err(JwkError::Ambiguous));
}

#[test]
fn a_set_is_bounded() {
    let set = |count: usize| format!(r#"{{"keys":[{}]}}"#, vec![r#"{"kty":"XYZ"}"#; count].join(","));
    assert!(KeySet::from_json(set(256).as_bytes()).is_ok());
    assert_eq!(KeySet::from_json(set(257).as_bytes()).unwrap_err(), JwkError::TooLarge);
    let long = format!(r#"{{"keys":[],"x":"{}"}}"#, "x".repeat(256 << 10));
    assert_eq!(KeySet::from_json(long.as_bytes()).unwrap_err(), JwkError::TooLarge);
    assert!(matches!(
        KeySet::from_json("[".repeat(100).as_bytes()),
        Err(JwkError::Json(_))
    ));
    for json in ["{}", r#"{"keys":{}}"#] {
        assert_eq!(
            KeySet::from_json(json.as_bytes()).unwrap_err(),
            JwkError::Member("keys")
        );
    }
}
