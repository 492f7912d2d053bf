//! The ends of a run, and errors that end one.

use std::process::ExitCode;

/// End of a run; each has its own exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    Done = 0,
    /// Something is out of date, or a lint found something.
    OutOfDate = 1,
    Usage = 2,
    Refused = 3,
    FileSystem = 4,
}

/// Error of a run, and its exit code.
#[derive(Debug)]
pub(crate) struct Fault(pub(crate) Ended, pub(crate) anyhow::Error);

impl Fault {
    /// Wraps an error in the arguments or settings.
    pub(crate) fn usage(error: anyhow::Error) -> Self {
        Self(Ended::Usage, error)
    }

    /// Wraps an error of the file system.
    pub(crate) fn files(error: anyhow::Error) -> Self {
        Self(Ended::FileSystem, error)
    }
}

impl From<Ended> for ExitCode {
    fn from(ended: Ended) -> Self {
        Self::from(ended as u8)
    }
}
