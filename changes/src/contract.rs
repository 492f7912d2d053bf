//! One version of a contract, and one side of a comparison: the tree with followed references, and its operations.

mod operation;

pub use operation::unnamed;
pub(crate) use operation::{Operation, Parameter, Where, addresses, operations, split};

use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};

use sdkwright_contract::diag::{Levels, Report};
use sdkwright_contract::document::ResolvedTree;
use sdkwright_contract::source::{FileId, Node, NodeId};
use sdkwright_contract::text::SourceMap;
use sdkwright_contract::{Inputs, ir};

use crate::comparison::ContractPlace;

/// Longest chain of references that is followed.
const CHAIN: usize = 64;

/// A component that extends a schema: its name and the schema.
pub(crate) type Subtype<'t> = (&'t str, Node<'t>);

/// One of the two contracts.
pub(crate) struct Contract<'t> {
    linked: &'t ResolvedTree,
    sources: &'t SourceMap,
    targets: RefCell<HashMap<(FileId, &'t str), Option<NodeId>>>,
    /// The end of each chain of nodes that are only references.
    ends: RefCell<HashMap<NodeId, NodeId>>,
    /// Components that extend a schema in their `allOf`, by that schema.
    heirs: OnceCell<HashMap<NodeId, Vec<Subtype<'t>>>>,
    /// True if it is a contract of OpenAPI 3.0.
    is_3_0: bool,
}

impl Version {
    /// Returns the place of the whole contract.
    pub fn root(&self) -> Option<ContractPlace> {
        let contract = Contract::new(self);
        contract.root().map(|root| contract.place(root))
    }
}

impl<'t> Contract<'t> {
    pub(crate) fn new(version: &'t Version) -> Self {
        let root = version.contract.tree().root();
        Self {
            linked: &version.contract,
            sources: &version.sources,
            targets: RefCell::default(),
            ends: RefCell::default(),
            heirs: OnceCell::new(),
            is_3_0: root
                .and_then(|root| text(root, "openapi"))
                .is_some_and(|version| version.starts_with("3.0")),
        }
    }

    /// Returns true for a reference beside which OpenAPI 3.0 reads no rules.
    pub(crate) fn is_only_reference(&self, node: Node<'t>) -> bool {
        self.is_3_0 && node.get("$ref").is_some_and(|reference| reference.as_str().is_some())
    }

