//! The base string: parts of one request in, the text that the MAC covers out.
//!
//! It must never normalize: the signed text is the text on the wire.

use crate::mac;
use crate::scheme::{BodyEncoding, Component};

/// The parts of one request (or webhook delivery) as they are on the wire.
#[derive(Debug, Clone, Copy)]
pub struct Parts<'a> {
    /// The HTTP method; empty for a delivery.
    pub method: &'a str,
    /// Path and query; empty for a delivery.
    pub target: &'a str,
    /// SHA-256 of the body bytes.
    pub body_sha256: &'a [u8; 32],
    /// The instant as written in its header.
    pub timestamp: &'a str,
    /// The nonce as written in its header.
    pub nonce: &'a str,
    /// The idempotency key as written in its header.
    pub idempotency_key: Option<&'a str>,
    /// The client id as written in its header.
    pub client_id: Option<&'a str>,
}

/// Joins the components; an absent one is an empty text.
pub fn base_string(components: &[Component], separator: &str, parts: &Parts<'_>) -> String {
    let texts = [parts.target, parts.timestamp, parts.nonce].map(str::len);
    let others = [parts.idempotency_key, parts.client_id].map(|text| text.map_or(0, str::len));
    let rest = [96, separator.len().saturating_mul(components.len())];
    let mut base = String::with_capacity(texts.iter().chain(&others).chain(&rest).sum());
    for (index, component) in components.iter().enumerate() {
        if index > 0 {
            base.push_str(separator);
        }
        match component {
            Component::Method => base.extend(parts.method.chars().map(|letter| letter.to_ascii_uppercase())),
            Component::Target => base.push_str(parts.target),
            Component::Body(BodyEncoding::Hex) => mac::push_hex(&mut base, parts.body_sha256),
            Component::Body(BodyEncoding::Base64) => base.push_str(&mac::base64(parts.body_sha256)),
            Component::Timestamp => base.push_str(parts.timestamp),
            Component::Nonce => base.push_str(parts.nonce),
            Component::IdempotencyKey => base.push_str(parts.idempotency_key.unwrap_or_default()),
            Component::ClientId => base.push_str(parts.client_id.unwrap_or_default()),
        }
    }
    base
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::sha256;

    const ALL: &[Component] = &[
        Component::Method,
        Component::Target,
        Component::Body(BodyEncoding::Hex),
        Component::Timestamp,
        Component::Nonce,
        Component::IdempotencyKey,
    ];

    fn parts(digest: &[u8; 32]) -> Parts<'_> {
        Parts {
            method: "post",
            target: "/v1/things?b=2&a=%20",
            body_sha256: digest,
            timestamp: "2026-06-28T00:00:00Z",
            nonce: "0123456789abcdef",
            idempotency_key: Some("key-1"),
            client_id: Some("client-1"),
        }
    }

    #[test]
    fn the_components_stand_in_their_order_with_nothing_after_the_last() {
        let digest = sha256(b"");
        assert_eq!(
            base_string(ALL, "\n", &parts(&digest)),
            "POST\n/v1/things?b=2&a=%20\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n\
             2026-06-28T00:00:00Z\n0123456789abcdef\nkey-1"
        );
    }

    #[test]
    fn without_a_key_the_last_line_is_empty() {
        let digest = sha256(b"");
        let parts = Parts {
            idempotency_key: None,
            ..parts(&digest)
        };
        assert!(base_string(ALL, "\n", &parts).ends_with("0123456789abcdef\n"));
    }

    #[test]
    fn another_order_separator_and_encoding_come_from_the_description() {
        let digest = sha256(b"");
        let components = [
            Component::ClientId,
            Component::Nonce,
            Component::Body(BodyEncoding::Base64),
            Component::Target,
        ];
        assert_eq!(
            base_string(&components, "|", &parts(&digest)),
            "client-1|0123456789abcdef|47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=|/v1/things?b=2&a=%20"
        );
    }
}
