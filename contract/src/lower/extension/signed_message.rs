//! A signed message of requests or of deliveries: the secret, the template in pieces, and the check of the borders of its values.
//!
//! In: the value of an extension. Out: plain data; `None` after a fault.

use super::reader::{Reader, word_of};
use crate::constant::{self, list, text};
use crate::diag::Code;
use crate::ir::{
    Algorithm, BadPointer, Component, Filter, Piece, SecretEncoding, SecretForm, SignedValue, TimestampFormat,
    Word as _,
};
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
        Some(joined(&components, separator))
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
        let help = OF_REQUESTS;
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
    match parse_template(node.as_str()?) {
        Ok(pieces) => Some(pieces),
        Err((message, help)) => {
            let is_value = help == OF_REQUESTS && reader.is_of("x-webhooks");
            reader.fault(node, message, if is_value { OF_DELIVERIES } else { help });
            None
        }
    }
}

/// Values of the message of a request.
const OF_REQUESTS: &str = "write `method`, `target`, `path`, `query`, `host`, `timestamp`, `expires`, `nonce`, `client-id`, `key-id`, `idempotency-key`, `settings.NAME`, or the body or its hash";
/// Values of the message of a delivery.
const OF_DELIVERIES: &str = "write `timestamp`, `nonce`, `header.NAME`, `settings.NAME`, the body or its hash, or with `each` a JSON Pointer into an item";

/// Reads a template: texts, and values in braces; `{{` and `}}` are braces.
fn parse_template(template: &str) -> Result<&'static [Piece], (String, &'static str)> {
    let unbalanced = |brace| {
        let message = format!("a `{brace}` of `message` has no counterpart");
        (message, "write a value like `{timestamp}`, or `{{` and `}}` for braces")
    };
    let (mut pieces, mut plain, mut rest) = (Vec::new(), String::new(), template);
    while let Some(at) = rest.find(['{', '}']) {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(doubled) = ["{{", "}}"].into_iter().find(|two| rest.starts_with(two)) {
            plain.push_str(&doubled[1..]);
            rest = &rest[2..];
            continue;
        }
        let inside = rest.strip_prefix('{').ok_or_else(|| unbalanced('}'))?;
        let (inside, after) = inside.split_once('}').ok_or_else(|| unbalanced('{'))?;
        if !plain.is_empty() {
            pieces.push(Piece::Text(text(&std::mem::take(&mut plain))));
        }
        pieces.push(template_value(inside)?);
        rest = after;
    }
    plain.push_str(rest);
    if !plain.is_empty() {
        pieces.push(Piece::Text(text(&plain)));
    }
    Ok(list(pieces))
}

/// Returns the pieces of components with a separator between them.
fn joined(components: &[Component], separator: &str) -> &'static [Piece] {
    let mut pieces = Vec::new();
    for component in components {
        if !pieces.is_empty() && !separator.is_empty() {
            pieces.push(Piece::Text(text(separator)));
        }
        pieces.push(match component {
            Component::Method => Piece::Value(SignedValue::Method, &[]),
            Component::Target => Piece::Value(SignedValue::Target, &[]),
            Component::BodySha256Hex => Piece::Value(SignedValue::Body, &[Filter::Sha256, Filter::Hex]),
            Component::BodySha256Base64 => Piece::Value(SignedValue::Body, &[Filter::Sha256, Filter::Base64]),
            Component::Timestamp => Piece::Value(SignedValue::Timestamp, &[]),
            Component::Nonce => Piece::Value(SignedValue::Nonce, &[]),
            Component::IdempotencyKey => Piece::Value(SignedValue::IdempotencyKey, &[]),
            Component::ClientId => Piece::Value(SignedValue::ClientId, &[]),
        });
    }
    list(pieces)
}

