//! Parts that every node has: ids, and the text of the contract.

use crate::source::Day;

/// Index into [`super::Api::types`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TypeId(pub u32);

/// Index into [`super::Api::operations`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OperationId(pub u32);

/// Text of the contract on a node.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Documentation {
    /// One line.
    pub title: Option<String>,
    /// Markdown.
    pub description: Option<String>,
    /// True if the contract deprecates it.
    pub deprecated: bool,
    /// Day until which it works, if the contract deprecates it and says so.
    pub sunset: Option<Day>,
    /// Provenance for generated documentation, if the contract marks it.
    pub provenance: Provenance,
}

impl Documentation {
    /// Adds a paragraph to the description.
    pub fn add(&mut self, paragraph: &str) {
        let text = self.description.take();
        self.description = Some(text.map_or_else(
            || paragraph.to_owned(),
            |text| format!("{}\n\n{paragraph}", text.trim_end()),
        ));
    }
}

/// Provenance of a node (`x-documented`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Provenance {
    /// Documented, or stated further up, or the contract has no marks.
    #[default]
    Silent,
    /// The topmost node that the owner's documentation does not confirm.
    Unconfirmed,
    /// Only its name is confirmed.
    NameOnly,
}
