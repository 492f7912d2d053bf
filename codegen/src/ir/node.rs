//! What every node has: an id by which others refer to it, and what a person wrote about it.

/// Index into [`super::Api::types`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TypeId(pub u32);

/// Index into [`super::Api::operations`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OperationId(pub u32);

/// Text a person wrote about a node.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text {
    /// One line.
    pub title: Option<String>,
    /// Markdown.
    pub description: Option<String>,
    /// True where the contract says so.
    pub deprecated: bool,
    /// Said in generated documentation, if the contract marks provenance at all.
    pub provenance: Provenance,
}

/// Who says that a node is so (`x-documented`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Provenance {
    /// Nothing is to be said here: documented, or said further up, or the contract has no marks.
    #[default]
    Silent,
    /// The topmost node that is not documented by the owner.
    OurReading,
    /// Only its name is documented.
    NameOnly,
}
