//! The interface of a journal: the intent of an action comes in before its first attempt, and its settlement in the end.
//!
//! The client's settings take a [`Journal`]. It decides whether an intent may be sent, so that one action has at most one
//! effect across crashes, restarts and machines. This module stores nothing: a journal with a database is a crate of its own.
//!
//! Target, headers, body and values of an [`Intent`] must never print, and no credential is recorded.

mod portable;

use crate::arrived::digest;
use crate::clock::Moment;
use crate::description::{Api, Subject};
use crate::json::JsonValue;
use crate::offload::FilePlace;
use crate::parameter::encode;
use crate::scheme::{SchemeKind, Security};
use crate::server::fill_target;
use crate::{signing, transport};
use bytes::Bytes;
use http::header::{COOKIE, HeaderMap, USER_AGENT};
use std::any::Any;
use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

pub use crate::arrived::{Echo, Promise, Resource, Seen, SentMember, StateRule, Success};
pub use crate::idempotency::joined_key;
pub use crate::offload::{Offload, offload};
pub use crate::refusal::{JournalError, JournalRefusal};
pub use portable::IntentError;
pub use sdkwright_signing::Seal;

/// The future of a journal's operation.
pub type JournalFuture<'j, T> = Pin<Box<dyn Future<Output = Result<T, JournalError>> + Send + 'j>>;

/// Stores the intents of a client durably.
pub trait Journal: Send + Sync + 'static {
    /// Records an intent, or returns why it must not be sent. Once this resolves, the intent is durable.
    fn begin(&self, intent: Intent) -> JournalFuture<'_, Verdict>;

    /// Records the first sending by a corrected clock ([`Claim::sent`]). Nothing is sent again before this resolves.
    fn follow(&self, claim: Claim) -> JournalFuture<'_, ()>;

    /// Records the settlement, with the instants of sending ([`Claim::sent`]), or returns why it proves nothing.
    fn settle(&self, claim: Claim, settlement: Settlement) -> JournalFuture<'_, Booked>;
}

/// The settlement of an intent: the result that the journal records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settlement {
    /// The action happened.
    Executed {
        /// Status of the response.
        status: u16,
        /// Ids in the response, by their names in the contract; empty if the response could not be read.
        ids: Vec<(String, String)>,
    },
    /// The action happened, but its response does not match the contract: it was cut off, cannot be read, or comes from an
    /// intermediary. The same request under the same key gets the response once more.
    CutOff {
        /// Status of the response.
        status: u16,
    },
    /// The action did not happen and will not.
    NotExecuted {
        /// The problem code, or the status of a response without one; `None` if nothing was sent.
        code: Option<String>,
        /// The server stores this response under the key: another request needs another key.
        spent: bool,
    },
    /// The action did not happen, and the server did not examine the request: nothing left the client, or the server rejected the
    /// credentials, which may not be those that signed the row. The journal removes the row, because it would protect nothing.
    NotExamined,
    /// The outcome is unknown.
    Unknown {
        /// Problem code or status of a server that refuses the request now and would refuse it again. The outcome can only be
        /// read from the server.
        refused: Option<String>,
    },
    /// The outcome is unknown, and the server may have forgotten the key by the corrected clock, or refuses it: nothing more was sent.
    Forgotten,
}

/// The result of a settlement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Booked {
    /// It is recorded.
    Written,
    /// The response names a resource that another key created: it is that of another call, and the intent stays open.
    OfAnotherKey,
}

/// The decision of a journal on an intent.
#[derive(Debug)]
pub enum Verdict {
    /// Never sent: send it.
    Send(Claim),
    /// The same request was sent under this key before. Send it again: the server still knows the key, and repeats its
    /// response.
    Again {
        /// The claim for `settle`.
        claim: Claim,
        /// Instant of the first sending.
        first_sent: Moment,
    },
    /// A refusal: the intent must not be sent.
    Refused(JournalRefusal),
}

