//! Splits a contract with words of our vocabulary into two files: the contract without them, and an overlay that adds
//! them.
//!
//! In: the bytes of a contract. Out: both texts, in YAML. Invariant: the plain contract with the overlay applied equals
//! the original. List items are selected by their content where possible, so that the overlay still applies when the
//! contract is reordered.

use crate::diag::Report;
use crate::document;
use crate::source::{self, Member, Node, NodeId, NodeKind, Tree};
use crate::text::{Span, quote};
use std::collections::{BTreeMap, HashSet};

/// Members that together identify an item of a list.
const TOLD_BY: &[&[&str]] = &[&["name", "in"], &["name"], &["$ref"], &["url"]];

/// The two files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// The contract without words of our vocabulary.
    pub plain: String,
    /// The overlay that puts them back.
    pub overlay: String,
    /// Number of words; words inside of another word are not counted.
    pub words: usize,
}

/// Splits a contract. `extends` is the future name of the plain file. `None`: the contract cannot be read, and the
/// report has the reason.
pub fn split(name: &str, bytes: &[u8], extends: &str, report: &mut Report) -> Option<Split> {
    let mut tree = source::load_contract(name, bytes, report)?;
    if report.has_errors() {
        return None;
    }
    let words = outermost(&tree);
    let mut actions = String::new();
    let mut count = 0;
    for (holder, words) in &words {
        count += words.len();
        let holder = tree.node(*holder);
        let is_word = |member: &Member<'_>| words.contains(&member.value.id());
        let update = source::to_yaml_members(holder.members().filter(is_word), 6);
        let target = source::to_yaml_text(&path(holder));
        actions = format!("{actions}  - target: {target}\n    update:\n{update}");
    }
    for word in words.values().flatten() {
        tree.remove(*word, Span::NOWHERE);
    }
    let plain = source::to_yaml(tree.root()?);
    let (title, extends) = (
        source::to_yaml_text(&format!("Extensions of {extends}")),
        source::to_yaml_text(extends),
    );
    Some(Split {
        plain,
        overlay: format!(
            "overlay: 1.1.0\ninfo:\n  title: {title}\n  version: \"1.0.0\"\nextends: {extends}\nactions:\n{actions}"
        ),
        words: count,
    })
}

/// Returns the words that are inside no other word, by the node that holds them, in the order of the contract.
fn outermost(tree: &Tree) -> BTreeMap<NodeId, Vec<NodeId>> {
    let found: Vec<Node<'_>> = tree
        .root()
        .into_iter()
        .flat_map(document::words)
        .map(|word| word.value)
        .collect();
    let all: HashSet<NodeId> = found.iter().map(|word| word.id()).collect();
    let mut words: BTreeMap<NodeId, Vec<NodeId>> = BTreeMap::new();
    for word in found {
        let mut above = std::iter::successors(word.parent(), |node| node.parent());
        if above.any(|node| all.contains(&node.id())) {
            continue;
        }
        if let Some(holder) = word.parent() {
            words.entry(holder.id()).or_default().push(word.id());
        }
    }
    words
}

/// Returns a JSONPath (RFC 9535) that selects one node.
fn path(node: Node<'_>) -> String {
    let mut segments = Vec::new();
    let mut at = node;
    while let Some(parent) = at.parent() {
        segments.push(match parent.kind() {
            NodeKind::Seq => item(parent, at),
            _ => parent
                .members()
                .find(|member| member.value.id() == at.id())
                .map_or_else(String::new, |member| name(member.key)),
        });
        at = parent;
    }
    segments
        .iter()
        .rev()
        .fold(String::from("$"), |path, segment| path + segment)
}

/// Returns the path segment of a member.
fn name(key: &str) -> String {
    let is_first = |c: char| c.is_ascii_alphabetic() || c == '_';
    let is_plain = key.starts_with(is_first) && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if is_plain {
        format!(".{key}")
    } else {
        format!("[{}]", text(key))
    }
}

