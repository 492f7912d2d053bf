//! Stages of a run, for progress and timings.

/// A stage of a run, in the order in which they begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Parses bytes into a tree.
    Load,
    /// Reads the tree into a document.
    Parse,
    /// Lowers the document to an unsealed API.
    Lower,
    /// Runs the passes and seals the API.
    Seal,
    /// Assigns Rust names.
    Assign,
    /// Emits files and pages, on all threads.
    Emit,
    /// Collects them into a tree of files.
    Gather,
}

impl Stage {
    /// Returns the verb of the stage, as progress output prints it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Load => "load",
            Self::Parse => "parse",
            Self::Lower => "lower",
            Self::Seal => "seal",
            Self::Assign => "assign",
            Self::Emit => "emit",
            Self::Gather => "gather",
        }
    }
}
