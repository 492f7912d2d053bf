//! Refusals: the reasons why a call is not sent, those of a journal included. Every text says what to change; no text
//! shows an argument, a body or a secret.

use crate::idempotency::KeyError;
use crate::json::EncodeError;
use crate::problem::OneLine;
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
    /// A cookie is sent as it is, and has a character that cookies cannot have.
    #[error(
        "cookie `{name}`: a value contains a character that a cookie cannot have (RFC 6265, section 4.1.1), such as a space or `;`; escape it as the API requires"
    )]
    Cookie { name: String },
    /// A value cannot be written as JSON.
    #[error("the request cannot be written: {0}")]
    Encode(EncodeError),
    /// The request violates the contract's constraints, and the client validates its requests.
    #[error("the request violates the contract: {0}")]
    Invalid(Violations),
    /// The text is not an idempotency key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The key is too short or too long for this API.
    #[error("the idempotency key has {length} characters, but this API allows {least} to {most}")]
    KeyLength { length: usize, least: u32, most: u32 },
    /// The path of the operation starts with the end of the base URL, which would occur twice.
    #[error(
        "the base URL repeats the beginning of the contract's paths: write `{write}`, or call `.allow_repeated_path()` if a gateway removes it"
    )]
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
    /// A part is sent without the parts that come before it.
    #[error("part `{name}`: a part before it is missing, and parts are read by their position; set the part before it")]
    Position { name: String },
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
    /// Signing the request failed.
    #[error("the request cannot be signed: {0}")]
    Signature(String),
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

/// The reason why a journal refuses to send an intent. The call sent nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JournalRefusal {
    /// Another request is recorded under the key.
    #[error("the key belongs to another request of `{operation}`")]
    AnotherRequest {
        /// Operation of the recorded request.
        operation: String,
    },
    /// A client with another base URL or client id recorded it.
    #[error("it belongs to another base URL or client id")]
    AnotherSender,
    /// The recorded row cannot be trusted: it cannot be read, or was not signed by a client with this secret.
    #[error("the journal row of `{key}` is for this action, but it cannot be trusted")]
    Broken {
        /// The key of that row.
        key: String,
    },
    /// Another key already acts on the same subject.
    #[error("the key `{key}` is already used for this action")]
    AnotherKey {
        /// The other key.
        key: String,
    },
    /// Another call, here or on another machine, may be sending it now.
    #[error("it is being sent by another call until {until} (seconds since 1970)")]
    Leased {
        /// End of its lease, in seconds since 1970.
        until: i64,
    },
    /// The outcome is unknown, and the server may have forgotten the key.
    #[error("its outcome is unknown or it was never sent, and it is too old to be sent now")]
    Retention,
    /// The server refused the action after an attempt with an unknown outcome.
    #[error("its outcome must be looked up on the server: {}", OneLine(.code))]
    Reconcile {
        /// The problem code, or the status.
        code: String,
    },
    /// The action was executed, and is not sent again only to read its answer: its ids are known, or the server has forgotten
    /// the key since, or the action was found by another way than its key.
    #[error("it happened already, and is not retried to read its response")]
    Executed {
        /// Ids in the answer.
        ids: Vec<(String, String)>,
    },
    /// The journal cannot be read or written.
    #[error("{0}")]
    Failed(JournalError),
}

impl JournalRefusal {
    /// Returns the recommended next step.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::AnotherRequest { .. } => {
                "Make the request that was recorded first, or use another key if this is another action."
            }
            Self::AnotherSender => "Use the client that recorded it.",
            Self::Broken { .. } => {
                "The row was changed, or signed with another secret: `sdkwright-journal show` names the cause and the next step. Use no other key before you looked the action up by your reference."
            }
            Self::AnotherKey { .. } => "Use the other key: a second key would execute the action again.",
            Self::Leased { .. } => "Wait for the other call, or make the call again when its lease has ended.",
            Self::Retention | Self::Reconcile { .. } => {
                "Look the action up by your reference, and record the result in the journal."
            }
            Self::Executed { .. } => "Read the created resource by its ids; do not retry.",
            Self::Failed(_) => "Nothing was sent. Repair the journal, then make the same call with the same key.",
        }
    }
}

/// A failure to read or write a journal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the journal failed: {why}")]
pub struct JournalError {
    /// The error of the store. Never contains a body.
    pub why: String,
    /// The journal was read and did not contain the key, so nothing was ever sent.
    pub is_unsent: bool,
}

impl JournalError {
    /// Creates a failure after which the content of the journal is unknown.
    pub fn new(why: impl Into<String>) -> Self {
        Self {
            why: why.into(),
            is_unsent: false,
        }
    }
}
