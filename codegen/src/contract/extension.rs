//! The `x-` words of an object.

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
}
