//! Certificates, right and wrong.

use crate::asymmetric::{KeyError, PublicKey};
use crate::hash::base64;
use crate::keys::{Certificate, CertificateError, LocalKey};
use crate::signer::Signer as _;
use crate::tests::key;

#[test]
fn a_certificate_gives_its_key_only_while_it_is_valid() {
    let certificate = Certificate::from_pem(key!("certificate-sign")).unwrap();
    let key = PublicKey::from_pem(key!("rsa.pub")).unwrap();
    let (from, until) = (1_795_702_940, 2_573_302_940);
    assert_eq!(certificate.validity(), (from, until));
    for seconds in [from, until] {
        assert_eq!(certificate.public_key(seconds), Ok(&key));
    }
    for seconds in [from - 1, until + 1, 0, i64::MAX] {
        assert_eq!(
            certificate.public_key(seconds),
            Err(CertificateError::Expired { from, until })
        );
    }
}

#[test]
fn names_and_serial_are_those_of_openssl() {
    // `openssl x509 -noout -issuer -serial -nameopt RFC2253`
    let certificate = Certificate::from_pem(key!("certificate-sign")).unwrap();
    assert_eq!(certificate.serial(), "8e5c660ad95e4dbf");
    // RFC 4514 has no name for `organizationIdentifier`, and demands its number and DER then.
    assert_eq!(
        certificate.issuer(),
        r"2.5.4.97=#0c1250534444452d424146494e2d313233343536,CN=seal.example,O=A quoted\, Company,C=DE"
    );
    assert_eq!(certificate.subject(), certificate.issuer());
}

#[test]
fn a_certificate_that_is_none_or_of_a_weak_or_other_key_is_refused() {
    let refused = |pem: &str| Certificate::from_pem(pem).unwrap_err();
    assert_eq!(refused(""), CertificateError::Pem);
    assert_eq!(refused(key!("rsa.pub")), CertificateError::Pem);
    assert_eq!(refused(key!("certificate-agree")), CertificateError::Usage);
    assert_eq!(
        refused(key!("certificate-1024")),
        CertificateError::Key(KeyError::Rejected)
    );
    let der = Certificate::from_pem(key!("certificate-sign"))
        .unwrap()
        .as_der()
        .to_vec();
    for cut in [0, 1, 100, der.len() - 1] {
        assert_eq!(Certificate::from_der(&der[..cut]).unwrap_err(), CertificateError::Form);
    }
    assert_eq!(
        Certificate::from_der(&[der.clone(), vec![0]].concat()).unwrap_err(),
        CertificateError::Form
    );
    assert_eq!(
        Certificate::from_der(&vec![0x30; 1 << 20]).unwrap_err(),
        CertificateError::Form
    );
}

#[test]
fn a_key_takes_its_certificate_and_no_other() {
    let certificate = Certificate::from_pem(key!("certificate-sign")).unwrap();
    let key = LocalKey::from_pem(key!("rsa-pkcs8")).unwrap();
    let key = key.with_certificate(&certificate).unwrap();
    assert!(base64(key.key().certificate().unwrap()).starts_with("MII"));
    for other in [key!("rfc9421-rsa-pss"), key!("p521"), key!("rfc9421-ed25519")] {
        let other = LocalKey::from_pem(other).unwrap();
        assert_eq!(other.with_certificate(&certificate).unwrap_err(), KeyError::Certificate);
    }
}
