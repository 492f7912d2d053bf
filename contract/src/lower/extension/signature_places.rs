//! Places of a signature and of the values next to it. Those of a request are in `headers` and `query`, those of a delivery in
//! `headers`, `read`, or `each` with `signature`.

use super::reader::Reader;
use super::signed_message::Common;
use super::signing_settings::Algorithms;
use super::webhook_keys::{SettledNames, SignatureNames};
use crate::constant::text;
use crate::ir::{Piece, PlacedValue, SignatureAlgorithm, SignaturePlace, SignedValue, ValuePlace, Word as _};
use crate::source::{Node, pointer};

/// The signature, and the values next to it.
pub(super) struct Places {
    pub(super) signature: SignaturePlace,
    pub(super) values: Vec<PlacedValue>,
}

/// Values with places of their own, and their names.
const NAMES: [(&str, SignedValue); 3] = [
    ("clientId", SignedValue::ClientId),
    ("timestamp", SignedValue::Timestamp),
    ("nonce", SignedValue::Nonce),
];

/// Reads `headers`: a header for each value.
fn in_headers(headers: &mut Reader<'_, '_>) -> Vec<PlacedValue> {
    let values = NAMES.into_iter().filter_map(|(name, value)| {
        let place = ValuePlace::Header(text(&headers.header(name)?));
        Some(PlacedValue { value, place })
    });
    values.collect()
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

    /// Adds the place of a value by its name.
    fn of_value(name: Option<&str>, place: ValuePlace, values: &mut Vec<PlacedValue>) -> Self {
        let known = NAMES[1..].iter().find(|(known, _)| Some(*known) == name);
        let Some((_, value)) = known.copied() else {
            return Self::Unknown;
        };
        let is_repeated = values.iter().any(|placed| placed.value == value);
        values.push(PlacedValue { value, place });
        Self::new(is_repeated)
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
    /// Reads the places of a request.
    pub(super) fn of_request(reader: &mut Reader<'_, '_>, common: &Common, signature: SignaturePlace) -> Option<Self> {
        let headers = reader.below("headers");
        let mut values = headers.map(|mut headers| in_headers(&mut headers)).unwrap_or_default();
        values.extend(in_query(reader, common, signature)?);
        Some(Self { signature, values })
    }

    /// Reads the places of a delivery.
    pub(super) fn of_delivery(reader: &mut Reader<'_, '_>, common: &Common, keys: &Algorithms) -> Option<Self> {
        let help = "write one of `headers`, `read`, and `each` with `signature`";
        let present = ["headers", "read", "each"].map(|word| reader.get(word));
        let (mut reader, places) = match present {
            [Some(_), None, None] => {
                let mut headers = reader.below("headers")?;
                let signature = headers.header("signature");
                let values = in_headers(&mut headers);
                let signature = SignaturePlace::Header(text(&signature?));
                (headers, Self { signature, values })
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

    /// Reads `each` and `signature`: each item of the body has a signature.
    fn from_items(reader: &mut Reader<'_, '_>, node: Node<'_>) -> Option<Self> {
        let (each, signature) = (reader.pointer("each")?, reader.need("signature")?);
        if !each.iter().any(|name| name == "*") {
            let help = "write `*` for any index, like `/items/*`";
            reader.fault(node, "`each` does not name the items of an array", help);
        }
        Some(Self {
            signature: SignaturePlace::Items {
                each: text(&pointer(&each)),
                signature: text(&pointer(&reader.pointer_of(signature)?)),
            },
            values: Vec::new(),
        })
    }

    /// Reads `read`: the header of the signature with its items, and the headers of other values.
    fn from_read(read: &mut Reader<'_, '_>, keys: &Algorithms) -> Option<Self> {
        let header = read.header("header");
        let mut values = Vec::new();
        if let (None, Some(pair)) = (read.get("pairs"), read.get("pair")) {
            let message = "`pair` separates names from values, but there are no `pairs`";
            read.fault(pair, message, "add `pairs`");
        }
        let names = in_pairs(read, keys, &mut values)?;
        in_other_headers(read, &mut values)?;
        let header = text(&header?);
        let is_list = read.get("pairs").is_some() || read.get("list").is_some();
        let signature = if is_list {
            SignaturePlace::List {
                header,
                separator: character(read, "list", &[',', ' ', ';'])?,
                pair: character(read, "pair", &['=', ','])?,
                name: names.items,
                key_name: names.public,
            }
        } else {
            SignaturePlace::Header(header)
        };
        Some(Self { signature, values })
    }

    /// Reports two values in one header.
    fn have_own_headers(&self, reader: &mut Reader<'_, '_>, common: &Common) {
        let header = |value| {
            let mut places = self.values.iter().filter(|placed| placed.value == value);
            places.find_map(|placed| placed.place.header())
        };
        let own = [
            ("the signature", self.signature.header()),
            ("the timestamp", header(SignedValue::Timestamp)),
            ("the nonce", header(SignedValue::Nonce)),
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

    /// Reports signed values without a place.
    pub(super) fn have_signed_values(&self, reader: &mut Reader<'_, '_>, common: &Common) -> bool {
        let (names, help) = if reader.is_of("x-webhooks") {
            let help = "write the name of the header under `headers`, or its place under `read`";
            (&NAMES[1..], help)
        } else {
            let help = "write the name of the header under `headers`, or of the parameter under `query`";
            (&NAMES[..], help)
        };
        let mut is_sound = true;
        for &(name, value) in names {
            if common.signs(value) && !self.values.iter().any(|placed| placed.value == value) {
                let message = format!("`{name}` is signed, but no header contains it");
                reader.fault(reader.node, message, help);
                is_sound = false;
            }
        }
        is_sound
    }

    /// Reports places of values that are not signed.
    pub(super) fn are_of_signed_values(&self, reader: &mut Reader<'_, '_>, common: &Common) -> bool {
        let is_unsigned = |value| !common.signs(value) && self.values.iter().any(|placed| placed.value == value);
        let unsigned: Vec<_> = NAMES.into_iter().filter(|(_, value)| is_unsigned(*value)).collect();
        for (name, _) in &unsigned {
            let message = format!("`{name}` is read, but it is not signed, so anyone could change it");
            let help = "add it to the message as the owner of the API describes it, or remove its place";
            reader.fault(reader.node, message, help);
        }
        unsigned.is_empty()
    }
}

/// Reads `pairs`: the values by the names of items. Returns the names of signatures, if items have names.
fn in_pairs(read: &mut Reader<'_, '_>, keys: &Algorithms, values: &mut Vec<PlacedValue>) -> Option<SettledNames> {
    let Some(pairs) = read.get("pairs") else {
        return Some(SettledNames::default());
    };
    let mut names = SignatureNames::default();
    for member in pairs.members() {
        let value = member.value.text();
        let row = match value.and_then(SignatureAlgorithm::from_word) {
            Some(algorithm) => Row::new(names.replace(algorithm, member.key)),
            None if value == Some("signature") => Row::new(names.any.replace(member.key.to_owned()).is_some()),
            None => Row::of_value(value, ValuePlace::Pair(text(member.key)), values),
        };
        let help = "keep one name for each value; other names are skipped";
        row.report(read, member.value, "two names of `pairs` have the same value", help)?;
    }
    Some(names.settle(read, pairs, keys).unwrap_or_default())
}

/// Reads `read.headers`: the values of other headers.
fn in_other_headers(read: &mut Reader<'_, '_>, values: &mut Vec<PlacedValue>) -> Option<()> {
    for member in read.get("headers").iter().flat_map(|headers| headers.members()) {
        if !crate::ir::is_token(member.key) {
            let message = format!("a header cannot have the name `{}`", member.key);
            read.fault(member.value, message, "write letters, digits and `-`, like `X-Call-Id`");
        }
        let row = Row::of_value(member.value.text(), ValuePlace::Header(text(member.key)), values);
        let help = "keep one place for each value";
        row.report(read, member.value, "the value has two places", help)?;
    }
    Some(())
}

/// Reads the parameters that signing adds to the query: those of `query`, then those of settings.
fn in_query(reader: &mut Reader<'_, '_>, common: &Common, signature: SignaturePlace) -> Option<Vec<PlacedValue>> {
    let of_values = reader.get("query");
    let of_values = NAMES
        .into_iter()
        .filter_map(|(name, value)| Some((of_values?.get(name)?, value)));
    let settings = reader.get("settings");
    let of_settings = settings.iter().flat_map(|settings| settings.members());
    let of_settings =
        of_settings.filter_map(|member| Some((member.value.get("query")?, SignedValue::Setting(text(member.key)))));
    let mut query: Vec<PlacedValue> = Vec::new();
    let mut is_sound = true;
    for (node, value) in of_values.chain(of_settings).collect::<Vec<_>>() {
        let name = text(node.as_str()?);
        let place = ValuePlace::Query(name);
        if signature == SignaturePlace::Query(name) || query.iter().any(|known| known.place == place) {
            let message = format!("two values have the parameter `{name}` of the query");
            reader.fault(node, message, "write a different name for each of them");
            is_sound = false;
        }
        if !common.signs(SignedValue::Query) && !common.signs(SignedValue::Target) && !common.signs(value) {
            let message = format!("the parameter `{name}` is not signed, so anyone could change it");
            reader.fault(node, message, "add `{query}` or `{target}` to the message");
            is_sound = false;
        }
        query.push(PlacedValue { value, place });
    }
    is_sound.then_some(query)
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
