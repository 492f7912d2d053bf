//! Why a call is refused before anything leaves. Every text says what to change.

mod journal;

pub use journal::{JournalError, Refused};

use crate::idempotency::KeyError;
use crate::json::EncodeError;
use crate::rules::Violations;

/// Why a call was refused before anything left.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[allow(missing_docs)] // the texts are the documentation of the members
pub enum Refusal {
    /// A path parameter cannot be sent.
    #[error("path parameter `{name}`: {why}")]
    Path { name: String, why: &'static str },
    /// The target could be read as another one.
    #[error("the request target is refused: {0}")]
    Target(&'static str),
    /// The method is signed in capitals, and is not written so: it would be signed as another one.
    #[error("the method `{0}` is signed in capitals: methods are told apart by case (RFC 9110, section 9.1)")]
    Method(String),
    /// A header cannot be sent.
    #[error("header `{name}`: {why}")]
    Header { name: String, why: &'static str },
    /// A value cannot be written as JSON.
    #[error("the request cannot be written: {0}")]
    Encode(EncodeError),
    /// The request is not what the contract asks for. Send it all the same with `unchecked`.
    #[error("the request is not what the contract asks for: {0}")]
    Invalid(Violations),
    /// A key is not one.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A key is too short or too long for this API.
    #[error("an idempotency key of {length} characters: this API takes {least} to {most}")]
    KeyLength { length: usize, least: u32, most: u32 },
    /// The path of the operation begins with what the base URL ends with: it would stand there twice.
    #[error("the base URL repeats what the paths of the contract begin with: write `{write}`")]
    Repeated {
        /// The base URL to write.
        write: String,
    },
    /// A mutation that needs a key has none, or the API knows no keys.
    #[error("idempotency key: {0}")]
    KeyUse(&'static str),
    /// A member must equal a value of the client, and does not.
    #[error("`{pointer}` must be {value} of this client: leave it out, and it is filled in")]
    Bound { pointer: String, value: &'static str },
    /// The body has no place for a member that must be filled in.
    #[error("`{pointer}` cannot be filled in: {why}")]
    BoundPlace { pointer: String, why: &'static str },
    /// A form is neither an object nor null.
    #[error("a form consists of named fields: give it an object")]
    Form,
    /// A file cannot be read.
    #[error("the file {path} cannot be read: {why}")]
    File { path: String, why: String },
    /// A file changed between hashing and sending.
    #[error("the file {path} changed after it was hashed: this attempt was not completed")]
    Changed { path: String },
    /// The timeout or the deadline of a call was over before anything was sent.
    #[error("no time is left to send it: its timeout or its deadline is over")]
    Time,
    /// A member of the body is a value that the client does not have.
    #[error("this call needs a value of the client: give it {0}")]
    Credentials(&'static str),
    /// A call needs credentials that the client does not have.
    #[error("the client lacks the credentials of this call: {wanted}")]
    Unauthorized { wanted: String },
    /// The server of an operation cannot be called.
    #[error("the server `{url}` of this operation: {why}; name another place for it with `.server(..)`")]
    Server { url: &'static str, why: &'static str },
    /// A credential of this call is none for this API.
    #[error("the credential of `{scheme}`: {why}")]
    Credential { scheme: String, why: String },
    /// A token provider gave no token.
    #[error("no token for `{scheme}`: {why}")]
    Token { scheme: &'static str, why: String },
    /// No random bytes.
    #[error("{0}")]
    Nonce(String),
    /// The draft is another one's.
    #[error("{0}")]
    Draft(String),
    /// `resend` of something that cannot be sent again.
    #[error("not sent again: {0}")]
    Resend(&'static str),
    /// A call that blocks has nothing to wait with.
    #[error("no thread for calls that block: {0}")]
    Blocking(String),
    /// The journal does not let it be sent.
    #[error("not sent: {0}")]
    Journal(#[from] Refused),
    /// Paging does not end.
    #[error("paging does not go on: {0}")]
    Paging(&'static str),
}
