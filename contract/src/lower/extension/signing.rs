//! `x-signing` on a security scheme, and what it shares with `x-webhooks`.

use super::ambiguity;
use super::ambiguity::{Set, Signed};
use super::reader::{Reader, word_of};
use super::signing_forms::Form;
use super::template;
use super::{nonce, signing_settings};
use crate::diag::Code;
use crate::ir;
use crate::ir::{Component, NonceFormat, Piece, SecretEncoding, SecretForm, SignedValue, TimestampFormat};
use crate::lower::context::Context;
use crate::source::{Node, NodeId};

const WORD: &str = "x-signing";

/// Reads the form of a shared secret.
pub(super) fn secret(reader: &Reader<'_, '_>) -> Option<SecretForm> {
    let node = reader.get("secret")?;
    let (encoding, prefix) = (node.get("encoding").unwrap_or(node), node.get("prefix"));
    Some(SecretForm {
        encoding: word_of::<SecretEncoding>(encoding)?,
        prefix: prefix.map_or(Some(""), Node::as_str)?.to_owned(),
    })
}

/// A signed message, or all signed values of another form.
pub(super) struct Common {
    pub(super) message: Vec<Piece>,
    pub(super) timestamp: TimestampFormat,
}

impl Common {
    pub(super) fn read(reader: &mut Reader<'_, '_>) -> Option<Self> {
        Some(Self {
            message: Self::message(reader)?,
            timestamp: Self::timestamp(reader),
        })
    }

    pub(super) fn timestamp(reader: &Reader<'_, '_>) -> TimestampFormat {
        reader.word("timestamp").unwrap_or(TimestampFormat::Rfc3339)
    }

    /// Reads `message`, or `components` with `separator`.
    fn message(reader: &mut Reader<'_, '_>) -> Option<Vec<Piece>> {
        let (template, list) = (reader.get("message"), reader.get("components"));
        if let (Some(node), Some(_)) = (template, list) {
            reader.fault(node, "`message` and `components` are both present", "keep one of them");
            return None;
        }
        if let Some(node) = template {
            return match template::read(node.as_str()?) {
                Ok(pieces) => Some(pieces),
                Err((message, help)) => {
                    reader.fault(node, message, help);
                    None
                }
            };
        }
        let Some(list) = list else {
            reader.need("message");
            return None;
        };
        let components: Vec<Component> = list.items().filter_map(word_of).collect();
        if components.is_empty() {
            reader.fault(list, "`components` is empty", "list at least one component");
        }
        for (at, node) in list.items().enumerate() {
            if list.items().take(at).any(|before| before.text() == node.text()) {
                reader.fault(node, "this component is listed twice", "list each component once");
            }
        }
        let separator = reader.need("separator")?.text()?;
        Some(template::joined(&components, separator))
    }

    /// Reports values with an ambiguous border in the message. If the owner of the API dictates it, that is a note.
    pub(super) fn apart(&self, reader: &mut Reader<'_, '_>, nonce: Set, nonce_fixed: bool) {
        let signed = Signed {
            pieces: &self.message,
            timestamp: self.timestamp,
            nonce,
            nonce_fixed,
        };
        let node = reader.get("separator").or_else(|| reader.get("message"));
        let (Some((first, second)), Some(node)) = (signed.merged(), node) else {
            return;
        };
        let message = format!(
            "the boundary of {} and {} in the message is ambiguous: the same signature is valid for different values",
            in_prose(first),
            in_prose(second),
        );
        if reader.flag("theirs") {
            let help =
                "compare the values with those that you expect; only the owner of the API can change the message";
            reader.fault_of(Code::DictatedAmbiguity, node, message, help);
        } else {
            let help = "write a separator that neither of them can contain, such as `\"\\n\"`, or sign the hash of the body between them";
            reader.fault_of(Code::AmbiguousSignature, node, message, help);
        }
    }

    pub(super) fn signs(&self, value: &SignedValue) -> bool {
        self.message.iter().any(|piece| piece.is(value))
    }

    /// Reports what the message of a request cannot contain.
    fn is_of_requests(&self, reader: &mut Reader<'_, '_>, has_key_pair: bool) -> bool {
        let help = "sign `method`, `target`, `path`, `query`, `timestamp`, `expires`, `nonce`, `client-id`, `key-id`, `idempotency-key`, `settings.NAME`, and the body or its hash";
        let has_lifetime = reader.get("lifetime").is_some();
        let is_there = |value: &SignedValue| match value {
            SignedValue::Header(_) | SignedValue::Item(_) => false,
            SignedValue::Expires => has_lifetime,
            SignedValue::KeyId => has_key_pair,
            _ => true,
        };
        let mut is_sound = self.only(reader, "a request", is_there, help);
        if let (true, Some(node)) = (
            self.message.iter().all(|piece| matches!(piece, Piece::Text(_))),
            reader.get("message").or_else(|| reader.get("jws")),
        ) {
            reader.fault(
                node,
                "the message contains no value, so each request has the same signature",
                help,
            );
            is_sound = false;
        }
        is_sound
    }

    /// Reports values that the signed request or delivery does not have.
    pub(super) fn only(
        &self,
        reader: &mut Reader<'_, '_>,
        whose: &str,
        has: impl Fn(&SignedValue) -> bool,
        help: &str,
    ) -> bool {
        let node = reader
            .get("message")
            .or_else(|| reader.get("components"))
            .or_else(|| reader.get("jws"))
            .unwrap_or(reader.node);
        let mut is_sound = true;
        for piece in &self.message {
            if matches!(piece, Piece::Value(value, _) if !has(value)) {
                reader.fault(node, format!("{whose} does not contain {}", in_prose(piece)), help);
                is_sound = false;
            }
        }
        is_sound
    }
}

