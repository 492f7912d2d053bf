//! Deliveries with a JSON Web Signature (`x-webhooks.signing.jws`).

use super::reader::Reader;
use super::signed_message::{Common, in_prose, template_at};
use super::signing_algorithms::algorithms;
use super::signing_forms::claim;
use super::{freshness, signing_settings, webhook_key_source};
use crate::constant::{list, text};
use crate::ir::{
    Claim, Jws, JwsPayload, KeyPairRules, MacEncoding, Piece, SignatureForm, SignaturePlace, SignatureRules,
    SignedValue, Signing, TimestampFormat,
};
use crate::source::Node;

/// The payload of a signature without claims.
const BODY: &[Piece] = &[Piece::Value(SignedValue::Body, &[])];

/// Names of other forms.
#[rustfmt::skip]
const OTHERS: [&str; 9] = [
    "encoding", "secret", "publicKey", "message", "components", "separator", "headers", "read", "each",
];

/// Reads the signature of deliveries.
pub(super) fn read_jws(reader: &mut Reader<'_, '_>, jws: Node<'_>) -> Option<Signing> {
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
    let key_source = webhook_key_source::read_key_source(reader, true, false);
    let settings = signing_settings::read_settings(reader, &common)?;
    let freshness = freshness::read_freshness(reader, common.signs(SignedValue::Timestamp))?;
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
