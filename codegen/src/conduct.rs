//! How a run is carried out: on how many threads, and who is told of its stages. Never what comes out.

/// A stage of a run, in the order in which they begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Bytes become a tree.
    Load,
    /// The tree becomes a document.
    Parse,
    /// The document becomes a draft.
    Lower,
    /// The draft becomes an API.
    Seal,
    /// Everything is named.
    Assign,
    /// Files and pages are made, on all threads.
    Emit,
    /// They become a tree of files.
    Gather,
}

impl Stage {
    /// Its verb.
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

/// How a run is carried out. Nothing of it shows in what comes out.
#[derive(Clone, Copy)]
pub struct Conduct<'a> {
    /// How many threads make files.
    pub threads: usize,
    /// Is told of each stage when it begins; who has a clock can time them.
    pub begins: &'a dyn Fn(Stage),
}

impl Default for Conduct<'_> {
    fn default() -> Self {
        Self {
            threads: 1,
            begins: &|_| {},
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
