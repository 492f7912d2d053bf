//! Deliveries with a compressed body.

use std::io::Write as _;

use super::*;

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn delivered(coding: &'static str, body: &[u8]) -> HeaderMap {
    let mut headers = signed("sentinel9f2-new", NOW, body);
    headers.insert("Content-Encoding", coding.parse().unwrap());
    headers
}

#[test]
fn the_signature_covers_the_received_bytes_and_the_event_is_in_the_decoded_ones() {
    let body = gzip(BODY);
    for coding in ["gzip", "GZIP", "x-gzip"] {
        let delivery = verifier().verify(&delivered(coding, &body), &body).unwrap();
        assert_eq!(
            (delivery.event_id().as_deref(), &delivery.raw()[..]),
            (Some("e-1"), &body[..])
        );
        assert_eq!(delivery.event_type().as_deref(), Some("book.sold"));
        assert_eq!(delivery.event().unwrap().get("eventId").unwrap().as_str(), Some("e-1"));
    }
    let mut changed = body.clone();
    *changed.last_mut().unwrap() ^= 1;
    let error = verifier().verify(&delivered("gzip", &body), &changed).unwrap_err();
    assert_eq!(error, VerifyError::Signature);
}

#[test]
fn a_genuine_delivery_that_cannot_be_decoded_has_no_event() {
    let cut = &gzip(BODY)[..20];
    let other = b"\x1b\x00\x00".as_slice();
    for (coding, body) in [("gzip", cut), ("br", other), ("gzip, gzip", &gzip(BODY))] {
        let delivery = verifier().verify(&delivered(coding, body), body).unwrap();
        assert!(delivery.event().is_err() && delivery.event_id().is_none(), "{coding}");
        assert_eq!(&delivery.raw()[..], body);
    }
    // A server in between decoded the body, and left the header.
    assert!(
        verifier()
            .verify(&delivered("gzip", BODY), BODY)
            .unwrap()
            .event()
            .is_ok()
    );
}

#[test]
fn a_few_bytes_that_become_many_end_at_the_size_limit_and_only_once_they_are_verified() {
    let bomb = gzip(&vec![b' '; 64 << 20]);
    assert!(bomb.len() < 100_000);
    let limit = 1 << 20;
    let error = verifier().verify(&delivered("gzip", &bomb), &bomb).unwrap_err();
    assert_eq!(error, VerifyError::TooLarge { size: limit + 1, limit });
    let forged = verifier().verify(&delivered("gzip", BODY), &bomb).unwrap_err();
    assert_eq!(forged, VerifyError::Signature);
}