/// The claim on an intent, until it is settled or dropped.
#[derive(Clone)]
pub struct Claim {
    key: String,
    lease: Arc<dyn Any + Send + Sync>,
    sent: SendTimes,
    refused: Option<String>,
    seen: Seen,
}

/// The instants at which an intent was sent, as far as the sending call knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SendTimes {
    /// Instant of the first sending, if better known than before.
    pub first: Option<Moment>,
    /// Instant of the last stamp; `None` if this call sent nothing.
    pub last: Option<Moment>,
}

impl Claim {
    /// Creates a claim for a key. The journal identifies it by its lease, which is dropped with the last clone.
    pub fn new(key: impl Into<String>, lease: impl Any + Send + Sync) -> Self {
        Self {
            key: key.into(),
            lease: Arc::new(lease),
            sent: SendTimes::default(),
            refused: None,
            seen: Seen::default(),
        }
    }

    /// Sets the knowledge about responses.
    #[must_use]
    pub fn with_seen(self, seen: Seen) -> Self {
        Self { seen, ..self }
    }

    /// Returns the knowledge about responses.
    pub fn seen(&self) -> &Seen {
        &self.seen
    }

    /// Returns the claim on an intent that the server refused earlier under the same key, with this code, so that nothing
    /// happened. If the server repeats its response, still nothing has happened.
    #[must_use]
    pub fn after_refusal(self, code: Option<String>) -> Self {
        Self { refused: code, ..self }
    }

    /// Returns the code of the earlier refusal.
    pub(crate) fn refused(&self) -> Option<&str> {
        self.refused.as_deref()
    }

    /// Returns the instants of sending.
    pub fn sent(&self) -> SendTimes {
        self.sent
    }

    /// Returns the claim with these instants of sending.
    #[must_use]
    pub fn with(self, sent: SendTimes) -> Self {
        Self { sent, ..self }
    }

    /// Returns the idempotency key.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Returns the lease that the journal put into the claim.
    pub fn lease<T: Any>(&self) -> Option<&T> {
        self.lease.downcast_ref()
    }
}