/// Returns the path segment of an item: a filter by its content if that is unique in the list; else its index.
fn item(list: Node<'_>, item: Node<'_>) -> String {
    for members in TOLD_BY {
        let of = |item: Node<'_>| -> Option<Vec<String>> {
            let value = |member: &&str| item.get(member).and_then(Node::as_str).map(str::to_owned);
            members.iter().map(value).collect()
        };
        let Some(own) = of(item) else { continue };
        if list.items().filter(|other| of(*other).as_ref() == Some(&own)).count() != 1 {
            continue;
        }
        let tests = members
            .iter()
            .zip(&own)
            .map(|(member, value)| format!("@{} == {}", name(member), text(value)));
        return format!("[?{}]", tests.collect::<Vec<_>>().join(" && "));
    }
    let at = list.items().position(|other| other.id() == item.id());
    format!("[{}]", at.unwrap_or_default())
}

/// Quotes a text as a JSONPath string.
fn text(text: &str) -> String {
    let json = quote(text);
    let inner = json.get(1..json.len() - 1).unwrap_or_default();
    format!("'{}'", inner.replace("\\\"", "\"").replace('\'', "\\'"))
}

#[cfg(test)]
mod tests {
    use super::split;
    use crate::diag::{Levels, Report};
    use crate::{overlay, source};

    const CONTRACT: &str = r#"
openapi: 3.0.3
info: { title: A, version: '1' }
x-sdk: { environment: A }
tags: [{ name: b, x-sdk: { group: c } }]
paths:
  /a/{b's "id"}:
    get:
      x-documented: true
      description: "x-sdk: not a word"
      parameters:
        - { name: limit, in: query, schema: { type: string, x-sensitive: true } }
        - { name: limit, in: header, x-newtype: Limit, schema: { type: string } }
      responses:
        '200': { description: ok, content: { application/json: { example: { x-sdk: 1 }, schema: { allOf: [{ type: object }, { x-sensitive: true }, {}] } } } }
"#;

    fn json(tree: &source::Tree) -> String {
        source::to_sorted_json(tree.root().expect("a root"))
    }

    fn load(text: &str, report: &mut Report) -> source::Tree {
        let tree = source::load("a.yaml", text.as_bytes(), report);
        assert!(!report.has_errors(), "{text}\n{}", crate::diag::render(report, false));
        tree.expect("a tree")
    }

    #[test]
    fn words_are_taken_out_and_the_overlay_puts_them_back() {
        let split = split(
            "a.yaml",
            CONTRACT.as_bytes(),
            "plain.yaml",
            &mut Report::new(Levels::strict()),
        )
        .expect("a contract");
        assert_eq!(split.words, 6);
        let mut report = Report::new(Levels::strict());
        let mut tree = load(&split.plain, &mut report);
        assert!(
            !json(&tree).contains("x-documented") && !json(&tree).contains("x-newtype"),
            "{}",
            split.plain
        );
        assert!(json(&tree).contains("\"example\":{\"x-sdk\":1}"), "{}", split.plain);
        let laid = overlay::lay(
            &mut tree,
            &[("plain.overlay.yaml", split.overlay.as_bytes())],
            &mut report,
        );
        assert!(
            laid.is_some(),
            "{}\n{}",
            split.overlay,
            crate::diag::render(&report, false)
        );
        assert_eq!(json(&tree), json(&load(CONTRACT, &mut Report::new(Levels::strict()))));
        // Version 1.1.0, so that a user may add any action of that version.
        assert!(split.overlay.starts_with("overlay: 1.1.0\n"), "{}", split.overlay);
        for target in [
            "\"$.tags[?@.name == 'b']\"",
            "parameters[?@.name == 'limit' && @.in == 'query'].schema\"",
            "schema.allOf[1]\"",
        ] {
            assert!(split.overlay.contains(target), "{target} is not in\n{}", split.overlay);
        }
    }
}
