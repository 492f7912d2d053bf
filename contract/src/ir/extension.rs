//! Extensions of the contract, in the words of `docs/generate/extensions`.

use super::http::{Method, StatusRange};
use super::node::{Documentation, Pointer, TypeId};
use super::signing::Signing;
use crate::source::Origin;
use sdkwright_description::{Comparison, Environment, KeyPlace, ProblemRow};

/// Root `x-sdk`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SdkSettings {
    /// Owner of the API.
    pub owner: Option<Owner>,
    /// Environment variables.
    pub environment: Environment,
    /// Request-id header.
    pub request_id_header: Option<String>,
    /// True if each request must have the header.
    pub request_id_required: bool,
    /// True if responses with the header repeat the id of their request.
    pub request_id_echoed: bool,
    /// Locations of data in a problem document.
    pub problem: Option<ProblemMembers>,
    /// Members and parameters that a support report repeats.
    pub support: Vec<String>,
    /// Names that `actor` of a problem code can have, beside the owner's party. Empty: any name.
    pub actors: Vec<String>,
    /// Names of members that the owner forbids to send.
    pub never_sent: Vec<String>,
}

/// Owner of the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// Name in prose.
    pub name: String,
    /// Name in lifecycles and registries.
    pub party: String,
}

/// `x-sdk.problem`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[allow(missing_docs)]
pub struct ProblemMembers {
    pub schema: Option<TypeId>,
    pub code: Pointer,
    pub title: Option<Pointer>,
    pub detail: Option<Pointer>,
    pub request_id: Option<Pointer>,
    pub errors: Option<Pointer>,
    /// True if errors show the text at `detail`.
    pub shows_detail: bool,
}

/// An idempotency key that an operation declares itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredKey {
    /// Its place in the request.
    pub place: KeyPlace,
    /// Length in characters: minimum, maximum.
    pub length: (u32, u32),
    /// True if it is a UUID (RFC 9562).
    pub is_uuid: bool,
    /// Location in the contract.
    pub origin: Origin,
}

/// `x-effect`: the effect of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EffectKind {
    /// Nothing changes.
    None,
    /// Something is recorded; no money moves.
    Records,
    /// Possibly moves money.
    CanMoveMoney,
    /// Moves money.
    MovesMoney,
}

impl EffectKind {
    /// All effects, smallest first.
    pub const ALL: [Self; 4] = [Self::None, Self::Records, Self::CanMoveMoney, Self::MovesMoney];
}

/// Value of a request that identifies the object of an operation with effects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A path parameter.
    Path(String),
    /// A text in the JSON body.
    Body(Pointer),
}

/// Row of `x-repeats`: a member of the success response that repeats a member of the JSON body.
#[derive(Debug, Clone, PartialEq)]
pub struct Repeat {
    /// Member of the request body.
    pub sent: Pointer,
    /// Member of the success response.
    pub received: Pointer,
    /// Comparison of the two texts.
    pub comparison: Comparison,
    /// Location of the row.
    pub origin: Origin,
}

/// `x-problem-registry`: rows in enum order.
#[derive(Debug, Clone, PartialEq)]
pub struct ProblemModel {
    /// One row per code.
    pub rows: Vec<StatedProblem>,
}

/// A row of the registry, and how the contract states it.
#[derive(Debug, Clone, PartialEq)]
pub struct StatedProblem {
    /// The row.
    pub row: ProblemRow,
    /// Members that the owner documents; `None` in a contract without marks, which is documented throughout.
    pub documented: Option<Vec<String>>,
    /// Location in the contract.
    pub origin: Origin,
}

/// How to request the next page of a list: `x-pagination`, complete, or recognised by names and shapes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pagination {
    /// Place of the value in the next request; `None` if its whole query comes from a URL.
    pub cursor: Option<PageInput>,
    /// Place of the page size in a request.
    pub limit: Option<PageInput>,
    /// The array in the response; empty if it is the whole response.
    pub items: Pointer,
    /// Source of the next page.
    pub next: PageSource,
    /// Boolean in the response that says whether the list continues.
    pub more: Option<More>,
}

/// Place of a value in the request of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageInput {
    /// A query parameter.
    Query(String),
    /// A member of the JSON body.
    Body(Pointer),
}

impl PageInput {
    /// Returns the text in the contract: a name, or a JSON Pointer.
    pub fn text(&self) -> String {
        match self {
            Self::Query(name) => name.clone(),
            Self::Body(pointer) => crate::source::pointer(pointer),
        }
    }
}

/// Source of the next page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageSource {
    /// A value in the response.
    Value(Pointer),
    /// A header of the response.
    Header(String),
    /// The `Link` header (RFC 8288) with this relation.
    Link(String),
    /// A URL in the response.
    Url(Pointer),
    /// A value in the last item.
    Last(Pointer),
    /// The number of items before the page.
    Offset {
        /// That of the first page.
        first: u32,
        /// The number of all items, in the response.
        total: Option<Pointer>,
    },
    /// The number of the page.
    Page {
        /// That of the first page.
        first: u32,
        /// The number of all pages, in the response.
        pages: Option<Pointer>,
    },
}

