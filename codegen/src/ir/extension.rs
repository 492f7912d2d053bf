//! What the contract says in the words of `docs/extensions.md`.

use super::node::{Text, TypeId};
use crate::source::Origin;

/// JSON Pointer (RFC 6901) into an answer, as its member names.
pub type Pointer = Vec<String>;

/// Root `x-sdk`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Settings {
    /// Who owns the API.
    pub owner: Option<Owner>,
    /// Environment variables.
    pub environment: Environment,
    /// Request-id header.
    pub request_id_header: Option<String>,
    /// Answers that have it repeat the id of their request.
    pub request_id_echoed: bool,
    /// Where a problem document keeps things.
    pub problem: Option<ProblemPlaces>,
    /// Members and parameters a support report repeats.
    pub support: Vec<String>,
    /// Names of members that the owner forbids to send.
    pub never_sent: Vec<String>,
}

/// Who owns the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// In prose.
    pub name: String,
    /// In lifecycles and registries.
    pub party: String,
}

/// Names of environment variables.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[allow(missing_docs)]
pub struct Environment {
    pub base_url: Option<String>,
    pub client_id: Option<String>,
    pub client_secret: Option<String>,
    pub webhook_secret: Option<String>,
}

/// `x-sdk.problem`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[allow(missing_docs)]
pub struct ProblemPlaces {
    pub schema: Option<TypeId>,
    pub code: Pointer,
    pub title: Option<Pointer>,
    pub detail: Option<Pointer>,
    pub request_id: Option<Pointer>,
    pub errors: Option<Pointer>,
}

/// One component of a base string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Component {
    Method,
    Target,
    Body(BodyEncoding),
    Timestamp,
    Nonce,
    IdempotencyKey,
    ClientId,
}

/// How a SHA-256 is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum BodyEncoding {
    Hex,
    Base64,
}

/// How a MAC is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum MacEncoding {
    Hex,
    Base64,
}

/// How the text of a secret becomes key bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum SecretEncoding {
    Utf8,
    Hex,
    Base64,
}

/// How an instant is written in a signed header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum TimestampFormat {
    Rfc3339,
    UnixSeconds,
}

/// `x-signing`.
#[derive(Debug, Clone, PartialEq)]
pub struct Signing {
    /// Header of the signature: the scheme's `name`.
    pub signature_header: String,
    /// How the MAC is written.
    pub encoding: MacEncoding,
    /// How the secret becomes bytes.
    pub secret: SecretEncoding,
    /// Between components.
    pub separator: String,
    /// In order.
    pub components: Vec<Component>,
    /// Header of the client id, if there is one.
    pub client_id_header: Option<String>,
    /// Header of the instant.
    pub timestamp_header: Option<String>,
    /// Header of the nonce.
    pub nonce_header: Option<String>,
    /// How the instant is written.
    pub timestamp: TimestampFormat,
    /// Nonce length, least and most.
    pub nonce_length: (u32, u32),
    /// Seconds, each way.
    pub freshness: u32,
    /// Code of a client that is not known or may not call.
    pub client_problem: Option<String>,
    /// Code of a signature that is none of the client's.
    pub signature_problem: Option<String>,
    /// Code of an expired timestamp.
    pub expired_problem: Option<String>,
    /// Code of a replayed nonce.
    pub replayed_problem: Option<String>,
}

/// Root `x-idempotency`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idempotency {
    /// Header of the key.
    pub header: String,
    /// Length of a key, least and most; visible ASCII.
    pub key_length: (u32, u32),
    /// Seconds the server remembers a key.
    pub retention: u32,
    /// Header and value that mark a replayed answer.
    pub replayed: Option<(String, String)>,
    /// Code of "another request under this key".
    pub conflict: Option<String>,
    /// Code of "still running".
    pub in_progress: Option<String>,
}

/// What an operation wants from its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Intent {
    /// One key per business action, for ever.
    Effect,
    /// A new key each time a new answer is wanted.
    Refresh,
}

/// `x-effect`: what an operation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Effect {
    /// Nothing is changed.
    None,
    /// Something is recorded; no money moves by it.
    Records,
    /// Money may move by it.
    CanMoveMoney,
    /// Money moves by it.
    MovesMoney,
}

impl Effect {
    /// All of them, from the least to the most.
    pub const ALL: [Self; 4] = [Self::None, Self::Records, Self::CanMoveMoney, Self::MovesMoney];
}

/// A value of a request that says what an operation with an effect acts on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A path parameter.
    Path(String),
    /// A text in the JSON body.
    Body(Pointer),
}

/// `x-problem-registry`, by row in enum order.
#[derive(Debug, Clone, PartialEq)]
pub struct ProblemModel {
    /// One row per code.
    pub rows: Vec<ProblemRow>,
}

/// What an answer with a code says about the action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Outcome {
    NotExecuted,
    Unknown,
}

