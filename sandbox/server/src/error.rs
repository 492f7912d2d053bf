//! In: what went wrong before a server stood. Out: one error type. Never: the text of a secret.

use std::{io, path::PathBuf};

/// The reason why a sandbox could not be started or queried.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// A file could not be written.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// The contract cannot be served; the text says where and why.
    #[error("the contract cannot be served: {0}")]
    Contract(String),
    /// The address could not be listened on, or the server not be started.
    #[error("cannot listen: {0}")]
    Listen(#[source] io::Error),
    /// The store could not be opened, read or written; the text names it.
    #[error("the store fails: {0}")]
    Store(String),
    /// The request to the sandbox itself makes no sense (an unknown event, code, id or state).
    #[error("{0}")]
    Unknown(String),
}
