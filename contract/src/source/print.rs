//! A node as text: JSON for examples, defaults and comparisons, in which numbers keep their digits; the same in parts; and YAML for changed
//! contracts.

use std::fmt::Write as _;
use std::ops::Range;

use super::literal::Scalar;
use super::tree::{Member, Node, NodeKind, Notation, escape};
use crate::limits;
use crate::text::{Span, is_hidden, quote_into};

/// Returns the JSON text of a node, without spaces.
pub fn to_json(node: Node<'_>) -> String {
    let mut out = String::new();
    write_json(node, false, &mut out);
    out
}

/// Returns the JSON text of a node, without spaces, members sorted by name: equal for two nodes with equal content.
pub fn to_sorted_json(node: Node<'_>) -> String {
    let mut out = String::new();
    write_json(node, true, &mut out);
    out
}

fn write_json(node: Node<'_>, sorted: bool, out: &mut String) {
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
                write_json(item, sorted, out);
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
                write_json(member.value, sorted, out);
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

/// Returns the text of [`to_sorted_json`] with the parts of the contract in it, which readers name when they speak of a change: a
/// component, an operation, the servers.
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
        return write_json(node, true, out);
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
            write_json(member.value, true, out);
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

/// Returns the YAML 1.2 text of a node, with a line break at the end. Readers of YAML 1.1 and of JSON read it the same way: it is in block
/// style with lists of short values in one line, and texts that another reader might interpret are quoted. Comments, anchors and the
/// original notation are not kept.
pub fn to_yaml(node: Node<'_>) -> String {
    let mut out = String::new();
    yaml_block(node, 0, &mut out);
    new_line(0, &mut out);
    out
}

/// Returns the YAML text of a mapping with these members, each line indented by `indent` spaces, with a line break at
/// the end.
pub fn to_yaml_members<'t>(of: impl Iterator<Item = Member<'t>>, indent: usize) -> String {
    let mut out = " ".repeat(indent);
    yaml_members(of, indent, &mut out);
    new_line(0, &mut out);
    out
}

/// Returns a text in one line of YAML.
pub fn to_yaml_text(text: &str) -> String {
    let mut out = String::new();
    one_line(text, &mut out);
    out
}

/// Writes a node after what is in the line already.
fn yaml_block(node: Node<'_>, indent: usize, out: &mut String) {
    match node.kind() {
        NodeKind::Scalar => yaml_scalar(node, indent, out),
        NodeKind::Seq if node.is_empty() => out.push_str("[]"),
        NodeKind::Map if node.is_empty() => out.push_str("{}"),
        NodeKind::Seq => {
            if let Some(line) = flow(node) {
                out.push_str(&line);
                return;
            }
            for (at, item) in node.items().enumerate() {
                if at > 0 {
                    new_line(indent, out);
                }
                out.push_str("- ");
                yaml_block(item, indent + 2, out);
            }
        }
        NodeKind::Map => yaml_members(node.members(), indent, out),
    }
}

fn yaml_members<'t>(members: impl Iterator<Item = Member<'t>>, indent: usize, out: &mut String) {
    for (at, member) in members.enumerate() {
        if at > 0 {
            new_line(indent, out);
        }
        one_line(member.key, out);
        out.push(':');
        let value = member.value;
        let is_line = value.kind() == NodeKind::Scalar || value.is_empty() || (value.is_seq() && flow(value).is_some());
        if is_line {
            out.push(' ');
        } else {
            new_line(indent + 2, out);
        }
        yaml_block(value, indent + 2, out);
    }
}

fn new_line(indent: usize, out: &mut String) {
    if !out.ends_with('\n') {
        out.push('\n');
    }
    out.extend(std::iter::repeat_n(' ', indent));
}

/// Returns a list of short values in one line.
fn flow(seq: Node<'_>) -> Option<String> {
    let mut line = String::from("[");
    for (at, item) in seq.items().enumerate() {
        if at > 0 {
            line.push_str(", ");
        }
        let text = item.text()?;
        if text.contains('\n') || text.contains([',', '[', ']', '{', '}']) {
            return None;
        }
        yaml_scalar(item, 0, &mut line);
        if line.len() > limits::YAML_COLUMNS {
            return None;
        }
    }
    line.push(']');
    Some(line)
}

fn yaml_scalar(node: Node<'_>, indent: usize, out: &mut String) {
    let written = node.text().unwrap_or_default();
    match node.scalar() {
        Some(Scalar::Null) | None => out.push_str("null"),
        Some(Scalar::Bool(truth)) => out.push_str(if truth { "true" } else { "false" }),
        // As written: `1.10` where a text is expected is not `1.1`.
        Some(Scalar::Number(_)) if node.style() == Some(Notation::Plain) => out.push_str(written),
        Some(Scalar::Number(text) | Scalar::String(text)) => {
            if is_block(&text) {
                yaml_lines(&text, indent, out);
            } else {
                one_line(&text, out);
            }
        }
    }
}

/// Returns true if a text can be written as a block of lines.
fn is_block(text: &str) -> bool {
    let body = text.trim_end_matches('\n');
    let is_plain = |line: &str| !line.ends_with([' ', '\t']) && line.chars().all(is_printed);
    body.contains('\n') && !body.starts_with([' ', '\t', '\n']) && text.lines().all(is_plain) && !text.contains('\r')
}

