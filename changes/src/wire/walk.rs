//! The walk over pairs of schemas: each pair once, with the uses and operations that lead to it noted for later.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use sdkwright_contract::source::{Day, Node};

use super::finding::{Effect, Finding, Reach, Uses};
use super::security::{self, Identities};
use super::unchanged::Unchanged;
use super::{alternatives, bounds, counterpart, facts, family, members, parts};
use crate::contract::Contract;
use crate::shape::{Lone, Part, Relation, Shape, build, flatten, relation};

/// Most pairs that alternatives are tried with before only their names decide.
const TRIES: usize = 4096;

/// Most comparisons inside of each other: alternatives are tried inside of the schema that has them.
const DEPTH: usize = 24;

/// Places at which two schemas are used: in the base, in the revision.
pub(crate) type Place<'t> = (Node<'t>, Node<'t>);

/// A way from one pair to another.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Edge<'t> {
    pub(crate) to: usize,
    /// Places at which the schemas are used.
    pub(crate) at: Option<Place<'t>>,
    /// Uses that take this way.
    pub(crate) keeps: Uses,
    /// Behind `not`: what is sent is narrowed by what widens this schema.
    pub(crate) swaps: bool,
}

/// A pair of schemas.
#[derive(Default)]
pub(crate) struct Pair<'t> {
    base: usize,
    revision: usize,
    pub(crate) edges: Vec<Edge<'t>>,
    pub(crate) findings: Vec<Finding<'t>>,
    /// True if its findings and edges are known.
    is_walked: bool,
    /// True if the pairs that it leads to are compared, too: one that was only tried may have ended before.
    is_followed: bool,
}

/// A use of a pair by an operation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Root<'t> {
    pub(crate) pair: usize,
    /// Places at which the schemas are used.
    pub(crate) at: Option<Place<'t>>,
    pub(crate) uses: Uses,
    /// Number of the operation; `None` for a component that is compared for itself.
    pub(crate) operation: Option<usize>,
}

/// Everything that was found so far.
pub(crate) struct Walk<'s, 't> {
    pub(crate) sides: &'s [Contract<'t>; 2],
    /// Decides whether a sunset has passed; without it, none has.
    pub(crate) today: Option<Day>,
    unchanged: Unchanged,
    /// Identities of security schemes, by side.
    pub(crate) schemes: [Identities; 2],
    /// Numbers of the operations that demand what the root does, on both sides.
    pub(crate) heirs: Vec<usize>,
    /// Relations of patterns that were compared.
    patterns: HashMap<(String, String), Option<Relation>>,
    /// Normal forms, by side.
    shapes: [Vec<Rc<Shape<'t>>>; 2],
    shape_of: [HashMap<(Vec<Part>, bool), usize>; 2],
    pub(crate) pairs: Vec<Pair<'t>>,
    pair_of: HashMap<(usize, usize), usize>,
    pub(crate) roots: Vec<Root<'t>>,
    /// Names of the operations.
    pub(crate) operations: Vec<String>,
    /// Findings beside schemas.
    pub(crate) findings: Vec<Finding<'t>>,
    /// Number of comparisons that are under way, each inside of the one before.
    depth: usize,
    /// True if there were more combinations of schemas than a contract that is written by people has.
    pub(crate) is_cut: bool,
}

