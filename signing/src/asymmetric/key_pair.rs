//! Private keys: PEM comes in, signatures go out.

use super::kinds::{ANY_RSA, Curve, KeyError, Kind, ONLY_ED25519, ONLY_PSS};
use super::library::{Pair, private_key};
use super::pem::block;
use super::public_key::PublicKey;
use crate::algorithm::SignatureAlgorithm;
use crate::signer::Signature;

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
        let (label, der) = block(pem, &labels)?;
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
        match private_key(der)? {
            (Kind::Rsa, inner) => Self::new(Pair::rsa(inner), ANY_RSA),
            (Kind::RsaPss, inner) => Self::new(Pair::rsa(inner), ONLY_PSS),
            (Kind::Ec(curve), _) => Self::new(Pair::ecdsa(curve, der), curve.algorithms()),
            (Kind::Ed25519, _) => Self::new(Pair::ed25519(der), ONLY_ED25519),
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
