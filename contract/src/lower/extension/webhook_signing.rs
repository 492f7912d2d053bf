//! `x-webhooks.signing`: the signature of deliveries, in one of three forms: a standard one, a JSON Web Signature, or one that the
//! contract describes by its message and its places.

use super::ambiguity::HEADER;
use super::reader::Reader;
use super::signature_places::Places;
use super::signed_message::{Common, in_prose};
use super::signing_algorithms::Algorithms;
use super::signing_settings;
use super::{freshness, webhook_jws, webhook_key_source, webhook_keys};
use crate::constant::list;
use crate::diag::Code;
use crate::ir::{
    Algorithm, Filter, Freshness, KeyPairRules, MacEncoding, Piece, PlacedValue, SecretEncoding, SecretForm,
    SignatureAlgorithm, SignaturePlace, SignatureRules, SignedValue, Signing, TimestampFormat, ValuePlace,
};
use crate::lower::context::Context;
use crate::source::{Node, NodeId};

/// Words that describe a signature; `scheme` replaces them.
#[rustfmt::skip]
const DESCRIBING: [&str; 11] = [
    "encoding", "secret", "publicKey", "keys", "jws", "message", "components", "headers", "read", "timestamp", "each",
];

impl Context<'_, '_> {
    pub(super) fn webhook_signing(&mut self, node: NodeId) -> Option<Signing> {
        let mut root = self.reader(node, "x-webhooks")?.insisting();
        let mut reader = root.below("signing")?;
        if let Some(scheme) = reader.get("scheme") {
            return of_scheme(&mut reader, scheme);
        }
        if let Some(jws) = reader.get("jws") {
            return webhook_jws::read_jws(&mut reader, jws);
        }
        described_signature(&mut reader)
    }
}

/// Reads a standard signature, which `scheme` names.
fn of_scheme(reader: &mut Reader<'_, '_>, scheme: Node<'_>) -> Option<Signing> {
    if let Some(other) = DESCRIBING.into_iter().find_map(|word| reader.get(word)) {
        let help = "remove it, or remove `scheme` and describe the whole signature";
        reader.fault(other, "`scheme` describes the whole signature already", help);
    }
    let algorithms = webhook_keys::of_standard_webhooks(reader)?;
    (scheme.text() == Some("standard-webhooks")).then(|| standard_webhooks(&algorithms))
}

/// Reads a signature that the contract describes by its keys, its message and its places. Then each check reports its faults, so that
/// one run shows all of them; a signature with values or places that do not fit each other is left out.
fn described_signature(reader: &mut Reader<'_, '_>) -> Option<Signing> {
    for word in ["algorithm", "encoding"] {
        reader.need(word);
    }
    let keys = Algorithms::from_reader(reader, true);
    let common = Common::from_reader(reader)?;
    let keys = keys?;
    let prefix = webhook_keys::prefix(reader, keys.key_pair);
    let settings = signing_settings::read_settings(reader, &common)?;
    let places = Places::of_delivery(reader, &common, &keys)?;
    let values_exist = check_values(reader, &common, &places);
    check_body(reader, &common);
    if values_exist {
        // The characters of nonces in deliveries are unknown.
        common.check_boundaries(reader, HEADER, false, false);
    }
    let values_have_places = places.have_signed_values(reader, &common);
    let places_are_signed = places.are_of_signed_values(reader, &common);
    check_checksum(reader, &common);
    let key_source = webhook_key_source::read_key_source(reader, false, keys.secret.is_some());
    let freshness = freshness::read_freshness(reader, common.signs(SignedValue::Timestamp))?;
    if !values_exist || !values_have_places || !places_are_signed {
        return None;
    }
    Some(Signing {
        rules: SignatureRules {
            signature: places.signature,
            encoding: keys.encoding,
            secret: keys.secret,
            key_pair: keys.key_pair.map(|pair| KeyPairRules { prefix, ..pair }),
            message: common.message,
            values: list(places.values),
            settings: settings.settings,
            timestamp: common.timestamp,
            freshness,
            ..SignatureRules::NONE
        },
        setting_docs: settings.docs,
        key_source,
    })
}

