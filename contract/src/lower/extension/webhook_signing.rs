//! `x-webhooks.signing`: the signature of deliveries, and the places of its values.

use super::ambiguity::HEADER;
use super::reader::{Reader, is_token};
use super::signed_message::{Common, in_prose};
use super::signing_algorithms::Algorithms;
use super::signing_settings;
use super::webhook_freshness::freshness;
use super::webhook_keys::SignatureNames;
use super::{webhook_jws, webhook_key_source, webhook_keys};
use crate::constant::text;
use crate::diag::Code;
use crate::ir::{
    Algorithm, Filter, KeyPairRules, MacEncoding, MacRules, Piece, SecretEncoding, SecretForm, SignatureAlgorithm,
    SignatureLocation, SignatureRules, SignedValue, TimestampFormat, ValueLocation, WebhookSigning, Word as _,
};
use crate::lower::context::Context;
use crate::source::{Node, NodeId, pointer};

/// Words that describe a signature; `scheme` replaces them.
const DESCRIBING: [&str; 11] = [
    "encoding",
    "secret",
    "publicKey",
    "keys",
    "jws",
    "message",
    "components",
    "headers",
    "read",
    "timestamp",
    "each",
];

/// The values of a delivery, and the places that have them.
#[derive(Default)]
struct Places {
    signature: Option<SignatureLocation>,
    timestamp: Option<ValueLocation>,
    nonce: Option<ValueLocation>,
    /// Name of the signatures of public keys.
    key_name: Option<String>,
}

impl Context<'_, '_> {
    pub(super) fn webhook_signing(&mut self, node: NodeId) -> Option<WebhookSigning> {
        let mut root = self.reader(node, "x-webhooks")?.insisting();
        let mut reader = root.below("signing")?;
        if let Some(scheme) = reader.get("scheme") {
            let mut others = DESCRIBING.into_iter().filter_map(|word| reader.get(word));
            if let Some(other) = others.next() {
                let help = "remove it, or remove `scheme` and describe the whole signature";
                reader.fault(other, "`scheme` describes the whole signature already", help);
            }
            let algorithms = webhook_keys::of_standard_webhooks(&mut reader)?;
            return (scheme.text() == Some("standard-webhooks")).then(|| standard_webhooks(&algorithms));
        }
        if let Some(jws) = reader.get("jws") {
            return webhook_jws::read(&mut reader, jws);
        }
        for word in ["algorithm", "encoding"] {
            reader.need(word);
        }
        let keys = Algorithms::read(&mut reader, true);
        let common = Common::read(&mut reader)?;
        let keys = keys?;
        let key_prefix = webhook_keys::prefix(&mut reader, &keys);
        let settings = signing_settings::read(&mut reader, &common)?;
        let places = places(&mut reader, &common, &keys)?;
        let is_item = matches!(places.signature, Some(SignatureLocation::Items { .. }));
        let help =
            "sign `timestamp`, `nonce`, `header.NAME`, `settings.NAME` and the body; with `each`, members of an item";
        let has = |value: SignedValue| match value {
            SignedValue::Setting(_) => true,
            SignedValue::Item(_) => is_item,
            SignedValue::Timestamp | SignedValue::Nonce | SignedValue::Header(_) | SignedValue::Body => !is_item,
            _ => false,
        };
        let mut is_sound = common.only(&mut reader, "a delivery", has, help);
        let is_body = |piece: &Piece| matches!(piece, Piece::Value(SignedValue::Body | SignedValue::Item(_), _));
        if !common.message.iter().any(is_body) {
            let help = "add `{body}` or `{body|sha256|hex}` as the owner of the API describes it";
            reader.fault(reader.node, "the body is not signed, so anyone could change it", help);
        }
        if is_sound {
            // The characters of nonces in deliveries are unknown.
            common.apart(&mut reader, HEADER, false);
        }
        is_sound &= carried(&mut reader, &common, &places);
        checksum(&mut reader, &common);
        let key_source = webhook_key_source::read(&mut reader, false, keys.mac.is_some());
        let (past, future) = freshness(&mut reader, common.signs(SignedValue::Timestamp))?;
        is_sound.then_some(())?;
        Some(WebhookSigning {
            rules: SignatureRules {
                mac: keys.mac,
                key_pair: keys.key_pair,
                message: common.message,
                timestamp: common.timestamp,
                settings,
            },
            key_prefix,
            key_name: places.key_name,
            key_source,
            signature: places.signature?,
            timestamp_at: places.timestamp,
            nonce_at: places.nonce,
            past,
            future,
        })
    }
}

