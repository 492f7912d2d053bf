//! Pairs of schemas: each is compared once by the rules, and has the uses and operations that lead to it for later.
//!
//! This file knows no rule: `SchemaRules` are handed in.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;

use sdkwright_contract::source::{Day, Node};

use super::finding::{Delta, Impact, Reach, Uses};
use super::unchanged::Unchanged;
use crate::contract::Contract;
use crate::shape::{Conjunct, Form, Lone, PatternChange, build, flatten, pattern_change};

/// Most pairs that alternatives are tried with before only their names decide.
const TRIES: usize = 4096;

/// Most comparisons inside of each other: alternatives are tried inside of the schema that has them.
const DEPTH: usize = 24;

/// A rule: adds what it finds between the two schemas of a pair.
pub(crate) type SchemaRule = fn(&mut SchemaPair<'_, '_, '_>);

/// All rules.
pub(crate) struct SchemaRules {
    /// Compares a pair in place of the others. Returns false if they are still to be applied.
    pub(crate) instead: fn(&mut SchemaPair<'_, '_, '_>) -> bool,
    /// The others, in the order of their findings.
    pub(crate) others: &'static [SchemaRule],
}

/// A relation between the values of two schemas.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Relation {
    /// There is no finding between them, whoever uses them.
    Equal,
    /// The revision's schema accepts every value of the base's.
    Accepts,
    /// The revision's schema refuses no value of the base's, though it may ignore members.
    Tolerates,
    /// The base's schema accepts every value of the revision's.
    AcceptedBy,
}

impl Relation {
    /// Returns true if a finding between two schemas contradicts the relation.
    fn is_broken_by(self, finding: &Delta<'_>) -> bool {
        match self {
            Self::Equal => true,
            Self::Accepts => finding.narrows(),
            Self::Tolerates => finding.refuses(),
            Self::AcceptedBy => finding.widens(),
        }
    }
}

/// Texts by the names of security schemes: equal for one scheme of both sides.
pub(crate) type Identities = BTreeMap<String, String>;

/// Places at which two schemas are used: in the base, in the revision.
pub(crate) type PlacePair<'t> = (Node<'t>, Node<'t>);

/// A way from one pair to another.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Edge<'t> {
    pub(crate) to: usize,
    /// Places at which the schemas are used.
    pub(crate) at: Option<PlacePair<'t>>,
    /// Uses that take this way.
    pub(crate) keeps: Uses,
    /// Behind `not`: what is sent is narrowed by what widens this schema.
    pub(crate) swaps: bool,
}

/// A pair of schemas.
#[derive(Default)]
pub(crate) struct VisitedPair<'t> {
    base: usize,
    revision: usize,
    pub(crate) edges: Vec<Edge<'t>>,
    pub(crate) findings: Vec<Delta<'t>>,
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
    pub(crate) at: Option<PlacePair<'t>>,
    pub(crate) uses: Uses,
    /// Number of the operation; `None` for a component that is compared for itself.
    pub(crate) operation: Option<usize>,
}

/// All pairs, with everything that was found so far.
pub(crate) struct Pairs<'s, 't> {
    pub(crate) sides: &'s [Contract<'t>; 2],
    /// Decides whether a sunset has passed; without it, none has.
    pub(crate) today: Option<Day>,
    rules: &'static SchemaRules,
    unchanged: Unchanged,
    /// Identities of security schemes, by side.
    pub(crate) schemes: [Identities; 2],
    /// Numbers of the operations that demand what the root does, on both sides.
    pub(crate) heirs: Vec<usize>,
    /// Changes of patterns that were compared.
    patterns: HashMap<(String, String), Option<PatternChange>>,
    /// Normal forms, by side.
    shapes: [Vec<Rc<Form<'t>>>; 2],
    shape_of: [HashMap<(Vec<Conjunct>, bool), usize>; 2],
    /// The pairs, by their numbers.
    pub(crate) numbered: Vec<VisitedPair<'t>>,
    pair_of: HashMap<(usize, usize), usize>,
    pub(crate) roots: Vec<Root<'t>>,
    /// Names of the operations.
    pub(crate) operations: Vec<String>,
    /// Findings beside schemas.
    pub(crate) findings: Vec<Delta<'t>>,
    /// Number of comparisons that are under way, each inside of the one before.
    depth: usize,
    /// True if there were more combinations of schemas than a contract that is written by people has.
    pub(crate) is_cut: bool,
}

