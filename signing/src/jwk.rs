//! Public keys in JSON (JSON Web Keys, RFC 7517): a document comes in, keys for signatures go out.
//!
//! A key must never verify by more than its members allow: its type, curve, `use`, `key_ops` and `alg` must agree. Must not fetch anything.

use crate::algorithm::SignatureAlgorithm;
use crate::asymmetric::{Curve, KeyError, PublicKey};
use base64::Engine as _;
use sdkwright_json::{DecodeError, JsonValue, Limits, Object, from_slice_within};

/// Largest size of a document, in bytes.
const LARGEST: usize = 256 << 10;

/// Largest number of keys in a set.
const MOST: usize = 256;

/// A public key with its id and all members of its document, such as the instant when it expires, which the caller must check.
#[derive(Debug, Clone)]
pub struct Jwk {
    key: PublicKey,
    members: Object,
}

impl Jwk {
    /// Reads a key from JSON of at most 256 KiB.
    pub fn from_json(json: &[u8]) -> Result<Self, JwkError> {
        Self::from_members(read(json)?)
    }

    fn from_members(members: Object) -> Result<Self, JwkError> {
        let key = usable(&members)?;
        Ok(Self { key, members })
    }

    /// Returns the id of the key.
    pub fn key_id(&self) -> Option<&str> {
        self.members.get("kid")?.as_str()
    }

    /// Returns the key. It verifies by its `alg` alone if it has one.
    pub fn public_key(&self) -> &PublicKey {
        &self.key
    }

    /// Returns a member of the document, such as `exp`.
    pub fn member(&self, name: &str) -> Option<&JsonValue> {
        self.members.get(name)
    }
}

/// A set of keys. Prints their ids.
#[derive(Debug, Clone)]
pub struct KeySet {
    keys: Vec<Jwk>,
    refused: Vec<(Option<String>, JwkError)>,
}

impl KeySet {
    /// Reads a set from JSON of at most 256 KiB and 256 keys. A broken key, and one for other uses, makes no set
    /// unusable (RFC 7517, section 5): only [`find`](Self::find) returns its error.
    pub fn from_json(json: &[u8]) -> Result<Self, JwkError> {
        let document = read(json)?;
        let keys = document
            .get("keys")
            .and_then(JsonValue::as_array)
            .ok_or(JwkError::Member("keys"))?;
        if keys.len() > MOST {
            return Err(JwkError::TooLarge);
        }
        let mut set = Self {
            keys: Vec::new(),
            refused: Vec::new(),
        };
        for key in keys {
            let members = key.as_object().cloned().unwrap_or_default();
            let key_id = members.get("kid").and_then(JsonValue::as_str).map(str::to_owned);
            match Jwk::from_members(members) {
                Ok(key) => set.keys.push(key),
                Err(error) => set.refused.push((key_id, error)),
            }
        }
        Ok(set)
    }

    /// Returns the usable keys.
    pub fn keys(&self) -> &[Jwk] {
        &self.keys
    }

    /// Returns the key with an id that verifies by an algorithm; without an id, the only key that verifies by it.
    pub fn find(&self, key_id: Option<&str>, algorithm: SignatureAlgorithm) -> Result<&Jwk, JwkError> {
        let has_id = |id: Option<&str>| key_id.is_none() || id == key_id;
        let verifies = |key: &&Jwk| key.key.algorithms().contains(&algorithm);
        let mut found = self.keys.iter().filter(|key| has_id(key.key_id())).filter(verifies);
        match (found.next(), found.next()) {
            (Some(key), None) => Ok(key),
            (Some(_), Some(_)) => Err(JwkError::Ambiguous),
            (None, _) => {
                let of_id = |(id, _): &&(Option<String>, JwkError)| key_id.is_some() && has_id(id.as_deref());
                let refused = self.refused.iter().find(of_id);
                Err(refused.map_or(JwkError::Unknown, |(_, error)| error.clone()))
            }
        }
    }
}

fn read(json: &[u8]) -> Result<Object, JwkError> {
    let limits = Limits {
        depth: 8,
        bytes: LARGEST,
        ..Limits::default()
    };
    if json.len() > LARGEST {
        return Err(JwkError::TooLarge);
    }
    from_slice_within(json, &limits).map_err(JwkError::Json)
}

