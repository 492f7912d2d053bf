//! In: what went wrong before a server stood. Out: one error type. Never: the text of a secret.

use std::{fmt, io, path::PathBuf};

/// The reason why a sandbox could not be started or queried.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be read.
    Read {
        /// The file.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// A file could not be written.
    Write {
        /// The file.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// The contract cannot be served; the text says where and why.
    Contract(String),
    /// The address could not be listened on, or the server not be started.
    Listen(io::Error),
    /// The store could not be opened, read or written; the text names it.
    Store(String),
    /// The request to the sandbox itself makes no sense (an unknown event, code, id or state).
    Unknown(String),
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read { path, source } => write!(out, "cannot read {}: {source}", path.display()),
            Self::Write { path, source } => write!(out, "cannot write {}: {source}", path.display()),
            Self::Contract(text) => write!(out, "the contract cannot be served: {text}"),
            Self::Listen(source) => write!(out, "cannot listen: {source}"),
            Self::Store(text) => write!(out, "the store fails: {text}"),
            Self::Unknown(text) => out.write_str(text),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Read { source, .. } | Self::Write { source, .. } | Self::Listen(source) => Some(source),
            Self::Contract(_) | Self::Store(_) | Self::Unknown(_) => None,
        }
    }
}
