//! The uses of pairs. A sentence names a component only where its own text changed: a finding of nodes that are the same on both
//! sides is placed at the use that changed, and between two different components at what names the other one now.

use std::collections::HashSet;

use sdkwright_contract::source::{Node, NodeId};

use super::finding::{Delta, Uses};
use super::named;
use super::pairs::{Pairs, PlacePair};
use crate::contract::{Contract, items};

/// Most schemas that hold at a use, and most uses above each other, that are looked at.
const MOST: usize = 64;

/// The use of a pair of different components.
#[derive(Clone)]
pub(super) struct Use {
    /// Pointers of the schemas of the pair.
    of: [String; 2],
    /// Pointer of the use.
    at: String,
}

impl Use {
    /// Returns the subject of a sentence about a node of a side.
    pub(super) fn subject<'t>(&self, pairs: &Pairs<'_, 't>, node: Node<'t>, side: usize) -> String {
        let contract = &pairs.sides[side];
        let pointer = node.pointer();
        match pointer.strip_prefix(&self.of[side]) {
            Some(rest) => named::place(contract, node, &format!("{}{rest}", self.at)),
            None => named::place(contract, node, &pointer),
        }
    }

    /// Returns the pointer of a use below it.
    fn below(&self, node: Node<'_>) -> String {
        let pointer = node.pointer();
        match pointer.strip_prefix(&self.of[1]) {
            Some(rest) => format!("{}{rest}", self.at),
            None => pointer,
        }
    }
}

/// A way into a pair: from an operation or from another pair.
#[derive(Clone, Copy)]
pub(super) struct PairEntry<'t> {
    /// Places at which the schemas are used.
    at: Option<PlacePair<'t>>,
    /// Uses that take it.
    pub(super) uses: Uses,
    /// The pair above, and whether the way turns its uses round.
    pub(super) from: Option<(usize, bool)>,
    /// The operation, of a way from none.
    pub(super) operation: Option<usize>,
}

/// The uses of all pairs.
pub(super) struct Ways<'t> {
    /// All ways into each pair.
    into: Vec<Vec<PairEntry<'t>>>,
    /// The way by which each pair was found first.
    first: Vec<Option<PairEntry<'t>>>,
    /// The use of each pair of different components.
    pub(super) named: Vec<Option<Use>>,
}

impl<'t> Ways<'t> {
    /// Collects the uses of all pairs.
    pub(super) fn new(pairs: &Pairs<'_, 't>) -> Self {
        let count = pairs.numbered.len();
        let (mut into, mut first, mut named) = (vec![Vec::new(); count], vec![None; count], vec![None; count]);
        let roots = pairs.roots.iter().map(|root| {
            let way = PairEntry {
                at: root.at,
                uses: root.uses,
                from: None,
                operation: root.operation,
            };
            (root.pair, way, None)
        });
        let mut open: Vec<(usize, PairEntry<'t>, Option<Use>)> = roots.rev().collect();
        while let Some((pair, way, above)) = open.pop() {
            into[pair].push(way);
            if first[pair].is_some() {
                continue;
            }
            first[pair] = Some(way);
            let here = way.at.and_then(|at| named_otherwise(pairs, pair, at, above.as_ref()));
            let edges = pairs.numbered[pair].edges.iter().rev();
            open.extend(edges.map(|edge| {
                let way = PairEntry {
                    at: edge.at,
                    uses: edge.keeps,
                    from: Some((pair, edge.swaps)),
                    operation: None,
                };
                (edge.to, way, here.clone())
            }));
            named[pair] = here;
        }
        Self { into, first, named }
    }

    /// Returns the findings that are told of one, each with the ways that lead to it: one for each use that changed. None: it is
    /// told as it is.
    pub(super) fn placed(
        &self,
        pairs: &Pairs<'_, 't>,
        pair: usize,
        finding: &Delta<'t>,
    ) -> Vec<(Delta<'t>, Vec<PairEntry<'t>>)> {
        let is_same = [
            finding.base.filter(|node| is_same(pairs, 0, *node)),
            finding.revision.filter(|node| is_same(pairs, 1, *node)),
        ];
        if is_same.iter().all(Option::is_none) || !finding.subject.is_empty() {
            return Vec::new();
        }
        let mut found: Vec<(Delta<'t>, Vec<PairEntry<'t>>)> = Vec::new();
        for way in &self.into[pair] {
            let spots = [0, 1].map(|side| is_same[side].and_then(|node| self.spot(pairs, *way, side, node)));
            let is_lost = |side: usize| is_same[side].is_some() && spots[side].is_none();
            let mut placed = finding.clone();
            if !is_lost(0) && !is_lost(1) {
                if let Some(spot) = &spots[0] {
                    placed.base = Some(spot.nodes.0);
                }
                if let Some(spot) = &spots[1] {
                    placed.revision = Some(spot.nodes.1);
                }
                let side = usize::from(finding.revision.is_some());
                if let (Some(spot), Some(node)) = (&spots[side], is_same[side]) {
                    placed.subject = named::place(&pairs.sides[side], node, &spot.pointer);
                }
            }
            let id = |node: Option<Node<'_>>| node.map(Node::id);
            let known = found.iter_mut().find(|(known, _)| {
                (id(known.base), id(known.revision), &known.subject)
                    == (id(placed.base), id(placed.revision), &placed.subject)
            });
            match known {
                Some((_, ways)) => ways.push(*way),
                None => found.push((placed, vec![*way])),
            }
        }
        found
    }

    /// Returns the nearest use of a node that changed, from a way into the pair of a finding.
    fn spot(&self, pairs: &Pairs<'_, 't>, way: PairEntry<'t>, side: usize, node: Node<'t>) -> Option<Spot<'t>> {
        let (mut way, mut pointer) = (way, node.pointer());
        for _ in 0..MOST {
            let at = way.at?;
            let held = [holding(&pairs.sides[0], at.0), holding(&pairs.sides[1], at.1)];
            let pointers = held
                .each_ref()
                .map(|held| held.iter().map(|node| node.pointer()).collect::<Vec<_>>());
            let within = |holder: &&String| {
                let rest = pointer.strip_prefix(holder.as_str());
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            let holder = pointers[side].iter().filter(within).max_by_key(|holder| holder.len())?;
            let rest = pointer[holder.len()..].to_owned();
            let mut changed: Vec<(usize, &String, PlacePair<'t>)> = Vec::new();
            for (rank, (one, text)) in held[0].iter().zip(&pointers[0]).enumerate() {
                let Some(other) = pointers[1].iter().position(|other| other == text) else {
                    continue;
                };
                if pairs.is_rewritten(*one, held[1][other]) {
                    changed.push((rank + other, text, (*one, held[1][other])));
                }
            }
            if let Some((_, text, nodes)) = changed.into_iter().min_by_key(|(rank, text, _)| (*rank, *text)) {
                let pointer = format!("{text}{rest}");
                return Some(Spot { nodes, pointer });
            }
            let node = if side == 0 { at.0 } else { at.1 };
            pointer = format!("{}{rest}", node.pointer());
            way = self.first[way.from?.0]?;
        }
        None
    }
}

/// A use that changed.
struct Spot<'t> {
    nodes: PlacePair<'t>,
    /// Pointer that the node of a finding would have in the use.
    pointer: String,
}

/// Returns true for a node of a side's component that the other side has, too.
fn is_same<'t>(pairs: &Pairs<'_, 't>, side: usize, node: Node<'t>) -> bool {
    let pointer = node.pointer();
    if !pointer.starts_with("/components/schemas/") {
        return false;
    }
    let nodes = [0, 1].map(|side| pairs.sides[side].root().and_then(|root| root.at(&pointer)));
    // Another file has its own components.
    let is_here = nodes[side].is_some_and(|found| found.id() == node.id());
    matches!(nodes, [Some(one), Some(other)] if is_here && !pairs.is_rewritten(one, other))
}