fn template_value(inside: &str) -> Result<Piece, (String, &'static str)> {
    let mut words = inside.split('|');
    let name = words.next().unwrap_or_default();
    let plain = SignedValue::PLAIN.iter().find(|(word, _)| *word == name);
    let value = if let Some((_, value)) = plain {
        *value
    } else if let Some(header) = name.strip_prefix("header.") {
        if !crate::ir::is_token(header) {
            return Err((
                format!("a header cannot have the name `{header}`"),
                "write it like `{header.X-Call-Id}`",
            ));
        }
        SignedValue::Header(text(header))
    } else if let Some(setting) = name.strip_prefix("settings.") {
        SignedValue::Setting(text(setting))
    } else if name.starts_with('/') {
        crate::ir::pointer(name).map_err(|BadPointer(help)| (format!("`{name}` is not a JSON Pointer"), help))?;
        SignedValue::Item(text(name))
    } else {
        return Err((format!("`{name}` is not a value of a message"), OF_REQUESTS));
    };
    let filters = words.map(|word| {
        let help = "write `sha256`, `sha512`, `crc32`, `decimal`, `hex`, `base64` or `base64url`";
        Filter::from_word(word).ok_or_else(|| (format!("`{word}` is not a change of a value"), help))
    });
    let filters = filters.collect::<Result<Vec<_>, _>>()?;
    let is_number = |at: usize| at > 0 && filters[at - 1] == Filter::Crc32;
    if (0..filters.len()).any(|at| filters[at] == Filter::Decimal && !is_number(at)) {
        return Err((
            format!("`decimal` in `{inside}` has no number"),
            "write it after `crc32`",
        ));
    }
    Ok(Piece::Value(value, list(filters)))
}

/// Set of ASCII characters, one bit each. Headers and targets have no others.
pub(super) type Set = u128;

/// Characters of a header value: visible ones, blanks and tabs.
pub(super) const HEADER: Set = visible() | bits(" \t");
/// Characters of nonces in requests without a pattern.
pub(super) const NONCE: Set = letters() | bits("0123456789-_");
const DIGITS: Set = bits("0123456789");
const HEX: Set = bits("0123456789abcdef");
const BASE64: Set = letters() | bits("0123456789+/-_=");
const UPPER: Set = bits("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
/// Characters of path and query (RFC 3986), and brackets, which many clients leave unescaped.
const TARGET: Set = letters() | bits("0123456789-._~!$&'()*+,;=:@/?%[]");

/// Characters of a method (RFC 9110, section 5.6.2).
const TOKEN: Set = letters() | bits("0123456789!#$%&'*+-.^_`|~");

/// A signed message and the known forms of its values.
pub(super) struct SignedTemplate<'c> {
    pub(super) pieces: &'c [Piece],
    pub(super) timestamp: TimestampFormat,
    /// Characters of a nonce.
    pub(super) nonce: Set,
    /// True if all nonces have one length.
    pub(super) nonce_fixed: bool,
    /// True if a method may be any token, so that it may begin or end as another one.
    pub(super) open_methods: bool,
}

/// A value, and the text between it and the one before it.
#[derive(Clone, Copy)]
struct Part<'c> {
    gap: &'c str,
    value: &'c Piece,
}

/// Form of a value's text.
#[derive(Clone, Copy)]
enum TextForm {
    /// Its start and end are certain.
    Known,
    /// Any length: allowed characters, and allowed first characters; `None` if it may be empty.
    Open { all: Set, first: Option<Set> },
    /// Any bytes.
    Any,
}

impl<'c> SignedTemplate<'c> {
    /// Returns the first pair of values without a certain border. Part of the one can move to the other under the same signature: digits
    /// of the timestamp could belong to the nonce, for instance, which makes an old delivery a new one. Values with certain ends leave on
    /// both sides; those left over are ambiguous.
    fn merged(&self) -> Option<(&'c Piece, &'c Piece)> {
        let (mut parts, mut gap) = (Vec::new(), "");
        for piece in self.pieces {
            match piece {
                Piece::Text(text) => gap = text,
                value @ Piece::Value(..) => parts.push(Part {
                    gap: std::mem::take(&mut gap),
                    value,
                }),
            }
        }
        // A value for a given hash cannot be constructed, so a hash separates its neighbours.
        let mut between = parts.split(|part| is_hashed(part.value));
        between.find_map(|parts| self.merged_of(parts))
    }

