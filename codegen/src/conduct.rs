//! Execution of a run: number of threads and progress callback. Neither changes the output.

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

/// Options of a run that do not change its output.
#[derive(Clone, Copy)]
pub struct Conduct<'a> {
    /// Number of threads that emit files.
    pub threads: usize,
    /// Collects the sources of the files, too.
    pub sources: bool,
    /// Called when a stage begins; the caller can time the stages.
    pub begins: &'a dyn Fn(Stage),
    /// Called on any thread when a piece of `Stage::Emit` is done: how many are, and of how many.
    pub emitted: &'a (dyn Fn(usize, usize) + Sync),
}

impl Default for Conduct<'_> {
    fn default() -> Self {
        Self {
            threads: 1,
            sources: false,
            begins: &|_| {},
            emitted: &|_, _| {},
        }
    }
}

impl std::fmt::Debug for Conduct<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Conduct")
            .field("threads", &self.threads)
            .finish_non_exhaustive()
    }
}
