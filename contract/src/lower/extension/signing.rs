//! `x-signing` on a security scheme: place, values and nonces of the signature.

use super::ambiguity::{self, Set};
use super::freshness::Freshness;
use super::reader::{Reader, word_of};
use super::signed_message::Common;
use super::signing_forms::SignedTexts;
use super::{nonce, signing_settings};
use crate::constant::text;
use crate::ir::{self, NonceFormat, SignedValue};
use crate::lower::context::Context;
use crate::source::NodeId;

const WORD: &str = "x-signing";

impl Context<'_, '_> {
    /// Reads `x-signing` of a scheme whose signature is at `place`.
    pub(in crate::lower) fn signing(&mut self, node: NodeId, place: ir::SignaturePlace) -> Option<ir::RequestSigning> {
        let document = self.document;
        let mut reader = self.reader(node, WORD)?.insisting();
        let form = SignedTexts::read(&mut reader, &place);
        let (freshness, lifetime) = (Freshness::of_requests(&mut reader), reader.number("lifetime"));
        let form = form?;
        let SignedTexts {
            common,
            algorithms,
            form,
        } = form;
        let has_message = form == ir::SignatureForm::Message;
        let names = ["clientId", "timestamp", "nonce"];
        let headers = reader
            .below("headers")
            .map(|mut headers| names.map(|name| headers.header(name)));
        let [client_id_header, timestamp_header, nonce_header] = headers.unwrap_or_default();
        let settings = signing_settings::read(&mut reader, &common);
        let query = query(&mut reader, &common, &place);
        let nonces = Nonces::read(&mut reader)?;
        if has_message {
            common.apart(&mut reader, nonces.characters, nonces.length.0 == nonces.length.1);
        }
        let is_sound = common.is_of_requests(&mut reader, algorithms.key_pair.is_some());
        let carried = [
            (SignedValue::Timestamp, timestamp_header.is_some(), "timestamp"),
            (SignedValue::Nonce, nonce_header.is_some(), "nonce"),
            (SignedValue::ClientId, client_id_header.is_some(), "clientId"),
        ];
        let is_in_query = |value| query.iter().flatten().any(|(_, known)| *known == value);
        for (value, has_header, name) in carried {
            if has_message && common.signs(value) && !has_header && !is_in_query(value) {
                let message = format!("`{name}` is signed, but no header contains it");
                let help = "write the name of the header under `headers`, or of the parameter under `query`";
                reader.fault(reader.node, message, help);
            }
        }
        let problem = |name: &str| {
            document
                .node(node)
                .at(&format!("/problems/{name}"))?
                .as_str()
                .map(str::to_owned)
        };
        is_sound.then_some(())?;
        Some(ir::RequestSigning {
            signature: place,
            rules: ir::SignatureRules {
                mac: algorithms.mac,
                key_pair: algorithms.key_pair,
                message: if has_message { common.message } else { &[] },
                timestamp: common.timestamp,
                settings: settings?,
            },
            form,
            lifetime,
            nonce_format: nonces.format,
            client_id_header,
            timestamp_header,
            nonce_header,
            query: query?,
            nonce_length: nonces.length,
            freshness: freshness?,
            client_problem: problem("client"),
            signature_problem: problem("signature"),
            expired_problem: problem("expired"),
            replayed_problem: problem("replayed"),
        })
    }
}

/// The form of nonces.
struct Nonces {
    length: (u32, u32),
    characters: Set,
    format: NonceFormat,
}

impl Nonces {
    fn read(reader: &mut Reader<'_, '_>) -> Option<Self> {
        let mut nonces = Self {
            length: (16, 128),
            characters: ambiguity::NONCE,
            format: NonceFormat::Text,
        };
        let Some(mut own) = reader.below("nonce") else {
            return Some(nonces);
        };
        let mut bound = |name, usual| own.number(name).unwrap_or(usual);
        nonces.length = (bound("minLength", 16), bound("maxLength", 128));
        if let Some(node) = own.get("format") {
            nonces.format = word_of(node)?;
            let mut others = ["minLength", "maxLength", "pattern"]
                .into_iter()
                .filter_map(|name| own.get(name));
            if let (NonceFormat::Uuid, Some(other)) = (nonces.format, others.next()) {
                let help = "remove it, or remove `format`";
                own.fault(other, "a UUID has one length and one pattern", help);
            }
        }
        let (least, most) = nonces.length;
        if let Some(node) = own.get("pattern") {
            if let Some((message, help)) = nonce::nonce_fault(node.as_str()?, least, most) {
                own.fault(node, message, help);
            }
            nonces.characters = nonce::accepted_characters(node.as_str()?).unwrap_or(nonces.characters);
        }
        if least > most || least < 8 {
            let help = "write a `minLength` of at least 8 and at most `maxLength`";
            reader.fault(reader.node, "no nonce can have such a length", help);
        }
        Some(nonces)
    }
}

/// Reads the parameters that signing adds to the query: those of `query`, then those of settings.
fn query(
    reader: &mut Reader<'_, '_>,
    common: &Common,
    place: &ir::SignaturePlace,
) -> Option<Vec<(&'static str, SignedValue)>> {
    let names = [
        ("clientId", SignedValue::ClientId),
        ("timestamp", SignedValue::Timestamp),
        ("nonce", SignedValue::Nonce),
    ];
    let of_values = reader.get("query");
    let of_values = names
        .into_iter()
        .filter_map(|(name, value)| Some((of_values?.get(name)?, value)));
    let settings = reader.get("settings");
    let of_settings = settings.iter().flat_map(|settings| settings.members());
    let of_settings =
        of_settings.filter_map(|member| Some((member.value.get("query")?, SignedValue::Setting(text(member.key)))));
    let mut query: Vec<(&'static str, SignedValue)> = Vec::new();
    let mut is_sound = true;
    for (node, value) in of_values.chain(of_settings).collect::<Vec<_>>() {
        let name = text(node.as_str()?);
        let is_signature = matches!(place, ir::SignaturePlace::Query(known) if *known == name);
        if is_signature || query.iter().any(|(known, _)| *known == name) {
            let message = format!("two values have the parameter `{name}` of the query");
            reader.fault(node, message, "write a different name for each of them");
            is_sound = false;
        }
        if !common.signs(SignedValue::Query) && !common.signs(SignedValue::Target) && !common.signs(value) {
            let message = format!("the parameter `{name}` is not signed, so anyone could change it");
            reader.fault(node, message, "add `{query}` or `{target}` to the message");
            is_sound = false;
        }
        query.push((name, value));
    }
    is_sound.then_some(query)
}