    fn merged_of(&self, mut parts: &[Part<'c>]) -> Option<(&'c Piece, &'c Piece)> {
        loop {
            parts = match parts {
                [] | [_] => return None,
                [first, second, ..] if self.ends(*first, *second) => &parts[1..],
                [rest @ .., last] if self.begins(*last) => rest,
                [first, second, ..] => return Some((first.value, second.value)),
            };
        }
    }

    /// Returns true if the end of the first text is certain, given everything before it.
    fn ends(&self, first: Part<'_>, second: Part<'_>) -> bool {
        let gap = second.gap;
        let all = match self.form(first.value) {
            TextForm::Known => return true,
            TextForm::Any => return false,
            TextForm::Open { all, .. } => all,
        };
        if !gap.is_empty() {
            // A verifier refuses a header that contains the text after it.
            return separates(gap, all) || is_header(first.value);
        }
        let begin = match (second.value, self.form(second.value)) {
            (_, TextForm::Open { first, .. }) => first,
            (Piece::Value(SignedValue::Method, _), TextForm::Known) => Some(UPPER),
            (Piece::Value(SignedValue::Timestamp, _), _) => Some(DIGITS),
            _ => None,
        };
        begin.is_some_and(|begin| begin & all == 0)
    }

    /// Returns true if the start of the last text is certain, given everything after it.
    fn begins(&self, last: Part<'_>) -> bool {
        match self.form(last.value) {
            TextForm::Known => true,
            TextForm::Any => false,
            TextForm::Open { all, .. } => separates(last.gap, all),
        }
    }

    fn form(&self, piece: &Piece) -> TextForm {
        let open = |all| TextForm::Open { all, first: Some(all) };
        let empty = |all| TextForm::Open { all, first: None };
        let Piece::Value(value, filters) = piece else {
            return TextForm::Known;
        };
        match filters.last() {
            Some(Filter::Decimal) => return empty(DIGITS),
            Some(Filter::Hex) => return empty(HEX),
            Some(Filter::Base64 | Filter::Base64Url) => return empty(BASE64),
            _ => {}
        }
        match value {
            SignedValue::Method if self.open_methods => open(TOKEN),
            // No method is a prefix or suffix of another one. Each client has its own key, so a shifted client id does
            // not verify. A host receives requests of its own name alone.
            SignedValue::Method
            | SignedValue::Host
            | SignedValue::ClientId
            | SignedValue::KeyId
            | SignedValue::CertificateSerial => TextForm::Known,
            // RFC 3339, with or without a fraction: starts with four digits, ends with one `Z` or offset.
            SignedValue::Timestamp | SignedValue::Expires if self.timestamp == TimestampFormat::Rfc3339 => {
                TextForm::Known
            }
            SignedValue::Timestamp | SignedValue::Expires => open(DIGITS),
            SignedValue::Nonce if self.nonce_fixed => TextForm::Known,
            SignedValue::Nonce => open(self.nonce),
            SignedValue::Target => TextForm::Open {
                all: TARGET,
                first: Some(bits("/")),
            },
            SignedValue::Path => TextForm::Open {
                all: TARGET & !bits("?"),
                first: Some(bits("/")),
            },
            SignedValue::Query => empty(TARGET),
            SignedValue::IdempotencyKey => empty(visible()),
            SignedValue::Header(_) => empty(HEADER),
            SignedValue::Body | SignedValue::Setting(_) | SignedValue::Item(_) | SignedValue::CertificateIssuer => {
                TextForm::Any
            }
        }
    }
}

fn separates(gap: &str, all: Set) -> bool {
    gap.chars().any(|c| !c.is_ascii() || all & 1 << (c as u32) == 0)
}

fn is_hashed(piece: &Piece) -> bool {
    let is_hash = |filter: &Filter| matches!(filter, Filter::Sha256 | Filter::Sha512);
    matches!(piece, Piece::Value(_, filters) if filters.iter().any(is_hash))
}

fn is_header(piece: &Piece) -> bool {
    matches!(piece, Piece::Value(SignedValue::Header(_), filters) if filters.is_empty())
}

const fn bits(text: &str) -> Set {
    let (bytes, mut at, mut set) = (text.as_bytes(), 0, 0);
    while at < bytes.len() {
        set |= 1 << bytes[at];
        at += 1;
    }
    set
}

const fn letters() -> Set {
    UPPER | UPPER << 32
}

const fn visible() -> Set {
    (1 << 0x7f) - (1 << 0x21)
}

#[cfg(test)]
mod tests {
    use TimestampFormat::{Rfc3339, UnixSeconds};

