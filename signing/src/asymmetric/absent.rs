//! Key pairs without the feature `asymmetric`: this module refuses each key, and no signature is valid.

use super::kinds::{CertificateContent, Curve, KeyError, Kind};
use crate::algorithm::SignatureAlgorithm;

/// A private key. There are none.
pub(super) enum Pair {}

impl Pair {
    pub(super) fn rsa(_: &[u8]) -> Result<Self, KeyError> {
        Err(KeyError::Library)
    }

    pub(super) fn sec1(_: Curve, _: &[u8]) -> Result<Self, KeyError> {
        Err(KeyError::Library)
    }

    pub(super) fn ecdsa(_: Curve, _: &[u8]) -> Result<Self, KeyError> {
        Err(KeyError::Library)
    }

    pub(super) fn ed25519(_: &[u8]) -> Result<Self, KeyError> {
        Err(KeyError::Library)
    }

    pub(super) fn public(&self) -> Vec<u8> {
        match *self {}
    }

    pub(super) fn sign(&self, _: SignatureAlgorithm, _: &[u8]) -> Option<Vec<u8>> {
        match *self {}
    }
}

pub(super) fn verifies(_: SignatureAlgorithm) -> bool {
    false
}

pub(super) fn is_valid(_: SignatureAlgorithm, _: &[u8], _: &[u8], _: &[u8]) -> bool {
    false
}

pub(crate) fn decode_base64(_: &[u8], _: &mut [u8]) -> Result<usize, KeyError> {
    Err(KeyError::Library)
}

pub(super) fn private_key(_: &[u8]) -> Result<(Kind, &[u8]), KeyError> {
    Err(KeyError::Library)
}

pub(super) fn public_key(_: &[u8]) -> Result<(Kind, &[u8]), KeyError> {
    Err(KeyError::Library)
}

pub(super) fn numbers(_: &[u8]) -> Option<[Vec<u8>; 2]> {
    None
}

pub(super) fn write_numbers(_: [&[u8]; 2]) -> Option<Vec<u8>> {
    None
}

pub(crate) fn certificate(_: &[u8]) -> Result<CertificateContent, KeyError> {
    Err(KeyError::Library)
}
