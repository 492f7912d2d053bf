//! `x-signing` on a security scheme, and the words it shares with `x-webhooks`.

use super::{
    ambiguity::{self, Set, Signed},
    reader::{Reader, word_of},
};
use crate::{
    diag::Code,
    ir::{self, Component, MacEncoding, SecretEncoding, TimestampFormat, Word as _},
    lower::context::Context,
    source::NodeId,
};

const WORD: &str = "x-signing";

/// Members that every signature has.
pub(super) struct Common {
    pub(super) encoding: MacEncoding,
    pub(super) secret: SecretEncoding,
    pub(super) separator: String,
    pub(super) components: Vec<Component>,
    pub(super) timestamp: TimestampFormat,
    pub(super) freshness: u32,
}

impl Common {
    pub(super) fn read(reader: &mut Reader<'_, '_>) -> Option<Self> {
        let encoding = reader.word("encoding");
        let secret = reader.word("secret").unwrap_or(SecretEncoding::Utf8);
        let separator = reader.get("separator").and_then(|node| node.text().map(str::to_owned));
        let mut components = Vec::new();
        if let Some(list) = reader.get("components") {
            components.extend(list.items().filter_map(word_of::<Component>));
            if components.is_empty() {
                reader.fault(list, "`components` is empty", "list at least one component");
            }
            for (at, node) in list.items().enumerate() {
                if list.items().take(at).any(|before| before.text() == node.text()) {
                    reader.fault(node, "this component is listed twice", "list each component once");
                }
            }
        }
        let timestamp = reader.word("timestamp").unwrap_or(TimestampFormat::Rfc3339);
        reader.need("freshness");
        let freshness = reader.number("freshness");
        Some(Self {
            encoding: encoding?,
            secret,
            separator: separator?,
            components,
            timestamp,
            freshness: freshness?,
        })
    }

    /// Reports components with an ambiguous border in the base string.
    pub(super) fn apart(&self, reader: &mut Reader<'_, '_>, nonce: Set, nonce_fixed: bool) {
        let signed = Signed {
            components: &self.components,
            separator: &self.separator,
            timestamp: self.timestamp,
            nonce,
            nonce_fixed,
        };
        let (Some((first, second)), Some(node)) = (signed.merged(), reader.get("separator")) else {
            return;
        };
        let message = format!(
            "the boundary of `{}` and `{}` in the base string is ambiguous: the same signature is valid for different values",
            first.word(),
            second.word(),
        );
        let help = "write a separator that neither of them can contain, such as `\"\\n\"`, or sign the hash of the body between them";
        reader.fault_of(Code::AmbiguousSignature, node, message, help);
    }

    fn signs(&self, component: Component) -> bool {
        self.components.contains(&component)
    }
}

impl Context<'_, '_> {
    /// Reads `x-signing` of a scheme whose header is `header`.
    pub(in crate::lower) fn signing(&mut self, node: NodeId, header: &str) -> Option<ir::Signing> {
        let mut reader = self.reader(node, WORD)?;
        let common = Common::read(&mut reader)?;
        let mut names = (None, None, None);
        if let Some(mut headers) = reader.below("headers") {
            names = (
                headers.header("clientId"),
                headers.header("timestamp"),
                headers.header("nonce"),
            );
        }
        let (mut nonce_length, mut nonce_characters) = ((16, 128), ambiguity::NONCE);
        if let Some(mut nonce) = reader.below("nonce") {
            nonce_length = (
                nonce.number("minLength").unwrap_or(16),
                nonce.number("maxLength").unwrap_or(128),
            );
            let pattern = nonce.get("pattern");
            let fault = pattern.and_then(|node| super::nonce::fault(node.as_str()?, nonce_length));
            let characters = pattern.and_then(|node| super::nonce::characters(node.as_str()?));
            nonce_characters = characters.unwrap_or(nonce_characters);
            if let (Some(node), Some((message, help))) = (pattern, fault) {
                nonce.fault(node, message, help);
            }
        }
        common.apart(&mut reader, nonce_characters, nonce_length.0 == nonce_length.1);
        let (mut client_problem, mut signature_problem) = (None, None);
        let (mut expired_problem, mut replayed_problem) = (None, None);
        if let Some(problems) = reader.below("problems") {
            client_problem = problems.text("client");
            signature_problem = problems.text("signature");
            expired_problem = problems.text("expired");
            replayed_problem = problems.text("replayed");
        }
        let (client_id_header, timestamp_header, nonce_header) = names;
        let carried = [
            (Component::Timestamp, timestamp_header.is_some(), "timestamp"),
            (Component::Nonce, nonce_header.is_some(), "nonce"),
            (Component::ClientId, client_id_header.is_some(), "clientId"),
        ];
        for (component, has_header, name) in carried {
            if common.signs(component) && !has_header {
                let message = format!("`x-signing`: `{name}` is signed, but no header contains it");
                self.fault(
                    Code::BadExtension,
                    node,
                    message,
                    "write the name of the header under `headers`",
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
        Some(ir::Signing {
            signature_header: header.to_owned(),
            encoding: common.encoding,
            secret: common.secret,
            separator: common.separator,
            components: common.components,
            client_id_header,
            timestamp_header,
            nonce_header,
            timestamp: common.timestamp,
            nonce_length,
            freshness: common.freshness,
            client_problem,
            signature_problem,
            expired_problem,
            replayed_problem,
        })
    }
}