/// Reports a checksum of the body, which protects nothing. If the owner of the API dictates it, that is a note.
fn checksum(reader: &mut Reader<'_, '_>, common: &Common) {
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
fn standard_webhooks(algorithms: &[SignatureAlgorithm]) -> WebhookSigning {
    let (by_secret, by_key) = (
        algorithms.contains(&SignatureAlgorithm::HmacSha256),
        algorithms.contains(&SignatureAlgorithm::Ed25519),
    );
    let name = if by_secret { "v1" } else { "v1a" };
    WebhookSigning {
        rules: SignatureRules {
            mac: by_secret.then_some(MacRules {
                encoding: MacEncoding::Base64,
                secret: SecretForm {
                    algorithm: Algorithm::HmacSha256,
                    encoding: SecretEncoding::Base64,
                    prefix: "whsec_",
                },
            }),
            key_pair: by_key.then(|| KeyPairRules {
                algorithms: vec![SignatureAlgorithm::Ed25519],
                encoding: MacEncoding::Base64,
            }),
            message: &[
                Piece::Value(SignedValue::Header("webhook-id"), &[]),
                Piece::Text("."),
                Piece::Value(SignedValue::Timestamp, &[]),
                Piece::Text("."),
                Piece::Value(SignedValue::Body, &[]),
            ],
            timestamp: TimestampFormat::UnixSeconds,
            settings: Vec::new(),
        },
        key_prefix: if by_key { "whpk_" } else { "" }.to_owned(),
        key_name: by_key.then(|| "v1a".to_owned()),
        key_source: None,
        signature: SignatureLocation::List {
            header: "webhook-signature",
            separator: ' ',
            pair: ',',
            name: Some(name),
        },
        timestamp_at: Some(ValueLocation::Header("webhook-timestamp")),
        nonce_at: None,
        past: Some(300),
        future: Some(300),
    }
}

/// Reads the places of signature, timestamp and nonce: `headers`, `read`, or `each` with `signature`.
fn places(reader: &mut Reader<'_, '_>, common: &Common, keys: &Algorithms) -> Option<Places> {
    let present = ["headers", "read", "each"].map(|word| reader.get(word));
    let help = "write one of `headers`, `read`, and `each` with `signature`";
    match present {
        [Some(_), None, None] => {
            let mut headers = reader.below("headers")?;
            let mut header = |name| headers.header(name);
            let places = Places {
                signature: header("signature").map(|name| SignatureLocation::Header(text(&name))),
                timestamp: header("timestamp").map(|name| ValueLocation::Header(text(&name))),
                nonce: header("nonce").map(|name| ValueLocation::Header(text(&name))),
                key_name: None,
            };
            let node = headers.node;
            distinct(&mut headers, node, &places, common);
            Some(places)
        }
        [None, Some(_), None] => {
            let mut read = reader.below("read")?;
            let places = located(&mut read, keys)?;
            let node = read.node;
            distinct(&mut read, node, &places, common);
            Some(places)
        }
        [None, None, Some(node)] => {
            let (each, signature) = (reader.pointer("each")?, reader.need("signature")?);
            if !each.iter().any(|name| name == "*") {
                let help = "write `*` for any index, like `/items/*`";
                reader.fault(node, "`each` does not name the items of an array", help);
            }
            Some(Places {
                signature: Some(SignatureLocation::Items {
                    each: text(&pointer(&each)),
                    signature: text(&pointer(&reader.pointer_of(signature)?)),
                }),
                ..Places::default()
            })
        }
        [None, None, None] => {
            reader.fault(reader.node, "no place of the signature is described", help);
            None
        }
        [first, second, third] => {
            let node = third.or(second).or(first)?;
            reader.fault(node, "the place of the signature is described twice", help);
            None
        }
    }
}

/// Reads `read`: the header of the signature with its items, and the headers of other values.
fn located(read: &mut Reader<'_, '_>, keys: &Algorithms) -> Option<Places> {
    let header = read.header("header");
    let mut places = Places::default();
    let (list, pairs) = (read.get("list"), read.get("pairs"));
    if let (None, Some(pair)) = (pairs, read.get("pair")) {
        read.fault(
            pair,
            "`pair` separates names from values, but there are no `pairs`",
            "add `pairs`",
        );
    }
    let mut names = SignatureNames::default();
    for member in pairs.iter().flat_map(|pairs| pairs.members()) {
        let at = ValueLocation::Pair(text(member.key));
        let repeated = match member.value.text() {
            Some("signature") => Some(names.any.replace(member.key.to_owned()).is_some()),
            value => match value.and_then(SignatureAlgorithm::of) {
                Some(algorithm) => Some(names.replace(algorithm, member.key)),
                None => place(&mut places, value, at),
            },
        };
        if not_a_value(read, member.value, repeated)? {
            let help = "keep one name for each value; other names are skipped";
            read.fault(member.value, "two names of `pairs` have the same value", help);
        }
    }
    let names = pairs.and_then(|pairs| names.settle(read, pairs, keys));
    let (name, key_name) = names.map_or((None, None), |names| (Some(text(&names.items)), names.public));
    places.key_name = key_name;
    for member in read.get("headers").iter().flat_map(|headers| headers.members()) {
        if !is_token(member.key) {
            let help = "write letters, digits and `-`, like `X-Call-Id`";
            read.fault(
                member.value,
                format!("a header cannot have the name `{}`", member.key),
                help,
            );
        }
        let at = ValueLocation::Header(text(member.key));
        let repeated = place(&mut places, member.value.text(), at);
        if not_a_value(read, member.value, repeated)? {
            let help = "keep one place for each value";
            read.fault(member.value, "the value has two places", help);
        }
    }
    let header = text(&header?);
    places.signature = Some(if pairs.is_some() || list.is_some() {
        let mut character = |key: &str, known: &[char]| {
            let Some(node) = read.get(key) else {
                return known.first().copied();
            };
            let text = node.as_str().unwrap_or_default();
            let found = known.iter().copied().find(|one| text == one.to_string());
            if found.is_none() {
                read.fault(
                    node,
                    format!("`{key}` has another value"),
                    "write one of the characters of the table",
                );
            }
            found
        };
        SignatureLocation::List {
            header,
            separator: character("list", &[',', ' ', ';'])?,
            pair: character("pair", &['=', ','])?,
            name,
        }
    } else {
        SignatureLocation::Header(header)
    });
    Some(places)
}

/// Sets the place of a value. Returns true if it has one already, and nothing for an unknown value.
fn place(places: &mut Places, value: Option<&str>, at: ValueLocation) -> Option<bool> {
    let target = match value? {
        "timestamp" => &mut places.timestamp,
        "nonce" => &mut places.nonce,
        _ => return None,
    };
    Some(target.replace(at).is_some())
}

/// Reports an unknown value.
fn not_a_value(read: &mut Reader<'_, '_>, node: Node<'_>, found: Option<bool>) -> Option<bool> {
    if found.is_none() {
        let help = "write `signature` (in `pairs` alone), `timestamp` or `nonce`";
        read.fault(node, "this is not a value of a delivery", help);
    }
    found
}

/// Reports two values at one place of a header.
fn distinct(reader: &mut Reader<'_, '_>, node: Node<'_>, places: &Places, common: &Common) {
    let signature = places.signature.and_then(SignatureLocation::header);
    let value = |at| match at {
        Some(ValueLocation::Header(name)) => Some(name),
        _ => None,
    };
    let signed = common.message.iter().filter_map(|piece| match piece {
        Piece::Value(SignedValue::Header(name), _) => Some(("a signed value", *name)),
        _ => None,
    });
    let of = |what, name: Option<&'static str>| name.map(|name| (what, name));
    let own = [
        of("the signature", signature),
        of("the timestamp", value(places.timestamp)),
        of("the nonce", value(places.nonce)),
    ];
    let all: Vec<_> = own.into_iter().flatten().chain(signed).collect();
    for (at, (what, name)) in all.iter().enumerate() {
        let mut before = all[..at].iter();
        if let Some((other, _)) = before.find(|(_, known)| known.eq_ignore_ascii_case(name)) {
            let message = format!("the header `{name}` contains {other} and {what}, which cannot both be read");
            let help = "write the header of each value; for items of one header, write `read` with `pairs`";
            reader.fault(node, message, help);
        }
    }
}

/// Reports signed values without a place, and places of values that are not signed.
fn carried(reader: &mut Reader<'_, '_>, common: &Common, places: &Places) -> bool {
    let mut is_sound = true;
    let values = [
        (SignedValue::Timestamp, &places.timestamp, "timestamp"),
        (SignedValue::Nonce, &places.nonce, "nonce"),
    ];
    for (value, at, name) in values {
        let (message, help) = match (common.signs(value), at) {
            (true, None) => (
                format!("the {name} is signed, but no header contains it"),
                "write the name of the header under `headers`, or its place under `read`",
            ),
            (false, Some(_)) => (
                format!("the {name} is read, but it is not signed, so anyone could change it"),
                "add it to the message as the owner of the API describes it, or remove its place",
            ),
            _ => continue,
        };
        reader.fault(reader.node, message, help);
        is_sound = false;
    }
    is_sound
}
