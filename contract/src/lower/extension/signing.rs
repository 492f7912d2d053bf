//! `x-signing` on a security scheme, and what it shares with `x-webhooks`.

use super::ambiguity;
use super::ambiguity::{HEADER, Set, Signed};
use super::reader::{Reader, word_of};
use super::template;
use crate::diag::Code;
use crate::ir;
use crate::ir::{
    Algorithm, Component, Filter, MacEncoding, Piece, SecretEncoding, SecretForm, SignedValue, TimestampFormat,
};
use crate::lower::context::Context;
use crate::source::{Node, NodeId};

const WORD: &str = "x-signing";

/// Members that every signature has.
pub(super) struct Common {
    pub(super) algorithm: Algorithm,
    pub(super) encoding: MacEncoding,
    pub(super) secret: SecretForm,
    pub(super) message: Vec<Piece>,
    pub(super) timestamp: TimestampFormat,
}

impl Common {
    pub(super) fn read(reader: &mut Reader<'_, '_>) -> Option<Self> {
        let (algorithm, encoding) = (reader.word("algorithm"), reader.word("encoding"));
        let secret = reader.get("secret").and_then(|node| {
            let (encoding, prefix) = (node.get("encoding").unwrap_or(node), node.get("prefix"));
            Some(SecretForm {
                encoding: word_of::<SecretEncoding>(encoding)?,
                prefix: prefix.map_or(Some(""), Node::as_str)?.to_owned(),
            })
        });
        let timestamp = reader.word("timestamp").unwrap_or(TimestampFormat::Rfc3339);
        Some(Self {
            message: Self::message(reader)?,
            algorithm: algorithm?,
            encoding: encoding?,
            secret: secret?,
            timestamp,
        })
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
    fn is_of_requests(&self, reader: &mut Reader<'_, '_>) -> bool {
        let help = "sign `method`, `target`, `path`, `query`, `timestamp`, `nonce`, `client-id`, `idempotency-key` and the hash of the body";
        let is_there = |value: &SignedValue| {
            !matches!(
                value,
                SignedValue::Header(_) | SignedValue::Setting(_) | SignedValue::Item(_)
            )
        };
        let mut is_sound = self.only(reader, "a request", is_there, help);
        if let (true, Some(node)) = (
            self.message.iter().all(|piece| matches!(piece, Piece::Text(_))),
            reader.get("message"),
        ) {
            reader.fault(
                node,
                "the message contains no value, so each request has the same signature",
                help,
            );
            is_sound = false;
        }
        let is_unhashed = |piece: &&Piece| matches!(piece, Piece::Value(SignedValue::Body, filters) if filters.first() != Some(&Filter::Sha256));
        if let (Some(_), Some(node)) = (self.message.iter().find(is_unhashed), reader.get("message")) {
            let help = "write `{body|sha256|hex}`: a body can be a file that is not in memory";
            reader.fault(
                node,
                "the message contains a body that is not hashed with SHA-256",
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
    /// Reads `x-signing` of a scheme whose header is `header`.
    pub(in crate::lower) fn signing(&mut self, node: NodeId, header: &str) -> Option<ir::Signing> {
        let document = self.document;
        let mut reader = self.reader(node, WORD)?;
        let common = Common::read(&mut reader);
        reader.need("freshness");
        let freshness = reader.number("freshness");
        let common = common?;
        let names = ["clientId", "timestamp", "nonce"];
        let headers = reader
            .below("headers")
            .map(|mut headers| names.map(|name| headers.header(name)));
        let [client_id_header, timestamp_header, nonce_header] = headers.unwrap_or_default();
        let (mut nonce_length, mut nonce_characters) = ((16, 128), ambiguity::NONCE);
        if let Some(mut nonce) = reader.below("nonce") {
            nonce_length = (
                nonce.number("minLength").unwrap_or(16),
                nonce.number("maxLength").unwrap_or(128),
            );
            let pattern = nonce.get("pattern");
            let fault = pattern.and_then(|node| nonce_fault(node.as_str()?, nonce_length.0, nonce_length.1));
            let characters = pattern.and_then(|node| accepted_characters(node.as_str()?));
            nonce_characters = characters.unwrap_or(nonce_characters);
            if let (Some(node), Some((message, help))) = (pattern, fault) {
                nonce.fault(node, message, help);
            }
        }
        common.apart(&mut reader, nonce_characters, nonce_length.0 == nonce_length.1);
        let is_sound = common.is_of_requests(&mut reader);
        let carried = [
            (SignedValue::Timestamp, timestamp_header.is_some(), "timestamp"),
            (SignedValue::Nonce, nonce_header.is_some(), "nonce"),
            (SignedValue::ClientId, client_id_header.is_some(), "clientId"),
        ];
        for (value, has_header, name) in carried {
            if common.signs(&value) && !has_header {
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
        let problem = |name: &str| {
            document
                .node(node)
                .at(&format!("/problems/{name}"))?
                .as_str()
                .map(str::to_owned)
        };
        is_sound.then_some(())?;
        Some(ir::Signing {
            signature_header: header.to_owned(),
            algorithm: common.algorithm,
            encoding: common.encoding,
            secret: common.secret,
            message: common.message,
            client_id_header,
            timestamp_header,
            nonce_header,
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

// Compatibility of generated nonces with the pattern of the contract.

/// Characters of generated nonces.
const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Returns the error of a pattern, and the help.
pub(super) fn nonce_fault(pattern: &str, least: u32, most: u32) -> Option<(&'static str, &'static str)> {
    let like = "write it like `^[A-Za-z0-9_-]+$`";
    let Some((class, (fewest, greatest))) = read(pattern) else {
        return Some(("this pattern does not determine the characters of a nonce", like));
    };
    if !ALPHABET.chars().all(|c| class.holds(c)) {
        let message = "nonces consist of letters, digits, `-` and `_`, but this pattern does not match all of them";
        return Some((message, like));
    }
    (fewest > least || greatest < most).then_some((
        "this pattern contradicts `minLength` and `maxLength`",
        "write the length with `minLength` and `maxLength`, and end the pattern with `+$`",
    ))
}

/// Returns the characters of the nonces that a pattern accepts, if it can be read.
pub(super) fn accepted_characters(pattern: &str) -> Option<Set> {
    let (class, _) = read(pattern)?;
    let taken = (0..128_u8).filter(|byte| class.holds(char::from(*byte)));
    Some(taken.fold(0, |set, byte| set | 1 << byte) & HEADER)
}

/// A character class, possibly negated.
#[derive(Default)]
struct CharacterClass {
    ranges: Vec<(char, char)>,
    negated: bool,
}

impl CharacterClass {
    fn holds(&self, c: char) -> bool {
        self.ranges.iter().any(|(first, last)| (*first..=*last).contains(&c)) != self.negated
    }
}

/// Parses `^`, a class, a quantity, `$`.
fn read(pattern: &str) -> Option<(CharacterClass, (u32, u32))> {
    let inner = pattern.strip_prefix('^')?.strip_suffix('$')?;
    let (class, count) = if let Some(rest) = inner.strip_prefix('[') {
        // A bracket closes the class unless it is escaped.
        let mut before = None;
        let end = rest.char_indices().find(|(_, c)| {
            let closes = *c == ']' && before != Some('\\');
            before = Some(if before == Some('\\') { ' ' } else { *c });
            closes
        });
        let (inside, count) = rest.split_at(end?.0);
        (class(inside)?, &count[1..])
    } else if let Some(count) = inner.strip_prefix('.') {
        (negated(), count)
    } else {
        let (word, count) = inner.split_at_checked(2)?;
        (class(word).filter(|_| word.starts_with('\\'))?, count)
    };
    Some((class, quantity(count)?))
}

fn negated() -> CharacterClass {
    CharacterClass {
        negated: true,
        ..CharacterClass::default()
    }
}

/// Parses the text between the brackets.
fn class(text: &str) -> Option<CharacterClass> {
    let (text, mut class) = match text.strip_prefix('^') {
        Some(rest) => (rest, negated()),
        None => (text, CharacterClass::default()),
    };
    let mut rest: Vec<char> = text.chars().rev().collect();
    while let Some(first) = rest.pop() {
        let first = match first {
            '\\' => match rest.pop()? {
                'w' => {
                    class.ranges.extend([('A', 'Z'), ('a', 'z'), ('0', '9'), ('_', '_')]);
                    continue;
                }
                'd' => {
                    class.ranges.push(('0', '9'));
                    continue;
                }
                escaped if escaped.is_ascii_punctuation() => escaped,
                _ => return None,
            },
            '[' => return None,
            plain => plain,
        };
        // A hyphen at the end is literal.
        let last = match rest.as_slice() {
            [last, '-'] | [.., last, '-'] if !matches!(last, '\\' | '[') => *last,
            _ => {
                class.ranges.push((first, first));
                continue;
            }
        };
        rest.truncate(rest.len() - 2);
        if last < first {
            return None;
        }
        class.ranges.push((first, last));
    }
    (!class.ranges.is_empty()).then_some(class)
}

/// Parses `+`, `*`, `{n}`, `{n,}` or `{n,m}`.
fn quantity(text: &str) -> Option<(u32, u32)> {
    match text {
        "+" => return Some((1, u32::MAX)),
        "*" => return Some((0, u32::MAX)),
        _ => {}
    }
    let inside = text.strip_prefix('{')?.strip_suffix('}')?;
    let (fewest, greatest) = match inside.split_once(',') {
        None => (inside.parse().ok()?, inside.parse().ok()?),
        Some((fewest, "")) => (fewest.parse().ok()?, u32::MAX),
        Some((fewest, greatest)) => (fewest.parse().ok()?, greatest.parse().ok()?),
    };
    (fewest <= greatest).then_some((fewest, greatest))
}

#[cfg(test)]
mod tests {
    use super::{HEADER, accepted_characters, nonce_fault};

    #[test]
    fn a_pattern_takes_every_nonce_or_is_told() {
        for good in [
            "^[A-Za-z0-9_-]+$",
            "^[\\w-]+$",
            "^[-\\w]{16,128}$",
            "^[a-zA-Z0-9\\-_.~]{1,}$",
            "^[^ ]+$",
            "^.+$",
            "^[!-~]*$",
            "^[\\]A-Za-z0-9_-]+$",
            "^[\\w\\-\\\\]+$",
            "^[a-\\w]+$",
            "^[a-a\\w-]+$",
        ] {
            assert_eq!(nonce_fault(good, 16, 128), None, "{good}");
        }
        for (bad, why) in [
            ("(", "does not determine"),
            ("", "does not determine"),
            ("[A-Za-z0-9_-]+", "does not determine"),
            ("^[A-Za-z0-9_-$", "does not determine"),
            ("^[z-a]+$", "does not determine"),
            ("^[]+$", "does not determine"),
            ("^(a|b)+$", "does not determine"),
            ("^[a]{2,1}$", "does not determine"),
            ("^[A-Za-z0-9_-]$", "does not determine"),
            ("^ä$", "does not determine"),
            ("^[a-z]+$", "not match all"),
            ("^\\w+$", "not match all"),
            ("^[^a]+$", "not match all"),
            ("^[A-Za-z0-9_-]{32}$", "contradicts"),
            ("^[A-Za-z0-9_-]{20,128}$", "contradicts"),
            ("^[A-Za-z0-9_-]{16,64}$", "contradicts"),
            ("^ab+$", "does not determine"),
            ("^[\\q]+$", "does not determine"),
            ("^[[]+$", "does not determine"),
            ("^[!-[]+$", "does not determine"),
            ("^\\d+$", "not match all"),
            ("^[]A-Za-z0-9_-]+$", "does not determine"),
        ] {
            let said = nonce_fault(bad, 16, 128).map_or("nothing", |(message, _)| message);
            assert!(said.contains(why), "{bad}: {said}");
        }
        assert_eq!(nonce_fault("^[A-Za-z0-9_-]{32}$", 32, 32), None);
    }

    #[test]
    fn the_characters_of_a_pattern_are_those_that_a_header_has() {
        assert_eq!(accepted_characters("^[a-b]+$"), Some(0b11 << 0x61));
        assert_eq!(accepted_characters("^\\d+$"), Some(0x3ff << 0x30));
        assert_eq!(accepted_characters("^.+$"), Some(HEADER));
        assert_eq!(accepted_characters("("), None);
    }
}
