//! Links of answers: advice to clients about the next call, which no request needs.

use sdkwright_contract::source::{Member, Node};

use super::finding::{Effect, Finding};
use super::operations::Matched;
use super::walk::Walk;
use crate::shape::canonical;

/// Compares the links of two answers of a status.
pub(super) fn compare<'t>(
    walk: &mut Walk<'_, 't>,
    matched: &Matched<'_, 't>,
    (status, old, new): (&str, Node<'t>, Node<'t>),
) {
    let sides = walk.sides;
    let links = |node: Node<'t>| -> Vec<Member<'t>> { node.get("links").into_iter().flat_map(Node::members).collect() };
    let (old, new) = (links(old), links(new));
    let mut find = |id, name: &str, what: &str, base: Option<Node<'t>>, revision: Option<Node<'t>>| {
        let what = format!("{what} the link `{name}` of the response {status}");
        let finding = Finding::new(id, matched.receives(), Effect::NONE, what);
        walk.findings.push(finding.at(base, revision));
    };
    for one in &old {
        let Some(other) = new.iter().find(|other| other.key == one.key) else {
            find("link-removed", one.key, "no longer has", Some(one.value), None);
            continue;
        };
        let (base, revision) = (sides[0].follow(one.value), sides[1].follow(other.value));
        if said(base) != said(revision) {
            find(
                "link-changed",
                one.key,
                "says something else of",
                Some(base),
                Some(revision),
            );
        }
    }
    for other in &new {
        if !old.iter().any(|one| one.key == other.key) {
            find("link-added", other.key, "has", None, Some(other.value));
        }
    }
}

/// Returns what a link says, without its description.
fn said(link: Node<'_>) -> Vec<(&str, String)> {
    let words = link.members().filter(|member| member.key != "description");
    let mut said: Vec<_> = words
        .map(|member| (member.key, canonical(member.value, false)))
        .collect();
    said.sort();
    said
}