/// Returns the schemas that hold where one is used: itself, what it refers to, and those of its `allOf`, and of alternatives beside
/// null.
fn holding<'t>(contract: &Contract<'t>, node: Node<'t>) -> Vec<Node<'t>> {
    let mut found = Vec::new();
    let mut seen: HashSet<NodeId> = HashSet::new();
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        if found.len() >= MOST || !seen.insert(node.id()) {
            continue;
        }
        found.push(node);
        let mut below: Vec<Node<'t>> = contract.target(node).into_iter().collect();
        below.extend(items(node, "allOf"));
        for word in ["oneOf", "anyOf"] {
            if items(node, word).count() < 3 {
                below.extend(items(node, word));
            }
        }
        open.extend(below.into_iter().rev());
    }
    found
}

fn named_otherwise<'t>(pairs: &Pairs<'_, 't>, pair: usize, at: PlacePair<'t>, above: Option<&Use>) -> Option<Use> {
    let nodes = pairs.nodes(pair);
    let of = [nodes.0.pointer(), nodes.1.pointer()];
    let [old, new] = of.each_ref().map(|pointer| component(pointer));
    let has = |side: usize, name: Option<&str>| name.is_some_and(|name| has(&pairs.sides[side], name));
    // Components that one side alone has got another name.
    if old == new || !(has(1, old) || has(0, new)) {
        return None;
    }
    let (mut base, mut revision) = at;
    let mut is_common = false;
    while let (Some(one), Some(other)) = (pairs.sides[0].target(base), pairs.sides[1].target(revision)) {
        if one.pointer() != other.pointer() || pairs.is_rewritten(base, revision) {
            break;
        }
        is_common = true;
        (base, revision) = (one, other);
    }
    let at = match above {
        Some(above) if !is_common => above.below(revision),
        _ => revision.pointer(),
    };
    Some(Use { of, at })
}

/// Returns the name of the component in which a pointer ends.
fn component(pointer: &str) -> Option<&str> {
    let rest = pointer.strip_prefix("/components/schemas/")?;
    rest.split('/').next()
}

/// Returns true if a side has a component of a name, as it is written in a pointer.
fn has(side: &Contract<'_>, name: &str) -> bool {
    let pointer = format!("/components/schemas/{name}");
    side.root().is_some_and(|root| root.at(&pointer).is_some())
}
