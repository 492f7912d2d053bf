//! The `x-` words of an object.

use crate::diag::nearest;
use crate::source::{NodeId, Span};

/// The `x-` words of an object in the order written, those of our vocabulary and others.
#[derive(Debug, Clone, Default)]
pub struct Extensions(pub Vec<Extension>);

/// One `x-` word.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Extension {
    pub name: String,
    pub name_span: Span,
    pub node: NodeId,
}

impl Extensions {
    /// Returns the value of an extension.
    pub fn get(&self, name: &str) -> Option<NodeId> {
        self.0
            .iter()
            .find(|extension| extension.name == name)
            .map(|extension| extension.node)
    }

    /// Returns true if one of the extensions is probably a misspelt form of this one.
    pub fn has_misspelt(&self, name: &str) -> bool {
        self.0
            .iter()
            .any(|extension| nearest(&extension.name, [name]).is_some())
    }
}