    use super::*;
    use crate::ir::Component::{
        self, BodySha256Hex as BODY, ClientId, IdempotencyKey, Method, Nonce, Target, Timestamp,
    };

    #[test]
    fn a_template_is_written_as_it_was_read() {
        for template in [
            "{timestamp}.{body}",
            "v1.{timestamp}.{body}",
            "{header.webhook-id}.{timestamp}.{body|sha256|hex}",
            "{{{nonce}}}",
            "{body|crc32|decimal}",
            "{settings.url}{body|base64url}",
            "{/a/b~1c~0d}:{/amount/value}",
            "",
        ] {
            let written: String = parse_template(template)
                .unwrap()
                .iter()
                .map(ToString::to_string)
                .collect();
            assert_eq!(written, template);
        }
    }

    #[test]
    fn a_fault_of_a_template_names_it() {
        for (template, fault) in [
            ("{timestamp", "a `{` of `message` has no counterpart"),
            ("a}b", "a `}` of `message` has no counterpart"),
            ("{}", "`` is not a value of a message"),
            ("{time}", "`time` is not a value of a message"),
            ("{body|md5}", "`md5` is not a change of a value"),
            (
                "{body|sha256|decimal}",
                "`decimal` in `body|sha256|decimal` has no number",
            ),
            ("{header.}", "a header cannot have the name ``"),
            ("{header.a b}", "a header cannot have the name `a b`"),
            ("{/a~2}", "`/a~2` is not a JSON Pointer"),
        ] {
            assert_eq!(parse_template(template).unwrap_err().0, fault);
        }
    }

    #[test]
    fn components_are_a_template() {
        let written = |separator| -> String {
            let pieces = joined(
                &Component::WORDS.iter().map(|(_, one)| *one).collect::<Vec<_>>(),
                separator,
            );
            pieces.iter().map(ToString::to_string).collect()
        };
        assert_eq!(
            written("\n"),
            "{method}\n{target}\n{body|sha256|hex}\n{body|sha256|base64}\n{timestamp}\n{nonce}\n{client-id}\n{idempotency-key}"
        );
        assert!(written("").starts_with("{method}{target}{body|sha256|hex}"));
    }

    fn merged(separator: &str, components: &[Component], timestamp: TimestampFormat, nonce: Set) -> bool {
        let signed = SignedTemplate {
            pieces: joined(components, separator),
            timestamp,
            nonce,
            nonce_fixed: false,
            open_methods: false,
        };
        signed.merged().is_some()
    }

    #[test]
    fn what_may_be_moved_to_the_next_component_is_found() {
        for (separator, components, timestamp, nonce) in [
            ("", vec![Timestamp, Nonce, BODY], UnixSeconds, HEADER),
            ("", vec![Nonce, Timestamp, BODY], UnixSeconds, NONCE),
            ("", vec![BODY, Timestamp, Nonce], UnixSeconds, NONCE),
            ("", vec![Method, Target, Nonce], Rfc3339, NONCE),
            ("", vec![Method, Target, IdempotencyKey], Rfc3339, NONCE),
            ("", vec![Nonce, Method, IdempotencyKey], Rfc3339, NONCE),
            ("", vec![Target, Timestamp], UnixSeconds, NONCE),
            ("0", vec![Timestamp, Nonce, BODY], UnixSeconds, NONCE),
            ("--", vec![Nonce, IdempotencyKey], Rfc3339, NONCE),
            (".", vec![Target, Nonce, IdempotencyKey], Rfc3339, HEADER),
        ] {
            let merges = merged(separator, &components, timestamp, nonce);
            assert!(merges, "{separator:?} {components:?}");
        }
    }