impl std::fmt::Debug for Claim {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Claim").field("key", &self.key).finish_non_exhaustive()
    }
}

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
    /// The request id of its first attempt, if the caller gave one. Only a journal knows it in other processes.
    pub request_id: Option<String>,
    /// The resource that it is about, if another action created it.
    pub resource: Option<Resource>,
    /// Members that the creation of that resource sent, as far as the journal knows.
    pub members: Vec<SentMember>,
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
    /// The instant since which another process may have sent it, if that is earlier.
    pub first: Option<Moment>,
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
    pub(crate) fn from_body(piece: &transport::BodyPiece) -> Self {
        match piece {
            transport::BodyPiece::Bytes(bytes) => Self::Bytes(bytes.clone()),
            transport::BodyPiece::Upload(bytes) => Self::Upload {
                length: bytes.len() as u64,
                sha256: signing::sha256(bytes),
                content: Content(piece.clone()),
            },
            transport::BodyPiece::File { place, length, sha256 } => match place {
                FilePlace::Path(path) => Self::File {
                    path: path.clone(),
                    length: *length,
                    sha256: *sha256,
                },
                FilePlace::Spool(_) => Self::Upload {
                    length: *length,
                    sha256: *sha256,
                    content: Content(piece.clone()),
                },
            },
        }
    }

    /// Converts to the piece of a request, or returns the error of content that was not stored.
    pub(crate) fn into_sent(self) -> Result<transport::BodyPiece, JournalError> {
        match self {
            Self::Bytes(bytes) => Ok(transport::BodyPiece::Bytes(bytes)),
            Self::Upload { content, .. } => Ok(content.0),
            Self::File { path, length, sha256 } => Ok(transport::BodyPiece::File {
                place: FilePlace::Path(path),
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
pub struct Content(transport::BodyPiece);

impl Content {
    /// Creates content of bytes in memory.
    pub fn from_bytes(bytes: impl Into<Bytes>) -> Self {
        Self(transport::BodyPiece::Upload(bytes.into()))
    }

    /// Opens the content at its start, for reading block by block.
    pub async fn open(&self) -> std::io::Result<transport::Body> {
        transport::BodySource::new(vec![self.0.clone()]).open().await
    }

    /// Writes the content into a file. Blocks this thread: see [`offload`].
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

/// The values of one call that the contract may name.
pub(crate) struct CallValues<'v> {
    /// Path arguments, by name.
    pub(crate) arguments: &'v [(String, String)],
    /// The JSON body.
    pub(crate) document: Option<&'v JsonValue>,
}

impl CallValues<'_> {
    fn argument(&self, name: &str) -> Option<&str> {
        let found = self.arguments.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    fn member(&self, pointer: &str) -> Option<&str> {
        self.document?.pointer(pointer)?.as_str()
    }

    /// Computes the subject of an action: a digest of sender, operation, the values that the contract names, and those that the
    /// caller of a raw call named. A subject that lacks a value is no subject.
    pub(crate) fn subject(
        &self,
        sender: &Sender,
        operation: &str,
        parts: &[Subject],
        named: &[String],
    ) -> Option<String> {
        if parts.is_empty() && named.is_empty() {
            return None;
        }
        let client_id = sender.client_id.as_deref().unwrap_or_default();
        let mut values = vec![sender.base_url.as_bytes(), client_id.as_bytes(), operation.as_bytes()];
        for part in parts {
            values.push(match part {
                Subject::Path(name) => self.argument(name)?.as_bytes(),
                Subject::Body(pointer) => self.member(pointer)?.as_bytes(),
            });
        }
        values.extend(named.iter().map(String::as_bytes));
        Some(crate::signing::hex(&digest(values.into_iter())))
    }

    /// Returns the target of the call that finds the action, with the values that the contract names.
    pub(crate) fn find(&self, find: Option<(&str, &[(&str, &str)])>) -> Option<String> {
        let (template, query) = find?;
        let arguments: Vec<(String, String)> = self
            .arguments
            .iter()
            .map(|(name, value)| (name.clone(), encode(value)))
            .collect();
        let mut text = fill_target("", template, &arguments).ok()?;
        for (name, pointer) in query {
            text.push(if text.contains('?') { '&' } else { '?' });
            text.push_str(&encode(name));
            text.push('=');
            text.push_str(&encode(self.member(pointer)?));
        }
        Some(text)
    }
}

/// Computes the digest that distinguishes requests: over method, target, content type, and the SHA-256 of the body.
pub(crate) fn digest_of_request(method: &str, target: &str, content_type: &[u8], body_sha256: &[u8; 32]) -> [u8; 32] {
    let parts: [&[u8]; 4] = [method.as_bytes(), target.as_bytes(), content_type, body_sha256];
    digest(parts.into_iter())
}

/// Returns the headers of the call itself: `all` without `defaults`, and the pairs of its cookie that are arguments. Those of the client are added again when it is sent, and credentials are never
/// stored.
pub(crate) fn own_headers(
    api: &Api,
    defaults: &HeaderMap,
    all: &HeaderMap,
    cookies: &[String],
) -> Vec<(String, String)> {
    let own = all.iter().filter(|(name, value)| {
        **name != USER_AGENT
            && defaults.get(*name) != Some(*value)
            && !value.is_sensitive()
            && !api.is_secret_header(name)
    });
    let mut kept: Vec<(String, String)> = own
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
        .collect();
    let is_key = |pair: &&String| {
        let name = pair.split('=').next();
        let of_scheme = |kind: &SchemeKind| matches!(kind, SchemeKind::CookieKey(key) if name == Some(key));
        api.schemes.iter().any(|scheme| of_scheme(&scheme.kind))
    };
    let arguments: Vec<&str> = cookies
        .iter()
        .filter(|pair| !is_key(pair))
        .map(String::as_str)
        .collect();
    if !arguments.is_empty() {
        kept.push((COOKIE.as_str().to_owned(), arguments.join("; ")));
    }
    kept
}
