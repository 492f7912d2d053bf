//! Places of the signature, the instant and the nonce of a delivery: `headers`, `read`, or `each` with `signature`.

use super::reader::{Reader, is_token};
use super::signed_message::Common;
use super::signing_algorithms::Algorithms;
use super::webhook_keys::SignatureNames;
use crate::constant::text;
use crate::ir::{Piece, SignatureAlgorithm, SignatureLocation, SignedValue, ValueLocation, Word as _};
use crate::source::{Node, pointer};

/// The values of a delivery, and the places that have them.
#[derive(Default)]
pub(super) struct Places {
    pub(super) signature: Option<SignatureLocation>,
    pub(super) timestamp: Option<ValueLocation>,
    pub(super) nonce: Option<ValueLocation>,
    /// Name of the signatures of public keys.
    pub(super) key_name: Option<String>,
}

/// The value of a row of `pairs` or of `headers`.
enum Row {
    New,
    Repeated,
    Unknown,
}

impl Row {
    fn new(is_repeated: bool) -> Self {
        if is_repeated { Self::Repeated } else { Self::New }
    }

    /// Reports an unknown value, which has no place, and a repeated value.
    fn report(self, read: &mut Reader<'_, '_>, node: Node<'_>, repeated: &str, help: &str) -> Option<()> {
        match self {
            Self::New => {}
            Self::Repeated => read.fault(node, repeated, help),
            Self::Unknown => {
                let help = "write `signature` (in `pairs` alone), `timestamp` or `nonce`";
                read.fault(node, "this is not a value of a delivery", help);
                return None;
            }
        }
        Some(())
    }
}

impl Places {
    pub(super) fn read(reader: &mut Reader<'_, '_>, common: &Common, keys: &Algorithms) -> Option<Self> {
        let help = "write one of `headers`, `read`, and `each` with `signature`";
        let present = ["headers", "read", "each"].map(|word| reader.get(word));
        let (mut reader, places) = match present {
            [Some(_), None, None] => {
                let mut headers = reader.below("headers")?;
                let places = Self::from_headers(&mut headers);
                (headers, places)
            }
            [None, Some(_), None] => {
                let mut read = reader.below("read")?;
                let places = Self::from_read(&mut read, keys)?;
                (read, places)
            }
            [None, None, Some(each)] => return Self::from_items(reader, each),
            [None, None, None] => {
                reader.fault(reader.node, "no place of the signature is described", help);
                return None;
            }
            [first, second, third] => {
                let node = third.or(second).or(first)?;
                reader.fault(node, "the place of the signature is described twice", help);
                return None;
            }
        };
        places.have_own_headers(&mut reader, common);
        Some(places)
    }

    /// Reads `headers`: a header for each value.
    fn from_headers(headers: &mut Reader<'_, '_>) -> Self {
        let mut header = |name| headers.header(name).as_deref().map(text);
        Self {
            signature: header("signature").map(SignatureLocation::Header),
            timestamp: header("timestamp").map(ValueLocation::Header),
            nonce: header("nonce").map(ValueLocation::Header),
            key_name: None,
        }
    }

    /// Reads `each` and `signature`: each item of the body has a signature.
    fn from_items(reader: &mut Reader<'_, '_>, node: Node<'_>) -> Option<Self> {
        let (each, signature) = (reader.pointer("each")?, reader.need("signature")?);
        if !each.iter().any(|name| name == "*") {
            let help = "write `*` for any index, like `/items/*`";
            reader.fault(node, "`each` does not name the items of an array", help);
        }
        Some(Self {
            signature: Some(SignatureLocation::Items {
                each: text(&pointer(&each)),
                signature: text(&pointer(&reader.pointer_of(signature)?)),
            }),
            ..Self::default()
        })
    }

    /// Reads `read`: the header of the signature with its items, and the headers of other values.
    fn from_read(read: &mut Reader<'_, '_>, keys: &Algorithms) -> Option<Self> {
        let header = read.header("header");
        let mut places = Self::default();
        if let (None, Some(pair)) = (read.get("pairs"), read.get("pair")) {
            let message = "`pair` separates names from values, but there are no `pairs`";
            read.fault(pair, message, "add `pairs`");
        }
        let name = places.read_pairs(read, keys)?;
        places.read_headers(read)?;
        let header = text(&header?);
        places.signature = Some(if read.get("pairs").is_none() && read.get("list").is_none() {
            SignatureLocation::Header(header)
        } else {
            SignatureLocation::List {
                header,
                separator: character(read, "list", &[',', ' ', ';'])?,
                pair: character(read, "pair", &['=', ','])?,
                name,
            }
        });
        Some(places)
    }

