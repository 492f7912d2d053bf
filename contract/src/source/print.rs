//! A node as JSON text, for examples, defaults and comparisons. Numbers keep their digits.

use super::literal::Scalar;
use super::tree::{Node, NodeKind, Notation};
use crate::text::quote_into;

/// Returns the JSON text of a node, without spaces.
pub fn to_json(node: Node<'_>) -> String {
    let mut out = String::new();
    write(node, false, &mut out);
    out
}

/// Returns the JSON text of a node, without spaces, members sorted by name: equal for two nodes with equal content.
pub fn to_sorted_json(node: Node<'_>) -> String {
    let mut out = String::new();
    write(node, true, &mut out);
    out
}

pub(super) fn write(node: Node<'_>, sorted: bool, out: &mut String) {
    match node.kind() {
        NodeKind::Scalar if node.style() != Some(Notation::Plain) => quote_into(node.text().unwrap_or_default(), out),
        NodeKind::Scalar => match node.scalar() {
            Some(Scalar::Bool(value)) => out.push_str(if value { "true" } else { "false" }),
            Some(Scalar::Number(text)) => out.push_str(&text),
            Some(Scalar::String(text)) => quote_into(&text, out),
            Some(Scalar::Null) | None => out.push_str("null"),
        },
        NodeKind::Seq => {
            out.push('[');
            for (at, item) in node.items().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write(item, sorted, out);
            }
            out.push(']');
        }
        NodeKind::Map => {
            out.push('{');
            let mut members: Vec<_> = node.members().collect();
            if sorted {
                members.sort_by_key(|member| member.key);
            }
            for (at, member) in members.into_iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                quote_into(member.key, out);
                out.push(':');
                write(member.value, sorted, out);
            }
            out.push('}');
        }
    }
}

impl std::fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&to_json(*self))
    }
}
