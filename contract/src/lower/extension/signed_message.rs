//! The shared parts of signatures of requests and of deliveries: the secret, the message, and the check of its borders.
//!
//! In: the value of an extension. Out: plain data; `None` after a fault.

use super::ambiguity::{Set, SignedTemplate};
use super::reader::{Reader, word_of};
use super::template;
use crate::constant;
use crate::diag::Code;
use crate::ir::{Algorithm, Component, Piece, SecretEncoding, SecretForm, SignedValue, TimestampFormat};
use crate::source::Node;

/// Reads the form of a shared secret.
pub(super) fn secret(reader: &Reader<'_, '_>, algorithm: Algorithm) -> Option<SecretForm> {
    let node = reader.get("secret")?;
    let (encoding, prefix) = (node.get("encoding").unwrap_or(node), node.get("prefix"));
    Some(SecretForm {
        algorithm,
        encoding: word_of::<SecretEncoding>(encoding)?,
        prefix: constant::text(prefix.map_or(Some(""), Node::as_str)?),
    })
}

/// A signed message, or all signed values of another form.
pub(super) struct Common {
    pub(super) message: &'static [Piece],
    pub(super) timestamp: TimestampFormat,
}

impl Common {
    pub(super) fn from_reader(reader: &mut Reader<'_, '_>) -> Option<Self> {
        Some(Self {
            message: Self::message(reader)?,
            timestamp: Self::timestamp(reader),
        })
    }

    pub(super) fn timestamp(reader: &Reader<'_, '_>) -> TimestampFormat {
        reader.word("timestamp").unwrap_or(TimestampFormat::Rfc3339)
    }

    /// Reads `message`, or `components` with `separator`.
    fn message(reader: &mut Reader<'_, '_>) -> Option<&'static [Piece]> {
        let (template, list) = (reader.get("message"), reader.get("components"));
        if let (Some(node), Some(_)) = (template, list) {
            reader.fault(node, "`message` and `components` are both present", "keep one of them");
            return None;
        }
        if let Some(node) = template {
            return template_at(reader, node);
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
    pub(super) fn check_boundaries(
        &self,
        reader: &mut Reader<'_, '_>,
        nonce: Set,
        nonce_fixed: bool,
        open_methods: bool,
    ) {
        let signed = SignedTemplate {
            pieces: self.message,
            timestamp: self.timestamp,
            nonce,
            nonce_fixed,
            open_methods,
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
            let help = "write a separator that neither of them can contain, such as `\"\\n\"`, or sign the hash of the body between \
                        them; if the owner of the API dictates the message, add `theirs: true`";
            reader.fault_of(Code::AmbiguousSignature, node, message, help);
        }
    }

    pub(super) fn signs(&self, value: SignedValue) -> bool {
        self.message.iter().any(|piece| piece.is(value))
    }

    /// Reports what the message of a request cannot contain.
    pub(super) fn is_of_requests(&self, reader: &mut Reader<'_, '_>, has_key_pair: bool) -> bool {
        let help = template::OF_REQUESTS;
        let has_lifetime = reader.get("lifetime").is_some();
        let is_there = |value: SignedValue| match value {
            SignedValue::Header(_) | SignedValue::Item(_) => false,
            SignedValue::Expires => has_lifetime,
            SignedValue::KeyId | SignedValue::CertificateSerial | SignedValue::CertificateIssuer => has_key_pair,
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
        has: impl Fn(SignedValue) -> bool,
        help: &str,
    ) -> bool {
        let node = reader
            .get("message")
            .or_else(|| reader.get("components"))
            .or_else(|| reader.get("jws"))
            .unwrap_or(reader.node);
        let mut is_sound = true;
        for piece in self.message {
            if matches!(piece, Piece::Value(value, _) if !has(*value)) {
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

/// Reads a template at a node.
pub(super) fn template_at(reader: &mut Reader<'_, '_>, node: Node<'_>) -> Option<&'static [Piece]> {
    match template::parse_template(node.as_str()?) {
        Ok(pieces) => Some(pieces),
        Err((message, help)) => {
            let is_value = help == template::OF_REQUESTS && reader.is_of("x-webhooks");
            reader.fault(node, message, if is_value { template::OF_DELIVERIES } else { help });
            None
        }
    }
}
