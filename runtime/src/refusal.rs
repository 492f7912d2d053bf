//! Refusals: the reasons why a call is not sent. Every text says what to change; no text shows an argument or a secret.

mod journal;

pub use journal::{JournalError, JournalRefusal};

use crate::idempotency::KeyError;
use crate::json::EncodeError;
use crate::rules::Violations;

/// The reason why a call was refused before a byte was sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[allow(missing_docs)] // the texts are the documentation of the members
pub enum Refusal {
    /// A path argument cannot be sent.
    #[error("path parameter `{name}`: {why}")]
    Path { name: String, why: &'static str },
    /// A value contains the delimiter of its style, which has no escape: the server would read other values.
    #[error(
        "parameter `{name}`: a value contains `{delimiter}`, which separates values here and cannot be escaped; remove it"
    )]
    Delimiter { name: String, delimiter: &'static str },
    /// The target is ambiguous, or could be read as another one.
    #[error("the request target is refused: {0}")]
    Target(&'static str),
    /// The method is not in upper case, but would be signed as such: methods are case-sensitive.
    #[error("the method `{0}` must be in capitals: methods are case-sensitive (RFC 9110, section 9.1)")]
    Method(String),
    /// A header cannot be sent.
    #[error("header `{name}`: {why}")]
    Header { name: String, why: &'static str },
    /// A value cannot be written as JSON.
    #[error("the request cannot be written: {0}")]
    Encode(EncodeError),
    /// The request violates the contract's constraints. `unchecked` sends it all the same.
    #[error("the request violates the contract: {0}")]
    Invalid(Violations),
    /// The text is not an idempotency key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The key is too short or too long for this API.
    #[error("the idempotency key has {length} characters, but this API allows {least} to {most}")]
    KeyLength { length: usize, least: u32, most: u32 },
    /// The path of the operation starts with the end of the base URL, which would occur twice.
    #[error("the base URL repeats the beginning of the contract's paths: write `{write}`")]
    Repeated {
        /// The base URL to use.
        write: String,
    },
    /// A mutation lacks its key, or the API takes no keys.
    #[error("idempotency key: {0}")]
    KeyUse(&'static str),
    /// A member differs from the value of the client that it must equal.
    #[error("`{pointer}` must be {value} of this client: remove it, and the client fills it in")]
    Bound { pointer: String, value: &'static str },
    /// The body has no place for a member that must be filled in.
    #[error("`{pointer}` cannot be filled in: {why}")]
    BoundPlace { pointer: String, why: &'static str },
    /// An additional part has the name of a part that the contract declares.
    #[error("part `{name}`: the contract declares this part; set it with its method")]
    Part { name: String },
    /// A form is neither an object nor null.
    #[error("a form consists of named fields: pass an object")]
    Form,
    /// A file cannot be read.
    #[error("the file {path} cannot be read: {why}")]
    File { path: String, why: String },
    /// A file changed between hashing and sending.
    #[error(
        "the file {path} changed after it was hashed, so this attempt was not completed; send the file again when it no longer changes"
    )]
    Changed { path: String },
    /// The timeout or the deadline of a call passed before anything was sent.
    #[error("its timeout or deadline passed before it could be sent")]
    Time,
    /// The client lacks a value for a member of the body.
    #[error("this call needs a setting of the client: set {0}")]
    Credentials(&'static str),
    /// The client lacks the credentials for a call.
    #[error("the credentials of this call are missing: {wanted}")]
    Unauthorized { wanted: String },
    /// The server of an operation cannot be called.
    #[error("the server `{url}` of this operation: {why}; set another URL with `.server(..)`")]
    Server { url: &'static str, why: &'static str },
    /// A credential of this call does not fit its security scheme.
    #[error("the credential of `{scheme}`: {why}")]
    Credential { scheme: String, why: String },
    /// A token provider failed.
    #[error("no token for `{scheme}`: {why}")]
    Token { scheme: &'static str, why: String },
    /// The system gave no random bytes.
    #[error("{0}")]
    Nonce(String),
    /// The draft belongs to another client.
    #[error("{0}")]
    Draft(String),
    /// The call cannot be resumed.
    #[error("not retried: {0}")]
    Resend(&'static str),
    /// The system gave no thread for a blocking call.
    #[error("no thread could be started for blocking calls: {0}")]
    Blocking(String),
    /// The journal refuses to let it be sent.
    #[error("not sent: {0}")]
    Journal(#[from] JournalRefusal),
    /// The server's paging does not end.
    #[error("paging cannot continue: {0}")]
    Paging(&'static str),
}
