//! A contract in the parts that people name when they speak of a change: a component, an operation, the servers.
//!
//! In: the root of a contract. Out: its sorted JSON text, and each part with its place in the contract and in that text.

use std::ops::Range;

use super::print::write;
use super::tree::{Node, NodeKind, escape};
use crate::text::{Span, quote_into};

/// A part of a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourcePart {
    /// JSON Pointer, such as `/components/schemas/Order` or `/servers`.
    pub pointer: String,
    /// Location of its key.
    pub span: Span,
    /// Its place in the text.
    pub text: Range<usize>,
}

/// Returns the text of [`super::to_sorted_json`] with the parts of the contract in it.
pub fn to_sorted_json_in_parts(root: Node<'_>) -> (String, Vec<SourcePart>) {
    let span = root.span();
    let (mut out, mut parts) = (String::with_capacity((span.end - span.start) as usize), Vec::new());
    write_parts(root, "", &mut out, &mut parts);
    (out, parts)
}

/// Returns the pointer of the part in which a node is.
pub fn part_of(pointer: &str) -> &str {
    let depth = levels(pointer.split('/').nth(1).unwrap_or_default());
    let ends = pointer.match_indices('/').map(|(at, _)| at).nth(depth);
    ends.map_or(pointer, |end| &pointer[..end])
}

/// Returns the depth of the parts below a member of the root: `/components/schemas/Order`, `/paths/~1orders/get`.
fn levels(member: &str) -> usize {
    match member {
        "components" | "paths" | "webhooks" => 3,
        _ => 1,
    }
}

/// Writes a mapping above the parts.
fn write_parts(node: Node<'_>, pointer: &str, out: &mut String, parts: &mut Vec<SourcePart>) {
    if node.kind() != NodeKind::Map {
        return write(node, true, out);
    }
    out.push('{');
    let mut members: Vec<_> = node.members().collect();
    members.sort_by_key(|member| member.key);
    for (at, member) in members.into_iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        quote_into(member.key, out);
        out.push(':');
        let inner = format!("{pointer}/{}", escape(member.key));
        let start = out.len();
        let top = inner.split('/').nth(1).unwrap_or_default();
        let is_part = inner.matches('/').count() == levels(top);
        if is_part {
            write(member.value, true, out);
        } else {
            write_parts(member.value, &inner, out, parts);
        }
        if is_part || member.value.kind() != NodeKind::Map {
            parts.push(SourcePart {
                pointer: inner,
                span: member.key_span,
                text: start..out.len(),
            });
        }
    }
    out.push('}');
}

#[cfg(test)]
mod tests {
    use super::{part_of, to_sorted_json_in_parts};
    use crate::diag::{Levels, Report};
    use crate::source::{load, to_sorted_json};

    #[test]
    fn the_text_is_that_of_the_whole_and_each_part_is_found_in_it() {
        let contract = "openapi: 3.1.0\ninfo: { title: A }\npaths:\n  /a/{b}:\n    summary: S\n    get: { x: 1 }\n  /c: 7\n\
                        components: { schemas: { B: { z: 1, a: 2 }, A: {} } }\n";
        let mut report = Report::new(Levels::strict());
        let tree = load("a.yaml", contract.as_bytes(), &mut report).unwrap();
        let root = tree.root().unwrap();
        let (text, parts) = to_sorted_json_in_parts(root);
        assert_eq!(text, to_sorted_json(root));
        let told: Vec<_> = parts
            .iter()
            .map(|part| (part.pointer.as_str(), &text[part.text.clone()]))
            .collect();
        let wanted = [
            ("/components/schemas/A", "{}"),
            ("/components/schemas/B", "{\"a\":2,\"z\":1}"),
            ("/info", "{\"title\":\"A\"}"),
            ("/openapi", "\"3.1.0\""),
            ("/paths/~1a~1{b}/get", "{\"x\":1}"),
            ("/paths/~1a~1{b}/summary", "\"S\""),
            ("/paths/~1c", "7"),
        ];
        assert_eq!(told, wanted);
    }

    #[test]
    fn a_node_belongs_to_the_part_above_it() {
        assert_eq!(part_of("/components/schemas/A/properties/b"), "/components/schemas/A");
        assert_eq!(part_of("/components/schemas/A"), "/components/schemas/A");
        assert_eq!(part_of("/paths/~1a/get/responses/200"), "/paths/~1a/get");
        assert_eq!(part_of("/servers/0/url"), "/servers");
        assert_eq!(part_of(""), "");
    }
}
