//! Members to make, from those that are there.

use crate::source::{Graft, Member, Node, Span};

/// A member to make.
pub(super) type NewMember = (String, Span, Graft);

pub(super) fn named(key: &str, at: Node<'_>, value: Graft) -> NewMember {
    (key.to_owned(), at.name_span(), value)
}

pub(super) fn kept(member: Member<'_>) -> NewMember {
    (member.key.to_owned(), member.key_span, Graft::Node(member.value.id()))
}