/// Boolean in a response that says whether a list continues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct More {
    /// Its pointer.
    pub at: Pointer,
    /// The value that ends the list: `false` of `more`, `true` of `done`.
    pub end: bool,
}

/// `x-payload-hash`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PayloadHash {
    /// On the creating body: SHA-256, lower-case hex, RFC 8785.
    Approves {
        /// Member of the evidence that must equal the hash.
        into: String,
        /// Members of the hashed object.
        inputs: Vec<PayloadInput>,
        /// Problem code for a different hash.
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

/// Source of a hashed value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PayloadSource {
    /// The operation's id.
    OperationId,
    /// A path parameter.
    Path(String),
    /// The body without the member.
    Body,
}

/// A statement of the contract that its owner's documentation does not confirm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assumption {
    /// The kind of place.
    pub kind: AssumptionKind,
    /// JSON Pointer into the contract: the place to correct.
    pub place: String,
    /// The value at that place, in Markdown.
    pub text: String,
}

/// Section of an assumption.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum AssumptionKind {
    Word,
    Path,
    Operation,
    Parameter,
    Code,
    Schema,
    Rule,
    Sandbox,
    Sensitive,
}

impl AssumptionKind {
    /// All of them, with their titles.
    pub const ALL: [(Self, &'static str); 9] = [
        (Self::Word, "How the API behaves"),
        (Self::Path, "Paths"),
        (Self::Operation, "Operations"),
        (Self::Parameter, "Parameters and headers"),
        (Self::Code, "Problem codes"),
        (Self::Schema, "Schemas"),
        (Self::Rule, "Rules"),
        (Self::Sandbox, "Behavior of the local sandbox"),
        (Self::Sensitive, "Sensitive values"),
    ];

    /// Returns the title of its section.
    pub fn title(self) -> &'static str {
        let mut all = Self::ALL.iter();
        all.find(|(kind, _)| *kind == self).map_or("", |(_, title)| title)
    }
}

/// `x-lifecycle`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Lifecycle {
    /// True if the contract marks what is documented, and not this.
    pub is_unconfirmed: bool,
    pub initial: Option<String>,
    pub done: Vec<String>,
    pub terminal: Vec<String>,
    pub needs_action: Vec<String>,
    pub transitions: Vec<Transition>,
}

impl Lifecycle {
    /// Returns true if a state is named anywhere.
    pub fn names(&self, state: &str) -> bool {
        let lists = [&self.done, &self.terminal, &self.needs_action];
        let moved = self.transitions.iter().flat_map(|step| [&step.from, &step.to]);
        let named = self.initial.iter().chain(lists.into_iter().flatten()).chain(moved);
        named.into_iter().any(|name| name == state)
    }
}

/// One transition of a lifecycle.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Transition {
    pub from: String,
    pub to: String,
    pub by: String,
}

/// `x-webhooks`.
#[derive(Debug, Clone, PartialEq)]
pub struct WebhookDeliveries {
    /// Signature of deliveries.
    pub signing: Signing,
    /// Members of every delivery.
    pub envelope: Envelope,
    /// Newtype of the id, by `resourceType`.
    pub resources: Vec<(String, TypeId)>,
    /// The documented events.
    pub events: Vec<WebhookEvent>,
}

/// Members of every delivery.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)]
pub struct Envelope {
    pub schema: TypeId,
    /// Location of the event's id; `None`: the API gives none.
    pub id: Option<EventIdPlace>,
    pub event_type: Option<Pointer>,
    /// Pointers to the kind and the id of the resource.
    pub resource: Option<(Pointer, Pointer)>,
}

/// Location of the id of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventIdPlace {
    /// A member of the body.
    Body(Pointer),
    /// A signed header.
    Header(String),
}

/// One documented event.
#[derive(Debug, Clone, PartialEq)]
pub struct WebhookEvent {
    /// Its type.
    pub name: String,
    /// Its documentation.
    pub text: Documentation,
    /// The body.
    pub ty: TypeId,
    /// Its method.
    pub method: Method,
    /// The media type of the body; `None` if it has no body.
    pub media_type: Option<String>,
    /// Statuses that its receiver returns, with their descriptions.
    pub responses: Vec<(StatusRange, Option<String>)>,
    /// Its request, if it is a callback.
    pub callback: Option<Callback>,
    /// Location in the contract.
    pub origin: Origin,
}

/// The request of a callback.
#[derive(Debug, Clone, PartialEq)]
pub struct Callback {
    /// The expression of its URL.
    pub url: String,
    /// The operations with it, by place.
    pub operations: Vec<Origin>,
    /// True if it has the signature of `x-webhooks`.
    pub is_signed: bool,
}
