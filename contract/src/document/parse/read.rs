//! Readers of scalars and lists. A value of the wrong kind reads as absent; `walk` has reported it.

use crate::source::Node;

pub(super) fn text(node: Node<'_>, key: &str) -> Option<String> {
    node.get(key).and_then(Node::as_str).map(str::to_owned)
}

/// Reads a text for people. One that shows nothing or marks alone, such as a lone dot, is none: some tools write one where
/// nobody wrote any.
pub(super) fn prose(node: Node<'_>, key: &str) -> Option<String> {
    node.get(key).and_then(said).map(str::to_owned)
}

/// Returns the text for people that a node is.
pub(crate) fn said(node: Node<'_>) -> Option<&str> {
    node.as_str().filter(|text| shows(text))
}

/// Returns true for a text in which more than marks and empty elements of HTML are seen.
fn shows(text: &str) -> bool {
    let is_mark = |c: char| c.is_whitespace() || ".,:;-–—_…\u{200b}\u{feff}".contains(c);
    let mut rest = text.trim_start_matches(is_mark);
    while !rest.is_empty() {
        let element = || rest.strip_prefix('<')?.split_once('>');
        let after = match element() {
            Some((tag, after)) if matches!(tag.trim_matches(['/', ' ']), "p" | "br" | "div" | "span") => Some(after),
            _ => rest.strip_prefix("&nbsp;"),
        };
        let Some(after) = after else { return true };
        rest = after.trim_start_matches(is_mark);
    }
    false
}

pub(super) fn boxed(node: Node<'_>) -> Option<Box<str>> {
    node.as_str().map(Into::into)
}

pub(super) fn flag(node: Node<'_>, key: &str) -> bool {
    node.get(key).and_then(Node::as_bool).unwrap_or(false)
}

pub(super) fn items<'t>(node: Node<'t>, key: &str) -> impl Iterator<Item = Node<'t>> + use<'t> {
    node.get(key).into_iter().flat_map(Node::items)
}

pub(super) fn texts(node: Node<'_>, key: &str) -> Vec<String> {
    items(node, key).filter_map(Node::as_str).map(str::to_owned).collect()
}