/// Returns the name of a value for a message.
pub(super) fn in_prose(piece: &Piece) -> String {
    format!("`{}`", piece.to_string().trim_matches(['{', '}']))
}

impl Context<'_, '_> {
    /// Reads `x-signing` of a scheme whose signature is at `place`.
    pub(in crate::lower) fn signing(&mut self, node: NodeId, place: ir::SignaturePlace) -> Option<ir::Signing> {
        let document = self.document;
        let mut reader = self.reader(node, WORD)?.insisting();
        let form = Form::read(&mut reader);
        reader.need("freshness");
        let (freshness, lifetime) = (reader.number("freshness"), reader.number("lifetime"));
        let form = form?;
        let Form {
            common,
            algorithms,
            jws,
        } = form;
        let names = ["clientId", "timestamp", "nonce"];
        let headers = reader
            .below("headers")
            .map(|mut headers| names.map(|name| headers.header(name)));
        let [client_id_header, timestamp_header, nonce_header] = headers.unwrap_or_default();
        let settings = signing_settings::read(&mut reader, &common);
        let query = query(&mut reader, &common, &place);
        let (mut nonce_length, mut nonce_characters) = ((16, 128), ambiguity::NONCE);
        let mut nonce_format = NonceFormat::Text;
        if let Some(mut own) = reader.below("nonce") {
            nonce_length = (
                own.number("minLength").unwrap_or(16),
                own.number("maxLength").unwrap_or(128),
            );
            if let Some(node) = own.get("format") {
                nonce_format = word_of(node)?;
                if let Some(other) = ["minLength", "maxLength", "pattern"]
                    .iter()
                    .find_map(|name| own.get(name))
                    .filter(|_| nonce_format == NonceFormat::Uuid)
                {
                    own.fault(
                        other,
                        "a UUID has one length and one pattern",
                        "remove it, or remove `format`",
                    );
                }
            }
            let pattern = own.get("pattern");
            let fault = pattern.and_then(|node| nonce::nonce_fault(node.as_str()?, nonce_length.0, nonce_length.1));
            let characters = pattern.and_then(|node| nonce::accepted_characters(node.as_str()?));
            nonce_characters = characters.unwrap_or(nonce_characters);
            if let (Some(node), Some((message, help))) = (pattern, fault) {
                own.fault(node, message, help);
            }
        }
        if jws.is_none() {
            common.apart(&mut reader, nonce_characters, nonce_length.0 == nonce_length.1);
        }
        let is_sound = common.is_of_requests(&mut reader, algorithms.key_pair.is_some());
        let carried = [
            (SignedValue::Timestamp, timestamp_header.is_some(), "timestamp"),
            (SignedValue::Nonce, nonce_header.is_some(), "nonce"),
            (SignedValue::ClientId, client_id_header.is_some(), "clientId"),
        ];
        let is_in_query = |value: &SignedValue| query.iter().flatten().any(|(_, known)| known == value);
        for (value, has_header, name) in carried {
            if jws.is_none() && common.signs(&value) && !has_header && !is_in_query(&value) {
                let message = format!("`x-signing`: `{name}` is signed, but no header contains it");
                self.fault(
                    Code::BadExtension,
                    node,
                    message,
                    "write the name of the header under `headers`, or of the parameter under `query`",
                );
            }
        }
        if nonce_length.0 > nonce_length.1 || nonce_length.0 < 8 {
            let help = "write a `minLength` of at least 8 and at most `maxLength`";
            self.fault(
                Code::BadExtension,
                node,
                "`x-signing`: no nonce can have such a length",
                help,
            );
        }
        let problem = |name: &str| {
            document
                .node(node)
                .at(&format!("/problems/{name}"))?
                .as_str()
                .map(str::to_owned)
        };
        is_sound.then_some(())?;
        Some(ir::Signing {
            signature: place,
            mac: algorithms.mac,
            key_pair: algorithms.key_pair,
            message: if jws.is_some() { Vec::new() } else { common.message },
            jws,
            lifetime,
            nonce_format,
            client_id_header,
            timestamp_header,
            nonce_header,
            query: query?,
            settings: settings?,
            timestamp: common.timestamp,
            nonce_length,
            freshness: freshness?,
            client_problem: problem("client"),
            signature_problem: problem("signature"),
            expired_problem: problem("expired"),
            replayed_problem: problem("replayed"),
        })
    }
}

/// Reads the parameters that signing adds to the query: those of `query`, then those of settings.
fn query(
    reader: &mut Reader<'_, '_>,
    common: &Common,
    place: &ir::SignaturePlace,
) -> Option<Vec<(String, SignedValue)>> {
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
    let of_settings = of_settings
        .filter_map(|member| Some((member.value.get("query")?, SignedValue::Setting(member.key.to_owned()))));
    let mut query: Vec<(String, SignedValue)> = Vec::new();
    let mut is_sound = true;
    for (node, value) in of_values.chain(of_settings).collect::<Vec<_>>() {
        let name = node.as_str()?;
        let is_signature = matches!(place, ir::SignaturePlace::Query(known) if known == name);
        if is_signature || query.iter().any(|(known, _)| known == name) {
            let message = format!("two values have the parameter `{name}` of the query");
            reader.fault(node, message, "write a different name for each of them");
            is_sound = false;
        }
        if !common.signs(&SignedValue::Query) && !common.signs(&SignedValue::Target) && !common.signs(&value) {
            let message = format!("the parameter `{name}` is not signed, so anyone could change it");
            reader.fault(node, message, "add `{query}` or `{target}` to the message");
            is_sound = false;
        }
        query.push((name.to_owned(), value));
    }
    is_sound.then_some(query)
}
