//! Schemas that are the same on both sides with everything they refer to, found without reading them: most of two
//! versions is.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use sdkwright_contract::source::{Node, NodeId};

use crate::contract::{Contract, is_true};

/// Decides whether two nodes are the same.
pub(crate) struct Unchanged {
    /// Digest of the content of each node, by side.
    digests: [Vec<u64>; 2],
    /// Answers for pairs of targets of references.
    known: HashMap<(NodeId, NodeId), bool>,
}

impl Unchanged {
    pub(crate) fn new(sides: &[Contract<'_>; 2]) -> Self {
        Self {
            digests: [digests(&sides[0]), digests(&sides[1])],
            known: HashMap::new(),
        }
    }

    /// Returns true if both nodes have the same content, and all nodes they refer to have too.
    pub(crate) fn holds(&mut self, sides: &[Contract<'_>; 2], base: NodeId, revision: NodeId) -> bool {
        if let Some(known) = self.known.get(&(base, revision)) {
            return *known;
        }
        // All pairs that the first one needs: they hold together, or those fail that lead to one that does not.
        let mut needs: Vec<(NodeId, NodeId)> = vec![(base, revision)];
        let mut number = HashMap::from([((base, revision), 0)]);
        let mut needed_by: Vec<Vec<usize>> = vec![Vec::new()];
        let mut broken = Vec::new();
        let mut at = 0;
        while let Some(&(base, revision)) = needs.get(at) {
            if self.digest(0, base) == self.digest(1, revision) {
                let below = referred(sides, base, revision);
                for pair in below {
                    let Some(pair) = pair else {
                        broken.push(at);
                        continue;
                    };
                    match self.known.get(&pair) {
                        Some(true) => continue,
                        Some(false) => {
                            broken.push(at);
                            continue;
                        }
                        None => {}
                    }
                    let to = *number.entry(pair).or_insert_with(|| {
                        needs.push(pair);
                        needed_by.push(Vec::new());
                        needs.len() - 1
                    });
                    needed_by[to].push(at);
                }
            } else {
                broken.push(at);
            }
            at += 1;
        }
        let mut failed = HashSet::new();
        while let Some(pair) = broken.pop() {
            if failed.insert(pair) {
                broken.extend(needed_by[pair].iter().copied());
            }
        }
        for (at, pair) in needs.into_iter().enumerate() {
            self.known.insert(pair, !failed.contains(&at));
        }
        self.known.get(&(base, revision)).copied().unwrap_or(false)
    }

    /// Returns true if both nodes have the same content, whatever they refer to.
    pub(crate) fn is_written_same(&self, base: NodeId, revision: NodeId) -> bool {
        self.digest(0, base) == self.digest(1, revision)
    }

    /// Returns the digest of a node's content.
    pub(crate) fn digest(&self, side: usize, node: NodeId) -> Option<u64> {
        self.digests[side].get(node.0 as usize).copied()
    }
}

/// Returns the targets of all references below two nodes of the same content, in pairs; `None` for a pair of which only
/// one has a target.
fn referred(sides: &[Contract<'_>; 2], base: NodeId, revision: NodeId) -> Vec<Option<(NodeId, NodeId)>> {
    let mut found = Vec::new();
    let mut open = vec![(sides[0].node(base), sides[1].node(revision))];
    while let Some((one, other)) = open.pop() {
        if one.get("$ref").is_some() {
            // OpenAPI 3.0 reads no rules beside a reference, and 3.1 does.
            if one.len() > 1 && sides[0].is_only_reference(one) != sides[1].is_only_reference(other) {
                found.push(None);
                continue;
            }
            match (sides[0].target(one), sides[1].target(other)) {
                (Some(one), Some(other)) => found.push(Some((one.id(), other.id()))),
                (None, None) => {}
                _ => found.push(None),
            }
        }
        // OpenAPI 3.1 has no `nullable`.
        if sides[0].is_3_0() != sides[1].is_3_0() && is_true(one, "nullable") {
            found.push(None);
        }
        if one.get("discriminator").is_some() {
            found.extend(heirs(sides, one, other));
        }
        open.extend(one.items().zip(other.items()));
        for member in one.members() {
            if let Some(other) = other.get(member.key) {
                open.push((member.value, other));
            }
        }
    }
    found
}

/// Returns the schemas that extend a schema on both sides, in pairs; `None` for one that only one side has.
fn heirs(sides: &[Contract<'_>; 2], base: Node<'_>, revision: Node<'_>) -> Vec<Option<(NodeId, NodeId)>> {
    let (old, new) = (
        sides[0].heirs(sides[0].node(base.id())),
        sides[1].heirs(sides[1].node(revision.id())),
    );
    if old.len() != new.len() {
        return vec![None];
    }
    let other = |name: &str| new.iter().find(|(other, _)| *other == name);
    let pairs = old.iter().map(|(name, one)| Some((one.id(), other(name)?.1.id())));
    pairs.collect()
}

/// Returns the digest of each node: of a mapping, whatever the order of its members.
fn digests(contract: &Contract<'_>) -> Vec<u64> {
    let mut digests = vec![0; contract.len()];
    let mut done = vec![false; contract.len()];
    let all = (0..contract.len()).filter_map(|at| u32::try_from(at).ok());
    for start in all {
        let mut open = vec![contract.node(NodeId(start))];
        while let Some(&node) = open.last() {
            let at = node.id().0 as usize;
            if done[at] {
                open.pop();
                continue;
            }
            let children = below(node).filter(|child| !done[child.id().0 as usize]);
            let before = open.len();
            open.extend(children);
            if open.len() > before {
                continue;
            }
            digests[at] = digest(node, &digests);
            done[at] = true;
            open.pop();
        }
    }
    digests
}

fn below(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    node.items().chain(node.members().map(|member| member.value))
}

fn digest(node: Node<'_>, digests: &[u64]) -> u64 {
    let of = |node: Node<'_>| digests.get(node.id().0 as usize).copied().unwrap_or_default();
    let mut hasher = DefaultHasher::new();
    if node.is_map() {
        1u8.hash(&mut hasher);
        let members = node.members().map(|member| {
            let mut hasher = DefaultHasher::new();
            (member.key, of(member.value)).hash(&mut hasher);
            hasher.finish()
        });
        members.fold(0u64, u64::wrapping_add).hash(&mut hasher);
    } else if node.is_seq() {
        2u8.hash(&mut hasher);
        node.items().for_each(|item| of(item).hash(&mut hasher));
    } else {
        3u8.hash(&mut hasher);
        node.text().hash(&mut hasher);
        // A plain `1` is a number and a quoted one a text.
        (node.style() == Some(sdkwright_contract::source::Notation::Plain)).hash(&mut hasher);
    }
    hasher.finish()
}