/// When a request may be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Retry {
    Again,
    ResignOnce,
    AfterChange,
    Never,
}

/// One row of the registry.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)]
pub struct ProblemRow {
    pub code: String,
    pub status: u16,
    pub title: Option<String>,
    pub outcome: Outcome,
    pub retry: Retry,
    pub new_key: bool,
    pub correct_clock: bool,
    pub stored: bool,
    pub actor: String,
    pub advice: String,
    /// The members that the owner documents; none in a contract that marks nothing, of which all is documented.
    pub documented: Option<Vec<String>>,
    pub origin: Origin,
}

/// `x-pagination`, complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pagination {
    /// How the next page is asked for.
    pub cursor: Cursor,
    /// Query parameter for the page size.
    pub limit: Option<String>,
    /// The array in the answer.
    pub items: Pointer,
    /// The cursor of the next page in the answer.
    pub next: Pointer,
    /// A boolean in the answer that says whether the list goes on.
    pub more: Option<More>,
}

/// A boolean in an answer that says whether a list goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct More {
    /// Where it stands.
    pub at: Pointer,
    /// The value that ends the list: `false` of `more`, `true` of `done`.
    pub end: bool,
}

/// The query parameter that takes the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor(pub String);

/// `x-payload-hash`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PayloadHash {
    /// On the creating body: SHA-256, lower-case hex, RFC 8785.
    Approves {
        /// Member of the evidence that must equal the hash.
        into: String,
        /// The object that is hashed, member by member.
        inputs: Vec<PayloadInput>,
        /// The problem code that the server answers with where the hash is another one.
        problem: Option<String>,
    },
    /// On a later body: the `operationId` of the creating call.
    Of(String),
}

/// One member of the hashed object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayloadInput {
    /// Its name.
    pub member: String,
    /// Its value.
    pub source: PayloadSource,
}

/// Where a hashed value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PayloadSource {
    /// The operation's id.
    OperationId,
    /// A path parameter.
    Path(String),
    /// The body without the member.
    Body,
}

/// Something that the contract says and its owner does not document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The kind of place.
    pub kind: ReadingKind,
    /// JSON Pointer into the contract: what to change where it is otherwise.
    pub place: String,
    /// The value at that place, in Markdown.
    pub says: String,
}

/// The kind of place of a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum ReadingKind {
    Word,
    Path,
    Operation,
    Parameter,
    Code,
    Schema,
}

impl ReadingKind {
    /// All of them, with their titles.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::Word, "How the API behaves"),
        (Self::Path, "Paths"),
        (Self::Operation, "Operations"),
        (Self::Parameter, "Parameters and headers"),
        (Self::Code, "Problem codes"),
        (Self::Schema, "Schemas"),
    ];
}

/// `x-lifecycle`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Lifecycle {
    /// The contract marks what is documented, and not this.
    pub is_reading: bool,
    pub initial: Option<String>,
    pub done: Vec<String>,
    pub terminal: Vec<String>,
    pub needs_partner: Vec<String>,
    pub transitions: Vec<Transition>,
}

impl Lifecycle {
    /// Is a state named anywhere?
    pub fn names(&self, state: &str) -> bool {
        let lists = [&self.done, &self.terminal, &self.needs_partner];
        let moved = self.transitions.iter().flat_map(|step| [&step.from, &step.to]);
        let named = self.initial.iter().chain(lists.into_iter().flatten()).chain(moved);
        named.into_iter().any(|name| name == state)
    }
}

/// One move of a lifecycle.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Transition {
    pub from: String,
    pub to: String,
    pub by: String,
}

/// `x-webhooks`.
#[derive(Debug, Clone, PartialEq)]
pub struct Webhooks {
    /// How deliveries are signed.
    pub signing: WebhookSigning,
    /// What every delivery carries.
    pub envelope: Envelope,
    /// `resourceType` to the newtype of its id.
    pub resources: Vec<(String, TypeId)>,
    /// The documented events.
    pub events: Vec<Webhook>,
}

/// How deliveries are signed.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)]
pub struct WebhookSigning {
    pub encoding: MacEncoding,
    pub secret: SecretEncoding,
    pub separator: String,
    pub components: Vec<Component>,
    pub timestamp_header: String,
    pub nonce_header: Option<String>,
    pub signature_header: String,
    pub timestamp: TimestampFormat,
    pub freshness: u32,
}

/// What every delivery carries.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)]
pub struct Envelope {
    pub schema: TypeId,
    pub id: Pointer,
    pub event_type: Pointer,
    /// Where the kind and the id of the resource are.
    pub resource: Option<(Pointer, Pointer)>,
}

/// One documented event.
#[derive(Debug, Clone, PartialEq)]
pub struct Webhook {
    /// Its type.
    pub name: String,
    /// Its documentation.
    pub text: Text,
    /// The body.
    pub ty: TypeId,
    /// Where the contract says it.
    pub origin: Origin,
}
