//! A node as JSON text: what examples, defaults and comparisons are made of. Numbers keep their digits.

use super::Scalar;
use super::{Kind, Node, Style};
use std::fmt::Write as _;

/// The JSON text of a node, without spaces.
pub fn to_json(node: Node<'_>) -> String {
    let mut out = String::new();
    write(node, &mut out);
    out
}

fn write(node: Node<'_>, out: &mut String) {
    match node.kind() {
        Kind::Scalar if node.style() != Some(Style::Plain) => quote_into(node.text().unwrap_or_default(), out),
        Kind::Scalar => match node.scalar() {
            Some(Scalar::Bool(value)) => out.push_str(if value { "true" } else { "false" }),
            Some(Scalar::Number(text)) => out.push_str(&text),
            Some(Scalar::String(text)) => quote_into(&text, out),
            Some(Scalar::Null) | None => out.push_str("null"),
        },
        Kind::Seq => {
            out.push('[');
            for (at, item) in node.items().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        Kind::Map => {
            out.push('{');
            for (at, member) in node.members().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                quote_into(member.key, out);
                out.push(':');
                write(member.value, out);
            }
            out.push('}');
        }
    }
}

/// A text as a JSON string.
pub fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    quote_into(text, &mut out);
    out
}

fn quote_into(text: &str, out: &mut String) {
    out.push('"');
    let escaped = |byte: u8| byte < b' ' || matches!(byte, b'"' | b'\\');
    let mut rest = text;
    loop {
        let plain = rest.bytes().position(escaped).unwrap_or(rest.len());
        out.push_str(&rest[..plain]);
        rest = &rest[plain..];
        let Some(c) = rest.chars().next() else { break };
        rest = &rest[c.len_utf8()..];
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c < ' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