impl<'s, 't> Walk<'s, 't> {
    pub(crate) fn new(sides: &'s [Contract<'t>; 2], today: Option<Day>) -> Self {
        Self {
            sides,
            today,
            unchanged: Unchanged::new(sides),
            schemes: security::identities(sides),
            heirs: Vec::new(),
            patterns: HashMap::new(),
            shapes: [Vec::new(), Vec::new()],
            shape_of: [HashMap::new(), HashMap::new()],
            pairs: Vec::new(),
            pair_of: HashMap::new(),
            roots: Vec::new(),
            operations: Vec::new(),
            findings: Vec::new(),
            depth: 0,
            is_cut: false,
        }
    }

    /// Returns how the texts of a pattern differ from those of another one. `None`: it cannot be decided.
    pub(crate) fn relation(&mut self, old: &str, new: &str) -> Option<Relation> {
        let known = self.patterns.entry((old.to_owned(), new.to_owned()));
        *known.or_insert_with(|| relation(old, new))
    }

    /// Returns true if two nodes are the same with all that they refer to.
    pub(crate) fn is_unchanged(&mut self, base: Node<'t>, revision: Node<'t>) -> bool {
        self.unchanged.holds(self.sides, base.id(), revision.id())
    }

    /// Returns the digest of a node's text, without what it refers to.
    pub(crate) fn digest(&self, side: usize, node: Node<'t>) -> u64 {
        self.unchanged.digest(side, node.id()).unwrap_or_default()
    }

    /// Returns true if the text of two nodes differs, without what they refer to.
    pub(crate) fn is_rewritten(&self, base: Node<'t>, revision: Node<'t>) -> bool {
        !self.unchanged.is_written_same(base.id(), revision.id())
    }

    /// Compares schemas that an operation uses.
    pub(crate) fn root(&mut self, base: Node<'t>, revision: Node<'t>, uses: Uses, operation: Option<usize>) {
        self.all(&[base], &[revision], uses, operation);
    }

    /// Compares schemas that an operation uses, each given as schemas that all hold.
    pub(crate) fn all(&mut self, base: &[Node<'t>], revision: &[Node<'t>], uses: Uses, operation: Option<usize>) {
        if let Some(pair) = self.pair(base, revision) {
            let at = base.first().copied().zip(revision.first().copied());
            self.roots.push(Root {
                pair,
                at,
                uses,
                operation,
            });
            self.walk(pair);
        }
    }

    /// Compares the components of the same name that no operation leads to.
    pub(crate) fn components(&mut self) {
        let named = |side: &Contract<'t>| {
            let root = side.root();
            root.and_then(|root| root.get("components")?.get("schemas"))
        };
        let (base, revision) = (named(&self.sides[0]), named(&self.sides[1]));
        let members: HashMap<&str, Node<'t>> = revision
            .into_iter()
            .flat_map(Node::members)
            .map(|member| (member.key, member.value))
            .collect();
        for member in base.into_iter().flat_map(Node::members) {
            match members.get(member.key) {
                Some(other) => self.root(member.value, *other, Uses::NONE, None),
                None => self.gone("schema-removed", member.value, true),
            }
        }
        let before: HashSet<&str> = base
            .into_iter()
            .flat_map(Node::members)
            .map(|member| member.key)
            .collect();
        for member in revision.into_iter().flat_map(Node::members) {
            if !before.contains(member.key) {
                self.gone("schema-added", member.value, false);
            }
        }
    }

    /// Adds the finding that a component is on one side only.
    fn gone(&mut self, id: &'static str, node: Node<'t>, is_removed: bool) {
        let what = if is_removed {
            "was removed from the components"
        } else {
            "is a new component"
        };
        let finding = Finding::new(id, Reach::Operations(Vec::new(), Uses::NONE), Effect::NONE, what);
        self.findings.push(if is_removed {
            finding.at(Some(node), None)
        } else {
            finding.at(None, Some(node))
        });
    }

    /// Returns the pair of two schemas, each given as schemas that all hold. `None`: they are the same.
    pub(crate) fn pair(&mut self, base: &[Node<'t>], revision: &[Node<'t>]) -> Option<usize> {
        let is_same = base.len() == revision.len()
            && base
                .iter()
                .zip(revision)
                .all(|(one, other)| self.unchanged.holds(self.sides, one.id(), other.id()));
        if is_same {
            return None;
        }
        let key = (self.shape(0, base), self.shape(1, revision));
        if let Some(known) = self.pair_of.get(&key) {
            return Some(*known);
        }
        if self.pairs.len() > 4 * (self.sides[0].len() + self.sides[1].len()) + 1000 {
            self.is_cut = true;
            return None;
        }
        self.pairs.push(Pair {
            base: key.0,
            revision: key.1,
            ..Pair::default()
        });
        self.pair_of.insert(key, self.pairs.len() - 1);
        Some(self.pairs.len() - 1)
    }

    /// Returns the normal form of schemas that all hold.
    pub(crate) fn form(&mut self, side: usize, schemas: &[Node<'t>]) -> Rc<Shape<'t>> {
        let number = self.shape(side, schemas);
        Rc::clone(&self.shapes[side][number])
    }

    fn shape(&mut self, side: usize, schemas: &[Node<'t>]) -> usize {
        let (parts, has_lone) = flatten(&self.sides[side], schemas, Lone::Holds);
        let mut key = (parts.clone(), has_lone);
        key.0.sort_unstable();
        if let Some(known) = self.shape_of[side].get(&key) {
            return *known;
        }
        let shape = Shape {
            has_lone,
            ..self.built(side, schemas, &parts, Lone::Holds)
        };
        self.shapes[side].push(Rc::new(shape));
        let number = self.shapes[side].len() - 1;
        self.shape_of[side].insert(key, number);
        number
    }

    fn built(&self, side: usize, schemas: &[Node<'t>], parts: &[Part], lone: Lone) -> Shape<'t> {
        let contract = &self.sides[side];
        let first = parts.first().map(|part| contract.node(part.node));
        let at = first.or(schemas.first().copied()).or(contract.root());
        let at = at.unwrap_or_else(|| contract.node(sdkwright_contract::source::NodeId(0)));
        build(contract, schemas, at, parts, lone)
    }

    /// Returns two forms so that alternatives beside other schemas are alternatives on both sides, also those that stand
    /// alone.
    fn even(&self, base: Rc<Shape<'t>>, revision: Rc<Shape<'t>>) -> [Rc<Shape<'t>>; 2] {
        let lacks = |one: &Shape<'t>, other: &Shape<'t>| one.has_lone && one.groups.len() < other.groups.len();
        if !(lacks(&base, &revision) || lacks(&revision, &base)) {
            return [base, revision];
        }
        let is_whole = base.is_only_alternatives() || revision.is_only_alternatives();
        let stays = [(0, &base), (1, &revision)].map(|(side, shape)| {
            let (parts, _) = flatten(&self.sides[side], &shape.written, Lone::Stays);
            Rc::new(self.built(side, &shape.written, &parts, Lone::Stays))
        });
        // A schema that has more than the alternative is compared with all of them, as it is.
        if is_whole && !stays.iter().all(|shape| shape.is_only_alternatives()) {
            return [base, revision];
        }
        stays
    }

    /// Returns the first nodes of the two schemas of a pair.
    pub(crate) fn nodes(&self, pair: usize) -> Place<'t> {
        let pair = &self.pairs[pair];
        (self.shapes[0][pair.base].at, self.shapes[1][pair.revision].at)
    }

    /// Compares a pair and all pairs it leads to.
    fn walk(&mut self, pair: usize) {
        let mut open = vec![pair];
        while let Some(pair) = open.pop() {
            if !self.pairs[pair].is_walked {
                self.compare(pair);
            }
            if !std::mem::replace(&mut self.pairs[pair].is_followed, true) {
                open.extend(self.pairs[pair].edges.iter().map(|edge| edge.to));
            }
        }
    }

    /// Compares the two schemas of a pair by all rules.
    fn compare(&mut self, number: usize) {
        let pair = &mut self.pairs[number];
        pair.is_walked = true;
        let base = Rc::clone(&self.shapes[0][pair.base]);
        let revision = Rc::clone(&self.shapes[1][pair.revision]);
        let [base, revision] = self.even(base, revision);
        self.depth += 1;
        let mut both = Both {
            walk: self,
            findings: Vec::new(),
            edges: Vec::new(),
            base: &base,
            revision: &revision,
        };
        if !alternatives::compare(&mut both) {
            facts::compare(&mut both);
            bounds::compare(&mut both);
            members::compare(&mut both);
            parts::compare(&mut both);
            family::compare(&mut both);
        }
        let Both { findings, edges, .. } = both;
        self.depth -= 1;
        self.pairs[number].findings = findings;
        self.pairs[number].edges = edges;
    }

    /// Returns true if there is nothing to say about two schemas, whoever uses them.
    pub(crate) fn is_same(&mut self, base: &[Node<'t>], revision: &[Node<'t>]) -> bool {
        self.holds(base, revision, &|_| true)
    }

    /// Returns true if the revision's schema accepts every value of the base's.
    pub(crate) fn fits(&mut self, base: &[Node<'t>], revision: &[Node<'t>]) -> bool {
        self.holds(base, revision, &Finding::narrows)
    }

    /// Returns true if the revision's schema refuses no value of the base's, whether anybody hears its members or not.
    pub(crate) fn takes(&mut self, base: &[Node<'t>], revision: &[Node<'t>]) -> bool {
        self.holds(base, revision, &Finding::refuses)
    }

    /// Returns true if the base's schema accepts every value of the revision's.
    pub(crate) fn contains(&mut self, base: &[Node<'t>], revision: &[Node<'t>]) -> bool {
        self.holds(base, revision, &Finding::widens)
    }

    /// Returns true if no finding between two schemas is of this kind.
    fn holds(&mut self, base: &[Node<'t>], revision: &[Node<'t>], counts: &dyn Fn(&Finding<'t>) -> bool) -> bool {
        let Some(pair) = self.pair(base, revision) else {
            return true;
        };
        if self.depth > DEPTH {
            return false;
        }
        let mut open = vec![pair];
        let mut seen = HashSet::from([pair]);
        while let Some(pair) = open.pop() {
            if !self.pairs[pair].is_walked {
                self.compare(pair);
            }
            if seen.len() > TRIES || self.pairs[pair].findings.iter().any(counts) {
                return false;
            }
            for edge in &self.pairs[pair].edges {
                if seen.insert(edge.to) {
                    open.push(edge.to);
                }
            }
        }
        true
    }
}

/// A pair under comparison.
pub(crate) struct Both<'w, 's, 't> {
    pub(crate) walk: &'w mut Walk<'s, 't>,
    findings: Vec<Finding<'t>>,
    edges: Vec<Edge<'t>>,
    pub(crate) base: &'w Shape<'t>,
    pub(crate) revision: &'w Shape<'t>,
}

impl<'t> Both<'_, '_, 't> {
    /// Adds a finding of this pair.
    pub(crate) fn find(
        &mut self,
        id: &'static str,
        effect: Effect,
        what: impl Into<String>,
        complete: impl FnOnce(Finding<'t>) -> Finding<'t>,
    ) {
        let (base, revision) = (self.base.at, self.revision.at);
        let finding = Finding::new(id, Reach::Pair, effect, what).at(Some(base), Some(revision));
        let mut finding = complete(finding);
        // Of several schemas that all hold, the one is named that says it, if only one side does.
        let is = |node: Option<Node<'_>>, at: Node<'_>| node.is_some_and(|node| node.id() == at.id());
        match (is(finding.base, base), is(finding.revision, revision)) {
            (false, true) => {
                let other = counterpart::of(finding.base, revision).filter(|node| self.has(1, *node));
                finding.revision = other.or(finding.revision);
            }
            (true, false) => {
                let other = counterpart::of(finding.revision, base).filter(|node| self.has(0, *node));
                finding.base = other.or(finding.base);
            }
            _ => {}
        }
        self.findings.push(finding);
    }

    /// Returns true if a node is in a schema that holds on a side of the pair.
    fn has(&self, side: usize, node: Node<'t>) -> bool {
        let shape = if side == 0 { self.base } else { self.revision };
        let (parts, _) = flatten(&self.walk.sides[side], &shape.written, Lone::Holds);
        let mut above = std::iter::successors(Some(node), |node| node.parent());
        above.any(|above| parts.iter().any(|part| part.node == above.id()))
    }

    /// Leads to two schemas below.
    pub(crate) fn lead(&mut self, base: &[Node<'t>], revision: &[Node<'t>], keeps: Uses, swaps: bool) {
        if let Some(to) = self.walk.pair(base, revision) {
            let at = base.first().copied().zip(revision.first().copied());
            self.edges.push(Edge { to, at, keeps, swaps });
        }
    }
}
