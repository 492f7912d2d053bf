//! DER and base64 of keys and certificates, by the crates of RustCrypto: bytes come in, the parts of a key go out. No other module
//! calls these crates.

use super::kinds::{CertificateContent, Curve, KeyError, Kind};
use base64ct::{Base64, Encoding as _};
use x509_cert::Certificate;
use x509_cert::der::asn1::{ObjectIdentifier, OctetStringRef, UintRef};
use x509_cert::der::{self, Decode as _, Encode as _, Reader as _, SliceReader};
use x509_cert::ext::pkix::KeyUsage;
use x509_cert::spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const P521: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.35");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// Decodes base64 in constant time into a buffer of the same length, and returns the length of the bytes.
pub(crate) fn decode_base64(digits: &[u8], into: &mut [u8]) -> Result<usize, KeyError> {
    Base64::decode(digits, into).map(<[u8]>::len).map_err(|_| KeyError::Pem)
}

/// Reads the kind and the inner key of a `PrivateKeyInfo` (RFC 5208, RFC 5958).
pub(super) fn private_key(der: &[u8]) -> Result<(Kind, &[u8]), KeyError> {
    let fields = || -> der::Result<(AlgorithmIdentifierRef<'_>, &[u8])> {
        SliceReader::new(der)?.sequence(|fields| {
            u8::decode(fields)?;
            let kind = AlgorithmIdentifierRef::decode(fields)?;
            let inner = <&OctetStringRef>::decode(fields)?;
            // Attributes and the public key may follow.
            fields.read_slice(fields.remaining_len())?;
            Ok((kind, inner.as_bytes()))
        })
    };
    let (identifier, inner) = fields().map_err(|_| KeyError::Rejected)?;
    Ok((kind(&identifier)?, inner))
}

/// Reads the kind and the bytes of a `SubjectPublicKeyInfo` (RFC 5280).
pub(super) fn public_key(der: &[u8]) -> Result<(Kind, &[u8]), KeyError> {
    let info = SubjectPublicKeyInfoRef::from_der(der).map_err(|_| KeyError::Rejected)?;
    let bytes = info.subject_public_key.as_bytes().ok_or(KeyError::Rejected)?;
    Ok((kind(&info.algorithm)?, bytes))
}

fn kind(identifier: &AlgorithmIdentifierRef<'_>) -> Result<Kind, KeyError> {
    match identifier.oid {
        RSA => Ok(Kind::Rsa),
        RSA_PSS => Ok(Kind::RsaPss),
        ED25519 => Ok(Kind::Ed25519),
        EC => match identifier.parameters_oid() {
            Ok(P256) => Ok(Kind::Ec(Curve::P256)),
            Ok(P384) => Ok(Kind::Ec(Curve::P384)),
            Ok(P521) => Ok(Kind::Ec(Curve::P521)),
            _ => Err(KeyError::Kind),
        },
        _ => Err(KeyError::Kind),
    }
}

/// Reads a sequence of two numbers, without leading zeros.
pub(super) fn numbers(der: &[u8]) -> Option<[Vec<u8>; 2]> {
    let numbers = Vec::<UintRef<'_>>::from_der(der).ok()?;
    let bytes: Vec<Vec<u8>> = numbers.iter().map(|number| number.as_bytes().to_vec()).collect();
    bytes.try_into().ok()
}

/// Writes a sequence of two numbers.
pub(super) fn write_numbers(numbers: [&[u8]; 2]) -> Option<Vec<u8>> {
    let [first, second] = numbers.map(UintRef::new);
    [first.ok()?, second.ok()?].to_der().ok()
}

/// Reads a certificate (RFC 5280).
pub(crate) fn certificate(der: &[u8]) -> Result<CertificateContent, KeyError> {
    let form = |_| KeyError::Rejected;
    let decoded = Certificate::from_der(der).map_err(form)?;
    let content = decoded.tbs_certificate();
    let usage = content.get_extension::<KeyUsage>().map_err(form)?;
    let seconds = |time: &x509_cert::time::Time| i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX);
    Ok(CertificateContent {
        key: content.subject_public_key_info().to_der().map_err(form)?,
        signs: usage.is_none_or(|(_, usage)| usage.digital_signature() || usage.non_repudiation()),
        serial: content.serial_number().as_bytes().to_vec(),
        issuer: content.issuer().to_string(),
        subject: content.subject().to_string(),
        from: seconds(&content.validity().not_before),
        until: seconds(&content.validity().not_after),
    })
}
