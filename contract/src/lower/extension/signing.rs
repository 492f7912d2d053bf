//! `x-signing` on a security scheme: place, values and nonces of the signature.

use super::ambiguity::{self, Set};
use super::reader::{Reader, word_of};
use super::signature_places::Places;
use super::signing_forms::SignedTexts;
use super::{freshness, nonce, signing_settings};
use crate::constant::{list, text};
use crate::ir::{self, NonceFormat, NonceRules};
use crate::lower::context::Context;
use crate::source::NodeId;

const WORD: &str = "x-signing";

impl Context<'_, '_> {
    /// Reads `x-signing` of a scheme whose signature is at `place`.
    pub(in crate::lower) fn signing(&mut self, node: NodeId, place: ir::SignaturePlace) -> Option<ir::Signing> {
        let document = self.document;
        let mut reader = self.reader(node, WORD)?.insisting();
        let texts = SignedTexts::from_reader(&mut reader, &place);
        let (freshness, lifetime) = (freshness::read_freshness(&mut reader, true), reader.number("lifetime"));
        let SignedTexts {
            common,
            algorithms,
            form,
        } = texts?;
        let settings = signing_settings::read_settings(&mut reader, &common);
        let places = Places::of_request(&mut reader, &common, place);
        let (nonce, characters) = nonces(&mut reader)?;
        if form.is_message() {
            let mut operations = document.paths.iter().flat_map(|item| &item.operations);
            let open_methods = operations.any(|operation| matches!(operation.method, ir::Method::Other(_)));
            let is_fixed = nonce.length.0 == nonce.length.1;
            common.check_boundaries(&mut reader, characters, is_fixed, open_methods);
        }
        let is_sound = common.is_of_requests(&mut reader, algorithms.key_pair.is_some());
        let (settings, places) = (settings?, places?);
        if form.is_message() {
            places.have_signed_values(&mut reader, &common);
        }
        if !is_sound {
            return None;
        }
        let problem = |name: &str| {
            let code = document.node(node).at(&format!("/problems/{name}"))?;
            code.as_str().map(text)
        };
        let rules = ir::SignatureRules {
            signature: place,
            encoding: algorithms.encoding,
            secret: algorithms.secret,
            key_pair: algorithms.key_pair,
            message: if form.is_message() { common.message } else { &[] },
            form,
            values: list(places.values),
            settings: settings.settings,
            timestamp: common.timestamp,
            freshness: freshness?,
            nonce: Some(nonce),
            lifetime,
            client_problem: problem("client"),
            signature_problem: problem("signature"),
            expired_problem: problem("expired"),
            replayed_problem: problem("replayed"),
        };
        Some(ir::Signing {
            rules,
            setting_docs: settings.docs,
            key_source: None,
        })
    }
}

/// Reads `nonce`: the rules, and the characters that the pattern allows.
fn nonces(reader: &mut Reader<'_, '_>) -> Option<(NonceRules, Set)> {
    let (mut nonces, mut characters) = (NonceRules::USUAL, ambiguity::NONCE);
    let Some(mut own) = reader.below("nonce") else {
        return Some((nonces, characters));
    };
    let mut bound = |name, usual| own.number(name).unwrap_or(usual);
    let (least, most) = (bound("minLength", nonces.length.0), bound("maxLength", nonces.length.1));
    nonces.length = (least, most);
    if let Some(node) = own.get("format") {
        nonces.format = word_of(node)?;
        let others = ["minLength", "maxLength", "pattern"];
        if let (NonceFormat::Uuid, Some(other)) = (nonces.format, others.into_iter().find_map(|name| own.get(name))) {
            let help = "remove it, or remove `format`";
            own.fault(other, "a UUID has one length and one pattern", help);
        }
    }
    if let Some(node) = own.get("pattern") {
        if let Some((message, help)) = nonce::nonce_fault(node.as_str()?, least, most) {
            own.fault(node, message, help);
        }
        characters = nonce::accepted_characters(node.as_str()?).unwrap_or(characters);
    }
    if least > most || least < 8 {
        let help = "write a `minLength` of at least 8 and at most `maxLength`";
        reader.fault(reader.node, "no nonce can have such a length", help);
    }
    Some((nonces, characters))
}
