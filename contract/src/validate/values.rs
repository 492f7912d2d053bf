//! Values of a contract: their kinds, whether two are the same, and whether a text is of a format.

use core::net::{Ipv4Addr, Ipv6Addr};
use std::cmp::Ordering;

use crate::document::{Document, JsonType, Literal, Schema};
use crate::source::{Day, Member, Node, Scalar, number};

/// Returns the type of a value; an integer is a number.
pub(super) fn kind(value: Node<'_>) -> JsonType {
    match (value.is_map(), value.is_seq(), value.scalar()) {
        (true, ..) => JsonType::Object,
        (_, true, _) => JsonType::Array,
        (.., Some(Scalar::String(_))) => JsonType::String,
        (.., Some(Scalar::Number(_))) => JsonType::Number,
        (.., Some(Scalar::Bool(_))) => JsonType::Boolean,
        (.., Some(Scalar::Null) | None) => JsonType::Null,
    }
}

/// Returns true if the value is of a type that the schema states.
pub(super) fn has_type(schema: &Schema, value: Node<'_>) -> bool {
    let is_whole = || matches!(value.scalar(), Some(Scalar::Number(text)) if number::whole(&text).is_some());
    schema.types.contains(kind(value)) || schema.types.contains(JsonType::Integer) && is_whole()
}

pub(super) fn called(kind: JsonType) -> &'static str {
    match kind {
        JsonType::Null => "null",
        JsonType::Boolean => "a boolean",
        JsonType::Integer | JsonType::Number => "a number",
        JsonType::String => "a string",
        JsonType::Array => "an array",
        JsonType::Object => "an object",
    }
}

/// Returns true if the value is the literal, in the literal's type or as it is written. `read`: the value as a scalar.
pub(super) fn is_literal(document: &Document, literal: &Literal, value: Node<'_>, read: Option<&Scalar>) -> bool {
    let node = document.node(literal.node);
    let Some(read) = read else {
        return is_same(node, value);
    };
    literal
        .scalar
        .as_ref()
        .is_some_and(|literal| is_same_scalar(literal, read))
        || means(node, read)
}

/// Returns true if the node is this scalar.
fn means(node: Node<'_>, scalar: &Scalar) -> bool {
    // Text is the same text in every notation, and that is seen without reading the node.
    let may_be = match scalar {
        Scalar::String(text) => node.text() == Some(text),
        _ => true,
    };
    may_be && node.scalar().is_some_and(|one| is_same_scalar(&one, scalar))
}

fn is_same_scalar(one: &Scalar, other: &Scalar) -> bool {
    match (one, other) {
        (Scalar::Number(one), Scalar::Number(other)) => {
            one == other || number::compare(one, other) == Some(Ordering::Equal)
        }
        (one, other) => one == other,
    }
}

/// Returns true if both are the same JSON value.
pub(super) fn is_same(one: Node<'_>, other: Node<'_>) -> bool {
    if one.is_map() || other.is_map() {
        let has = |member: Member<'_>| other.get(member.key).is_some_and(|value| is_same(member.value, value));
        return one.is_map() && other.is_map() && one.len() == other.len() && one.members().all(has);
    }
    if one.is_seq() || other.is_seq() {
        return one.is_seq()
            && other.is_seq()
            && one.len() == other.len()
            && one.items().zip(other.items()).all(|(one, other)| is_same(one, other));
    }
    other.scalar().is_some_and(|other| means(one, &other))
}

/// Returns true if the text is of a format: of RFC 3339 that a client reads, a UUID, or an address; true for every other
/// format.
pub(super) fn has_form(format: &str, text: &str) -> bool {
    let digits = |text: &str, form: &str| {
        text.len() == form.len()
            && text.bytes().zip(form.bytes()).all(|(byte, wanted)| match wanted {
                b'0' => byte.is_ascii_digit(),
                b'T' => matches!(byte, b'T' | b't' | b' '),
                wanted => byte == wanted,
            })
    };
    let is_date = |text: &str| digits(text, "0000-00-00") && Day::parse(text).is_some();
    match format {
        "date" => is_date(text),
        "date-time" => {
            let Some((begin, rest)) = text.split_at_checked(19) else {
                return false;
            };
            let rest = rest
                .strip_prefix('.')
                .map_or(rest, |part| part.trim_start_matches(|c: char| c.is_ascii_digit()));
            let zone = matches!(rest, "Z" | "z") || ["+00:00", "-00:00"].iter().any(|form| digits(rest, form));
            digits(begin, "0000-00-00T00:00:00") && is_date(&begin[..10]) && zone
        }
        "uuid" => {
            let is_mark = |at: usize| [8, 13, 18, 23].contains(&at);
            let mut bytes = text.bytes().enumerate();
            text.len() == 36
                && bytes.all(|(at, byte)| {
                    if is_mark(at) {
                        byte == b'-'
                    } else {
                        byte.is_ascii_hexdigit()
                    }
                })
        }
        "ipv4" => text.parse::<Ipv4Addr>().is_ok(),
        "ipv6" => text.parse::<Ipv6Addr>().is_ok(),
        "email" => {
            let parts = text.split_once('@');
            parts.is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
                && !text.contains(char::is_whitespace)
        }
        _ => true,
    }
}