    pub(crate) fn root(&self) -> Option<Node<'t>> {
        self.linked.tree().root()
    }

    /// Returns the node at a JSON Pointer of the contract's file.
    pub(crate) fn at(&self, pointer: &str) -> Option<Node<'t>> {
        self.root()?.at(pointer)
    }

    pub(crate) fn node(&self, id: NodeId) -> Node<'t> {
        self.linked.tree().node(id)
    }

    /// Returns true for a contract of OpenAPI 3.0.
    pub(crate) fn is_3_0(&self) -> bool {
        self.is_3_0
    }

    /// Returns the number of nodes.
    pub(crate) fn len(&self) -> usize {
        self.linked.tree().len()
    }

    /// Returns the node that the `$ref` of a node names, one step. `None`: it has none, or it names nothing.
    pub(crate) fn target(&self, node: Node<'t>) -> Option<Node<'t>> {
        let reference = node.get("$ref")?;
        let text = reference.as_str()?;
        if self.linked.has_resources() {
            return self.linked.target(reference);
        }
        let key = (reference.document(), text);
        let known = self.targets.borrow().get(&key).copied();
        let target = known.unwrap_or_else(|| {
            let found = self.linked.target(reference).map(Node::id);
            self.targets.borrow_mut().insert(key, found);
            found
        });
        target.map(|id| self.node(id))
    }

    /// Returns the first node of a chain that is more than a reference; for a cycle, one of its nodes. A part of a chain is followed
    /// once, from wherever it is referred to.
    pub(crate) fn past_references(&self, node: Node<'t>) -> Node<'t> {
        let (mut at, mut passed) = (node, HashSet::new());
        let end = loop {
            if let Some(end) = self.ends.borrow().get(&at.id()) {
                break *end;
            }
            match self.target(at) {
                Some(next) if at.len() == 1 && passed.insert(at.id()) => at = next,
                _ => break at.id(),
            }
        };
        self.ends.borrow_mut().extend(passed.into_iter().map(|id| (id, end)));
        self.node(end)
    }

    /// Returns the node that a text refers to outside of `$ref`, as the text of a discriminator's mapping does.
    pub(crate) fn referred(&self, text: Node<'t>) -> Option<Node<'t>> {
        self.linked.target(text)
    }

    /// Returns the node at the end of a chain of references; the node itself where it ends in nothing.
    pub(crate) fn follow(&self, node: Node<'t>) -> Node<'t> {
        let mut at = node;
        for _ in 0..CHAIN {
            match self.target(at) {
                Some(next) => at = next,
                None => return at,
            }
        }
        at
    }

    /// Returns the components that extend a schema with a discriminator and no alternatives, and those that extend them:
    /// a value of the schema is one of theirs.
    pub(crate) fn heirs(&self, base: Node<'t>) -> Vec<Subtype<'t>> {
        let has = |key: &str| base.get(key).is_some();
        if !has("discriminator") || has("oneOf") || has("anyOf") {
            return Vec::new();
        }
        let direct = self.heirs.get_or_init(|| self.direct_heirs());
        let mut found: Vec<Subtype<'t>> = Vec::new();
        let mut open = vec![base.id()];
        while let Some(id) = open.pop() {
            for heir in direct.get(&id).into_iter().flatten() {
                let is_new = |known: &Subtype<'t>| known.1.id() != heir.1.id();
                if heir.1.id() != base.id() && found.iter().all(is_new) {
                    found.push(*heir);
                    open.push(heir.1.id());
                }
            }
        }
        found
    }

    fn direct_heirs(&self) -> HashMap<NodeId, Vec<Subtype<'t>>> {
        let mut heirs: HashMap<NodeId, Vec<Subtype<'t>>> = HashMap::new();
        let schemas = self.root().and_then(|root| root.get("components")?.get("schemas"));
        for component in schemas.into_iter().flat_map(Node::members) {
            for part in items(component.value, "allOf").filter(|part| part.get("$ref").is_some()) {
                let of = heirs.entry(self.follow(part).id()).or_default();
                of.push((component.key, component.value));
            }
        }
        heirs
    }

    /// Returns the place of a node for the report.
    pub(crate) fn place(&self, node: Node<'t>) -> ContractPlace {
        let span = node.name_span();
        let at = self.sources.line_column(span);
        ContractPlace {
            pointer: node.pointer(),
            file: self
                .sources
                .file(span.file)
                .map(|file| file.name.to_string())
                .unwrap_or_default(),
            line: at.map_or(1, |at| at.line),
            column: at.map_or(1, |at| at.column),
        }
    }
}

/// Returns the items of a list below a node.
pub(crate) fn items<'t>(node: Node<'t>, key: &str) -> impl Iterator<Item = Node<'t>> {
    node.get(key).into_iter().flat_map(Node::items)
}

/// Returns true if a member is `true`.
pub(crate) fn is_true(node: Node<'_>, key: &str) -> bool {
    node.get(key).and_then(Node::as_bool) == Some(true)
}

/// Returns a member's text.
pub(crate) fn text<'t>(node: Node<'t>, key: &str) -> Option<&'t str> {
    node.get(key).and_then(Node::as_str)
}

/// One version of a contract.
#[derive(Debug)]
pub struct Version {
    /// The tree, with overlays applied and references to follow.
    pub contract: ResolvedTree,
    /// Files of the tree.
    pub sources: SourceMap,
    /// The sealed API; `None` if the contract has errors, or if nobody asks for the verdicts that need it.
    pub api: Option<ir::Api>,
}

impl Version {
    /// Reads the tree of a contract, for the verdict on the wire alone. `Err`: the file is not a contract of a version that
    /// can be read.
    pub fn from_inputs(inputs: &Inputs<'_>) -> Result<Self, Box<Report>> {
        let mut report = Report::new(Levels::lenient());
        match ResolvedTree::from_inputs(inputs, &mut report) {
            Some(contract) => Ok(Self {
                contract,
                sources: report.sources,
                api: None,
            }),
            None => Err(Box::new(report)),
        }
    }
}
