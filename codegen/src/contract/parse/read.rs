//! Readers of scalars and lists. A value of the wrong kind reads as absent; `walk` has reported it.

use crate::source::Node;

pub(super) fn text(node: Node<'_>, key: &str) -> Option<String> {
    node.get(key).and_then(Node::as_str).map(str::to_owned)
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
