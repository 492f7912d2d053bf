//! A contract with the files it refers to, before any keyword is read: the tree, and a way to follow references.
//!
//! For readers that need more of a contract than [`super::Document`] keeps, and for contracts that the parser refuses.

use super::dialects;
use super::model::Dialect;
use super::references::{Others, ReferenceIndex, References, gather};
use crate::diag::Report;
use crate::source::{Node, Tree};

/// A tree whose references can be followed.
#[derive(Debug)]
pub struct ResolvedTree {
    tree: Tree,
    index: ReferenceIndex,
    dialect: Dialect,
}

impl ResolvedTree {
    /// Reads all files that a contract refers to. `None`: the version is not read, and the report has the reason. The
    /// arguments are those of [`super::parse_only`].
    pub fn link(mut tree: Tree, others: &Others<'_>, inside: &str, report: &mut Report) -> Option<Self> {
        let dialect = dialects::detect(tree.root()?, report)?;
        let index = gather(&mut tree, others, inside, report);
        tree.index_wide_maps();
        Some(Self { tree, index, dialect })
    }

    /// Returns all nodes.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// Returns the version that the contract is written in.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Returns the node that the text of a `$ref` names, one step; `None` if it names nothing.
    pub fn target<'t>(&'t self, reference: Node<'t>) -> Option<Node<'t>> {
        References::new(&self.tree, &self.index).look(reference)
    }

    /// Returns true if one reference text can name two nodes in one file (`$id`).
    pub fn has_resources(&self) -> bool {
        References::new(&self.tree, &self.index).has_resources()
    }
}
