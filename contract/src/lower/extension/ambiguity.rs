//! Ambiguity of a signed message: finds values with an uncertain end in its bytes.
//!
//! In: the pieces of the message, the characters of nonces. Out: the value whose end is ambiguous, if
//! there is one. Part of such a value can move to the next one under the same signature. Digits of the
//! timestamp could belong to the nonce, for instance, which makes an old delivery a new one. Values with certain ends
//! leave on both sides; those left over are ambiguous. Reports nothing.

use crate::ir::{Filter, Piece, SignedValue, TimestampFormat};

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
    /// Returns the first pair of values without a certain border.
    pub(super) fn merged(&self) -> Option<(&'c Piece, &'c Piece)> {
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
    use super::*;
    use crate::ir::Component::{
        self, BodySha256Hex as BODY, ClientId, IdempotencyKey, Method, Nonce, Target, Timestamp,
    };
    use crate::lower::extension::template;
    use TimestampFormat::{Rfc3339, UnixSeconds};

    fn merged(separator: &str, components: &[Component], timestamp: TimestampFormat, nonce: Set) -> bool {
        let signed = SignedTemplate {
            pieces: template::joined(components, separator),
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
                pieces: template::joined(&[Method, Target, Timestamp], separator),
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
                pieces: template::joined(components, ""),
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
                pieces: template::parse_template(message).unwrap(),
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
