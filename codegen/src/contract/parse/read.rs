//! The small readers: a text, a flag, a list. What is of the wrong kind reads as absent; `walk` has reported it.

use super::Parser;
use crate::contract::{Extension, Extensions};
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

impl<'t> Parser<'t, '_> {
    /// The `x-` words of an object. One of our vocabulary that is not of our shape is somebody else's (`walk` says so).
    pub(super) fn extensions(&self, node: Node<'t>) -> Extensions {
        let all = node.members().filter(|member| member.key.starts_with("x-"));
        let ours = all.filter(|member| !self.walk.is_foreign(member.value.id()));
        let extension = |member: crate::source::Member<'_>| Extension {
            name: member.key.to_owned(),
            name_span: member.key_span,
            node: member.value.id(),
        };
        Extensions(ours.map(extension).collect())
    }

    /// One of our own extensions, if it is of our shape.
    pub(super) fn ours(&self, node: Node<'t>, name: &str) -> Option<Node<'t>> {
        node.get(name).filter(|value| !self.walk.is_foreign(value.id()))
    }
}
