//! `x-webhooks.signing`: the signature of deliveries, in one of three forms: a standard one, a JSON Web Signature, or one that the
//! contract describes by its message and its places.

use super::reader::Reader;
use super::signature_places::Places;
use super::signed_message::{Common, HEADER, in_prose, template_at};
use super::signing_forms::claim;
use super::signing_settings::{self, Algorithms, algorithms};
use super::webhook_keys;
use crate::constant::{list, text};
use crate::diag::Code;
use crate::ir::{
    Algorithm, Claim, Filter, Freshness, Jws, JwsPayload, KeyPairRules, MacEncoding, Piece, PlacedValue,
    SecretEncoding, SecretForm, SignatureAlgorithm, SignatureForm, SignaturePlace, SignatureRules, SignedValue,
    Signing, TimestampFormat, ValuePlace,
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
            return read_jws(&mut reader, jws);
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
    let key_source = webhook_keys::read_key_source(reader, false, keys.secret.is_some());
    let freshness = signing_settings::read_freshness(reader, common.signs(SignedValue::Timestamp))?;
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

/// The payload of a signature without claims.
const BODY: &[Piece] = &[Piece::Value(SignedValue::Body, &[])];

/// Names of other forms.
#[rustfmt::skip]
const OTHERS: [&str; 9] = [
    "encoding", "secret", "publicKey", "message", "components", "separator", "headers", "read", "each",
];

/// Reads `jws`: deliveries with a JSON Web Signature.
fn read_jws(reader: &mut Reader<'_, '_>, jws: Node<'_>) -> Option<Signing> {
    let mut others = OTHERS.into_iter().filter_map(|word| reader.get(word));
    if let Some(other) = others.next() {
        let help = "remove it, or remove `jws` and describe the whole signature";
        reader.fault(other, "`jws` describes the form of the signature already", help);
    }
    let node = reader.need("algorithm")?;
    let algorithms = algorithms(reader, node)?;
    if algorithms.iter().any(|one| one.mac().is_some()) {
        let help = "keep the algorithms of key pairs, such as `ecdsa-p256-sha256` (ES256)";
        reader.fault(node, "a JSON Web Signature of deliveries is that of a key pair", help);
        return None;
    }
    let timestamp = reader.word("timestamp").unwrap_or(TimestampFormat::UnixSeconds);
    let (header, claims) = {
        let mut below = reader.below("jws")?;
        let header = below.header("header");
        (header, claims(&mut below, jws, timestamp)?)
    };
    let form = SignatureForm::Jws(Jws {
        protected: &[],
        payload: claims.map_or(JwsPayload::Message(BODY), JwsPayload::Claims),
        detached: claims.is_none(),
    });
    let common = Common {
        message: list(form.pieces().copied().collect()),
        timestamp,
    };
    let key_source = webhook_keys::read_key_source(reader, true, false);
    let settings = signing_settings::read_settings(reader, &common)?;
    let freshness = signing_settings::read_freshness(reader, common.signs(SignedValue::Timestamp))?;
    Some(Signing {
        rules: SignatureRules {
            signature: SignaturePlace::Header(text(&header?)),
            encoding: MacEncoding::Base64Url,
            secret: None,
            key_pair: Some(KeyPairRules {
                algorithms: list(algorithms),
                encoding: MacEncoding::Base64Url,
                prefix: "",
            }),
            form,
            settings: settings.settings,
            timestamp,
            freshness,
            ..SignatureRules::NONE
        },
        setting_docs: settings.docs,
        key_source,
    })
}

/// Reads the claims; the inner `None` is a detached payload.
#[allow(clippy::option_option, reason = "a fault, or a payload without claims")]
fn claims(
    reader: &mut Reader<'_, '_>,
    node: Node<'_>,
    timestamp: TimestampFormat,
) -> Option<Option<&'static [(&'static str, Claim)]>> {
    let (claims, is_detached) = (reader.get("claims"), reader.flag("detached"));
    let Some(map) = claims.filter(|_| !is_detached) else {
        if claims.is_some() || !is_detached {
            let help =
                "write `claims` for a token with claims about the body, or `detached: true` if the payload is the body";
            reader.fault(node, "`jws` needs one of `claims` and `detached: true`", help);
            return None;
        }
        return Some(None);
    };
    let mut claims = Vec::new();
    for member in map.members() {
        let value = template_at(reader, member.value)?;
        let has = |piece: &&Piece| match piece {
            Piece::Text(_) | Piece::Value(SignedValue::Setting(_) | SignedValue::Body, _) => false,
            Piece::Value(SignedValue::Timestamp, filters) => value.len() > 1 || !filters.is_empty(),
            Piece::Value(..) => true,
        };
        if let Some(piece) = value.iter().find(has) {
            let help = "write `{timestamp}` alone, `{settings.NAME}`, or the hash of the body like `{body|sha256|hex}`";
            let message = format!("a claim cannot contain {} here", in_prose(piece));
            reader.fault(member.value, message, help);
            return None;
        }
        claims.push((text(member.key), claim(value, timestamp)));
    }
    let is_body = |piece: &Piece| matches!(piece, Piece::Value(SignedValue::Body, _));
    if !claims.iter().flat_map(|(_, claim)| claim.pieces()).any(is_body) {
        let help = "add the claim with the hash of the body, like `request_body_sha256: '{body|sha256|hex}'`";
        reader.fault(map, "the body is not signed, so anyone could change it", help);
    }
    Some(Some(list(claims)))
}