/// Reads the public key of a document that is one for signatures.
fn usable(members: &Object) -> Result<PublicKey, JwkError> {
    let key = match text(members, "kty")? {
        "RSA" => PublicKey::from_rsa_numbers(&bytes(members, "n")?, &bytes(members, "e")?),
        "EC" => {
            let curve = match text(members, "crv")? {
                "P-256" => Curve::P256,
                "P-384" => Curve::P384,
                "P-521" => Curve::P521,
                _ => return Err(JwkError::Kind),
            };
            let (x, y) = (coordinate(members, "x", curve)?, coordinate(members, "y", curve)?);
            PublicKey::from_point(curve, &[&[4], &x[..], &y].concat())
        }
        "OKP" if text(members, "crv")? == "Ed25519" => PublicKey::from_ed25519(&bytes(members, "x")?),
        "oct" => return Err(JwkError::Symmetric),
        _ => return Err(JwkError::Kind),
    };
    if members.contains_key("d") {
        return Err(JwkError::Private);
    }
    let is_for_signatures = members.get("use").is_none_or(|usage| usage.as_str() == Some("sig"));
    let verifies = |operations: &JsonValue| {
        let operations = operations.as_array().unwrap_or_default();
        operations.iter().any(|operation| operation.as_str() == Some("verify"))
    };
    if !is_for_signatures || !members.get("key_ops").is_none_or(verifies) {
        return Err(JwkError::Usage);
    }
    let key = key?;
    let Some(name) = members.get("alg") else {
        return Ok(key);
    };
    let algorithm = name
        .as_str()
        .and_then(SignatureAlgorithm::from_jws_name)
        .ok_or(JwkError::Algorithm)?;
    let key = key.restrict(&[algorithm]);
    if key.algorithms().is_empty() {
        return Err(JwkError::Algorithm);
    }
    Ok(key)
}

fn text<'m>(members: &'m Object, name: &'static str) -> Result<&'m str, JwkError> {
    members
        .get(name)
        .and_then(JsonValue::as_str)
        .ok_or(JwkError::Member(name))
}

fn bytes(members: &Object, name: &'static str) -> Result<Vec<u8>, JwkError> {
    let engine = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    engine.decode(text(members, name)?).map_err(|_| JwkError::Member(name))
}

/// Reads a coordinate. Some APIs leave out its first zeros, which RFC 7518 demands: the number is the same. Coordinates of another
/// curve are at least 16 bytes shorter.
fn coordinate(members: &Object, name: &'static str, curve: Curve) -> Result<Vec<u8>, JwkError> {
    let digits = bytes(members, name)?;
    let zeros = curve.length().checked_sub(digits.len()).filter(|zeros| *zeros < 4);
    let zeros = zeros.ok_or(KeyError::Rejected)?;
    Ok([vec![0; zeros], digits].concat())
}

/// The reason why a document gives no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JwkError {
    /// The document is too large.
    #[error("the keys are more than 256 KiB, or more than 256 keys")]
    TooLarge,
    /// The document is not JSON of an object, or has a member twice.
    #[error("the keys are not the JSON of an object: {0}")]
    Json(DecodeError),
    /// A member is missing or of another form.
    #[error("the member `{0}` of the key is missing, or is not what RFC 7518 demands")]
    Member(&'static str),
    /// The key is of an unknown type or curve.
    #[error("the key is neither RSA, nor EC over P-256, P-384 or P-521, nor Ed25519")]
    Kind,
    /// The key is a secret, which no API publishes.
    #[error("the key is a secret (`kty: oct`), which never verifies as a public key")]
    Symmetric,
    /// The document contains the private key.
    #[error("the document contains a private key (`d`): whoever has read it can sign, so the key must be replaced")]
    Private,
    /// The key is not one for signatures.
    #[error("the key is not one to verify with (`use`, `key_ops`)")]
    Usage,
    /// The algorithm of the key is unknown, or not one of its type.
    #[error("the `alg` of the key is unknown, or is not one of its type and curve")]
    Algorithm,
    /// A broken or weak key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// No key of the set has the id, or the one that has it does not verify by the algorithm.
    #[error("no key of the set has this id and verifies by the algorithm")]
    Unknown,
    /// Several keys of the set fit.
    #[error("several keys of the set have this id (or the signature names none) and verify by the algorithm")]
    Ambiguous,
}

#[cfg(test)]
mod tests;