/// Reports values that a delivery does not have. Items of a body have their own values.
fn check_values(reader: &mut Reader<'_, '_>, common: &Common, places: &Places) -> bool {
    let is_item = matches!(places.signature, SignaturePlace::Items { .. });
    let has = |value: SignedValue| match value {
        SignedValue::Setting(_) => true,
        SignedValue::Item(_) => is_item,
        SignedValue::Timestamp | SignedValue::Nonce | SignedValue::Header(_) | SignedValue::Body => !is_item,
        _ => false,
    };
    let help =
        "sign `timestamp`, `nonce`, `header.NAME`, `settings.NAME` and the body; with `each`, members of an item";
    common.only(reader, "a delivery", has, help)
}

/// Reports a message without the body.
fn check_body(reader: &mut Reader<'_, '_>, common: &Common) {
    let is_body = |piece: &Piece| matches!(piece, Piece::Value(SignedValue::Body | SignedValue::Item(_), _));
    if !common.message.iter().any(is_body) {
        let help = "add `{body}` or `{body|sha256|hex}` as the owner of the API describes it";
        reader.fault(reader.node, "the body is not signed, so anyone could change it", help);
    }
}

/// Reports a checksum of the body, which protects nothing. If the owner of the API dictates it, that is a note.
fn check_checksum(reader: &mut Reader<'_, '_>, common: &Common) {
    let is_checksum = |piece: &&Piece| matches!(piece, Piece::Value(SignedValue::Body, filters) if filters.first() == Some(&Filter::Crc32));
    let (Some(piece), Some(node)) = (common.message.iter().find(is_checksum), reader.get("message")) else {
        return;
    };
    let message = format!(
        "{} is a checksum: anyone finds another body with the same one, so the signature does not protect the body",
        in_prose(piece)
    );
    if reader.flag("theirs") {
        let help = "look up the state at the API before you act; only the owner of the API can change the message";
        reader.fault_of(Code::DictatedAmbiguity, node, message, help);
    } else {
        let help =
            "write `{body}` or `{body|sha256|hex}`; if the owner of the API dictates the checksum, add `theirs: true`";
        reader.fault_of(Code::AmbiguousSignature, node, message, help);
    }
}

/// The signature of <https://www.standardwebhooks.com>, by a shared secret (`v1`), a public key (`v1a`), or both.
fn standard_webhooks(algorithms: &[SignatureAlgorithm]) -> Signing {
    let (by_secret, by_key) = (
        algorithms.contains(&SignatureAlgorithm::HmacSha256),
        algorithms.contains(&SignatureAlgorithm::Ed25519),
    );
    let rules = SignatureRules {
        signature: SignaturePlace::List {
            header: "webhook-signature",
            separator: ' ',
            pair: ',',
            name: Some(if by_secret { "v1" } else { "v1a" }),
            key_name: by_key.then_some("v1a"),
        },
        encoding: MacEncoding::Base64,
        secret: by_secret.then_some(SecretForm {
            algorithm: Algorithm::HmacSha256,
            encoding: SecretEncoding::Base64,
            prefix: "whsec_",
        }),
        key_pair: by_key.then_some(KeyPairRules {
            algorithms: &[SignatureAlgorithm::Ed25519],
            encoding: MacEncoding::Base64,
            prefix: "whpk_",
        }),
        message: &[
            Piece::Value(SignedValue::Header("webhook-id"), &[]),
            Piece::Text("."),
            Piece::Value(SignedValue::Timestamp, &[]),
            Piece::Text("."),
            Piece::Value(SignedValue::Body, &[]),
        ],
        values: &[PlacedValue {
            value: SignedValue::Timestamp,
            place: ValuePlace::Header("webhook-timestamp"),
        }],
        timestamp: TimestampFormat::UnixSeconds,
        freshness: Freshness::each_way(300),
        ..SignatureRules::NONE
    };
    Signing {
        rules,
        setting_docs: Vec::new(),
        key_source: None,
    }
}