    /// Reads `pairs`: the values by the names of items. Returns the name of signatures, if items have names.
    #[allow(clippy::option_option, reason = "a fault, or items without names")]
    fn read_pairs(&mut self, read: &mut Reader<'_, '_>, keys: &Algorithms) -> Option<Option<&'static str>> {
        let Some(pairs) = read.get("pairs") else {
            return Some(None);
        };
        let mut names = SignatureNames::default();
        for member in pairs.members() {
            let value = member.value.text();
            let row = match value.and_then(SignatureAlgorithm::of) {
                Some(algorithm) => Row::new(names.replace(algorithm, member.key)),
                None if value == Some("signature") => Row::new(names.any.replace(member.key.to_owned()).is_some()),
                None => self.put(value, ValueLocation::Pair(text(member.key))),
            };
            let help = "keep one name for each value; other names are skipped";
            row.report(read, member.value, "two names of `pairs` have the same value", help)?;
        }
        let names = names.settle(read, pairs, keys);
        let (items, public) = names.map_or((None, None), |names| (Some(text(&names.items)), names.public));
        self.key_name = public;
        Some(items)
    }

    /// Reads `read.headers`: the values of other headers.
    fn read_headers(&mut self, read: &mut Reader<'_, '_>) -> Option<()> {
        for member in read.get("headers").iter().flat_map(|headers| headers.members()) {
            if !is_token(member.key) {
                let message = format!("a header cannot have the name `{}`", member.key);
                read.fault(member.value, message, "write letters, digits and `-`, like `X-Call-Id`");
            }
            let row = self.put(member.value.text(), ValueLocation::Header(text(member.key)));
            let help = "keep one place for each value";
            row.report(read, member.value, "the value has two places", help)?;
        }
        Some(())
    }

    /// Sets the place of a value by its name.
    fn put(&mut self, value: Option<&str>, at: ValueLocation) -> Row {
        match value {
            Some("timestamp") => Row::new(self.timestamp.replace(at).is_some()),
            Some("nonce") => Row::new(self.nonce.replace(at).is_some()),
            _ => Row::Unknown,
        }
    }

    /// Reports two values in one header.
    fn have_own_headers(&self, reader: &mut Reader<'_, '_>, common: &Common) {
        let header = |at| match at {
            Some(ValueLocation::Header(name)) => Some(name),
            Some(ValueLocation::Pair(_)) | None => None,
        };
        let own = [
            ("the signature", self.signature.and_then(SignatureLocation::header)),
            ("the timestamp", header(self.timestamp)),
            ("the nonce", header(self.nonce)),
        ];
        let signed = common.message.iter().map(|piece| match piece {
            Piece::Value(SignedValue::Header(name), _) => ("a signed value", Some(*name)),
            _ => ("", None),
        });
        let mut before: Vec<(&str, &str)> = Vec::new();
        for (what, name) in own.into_iter().chain(signed) {
            let Some(name) = name else { continue };
            if let Some((other, _)) = before.iter().find(|(_, known)| known.eq_ignore_ascii_case(name)) {
                let message = format!("the header `{name}` contains {other} and {what}, which cannot both be read");
                let help = "write the header of each value; for items of one header, write `read` with `pairs`";
                reader.fault(reader.node, message, help);
            }
            before.push((what, name));
        }
    }

    /// Reports signed values without a place, and places of values that are not signed.
    pub(super) fn are_of_signed_values(&self, reader: &mut Reader<'_, '_>, common: &Common) -> bool {
        let mut is_sound = true;
        for (value, at, name) in [
            (SignedValue::Timestamp, self.timestamp, "timestamp"),
            (SignedValue::Nonce, self.nonce, "nonce"),
        ] {
            let (message, help) = match (common.signs(value), at) {
                (true, None) => (
                    format!("the {name} is signed, but no header contains it"),
                    "write the name of the header under `headers`, or its place under `read`",
                ),
                (false, Some(_)) => (
                    format!("the {name} is read, but it is not signed, so anyone could change it"),
                    "add it to the message as the owner of the API describes it, or remove its place",
                ),
                (true, Some(_)) | (false, None) => continue,
            };
            reader.fault(reader.node, message, help);
            is_sound = false;
        }
        is_sound
    }
}

/// Reads a character of a table; the first one without the member.
fn character(read: &mut Reader<'_, '_>, key: &str, known: &[char]) -> Option<char> {
    let Some(node) = read.get(key) else {
        return known.first().copied();
    };
    let text = node.as_str().unwrap_or_default();
    let found = known.iter().copied().find(|one| text == one.to_string());
    if found.is_none() {
        let message = format!("`{key}` has another value");
        read.fault(node, message, "write one of the characters of the table");
    }
    found
}