fn yaml_lines(text: &str, indent: usize, out: &mut String) {
    let body = text.trim_end_matches('\n');
    out.push_str(match text.len() - body.len() {
        0 => "|-",
        1 => "|",
        _ => "|+",
    });
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        out.push('\n');
        if !line.is_empty() {
            out.extend(std::iter::repeat_n(' ', indent.max(1)));
            out.push_str(line);
        }
    }
    if text.ends_with('\n') {
        out.push('\n');
    }
}

fn one_line(text: &str, out: &mut String) {
    if is_plain(text) {
        out.push_str(text);
        return;
    }
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if is_printed(c) => out.push(c),
            c => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
        }
    }
    out.push('"');
}

/// Returns true if every reader reads the text as the same text without quotes, in a list too.
fn is_plain(text: &str) -> bool {
    let first = |c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '$' | '/');
    let rest = |c: char| (c.is_alphanumeric() || " _-./$+()=;'^~@".contains(c)) && is_printed(c);
    let word = text.to_ascii_lowercase();
    let is_taken = matches!(
        word.as_str(),
        "y" | "n" | "yes" | "no" | "on" | "off" | "true" | "false" | "null"
    );
    text.starts_with(first) && text.chars().all(rest) && !text.ends_with(' ') && !is_taken
}

/// Returns true for a printable character.
fn is_printed(c: char) -> bool {
    !is_hidden(c) && !matches!(c, '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{part_of, to_sorted_json_in_parts, to_yaml, to_yaml_text};
    use crate::diag::{Levels, Report};
    use crate::source::{Tree, load, to_json, to_sorted_json};

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

    /// Reads, writes and reads again.
    fn again(json: &str) -> (String, String, String) {
        let mut report = Report::new(Levels::lenient());
        let tree = load("a.json", json.as_bytes(), &mut report).expect("JSON");
        let root = tree.root().expect("a root");
        let yaml = to_yaml(root);
        let mut report = Report::new(Levels::strict());
        let back = load("a.yaml", yaml.as_bytes(), &mut report);
        let back = back.as_ref().and_then(Tree::root).map(to_json).unwrap_or_default();
        (to_json(root), yaml, back)
    }

    #[test]
    fn what_is_written_reads_well() {
        let (_, yaml, _) = again(
            r#"{"openapi":"3.0.3","info":{"title":"A: b","description":"One.\n\nTwo.\n","version":"1.10"},
                "on":[1.10,"NO","x y",null,true],"paths":{"/a/{b}":{"200":{},"list":[{"a":1,"b":[]},["c"]]}}}"#,
        );
        assert_eq!(
            yaml,
            "openapi: \"3.0.3\"\ninfo:\n  title: \"A: b\"\n  description: |\n    One.\n\n    Two.\n  version: \"1.10\"\n\
             \"on\": [1.10, \"NO\", x y, null, true]\npaths:\n  \"/a/{b}\":\n    \"200\": {}\n    list:\n      - a: 1\n        b: []\n      - [c]\n"
        );
        assert_eq!(to_yaml_text("#/a"), "\"#/a\"");
    }

    #[test]
    fn hostile_texts_come_back() {
        for text in [
            "",
            " ",
            "a ",
            "a\n",
            "a\n\n",
            "\na",
            " a\nb",
            "a\n b",
            "a\n\n\nb\n\n",
            "a \nb",
            "a\tb",
            "- a",
            "? a",
            "a: b",
            "a #b",
            "#",
            "&a",
            "*a",
            "!a",
            "%a",
            "@a",
            "`a",
            "'a'",
            "\"a\"",
            "~",
            "null",
            "017",
            "1e3",
            ".inf",
            "0x1F",
            "2024-01-01",
            "<<",
            "=",
            "---",
            "...",
            "a\u{85}b",
            "a\u{2028}b\nc",
            "\u{feff}",
            "🎉",
            "a\r\nb",
            "\u{7f}\nb",
            "key: |\n  x\n",
            "[",
            "{}",
            "a,b",
            "é",
            "\u{1f}",
        ] {
            let json = format!(
                "{{{0}:{0},\"list\":[{0},[{0}],{{\"a\":{0}}}]}}",
                crate::text::quote(text)
            );
            let (before, yaml, after) = again(&json);
            assert_eq!(before, after, "{yaml}");
        }
    }

    fn json() -> impl Strategy<Value = String> {
        let text = prop_oneof![".{0,12}", "[a-z :#\\-\n]{0,12}", "[ \n\t'\"|>]{0,6}"]
            .prop_map(|text| crate::text::quote(&text));
        let leaf = prop_oneof![
            text.clone(),
            "-?[1-9][0-9]{0,3}(\\.[0-9]{1,3})?",
            Just("null".to_owned()),
            Just("true".to_owned())
        ];
        leaf.prop_recursive(4, 40, 5, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(|items| format!("[{}]", items.join(","))),
                prop::collection::vec(inner, 0..5).prop_map(|items| {
                    let members = items.iter().enumerate().map(|(at, item)| format!("\"k {at}\":{item}"));
                    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
                }),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(7), ..ProptestConfig::default() })]
        #[test]
        fn every_value_comes_back(inner in json()) {
            let (before, yaml, after) = again(&format!("{{\"a\":{inner}}}"));
            prop_assert_eq!(before, after, "{}", yaml);
        }
    }
}
