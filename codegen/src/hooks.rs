//! Execution of a run: number of threads and progress callbacks. Neither changes the output.

use sdkwright_contract::Stage;

/// Options of a run that do not change its output.
#[derive(Clone, Copy)]
pub struct Hooks<'a> {
    /// Number of threads that emit files.
    pub threads: usize,
    /// Collects the sources of the files, too.
    pub sources: bool,
    /// Called when a stage begins; the caller can time the stages.
    pub begins: &'a dyn Fn(Stage),
    /// Called on any thread when a piece of `Stage::Emit` is done: how many are, and of how many.
    pub emitted: &'a (dyn Fn(usize, usize) + Sync),
}

impl Default for Hooks<'_> {
    fn default() -> Self {
        Self {
            threads: 1,
            sources: false,
            begins: &|_| {},
            emitted: &|_, _| {},
        }
    }
}

impl std::fmt::Debug for Hooks<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hooks")
            .field("threads", &self.threads)
            .finish_non_exhaustive()
    }
}
