//! What is written down about an action before it is sent.

use std::borrow::Cow;
use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;

use super::Seal;
use super::Success;
use crate::security::Security;
use crate::transport;

/// An action about to be sent, with everything that is needed to send the same bytes again.
#[derive(Clone)]
pub struct Intent {
    /// The idempotency key.
    pub key: String,
    /// `operationId`; empty for a raw call.
    pub operation: String,
    /// Whose it is.
    pub sender: Sender,
    /// What its row is signed with.
    pub seal: Seal,
    /// HTTP method.
    pub method: String,
    /// Path template of the operation.
    pub template: String,
    /// Scheme and authority that it is sent to.
    pub origin: String,
    /// Request target as on the wire, before any credentials in its query.
    pub target: String,
    /// Headers of the request, but those that are new in each attempt, those of the client and credentials.
    pub headers: Vec<(String, String)>,
    /// What has to be shown with it; nothing where that is all that the client has.
    pub security: Option<Security>,
    /// The body.
    pub body: Vec<Piece>,
    /// SHA-256 over method, target, content type and the body's digest.
    pub sha256: [u8; 32],
    /// Arguments of the path, by name.
    pub arguments: Vec<(String, String)>,
    /// What the answer repeats: the JSON Pointer of the member, and the value. Another value is another call's answer.
    pub echoes: Vec<(Cow<'static, str>, String)>,
    /// What may be acted on once only: a digest of the operation and the values that the contract names; nothing where the
    /// contract says none.
    pub subject: Option<String>,
    /// Where ids stand in the answer: name and JSON Pointer.
    pub ids: Vec<(String, String)>,
    /// The answers of success that the contract describes.
    pub successes: Vec<Success>,
    /// The approval in the body, as JSON text.
    pub evidence: Option<Bytes>,
    /// Later operations on what is created that need the same approval.
    pub later: Vec<String>,
    /// The target of a call without effect that finds the action, without the prefix of the base URL.
    pub find: Option<String>,
    /// Now, in seconds since 1970, by the server's clock as far as it is known.
    pub at: i64,
    /// What was added to the local clock, in seconds; nothing where no answer had confirmed it.
    pub offset: Option<i64>,
    /// The call ends within this time.
    pub lease: Duration,
    /// How long the server remembers a key.
    pub retention: Option<Duration>,
    /// For how long a signature is good, before and after its instant; nothing where none says when it was made.
    pub freshness: Option<Duration>,
}

/// Whose actions they are, and where they go.
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
    /// Bytes to be kept.
    Bytes(Bytes),
    /// A file of the caller.
    File {
        /// Where it is.
        path: PathBuf,
        /// Its length.
        length: u64,
        /// Its digest.
        sha256: [u8; 32],
    },
    /// The content of an upload that has no file of the caller's: kept in a file beside the journal, or not at all, never in it.
    Upload {
        /// Its bytes.
        content: Content,
        /// Its length.
        length: u64,
        /// Its digest.
        sha256: [u8; 32],
    },
    /// The content of an upload that was not kept.
    Gone {
        /// Its length.
        length: u64,
        /// Its digest.
        sha256: [u8; 32],
    },
}

/// The content of an upload, which can be read more than once.
#[derive(Clone)]
pub struct Content(transport::Piece);

impl Content {
    pub(crate) fn of(piece: transport::Piece) -> Self {
        Self(piece)
    }

    /// Bytes in memory.
    pub fn from_bytes(bytes: impl Into<Bytes>) -> Self {
        Self(transport::Piece::Upload(bytes.into()))
    }

    pub(crate) fn into_piece(self) -> transport::Piece {
        self.0
    }

    /// Its bytes from the beginning, a block at a time.
    pub async fn open(&self) -> std::io::Result<transport::Body> {
        transport::Source::new(vec![self.0.clone()]).open().await
    }

    /// Its bytes from the beginning, written into a file. This thread waits for both: see [`aside`](super::aside).
    pub fn write(&self, into: &mut impl std::io::Write) -> std::io::Result<()> {
        let mut body = crate::aside::block_on(self.open())?;
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
