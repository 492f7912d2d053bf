//! Intents: the record of an action before it is sent, with all that sending the same bytes again requires. Its target, headers
//! and body must never print.

use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;

use crate::arrived::{Echo, Promise};
use crate::refusal::JournalError;
use crate::scheme::Security;
use crate::signing::{self, Seal};
use crate::transport::{self, Place};

/// Time by which the lease of a call exceeds its deadline.
const SLACK: Duration = Duration::from_secs(5);

/// Returns the duration of the lease of a call with this deadline.
pub(crate) fn lease(deadline: Duration) -> Duration {
    deadline.saturating_add(SLACK)
}

/// An action to be sent, with all that sending the same bytes again requires.
#[derive(Clone)]
pub struct Intent {
    /// The idempotency key.
    pub key: String,
    /// `operationId`; empty for a raw call.
    pub operation: String,
    /// Identity and server of the sender.
    pub sender: Sender,
    /// The seal that signs its row.
    pub seal: Seal,
    /// HTTP method.
    pub method: String,
    /// Path template of the operation.
    pub template: String,
    /// Scheme and authority of the server.
    pub origin: String,
    /// Request target as sent, without credentials in its query.
    pub target: String,
    /// Headers of the request, without those of each attempt, those of the client, and credentials.
    pub headers: Vec<(String, String)>,
    /// Required security schemes; `None` if all credentials of the client are sent.
    pub security: Option<Security>,
    /// The body.
    pub body: Vec<Piece>,
    /// SHA-256 over method, target, content type and the body's digest.
    pub sha256: [u8; 32],
    /// Path arguments, by name.
    pub arguments: Vec<(String, String)>,
    /// Values that the answer repeats.
    pub echoes: Vec<Echo>,
    /// The subject, which may be acted on only once: a digest of the operation and of the values that the contract names;
    /// `None` if the contract names none.
    pub subject: Option<String>,
    /// The answers of success that the contract describes.
    pub promise: Promise,
    /// The approval in the body, as JSON text.
    pub evidence: Option<Bytes>,
    /// Later operations on the created resource that take the same approval.
    pub later: Vec<String>,
    /// The target of a call without effect that finds the action, without the prefix of the base URL.
    pub find: Option<String>,
    /// The present instant in seconds since 1970, by the server's clock as far as it is known.
    pub at: i64,
    /// Offset that was added to the local clock, in seconds; `None` if no answer had confirmed it.
    pub offset: Option<i64>,
    /// Duration of the lease: the call ends within it.
    pub lease: Duration,
    /// Time for which the server remembers a key.
    pub retention: Option<Duration>,
    /// Time for which a signature is valid, before and after its instant; `None` if signatures carry no instant.
    pub freshness: Option<Duration>,
}

/// Identity under which actions are sent, and their server.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Sender {
    /// The client id, if the client has one.
    pub client_id: Option<String>,
    /// The base URL.
    pub base_url: String,
}

/// A piece of a body.
#[derive(Clone)]
pub enum Piece {
    /// Bytes, stored in the journal.
    Bytes(Bytes),
    /// A file of the caller.
    File {
        /// Path of the file.
        path: PathBuf,
        /// Length in bytes.
        length: u64,
        /// SHA-256 of the content.
        sha256: [u8; 32],
    },
    /// The content of an upload without a file of the caller: stored in a file beside the journal, or not at all.
    Upload {
        /// The bytes.
        content: Content,
        /// Length in bytes.
        length: u64,
        /// SHA-256 of the bytes.
        sha256: [u8; 32],
    },
    /// The content of an upload that was not stored.
    Gone {
        /// Length in bytes.
        length: u64,
        /// SHA-256 of the bytes.
        sha256: [u8; 32],
    },
}

impl Piece {
    /// Converts a piece of a request.
    pub(crate) fn of(piece: &transport::Piece) -> Self {
        match piece {
            transport::Piece::Bytes(bytes) => Self::Bytes(bytes.clone()),
            transport::Piece::Upload(bytes) => Self::Upload {
                length: bytes.len() as u64,
                sha256: signing::sha256(bytes),
                content: Content(piece.clone()),
            },
            transport::Piece::File { place, length, sha256 } => match place {
                Place::Path(path) => Self::File {
                    path: path.clone(),
                    length: *length,
                    sha256: *sha256,
                },
                Place::Spool(_) => Self::Upload {
                    length: *length,
                    sha256: *sha256,
                    content: Content(piece.clone()),
                },
            },
        }
    }

    /// Converts to the piece of a request, or returns the error of content that was not stored.
    pub(crate) fn into_sent(self) -> Result<transport::Piece, JournalError> {
        match self {
            Self::Bytes(bytes) => Ok(transport::Piece::Bytes(bytes)),
            Self::Upload { content, .. } => Ok(content.0),
            Self::File { path, length, sha256 } => Ok(transport::Piece::File {
                place: Place::Path(path),
                length,
                sha256,
            }),
            Self::Gone { .. } => Err(JournalError::new(
                "the content of an upload was not stored: make the same call with the same key",
            )),
        }
    }
}

/// The content of an upload, which can be read more than once.
#[derive(Clone)]
pub struct Content(transport::Piece);

impl Content {
    /// Creates content of bytes in memory.
    pub fn from_bytes(bytes: impl Into<Bytes>) -> Self {
        Self(transport::Piece::Upload(bytes.into()))
    }

    /// Opens the content at its start, for reading block by block.
    pub async fn open(&self) -> std::io::Result<transport::Body> {
        transport::Source::new(vec![self.0.clone()]).open().await
    }

    /// Writes the content into a file. Blocks this thread: see [`offload`](super::offload).
    pub fn write(&self, into: &mut impl std::io::Write) -> std::io::Result<()> {
        let mut body = crate::offload::block_on(self.open())?;
        while let Some(block) = body.next_block() {
            into.write_all(&block?)?;
        }
        Ok(())
    }
}

/// The bytes never print.
impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Content")
    }
}

/// Target, headers and body never print.
impl std::fmt::Debug for Intent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Intent")
            .field("key", &self.key)
            .field("operation", &self.operation)
            .field("sender", &self.sender)
            .finish_non_exhaustive()
    }
}

/// The bytes never print.
impl std::fmt::Debug for Piece {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "Bytes({})", bytes.len()),
            Self::File { length, .. } => write!(f, "File({length})"),
            Self::Upload { length, .. } => write!(f, "Upload({length})"),
            Self::Gone { length, .. } => write!(f, "Gone({length})"),
        }
    }
}
