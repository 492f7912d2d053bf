//! Private keys: PEM comes in, signatures go out.

use super::kinds::{ANY_RSA, Curve, EC, ED25519, KeyError, ONLY_ED25519, ONLY_PSS, RSA, RSA_PSS};
use super::library::Pair;
use super::public_key::PublicKey;
use crate::algorithm::SignatureAlgorithm;
use crate::pem;
use crate::signer::Signature;
use x509_cert::der::asn1::OctetStringRef;
use x509_cert::der::{Decode as _, Reader as _, SliceReader};
use x509_cert::spki::AlgorithmIdentifierRef;

/// A private key with its public key.
pub(crate) struct KeyPair {
    pair: Pair,
    algorithms: &'static [SignatureAlgorithm],
}

const CURVES: [Curve; 3] = [Curve::P256, Curve::P384, Curve::P521];

impl KeyPair {
    /// Reads a private key in PEM.
    pub(crate) fn from_pem(pem: &str) -> Result<Self, KeyError> {
        if pem.contains("ENCRYPTED") {
            return Err(KeyError::Encrypted);
        }
        let labels = ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"];
        let (label, der) = pem::block(pem, &labels).ok_or(KeyError::Pem)?;
        match label {
            "PRIVATE KEY" => Self::from_pkcs8(&der),
            "RSA PRIVATE KEY" => Self::new(Pair::rsa(&der), ANY_RSA),
            _ => {
                let pair = |curve: Curve| Self::new(Pair::sec1(curve, &der), curve.algorithms()).ok();
                CURVES.into_iter().find_map(pair).ok_or(KeyError::Rejected)
            }
        }
    }

    fn from_pkcs8(der: &[u8]) -> Result<Self, KeyError> {
        let (kind, inner) = private_key_info(der).map_err(|_| KeyError::Rejected)?;
        match kind.oid {
            RSA => Self::new(Pair::rsa(inner), ANY_RSA),
            RSA_PSS => Self::new(Pair::rsa(inner), ONLY_PSS),
            EC => {
                let curve = Curve::from_parameters(&kind).ok_or(KeyError::Kind)?;
                Self::new(Pair::ecdsa(curve, der), curve.algorithms())
            }
            ED25519 => Self::new(Pair::ed25519(der), ONLY_ED25519),
            _ => Err(KeyError::Kind),
        }
    }

    fn new(pair: Result<Pair, KeyError>, algorithms: &'static [SignatureAlgorithm]) -> Result<Self, KeyError> {
        Ok(Self {
            pair: pair?,
            algorithms,
        })
    }

    /// Returns the algorithms that the key signs by.
    pub(crate) fn algorithms(&self) -> &'static [SignatureAlgorithm] {
        self.algorithms
    }

    /// Returns `true` if this is the public key of the pair.
    pub(crate) fn is_pair_of(&self, key: &PublicKey) -> bool {
        key.is_of(&self.pair.public())
    }

    /// Signs a message by one of the key's algorithms; `None` if the library fails, and for another algorithm.
    pub(crate) fn sign(&self, algorithm: SignatureAlgorithm, message: &[u8]) -> Option<Signature> {
        self.pair.sign(algorithm, message).map(Signature::new)
    }
}

/// Reads the kind and the inner key of a `PrivateKeyInfo` (RFC 5208, RFC 5958).
fn private_key_info(der: &[u8]) -> x509_cert::der::Result<(AlgorithmIdentifierRef<'_>, &[u8])> {
    SliceReader::new(der)?.sequence(|fields| {
        u8::decode(fields)?;
        let kind = AlgorithmIdentifierRef::decode(fields)?;
        let inner = <&OctetStringRef>::decode(fields)?;
        // Attributes and the public key may follow.
        fields.read_slice(fields.remaining_len())?;
        Ok((kind, inner.as_bytes()))
    })
}