impl<'s, 't> Pairs<'s, 't> {
    pub(crate) fn new(sides: &'s [Contract<'t>; 2], today: Option<Day>, rules: &'static SchemaRules) -> Self {
        Self {
            sides,
            today,
            rules,
            unchanged: Unchanged::new(sides),
            schemes: [Identities::new(), Identities::new()],
            heirs: Vec::new(),
            patterns: HashMap::new(),
            shapes: [Vec::new(), Vec::new()],
            shape_of: [HashMap::new(), HashMap::new()],
            numbered: Vec::new(),
            pair_of: HashMap::new(),
            roots: Vec::new(),
            operations: Vec::new(),
            findings: Vec::new(),
            depth: 0,
            is_cut: false,
        }
    }

    /// Adds a finding that is of no pair of schemas.
    pub(crate) fn find(
        &mut self,
        id: &'static str,
        reach: Reach,
        effect: Impact,
        what: impl Into<String>,
    ) -> &mut Delta<'t> {
        added(&mut self.findings, Delta::new(id, reach, effect, what))
    }

    /// Returns how the texts of a pattern differ from those of another one. `None`: it cannot be decided.
    pub(crate) fn pattern_change(&mut self, old: &str, new: &str) -> Option<PatternChange> {
        let known = self.patterns.entry((old.to_owned(), new.to_owned()));
        *known.or_insert_with(|| pattern_change(old, new))
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
        if self.numbered.len() > 4 * (self.sides[0].len() + self.sides[1].len()) + 1000 {
            self.is_cut = true;
            return None;
        }
        self.numbered.push(VisitedPair {
            base: key.0,
            revision: key.1,
            ..VisitedPair::default()
        });
        self.pair_of.insert(key, self.numbered.len() - 1);
        Some(self.numbered.len() - 1)
    }

    /// Returns the normal form of schemas that all hold.
    pub(crate) fn form(&mut self, side: usize, schemas: &[Node<'t>]) -> Rc<Form<'t>> {
        let number = self.shape(side, schemas);
        Rc::clone(&self.shapes[side][number])
    }

    fn shape(&mut self, side: usize, schemas: &[Node<'t>]) -> usize {
        let (parts, has_lone) = flatten(&self.sides[side], schemas, Lone::Inline);
        let mut key = (parts.clone(), has_lone);
        key.0.sort_unstable();
        if let Some(known) = self.shape_of[side].get(&key) {
            return *known;
        }
        let shape = Form {
            has_lone,
            ..self.built(side, schemas, &parts, Lone::Inline)
        };
        self.shapes[side].push(Rc::new(shape));
        let number = self.shapes[side].len() - 1;
        self.shape_of[side].insert(key, number);
        number
    }

    fn built(&self, side: usize, schemas: &[Node<'t>], parts: &[Conjunct], lone: Lone) -> Form<'t> {
        let contract = &self.sides[side];
        let first = parts.first().map(|part| contract.node(part.node));
        let at = first.or(schemas.first().copied()).or(contract.root());
        let at = at.unwrap_or_else(|| contract.node(sdkwright_contract::source::NodeId(0)));
        build(contract, schemas, at, parts, lone)
    }

    /// Returns two forms so that alternatives beside other schemas are alternatives on both sides, also those that stand
    /// alone.
    fn even(&self, base: Rc<Form<'t>>, revision: Rc<Form<'t>>) -> [Rc<Form<'t>>; 2] {
        let lacks = |one: &Form<'t>, other: &Form<'t>| one.has_lone && one.groups.len() < other.groups.len();
        if !(lacks(&base, &revision) || lacks(&revision, &base)) {
            return [base, revision];
        }
        let is_whole = base.is_only_alternatives() || revision.is_only_alternatives();
        let stays = [(0, &base), (1, &revision)].map(|(side, shape)| {
            let (parts, _) = flatten(&self.sides[side], &shape.written, Lone::Keep);
            Rc::new(self.built(side, &shape.written, &parts, Lone::Keep))
        });
        // A schema that has more than the alternative is compared with all of them, as it is.
        if is_whole && !stays.iter().all(|shape| shape.is_only_alternatives()) {
            return [base, revision];
        }
        stays
    }

    /// Returns the first nodes of the two schemas of a pair.
    pub(crate) fn nodes(&self, pair: usize) -> PlacePair<'t> {
        let pair = &self.numbered[pair];
        (self.shapes[0][pair.base].at, self.shapes[1][pair.revision].at)
    }

    /// Compares a pair and all pairs it leads to.
    fn walk(&mut self, pair: usize) {
        let mut open = vec![pair];
        while let Some(pair) = open.pop() {
            if !self.numbered[pair].is_walked {
                self.compare(pair);
            }
            if !std::mem::replace(&mut self.numbered[pair].is_followed, true) {
                open.extend(self.numbered[pair].edges.iter().map(|edge| edge.to));
            }
        }
    }

    /// Compares the two schemas of a pair by all rules.
    fn compare(&mut self, number: usize) {
        let pair = &mut self.numbered[number];
        pair.is_walked = true;
        let base = Rc::clone(&self.shapes[0][pair.base]);
        let revision = Rc::clone(&self.shapes[1][pair.revision]);
        let [base, revision] = self.even(base, revision);
        self.depth += 1;
        let mut both = SchemaPair {
            pairs: self,
            findings: Vec::new(),
            edges: Vec::new(),
            base: &base,
            revision: &revision,
        };
        if !(both.pairs.rules.instead)(&mut both) {
            for rule in both.pairs.rules.others {
                rule(&mut both);
            }
        }
        let mut findings = std::mem::take(&mut both.findings);
        for finding in &mut findings {
            both.locate(finding);
        }
        let edges = both.edges;
        self.depth -= 1;
        self.numbered[number].findings = findings;
        self.numbered[number].edges = edges;
    }

    /// Returns true if two schemas are in a relation.
    pub(crate) fn relate(&mut self, base: &[Node<'t>], revision: &[Node<'t>], relation: Relation) -> bool {
        let Some(pair) = self.pair(base, revision) else {
            return true;
        };
        if self.depth > DEPTH {
            return false;
        }
        let mut open = vec![pair];
        let mut seen = HashSet::from([pair]);
        while let Some(pair) = open.pop() {
            if !self.numbered[pair].is_walked {
                self.compare(pair);
            }
            if seen.len() > TRIES
                || self.numbered[pair]
                    .findings
                    .iter()
                    .any(|finding| relation.is_broken_by(finding))
            {
                return false;
            }
            for edge in &self.numbered[pair].edges {
                if seen.insert(edge.to) {
                    open.push(edge.to);
                }
            }
        }
        true
    }
}

/// Adds a finding, and returns it, so that the caller can complete it.
fn added<'f, 't>(findings: &'f mut Vec<Delta<'t>>, finding: Delta<'t>) -> &'f mut Delta<'t> {
    findings.push(finding);
    let last = findings.len() - 1;
    &mut findings[last]
}

/// A pair under comparison.
pub(crate) struct SchemaPair<'w, 's, 't> {
    pub(crate) pairs: &'w mut Pairs<'s, 't>,
    findings: Vec<Delta<'t>>,
    edges: Vec<Edge<'t>>,
    pub(crate) base: &'w Form<'t>,
    pub(crate) revision: &'w Form<'t>,
}

impl<'t> SchemaPair<'_, '_, 't> {
    /// Adds a finding of this pair.
    pub(crate) fn find(&mut self, id: &'static str, effect: Impact, what: impl Into<String>) -> &mut Delta<'t> {
        let finding = added(&mut self.findings, Delta::new(id, Reach::Pair, effect, what));
        finding.at(Some(self.base.at), Some(self.revision.at))
    }

    /// Names, of several schemas that apply, the counterpart of the one that has the keyword, if only one side names it.
    fn locate(&self, finding: &mut Delta<'t>) {
        let (base, revision) = (self.base.at, self.revision.at);
        let is = |node: Option<Node<'_>>, at: Node<'_>| node.is_some_and(|node| node.id() == at.id());
        match (is(finding.base, base), is(finding.revision, revision)) {
            (false, true) => {
                let other = counterpart(finding.base, revision).filter(|node| self.has(1, *node));
                finding.revision = other.or(finding.revision);
            }
            (true, false) => {
                let other = counterpart(finding.revision, base).filter(|node| self.has(0, *node));
                finding.base = other.or(finding.base);
            }
            _ => {}
        }
    }

    /// Returns true if a node is in a schema that holds on a side of the pair.
    fn has(&self, side: usize, node: Node<'t>) -> bool {
        let shape = if side == 0 { self.base } else { self.revision };
        let (parts, _) = flatten(&self.pairs.sides[side], &shape.written, Lone::Inline);
        let mut above = std::iter::successors(Some(node), |node| node.parent());
        above.any(|above| parts.iter().any(|part| part.node == above.id()))
    }

    /// Returns true if two schemas are in a relation.
    pub(crate) fn relate(&mut self, base: &[Node<'t>], revision: &[Node<'t>], relation: Relation) -> bool {
        self.pairs.relate(base, revision, relation)
    }

    /// Leads to two schemas below.
    pub(crate) fn lead(&mut self, base: &[Node<'t>], revision: &[Node<'t>], keeps: Uses, swaps: bool) {
        if let Some(to) = self.pairs.pair(base, revision) {
            let at = base.first().copied().zip(revision.first().copied());
            self.edges.push(Edge { to, at, keeps, swaps });
        }
    }
}

/// Words before a schema.
const BEFORE: [&str; 6] = [
    "schema",
    "itemSchema",
    "items",
    "additionalProperties",
    "propertyNames",
    "not",
];

/// Words before a name or a number of a schema.
#[rustfmt::skip]
const ABOVE: [&str; 8] = [
    "schemas", "properties", "patternProperties", "dependentSchemas", "prefixItems", "allOf", "oneOf", "anyOf",
];

/// Returns the schema on the other side, in the file of `other`, that stands where the keyword at a node stands; where an
/// `allOf` is gone, what had it. `None`: nothing stands there.
fn counterpart<'t>(node: Option<Node<'_>>, other: Node<'t>) -> Option<Node<'t>> {
    let pointer = node?.pointer();
    let mut root = other;
    while let Some(parent) = root.parent() {
        root = parent;
    }
    let mut rest = pointer.as_str();
    while let Some((above, _)) = rest.rsplit_once('/') {
        rest = above;
        if let Some(found) = root.at(rest) {
            let mut tokens = rest.rsplit('/');
            let last = tokens.next().unwrap_or_default();
            let is_schema = tokens.next().is_some_and(|token| ABOVE.contains(&token)) || BEFORE.contains(&last);
            return Some(found).filter(|found| is_schema && found.is_map());
        }
    }
    None
}
