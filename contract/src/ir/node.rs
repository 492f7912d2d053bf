//! Parts that nodes have: ids, the text of the contract, and JSON Pointers of our extensions.

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

/// JSON Pointer (RFC 6901) into an answer, as its member names.
pub type Pointer = Vec<String>;

/// The reason why a text is not a JSON Pointer: what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadPointer(pub &'static str);

/// Reads a JSON Pointer with at least one member name.
pub fn pointer(text: &str) -> Result<Pointer, BadPointer> {
    let rest = text.strip_prefix('/');
    let rest = rest.ok_or(BadPointer("begin it with `/`, as in `/data`"))?;
    if rest.replace("~0", "").replace("~1", "").contains('~') {
        return Err(BadPointer("write `~` as `~0` and a `/` of a name as `~1`"));
    }
    let names = rest.split('/');
    Ok(names.map(|token| token.replace("~1", "/").replace("~0", "~")).collect())
}
