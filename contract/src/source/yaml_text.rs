//! A node as YAML 1.2 text that readers of YAML 1.1 and of JSON read the same way, for changed contracts.
//!
//! In: a node. Out: block style, lists of short values in one line. Texts that another reader might interpret are
//! quoted; numbers keep their digits. Comments, anchors and the original notation are not kept.

use super::literal::Scalar;
use super::tree::{Member, Node, NodeKind, Notation};
use crate::limits;
use crate::text::is_hidden;
use std::fmt::Write as _;

/// Returns the YAML text of a node, with a line break at the end.
pub fn to_yaml(node: Node<'_>) -> String {
    let mut out = String::new();
    block(node, 0, &mut out);
    new_line(0, &mut out);
    out
}

/// Returns the YAML text of a mapping with these members, each line indented by `indent` spaces, with a line break at
/// the end.
pub fn to_yaml_members<'t>(of: impl Iterator<Item = Member<'t>>, indent: usize) -> String {
    let mut out = " ".repeat(indent);
    members(of, indent, &mut out);
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
fn block(node: Node<'_>, indent: usize, out: &mut String) {
    match node.kind() {
        NodeKind::Scalar => scalar(node, indent, out),
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
                block(item, indent + 2, out);
            }
        }
        NodeKind::Map => members(node.members(), indent, out),
    }
}

fn members<'t>(members: impl Iterator<Item = Member<'t>>, indent: usize, out: &mut String) {
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
        block(value, indent + 2, out);
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
        scalar(item, 0, &mut line);
        if line.len() > limits::YAML_COLUMNS {
            return None;
        }
    }
    line.push(']');
    Some(line)
}

fn scalar(node: Node<'_>, indent: usize, out: &mut String) {
    let written = node.text().unwrap_or_default();
    match node.scalar() {
        Some(Scalar::Null) | None => out.push_str("null"),
        Some(Scalar::Bool(truth)) => out.push_str(if truth { "true" } else { "false" }),
        // As written: `1.10` where a text is expected is not `1.1`.
        Some(Scalar::Number(_)) if node.style() == Some(Notation::Plain) => out.push_str(written),
        Some(Scalar::Number(text) | Scalar::String(text)) => {
            if is_block(&text) {
                lines(&text, indent, out);
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

fn lines(text: &str, indent: usize, out: &mut String) {
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
    use super::{to_yaml, to_yaml_text};
    use crate::diag::{Levels, Report};
    use crate::source::{Tree, load, to_json};
    use proptest::prelude::*;

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