    #[test]
    fn what_has_one_length_or_ends_by_itself_is_no_false_alarm() {
        for (separator, components, timestamp, nonce) in [
            ("", vec![Timestamp, BODY], UnixSeconds, HEADER),
            ("", vec![Timestamp, BODY, Nonce], UnixSeconds, HEADER),
            ("", vec![Timestamp, Nonce, BODY], Rfc3339, HEADER),
            ("", vec![Nonce, Timestamp, BODY], Rfc3339, HEADER),
            ("", vec![Method, Target, BODY, Timestamp, ClientId], UnixSeconds, NONCE),
            ("", vec![Method, Target], Rfc3339, NONCE),
            ("", vec![Timestamp, Target], UnixSeconds, NONCE),
            ("", vec![Nonce, Target], Rfc3339, NONCE),
            ("", vec![Timestamp, Method, Target], UnixSeconds, NONCE),
            (".", vec![Timestamp, Nonce, BODY], UnixSeconds, HEADER),
            (".", vec![Target, Nonce], Rfc3339, NONCE),
            (" ", vec![Nonce, Timestamp, Target, IdempotencyKey], UnixSeconds, HEADER),
            ("ä", vec![Target, Nonce, IdempotencyKey], Rfc3339, HEADER),
            ("0.", vec![Timestamp, Nonce, BODY], UnixSeconds, HEADER),
            ("", vec![Nonce, Timestamp, IdempotencyKey], Rfc3339, letters()),
            (
                "\n",
                vec![Method, Target, BODY, Timestamp, Nonce, IdempotencyKey],
                Rfc3339,
                HEADER,
            ),
        ] {
            let merges = merged(separator, &components, timestamp, nonce);
            assert!(!merges, "{separator:?} {components:?}");
        }
    }

    #[test]
    fn a_method_of_any_token_ends_at_a_text_that_no_method_contains() {
        for (separator, border) in [("", None), ("x", Some("{method}{target}")), ("\n", None)] {
            let signed = SignedTemplate {
                pieces: joined(&[Method, Target, Timestamp], separator),
                timestamp: Rfc3339,
                nonce: NONCE,
                nonce_fixed: false,
                open_methods: true,
            };
            let merged = signed.merged().map(|(first, second)| format!("{first}{second}"));
            assert_eq!(merged.as_deref(), border, "{separator:?}");
        }
    }

    #[test]
    fn a_nonce_of_one_length_ends_by_itself() {
        let merged = |components: &[Component], nonce_fixed| {
            let signed = SignedTemplate {
                pieces: joined(components, ""),
                timestamp: UnixSeconds,
                nonce: NONCE,
                nonce_fixed,
                open_methods: false,
            };
            signed.merged().map(|(first, second)| format!("{first}{second}"))
        };
        let all = [Timestamp, Nonce, IdempotencyKey];
        assert_eq!(merged(&all, false).as_deref(), Some("{timestamp}{nonce}"));
        assert_eq!(merged(&all, true).as_deref(), Some("{timestamp}{nonce}"));
        assert_eq!(merged(&all[1..], true), None);
    }

    #[test]
    fn the_borders_of_a_template_are_computed() {
        for (message, border) in [
            ("{timestamp}.{body}", None),
            ("v1.{timestamp}.{body}", None),
            ("{body}", None),
            ("{header.webhook-id}.{timestamp}.{body}", None),
            ("{body}.{timestamp}", None),
            ("{header.id}{timestamp}.{body}", Some("{header.id}{timestamp}")),
            ("{timestamp}{body}", Some("{timestamp}{body}")),
            ("{timestamp}1{body}", Some("{timestamp}{body}")),
            ("{settings.url}{body}", Some("{settings.url}{body}")),
            ("{nonce}.{timestamp}.{body}", Some("{nonce}{timestamp}")),
            ("{nonce|hex}.{timestamp}.{body}", None),
            ("{nonce}.{body|sha512|base64}.{timestamp}", None),
            ("{/a}:{/b}", Some("{/a}{/b}")),
        ] {
            let signed = SignedTemplate {
                pieces: parse_template(message).unwrap(),
                timestamp: UnixSeconds,
                nonce: HEADER,
                nonce_fixed: false,
                open_methods: false,
            };
            let merged = signed.merged().map(|(first, second)| format!("{first}{second}"));
            assert_eq!(merged.as_deref(), border, "{message}");
        }
    }
}
